"""packages.txt is all there is: each file of the slot comes from a package it names, or is ours by the list below."""
import fnmatch
import hashlib
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
MERGED = ("bin", "sbin", "lib", "lib64")  # Debian 12 is usr-merged, its packages are not
OURS = (
    "usr/bin/yizhan*", "usr/lib/yizhan/*", "usr/share/yizhan/*", "usr/lib/systemd/system/yizhan-*", "etc/rauc/*", "usr/lib/os-release",
    "boot/initrd", "boot/vmlinuz", "usr/lib/modules/*/modules.*", "usr/lib/udev/hwdb.bin", "etc/ssl/certs/ca-certificates.crt",
    "etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/machine-id",
)


def packaged(listed, archive):
    """Paths of all packages that are listed, whose bytes are the ones that are listed."""
    paths = set()
    for line in listed:
        name, version, arch, digest = line.split()
        if arch.startswith("made-of"):
            continue
        deb = archive / f"{name}_{version.replace(':', '%3a')}_{arch}.deb"
        assert hashlib.sha256(deb.read_bytes()).hexdigest() == digest, f"{deb.name} is another than packages.txt says"
        tar = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], capture_output=True, check=True).stdout
        for path in subprocess.run(["tar", "-t", "--quoting-style=literal"], input=tar, capture_output=True, check=True).stdout.decode().splitlines():
            path = path.removeprefix("./").rstrip("/")
            paths.add(f"usr/{path}" if path.split("/")[0] in MERGED else path)
    return paths


def unlisted(tree, image, archive=ROOT / "build/debs-amd64/cache/archives"):
    tree = pathlib.Path(tree)
    known = packaged((image / "packages.txt").read_text().splitlines()[1:], archive)
    put_there = {str(path.relative_to(ROOT / "board/image/files")) for path in (ROOT / "board/image/files").rglob("*")}
    return sorted(str(path.relative_to(tree)) for path in tree.rglob("*")
                  if path.is_file() and not path.is_symlink() and str(path.relative_to(tree)) not in known | put_there
                  and not any(fnmatch.fnmatch(str(path.relative_to(tree)), pattern) for pattern in OURS))
