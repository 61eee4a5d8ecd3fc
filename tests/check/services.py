#!/usr/bin/env python3
"""The services that ship say what they must, in both languages and in words a villager would use.

What a kiosk would refuse is `yizhanctl form check`'s business; this is about the people in front of it
(docs/ADDING_A_SERVICE.md, "Words" and "The guide").
"""
import csv
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "assets" / "words"))
from common import common_characters  # noqa: E402  (its folder is only known now)

FORMS = ROOT / "assets" / "forms"
RATING = ROOT / "assets" / "fleet" / "service-rating"  # of the open project, and read by citizens too
EXAMPLE = ROOT / "docs" / "example-every-question"
ICONS = ROOT / "assets" / "icons"
XFORMS = "{http://www.w3.org/2002/xforms}"
CHINESE, ENGLISH = "中文 (zh-CN)", "English (en)"

LONGEST_SENTENCE = 18   # characters; a number or a Latin word counts as one
LONGEST_ENGLISH = 16    # words
COMMON_SHARE = 0.95
# Names of papers and offices people know by sight, whatever their characters.
NAMES = re.compile("残疾证?|银行卡|户口本|身份证|签名|农机|宅基地|《[^》]*》")

KEYS = set("""title item_code category audience icon order department legal_basis condition material fee time_limit
    result phone complaint_phone note faq notice channel devices purpose recipient retention consent_version helper_allowed
    no_card valid_from valid_to suggest_when supplement_form withdraw_form due_days""".split())
NEEDED = """title category audience icon order department fee time_limit result phone channel purpose recipient
    retention consent_version""".split()
VALUES = {"channel": {"kiosk", "paper", "both"}, "no_card": {"refuse", "typed"},
          "helper_allowed": {"family", "guardian", "authorisation"},
          "devices": {"idcard", "camera", "scanner", "printer"}}
MATERIAL_KINDS = {"original", "copy", "electronic"}
VAGUE = re.compile("其他材料|其它材料|相关材料|other materials|other documents", re.I)


