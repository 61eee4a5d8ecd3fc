#!/usr/bin/env python3
"""Services other than the demo's, on the screen: a family as a repeat, one that needs no card, and several by somebody
who has never seen them."""
from anyone import Anyone
from tell import check, tell, with_forms
from visitor import Visitor, add_until, digits, tap, text


def nothing(visitor):
    pass


FAMILY = [
    ("您要办哪一样", tap("接着参保")),
    ("您是下面哪种情况", tap("都不是")),
    ("给家里人一起办吗", tap("一起办")),
    ("一起参保的家人", add_until("王小张")),
    ("这位家人叫什么", text("wangxiaozhang", "王小", "张")),
    ("王小张的身份证号是多少", digits("99990119811230042X")),
    ("王小张是您的什么人", tap("儿子或女儿")),
    ("想怎么交钱", tap("在手机上交")),
    ("一共 2 人，一年 800 元", nothing),
    ("您的电话是多少", digits("13800001234")),
]
SUGGESTION = [
    ("您想说的是哪一种", tap("有事要投诉")),
    ("和哪方面有关", tap("路、灯、水、电")),
    ("这件事在哪里", nothing),
    ("请说说是什么事", text("wangxiaozhang", "王小", "张")),
    ("要不要拍张照片", nothing),
    ("要我们给您回电话吗", tap("不用回")),
    ("1 个工作日内转给管的人", nothing),
]


def the_county_reads(world, form_id):
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    records = [record for record in world.submissions() if record["form_id"] == form_id]
    check(len(records) == 1 and records[0]["opened"], f"the platform has {records}")
    return records[0]["fields"]


def a_family_is_insured_at_once(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.choose("居民医保")
    visitor.place_card("wang-xiulan")
    visitor.answer(FAMILY)
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")
    fields = the_county_reads(world, "medical-enrolment")
    check(fields["enrol/member/member_name"] == "王小张", f"the family member is {fields.get('enrol/member/member_name')}")
    check(fields["enrol/member/member_id_number"] == "99990119811230042X", "her child's number is another one")
    check((fields["enrol/people"], fields["enrol/total"]) == ("2", "800"), "the sum on the screen is not the one sent")


def a_complaint_needs_no_name(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    world.wait("attract")
    world.tap("start")
    world.wait("home", text="养老金")
    while "意见和投诉" not in world.labels():
        world.tap("more")
    world.tap("意见和投诉")
    for screen, on in (("guide", "next"), ("consent", "agree")):
        visitor.arrive(screen)
        world.tap(on)
    visitor.answer(SUGGESTION)
    world.tap("submit")
    world.wait("saved")
    fields = the_county_reads(world, "suggestion-12345")
    check((fields["kind"], fields["about"], fields["reply"]) == ("complaint", "road", "no"), f"{fields}")
    check("phone" not in fields, "a telephone number was sent that nobody was asked for")


def anyone_finishes(service, form_id, *met):
    """With a receipt as what she holds before the camera: its code is read, its picture taken."""
    def story(world):
        with_forms(world)
        world.kiosk_up()
        visitor = Visitor(world)
        visitor.renew_pension()
        visitor.arrive("saved", text="请拿好身份证和小票")
        receipt = world.dir / "receipt.png"
        world.stand.ask(do="receipt", save=str(receipt))
        visitor.leave()
        world.tap("start")
        world.wait("home", text="养老金")
        anyone = Anyone(world, prefer=("码",), picture=receipt)
        anyone.open_service(service)
        anyone.fill()
        check(set(met) <= anyone.kinds, f"she met {anyone.kinds}, not {met}")
        the_county_reads(world, form_id)
    story.__name__ = f"anyone_finishes_{form_id}"
    return story


tell(a_family_is_insured_at_once, a_complaint_needs_no_name,
     anyone_finishes("低保（最低生活保障）", "minimum-living", "repeat", "code", "words"),
     anyone_finishes("临时救助", "temporary-relief", "code", "day"),
     anyone_finishes("养老和医保交费登记", "payment-order", "digits"),
     anyone_finishes("意见和投诉", "suggestion-12345", "photo"))
