#!/usr/bin/env python3
"""./dev test system: the real image as a machine, from power on. Pictures and consoles stay in build/system.

Each part stands on the one before it, as on a box: first start, the screen, healthy, a power cut, an update to the
other slot, an update that never becomes healthy and the way back.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from machine import Machine, MachineError  # noqa: E402
from world import World  # noqa: E402

BOOT_S = 600  # TCG on a busy machine; a free one takes 60


class Story:
    def __init__(self, image, out):
        self.out = out
        shutil.rmtree(out, ignore_errors=True)
        self.machine = Machine(image / "disk.img", out / "machine")
        self.passed = self.failed = 0

    def part(self, name, act):
        before = time.monotonic()
        try:
            note = act() or ""
            self.passed += 1
            print(f"[       OK ] {name} ({time.monotonic() - before:.0f} s) {note}", flush=True)
        except (MachineError, AssertionError, OSError, subprocess.SubprocessError) as error:
            self.failed += 1
            print(f"[  FAILED  ] {name}: {error}", flush=True)
            raise

    # ---- the parts ----

    def first_start(self):
        self.machine.start()
        seconds = self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        return f"power to home screen {seconds:.0f} s"

    def same_picture(self):
        """The kms presenter on virtio-gpu draws what the memory presenter draws, pixel by pixel."""
        ours, theirs = self.out / "home-kms.png", self.out / "home-memory.png"
        world = World(self.out / "world")
        try:
            world.write_config()
            world.sync_once()
            world.kiosk_up("memory")
            world.kiosk.ask(do="shot", file=str(theirs))
        finally:
            world.close()
        differs = None
        for _ in range(60):
            self.machine.screenshot(ours)
            differs = different_pixels(ours, theirs)
            if differs == 0:
                return "0 pixels differ"
            time.sleep(1)
        raise AssertionError(f"{differs} pixels differ between {ours} and {theirs}")

    def healthy(self):
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)

    def power_cut(self):
        self.machine.cut_power()
        self.machine.start()
        self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        assert self.slot() == "a", "one power cut changed the slot"

    def slot(self):
        return next(word[-1] for line in self.machine.lines() for word in line.split() if word.startswith("rauc.slot="))

    def tell(self):
        try:
            self.part("first start", self.first_start)
            self.part("the same picture on kms and memory", self.same_picture)
            self.part("healthy", self.healthy)
            self.part("power cut", self.power_cut)
        except (MachineError, AssertionError, OSError, subprocess.SubprocessError):
            pass
        finally:
            self.machine.cut_power()
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed == 0


def different_pixels(a, b):
    out = subprocess.run(["compare", "-metric", "AE", str(a), str(b), "null:"], capture_output=True, text=True).stderr
    return int(float(out.split()[0])) if out.strip() else -1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", default=ROOT / "build/image-amd64", type=pathlib.Path)
    parser.add_argument("--out", default=ROOT / "build/system", type=pathlib.Path)
    options = parser.parse_args()
    sys.exit(0 if Story(options.image, options.out).tell() else 1)


main()
