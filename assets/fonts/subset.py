#!/usr/bin/python3
"""Cuts Noto Sans CJK down to the characters the screen needs: subset.py COLLECTION.ttc OUT.otf

The 8,105 characters of the national standard list (Tongyong Guifan Hanzi Biao) are field kTGH of Unihan, as packaged in
Debian's unicode-data. Whatever else a name may hold comes from the full face at run time.

Only what one line of left-to-right Chinese needs is kept: no variants for other languages (they are half of all glyphs), no
vertical forms, one table of characters. Subroutines are written out: FreeType would hold all of them in memory, once for
every size of type.
"""
import bz2
import os
import sys

from fontTools import subset

UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
SIMPLIFIED_CHINESE = 2  # index in the collection
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F),  # Latin
    (0x2000, 0x206F), (0x2190, 0x2193), (0x2460, 0x2473), (0x25A0, 0x25FF),  # punctuation, arrows, marks
    (0x3000, 0x303F), (0xFF00, 0xFFEF),  # Chinese punctuation, full and half width
    (0x4E28, 0x4E28), (0x4E36, 0x4E36), (0x4E3F, 0x4E3F), (0x4E5B, 0x4E5B),  # strokes: 丨 丶 丿 乛
]


def wanted_characters():
    characters = {c for first, last in RANGES for c in range(first, last + 1)}
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kTGH":
                characters.add(int(fields[0][2:], 16))
    return characters


def main(collection, out):
    os.makedirs(os.path.dirname(out), exist_ok=True)
    options = subset.Options(font_number=SIMPLIFIED_CHINESE, name_IDs=[0, 1, 2, 13, 14], notdef_outline=True,
                             layout_features=["ccmp", "liga", "locl", "kern", "mark"],
                             layout_scripts=["DFLT.dflt", "latn.dflt", "hani.dflt", "cyrl.dflt", "kana.dflt"],
                             desubroutinize=True)
    options.drop_tables += ["VORG", "vhea", "vmtx"]
    font = subset.load_font(collection, options, dontLoadGlyphNames=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted_characters())
    subsetter.subset(font)
    font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.format) == (3, 12)]
    subset.save_font(font, out + ".part", options)
    os.replace(out + ".part", out)


if __name__ == "__main__":
    main(*sys.argv[1:])
