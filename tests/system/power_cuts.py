#!/usr/bin/env python3
"""./dev test system --power-cuts [N] [--only FIRST-LAST]: the plug is pulled at N moments of an update, while applications are saved.

A machine is made ready once and its memory kept; each cut begins from there, so that only the start after it costs time.
After each: it starts, the kiosk's screen comes, every application whose number was given out is in the outbox, once.
What the guest has not flushed by then may be on the disk all the same: QEMU's cache is the host's, which stays on.
"""
import argparse
import json
import pathlib
import re
import shutil
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from citizen import PATIENCE_S, Twin  # noqa: E402
from hand import HandError  # noqa: E402
from machine import Machine, MachineError  # noqa: E402
from start import BOOT_S  # noqa: E402
from stick import Stick  # noqa: E402
from versions import Versions  # noqa: E402

ANSWERS = ROOT / "tests/form/services/pension-renewal.answers.json"
INSTALL_S = 900
# One application after the other; each answer goes to the host at once: what was said there was said to the citizen.
SAVE = ("while :; do yizhanctl apply pension-renewal --answers /run/answers.json --media=card.png=/run/a.png"
        " --media=signature.png=/run/a.png --json; done")


class Cuts:
    def __init__(self, image, out):
        self.out = out
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        versions = Versions(out / "versions")
        bundle = versions.bundle("0.2.0", versions.slot("0.2.0"))
        self.machine = Machine(image / "disk.img", out / "machine", has_tpm=False)
        stick = Stick(self.machine, out / "update.img", 64 + (bundle.stat().st_size >> 20), bundle.parent)
        self.machine.sticks.append(stick)
        self.lost = self.twice = self.dark = 0

    def make_ready(self):
        """Enrolled, healthy, the update in the socket: kept, disk and memory."""
        self.machine.start()
        hand = self.machine.hand
        hand.await_ready(BOOT_S)
        self.enrol(hand)
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        hand.do("until [ -b /dev/sda ]; do sleep 0.2; done; mkdir -p /run/stick; mount -o ro /dev/sda /run/stick; sync")
        self.machine.freeze()

    def enrol(self, hand):
        world = Twin(self.out / "world", self.machine, None, None)
        try:
            world.platform_up()
            world.write_config()
            _, counts = world.sync_once()
            hand.write("/etc/yizhan/kiosk.ini", world.machine_config("/var/lib/yizhan/secrets"))
            hand.do("systemctl stop yizhan-sync; systemctl restart yizhan-kiosk; systemd-run -q --wait -p User=yizhan-sync -p Group=yizhan"
                    " -p UMask=0007 yizhan-sync --once")
            world.until(lambda: json.loads(hand.do("yizhanctl status --json"))["forms"]["offered"] == counts["forms_now"],
                        "the forms did not come", PATIENCE_S)
        finally:
            world.close()
        hand.write("/run/answers.json", ANSWERS.read_text(encoding="utf-8"))
        hand.do("printf x >/run/a.png")

    def update_s(self):
        """How long one takes that nobody disturbs but those who save: then the moments are known."""
        self.machine.start(from_memory=True)
        said = self.update_until("over", INSTALL_S)
        self.machine.cut_power()
        return said[1]

    def update_until(self, word, timeout_s):
        """What the machine said until then, and after how many seconds."""
        hand = self.machine.hand
        hand.await_ready(BOOT_S)
        before = time.monotonic()
        hand.tell(f"({SAVE}) & rauc install /run/stick/update.raucb >/run/install.log; echo over $?; wait")
        told = hand.listen(lambda text: word is not None and word.encode() in text, timeout_s)
        return told, time.monotonic() - before

    def cut(self, after_s):
        machine = self.machine
        machine.start(from_memory=True)
        told, _ = self.update_until(None, after_s)
        machine.cut_power()
        said = set(re.findall(r'"number":\s*"(\d{10})"', told))
        try:
            machine.start()
            machine.await_line("Started yizhan-kiosk.service", BOOT_S)
            machine.hand.await_ready(BOOT_S)
        except (MachineError, HandError) as error:
            self.dark += 1
            return f"does not start: {error}"
        cases = [case["number"] for case in json.loads(machine.hand.do("yizhanctl queue list --json"))["cases"]]
        lost, twice = len(said - set(cases)), len(cases) - len(set(cases))
        self.lost, self.twice = self.lost + lost, self.twice + twice
        slot = re.search(r"rauc\.slot=([AB])", machine.hand.do("cat /proc/cmdline"))[1]
        machine.cut_power()
        return f"slot {slot} starts, {len(said)} numbers were given out, {len(cases)} applications are there, {lost} lost, {twice} twice" + \
            (", the update was over" if "over" in told else "")

    def run(self, points, only):
        """only: of 1 to points."""
        self.make_ready()
        whole_s = self.update_s()
        print(f"an update takes {whole_s:.0f} s here; the plug is pulled at {points} moments of it", flush=True)
        for point in only:
            after_s = whole_s * point / points  # the last: when it is just over
            print(f"[{point:3}/{points}] after {after_s:5.1f} s: {self.cut(after_s)}", flush=True)
        print(f"power cuts: {len(only)}, did not start {self.dark}, applications lost {self.lost}, twice {self.twice}")
        return self.dark + self.lost + self.twice == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("points", nargs="?", type=int, default=30)
    parser.add_argument("--only", metavar="FIRST-LAST", help="of the moments, counted from 1")
    parser.add_argument("--image", default=ROOT / "build/image-amd64", type=pathlib.Path)
    parser.add_argument("--out", default=ROOT / "build/power-cuts", type=pathlib.Path)
    options = parser.parse_args()
    first, last = map(int, options.only.split("-")) if options.only else (1, options.points)
    cuts = Cuts(options.image, options.out)
    try:
        fine = cuts.run(options.points, range(first, last + 1))
    finally:
        cuts.machine.cut_power()
    sys.exit(0 if fine else 1)


main()
