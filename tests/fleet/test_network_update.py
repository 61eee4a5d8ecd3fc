#!/usr/bin/env python3
"""The real yizhan-sync fetches a release from a real web server with ranges: cut in the middle of a piece, killed and
started again, and with the file changed under it."""
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading

from web import web_server

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin"
WAIT_S = 60 * float(os.environ.get("YIZHAN_PATIENCE", "1"))
CUT = 50_000  # less than the smallest piece: how large one is depends on how fast the one before came
failed = 0


class Village:
    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        (self.dir / "store").mkdir()
        self.www = self.dir / "www"
        subprocess.run([ROOT / "board/rauc/test-ca", self.dir / "ca"], check=True)
        self.web = web_server(self.www)
        (self.dir / "kiosk.ini").write_text(f"""[kiosk]
number = 7
place = 青溪镇便民点
[store]
dir = {self.dir}/store
[platform]
url = http://127.0.0.1:9/nobody
[secrets]
dir = {self.dir}
[sync]
spread_s = 0
[visit]
ca = {self.dir}/ca/ca.pem
[update]
url = http://127.0.0.1:{self.web.server_port}/updates
ring = canary
""", encoding="utf-8")
        self.sync = None

    def publish(self, version, seed):
        bundle = self.dir / "bundle"
        bundle.write_bytes(random.Random(seed).randbytes(9_000_000))
        machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
        subprocess.run([ROOT / "board/rauc/release", "--ca", self.dir / "ca", "--bundle", bundle, "--version", version, "--compatible",
                        f"yizhan-{machine}", "--ring", "canary=2026-01-01", "--out", self.www], check=True, stdout=subprocess.DEVNULL)
        return bundle.read_bytes()

    def run_until(self, words, how=signal.SIGTERM):
        """Starts sync and reads its log until a line has these words."""
        self.sync = subprocess.Popen([BIN / "yizhan-sync", "--config", self.dir / "kiosk.ini"], stderr=subprocess.PIPE)
        patience = threading.Timer(WAIT_S, self.sync.kill)
        patience.start()
        said = b""
        for line in self.sync.stderr:
            said += line
            if words.encode() in line:
                break
        else:
            raise AssertionError(f"never said \"{words}\":\n{said.decode()}")
        patience.cancel()
        self.sync.send_signal(how)
        self.sync.communicate()

    def ready(self):
        path = self.dir / "store/update/ready.raucb"
        return path.read_bytes() if path.exists() else None

    def close(self):
        if self.sync and self.sync.poll() is None:
            self.sync.kill()
            self.sync.wait()
        self.web.shutdown()
        self.web.server_close()


def cut_and_killed(village):
    whole = village.publish("9.0.0", 1)
    village.web.cuts = [CUT]
    village.run_until("fetching -> failed", how=signal.SIGKILL)
    assert village.ready() is None
    village.run_until("fetching -> ready")
    assert village.ready() == whole, "what is ready is not what was published"
    assert village.web.served < len(whole) * 1.2, f"{village.web.served} bytes for {len(whole)}"


def changed_under_it(village):
    village.publish("9.0.0", 1)
    village.web.cuts = [CUT]
    village.run_until("fetching -> failed", how=signal.SIGKILL)
    whole = village.publish("9.0.1", 2)
    village.run_until("fetching -> ready")
    assert village.ready() == whole, "what is ready is not what was published last"


for story in (cut_and_killed, changed_under_it):
    with tempfile.TemporaryDirectory(prefix="yizhan-network-") as here:
        village = Village(here)
        try:
            story(village)
            print(f"[       OK ] {story.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"[  FAILED  ] {story.__name__}: {error}")
        finally:
            village.close()
sys.exit(1 if failed else 0)
