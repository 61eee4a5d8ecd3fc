#!/usr/bin/env python3
"""The technician's visit, from the stick in the socket to "you may take it", with the real kiosk and the real
yizhan-visit. With YIZHAN_SHOTS=DIR every screen is left there as a picture."""
import json
import os
import pathlib
import subprocess

from technician import VISIT, Technician
from tell import check, tell, with_forms
from visitor import PENSION_ANSWERS, Visitor
from world import ROOT

SHOTS = os.environ.get("YIZHAN_SHOTS")


def camera(world):
    """Takes a picture of a screen, where somebody wants to look at them."""
    def see(name):
        if SHOTS:
            folder = pathlib.Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            world.kiosk.ask(do="shot", file=str(folder / f"{name}.png"))
    return see


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
    mode = (world.dir / "store" / "visit.socket").stat().st_mode & 0o777
    check(mode == 0o770, f"the unit of yizhan-visit comes by its group, and nobody else: {mode:o}")
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
    world.kiosk_down()
    world.platform_up()
    world.sync_once()
    told = [record["fields"] for record in world.submissions() if record["form_id"] == "technician-visit"]
    check(len(told) == 1, f"{len(told)} records of one visit")
    check((told[0]["technician"], told[0]["exported"], told[0]["updates"]) == (technician.who, "1", "0.4.0"), f"the county reads {told[0]}")
    check("printer good" in told[0]["note"] and "selftest done 5" in told[0]["result"], f"the county reads {told[0]}")
    technician.close()


def nobody_is_thrown_out(world):
    """A stick that comes in while somebody is being served waits, and so does the visit."""
    with_forms(world)
    technician = Technician(world)
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.choose("养老金领取资格认证")
    visitor.place_card("wang-xiulan")
    stick = technician.stick()
    technician.insert(stick)
    world.until(lambda: '"waits"' in technician.log(), "yizhan-visit does not say that it waits")
    check(world.screen()["screen"] == "question", f"she was thrown out: {world.screen()['screen']}")
    visitor.answer(PENSION_ANSWERS)
    visitor.sign_and_submit()
    visitor.arrive("saved", text="请拿好身份证和小票")
    world.tap("done")
    visitor.arrive("take-card")
    visitor.take_card()
    world.tap("taken")
    world.wait("technician-pin")
    technician.pull(stick)
    world.wait("technician", text="优盘拔早了")
    technician.close()


def each_bad_stick_is_one_sentence(world):
    with_forms(world)
    technician = Technician(world)
    subprocess.run([ROOT / "board/rauc/test-ca", technician.dir / "strangers"], check=True)
    holiday = technician.dir / "holiday"
    holiday.mkdir()
    (holiday / "beach.jpg").write_bytes(b"sun")
    unsigned = technician.stick(name="unsigned")
    (unsigned / "visit.cms").write_text("[visit]\nid = 1\nkiosks = 1-9999\nactions = update\n")
    cut = technician.stick(bundle="0.4.0", name="cut")
    os.truncate(cut / "update.raucb", 399_999)
    flipped = technician.stick(bundle="0.4.0", name="flipped")
    content = bytearray((flipped / "update.raucb").read_bytes())
    content[123_456] ^= 0x10
    (flipped / "update.raucb").write_bytes(bytes(content))
    sticks = [
        (holiday, "这不是驿站的维护优盘。"),
        (unsigned, "优盘上的通行证坏了。"),
        (cut, "优盘上有文件坏了。"),
        (flipped, "优盘上有文件坏了。"),
        (technician.stick("--from", "-40", name="expired"), "优盘过期了。"),
        (technician.stick("--town", "baishan", name="town"), "优盘是给别的乡镇的。"),
        (technician.stick("--kiosks", "1-9", name="kiosk"), "优盘不是给这台机器的。"),
        (technician.stick("--ca", technician.dir / "strangers", name="stranger"), "优盘的签名不是本县的"),
        (technician.stick(bundle="0.2.9", name="older"), "优盘上的版本比这台机器的旧。"),
        (technician.stick("--holder", "courier", "--actions", "courier,logs", name="courier"), "持优盘的人无权做这件事。"),
    ]
    world.kiosk_up()
    before = (technician.dir.parent / "kiosk.ini").read_bytes(), cases(world)
    for stick, sentence in sticks:
        world.wait("attract")
        technician.insert(stick)
        world.wait("technician", text=sentence)
        technician.pull(stick)
        check(technician.ended() == 1, f"{stick.name} was not refused")
    world.wait("attract")
    check(before == ((technician.dir.parent / "kiosk.ini").read_bytes(), cases(world)), "a bad stick changed something")
    check(not (technician.dir / "installed.raucb").exists(), "a bad stick was installed")
    technician.log()


