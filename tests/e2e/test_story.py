#!/usr/bin/env python3
"""From card to county: saved while the link is down, delivered once when it is back, readable there."""
import sqlite3

from tell import check, tell, with_forms
from visitor import PORTRAIT, Visitor, strokes_then_hand
from world import BUILD, ROOT

TAPS_MAX = 12  # from "start" to "saved", a portrait among them


def an_application_arrives_once(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world, portrait=PORTRAIT)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    taps = visitor.taps_beyond_typing()
    check(len(taps) <= TAPS_MAX, f"{len(taps)} taps beyond typing: {taps}")
    check("已经存好，还没送到" in " ".join(world.labels()), "the saved screen does not say what is known")
    check(world.stand.ask(do="state")["printer"]["receipts"] == 1, "not exactly one receipt was printed")
    visitor.leave()
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits after the link came back")
    check(world.sync_once()[0] == 0, "a second sync found something to do")
    records = world.submissions()
    check(len(records) == 1 and records[0]["opened"] and records[0]["complete"], f"the platform has {records}")
    fields = records[0]["fields"]
    check(fields["card/name"] == "王秀兰" and fields["contact_name"] == "王小张", f"fields: {sorted(fields)}")
    check(fields["case_number"] == world.ctl("queue", "list")["cases"][0]["number"], "the county has another number")
    check({m["name"] for m in records[0]["media"]} == {"signature.png", "portrait.jpg", "card-photo.wlt"}, f"{records[0]['media']}")


def a_portrait_is_a_picture_where_the_site_has_a_decoder(world):
    """The decoder runs under the kiosk's own sandbox; a library that paints stands for the licensed one."""
    with_forms(world)
    models = world.dir / "models.ini"
    shipped = (ROOT / "drivers" / "models.ini").read_text(encoding="utf-8")
    row = "driver = sam\n"
    models.write_text(shipped.replace(row, f"{row}portrait_decoder = {BUILD}/tests/unit/drivers/libwlt_stub.so\n", 1), encoding="utf-8")
    world.kiosk_up(models=models)
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    media = world.submissions()[0]["media"]
    check({m["name"] for m in media} == {"signature.png", "card-photo.jpg"}, f"{media}")


def nothing_of_a_person_stays_on_the_disk(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    world.kiosk_down()
    marks = [mark.encode(code) for mark in ("王秀兰", "99012319420315004X", "13800001234", "王小张")
             for code in ("utf-8", "utf-16-le", "gb18030")]
    for path in [*world.dir.glob("store/**/*"), *world.dir.glob("secrets/**/*"), world.dir / "logs" / "kiosk.log"]:
        if path.is_file():
            content = path.read_bytes()
            check(not any(mark in content for mark in marks), f"{path.name} holds personal data in the clear")
    database = sqlite3.connect(world.dir / "store" / "outbox.db")
    check(database.execute("select count(*) from submission").fetchone()[0] == 1, "the outbox is empty: nothing was searched")


def two_people_one_after_the_other(world):
    with_forms(world)
    world.kiosk_up()
    for person, name in (("wang-xiulan", None), ("li-mei", strokes_then_hand)):  # each writes in her own way
        world.hands_tremble = person == "wang-xiulan"
        visitor = Visitor(world)
        visitor.renew_pension(person, name)
        visitor.arrive("saved", text="请拿好身份证和小票")
        visitor.leave()
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    names = {record["fields"]["card/name"] for record in world.submissions()}
    numbers = {record["fields"]["case_number"] for record in world.submissions()}
    check(names == {"王秀兰", "李梅"} and len(numbers) == 2, f"the platform has {names} {numbers}")
    written = {record["fields"]["contact_name"] for record in world.submissions()}
    check(written == {"王小张", "王十"}, f"the contacts are {written}")


def a_face_reaches_the_county_without_a_name(world):
    world.has_fleet = True  # ratings go to the open project
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave(face=5)
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    rating = next((r["fields"] for r in world.submissions() if r["form_id"] == "service-rating"), None)
    check(rating and (rating["score"], rating["rated_form"], rating["kiosk"]) == ("5", "pension-renewal", "4827"), f"{rating}")
    check("王" not in str(rating) and "99012319420315004X" not in str(rating), f"{rating}")


tell(an_application_arrives_once, a_portrait_is_a_picture_where_the_site_has_a_decoder,
     a_face_reaches_the_county_without_a_name, nothing_of_a_person_stays_on_the_disk, two_people_one_after_the_other)
