"""Other versions than the one in the image, as signed bundles: each is the slot of the image with a thing or two changed."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGE, CA = ROOT / "build/image-amd64", ROOT / "build/test-ca"
DEAD = {"usr/bin/yizhan-kiosk": "#!/bin/sh\nexit 1\n"}
# Says that its screen is up, and then nothing more: only its watchdog finds it.
HUNG = {"usr/bin/yizhan-kiosk": "#!/bin/sh\nsystemd-notify --ready\nexec sleep 100000\n",
        "usr/lib/systemd/system/yizhan-kiosk.service.d/all.conf": "[Service]\nNotifyAccess=all\n"}


class Versions:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.tree = self.folder / "tree"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        run("unsquashfs", "-q", "-n", "-d", self.tree, IMAGE / "slot.squashfs")

    def slot(self, version, files=None):
        """files: path in the slot to text, for programs that behave otherwise."""
        kept = {}
        release = "usr/lib/os-release"
        for path, text in {release: f"NAME=Yizhan\nID=yizhan\nVERSION_ID={version}\n", **(files or {})}.items():
            kept[path] = (self.tree / path).read_bytes() if (self.tree / path).exists() else None
            (self.tree / path).parent.mkdir(exist_ok=True)
            (self.tree / path).write_text(text)
        out = self.folder / f"{version}.squashfs"
        run("mksquashfs", self.tree, out, "-comp", "gzip", "-Xcompression-level", "1", "-b", "256K", "-all-root", "-no-xattrs",
            "-no-progress", "-quiet", "-noappend")
        for path, content in kept.items():
            if content is None:
                (self.tree / path).unlink()
            else:
                (self.tree / path).write_bytes(content)
        return out

    def bundle(self, version, slot=None, ca=CA):
        """Without a slot, one that is refused before it is looked at."""
        if slot is None:
            slot = self.folder / "nothing.img"
            slot.write_bytes(os.urandom(1 << 20))
        folder = self.folder / f"{version}-{ca.name}"
        folder.mkdir()
        run(ROOT / "board/rauc/bundle", "amd64", ca, folder / "update.raucb", slot, version)
        return folder / "update.raucb"

    def another_fleet(self):
        run(ROOT / "board/rauc/test-ca", self.folder / "other-ca")
        return self.folder / "other-ca"


def run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)
