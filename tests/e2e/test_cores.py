#!/usr/bin/env python3
"""Cores: none is written, whatever the machine allows; and if one were, yizhan-sync's would hold nobody. Nor does
another process of the same user look into a program.

A core is what lies in memory: every page of yizhan-sync is read while it holds an application in the middle of a POST.
"""
import ctypes
import os
import pathlib
import resource
import select
import signal
import subprocess
import time

from memory import kiosk_pid, memory_of
from tell import check, tell, with_forms
from world import CTL, ROOT, SYNC, WAIT_S, Program

ANSWERS = ROOT / "tests" / "form" / "services" / "pension-renewal.answers.json"
PICTURE = ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"
MARKS = [mark.encode(code) for mark in ("王秀兰", "999901194403080027", "清水村三组12号", "13800001234")
         for code in ("utf-8", "utf-16-le", "utf-32-le", "gb18030")]


def may_dump_core():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)


def dumped(process):
    """Whether the kernel wrote a core of it."""
    process.send_signal(signal.SIGABRT)
    return os.WCOREDUMP(os.waitpid(process.pid, 0)[1])


def start(world, *command, become=may_dump_core):
    return subprocess.Popen([str(word) for word in command], cwd=world.dir, env=world.environment, preexec_fn=become,
                            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def core_limit(pid):
    line = next(line for line in pathlib.Path(f"/proc/{pid}/limits").read_text().splitlines() if "core file" in line)
    return line.split()[4:6]


def until(condition, what):
    deadline = time.monotonic() + WAIT_S
    while not condition():
        check(time.monotonic() < deadline, what)
        select.select([], [], [], 0.02)


def none_is_written(world):
    with_forms(world)
    other = start(world, "tail", "-f", "/dev/null")
    sync = start(world, SYNC, "--config", world.config)
    until(lambda: core_limit(sync.pid) == ["1", "1"], "yizhan-sync would write cores")
    check(not dumped(sync), "yizhan-sync left a core")
    print(f"a program that does not forbid it {'leaves a core here' if dumped(other) else 'leaves none here either'}")
    world.kiosk_up()
    check(core_limit(kiosk_pid(world)) == ["1", "1"], "the kiosk would write cores")


PR_CAPBSET_DROP = 24
LOOKING = (19, 21, 38)  # CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON


def be_nobody_special():
    """What would let root look, and is gone at the next exec."""
    for capability in LOOKING if os.geteuid() == 0 else ():
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability)


def may_look(pid):
    return subprocess.run(["cat", f"/proc/{pid}/environ"], preexec_fn=be_nobody_special, capture_output=True).returncode == 0


def nobody_looks_in(world):
    with_forms(world)
    other = start(world, "tail", "-f", "/dev/null", become=be_nobody_special)
    check(may_look(other.pid), "nobody could look into any process: the test proves nothing")
    sync = start(world, SYNC, "--config", world.config, become=be_nobody_special)
    until(lambda: not may_look(sync.pid), "another process may look into yizhan-sync")
    tool = start(world, CTL, "form", "session", PICTURE.parent / "form.xml", become=be_nobody_special)
    until(lambda: not may_look(tool.pid), "another process may look into yizhanctl")
    for process in (other, sync, tool):
        process.kill()
        process.wait()


def sync_holds_nobody(world):
    if os.geteuid() != 0:
        print("skipped: only root may read its memory, as nobody_looks_in shows")
        return
    with_forms(world)
    applied = world.ctl("apply", "pension-renewal", "--answers", ANSWERS, f"--media=card.png={PICTURE}",
                        f"--media=signature.png={PICTURE}")
    check(applied["ok"], f"not saved: {applied}")
    world.platform_up()
    world.platform_tell("faults", {"do": "hang", "on": "submission", "method": "POST"})
    sync = Program("yizhan-sync", [SYNC, "--config", world.config], world.dir / "logs" / "sync.log", world.environment)
    instance = applied["instance_id"].removeprefix("uuid:").encode()
    until(lambda: world.ctl("queue", "list")["cases"][0]["state"] == "sending", "it is not being sent")
    core = b"".join(content for _, _, content in memory_of(sync.process.pid))
    world.platform_tell("release", {})
    sync.stop()
    check(instance in core, "the application is not in this memory: the search proves nothing")
    found = [mark for mark in MARKS if mark in core]
    print(f"{len(core) >> 20} MiB of yizhan-sync read, its application in it: plaintext {len(found)}")
    check(not found, f"in yizhan-sync's memory: {found}")


tell(none_is_written, nobody_looks_in, sync_holds_nobody)
