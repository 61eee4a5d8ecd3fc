#!/usr/bin/env python3
"""Who comes next is not who was here; who stays and changes an answer still gets it saved."""
from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, Visitor

PENSION = "养老金领取资格认证"


def her_card_put_away(world):
    """All is answered; the card was taken back as soon as it was read."""
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.choose(PENSION)
    visitor.place_card("wang-xiulan")
    visitor.take_card()
    visitor.answer(PENSION_ANSWERS)
    return visitor


def the_next_person_is_not_the_one_before(world):
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.tap("another")
    world.wait("home")
    visitor.take_card()  # and goes home
    world.wait("attract")

    visitor.renew_pension("li-mei")
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.kiosk_down()
    world.platform_up()
    check(world.sync_once()[0] == 0, "something still waits")
    names = sorted(record["fields"]["card/name"] for record in world.submissions())
    check(names == ["李梅", "王秀兰"], f"filed as {names}")


def a_card_put_away_is_asked_for_once_more(world):
    visitor = her_card_put_away(world)
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好小票")
    world.tap("another")
    world.wait("home")
    visitor.open_service(PENSION)
    visitor.place_card("wang-xiulan")  # the only thing that is asked, but for the photo she left out
    world.wait("question", text="请看镜头")


def a_card_laid_down_again_is_not_read_for_the_next_person(world):
    """Taken after it was read, laid down again, and forgotten: she is told, and nobody else is shown what is hers."""
    world.keep_secrets_apart()
    visitor = her_card_put_away(world)
    world.stand.ask(do="card", person="wang-xiulan")
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.tap("done")
    world.wait("take-card", text="身份证还在读卡处")
    world.pass_time(61)
    world.wait("still-there")
    world.pass_time(31)
    world.wait("attract", text="读卡处有一张身份证")

    visitor.choose(PENSION)
    world.wait("card", text="请先拿起来")
    for screen in ("consent", "guide", "home"):
        world.tap("back")
        world.wait(screen)
    world.tap("progress")
    world.wait("find", text="请先拿起来")
    visitor.take_card()
    world.until(lambda: not any("请先拿起来" in label for label in world.labels()), "the card was not missed")
    world.stand.ask(do="card", person="li-mei")
    world.wait("find", text="没有办过事")


def a_changed_answer_is_saved_with_what_it_brings_along(world):
    """In the review: the bank card is of no use any more. Why not, and since when, was not asked before."""
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.choose(PENSION)
    visitor.place_card("wang-xiulan")
    visitor.answer(PENSION_ANSWERS)
    while not any("银行卡还在用吗" in node["label"] for node in world.screen()["nodes"] if node["id"].startswith("answer:")):
        world.tap("more")
    world.tap(next(node["id"] for node in world.screen()["nodes"] if "银行卡还在用吗" in node["label"]))
    world.wait("question")
    visitor.tap("不能用了")
    visitor.answer([("卡怎么了", lambda v: v.tap("choice:0")), ("上次收到钱", lambda v: None)])
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")


def a_helper_lays_down_two_cards(world):
    """Her own first, though the screen says whose: it shows whom it takes for the applicant, and one tap sets it
    right."""
    with_forms(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.choose(PENSION)
    world.wait("card")
    world.tap("helper")
    world.wait("card", text="给谁办，先放谁的身份证")
    lay = lambda person: world.stand.ask(do="card", person=person)
    lay("li-mei")
    world.wait("card", text="请放您自己的身份证")
    lay(None)
    lay("li-mei")
    world.wait("card", text="这是刚才那张卡")
    world.tap("swap")
    world.wait("card", text="现在放申请人的身份证")
    lay(None)
    lay("wang-xiulan")
    world.wait("question", text="给王秀兰办，代办人是李梅")
    visitor.answer([("您是老人的什么人", lambda v: v.tap("choice:0"))] + PENSION_ANSWERS)
    shown = [node["label"] for node in world.screen()["nodes"] if node["id"].startswith("answer:")]
    check(any("王秀兰" in line for line in shown) and any("李梅" in line for line in shown), f"the review shows {shown}")


tell(a_card_laid_down_again_is_not_read_for_the_next_person, a_helper_lays_down_two_cards, a_changed_answer_is_saved_with_what_it_brings_along, the_next_person_is_not_the_one_before, a_card_put_away_is_asked_for_once_more)
