#!/usr/bin/env python3
"""The county's desk: what a kiosk sealed and sent is fetched, opened, read, printed, decided, and told to the kiosks."""
import json
import pathlib
import re
import subprocess
from datetime import datetime, timedelta, timezone

from anyone import Anyone
from clerk import Clerk
from tell import check, tell, with_forms
from world import CTL, ROOT

ANSWERS = ROOT / "tests" / "form" / "services"
PICTURE = ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"


def with_applications(world, *services):
    """Platform up, forms pulled, each of these applied for and delivered; their numbers."""
    world.has_fleet = True
    world.platform_up()
    world.write_config()
    world.sync_once()
    numbers = []
    for service in services:
        answers = json.loads((ANSWERS / f"{service}.answers.json").read_text(encoding="utf-8"))
        media = [f"--media={name}={PICTURE}" for name in sorted(set(answers.values())) if name.endswith(".png")]
        done = world.ctl("apply", service, "--answers", ANSWERS / f"{service}.answers.json", *media)
        check(done["ok"], f"{service} was refused: {done}")
        numbers.append(done["number"])
    check(world.sync_once()[0] == 0, "something still waits")
    return numbers


def pdf_text(path):
    return subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True).stdout.decode()


def an_application_is_read_and_printed(world):
    number, = with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    counts = clerk.must("fetch")
    check((counts["fetched"], counts["unopened"]) == (1, 0), f"{counts}")
    check(clerk.must("fetch")["fetched"] == 0, "the same application was fetched twice")
    case, = clerk.must("list")["cases"]
    check((case["number"], case["status"], case["signature"]) == (number, "received", "known"), f"{case}")
    check(case["title"] == "养老金领取资格认证" and re.fullmatch(r"\d{4}-\d\d-\d\d", case["due"]), f"{case}")
    answers = {line["label"]: line["value"] for line in clerk.must("show", number)["answers"]}
    check(answers.get("姓名") == "王秀兰", f"the clerk reads {answers}")
    check("证件种类\t居民身份证" in clerk.reads(number), f"which card? {clerk.reads(number)}")

    pdf = clerk.dir / "case.pdf"
    clerk.print_pdf(number, pdf)
    check(pdf.stat().st_mode & 0o77 == 0, "others may read the printed page")
    text = pdf_text(pdf)
    for words in ("养老金领取资格认证", "王秀兰", f"{number[:4]} {number[4:9]} {number[9]}", "本县登记的机器所签", "第 1 页"):
        check(words in text, f"{words} is not on the page:\n{text}")
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    check(fonts and all(re.search(r"yes +yes +yes", font) for font in fonts), f"not embedded, subset, searchable: {fonts}")
    check(pdf.stat().st_size < 300_000, f"{pdf.stat().st_size} bytes")


def what_was_typed_without_a_card_says_so(world):
    with_forms(world)
    world.kiosk_up()
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="养老金")
    visitor = Anyone(world, picture=PICTURE, people=())
    visitor.open_service("临时救助")
    world.wait("card")
    world.tap("没带身份证")
    world.wait("no-card")
    world.tap("type-number")
    visitor.fill()
    visitor.go_home()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    clerk = Clerk(world)
    clerk.must("fetch")
    case, = (case for case in clerk.must("list")["cases"] if case["form"] == "temporary-relief")
    shown = clerk.must("show", case["number"])
    check(shown["unverified"], f"nobody would check who this is: {shown}")
    check("没有读到证件" in clerk.reads(case["number"]), f"the terminal reads\n{clerk.reads(case['number'])}")
    clerk.print_pdf(case["number"], clerk.dir / "case.pdf")
    text = pdf_text(clerk.dir / "case.pdf")
    check("没有读到证件" in text and "同意告知的时间" in text, f"the page reads\n{text}")


def nothing_of_the_person_lies_on_the_desk(world):
    with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    clerk.must("fetch")
    for file in (clerk.dir / "data" / "cases").rglob("*"):
        if file.is_file():
            bytes_ = file.read_bytes()
            check("王秀兰".encode() not in bytes_ and b"99012319420315004X" not in bytes_, f"{file.name} holds the person")


def a_decision_reaches_the_kiosk(world):
    first, second = with_applications(world, "pension-renewal", "temporary-relief")
    clerk = Clerk(world)
    clerk.must("fetch")
    status, answer = clerk.run("set", first, "needs-papers")
    check(status == 1 and "--message" in answer["error"], f"a citizen would not know which paper: {answer}")
    for day in ("2026-02-31", "2026-13-01", "2026-2-03", "03.02.2026", "2026-12-100"):
        check(clerk.run("set", first, "accepted", "--due", day)[0] == 1, f"{day} is a day on which papers are awaited")
    clerk.must("set", first, "needs-papers", "--message", "请补银行卡复印件", "--due", "2026-12-10")
    clerk.must("set", second, "rejected", "--message", "不属于本镇")
    world.sync_once()
    case = world.ctl("case", first)
    check(case["stage"] == "needs-papers" and case["message"] == "请补银行卡复印件" and case["due"] == "2026-12-10", f"{case}")
    check(world.ctl("case", second)["stage"] == "rejected", "the second case is not rejected at the kiosk")
    clerk.must("set", first, "accepted")
    world.sync_once()
    check(world.ctl("case", first)["stage"] == "accepted", "the acceptance did not arrive")


