"""A person at the kiosk: reads what the screen says and taps what fits. `see` is told of each new screen."""
import contextlib

from world import ROOT, StoryError, World

SIGNATURE = [
    [[1500, 2500], [2500, 2450], [3500, 2400]],
    [[1700, 4200], [2600, 4150], [3400, 4100]],
    [[2500, 2450], [2520, 4200], [2500, 6300]],
    [[1200, 6400], [2500, 6300], [3900, 6200]],
    [[5500, 2200], [6500, 3300], [5200, 4200]],
    [[6900, 2500], [6500, 4800], [5600, 6900]],
    [[6400, 4800], [7400, 5900], [8400, 6800]],
]

PAGES_MAX = 20
PHOTO_S, PHOTO_TRIES = 15, 4
PORTRAIT = ROOT / "assets" / "forms" / "residence-permit" / "photo.png"  # a drawing: nobody's face


def tap(on):
    return lambda visitor: visitor.tap(on)


def digits(number):
    def answer(visitor):
        for digit in number:
            visitor.tap(f"key:{digit}")
        visitor.see("digits")
    return answer


def text(letters, *wanted):
    """Types pinyin on the screen's keys and takes the candidates she wants, one after the other."""
    def answer(visitor):
        visitor.tap("拼音")
        for letter in letters:
            visitor.tap(letter)
        visitor.see("typing")
        for candidate in wanted:
            visitor.tap(candidate)
    return answer


# 十: across, then down.
TEN = [[[1500, 5000], [5000, 4950], [8500, 4900]], [[5000, 1500], [5020, 5000], [5000, 8500]]]


def strokes_then_hand(visitor):
    """王 by its four strokes, 十 by a finger."""
    visitor.tap("笔画")
    for key in ("一 横", "一 横", "丨 竖", "一 横"):
        visitor.tap(key)
    visitor.see("strokes")
    visitor.tap("王")
    visitor.tap("手写")
    for stroke in TEN:
        visitor.world.kiosk.ask(do="stroke", on="writing", points=stroke)
    visitor.see("handwriting")
    visitor.tap("十")


def add_until(name):
    """On "one more?": adds one until this name is among those there, then goes on."""
    def answer(visitor):
        is_there = any(name in node["label"] for node in visitor.world.screen()["nodes"])
        visitor.tap("next" if is_there else "add")
    return answer


def portrait(visitor):
    """Looks at the camera when the story has a picture of her; else she leaves it out, as she may."""
    if visitor.portrait is None:
        return
    visitor.take_photo("再拍一张")
    visitor.see("portrait")


# What the screen asks (a part of it) and what she does: the pension renewal's questions.
PENSION_ANSWERS = [
    ("您现在主要住在哪里", tap("本县的别处")),
    ("联系人叫什么名字", text("wangxiaozhang", "王小", "张")),
    ("电话是多少", digits("13800001234")),
    ("领钱的银行卡还在用吗", tap("还在用")),
    ("请看镜头", portrait),
    ("您快办完了", lambda visitor: None),
]


class Visitor:
    def __init__(self, world: World, see=lambda name: None, portrait=None):
        self.world, self.see, self.portrait = world, see, portrait

    def arrive(self, screen, text=None):
        self.world.wait(screen, text)
        self.see(screen)

    def tap(self, on):
        """Large text brings pages: what she looks for may be on a later one."""
        for _ in range(PAGES_MAX):
            nodes = self.world.screen()["nodes"]
            if any(on in (node["id"], node["label"]) for node in nodes):
                break
            # A tile may have more to say than its name: "not now" while the kiosk still looks for its devices.
            if named := next((node["id"] for node in nodes if node["label"].startswith(on + " ")), None):
                on = named
                break
            if not any(node["id"] == "more" for node in nodes):
                break
            self.world.tap("more")
        self.world.tap(on)

    def choose(self, service):
        self.arrive("attract")
        self.world.tap("start")
        self.arrive("home", text=service)
        self.open_service(service)

    def open_service(self, service):
        """From the home screen, pages on if need be, to the first question or the card."""
        self.tap(service)
        self.arrive("guide", text="开始办")
        self.world.tap("next")
        self.arrive("consent")
        self.world.tap("agree")

    def place_card(self, person):
        self.arrive("card")
        if self.portrait:
            self.world.stand.ask(do="camera", image=str(self.portrait))  # before the camera runs: its first picture is of her
        self.world.stand.ask(do="card", person=person)
        self.world.note("person", "places a card")
        self.world.wait("question")

    def take_card(self):
        self.world.stand.ask(do="card", person=None)
        self.world.note("person", "takes her card")

    def answer(self, answers):
        """Every question until the review; a question nobody has an answer for is an error."""
        seen = None
        while (screen := self.world.screen())["screen"] in ("question", "repeat"):
            labels = [node["label"] for node in screen["nodes"]]
            if labels == seen:
                raise StoryError(f"the kiosk stays at {labels[:6]}")
            seen = labels
            said = " ".join(labels)
            give = next((give for asked, give in answers if asked in said), None)
            if give is None:
                raise StoryError(f"nobody knows an answer to: {labels[:6]}")
            self.see(screen["screen"])
            self.give(screen, give)
        self.arrive("review")

    def give(self, screen, give):
        """One answer. A choice that is tapped goes on by itself; everything else wants "next"."""
        give(self)
        if screen["screen"] == "question" and self.heading(self.world.screen()) in ("", self.heading(screen)):
            self.world.tap("next")  # a later page of a small panel has no heading

    def take_photo(self, taken):
        """Until the screen says so: what a busy machine does not manage in its ten seconds she asks for again."""
        for _ in range(PHOTO_TRIES):
            self.tap("take-photo")
            with contextlib.suppress(StoryError):
                self.world.until(lambda: taken in self.world.labels(), "no photo came", PHOTO_S)
                return
        raise StoryError(f"no photo came: {self.world.labels()}")

    def heading(self, screen):
        return next((node["label"] for node in screen["nodes"] if node["role"] == "heading"), "")

    def sign(self):
        self.world.tap("submit")
        self.world.wait("question", text="签")
        for stroke in SIGNATURE:
            self.world.kiosk.ask(do="stroke", on="pad", points=stroke)
        self.see("signature")

    def sign_and_submit(self):
        self.sign()
        self.world.tap("next")

    def renew_pension(self, person="wang-xiulan", contact=None):
        """contact: how she writes the name of whom to call; by pinyin when nothing is said."""
        self.choose("养老金领取资格认证")
        self.place_card(person)
        self.answer(([("联系人叫什么名字", contact)] if contact else []) + PENSION_ANSWERS)
        self.sign_and_submit()

    def taps_beyond_typing(self):
        """What she tapped so far, less letters, digits and the words they made."""
        taps = [text.removeprefix("taps ") for _, who, text in self.world.events if who == "person" and text.startswith("taps ")]
        typed = {"拼音", "王小", "张"}
        return [tap for tap in taps if len(tap) > 1 and tap not in typed and not tap.startswith("key:")]

    def leave(self, face=None):
        self.world.tap("done")
        self.arrive("take-card")
        self.take_card()
        self.world.tap("taken")
        if self.world.has_fleet:  # faces are asked for where ratings have somewhere to go
            self.arrive("rating")
            if face:
                self.world.tap(f"face:{face}")
            self.world.tap("next")
        self.world.wait("attract")
