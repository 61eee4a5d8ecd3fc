#!/usr/bin/env python3
"""The copy-me example as a spreadsheet and as an XForm say the same: names, types, labels, hints, choices, in both languages.

Reads the .xlsx with nothing but zipfile: no converter is packaged for Debian. docs/ADDING_A_SERVICE.md says how the two were
compared with the ecosystem's own.
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree
import zipfile

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "docs" / "example-every-question"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
XFORMS = "{http://www.w3.org/2002/xforms}"
LANGUAGES = ("中文 (zh-CN)", "English (en)")
# What a row's type is in the XForm: its bind's type, and its control.
TYPES = {"text": ("string", "input"), "integer": ("int", "input"), "decimal": ("decimal", "input"), "date": ("date", "input"),
         "time": ("time", "input"), "datetime": ("dateTime", "input"), "note": ("string", "input"), "image": ("binary", "upload"),
         "barcode": ("barcode", "input"), "geopoint": ("geopoint", "input"), "acknowledge": ("string", "trigger"),
         "select_one": ("string", "select1"), "select_one_from_file": ("string", "select1"),
         "select_multiple": ("string", "select"), "rank": ("odk:rank", "rank"), "range": ("int", "range")}


def sheets():
    """Each sheet as a list of dictionaries, by the names in its first row."""
    with zipfile.ZipFile(EXAMPLE / "example-every-question.xlsx") as file:
        names = [sheet.get("name") for sheet in tree.fromstring(file.read("xl/workbook.xml")).iter(f"{SHEET}sheet")]
        shared = []
        if "xl/sharedStrings.xml" in file.namelist():
            shared = ["".join(si.itertext()) for si in tree.fromstring(file.read("xl/sharedStrings.xml"))]
        return {name: rows_of(file.read(f"xl/worksheets/sheet{i}.xml"), shared) for i, name in enumerate(names, 1)}


def rows_of(xml, shared):
    rows = []
    for row in tree.fromstring(xml).iter(f"{SHEET}row"):
        cells = {}
        for cell in row:
            text = "".join(t for t in cell.itertext())
            if cell.get("t") == "s":
                text = shared[int(text)]
            cells[re.sub(r"\d", "", cell.get("r"))] = text.strip()
        rows.append(cells)
    head = rows[0]
    return [{head[column]: text for column, text in row.items() if text and column in head} for row in rows[1:]]


class Form:
    def __init__(self):
        root = tree.parse(EXAMPLE / "form.xml").getroot()
        self.texts = {t.get("lang"): {e.get("id"): spaced(e.find(f"{XFORMS}value")) for e in t.iter(f"{XFORMS}text")}
                      for t in root.iter(f"{XFORMS}translation")}
        self.binds = {b.get("nodeset").rsplit("/", 1)[1]: b for b in root.iter(f"{XFORMS}bind")}
        self.controls = {}
        for element in root.iter():
            ref = element.get("ref") or ""
            if ref.startswith("/data/") and element.tag.rsplit("}", 1)[1] != "label":
                self.controls.setdefault(ref.rsplit("/", 1)[1], element)

    def text(self, element, what, language):
        child = next((c for c in element if c.tag == f"{XFORMS}{what}"), None)
        if child is None:
            return ""
        return self.texts[language][re.fullmatch(r"jr:itext\('(.+)'\)", child.get("ref"))[1]]


def spaced(value):
    """Outputs as ${name}, as a spreadsheet has them."""
    text = value.text or ""
    for child in value:
        text += "${" + child.get("value").strip().rsplit("/", 1)[-1] + "}" + (child.tail or "")
    return text.strip()


def compare_row(form, row, faults):
    name, kind = row["name"], row["type"].split()[0]
    control = form.controls.get(name)
    if kind in TYPES:
        if control is None or control.tag.rsplit("}", 1)[1] != TYPES[kind][1]:
            faults.append(f"{name}: {row['type']} has no such control in the XForm")
            return False
        if form.binds[name].get("type") != TYPES[kind][0] and kind != "range":
            faults.append(f"{name}: {row['type']}, and {form.binds[name].get('type')} in the XForm")
        if (row.get("required") == "yes") != (form.binds[name].get("required") == "true()"):
            faults.append(f"{name}: required in one of them only")
    for what in ("label", "hint") if control is not None and kind in TYPES else ():
        for language in LANGUAGES:
            there, here = row.get(f"{what}::{language}", ""), form.text(control, what, language)
            if there != here:
                faults.append(f"{name}, {what} in {language}: {there!r} in the spreadsheet, {here!r} in the XForm")
    return kind in TYPES


def compare_choices(form, rows, faults):
    said = {language: set(texts.values()) for language, texts in form.texts.items()}
    for row in rows:
        for language in LANGUAGES:
            if row.get(f"label::{language}") not in said[language]:
                faults.append(f"choice {row.get('name')}: {row.get(f'label::{language}')!r} is not in the XForm")


def main():
    form, faults, book = Form(), [], sheets()
    rows = [row for row in book["survey"] if "name" in row]
    compared = sum(compare_row(form, row, faults) for row in rows)
    named = {row["name"] for row in rows}
    faults += [f"{name} is asked in the XForm only" for name, control in form.controls.items()
               if name not in named and control.tag.rsplit("}", 1)[1] not in ("group", "repeat")]
    compare_choices(form, book["choices"], faults)
    if compared < 20:
        faults.append(f"only {compared} questions were compared")
    settings = book["settings"][0]
    if settings["form_id"] != "example-every-question" or settings["default_language"] != LANGUAGES[0]:
        faults.append(f"settings: {settings}")
    print("\n".join(faults) if faults else f"{compared} questions, {len(book['choices'])} choices: the same in both")
    return bool(faults)


sys.exit(main())
