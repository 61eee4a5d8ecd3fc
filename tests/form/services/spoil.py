#!/usr/bin/env python3
"""What a clerk gets wrong in a form or its guide, and the one sentence that `yizhanctl form check` has for it.

spoil.py YIZHANCTL
"""
import json
import os
import pathlib
import re
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
    ("guide.csv", "channel,,both", "channel,,fax", "channel is one of kiosk, paper, both, not fax", None),
    ("guide.csv", "no_card,,typed", "no_card,,maybe", "no_card is one of refuse, typed, not maybe", None),
    ("guide.csv", "fee,en,Free\n", "", "fee is missing in en", 0),
    ("guide.csv", "fee,en,Free", "fee,english,Free", "the title has no language english", None),
    ("guide.csv", "due_days,,15", "due_days,,15天", 'due_days: "15天" is no number', None),
    ("guide.csv", "no_card,,typed", "valid_to,,2026/12/31\nno_card,,typed", 'valid_to: "2026/12/31" is no day', None),
    ("guide.csv", "银行卡|original", "银行卡|原件", "does not say whether it is original, copy or electronic", None),
    ("guide.csv", "(today() - date(birth)) div", "(today() - dat(birth)) div", "suggest_when of the guide does not read", 0),
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
    ("guide.csv", "title,zh-CN", "Title,zh-CN", "a kiosk knows no key Title", None),
    ("guide.csv", "fee,en,Free", "fee，en，Free", "a kiosk knows no key fee，en，Free", None),
    ("guide.csv", "银行卡|original|1|", "银行卡｜original｜1｜", "has a Chinese ｜ in it", None),
    ("guide.csv", "银行卡|original|1|", "银行卡|original|one|", 'material: "one" is no number', None),
    ("guide.csv", "devices,,printer", "devices,,printr", "devices is one of idcard, camera, scanner, printer, not printr", None),
    ("guide.csv", "icon,,yuan", "icon,,yuan\nicon,,star", "icon stands in line 9 already", 10),
    ("guide.csv", "icon,,yuan", "icon,,yuann", "there is no icon yuann", None),
    ("guide.csv", "icon,,yuan", "icon,,picture-welcome", "there is no icon picture-welcome", None),
    ("guide.csv", "phone,,0000-1234530", "phone,,县里", '"县里" is no telephone number', None),
    ("guide.csv", "no_card,,typed", "faq,,要交钱吗？\nno_card,,typed", "does not have two parts", None),
    ("guide.csv", "no_card,,typed", "notice,,停电|明天停电|明天|\nno_card,,typed", 'notice: "明天" is no day', None),
    ("guide.csv", "no_card,,typed", "notice,,停电|明天停电|2027-01-01|2026-01-01\nno_card,,typed", "2027-01-01 is after the last", None),
    ("guide.csv", "no_card,,typed", "valid_from,,2027-01-01\nvalid_to,,2026-01-01\nno_card,,typed", "is after valid_to", 0),
    ("form.xml", "/data/live_where = 'town'", "${live_where} = 'town'", "a form has no variables", None),
    ("form.xml", "/data/live_where = 'town'", "/data/live_where = ‘town’", "the path ‘town’ leads to no node", None),
    ("form.xml", "/data/live_where = 'town'", "/data/live_where = town", "the path town leads to no node", None),
    ("form.xml", "/data/live_where = 'town'", "/data/live_where == 'town'", 'a name was expected before "="', None),
    ("form.xml", "&gt;= 800000", "=&gt; 800000", 'a name was expected before ">"', None),
    ("form.xml", "&gt;= 800000", "＞= 800000", 'an operator was expected before "＞"', None),
    ("form.xml", "'yes' and /data/helper_relation", "'yes' AND /data/helper_relation", 'an operator was expected before "AND"', None),
    ("form.xml", 'required="true()"', 'required="yes"', "the path yes leads to no node", None),
    ("form.xml", 'required="true()"', 'required="TRUE()"', "there is no function TRUE()", None),
    ("form.xml", "[A-Z]{3}[0-9]{12})$'", "[A-Z]{3}[0-9]{12}$'", "the pattern is wrong at its byte 37", None),
    ("form.xml", ' version="2026', ' was="2026', "the form has no version", None),
    ("form.xml", 'lang="English (en)"', 'lang="English"', 'which language "English" is', None),
    ("form.xml", 'value=" /data/age "', 'value=" /data/agee "', "a text shows /data/agee, which leads to no node", None),
    ("form.xml", 'appearance="numbers"', 'appearance="number"', 'nobody knows the appearance "number"', None),
    ("form.xml", "本村或本镇</value>", "本村&本镇</value>", "a & that is text", None),
    ("form.xml", "<case_number/>", "<case number/>", "a name has no spaces", None),
    ("form.xml", "</h:body>\n</h:html>", "", "the file ends in the middle: <body>", None),
    ("villages.csv", "name,label,pinyin", "name;label;pinyin", 'row 1 of the list has no "label"', None),
    ("villages.csv", "shiqiao,石桥村", "qingshui,石桥村", 'row 2 of the list says "qingshui"', None),
    ("villages.csv", "shiqiao,石桥村", "shi qiao,石桥村", "row 2 of the list has blanks", None),
    ("villages.csv", "shiqiao,石桥村", "shiqiao,", 'row 2 of the list has no "label"', None),
    ("bankcard.png", None, "a photo of a bank card", "it is no picture", 0),
]

