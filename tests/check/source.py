#!/usr/bin/env python3
"""Banned calls, file and function sizes, and nothing in the repository that a machine left behind."""
import os
import re
import statistics
import subprocess
import sys

BANNED = {
    r"\b(gets|sprintf|vsprintf|strcat|strtok|atoi|atol|atof|alloca|tmpnam|mktemp)\s*\(": "use the bounded or checked form",
    r"\b(system|popen)\s*\(": "no shell: use posix_spawn with arguments",
    r"\bassert\s*\(\s*0\s*\)": "say what is impossible",
    r"\bSDL_WaitEvent": "SDL polls every millisecond there: use the loop's own poll()",
    r"\btypedef\s+struct\s*\w*\s*\{": "no struct typedefs",
}
BANNED_IN_TESTS = {r"\b(sleep|usleep|nanosleep)\s*\(": "tests wait for events, not for time"}
FILE_LINES_MAX = 800
FUNCTION_LINES_P90 = 35
ANY_FILE_BYTES_MAX = 1 << 20
LEFT_BEHIND = re.compile(r"(^|/)(core|core\.\d+|__pycache__/.*|.*\.(o|a|so|pyc|db|log|profraw))$")

STRINGS_AND_COMMENTS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', re.S)
TWO_COMMENTS = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/\n[ \t]*/\*", re.M | re.S)


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def function_lengths(text):
    start = None
    for number, line in enumerate(text.split("\n"), 1):
        if line == "{":
            start = number
        elif line == "}" and start is not None:
            yield start, number - start - 1
            start = None


def strays():
    """A core dump of a program that held a citizen's data must never be committed; nor what a build leaves."""
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True).stdout.split("\0")
    for path in filter(os.path.exists, listed):
        if LEFT_BEHIND.search(path):
            yield f"{path}: left behind by a program: git rm it"
        elif os.path.getsize(path) > ANY_FILE_BYTES_MAX:
            yield f"{path}: {os.path.getsize(path)} bytes; at most {ANY_FILE_BYTES_MAX}"


def main():
    files = subprocess.run(["git", "ls-files", "*.c", "*.h"], capture_output=True, text=True, check=True).stdout.split()
    failed = False
    lengths = []
    for path in files:
        with open(path, encoding="utf-8") as file:
            raw = file.read()
        text = STRINGS_AND_COMMENTS.sub(blank, raw)
        rules = dict(BANNED, **(BANNED_IN_TESTS if path.startswith("tests/") else {}))
        for pattern, advice in rules.items():
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                print(f"{path}:{line}: {match.group(0).strip()}: {advice}")
                failed = True
        for match in TWO_COMMENTS.finditer(raw):
            print(f"{path}:{raw.count(chr(10), 0, match.start()) + 1}: a comment before a comment: one of them has lost what it is about")
            failed = True
        if raw.count("\n") > FILE_LINES_MAX:
            print(f"{path}: {raw.count(chr(10))} lines; a file is one idea, at most {FILE_LINES_MAX} lines")
            failed = True
        if path.endswith(".c") and not path.startswith("tests/"):
            lengths += [length for _, length in function_lengths(raw)]
    for stray in strays():
        print(stray)
        failed = True
    if len(lengths) >= 10:
        p90 = statistics.quantiles(lengths, n=10)[-1]
        print(f"source: {len(files)} files, {len(lengths)} functions, 90th percentile {p90:.0f} lines, longest {max(lengths)}")
        if p90 > FUNCTION_LINES_P90:
            print(f"the 90th percentile of function lengths is over {FUNCTION_LINES_P90} lines")
            failed = True
    return failed


sys.exit(main())
