#!/usr/bin/env python3
"""Plays one file of tests/device/plays: play.py BUILD_DIR FILE.play

A play starts yizhanctl on the device stand and goes by events, never by time:

    run devices read --show     yizhanctl's arguments; what hands do before this line is done before it starts
    unplug idcard               and `plug`
    place wang-xiulan           a card on the reader; `place nobody` takes it away
    hand {"do":...}             anything else the stand can do
    fault printer byte=9000:paper-out
    expect stage=read doubts=0  waits for a line of output with these values; lines before it are passed over
    never outcome=proved        no line so far may have these
    exit 1                      yizhanctl's exit status
    stand idcard.reads=1        what the stand's state must say after that

In a `run` line PICTURE is a picture made for the play, 576 x 1200 dots of noise, ASSETS the built assets, FOLDER an
empty folder.
"""
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading

PATIENCE_S = 60  # a play that waits so long hangs


def picture(path, width=576, height=1200):
    dots = random.Random(1).randbytes(width // 8 * height)
    with open(path, "wb") as file:
        file.write(b"P4\n%d %d\n" % (width, height) + dots)


class Play:
    def __init__(self, build):
        self.build = build
        self.folder = tempfile.TemporaryDirectory(prefix="yz-play-")
        self.before = []  # hands, until the play begins
        self.stand = self.channel = None
        self.lines = []
        self.passed = 0
        self.news = threading.Condition()
        self.ended = False

    def listen(self):
        for line in self.stand.stdout:
            if line.startswith("{"):
                with self.news:
                    self.lines.append(json.loads(line))
                    self.news.notify()
        with self.news:
            self.ended = True
            self.news.notify()

    def do_run(self, rest):
        path = os.path.join(self.folder.name, "stand")
        picture(os.path.join(self.folder.name, "picture.pbm"))
        meant = {"PICTURE": os.path.join(self.folder.name, "picture.pbm"), "ASSETS": f"{self.build}/assets",
                 "FOLDER": self.folder.name}
        words = [meant.get(word, word) for word in rest.split()]
        command = [f"{self.build}/bin/device-stand", "--socket", path, "--at-end", self.at_end(), *self.before, "--",
                   f"{self.build}/bin/yizhanctl", *words, "--json"]
        environment = dict(os.environ, ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
        self.stand = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        threading.Thread(target=self.listen, daemon=True).start()
        self.channel = self.connect(path)

    def connect(self, path):
        """The stand makes its socket before it starts the program, but may not be that far yet."""
        channel = socket.socket(socket.AF_UNIX)
        while True:
            try:
                channel.connect(path)
                return channel.makefile("rw")
            except OSError:
                if self.stand.poll() is not None:
                    raise SystemExit("the stand did not start")

    def ask(self, command):
        if not self.channel:
            self.before += ["--do", json.dumps(command)]
            return {}
        self.channel.write(json.dumps(command) + "\n")
        self.channel.flush()
        answer = json.loads(self.channel.readline())
        if not answer["ok"]:
            raise SystemExit(f"the stand refuses {command}: {answer['error']}")
        return answer

    def do_hand(self, rest):
        self.ask(json.loads(rest))

    def do_place(self, rest):
        self.ask({"do": "card", "person": None if rest == "nobody" else rest})

    def do_fault(self, rest):
        device, _, script = rest.partition(" ")
        self.ask({"do": "fault", "device": device, "script": script})

    def do_plug(self, rest):
        self.ask({"do": "plug", "device": rest})

    def do_unplug(self, rest):
        self.ask({"do": "unplug", "device": rest})

    def do_expect(self, rest):
        wanted = pairs(rest)
        with self.news:
            while True:
                while self.passed < len(self.lines):
                    line = self.lines[self.passed]
                    self.passed += 1
                    if fits(line, wanted):
                        return
                if self.ended or not self.news.wait(PATIENCE_S):
                    raise SystemExit(f"never came: {rest}\n" + "\n".join(map(json.dumps, self.lines)))

    def do_never(self, rest):
        for line in self.lines:
            if fits(line, pairs(rest)):
                raise SystemExit(f"must not come: {rest}: {json.dumps(line)}")

    def at_end(self):
        return os.path.join(self.folder.name, "at-end.json")

    def do_stand(self, rest):
        with open(self.at_end(), encoding="utf-8") as file:
            state = json.load(file)
        for key, value in pairs(rest).items():
            device, _, name = key.partition(".")
            if as_text(state[device][name]) != value:
                raise SystemExit(f"the stand says {key} is {as_text(state[device][name])}, not {value}")

    def do_exit(self, rest):
        status = self.stand.wait(PATIENCE_S)
        if status != int(rest):
            raise SystemExit(f"exit status {status} instead of {rest}")

    def close(self):
        if self.stand and self.stand.poll() is None:
            self.stand.terminate()
            self.stand.wait(PATIENCE_S)
        self.folder.cleanup()


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value)


def pairs(text):
    return dict(word.split("=", 1) for word in text.split())


def fits(line, wanted):
    return all(key in line and as_text(line[key]) == value for key, value in wanted.items())


def main():
    build, path = sys.argv[1:]
    play = Play(build)
    try:
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            verb, _, rest = line.strip().partition(" ")
            if not verb or verb.startswith("#"):
                continue
            try:
                getattr(play, "do_" + verb)(rest.strip())
            except SystemExit as wrong:
                sys.exit(f"{path}:{number}: {wrong}")
    finally:
        play.close()


if __name__ == "__main__":
    main()
