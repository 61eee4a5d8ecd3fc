#!/usr/bin/env python3
"""The kiosk as a whole process: start to first frame, memory, wake-ups when idle. No peer yet in this bench."""
import json
import pathlib
import select
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from world import World  # noqa: E402

RUNS = 5
IDLE_S = 20  # all runs together


def kiosk_pid(world):
    """The kiosk is a grandchild: wrapper, stand, kiosk."""
    waiting = [world.stand_program.process.pid]
    while waiting:
        pid = waiting.pop()
        if pathlib.Path(f"/proc/{pid}/comm").read_text().startswith("yizhan-kiosk"):
            return pid
        for children in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
            waiting += [int(child) for child in children.read_text().split()]
    raise RuntimeError("no kiosk is running")


def pss_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise RuntimeError("no Pss")


def wakeups(pid):
    """Voluntary context switches of all threads: each is a sleep that ended."""
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def report(name, value, unit, runs):
    print(json.dumps({"name": name, "value": value, "unit": unit, "peer": None, "peer_value": None, "ratio": None,
                      "runs": runs, "how": f"./dev bench {name}"}), flush=True)


def main():
    world = World()
    starts, sizes, rates = [], [], []
    try:
        world.platform_up()
        world.write_config()
        world.sync_once()
        for _ in range(RUNS):
            world.kiosk_up(size="1280x800")
            world.wait("attract")
            starts.append(world.kiosk.ask(do="timing")["first_frame_ms"])
            pid = kiosk_pid(world)
            sizes.append(pss_kib(pid) / 1024)
            before, began = wakeups(pid), time.monotonic()
            select.select([], [], [], IDLE_S / RUNS)
            rates.append((wakeups(pid) - before) / (time.monotonic() - began))
            world.kiosk_down()
    finally:
        world.close()
    report("ui.start", statistics.median(starts), "ms", RUNS)
    report("ui.pss", statistics.median(sizes), "MiB", RUNS)
    report("ui.idle_wakeups", statistics.median(rates), "1/s", RUNS)


main()
