"""The memory of a running program: what a core of it would hold."""
import contextlib
import os
import pathlib
import signal
import time


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


@contextlib.contextmanager
def standing_still(pid):
    """While it runs, mappings come and go: a region that lost its first page would be passed over whole."""
    os.kill(pid, signal.SIGSTOP)
    try:
        tasks = pathlib.Path(f"/proc/{pid}/task")
        while any(stat.read_text().rpartition(")")[2].split()[0] != "T" for stat in tasks.glob("*/stat")):
            time.sleep(0.001)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def memory_of(pid):
    """Every readable page that the process can have written, all at one moment: address, name, bytes."""
    regions = []
    with standing_still(pid), open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, _, _, inode, *name = line.split(maxsplit=5)
            if rights[0] != "r" or (name and name[0].startswith("[v")) or (inode != "0" and rights[1] != "w"):
                continue
            start, end = (int(x, 16) for x in span.split("-"))
            memory.seek(start)
            content = memory.read(end - start)
            if len(content) != end - start:
                raise OSError(f"only {len(content)} bytes of {line} can be read")
            regions.append((start, name, content))
    return regions
