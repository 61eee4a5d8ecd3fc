#!/usr/bin/env python3
"""yizhanctl fleet enrol: five hundred boxes from a spreadsheet, and no box at all from a spreadsheet with a mistake."""
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"
TEMPLATE = """[kiosk]
number = 1
place = -
[store]
dir = /var/lib/yizhan/store
[platform]
url = https://central.example.org/v1
[secrets]
dir = /var/lib/yizhan/secrets
"""
HEAD = "kiosk.number,kiosk.place,visit.town,credential.platform.password"
failed = 0


def enrol(folder, *rows, head=HEAD):
    (folder / "template.ini").write_text(TEMPLATE)
    (folder / "list.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return subprocess.run([CTL, "fleet", "enrol", folder / "list.csv", "--template", folder / "template.ini", "--out",
                           folder / "boxes"], capture_output=True, text=True, check=False)


def five_hundred(folder):
    done = enrol(folder, *[f"{n},青溪镇第{n}便民点,qingxi,token-{n}" for n in range(1, 501)])
    assert done.returncode == 0, done.stderr
    boxes = sorted((folder / "boxes").iterdir())
    assert len(boxes) == 500 and boxes[41].name == "0042"
    config = (boxes[41] / "kiosk.ini").read_text(encoding="utf-8")
    assert "number = 42\n" in config and "place = 青溪镇第42便民点\n" in config and "[visit]\ntown = qingxi\n" in config
    token = boxes[41] / "credstore/platform.password"
    assert token.read_text() == "token-42" and stat.S_IMODE(token.stat().st_mode) == 0o600
    assert "token" not in config, "a credential stands in the configuration"


def refused(says, *rows, head=HEAD):
    def story(folder):
        done = enrol(folder, "1,一号,qingxi,t", *rows, head=head)
        assert done.returncode == 1 and says in done.stderr, f"{done.returncode}: {done.stderr}"
        left = sorted(path.name for path in folder.iterdir())
        assert left == ["list.csv", "template.ini"], f"left behind: {left}"
    return story


STORIES = {
    "five hundred": five_hundred,
    "a number twice": refused("line 3: number 0001 is that of line 2 already", "1,二号,qingxi,t"),
    "a number that is none": refused("line 3", "abc,二号,qingxi,t"),
    "a place without a name": refused("line 3", '2,"@ 30 119",qingxi,t'),
    "a key that no kiosk knows": refused("has no key colour", head="kiosk.number,kiosk.place,kiosk.colour,x"),
    "no numbers": refused("no column kiosk.number", head="number,kiosk.place,visit.town,x"),
    "a credential that climbs out": refused("a credential cannot be called", head="kiosk.number,kiosk.place,visit.town,credential.../x"),
}
for name, story in STORIES.items():
    with tempfile.TemporaryDirectory(prefix="yizhan-fleet-") as folder:
        try:
            story(pathlib.Path(folder))
            print(f"[       OK ] {name}")
        except AssertionError as error:
            failed += 1
            print(f"[  FAILED  ] {name}: {error}")
sys.exit(1 if failed else 0)
