#!/usr/bin/env python3
"""What a clerk gets wrong on the platform: one clear sentence each in `yizhanctl forms list`, and the other services go on."""
import json
import pathlib
import re
import shutil

from clerk import raise_version
from tell import check, tell, with_forms
from world import ROOT

ANSWERS = ROOT / "tests" / "form" / "services" / "suggestion-12345.answers.json"


def with_spoilt(world, spoil):
    """All services but for what `spoil` does to their folder; pulled, and judged by a kiosk that serves somebody."""
    if spoil:
        forms = world.dir / "forms"
        shutil.copytree(world.forms, forms)
        world.forms = forms
        spoil(forms)
    world.platform_up()
    world.write_config()
    world.sync_once()
    serve_somebody(world)


def serve_somebody(world):
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    media = [f"--media={name}={ROOT}/assets/forms/pension-renewal/signature.png" for name in set(answers.values())
             if name.endswith(".png")]
    done = world.ctl("apply", "suggestion-12345", "--answers", ANSWERS, *media)
    check(done["ok"], f"the services that are fine do not go on: {done}")


def change(file, there, now, count=-1):
    text = pathlib.Path(file).read_text(encoding="utf-8")
    check(there in text, f"{file}: {there} is no longer there to be spoilt")
    pathlib.Path(file).write_text(text.replace(there, now, count), encoding="utf-8")


def form(world, form_id, state=None):
    return [f for f in world.ctl("forms", "list")["forms"] if f["id"] == form_id and state in (None, f["state"])]


def remarks_of(world, form_id):
    listed, = form(world, form_id)
    check(listed["state"] != "refused", f"{form_id} is refused: {listed['reason']}")
    return listed["remarks"]


def untouched_services_need_no_remark(world):
    with_spoilt(world, None)
    remarks = {f["id"]: f["remarks"] for f in world.ctl("forms", "list")["forms"] if f["remarks"]}
    check(remarks == {}, f"{remarks}")


def small_mistakes_are_remarked(world):
    def spoil(forms):
        change(forms / "old-age-allowance" / "guide.csv", "phone,,0000-1234530\n", "")
        (forms / "temporary-relief" / "medical.png").write_text("a letter, renamed", encoding="utf-8")
        change(forms / "job-registration" / "form.xml", "<id_number/>", "<number/>", 1)
        change(forms / "job-registration" / "form.xml", "card/id_number", "card/number")
    with_spoilt(world, spoil)
    check(any("phone is missing" in text for text in remarks_of(world, "old-age-allowance")), "the missing key is not named")
    check(any(text.startswith("medical.png: it is no picture") for text in remarks_of(world, "temporary-relief")),
          f"{remarks_of(world, 'temporary-relief')}")
    said = remarks_of(world, "job-registration")
    check(any("/data/card/number: a card cannot fill it" in text for text in said), f"{said}")


def a_table_in_no_encoding_is_refused_alone(world):
    def spoil(forms):
        (forms / "birth-registration" / "villages.csv").write_bytes(b"name,label\nx,\xff\xfe\x00\xd8\n")
    with_spoilt(world, spoil)
    listed, = form(world, "birth-registration")
    check(listed["state"] == "refused" and "villages.csv" in listed["reason"] and "GB18030" in listed["reason"],
          f"{listed['state']}: {listed['reason']}")


def daily_report(world):
    """What the kiosk tells the county of itself."""
    world.until(lambda: any(case["form_id"] == "kiosk-health" for case in world.ctl("queue", "list")["cases"]), "no daily report")
    world.kiosk_down()
    if not world.platform:
        world.platform_up()
    check(world.sync_once()[0] == 0, "the report still waits")
    return next(record["fields"] for record in world.submissions() if record["form_id"] == "kiosk-health")


def a_bad_new_version_keeps_the_old_one(world):
    world.has_fleet = True
    with_spoilt(world, lambda forms: None)
    file = world.forms / "pension-renewal" / "form.xml"
    old, = form(world, "pension-renewal")
    good_version, bad_version = raise_version(file)
    change(file, "format-date(", "formatdate(")
    world.platform_down()
    world.platform_up()
    world.sync_once()
    serve_somebody(world)
    versions = {f["version"].split("[")[0]: f for f in form(world, "pension-renewal")}
    bad = versions[bad_version]
    check(bad["state"] == "refused" and re.search(r"line \d+.*formatdate", bad["reason"]), f"{bad['state']}: {bad['reason']}")
    check(versions[good_version]["state"] == old["state"] == "good", f"the old version is {versions[good_version]['state']}")
    world.kiosk_up()
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="养老金领取")
    check(any(f["id"] == "pension-renewal" and f["version"].startswith(bad_version)
              for f in world.ctl("status")["forms"]["refused"]), "the status report does not name the refused version")
    told = daily_report(world)
    check(f"pension-renewal {good_version}" in told["forms_offered"], f"the county reads {told['forms_offered']}")
    check(re.search(rf"pension-renewal {bad_version}[^;]*formatdate", told["forms_refused"]), f"the county reads {told['forms_refused']}")


def a_service_that_lacks_its_device(world):
    """No camera at this kiosk: the clerk reads which service stands still for it, here and in the daily report."""
    world.has_fleet = True
    with_forms(world)
    world.kiosk_up()
    world.stand.ask(do="unplug", device="camera")  # long before the report, which waits until the devices are found
    lack = "needs a camera, and none is in service here"
    world.until(lambda: lack in remarks_of(world, "residence-permit"), "nobody tells the clerk that there is no camera")
    check(remarks_of(world, "suggestion-12345") == [], "a service that needs no camera is blamed")
    told = daily_report(world)
    check(f"residence-permit: {lack}" in told["forms_lacking"], f"the report says {told['forms_lacking']}")
    check("camera missing" in told["devices"] and "printer ready" in told["devices"], f"the report says {told['devices']}")
    world.kiosk_up()
    world.until(lambda: remarks_of(world, "residence-permit") == [], "nothing is missing any more, and it says so still")


tell(untouched_services_need_no_remark, small_mistakes_are_remarked, a_table_in_no_encoding_is_refused_alone,
     a_bad_new_version_keeps_the_old_one, a_service_that_lacks_its_device)
