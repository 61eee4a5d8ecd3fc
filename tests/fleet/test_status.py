#!/usr/bin/env python3
"""yizhanctl status: everything a technician without a network must know of a box, for people and for programs alike."""
import json
import os
import pathlib
import re
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"


def box(folder):
    (folder / "store/update").mkdir(parents=True)
    (folder / "kiosk.ini").write_text(f"""[kiosk]
number = 7
place = 青溪镇便民点
[store]
dir = {folder}/store
[platform]
url = http://127.0.0.1:9/nobody
[secrets]
dir = {folder}
[visit]
ca = {folder}/ca.pem
[update]
url = http://127.0.0.1:9/updates
ring = canary
""", encoding="utf-8")


def status(folder, *words):
    done = subprocess.run([CTL, "status", "--config", folder / "kiosk.ini", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def a_new_box(folder):
    box(folder)
    told = json.loads(status(folder, "--json"))
    assert (told["devices"], told["paper"], told["update"]["state"]) == ([], "unknown", "idle"), f"{told}"
    assert told["queue"]["waiting"] == 0 and told["queue"]["oldest"] is None and told["links"]["platform"]["state"] == "unknown"
    assert "no kiosk has run here yet" in status(folder)


def everything_it_knows(folder):
    box(folder)
    (folder / "store/devices").write_text("idcard ready\ncamera missing nothing plugged in\nprinter ready paper-near\n")
    (folder / "store/update/status").write_text("fetching 0.4.0 43\n\n")
    told, text = json.loads(status(folder, "--json")), status(folder)
    assert told["devices"] == ["idcard ready", "printer ready paper-near", "camera missing nothing plugged in"], f"{told['devices']}"
    assert told["paper"] == "near-end" and told["disk_free"] > 0 and "slot" in told, f"{told}"
    assert re.fullmatch(r"\d+\.\d+\.\d+", told["version"]), f"the version of somebody else's system: {told['version']}"
    assert told["update"] == {"state": "fetching", "version": "0.4.0", "percent": 43, "reason": ""}, f"{told['update']}"
    assert told["clock"] in ("unset", "rtc", "ntp", "server") and "clock_behind_ms" in told
    for link in told["links"].values():
        assert {"state", "since", "last_contact", "reason", "next_try"} <= link.keys(), f"{link}"
    for line in ("kiosk     0007 青溪镇便民点", f"version   {told['version']}", "device    camera missing nothing plugged in",
                 "paper     near-end", "disk      ", "update    fetching 0.4.0 43 %", "waiting   0", "platform  unknown", "clock     "):
        assert line in text, f"{line} is not in\n{text}"


tell(a_new_box, everything_it_knows)
