"""A USB stick for the machine: a FAT image made with mtools, put in and pulled out by QMP."""
import pathlib
import subprocess


class Stick:
    def __init__(self, machine, path, size_mib, content=None):
        """content: folder whose files lie on it."""
        self.machine, self.path = machine, pathlib.Path(path)
        self.path.unlink(missing_ok=True)
        subprocess.run(["mkfs.vfat", "-F", "32", "-n", "YIZHAN-USB", "-C", str(self.path), str(size_mib * 1024)], check=True, capture_output=True)
        if content:
            subprocess.run(["mcopy", "-s", "-i", str(self.path), *map(str, pathlib.Path(content).iterdir()), "::"], check=True)
        self.node = self.path.stem

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
        subprocess.run(["mcopy", "-s", "-n", "-i", str(self.path), "::*", str(out)], check=True)
        return out
