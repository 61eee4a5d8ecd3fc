#!/usr/bin/env python3
"""A version of a form names one content. Whoever changes a form, or a file beside it, raises its version: Central takes the
same version only once, and a kiosk that has it does not fetch it again.

form_versions.py           compares the forms with form_versions.txt (id, version, what it holds)
form_versions.py --write   takes up new forms and new versions; a version that is there keeps what it holds
"""
import hashlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "tests" / "check" / "form_versions.txt"
HOW = "tests/check/form_versions.py --write"


def folders():
    return sorted(form.parent for place in ("assets/forms", "assets/fleet") for form in (ROOT / place).glob("*/form.xml"))


def version_of(folder):
    return re.search(r'<data [^>]*version="([^"]*)"', (folder / "form.xml").read_text(encoding="utf-8"))[1]


def content_of(folder):
    whole = hashlib.sha256()
    for file in sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith(".")):
        data = file.read_bytes()
        whole.update(f"{file.name} {len(data)}\n".encode() + data)
    return whole.hexdigest()[:32]


def known():
    return {line.split()[0]: line.split()[1:] for line in TABLE.read_text(encoding="utf-8").splitlines()} if TABLE.exists() else {}


def main():
    table, faults = known(), []
    for folder in folders():
        version, content = version_of(folder), content_of(folder)
        then_version, then_content = table.get(folder.name, ["", ""])
        if version == then_version and content != then_content:
            faults.append(f"{folder.relative_to(ROOT)} was changed and is still version {version}: raise it in form.xml, then {HOW}")
        elif version < then_version:
            faults.append(f"{folder.relative_to(ROOT)}: version {version} is older than {then_version}")
        elif sys.argv[1:] == ["--write"]:
            table[folder.name] = [version, content]
        elif version != then_version:
            faults.append(f"{folder.relative_to(ROOT)} has the new version {version}: {HOW}")
    gone = table.keys() - {folder.name for folder in folders()}
    if sys.argv[1:] == ["--write"]:
        TABLE.write_text("".join(f"{name} {' '.join(row)}\n" for name, row in sorted(table.items()) if name not in gone), encoding="utf-8")
    elif gone:
        faults.append(f"no longer there: {' '.join(sorted(gone))}: {HOW}")
    print("\n".join(faults), end="\n" if faults else "")
    return bool(faults)


sys.exit(main())
