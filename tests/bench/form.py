#!/usr/bin/env python3
"""The form engine beside @getodk/xforms-engine (npm) in Node: load, 200 answers, memory, long lists; beside bare expat;
beside itself as a form grows. Every measurement is a cold process of its own, ours and the peer's in turn.

The large forms are not part of the project: where ../shared/data (or YIZHAN_FORM_DATA) is not there, only the service
form and the made-up ones are measured, and it says so.
"""
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import xml.etree.ElementTree as tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
FOLDER = BUILD / "bench" / "form"
PACKAGES = BUILD / "bench" / "npm"
PEER = "@getodk/xforms-engine@0.22.0"
DOM = "jsdom@29.1.1"
PEER_NAME = "web engine in Node"
SERVICE = ROOT / "assets" / "forms" / "old-age-allowance"
SERVICE_ANSWERS = ROOT / "tests" / "form" / "services" / "old-age-allowance.answers.json"
# name, file in the data, its lists
LARGE = [("verbal_autopsy", "whova_form", []), ("decision_tree", "eIMCI-by-D-Tree", []),
         ("wards", "nigeria_wards_external_2ndry_instance", ["lgas", "wards"])]
WARD = "/nigeria_wards_external/ward"
RUNS, PEER_RUNS = 9, 3
PARSE_RUNS, ROUNDS = 3, 15  # bench_form parse takes the median of ROUNDS itself
ANSWERS = 200


def shared_data():
    """Beside the repository; for a worktree beside the repository it is of."""
    common = subprocess.run(["git", "rev-parse", "--path-format=absolute", "--git-common-dir"], cwd=ROOT,
                            capture_output=True, text=True, check=False).stdout.strip()
    places = [pathlib.Path(os.environ["YIZHAN_FORM_DATA"])] if "YIZHAN_FORM_DATA" in os.environ else []
    places += [ROOT.parent / "shared" / "data", pathlib.Path(common or ROOT).parents[1] / "shared" / "data"]
    return next((place for place in places if (place / "forms").is_dir()), None)


def unpacked(data, name):
    target = FOLDER / f"{name}.xml"
    target.write_bytes(gzip.decompress((data / "forms" / f"{name}.xml.gz").read_bytes()))
    return target


def service_form():
    """The kiosk's own form with its lists, and its script of answers as often as makes 200."""
    folder = FOLDER / "service"
    folder.mkdir(exist_ok=True)
    for file in SERVICE.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    script = json.loads(SERVICE_ANSWERS.read_text(encoding="utf-8"))
    answers = folder / "answers.tsv"
    lines = [f"{ref}\t{value}\n" for ref, value in script.items() if not value.endswith((".png", ".jpg"))]
    answers.write_text("".join((lines * ANSWERS)[:ANSWERS]), encoding="utf-8")
    return "service", folder / "form.xml", answers, [folder / "form.xml"]


def forms():
    """(name, form, answers, files a bare parse reads)"""
    FOLDER.mkdir(parents=True, exist_ok=True)
    table, data = [service_form()], shared_data()
    if data is None:
        print("form: the large forms are not here (../shared/data): only the service form is measured", file=sys.stderr)
        return table
    for name, file, lists in LARGE:
        form = unpacked(data, file)
        table.append((name, form, data / "answers" / f"{file}.tsv", [form] + [unpacked(data, one) for one in lists]))
    return table


def install_peer():
    if not (PACKAGES / "node_modules" / "jsdom").is_dir():
        PACKAGES.mkdir(parents=True, exist_ok=True)
        (PACKAGES / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", PEER, DOM], cwd=PACKAGES,
                       check=False, stdout=sys.stderr)


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr[-800:]}")
    return json.loads(done.stdout.splitlines()[-1])


def ours(*arguments):
    return run(BUILD / "bin" / "bench_form", *arguments)


def peer(*arguments):
    """{"failure": why} where it cannot: a form it refuses, a Node older than it wants, no network to install it."""
    try:
        return run("node", ROOT / "tests" / "bench" / "form_peer.mjs", PACKAGES, *arguments)
    except (RuntimeError, OSError) as why:
        return {"failure": str(why).strip().splitlines()[-1]}


def median(results, key):
    return statistics.median(result[key] for result in results)


def report(name, value, unit, peer_name, peer_value, runs):
    family = ".".join(name.split(".")[:2])
    print(json.dumps({"name": name, "value": value, "unit": unit, "peer": peer_name, "peer_value": peer_value,
                      "ratio": value / peer_value if peer_value else None, "runs": runs,
                      "how": f"./dev bench {family}"}), flush=True)


def alternating(arguments):
    """Ours and the peer's in turn; the peer's are empty when it cannot open the form."""
    mine, theirs = [], []
    for turn in range(RUNS):
        mine.append(ours(*arguments))
        if turn < PEER_RUNS:
            theirs.append(peer(*arguments))
        if theirs and "failure" in theirs[-1]:
            print(f"form: no peer for {arguments[1]}: {theirs.pop()['failure']}", file=sys.stderr)
            return mine + [ours(*arguments) for _ in range(RUNS - 1)], []
    return mine, theirs


def report_beside(name, mine, theirs, key, unit, scale=1):
    if theirs:
        report(name, median(mine, key) / scale, unit, PEER_NAME, median(theirs, key) / scale, RUNS)
    else:
        report(name, median(mine, key) / scale, unit, None, None, RUNS)


def bench_fill(name, form, answers, files):
    mine, theirs = alternating(("fill", form, answers))
    report_beside(f"form.load.{name}", mine, theirs, "load_ms", "ms")
    report_beside(f"form.answer200.{name}", mine, theirs, "answers_ms", "ms")
    report_beside(f"form.memory.{name}", mine, theirs, "resident_kib", "MiB", 1024)
    both = [ours("parse", *files) for _ in range(PARSE_RUNS)]
    report(f"form.load_vs_expat.{name}", median(both, "load_ms"), "ms", "bare expat", median(both, "parse_ms"),
           PARSE_RUNS * ROUNDS)


def bench_choices(form, answers):
    mine, theirs = alternating(("choose", form, answers, WARD))
    report_beside("form.choices12000", mine, theirs, "choices_ms", "ms")
    report_beside("form.choices12000.worst", mine, theirs, "worst_ms", "ms")


def bench_growth():
    sizes = {1: [], 10: [], 100: []}
    for _ in range(RUNS):
        for size, results in sizes.items():
            results.append(ours("grow", 10 * size))
    for size in (10, 100):
        report(f"form.answer_growth.{size}x", median(sizes[size], "answer_us"), "us", "the form at 1x",
               median(sizes[1], "answer_us"), RUNS)


def bench_pulldata():
    results = [ours("pulldata", 12000) for _ in range(RUNS)]
    report("form.pulldata12000", median(results, "lookup_us"), "us", None, None, RUNS)


def main():
    install_peer()
    bench_growth()
    bench_pulldata()
    for name, form, answers, files in forms():
        tree.parse(form)  # a torn download would be measured as a fast refusal
        bench_fill(name, form, answers, files)
        if name == "wards":
            bench_choices(form, answers)


main()
