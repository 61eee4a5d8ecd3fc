#!/usr/bin/env python3
"""./dev box: the fleet's image with what one box was enrolled with, and nothing else of it changed."""
import os
import pathlib
import struct
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ["PATH"] += ":/usr/sbin:/sbin"  # mke2fs and its like, for whoever is not root
BEGIN, SIZE = 1 << 20, 256 << 20


def an_image(folder):
    """As much of a disk as is looked at: a GPT whose second partition is the data partition."""
    disk = folder / "disk.img"
    entries = b""
    for name, first, last in (("yizhan-a", 34, 2047), ("yizhan-data", BEGIN // 512, (BEGIN + SIZE) // 512 - 1)):
        entries += struct.pack("<16s16sQQQ72s", b"type", b"id", first, last, 0, name.encode("utf-16-le"))
    with open(disk, "wb") as file:
        file.truncate(BEGIN + SIZE + (1 << 20))
        file.seek(512)
        file.write(struct.pack("<8s64xQII", b"EFI PART", 2, 2, 128))
        file.seek(1024)
        file.write(entries)
        file.seek(BEGIN + SIZE)
        file.write(b"behind it")
    return disk


def a_box(folder):
    box = folder / "0007"
    (box / "credstore").mkdir(parents=True)
    for path, mode in (("kiosk.ini", 0o644), ("pin.key", 0o600), ("credstore/platform.password", 0o600)):
        (box / path).write_text(path)
        (box / path).chmod(mode)
    return box


def make(folder, box, disk):
    return subprocess.run([ROOT / "board/image/box", box, "--disk", disk, "--out", folder / "box.img"], capture_output=True, text=True,
                          env=dict(os.environ, SOURCE_DATE_EPOCH="1795334400"), check=False)


def ask(image, command):
    return subprocess.run(["debugfs", "-R", command, image], capture_output=True, text=True, check=True).stdout


def what_it_was_enrolled_with_lies_in_its_place(folder):
    disk = an_image(folder)
    done = make(folder, a_box(folder), disk)
    assert done.returncode == 0, done.stderr
    made, was = (path.read_bytes() for path in (folder / "box.img", disk))
    assert made[:BEGIN] == was[:BEGIN] and made[BEGIN + SIZE:] == was[BEGIN + SIZE:] and len(made) == len(was), "more was changed"
    (folder / "data").write_bytes(made[BEGIN:BEGIN + SIZE])
    subprocess.run(["e2fsck", "-fn", folder / "data"], capture_output=True, check=True)
    for path, mode in (("config/kiosk.ini", "100644"), ("config/pin.key", "100600"), ("credstore/platform.password", "100600")):
        parent, name = path.split("/")
        row = next(line for line in ask(folder / "data", f"ls -p /{parent}").splitlines() if f"/{name}/" in line)
        assert row.split("/")[2:5] == [mode, "0", "0"], f"{path}: {row}"
        assert ask(folder / "data", f"cat /{path}") == path.removeprefix("config/"), f"{path} says something else"
    assert (folder / "box.img").stat().st_mode & 0o077 == 0, "others may read its tokens"


def what_is_no_image_or_no_box_says_so(folder):
    disk = an_image(folder)
    box = a_box(folder)
    other = folder / "other.img"
    other.write_bytes(bytes(4096))
    for words, says in (((folder / "nobody", disk), "is no folder of yizhanctl fleet enrol"), ((box, other), "is no image of ours"),
                        ((box, folder / "none.img"), "./dev image first")):
        done = make(folder, *words)
        assert done.returncode == 1 and says in done.stderr and not (folder / "box.img").exists(), done.stderr


tell(what_it_was_enrolled_with_lies_in_its_place, what_is_no_image_or_no_box_says_so)
