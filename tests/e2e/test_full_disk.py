#!/usr/bin/env python3
"""A full disk: the kiosk says so and saves when there is room again; sync says so; nothing saved is lost. A queue that
filled the disk itself still goes out.

The store lies on a small file system of its own, which only root may mount: without that the test is skipped.
"""
import contextlib
import os
import subprocess
import sys

from tell import check, tell, with_forms
from visitor import Visitor
from world import CTL, ROOT, SYNC, WAIT_S

SKIPPED = 77
APPLICATIONS_MAX = 500
ANSWERS = ROOT / "tests" / "form" / "services" / "pension-renewal.answers.json"
PICTURE = ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"


@contextlib.contextmanager
def small_disk(folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "yizhan-test", folder], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(path):
    """To the last page; the error at the end is the point."""
    with contextlib.suppress(OSError):
        with open(path, "wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)


def say_so_and_save_when_there_is_room(world):
    with small_disk(world.dir / "store"):
        with_forms(world)
        world.kiosk_up()
        visitor = Visitor(world)
        visitor.renew_pension()
        visitor.arrive("saved", text="请拿好身份证和小票")
        before = world.ctl("queue", "list")["cases"]
        visitor.leave()

        filling = world.dir / "store" / "filling"
        fill(filling)
        visitor.renew_pension()
        visitor.arrive("save-failed", text="还没有存上")
        check(world.ctl("queue", "list")["cases"] == before, "the queue is not what it was before the disk was full")

        world.platform_up()
        done = subprocess.run([SYNC, "--config", world.config, "--once"], capture_output=True, text=True, timeout=WAIT_S,
                              check=False)
        check(done.returncode == 3 and "full" in done.stderr, f"yizhan-sync ended with {done.returncode}: {done.stderr}")

        filling.unlink()
        world.tap("again")
        visitor.arrive("saved", text="请拿好身份证和小票")
        status, counts = world.sync_once()
        check(status == 0 and counts["received"] == 2, f"not both applications arrived: {counts}")
        world.kiosk_down()


def apply(world):
    return subprocess.run([CTL, "apply", "pension-renewal", "--config", world.config, "--answers", ANSWERS,
                           f"--media=card.png={PICTURE}", f"--media=signature.png={PICTURE}"],
                          env=world.environment, capture_output=True, text=True, timeout=WAIT_S, check=False)


def a_queue_that_filled_the_disk_still_goes_out(world):
    """The road is cut for so long that nothing more fits: what is there must not be stuck for ever."""
    with small_disk(world.dir / "store"):
        with_forms(world)
        saved = 0
        while saved < APPLICATIONS_MAX:
            done = apply(world)
            if done.returncode != 0:
                check("room" in done.stderr or "full" in done.stderr, f"not saved, and why: {done.stderr}")
                break
            saved += 1
        check(3 < saved < APPLICATIONS_MAX, f"{saved} applications do not fill this disk")
        world.platform_up()
        status, counts = world.sync_once()
        check(status == 0 and counts["received"] == saved, f"of {saved} applications: {counts}")
        print(f"{saved} applications filled the disk, {counts['received']} were received")
        done = apply(world)
        check(done.returncode == 0, f"everything is sent, and yet nothing is saved: {done.stderr}")


def may_mount():
    probe = subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    return os.geteuid() == 0 and probe.returncode == 0


if not may_mount():
    print("skipped: only root may mount a small file system")
    sys.exit(SKIPPED)
tell(say_so_and_save_when_there_is_room, a_queue_that_filled_the_disk_still_goes_out)
