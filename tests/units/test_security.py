#!/usr/bin/env python3
"""Each of our units as systemd itself judges it, and what they promise about the citizen: printed and asserted."""
import pathlib
import re
import subprocess

from faults import check, end

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "board/units").glob("*.service"))
WORST = 2.0


def exposure(unit):
    out = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
                         capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}).stdout
    found = re.search(r"exposure level for \S+: ([0-9.]+)", out)
    return float(found[1]) if found else 10.0


class Unit(dict):
    """Values of a unit's keys in order; a key may stand more than once."""

    def __init__(self, path):
        super().__init__()
        for line in path.read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.setdefault(key, []).append(value)


for path in UNITS:
    unit, score = Unit(path), exposure(path)
    print(f"{path.name:28} exposure {score}")
    check(score <= WORST, f"{path.name} is more exposed than {WORST}")
    check(unit.get("LimitCORE", ["0"]) == ["0"], f"{path.name} may dump core")
    for program in unit.get("ExecStart", []):
        check(program.startswith(("/usr/bin/yizhan", "/usr/lib/yizhan/")), f"{path.name} starts {program}")

kiosk, sync = Unit(ROOT / "board/units/yizhan-kiosk.service"), Unit(ROOT / "board/units/yizhan-sync.service")
check(kiosk["RestrictAddressFamilies"] == ["AF_UNIX AF_NETLINK"], "who sees the citizen has a network")
check(kiosk["IPAddressDeny"] == ["any"], "who sees the citizen has a network")
check(sync["PrivateDevices"] == ["yes"] and "DeviceAllow" not in sync, "who has the network has devices")
check({f"char-{tty} rw" for tty in ("ttyS", "ttyAMA", "ttyUSB", "ttyACM")} <= set(kiosk["DeviceAllow"]),
      "a serial reader (docs/HARDWARE.md) cannot be opened")
check("-/var/lib/yizhan/secrets" in sync["InaccessiblePaths"], "who has the network can read the kiosk's keys")
for name in ("healthy", "trial", "update", "clock"):  # root's, beside a folder that who has the network can write
    unit = Unit(ROOT / f"board/units/yizhan-{name}.service")
    check("-/var/lib/yizhan/secrets -/var/lib/yizhan/credstore" in unit["InaccessiblePaths"][0], f"{name} can read the kiosk's keys")
check(any("MALLOC_PERTURB_=165" in words and "tcache_count=0" in words for words in kiosk["Environment"]),
      "what the kiosk frees is not overwritten")
for name, unit in {"kiosk": kiosk, "sync": sync}.items():
    check(unit["Restart"] == ["always"] and unit["StartLimitIntervalSec"] == ["0"], f"{name} may stay down")
    check("!/var/lib/yizhan/visit/reset" in unit["ConditionPathExists"], f"{name} serves while a factory reset is half done")
    check("WatchdogSec" in unit and unit["Type"] == ["notify"], f"{name} has no watchdog")

waits_s = int(re.search(r"sleep (\d+)   # one that hangs", (ROOT / "board/units/yizhan-healthy").read_text())[1])
check(waits_s > int(kiosk["WatchdogSec"][0]) + int(kiosk["RestartSec"][0]), "a version that hangs from its start is called healthy before its watchdog finds it")

fstab = (ROOT / "board/image/files/etc/fstab").read_text()
check("data=ordered" in fstab and "writeback," not in fstab.split("\n", 1)[1], "the data partition may tear SQLite's files")
rules = {path.name: path.read_text() for path in (ROOT / "board/image/files/usr/lib/udev/rules.d").iterdir()}
stick, usb = [line for line in rules["70-yizhan-usb.rules"].splitlines() if '":080650:"' in line and line.startswith("ENV")], Unit(ROOT / "board/units/yizhan-usb.service")
check(all('TEST=="/run/yizhan-usb"' in line for line in stick) and usb["RuntimeDirectory"] == ["yizhan-usb"]
      and usb["RequiresMountsFor"] == ["/var/lib/yizhan /boot/efi"] and "ConditionPathExists" not in usb,
      "a stick may stand in for the box's own partitions")
for path in [*(ROOT / "board/units").iterdir(), *(ROOT / "board/rauc").iterdir()]:
    check("by-partlabel" not in path.read_text(), f"{path.name} takes a partition by a name that a stick may have")
disk = rules["72-yizhan-disk.rules"]
check(disk.index('SUBSYSTEMS=="usb", GOTO') < disk.index("SYMLINK"), "a stick's partitions are named as the box's own")
presets = (ROOT / "board/image/files/usr/lib/systemd/system-preset/00-yizhan.preset").read_text()
check(presets.rstrip().endswith("disable *"), "something starts that nobody asked for")

check(UNITS, "there is no unit")
end("units")
