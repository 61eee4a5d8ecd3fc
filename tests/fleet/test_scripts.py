#!/usr/bin/env python3
"""The units' own scripts yizhan-update, yizhan-reset and yizhan-data, line by line, with programs of ours in their places: what they do,
in which order, and what is left when a step fails."""
import os
import pathlib
import re
import shutil
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ["PATH"] += ":/usr/sbin:/sbin"  # mke2fs and its like, for whoever is not root
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"


class Box:
    """A data partition as a folder, and a PATH whose programs write down how they were called."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        self.data, self.bin, self.calls = self.dir / "data", self.dir / "bin", self.dir / "calls"
        self.partition = self.dir / "partition"
        self.bin.mkdir()
        for name in ("store/update", "rauc", "visit", "credstore", "secrets", "config", "lost+found"):
            (self.data / name).mkdir(parents=True)
        self.next_slots("B A")  # B runs
        for name in ("rauc", "systemctl", "yizhanctl", "sync", "systemd-repart"):
            self.stub(name)

    def stub(self, name, body="exit 0"):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>{self.calls}\n{body}\n')
        path.chmod(0o755)

    def next_slots(self, order):
        (self.bin / "grub-editenv").write_text(f"#!/bin/sh\necho ORDER={order}\n")
        (self.bin / "grub-editenv").chmod(0o755)

    def run(self, unit):
        slots = (ROOT / "board/rauc/slots").read_text().replace("/var/lib/yizhan", str(self.data))
        (self.dir / "slots").write_text(slots)
        shutil.copy(ROOT / "board/units/yizhan-known", self.dir)
        script = (ROOT / "board/units" / unit).read_text().replace("/usr/lib/yizhan", str(self.dir)).replace("/var/lib/yizhan", str(self.data)).replace("/etc/yizhan", str(self.data / "config"))
        script = script.replace("/usr/lib/systemd/", "").replace("/run", str(self.dir)).replace("/dev/mapper", str(self.dir / "mapper"))
        script = script.replace("/dev/yizhan/data", str(self.partition)).replace("/dev/tpmrm0", str(self.dir / "tpm"))
        self.calls.unlink(missing_ok=True)
        done = subprocess.run(["sh"], input=script, text=True, capture_output=True, check=False, timeout=60,
                              env=dict(os.environ, PATH=f"{self.bin}:{os.environ['PATH']}"))
        return done.returncode, self.calls.read_text().splitlines() if self.calls.exists() else []

    def names(self):
        return sorted(path.name for path in self.data.iterdir())


def with_update(box):
    (box.data / "store/update/ready.raucb").write_bytes(b"bundle")
    (box.data / "store/update/ready.meta").write_text("digest\n0.4.0\n")


def nothing_has_come(box):
    assert box.run("yizhan-update") == (0, [])
    (box.data / "store/update/ready.raucb").write_bytes(b"not whole yet")
    assert box.run("yizhan-update") == (0, []), "a file without its note was installed"


def installed_from_a_copy(box):
    with_update(box)
    own = box.data / "rauc/update.raucb"
    box.stub("rauc", f'[ "$2" = {own} ] && [ "$(cat "$2")" = bundle ]')
    box.next_slots("A B")
    box.stub("date", "echo 12")
    assert box.run("yizhan-update") == (0, [f"rauc install {own}", "date +%H"]), "at noon nobody is interrupted"
    left = sorted(path.name for path in (box.data / "store/update").iterdir())
    assert left == ["installed.meta"] and not own.exists(), f"{left}"


def at_night_it_starts(box):
    with_update(box)
    box.next_slots("A B")
    box.stub("date", "echo 03")
    assert box.run("yizhan-update")[1][-1] == "systemctl --no-block reboot"


def what_was_written_too_late_starts_the_next_night(box):
    (box.data / "store/update/installed.meta").write_text("digest\n0.4.0\n")
    box.next_slots("A B")
    box.stub("date", "echo 05")
    assert box.run("yizhan-update") == (0, ["date +%H"])
    box.stub("date", "echo 02")
    assert box.run("yizhan-update") == (0, ["date +%H", "systemctl --no-block reboot"]), "it waits until somebody pulls the plug"
    box.next_slots("B A")
    assert box.run("yizhan-update") == (0, []), "a box that runs the newest starts every night"


def a_link_or_a_pipe_is_no_update(box):
    with_update(box)
    ready = box.data / "store/update/ready.raucb"
    ready.unlink()
    (box.dir / "secret").write_text("secret")
    box.stub("rauc", '[ -s "$2" ]')
    for lay in (lambda: ready.symlink_to(box.dir / "secret"), lambda: os.mkfifo(ready)):
        lay()
        assert box.run("yizhan-update")[0] == 1 and not (box.data / "rauc/update.raucb").exists()
        ready.unlink()
    with open(ready, "wb") as file:
        file.truncate(1 << 40)
    box.stub("head", 'exec >&2; [ "$2" -le 629145600 ] && exit 0; exit 1')
    box.stub("rauc")
    assert box.run("yizhan-update")[1][:2] == [f"head -c 553648128 {ready}", f"rauc install {box.data}/rauc/update.raucb"]


def what_rauc_refuses_stays_and_says_so(box):
    with_update(box)
    box.stub("rauc", "exit 1")
    status, calls = box.run("yizhan-update")
    assert status == 1 and len(calls) == 1, f"{status} {calls}"
    assert (box.data / "store/update/ready.meta").exists() and not (box.data / "rauc/update.raucb").exists()


def a_full_disk_leaves_no_half_copy(box):
    with_update(box)
    box.stub("head", f"echo half >{box.data}/rauc/update.raucb; exit 1")
    status, calls = box.run("yizhan-update")
    assert status == 1 and "rauc" not in "".join(call.split()[0] for call in calls), f"{status} {calls}"
    assert not (box.data / "rauc/update.raucb").exists() and (box.data / "store/update/ready.raucb").exists()


def with_reset(box, mark="1\n"):
    (box.data / "config/kiosk.ini").write_text("[kiosk]\n")
    (box.data / "visit/reset").write_text(mark)


def is_encrypted(box):
    (box.dir / "mapper").mkdir()
    (box.dir / "mapper/yizhan-data").touch()


def the_mark_stays_until_the_keys_are_gone(box):
    with_reset(box)
    is_encrypted(box)
    box.stub("cryptsetup", "exit 1")
    assert box.run("yizhan-reset")[0] != 0 and (box.data / "visit/reset").read_text() == "begun\n", "old blocks stay readable"
    box.stub("cryptsetup")
    assert box.run("yizhan-reset")[0] == 0 and box.names() == ["lost+found"]


def without_encryption_there_is_no_key(box):
    with_reset(box)
    box.stub("cryptsetup", "exit 1")
    status, calls = box.run("yizhan-reset")
    assert status == 0 and box.names() == ["lost+found"] and not any("cryptsetup" in call for call in calls), f"{calls}"


def a_reset(box):
    with_reset(box)
    is_encrypted(box)
    box.stub("cryptsetup")
    status, calls = box.run("yizhan-reset")
    assert status == 0 and box.names() == ["lost+found"], f"{status} {box.names()}"
    data = box.partition
    assert calls == ["yizhanctl reset --carried 1", "sync ", "yizhanctl reset --yes --abandon-unsent",
                     f"cryptsetup luksErase --batch-mode --disable-locks {data}", "sync ",
                     "systemctl --no-block poweroff"], f"{calls}"


def somebody_applied_since(box):
    with_reset(box)
    box.stub("yizhanctl", "exit 1")
    status, calls = box.run("yizhan-reset")
    assert status == 1 and calls == ["yizhanctl reset --carried 1"], f"{status} {calls}"
    assert not (box.data / "visit/reset").exists() and (box.data / "config/kiosk.ini").exists(), "the box is another one"


def begun_is_gone_through_with(box):
    with_reset(box)
    box.stub("yizhanctl", 'case "$*" in *--yes*) exit 1 ;; esac')  # the power goes while keys are destroyed
    assert box.run("yizhan-reset")[0] == 1 and (box.data / "visit/reset").read_text() == "begun\n"
    box.stub("yizhanctl")
    status, calls = box.run("yizhan-reset")
    assert status == 0 and calls[0] == "yizhanctl reset --yes --abandon-unsent" and box.names() == ["lost+found"], f"{status} {calls}"


def a_header(box, dump, is_read=True):
    """What is called on a partition that is LUKS and whose header says this; where it cannot be read, nothing or half. The TPM opens
    it, as cryptsetup does by itself unless it is told not to ask."""
    (box.dir / "dump").write_text(dump)
    box.stub("cryptsetup", f'case "$*" in luksDump*) cat {box.dir}/dump; exit {0 if is_read else 1} ;; *--disable-external-tokens*) exit 1 ;; esac')
    box.stub("udevadm")
    box.stub("systemd-cryptsetup")
    box.partition.touch()
    status, calls = box.run("yizhan-data")
    return status, [call.split()[1] for call in calls if "cryptsetup" in call]


def only_a_header_without_keys_is_made_anew(box):
    opened, made_anew = ["isLuks", "luksDump", "open", "attach"], ["isLuks", "luksDump", "luksFormat", "open", "attach"]
    assert a_header(box, "LUKS header information\nKeyslots:\n  1: luks2\nTokens:\n") == (0, opened)
    assert a_header(box, "LUKS header information\nKeyslots:\nTokens:\n") == (0, made_anew), "an erased box never starts again"
    for dump, is_read in (("", False), ("", True), ("LUKS header information\n", True), ("Keyslots:\n", False)):
        status, calls = a_header(box, dump, is_read)
        assert status != 0 and calls == opened[:2], f"all that is stored is destroyed for a bad moment: {status} {calls}"


# Stands for cryptsetup: a header is "LUKS", with a key when there is a "K" behind it, and eight MiB are written over for it.
# Where there is a file "cut" the power goes just before the header is whole.
CRYPTSETUP = """
put() {{ dd of={p} bs=1M conv=notrunc status=none "$@"; }}
header() {{ head -c 8M /dev/zero | put; [ ! -e {d}/cut ] || exit 137; printf LUKS | put; printf K | dd of={p} bs=1 seek=32768 conv=notrunc status=none; }}
case "$*" in
    isLuks*) [ "$(head -c 4 {p})" = LUKS ] ;;
    luksDump*) echo Keyslots:; [ -e {d}/erased ] || echo "  1: luks2" ;;
    *--test-passphrase*) [ "$(dd if={p} bs=1 skip=32768 count=1 status=none | tr -d '\\0')" = K ] ;;
    reencrypt*--init-only*) dd if={p} of={p} bs=1M count=8 seek=248 conv=notrunc status=none; header ;;
    reencrypt*--resume-only*) dd if=/dev/urandom of={p} bs=1M count=16 seek=232 conv=notrunc status=none ;; # all is encrypted
    luksFormat*) rm -f {d}/erased; header ;;