class Service:
    def __init__(self, folder, common):
        self.folder, self.common, self.faults = folder, common, []
        self.chinese = ""

    def fault(self, where, text):
        self.faults.append(f"{self.folder.name}/{where}: {text}")

    # ---- words ----

    def check_chinese(self, where, text):
        self.chinese += text
        for sentence in re.split("[。？！；|]", text):
            length = len(re.sub(r"\s", "", re.sub(r"[A-Za-z0-9.,:%+-]+", "n", sentence)))
            if length > LONGEST_SENTENCE and "《" not in sentence:
                self.fault(where, f"{length} characters in one sentence: {sentence}")
        if re.search("[!！]", text):
            self.fault(where, f"exclamation mark: {text}")
        if re.search("[一-鿿][,?:;(]|[,?:;)][一-鿿]", text):
            self.fault(where, f"half-width punctuation: {text}")
        if VAGUE.search(text):
            self.fault(where, f"say which: {text}")

    def check_english(self, where, text):
        if re.search("[一-鿿]", text):
            self.fault(where, f"Chinese in the English text: {text}")
        if "!" in text:
            self.fault(where, f"exclamation mark: {text}")
        if VAGUE.search(text):
            self.fault(where, f"say which: {text}")
        for sentence in re.split(r"[.?;|]\s", text + " "):
            if len(sentence.split()) > LONGEST_ENGLISH:
                self.fault(where, f"{len(sentence.split())} words in one sentence: {sentence}")

    def check_share(self):
        characters = re.findall("[一-鿿]", NAMES.sub("", self.chinese))
        share = sum(c in self.common for c in characters) / len(characters)
        if share < COMMON_SHARE:
            rare = "".join(sorted(set(characters) - self.common))
            self.fault("form.xml", f"only {share:.1%} of its characters are common ones: {rare}")

    # ---- form.xml ----

    def check_form(self):
        path = self.folder / "form.xml"
        source = path.read_text(encoding="utf-8")
        model = tree.fromstring(source).find(f".//{XFORMS}model")
        if model.find(f"{XFORMS}instance")[0].get("id") != self.folder.name:
            self.fault("form.xml", "the form's id is not the folder's name")
        for name in ("consent_time", "consent_text"):
            if "ex:yizhan.idcard" in source and f"<{name}/>" not in source:
                self.fault("form.xml", f"what she agreed to is not recorded: {name} is missing")
        texts = {t.get("lang"): t.findall(f"{XFORMS}text") for t in model.iter(f"{XFORMS}translation")}
        if list(texts) != [CHINESE, ENGLISH]:
            self.fault("form.xml", f"languages are {list(texts)}")
            return
        self.check_texts(source, texts)
        for file in re.findall(r'"jr://[a-z-]+/([^"]+)"|>jr://images/([^<]+)<', source):
            if not (self.folder / (file[0] or file[1])).exists():
                self.fault("form.xml", f"{file[0] or file[1]} is missing")

    def check_texts(self, source, texts):
        asked = set(re.findall(r"jr:itext\('([^']+)'\)", source))
        for table in self.folder.glob("*.csv"):
            with open(table, encoding="utf-8", newline="") as file:
                asked |= {row["itextId"] for row in csv.DictReader(file) if "itextId" in row}
        for language, entries in texts.items():
            ids = [entry.get("id") for entry in entries]
            for name in sorted(asked ^ set(ids)):
                self.fault("form.xml", f"{language}: {name} is {'missing' if name in asked else 'never used'}")
            for entry in entries:
                text = "人".join(entry.find(f"{XFORMS}value").itertext()) if language == CHINESE else \
                    "X".join(entry.find(f"{XFORMS}value").itertext())
                (self.check_chinese if language == CHINESE else self.check_english)(entry.get("id"), text)

    # ---- guide.csv ----

    def check_guide(self):
        with open(self.folder / "guide.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        by_key = {}
        for row in rows:
            by_key.setdefault(row["key"], {}).setdefault(row["lang"], []).append(row["value"])
            self.check_row(row)
        for key in NEEDED:
            if key not in by_key:
                self.fault("guide.csv", f"{key} is missing")
        for key, languages in by_key.items():
            counts = {len(values) for values in languages.values()}
            if set(languages) not in ({""}, {"zh-CN", "en"}) or len(counts) != 1:
                self.fault("guide.csv", f"{key} is not in both languages")
        self.check_values(by_key)
        self.check_pictures(rows)

    def check_pictures(self, rows):
        """ODK Central takes only what the form itself names: a picture known to the guide alone never arrives."""
        form = (self.folder / "form.xml").read_text(encoding="utf-8")
        for row in rows:
            picture = (row["value"].split("|") + [""] * 4)[3] if row["key"] == "material" else ""
            if picture and f"jr://images/{picture}<" not in form:
                self.fault("guide.csv", f"{picture} is not the image of any question in form.xml")

    def check_row(self, row):
        key, value = row["key"], row["value"]
        if key not in KEYS or not value:
            self.fault("guide.csv", f"{key} = {value!r}")
        if key == "material":
            name, kind, count, picture, how = (value.split("|") + [""] * 5)[:5]
            if kind not in MATERIAL_KINDS or not count.isdigit() or not (self.folder / picture).is_file():
                self.fault("guide.csv", f"material {value}")
            value = f"{name}|{how}"
        if key == "legal_basis":
            return
        if row["lang"] == "zh-CN":
            self.check_chinese(f"guide.csv {key}", value)
        elif row["lang"] == "en":
            self.check_english(f"guide.csv {key}", value)

    def check_values(self, by_key):
        for key, allowed in VALUES.items():
            for value in by_key.get(key, {}).get("", []):
                if value not in allowed:
                    self.fault("guide.csv", f"{key} = {value}")
        for key in ("supplement_form", "withdraw_form"):
            for value in by_key.get(key, {}).get("", []):
                if not (FORMS / value / "form.xml").exists():
                    self.fault("guide.csv", f"{key}: there is no form {value}")
        icon = by_key.get("icon", {}).get("", [""])[0]
        if not (ICONS / f"{icon}.svg").exists():
            self.fault("guide.csv", f"there is no icon {icon}")

    def check(self):
        self.check_form()
        self.check_guide()
        self.check_share()
        return self.faults


def main():
    common = common_characters()
    folders = [EXAMPLE, RATING] + [f for f in sorted(FORMS.iterdir()) if f.is_dir()]
    services = [Service(folder, common) for folder in folders]
    faults = [fault for service in services for fault in service.check()]
    print("\n".join(faults) if faults else f"services: {len(services)} services")
    return bool(faults)


sys.exit(main())
