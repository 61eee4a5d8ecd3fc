#!/usr/bin/env python3
"""What a clerk gets wrong in a form or its guide, and the one sentence that `yizhanctl form check` has for it.

spoil.py YIZHANCTL
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SERVICE = pathlib.Path(__file__).resolve().parents[3] / "assets" / "forms" / "old-age-allowance"

# File, what stood there, what stands there now, and what must be said, at which line (0: of no line).
MISTAKES = [
    ("guide.csv", "key,lang,value", "schluessel,lang,value", "there is no column key", 1),
    ("guide.csv", "phone,,0000-1234530", "fone,,0000-1234530", "a kiosk knows no key fone", None),
    ("guide.csv", "phone,,0000-1234530", "fone,,0000-1234530", "phone is missing", 0),
    ("guide.csv", "icon,,yuan", "icon,,", "icon is empty", None),
    ("guide.csv", "channel,,both", "channel,,fax", "channel is one of kiosk paper both , not fax", None),
    ("guide.csv", "no_card,,typed", "no_card,,maybe", "no_card is one of refuse typed , not maybe", None),
    ("guide.csv", "fee,en,Free\n", "", "fee is missing in en", 0),
    ("guide.csv", "银行卡|original", "其他材料|original", 'nobody can bring "其他材料"', None),
    ("guide.csv", "|bankcard.png|Only", "|nowhere.png|Only", "ODK Central takes no nowhere.png", None),
    ("form.xml", "format-date(today()", "formatdate(today()", "there is no function formatdate()", None),
    ("form.xml", "</select1>", "</select>", "closing tag", None),
    ("form.xml", "/data/live_where = 'town'", "/data/live_were = 'town'", "leads to no node", None),
    ("form.xml", "ex:yizhan.idcard()", "ex:someone.else()", "cannot show", None),
    ("form.xml", "instance('villages')", "instance('village')", "instance('village'), which the form does not have", None),
    ("form.xml", "<case_number/>", "<number/>", "no case_number", None),
    ("form.xml", "有没有领别处的高龄津贴？</value>", "有没有领别处的高龄津贴？</value><value form=\"audio\">jr://audio/a.mp3</value>",
     "there is no recording in English", 0),
    ("form.xml", "Enter the bank card number", "请输入银行卡号", "still Chinese in English", 0),
    ("form.xml", "<value>有没有领别处的高龄津贴？</value>", "<value></value>", "there is nothing to read aloud in 中文", 0),
    ("form.xml", "<hint ref=\"jr:itext('bank_number:hint')\"/>", "", "nobody knows the 卡号 by heart", 0),
    ("form.xml", "请拍一下委托书", "请拍一下其他材料", 'nobody can bring "其他材料"', 0),
    ("form.xml", '<value form="image">jr://images/authorisation.png</value>', "", "the guide does not tell people to bring", 0),
    ("form.xml", "您现在主要住在哪里？", "谒觐阍阖阃阈闼阙闱阊阗阒阕阏阑阐阉阎阋阌阇阅阆阄阂", "beyond the commonest 1500", 0),
    ("villages.csv", "name,label,pinyin\n", "name,label,pinyin\n" + "".join(f"v{i},村{i},cun\n" for i in range(300)), "without a search", 0),
    ("form.xml", "<photo/>", "<photo/><picture/>", "/data/card/picture: a card cannot fill it", None),
]


def check(program, folder):
    done = subprocess.run([program, "form", "check", str(folder / "form.xml"), "--json"], capture_output=True,
                          encoding="utf-8", check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def line_of(before, there):
    return before[:before.index(there)].count("\n") + 1


def try_mistake(program, folder, mistake):
    name, there, now, said, line = mistake
    before = (SERVICE / name).read_text(encoding="utf-8")
    if there not in before:
        return f"{name}: {there!r} is no longer there to be spoilt"
    (folder / name).write_text(before.replace(there, now), encoding="utf-8")
    status, findings = check(program, folder)
    (folder / name).write_text(before, encoding="utf-8")
    told_of = "form.xml" if name == "villages.csv" else name  # a list is told of where it is shown
    hits = [f for f in findings if said in f["text"] and f["file"].endswith(told_of)]
    if not hits or status == 0:
        return f"{name}: {now!r} gives {status} {[f['text'] for f in findings]}"
    wanted = line if line is not None else line_of(before, there)
    if line is not None or name == "guide.csv":
        if hits[0]["line"] != wanted:
            return f"{name}: {now!r} is said of line {hits[0]['line']}, not {wanted}"
    elif hits[0]["line"] == 0:
        return f"{name}: {now!r} is said of no line"
    return None


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder) / SERVICE.name
        shutil.copytree(SERVICE, folder)
        faults = [] if check(program, folder) == (0, []) else ["the untouched service has findings"]
        faults += filter(None, (try_mistake(program, folder, mistake) for mistake in MISTAKES))
    print("\n".join(faults) if faults else f"{len(MISTAKES)} mistakes, each named")
    return bool(faults)


sys.exit(main())
