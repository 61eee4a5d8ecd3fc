"""A citizen at the machine, and the same citizen at its twin.

The twin is the same kiosk program beside the machine, on its own screen in memory, with the same forms and the same cards.
She reads the twin's screen and does each thing twice: there, and with a finger on the machine's glass. After each screen
both must show the same picture; so the machine's screen is never read, only compared, pixel by pixel. (What their cameras
see, and saw for the photo, is not: each has its own.)
"""
import json
import pathlib
import subprocess
import time

from stick import Stick
from technician import Technician
from versions import CA
from visitor import PENSION_ANSWERS, PORTRAIT, Visitor
from world import CTL, StoryError, World

ROOT = pathlib.Path(__file__).resolve().parents[2]
PENSION = "养老金领取资格认证"
PHONE = "0571-1234567"
PATIENCE_S = 300
OWN_CAMERA = ("preview", "photo")
SETTLE_S = 0.6  # what has only just come takes no taps
AGREE_S = 45  # a screen that nobody touches goes home after a minute
# The glass counts 32768 steps across, the twin pixels: what is drawn by finger may differ by as much at its edges.
DRAWN_PIXELS = 4000


class Both:
    """Two that are told the same."""

    def __init__(self, twin, tell_machine):
        self.twin, self.tell_machine = twin, tell_machine

    def ask(self, wait_s=60, **command):
        answer = self.twin.ask(wait_s=wait_s, **command)
        self.tell_machine(command)
        return answer


class Twin(World):
    def __init__(self, folder, machine, hands, keep_picture):
        super().__init__(folder, number=7)
        self.machine, self.hands, self.keep_picture = machine, hands, keep_picture
        self.pictures, self.last_screen = 0, None

    def kiosk_up(self, **options):
        super().kiosk_up(models=ROOT / "tests/system/box/models.ini", **options)
        self.own_kiosk, self.own_stand = self.kiosk, self.stand
        self.kiosk = Both(self.own_kiosk, self.on_the_glass)
        self.stand = Both(self.stand, self.on_the_stand)

    def on_the_stand(self, command):
        if command["do"] in ("card", "camera"):
            self.hands.ask(**command)

    def on_the_glass(self, command):
        if command["do"] == "stroke":
            x, y, width, height = self.node(command["on"])["rect"]
            unit = min(width, height) / 10000
            time.sleep(SETTLE_S)
            self.machine.stroke([(x + px * unit, y + py * unit) for px, py in command["points"]])

    def node(self, on):
        nodes = self.own_kiosk.ask(do="tree")["tree"]["nodes"]
        found = [node for node in nodes if on in (node["id"], node["label"]) and node["rect"][2] > 0]
        if not found:
            raise StoryError(f"nothing to touch is called {on}: {[node['label'] for node in nodes][:8]}")
        return next((node for node in found if node["role"] in ("button", "option", "tick", "pad", "field")), found[0])

    def tap(self, on):
        if on in ("agree", "submit"):
            self.read_on(on)
        x, y, width, height = self.node(on)["rect"]
        self.agree(f"before {on}")
        super().tap(on)
        time.sleep(SETTLE_S)  # the same picture is there, but nobody says since when
        self.machine.touch(x + width / 2, y + height / 2)

    def agree(self, when):
        """Waits until the machine shows what the twin shows."""
        theirs, deadline = self.dir / "twin.png", time.monotonic() + AGREE_S
        while True:
            self.own_kiosk.ask(do="shot", file=str(theirs))
            tree = self.own_kiosk.ask(do="tree")["tree"]
            is_drawn_on = any(node["role"] == "pad" for node in tree["nodes"])
            differs = self.machine.different_pixels(theirs, [node["rect"] for node in tree["nodes"] if node["id"] in OWN_CAMERA])
            if 0 <= differs <= (DRAWN_PIXELS if is_drawn_on else 0):
                self.pictures += 1
                if tree["screen"] != self.last_screen:
                    self.last_screen = tree["screen"]
                    self.keep_picture(tree["screen"])
                return
            if time.monotonic() > deadline:
                ours = self.dir / "machine.png"
                self.machine.screenshot(ours)
                raise StoryError(f"{when}: {differs} pixels differ between {ours} and {theirs}")
            time.sleep(0.5)

    def write_config(self):
        super().write_config()
        self.config.write_text(self.config.read_text(encoding="utf-8").replace("[kiosk]\n", f"[kiosk]\nphone = {PHONE}\n"), encoding="utf-8")
        (self.dir / "office").mkdir(exist_ok=True)
        office = subprocess.run([CTL, "courier", "key", self.dir / "office"], check=True, capture_output=True, text=True).stdout.split()[-1]
        with open(self.config, "a", encoding="utf-8") as config:
            config.write(f"\n[courier]\noffice_key = {office}\n")

    def machine_config(self, secrets="/run/credentials/yizhan-kiosk.service"):
        """The twin's own, with the machine's folders and the platform as QEMU's user network names it."""
        text = self.config.read_text(encoding="utf-8").replace("127.0.0.1", "10.0.2.2").replace(f"{CA}/ca.pem", "/etc/rauc/keyring.pem")
        text = text.replace(str(self.dir / "bench/pin.key"), "/etc/yizhan/pin.key")
        return text.replace(f"{self.dir}/store", "/var/lib/yizhan/store").replace(str(self.secrets or self.dir / "secrets"), secrets)


