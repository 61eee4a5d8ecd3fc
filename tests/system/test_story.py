#!/usr/bin/env python3
"""./dev test system: the real image as a machine, from power on. Pictures and consoles stay in build/system.

Each part stands on the one before it, as on a box: first start, the screen, devices and a visitor's keyboard, healthy,
power cuts, an update whose slot cannot be read and the way back.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from machine import Machine, MachineError  # noqa: E402
from world import StoryError, World  # noqa: E402

TROUBLE = (MachineError, StoryError, AssertionError, OSError, subprocess.SubprocessError)
BOOT_S = 600  # TCG on a busy machine; a free one takes 60


class Story:
    def __init__(self, image, out):
        self.out = out
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="yizhan-stand-"))  # a socket's path has 107 bytes
        self.stand = subprocess.Popen([ROOT / "build/bin/usbredir-stand", "--dir", self.sockets, "--deck",
                                       ROOT / "tests/deck/people.ini"], stdout=subprocess.PIPE, text=True)
        self.stand.stdout.readline()  # "ready"
        self.machine = Machine(image / "disk.img", out / "machine", stand=self.sockets)
        self.passed = self.failed = 0

    def part(self, name, act):
        before = time.monotonic()
        try:
            note = act() or ""
            self.passed += 1
            print(f"[       OK ] {name} ({time.monotonic() - before:.0f} s) {note}", flush=True)
        except TROUBLE as error:
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
            # The box's own file, with this machine's folders and a platform that is as far away.
            box = (ROOT / "tests/system/box/kiosk.ini").read_text(encoding="utf-8")
            world.config = world.dir / "kiosk.ini"
            world.config.write_text(box.replace("/var/lib/yizhan", str(world.dir)).replace("10.0.2.2:8080", "127.0.0.1:9"),
                                    encoding="utf-8")
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

    def devices(self):
        """Card reader and printer as USB devices of the machine: let in by the rules, opened by the unmodified drivers."""
        self.machine.await_line("arrived: SAM_V ID card reader by sam", BOOT_S)
        self.machine.await_line("arrived: ESC/POS receipt printer by escpos", BOOT_S)

    def visitors_keyboard(self):
        """A keyboard in the socket: the kernel names it and lets it go no further. A stick gets in, as a disk."""
        self.machine.qmp.ask("device_add", driver="usb-kbd", id="keyboard", bus="usb.0")
        self.machine.await_line("Product: QEMU USB Keyboard", BOOT_S)
        stick = self.machine.folder / "stick.img"
        subprocess.run(["mkfs.vfat", "-C", str(stick), "65536"], check=True, capture_output=True)
        self.machine.qmp.ask("blockdev-add", **{"driver": "raw", "node-name": "stick", "file": {"driver": "file", "filename": str(stick)}})
        self.machine.qmp.ask("device_add", driver="usb-storage", id="stick", bus="usb.0", drive="stick")
        self.machine.await_line("USB Mass Storage device detected", BOOT_S)
        assert not any("USB Keyboard" in line and "input:" in line for line in self.machine.lines()), "the keyboard may type"

    def healthy(self):
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        self.machine.cut_power()
        words = self.machine.boot_words()
        assert (words["A_GOOD"], words["A_STARTS"]) == ("1", "0"), f"the boot loader was told {words}"

    def power_cuts(self):
        """Four starts cut off before they could be healthy do not throw a good version out."""
        for _ in range(4):
            self.machine.start()
            self.machine.await_line("rauc.slot=", BOOT_S)
            assert self.slot() == "A", "a power cut changed the slot"
            self.machine.cut_power()
        words = self.machine.boot_words()
        return f"{words['A_STARTS']} starts counted"

    def fallback(self):
        """An update whose slot cannot even be read: three starts, then the old version, by itself."""
        self.machine.boot_words("ORDER=B A", "B_OK=1", "B_TRY=0", "B_STARTS=0", "B_GOOD=0", "A_STARTS=0")
        self.machine.start()
        seconds = self.machine.await_line("Started yizhan-kiosk.service", 2 * BOOT_S)
        assert self.slot() == "A", "not the old version"
        self.machine.cut_power()
        words = self.machine.boot_words()
        assert words["B_STARTS"] == "3", f"the new slot was given {words['B_STARTS']} starts"
        return f"back on A after {seconds:.0f} s"

    def slot(self):
        return next(word[-1] for line in self.machine.lines() for word in line.split() if word.startswith("rauc.slot="))

    def tell(self):
        try:
            self.part("first start", self.first_start)
            self.part("the same picture on kms and memory", self.same_picture)
            self.part("reader and printer over usb-redir", self.devices)
            self.part("a visitor's keyboard", self.visitors_keyboard)
            self.part("healthy", self.healthy)
            self.part("four power cuts", self.power_cuts)
            self.part("an unreadable update", self.fallback)
        except TROUBLE:
            pass
        finally:
            self.machine.cut_power()
            self.stand.terminate()
            shutil.rmtree(self.sockets, ignore_errors=True)
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
