#!/usr/bin/env python3
"""Plays one script of the ODK XForms specification through `yizhanctl form session`.

run.py YIZHANCTL SCRIPT.script     a script is pairs of lines:
    {"do": ...}          a command; a form, instance or media path is relative to the script's folder
    => {...}             what the answer must hold: objects may hold more, lists must be the same, in order
Empty lines and lines that begin with # are passed over. Clock, time zone and seed are fixed.
"""
import json
import pathlib
import subprocess
import sys

FIXED = {"now": "2026-11-22T10:00:00.000+08:00", "tz": "Asia/Shanghai", "seed": 7}


def read_script(path):
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("=>"):
            pairs[-1][2].append(json.loads(line[2:]))
        else:
            pairs.append((number, with_paths(json.loads(line), path.parent), []))
    return pairs


def with_paths(command, folder):
    if command.get("do") != "open":
        return command
    command = {**FIXED, **command}
    for key in ("form", "instance"):
        if key in command:
            command[key] = str(folder / command[key])
    command["media"] = {name: str(folder / file) for name, file in command.get("media", {}).items()}
    return command


def holds(actual, expected):
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and holds(actual[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(actual, list) and len(actual) == len(expected) and all(map(holds, actual, expected))
    return type(actual) is type(expected) and actual == expected


def main():
    program, script = sys.argv[1], pathlib.Path(sys.argv[2])
    pairs = read_script(script)
    given = "".join(json.dumps(command) + "\n" for _, command, _ in pairs)
    done = subprocess.run([program, "form", "session"], input=given, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    failed = 0 if len(answers) == len(pairs) else 1
    for (number, command, expected), answer in zip(pairs, answers):
        for wanted in expected or [{"ok": True}]:
            if not holds(answer, wanted):
                failed += 1
                print(f"{script.name}:{number}: {json.dumps(command, ensure_ascii=False)}\n"
                      f"  wanted {json.dumps(wanted, ensure_ascii=False)}\n"
                      f"  got    {json.dumps(answer, ensure_ascii=False)}")
    print(f"{script.name}: {len(pairs)} commands, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
