"""A USB stick for the machine: an image made without mounting it, put in and pulled out by QMP."""
import pathlib
import subprocess


class Stick:
    def __init__(self, machine, path, size_mib, content=None, is_fat=False):
        """content: folder whose files lie on it. With a FAT a technician's visit would begin; without, it is the hand's."""
        self.machine, self.path = machine, pathlib.Path(path)
        self.node = "stick-" + self.path.stem.replace(".", "-")
        self.path.unlink(missing_ok=True)
        if is_fat:
            run("mkfs.vfat", "-F", "32", "-n", "STICK", "-C", self.path, size_mib * 1024)
            if content:
                run("mcopy", "-s", "-i", self.path, *pathlib.Path(content).iterdir(), "::")
        else:
            run("mke2fs", "-q", "-t", "ext2", *(["-d", content] if content else []), self.path, f"{size_mib}M")

    def put_in(self):
        qmp = self.machine.qmp
        qmp.ask("blockdev-add", **{"driver": "raw", "node-name": self.node, "file": {"driver": "file", "filename": str(self.path)}})
        qmp.ask("device_add", driver="usb-storage", id=self.node, bus="usb.0", drive=self.node, removable=True)

    def pull_out(self):
        """The block device goes when the machine has let it go."""
        self.machine.qmp.ask("device_del", id=self.node)
        self.machine.qmp.await_event("DEVICE_DELETED", device=self.node)
        self.machine.qmp.ask("blockdev-del", **{"node-name": self.node})

    def folder(self, out):
        """What lies on it now; only while it is not in the machine."""
        out = pathlib.Path(out)
        out.mkdir(parents=True, exist_ok=True)
        run("debugfs", "-R", f"rdump / {out}", self.path)
        return out


def run(*words):
    subprocess.run([str(word) for word in words], check=True, capture_output=True)
