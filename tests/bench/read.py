#!/usr/bin/env python3
"""Whether the screens are read by an eye with a cataract: every screen of the journey and every kind of question, blurred
by 0.75 mm and with 40 % less contrast, read label by label by tesseract. The share of characters that it gets right."""
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BLUR_PX, LESS_CONTRAST, SCREENS = 3, 40, 12  # 4.03 px are a millimetre


def plain(text):
    """What counts as read: characters, letters and digits."""
    return re.sub(r"[\W_]+", "", text)


def read(picture, labels, folder):
    """All labels of a screen, cut out and put below each other; light words on dark are turned over, as an eye does."""
    page = folder / "page.png"
    command = ["convert", str(picture), "-blur", f"0x{BLUR_PX}", "-brightness-contrast", f"0x-{LESS_CONTRAST}", "-colorspace", "gray"]
    for x, y, w, h, _ in labels:
        command += ["(", "-clone", "0", "-crop", f"{w}x{h}+{x}+{y}", "+repage", "-normalize", ")"]
    subprocess.run(command + ["-delete", "0", str(folder / "cut-%03d.png")], check=True)
    cuts = sorted(folder.glob("cut-*.png"))
    for cut in cuts:
        mean = subprocess.run(["convert", str(cut), "-format", "%[fx:mean]", "info:"], capture_output=True, text=True, check=True).stdout
        if float(mean) < 0.5:
            subprocess.run(["mogrify", "-negate", str(cut)], check=True)
    subprocess.run(["convert", *map(str, cuts), "-background", "white", "-bordercolor", "white", "-border", "30x14", "-append", str(page)],
                   check=True)
    for cut in cuts:
        cut.unlink()
    done = subprocess.run(["tesseract", str(page), "-", "-l", "chi_sim", "--psm", "6"], capture_output=True, text=True, check=True,
                          env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin"})
    return done.stdout


def main():
    right = total = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        screens = folder / "screens"
        screens.mkdir()
        subprocess.run([ROOT / "build" / "tests" / "ui_sheet", screens, "21p", "zh-CN", "light", "1", "every-question", "read"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listed = sorted(screens.glob("*.txt"))
        for words in listed[:: max(1, len(listed) // SCREENS)]:
            labels = [(*map(int, line.split(" ", 4)[:4]), line.split(" ", 4)[4])
                      for line in words.read_text(encoding="utf-8").splitlines() if len(line.split(" ", 4)) == 5]
            expected = plain("".join(text for *_, text in labels))
            got = plain(read(words.with_suffix(".png"), labels, folder))
            blocks = difflib.SequenceMatcher(None, expected, got, autojunk=False).get_matching_blocks()
            matched = sum(block.size for block in blocks)
            if matched < len(expected) and "-v" in sys.argv:
                print(words.stem, matched, len(expected), expected, got, sep="\n  ", file=sys.stderr)
            right, total = right + matched, total + len(expected)
    print(json.dumps({"name": "ui.read_blurred", "value": 100 * right / total, "unit": "%", "peer": None, "peer_value": None,
                      "ratio": None, "runs": total, "how": "./dev bench ui.read_blurred"}))


main()
