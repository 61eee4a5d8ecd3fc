#!/usr/bin/env python3
"""Fills one service through `yizhanctl form session` and asks what a person would miss if it broke.

run.py YIZHANCTL SERVICE        SERVICE is a folder of assets/forms or assets/fleet, or the example in docs

SERVICE.answers.json   {"ref": "value"}, in the order of asking: one whole accepted run. It is also what
                       `yizhanctl apply` takes. A ref one past the last repeat instance adds that instance.
SERVICE.checks.json    now, tz, and
    expect    {"ref": "value"}   what the form worked out by itself
    hidden    ["ref"]            questions that must not be asked after these answers
    refused   [{"ref", "value", "kind", "why"}]   answers that must be refused, in both languages
    missing   ["ref"]            answers the county cannot do without
    suggested true or false      what suggest_when says of this card
    also      [{"why", "set", "asked", "hidden", "expect", "taken"}]   the same answers, but for those in set:
              what is then asked, hidden, worked out; taken: refs that must not be refused
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CHINESE, ENGLISH = "中文 (zh-CN)", "English (en)"


def folder_of(service):
    for shipped in ("assets/forms", "assets/fleet"):
        if (ROOT / shipped / service).is_dir():
            return ROOT / shipped / service
    return ROOT / "docs" / service


class Session:
    """The engine on the other end of a pipe: one JSON object a line, one answer a line."""

    def __init__(self, program):
        self.pipe = subprocess.Popen([program, "form", "session"], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, encoding="utf-8", bufsize=1)

    def ask(self, do, **command):
        self.pipe.stdin.write(json.dumps({"do": do, **command}, ensure_ascii=False) + "\n")
        self.pipe.stdin.flush()
        line = self.pipe.stdout.readline()
        if not line:
            raise SystemExit(f"the engine ended at {do} {command}")
        return json.loads(line)

    def close(self):
        self.pipe.stdin.close()
        return self.pipe.wait()


class Run:
    def __init__(self, program, service):
        self.folder = folder_of(service)
        self.answers = json.loads((HERE / f"{service}.answers.json").read_text(encoding="utf-8"))
        self.checks = json.loads((HERE / f"{service}.checks.json").read_text(encoding="utf-8"))
        self.session = Session(program)
        self.faults = []

    def fault(self, text):
        self.faults.append(text)

    def must(self, do, **command):
        answer = self.session.ask(do, **command)
        if not answer.get("ok"):
            self.fault(f"{do} {command}: {answer.get('error')}")
        return answer

    def media(self):
        return {f.name: str(f) for f in self.folder.iterdir() if f.name != "form.xml"}

    def open(self, media=None):
        opened = self.must("open", form=str(self.folder / "form.xml"), media=media or self.media(),
                           now=self.checks["now"], tz=self.checks["tz"])
        if opened.get("id") != self.folder.name:
            self.fault(f"the form calls itself {opened.get('id')}")
        if opened.get("languages") != [CHINESE, ENGLISH]:
            self.fault(f"languages: {opened.get('languages')}")
        return opened.get("ok", False)

    def node(self, ref):
        return self.session.ask("node", ref=ref).get("node")

    def answer_all(self):
        for ref, value in self.answers.items():
            repeat = re.match(r"(.*)\[\d+\]/", ref)
            while repeat and not self.node(ref):
                if not self.must("add", repeat=repeat[1]).get("ok"):
                    return
            node = self.node(ref)
            if not node or not node["relevant"]:
                self.fault(f"{ref} is answered but never asked")
            self.must("set", ref=ref, value=value)

    def violations(self):
        found = self.must("validate").get("violations", [])
        return {v["ref"]: v for v in found}

    def check_accepted(self):
        for ref, violation in self.violations().items():
            self.fault(f"{ref} = {self.answers.get(ref)!r} was refused: {violation}")
        self.check_state("", self.checks)

    def check_state(self, why, wanted):
        for ref, value in wanted.get("expect", {}).items():
            node = self.node(ref)
            if not node or node["value"] != value:
                self.fault(f"{why}{ref} should be {value!r}, is {node and node['value']!r}")
        for is_asked in (True, False):
            for ref in wanted.get("asked" if is_asked else "hidden", []):
                node = self.node(ref)
                if not node or node["relevant"] != is_asked:
                    self.fault(f"{why}{ref} should {'' if is_asked else 'not '}be asked")

    def check_also(self):
        for case in self.checks.get("also", []):
            self.open()
            self.answer_all()
            for ref, value in case["set"].items():
                self.must("set", ref=ref, value=value)
            self.check_state(case["why"] + ": ", case)
            violations = self.violations()
            for ref in case.get("taken", []):
                if ref in violations:
                    self.fault(f"{case['why']}: {ref} was refused: {violations[ref]}")

    def check_submission(self):
        final = self.must("submission", final=True)
        xml = final.get("xml", "")
        for ref, value in self.answers.items():
            if self.node(ref)["kind"] == "upload":
                if value not in final.get("media", []):
                    self.fault(f"{value} is not among the media")
        for ref in self.checks["hidden"]:
            name = ref.rsplit("/", 1)[1]
            if f"<{name}>" in xml and not any(r.endswith("/" + name) for r in self.answers):
                self.fault(f"{name} was sent though it was never asked")
        if f'id="{self.folder.name}"' not in xml or "<instanceID>uuid:" not in xml:
            self.fault("the submission lacks its form id or its instanceID")

    def refuse(self, ref, value, kind, why):
        self.session.ask("set", ref=ref, value=value)
        messages = []
        for language in (CHINESE, ENGLISH):
            self.must("lang", value=language)
            violation = self.violations().get(ref)
            if not violation or violation["kind"] != kind:
                self.fault(f"{ref} = {value!r} should be refused ({why}), is {violation}")
                break
            messages.append(violation["message"])
        if len(messages) == 2 and (not all(messages) or messages[0] == messages[1]):
            self.fault(f"{ref}: the reason is not in both languages: {messages}")
        self.must("lang", value=CHINESE)
        self.must("set", ref=ref, value=self.answers.get(ref, ""))

    def check_refused(self):
        for case in self.checks["refused"]:
            self.refuse(**case)
        for ref in self.checks["missing"]:
            self.refuse(ref, "", "required", "left out")

    def walk(self, step, end):
        """Every stop on the way there, as refs."""
        stops, at = [], self.must(step)
        while at.get("ok") and at["at"] != end:
            stops.append((at["at"], at["ref"]))
            at = self.must(step)
        return stops

    def check_walk(self):
        """One question after the other to the end, none left out, and the same way back."""
        self.must("first")
        there = self.walk("next", "end")
        back = self.walk("prev", "start")
        if there != back[::-1]:
            self.fault(f"the way back differs: {sorted(set(there) ^ set(back))}")
        asked = [ref for at, ref in there if at == "question"]
        answered = [ref for ref in self.answers if self.node(ref)["kind"] != "model"]
        if [ref for ref in asked if ref in self.answers] != answered:
            self.fault(f"asked in another order than answered: {asked}")

    def texts(self, node, found):
        for text in [node.get("label"), node.get("hint")] + [c["label"] for c in node.get("choices") or []]:
            if text:
                found.add(text)
        for child in node.get("children") or []:
            self.texts(child, found)
        return found

    def check_languages(self):
        chinese = self.texts(self.must("tree")["node"], set())
        self.must("lang", value=ENGLISH)
        english = self.texts(self.must("tree")["node"], set())
        self.must("lang", value=CHINESE)
        own = "".join(str(v) for v in self.answers.values())
        names = re.compile("[\u4e00-\u9fff]+")
        tables = "".join(f.read_text(encoding="utf-8") for f in self.folder.glob("*.csv"))
        for text in english:
            for word in names.findall(text):
                if word not in own and word not in tables:
                    self.fault(f"Chinese in the English form: {text}")
        if not any(names.search(text) for text in chinese):
            self.fault("the Chinese form shows no Chinese")

    def check_suggestion(self):
        """The guide's suggest_when, asked of this card."""
        wish = "string(instance('guide')/root/item[key = 'suggest_when']/value)"
        expression = self.must("eval", expr=wish).get("value")
        if expression:
            answer = self.must("eval", expr=expression, context="/data/card")
            if answer.get("type") != "boolean" or answer.get("value") != self.checks.get("suggested"):
                self.fault(f"suggest_when gives {answer.get('value')!r} for this card")

    def check_spreadsheet_csv(self):
        """A spreadsheet of a Chinese office writes GB18030 and CRLF: the guide must read the same."""
        title = "instance('guide')/root/item[key = 'title'][lang = 'zh-CN']/value"
        before = self.must("eval", expr=f"string({title})").get("value")
        with tempfile.TemporaryDirectory() as folder:
            media = self.media()
            for name in [n for n in media if n.endswith(".csv")]:
                text = pathlib.Path(media[name]).read_text(encoding="utf-8")
                media[name] = str(pathlib.Path(folder) / name)
                pathlib.Path(media[name]).write_bytes(text.replace("\n", "\r\n").encode("gb18030"))
            if not self.open(media):
                return
            after = self.must("eval", expr=f"string({title})").get("value")
        if not before or after != before:
            self.fault(f"the title in GB18030 reads {after!r}, not {before!r}")

    def all(self):
        if self.open():
            self.answer_all()
            self.check_accepted()
            self.check_walk()
            self.check_languages()
            self.check_refused()
            self.check_accepted()
            self.check_submission()
            self.check_suggestion()
            self.check_also()
            self.check_spreadsheet_csv()
        if self.session.close() != 0:
            self.fault("the session did not end cleanly")
        return self.faults


def main():
    program, service = sys.argv[1:]
    folder = folder_of(service)
    check = subprocess.run([program, "form", "check", str(folder / "form.xml"), "--media", str(folder)],
                           capture_output=True, encoding="utf-8")
    faults = Run(program, service).all()
    if check.returncode != 0:
        faults.append(f"form check says {check.returncode}:\n{check.stdout}{check.stderr}")
    for fault in faults:
        print(f"{service}: {fault}")
    print(f"{service}: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
