#!/usr/bin/env python3
"""`yizhanctl form show`: every question of the example is drawn, in both languages the same screens, and one sheet.

show.py YIZHANCTL ASSETS
"""
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "docs" / "example-every-question" / "form.xml"


def png_size(path):
    head = path.read_bytes()[:24]
    if head[:8] != b"\x89PNG\r\n\x1a\n":
        raise SystemExit(f"{path} is no PNG")
    return struct.unpack(">II", head[16:24])


def questions():
    """All controls but those that card and scanner fill by themselves, as `form show` spells them."""
    refs = re.findall(r'<(?:input|select1?|odk:rank|range|upload|trigger)[^>]* ref="([^"]+)"', EXAMPLE.read_text(encoding="utf-8"))
    return {ref.split("/", 2)[2].replace("/", "-").replace("_", "-") for ref in refs if not (ref.startswith("/data/card/") or ref.endswith("/symbology"))}


def main():
    program, = sys.argv[1:]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "show"
        done = subprocess.run([program, "form", "show", EXAMPLE, "--out", out, "--text", "normal",
                               "--contrast", "light", "--panel", "540x960@21.5"], capture_output=True, encoding="utf-8")
        if done.returncode:
            raise SystemExit(f"form show ended with {done.returncode}: {done.stderr}")
        if "picture" in done.stderr:
            faults.append(f"the form's own pictures are not shown: {done.stderr}")
        drawn = {look.name: sorted(file.name for file in look.iterdir()) for look in out.iterdir() if look.is_dir()}
        if set(drawn) != {"zh-CN-normal-light", "en-normal-light"}:
            faults.append(f"looks are {sorted(drawn)}")
        for look, names in drawn.items():
            text = " ".join(names)
            missing = [name for name in questions() if f"-{name}." not in text and f"-{name}-" not in text]
            missing += [name for name in ("guide", "consent", "card", "review", "saved") if f"-{name}" not in text]
            if missing:
                faults.append(f"{look} lacks {missing}")
        for look in out.glob("*/*.png"):
            if png_size(look) != (540, 960):
                faults.append(f"{look.name} is {png_size(look)}")
        count = sum(map(len, drawn.values()))
        if not done.stdout.startswith(f"{count} screens"):
            faults.append(f"{count} files, and it says {done.stdout}")
        width, height = png_size(out / "sheet.png")
        if width < 1000 or height < 1000 or not 1 / 3 < width / height < 3:
            faults.append(f"the sheet is {width}x{height}")
        lost = subprocess.run([program, "form", "show", EXAMPLE, "--out", out, "--assets", folder], capture_output=True,
                              encoding="utf-8")
        if lost.returncode != 1 or "give --assets DIR" not in lost.stderr:
            faults.append(f"without its files: exit {lost.returncode}, {lost.stderr}")
        wrong = subprocess.run([program, "form", "show", EXAMPLE, "--out", out, "--contrast", "pink"], capture_output=True)
        if wrong.returncode != 64:
            faults.append(f"a contrast nobody has: exit {wrong.returncode}")
    print("\n".join(faults) if faults else f"{count} screens drawn")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