class CitizenParts:
    twin, applied = None, 0

    def enrol_parts(self):
        return [("enrolment", self.enrol), ("the same picture on kms and memory", self.same_picture)]

    def citizen_parts(self):
        return [("from card to receipt", self.apply), ("a hung kiosk", self.hung), ("carried away on a stick", self.carry)]

    def close_citizen(self):
        if self.twin:
            self.twin.close()

    def status(self):
        return json.loads(self.machine.hand.do("yizhanctl status --json"))

    def sync_once(self):
        """Now, instead of when it is due."""
        self.machine.hand.try_do("systemctl stop yizhan-sync; systemd-run -q --wait -p User=yizhan-sync -p Group=yizhan -p UMask=0007"
                                 " yizhan-sync --once; systemctl start yizhan-sync", PATIENCE_S)

    def cut_link(self):
        """Both know that the platform is gone, and say so on their screens."""
        self.twin.platform_down()
        self.twin.sync_once()
        self.sync_once()

    def enrol(self):
        """Forms, the county's key and the same device secret for machine and twin; then the platform is gone."""
        hand = self.machine.hand
        twin = self.twin = Twin(self.out / "twin", self.machine, self.hands, self.keep_picture)
        twin.keep_secrets_apart()
        for name in ("device.secret", "signing.key"):
            (twin.secrets / name).write_bytes(hand.read(f"/run/credentials/yizhan-kiosk.service/{name}"))
            (twin.secrets / name).chmod(0o600)
        twin.platform_up()
        twin.write_config()
        self.technician = Technician(twin, ca=CA)
        _, counts = twin.sync_once()
        hand.write("/etc/yizhan/pin.key", self.technician.pin_key.read_text())
        hand.write("/etc/yizhan/kiosk.ini", twin.machine_config())
        hand.do("chmod 600 /etc/yizhan/pin.key")
        hand.do("systemctl restart yizhan-kiosk")
        self.sync_once()
        twin.until(lambda: self.status()["forms"]["offered"] == counts["forms_now"], "the forms did not come", PATIENCE_S)
        self.cut_link()
        twin.until(lambda: all(f"{name} ready" in hand.do("cat /var/lib/yizhan/store/devices") for name in ("idcard", "printer", "touch", "camera")),
                   "the devices do not answer the new kiosk", PATIENCE_S)
        assert self.status()["links"]["platform"]["state"] == twin.ctl("status")["links"]["platform"]["state"] == "down"
        return f"{counts['forms_now']} forms"

    def same_picture(self):
        """The kms presenter on virtio-gpu draws what the memory presenter draws, pixel by pixel."""
        self.twin.kiosk_up()
        self.twin.wait("attract")
        self.twin.agree("at the first screen")
        return "0 pixels differ"

    def apply(self):
        visitor = Visitor(self.twin, portrait=PORTRAIT)
        before = self.twin.pictures
        visitor.renew_pension()
        visitor.arrive("saved", text="请拿好身份证和小票")
        self.twin.agree("after the receipt")
        assert self.hands.ask(do="state")["printer"]["receipts"] == 1, "not exactly one receipt was printed"
        self.hands.ask(do="receipt", save=str(self.out / "receipt.png"))
        visitor.leave()
        self.applied += 1
        assert self.status()["queue"]["waiting"] == 1, "the application does not wait in the outbox"
        return f"{self.twin.pictures - before} screens, each the same on both"

    def carry(self):
        """To the office and back: what the platform has acknowledged is delivered, though there was never a link."""
        carried = self.out / "carried"
        stick = Stick(self.machine, self.machine.folder / "courier.img", 64)
        self.on_stick(stick, "yizhanctl courier export /run/stick")
        stick.folder(carried)
        self.twin.platform_up()
        url = f"http://127.0.0.1:{self.twin.port}/v1/key/demo/projects/1"
        subprocess.run([CTL, "courier", "upload", carried, "--url", url, "--key", self.twin.dir / "office"], check=True, stdout=subprocess.DEVNULL)
        records = self.twin.submissions()
        names = [record["fields"]["card/name"] for record in records if record["opened"]]
        assert names == ["王秀兰"] * self.applied, f"the platform has {records}"
        self.twin.platform_down()
        stick = Stick(self.machine, self.machine.folder / "receipts.img", 64, carried)
        self.on_stick(stick, "yizhanctl courier import /run/stick")
        assert self.status()["queue"]["waiting"] == 0, "the platform's receipt changed nothing"

    def on_stick(self, stick, command):
        hand = self.machine.hand
        stick.put_in()
        hand.do("until [ -b /dev/sda ]; do sleep 0.2; done; mkdir -p /run/stick; mount /dev/sda /run/stick")
        hand.do(command)
        hand.do("umount /run/stick")
        stick.pull_out()

    def hung(self):
        """The kiosk hangs in the middle of a form: systemd starts it anew, and the same card brings the draft back."""
        hand, twin = self.machine.hand, self.twin
        visitor = Visitor(twin)
        visitor.choose(PENSION)
        visitor.place_card("wang-xiulan")
        for _, give in PENSION_ANSWERS[:2]:
            visitor.give(twin.screen(), give)
        twin.agree("half way")
        hand.do("kill -STOP $(systemctl show -p MainPID --value yizhan-kiosk)")
        twin.power_cut()
        self.machine.forget_lines()
        seconds = self.machine.await_line("Started yizhan-kiosk.service", PATIENCE_S)
        assert any("Watchdog timeout" in line for line in self.machine.lines()), "something else started it anew"
        self.hands.ask(do="card", person=None)
        twin.kiosk_up()
        visitor.choose(PENSION)
        twin.wait("card")
        twin.stand.ask(do="card", person="wang-xiulan")
        twin.wait("resume", text=PENSION)
        twin.tap("go-on")
        twin.wait("question", text=PENSION_ANSWERS[2][0])
        twin.agree("the draft is back")
        visitor.answer(PENSION_ANSWERS)
        visitor.sign_and_submit()
        visitor.arrive("saved", text="请拿好身份证和小票")
        visitor.leave()
        self.applied += 1
        return f"started anew after {seconds:.0f} s"

    def delivered(self):
        """After all of it the link comes back: what went by stick does not go again."""
        self.twin.platform_up()
        self.sync_once()
        assert self.status()["queue"]["waiting"] == 0, "what waits is not sent"
        numbers = [record["fields"]["case_number"] for record in self.twin.submissions()]
        assert len(numbers) == len(set(numbers)) == self.applied, f"the platform has {numbers}"
        self.keep_picture("delivered")
