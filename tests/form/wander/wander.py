#!/usr/bin/env python3
"""Wanders through forms with answers at random and holds every step against what must be true of any form.

wander.py YIZHANCTL [--seed N] [--steps N] [--walks N] FORM.xml...     0: nothing found. The same seed wanders the same way.

After each answer, each instance added or removed:
  told     `changed` names those whose value or state is another than before, all of them and no others
  fresh    the record, saved and opened again, has every relevant node as the session has it: what was brought up to
           date step by step is what a whole calculation gives
  walked   first to end stops at every relevant question once, in the order of the record, and back again the same
  judged   `validate` says what the nodes say, and the final submission is refused exactly then
  turned   in the other language and back nothing is another
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unicodedata

FIXED = {"now": "2026-11-22T10:00:00.000+08:00", "tz": "Asia/Shanghai", "seed": 7}
STATE = ("value", "relevant", "readonly", "required", "violation")
TEXTS = ["", "王秀兰", "7", "0", "-1", "1200.5", "2026-02-28", "1950-01-01", "10:30:00", "30.1 120.2 5 1", "13812345678",
         "110101195001011234", "a b", "x", " y ", "&<>\"'", "99999999999", "village_1.png"]
# What an event writes anew each time a record is opened.
ONLY_REMEMBERED = {"/data/each"}


class Engine:
    def __init__(self, program):
        self.pipe = subprocess.Popen([program, "form", "session"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     encoding="utf-8", bufsize=1)
        self.said = []

    def ask(self, do, **command):
        line = json.dumps({"do": do, **command}, ensure_ascii=False)
        if do not in ("tree", "node", "validate"):
            self.said.append(line)
        self.pipe.stdin.write(line + "\n")
        self.pipe.stdin.flush()
        answer = self.pipe.stdout.readline()
        if not answer:
            raise SystemExit("the engine ended after\n" + "\n".join(self.said))
        return json.loads(answer)


def bare(ref):
    out, depth = "", 0
    for c in ref:
        depth += c == "["
        out += c if depth == 0 else ""
        depth -= c == "]"
    return out


def composed(value):
    """Records are sent in Unicode's composed form."""
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


