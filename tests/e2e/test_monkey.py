#!/usr/bin/env python3
"""A visitor without sense: whatever anybody does, the kiosk stays up, lets go, and says saved only when it is.

    test_monkey.py [SEED [STEPS]]     the same seed makes the same choices

Without arguments a few fixed seeds run; YIZHAN_TEST_LENGTH=long adds more and longer ones.
"""
import os
import random
import select
import sqlite3
import sys
import time

from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, SIGNATURE, Visitor
from world import WAIT_S, StoryError

TAPPABLE = ("button", "option", "tick", "field")
ONWARD = ("start", "next", "agree", "submit", "add", "again", "type-number", "here", "go-on", "taken")
BARS = ("text-size", "contrast", "voice", "language", "low-reach", "help", "stop", "throw-away", "back", "repeat")
KEYS = ("up", "down", "left", "right", "ok", "ok", "back", "repeat", "help")
PEOPLE = ("wang-xiulan", "li-mei", "zhao-rare")
DEVICES = ("idcard", "printer", "camera")
# What a person taps who wants to be rid of it, on any screen; the first that is there.
WAYS_OUT = ("throw-away", "start", "taken", "done", "stop", "back", "next")
RESTING = ("home", "attract")
TAPS_TO_LEAVE = 12
NUMBER_DIGITS = 10
LEAVE_EVERY = 60
LONG = os.environ.get("YIZHAN_TEST_LENGTH") == "long"


