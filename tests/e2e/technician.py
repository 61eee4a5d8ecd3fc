"""A technician at the kiosk: a stick as a folder, made by the real board/stick/make, and the real yizhan-visit."""
import os
import pathlib
import secrets
import signal
import subprocess

from tell import check
from world import BIN, ROOT, WAIT_S, Program, StoryError

VISIT = BIN / "yizhan-visit"
WHO = "Technician of the development fleet"
PIN = "204816"

# Stands for rauc: says how far it is as rauc does, and leaves what it was given beside itself.
RAUC = """#!/bin/sh
printf '  0%% Installing\\n 40%% Checking bundle\\n'
[ ! -e "$0.fails" ] || {{ echo "LastError: signature verification failed"; exit 1; }}
cp "$2" {dir}/installed.raucb
printf '100%% Installing done.\\n'
"""


class Technician:
    def __init__(self, world, version="0.3.0", who=WHO, pin=PIN, ca=None):
        """ca: folder of the fleet's authority, else one is made."""
        self.world, self.who, self.pin = world, who, pin
        self.dir = world.dir / "bench"
        self.dir.mkdir()
        self.ca = ca or self.dir / "ca"
        subprocess.run([ROOT / "board/rauc/test-ca", self.ca], check=True)
        (self.dir / "run").mkdir()
        (self.dir / "run" / "healthy").touch()
        (self.dir / "os-release").write_text(f"NAME=Yizhan\nVERSION_ID={version}\n")
        (self.dir / "bundle").write_bytes(os.urandom(400_000))
        self.pin_key = self.dir / "pin.key"
        self.pin_key.touch(0o600)
        self.pin_key.write_text(secrets.token_hex(32))
        self.script("rauc", RAUC.format(dir=self.dir))
        self.script("system", f"#!/bin/sh\necho \"$@\" >>{self.dir}/restarts\n")
        self.visit = None
        with open(world.config, "a", encoding="utf-8") as config:
            config.write(f"\n[visit]\nca = {self.ca}/ca.pem\ntown = qingxi\npin = {self.verifier(who, pin)}\n"
                         f"pin_key = {self.pin_key}\n")

    def script(self, name, text):
        path = self.dir / name
        path.write_text(text)
        path.chmod(0o755)

    def verifier(self, who, pin):
        return subprocess.run([VISIT, "pin", who, "--key", self.pin_key], input=pin, capture_output=True, text=True, check=True).stdout.strip()

    def stick(self, *words, bundle=None, files=(), name="stick"):
        """A folder as ./dev stick makes it. files: what else it brings."""
        out = self.dir / name
        out.mkdir()
        for path in files:
            (out / pathlib.Path(path).name).write_bytes(pathlib.Path(path).read_bytes())
        update = ["--bundle", self.dir / "bundle", "--bundle-version", bundle] if bundle else []
        subprocess.run([ROOT / "board/stick/make", "--unchecked", "--town", "qingxi", "--ca", self.ca, "--out", out, *update, *words],
                       check=True, stdout=subprocess.DEVNULL)
        return out

    # ---- at the kiosk ----

    def insert(self, stick):
        self.visit = Program("yizhan-visit", [VISIT, "run", stick, "--config", self.world.config, "--release",
                                              self.dir / "os-release", "--run", self.dir / "run", "--rauc",
                                              self.dir / "rauc", "--system", self.dir / "system"],
                             self.world.dir / "logs" / "visit.log", self.world.environment)
        self.world.note("technician", "inserts the stick")

    def pull(self, stick):
        """What was a stick is none any more; where it lies now."""
        away = stick.with_name(stick.name + "-away")
        stick.rename(away)
        self.world.note("technician", "pulls the stick")
        return away

    def ended(self):
        """Exit status, once the visit is over."""
        try:
            return self.visit.process.wait(WAIT_S)
        except subprocess.TimeoutExpired as error:
            raise StoryError(f"yizhan-visit does not end: see {self.visit.log}") from error

    def kill(self):
        self.visit.stop(signal.SIGKILL)

    def type_pin(self, pin=None):
        self.world.wait("technician-pin")
        for digit in pin or self.pin:
            self.world.tap(f"key:{digit}")
        self.world.tap("next")

    def self_test(self, see=lambda name: None):
        """Every device by hand; the printer proves its slip by itself, and that slip is what the camera is shown."""
        world = self.world
        world.wait("technician-test", text="试读卡")
        see("test-card")
        slip = self.dir / "test-slip.png"
        world.stand.ask(do="receipt", save=str(slip))
        world.stand.ask(do="card", person="wang-xiulan")
        world.wait("technician-test", text="试扫码")
        world.stand.ask(do="card", person=None)
        see("test-scan")
        world.stand.ask(do="camera", image=str(slip))
        world.wait("technician-test", text="试触摸")
        world.stand.ask(do="camera", image=None)
        see("test-touch")
        for field in range(9):
            world.tap(f"field:{field}")
        world.wait("technician-test", text="试声音")
        see("test-sound")
        world.tap("yes")

    def log(self):
        done = subprocess.run([VISIT, "log", "--config", self.world.config, "--json"], capture_output=True, text=True, check=False)
        check(done.returncode == 0, f"the visit log's chain is broken: {done.stdout}{done.stderr}")
        log = self.world.dir / "visit" / "log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def close(self):
        if self.visit:
            self.visit.stop()
