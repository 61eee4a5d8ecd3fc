"""The units that nobody sees at work: errors kept, the clock mended, an update by network, the TPM at every start."""
import shutil
import subprocess
import sys

from citizen import PATIENCE_S, PHONE
from listed import ROOT
from start import BOOT_S
from updates import INSTALL_S
from versions import CA

sys.path.insert(0, str(ROOT / "tests/fleet"))
from web import web_server  # noqa: E402

NEW = "0.4.0"
HOUR_MS = 3600 * 1000


class UnitParts:
    def unit_parts(self):
        return [("errors are kept", self.errors_kept), ("the clock by the platform's word", self.clock_mended),
                ("an update by network", self.network_update), ("errors outlive the journal", self.errors_outlive)]

    def tpm_parts(self):
        return [("pulled plugs are no wrong guesses", self.pulled_plugs), ("a second start with its TPM", self.second_start), ("a start without its TPM", self.lost_tpm)]

    def errors_kept(self):
        hand = self.machine.hand
        hand.do("systemctl is-active yizhan-log; echo '<3>yizhan: the lantern is out 13800001234' >/dev/kmsg")
        self.twin.until(lambda: "the lantern is out" in hand.do("cat /var/lib/yizhan/log/errors"), "no error is kept", PATIENCE_S)
        assert "13800001234" not in hand.do("cat /var/lib/yizhan/log/errors"), "a telephone number is kept"

    def errors_outlive(self):
        assert "the lantern is out" in self.machine.hand.do("cat /var/lib/yizhan/log/errors"), "the errors are gone with the journal"

    def clock_mended(self):
        """By what yizhan-sync noted, where no time server answers; an hour on, and back."""
        hand = self.machine.hand
        for offset_ms in (HOUR_MS, -HOUR_MS):
            before = int(hand.do("date +%s"))
            hand.do(f"echo {offset_ms} $(date +%s%3N) >/var/lib/yizhan/store/time.platform; systemctl start yizhan-clock")
            moved_s = int(hand.do("date +%s")) - before
            assert abs(moved_s - offset_ms // 1000) < 60, f"the clock went {moved_s} s"
            assert hand.try_do("test -e /var/lib/yizhan/store/time.platform")[0] != 0, "the note was said of the clock before"

    # ---- the TPM ----

    def pulled_plugs(self):
        """This TPM opens nothing after three that were pulled while it was in use."""
        for _ in range(3):
            self.machine.cut_power()
            self.machine.start()
            self.machine.await_line("Mounted var-lib-yizhan.mount", BOOT_S)

    def second_start(self):
        """Nothing is encrypted again, no key is changed."""
        before = self.machine.luks()
        self.machine.cut_power()
        self.machine.start()
        seconds = self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        assert self.machine.luks() == before, "the header of the data partition is another after a start"
        return f"power to home screen {seconds:.0f} s"

    def lost_tpm(self):
        """Another TPM, as after a change of the board: nothing opens, nothing is destroyed; with its own all is there again."""
        before = self.machine.luks()
        keys = self.machine.key_bytes(before)
        self.machine.cut_power()
        own = self.machine.folder / "tpm"
        own.rename(self.machine.folder / "tpm.own")
        self.machine.start()
        self.machine.await_line("the TPM does not open the data partition", BOOT_S)
        self.machine.await_line("yizhan-kiosk[", BOOT_S)  # started by emergency.service, to say so
        self.shows_closed("another-tpm", phone=PHONE, why="data-locked")
        self.machine.cut_power()
        shutil.rmtree(own)
        (self.machine.folder / "tpm.own").rename(own)
        assert (self.machine.luks(), self.machine.key_bytes(before)) == (before, keys), "a box that cannot open its data changes it"
        self.machine.start()
        self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)

    # ---- by network ----

    def network_update(self):
        """From a web server on the host: fetched, checked, written and started at night, and good."""
        hand, before = self.machine.hand, self.booted_slot()
        bundle = self.versions.bundle(NEW, self.versions.slot(NEW))
        subprocess.run([ROOT / "board/rauc/release", "--ca", CA, "--bundle", bundle, "--ring", "canary=2026-01-01", "--out", self.out / "www"],
                       check=True, stdout=subprocess.DEVNULL)
        web = web_server(self.out / "www")
        try:
            hand.do(f"printf '[update]\\nurl = http://10.0.2.2:{web.server_port}/updates\\nring = canary\\n' >>/etc/yizhan/kiosk.ini;"
                    " systemctl restart yizhan-sync")
            self.machine.await_line("fetching -> ready", INSTALL_S)
        finally:
            web.shutdown()
            web.server_close()
        hand.do("date -s 'tomorrow 03:00'")
        self.machine.forget_lines()
        hand.do("systemctl start --no-block yizhan-update")
        seconds = self.machine.await_line("Started yizhan-kiosk.service", INSTALL_S + BOOT_S)
        hand.await_ready(BOOT_S)
        assert self.booted_slot() != before and self.installed_version() == NEW, "the new version does not run"
        self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        assert hand.do("cat /var/lib/yizhan/rauc/last-update") == f"good {NEW}"
        return f"{web.served >> 20} MiB fetched; written, started and on the screen in {seconds:.0f} s"
