"""The memory of a running program: what a core of it would hold."""
import os
import pathlib


def kiosk_pid(world):
    """The kiosk itself, among the programs of its device stand."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and entry.name != str(os.getpid()):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"yizhan-kiosk-control") and str(world.kiosk_socket).encode() in words:
                return int(entry.name)
    raise AssertionError("the kiosk is not running")


def memory_of(pid):
    """Every readable page that the process can have written: address, bytes."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, _, _, inode, *name = line.split(maxsplit=5)
            if rights[0] != "r" or (name and name[0].startswith("[v")) or (inode != "0" and rights[1] != "w"):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            try:
                memory.seek(start)
                yield start, name, memory.read(end - start)
            except OSError:
                continue
