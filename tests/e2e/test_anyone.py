#!/usr/bin/env python3
"""Somebody who has never seen it finishes every service that ships, on the screen, in Chinese and in English, and the county
opens what arrives. Minutes: `./dev test long` only."""
import csv
import os
import sys

from anyone import Anyone
from tell import check, tell, with_forms
from visitor import Visitor
from world import ROOT

LED_TO = {"supplement", "withdraw"}  # no tiles of their own


def title_of(service, language):
    with open(ROOT / "assets" / "forms" / service / "guide.csv", encoding="utf-8", newline="") as file:
        return next(row["value"] for row in csv.DictReader(file) if row["key"] == "title" and row["lang"] == language)


def receipt_of(world):
    """A code to hold before the camera: the receipt of another service."""
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    receipt = world.dir / "receipt.png"
    world.stand.ask(do="receipt", save=str(receipt))
    visitor.leave()
    return receipt


def finish(service, language):
    def story(world):
        with_forms(world)
        world.kiosk_up()
        receipt = receipt_of(world)
        world.wait("attract")
        world.tap("start")
        world.wait("home", text="养老金")
        if language == "en":
            world.tap("Eng")
        somebody = Anyone(world, prefer=("码", "code"), picture=receipt, language=language)
        somebody.open_service(title_of(service, language))
        somebody.fill()
        world.kiosk_down()
        world.platform_up()
        check(world.sync_once()[0] == 0, "something still waits")
        records = [record for record in world.submissions() if record["form_id"] == service]
        check(any(record["opened"] and record["complete"] for record in records), f"the county has {records}")
    story.__name__ = f"anyone_finishes_{service}_in_{language}"
    return story


if os.environ.get("YIZHAN_TEST_LENGTH") != "long":
    sys.exit(77)
services = sorted(folder.name for folder in (ROOT / "assets" / "forms").iterdir() if folder.name not in LED_TO)
tell(*(finish(service, language) for service in services for language in ("zh-CN", "en")))
