#!/usr/bin/env python3
"""./dev run: the kiosk in a window, and a small panel of what hands and weather do to it."""
import argparse
import pathlib
import signal
import sys
import tkinter as tk

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from world import BIN, Program, StoryError, World  # noqa: E402

SYNC = BIN / "yizhan-sync"
MARGIN_PX = 20
TEXT_PX = 270  # narrow enough to stand beside the kiosk on a screen of 1280


class Panel:
    def __init__(self, world):
        self.world = world
        self.window = tk.Tk()
        self.window.title("驿站 · 设备")
        self.says = tk.StringVar(value="place a card, or break something")
        self.build()
        self.window.update_idletasks()  # the kiosk's window is centred: stand at the right edge
        self.window.geometry(f"-{MARGIN_PX}+{MARGIN_PX}")
        self.window.after(500, self.look)

    def section(self, title):
        frame = tk.LabelFrame(self.window, text=title, padx=6, pady=4)
        frame.pack(fill="x", padx=8, pady=4)
        return frame

    def button(self, frame, text, **command):
        tk.Button(frame, text=text, anchor="w", justify="left", wraplength=TEXT_PX, command=lambda: self.do(**command)).pack(fill="x")

    def build(self):
        cards = self.section("ID card")
        for person in self.world.stand.ask(do="people")["people"]:
            self.button(cards, person["note"], do="card", person=person["id"])
        self.button(cards, "take the card away", do="card", person=None)
        printer = self.section("printer")
        for text, state in (("paper is there", {"paper": "ok"}), ("paper near its end", {"paper": "near"}),
                            ("paper out", {"paper": "out"}), ("open the cover", {"cover": "open"}),
                            ("close the cover", {"cover": "closed"})):
            self.button(printer, text, do="printer", **state)
        tk.Button(printer, text="hold the receipt before the camera", anchor="w", command=self.show_receipt).pack(fill="x")
        cables = self.section("cables")
        for device in ("idcard", "printer", "camera"):
            row = tk.Frame(cables)
            row.pack(fill="x")
            tk.Button(row, text=f"unplug {device}", command=lambda d=device: self.do(do="unplug", device=d)).pack(side="left")
            tk.Button(row, text="plug in", command=lambda d=device: self.do(do="plug", device=d)).pack(side="left")
        link = self.section("link to the county")
        tk.Button(link, text="link up", anchor="w", command=self.link_up).pack(fill="x")
        tk.Button(link, text="link down", anchor="w", command=self.link_down).pack(fill="x")
        tk.Label(self.window, textvariable=self.says, wraplength=TEXT_PX, justify="left").pack(fill="x", padx=8, pady=8)

    def guard(self, action):
        try:
            self.says.set(action() or "done")
        except (StoryError, OSError) as error:
            self.says.set(str(error))

    def do(self, **command):
        self.guard(lambda: str(self.world.stand.ask(**command) or "done"))

    def show_receipt(self):
        picture = str(self.world.dir / "receipt.png")

        def action():
            self.world.stand.ask(do="receipt", save=picture)
            self.world.stand.ask(do="camera", image=picture)
        self.guard(action)

    def link_up(self):
        self.guard(lambda: self.world.platform or self.world.platform_up())

    def link_down(self):
        self.guard(lambda: self.world.platform and self.world.platform_down())

    def look(self):
        if self.world.stand_program.poll() is not None:
            self.window.destroy()
        else:
            self.window.after(500, self.look)


def main():
    parser = argparse.ArgumentParser(description="The kiosk in a window, with a panel of devices beside it.")
    parser.add_argument("--size", default="540x960", help="pixels of the window (default: half a 21.5 inch portrait panel)")
    options = parser.parse_args()
    world = World()
    world.has_fleet = True  # where ratings go
    sync = None
    try:
        world.platform_up()
        world.write_config()
        world.sync_once()
        sync = Program("yizhan-sync", [SYNC, "--config", world.config], world.dir / "logs" / "sync.log", world.environment)
        world.kiosk_up("window", options.size)
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        Panel(world).window.mainloop()
    except StoryError as error:
        print(f"./dev run: {error}", file=sys.stderr)
        return 1
    finally:
        if sync:
            sync.stop()
        world.close()
    return 0


sys.exit(main())
