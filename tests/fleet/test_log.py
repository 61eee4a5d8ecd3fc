#!/usr/bin/env python3
"""The box's own small log: it stays small, outlives a kill, and holds nothing of a person whatever it is given."""
import os
import pathlib
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"
NAME, NUMBER = "王秀兰", "99012319420315004X"


def keep(folder, text):
    done = subprocess.run([CTL, "log", "keep", folder / "errors"], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "errors").read_text(encoding="ascii")


def line(n, what="store: the disk is full (no-space, store 13)"):
    return f"2026-11-22T08:{n // 60 % 60:02}:{n % 60:02}+0800 yizhan-kiosk[{300 + n}]: {what}\n"


def it_stays_small(folder):
    for day in range(4):
        keep(folder, "".join(line(n, f"module {day} {n * 7919}: something failed") for n in range(3000)))
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes.keys() == {"errors", "errors.1"} and max(sizes.values()) <= 128 * 1024, f"{sizes}"
    last = (folder / "errors").read_text().splitlines()[-1]
    assert "module 3 23749081" in last, f"the newest is not there: {last}"


def a_loop_is_one_line(folder):
    text = keep(folder, "".join(line(n) for n in range(5000)) + line(1, "another"))
    assert text.splitlines()[1:] == ["  and 4999 times more", line(1, "another").strip()], text[:500]


def nothing_of_a_person(folder):
    text = keep(folder, "".join(line(n, what) for n, what in enumerate((
        f"form: \"{NAME}\" is no date", f"card {NUMBER} refused", "call 13800001234 back", "call 138 0000 1234 back",
        "account 6222-0212-3456-7890", f"card {NUMBER.lower()}", "\x1b[31mred\x07", "柳树村三组12号"))))
    for mark in (NAME, NUMBER, NUMBER.lower(), "9901", "13800001234", "0000 1234", "6222", "柳树", "\x1b", "\x07"):
        assert mark not in text, f"{mark!r} is in\n{text}"
    for kept in ("is no date", "card [17 digits] refused", "call [11 digits] back", "[16 digits]", "2026-11-22T08:00:00+0800 yizhan-kiosk[300]"):
        assert kept in text, f"{kept} is not in\n{text}"


def what_a_technician_needs_stays(folder):
    said = ("outbox: 4827000010 parked (HTTP 413)", "usb 1-1.2: device 0483:5740 not accepting address 12, error -71",
            "EXT4-fs error (device mmcblk0p4): 2026-11-22 08:15:02 inode #12345678")
    text = keep(folder, "".join(line(n, what) for n, what in enumerate(said)))
    for what in said:
        assert what in text, f"{what} is not in\n{text}"


def what_was_written_outlives_a_kill(folder):
    keeper = subprocess.Popen([CTL, "log", "keep", folder / "errors"], stdin=subprocess.PIPE)
    keeper.stdin.write(line(1, "before the power went").encode())
    keeper.stdin.flush()
    while not (folder / "errors").exists() or not (folder / "errors").stat().st_size:
        os.sched_yield()
    keeper.kill()
    keeper.wait()
    assert keep(folder, line(2, "after it came back")).count("power went") == 1


tell(it_stays_small, a_loop_is_one_line, nothing_of_a_person, what_a_technician_needs_stays,
     what_was_written_outlives_a_kill)
