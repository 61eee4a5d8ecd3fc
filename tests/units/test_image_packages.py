#!/usr/bin/env python3
"""Every library our programs link is a package the image names: a new one must not wait for a box to be missed."""
import os
import pathlib
import re
import subprocess

from faults import check, end

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin"
PROGRAMS = ("yizhan-kiosk", "yizhan-sync", "yizhan-visit", "yizhanctl")
ALWAYS = {"libc6"}  # whatever else is there, this is


def owners(libraries):
    """Each library's packages, by one question to dpkg: each takes it a second."""
    told = subprocess.run(["dpkg-query", "-S", *(f"*/{library}" for library in libraries)], capture_output=True, text=True, check=False).stdout
    found = {library: set() for library in libraries}
    for packages, path in (line.split(": ", 1) for line in told.splitlines()):
        found[pathlib.Path(path).name] |= {package.split(":")[0] for package in packages.split(", ")}
    return found


named = set(re.sub(r"#.*", "", (ROOT / "board/image/packages").read_text()).split()) | ALWAYS
needed = {}  # library: a program that links it
for program in PROGRAMS:
    told = subprocess.run(["readelf", "-d", BIN / program], capture_output=True, text=True, check=True).stdout
    needed |= dict.fromkeys(re.findall(r"\(NEEDED\).*\[(.+)\]", told), program)
for library, packages in owners(needed).items():
    check(packages & named, f"{needed[library]} needs {library} of {' '.join(sorted(packages)) or 'no package'}: add it to board/image/packages")
end("image packages")
