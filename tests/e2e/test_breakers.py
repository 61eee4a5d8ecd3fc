#!/usr/bin/env python3
"""What devices do that nobody meant them to: loose contacts, nonsense, keys that stick. The kiosk is not misled, and
works on."""
from tell import check, tell, with_forms
from visitor import Visitor
from world import StoryError

LOOSE = 20
TRIES, LOOKS = 20, 300
NONSENSE = "9" * 4000  # no code is so long


def begin(world):
    with_forms(world)
    world.kiosk_up()
    return Visitor(world)


def press_until(world, key, screen):
    """What is pressed before the kiosk listens is nobody's: once more, then, but not before it had its time."""
    for _ in range(TRIES):
        world.stand.ask(do="key", key=key)
        for _ in range(LOOKS):
            if world.screen()["screen"] == screen:
                return
    raise StoryError(f"the key {key} does not lead to {screen}")


def scan_until_told(world, text, sentence):
    """What is scanned before the kiosk looks is passed over: once more, then, but not before it had its time."""
    for left in reversed(range(TRIES)):
        world.stand.ask(do="scan", text=text)
        try:
            return world.until(lambda: any(sentence in label for label in world.labels()), f"{sentence} is not said", wait_s=5)
        except StoryError:
            if not left:
                raise


def outbox(world):
    return world.ctl("queue", "list")["cases"]


def a_reader_with_a_loose_contact_reads_when_it_holds(world):
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    for turn in range(LOOSE):
        world.stand.ask(do="card", person="wang-xiulan" if turn % 2 else None)
        world.stand.ask(do="unplug", device="idcard")
        world.stand.ask(do="plug", device="idcard")
        world.stand.ask(do="fault", device="idcard", script=f"read:unplug={turn * 60}")
    world.stand.ask(do="fault", device="idcard", script="")
    world.stand.ask(do="card", person=None)
    world.stand.ask(do="plug", device="idcard")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("question")


def an_answer_without_a_card_in_it_is_no_card(world):
    """"Fine", and nothing behind it: as if the reader had answered another command."""
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    world.stand.ask(do="fault", device="idcard", script="read:sw=0x90")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("card", text="没读到卡")
    world.stand.ask(do="card", person=None)
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("question")


def a_printer_that_talks_nonsense_has_proved_nothing(world):
    visitor = begin(world)
    world.stand.ask(do="fault", device="printer", script="status:garbage*, proof:garbage*")
    visitor.renew_pension()
    world.wait("saved")
    world.until(lambda: any("记下编号" in label for label in world.labels()), "what to do without a receipt")
    check(outbox(world)[0]["print"] != "done", "nonsense counts as a proof")


def a_scanner_that_never_stops_is_no_code_and_the_next_one_is(world):
    begin(world)
    world.wait("attract")
    world.tap("start")
    world.wait("home")
    world.tap("progress")
    world.wait("find")
    world.stand.ask(do="plug", device="scanner")
    for text in (NONSENSE, "YZ1:not:one:of:ours"):
        scan_until_told(world, text, "这不是小票上的码")
        world.tap("key:1")  # takes the sentence away


def keys_that_stick_and_fingers_beyond_the_glass_stop_nobody(world):
    begin(world)
    world.wait("attract")
    press_until(world, "help", "help")
    press_until(world, "back", "attract")
    for at in ([-2147483648, -1], [99999, -2147483648], [2147483647, -5]):  # at the edge above, where no key is
        world.stand.ask(do="touch", at=at)
        world.stand.ask(do="touch", at=None)
    world.stand.ask(do="fault", device="touch", script="lift:lose")
    world.stand.ask(do="touch", at=[4000, 100])
    world.stand.ask(do="touch", at=None)  # never arrives: the finger stays
    world.until(lambda: world.stand.ask(do="state")["touch"]["unread"] == 0, "touches are read")
    world.stand.ask(do="unplug", device="touch")
    world.stand.ask(do="plug", device="touch")
    for script in ("press:repeat=300", "press:garbage"):
        world.stand.ask(do="fault", device="keypad", script=script)
        world.stand.ask(do="key", key="down")
    press_until(world, "help", "help")  # the keys before it have had their turn


tell(a_reader_with_a_loose_contact_reads_when_it_holds, an_answer_without_a_card_in_it_is_no_card,
     a_printer_that_talks_nonsense_has_proved_nothing, a_scanner_that_never_stops_is_no_code_and_the_next_one_is,
     keys_that_stick_and_fingers_beyond_the_glass_stop_nobody)
