#!/usr/bin/env python3
"""./dev test system --arm64: the arm64 image starts, and its first screen is the one of amd64, pixel by pixel."""
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from first_screen import twin_picture  # noqa: E402
from machine import ArmMachine, MachineError  # noqa: E402
from start import BOOT_S  # noqa: E402


def main():
    out = ROOT / "build/system-arm64"
    shutil.rmtree(out, ignore_errors=True)
    twin = twin_picture(out / "twin")
    machine = ArmMachine(ROOT / "build/image-arm64/disk.img", out / "machine", has_tpm=False)
    try:
        machine.start()
        seconds = machine.await_line("Started yizhan-kiosk.service", 2 * BOOT_S)
        machine.await_picture(twin, BOOT_S)
        print(f"[       OK ] arm64: power to home screen {seconds:.0f} s, 0 pixels differ")
    except MachineError as error:
        print(f"[  FAILED  ] arm64: {error}")
        sys.exit(1)
    finally:
        machine.screenshot(out / "home.png")
        machine.cut_power()


main()
