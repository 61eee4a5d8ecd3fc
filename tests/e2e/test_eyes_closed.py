#!/usr/bin/env python3
"""A whole service with the eight keys and the ears alone: nothing is looked at, only what the voice says is known.

She walks through the controls with the arrow keys until she hears what she wants, and presses OK. The screen's tree is
never read: a control that is not said, or that the keys do not reach, ends the story.
"""
import json
import select
import time

from tell import check, tell, with_forms
from world import StoryError, WAIT_S

PRESSES_MAX = 120


class Listener:
    """The ears: what the voice was given to say, line by line."""

    def __init__(self, world):
        self.world = world
        self.path = world.dir / "logs" / "voice.jsonl"
        self.at = 0
        self.presses = 0
        self.heard = []

    def listen(self):
        """The next thing said; waits for it."""
        deadline = time.monotonic() + WAIT_S
        while True:
            text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
            line, newline, _ = text[self.at:].partition("\n")
            if newline:
                self.at += len(line) + 1
                said = json.loads(line).get("say")
                if said:
                    self.heard.append(said)
                    return said
                continue
            if time.monotonic() > deadline:
                raise StoryError(f"the voice says nothing more; last: {self.heard[-3:]}")
            select.select([], [], [], 0.005)

    def press(self, key):
        """What was still being said is interrupted by the key. When it has done what it does, its words are there:
        none of them is taken for an answer to the next key."""
        self.presses += 1
        self.at = len(self.path.read_text(encoding="utf-8")) if self.path.exists() else 0
        self.world.kiosk.ask(do="key", key=key)
        self.world.kiosk.ask(do="state")

    def hear(self, words):
        """Until these words are said."""
        for _ in range(PRESSES_MAX):
            if words in self.listen():
                return
        raise StoryError(f"\"{words}\" was never said; last: {self.heard[-5:]}")

    def choose(self, words, leads_on=None):
        """Steps through the controls by ear and presses OK on the one she wants; on the one that leads on, as often
        as she meets it before."""
        for _ in range(PRESSES_MAX):
            self.press("down")
            heard = self.listen()
            if words in heard or (leads_on and leads_on in heard):
                self.press("ok")
            if words in heard:
                return
        raise StoryError(f"no control says \"{words}\"; heard: {self.heard[-40:]}")

    def spell(self, letters):
        for letter in letters.replace("1", "幺"):
            for _ in range(PRESSES_MAX):
                self.press("down")
                if self.listen().strip("。 ").lower() == letter:
                    self.press("ok")
                    check(self.listen() == f"{letter}。", f"nobody says that {letter} was taken: {self.heard[-2:]}")
                    break
            else:
                raise StoryError(f"no key says {letter}; heard: {self.heard[-40:]}")


def words(*chosen):
    """A name in pinyin, then the candidates she wants."""
    def give(ear):
        ear.choose("拼音")
        ear.hear("选了拼音")
        ear.spell(chosen[0])
        for candidate in chosen[1:]:
            ear.choose(candidate)
            ear.hear(candidate)
        ear.choose("下一步")
    return give


def number(digits):
    def give(ear):
        ear.spell(digits)
        ear.choose("下一步")
    return give


def control(label):
    return lambda ear: ear.choose(label)


ANSWERS = [
    ("您现在主要住在哪里", control("本县的别处")),
    ("和谁一起住", control("和儿女或孙辈")),
    ("联系人叫什么名字", words("wangxiaozhang", "王小", "张")),
    ("电话是多少", number("13800001234")),
    ("领钱的银行卡还在用吗", control("还在用")),
    ("请看镜头", control("下一步")),
]


def answer_until_the_review(ear):
    """Whatever the form asks, in its own order."""
    while "请看一遍" not in (said := ear.listen()):
        for asked, give in ANSWERS:
            if asked in said:
                give(ear)
                break


def a_pension_by_ear(world):
    with_forms(world)
    world.kiosk_up()
    world.wait("attract")  # before anybody comes
    ear = Listener(world)
    ear.press("ok")
    ear.hear("您好，要办什么事")
    ear.choose("养老金领取资格认证")
    ear.hear("要准备")
    ear.choose("开始办")
    ear.hear("要用您的信息")
    ear.choose("同意")
    ear.hear("请放身份证")
    world.stand.ask(do="card", person="wang-xiulan")
    answer_until_the_review(ear)
    ear.press("repeat")  # she asks for her own words
    ear.hear("王秀兰")
    ear.choose("交上去", leads_on="下一页")
    ear.hear("签")
    ear.choose("我写不了字")
    ear.hear("已经存好")
    ear.hear("请拿好身份证")
    check(world.screen()["screen"] == "saved", "she hears what is not so")
    private = [said for said in ear.heard[:-1] if "99012319420315004X" in said.replace(" ", "")]
    check(not private, f"the number was said aloud: {private}")
    world.kiosk_down()
    world.platform_up()
    world.sync_once()
    fields = world.submissions()[0]["fields"]
    check((fields["contact_name"], fields["contact_phone"], fields["live_where"]) == ("王小张", "13800001234", "county"), f"{fields}")
    print(f"             {ear.presses} presses, {len(ear.heard)} sentences")


tell(a_pension_by_ear)
