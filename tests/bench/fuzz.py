#!/usr/bin/env python3
"""fuzz.NAME: how many bytes libFuzzer gave each parser, and that none of them brought it down.

Ten seconds a parser, with the address and undefined-behaviour sanitizers, beginning with the committed corpus and what
earlier runs found. A crash ends the bench: there is no number then.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 10
HOW = "./dev bench fuzz"


def build():
    for command in (["cmake", "--preset", "fuzz"], ["ninja", "--quiet", "-C", "build/fuzz-build"]):
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def stat(said, name):
    return int(re.search(rf"stat::{name}: *(\d+)", said).group(1))


def fuzz(target):
    name = target.name.removeprefix("fuzz_")
    found, corpus = ROOT / "build/fuzz" / name, ROOT / "tests/fuzz/corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    dictionary = ROOT / "tests/fuzz/dictionaries" / f"{name}.dict"
    done = subprocess.run([target, f"-max_total_time={SECONDS}", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1",
                           "-entropic=0", *([f"-dict={dictionary}"] if dictionary.is_file() else []),
                           f"-artifact_prefix={found}/", found, *([corpus] if corpus.is_dir() else [])],
                          capture_output=True, text=True, errors="replace", check=False)
    if done.returncode != 0:
        sys.exit(f"{name}: {done.stderr[-2000:]}")
    print(json.dumps({"name": f"fuzz.{name}", "value": stat(done.stderr, "number_of_bytes_given") / 1e6,
                      "unit": "MB, no crash", "peer": None, "peer_value": None, "ratio": None,
                      "runs": stat(done.stderr, "number_of_executed_units"), "how": HOW}), flush=True)


def main():
    build()
    for target in sorted((ROOT / "build/fuzz-build/fuzz").glob("fuzz_*")):
        fuzz(target)


main()
