"""Somebody who has never seen the form: reads only what the screen offers and answers something that fits."""
import datetime
import re
import select
import time

from visitor import PAGES_MAX, SIGNATURE, Visitor
from world import WAIT_S, StoryError

# What she types where only digits go, until the form takes one: telephone, ID numbers, a small number, years, a bank card.
NUMBERS = ("13800001234", "99990119811230042X", "990123197008020024", "2", "1985", "2026", "500", "6200001234567890", "12345678",
           "4827000010")
# What she types where words go and a word does not fit: the number of a birth certificate, of a firm, of a plate.
CODES = ("A123456789", "91990123MA01234567", "A12345")
CHOICES_TRIED = 8
# What the screen says when something has come, and what the ways of writing are called.
SAID = {"zh-CN": {"taken": "再拍一张", "reading": "请先别动", "printed": "请拿好", "letters": "ABC", "digits": "数字"},
        "en": {"taken": "Take another", "reading": "leave it there", "printed": "Please take", "letters": "ABC", "digits": "123"}}
# Whose card she holds, until the form takes one.
PEOPLE = ("li-mei", "wang-xiulan", "zhao-rare")
SCREENS_MAX = 120
LINES_TRIED = 8


class Anyone(Visitor):
    """`prefer`: labels she chooses where they are offered; `picture`: what she holds before the camera; `people`: whose cards
    she has with her. `given`: each question she answered, and what she said as far as words can tell it."""

    def __init__(self, world, prefer=(), picture=None, language="zh-CN", people=PEOPLE, see=lambda name: None):
        super().__init__(world, see)
        self.prefer, self.picture, self.language, self.people = prefer, picture, language, people
        self.added, self.kinds, self.given = set(), set(), {}
        self.has_changed, self.changed = False, None  # one choice in the review

    # ---- reading ----

    def ids(self, screen, start):
        return [node["id"] for node in screen["nodes"] if node["id"].startswith(start) and node["enabled"]]

    def field(self, screen):
        return next((node["label"] for node in screen["nodes"] if node["id"] == "field"), "")

    # ---- one question ----

    def kind(self, screen):
        for kind, start in (("photo", "take-photo"), ("signature", "pad"), ("choice", "choice:"), ("month", "month:"),
                            ("day", "day:"), ("hour", "hour:"), ("stars", "star:"), ("amount", "step:1"), ("words", "way:"), ("words", "text-key:"), ("digits", "key:"), ("code", "preview"), ("code", "field")):
            if self.ids(screen, start):
                return kind
        return "note"

    def tries(self, kind, screen):
        """How often there is another answer to try."""
        return {"digits": len(NUMBERS), "choice": CHOICES_TRIED, "words": 1 + len(CODES)}.get(kind, 1)

    def give_kind(self, kind, screen, attempt):
        """What she says; None where there is nothing to say, "" for what is not in words."""
        return getattr(self, f"give_{kind}")(screen, attempt)

    def give_note(self, _screen, _attempt):
        return None

    def give_choice(self, screen, attempt):
        offered = [node for node in screen["nodes"] if node["id"].startswith("choice:")]
        wanted = next((node["id"] for node in offered if any(word in node["label"] for word in self.prefer)), None)
        node_id = wanted if wanted and attempt == 0 else f"choice:{attempt}"
        choice = next((node for node in offered if node["id"] == node_id), None)
        if not (choice and choice["selected"]):
            self.tap(node_id)
        is_place = choice and re.search(r"\d\.\d", choice["label"])  # the county reads a position
        return choice["label"] if choice and not is_place else ""

    def give_digits(self, screen, attempt):
        for _ in self.field(screen):
            self.world.tap("erase")
        typed = [digit for digit in NUMBERS[attempt] if digit.isdigit() or self.ids(screen, f"key:{digit}")]
        for digit in typed:
            self.tap(f"key:{digit}")
        return "" if ":" in self.field(self.world.screen()) else "".join(typed)  # minutes: the county reads a whole time

    def give_words(self, screen, attempt):
        """A word in pinyin; what is no word, by its letters and digits. Under a message the keys may take two pages."""
        for _ in self.field(screen) if attempt else "":
            self.world.tap("erase")
        if attempt == 0 and self.language == "zh-CN":
            self.tap("拼音")
            for letter in "wang":
                self.tap(letter)
            self.tap("candidate:0")
            return self.field(self.world.screen())
        word = CODES[attempt - 1] if attempt else "WANG"
        for character in word:
            self.tap(SAID[self.language]["digits" if character.isdigit() else "letters"])
            self.tap(character)
        return word

    def give_hour(self, _screen, _attempt):
        self.tap("hour:9")
        return ""

    def give_stars(self, _screen, _attempt):
        self.tap("star:4")
        return "4"

    def give_amount(self, _screen, _attempt):
        self.tap("step:1")
        return ""

    def give_photo(self, _screen, _attempt):
        self.world.stand.ask(do="camera", image=str(self.picture))
        self.take_photo(SAID[self.language]["taken"])
        return ""

    def give_code(self, _screen, _attempt):
        self.world.stand.ask(do="camera", image=str(self.picture))
        self.world.wait("question", text="4827")
        return "4827"

    def give_signature(self, _screen, _attempt):
        for stroke in SIGNATURE:
            self.world.kiosk.ask(do="stroke", on="pad", points=stroke)
        return ""

    # ---- a date, on three screens ----

    def dates(self):
        """Long ago, the next Wednesday that is not tomorrow, today, last month: one of them suits any form."""
        today = datetime.date.today()
        yield datetime.date(1985, 1, 1)
        yield today + datetime.timedelta(days=(2 - today.weekday() - 2) % 7 + 2)
        yield today
        yield today - datetime.timedelta(days=31)

    def date(self, question):
        for day in self.dates():
            if self.kind(self.world.screen()) == "day":  # another year, from the beginning
                self.world.tap("back")
                self.world.tap("back")
                for _ in self.field(self.world.screen()):
                    self.world.tap("erase")
                for digit in str(day.year):
                    self.tap(f"key:{digit}")
                self.world.tap("next")
            self.tap(f"month:{day.month}")
            self.world.tap("next")
            if self.kind(self.world.screen()) != "day":  # only year and month were asked
                self.given[question] = ""
                return
            self.tap(f"day:{day.day}")
            self.world.tap("next")
            after = self.world.screen()
            if (self.heading(after), self.kind(after)) != (question, "day"):
                self.given[question] = day.isoformat()
                return
        raise StoryError(f"no date fits: {self.world.labels()[:9]}")

    # ---- the card ----

    def card(self, _screen):
        for person in self.people:
            before = self.world.labels()
            self.world.stand.ask(do="card", person=person)
            deadline = time.monotonic() + WAIT_S
            while self.world.screen()["screen"] == "card" and (self.world.labels() == before or self.is_reading()):
                if time.monotonic() > deadline:
                    raise StoryError(f"the card of {person} was not taken: {self.world.labels()}")
                select.select([], [], [], 0.02)
            if self.world.screen()["screen"] != "card":
                return
            self.world.stand.ask(do="card", person=None)
        raise StoryError(f"nobody's card fits: {self.world.labels()}")

    def is_reading(self):
        return any(SAID[self.language]["reading"] in label for label in self.world.labels())

    # ---- the whole form ----

    def open_service(self, service):
        """From the home screen, pages on if need be, to the first question or the card."""
        self.tap(service)
        self.arrive("guide")
        self.world.tap("next")
        self.arrive("consent")
        self.world.tap("agree")

    def question(self, screen):
        kind = self.kind(screen)
        self.kinds.add(kind)
        if kind == "month":
            self.kinds.add("day")
            self.date(self.heading(screen))
            return
        for attempt in range(self.tries(kind, screen)):
            said = self.give_kind(kind, screen, attempt)
            if self.heading(self.world.screen()) in ("", self.heading(screen)):
                self.world.tap("next")
            after = self.world.screen()
            if (after["screen"], self.heading(after), self.kind(after)) != (screen["screen"], self.heading(screen), kind):
                if said is not None:
                    self.given[self.heading(screen)] = said
                return
            screen = after
        raise StoryError(f"no answer fits: {[node['label'] for node in screen['nodes']][:9]}")

    def repeat(self, screen):
        """One entry in each list."""
        self.kinds.add("repeat")
        is_new = self.heading(screen) not in self.added
        self.added.add(self.heading(screen))
        self.tap("add" if is_new else "next")

    # ---- the review ----

    def pages(self):
        """Each page of the screen once, wherever she stands: after the last comes the first."""
        first = self.world.screen()
        screen = first
        for _ in range(PAGES_MAX):
            yield screen
            if not self.ids(screen, "more"):
                return
            self.world.tap("more")
            screen = self.world.screen()
            if [node["label"] for node in screen["nodes"]] == [node["label"] for node in first["nodes"]]:
                return

    def change_one(self):
        """The first choice she can make otherwise; what it brings along is asked, what it takes away is not said any more."""
        lines = [node["id"] for screen in self.pages() for node in screen["nodes"]
                 if node["id"].startswith("answer:") and node["role"] == "button"]
        for line in lines[:LINES_TRIED]:
            self.tap(line)
            self.arrive("question")
            if self.chose_otherwise(self.world.screen()):
                return
            if self.world.screen()["screen"] == "question":
                self.world.tap("back")
            self.world.wait("review")

    def chose_otherwise(self, screen):
        choices = [node for node in screen["nodes"] if node["id"].startswith("choice:")]
        chosen = next((node for node in choices if node["selected"]), None)
        other = next((node for node in choices if not node["selected"]), None)
        if not (chosen and other) or any(wish in chosen["label"] for wish in self.prefer):
            return False  # nothing else is offered, or she has said what she wants
        self.tap(other["id"])
        after = self.world.screen()
        if (after["screen"], self.heading(after)) == ("question", self.heading(screen)):
            self.tap(chosen["id"])  # the form refuses it, or takes several
            return False
        self.changed = self.heading(screen)
        self.given[self.changed] = "" if re.search(r"\d\.\d", other["label"]) else other["label"]
        return True

    def forget_what_went(self):
        said = " ".join(node["label"] for screen in self.pages() for node in screen["nodes"])
        self.given = {question: answer for question, answer in self.given.items() if question in said}

    def review(self, _screen):
        if not self.has_changed:
            self.has_changed = True
            self.change_one()
            return
        if self.changed:
            self.forget_what_went()
        self.tap("submit")

    def fill(self):
        for _ in range(SCREENS_MAX):
            screen = self.world.screen()
            if screen["screen"] in ("card", "question", "repeat", "review"):
                self.see(screen["screen"])
            if screen["screen"] in ("card", "question", "repeat", "review"):
                getattr(self, screen["screen"])(screen)
            elif screen["screen"] in ("saving", "saved"):
                self.arrive("saved", text=SAID[self.language]["printed"])
                return
            else:
                raise StoryError(f"the form led to {screen['screen']}")
        raise StoryError(f"{SCREENS_MAX} screens and no end: {self.world.labels()[:6]}")

    def go_home(self):
        """From the saved screen to the one that waits for the next person; what is asked on the way she passes by."""
        self.world.tap("done")
        while (screen := self.world.screen()["screen"]) != "attract":
            if screen != "take-card":
                self.world.tap("next")
                continue
            self.take_card()
            self.world.tap("taken")  # as soon as the reader has seen it go, another screen comes
            self.world.until(lambda: self.world.screen()["screen"] != "take-card", "the card was not missed", WAIT_S)
