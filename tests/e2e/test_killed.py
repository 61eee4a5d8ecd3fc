#!/usr/bin/env python3
"""kill -9 at random while kiosk, sync and platform all run: what was called saved arrives once, and nothing in the clear
lies on the kiosk's disk at any of these moments, journals included.

Applications are saved by `yizhanctl apply`, which fills, seals and commits by the code that the screen uses; a touch on the
screen would take seconds each. The kiosk itself runs beside it on its device stand, has the stores open, and is killed too.
50 kills, 1,000 in the long run; the seed is printed.
"""
import json
import os
import random
import select
import signal
import sqlite3
import subprocess

from tell import check, tell, with_forms
from world import CTL, ROOT, SYNC, WAIT_S, Program

LONG = os.environ.get("YIZHAN_TEST_LENGTH") == "long"
KILLS = 1000 if LONG else 50
SEED = int(os.environ.get("YIZHAN_SEED", "20261122"))
KIOSK_EVERY = 10  # it takes a second to start, the others a moment

ANSWERS = ROOT / "tests" / "form" / "services" / "pension-renewal.answers.json"
PICTURE = ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"
MARKS = [mark.encode(code) for mark in ("王秀兰", "999901194403080027", "清水村三组12号", "13800001234")
         for code in ("utf-8", "utf-16-le", "gb18030")]


class Killing:
    """The programs that are killed, and what was seen on the way."""

    def __init__(self, world):
        self.world, self.dice = world, random.Random(SEED)
        self.sync = self.apply = None
        self.told = set()  # instances that somebody was told are saved
        self.kills = dict.fromkeys(("apply", "sync", "platform", "kiosk"), 0)
        self.files_read = self.journals_read = 0

    def start_what_is_dead(self):
        world = self.world
        if world.platform is None:
            world.platform_up()
        if self.sync is None:
            self.sync = Program("yizhan-sync", [SYNC, "--config", world.config], world.dir / "logs" / "sync.log",
                                world.environment)
        if world.kiosk is None:
            world.kiosk_up()
        self.apply = subprocess.Popen(
            [CTL, "apply", "pension-renewal", "--config", world.config, "--json", "--answers", ANSWERS,
             f"--media=card.png={PICTURE}", f"--media=signature.png={PICTURE}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=world.environment)

    def kill_apply(self):
        self.apply.kill()

    def kill_sync(self):
        self.sync.stop(signal.SIGKILL)
        self.sync = None

    def kill_platform(self):
        self.world.platform.stop(signal.SIGKILL)
        self.world.platform = None
        (self.world.dir / "platform" / "port").write_text(self.world.port)

    def kill_kiosk(self):
        self.world.power_cut()

    def victims(self, turn):
        """One of the three, or all of them at once as a power cut takes them."""
        every = ["apply", "sync", "platform"]
        chosen = every if self.dice.random() < 0.2 else [self.dice.choice(every)]
        return chosen + (["kiosk"] if turn % KIOSK_EVERY == KIOSK_EVERY - 1 else [])

    def listen(self):
        """What the citizen was told before the end came, if anything."""
        said, _ = self.apply.communicate(timeout=WAIT_S)
        if said.endswith(b"\n") and json.loads(said)["ok"]:
            self.told.add(json.loads(said)["instance_id"].removeprefix("uuid:"))

    def read_the_disk(self):
        """Before anybody mends it: as a thief finds it."""
        for path in (self.world.dir / "store").rglob("*"):
            try:
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            except FileNotFoundError:  # a journal: those who live go on
                continue
            self.files_read += 1
            self.journals_read += path.name.endswith("-journal") and bool(content)
            check(not any(mark in content for mark in MARKS), f"a person in the clear in {path}")

    def turn(self, number):
        self.start_what_is_dead()
        select.select([], [], [], self.dice.uniform(0, 0.15))
        for victim in self.victims(number):
            getattr(self, f"kill_{victim}")()
            self.kills[victim] += 1
        self.read_the_disk()
        self.listen()


def kill_them_all(world):
    with_forms(world)
    print(f"seed {SEED}, {KILLS} kills")
    killing = Killing(world)
    try:
        for number in range(KILLS):
            killing.turn(number)
    finally:
        if killing.sync:
            killing.sync.stop()
    world.kiosk_down()
    if world.platform is None:
        world.platform_up()
    return killing


def states(world):
    with sqlite3.connect(world.dir / "store" / "outbox.db") as store:
        return dict(store.execute("SELECT instance, state FROM submission"))


def nothing_is_lost_doubled_or_readable(world):
    killing = kill_them_all(world)
    status, counts = world.sync_once()
    check(status == 0, f"something still waits: {counts}")
    arrived = [record["instance_id"].removeprefix("uuid:") for record in world.submissions() if record["complete"]]
    platform = world.platform_get("/admin/counts")
    lost = killing.told - set(arrived)
    called_received = set(states(world)) - set(arrived)  # nothing waits: each of them is delivered or purged
    twice = platform["duplicates"] + platform["conflicts"] + len(arrived) - len(set(arrived))
    print(f"killed {killing.kills}: told saved {len(killing.told)}, arrived {len(arrived)}, lost {len(lost)}, "
          f"twice {twice}, purged without acknowledgement {len(called_received)}, sent again {platform['repeats']}; "
          f"{killing.files_read} files read, {killing.journals_read} of them journals: plaintext 0")
    check(not lost and not called_received and twice == 0, f"lost {lost}, not there {called_received}, twice {twice}")
    check(killing.told and len(arrived) >= len(killing.told), "nothing was saved at all")


tell(nothing_is_lost_doubled_or_readable)