def what_is_no_stick_at_all_says_so(world):
    """A stick of another format, and something that is a keyboard besides: USB does not let it in, and asks for these words."""
    with_forms(world)
    technician = Technician(world)
    world.kiosk_up()
    foreign = technician.dir / "foreign"
    foreign.write_bytes(b"no file system")
    world.wait("attract")
    technician.insert(foreign)
    world.wait("technician", text="优盘读不出来。请换成FAT32或exFAT格式的。")
    technician.pull(foreign)
    check(technician.ended() == 1, "nothing was refused")
    world.wait("attract")
    before = cases(world)
    refused = subprocess.Popen([VISIT, "refuse", "--config", world.config], env=world.environment)
    world.wait("technician", text="插进来的不是普通优盘，不能使用。")
    refused.terminate()
    refused.wait()
    world.wait("attract")
    check(before == cases(world), "it changed something")
    check("not-plain" in technician.log(), "the log does not tell")
    technician.close()


def it_goes_on_where_it_stood(world):
    """The kiosk starts again, yizhan-visit is killed, the stick is pulled: each time the visit goes on."""
    world.has_fleet = True
    with_forms(world)
    technician = Technician(world)
    world.kiosk_up()
    stick = technician.stick("--actions", "update,courier,logs", bundle="0.4.0")
    (stick / "._visit.cms").write_bytes(b"\0\5\x16\7Mac OS X")
    technician.insert(stick)
    world.wait("technician-pin")
    world.kiosk_down()
    world.kiosk_up()
    technician.type_pin()
    world.wait("technician-plan")
    technician.kill()
    world.wait("attract")
    (technician.dir / "rauc.fails").touch()
    technician.insert(stick)
    technician.type_pin()
    world.wait("technician-plan")
    world.tap("start")
    world.wait("technician-take", text="有的事没做成")
    stick = technician.pull(stick)
    check(technician.ended() == 1, "a failed update is called a good visit")
    check(not (technician.dir / "restarts").exists(), "the machine starts again for nothing")
    (technician.dir / "rauc.fails").unlink()
    world.wait("attract")
    technician.insert(stick)
    technician.type_pin()
    world.wait("technician-plan")
    world.tap("start")
    world.wait("technician-take", text="事情都做完了")
    technician.pull(stick)
    check(technician.ended() == 0, "the visit did not end well")
    check(technician.log().count('"end"') == 2, "the log tells of other visits")
    technician.close()


def a_cadre_carries_and_nothing_else(world):
    with_forms(world)
    technician = Technician(world, who="Courier of the development fleet", pin="1234")
    world.kiosk_up()
    visitor = Visitor(world)
    visitor.renew_pension()
    visitor.arrive("saved", text="请拿好身份证和小票")
    visitor.leave()
    stick = technician.stick("--holder", "courier")
    technician.insert(stick)
    technician.type_pin()
    world.wait("technician-plan")
    steps = [node["label"] for node in world.screen()["nodes"] if node["role"] == "status"]
    check(not any("更新" in step or "日志" in step for step in steps), f"a cadre may do {steps}")
    world.tap("start")
    world.wait("technician-take")
    away = technician.pull(stick)
    check(technician.ended() == 0, "the visit did not end well")
    check(len(list((away / "yizhan-courier").glob(f"{world.number:04d}-*/INDEX"))) == 1, "no batch is on the stick")
    check(("pension-renewal", "on-stick") in cases(world), f"{cases(world)}")
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
    check(not (world.dir / "visit" / "reset").exists(), "the mark lies there before the visit is over")
    technician.pull(stick)
    check(technician.ended() == 0, "the visit did not end well")
    count, row = (world.dir / "visit" / "reset").read_text().split(":")
    check(count == "1" and int(row) > 0, "the mark does not say what was carried: her application, not the record of the visit")
    check((technician.dir / "restarts").read_text().split() == ["reboot"], "the machine is not started again")
    technician.close()


if __name__ == "__main__":
    tell(the_whole_visit, nobody_is_thrown_out, each_bad_stick_is_one_sentence, what_is_no_stick_at_all_says_so,
         it_goes_on_where_it_stood, a_cadre_carries_and_nothing_else, a_box_leaves_the_fleet)
