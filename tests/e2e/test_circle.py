#!/usr/bin/env python3
"""The whole circle with the real programs: see circle.py."""
from circle import Circle
from tell import check, tell


def the_whole_circle(world):
    circle = Circle(world, world.dir)
    circle.tell()
    check(all((world.dir / name).stat().st_size > 1000 for name in ("application.pdf", "supplement.pdf", "result.png")),
          "a page or the slip is missing")


def she_changes_her_mind(world):
    """Applied for, delivered, and withdrawn at the kiosk: the county hears which case stops."""
    circle = Circle(world, world.dir)
    circle.begin()
    circle.apply_offline()
    world.platform_up()
    circle.sync()
    circle.withdraw()
    told = next(record for record in world.submissions() if record["form_id"] == "withdraw")
    check(told["opened"] and told["complete"], f"the withdrawal came as {told}")
    check(told["fields"]["parent_number"] == circle.number, f"withdrawn is {told['fields']['parent_number']}, not {circle.number}")


def a_mistake_and_a_change_of_mind_in_english(world):
    """The two other ways on from a case, for who reads no Chinese: corrected, then withdrawn."""
    circle = Circle(world, world.dir)
    circle.begin()
    circle.apply_offline()
    world.platform_up()
    circle.sync()
    circle.correct()
    told = next(record["fields"] for record in world.submissions() if record["form_id"] == "supplement")
    check((told["parent_number"], told["want"]) == (circle.number, "correct"), f"the correction came as {told}")
    check(told["wrong"] and told["right"] and not told.get("paper_name"), f"what is wrong, and what is right? {told}")
    check("Used only" in told["consent_text"] and told["consent_time"], f"she agreed to {told.get('consent_text')}")
    circle.withdraw(language="en")
    check(any(record["form_id"] == "withdraw" for record in world.submissions()), "the withdrawal did not come")


tell(the_whole_circle, she_changes_her_mind, a_mistake_and_a_change_of_mind_in_english)
