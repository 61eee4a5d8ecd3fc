"""Somebody who has never seen the form: reads only what the screen offers and answers something that fits."""
from visitor import SIGNATURE, Visitor
from world import StoryError

# What she types where only digits go, until the form takes one: telephone, ID numbers, a small number, years, a bank card.
NUMBERS = ("13800001234", "99990119811230042X", "990123197008020024", "2", "1985", "2026", "500", "6200001234567890", "12345678",
           "4827000010")
CHOICES_TRIED = 8
SCREENS_MAX = 120


class Anyone(Visitor):
    """`prefer`: labels she chooses where they are offered; `picture`: what she holds before the camera."""

    def __init__(self, world, prefer=(), picture=None):
        super().__init__(world)
        self.prefer, self.picture = prefer, picture
        self.added, self.kinds = set(), set()

    # ---- reading ----

    def ids(self, screen, start):
        return [node["id"] for node in screen["nodes"] if node["id"].startswith(start) and node["enabled"]]

    def heading(self, screen):
        return next((node["label"] for node in screen["nodes"] if node["role"] == "heading"), "")

    def field(self, screen):
        return next((node["label"] for node in screen["nodes"] if node["id"] == "field"), "")

    # ---- one question ----

    def kind(self, screen):
        for kind, start in (("photo", "take-photo"), ("signature", "pad"), ("choice", "choice:"), ("month", "month:"),
                            ("day", "day:"), ("words", "way:"), ("digits", "key:"), ("code", "preview"), ("code", "field")):
            if self.ids(screen, start):
                return kind
        return "note"

    def tries(self, kind, screen):
        """How often there is another answer to try."""
        return {"digits": len(NUMBERS), "choice": CHOICES_TRIED}.get(kind, 1)

    def give(self, kind, screen, attempt):
        getattr(self, f"give_{kind}")(screen, attempt)

    def give_note(self, _screen, _attempt):
        pass

    def give_choice(self, screen, attempt):
        offered = [node for node in screen["nodes"] if node["id"].startswith("choice:")]
        wanted = next((node["id"] for node in offered if any(word in node["label"] for word in self.prefer)), None)
        node_id = wanted if wanted and attempt == 0 else f"choice:{attempt}"
        if not any(node["id"] == node_id and node["selected"] for node in offered):
            self.tap(node_id)

    def give_digits(self, screen, attempt):
        for _ in self.field(screen):
            self.world.tap("erase")
        for digit in NUMBERS[attempt]:
            if digit.isdigit() or self.ids(screen, f"key:{digit}"):
                self.tap(f"key:{digit}")

    def give_month(self, screen, _attempt):
        self.tap(self.ids(screen, "month:")[0])

    def give_day(self, screen, _attempt):
        self.tap(self.ids(screen, "day:")[0])

    def give_words(self, _screen, _attempt):
        self.tap("way:1")
        for letter in "wang":
            self.tap(letter)
        self.tap("candidate:0")

    def give_photo(self, _screen, _attempt):
        self.world.stand.ask(do="camera", image=str(self.picture))
        self.tap("take-photo")
        self.world.wait("question", text="再拍一张")

    def give_code(self, _screen, _attempt):
        self.world.stand.ask(do="camera", image=str(self.picture))
        self.world.wait("question", text="4827")

    def give_signature(self, _screen, _attempt):
        for stroke in SIGNATURE:
            self.world.kiosk.ask(do="stroke", on="pad", points=stroke)

    # ---- the whole form ----

    def question(self, screen):
        kind = self.kind(screen)
        self.kinds.add(kind)
        for attempt in range(self.tries(kind, screen)):
            self.give(kind, screen, attempt)
            self.world.tap("next")
            after = self.world.screen()
            if (after["screen"], self.heading(after), self.kind(after)) != (screen["screen"], self.heading(screen), kind):
                return
            screen = after
        raise StoryError(f"no answer fits: {[node['label'] for node in screen['nodes']][:9]}")

    def repeat(self, screen):
        """One entry in each list."""
        self.kinds.add("repeat")
        is_new = self.heading(screen) not in self.added
        self.added.add(self.heading(screen))
        self.tap("add" if is_new else "next")

    def fill(self):
        for _ in range(SCREENS_MAX):
            screen = self.world.screen()
            if screen["screen"] == "card":
                self.world.stand.ask(do="card", person="li-mei")
                self.world.wait("question")
            elif screen["screen"] in ("question", "repeat"):
                getattr(self, screen["screen"])(screen)
            elif screen["screen"] == "review":
                self.world.tap("submit")
            elif screen["screen"] in ("saving", "saved"):
                self.arrive("saved", text="请拿好")
                return
            else:
                raise StoryError(f"the form led to {screen['screen']}")
        raise StoryError(f"{SCREENS_MAX} screens and no end: {self.world.labels()[:6]}")
