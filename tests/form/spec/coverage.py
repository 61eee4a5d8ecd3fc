#!/usr/bin/env python3
"""docs/xforms-coverage.md: what of the ODK XForms specification is there, where, and which test proves it.

coverage.py            fails when the page is not what the tests say, and says why
coverage.py --write    writes it

features.txt lists what the specification lists. A test claims a feature with "spec: feature, feature" in a comment; a
script's claim of a function must be followed by a command that calls it. What nobody claims, and what is not said to be
left out, is a fault; so are claims of what is not in the list, files that are gone, and functions that are registered
but not listed or listed but not registered.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PAGE = ROOT / "docs" / "xforms-coverage.md"
CLAIM = re.compile(r"(?:^#|/\*|^\*)\s*spec: (.*?)(?:\*/)?$")
REGISTERED = re.compile(r'^    \{"([a-z0-9-]+)", (NULL|FN_URI_\w+), \d', re.M)
PREFIXES = {"NULL": "", "FN_URI_JAVAROSA": "jr:", "FN_URI_ENKETO": ""}

HEAD = """# ODK XForms, feature by feature

Made by `tests/form/spec/coverage.py --write` from the tests themselves, and compared with them by `./dev check`: a feature
without a test cannot stand here as if it had one. Files named alone are in `tests/form/spec`. The specification is
[getodk.github.io/xforms-spec](https://getodk.github.io/xforms-spec/); beyond it the engine is measured with ODK's own suites.
"""


class Feature:
    def __init__(self, section, name, where, note):
        self.section, self.name, self.where, self.note, self.tests = section, name, where, note, []

    def is_left_out(self):
        return self.where == ["-"]


def read_features(faults):
    features, section = {}, ""
    for line in (HERE / "features.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            section = line[3:]
        elif line and not line.startswith("#"):
            name, where, note = line.rsplit("|", 2)
            feature = Feature(section, name.strip(), where.split(), note.strip())
            faults += [f"{feature.name}: {file} does not exist" for file in feature.where
                       if file != "-" and not (ROOT / file).is_file()]
            if feature.name in features:
                faults.append(f"{feature.name} is listed twice")
            features[feature.name] = feature
    return features


def claims_of(path):
    """(features claimed, the lines up to the next claim)"""
    claims = []
    for line in path.read_text(encoding="utf-8").splitlines():
        match = CLAIM.match(line.strip())
        if match:
            claims.append(([name.strip() for name in match.group(1).split(",")], []))
        elif claims and not line.startswith("#"):
            claims[-1][1].append(line)
    return claims


def read_claims(features, faults):
    for path in sorted([*HERE.glob("*.script"), *ROOT.glob("tests/unit/**/*.c")]):
        short = path.name if path.parent == HERE else str(path.relative_to(ROOT))
        claims = claims_of(path)
        if path.parent == HERE and not claims:
            faults.append(f"{short} claims no feature")
        for names, lines in claims:
            for name in names:
                if name not in features:
                    faults.append(f"{short} claims \"{name}\", which features.txt does not list")
                elif name.startswith("fn:") and not any(f"{name[3:]}(" in line for line in lines):
                    faults.append(f"{short} claims {name} and does not call it")
                elif short not in features[name].tests:
                    features[name].tests.append(short)


def check_functions(features, faults):
    registered = set()
    for path in ROOT.glob("app/form/xpath_fn_*.c"):
        registered |= {PREFIXES[uri] + name for name, uri in REGISTERED.findall(path.read_text(encoding="utf-8"))}
    listed = {name[3:] for name, feature in features.items() if name.startswith("fn:") and not feature.is_left_out()}
    faults += [f"{name}() is registered, and features.txt does not list it" for name in sorted(registered - listed)]
    faults += [f"{name}() is listed, and no function table has it" for name in sorted(listed - registered)]


def check_proved(features, faults):
    for feature in features.values():
        if feature.is_left_out() and not feature.note:
            faults.append(f"{feature.name} is left out, and nothing says why")
        if not feature.is_left_out() and not feature.tests:
            faults.append(f"{feature.name}: no test claims it")


def cell(text):
    return text.replace("|", "\\|")


def page(features):
    lines, section = [HEAD], None
    for feature in features.values():
        if feature.section != section:
            section = feature.section
            lines += [f"## {section}\n" if len(lines) == 1 else f"\n## {section}\n", "| feature | where | test | note |",
                      "|---|---|---|---|"]
        name = f"`{feature.name[3:]}()`" if feature.name.startswith("fn:") else cell(feature.name)
        if feature.is_left_out():
            lines.append(f"| {name} | **not supported** | | {cell(feature.note)} |")
        else:
            where = " ".join(f"`{file.removeprefix('app/form/')}`" for file in feature.where)
            lines.append(f"| {name} | {where} | {' '.join(feature.tests)} | {cell(feature.note)} |")
    proved = sum(not feature.is_left_out() for feature in features.values())
    lines.append(f"\n{proved} features, each with a test; {len(features) - proved} not supported.")
    return "\n".join(lines) + "\n"


def main():
    faults = []
    features = read_features(faults)
    read_claims(features, faults)
    check_functions(features, faults)
    check_proved(features, faults)
    text = page(features)
    if "--write" in sys.argv and not faults:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        faults.append("docs/xforms-coverage.md is not what the tests say: tests/form/spec/coverage.py --write")
    for fault in faults:
        print(f"coverage: {fault}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
