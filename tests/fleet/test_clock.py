#!/usr/bin/env python3
"""yizhan-clock, the unit's own script: when the clock takes what the platform told, and when it does not."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = (ROOT / "board/units/yizhan-clock").read_text()
DAY_MS = 24 * 60 * 60 * 1000
failed = 0


def set_to(folder, note, synchronized=False):
    """Seconds that date(1) was told to add, None when the clock was left alone."""
    (folder / "bin").mkdir(exist_ok=True)
    told = folder / "told"
    told.unlink(missing_ok=True)
    (folder / "bin/date").write_text(f'#!/bin/sh\n[ "$1" = -s ] && echo "$2" >{told} || exec /bin/date "$@"\n')
    (folder / "bin/hwclock").write_text("#!/bin/sh\n")
    for name in ("date", "hwclock"):
        (folder / "bin" / name).chmod(0o755)
    script = re.sub("/run/systemd/timesync", str(folder), re.sub("/var/lib/yizhan/store", str(folder), SCRIPT))
    (folder / "synchronized").touch() if synchronized else (folder / "synchronized").unlink(missing_ok=True)
    (folder / "time.platform").write_text(note)
    now = time.time()
    done = subprocess.run(["sh"], input=script, text=True, env=dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}"), check=False)
    assert done.returncode == 0
    return round(int(told.read_text().removeprefix("@")) - now) if told.exists() else None


def story(folder):
    now = int(time.time() * 1000)
    for says, note, want in (
            ("an hour behind", f"3600000 {now}\n", 3600), ("an hour ahead", f"-3600000 {now}\n", -3600),
            ("56 years behind", f"{56 * 365 * DAY_MS} {now}\n", None), ("two seconds are nothing", f"1900 {now}\n", None),
            ("told two days ago", f"3600000 {now - 2 * DAY_MS}\n", None), ("told under a later clock", f"3600000 {now + DAY_MS}\n", None),
            ("no number", f"$(reboot) {now}\n", None), ("nothing", "", None), ("half a line", "3600000", None)):
        got = set_to(folder, note)
        assert got == want or (want is not None and got is not None and abs(got - want) <= 30), f"{says}: {got}"
    (folder / "time.platform").unlink()
    (folder / "time.real").touch()
    (folder / "time.platform").symlink_to(folder / "time.real")
    assert set_to(folder, f"3600000 {now}\n") is None, "a link was followed"
    (folder / "time.platform").unlink()
    assert set_to(folder, f"3600000 {now}\n", synchronized=True) is None, "a time server's clock was overruled"


with tempfile.TemporaryDirectory(prefix="yizhan-clock-") as here:
    try:
        story(pathlib.Path(here))
        print("[       OK ] the clock takes what it was told, and nothing else")
    except AssertionError as error:
        failed += 1
        print(f"[  FAILED  ] {error}")
sys.exit(1 if failed else 0)
