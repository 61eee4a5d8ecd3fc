#!/usr/bin/env python3
"""The whole circle with the real programs: see circle.py."""
from circle import Circle
from tell import check, tell


def the_whole_circle(world):
    circle = Circle(world, world.dir)
    circle.tell()
    check(all((world.dir / name).stat().st_size > 1000 for name in ("application.pdf", "supplement.pdf", "result.png")),
          "a page or the slip is missing")


tell(the_whole_circle)
