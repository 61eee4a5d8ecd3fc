#!/usr/bin/env python3
"""Which block devices begin a visit, as udev itself reads 71-yizhan-stick.rules: in a mount namespace, with a machine of umockdev's."""
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "board/image/files/usr/lib/udev/rules.d/71-yizhan-stick.rules"
USB, OWN = "/devices/pci0/usb1/1-1/block", "/devices/pci0/block"
EFI, WINDOWS, PLAIN = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "e3c9e316-0b5c-4db8-817d-f92df00215ae", "0xc"
FAT = "ID_FS_USAGE=filesystem"

DEVICES = [  # what, path, properties, does a visit begin
    ("the box's own disk", f"{OWN}/vda", [FAT], False),
    ("a FAT over the whole stick", f"{USB}/sda", [FAT], True),
    ("a blank stick", f"{USB}/sdb", [], True),
    ("a stick that only Windows unlocks", f"{USB}/sdc", ["ID_FS_USAGE=crypto"], True),
    ("an empty card reader", f"{USB}/sdd", ["size=0"], False),
    ("a stick as one buys it", f"{USB}/sde", ["ID_PART_TABLE_TYPE=dos"], False),
    ("its partition", f"{USB}/sde/sde1", [FAT, f"ID_PART_ENTRY_TYPE={PLAIN}"], True),
    ("a stick with a blank partition", f"{USB}/sdf", [], False),
    ("its blank partition", f"{USB}/sdf/sdf1", [], True),
    ("another partition without anything", f"{USB}/sdf/sdf2", [], False),
    ("a stick of a Mac", f"{USB}/sdg", ["ID_PART_TABLE_TYPE=gpt"], False),
    ("where firmware starts from", f"{USB}/sdg/sdg1", [FAT, f"ID_PART_ENTRY_TYPE={EFI}"], False),
    ("its files", f"{USB}/sdg/sdg2", [FAT], True),
    ("a stick of Windows", f"{USB}/sdh", ["ID_PART_TABLE_TYPE=gpt"], False),
    ("what Windows keeps to itself", f"{USB}/sdh/sdh1", [f"ID_PART_ENTRY_TYPE={WINDOWS}"], False),
    ("a box's disk in a USB case", f"{USB}/sdi", ["ID_PART_TABLE_TYPE=gpt"], False),
    ("its data partition", f"{USB}/sdi/sdi1", [FAT, "ID_PART_ENTRY_NAME=yizhan-data"], False),
]


def described(path, properties):
    """A device in umockdev's words."""
    name = path.rsplit("/", 1)[1]
    is_partition = name[-1].isdigit()
    size = next((words.split("=")[1] for words in properties if words.startswith("size=")), "1000")
    words = [f"P: {path}", f"N: {name}", "E: SUBSYSTEM=block", f"E: DEVNAME=/dev/{name}", f"E: DEVTYPE={'partition' if is_partition else 'disk'}",
             *[f"E: {words}" for words in properties if not words.startswith("size=")], f"A: size={size}\\n"]
    if is_partition:
        words.append(f"E: ID_PART_ENTRY_NUMBER={name[-1]}")
    return "\n".join(words)


def begun_visits(folder):
    """udevadm's own words about each, one after the other."""
    hub = "P: /devices/pci0/usb1/1-1\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device"
    machine = pathlib.Path(folder) / "machine"
    machine.write_text("\n\n".join([hub, *(described(path, properties) for _, path, properties, _ in DEVICES), ""]))
    ask = "; ".join(f"echo of {path}; udevadm test --action=add /sys{path} 2>&1" for _, path, _, _ in DEVICES)
    inside = f"mount -t tmpfs tmpfs /run && mkdir -p /run/udev/rules.d && cp {RULES} /run/udev/rules.d/ && exec umockdev-run -d {machine} -- sh -c '{ask}; true'"
    told = subprocess.run(["unshare", "-rm", "sh", "-c", inside], capture_output=True, text=True, check=False, timeout=120)
    return dict(part.split("\n", 1) for part in told.stdout.split("of /devices")[1:]), told.stderr


if subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True, check=False).returncode != 0:
    print("skipped: no mount namespaces here")
    sys.exit(77)
with tempfile.TemporaryDirectory(prefix="yizhan-rules-") as folder:
    said, trouble = begun_visits(folder)
wrong = [f"{what}: {'a visit begins' if not expected else 'nothing happens'}" for what, path, _, expected in DEVICES
         if (f"yizhan-visit@{path.rsplit('/', 1)[1]}.service" in said.get(path.removeprefix("/devices"), "")) != expected
         or path.removeprefix("/devices") not in said or f"{RULES.name}:" in said[path.removeprefix("/devices")]]  # a line it could not read
print("\n".join([*wrong, trouble if wrong else "", f"stick rules: {'FAILED' if wrong else 'ok'}"]).strip())
sys.exit(bool(wrong))
