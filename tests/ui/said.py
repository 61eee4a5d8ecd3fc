#!/usr/bin/env python3
"""What the voice is given on every screen of the tour (ui_said), line by line: nothing is left in digits or signs that nobody
says, no sentence is longer than a breath, and an announcer's recordings (`yizhanctl voice script`) are the pieces of it.

said.py UI_SAID YIZHANCTL
"""
import csv
import io
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMS = ROOT / "assets" / "forms"
UI_SAID, CTL = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
ASSETS = CTL.parents[1] / "assets"
# As drivers/voice/clips.c: nobody says them.
MARKS = re.compile(r"[ \n，。？！；：、“”（）·…—,.?!;:()|-]*")
# Letters, marks, and the names of laws.
SAYABLE = re.compile("[A-Za-z一-鿿 \n，。？！；：、“”（）·…—,.?!;:()'’\"《》〔〕\\[\\]|-]*")
TEXT_ID = re.compile(r"[a-z]+\.[a-z_-]+")
NAMES_OF_THINGS = re.compile('FAT32|[“"]A1[”"]')
# Nobody records names of people and places, the county's own words, and the tests' form: the synthesiser says the line.
NOT_OURS = re.compile("王秀兰|王小张|王建国|李国强|李小梅|大槐树|青溪|every-question/|各种问题|请补户口本首页的照片|technician/")
BREATH = {"zh-CN": 22, "en": 18}  # characters, words; nobody can shorten the name of a law


def longest_breath(lang, words):
    spoken = [s for s in re.split(r"[。？；：]|[.?;:] ", words) if not re.search("[《（(]", s)]
    return max((len(s) if lang == "zh-CN" else len(s.split()) for s in spoken), default=0)


def script(lang):
    done = subprocess.run([CTL, "voice", "script", "--lang", lang, "--assets", ASSETS, "--forms", FORMS],
                          capture_output=True, text=True, check=True)
    rows = csv.DictReader(io.StringIO(done.stdout.removeprefix("\ufeff")))
    return {row["text"] for row in rows}


def rest_of(words, pieces, longest):
    """What is left when no piece fits any more; "" when all of it is made of them."""
    at = MARKS.match(words).end()
    while at < len(words):
        size = next((n for n in range(min(longest, len(words) - at), 0, -1) if words[at:at + n] in pieces), 0)
        if size == 0:
            return words[at:]
        at = MARKS.match(words, at + size).end()
    return ""


def main():
    said = subprocess.run([UI_SAID], capture_output=True, text=True, check=True).stdout
    lines = [line.split("\t") for line in said.splitlines() if not line.startswith("<")]
    pieces = {lang: script(lang) for lang in {line[0] for line in lines}}
    longest = {lang: max(map(len, pieces[lang])) for lang in pieces}
    faults = []
    for lang, screen, how, words in lines:
        where = f"{lang} {screen} ({how}): "
        left = SAYABLE.sub("", NAMES_OF_THINGS.sub("", words)) or "".join(TEXT_ID.findall(words))
        if left:
            faults.append(f"{where}nobody says {left!r}: {words}")
        if NOT_OURS.search(screen + words):
            continue
        if longest_breath(lang, words) > BREATH[lang]:
            faults.append(f"{where}a sentence longer than a breath: {words}")
        left = rest_of(words, pieces[lang], longest[lang])
        if left:
            faults.append(f"{where}not in the script: {left}")
    print("\n".join(faults) or f"{len(lines)} lines are said from {sum(map(len, pieces.values()))} pieces")
    return 1 if faults or len(lines) < 2000 else 0


sys.exit(main())
