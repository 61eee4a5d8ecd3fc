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

named = set(re.sub(r"#.*", "", (ROOT / "board/image/packages").read_text()).split()) | ALWAYS
for program in PROGRAMS:
    told = subprocess.run(["readelf", "-d", BIN / program], capture_output=True, text=True, check=True).stdout
    for library in re.findall(r"\(NEEDED\).*\[(.+)\]", told):
        if re.match(r"lib([atu]b?san)\.", library):
            continue  # the sanitizers' own
        owner = subprocess.run(["dpkg-query", "-S", f"*/{library}"], capture_output=True, text=True, check=False).stdout
        packages = {line.split(":")[0] for line in owner.splitlines()}
        check(packages & named, f"{program} needs {library} of {' '.join(sorted(packages)) or 'no package'}: add it to board/image/packages")
end("image packages")
