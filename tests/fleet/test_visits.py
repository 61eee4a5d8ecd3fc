#!/usr/bin/env python3
"""One stick for many kiosks: made only when it has room for all of them, and read afterwards as one report."""
import json
import os
import pathlib
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"


def make(folder, *words):
    ca = folder / "ca"
    subprocess.run([ROOT / "board/rauc/test-ca", ca], check=True)
    return subprocess.run([ROOT / "board/stick/make", "--town", "qingxi", "--ca", ca, "--out", folder / "stick", *words],
                          capture_output=True, text=True, check=False)


def leave(folder, kiosk, steps, of=None):
    """What a visit leaves (app/fleet/stick.h)."""
    here = folder / "stick/yizhan-visits" / f"{kiosk:04}"
    here.mkdir(parents=True)
    (here / "visit.json").write_text(json.dumps({
        "pass": of or look(folder)["pass"], "who": "张技术员", "kiosk": kiosk, "place": f"青溪镇第{kiosk}便民点",
        "began_ms": 1795305600000, "ended_ms": 1795305690000, "version_before": "0.3.0", "version_after": "0.4.0",
        "steps": [{"step": step, "outcome": outcome, "detail": detail} for step, outcome, detail in steps]}))


def visits(folder, *words):
    return subprocess.run([CTL, "fleet", "visits", folder / "stick", "--ca", folder / "ca/ca.pem", *words], capture_output=True,
                          text=True, check=False)


def look(folder):
    return json.loads(visits(folder, "--json").stdout)


def a_round(folder):
    assert make(folder, "--kiosks", "1-5,27").returncode == 0
    assert look(folder)["left"] == [1, 2, 3, 4, 5, 27]
    leave(folder, 2, [("update", "done", ""), ("courier", "done", "12 applications")])
    leave(folder, 27, [("update", "done", ""), ("selftest", "failed", "the printer has no paper")])
    leave(folder, 4, [("update", "done", "")], of="an older round")
    (folder / "stick/yizhan-visits/0003").mkdir()  # pulled before its report was written
    (folder / "stick/yizhan-visits/0001").mkdir()
    (folder / "stick/yizhan-visits/0001/visit.json").write_text("{")
    answer = look(folder)
    assert (answer["visited"], answer["unfinished"], answer["left"]) == (2, 1, [1, 3, 4, 5]), f"{answer}"
    assert len(answer["damaged"]) == 1 and "0001" in answer["damaged"][0], f"{answer}"
    assert [visit["kiosk"] for visit in answer["visits"]] == [2, 27] and answer["visits"][0]["seconds"] == 90
    said = visits(folder).stdout
    for words in ("2 of 6 visited, 1 of them", "0.3.0 -> 0.4.0", "failed: the printer has no paper", "still to visit: 1 3-5\n"):
        assert words in said, f"{words} is not in\n{said}"


def for_whoever_comes(folder):
    assert make(folder).returncode == 0
    leave(folder, 8, [("courier", "done", "")])
    answer = look(folder)
    assert (answer["visited"], answer["left"]) == (1, []), f"{answer}"


def no_room_for_all(folder):
    done = make(folder, "--kiosks", "1-20", "--capacity", "400")
    assert done.returncode == 1 and "20 kiosks may need 464" in done.stderr, done.stderr
    assert not (folder / "stick/visit.cms").exists(), "a stick without room was signed"
    assert make(folder, "--kiosks", "1-20", "--capacity", "470").returncode == 0


def a_stick_of_another_fleet(folder):
    assert make(folder).returncode == 0
    subprocess.run([ROOT / "board/rauc/test-ca", folder / "other"], check=True)
    done = subprocess.run([CTL, "fleet", "visits", folder / "stick", "--ca", folder / "other/ca.pem"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "nobody this fleet vouches for" in done.stderr, done.stderr


def what_a_kiosk_would_refuse_is_not_made(folder):
    box = folder / "BOXES/0007"
    box.mkdir(parents=True)
    (box / "kiosk.ini").write_text("[kiosk]\n")
    (folder / "list.csv").write_text("no,forms\n")
    (folder / "file").touch()
    for words, says in (
            (("--kiosks", "20-1"), "--kiosks 20-1: numbers and ranges, such as 1-20,27"),
            (("--kiosks", "0"), "numbers and ranges"),
            (("--kiosks", "10000"), "numbers and ranges"),
            (("--kiosks", "1-6", "--config", box), "the stick is for kiosks 1-6, so that box would refuse it"),
            (("--config", folder / "BOXES/0009"), "is no folder of yizhanctl fleet enrol"),
            (("--forms", folder / "list.csv"), "the forms.db that yizhan-sync --once fills"),
            (("--bundle", folder / "no.raucb"), "./dev bundle makes it"),
            (("--actions", "courier,rest"), "there is no rest; there are update, "),
            (("--actions", "courier,reset", "--kiosks", "7,8"), "a factory reset is for one kiosk, not for 7,8"),
            (("--holder", "courier", "--actions", "courier,logs"), "a courier's stick is for courier alone"),
            (("--holder", "courier", "--kiosks", "7", "--config", box), "a courier's stick brings no files"),
            (("--days", "-3"), "out of date already"), (("--from", "-40"), "out of date already"),
            (("--out", folder / "file" / "stick"), "Not a directory")):
        done = make(folder, *words)
        assert done.returncode == 1 and says in done.stderr and "Traceback" not in done.stderr, (words, done)
        assert not (folder / "stick/visit.cms").exists(), words
    assert make(folder, "--kiosks", "7", "--config", box).returncode == 0
    done = make(folder, "--holder", "courier")
    assert done.returncode == 1 and "holds kiosk-0007.ini" in done.stderr, done


tell(a_round, for_whoever_comes, no_room_for_all, a_stick_of_another_fleet, what_a_kiosk_would_refuse_is_not_made)