def what_reviewers_click_is_taken_over(world):
    number, = with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    clerk.must("fetch")
    instance = clerk.must("list")["cases"][0]["instance"]
    world.central("PATCH", f"/projects/1/forms/pension-renewal/submissions/{instance}", {"reviewState": "hasIssues"})
    world.central("POST", f"/projects/1/forms/pension-renewal/submissions/{instance}/comments", {"body": "签名看不清"})
    counts = clerk.must("sync")
    check((counts["changed"], counts["listed"]) == (1, 1), f"{counts}")
    check(clerk.must("sync") | {"ok": True} == {"fetched": 0, "incomplete": 0, "unopened": 0, "changed": 0, "listed": 0,
                                                "ok": True}, "a second sync had something to do")
    world.sync_once()
    case = world.ctl("case", number)
    check((case["stage"], case["message"]) == ("needs-papers", "签名看不清"), f"{case}")
    world.central("PATCH", f"/projects/1/forms/pension-renewal/submissions/{instance}", {"reviewState": "approved"})
    clerk.must("sync")
    world.sync_once()
    case = world.ctl("case", number)
    check((case["stage"], case["message"]) == ("accepted", ""), f"what was said of the papers is said of the acceptance: {case}")


def the_county_counts_its_own_days(world):
    """Central writes UTC; the office is where another day has begun, or has not."""
    now = datetime.now(timezone.utc)
    ahead = 14 if now.hour >= 11 else -12
    world.environment["TZ"] = f"OFFICE{-ahead:+d}"
    number, = with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    clerk.must("fetch")
    case, = clerk.must("list")["cases"]
    day = (datetime.now(timezone.utc) + timedelta(hours=ahead)).date().isoformat()
    check(case["number"] == number and case["received"] == day, f"it is {day} here, and not: {case}")


def who_is_overdue(world):
    late, _ = with_applications(world, "pension-renewal", "temporary-relief")
    clerk = Clerk(world)
    clerk.must("fetch")
    check(clerk.must("list", "--overdue")["cases"] == [], "overdue on the first day")
    clerk.must("set", late, "accepted", "--due", "2020-01-01")
    check([case["number"] for case in clerk.must("list", "--overdue")["cases"]] == [late], "the late one is not named")
    clerk.must("set", late, "finished")
    check(clerk.must("list", "--overdue")["cases"] == [], "what is finished cannot be late")


def a_stranger_is_told_apart(world):
    number, = with_applications(world, "pension-renewal")
    clerk = Clerk(world, knows_kiosk=False)
    clerk.must("fetch")
    case, = clerk.must("list")["cases"]
    check(case["signature"] == "unknown" and world.ctl("key")["key"] in case["problem"], f"{case}")


def a_fleet_on_one_page(world):
    """The kiosk's own daily report, over the platform, onto the county's page; a second run fetches nothing twice."""
    late, = with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    clerk.must("fetch")
    clerk.must("set", late, "accepted", "--due", "2020-01-01")
    told = {"kiosk": f"{world.number:04}", "place": "青溪镇便民点", "software": "0.3.1", "link_state": "up", "printer_paper": "out"}
    answers = world.dir / "health.json"
    answers.write_text(json.dumps({f"/data/{name}": value for name, value in told.items()}, ensure_ascii=False), encoding="utf-8")
    done = world.ctl("apply", "kiosk-health", "--answers", answers)
    check(done["ok"], f"no report: {done}")
    check(world.sync_once()[0] == 0, "the report still waits")
    page = world.dir / "fleet.html"
    first, second = (json.loads(subprocess.run([CTL, "fleet", "report", "--config", clerk.config, "--out", page, "--json"],
                                               capture_output=True, env=world.environment, check=False).stdout) for _ in range(2))
    check(first["ok"] and (first["fetched"], second["fetched"]) == (1, 0), f"{first} {second}")
    check(first["needy"] == [{"kiosk": world.number, "place": "青溪镇便民点", "heard": first["needy"][0]["heard"],
                              "troubles": ["paper", "overdue"]}], f"{first}")
    check("养老金领取资格认证" in page.read_text(encoding="utf-8"), "the overdue case is not on the page")


def another_key_and_another_password_say_so(world):
    with_applications(world, "pension-renewal")
    clerk = Clerk(world)
    other = clerk.dir / "other.pem"
    made = clerk.must("key", "--out", other)
    check(re.fullmatch("[0-9a-f]{64}", made["sha256"]), f"{made}")
    check(clerk.run("key", "--out", other)[0] == 1, "a key was written over")
    own = clerk.config.read_text()
    clerk.config.write_text(own.replace(f"{world.dir}/platform/platform-key.pem", str(other)))
    counts = clerk.must("fetch")
    case, = clerk.must("list")["cases"]
    check(counts["unopened"] == 1 and "does not open" in case["problem"], f"{counts} {case}")
    check(clerk.run("set", case["instance"], "accepted")[0] == 1, "something that nobody could read was accepted")
    (clerk.dir / "password").write_text("another\n")
    status, answer = clerk.run("fetch")
    check(status == 1 and "401" in answer["error"], f"{answer}")


tell(an_application_is_read_and_printed, what_was_typed_without_a_card_says_so, nothing_of_the_person_lies_on_the_desk, a_decision_reaches_the_kiosk,
     what_reviewers_click_is_taken_over, the_county_counts_its_own_days, who_is_overdue, a_fleet_on_one_page, a_stranger_is_told_apart,
     another_key_and_another_password_say_so)
