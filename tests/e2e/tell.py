"""Runs stories as tests: each function in its own world, one line of result each."""
import os
import sys
import traceback

from world import StoryError, World


def memory():
    """A disk takes seconds to sync the forms of one pull, in each story anew; tests/offline tries disks. None: no room."""
    room = os.statvfs("/dev/shm")
    return "/dev/shm" if room.f_bavail * room.f_frsize > 1 << 30 else None


World.where = memory()


def check(condition, what):
    if not condition:
        raise StoryError(what)


def worth_reading(log):
    """A sanitizer's report from its first line, else the end."""
    lines = log.splitlines(True)
    report = next((i for i, line in enumerate(lines) if "ERROR: AddressSanitizer" in line or "runtime error" in line), None)
    return "".join(lines[-25:] if report is None else lines[max(0, report - 10):report + 60])


def tell(*stories):
    failed = 0
    for story in stories:
        world = World()
        try:
            story(world)
            print(f"[       OK ] {story.__name__}")
        except (StoryError, OSError, KeyError, IndexError) as error:
            failed += 1
            print(f"[  FAILED  ] {story.__name__}: {error}")
            traceback.print_exc(limit=4)
            for log in sorted((world.dir / "logs").glob("*.log")):
                print(f"--- {log.name}\n{worth_reading(log.read_text(errors='replace'))}")
        finally:
            world.close()
    sys.exit(1 if failed else 0)


def with_forms(world):
    """Platform up, forms pulled, platform down: how every story begins."""
    world.platform_up()
    world.write_config()
    status, counts = world.sync_once()
    check(status == 0 and counts["forms_now"] > 0, f"the forms did not come: {status} {counts}")
    world.platform_down()
    world.sync_once()
