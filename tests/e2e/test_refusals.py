#!/usr/bin/env python3
"""Bad input: one clear message, the kiosk stays up with what still works, nothing saved is lost."""
import json
import shutil
import sqlite3
import subprocess

from tell import check, tell, with_forms
from visitor import Visitor
from world import BIN, CTL, SYNC, WAIT_S


def a_broken_configuration_stops_with_file_and_line(world):
    world.platform_up()
    world.write_config()
    world.config.write_text(world.config.read_text() + "\n[kiosk]\nnumbr = 3\n")
    for program in ([BIN / "yizhan-kiosk", "--config", world.config], [SYNC, "--config", world.config, "--once"],
                    [CTL, "status", "--config", world.config]):
        done = subprocess.run(program, capture_output=True, text=True, timeout=WAIT_S, check=False)
        check(done.returncode not in (0, None), f"{program[0].name} started all the same")
        check("kiosk.ini:" in done.stderr and "numbr" in done.stderr, f"{program[0].name} said: {done.stderr}")


def a_broken_form_is_named_and_the_others_are_offered(world):
    forms = world.dir / "forms"
    shutil.copytree(world.forms / "pension-renewal", forms / "pension-renewal")
    shutil.copytree(world.forms / "suggestion-12345", forms / "broken")
    form = forms / "broken" / "form.xml"
    text = form.read_text(encoding="utf-8").replace('id="suggestion-12345"', 'id="broken"')
    form.write_text(text.replace('calculate="', 'calculate="no-such-function() + ', 1), encoding="utf-8")
    check("no-such-function" in form.read_text(encoding="utf-8"), "the form was not broken")
    world.forms = forms
    with_forms(world)
    world.kiosk_up()
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="养老金领取资格认证")
    listed = {form["id"]: form for form in world.ctl("forms", "list")["forms"]}
    check(listed["broken"]["state"] == "refused" and "no-such-function" in listed["broken"]["reason"], f"{listed}")


def a_newer_database_is_refused_and_untouched(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.kiosk_down()
    database = sqlite3.connect(world.dir / "store" / "outbox.db")
    database.execute("pragma user_version = 999")
    database.commit()
    before = database.execute("select count(*) from submission").fetchone()
    database.close()
    done = subprocess.run([CTL, "status", "--config", world.config], capture_output=True, text=True, timeout=WAIT_S, check=False)
    check(done.returncode != 0 and "newer" in done.stderr, f"yizhanctl said: {done.stderr}")
    world.kiosk_up()
    world.wait("attract", text="现在办不了事")
    database = sqlite3.connect(world.dir / "store" / "outbox.db")
    check(database.execute("select count(*) from submission").fetchone() == before, "the newer database was changed")


def the_wrong_key_is_never_sealed_to(world):
    world.platform_up()
    world.write_config()
    text = world.config.read_text()
    key = next(line for line in text.splitlines() if line.startswith("key_sha256"))
    world.config.write_text(text.replace(key, "key_sha256 = " + "0" * 64))
    world.sync_once()
    world.kiosk_up()
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="还没有能办的事")


def an_application_with_wrong_answers_names_each_and_saves_nothing(world):
    with_forms(world)
    answers = world.dir / "answers.json"
    answers.write_text(json.dumps({"/data/nowhere": "x", "/data/live_where": "the moon", "/data/contact_phone": "12",
                                   "/data/signature": "signature.png"}))
    said = world.ctl("apply", "pension-renewal", "--answers", answers)
    named = {problem["ref"]: problem["message"] for problem in said["problems"]}
    check(not said["ok"] and not world.ctl("queue", "list")["cases"], f"it was saved: {said}")
    for ref in ("/data/nowhere", "/data/live_where", "/data/contact_phone", "/data/contact_name", "/data/signature"):
        check(named.get(ref), f"{ref} is not named: {said}")
    check("--media signature.png" in named["/data/signature"], f"the missing file is not asked for: {said}")


tell(a_broken_configuration_stops_with_file_and_line, a_broken_form_is_named_and_the_others_are_offered,
     a_newer_database_is_refused_and_untouched, the_wrong_key_is_never_sealed_to,
     an_application_with_wrong_answers_names_each_and_saves_nothing)
