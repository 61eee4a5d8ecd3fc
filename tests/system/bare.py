"""A box without a TPM, a stick on which nobody finds anything, and a box whose configuration is wrong."""
import subprocess
import sys

from citizen import PATIENCE_S, PHONE
from listed import ROOT
from machine import Machine
from start import BOOT_S
from stick import BLANK, Stick

sys.path.insert(0, str(ROOT / "tests/units"))
from closed import ClosedBox  # noqa: E402


class BareParts:
    def bare_parts(self):
        """With a machine of their own: the last of a story, or all of it."""
        return [("a box without a TPM", self.without_tpm), ("a blank stick", self.blank_stick), ("a broken configuration", self.broken_config)]

    def without_tpm(self):
        self.machine.cut_power()
        self.machine = machine = Machine(self.image / "disk.img", self.out / "bare", stand=self.sockets, has_tpm=False)
        machine.start()
        seconds = machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        machine.hand.await_ready(BOOT_S)
        machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        mounted, kib = machine.hand.do("findmnt -n -o SOURCE /var/lib/yizhan; df --output=size /var/lib/yizhan | tail -n 1").split()
        assert mounted.startswith("/dev/vda"), f"{mounted} is mounted"
        assert int(kib) > 1 << 20, f"the data partition has {kib} KiB"
        assert machine.hand.try_do("ls /run/credentials/yizhan-kiosk.service/*")[0] != 0, "keys that no TPM has sealed"
        self.keep_picture("without-a-tpm")
        return f"power to home screen {seconds:.0f} s"

    def blank_stick(self):
        machine = self.machine
        machine.await_still()
        home = self.keep_picture("home")
        stick = Stick(machine, machine.folder / "blank.img", 64, system=BLANK)
        stick.put_in()
        machine.await_line("has no FAT or exFAT on it", PATIENCE_S)
        machine.await_still()
        assert machine.different_pixels(home) > 0, "the screen says nothing"
        self.keep_picture("a-blank-stick")
        stick.pull_out()
        machine.hand.do("while systemctl is-active -q yizhan-visit@sda; do sleep 1; done", PATIENCE_S)

    def broken_config(self):
        """The kiosk does not start with it, but the box says so, and whom to call, the way its panel hangs; with another one it
        serves again."""
        hand, good, env = self.machine.hand, *map(self.machine.hand.do, ("cat /etc/yizhan/kiosk.ini", "cat /etc/yizhan/kiosk.env"))
        broken = good.replace("[kiosk]", f"[kiosk]\nphone = {PHONE}").replace("number = 7", "number = seven")
        self.try_config(broken, f"{env} --turn 180", "Started yizhan-closed.service")
        self.shows_closed("broken-configuration", kiosk_ini=broken, kiosk_env=f"{env} --turn 180", turned=180)
        self.try_config(good, env, "Started yizhan-kiosk.service")
        assert hand.try_do("systemctl is-active yizhan-closed")[0] != 0, "two have the screen"

    def try_config(self, ini, env, said):
        self.machine.forget_lines()
        for name, text in (("kiosk.ini", ini), ("kiosk.env", env)):
            self.machine.hand.write(f"/etc/yizhan/{name}", text + "\n")
        self.machine.hand.try_do("systemctl restart yizhan-kiosk")
        self.machine.await_line(said, PATIENCE_S)

    def shows_closed(self, name, kiosk_ini=None, kiosk_env=None, phone=None, why=None, turned=0):
        """The machine's screen is the one that yizhan-closed's own script makes here of the same."""
        box = ClosedBox(self.out / f"closed-{name}")
        for path, text in ((box.dir / "etc/kiosk.ini", kiosk_ini), (box.dir / "etc/kiosk.env", kiosk_env), (box.dir / "boot/known", phone and f"phone={phone}\n"),
                           (box.dir / "run/yizhan/closed", why)):
            if text:
                path.write_text(text, encoding="utf-8")
        labels = box.screen(box.dir / "screen.png")
        assert any(PHONE in label for label in labels), f"nobody to call: {labels}"
        turned_picture = box.dir / "turned.png"
        subprocess.run(["convert", box.dir / "screen.png", "-rotate", str(turned), turned_picture], check=True)
        self.machine.await_picture(turned_picture, PATIENCE_S)
        self.keep_picture(name)
