#!/usr/bin/env python3
"""./dev test system --arm64: the arm64 image starts, and its first screen is the one of amd64, but for the last two bits of a colour:
SDL's vector code for the one processor rounds otherwise than for the other, where a letter's edge is blended."""
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from first_screen import twin_picture  # noqa: E402
from machine import ArmMachine, MachineError  # noqa: E402
from start import BOOT_S  # noqa: E402

ROUNDING = 3


def main():
    out = ROOT / "build/system-arm64"
    shutil.rmtree(out, ignore_errors=True)
    twin = twin_picture(out / "twin")
    machine = ArmMachine(ROOT / "build/image-arm64/disk.img", out / "machine", has_tpm=False)
    try:
        machine.start()
        seconds = machine.await_line("Started yizhan-kiosk.service", 2 * BOOT_S)
        machine.await_picture(twin, BOOT_S, levels=ROUNDING)
        print(f"[       OK ] arm64: power to home screen {seconds:.0f} s, no pixel differs by more than {ROUNDING} of 255")
    except MachineError as error:
        print(f"[  FAILED  ] arm64: {error}")
        sys.exit(1)
    finally:
        machine.screenshot(out / "home.png")
        machine.cut_power()


main()
