#!/usr/bin/env python3
"""The technician's visit, from the stick in the socket to "you may take it", with the real kiosk and the real
yizhan-visit. With YIZHAN_SHOTS=DIR every screen is left there as a picture."""
import json
import os
import pathlib
import sqlite3

from technician import Technician
from tell import check, tell, with_forms
from visitor import Visitor
from world import BUILD

SHOTS = os.environ.get("YIZHAN_SHOTS")


def camera(world):
    """Takes a picture of a screen, where somebody wants to look at them."""
    def see(name):
        if SHOTS:
            folder = pathlib.Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            world.kiosk.ask(do="shot", file=str(folder / f"{name}.png"))
    return see


def states(world):
    database = sqlite3.connect(world.dir / "store" / "outbox.db")
    rows = database.execute("select form, state from submission order by id").fetchall()
    database.close()
    return rows


def cases(world):
    return [(case["form_id"], case["state"]) for case in world.ctl("queue", "list")["cases"]]


def the_whole_visit(world):
    world.has_fleet = True
    with_forms(world)
    technician = Technician(world)
    world.kiosk_up()
    see = camera(world)
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    stick = technician.stick(bundle="0.4.0")
    technician.insert(stick)
    world.wait("technician-pin")
    see("pin")
    technician.type_pin("111111")
    world.wait("technician-pin", text="密码不对。还能试4次。")
    see("pin-wrong")
    technician.type_pin()
    world.wait("technician-plan", text="要做这些事")
    see("plan")
    world.tap("facts")
    world.wait("technician-status")
    see("status")
    world.tap("back")
    world.tap("start")
    technician.self_test(see)
    world.wait("technician-take")
    see("take")
    world.stand.ask(do="receipt", save=str(world.dir / "slip.png"))
    if SHOTS:
        world.stand.ask(do="receipt", save=str(pathlib.Path(SHOTS) / "slip.png"))
    away = technician.pull(stick)
    check(technician.ended() == 0, "the visit did not end well")
    world.wait("attract")
    check((technician.dir / "installed.raucb").read_bytes() == (technician.dir / "bundle").read_bytes(),
          "another update was installed than the stick brought")
    check((technician.dir / "restarts").read_text().split() == ["reboot"], "the new version is not started")
    check(("pension-renewal", "on-stick") in cases(world), f"the application is not on the stick: {cases(world)}")
    check(("technician-visit", "queued") in cases(world), f"the county is not told of the visit: {cases(world)}")
    told = json.loads((away / "yizhan-visits" / f"{world.number:04d}" / "visit.json").read_text())
    check({step["outcome"] for step in told["steps"]} <= {"done", "skipped"}, f"the stick tells {told['steps']}")
    check("end" in technician.log().splitlines()[-1], "the log does not end with the visit")
    technician.close()


def a_box_leaves_the_fleet(world):
    """Reset by stick: what waits is carried away, the mark is laid, and only then the machine starts again."""
    world.has_fleet = True
    with_forms(world)
    technician = Technician(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    stick = technician.stick("--kiosks", str(world.number), "--actions", "courier,reset")
    technician.insert(stick)
    technician.type_pin()
    world.wait("technician-plan", text="恢复出厂")
    camera(world)("plan-reset")
    world.tap("start")
    world.wait("technician-take")
    camera(world)("take-reset")
    check(not (world.dir / "reset").exists(), "the mark lies there before the visit is over")
    technician.pull(stick)
    check(technician.ended() == 0, "the visit did not end well")
    check((world.dir / "reset").read_text() == "1\n", "the mark does not say what was carried: her application, not the record of the visit")
    check((technician.dir / "restarts").read_text().split() == ["reboot"], "the machine is not started again")
    technician.close()


if __name__ == "__main__":
    assert BUILD.exists()
    tell(the_whole_visit, a_box_leaves_the_fleet)
