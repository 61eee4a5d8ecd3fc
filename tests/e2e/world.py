"""The world of a story: real programs on a platform, a device stand and a kiosk, each with its own log.

A story is told in Python, but every word in it comes from the programs: the kiosk's screen tree, sync's counts, the
platform's opened record, the printer model's bytes. Nothing here sleeps; waits end by an event or by a deadline.
"""
import contextlib
import datetime
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build"))
BIN = BUILD / "bin"
FLEET = ROOT / "assets" / "fleet"  # the forms of the open project, one of which brings the list of cases
WAIT_S = 60 * float(os.environ.get("YIZHAN_PATIENCE", "1"))

PLATFORM, SYNC, CTL = BIN / "yizhan-platform", BIN / "yizhan-sync", BIN / "yizhanctl"
STAND, KIOSK = BIN / "device-stand", BIN / "yizhan-kiosk-control"


def contents(folder):
    """Each file under it and its bytes; a journal that goes while the programs run is none."""
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                yield path, path.read_bytes()


class StoryError(Exception):
    """What went wrong, for the person who reads the last line."""


class Lines:
    """JSON lines over a UNIX socket: one command, one answer."""

    def __init__(self, path, program):
        self.program = program
        self.socket = socket.socket(socket.AF_UNIX)
        self.pending = b""
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                self.socket.connect(str(path))
                return
            except OSError as error:
                if program.poll() is not None:
                    raise StoryError(f"{program.name} ended with {program.poll()}: see {program.log}") from error
                if time.monotonic() > deadline:
                    raise StoryError(f"{program.name} did not open {path}") from error
                select.select([], [], [], 0.02)

    def ask(self, wait_s=WAIT_S, **command):
        self.socket.sendall(json.dumps(command, ensure_ascii=False).encode() + b"\n")
        self.socket.settimeout(wait_s)
        try:
            while b"\n" not in self.pending:
                got = self.socket.recv(65536)
                if not got:
                    raise StoryError(f"{self.program.name} ended during {command}: see {self.program.log}")
                self.pending += got
        except TimeoutError as error:
            raise StoryError(f"{self.program.name} did not answer {command} within {wait_s:.0f} s") from error
        line, _, self.pending = self.pending.partition(b"\n")
        answer = json.loads(line)
        if not answer.pop("ok", False):
            raise StoryError(f"{self.program.name} refused {command}: {answer.get('error')}")
        return answer


class Program:
    """A process with a log file. It ends with the story, even where that is killed."""

    def __init__(self, name, arguments, log, environment=None, stdout=None):
        self.name, self.log = name, log
        self.file = open(log, "ab")
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *(str(a) for a in arguments)], stdin=subprocess.DEVNULL,
                                        stdout=stdout or self.file, stderr=self.file, env=environment)

    def poll(self):
        return self.process.poll()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.file.close()
        return self.process.returncode


