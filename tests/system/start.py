"""From power on to a healthy box: the screen, the devices, what stays out, and what it costs."""
import re

from stick import FAT, Stick

BOOT_S = 900  # TCG on a busy machine; a free one takes 60


class StartParts:
    def start_parts(self):
        return [("first start", self.first_start), ("data encrypted, keys in the TPM", self.sealed_by_the_tpm),
                ("reader, printer and camera over usb-redir", self.devices), ("a visitor's keyboard", self.visitors_keyboard),
                ("healthy", self.healthy)]

    def first_start(self):
        self.machine.start()
        self.first_start_s = self.machine.await_line("Started yizhan-kiosk.service", BOOT_S)
        self.machine.hand.await_ready(BOOT_S)
        return f"power to home screen {self.first_start_s:.0f} s, with the data partition encrypted on the way"

    def sealed_by_the_tpm(self):
        """At the first start: LUKS2 in place, its key and the kiosk's in the (software) TPM and nowhere else."""
        hand = self.machine.hand
        dump = hand.do("cryptsetup luksDump /dev/yizhan/data")
        assert "systemd-tpm2" in dump and "reencrypt" not in dump, f"the data partition is not the TPM's: {dump}"
        assert re.search(r"Keyslots:\s+\d+: luks2\s.*Tokens:", dump, re.S) and len(re.findall(r"^  \d+: luks2$", dump, re.M)) == 1, \
            f"more than the TPM opens it: {dump}"
        mounted = hand.do("findmnt -n -o SOURCE /var/lib/yizhan")
        assert mounted.startswith("/dev/mapper/"), f"{mounted} is mounted"
        names = hand.do("ls /run/credentials/yizhan-kiosk.service").split()
        assert set(names) == {"device.secret", "signing.key"}, f"the kiosk was given {names}"

    def devices(self):
        """Card reader, printer and camera as USB devices of the machine: let in by the rules, opened by the unmodified drivers."""
        self.machine.await_line("arrived: SAM_V ID card reader by sam", BOOT_S)
        self.machine.await_line("arrived: ESC/POS receipt printer by escpos", BOOT_S)
        self.machine.await_line("arrived: Document camera by v4l2", BOOT_S)

    def visitors_keyboard(self):
        """A keyboard in the socket: the kernel names it and lets it go no further. A stick gets in, as a disk, and is told that it is
        none of the fleet's."""
        self.machine.qmp.ask("device_add", driver="usb-kbd", id="keyboard", bus="usb.0")
        self.machine.await_line("Product: QEMU USB Keyboard", BOOT_S)
        stick = Stick(self.machine, self.machine.folder / "empty.img", 64, system=FAT)
        stick.put_in()
        self.machine.await_line("USB Mass Storage device detected", BOOT_S)
        self.machine.await_line("visit: refused: there is no visit.cms on it", BOOT_S)
        self.machine.await_still()
        self.keep_picture("a-visitors-stick")
        assert not any("USB Keyboard" in line and "input:" in line for line in self.machine.lines()), "the keyboard may type"
        stick.pull_out()
        self.machine.hand.do("while systemctl is-active -q yizhan-visit@sda1; do sleep 1; done")
        self.machine.qmp.ask("device_del", id="keyboard")

    def healthy(self):
        seconds = self.machine.await_line("Finished yizhan-healthy.service", BOOT_S)
        words = self.inside_boot_words()
        assert (words["A_GOOD"], words["A_STARTS"]) == ("1", "0"), f"the boot loader was told {words}"
        return f"after {seconds:.0f} s"

    def inside_boot_words(self):
        told = self.machine.hand.do("grub-editenv /boot/efi/yizhan/grubenv list")
        return dict(line.split("=", 1) for line in told.splitlines() if "=" in line)

    def booted_slot(self):
        return re.search(r"rauc\.slot=([AB])", self.machine.hand.do("cat /proc/cmdline"))[1]

    def installed_version(self):
        return re.search(r"^VERSION_ID=(.*)$", self.machine.hand.do("cat /etc/os-release"), re.M)[1]
