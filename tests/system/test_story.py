#!/usr/bin/env python3
"""./dev test system [CHAPTER...]: the real image as a machine, from power on. Pictures and consoles stay in build/system.

One story, in chapters that stand on each other as on a box: first start, a citizen from card to receipt, the queue carried
away on a stick, a hung kiosk, updates that are refused, taken and fallen back from, power cuts, a technician's visit, and
the last one, after which the box begins anew; then a box without a TPM. Each chapter can be told alone after the start and the
enrolment.
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
from bare import BareParts  # noqa: E402
from citizen import CitizenParts  # noqa: E402
from hand import HandError  # noqa: E402
from machine import Machine, MachineError  # noqa: E402
from costs import NumberParts  # noqa: E402
from start import StartParts  # noqa: E402
from units import UnitParts  # noqa: E402
from updates import UpdateParts  # noqa: E402
from visits import VisitParts  # noqa: E402
from world import Lines, Program, StoryError  # noqa: E402

TROUBLE = (MachineError, HandError, StoryError, AssertionError, OSError, KeyError, subprocess.SubprocessError)


class Story(StartParts, CitizenParts, UpdateParts, UnitParts, VisitParts, NumberParts, BareParts):
    """What the parts share: machine, hands (of the stand), out (for pictures), and who passed."""

    def __init__(self, image, out):
        self.image, self.out, self.programs = image, out, ROOT / "build/bin"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="yizhan-stand-"))  # a socket's path has 107 bytes
        self.stand = Program("usbredir-stand", [ROOT / "build/bin/usbredir-stand", "--dir", self.sockets, "--deck",
                                                ROOT / "tests/deck/people.ini"], out / "stand.log")
        self.hands = Lines(self.sockets / "hands", self.stand)
        self.machine = Machine(image / "disk.img", out / "machine", stand=self.sockets)
        self.passed = self.failed = self.seen = 0

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

    def keep_picture(self, name, picture=None):
        """The next picture of the story: of the machine as it is, or one that is known to be the same."""
        self.seen += 1
        path = self.out / f"{self.seen:02}-{name}.png"
        if picture:
            shutil.copy(picture, path)
        else:
            self.machine.screenshot(path)
        return path

    def tell(self, wanted):
        """The chapters that are wanted, all when none is. They stand on the start and the enrolment, but for two that
        stand alone."""
        chapters = {"citizen": self.citizen_parts(), "updates": self.update_parts(), "fallback": self.fallback_parts(), "numbers": self.number_parts(),
                    "units": self.unit_parts(), "tpm": self.tpm_parts(),
                    "visit": self.visit_parts(), "leaving": self.leaving_parts(), "bare": self.bare_parts()}
        told = [parts for name, parts in chapters.items() if not wanted or name in wanted]
        before = [*self.start_parts(), *self.enrol_parts()]
        first = {("bare",): [], ("fallback",): before[:1]}.get(tuple(wanted), before)
        try:
            for name, act in [*first, *(part for parts in told for part in parts)]:
                self.part(name, act)
        except TROUBLE:
            self.keep_picture("failed")
        finally:
            self.close_citizen()
            self.machine.cut_power()
            self.stand.stop()
            shutil.rmtree(self.sockets, ignore_errors=True)
        print(f"{self.passed} passed, {self.failed} failed")
        return self.failed == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", default=ROOT / "build/image-amd64", type=pathlib.Path)
    parser.add_argument("--out", default=ROOT / "build/system", type=pathlib.Path)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help="citizen, updates, fallback, numbers, units, tpm, visit, leaving, bare; else all")
    options = parser.parse_args()
    sys.exit(0 if Story(options.image, options.out).tell(options.chapters) else 1)


main()
