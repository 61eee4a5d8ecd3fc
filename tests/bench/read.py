#!/usr/bin/env python3
"""Whether the screens are read by an eye with a cataract: all that the screens say, each thing once, in its own greys,
blurred by 0.75 mm and with 40 % less contrast, read by tesseract. The share of characters that it gets right.

What is read are labels, cut out of their screens and laid below each other on white paper: what stands around a label
blurs nothing into it. Of contrast tesseract asks little, with all of it no more is read: ui_lint holds it at 7:1.

Tesseract does not know some characters even in print (替 is 昔 to it): what it misreads is read once more without the blur,
and a character that it misreads there, too, tells nothing about the eye. Both shares are printed: ui.read_blurred.all of all
characters, which --at-least judges, and ui.read_blurred of those that are read in print.

read.py [--at-least PERCENT] [-v] [PANEL [CONTRAST [SIZE]]]; -v shows what it misread.
"""
import argparse
import concurrent.futures
import difflib
import itertools
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
    """x y w h em words, one a line."""
    for line in words.read_text(encoding="utf-8").splitlines():
        *place, text = line.split(" ", 5)
        if len(place) == 5 and plain(text):
            yield (*map(int, place), text)


def cut_new(screens, folder):
    """Each label that no screen before had, cut out of its screen: [(em, number, words)]."""
    known, cut = set(), []
    for words in sorted(screens.glob("*.txt")):
        new = {text: place for *place, text in labels_of(words) if text not in known}
        if not new:
            continue
        known |= set(new)
        command = ["convert", str(words.with_suffix(".png"))]
        for number, (x, y, w, h, _) in enumerate(new.values(), len(cut)):
            command += ["(", "-clone", "0", "-crop", f"{w}x{h}+{x}+{y}", "+repage", "-colorspace", "gray",
                        "-write", str(folder / f"{number}.png"), "+delete", ")"]
        cut += [(place[-1], number, text) for number, (text, place) in enumerate(new.items(), len(cut))]
        subprocess.run(command + ["null:"], check=True)
    return cut


def read(folder, kind, page, px_per_mm):
    """The text of labels below each other: of one type size, as tesseract takes the height of a line from the whole page, at
    the size that it was made for and as far apart as lines of print; light words on dark turned over, as an eye does. Their
    ground, in the middle of the first row of pixels, becomes the paper's, or its edge is read as a stroke; words and ground keep
    their ratio, which is what an eye sees of contrast. The eye's faults come last: at the edge of what was cut out there is
    nothing to blur with, and a stroke that reaches it would be drawn out."""
    files = [str(folder / f"{number}.png") for _, number, _ in page]
    eye = ["-blur", f"0x{BLUR_MM * px_per_mm:.2f}", "-brightness-contrast", f"0x-{LESS_CONTRAST}"] if kind == "dim" else []
    grounds = subprocess.run(["convert", *files, "-format", "%[fx:p{w/2,0}]\n", "info:"], capture_output=True, text=True, check=True).stdout
    command = ["convert"]
    for file, ground in zip(files, grounds.split(), strict=True):
        dark = float(ground) < 0.5
        paper = 1 - float(ground) if dark else float(ground)
        command += ["(", file, *(["-negate"] if dark else []), "-evaluate", "divide", f"{paper:.3f}", ")"]
    picture = f"{folder}/{kind}-page-{page[0][1]}.png"
    subprocess.run(command + ["-background", "white", "-bordercolor", "white", "-border", "30x24", "-append", *eye,
                              "-resize", f"{100 * READ_PX_PER_MM / px_per_mm:.0f}%", picture], check=True)
    done = subprocess.run(["tesseract", picture, "-", "-l", "chi_sim", "--psm", "6"], capture_output=True, text=True, check=True,
                          env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"})
    return plain(done.stdout)


def misread(folder, kind, labels, px_per_mm):
    """What is not read of the labels: {(number of the label, which of its characters): what stands there instead}."""
    sizes = [list(of_size) for _, of_size in itertools.groupby(sorted(labels), key=lambda label: label[0])]
    pages = [of_size[i:i + LABELS_A_PAGE] for of_size in sizes for i in range(0, len(of_size), LABELS_A_PAGE)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(lambda page: read(folder, kind, page, px_per_mm), pages))
    wrong = {}
    for page, got in zip(pages, texts, strict=True):
        places = [(number, i) for _, number, words in page for i in range(len(plain(words)))]
        expected = plain("".join(words for _, _, words in page))
        for what, a, b, c, d in difflib.SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
            if what in ("delete", "replace"):
                wrong.update((place, got[c:d]) for place in places[a:b])
    return wrong


def report(name, right, total):
    print(json.dumps({"name": name, "value": 100 * right / total, "unit": "%", "peer": None, "peer_value": None, "ratio": None,
                      "runs": total, "how": "./dev bench ui.read_blurred"}))


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
        px_per_mm = PX_PER_MM[panel]
        labels = cut_new(screens, folder)
        dim = misread(folder, "dim", labels, px_per_mm)
        doubtful = [label for label in labels if any(number == label[1] for number, _ in dim)]
        both = dim.keys() & misread(folder, "print", doubtful, px_per_mm).keys()
    words_of = {number: words for _, number, words in labels}
    for (number, i), got in dim.items() if options.v else []:
        words = plain(words_of[number])
        print(f"{words[:i]}[{words[i]}]{words[i + 1:]} as [{got}]{', in print too' if (number, i) in both else ''}", file=sys.stderr)
    total = sum(len(plain(words)) for _, _, words in labels)
    right, known = total - len(dim), total - len(both)
    report("ui.read_blurred", right, known)
    report("ui.read_blurred.all", right, total)
    return 0 if 100 * right >= options.at_least * total else 1


sys.exit(main())
