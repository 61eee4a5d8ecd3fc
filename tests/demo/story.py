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
from world import StoryError, World  # noqa: E402


class Story:
    def __init__(self, out, presenter):
        shutil.rmtree(out, ignore_errors=True)
        self.out, self.presenter = out, presenter
        self.screens = out / "screens"
        self.screens.mkdir(parents=True)
        self.world = World(out / "world")
        self.step = "start"
        self.shots = 0

    def shot(self, name):
        self.shots += 1
        self.world.kiosk.ask(do="shot", file=str(self.screens / f"{self.shots:02d}-{name}.png"))

    def see(self, screen, name=None, text=None):
        self.step = f"the screen {name or screen}"
        self.world.wait(screen, text)
        self.shot(name or screen)

    # ---- the story ----

    def pull_forms(self):
        self.step = "pulling forms"
        self.world.platform_up()
        self.world.write_config()
        status, counts = self.world.sync_once()
        if status != 0 or not counts.get("forms"):
            raise StoryError(f"yizhan-sync --once ended with {status}: {counts}")
        self.world.platform_down()
        self.world.sync_once()  # so that the kiosk knows that the link is down

    def choose_service(self):
        world = self.world
        world.kiosk_up(self.presenter)
        self.see("attract")
        world.tap("start")
        self.see("home", text="养老金领取资格认证")
        world.tap("养老金领取资格认证")
        self.see("guide")
        world.tap("next")
        self.see("consent")
        world.tap("agree")
        self.see("card")

    def place_card(self):
        self.step = "reading the card"
        self.world.stand.ask(do="card", person="wang-xiulan")
        self.world.note("person", "places her card")
        self.world.wait("question")

    def type_text(self, pinyin, wanted):
        """Types letters on the screen's keys and takes the candidate she wants."""
        for letter in pinyin:
            self.world.tap(letter)
        self.shot("typing")
        self.world.tap(wanted)

    def answer_question(self):
        """One question as a person would: reads the heading, taps what fits."""
        labels = self.world.labels()
        text = " ".join(labels)
        self.shot("question")
        for heading, answer in ANSWERS:
            if heading in text:
                answer(self)
                self.world.tap("next")
                return
        raise StoryError(f"the story has no answer for: {labels[:6]}")

    def answer_questions(self):
        self.step = "the questions"
        seen = None
        while True:
            screen = self.world.screen()
            if screen["screen"] != "question":
                break
            labels = [node["label"] for node in screen["nodes"]]
            if labels == seen:
                raise StoryError(f"the kiosk stays at {labels[:6]}")
            seen = labels
            self.step = f"the question {labels[2:4]}"
            self.answer_question()

    def review_and_sign(self):
        self.see("review")
        self.world.tap("submit")
        self.step = "the signature"
        self.world.wait("question", text="签")
        for stroke in SIGNATURE:
            self.world.kiosk.ask(do="stroke", on="pad", points=stroke)
        self.shot("signature")
        self.world.tap("next")

    def take_receipt(self):
        self.step = "saving and printing"
        self.see("saved", text="请拿好身份证和小票")
        self.world.stand.ask(do="receipt", save=str(self.out / "receipt.png"))
        self.counts = self.world.ctl("status")["queue"]
        self.cases = self.world.ctl("queue", "list")["cases"]
        self.world.tap("done")
        self.see("take-card")
        self.world.stand.ask(do="card", person=None)
        self.world.note("person", "takes her card")
        self.world.tap("taken")
        self.see("rating")
        self.world.tap("next")
        self.world.wait("attract")

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
        self.see("find")
        world.stand.ask(do="camera", image=str(self.out / "receipt.png"))
        world.note("person", "holds the receipt before the camera")
        self.see("case", text="县里收到了")
        self.received = "县里收到了" in " ".join(world.labels())
        world.tap("done")

    # ---- what came of it ----

    def verdict(self):
        saved = {case["instance_id"].removeprefix("uuid:"): case for case in self.cases}
        arrived = [record["instance_id"].removeprefix("uuid:") for record in self.records
                   if record.get("complete") and record.get("opened")]
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
            file.write("\nThe record as the platform reads it:\n")
            file.write(json.dumps(self.records, ensure_ascii=False, indent=2) + f"\n\n{line}\n")
        pictures = sorted(self.screens.glob("*.png")) + [self.out / "receipt.png"]
        subprocess.run(["montage", *map(str, pictures), "-resize", "432x768", "-background", "#EAE4D3", "-geometry",
                        "+18+18", "-tile", "6x", str(self.out / "story.png")], check=True)

    def tell(self):
        self.pull_forms()
        self.choose_service()
        self.place_card()
        self.answer_questions()
        self.review_and_sign()
        self.take_receipt()
        self.deliver()
        self.ask_for_progress()
        good, line = self.verdict()
        self.write_story(line)
        return good, line


def tap(on):
    return lambda story: story.world.tap(on)


def digits(number):
    def answer(story):
        for digit in number:
            story.world.tap(f"key:{digit}")
        story.shot("digits")
    return answer


ANSWERS = [
    ("您现在主要住在哪里", tap("本县的别处")),
    ("现在和谁一起住", tap("和儿女或孙辈")),
    ("联系人叫什么名字", lambda story: story.type_text("wangxiaozhang", "王小张")),
    ("电话是多少", digits("13800001234")),
    ("领钱的银行卡还在用吗", tap("还在用")),
    ("您快办完了", lambda story: None),
]
SIGNATURE = [
    [[1500, 2500], [2500, 2450], [3500, 2400]],
    [[1700, 4200], [2600, 4150], [3400, 4100]],
    [[2500, 2450], [2520, 4200], [2500, 6300]],
    [[1200, 6400], [2500, 6300], [3900, 6200]],
    [[5500, 2200], [6500, 3300], [5200, 4200]],
    [[6900, 2500], [6500, 4800], [5600, 6900]],
    [[6400, 4800], [7400, 5900], [8400, 6800]],
]


def main():
    parser = argparse.ArgumentParser(description="The main job, told with the real programs.")
    parser.add_argument("--window", action="store_true", help="show the kiosk in a window")
    parser.add_argument("--out", default="build/demo", type=pathlib.Path)
    options = parser.parse_args()
    story = Story(options.out.resolve(), "window" if options.window else "memory")
    try:
        good, line = story.tell()
    except (StoryError, OSError, subprocess.SubprocessError, KeyError) as error:
        print(f"demo: failed at {story.step}: {error}")
        return 1
    finally:
        story.world.close()
    print(f"pictures and story: {options.out}")
    print(line)
    return 0 if good else 1


sys.exit(main())
