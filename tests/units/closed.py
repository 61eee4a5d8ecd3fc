"""A box that cannot work, as board/units/yizhan-closed finds and shows it: its folders here, the kiosk in memory."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from world import BUILD, KIOSK, Lines, Program  # noqa: E402


class ClosedBox:
    """dir: etc (the data partition's configuration, when it can be read), boot, run."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        self.own = self.dir / "run/yizhan-closed"
        for path in (self.dir / "etc", self.dir / "boot", self.dir / "run/yizhan", self.own):
            path.mkdir(parents=True)
        self.take("yizhan-known")

    def take(self, unit):
        """A script as it is, but for where things lie."""
        text = (ROOT / "board/units" / unit).read_text(encoding="utf-8")
        for there, here in {"/usr/lib/yizhan": "", "/etc/yizhan": "etc", "/boot/efi/yizhan": "boot", "/run/": "run/"}.items():
            text = text.replace(there, str(self.dir / here) + "/" * there.endswith("/"))
        path = self.dir / unit
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def known(self, key):
        told = subprocess.run(["sh", self.dir / "yizhan-known", key, self.dir / "etc/kiosk.ini", self.dir / "etc/kiosk.env", self.dir / "boot/known"],
                              capture_output=True, text=True, check=True)
        return told.stdout.strip()

    def options(self):
        """What its unit adds to the command line."""
        return (self.own / "kiosk.env").read_text(encoding="utf-8").split("=", 1)[1].split()

    def screen(self, shot, size="1080x1920"):
        """What stands on it, label by label; and its picture, in a file."""
        subprocess.run(["sh", self.take("yizhan-closed")], check=True)
        control = self.dir / "control"
        kiosk = Program("yizhan-kiosk-control", [KIOSK, "--config", self.own / "kiosk.ini", "--assets", BUILD / "assets", "--models",
                        ROOT / "drivers/models.ini", "--presenter", "memory", "--size", size, "--voice", "silent", "--control", control,
                        *self.options()],
                        self.dir / "kiosk.log")
        try:
            line = Lines(control, kiosk)
            line.ask(do="wait", screen="attract")
            line.ask(do="shot", file=str(shot))
            return [node["label"] for node in line.ask(do="tree")["tree"]["nodes"]]
        finally:
            kiosk.stop()
