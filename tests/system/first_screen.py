"""The first screen of a box that nobody has enrolled, as a twin beside the machine draws it."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from world import World  # noqa: E402


def twin_picture(folder):
    """The box's own configuration, with this machine's folders and a platform that is as far away."""
    world = World(folder)
    try:
        box = (ROOT / "tests/system/box/kiosk.ini").read_text(encoding="utf-8")
        world.config = world.dir / "kiosk.ini"
        world.config.write_text(box.replace("/var/lib/yizhan", str(world.dir)).replace("10.0.2.2:8080", "127.0.0.1:9"), encoding="utf-8")
        world.sync_once()
        world.kiosk_up("memory")
        world.kiosk.ask(do="shot", file=str(world.dir / "twin.png"))
        return world.dir / "twin.png"
    finally:
        world.close()
