#!/usr/bin/env python3
"""The live picture on the unmodified kiosk, driver to screen: frames shown a second, and what 15 of them take of a core.

The camera's model sends 1280x720 as fast as it can draw, at most 30 a second. The kiosk, all its threads, may use one
core only; the model may not use that one. No peer in this bench.
"""
import json
import os
import pathlib
import select
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from tell import with_forms  # noqa: E402
from visitor import PENSION_ANSWERS, PORTRAIT, Visitor  # noqa: E402
from world import ROOT, World  # noqa: E402

RUNS, RUN_S = 5, 3
FRAMES_A_SECOND = 15  # what is promised; the camera gives more
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Shown(Exception):
    """Measured: the rest of the application is not filled in."""


def threads_of(pid):
    return [int(task.name) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()]


def give_cores(world):
    """Kiosk and devices do not share any; on a machine of one core they must."""
    cores = sorted(os.sched_getaffinity(0))
    for pid in world.processes():
        for thread in threads_of(pid):
            os.sched_setaffinity(thread, cores[:1] if pid == world.kiosk_process() else cores[1:] or cores)


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def now(world):
    return (world.kiosk.ask(do="timing")["camera_frames"], time.monotonic(), cpu_s(world.kiosk_process()))


def measure(world):
    give_cores(world)
    shown = world.kiosk.ask(do="timing")["camera_frames"]
    world.until(lambda: world.kiosk.ask(do="timing")["camera_frames"] > shown, "no live picture")
    rates, costs = [], []
    for _ in range(RUNS):
        frames, began, cpu = now(world)
        select.select([], [], [], RUN_S)
        frames_then, ended, cpu_then = now(world)
        rates.append((frames_then - frames) / (ended - began))
        costs.append((cpu_then - cpu) / max(1, frames_then - frames))
    return rates, costs


def models(world, encoding):
    """models.ini with a camera that sends this, in front: the first row that matches counts."""
    path = world.dir / "models.ini"
    shipped = (ROOT / "drivers" / "models.ini").read_text(encoding="utf-8")
    path.write_text(f"[video4linux:*]\nname = Camera\ndriver = v4l2\nwidth = 1280\nheight = 720\nencoding = {encoding}\n"
                    f"{shipped}", encoding="utf-8")
    return path


def show(encoding):
    world, found = World(), []

    def look_at_the_camera(_visitor):
        found.append(measure(world))
        raise Shown

    try:
        with_forms(world)
        world.kiosk_up(models=models(world, encoding))
        visitor = Visitor(world, portrait=PORTRAIT)
        visitor.choose("养老金领取资格认证")
        visitor.place_card("wang-xiulan")
        visitor.answer([(asked, look_at_the_camera if asked == "请看镜头" else give) for asked, give in PENSION_ANSWERS])
    except Shown:
        return found[0]
    finally:
        world.close()


def report(name, value, unit):
    print(json.dumps({"name": name, "value": value, "unit": unit, "peer": None, "peer_value": None, "ratio": None,
                      "runs": RUNS, "how": f"./dev bench {name}"}), flush=True)


def main():
    for encoding in ("yuyv", "mjpeg"):
        rates, costs = show(encoding)
        report(f"camera.shown.{encoding}", statistics.median(rates), "frames/s")
        report(f"camera.shown_cpu.{encoding}", 100 * FRAMES_A_SECOND * statistics.median(costs),
               f"% of a core at {FRAMES_A_SECOND} frames/s")


main()
