#!/usr/bin/env python3
"""The kiosk as a whole process: start to first frame, memory, wake-ups when idle. Beside a peer: chromium.py."""
import json
import pathlib
import select
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from process import pss_mib, settle, start_ms, wakeups  # noqa: E402
from world import World  # noqa: E402

RUNS = 5
IDLE_S = 20  # all runs together


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
            starts.append(start_ms(world, "1280x800"))
            world.kiosk_up(size="1280x800")
            world.wait("attract")
            pid = world.kiosk_process()
            sizes.append(pss_mib([pid]))
            settle(pid)
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
