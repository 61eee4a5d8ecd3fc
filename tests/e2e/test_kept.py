#!/usr/bin/env python3
"""Interrupted and taken up again: kept for the papers, cut off from power, found by card, led on."""
import shutil

from clerk import raise_version
from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, Visitor, tap
from world import contents

PENSION = "养老金领取资格认证"


def with_forms_and_a_safe_secret(world):
    world.keep_secrets_apart()
    with_forms(world)
    world.kiosk_up()


def half_way(world, on_answer=lambda: None):
    """Two answers given, the third question on the screen."""
    visitor = Visitor(world)
    visitor.choose(PENSION)
    visitor.place_card("wang-xiulan")
    for _, give in PENSION_ANSWERS[:2]:
        visitor.give(world.screen(), give)
        on_answer()
    return visitor


def until_the_disk_has_it(world):
    """To be called after every answer: waits for the draft that it leaves."""
    drafts = [{}]

    def is_new():
        now = {path: path.read_bytes() for path in world.dir.glob("store/drafts/*.sealed")}
        is_another = now not in drafts
        drafts.append(now)
        return is_another
    return lambda: world.until(is_new, "no new draft on the disk")


def stored_in_the_clear(world):
    marks = [mark.encode(code) for mark in ("王秀兰", "99012319420315004X") for code in ("utf-8", "utf-16-le", "gb18030")]
    return [path.name for path, content in contents(world.dir / "store")
            if any(mark in content or mark in path.name.encode() for mark in marks)]


def finish(world, visitor):
    visitor.answer(PENSION_ANSWERS)
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()


def county_reads(world):
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    return [record["fields"] for record in world.submissions()]


def kept_for_the_papers(world):
    with_forms_and_a_safe_secret(world)
    visitor = half_way(world)
    world.tap("stop")
    world.wait("stop")
    world.tap("keep")
    world.wait("kept", text="给您留着了")
    world.tap("done")
    world.wait("take-card")
    visitor.take_card()
    world.tap("taken")
    world.wait("attract")
    check(len(list(world.dir.glob("store/drafts/*.sealed"))) == 1, "there is not one draft on the disk")
    check(not stored_in_the_clear(world), f"in the clear: {stored_in_the_clear(world)}")
    world.kiosk_down()
    world.kiosk_up()  # days later

    other = Visitor(world)
    other.choose(PENSION)
    other.place_card("li-mei")  # straight to the question: nothing is offered to another card
    world.tap("stop")
    world.tap("throw-away")
    world.wait("take-card")
    other.take_card()
    world.tap("taken")

    visitor.choose(PENSION)
    world.wait("card")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("resume", text=PENSION)
    world.tap("go-on")
    world.wait("question", text=PENSION_ANSWERS[2][0])
    finish(world, visitor)
    check(not list(world.dir.glob("store/drafts/*")), "the draft stayed after the application was saved")
    fields = county_reads(world)
    check(len(fields) == 1 and fields[0]["live_where"] == "county" and fields[0]["card/name"] == "王秀兰", f"{fields}")


def a_power_cut_destroys_nothing(world):
    with_forms_and_a_safe_secret(world)
    visitor = half_way(world, until_the_disk_has_it(world))
    world.power_cut()
    world.kiosk_up()
    visitor.choose(PENSION)
    world.wait("card")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("resume", text=PENSION)
    world.tap("go-on")
    world.wait("question", text=PENSION_ANSWERS[2][0])
    finish(world, visitor)
    fields = county_reads(world)
    check(len(fields) == 1 and fields[0]["live_where"] == "county", f"{fields}")


def without_a_safe_secret_nothing_is_kept(world):
    with_forms(world)
    world.secrets = None
    world.kiosk_up()
    half_way(world)
    world.tap("stop")
    world.wait("stop", text="不能给您留着")
    check(not (world.dir / "store" / "drafts").exists(), "a draft was written beside its key")


def a_case_found_by_card_leads_into_its_supplement(world):
    forms = world.dir / "forms"
    shutil.copytree(world.forms, forms)
    world.forms = forms
    with_forms_and_a_safe_secret(world)
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    world.kiosk_down()
    world.platform_up()
    world.sync_once()
    number = world.submissions()[0]["fields"]["case_number"]
    instance = world.ctl("queue", "list")["cases"][0]["instance_id"]
    publish_cases(world, f"name,label,status,message,updated,due\n{instance.removeprefix('uuid:')},x,needs-papers,"
                         "缺户口本首页,2026-11-22T10:00:00+08:00,2026-12-01\n")
    world.kiosk_up()
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="养老金")
    world.tap("progress")
    world.wait("find", text="身份证")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("cases", text="还要补材料")
    visitor.see("cases")
    world.tap("case:0")
    world.wait("case", text="缺户口本首页")
    visitor.see("case")
    world.tap("supplement")
    world.wait("consent")
    world.tap("agree")
    world.wait("question", text="您要做什么")  # neither her card nor the number is asked for
    visitor.answer([("您要做什么", tap("补交材料")), ("要补的材料", lambda v: v.tap("next")), ("说明", tap("way:1"))])
    said = world.labels()
    check(any(number[:4] in label for label in said), f"the case's number is not on the review: {said}")


def publish_cases(world, csv):
    """The county's list as a file of the pension form, pulled by the next sync."""
    form = world.forms / "pension-renewal" / "form.xml"
    text = form.read_text(encoding="utf-8").replace(
        '<instance id="guide"', '<instance id="cases" src="jr://file-csv/cases.csv"/><instance id="guide"', 1)
    form.write_text(text, encoding="utf-8")
    raise_version(form)
    (world.forms / "pension-renewal" / "cases.csv").write_text(csv, encoding="utf-8")
    world.platform_down()
    world.platform_up()
    world.sync_once()


tell(kept_for_the_papers, a_power_cut_destroys_nothing, without_a_safe_secret_nothing_is_kept,
     a_case_found_by_card_leads_into_its_supplement)
