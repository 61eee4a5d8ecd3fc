#!/usr/bin/python3
"""Writes in which strokes each character is written, the commonest first, a line each ("hhsh 王"): table.py FOLDER

h s p n z stand for 横 竖 撇 点(捺) 折. The orders are those of Debian's rime-data-stroke (LGPL-3), both of the mainland and
of Taiwan where they differ: who learnt to write long ago writes as she learnt. Its licence is laid beside the table.
The 8,105 characters are field kTGH of Unihan.
"""
import bz2
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "words"))
from common import UNICODE, commonness  # noqa: E402

STROKES = "/usr/share/rime-data/stroke.dict.yaml"
LICENCE = "/usr/share/doc/rime-data-stroke/copyright"


def national_list():
    """Each character's place in it."""
    with bz2.open(f"{UNICODE}/Unihan_OtherMappings.txt.bz2", "rt", encoding="utf-8") as lines:
        fields = (line.rstrip("\n").split("\t") for line in lines)
        return {chr(int(f[0][2:], 16)): int(f[2].split(":")[1]) for f in fields if len(f) == 3 and f[1] == "kTGH"}


def orders(wanted):
    with open(STROKES, encoding="utf-8") as lines:
        fields = (line.rstrip("\n").split("\t") for line in lines)
        return [(f[0], f[1]) for f in fields if len(f) >= 2 and f[0] in wanted and f[1] and set(f[1]) <= set("hspnz")]


def main(folder):
    places, counts = national_list(), commonness()
    rows = sorted(orders(places), key=lambda row: (-counts.get(row[0], 0), places[row[0]], row[1]))
    if len({character for character, _ in rows}) < 7500:
        sys.exit(f"{STROKES} holds too few characters")
    os.makedirs(folder, exist_ok=True)
    shutil.copy(LICENCE, f"{folder}/LICENCE.txt")
    with open(f"{folder}/strokes.part", "w", encoding="utf-8") as file:
        file.writelines(f"{order} {character}\n" for character, order in rows)
    os.replace(f"{folder}/strokes.part", f"{folder}/strokes.txt")


if __name__ == "__main__":
    main(sys.argv[1])
