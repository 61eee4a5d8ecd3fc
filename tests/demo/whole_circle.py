#!/usr/bin/env python3
"""./dev demo circle: applied for offline, delivered, a paper asked for, brought at the kiosk, accepted, the result printed.

Every word comes from the programs; the clerk is `yizhanctl desk` with the county's key.
"""
import argparse
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from circle import Circle  # noqa: E402
from world import StoryError, World  # noqa: E402


class Album:
    """Pictures in the order of the story."""

    def __init__(self, world, out):
        self.world, self.out, self.pictures = world, out, []
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)

    def shot(self, name):
        file = self.out / f"{len(self.pictures):02d}-{name}.png"
        self.world.kiosk.ask(do="shot", file=str(file))
        self.pictures.append(file)

    def add(self, file):
        self.pictures.append(file)

    def page(self, pdf):
        """The first page of what the clerk printed."""
        file = self.out / f"{len(self.pictures):02d}-{pdf.stem}"
        subprocess.run(["pdftoppm", "-singlefile", "-png", "-scale-to", "1400", pdf, file], check=True)
        self.pictures.append(file.with_suffix(".png"))

    def montage(self, file):
        subprocess.run(["montage", *map(str, self.pictures), "-resize", "360x640", "-background", "#EAE4D3", "-geometry",
                        "+14+14", "-tile", "7x", str(file)], check=True)


def tell(circle, album, out):
    circle.begin()
    circle.apply_offline()
    album.add(out / "receipt.png")
    circle.ask_for_a_paper()
    album.page(out / "application.pdf")
    circle.bring_the_paper()
    circle.accept()
    album.page(out / "supplement.pdf")
    circle.print_the_result()
    album.add(out / "result.png")


def main():
    parser = argparse.ArgumentParser(description="The whole circle, told with the real programs.")
    parser.add_argument("--window", action="store_true", help="show the kiosk in a window")
    parser.add_argument("--out", default="build/demo-circle", type=pathlib.Path)
    options = parser.parse_args()
    out = options.out.resolve()
    shutil.rmtree(out / "world", ignore_errors=True)
    (out / "world").mkdir(parents=True)
    world = World(out / "world")
    album = Album(world, out / "screens")
    circle = Circle(world, out, album.shot, "window" if options.window else "memory")
    try:
        tell(circle, album, out)
    except (StoryError, OSError, subprocess.SubprocessError, KeyError, ValueError) as error:
        print(f"demo: failed at {circle.step}: {error}")
        return 1
    finally:
        world.close()
    album.montage(out / "story.png")
    with open(out / "story.txt", "w", encoding="utf-8") as file:
        for when, program, text in world.events:
            file.write(f"{when:%H:%M:%S.%f}"[:12] + f"  {program:<9} {text}\n")
    print(f"pictures and story: {options.out}")
    print(f"demo: {circle.number} applied for offline, delivered, asked for a paper until {circle.due}, supplemented, accepted, "
          "result printed")
    return 0


sys.exit(main())