# How programs save the guide, and what is said of it; None: nothing, it reads.
SAVED = [
    ("GB18030", lambda text: text.replace("津贴", "津贴㐂𠮷").encode("gb18030"), None),
    ("UTF-8 with a mark", lambda text: b"\xef\xbb\xbf" + text.encode(), None),
    ("tabs, CRLF", lambda text: "\r\n".join(line.replace(",", "\t", 2) for line in text.split("\n")).encode(), None),
    ("UTF-16", lambda text: text.encode("utf-16"), "UTF-16"),
    ("a stray byte", lambda text: text.encode().replace(b"phone", b"\x80phone", 1), "line 34: neither UTF-8 nor GB18030"),
    ("nothing", lambda text: b"", "there is no column key"),
    ("a spreadsheet renamed", lambda text: b"PK\x03\x04\x00" + text.encode(), "this is no CSV file"),
]


def is_read(program, folder):
    """Whether the clerk's own language has every sentence."""
    done = subprocess.run([program, "form", "check", str(folder / "form.xml")], capture_output=True, encoding="utf-8",
                          env=dict(os.environ, LC_ALL="zh_CN.UTF-8"), check=False)
    english = [line for line in done.stdout.splitlines() if re.search("[a-z]+ [a-z]+ [a-z]+", re.sub("“[^”]*”", "", line.split(": ", 2)[2]))]
    return f"no Chinese for {english}" if english else None


def check(program, folder):
    done = subprocess.run([program, "form", "check", str(folder / "form.xml"), "--json"], capture_output=True,
                          encoding="utf-8", check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def line_of(before, there):
    return before[:before.index(there)].count("\n") + 1


def try_mistake(program, folder, mistake):
    name, there, now, said, line = mistake
    whole = (SERVICE / name).read_bytes()
    before = whole.decode(errors="replace")
    if there is not None and there not in before:
        return f"{name}: {there!r} is no longer there to be spoilt"
    (folder / name).write_text(now if there is None else before.replace(there, now), encoding="utf-8")
    status, findings = check(program, folder)
    unread = is_read(program, folder)
    (folder / name).write_bytes(whole)
    if unread:
        return unread
    # A list is told of where it is shown, what must be asked of the form in the form.
    told_of = "form.xml" if name == "villages.csv" or "suggest_when" in said else name
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


def try_saved(program, folder, saved):
    how, write, said = saved
    before = (SERVICE / "guide.csv").read_text(encoding="utf-8")
    (folder / "guide.csv").write_bytes(write(before))
    status, findings = check(program, folder)
    unread = is_read(program, folder)
    (folder / "guide.csv").write_text(before, encoding="utf-8")
    if unread:
        return unread
    heard = " ".join(f["text"] for f in findings)
    return None if (status == 0 if said is None else said in heard) else f"guide.csv as {how} gives {status} {heard}"


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder) / SERVICE.name
        shutil.copytree(SERVICE, folder)
        faults = [] if check(program, folder) == (0, []) else ["the untouched service has findings"]
        faults += filter(None, (try_mistake(program, folder, mistake) for mistake in MISTAKES))
        faults += filter(None, (try_saved(program, folder, saved) for saved in SAVED))
    print("\n".join(faults) if faults else f"{len(MISTAKES)} mistakes, each named; {len(SAVED)} ways to save a guide")
    return bool(faults)


sys.exit(main())
