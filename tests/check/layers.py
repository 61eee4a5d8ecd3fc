#!/usr/bin/env python3
"""Who may include whom: ARCHITECTURE.md's table as a program. Fails on the first forbidden include of each file."""
import os
import re
import subprocess
import sys

# Longest folder wins. A folder may include itself and what stands here.
MAY_KNOW = {
    "board/base": [],
    "app/form": ["board/base"],
    "app/service": ["app/form", "drivers", "offline", "board/base"],
    "app/fleet": ["offline", "board/base"],
    "app/journey": ["app/form", "app/service", "app/fleet", "ui", "drivers", "offline", "board/base"],
    # One program each; no program knows another.
    "app/kiosk": ["app/form", "app/service", "app/fleet", "app/journey", "ui", "drivers", "offline", "board"],
    "app/sync": ["app/fleet", "offline", "board"],
    "app/ctl": ["app/form", "app/service", "app/fleet", "app/journey", "ui", "drivers", "offline", "board"],
    "app/visit": ["app/service", "app/fleet", "offline", "board"],
    "ui": ["board/base", "assets"],
    "assets/hand": ["ui"],  # a build tool, not part of any program: it makes shapes the way ui compares them
    "drivers": ["board/base"],
    "drivers/picture": ["board/base"],  # pixels; knows no device
    "offline": ["board/base"],
    "tests": ["app", "ui", "drivers", "offline", "board", "assets"],
}

# A header of others -> the only files that may include it (tests/ may include anything).
FENCED = {
    r"SDL2?/|SDL\.h|SDL_": r"^(ui/|drivers/voice/.*sdl)",
    r"libusb": r"^drivers/usb/",
    r"sqlite3\.h": r"^offline/store\w*\.c$",
    r"curl/": r"^offline/http\w*\.c$",
    r"expat\.h": r"^(app/form/xml\w*\.c|offline/\w+\.c)$",
    r"pcre2\.h": r"^app/form/",
    r"utf8proc\.h": r"^app/form/compose\.c",
    r"zbar\.h": r"^drivers/scanner/",
    r"linux/videodev2\.h": r"^drivers/camera/",
    r"xf86drm|drm": r"^ui/presenter",
    r"cairo": r"^app/ctl/desk_ink\.c$",
    r"seccomp\.h": r"^app/kiosk/",
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    rooms = [room for room in MAY_KNOW if path.startswith(room + "/")]
    return max(rooms, key=len, default=None)


def allowed(room, target):
    return any(target.startswith(known + "/") for known in [room] + MAY_KNOW[room])


def complaint(path, quote, target):
    for header, files in FENCED.items():
        if not path.startswith("tests/") and quote == "<" and re.match(header, target) and not re.match(files, path):
            return f"<{target}> belongs to {files} only"
    if quote == '"':
        room = room_of(path)
        if room is None:
            return "this folder has no room in tests/check/layers.py"
        if "/" not in target:
            return f'"{target}": includes are rooted at the repository'
        if not os.path.isfile(target):
            return f'"{target}" is no file'
        if not allowed(room, target):
            return f'{room} may not know "{target}"'
    return None


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], capture_output=True, text=True, check=True).stdout.split()
    failed = False
    for path in files:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in INCLUDE.finditer(text):
            wrong = complaint(path, match.group(1), match.group(2))
            if wrong:
                line = text.count("\n", 0, match.start()) + 1
                print(f"{path}:{line}: {wrong}")
                failed = True
                break
    tops = {path.split("/")[0] for path in
            subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n") if "/" in path}
    strangers = tops - {"app", "drivers", "ui", "assets", "offline", "board", "tests", "docs", ".ci"}
    if strangers:
        print("top-level folders are fixed; these are not among them:", *sorted(strangers))
        failed = True
    return failed


sys.exit(main())
