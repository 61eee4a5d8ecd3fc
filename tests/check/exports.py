#!/usr/bin/env python3
"""A header exports what others call: what its own file alone calls is static, what tests alone call says so."""
import re
import subprocess
import sys
from collections import Counter

STRINGS_AND_COMMENTS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)
DECLARED = re.compile(r"^(?!static|typedef)[a-zA-Z_][^;{}#]*?\b(\w+)\s*\([^;{}]*\)[^;{}]*;", re.M)
DEFINED = re.compile(r"^(?!static|typedef)[a-zA-Z_][^;{}#]*?\b(\w+)\s*\([^;{}]*\)\n\{", re.M)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def paragraph(text, at):
    """What stands around a place between two empty lines."""
    start, end = text.rfind("\n\n", 0, at), text.find("\n\n", at)
    return text[max(start, 0):end if end > 0 else len(text)]


def complaint(name, declaration, home, named):
    """named: how often each file names it; home: the file that defines it."""
    outside = named - Counter({home: named[home]})
    if any(not path.startswith("tests/") for path in outside):
        return None
    if not outside:
        return "called in its own file alone: static there"
    if named[home] == 1 and "test" not in declaration.lower():
        return "called by tests alone: remove it, or say in its comment that it is for tests"
    return None


def main():
    listed = subprocess.run(["git", "ls-files", "*.c", "*.h"], capture_output=True, text=True, check=True).stdout.split()
    raw = {path: open(path, encoding="utf-8").read() for path in listed}
    code = {path: STRINGS_AND_COMMENTS.sub(blank, text) for path, text in raw.items()}
    named, home = {}, {}
    for path, text in code.items():
        for name, times in Counter(re.findall(r"\b[a-z]\w+", text)).items():
            named.setdefault(name, Counter())[path] = times
        home.update((match.group(1), path) for match in DEFINED.finditer(text))
    failed = False
    for path in listed:
        # A device model is the other end of a driver: tests are whom it is for.
        if path.endswith(".c") or path.startswith("tests/") or "/model/" in path:
            continue
        for match in DECLARED.finditer(code[path]):
            name = match.group(1)
            elsewhere = named[name] - Counter({path: 1})
            wrong = name in home and complaint(name, paragraph(raw[path], match.start(1)), home[name], elsewhere)
            if wrong:
                print(f"{path}:{code[path].count(chr(10), 0, match.start(1)) + 1}: {name}() is {wrong}")
                failed = True
    return failed


sys.exit(main())
