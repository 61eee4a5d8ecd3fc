"""Visits with a stick in the machine: the real yizhan-visit on both sides, and a technician's finger on the glass."""
import json
import shutil

from citizen import PATIENCE_S
from start import BOOT_S
from stick import EXFAT, FAT, Stick
from updates import INSTALL_S
from visitor import Visitor

NEW = "0.5.0"
SECTOR = 512


class VisitParts:
    def visit_parts(self):
        return [("a technician's visit", self.visit), ("what the visit installed is good", self.visit_is_good)]

    def leaving_parts(self):
        return [("a box leaves the fleet", self.leave), ("and begins anew", self.begin_anew)]

    # ---- one insertion ----

    def insert(self, stick, folder):
        """At the machine first: it copies and checks, while the twin would ask for the PIN at once."""
        (self.technician.dir / "os-release").write_text(f"VERSION_ID={self.installed_version()}\n")
        self.twin.wait("attract")
        self.machine.forget_lines()
        stick.put_in()
        self.machine.await_line("visit: visit: begin", INSTALL_S)
        self.technician.insert(folder)
        self.technician.type_pin()
        self.twin.wait("technician-plan")
        self.twin.agree("the plan")

    def take(self, stick, folder):
        """Once both screens say so."""
        self.machine.await_line("visit: visit: end", INSTALL_S)
        self.twin.wait("technician-take")
        self.twin.agree("the stick may be taken")
        self.machine.forget_lines()
        stick.pull_out()
        self.technician.pull(folder)
        assert self.technician.ended() == 0, "the twin's visit did not end well"

    def self_test(self):
        """The camera of each sees the slip that its own printer made."""
        twin = self.twin
        twin.wait("technician-test", text="试读卡")
        twin.agree("the card's turn")
        twin.stand.ask(do="card", person="wang-xiulan")
        twin.wait("technician-test", text="试扫码")
        twin.agree("the camera's turn")  # the machine has read the card as well
        twin.stand.ask(do="card", person=None)
        for stand, whose in ((twin.own_stand, "twin"), (self.hands, "machine")):
            slip = str(self.out / f"test-slip-{whose}.png")
            stand.ask(do="receipt", save=slip)
            stand.ask(do="camera", image=slip)
        twin.wait("technician-test", text="试触摸")
        twin.agree("the panel's turn")
        twin.stand.ask(do="camera", image=None)
        for field in range(9):
            twin.tap(f"field:{field}")
        twin.wait("technician-test", text="试声音")
        twin.tap("yes")

    def visit(self):
        """One stick, one insertion: PIN, plan, update, courier, self-test, slip, logs, and only then it may be taken."""
        if self.twin.platform:
            self.twin.sync_once()  # the machine has done so
        bundle = self.versions.bundle(NEW, self.versions.slot(NEW))
        shutil.copy(bundle, self.technician.dir / "bundle")
        folder = self.technician.stick("--kiosks", "1-20", bundle=NEW)
        stick = Stick(self.machine, self.machine.folder / "visit.img", 160 + (bundle.stat().st_size >> 20), folder, system=FAT)
        before = self.booted_slot()
        self.insert(stick, folder)
        self.twin.tap("start")
        self.machine.await_line("visit: selftest: begin", INSTALL_S)
        self.self_test()
        self.take(stick, folder)
        self.hands.ask(do="receipt", save=str(self.out / "service-slip.png"))
        seconds = self.machine.await_line("Started yizhan-kiosk.service", 2 * BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        assert self.booted_slot() != before and self.installed_version() == NEW, "the new version does not run"
        self.twin.kiosk_down()  # started anew, as the machine is
        self.twin.kiosk_up()
        told = json.loads(stick.text("yizhan-visits/0007/visit.json"))
        assert {step["outcome"] for step in told["steps"]} <= {"done", "skipped"}, f"the stick tells {told['steps']}"
        self.machine.hand.do("yizhan-visit log")  # and checks its chain
        return f"on the screen {seconds:.0f} s after the stick was taken"

    def visit_is_good(self):
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        assert self.machine.hand.do("cat /var/lib/yizhan/rauc/last-update") == f"good {NEW}"

    # ---- the last visit ----

    def exfat(self, folder):
        """The machine itself copies onto it, while its own rule for sticks looks away."""
        hand, visits = self.machine.hand, "yizhan-visit@sda.service yizhan-visit@sdb.service"
        stick = Stick(self.machine, self.machine.folder / "leave.img", 128, system=EXFAT)
        source = Stick(self.machine, self.machine.folder / "leave-source.img", 64, folder)
        hand.do(f"systemctl mask -q --runtime {visits}")
        for each, node in ((stick, "/dev/sda"), (source, "/dev/sdb")):
            each.put_in()
            hand.do(f"until [ -b {node} ]; do sleep 0.2; done")
        hand.do("mkdir -p /run/from /run/to; mount -t exfat /dev/sda /run/to; mount -o ro /dev/sdb /run/from")
        hand.do("cp -r /run/from/* /run/to/; rm -r /run/to/lost+found; umount /run/to /run/from")
        for each in (source, stick):
            each.pull_out()
        hand.do(f"systemctl unmask -q --runtime {visits}")
        return stick

    def leave(self):
        """By a stick for this box alone: what waits is carried away, then no key opens the disk any more."""
        if self.twin.platform:
            self.cut_link()
        visitor = Visitor(self.twin)
        visitor.renew_pension()
        visitor.arrive("saved", text="请拿好身份证和小票")
        visitor.leave()
        folder = self.technician.stick("--kiosks", "7", "--actions", "courier,reset", name="leave")
        stick = self.exfat(folder)
        self.old_header = self.machine.luks()
        old_key = self.machine.key_bytes(self.old_header)
        assert len(self.old_header["keyslots"]) == 1, f"one key was expected: {self.old_header['keyslots']}"
        self.insert(stick, folder)
        self.twin.tap("start")
        self.take(stick, folder)
        self.machine.await_off(2 * BOOT_S)
        assert self.machine.luks()["keyslots"] == {}, "the header still names keys"
        key = self.machine.key_bytes(self.old_header)
        kept = sum(key[at:at + SECTOR] == old_key[at:at + SECTOR] and any(old_key[at:at + SECTOR]) for at in range(0, len(key), SECTOR))
        assert kept == 0, f"{kept} sectors of the old key are still there"

    def begin_anew(self):
        """The next start makes a fresh store, which the old key has nothing to do with."""
        self.machine.start()
        self.machine.await_line("Mounted var-lib-yizhan.mount", BOOT_S)
        self.machine.await_line("Reached target local-fs.target", BOOT_S)
        self.machine.cut_power()
        header = self.machine.luks()
        assert [token["type"] for token in header["tokens"].values()] == ["systemd-tpm2"] and len(header["keyslots"]) == 1, \
            f"the fresh store is not the TPM's: {header}"
        assert header["digests"] != self.old_header["digests"], "the fresh store has the old key"
