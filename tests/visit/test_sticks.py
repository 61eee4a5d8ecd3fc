#!/usr/bin/env python3
"""Good and bad sticks before the real yizhan-visit: each bad one is refused for its own reason, in a sentence a person
in a village can act on, and nothing of the kiosk has changed."""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VISIT = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhan-visit"
failed = 0


class Bench:
    """A kiosk's files, a fleet, another fleet, and sticks made by the real board/stick/make."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        for fleet in ("fleet", "strangers"):
            subprocess.run([ROOT / "board/rauc/test-ca", self.dir / fleet], check=True)
        self.kiosk = self.dir / "kiosk"
        (self.kiosk / "store").mkdir(parents=True)
        key = self.kiosk / "pin.key"
        key.touch(mode=0o600)
        key.write_text("5a" * 32 + "\n")
        pin = subprocess.run([VISIT, "pin", "Technician of the development fleet", "--key", key], input="2468\n",
                             stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
        (self.kiosk / "kiosk.ini").write_text(f"""[kiosk]
number = 7
place = 青溪镇便民点
[store]
dir = {self.kiosk}/store
[platform]
url = https://example.org/v1
[secrets]
dir = {self.kiosk}
[visit]
ca = {self.dir}/fleet/ca.pem
town = qingxi
pin = {pin}
""", encoding="utf-8")
        (self.kiosk / "os-release").write_text("NAME=Yizhan\nVERSION_ID=0.3.0\n")
        (self.dir / "update.bin").write_bytes(os.urandom(300_000))
        self.made = 0

    def stick(self, *words, ca="fleet", town="qingxi", bundle=None, out=None):
        self.made += 1
        out = out or self.dir / f"stick-{self.made}"
        out.mkdir(exist_ok=True)
        update = ["--bundle", self.dir / "update.bin", "--bundle-version", bundle] if bundle else []
        subprocess.run([ROOT / "board/stick/make", "--unchecked", "--town", town, "--ca", self.dir / ca, "--out", out, *update,
                        *words], check=True, stdout=subprocess.DEVNULL)
        return out

    def state(self):
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in self.kiosk.rglob("*") if path.is_file()}

    def check(self, stick, inside=()):
        """inside: words that start the program in surroundings of their own."""
        before = self.state()
        done = subprocess.run([*inside, VISIT, "check", stick, "--config", self.kiosk / "kiosk.ini", "--release",
                               self.kiosk / "os-release", "--json"], capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise AssertionError(f"yizhan-visit ended with {done.returncode}: {done.stderr}")
        if self.state() != before:
            raise AssertionError("looking at a stick changed the kiosk")
        return json.loads(done.stdout)


def say(name, problem):
    global failed
    failed += problem is not None
    print(f"[  FAILED  ] {name}: {problem}" if problem else f"[       OK ] {name}")


def good(bench, name, stick, plan):
    answer = bench.check(stick)
    say(name, None if answer.get("plan") == plan else f"answered {answer}")


def screen_words():
    """What the kiosk's screen says of each fault."""
    text = (ROOT / "assets/lang/zh-CN/technician.po").read_text(encoding="utf-8")
    return dict(re.findall(r'msgid "visit.fault.([a-z-]+)"\nmsgstr "([^"]+)"', text))


def bad(bench, name, stick, fault, inside=()):
    answer = bench.check(stick, inside)
    right = answer.get("fault") == fault and answer["sentence"] == screen_words()[fault] and answer["sentence"].endswith("。")
    say(name, None if right else f"answered {answer} where \"{fault}\" is right")


def change(path, act):
    content = bytearray(path.read_bytes())
    path.write_bytes(bytes(act(content)))


def flip(at):
    def act(content):
        content[at % len(content)] ^= 0x10
        return content
    return act


def good_sticks(bench):
    good(bench, "a technician with an update", bench.stick(bundle="0.4.0"), ["update", "courier", "logs", "selftest"])
    good(bench, "the same version again, to mend", bench.stick(bundle="0.3.0"), ["update", "courier", "logs", "selftest"])
    good(bench, "a factory reset of this one", bench.stick("--kiosks", "7", "--actions", "courier,reset"), ["courier", "reset"])
    good(bench, "a cadre as a courier", bench.stick("--holder", "courier"), ["courier"])
    stick = bench.stick(bundle="0.10.0")
    for name in ("._visit.cms", ".DS_Store", "._update.raucb"):
        (stick / name).write_bytes(b"\0\5\x16\7Mac OS X")
    good(bench, "a Mac has been at it", stick, ["update", "courier", "logs", "selftest"])