class Wander:
    def __init__(self, program, form, seed):
        self.form, self.random = form, random.Random(f"{form.name}-{form.parent.name}-{seed}")
        self.engine, self.other = Engine(program), Engine(program)
        self.media = {f.name: str(f) for f in form.parent.iterdir() if f.suffix in (".csv", ".geojson", ".png")}
        self.found = []

    def open(self, engine, **more):
        return engine.ask("open", form=str(self.form), media=self.media, **FIXED, **more)

    def nodes(self, engine):
        """{ref: node} in the order of the record; repeats that anybody may add to are in self.series."""
        out, series, stack = {}, [], [engine.ask("tree")["node"]]
        while stack:
            node = stack.pop()
            if node["kind"] != "repeat":
                out[node["ref"]] = node
            elif not node["count_controlled"]:
                series.append(node["ref"])
            stack += reversed(node["children"])
        if engine is self.engine:
            self.series = series
        return out

    def fault(self, what):
        self.found.append(what[:2000])

    # ---- One step ----

    def value_for(self, node):
        values = [c["value"] for c in node.get("choices", [])]
        if node["kind"] == "rank":
            self.random.shuffle(values)
            return " ".join(values)
        if values and self.random.random() < 0.95:
            if node["kind"] == "select":
                return " ".join(self.random.sample(values, self.random.randint(0, len(values))))
            return self.random.choice(values + [""])
        if node["type"] in ("int", "decimal"):
            return str(self.random.choice([0, 1, 2, 3, 5, 17, 18, 59, 60, 80, 200, -4, 2.5, ""]))
        if node["type"] == "date":
            return f"{self.random.choice([1940, 1946, 1990, 2020, 2026, 2027])}-{self.random.randint(1, 12):02}-15"
        return self.random.choice(TEXTS)

    def step(self, before):
        """A random command that changes something: (do, arguments)."""
        dice = self.random.random()
        if dice < 0.12 and self.series:
            ref = self.random.choice(self.series)
            more = {"at": 1} if self.random.random() < 0.3 else {}
            return "add", {"repeat": ref, **more}
        instances = [ref for ref, node in before.items() if node["kind"] == "instance"]
        if dice < 0.2 and instances:
            return "remove", {"ref": self.random.choice(instances)}
        asked = [n for n in before.values() if n["kind"] not in ("root", "group", "instance", "model") and
                 (n["relevant"] or dice > 0.97)]
        if not asked:
            return "validate", {}
        node = self.random.choice(asked)
        return "set", {"ref": node["ref"], "value": self.value_for(node)}

    # ---- What must be true ----

    def has_moved(self, ref, before, after, command):
        """Its instance stands elsewhere now, or something in it is gone."""
        if any(gone.rpartition("/")[0] == ref for gone in before.keys() - after.keys()):
            return True
        first = command[1].get("ref", command[1].get("repeat", "") + "[1]")
        series, _, number = first.rpartition("[")
        if command[0] == "set" or not ref.startswith(series + "["):
            return False
        return int(ref[len(series) + 1:].partition("]")[0]) >= int(number.rstrip("]"))

    def check_told(self, before, after, changed, command):
        real = {ref for ref, node in after.items()
                if ref not in before or any(before[ref][key] != node[key] for key in STATE)}
        told = set(changed)
        missing = real - told
        if missing:
            self.fault(f"told: {command} changed {sorted(missing)} and did not say so")
        wrong = {ref for ref in told - real if "/@" not in ref and not self.has_moved(ref, before, after, command)}
        if wrong:
            self.fault(f"told: {command} said {sorted(wrong)} changed")
        if len(changed) != len(told):
            self.fault(f"told: {command} names some twice")
        order = {ref: i for i, ref in enumerate(after)}
        places = [order[ref] for ref in changed if ref in order]
        if places != sorted(places):
            self.fault(f"told: {command}: not in the order of the record: {changed}")

    def check_fresh(self):
        xml = self.engine.ask("submission")  # gives calculations the last word
        after = self.nodes(self.engine)
        with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8", newline="") as file:
            file.write(xml["xml"])
            file.flush()
            opened = self.open(self.other, instance=file.name)
        if not opened["ok"]:
            self.fault(f"fresh: {opened}")
            return
        if opened["remarks"]:
            self.fault(f"fresh: {opened['remarks']}")
        fresh = self.nodes(self.other)
        for ref, node in after.items():
            if bare(ref) in ONLY_REMEMBERED:
                continue
            again = fresh.get(ref)
            if (again is not None and again["relevant"]) != node["relevant"]:
                self.fault(f"fresh: {ref} was {'' if node['relevant'] else 'not '}relevant, opened again it is "
                           f"{again and again['relevant']}")
            elif node["relevant"]:
                for key in (*STATE, "label", "hint", "choices"):
                    if composed(again.get(key)) != composed(node.get(key)):
                        self.fault(f"fresh: {ref} {key}: {node.get(key)!r}, opened again {again.get(key)!r}")
        twice = self.other.ask("submission")
        if composed(twice.get("xml")) != composed(xml["xml"]) and not ONLY_REMEMBERED & fresh.keys():
            self.fault(f"fresh: sent again it is another record:\n{xml['xml']}\n{twice.get('xml')}")

    def check_walked(self, after):
        stops, at = [], self.engine.ask("first")
        while at["at"] != "end" and len(stops) < 3000:
            at = self.engine.ask("next")
            stops.append((at["at"], at.get("ref")))
        questions = [ref for kind, ref in stops if kind == "question"]
        wanted = {ref for ref, n in after.items() if n["kind"] not in ("root", "group", "instance", "model") and n["relevant"]}
        if set(questions) != wanted:
            self.fault(f"walked: {sorted(set(questions) ^ wanted)}")
        back = []
        while at["at"] != "start" and len(back) < 3000:
            at = self.engine.ask("prev")
            back.append((at["at"], at.get("ref")))
        if back[:-1] != stops[:-1][::-1]:
            self.fault(f"walked: back it is another way: {stops} {back}")

    def check_judged(self, after):
        said = {v["ref"]: v["kind"] for v in self.engine.ask("validate")["violations"]}
        wanted = {ref: n["violation"]["kind"] for ref, n in after.items() if n["relevant"] and n["violation"]}
        if said != wanted:
            self.fault(f"judged: validate says {said}, the nodes {wanted}")

    def check_turned(self, after):
        languages = self.engine.ask("languages")
        if len(languages["languages"]) < 2:
            return
        for language in [*languages["languages"], languages["current"]]:
            self.engine.ask("lang", value=language)
        again = self.nodes(self.engine)
        for ref, node in after.items():
            if again.get(ref) != {**node, "children": again[ref]["children"]}:
                self.fault(f"turned: {ref}: {node} {again.get(ref)}")

    # ---- The walk ----

    def run(self, steps):
        opened = self.open(self.engine)
        if not opened["ok"]:
            self.fault(opened["error"])
            return 0
        self.engine.said = self.engine.said[-1:]
        before = self.nodes(self.engine)
        for count in range(steps):
            do, arguments = self.step(before)
            answer = self.engine.ask(do, **arguments)
            after = self.nodes(self.engine)
            if answer["ok"] and "changed" in answer:
                self.check_told(before, after, answer["changed"], (do, arguments))
            elif do == "set" and not answer["ok"] and any(before[r][k] != after[r][k] for r in before for k in STATE):
                self.fault(f"{do} {arguments} was refused ({answer['error']}) and changed something")
            if count % 4 == 3:
                self.check_judged(after)
                self.check_fresh()
                after = self.nodes(self.engine)
            if count % 20 == 19:
                self.check_walked(after)
                self.check_turned(after)
            if self.found:
                return count + 1
            before = after
        return steps


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("forms", nargs="+", type=pathlib.Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--steps", type=int, default=40)
    options.add_argument("--walks", type=int, default=1)
    options = options.parse_args()
    faults = steps = 0
    for form in options.forms:
        for walk in range(options.walks):
            wander = Wander(options.program, form, options.seed + walk)
            steps += wander.run(options.steps)
            if wander.found:
                faults += 1
                print(f"{form} --seed {options.seed + walk}:", *wander.found[:5], sep="\n  ")
                print("  after", *wander.engine.said[-12:], sep="\n    ")
    print(f"{len(options.forms)} forms, {steps} steps, {faults} walks with faults")
    return faults > 0


sys.exit(main())
