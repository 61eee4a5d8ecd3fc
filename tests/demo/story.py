#!/usr/bin/env python3
"""./dev demo: an elderly villager renews her pension eligibility while the link is down.

Every figure of the last line is read from the programs: saved from the outbox, delivered, duplicated and lost from
the platform against the outbox, the receipt from the printer model and the print outcome.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from visitor import PORTRAIT, Visitor  # noqa: E402
from world import StoryError, World  # noqa: E402

SERVICE = "pension-renewal"


class Story:
    def __init__(self, out, presenter):
        self.out, self.presenter = out, presenter
        for old in ("screens", "world"):  # what an earlier demo left, and nothing else of that folder
            shutil.rmtree(out / old, ignore_errors=True)
        self.screens = out / "screens"
        self.screens.mkdir(parents=True)
        self.world = World(out / "world")
        self.world.has_fleet = True  # the open project, where ratings go
        self.visitor = Visitor(self.world, self.shot, PORTRAIT)
        self.step = "start"
        self.shots = 0

    def shot(self, name):
        self.shots += 1
        self.world.kiosk.ask(do="shot", file=str(self.screens / f"{self.shots:02d}-{name}.png"))

    # ---- the story ----

    def pull_forms(self):
        self.step = "pulling forms"
        self.world.platform_up()
        self.world.write_config()
        status, counts = self.world.sync_once()
        if status != 0 or not counts.get("forms_now"):
            raise StoryError(f"yizhan-sync --once ended with {status}: {counts}")
        self.world.platform_down()
        self.world.sync_once()  # so that the kiosk knows that the link is down

    def apply(self):
        self.step = "the application"
        self.world.kiosk_up(self.presenter)
        self.visitor.renew_pension()

    def take_receipt(self):
        self.step = "saving and printing"
        self.visitor.arrive("saved", text="请拿好身份证和小票")
        self.world.stand.ask(do="receipt", save=str(self.out / "receipt.png"))
        cases = self.world.ctl("queue", "list")["cases"]
        self.cases = [case for case in cases if case["form_id"] == SERVICE]  # beside the kiosk's own reports
        self.world.note("outbox", f"sealed and waiting: {[case['number'] for case in self.cases]}")
        if [case["state"] for case in self.cases] != ["queued"]:
            raise StoryError(f"while the link is down the outbox holds {cases}")
        self.visitor.leave(face=5)

    def deliver(self):
        self.step = "delivering"
        self.world.platform_up()
        status, counts = self.world.sync_once()
        if status != 0:
            raise StoryError(f"yizhan-sync --once ended with {status}: {counts}")
        self.records = self.world.submissions()
        for record in self.records:
            self.world.note("platform", f"has {record['instance_id']}, opened: {record.get('opened')}")

    def ask_for_progress(self):
        self.step = "asking for progress"
        world = self.world
        world.tap("start")
        world.wait("home")
        world.tap("progress")
        self.visitor.arrive("find")
        world.stand.ask(do="camera", image=str(self.out / "receipt.png"))
        world.note("person", "holds the receipt's code before the camera")
        self.visitor.arrive("case", text="县里收到了")
        self.received = "县里收到了" in " ".join(world.labels())
        world.tap("done")

    # ---- what came of it ----

    def verdict(self):
        saved = {case["instance_id"].removeprefix("uuid:"): case for case in self.cases}
        arrived = [record["instance_id"].removeprefix("uuid:") for record in self.records
                   if record["form_id"] == SERVICE and record.get("complete") and record.get("opened")]
        delivered = len(set(arrived) & set(saved))
        duplicated = len(arrived) - len(set(arrived))
        lost = len(set(saved) - set(arrived))
        printed = self.cases[0].get("print") == "done" if self.cases else False
        line = (f"demo: saved {len(saved)}, delivered {delivered}, duplicated {duplicated}, lost {lost}, "
                f"receipt {'printed' if printed else 'not printed'}")
        good = (len(saved), delivered, duplicated, lost, printed, self.received) == (1, 1, 0, 0, True, True)
        return good, line

    def write_story(self, line):
        self.step = "writing the story"
        with open(self.out / "story.txt", "w", encoding="utf-8") as file:
            for when, program, text in self.world.events:
                file.write(f"{when:%H:%M:%S.%f}"[:12] + f"  {program:<9} {text}\n")
            file.write("\nThe records as the platform reads them, the kiosk's own among them:\n")
            file.write(json.dumps(self.records, ensure_ascii=False, indent=2) + f"\n\n{line}\n")
        pictures = sorted(self.screens.glob("*.png")) + [self.out / "receipt.png"]
        subprocess.run(["montage", *map(str, pictures), "-resize", "432x768", "-background", "#EAE4D3", "-geometry",
                        "+18+18", "-tile", "6x", str(self.out / "story.png")], check=True)

    def tell(self):
        self.pull_forms()
        self.apply()
        self.take_receipt()
        self.deliver()
        self.ask_for_progress()
        good, line = self.verdict()
        self.write_story(line)
        return good, line


def main():
    parser = argparse.ArgumentParser(description="The main job, told with the real programs.")
    parser.add_argument("--window", action="store_true", help="show the kiosk in a window")
    parser.add_argument("--out", default="build/demo", type=pathlib.Path)
    options = parser.parse_args()
    story = Story(options.out.resolve(), "window" if options.window else "memory")
    try:
        good, line = story.tell()
    except (StoryError, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
        print(f"demo: failed at {story.step}: {error}")
        return 1
    finally:
        story.world.close()
    print(f"pictures and story: {options.out}")
    print(line)
    return 0 if good else 1


sys.exit(main())
