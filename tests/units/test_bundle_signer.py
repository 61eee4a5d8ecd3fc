#!/usr/bin/env python3
"""One authority vouches for updates, technicians and couriers: by the box's own RAUC settings, only the first may sign what
a box runs."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from faults import check, end

ROOT = pathlib.Path(__file__).resolve().parents[2]


def signed_by(holder, folder):
    """A bundle as ./dev bundle makes it, but with the certificate of HOLDER."""
    ca = folder / f"{holder}-as-update"
    ca.mkdir()
    shutil.copy(folder / "ca/ca.pem", ca)
    for kind in ("pem", "key"):
        shutil.copy(folder / f"ca/{holder}.{kind}", ca / f"update.{kind}")
    (folder / "slot").write_bytes(os.urandom(64 * 1024))
    subprocess.run([ROOT / "board/rauc/bundle", "amd64", ca, folder / f"{holder}.raucb", folder / "slot", "1.0"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / f"{holder}.raucb"


def asked(bundle, folder):
    settings = (ROOT / "board/rauc/system.conf").read_text().replace("@ARCH@", "amd64")
    (folder / "system.conf").write_text(settings.replace("/etc/rauc/keyring.pem", str(folder / "ca/ca.pem")))
    return subprocess.run(["rauc", "--conf", folder / "system.conf", "info", bundle], capture_output=True, text=True, check=False)


def without_usages(folder):
    """As authorities made them before there were usages."""
    run = {"check": True, "cwd": folder / "ca", "stderr": subprocess.DEVNULL}
    subprocess.run("openssl req -new -key technician.key -subj /OU=technician -out old.csr && cp technician.key old.key &&"
                   " openssl x509 -req -in old.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out old.pem", shell=True, **run)


with tempfile.TemporaryDirectory(prefix="yizhan-signer-") as name:
    here = pathlib.Path(name)
    subprocess.run([ROOT / "board/rauc/test-ca", here / "ca"], check=True)
    without_usages(here)
    told = asked(signed_by("update", here), here)
    check(told.returncode == 0, f"an update is refused: {told.stderr}")
    for somebody in ("technician", "courier", "old"):
        told = asked(signed_by(somebody, here), here)
        check(told.returncode != 0 and "purpose" in told.stderr, f"{somebody} signs what a box runs: {told.returncode} {told.stderr}")
    for kind in ("pem", "key"):
        shutil.copy(here / f"ca/old.{kind}", here / f"ca/update.{kind}")
    subprocess.run([ROOT / "board/rauc/test-ca", here / "ca"], check=True)
    (here / "update.raucb").unlink()
    shutil.rmtree(here / "update-as-update")
    told = asked(signed_by("update", here), here)
    check(told.returncode == 0, f"an authority of before the usages does not mend itself: {told.stderr}")

end("bundle signer")
