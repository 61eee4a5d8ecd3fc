#!/usr/bin/env python3
"""What is mistyped is answered in a line or two, with what there is instead; nothing is built before that."""
import os
import pathlib
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"


def said(*words, status):
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == status and done.stdout == "", f"{words}: {done.returncode} {done.stdout}{done.stderr}"
    return done.stderr


def a_wrong_verb_shows_the_right_ones(_folder):
    lines = said(CTL, "form", "chek", status=64).splitlines()
    assert lines[0] == "yizhanctl: there is no form chek", lines
    assert any("form check FORM.xml" in line for line in lines) and not any("queue" in line for line in lines), lines
    assert said(CTL, "fleet", status=64).startswith("yizhanctl: fleet what?\n  fleet enrol LIST.csv")


def a_wrong_noun_shows_what_was_meant(_folder):
    assert said(CTL, "quue", "list", status=64).splitlines()[:2] == ["yizhanctl: there is no command quue", "Did you mean queue?"]
    assert "Did you mean" not in said(CTL, "xylophone", status=64)


def help_says_all_or_those_of_one(_folder):
    every, queue = (subprocess.run([CTL, "help", *noun], capture_output=True, text=True, check=True).stdout
                    for noun in ((), ("queue",)))
    asked = subprocess.run([CTL, "queue", "--help"], capture_output=True, text=True, check=True).stdout
    assert asked and asked in queue, asked
    assert "queue release" in every and "rescue DISK" in every and "queue release" in queue and "rescue" not in queue


def dev_refuses_before_it_builds(_folder):
    for words, says in ((("frob",), "there is no ./dev frob"), (("image", "sparc"), "an image for sparc?"), (("test", "no"), "./dev test [long]")):
        assert says in said(ROOT / "dev", *words, status=1)


tell(a_wrong_verb_shows_the_right_ones, a_wrong_noun_shows_what_was_meant, help_says_all_or_those_of_one, dev_refuses_before_it_builds)
