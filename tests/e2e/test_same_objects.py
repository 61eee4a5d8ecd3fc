#!/usr/bin/env python3
"""yizhan-kiosk and yizhan-kiosk-control link the same archives; only main.c and the control socket differ."""
import pathlib
import subprocess
import sys


HAND = {"libcontrol.a", "libyz_ui_control.a"}  # the socket, and the finger it moves


def linked(build, program):
    """Objects and archives on the link line of a program."""
    lines = subprocess.run(["ninja", "-C", build, "-t", "commands", f"bin/{program}"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    words = lines[-1].split()
    return {word for word in words if word.endswith((".a", ".o"))}


def main():
    build = pathlib.Path(sys.argv[1])
    kiosk, control = linked(build, "yizhan-kiosk"), linked(build, "yizhan-kiosk-control")
    only_kiosk = {pathlib.Path(path).name for path in kiosk - control}
    only_control = {pathlib.Path(path).name for path in control - kiosk}
    print(f"{len(kiosk & control)} archives in both; only the kiosk: {only_kiosk}; only control: {only_control}")
    same = len(kiosk & control) > 5 and only_kiosk == {"main.c.o"} and only_control == {"main.c.o"} | HAND
    return 0 if same else 1


sys.exit(main())
