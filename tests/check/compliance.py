#!/usr/bin/env python3
"""docs/COMPLIANCE.md: every file it names as evidence is there, every test among them is one that runs, and every row gives
one of the three answers."""
import fnmatch
import re
import subprocess
import sys

PAGE = "docs/COMPLIANCE.md"
ANSWERS = ("evidence", "operator", "not claimed", "partly", "does not apply")
NAME = re.compile(r"`([\w./*-]+)`")
FILE = re.compile(r"/|\.(c|h|py|md|rules|ini|cfg)$")
TEST = re.compile(r"(^|/)test_\w+\.(c|py)$")


def is_there(name, files):
    if name.startswith("build/"):
        return True  # what a command beside it makes
    folder = name.rstrip("/") + "/"
    return any(path == name or path.startswith(folder) or path.endswith("/" + name) or fnmatch.fnmatch(path, name) for path in files)


def runs(name, files):
    """A CMakeLists.txt of its folder or of one around it names it, or its word in the list that a foreach goes through."""
    full = next(path for path in files if path == name or path.endswith("/" + name))
    base = full.rpartition("/")[2]
    word = re.sub(r"^test_|\.(c|py)$", "", base)
    lists = (path for path in files if path.endswith("/CMakeLists.txt") and full.startswith(path.removesuffix("CMakeLists.txt")))
    return any(re.search(rf"\b{re.escape(word)}\b|{re.escape(base)}", open(path, encoding="utf-8").read()) for path in lists)


def complaints(line, files):
    for name in NAME.findall(line):
        if FILE.search(name) and not is_there(name, files):
            yield f"{name} is not there"
        elif TEST.search(name) and not runs(name, files):
            yield f"nothing runs {name}"
    cells = [cell.strip() for cell in line.split("|")]
    is_row = len(cells) == 5 and cells[1] not in ("clause", "article") and not cells[1].startswith("---")
    if is_row and not any(answer in cells[2] for answer in ANSWERS):
        yield f'"{cells[2]}" is none of: {", ".join(ANSWERS)}'


def main():
    files = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    failed = False
    with open(PAGE, encoding="utf-8") as page:
        for number, line in enumerate(page, 1):
            for complaint in complaints(line, files):
                print(f"{PAGE}:{number}: {complaint}")
                failed = True
    return failed


sys.exit(main())
