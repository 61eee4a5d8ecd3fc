"""What the machine costs, measured inside and outside: one table, and build/system/numbers.json."""
import json
import re
import shutil

from stick import Stick

IDLE_S = 30


class NumberParts:
    def number_parts(self):
        return [("numbers", self.numbers)]

    def numbers(self):
        hand, image = self.machine.hand, self.image
        hand.do("systemctl is-active yizhan-kiosk")
        boot = parts_of_boot(hand.do("systemd-analyze time --no-pager | head -n 1"))
        kms = self.kms()
        table = [("power to home screen, first start", self.first_start_s, "s"), *self.update_numbers(),
                 *[(f"the newest start: {name}", value, "s") for name, value in boot.items()],
                 ("whole frame to the card", kms["whole_ms"], "ms"), ("a button of it", kms["button_ms"], "ms"),
                 ("idle wake-ups of the kiosk", self.wakeups_a_second(), "/s"),
                 ("slot", (image / "slot.squashfs").stat().st_size / 2**20, "MiB"), ("disk", (image / "disk.img").stat().st_size / 2**20, "MiB")]
        (self.out / "numbers.json").write_text(json.dumps([{"name": name, "value": round(value, 3), "unit": unit} for name, value, unit in table],
                                                          ensure_ascii=False, indent=1))
        for name, value, unit in table:
            print(f"    {name:42} {value:10.2f} {unit}")
        return f"{kms['width']}x{kms['height']} on virtio-gpu, under TCG"

    def update_numbers(self):
        """When that chapter was told."""
        names = {"later_start_s": "power to home screen, later starts", "update_s": "update: written",
                 "update_restart_s": "update: from the restart to the screen"}
        return [(words, getattr(self, name), "s") for name, words in names.items() if hasattr(self, name)]

    def wakeups_a_second(self):
        """Voluntary context switches of all its threads while nobody is there: each is a sleep that ended."""
        count = ("cat /proc/$(systemctl show -p MainPID --value yizhan-kiosk)/task/*/status | while read -r key value _; do"
                 " [ $key != voluntary_ctxt_switches: ] || echo $value; done")
        hand = self.machine.hand
        told = hand.do(f"{count}; echo then; sleep {IDLE_S}; {count}")
        before, after = (sum(map(int, part.split())) for part in told.split("then"))
        return (after - before) / IDLE_S

    def kms(self):
        """A small program on a stick draws on the card while the kiosk rests."""
        folder = self.out / "bench"
        folder.mkdir()
        shutil.copy(self.programs / "bench_kms", folder)
        stick, hand = Stick(self.machine, self.machine.folder / "bench.img", 64, folder), self.machine.hand
        stick.put_in()
        hand.do("until [ -b /dev/sda ]; do sleep 0.2; done; mkdir -p /run/stick; mount -o ro /dev/sda /run/stick; cp /run/stick/bench_kms /run/; umount /run/stick")
        stick.pull_out()
        hand.do("systemctl stop yizhan-kiosk")
        try:
            return json.loads(hand.do("HOME=/run /run/bench_kms /dev/dri/card0").splitlines()[-1])
        finally:
            hand.do("systemctl start yizhan-kiosk")


def parts_of_boot(line):
    """systemd-analyze: "... in 6.370s (kernel) + 55.321s (userspace) = ..."."""
    return {name: seconds(span) for span, name in re.findall(r"((?:\d+min )?[\d.]+m?s) \((\w+)\)", line)}


def seconds(span):
    minutes, rest = re.search(r"(\d+)min", span), re.search(r"([\d.]+)(m?)s", span)
    return (int(minutes[1]) * 60 if minutes else 0) + float(rest[1]) / (1000 if rest[2] else 1)
