#!/usr/bin/env python3
"""Nobody finds the person before: memory and files of the kiosk searched after each way of leaving.

The C library overwrites every freed block at once, as the kiosk's unit tells it, so that what is found was really kept by
somebody, and what is not found was not merely overwritten by luck.
"""
import pathlib
import re
import time

from memory import kiosk_pid, memory_of
from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, PORTRAIT, SIGNATURE, Visitor
from world import ROOT, contents

# What she is, what she said, what she typed on the way to it.
MARKS = {"name": "王秀兰", "number": "99012319420315004X", "number's head": "990123194203", "address": "柳树村三组12号",
         "contact": "王小张", "letters typed": "wangxiaozhang", "telephone": "13800001234", "grouped telephone": "138 0000 1234",
         "masked number": "9901\u00a0**** ****"}
SEARCHES, BETWEEN_S = 10, 1
CODES = ("utf-8", "utf-16-le", "utf-32-le", "gb18030")


def drawn(points, off_by=15):
    """A stroke's points as the kiosk holds them, each coordinate two bytes; the panel's pixels round them."""
    pattern = b""
    for at in (x for point in points for x in point):
        near = [at + d for d in range(-off_by, off_by + 1)]
        pattern += b"(?:" + b"|".join(re.escape(x.to_bytes(2, "little")) for x in near) + b")"
    return re.compile(pattern, re.DOTALL)


# No picture that ships is a JPEG: each one found is a photo or a frame of the camera.
PHOTO = re.compile(re.escape(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"))
SHAPES = {"photo": PHOTO, "signature": drawn(SIGNATURE[0])}


def patterns(candidates=()):
    """What is looked for: expressions, and what a match of them is by its bytes. Of the candidates what the kiosk makes of
    them: the dictionary itself is UTF-16. All texts are one expression: each by itself would read all memory once more."""
    texts = {}
    for what, text in MARKS.items():
        for code in CODES:
            texts.setdefault(text.encode(code), f"{what} ({code})")
    for text in candidates:
        texts.setdefault(text.encode(), f"candidate {text}")
    any_text = b"|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    yield re.compile(any_text), texts.get
    for what, shape in SHAPES.items():
        yield shape, lambda _, what=what: what


def found_in(content, wanted):
    """What each match is, and where it begins."""
    return [(named(match[0]), match.start()) for pattern, named in wanted for match in pattern.finditer(content)]


def found_in_memory(pid, wanted):
    found = []
    for start, name, content in memory_of(pid):
        for what, at in found_in(content, wanted):
            around = re.sub(rb"[^\x20-\x7e]", b".", content[max(0, at - 24):at + 48])
            found.append(f"{what} at {start + at:x} {name}: {around.decode()}")
    return found


def found_in_files(world, wanted):
    logs = ((path, path.read_bytes()) for name in ("kiosk", "sync") if (path := world.dir / "logs" / f"{name}.log").exists())
    stored = (file for place in (world.dir / "store", world.dir / "secrets", world.secrets) if place for file in contents(place))
    return [f"{what} in {path.name}" for path, content in (*stored, *logs) for what, _ in found_in(content, wanted)]


def camera_lets_go(world):
    """Its worker unmaps the last frames a moment after the screen changed; a camera that stays open fails here."""
    maps = pathlib.Path(f"/proc/{kiosk_pid(world)}/maps")
    world.until(lambda: "/dev/video" not in maps.read_text(), "the camera is still open")


def search(world, after, candidates=()):
    """What a thread still has in hand when the screen changes (a draft on its way to the disk) is gone with its work."""
    camera_lets_go(world)
    wanted = list(patterns(candidates))
    for left in reversed(range(SEARCHES)):
        found = found_in_memory(kiosk_pid(world), wanted) + found_in_files(world, wanted)
        if not found or not left:
            break
        time.sleep(BETWEEN_S)
    check(not found, f"after {after} there is still:\n  " + "\n  ".join(found[:20]))


def allocator_words():
    """As the unit sets them; without them the search below would find what lies in freed blocks."""
    unit = (ROOT / "board/units/yizhan-kiosk.service").read_text(encoding="utf-8")
    words = dict(re.findall(r"(MALLOC_PERTURB_|GLIBC_TUNABLES)=(\S+)", unit))
    check(len(words) == 2, f"the unit tells the allocator only {words}")
    return words


def begin(world):
    world.environment.update(allocator_words())
    world.keep_secrets_apart()
    with_forms(world)
    world.kiosk_up()


class Watcher:
    """Remembers which words the keys of the pinyin offered, those of two characters and more."""

    def __init__(self, world):
        self.world, self.candidates = world, set()

    def __call__(self, screen):
        if screen == "typing":
            labels = [node["label"] for node in self.world.screen()["nodes"] if node["id"].startswith("candidate:")]
            self.candidates |= {label for label in labels if len(label) >= 2}


def fill_all_but_the_last(world):
    visitor = Visitor(world, see=Watcher(world), portrait=PORTRAIT)
    visitor.choose("养老金领取资格认证")
    visitor.place_card("wang-xiulan")
    visitor.answer(PENSION_ANSWERS)
    return visitor


def before_the_wipe_she_is_there(world):
    """The search can find: without this the stories below would prove nothing."""
    begin(world)
    visitor = fill_all_but_the_last(world)
    visitor.sign()
    found = " ".join(found_in_memory(kiosk_pid(world), list(patterns())))
    for what in ("name (utf-8)", "number (utf-8)", "contact (utf-8)", "telephone (utf-8)", *SHAPES):
        check(what in found, f"{what} is not found while she is there")
    check(visitor.see.candidates, "the keys offered no words")


def after_a_finished_application(world):
    begin(world)
    visitor = fill_all_but_the_last(world)
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave(face=5)
    search(world, "a finished application", visitor.see.candidates)


def after_throwing_it_away(world):
    begin(world)
    visitor = fill_all_but_the_last(world)
    world.tap("stop")
    world.tap("throw-away")
    world.wait("take-card")
    visitor.take_card()
    world.tap("taken")
    world.wait("attract")
    search(world, "stop", visitor.see.candidates)


def after_keeping_it_for_the_papers(world):
    begin(world)
    visitor = fill_all_but_the_last(world)
    world.tap("stop")
    world.tap("keep")
    world.wait("kept", text="给您留着了")
    world.tap("done")
    world.wait("take-card")
    visitor.take_card()
    world.tap("taken")
    world.wait("attract")
    search(world, "keeping it", visitor.see.candidates)


def after_walking_away(world):
    """Nobody touches anything: the question whether she is there, then the wipe, by the clock alone."""
    begin(world)
    visitor = fill_all_but_the_last(world)
    before = world.screen()["screen"]
    world.pass_time(76)
    world.wait("still-there")
    world.tap("here")  # she only thought
    world.wait(before)
    world.pass_time(76)
    world.wait("still-there")
    world.pass_time(31)
    world.wait("attract")
    search(world, "walking away", visitor.see.candidates)


def after_looking_for_her_cases(world):
    begin(world)
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    world.tap("start")
    world.tap("progress")
    world.wait("find")
    world.stand.ask(do="card", person="wang-xiulan")
    world.wait("cases")
    visitor.take_card()
    world.tap("case:0")
    world.wait("case")
    world.tap("done")
    if world.screen()["screen"] == "take-card":  # the reader has not noticed yet
        world.tap("taken")
    world.wait("attract")
    search(world, "looking for her cases")


if __name__ == "__main__":
    tell(before_the_wipe_she_is_there, after_a_finished_application, after_throwing_it_away, after_keeping_it_for_the_papers,
         after_walking_away, after_looking_for_her_cases)
