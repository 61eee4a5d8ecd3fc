#!/usr/bin/python3
"""The 1,500 commonest characters of written Chinese, as a C table in order of code points: common.py OUT

Field kHanyuPinlu of Unihan (how often a character occurs in a large body of modern text), as packaged in Debian's
unicode-data; traditional forms are left out. Imported by assets/strokes/table.py and tests/check/services.py.
"""
import bz2
import re
import sys

UNICODE = "/usr/share/unicode"  # Debian's unicode-data
COUNT = 1500


def commonness():
    """How often each character occurs; traditional forms are left out."""
    traditional, counts = set(), {}
    with bz2.open(f"{UNICODE}/Unihan_Variants.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if "\tkSimplifiedVariant\t" in line:
                code, _, variants = line.split("\t")
                if code not in variants.split():
                    traditional.add(chr(int(code[2:], 16)))
    with bz2.open(f"{UNICODE}/Unihan_Readings.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if "\tkHanyuPinlu\t" in line:
                code, _, readings = line.split("\t")
                counts[chr(int(code[2:], 16))] = sum(int(n) for n in re.findall(r"\((\d+)\)", readings))
    return {character: count for character, count in counts.items() if character not in traditional}


def common_characters():
    counts = commonness()
    return set(sorted(counts, key=lambda c: -counts[c])[:COUNT])


def main(out):
    with open(out, "w", encoding="ascii") as file:
        file.write("/* Made by assets/words/common.py. */\n#include \"app/ctl/common_characters.h\"\n")
        file.write("const uint32_t common_characters[COMMON_CHARACTERS] = {\n")
        file.writelines(f"{ord(character):#x},\n" for character in sorted(common_characters()))
        file.write("};\n")


if __name__ == "__main__":
    main(sys.argv[1])
