#!/usr/bin/env python3
"""Devices that fail in the middle: the screen says the truth, nothing is lost, plugging in heals."""
import subprocess
import time

from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, Visitor


SLEEP_S = 1.3  # longer than an answer of the reader may take: the time itself is the fault, nothing is awaited


def begin(world):
    with_forms(world)
    world.kiosk_up()
    return Visitor(world)


def the_reader_is_pulled_out_and_comes_back(world):
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    world.stand.ask(do="unplug", device="idcard")
    world.wait("card", text="读卡器没有回应")
    world.stand.ask(do="plug", device="idcard")
    visitor.place_card("wang-xiulan")


def without_a_reader_the_tile_says_so_before_one_starts(world):
    visitor = begin(world)
    visitor.arrive("attract")
    world.stand.ask(do="unplug", device="idcard")
    world.tap("start")
    world.wait("home", text="读卡器坏了")
    world.stand.ask(do="plug", device="idcard")
    world.wait("home", text="居民医保")


def a_voice_that_has_said_nothing_yet_is_not_called_broken(world):
    """The first to come after the kiosk has started: its first words are those of the screen that she sees."""
    with_forms(world)
    world.environment["SDL_AUDIODRIVER"] = "dummy"
    world.kiosk_up(voice="sound")
    world.wait("attract")
    log = lambda: world.stand_program.log.read_text(encoding="utf-8")
    settled = ("services are offered", *(f"{device}: in service" for device in ("idcard", "printer", "camera", "touch", "keypad")))
    world.until(lambda: all(line in log() for line in settled), "not all is there")
    world.tap("start")
    world.wait("home", text="您好")
    check(not any("没有声音" in label for label in world.labels()), "the voice is said to be broken")


def paper_out_leaves_the_application_saved_and_prints_when_paper_is_back(world):
    visitor = begin(world)
    world.stand.ask(do="printer", paper="out")
    visitor.renew_pension()
    visitor.arrive("saved", text="没纸")
    check(len(world.ctl("queue", "list")["cases"]) == 1, "the application is not in the queue")
    check(world.ctl("queue", "list")["cases"][0]["print"] != "done", "the outbox says printed without paper")
    world.stand.ask(do="printer", paper="ok")
    visitor.arrive("saved", text="请拿好身份证和小票")
    check(world.stand.ask(do="state")["printer"]["receipts"] == 1, "no whole receipt after the paper came back")


COPY_ROWS = 40  # "副本" in white on black


def black_band(picture):
    """How many rows below each other are nearly black from side to side: only the head of a copy is."""
    narrow = subprocess.run(["convert", picture, "-colorspace", "gray", "-scale", "1%x100%!", "-depth", "8", "pgm:-"],
                            capture_output=True, check=True).stdout
    _, size, _, pixels = narrow.split(b"\n", 3)
    width = int(size.split()[0])
    rows = (pixels[at:at + width] for at in range(0, len(pixels), width))
    return max(len(run) for run in bytes(max(row) < 160 for row in rows).split(b"\0"))


def the_paper_ends_in_the_middle_and_the_new_receipt_says_copy(world):
    visitor = begin(world)
    world.stand.ask(do="fault", device="printer", script="byte=30000:paper-out")
    visitor.renew_pension()
    visitor.arrive("saved", text="没纸")
    check(world.ctl("queue", "list")["cases"][0]["print"] != "done", "half a receipt counts as printed")
    world.stand.ask(do="printer", paper="ok")
    visitor.arrive("saved", text="请拿好身份证和小票")
    check(world.stand.ask(do="state")["printer"]["receipts"] == 1, "not one whole receipt")
    paper = world.dir / "copy.png"
    world.stand.ask(do="receipt", save=str(paper))
    check(black_band(paper) > COPY_ROWS, "the paper does not say that it is a copy")


def a_printer_pulled_out_while_it_prints_never_counts_as_printed(world):
    visitor = begin(world)
    world.stand.ask(do="fault", device="printer", script="byte=30000:unplug")
    visitor.renew_pension()
    visitor.arrive("saved", text="打印机没有回应")
    check(world.ctl("queue", "list")["cases"][0]["print"] != "done", "the outbox says printed by a printer that is gone")
    check(world.stand.ask(do="state")["printer"]["receipts"] == 0, "there is a receipt")


def a_reader_that_answers_garbage_is_named_and_comes_back(world):
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    world.stand.ask(do="fault", device="idcard", script="find:garbage*,status:garbage*")
    world.wait("card", text="读卡器没有回应")
    world.stand.ask(do="fault", device="idcard", script="")
    visitor.place_card("wang-xiulan")
    world.wait("question")


def a_kiosk_that_slept_through_an_answer_needs_no_replugging(world):
    """A machine that is suspended while it asks the reader: what the answer left in the reader is not believed later."""
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    reader = lambda: world.stand.ask(do="state")["idcard"]
    for fault in ("find:hang", "find:late", ""):
        asked = reader()["commands"]
        world.stand.ask(do="fault", device="idcard", script=fault)
        world.until(lambda: reader()["commands"] > asked, "the reader is not asked any more")
        with world.kiosk_asleep():
            time.sleep(SLEEP_S)
    visitor.place_card("wang-xiulan")
    check("读卡器没有回应" not in world.labels(), "the reader is said to be out of service")
    world.wait("question")


def a_card_lifted_too_early_is_asked_for_again(world):
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.arrive("card")
    world.stand.ask(do="fault", device="idcard", script="read:pull")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("card", text="没读到卡")
    world.stand.ask(do="fault", device="idcard", script="")
    visitor.place_card("wang-xiulan")


def a_card_left_behind_is_announced(world):
    visitor = begin(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.tap("done")
    world.wait("take-card", text="身份证还在读卡处")
    visitor.take_card()
    world.tap("taken")
    world.wait("attract")


def stop_throws_everything_away(world):
    visitor = begin(world)
    visitor.choose("养老金领取资格认证")
    visitor.place_card("wang-xiulan")
    PENSION_ANSWERS[0][1](visitor)
    world.tap("不办了")
    visitor.arrive("stop")
    world.tap("throw-away")
    visitor.arrive("take-card")
    visitor.take_card()
    world.tap("taken")
    visitor.arrive("attract")
    check(not world.ctl("queue", "list")["cases"], "a stopped application was saved")


tell(the_reader_is_pulled_out_and_comes_back, without_a_reader_the_tile_says_so_before_one_starts,
     a_voice_that_has_said_nothing_yet_is_not_called_broken,
     paper_out_leaves_the_application_saved_and_prints_when_paper_is_back,
     the_paper_ends_in_the_middle_and_the_new_receipt_says_copy,
     a_printer_pulled_out_while_it_prints_never_counts_as_printed,
     a_reader_that_answers_garbage_is_named_and_comes_back,
     a_kiosk_that_slept_through_an_answer_needs_no_replugging,
     a_card_lifted_too_early_is_asked_for_again, a_card_left_behind_is_announced,
     stop_throws_everything_away)
