#!/usr/bin/python3
"""Writes the first letters that each Chinese character's pinyin may begin with, as a C table: initials.py OUT

Fields kMandarin and kHanyuPinlu of Unihan, as packaged in Debian's unicode-data; one bit for each letter, because
some characters are read in two ways (重 as zhong and chong).
"""
import bz2
import re
import sys
import unicodedata

UNIHAN = "/usr/share/unicode/Unihan_Readings.txt.bz2"
FIRST, LAST = 0x4E00, 0x9FFF


def letters(value):
    """The bits of "zhòng" or "zhòng(2043) chóng(319)"."""
    bits = 0
    for syllable in re.sub(r"\([0-9]+\)", "", value).split():
        letter = unicodedata.normalize("NFD", syllable)[0].lower()
        if "a" <= letter <= "z":
            bits |= 1 << (ord(letter) - ord("a"))
    return bits


def main(out):
    table = [0] * (LAST - FIRST + 1)
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] in ("kMandarin", "kHanyuPinlu"):
                code = int(fields[0][2:], 16)
                if FIRST <= code <= LAST:
                    table[code - FIRST] |= letters(fields[2])
    with open(out, "w", encoding="ascii") as file:
        file.write('/* Made by assets/pinyin/initials.py. */\n#include "ui/initials_table.h"\n')
        file.write("const uint32_t initials_table[] = {\n")
        file.writelines(f"{bits:#x},\n" for bits in table)
        file.write("};\n")


if __name__ == "__main__":
    main(sys.argv[1])
