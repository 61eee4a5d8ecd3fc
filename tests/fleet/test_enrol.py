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
[seal]
key_sha256 = """ + "ab" * 32 + "\n"
HEAD = "kiosk.number,kiosk.place,visit.town,credential.platform.password"
URL = "https://central.example.org/v1/key/AAAA/projects/1"
failed = 0


def enrol(folder, *rows, head=HEAD, encoding="utf-8", raw=None, words=(), template=TEMPLATE):
    (folder / "template.ini").write_text(template)
    (folder / "list.csv").write_bytes(raw if raw is not None else ("\n".join([head, *rows]) + "\n").encode(encoding))
    return subprocess.run([CTL, "fleet", "enrol", folder / "list.csv", "--template", folder / "template.ini", "--out",
                           folder / "boxes", *words], capture_output=True, text=True, check=False)


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


def written_by(encoding, separator=","):
    """As Excel and WPS save it."""
    def story(folder):
        done = enrol(folder, "42,青溪镇便民点,qingxi,t".replace(",", separator), head=HEAD.replace(",", separator), encoding=encoding)
        assert done.returncode == 0, done.stderr
        assert "place = 青溪镇便民点\n" in (folder / "boxes/0042/kiosk.ini").read_text(encoding="utf-8")
    return story


def refused(says, *rows, head=HEAD, first="1,一号,qingxi,t", **how):
    def story(folder):
        done = enrol(folder, first, *rows, head=head, **how)
        assert done.returncode == 1 and says in done.stderr, f"{done.returncode}: {done.stderr}"
        left = sorted(path.name for path in folder.iterdir())
        assert left == ["list.csv", "template.ini"], f"left behind: {left}"
    return story


def with_pins(folder):
    """The verifiers in kiosk.ini are nothing without the fleet's key, which lies in a file of its own."""
    key, verifier = folder / "pin.key", "ab" * 32
    head, row = "kiosk.number,kiosk.place,visit.pin", f"7,七号,{verifier}"
    done = enrol(folder, row, head=head)
    assert done.returncode == 1 and "nothing without --pin-key" in done.stderr, done.stderr
    key.write_text("0123456789abcdef" * 4 + "\n")
    key.chmod(0o644)
    done = enrol(folder, row, head=head, words=("--pin-key", key))
    assert done.returncode == 1 and "may be read by others" in done.stderr and "line 2" not in done.stderr, done.stderr
    key.chmod(0o600)
    done = enrol(folder, row, head=head, words=("--pin-key", key))
    assert done.returncode == 0, done.stderr
    copy = folder / "boxes/0007/pin.key"
    assert copy.read_text() == key.read_text() and stat.S_IMODE(copy.stat().st_mode) == 0o600


def as_the_page_says(folder):
    """docs/OPERATIONS.md, "Enrol", word for word."""
    page = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8").split("## Enrol", 1)[1]
    template, rows = (block.split("\n", 1)[1] for block in page.split("```")[1:4:2])
    (folder / "template.ini").write_text(template, encoding="utf-8")
    (folder / "LIST.csv").write_text(rows, encoding="utf-8")
    command, = (line.split("`")[1] for line in page.splitlines() if line.startswith("`yizhanctl fleet enrol"))
    (folder / "CA").mkdir()
    subprocess.run("umask 077; openssl rand -hex 32 >CA/pin.key", shell=True, cwd=folder, check=True)
    done = subprocess.run([CTL, *command.split()[1:]], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout == "2 kiosks in BOXES\n", done.stdout + done.stderr
    config = (folder / "BOXES/0008/kiosk.ini").read_text(encoding="utf-8")
    assert "town = baishan\n" in config and "/key/BBBB/projects/2\n" in config and "/AAAA/" not in config


STORIES = {
    "as the page says": as_the_page_says,
    "five hundred": five_hundred,
    "with PINs": with_pins,
    "UTF-8 with a mark, as Excel writes it": written_by("utf-8-sig"),
    "GB18030, as older ones write it": written_by("gb18030"),
    "semicolons": written_by("utf-8", ";"),
    "Unicode text, as Excel calls UTF-16": refused("UTF-16, neither UTF-8 nor GB18030", encoding="utf-16"),
    "the workbook itself": refused("a workbook: save it as CSV", raw=b"PK\3\4and so on"),
    "an empty file": refused("no column kiosk.number", raw=b""),
    "a header alone": refused("a header and no kiosk", raw=HEAD.encode() + b"\n"),
    "a column twice": refused("two columns kiosk.number", head="kiosk.number,kiosk.place,kiosk.number,x.y"),
    "a column that is a remark": refused('what is column 4, "remark"?', head="kiosk.number,kiosk.place,visit.town,remark"),
    "an empty number": refused("line 3: kiosk.number is empty", ",二号,qingxi,t"),
    "a cell forgotten, so that the rest moves over": refused("line 3: 3 cells where the header has 4", "2,二号,t"),
    "a token copied down": refused("line 3: platform.url is that of line 2 already", f"2,二号,{URL},t",
                                   head="kiosk.number,kiosk.place,platform.url,credential.x", first=f"1,一号,{URL},t"),
    "a template without the county's key": refused("line 2: [seal] key_sha256 is missing", template=TEMPLATE.split("[seal]")[0]),
    "a template with a key that no kiosk knows": refused("template.ini: [seal] has no key colour", template=TEMPLATE + "colour = red\n"),
    "more cells than columns": refused("line 3", "2,二号,qingxi,t,t"),
    "a line break that brings a key along": refused("line 3: kiosk.place has a line break", '2,"二号\nurl = http://evil",qingxi,t'),
    "a number twice": refused("line 3: number 0001 is that of line 2 already", "1,二号,qingxi,t"),
    "a number that is none": refused("line 3", "abc,二号,qingxi,t"),
    "a place without a name": refused("line 3", '2,"@ 30 119",qingxi,t'),
    "a key that no kiosk knows": refused("has no key colour", head="kiosk.number,kiosk.place,kiosk.colour,visit.town"),
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
