#!/usr/bin/env python3
"""Fingers and keys on the unmodified kiosk: one finger counts, palms do not, a visitor's keyboard does nothing."""
from tell import check, tell, with_forms
from world import ROOT, StoryError

WIDTH, HEIGHT, PANEL_MAX = 1080, 1920, 4095
TRIES, LOOKS = 20, 300  # at the screen, before one tries again


def begin(world, models=None, placed=None):
    with_forms(world)
    world.kiosk_up(models=models or ROOT / "drivers" / "models.ini")
    world.wait("attract")
    until(world, "help", lambda: tap(world, "help", placed or upright))
    until(world, "attract", lambda: world.stand.ask(do="key", key="back"))


def is_heard(world):
    state = world.stand.ask(do="state")
    return state["touch"]["unread"] == state["keypad"]["unread"] == 0


def until(world, screen, act):
    """What comes before the kiosk listens is nobody's: once more, then, but not on top of what it has not heard yet."""
    for _ in range(TRIES):
        act()
        world.until(lambda: is_heard(world), "nobody listens")
        for _ in range(LOOKS):
            if world.screen()["screen"] == screen:
                return
    raise StoryError(f"the screen {screen} did not come")


def in_service(world, name, times):
    world.until(lambda: world.stand_program.log.read_text(encoding="utf-8").count(f"{name}: in service") >= times,
                f"{name} does not come into service")


def middle_of(world, wanted):
    for node in world.screen()["nodes"]:
        if node["id"] == wanted:
            x, y, width, height = node["rect"]
            return (x + width / 2) / (WIDTH - 1), (y + height / 2) / (HEIGHT - 1)
    raise AssertionError(f"no {wanted} on the screen")


def upright(x, y):
    return [round(x * PANEL_MAX), round(y * PANEL_MAX)]


def touch(world, at, **more):
    if at:
        world.pass_time(1)  # what she touches has stood there for a while
    world.stand.ask(do="touch", at=at, **more)


def back_to_the_first_screen(world):
    until(world, "attract", lambda: world.stand.ask(do="key", key="back"))


def nothing_was_meant(world):
    """What was touched before a key was pressed has had its turn; the first screen is still the one."""
    world.stand.ask(do="key", key="help")
    world.wait("help")
    world.stand.ask(do="key", key="back")
    world.wait("attract")


def tap(world, wanted, placed=upright):
    touch(world, placed(*middle_of(world, wanted)))
    touch(world, None)


def a_finger_taps_what_is_under_it(world):
    tap(world, "help")
    world.wait("help")
    back_to_the_first_screen(world)


def only_the_first_finger_counts(world):
    touch(world, upright(0.5, 0.3))
    touch(world, upright(*middle_of(world, "start")), finger=1)
    touch(world, None, finger=1)
    touch(world, None)
    nothing_was_meant(world)


def a_palm_means_nothing(world):
    start = upright(*middle_of(world, "start"))
    touch(world, start, palm=True)
    touch(world, None)
    touch(world, start)
    touch(world, start, palm=True)  # a hand that comes down finger first
    touch(world, None)
    nothing_was_meant(world)


def a_visitors_keyboard_does_nothing(world):
    world.stand.ask(do="plug", device="keyboard")
    for key in ("ok", "down", "ok", "help", "ok"):
        world.stand.ask(do="type", key=key)
    nothing_was_meant(world)
    keyboard = world.stand.ask(do="state")["keyboard"]
    check(keyboard["unread"] == keyboard["events"], f"somebody listens to a visitor's keyboard: {keyboard}")


def a_panel_that_comes_back_works_again(world):
    touch(world, upright(0.5, 0.3))
    world.stand.ask(do="unplug", device="touch")
    world.stand.ask(do="plug", device="touch")
    in_service(world, "touch", 2)
    until(world, "help", lambda: tap(world, "help"))
    back_to_the_first_screen(world)


def the_keypad_alone_will_do(world):
    world.stand.ask(do="key", key="ok")
    world.wait("home")
    world.stand.ask(do="key", key="help")
    world.wait("help")
    world.stand.ask(do="key", key="back")
    world.wait("home")


def fingers_and_keys(world):
    begin(world)
    for story in (a_finger_taps_what_is_under_it, only_the_first_finger_counts, a_palm_means_nothing,
                  a_visitors_keyboard_does_nothing, a_panel_that_comes_back_works_again, the_keypad_alone_will_do):
        story(world)
        print(f"[          ] {story.__name__}")


def own_models(world, *settings):
    """models.ini with another touch panel in front: the first row that matches counts."""
    path = world.dir / "models.ini"
    shipped = (ROOT / "drivers" / "models.ini").read_text(encoding="utf-8")
    rows = "\n".join(settings)
    path.write_text(f"[input:222a:0001]\nname = Panel of this kiosk\ndriver = touch\n{rows}\n{shipped}", encoding="utf-8")
    return path


def a_panel_mounted_sideways_calibrated_and_wary_of_palms(world):
    low, high = 200, 3800

    def sideways(x, y):
        """Turned by 90 degrees clockwise: its own x runs down, its own y from right to left."""
        return [round(low + y * (high - low)), round(high - x * (high - low))]

    begin(world, own_models(world, "turn = 90", f"min_x = {low}", f"max_x = {high}", f"min_y = {low}", f"max_y = {high}",
                            "palm_size = 40"), sideways)
    start = sideways(*middle_of(world, "start"))
    touch(world, start, size=60)
    touch(world, None)
    nothing_was_meant(world)
    touch(world, start, size=12)
    touch(world, None)
    world.wait("home")


tell(fingers_and_keys, a_panel_mounted_sideways_calibrated_and_wary_of_palms)
