"""The whole circle: applied for offline, delivered, a paper asked for, brought at the kiosk, accepted, the result printed.

Told by `./dev demo circle` and checked by test_circle.py. `see` is told of each screen that is worth a picture.
"""
import datetime

from anyone import Anyone
from clerk import Clerk
from tell import check
from visitor import PORTRAIT, Visitor
from world import ROOT

MISSING_PAPER = "请补户口本首页的照片"
PAPER = ROOT / "assets" / "forms" / "supplement" / "proof.png"


class Circle:
    def __init__(self, world, out, see=lambda name: None, presenter="memory"):
        self.world, self.out, self.see, self.presenter = world, out, see, presenter
        self.step = "pulling forms"
        world.has_fleet = True  # the open project, which brings the list of cases

    def sync(self):
        """What people gave has gone; the kiosk's own daily report may have come while the rest was on its way."""
        status, counts = self.world.sync_once()
        left = [case["form_id"] for case in self.world.ctl("queue", "list", "--state", "queued")["cases"]]
        check(set(left) <= {"kiosk-health"} and counts["parked"] == counts["on_stick"] == 0,
              f"yizhan-sync --once ended with {status}: {counts}, left is {left}")
        return counts

    def begin(self):
        self.world.platform_up()
        self.world.write_config()
        check(self.sync()["forms_now"] > 0, "the forms did not come")
        self.clerk = Clerk(self.world)
        self.world.platform_down()
        self.world.sync_once()  # so that the kiosk knows that the link is down

    def apply_offline(self):
        self.step = "the application"
        self.world.kiosk_up(self.presenter)
        self.apply()

    def apply(self):
        visitor = Visitor(self.world, self.see, PORTRAIT)
        visitor.renew_pension()
        visitor.arrive("saved", text="已经存好，还没送到")
        self.receipt = self.out / "receipt.png"
        self.world.wait("saved", text="请拿好")
        self.world.stand.ask(do="receipt", save=str(self.receipt))
        visitor.leave()
        cases = self.world.ctl("queue", "list")["cases"]  # and the daily report
        self.number = next(case["number"] for case in cases if case["form_id"] == "pension-renewal")

    def ask_for_a_paper(self):
        self.step = "the clerk asks for a paper"
        self.world.platform_up()
        self.sync()
        counts = self.clerk.must("fetch")
        check((counts["fetched"], counts["unopened"]) == (1, 0), f"the clerk has {counts}")
        self.clerk.print_pdf(self.number, self.out / "application.pdf")
        due = datetime.date.today() + datetime.timedelta(days=14)
        self.due = f"{due.month}月{due.day}日"
        self.clerk.must("set", self.number, "needs-papers", "--message", MISSING_PAPER, "--due", due.isoformat())
        self.sync()

    def look_up(self, verdict, language="zh-CN"):
        """With the receipt before the camera."""
        self.world.wait("attract")
        self.world.tap("start")
        self.world.wait("home", text="养老金")
        if language == "en":
            self.world.tap("language")
        self.world.tap("progress")
        self.world.wait("find")
        self.world.stand.ask(do="camera", image=str(self.receipt))
        self.world.wait("case", text=verdict)
        self.see("case")

    def correct(self):
        self.step = "a mistake is corrected, in English"
        self.look_up(self.number[:4], language="en")
        self.world.tap("supplement")
        self.world.wait("consent")
        self.world.tap("agree")
        villager = Anyone(self.world, language="en", prefer=("Correct",), people=("wang-xiulan",), see=self.see)
        villager.fill()
        villager.leave()
        self.sync()

    def bring_the_paper(self):
        self.step = "the paper is brought"
        self.look_up("还要补材料")
        said = " ".join(self.world.labels())
        check(MISSING_PAPER in said and self.due in said, f"which paper, and until when? {said}")
        self.world.tap("supplement")
        self.world.wait("consent")
        self.world.tap("agree")
        villager = Anyone(self.world, prefer=("拍照",), picture=PAPER, people=("wang-xiulan",), see=self.see)
        villager.fill()
        villager.leave()
        self.sync()

    def withdraw(self, language="zh-CN"):
        self.step = "she changes her mind"
        self.look_up(self.number[:4], language)
        self.world.tap("withdraw")
        self.world.wait("consent")
        self.world.tap("agree")
        villager = Anyone(self.world, language=language, people=("wang-xiulan",), see=self.see)
        villager.fill()
        villager.leave()
        self.sync()

    def accept(self):
        self.step = "the clerk accepts"
        check(self.clerk.must("fetch")["fetched"] == 1, "the supplement did not come")
        cases = {case["form"]: case for case in self.clerk.must("list")["cases"]}
        answers = self.clerk.must("show", cases["supplement"]["number"])["answers"]
        check(any(line["value"] == self.number for line in answers), "the supplement does not name the case it belongs to")
        self.clerk.print_pdf(cases["supplement"]["number"], self.out / "supplement.pdf")
        for number in (cases["supplement"]["number"], self.number):
            self.clerk.must("set", number, "accepted", "--message", "材料齐了")
        check(self.clerk.must("list", "--overdue")["cases"] == [], "something is overdue")
        self.sync()

    def print_the_result(self):
        self.step = "the result is printed"
        before = self.world.stand.ask(do="state")["printer"]["receipts"]
        self.look_up("部门已经受理")
        self.world.tap("print")
        self.world.wait("case", text="打印")  # the key is back: the printer has proved it
        after = self.world.stand.ask(do="state")["printer"]["receipts"]
        check(after == before + 1, f"{after - before} slips were printed")
        self.world.stand.ask(do="receipt", save=str(self.out / "result.png"))
        self.world.tap("done")

    def tell(self):
        self.begin()
        self.apply_offline()
        self.ask_for_a_paper()
        self.bring_the_paper()
        self.accept()
        self.print_the_result()
