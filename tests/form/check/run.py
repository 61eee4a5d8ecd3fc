#!/usr/bin/env python3
"""What `yizhanctl form check` says, word for word, of a good form with one thing changed, and that it says it in Chinese
to a clerk whose machine does.

run.py YIZHANCTL           plays cases.check, whose head says how it is written
run.py YIZHANCTL --write   writes the answers into cases.check; read the difference before you keep it
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE / "cases.check"
STATUS = {"warning": 1, "unsupported": 2, "error": 2}


class Case:
    def __init__(self, title):
        self.title, self.changes, self.answer = title, [], []


def read_cases():
    """(what stands before the first case, the cases)"""
    head, cases = [], []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            cases.append(Case(line[3:]))
        elif not cases:
            head.append(line)
        elif line.startswith("- "):
            cases[-1].changes.append([line[2:], ""])
        elif line.startswith("+ "):
            cases[-1].changes[-1][1] = line[2:]
        elif line.strip():
            cases[-1].answer.append(line)
    return head, cases


def is_english(line):
    """Whether a sentence was left as it is: the names and rules that it speaks of are no sentences."""
    said = re.sub(r"“[^”]*”|<[^>]*>", "", line.split(": ", 2)[2])
    return re.search("[A-Za-z]+ [a-z]+ [a-z]+", said) or not re.search("[一-鿿]", said)


def check(program, folder, case, language="C.UTF-8"):
    form = (HERE / "good.xml").read_text(encoding="utf-8")
    for there, now in case.changes:
        if form.count(there) < 1:
            raise ValueError(f"{case.title}: {there!r} is not in good.xml")
        form = form.replace(there, now, 1)
    (folder / "form.xml").write_text(form, encoding="utf-8")
    done = subprocess.run([program, "form", "check", "form.xml"], cwd=folder, capture_output=True, encoding="utf-8",
                          env=dict(os.environ, LC_ALL=language), check=False)
    return done.returncode, done.stdout.splitlines()


def write(head, cases):
    lines = list(head)
    for case in cases:
        lines += [f"== {case.title}"]
        for there, now in case.changes:
            lines += [f"- {there}"] + ([f"+ {now}"] if now else [])
        lines += case.answer + [""]
    CASES.write_text("\n".join(lines).rstrip("\n") + "\n", encoding="utf-8")


def main():
    program, failed = str(pathlib.Path(sys.argv[1]).resolve()), 0
    head, cases = read_cases()
    with tempfile.TemporaryDirectory() as folder:
        for case in cases:
            status, answer = check(program, pathlib.Path(folder), case)
            for line in filter(is_english, check(program, pathlib.Path(folder), case, "zh_CN.UTF-8")[1]):
                failed += 1
                print(f"{case.title}: no Chinese for {line}")
            kinds = [line.split(": ")[1] for line in answer]
            if status != max((STATUS[kind] for kind in kinds), default=0):
                failed += 1
                print(f"{case.title}: ended with {status} after {kinds}")
            if "--write" in sys.argv:
                case.answer = answer
            elif answer != case.answer:
                failed += 1
                print(f"{case.title}\n  wanted {case.answer}\n  got    {answer}")
    if "--write" in sys.argv:
        write(head, cases)
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
