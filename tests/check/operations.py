#!/usr/bin/env python3
"""docs/OPERATIONS.md says what to do at each message: of a stick on the screen, of a visit's step, of a kiosk on the fleet's page."""
import re
import sys

PAGE = "docs/OPERATIONS.md"
SOURCES = {
    "app/fleet/pass.c": r'\[PASS_FAULT_\w+\] = \{"[\w-]+", "([^"]+)"\}',
    "assets/lang/zh-CN/technician.po": r'msgid "technician\.(?:step|note)\.\w+"\nmsgstr "(?:\{0\})?([^"{]+)',
    "app/ctl/fleet_trouble.c": r'\[FLEET_\w+\] = \{"[\w-]+", "([^"]+)"',
}


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    failed = False
    for source, pattern in SOURCES.items():
        with open(source, encoding="utf-8") as file:
            sentences = re.findall(pattern, file.read())
        if len(sentences) < 10:
            print(f"{source}: its sentences are not where {sys.argv[0]} looks for them")
            failed = True
        for sentence in sentences:
            if sentence not in page:
                print(f"{PAGE}: nothing to do at \"{sentence}\" of {source}")
                failed = True
    return failed


sys.exit(main())
