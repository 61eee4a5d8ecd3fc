#!/usr/bin/env python3
"""A box that cannot open its data, or whose configuration is wrong, says so and whom to call; it is never just dark."""
import pathlib
import subprocess
import tempfile

from closed import ROOT, ClosedBox
from faults import check, end
from world import BIN, BUILD, StoryError

BROKEN = "[kiosk]\nnumber = seven\nplace = 青溪镇便民点\nphone = 0571-1234567\n"
CANNOT = "这台机器现在办不了事"
TOLD_WRONG = 2


def shows(box, why, phone):
    labels = box.screen(box.dir / "screen.png")
    check(f"place = {why}\n" in (box.own / "kiosk.ini").read_text(encoding="utf-8"), f"nobody says why: {why}")  # the bar is drawn, no label
    for words in (CANNOT, phone):
        check(any(words in label for label in labels), f"\"{words}\" is not on the screen: {labels}")


def a_broken_configuration(box):
    (box.dir / "etc/kiosk.ini").write_text(BROKEN, encoding="utf-8")
    (box.dir / "boot/known").write_text("phone=0571-7654321\n")
    shows(box, "配置有错", "0571-1234567")


def a_data_partition_that_does_not_open(box):
    (box.dir / "boot/known").write_text("phone=0571-7654321\n")
    (box.dir / "run/yizhan/closed").write_text("data-locked\n")
    shows(box, "数据盘打不开（TPM）", "0571-7654321")


def a_disk_that_is_gone(box):
    shows(box, "数据盘坏了", "")


def whom_to_call(box):
    for text, number in {BROKEN: "0571-1234567", "[kiosk]\r\nphone=0571 1234567\r\n": "0571 1234567", "phone =": "", "phones = 1": "",
                         "phone = 0571\nplace = x": "0571", "phone = $(reboot)": "", f"phone = {'1' * 32}": "", "phone=+86-571-1": "+86-571-1"}.items():
        (box.dir / "etc/kiosk.ini").write_bytes(text.encode())
        check(box.known("phone") == number, f"{text!r} says {box.known('phone')!r}")


def a_panel_on_its_side(box):
    """Turned and measured as for the kiosk, also when what says so is broken or gone."""
    (box.dir / "etc/kiosk.ini").write_text(BROKEN + "panel_mm = 217x136\n", encoding="utf-8")
    (box.dir / "etc/kiosk.env").write_text("YIZHAN_KIOSK_OPTIONS=--turn 90 --frobnicate --card=/dev/dri/card1\n")
    shows(box, "配置有错", "0571-1234567")
    check(box.options() == ["--turn", "90", "--card", "/dev/dri/card1"], f"it is started with {box.options()}")
    check("\npanel_mm = 217x136\n" in (box.own / "kiosk.ini").read_text(encoding="utf-8"), "it takes the panel for another one")
    (box.dir / "etc/kiosk.ini").unlink()
    (box.dir / "etc/kiosk.env").write_text("YIZHAN_KIOSK_OPTIONS=--turn 45\n")
    (box.dir / "boot/known").write_text("phone=0571-7654321\npanel_mm=217x136\nturn=270\n")
    shows(box, "数据盘坏了", "0571-7654321")
    check(box.options() == ["--turn", "270"], f"it is started with {box.options()}")
    unit = (ROOT / "board/units/yizhan-closed.service").read_text()
    check("kiosk.ini $YIZHAN_CLOSED_OPTIONS\n" in unit and "\nEnvironmentFile=-/run/yizhan-closed/kiosk.env\n" in unit, "its unit does not pass that on")


def how_the_panel_is(box):
    for key, path, text, said in (("turn", "kiosk.env", "YIZHAN_KIOSK_OPTIONS=\"--card /dev/dri/card2 --turn 180\"\r\n", "180"),
                                  ("turn", "kiosk.env", "# --turn 90\nYIZHAN_KIOSK_OPTIONS=--voice log", ""), ("turn", "kiosk.env", "YIZHAN_KIOSK_OPTIONS=--turn 90x", ""),
                                  ("turn", "kiosk.env", "YIZHAN_KIOSK_OPTIONS=--turn=0 *", "0"), ("card", "kiosk.env", "YIZHAN_KIOSK_OPTIONS=--card /etc/passwd", ""),
                                  ("card", "kiosk.env", "YIZHAN_KIOSK_OPTIONS=--card /dev/dri/card2", "/dev/dri/card2"),
                                  ("panel_mm", "kiosk.ini", "panel_mm=344x194\n", "344x194"), ("panel_mm", "kiosk.ini", "panel_mm=344\n", ""),
                                  ("panel_mm", "kiosk.ini", "panel_mm=344x49\n", ""), ("panel_mm", "kiosk.ini", "panel_mm=2001x200\n", ""),
                                  ("panel_mm", "kiosk.ini", "panel_mm=x200\n", ""), ("panel_mm", "kiosk.ini", "panel_mm=1x2x3\n", "")):
        (box.dir / "etc" / path).write_bytes(text.encode())
        check(box.known(key) == said, f"{key} in {text!r}: {box.known(key)!r}")


def told_wrong(box):
    """The kiosk itself says that a new start would be no use, and its unit believes it."""
    config = box.dir / "etc/kiosk.ini"
    models = ["--models", ROOT / "drivers/models.ini"]
    for words, text, said in ((models, BROKEN, "number must be"), (["--turn", "45"], BROKEN, "45 is not a value"), (["--turn", "90x"], BROKEN, "90x is not a value"),
                              (models, None, "kiosk.ini")):
        config.unlink(missing_ok=True)
        if text:
            config.write_text(text, encoding="utf-8")
        left = subprocess.run([BIN / "yizhan-kiosk", "--config", config, "--assets", BUILD / "assets", "--presenter", "memory", *words],
                              capture_output=True, text=True, check=False, timeout=60)
        check(left.returncode == TOLD_WRONG and said in left.stderr, f"{words} with {text!r}: it left with {left.returncode}, {left.stderr!r}")
    unit = (ROOT / "board/units/yizhan-kiosk.service").read_text()
    check(f"\nRestartPreventExitStatus={TOLD_WRONG}\n" in unit and "\nOnFailure=yizhan-closed.service\n" in unit, "its unit tries for ever")


for test in (a_broken_configuration, a_data_partition_that_does_not_open, a_disk_that_is_gone, whom_to_call, a_panel_on_its_side,
             how_the_panel_is, told_wrong):
    with tempfile.TemporaryDirectory(prefix="yizhan-closed-") as folder:
        try:
            test(ClosedBox(folder))
        except (StoryError, subprocess.SubprocessError) as error:
            check(False, f"{test.__name__}: {error}")
end("closed")
