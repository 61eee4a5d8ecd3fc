"""A kiosk as a machine: the real image under QEMU, driven by QMP from outside. Nothing of ours runs in it but ours."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from hand import Hand

DISK_BYTES = 4 << 30  # sparse; the image is a third of it, and the data partition grows


class MachineError(Exception):
    pass


class Qmp:
    def __init__(self, path, deadline):
        while True:
            self.socket = socket.socket(socket.AF_UNIX)
            try:
                self.socket.connect(str(path))
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise MachineError("QEMU did not start") from None
                time.sleep(0.05)
        self.file = self.socket.makefile("rw")
        self.file.readline()
        self.events = []
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = self.next()
            if "error" in answer:
                raise MachineError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
            self.events.append(answer)

    def last_word(self):
        """Why QEMU has ended, when it said so."""
        reason = None
        with contextlib.suppress(OSError):
            for event in [*self.events, *map(json.loads, self.file)]:
                if event.get("event") == "SHUTDOWN":
                    reason = event["data"]["reason"]
        return reason

    def next(self):
        return json.loads(self.file.readline() or '{"error": {"desc": "QEMU has gone"}}')

    def await_event(self, name, **data):
        """The next one of that name and with that data; also when it came during another command."""
        while True:
            event = self.events.pop(0) if self.events else self.next()
            if "error" in event:
                raise MachineError(event["error"]["desc"])
            if event.get("event") == name and data.items() <= event.get("data", {}).items():
                return


class Machine:
    """What a start changes lies beside the disk, in folder, and is there at the next, as on a box.

    Where the machine starts itself anew, QEMU ends and another one begins: in one that goes on, the emulator keeps what it has
    translated of the life before, and the firmware writes over it step by step, for ever.
    """

    firmware = ("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")

    def __init__(self, disk, folder, width_px=1080, height_px=1920, window=False, stand=None, has_tpm=True):
        """stand: folder of a running usbredir-stand, whose card reader, printer and camera are plugged in."""
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.size, self.window, self.stand = (width_px, height_px), window, stand
        self.disk = self.folder / "disk.img"
        if not self.disk.exists():
            subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(disk), str(self.disk)], check=True)
            os.truncate(self.disk, DISK_BYTES)
        shutil.copy(self.firmware[1], self.folder / "vars.fd")
        self.process = self.qmp = self.tpm = None
        self.has_tpm, self.sticks, self.is_frozen = has_tpm, [], False  # sticks: in the sockets from the start
        self.starts = self.seen = 0

    def board(self):
        """The machine itself: processor, firmware, screen."""
        width, height = self.size
        return ["qemu-system-x86_64", "-machine", "q35", "-accel", os.environ.get("YIZHAN_QEMU_ACCEL", "tcg,thread=multi"), "-cpu", "max",
                "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={self.firmware[0]}",
                "-drive", f"if=pflash,format=raw,unit=1,file={self.folder}/vars.fd",
                "-device", f"virtio-vga,xres={width},yres={height}", "-device", "i6300esb", "-action", "watchdog=reset"]

    def command(self):
        return [*self.board(), "-action", "reboot=shutdown", "-m", "1024", "-smp", "2", "-nodefaults", "-display", "gtk" if self.window else "none",
                "-drive", f"if=none,id=disk,{self.disk_words()}", "-device", "virtio-blk-pci,drive=disk",
                "-device", "qemu-xhci,id=usb,p2=8,p3=8", "-device", "usb-tablet,bus=usb.0",
                "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
                "-chardev", f"socket,id=hand,path={self.folder}/hand,server=on,wait=off", "-device", "virtio-serial-pci",
                "-device", "virtconsole,chardev=hand",
                "-qmp", f"unix:{self.folder}/qmp,server=on,wait=off", "-chardev", f"file,id=serial,path={self.serial},append=on",
                "-serial", "chardev:serial", *self.devices()]

    def disk_words(self):
        return f"format=qcow2,file={self.folder}/cut.qcow2" if self.is_frozen else f"format=raw,file={self.disk}"

    def devices(self):
        words = []
        if self.has_tpm:
            words += ["-chardev", f"socket,id=tpm,path={self.folder}/tpm.socket", "-tpmdev", "emulator,id=tpm,chardev=tpm",
                      "-device", "tpm-tis,tpmdev=tpm"]
        for stick in self.sticks:
            words += ["-blockdev", f"driver=raw,node-name={stick.node},read-only=on,file.driver=file,file.filename={stick.path}",
                      "-device", f"usb-storage,id={stick.node},bus=usb.0,drive={stick.node},removable=on"]
        for name in ("idcard", "printer", "camera") if self.stand else ():
            words += ["-chardev", f"socket,id={name},path={self.stand}/{name},reconnect=1", "-device", f"usb-redir,chardev={name},bus=usb.0"]
        return words

    @property
    def serial(self):
        return self.folder / f"serial-{self.starts}.log"

    def freeze(self):
        """The machine as it is now, disk and memory, is what start(from_memory=True) begins with, as often as it likes."""
        self.qmp.ask("stop")
        self.qmp.ask("migrate", uri=f"exec:gzip -1 >{self.folder}/memory.gz")
        while (state := self.qmp.ask("query-migrate").get("status")) != "completed":
            if state == "failed":
                raise MachineError("the memory could not be kept")
            time.sleep(0.2)
        self.cut_power()
        self.is_frozen = True

    def start(self, from_memory=False):
        self.starts, self.seen, self.started = self.starts + 1, 0, time.monotonic()
        self.begin(from_memory)
        self.hand = Hand(self.folder / "hand")
        if from_memory:
            while self.qmp.ask("query-status")["status"] == "inmigrate":
                time.sleep(0.2)
            self.qmp.ask("cont")

    def begin(self, from_memory=False):
        for name in ("qmp", "hand", "tpm.socket"):
            (self.folder / name).unlink(missing_ok=True)
        if self.has_tpm:
            self.start_tpm()
        if from_memory:
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(self.disk), f"{self.folder}/cut.qcow2"], check=True)
        memory = ["-incoming", f"exec:gzip -dc {self.folder}/memory.gz"] if from_memory else []
        self.process = subprocess.Popen(self.command() + memory, stdin=subprocess.DEVNULL)
        self.qmp = Qmp(self.folder / "qmp", time.monotonic() + 20)

    def is_on(self):
        """A machine that has started itself anew is on, too."""
        if self.process.poll() is None:
            return True
        if self.qmp.last_word() != "guest-reset":
            return False
        self.cut_power()
        self.begin()
        self.hand.connect()
        return True

    def start_tpm(self):
        (self.folder / "tpm").mkdir(exist_ok=True)
        self.tpm = subprocess.Popen(["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}/tpm", "--flags", "startup-clear",
                                     "--ctrl", f"type=unixio,path={self.folder}/tpm.socket", "--terminate"])
        while not (self.folder / "tpm.socket").exists() and self.tpm.poll() is None:
            time.sleep(0.05)

    def cut_power(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        if self.tpm:
            self.tpm.terminate()  # its state is on the disk at every change
            self.tpm.wait()
        self.process = self.tpm = None

    def boot_words(self, *words):
        """Reads the boot loader's environment, after setting words such as B_OK=1; only while the power is off."""
        env = self.folder / "grubenv"
        at = f"{self.disk}@@1M"  # the first partition, as genimage.cfg aligns it
        subprocess.run(["mcopy", "-n", "-o", "-i", at, "::yizhan/grubenv", str(env)], check=True)
        if words:
            subprocess.run(["grub-editenv", str(env), "set", *words], check=True)
            subprocess.run(["mcopy", "-o", "-i", at, str(env), "::yizhan/grubenv"], check=True)
        told = subprocess.run(["grub-editenv", str(env), "list"], check=True, capture_output=True, text=True).stdout
        return dict(line.split("=", 1) for line in told.splitlines())

    def partition_start(self, label):
        """Byte of the disk."""
        told = subprocess.run(["sfdisk", "--json", str(self.disk)], check=True, capture_output=True, text=True).stdout
        return 512 * next(part["start"] for part in json.loads(told)["partitiontable"]["partitions"] if part["name"] == label)

    def spoil_partition(self, label):
        """Zeroes over its beginning; only while the power is off."""
        with open(self.disk, "r+b") as disk:
            disk.seek(self.partition_start(label))
            disk.write(bytes(4 << 20))

    def luks(self):
        """What the header of the data partition says: LUKS2's JSON."""
        with open(self.disk, "rb") as disk:
            disk.seek(self.partition_start("yizhan-data"))
            header_bytes = int.from_bytes(disk.read(16)[8:], "big")
            disk.seek(4096 - 16, os.SEEK_CUR)
            return json.loads(disk.read(header_bytes - 4096).split(b"\0", 1)[0])

    def key_bytes(self, header):
        """What lies now where this header says, or said, that its keys are."""
        areas = [slot["area"] for slot in header["keyslots"].values()]
        with open(self.disk, "rb") as disk:
            return b"".join(os.pread(disk.fileno(), int(area["size"]), self.partition_start("yizhan-data") + int(area["offset"])) for area in areas)

    def await_off(self, timeout_s):
        """Until it has switched itself off."""
        deadline = time.monotonic() + timeout_s
        while self.is_on():
            if time.monotonic() > deadline:
                raise MachineError(f"still on after {timeout_s} s")
            time.sleep(0.5)
        self.cut_power()

    def forget_lines(self):
        """What the console said until now is past: before the machine starts again by itself."""
        self.seen = self.serial.stat().st_size
        self.started = time.monotonic()

    def forget_until(self, wanted, timeout_s):
        """Waits until the console says it; returns the lines up to there, which are past now."""
        self.await_line(wanted, timeout_s)
        said = self.serial.read_bytes()[self.seen:]
        past = said[:said.index(wanted.encode()) + len(wanted)]
        self.seen += len(past)
        return past.decode(errors="replace").splitlines()

    def lines(self):
        text = self.serial.read_bytes()[self.seen:].decode(errors="replace") if self.serial.exists() else ""
        return [line.strip() for line in text.splitlines()]

    def await_line(self, wanted, timeout_s, times=1):
        """Seconds from power-on, or from forget_lines(), until the console said it so many times."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if sum(wanted in line for line in self.lines()) >= times:
                return time.monotonic() - self.started
            if not self.is_on():
                raise MachineError("QEMU ended")
            time.sleep(0.5)
        raise MachineError(f"no \"{wanted}\" within {timeout_s} s; the console ends:\n" + "\n".join(self.lines()[-15:]))

    def screenshot(self, path):
        ppm = self.folder / "screen.ppm"
        self.qmp.ask("screendump", filename=str(ppm))
        subprocess.run(["convert", str(ppm), str(path)], check=True)

    def different_pixels(self, picture, beside=(), levels=0):
        """By more than levels of 255; beside these rectangles (x, y, width, height); -1: the screen has another size."""
        ppm = self.folder / "screen.ppm"
        self.qmp.ask("screendump", filename=str(ppm))
        with open(ppm, "rb") as file:
            if file.read(40).split()[1:3] != [str(size).encode() for size in self.size]:
                return -1
        hide = [word for x, y, width, height in beside for word in ("-draw", f"rectangle {x},{y} {x + width},{y + height}")]
        told = subprocess.run(["convert", str(ppm), str(picture), *hide, "-fuzz", f"{100 * levels / 255}%", "-metric", "AE", "-compare", "-format", "%[distortion]", "info:"],
                              capture_output=True, text=True)
        return int(float(told.stdout)) if told.returncode == 0 and told.stdout else -1

    def await_picture(self, picture, timeout_s, levels=0):
        """Until it is on the screen, pixel by pixel."""
        deadline = time.monotonic() + timeout_s
        while (differs := self.different_pixels(picture, levels=levels)) != 0:
            if time.monotonic() > deadline:
                raise MachineError(f"{differs} pixels differ from {picture}")
            time.sleep(1)

    def await_still(self, timeout_s=60):
        """Until two pictures, a second apart, are the same: what is shown now has been drawn."""
        before, deadline = self.folder / "before.ppm", time.monotonic() + timeout_s
        self.qmp.ask("screendump", filename=str(before))
        while time.monotonic() < deadline:
            time.sleep(1)
            if self.different_pixels(before) == 0:
                return
            self.qmp.ask("screendump", filename=str(before))
        raise MachineError(f"the screen does not come to rest within {timeout_s} s")

    def place(self, x, y):
        """A pixel of the screen as the tablet counts."""
        return [{"type": "abs", "data": {"axis": axis, "value": round(at * 32767 / (size - 1))}}
                for axis, at, size in (("x", x, self.size[0]), ("y", y, self.size[1]))]

    def touch(self, x, y):
        """A finger down and up. It comes from somewhere else, as fingers do: the kernel keeps back what has not changed."""
        for events in (self.place(x + 9, y + 9), [*self.place(x, y), button(True)], [button(False)]):
            self.finger(events)

    def finger(self, events):
        """As fast as a finger and no faster: the tablet's queue is short."""
        self.qmp.ask("input-send-event", events=events)
        time.sleep(0.06)

    def stroke(self, points):
        """A finger that stays down from point to point."""
        self.finger(self.place(points[0][0] + 9, points[0][1] + 9))
        for i, (x, y) in enumerate(points):
            self.finger([*self.place(x, y), *([button(True)] if i == 0 else [])])
        self.finger([button(False)])

    def key(self, *names):
        self.qmp.ask("send-key", keys=[{"type": "qcode", "data": name} for name in names])


class ArmMachine(Machine):
    """The same with an arm64 processor: QEMU's own board, which starts by UEFI as the boxes do."""

    firmware = ("/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd")

    def board(self):
        width, height = self.size
        return ["qemu-system-aarch64", "-machine", "virt", "-accel", "tcg,thread=multi", "-cpu", "cortex-a72",
                "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={self.firmware[0]}",
                "-drive", f"if=pflash,format=raw,unit=1,file={self.folder}/vars.fd",
                "-device", f"virtio-gpu-pci,xres={width},yres={height}"]


def button(down):
    return {"type": "btn", "data": {"button": "left", "down": down}}