def bad_sticks(bench):
    empty = bench.dir / "empty"
    empty.mkdir()
    bad(bench, "somebody's holiday pictures", empty, "no-pass")
    bad(bench, "expired", bench.stick("--from", "-40"), "expired")
    bad(bench, "not valid yet", bench.stick("--from", "2"), "early")
    bad(bench, "another town", bench.stick(town="baishan"), "other-town")
    bad(bench, "another kiosk of the town", bench.stick("--kiosks", "1-6,8-20"), "other-kiosk")
    bad(bench, "another fleet's technician", bench.stick(ca="strangers"), "not-ours")
    for action in ("update", "forms", "logs", "config", "selftest", "reset"):
        bad(bench, f"a courier who asks for {action}", bench.stick("--holder", "courier", "--kiosks", "7", "--actions", f"courier,{action}",
                                                               bundle="0.4.0" if action == "update" else None), "office")
    smuggler = bench.dir / "smuggler"
    smuggler.mkdir()
    (smuggler / "forms.zip").write_bytes(b"PK")
    bad(bench, "a courier who brings a file along", bench.stick("--holder", "courier", out=smuggler), "office")
    bad(bench, "a courier with an update and no action for it", bench.stick("--holder", "courier", "--actions", "courier", bundle="0.4.0"),
        "office")
    bad(bench, "a factory reset for a whole town", bench.stick("--actions", "reset"), "garbled")
    bad(bench, "an update certificate is no technician", bench.stick("--holder", "update"), "office")
    bad(bench, "an older version", bench.stick(bundle="0.2.9"), "older-version")
    stick = bench.stick()
    (stick / "visit.cms").write_text("[visit]\nid = 1\nkiosks = 7\n")
    bad(bench, "unsigned", stick, "garbled")
    for share in (0, 10, 50, 99):
        stick = bench.stick()
        change(stick / "visit.cms", lambda content, share=share: content[:len(content) * share // 100])
        bad(bench, f"the pass cut short at {share} %", stick, "garbled")
    stick = bench.stick(bundle="0.4.0")
    change(stick / "update.raucb", lambda content: content[:-1])
    bad(bench, "the update cut short by a byte", stick, "file-damaged")
    stick = bench.stick(bundle="0.4.0")
    change(stick / "update.raucb", flip(123_456))
    bad(bench, "one bit of the update flipped", stick, "file-damaged")
    stick = bench.stick(bundle="0.4.0")
    (stick / "update.raucb").unlink()
    bad(bench, "the update left behind", stick, "file-missing")
    stick = bench.stick(bundle="0.4.0")
    (stick / "update.raucb").unlink()
    (stick / "update.raucb").symlink_to("/dev/zero")
    bad(bench, "a file that points elsewhere", stick, "file-missing")


def nobody_has_a_pin(bench):
    """Said at the county, before anyone drives there: with such a box no stick gets further than this."""
    key, config = bench.kiosk / "pin.key", bench.kiosk / "kiosk.ini"
    stick, whole = bench.stick(), config.read_text(encoding="utf-8")
    key.rename(bench.dir / "pin.key")
    bad(bench, "the box lacks the fleet's PIN key", stick, "no-pin")
    (bench.dir / "pin.key").rename(key)
    config.write_text("".join(line for line in whole.splitlines(True) if not line.startswith("pin = ")), encoding="utf-8")
    bad(bench, "no technician has a PIN there", stick, "no-pin")
    config.write_text(whole, encoding="utf-8")


def full_stick(bench):
    """A file system of 1 MiB in a mount namespace of its own stands for a stick without room."""
    stick = bench.stick()
    full = ["unshare", "-rm", "sh", "-c",
            f"cp -r {stick} {stick}.copy && mount -t tmpfs -o size=1m none {stick} && cp {stick}.copy/* {stick} && exec \"$@\"", "sh"]
    if subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode != 0:
        print("[  SKIPPED ] a full stick: no mount namespaces here")
    else:
        bad(bench, "a full stick", stick, "no-room", full)


def every_bit_counts(bench):
    """No flipped bit of a pass may change what is believed: it is refused, or it says what it said."""
    stick = bench.stick()
    path = stick / "visit.cms"
    whole, truth = path.read_bytes(), bench.check(stick)
    for at in range(0, len(whole), len(whole) // 60):
        change(path, flip(at))
        answer = bench.check(stick)
        if answer != truth and answer.get("fault") not in ("garbled", "not-ours", "expired", "early", "office"):
            return say("every bit counts", f"byte {at}: {answer}")
        path.write_bytes(whole)
    return say("every bit counts", None)


with tempfile.TemporaryDirectory(prefix="yizhan-sticks-") as folder:
    bench = Bench(folder)
    good_sticks(bench)
    bad_sticks(bench)
    nobody_has_a_pin(bench)
    full_stick(bench)
    every_bit_counts(bench)
sys.exit(1 if failed else 0)
