#!/usr/bin/env python3
"""./dev test system --shipped: the image as it goes on a box, without the tests' hand inside and without a serial console. Between
the firmware's own pictures and the first screen nobody sees anything but a dark panel: no boot menu, no line of a log. (GRUB's greeting
stands for a moment, until it has read its configuration; its cursor until the kernel takes the screen.)"""
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from first_screen import twin_picture  # noqa: E402
from machine import Machine, MachineError  # noqa: E402
from start import BOOT_S  # noqa: E402

LOOK_S = 0.5
GRUB = "\x1b[2J"  # clears the screen: the first line of its configuration
CURSOR_COLOURS = 2


def colours(picture):
    return int(subprocess.run(["identify", "-format", "%k", picture], check=True, capture_output=True, text=True).stdout)


def watch(machine, twin, out):
    """Seconds from power on to the first screen, and how many looks found the panel dark. Whatever else was on it lies in out."""
    dark = 0
    machine.forget_until("Welcome to GRUB", BOOT_S)
    machine.forget_until(GRUB, BOOT_S)
    while time.monotonic() - machine.started < BOOT_S:
        if machine.different_pixels(twin) == 0:
            return time.monotonic() - machine.started, dark
        picture = machine.folder / "screen.ppm"
        if colours(picture) <= CURSOR_COLOURS:
            dark += 1
        elif dark:
            subprocess.run(["convert", picture, out / "seen.png"], check=True)
            raise MachineError(f"something was on the screen before the kiosk: {out}/seen.png")
        time.sleep(LOOK_S)
    machine.screenshot(out / "seen.png")
    raise MachineError(f"no first screen after {BOOT_S} s: {out}/seen.png")


def main():
    out = ROOT / "build/system-shipped"
    shutil.rmtree(out, ignore_errors=True)
    twin = twin_picture(out / "twin")
    machine = Machine(ROOT / "build/image-amd64/disk.img", out / "machine")
    try:
        machine.start()
        seconds, dark = watch(machine, twin, out)
        assert dark, "the panel was never dark: was anybody looking?"
        print(f"[       OK ] the image as it ships: power to first screen {seconds:.0f} s, dark until then in {dark} looks")
    except (MachineError, AssertionError) as error:
        print(f"[  FAILED  ] the image as it ships: {error}")
        sys.exit(1)
    finally:
        machine.cut_power()


main()
