#!/usr/bin/env python3
"""What decides about slots, run with a real boot environment in a folder: when a version is healthy, what is refused."""
import os
import pathlib
import re
import subprocess
import tempfile

from faults import check, end

ROOT = pathlib.Path(__file__).resolve().parents[2]
STUBS = {"systemctl": 'case "$*" in *ActiveState*) echo "${KIOSK:-active}" ;; *) echo "${RESTARTS:-0}" ;; esac',
         "sleep": ":", "yizhanctl": 'echo "$STORES" >&2; echo "forms     ${FORMS:-19} offered"; [ -z "$STORES" ]',
         "cat": """case "$*" in
                       */cmdline) echo "rauc.slot=${SLOT:-B} quiet" ;;
                       */models.ini) [ -z "$UNREADABLE" ] || { echo "cat: $*: $UNREADABLE" >&2; exit 1; } ;;
                       *) exec /bin/cat "$@" ;;
                   esac"""}


class Box:
    """A box whose slot B was just installed over the good slot A and now runs."""

    def __init__(self, folder, **words):
        self.dir = pathlib.Path(folder)
        for name in ("store", "rauc", "run", "bin", "bundle", "etc"):
            (self.dir / name).mkdir()
        for name, body in STUBS.items():
            path = self.dir / "bin" / name
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        (self.dir / "usr/share/yizhan").mkdir(parents=True)
        (self.dir / "usr/share/yizhan/models.ini").write_text("")
        (self.dir / "usr/games").mkdir()
        (self.dir / "release").write_text('NAME="Yizhan"\nVERSION_ID=0.10.0\n')
        for script in ("board/rauc/slots", "board/rauc/pre-install", "board/units/yizhan-healthy", "board/units/yizhan-trial", "board/units/yizhan-known"):
            self.take(script)
        (self.dir / "yizhan-known").chmod(0o755)
        (self.dir / "etc/kiosk.ini").write_text("[kiosk]\nphone = 0571-1234567\n")
        (self.dir / "etc/kiosk.env").write_text("YIZHAN_KIOSK_OPTIONS=--voice auto --turn 90\n")
        self.grubenv = self.dir / "grubenv"
        self.run("grub-editenv", self.grubenv, "create")
        self.set(**{**dict(ORDER="B A", A_OK=1, A_GOOD=1, A_STARTS=0, B_OK=1, B_GOOD=0, B_STARTS=1), **words})
        (self.dir / "rauc/devices.good").write_text("idcard ready\ncamera missing nothing plugged in\nprinter ready paper-near\n")
        self.devices("idcard ready\nprinter ready\n")

    def take(self, script):
        """A script as it is, but for where things lie."""
        text = (ROOT / script).read_text()
        for there, here in {"/usr/lib/yizhan/": "", "/boot/efi/yizhan/": "", "/etc/yizhan/": "etc/", "/var/lib/yizhan/store": "store", "/var/lib/yizhan/rauc": "rauc",
                            "/run/yizhan": "run", "/etc/os-release": "release"}.items():
            text = text.replace(there, f"{self.dir}/{here}")
        (self.dir / pathlib.Path(script).name).write_text(text.replace("is_damaged /usr", f"is_damaged {self.dir}/usr"))

    def run(self, *words, **environment):
        path = {"PATH": f"{self.dir}/bin:/usr/bin:/bin"}
        return subprocess.run([str(word) for word in words], env={**path, **environment}, capture_output=True, text=True, check=False, timeout=60)

    def script(self, name, **environment):
        return self.run("sh", self.dir / name, **environment)

    def set(self, **words):
        self.run("grub-editenv", self.grubenv, "set", *[f"{key}={value}" for key, value in words.items()])

    def word(self, key):
        return dict(line.split("=", 1) for line in self.run("grub-editenv", self.grubenv, "list").stdout.splitlines())[key]

    def devices(self, text):
        (self.dir / "store/devices").write_text(text)

    def offer(self, version):
        (self.dir / "bundle/manifest.raucm").write_text(f"[update]\ncompatible=yizhan-amd64\nversion={version}\n")
        return self.script("pre-install", RAUC_UPDATE_SOURCE=str(self.dir / "bundle"))

    def is_on_trial(self):
        return (self.dir / "store/on-trial").exists()