class Monkey:
    def __init__(self, world, seed):
        self.world, self.chance = world, random.Random(seed)
        self.seed, self.step, self.saved = seed, 0, set()
        self.plugged = dict.fromkeys(DEVICES, True)
        self.screens, self.last = {}, ""

    # ---- what it does ----

    def tap(self, screen):
        enabled = [node for node in screen["nodes"] if node["enabled"] and node["role"] in TAPPABLE and node["id"]]
        names = [node["id"] for node in enabled]
        onward = [name for name in names if name in ONWARD]
        if onward and self.chance.random() < 0.4:
            return self.hand("tap", on=self.chance.choice(onward))
        # What the bars offer, once in a while: else no visit comes to its end
        rare = self.chance.random() < 0.15
        calm = [name for name in names if (name in BARS) == rare]
        return self.hand("tap", on=self.chance.choice(calm or names)) if names else None

    def press(self, _screen):
        self.hand("key", key=self.chance.choice(KEYS))

    def draw(self, screen):
        pads = [node["id"] for node in screen["nodes"] if node["role"] == "pad"]
        for stroke in self.chance.sample(SIGNATURE, 3) if pads else ():
            self.hand("stroke", on=pads[0], points=stroke)

    def poke(self, _screen):
        self.hand("tap", at=[self.chance.randrange(1080), self.chance.randrange(1920)])

    def card(self, _screen):
        self.stand(do="card", person=self.chance.choice((*PEOPLE, None)))

    def pull_or_plug(self, _screen):
        device = self.chance.choice(DEVICES)
        self.plugged[device] = not self.plugged[device]
        self.stand(do="plug" if self.plugged[device] else "unplug", device=device)

    def paper(self, _screen):
        if self.plugged["printer"]:
            self.stand(do="printer", paper=self.chance.choice(("ok", "ok", "near", "out")),
                       cover=self.chance.choice(("closed", "closed", "open")))

    def hand(self, do, **command):
        self.last = f"{do} {command}"
        try:
            self.world.kiosk.ask(do=do, **command)
        except StoryError as error:
            # What it wanted may have gone meanwhile, with a card or a device; the kiosk itself may not.
            if "refused" not in str(error):
                raise

    def stand(self, **command):
        self.last = str(command)
        self.world.stand.ask(**command)

    def sense_for_once(self):
        """A whole pension renewal up to its review, whatever stands on the screen and however it looks."""
        for device in DEVICES:
            if not self.plugged[device]:
                self.stand(do="plug", device=device)
                self.plugged[device] = True
        self.stand(do="printer", paper="ok", cover="closed")
        self.stand(do="card", person=None)
        if self.look()["screen"] == "home":
            self.world.pass_time(70)  # whoever was served last has gone: nobody acts for anybody
        self.world.wait("attract")
        self.hand("tap", on="start")
        while self.look()["lang"] != "zh-CN":
            self.hand("tap", on="language")
        self.world.wait("home", text="养老金领取资格认证")
        visitor = Visitor(self.world)
        visitor.open_service("养老金领取资格认证")
        self.place_card(self.chance.choice(PEOPLE))
        visitor.answer(PENSION_ANSWERS)

    def place_card(self, person):
        """As the screen says: a reader that was away when the last card was taken has a card lifted before it reads one."""
        self.world.wait("card")
        self.stand(do="card", person=person)
        self.world.until(lambda: self.look()["screen"] == "question" or self.is_asked_to_lift(), "the card was neither read nor refused")
        if self.is_asked_to_lift():
            self.stand(do="card", person=None)
            self.world.until(lambda: not self.is_asked_to_lift(), "the card is lifted and asked for all the same")
            self.stand(do="card", person=person)
        self.world.wait("question")

    def is_asked_to_lift(self):
        return any("请先拿起来" in node["label"] for node in self.look()["nodes"])

    # ---- what must hold ----

    def look(self):
        screen = self.world.screen()
        self.screens[screen["screen"]] = self.screens.get(screen["screen"], 0) + 1
        check(screen["screen"] == "saving" or any(node["enabled"] and node["role"] == "button" for node in screen["nodes"]),
              f"{screen['screen']} has nothing to tap")
        if screen["screen"] == "saved":
            self.is_in_the_outbox(screen)
        return screen

    def is_in_the_outbox(self, screen):
        said = {"".join(c for c in node["label"] if c.isdigit()) for node in screen["nodes"]}
        database = sqlite3.connect(f"file:{self.world.dir}/store/outbox.db?mode=ro", uri=True)
        rows = {number for (number,) in database.execute("select number from submission")}
        database.close()
        shown = {digits for digits in said if len(digits) == NUMBER_DIGITS}
        check(rows and shown <= rows, f"the screen says saved, the outbox has {rows} and not {shown - rows}")
        self.saved |= shown

    def leave(self):
        for _ in range(TAPS_TO_LEAVE):
            screen = self.look()
            if screen["screen"] in RESTING:
                return
            if screen["screen"] == "take-card":
                self.take_card()
                continue
            there = [node["id"] for node in screen["nodes"] if node["enabled"]]
            way = next((way for way in WAYS_OUT if way in there), None)
            if screen["screen"] == "saving":
                self.wait_past("saving")
                continue
            check(way, f"{screen['screen']} has no way out: {there}")
            self.hand("tap", on=way)
        raise StoryError(f"{TAPS_TO_LEAVE} taps do not lead away from {self.look()['screen']}")

    def take_card(self):
        self.stand(do="card", person=None)
        self.hand("tap", on="taken")
        self.wait_past("take-card")  # to the faces, if she finished something

    def wait_past(self, screen):
        deadline = time.monotonic() + WAIT_S
        while self.world.screen()["screen"] == screen:
            check(time.monotonic() < deadline, f"{screen} does not end")
            select.select([], [], [], 0.02)

    def run(self, steps):
        moves = (self.tap, self.press, self.draw, self.poke, self.card, self.pull_or_plug, self.paper)
        weights = (70, 8, 8, 3, 7, 2, 2)
        try:
            for self.step in range(steps):
                screen = self.look()
                self.chance.choices(moves, weights)[0](screen)
                if self.step % LEAVE_EVERY == LEAVE_EVERY - 1:
                    self.leave()
                    self.sense_for_once()
            self.leave()
        except StoryError as error:
            raise StoryError(f"seed {self.seed}, step {self.step}, after {self.last}: {error}") from error
        self.world.kiosk_down()  # what is saved outlives the kiosk
        answer = self.world.ctl("queue", "list")
        check("cases" in answer, f"yizhanctl said {answer}")
        rows = answer["cases"]
        check(self.saved <= {case["number"].replace(" ", "") for case in rows}, "a number said to be saved is not in the queue")
        print(f"             seed {self.seed}: {steps} steps, {len(self.saved)} seen saved, screens {self.screens}")


def visit(seed, steps):
    def story(world):
        with_forms(world)
        world.kiosk_up()
        world.wait("attract")
        Monkey(world, seed).run(steps)
    story.__name__ = f"whatever_anybody_does_seed_{seed}"
    return story


if len(sys.argv) > 1:
    tell(visit(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300))
else:
    tell(*(visit(seed, 3000 if LONG else 200) for seed in range(1, 13 if LONG else 4)))
