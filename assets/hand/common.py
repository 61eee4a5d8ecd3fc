#!/usr/bin/python3
"""Writes the code points of the national list of 8,105 characters in its order, one hexadecimal number a line: common.py OUT

Field kTGH of Unihan ("2013:number"), as packaged in Debian's unicode-data. The first 3,500 are the commonest.
"""
import bz2
import sys

UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"


def main(out):
    listed = []
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kTGH":
                listed.append((int(fields[2].split(":")[1]), fields[0][2:]))
    with open(out, "w", encoding="ascii") as file:
        file.writelines(f"{code}\n" for _, code in sorted(listed))


if __name__ == "__main__":
    main(sys.argv[1])
