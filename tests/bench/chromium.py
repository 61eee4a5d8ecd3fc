#!/usr/bin/env python3
"""The kiosk beside a Chromium kiosk page with the same eight questions, in turns in one run: from start to the first
screen, memory of all processes (PSS) then and with the form filled, from touch to pixel, processor time for filling it
with the same taps, and when idle.

Chromium is driven through its debugging pipe; "first screen" is the first frame after the page has loaded, "touch to
pixel" the next frame after a button changed its colour. Ours starts as systemd starts it, the unmodified program, until it
says that its first frame is out; the rest is the kiosk in the stand of the end-to-end tests, filled by its control socket
(which costs us some), while the page taps itself (which costs Chromium nothing). Neither speaks in this bench.
"""
import json
import os
import pathlib
import select
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from process import cpu_ms, pss_mib, settle, start_ms  # noqa: E402
from visitor import Visitor  # noqa: E402
from world import BIN, World  # noqa: E402

RUNS, TOUCHES, IDLE_S = 5, 30, 5
WRITTEN = [*"wangxiaozhang", "王小", "张"]
BEFORE, PHONE, AFTER = ["本县的别处", "老伴", "还好", "不用"], "13800001234", "都对"
TAPS_PAGE = [*BEFORE, *WRITTEN, "下一步", *PHONE, "下一步", "下一步", AFTER]
TAPS_KIOSK = [*BEFORE, "拼音", *WRITTEN, "next", *(f"key:{digit}" for digit in PHONE), "next", "next", AFTER]
REVIEW = "请看一遍，对不对？"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "--window-size=1080,1920", "--kiosk"]


def family(pid):
    """A process and all that descend from it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for children in pathlib.Path(f"/proc/{one}/task").glob("*/children"):
            waiting += [int(child) for child in children.read_text().split()]
    return found


def idle_ms(pids):
    before = cpu_ms(pids)
    select.select([], [], [], IDLE_S)
    return (cpu_ms(pids) - before) / IDLE_S


class Chromium:
    def __init__(self, folder):
        to_child, self.out = os.pipe()
        self.back, from_child = os.pipe()
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["sh", "-c", f'exec chromium "$@" 3<&{to_child} 4>&{from_child}', "chromium", *FLAGS, f"--user-data-dir={folder}",
             (ROOT / "tests" / "bench" / "eight.html").as_uri()],
            pass_fds=(to_child, from_child), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        self.number, self.rest, self.session = 0, b"", None
        self.attach()

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                ready, _, _ = select.select([self.back], [], [], 60)
                if not ready:
                    raise RuntimeError(f"chromium does not answer {method}")
                piece = os.read(self.back, 65536)
                if not piece:
                    raise RuntimeError("chromium has gone")
                self.rest += piece
            line, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(line)
            if answer.get("id") == self.number:
                return answer.get("result", {})

    def attach(self):
        while not (pages := [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"]):
            select.select([], [], [], 0.01)
        self.session = self.call("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)["sessionId"]

    def run(self, script):
        return self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)["result"].get("value")

    def first_screen(self):
        while not self.run("document.readyState === 'complete' && !!document.querySelector('button')"):
            select.select([], [], [], 0.005)
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
        return (time.monotonic() - self.began) * 1000

    def fill(self):
        last = self.run(f"fill({json.dumps(TAPS_PAGE)})")
        if last != REVIEW:
            raise RuntimeError(f"the page ended at {last}")

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(20)
        os.close(self.out)
        os.close(self.back)


def measure_chromium(values):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        chromium = Chromium(folder)
        values["start"].append(chromium.first_screen())
        pids = family(chromium.process.pid)
        values["pss"].append(pss_mib(pids))
        values["touch"].append(statistics.median(chromium.run("touch()") for _ in range(TOUCHES)))
        values["idle"].append(idle_ms(pids))
        before = cpu_ms(pids)
        chromium.fill()
        values["fill"].append(cpu_ms(pids) - before)
        values["pss_filled"].append(pss_mib(family(chromium.process.pid)))
        chromium.close()


def measure_kiosk(world, values):
    values["start"].append(start_ms(world, "1080x1920"))
    world.kiosk_up()
    world.wait("attract")
    pid = world.kiosk_process()
    values["pss"].append(pss_mib([pid]))
    settle(pid)
    values["idle"].append(idle_ms([pid]))
    Visitor(world).choose("八个问题")
    world.wait("question")
    before = cpu_ms([pid])
    for tap in TAPS_KIOSK:
        world.kiosk.ask(do="tap", on=tap)
    world.wait("review", text=REVIEW)
    values["fill"].append(cpu_ms([pid]) - before)
    values["pss_filled"].append(pss_mib([pid]))
    world.kiosk_down()


def touch_ms():
    """From a finger to the pixels of its button, as bench_ui measures it on as many pixels."""
    done = subprocess.run([BIN / "bench_ui"], capture_output=True, text=True, check=True)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return next(result["value"] for result in results if result["name"] == "ui.button_vs_sdl")


def report(name, unit, ours, peer):
    value, other = statistics.median(ours), statistics.median(peer)
    print(json.dumps({"name": name, "value": value, "unit": unit, "peer": "Chromium kiosk page, same eight questions",
                      "peer_value": other, "ratio": value / other if other else None, "runs": RUNS,
                      "how": f"./dev bench {name}"}), flush=True)


def main():
    keys = ("start", "pss", "touch", "idle", "fill", "pss_filled")
    ours, peer = ({key: [] for key in keys} for _ in range(2))
    world = World(forms=ROOT / "tests" / "bench" / "forms")
    try:
        world.platform_up()
        world.write_config()
        world.sync_once()
        for _ in range(RUNS):
            measure_kiosk(world, ours)
            ours["touch"].append(touch_ms())
            measure_chromium(peer)
    finally:
        world.close()
    report("ui.start_vs_chromium", "ms", ours["start"], peer["start"])
    report("ui.pss_vs_chromium", "MiB", ours["pss"], peer["pss"])
    report("ui.pss_filled_vs_chromium", "MiB", ours["pss_filled"], peer["pss_filled"])
    report("ui.touch_vs_chromium", "ms", ours["touch"], peer["touch"])
    report("ui.fill_cpu_vs_chromium", "ms", ours["fill"], peer["fill"])
    report("ui.idle_cpu_vs_chromium", "ms/s", ours["idle"], peer["idle"])


main()
