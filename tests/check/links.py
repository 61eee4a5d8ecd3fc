#!/usr/bin/env python3
"""Every relative link and picture of every Markdown file, and every path it names, leads to a file of the project; and
docs/README.md leads to every page of docs/."""
import os
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
INDEX = "docs/README.md"
NAMED = re.compile(r"`((?:app|assets|board|docs|drivers|offline|tests|ui)/[\w./-]+\.\w+)`")


def main():
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    known = set(listed) | {os.path.dirname(path) for path in listed}
    failed = False
    for path in (p for p in listed if p.endswith(".md")):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for match in LINK.finditer(text):
            target = match.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            resolved = os.path.normpath(os.path.join(os.path.dirname(path), target))
            if resolved not in known:
                print(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {target} does not exist")
                failed = True
        for match in NAMED.finditer(text):
            if match.group(1) not in known:
                print(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(1)} does not exist")
                failed = True
    with open(INDEX, encoding="utf-8") as file:
        listed_there = {"docs/" + target for target in LINK.findall(file.read())}
    for path in sorted(p for p in known if re.match(r"docs/(decisions/)?[^/]+\.md$", p) and p != INDEX and p not in listed_there):
        print(f"{path} is not in {INDEX}")
        failed = True
    return failed


sys.exit(main())
