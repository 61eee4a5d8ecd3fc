#!/usr/bin/python3
"""Cuts the screen's fonts from Debian's: subset.py NAME OUT, NAME one of FONTS

regular, bold: what is on every screen. The 8,105 characters of the national standard list (Tongyong Guifan Hanzi Biao) are
field kTGH of Unihan, as packaged in Debian's unicode-data.
rare, rare-bold: whatever else Noto has, but Korean. rarest: what Noto lacks, in Mincho. Together they draw any name that GB 18030-2022
can write, level 3 included; they are opened when a screen holds such a name.

Only what one line of left-to-right Chinese needs is kept: no variants for other languages (they are half of all glyphs), no
vertical forms, one table of characters. Subroutines are written out: FreeType would hold all of them in memory, once for
every size of type.
"""
import bz2
import os
import sys

from fontTools import subset, ttLib

UNIHAN = "/usr/share/unicode/Unihan_OtherMappings.txt.bz2"
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
NOTO_BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
HANAZONO = "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"
SIMPLIFIED_CHINESE = 2  # index in Noto's collections
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F),  # Latin
    (0x2000, 0x206F), (0x2190, 0x2193), (0x2212, 0x2212), (0x2423, 0x2423), (0x2460, 0x2473), (0x25A0, 0x25FF),  # punctuation, arrows, marks
    (0x3000, 0x303F), (0xFF00, 0xFFEF),  # Chinese punctuation, full and half width
    (0x4E28, 0x4E28), (0x4E36, 0x4E36), (0x4E3F, 0x4E3F), (0x4E5B, 0x4E5B),  # strokes: 丨 丶 丿 乛
]


HAN = [(0x2E80, 0x2FDF), (0x31C0, 0x31EF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)]
KOREAN = [(0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF)]


def within(ranges):
    return {c for first, last in ranges for c in range(first, last + 1)}


def everyday():
    characters = within(RANGES)
    with bz2.open(UNIHAN, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) == 3 and fields[1] == "kTGH":
                characters.add(int(fields[0][2:], 16))
    return characters


def provided(path):
    index = SIMPLIFIED_CHINESE if path.endswith(".ttc") else -1
    return set(ttLib.TTFont(path, fontNumber=index, lazy=True).getBestCmap())


def rare():
    return provided(NOTO) - everyday() - within(KOREAN)


def rarest():
    return (provided(HANAZONO) - provided(NOTO)) & within(HAN)


FONTS = {"regular": (NOTO, everyday), "bold": (NOTO_BOLD, everyday),
         "rare": (NOTO, rare), "rare-bold": (NOTO_BOLD, rare), "rarest": (HANAZONO, rarest)}


def main(name, out):
    path, characters = FONTS[name]
    os.makedirs(os.path.dirname(out), exist_ok=True)
    options = subset.Options(font_number=SIMPLIFIED_CHINESE if path.endswith(".ttc") else -1, name_IDs=[0, 1, 2, 13, 14],
                             notdef_outline=True, layout_features=["ccmp", "liga", "locl", "kern", "mark"],
                             layout_scripts=["DFLT.dflt", "latn.dflt", "hani.dflt", "cyrl.dflt", "kana.dflt"],
                             desubroutinize=True)
    options.drop_tables += ["VORG", "vhea", "vmtx", "FFTM"]
    font = subset.load_font(path, options, dontLoadGlyphNames=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.format) == (3, 12)]
    subset.save_font(font, out + ".part", options)
    os.replace(out + ".part", out)


if __name__ == "__main__":
    main(*sys.argv[1:])
