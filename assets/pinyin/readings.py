#!/usr/bin/python3
"""Writes how characters beyond the basic plane are read, as a C table: readings.py OUT

Field kMandarin of Unihan, as packaged in Debian's unicode-data. espeak-ng knows every character of the basic plane that has
a reading there, and none beyond: of those it says the code point, digit by digit.
"""
import bz2
import sys

UNIHAN = "/usr/share/unicode/Unihan_Readings.txt.bz2"
SYLLABLE_BITS = 11  # as READINGS_SYLLABLE_BITS in drivers/voice/readings_table.h


def main(out):
    readings = {}
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kMandarin" and int(fields[0][2:], 16) > 0xFFFF:
                readings[int(fields[0][2:], 16)] = fields[2].split()[0]
    syllables = {syllable: index for index, syllable in enumerate(sorted(set(readings.values())))}
    with open(out, "w", encoding="utf-8") as file:
        file.write('/* Made by assets/pinyin/readings.py. */\n#include "drivers/voice/readings_table.h"\n')
        file.write(f"const size_t readings_count = {len(readings)};\nconst uint32_t readings[] = {{\n")
        file.writelines(f"{c << SYLLABLE_BITS | syllables[readings[c]]:#x},\n" for c in sorted(readings))
        file.write("};\nconst char *const readings_syllables[] = {\n")
        file.writelines(f'"{syllable}",\n' for syllable in syllables)
        file.write("};\n")


if __name__ == "__main__":
    main(sys.argv[1])
