"""Runs stories as tests: each function with a folder of its own, one line of result each."""
import pathlib
import sys
import tempfile


def tell(*stories, place=pathlib.Path):
    """place: what a story is given, made from the folder's name."""
    failed = 0
    for story in stories:
        with tempfile.TemporaryDirectory(prefix="yizhan-fleet-") as folder:
            try:
                story(place(folder))
                print(f"[       OK ] {story.__name__}")
            except AssertionError as error:
                failed += 1
                print(f"[  FAILED  ] {story.__name__}: {error}")
    sys.exit(1 if failed else 0)
