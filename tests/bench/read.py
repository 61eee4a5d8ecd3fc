#!/usr/bin/env python3
"""Whether the screens are read by an eye with a cataract: all that the screens say, each thing once, blurred by 0.75 mm and
with 40 % less contrast, read by tesseract. The share of characters that it gets right.

read.py [--at-least PERCENT] [-v] [PANEL [CONTRAST [SIZE]]]; -v shows what it misread.
"""
import argparse
import concurrent.futures
import difflib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLUR_MM, LESS_CONTRAST, LABELS_A_PAGE, SKIPPED = 0.75, 40, 30, 77
READ_PX_PER_MM = 2.62  # an em of 10.4 mm is 27 px high
PX_PER_MM = {"21p": 4.03, "21l": 4.03, "15p": 5.56, "15l": 5.56, "10l": 5.89}


def plain(text):
    """What counts as read: Chinese characters and digits. Latin is for who reads it, with another dictionary."""
    return re.sub(r"[^0-9一-鿿]+", "", text)


def labels_of(words):
    """x y w h words, one a line."""
    for line in words.read_text(encoding="utf-8").splitlines():
        *place, text = line.split(" ", 4)
        if len(place) == 4 and plain(text):
            yield (*map(int, place), text)


def cut_new(screens, folder, blur_px):
    """Each label that no screen before had, cut out of its screen and dimmed: (file, words)."""
    known, cuts = set(), []
    for words in sorted(screens.glob("*.txt")):
        new = {text: place for *place, text in labels_of(words) if text not in known}
        if not new:
            continue
        known |= set(new)
        command = ["convert", str(words.with_suffix(".png"))]
        for (x, y, w, h), number in zip(new.values(), range(len(cuts), len(cuts) + len(new))):
            command += ["(", "-clone", "0", "-crop", f"{w + 8}x{h}+{max(0, x - 4)}+{y}", "+repage", "-blur", f"0x{blur_px:.2f}",
                        "-brightness-contrast", f"0x-{LESS_CONTRAST}", "-colorspace", "gray", "-normalize", "-write",
                        str(folder / f"{number:04}.png"), "+delete", ")"]
            cuts.append(folder / f"{number:04}.png")
        subprocess.run(command + ["null:"], check=True)
    return list(zip(cuts, known_in_order(screens, known)))


def known_in_order(screens, known):
    left, order = set(known), []
    for words in sorted(screens.glob("*.txt")):
        for *_, text in labels_of(words):
            if text in left:
                left.remove(text)
                order.append(text)
    return order


def read(page, px_per_mm):
    """Labels below each other, at the size that tesseract was made for; light words on dark are turned over, as an eye does."""
    files = [str(file) for file, _ in page]
    means = subprocess.run(["convert", *files, "-format", "%[fx:mean]\n", "info:"], capture_output=True, text=True, check=True).stdout
    command = ["convert"]
    for file, mean in zip(files, means.split()):
        command += ["(", file, *(["-negate"] if float(mean) < 0.5 else []), ")"]
    picture = files[0] + ".page.png"
    subprocess.run(command + ["-background", "white", "-bordercolor", "white", "-border", "30x14", "-append",
                              "-resize", f"{100 * READ_PX_PER_MM / px_per_mm:.0f}%", picture], check=True)
    done = subprocess.run(["tesseract", picture, "-", "-l", "chi_sim", "--psm", "6"], capture_output=True, text=True, check=True,
                          env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"})
    expected, got = plain("".join(text for _, text in page)), plain(done.stdout)
    blocks = difflib.SequenceMatcher(None, expected, got, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks), expected, got


def misread(expected, got):
    for what, a, b, c, d in difflib.SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        if what in ("delete", "replace"):
            yield f"{expected[max(0, a - 3):a]}[{expected[a:b]}]{expected[b:b + 3]} as [{got[c:d]}]"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-least", type=float, default=0)
    parser.add_argument("-v", action="store_true")
    parser.add_argument("look", nargs="*", default=[])
    options = parser.parse_args()
    if not shutil.which("tesseract"):
        print("skipped: there is no tesseract here", file=sys.stderr)
        return SKIPPED
    panel, contrast, size = (options.look + ["21p", "light", "1"][len(options.look):])[:3]
    with tempfile.TemporaryDirectory() as name:
        folder, screens = pathlib.Path(name), pathlib.Path(name) / "screens"
        screens.mkdir()
        subprocess.run([ROOT / "build" / "tests" / "ui_sheet", screens, panel, "zh-CN", contrast, size, "every-question", "read"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        cuts = cut_new(screens, folder, BLUR_MM * PX_PER_MM[panel])
        pages = [cuts[i:i + LABELS_A_PAGE] for i in range(0, len(cuts), LABELS_A_PAGE)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            results = list(pool.map(lambda page: read(page, PX_PER_MM[panel]), pages))
    right, total = sum(r for r, _, _ in results), sum(len(e) for _, e, _ in results)
    for _, expected, got in results if options.v else []:
        print("\n".join(misread(expected, got)), file=sys.stderr)
    print(json.dumps({"name": "ui.read_blurred", "value": 100 * right / total, "unit": "%", "peer": None, "peer_value": None,
                      "ratio": None, "runs": total, "how": "./dev bench ui.read_blurred"}))
    return 0 if 100 * right >= options.at_least * total else 1


sys.exit(main())
