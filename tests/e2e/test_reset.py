#!/usr/bin/env python3
"""Factory reset: nothing of keys, drafts or applications is left, and no citizen's application is lost by it unasked."""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from tell import check, tell
from world import CTL, ROOT, World

ANSWERS = ROOT / "tests" / "form" / "services" / "pension-renewal.answers.json"
PICTURE = ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"


def with_unsent(world, count):
    """Forms pulled, the link down, that many applications saved."""
    world.platform_up()
    world.write_config()
    world.sync_once()
    world.platform_down()
    answers = json.loads(ANSWERS.read_text(encoding="utf-8"))
    media = [f"--media={name}={PICTURE}" for name in sorted(set(answers.values())) if name.endswith(".png")]
    for _ in range(count):
        check(world.ctl("apply", "pension-renewal", "--answers", ANSWERS, *media)["ok"], "not saved")
    drafts = world.dir / "store" / "drafts"
    drafts.mkdir(exist_ok=True)
    (drafts / "somebody").write_bytes(os.urandom(5000))


def reset(world, *words):
    done = subprocess.run([CTL, "reset", "--config", world.config, "--json", *words], capture_output=True, env=world.environment, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def files(world):
    """Of the kiosk: everything but the stories' own logs."""
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for folder in ("store", "secrets") for path in
            (world.dir / folder).rglob("*") if path.is_file()} | ({world.config: "it"} if world.config.exists() else {})


def refused_and_unchanged(world, *words, says):
    before = files(world)
    status, answer = reset(world, *words)
    check(status == 1 and says in answer["error"], f"{status} {answer}")
    left = files(world)
    check(left.keys() >= before.keys() and all(left[path] == before[path] for path in before if "outbox" not in path.name),
          "a refused reset changed something")  # the outbox's journal comes and goes with every look


def unsent_applications_stop_it(world):
    with_unsent(world, 2)
    refused_and_unchanged(world, says="2 applications have not arrived")
    refused_and_unchanged(world, "--carried", "1", says="2 applications have not arrived")
    refused_and_unchanged(world, "--carried", "2:1", says="2 applications have not arrived")  # the second is a later one
    status, answer = reset(world, "--carried", "2:1000")
    check(status == 0, f"{status} {answer}")
    check(reset(world, "--carried", "2:")[0] == 64, "half a mark is taken for one")
    status, answer = reset(world, "--carried", "2")
    check(status == 0 and world.config.exists() and files(world), "it was not even told that it is meant")
    refused_and_unchanged(world, "--yes", says="2 applications have not arrived")
    refused_and_unchanged(world, "--yes", "--to", str(world.dir / "no-stick"), says="no-stick")
    check(world.ctl("queue", "list")["cases"][0]["state"] == "queued", "the queue is another one")


def they_are_carried_away_and_arrive(world):
    with_unsent(world, 2)
    stick, office, links = world.dir / "stick", world.dir / "office", world.dir / "links"
    for folder in (stick, office, links):
        folder.mkdir()
    plain = {path: path.read_bytes() for path in files(world) if path.stat().st_size > 0}
    for number, path in enumerate(plain):
        os.link(path, links / str(number))  # what a medium's blocks hold afterwards
    status, answer = reset(world, "--yes", "--to", str(stick))
    check(status == 0 and answer["saved"] == 2, f"{status} {answer}")
    check(files(world) == {}, f"left: {files(world)}")
    check(not any((world.dir / "store").iterdir()) and not any((world.dir / "secrets").iterdir()), "folders are left")
    for number, (path, content) in enumerate(plain.items()):
        now = (links / str(number)).read_bytes()
        check(path == world.config or content[:64] not in now, f"{path.name} was unlinked, not overwritten")
    subprocess.run([CTL, "courier", "key", office], check=True, stdout=subprocess.DEVNULL)
    world.platform_up()
    sent = subprocess.run([CTL, "courier", "upload", stick, "--url", f"http://127.0.0.1:{world.port}/v1/key/demo/projects/1", "--key",
                           office, "--json"], capture_output=True, env=world.environment, check=False)
    check(json.loads(sent.stdout)["applications"] == 2, f"{sent.stdout} {sent.stderr}")
    check(len(world.submissions()) == 2, "they did not arrive")


