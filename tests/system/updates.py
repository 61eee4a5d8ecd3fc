"""Updates in the machine: what is refused, what is taken, and the ways back."""
import functools
import time

from listed import unlisted
from start import BOOT_S
from stick import Stick
from versions import DEAD, HUNG, Versions

INSTALL_S = 900


class UpdateParts:
    def update_parts(self):
        return [("the list of what is in it", self.list_is_whole), ("bundles that are refused", self.refused), ("an update", self.update), ("a second update on trial", self.refused_on_trial),
                ("the update is good", self.update_is_good), ("four power cuts", self.power_cuts), ("an update that cannot be read", self.unreadable),
                ("a start like any other, and the link is back", self.later_start)]

    def fallback_parts(self):
        return [("a version whose kiosk is dead", self.dead_version), ("a version whose kiosk hangs", self.hung_version)]

    @functools.cached_property
    def versions(self):
        return Versions(self.out / "versions")

    # ---- bundles on a stick ----

    def install(self, bundle):
        """RAUC's status and words, from a stick."""
        stick = Stick(self.machine, self.machine.folder / f"{bundle.parent.name}.img", 64 + (bundle.stat().st_size >> 20), bundle.parent)
        stick.put_in()
        hand = self.machine.hand
        hand.do("until [ -b /dev/sda ]; do sleep 0.2; done; mkdir -p /run/stick; mount -o ro /dev/sda /run/stick")
        before = time.monotonic()
        status, told = hand.try_do("rauc install /run/stick/update.raucb", INSTALL_S)
        self.install_s = time.monotonic() - before
        hand.do("umount /run/stick")
        stick.pull_out()
        return status, told + hand.do("journalctl -u rauc -o cat -n 20")

    def list_is_whole(self):
        strange = unlisted(self.versions.tree, self.image)
        assert not strange, f"packages.txt does not account for {strange[:10]}"

    def refused(self):
        before = self.inside_boot_words()
        for bundle, said in ((self.versions.bundle("0.0.9"), "older than"),
                             (self.versions.bundle("9.9.9", ca=self.versions.another_fleet()), "signature verification failed")):
            status, told = self.install(bundle)
            assert status != 0 and said in told, f"{bundle.parent.name}: {status}, without \"{said}\": {told[-600:]}"
        assert self.inside_boot_words() == before, "a refused bundle changed what starts"

    # ---- a good one ----

    def queue(self):
        """What the outbox holds, to be the same before and after."""
        return self.machine.hand.do("yizhanctl queue list")

    def restart(self):
        """By itself, until the kiosk's screen is up again."""
        self.machine.forget_lines()
        self.machine.hand.tell("systemctl --no-block start reboot.target")  # it takes the hand with it
        seconds = self.machine.await_line("Started yizhan-kiosk.service", 4 * BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        return seconds

    def update(self):
        queue = self.queue()
        status, told = self.install(self.versions.bundle("0.2.0", self.versions.slot("0.2.0")))
        assert status == 0, f"the update was not installed: {told[-600:]}"
        assert self.inside_boot_words()["ORDER"] == "B A", "the boot loader was not told"
        assert self.booted_slot() == "A" and self.queue() == queue, "installing disturbed what runs"
        self.update_s, self.update_restart_s = self.install_s, self.restart()
        assert (self.booted_slot(), self.installed_version()) == ("B", "0.2.0"), "the new version does not run"
        assert self.queue() == queue, "the outbox is another after the update"
        return f"written in {self.update_s:.0f} s, on the screen {self.update_restart_s:.0f} s after the restart"

    def refused_on_trial(self):
        status, told = self.install(self.versions.bundle("0.2.1"))
        assert status != 0 and "still on trial" in told, f"{status}: {told[-600:]}"

    def update_is_good(self):
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        words = self.inside_boot_words()
        assert (words["ORDER"], words["B_GOOD"], words["B_STARTS"], words["A_GOOD"]) == ("B A", "1", "0", "1"), f"the boot loader was told {words}"
        assert self.machine.hand.do("cat /var/lib/yizhan/rauc/last-update") == "good 0.2.0"
        self.keep_picture("updated")

    # ---- the ways back ----

    def dead_version(self):
        return self.fall_back("0.2.5", DEAD)

    def hung_version(self):
        return self.fall_back("0.2.6", HUNG)

    def fall_back(self, version, files):
        """Three starts by itself, then the version before, which says so."""
        self.machine.hand.do("until [ -e /run/yizhan/healthy ]; do sleep 1; done", BOOT_S)
        queue, slot, before = self.queue(), self.booted_slot(), self.installed_version()
        status, told = self.install(self.versions.bundle(version, self.versions.slot(version, files)))
        assert status == 0, f"the update was not installed: {told[-600:]}"
        self.machine.forget_lines()
        self.machine.hand.tell("systemctl --no-block start reboot.target")
        past = self.machine.forget_until(f"rauc.slot={slot}", 4 * BOOT_S)
        seconds = self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        assert (self.booted_slot(), self.installed_version()) == (slot, before), "not the version before"
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        tries = sum("rauc.slot=" in line and "Kernel command line" in line for line in past)
        assert tries == 3, f"the version was given {tries} starts"
        assert "did not become healthy" in self.machine.hand.do("journalctl -p err -o cat -u yizhan-healthy"), "the fall back is silent"
        assert self.queue() == queue, "the outbox is another after the fall back"
        self.keep_picture(f"fell-back-from-{version}")
        return f"back after {seconds:.0f} s and {tries} starts"

    def power_cuts(self):
        """Four starts cut off before they could be healthy do not throw a good version out."""
        self.machine.cut_power()
        for _ in range(4):
            self.machine.start()
            self.machine.await_line("rauc.slot=", BOOT_S)
            assert any("rauc.slot=B" in line for line in self.machine.lines()), "a power cut changed the slot"
            self.machine.cut_power()
        return f"{self.machine.boot_words()['B_STARTS']} starts counted"

    def unreadable(self):
        """An update whose slot cannot even be read: three starts, then the version before, by itself."""
        self.machine.spoil_partition("yizhan-a")
        self.machine.boot_words("ORDER=A B", "A_OK=1", "A_TRY=0", "A_STARTS=0", "A_GOOD=0", "B_STARTS=0")
        self.machine.start()
        seconds = self.machine.await_line("Started yizhan-kiosk.service", 2 * BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        assert self.booted_slot() == "B", "not the version before"
        self.machine.cut_power()
        words = self.machine.boot_words()
        assert words["A_STARTS"] == "3", f"the new slot was given {words['A_STARTS']} starts"
        return f"back after {seconds:.0f} s"

    def later_start(self):
        """After everything: a start like any other, and what waited is sent."""
        self.machine.start()
        self.later_start_s = self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        assert self.booted_slot() == "B", "the version that was good is not started"
        self.delivered()
        return f"power to home screen {self.later_start_s:.0f} s"
