#!/usr/bin/env python3
"""./dev test system --arm64: the arm64 image starts, and its first screen is the one of amd64, pixel by pixel."""
import pathlib
import shutil
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from machine import ArmMachine, MachineError  # noqa: E402
from start import BOOT_S  # noqa: E402
from world import World  # noqa: E402


def twin_picture(folder):
    """The box's own configuration, with this machine's folders and a platform that is as far away."""
    world = World(folder)
    try:
        box = (ROOT / "tests/system/box/kiosk.ini").read_text(encoding="utf-8")
        world.config = world.dir / "kiosk.ini"
        world.config.write_text(box.replace("/var/lib/yizhan", str(world.dir)).replace("10.0.2.2:8080", "127.0.0.1:9"), encoding="utf-8")
        world.sync_once()
        world.kiosk_up("memory")
        world.kiosk.ask(do="shot", file=str(world.dir / "twin.png"))
        return world.dir / "twin.png"
    finally:
        world.close()


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
