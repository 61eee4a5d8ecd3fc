#!/usr/bin/env python3
"""Somebody who has never seen a service finishes it on the screen, in Chinese and then in English, and the county reads
beside each question what she answered. `test_anyone.py SERVICE`: a folder of assets/forms, or the example of docs."""
import csv
import re
import shutil
import sys

from anyone import PEOPLE, Anyone
from circle import PAPER, Circle
from clerk import Clerk
from tell import check, tell, with_forms
from visitor import Visitor
from world import ROOT

EXAMPLE = ROOT / "docs" / "example-every-question"  # what clerks copy, with every kind of question
LED_TO = ("supplement", "withdraw")  # no tiles of their own: a case leads to them
LANGUAGES = ("zh-CN", "en")


def folder_of(service):
    return EXAMPLE if service == EXAMPLE.name else ROOT / "assets" / "forms" / service


def title_of(service, language):
    with open(folder_of(service) / "guide.csv", encoding="utf-8", newline="") as file:
        return next(row["value"] for row in csv.DictReader(file) if row["key"] == "title" and row["lang"] == language)


def asks_for_a_code(service):
    form = (folder_of(service) / "form.xml").read_text(encoding="utf-8")
    return 'type="barcode"' in form or "ex:yizhan.scan" in form


def receipt_of_another_service(world):
    """A code to hold before the camera."""
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    receipt = world.dir / "receipt.png"
    world.stand.ask(do="receipt", save=str(receipt))
    visitor.leave()
    return receipt


class Visit:
    """One time through a service: the number on its receipt, and what she said to each question."""

    def __init__(self, world, service, language, picture, people=()):
        self.world, self.service, self.language = world, service, language
        self.somebody = Anyone(world, prefer=("码", "code"), picture=picture, language=language, people=people or PEOPLE)

    def from_the_home_screen(self):
        self.world.wait("attract")
        self.world.tap("start")
        self.world.wait("home", text="养老金")
        if self.language == "en":
            self.world.tap("language")
        self.somebody.open_service(title_of(self.service, self.language))
        return self.finish()

    def from_a_case(self, circle):
        circle.look_up(circle.number[:4], self.language)
        self.world.tap(self.service)
        self.world.wait("consent")
        self.world.tap("agree")
        return self.finish()

    def finish(self):
        self.somebody.fill()
        self.somebody.go_home()
        cases = self.world.ctl("queue", "list")["cases"]
        self.number = next(case["number"] for case in cases if case["form_id"] == self.service)
        return self

    def says(self, answer, given):
        """Whether the county's words hold hers: all of them, each part of a date, a number however it is grouped."""
        if re.fullmatch(r"\d{4}-\d\d-\d\d", given):
            return [int(part) for part in given.split("-")] == [int(part) for part in re.findall(r"\d+", answer)]
        return answer != "" and given.replace(" ", "") in answer.replace(" ", "")

    def is_read_by(self, clerk):
        """Every answer, under its own question, in the language it was asked in."""
        case = clerk.must("show", self.number, "--lang", self.language)
        read = {line["label"]: line["value"] for line in case["answers"]}
        check(case["form"] == self.service and case["signature"] == "known" and not case["problem"], f"{case}")
        for question, given in self.somebody.given.items():
            answers = [read[question]] if question in read else read.values()  # a scan group says its own words above its question
            check(any(self.says(answer, given) for answer in answers), f"to \"{question}\" she said {given}, the county reads {read}")


def reads_both(world, visits):
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    numbers = {visit.number for visit in visits}
    records = [record for record in world.submissions() if record["fields"].get("case_number") in numbers]
    check(len(records) == len(LANGUAGES), f"{len(records)} of {len(LANGUAGES)} were delivered")
    for record in records:
        check(record["opened"] and record["complete"] and not record["missing"], f"the county has {record}")
        check(all(medium["size"] > 0 for medium in record["media"]), f"an empty picture among {record['media']}")
    clerk = Clerk(world)
    clerk.must("fetch")
    for visit in visits:
        visit.is_read_by(clerk)


def anyone_finishes(world):
    if service == EXAMPLE.name:
        shutil.copytree(world.forms, world.dir / "forms")
        shutil.copytree(EXAMPLE, world.dir / "forms" / service)
        world.forms = world.dir / "forms"
    with_forms(world)
    world.kiosk_up()
    picture = receipt_of_another_service(world) if asks_for_a_code(service) else PAPER
    reads_both(world, [Visit(world, service, language, picture).from_the_home_screen() for language in LANGUAGES])


def anyone_finishes_what_a_case_leads_to(world):
    circle = Circle(world, world.dir)
    circle.begin()
    circle.apply_offline()
    circle.ask_for_a_paper()
    visits = []
    for language in LANGUAGES:
        if service == "withdraw" and visits:
            cannot_be_withdrawn_twice(world, circle)
            circle.apply()
        visits.append(Visit(world, service, language, circle.receipt, ("wang-xiulan",)).from_a_case(circle))
    reads_both(world, visits)


def cannot_be_withdrawn_twice(world, circle):
    circle.look_up("撤回申请已经交了")
    check("撤回" not in world.labels(), "a case is offered to be withdrawn that was withdrawn")
    world.tap("done")


service = sys.argv[1]
tell(anyone_finishes_what_a_case_leads_to if service in LED_TO else anyone_finishes)