def with_box(test, **words):
    with tempfile.TemporaryDirectory(prefix="yizhan-slots-") as folder:
        test(Box(folder, **words))


def a_trial_that_ends_well(box):
    box.script("yizhan-trial")
    check(box.is_on_trial(), "the outbox may be migrated on trial")
    check(not (box.dir / "store/devices").exists(), "devices that the version before found count for this one")
    box.devices("idcard ready\nprinter ready\n")
    told = box.script("yizhan-healthy", STORES="outbox.db keeps schema 1 until this version has shown that it works")
    check(told.returncode == 0, f"a healthy version is not: {told.stderr}")
    check((box.word("B_GOOD"), box.word("B_STARTS")) == ("1", "0"), "the boot loader was not told")
    check(not box.is_on_trial() and (box.dir / "run/healthy").exists(), "the trial has no end")
    check((box.dir / "rauc/last-update").read_text() == "good 0.10.0\n", "nobody says how the update went")
    check((box.dir / "rauc/devices.good").read_text() == "idcard ready\nprinter ready\n", "the next version is measured by an old one")
    check((box.dir / "known").read_text() == "phone=0571-1234567\nturn=90\n", "a box that loses its data forgets whom to call and how its panel stands")
    box.script("yizhan-trial")
    check(not box.is_on_trial(), "a good version is on trial again at the next start")


def not_healthy(said, **environment):
    def test(box):
        told = box.script("yizhan-healthy", **environment)
        check(told.returncode == 7 and said in told.stderr, f"{said}: {told.returncode} {told.stderr}")
        check(told.stderr.startswith("<3>"), "that is not logged as an error")
        check(box.word("B_GOOD") == "0" and not (box.dir / "run/healthy").exists(), "it counts as good")
        box.set(B_GOOD=1)
        check(box.script("yizhan-healthy", **environment).returncode == 1, "a good version that is not well starts the machine again and again")
    return test


def a_device_that_is_gone(box):
    box.devices("idcard ready\nprinter missing nothing plugged in\n")
    told = box.script("yizhan-healthy")
    check(told.returncode == 7 and "printer does not answer" in told.stderr, f"{told.returncode} {told.stderr}")
    box.set(B_GOOD=1)
    check(box.script("yizhan-healthy").returncode == 0, "a cable pulled later makes a good version bad")


def a_good_slot_that_is_damaged(box):
    """Its kiosk does not run any more: the version before serves, where there is a good one."""
    told = box.script("yizhan-healthy", KIOSK="failed")
    check(told.returncode == 1 and box.word("B_OK") == "1", "a whole version that is not well is thrown out")
    check(box.script("yizhan-healthy", KIOSK="failed", UNREADABLE="Permission denied").returncode == 1, "what may not be read counts as damaged")
    box.set(A_GOOD=0)
    check(box.script("yizhan-healthy", KIOSK="failed", UNREADABLE="Input/output error").returncode == 1, "it goes back to what never worked")
    box.set(A_GOOD=1)
    check(box.script("yizhan-healthy", UNREADABLE="Input/output error").returncode == 0, "what serves is thrown out")
    told = box.script("yizhan-healthy", KIOSK="failed", UNREADABLE="Input/output error")
    check(told.returncode == 7 and "<3>slot B is damaged" in told.stderr, f"{told.returncode} {told.stderr}")
    check((box.word("B_OK"), box.word("A_OK")) == ("0", "1"), "the damaged slot is started again")
    told = box.script("yizhan-healthy", SLOT="A")
    check("<3>the version in slot B did not become healthy" in told.stderr and box.word("ORDER") == "A B", f"the fall back is silent: {told.stderr}")


def forms_that_do_not_load(box):
    check(box.script("yizhan-healthy", FORMS="0").returncode == 0, "a box that never had a form is not healthy")
    box.script("yizhan-healthy")
    box.set(B_GOOD=0)
    told = box.script("yizhan-healthy", FORMS="0")
    check(told.returncode == 7 and "no form loads" in told.stderr, f"{told.returncode} {told.stderr}")
    check(box.script("yizhan-healthy", FORMS="1").returncode == 0, "a form that the county took back makes a version bad")