esac"""


def a_partition(box):
    """A new box's, with a TPM; what its file system begins with."""
    subprocess.run(["truncate", "-s", "256M", box.partition], check=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-L", "yizhan-data", box.partition, "224M"], check=True)
    box.stub("cryptsetup", CRYPTSETUP.format(p=box.partition, d=box.dir))
    box.stub("blockdev", f"stat -c %s {box.partition}")
    (box.dir / "tpm").touch()
    (box.dir / "mapper").mkdir()
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext2", "-L", "yizhan-data", box.dir / "mapper/yizhan-first", "1M"], check=True)
    for name in ("udevadm", "systemd-cryptsetup", "systemd-cryptenroll"):
        box.stub(name)
    return first_bytes(box, 0)


def first_bytes(box, at, size=8 << 20):
    with open(box.partition, "rb") as file:
        file.seek(at)
        return file.read(size)


def it_grows_when_encrypted_and_before_it_is_open(box):
    """Grown before, it is never encrypted; open, it stays small until the next start."""
    a_partition(box)
    status, calls = box.run("yizhan-data")
    names = [" ".join(call.split()[:2]) for call in calls]
    grown = names.index("systemd-repart --dry-run=no")
    assert status == 0 and names.index("cryptsetup reencrypt") < grown < names.index("systemd-cryptsetup attach"), f"{status} {names}"
    (box.dir / "tpm").unlink()
    subprocess.run(["truncate", "-s", "0", box.partition], check=True)
    status, calls = box.run("yizhan-data")
    assert status == 0 and calls[-1].startswith("systemd-repart"), f"without a TPM it stays small: {calls}"


def cut_once(box):
    (box.dir / "cut").touch()
    assert box.run("yizhan-data")[0] == 137
    (box.dir / "cut").unlink()


def a_first_start_that_was_cut_goes_on(box):
    beginning = a_partition(box)
    cut_once(box)
    assert first_bytes(box, 0) != beginning
    box.stub("mke2fs")
    status, calls = box.run("yizhan-data")
    assert status == 0 and any(call.startswith("systemd-cryptenroll --wipe-slot=password") for call in calls), f"{status} {calls}"
    assert not any(call.startswith("mke2fs") for call in calls), "what the box came with is gone"
    # All but the superblock, in which e2fsck writes when it looked.
    assert first_bytes(box, 248 << 20)[4096:] == beginning[4096:], "the file system has lost its beginning"


def an_erased_box_that_was_cut_goes_on(box):
    a_partition(box)
    box.run("yizhan-data")
    (box.dir / "erased").touch()
    cut_once(box)
    assert first_bytes(box, 0, 4) != b"LUKS"
    (box.dir / "tpm").unlink()  # a half-made header is no file system, whatever else is wrong
    assert box.run("yizhan-data")[0] == 0 and first_bytes(box, 0, 4) == b"LUKS", "it starts again for ever"


def a_file_system_is_made_to_its_end(box):
    a_partition(box)
    subprocess.run(["e2label", box.dir / "mapper/yizhan-first", ""], check=True)  # the power went before its name was written
    box.stub("mke2fs")
    box.stub("e2label")
    status, calls = box.run("yizhan-data")
    made = [call.split()[0] for call in calls if call.split()[0] in ("mke2fs", "e2label")]
    assert status == 0 and made == ["mke2fs", "e2label"], f"{status} {calls}"


def a_note_that_somebody_left_in_a_file_is_none(box):
    """Who fills the disk chooses what lies at 240 MiB, once the partition has grown; and what lies at 16 in any."""
    a_partition(box)
    script = (ROOT / "board/units/yizhan-data").read_text()
    for name, at in (("moving", 240), ("making", 16)):
        word = script.split(f"{name}=")[1].split()[0]
        with open(box.partition, "r+b") as file:
            file.seek(at << 20)
            file.write(word.encode())
    subprocess.run(["truncate", "-s", "300M", box.partition], check=True)
    (box.dir / "tpm").unlink()
    before = first_bytes(box, 0)
    status, calls = box.run("yizhan-data")
    assert status == 0 and first_bytes(box, 0) == before and not any("luksFormat" in call for call in calls), f"{status} {calls}"


def closed(box):
    note = box.dir / "yizhan/closed"
    return note.read_text().strip() if note.exists() else None


def a_lost_tpm_says_so(box):
    a_partition(box)
    assert box.run("yizhan-data")[0] == 0 and closed(box) is None
    (box.dir / "tpm").unlink()
    box.stub("systemd-cryptsetup", "exit 1")
    assert box.run("yizhan-data")[0] == 1 and closed(box) == "data-locked"
    (box.dir / "yizhan-closed").mkdir()
    assert box.run("yizhan-closed")[0] == 0
    config = box.dir / "yizhan-closed/kiosk.ini"
    assert "place = 数据盘打不开（TPM）\n" in config.read_text(encoding="utf-8")
    checked = subprocess.run([CTL, "status", "--config", config], capture_output=True, text=True, check=False)
    assert "config" not in checked.stderr, f"no kiosk starts with it: {checked.stderr}"


def pulled_plugs_are_no_guesses(box):
    """As TPM2_DictionaryAttackLockReset is written: tag, size, code, handle of the lockout, an empty password."""
    a_partition(box)
    assert box.run("yizhan-data")[0] == 0
    assert (box.dir / "tpm").read_bytes() == bytes.fromhex("8002 0000001b 00000139 4000000a 00000009 40000009 0000 01 0000")


def a_tpm_that_comes_late_leaves_what_is_there(box):
    """The file system has grown over the room of a header."""
    before = a_partition(box)
    subprocess.run(["truncate", "-s", "300M", box.partition], check=True)
    status, calls = box.run("yizhan-data")
    assert status == 0 and first_bytes(box, 0) == before and not any("reencrypt" in call for call in calls), f"{status} {calls}"


def keys_that_the_tpm_does_not_open_are_kept(box):
    folder = box.data / "credstore.encrypted"
    folder.mkdir()
    (box.dir / "yizhan").mkdir()
    names = ["device.secret", "signing.key"]
    box.stub("systemd-creds", "[ $1 != decrypt ] || exit 0; tee \"$5\" >/dev/null")
    assert box.run("yizhan-keys")[0] == 0 and not list(folder.iterdir()), "keys were made that no TPM has sealed"
    (box.dir / "tpm").touch()
    assert box.run("yizhan-keys")[0] == 0 and sorted(p.name for p in folder.iterdir()) == names
    made = [(folder / name).read_bytes() for name in names]
    box.stub("systemd-creds", "exit 1")
    for _ in range(2):
        assert box.run("yizhan-keys")[0] == 0 and closed(box) == "keys-locked"
        assert sorted(p.name for p in folder.iterdir()) == [f"{name}.locked" for name in names], "it became another kiosk"
    box.stub("systemd-creds")
    assert box.run("yizhan-keys")[0] == 0 and [(folder / name).read_bytes() for name in names] == made


def a_version_that_cannot_open_the_keys_is_not_healthy(box):
    (box.dir / "yizhan").mkdir()
    (box.data / "store/devices").write_text("")
    box.stub("systemctl", 'case "$*" in *NRestarts*) echo 0 ;; *) echo active ;; esac')
    box.stub("sleep")
    assert box.run("yizhan-healthy")[0] == 0
    (box.dir / "yizhan/closed").write_text("keys-locked\n")
    assert box.run("yizhan-healthy")[0] == 7, "on trial the older one has to come back"


def what_a_county_recorded_comes_into_the_image(box):
    function = re.search(r"^assets\(\) \{.*?^\}", (ROOT / "board/image/make").read_text(), re.M | re.S)[0]
    brought, there = box.dir / "tree/usr/share/yizhan", box.dir / "build/assets"
    for name in ("fonts", "hand", "icons", "lang", "models.ini", "strokes"):
        (there / name).mkdir(parents=True)
    for recorded in (False, True):
        shutil.rmtree(brought, ignore_errors=True)
        brought.mkdir(parents=True)
        if recorded:
            (there / "voices/zh-CN").mkdir(parents=True)
            (there / "voices/zh-CN/index").touch()
        subprocess.run(["bash", "-euo", "pipefail", "-c", f"programs={box.dir}/build tree={box.dir}/tree; {function}; assets"], check=True)
        assert (brought / "strokes").is_dir() and (brought / "voices/zh-CN/index").exists() == recorded


tell(what_a_county_recorded_comes_into_the_image, a_lost_tpm_says_so, pulled_plugs_are_no_guesses, a_tpm_that_comes_late_leaves_what_is_there, keys_that_the_tpm_does_not_open_are_kept,
     a_version_that_cannot_open_the_keys_is_not_healthy, it_grows_when_encrypted_and_before_it_is_open, a_first_start_that_was_cut_goes_on, an_erased_box_that_was_cut_goes_on, a_file_system_is_made_to_its_end,
     a_note_that_somebody_left_in_a_file_is_none, only_a_header_without_keys_is_made_anew, nothing_has_come, installed_from_a_copy, at_night_it_starts,
     what_was_written_too_late_starts_the_next_night, a_link_or_a_pipe_is_no_update,
     what_rauc_refuses_stays_and_says_so, a_full_disk_leaves_no_half_copy, a_reset,
     the_mark_stays_until_the_keys_are_gone, without_encryption_there_is_no_key, somebody_applied_since,
     begun_is_gone_through_with, place=Box)
