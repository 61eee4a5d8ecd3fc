"""A USB stick for the machine: an image made without mounting it, put in and pulled out by QMP."""
import pathlib
import subprocess

FAT, EXT2, EXFAT, BLANK = "fat", "ext2", "exfat", "blank"
SECTOR, FIRST = 512, 2048  # where the partition of a FAT begins, as on a stick that one buys


class Stick:
    def __init__(self, machine, path, size_mib, content=None, system=EXT2):
        """content: folder whose files lie on it; an exFAT, which no tool writes into from outside, is empty. A FAT lies in a
        partition, sda1 to the machine; the others have the whole stick. With a FAT or exFAT a technician's visit begins."""
        self.machine, self.path = machine, pathlib.Path(path)
        self.node = "stick-" + self.path.stem.replace(".", "-")
        self.path.unlink(missing_ok=True)
        self.fat = f"{self.path}@@{FIRST * SECTOR}"  # in mtools' words
        if system != EXT2:
            run("truncate", "-s", f"{size_mib}M", self.path)
        if system == EXFAT:
            run("mkfs.exfat", self.path)
        elif system == FAT:
            subprocess.run(["sfdisk", "-q", self.path], input=f"label: dos\n{FIRST},,c\n", text=True, check=True)
            run("mkfs.vfat", "-F", "32", "-n", "STICK", "--offset", FIRST, self.path, size_mib * 1024 - FIRST * SECTOR // 1024)
            if content:
                run("mcopy", "-s", "-i", self.fat, *pathlib.Path(content).iterdir(), "::")
        elif system == EXT2:
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

    def text(self, path):
        """Of a file on a FAT; only while it is not in the machine, like folder()."""
        return subprocess.run(["mtype", "-i", self.fat, f"::{path}"], check=True, capture_output=True, text=True).stdout

    def folder(self, out):
        """What lies on an ext2 now."""
        out = pathlib.Path(out)
        out.mkdir(parents=True, exist_ok=True)
        run("debugfs", "-R", f"rdump / {out}", self.path)
        return out


def run(*words):
    subprocess.run([str(word) for word in words], check=True, capture_output=True)