def back_from_a_version_that_failed(box):
    told = box.script("yizhan-healthy", SLOT="A")
    check(told.returncode == 0 and "<3>the version in slot B did not become healthy in 3 starts" in told.stderr, f"{told.stderr}")
    check((box.word("ORDER"), box.word("B_OK")) == ("A B", "0"), "what failed is tried again")
    check((box.dir / "rauc/last-update").read_text() == "fell back to 0.10.0\n", "nobody says how the update went")


def back_from_a_good_version(box):
    """Six power cuts in a row: the other version serves, says so, and the good one has the next start."""
    told = box.script("yizhan-healthy", SLOT="A")
    check("<3>the version in slot B did not become healthy" in told.stderr, "the fall back is silent")
    check((box.word("ORDER"), box.word("B_OK"), box.word("B_STARTS")) == ("B A", "1", "3"), "power cuts threw a good version out")


def laid_out_by_a_broken_in_sync(box):
    """The store is writable for the program that has the network: its links and pipes get it nothing of root's."""
    keys, boot = box.dir / "signing.key", box.dir / "grub.cfg"
    keys.write_text("secret ready\n")
    boot.write_text("boot\n")
    store = box.dir / "store"
    for name in ("devices.good", "last-update", "on-trial"):
        (store / name).symlink_to(boot)
    box.script("yizhan-trial")
    check(box.is_on_trial() and not (store / "on-trial").is_symlink(), "the trial is a link's")
    (store / "devices").symlink_to(keys)
    box.set(B_GOOD=1)
    check(box.script("yizhan-healthy").returncode == 0, "a link makes a good version bad")
    check(boot.read_text() == "boot\n", "what a link names is written")
    check("secret" not in (box.dir / "rauc/devices.good").read_text(), "what a link names is read")
    (store / "devices").unlink()
    os.mkfifo(store / "devices")
    check(box.script("yizhan-healthy").returncode == 0, "a pipe stops it")


def what_may_be_installed(box):
    check(box.offer("0.11.0").returncode != 0, "an update is installed over the one on trial")
    (box.dir / "run/healthy").touch()
    for older in ("0.9.9", "0.9", "0.10.0~rc1"):
        told = box.offer(older)
        check(told.returncode != 0 and "older" in told.stderr, f"{older} goes over 0.10.0")
    sort = box.dir / "bin/sort"
    sort.write_text("#!/bin/sh\nexit 1\n")
    sort.chmod(0o755)
    check(box.offer("0.9.9").returncode != 0, "where versions cannot be compared an older one goes in")
    sort.unlink()
    check(box.word("A_GOOD") == "1", "a refused bundle makes the other version unknown")
    for newer in ("0.10.0", "0.10.1", "1.0"):
        check(box.offer(newer).returncode == 0, f"{newer} is refused")
    check(box.word("A_GOOD") == "0", "what was overwritten still counts as good")
    (box.dir / "bundle/manifest.raucm").write_text("[update]\n")
    check(box.script("pre-install", RAUC_UPDATE_SOURCE=str(box.dir / "bundle")).returncode != 0, "a bundle without version goes in")


with_box(a_trial_that_ends_well)
with_box(not_healthy("the kiosk is failed", KIOSK="failed"))
with_box(not_healthy("the kiosk is activating", KIOSK="activating", RESTARTS="5"))
with_box(not_healthy("outbox.db is a folder", STORES="outbox.db is a folder"))
with_box(a_device_that_is_gone)
with_box(forms_that_do_not_load)
with_box(a_good_slot_that_is_damaged, B_GOOD=1)
with_box(laid_out_by_a_broken_in_sync)
with_box(back_from_a_version_that_failed, B_STARTS=3)
with_box(back_from_a_good_version, B_STARTS=6, B_GOOD=1)
with_box(what_may_be_installed)

for script in ("board/rauc/slots", "board/rauc/pre-install", "board/units/yizhan-healthy", "board/units/yizhan-trial", "board/units/yizhan-usb", "board/units/yizhan-known",
               "board/units/yizhan-closed"):
    words = set(re.findall(r"\b(sed|grep|awk|find|bash)\b", re.sub(r"#.*", "", (ROOT / script).read_text())))
    check(not words, f"{script} calls {words}, which the image does not have")

end("slots")
