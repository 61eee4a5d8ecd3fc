#!/usr/bin/env python3
"""What an announcer is given to read holds the laws' names, and what a form says when an answer does not hold; and `voice
pack` says which recordings are not there. What stands on the screens: tests/ui/said.py."""
import csv
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
FORMS = ROOT / "assets" / "forms"
ASSETS = pathlib.Path(sys.argv[1]).resolve().parents[1] / "assets"


def voice(*words):
    done = subprocess.run([sys.argv[1], "voice", *words, "--assets", ASSETS, "--forms", FORMS],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def laws():
    """Their names, as they stand between 《 and 》; but for those with a number, which is spelt out."""
    for guide in sorted(FORMS.glob("*/guide.csv")):
        with guide.open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if row["key"] == "legal_basis" and row["lang"] == "zh-CN":
                    yield from re.findall("《[^》0-9]+》", row["value"])


def objections():
    """But for those with a number."""
    for form in sorted(FORMS.glob("*/form.xml")):
        chinese = form.read_text(encoding="utf-8").split("</translation>")[0]
        for words in re.findall(r'<text id="[^"]*:constraint"><value>([^<]*)</value>', chinese):
            yield from (sentence for sentence in re.split("[。？]", words) if sentence and not re.search("[0-9]", sentence))


def main():
    named = set(laws()) | set(objections())
    status, script = voice("script", "--lang", "zh-CN")
    faults = [f"script ended with {status}"] if status else []
    faults += [f"no announcer reads {law}" for law in sorted(named) if law not in script]
    with tempfile.TemporaryDirectory() as folder:
        status, said = voice("pack", "--lang", "zh-CN", "--out", f"{folder}/out", folder)
    faults += [] if status == 1 else [f"pack without recordings ended with {status}"]
    faults += [f"pack does not miss {law}" for law in sorted(named)
               if not re.search(f"^missing .*{re.escape(law)}", said, re.MULTILINE)]
    print("\n".join(faults) or f"{len(named)} laws and objections are read and missed")
    return 1 if faults or not named else 0


sys.exit(main())