def told_to_it_destroys_them(world):
    with_unsent(world, 1)
    check(reset(world, "--yes", "--abandon-unsent")[0] == 0 and files(world) == {}, f"left: {files(world)}")


def after_a_power_cut_it_goes_on(world):
    with_unsent(world, 1)
    for path in (world.dir / "secrets").iterdir():
        path.unlink()
    (world.dir / "store" / "outbox.db").write_bytes(os.urandom(50_000))
    check(reset(world, "--yes", "--abandon-unsent")[0] == 0 and files(world) == {}, f"left: {files(world)}")


def not_under_a_running_kiosk(world):
    with_unsent(world, 0)
    world.kiosk_up()
    world.wait("attract")
    keys = [world.dir / "secrets" / name for name in ("device.secret", "signing.key")]
    world.until(lambda: all(path.exists() for path in keys), "the keys of a new kiosk")
    secrets = {path: path.read_bytes() for path in keys}
    status, answer = reset(world, "--yes")
    check(status == 1 and "yizhan-kiosk is running" in answer["error"], f"{status} {answer}")
    check(all(path.read_bytes() == before for path, before in secrets.items()), "the keys of a running kiosk are others")
    world.kiosk_down()
    check(reset(world, "--yes")[0] == 0 and files(world) == {}, f"left: {files(world)}")


def not_in_somebody_elses_folder(world):
    with_unsent(world, 0)
    text = world.config.read_text()
    world.config.write_text(text.replace(f"dir = {world.dir}/secrets", "dir = /yizhan-nowhere"))  # would be harmless
    refused_and_unchanged(world, "--yes", says="no folder of a kiosk's own")


def what_cannot_be_destroyed_is_said(world):
    """A key on a medium that has become read-only: as a folder that its owner may not write."""
    with_unsent(world, 0)
    (world.dir / "secrets" / "a-key").write_bytes(os.urandom(32))
    somebody = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    for path in [world.dir, *world.dir.rglob("*")]:
        if somebody:
            os.chown(path, 65534, 65534, follow_symlinks=False)
    reachable = pathlib.Path(tempfile.mkdtemp(prefix="yizhan-ctl-"))  # a checkout under /root is root's alone
    world.folders.append(reachable)
    reachable.chmod(0o755)
    secrets = world.dir / "secrets"
    before = {path.name for path in secrets.iterdir()}
    secrets.chmod(0o500)
    done = subprocess.run([shutil.copy(CTL, reachable), "reset", "--config", world.config, "--json", "--yes"], capture_output=True,
                          env=world.environment, check=False, **somebody)
    secrets.chmod(0o700)
    check(done.returncode == 1 and "could not be destroyed" in json.loads(done.stdout)["error"], f"{done}")
    check(before and {path.name for path in secrets.iterdir()} == before, "this test has not hindered it")
    check(world.config.exists(), "nothing tells the next try where the keys lie")
    check(reset(world, "--yes")[0] == 0 and files(world) == {}, f"left: {files(world)}")


def a_wrong_mirror_is_said_before_anything_is_destroyed(world):
    with_unsent(world, 0)
    world.config.write_text(world.config.read_text().replace("[store]\n", "[store]\nmirror = /mnt\n"))
    refused_and_unchanged(world, "--yes", says="no folder of a kiosk's own")


World.where = None  # links between its folders, and what a disk keeps of a file
tell(unsent_applications_stop_it, they_are_carried_away_and_arrive, told_to_it_destroys_them, after_a_power_cut_it_goes_on,
     not_under_a_running_kiosk, not_in_somebody_elses_folder, what_cannot_be_destroyed_is_said,
     a_wrong_mirror_is_said_before_anything_is_destroyed)