class World:
    """Everything under one folder; close() stops all programs, and removes the folder unless one was given."""

    where = None  # the folder is made there; None: on a disk

    def __init__(self, folder=None, forms=None, panel="268x476", number=4827):
        self.folders = []  # gone at close()
        self.secrets = None
        if folder is None:
            folder = tempfile.mkdtemp(prefix="yizhan-", dir=self.where)
            self.folders.append(folder)
            if self.where:  # secrets in memory would count as kept apart
                lasting = tempfile.mkdtemp(prefix="yizhan-secrets-")
                self.folders.append(lasting)
                (pathlib.Path(folder) / "secrets").symlink_to(lasting)
        self.dir = pathlib.Path(folder)
        self.forms = pathlib.Path(forms or ROOT / "assets" / "forms")
        self.panel, self.number = panel, number
        self.has_fleet = False  # whether the kiosk knows the open project too
        self.environment = dict(os.environ, TZ="Asia/Shanghai", LC_ALL="C.UTF-8")
        self.platform = self.stand_program = self.stand = self.kiosk = None
        self.hands_tremble = False  # whatever is tapped is tapped twice, but for what one writes
        self.events = []
        for name in ("store", "secrets", "logs"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)

    # ---- the story's own record ----

    def note(self, program, text):
        self.events.append((datetime.datetime.now(), program, text))

    # ---- platform ----

    def platform_up(self):
        port_file = self.dir / "platform" / "port"
        port = port_file.read_text().strip() if port_file.exists() else "0"
        port_file.unlink(missing_ok=True)
        self.platform = Program("yizhan-platform", [PLATFORM, "--dir", self.dir / "platform", "--forms", self.forms,
                                                    "--open-forms", FLEET, "--port", port],
                                self.dir / "logs" / "platform.log", self.environment)
        deadline = time.monotonic() + WAIT_S
        while not port_file.exists() or not port_file.read_text().strip():
            if self.platform.poll() is not None or time.monotonic() > deadline:
                raise StoryError(f"the platform did not come up: see {self.platform.log}")
            select.select([], [], [], 0.02)
        self.port = port_file.read_text().strip()
        self.note("platform", f"up on port {self.port}")

    def platform_down(self):
        self.platform.stop()
        self.platform = None
        (self.dir / "platform" / "port").write_text(self.port)
        self.note("platform", "down")

    def platform_get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=WAIT_S) as answer:
            return json.load(answer)

    def platform_tell(self, what, content):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/admin/{what}", json.dumps(content).encode())
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return answer.read()

    def central(self, method, path, body):
        """Something a reviewer does in Central's website, as that website would ask its API."""
        base = f"http://127.0.0.1:{self.port}/v1"
        def ask(verb, at, content, headers):
            request = urllib.request.Request(base + at, json.dumps(content).encode(), headers, method=verb)
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
                return json.load(answer)
        clerk = {"email": "clerk@example.org", "password": "red-lantern-festival"}
        token = ask("POST", "/sessions", clerk, {"Content-Type": "application/json"})["token"]
        return ask(method, path, body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"})

    def submissions(self):
        return self.platform_get("/admin/submissions")

    # ---- configuration ----

    def keep_secrets_apart(self):
        """As with a TPM: the device secret lies in memory only, so drafts and cases can be tied to a card."""
        self.secrets = pathlib.Path(tempfile.mkdtemp(prefix="yizhan-secrets-", dir="/dev/shm"))
        self.folders.append(self.secrets)

    def write_config(self):
        key = (self.dir / "platform" / "key_sha256").read_text().strip()
        self.config = self.dir / "kiosk.ini"
        self.config.write_text(f"""[kiosk]
number = {self.number}
place = 青溪镇便民点 @ 30.25 119.50
panel_mm = {self.panel}

[store]
dir = {self.dir}/store

[platform]
url = http://127.0.0.1:{self.port}/v1/key/demo/projects/1

{self.fleet_section()}[seal]
key_sha256 = {key}

[secrets]
dir = {self.secrets or self.dir / "secrets"}

[sync]
spread_s = 0
""", encoding="utf-8")

    def fleet_section(self):
        return f"[fleet]\nurl = http://127.0.0.1:{self.port}/v1/key/demo/projects/2\n\n" if self.has_fleet else ""

    # ---- sync and yizhanctl ----

    def sync_once(self):
        """Exit status and counts of one run."""
        with open(self.dir / "logs" / "sync.log", "ab") as log:
            done = subprocess.run([SYNC, "--config", self.config, "--once"], stdout=subprocess.PIPE, stderr=log,
                                  env=self.environment, timeout=WAIT_S * 3, check=False)
        if done.returncode not in (0, 1, 2):
            raise StoryError(f"yizhan-sync ended with {done.returncode}: see {self.dir}/logs/sync.log")
        counts = json.loads(done.stdout)
        self.note("sync", json.dumps(counts, ensure_ascii=False))
        return done.returncode, counts

    def ctl(self, *arguments):
        done = subprocess.run([CTL, *[str(a) for a in arguments], "--config", self.config, "--json"], capture_output=True,
                              env=self.environment, timeout=WAIT_S, check=False)
        if done.returncode not in (0, 1, 2):
            raise StoryError(f"yizhanctl {arguments}: {done.stderr.decode()}")
        return json.loads(done.stdout)

    # ---- kiosk on its device stand ----

    def kiosk_up(self, presenter="memory", size="1080x1920", models=ROOT / "drivers" / "models.ini", voice="log"):
        sockets = pathlib.Path(tempfile.mkdtemp(prefix="yizhan-sockets-"))  # a socket's path has 107 bytes
        self.folders.append(sockets)
        stand_socket, kiosk_socket = sockets / "stand", sockets / "kiosk"
        self.kiosk_socket = kiosk_socket
        # What the voice is given to say goes into a log: a sound server cannot be reached from inside the device stand.
        voice_log = self.dir / "logs" / "voice.jsonl"
        kiosk = [KIOSK, "--config", self.config, "--assets", BUILD / "assets", "--models", models,
                 "--presenter", presenter, "--size", size, "--voice", voice, "--voice-log", voice_log,
                 "--control", kiosk_socket]
        self.stand_program = Program("device-stand", ["umockdev-wrapper", STAND, "--socket", stand_socket, "--deck",
                                                      ROOT / "tests" / "deck" / "people.ini", "--", *kiosk],
                                     self.dir / "logs" / "kiosk.log", self.environment)
        self.stand = Lines(stand_socket, self.stand_program)
        self.kiosk = Lines(kiosk_socket, self.stand_program)
        self.note("kiosk", "started")

    def processes(self):
        """Of the stand and of the kiosk on it."""
        found = subprocess.run(["pgrep", "-f", str(self.kiosk_socket)], capture_output=True, text=True, check=False)
        return [int(line) for line in found.stdout.split()]

    def kiosk_process(self):
        kiosk, = (pid for pid in self.processes() if os.readlink(f"/proc/{pid}/exe") == str(KIOSK.resolve()))
        return kiosk

    @contextlib.contextmanager
    def kiosk_asleep(self):
        """The kiosk alone stands still, as on a machine that is suspended; its devices do not."""
        kiosk = self.kiosk_process()
        os.kill(kiosk, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(kiosk, signal.SIGCONT)

    def power_cut(self):
        """Nothing of the kiosk runs any more, from one instruction to the next."""
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.stand_program.stop(signal.SIGKILL)
        self.stand_program = self.stand = self.kiosk = None
        self.note("kiosk", "power cut")

    def kiosk_down(self):
        if self.stand_program:
            self.stand_program.stop()
            self.note("kiosk", "stopped")
        self.stand_program = self.stand = self.kiosk = None

    def wait(self, screen, text=None, wait_s=WAIT_S):
        command = {"do": "wait", "screen": screen}
        if text:
            command["text"] = text
        try:
            self.kiosk.ask(wait_s=wait_s, **command)
        except StoryError as error:
            raise StoryError(f"the screen \"{screen}\"{' with ' + text if text else ''} did not come: {error}") from error
        self.note("kiosk", f"screen {screen}")

    def until(self, holds, what, wait_s=WAIT_S):
        """For what no program announces: asked again until it holds."""
        deadline = time.monotonic() + wait_s
        while not holds():
            if time.monotonic() > deadline:
                raise StoryError(what)
            select.select([], [], [], 0.2)

    def tap(self, on):
        if on == "agree":
            self.read_on(on)
        types = on.startswith("key:") or len(on) == 1
        self.kiosk.ask(do="tap-twice" if self.hands_tremble and not types else "tap", on=on)
        self.note("person", f"taps {on}")

    def read_on(self, to):
        """What one agrees to must have been shown: the key for it comes with the last page."""
        while "more" in (ids := [node["id"] for node in self.screen()["nodes"]]) and to not in ids:
            self.tap("more")

    def pass_time(self, seconds):
        """All at once, by the kiosk's clock."""
        self.kiosk.ask(do="pass", ms=int(1000 * seconds))
        self.note("person", f"does nothing for {seconds} s")

    def screen(self):
        return self.kiosk.ask(do="tree")["tree"]

    def labels(self):
        return [node["label"] for node in self.screen()["nodes"]]

    def close(self):
        self.kiosk_down()
        if self.platform:
            self.platform.stop()
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)
