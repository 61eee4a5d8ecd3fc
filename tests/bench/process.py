"""What benches measure of whole processes: start of the kiosk, memory, processor time, wake-ups."""
import pathlib
import select
import socket
import subprocess
import tempfile
import time

from world import BIN, BUILD, ROOT


def start_ms(world, size):
    """From exec of the unmodified kiosk to the datagram by which systemd hears that its first frame is out."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(f"{folder}/notify")
        systemd.settimeout(60)
        began = time.monotonic()
        kiosk = subprocess.Popen(
            [BIN / "yizhan-kiosk", "--config", world.config, "--assets", BUILD / "assets", "--models",
             ROOT / "drivers" / "models.ini", "--presenter", "memory", "--size", size, "--voice", "silent"],
            env=dict(world.environment, NOTIFY_SOCKET=f"{folder}/notify"), stderr=subprocess.DEVNULL)
        try:
            while b"READY=1" not in systemd.recv(4096):
                pass
            return (time.monotonic() - began) * 1000
        finally:
            kiosk.terminate()
            kiosk.wait()


def pss_mib(pids):
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def cpu_ms(pids):
    """By each process's own clock (see clock_getcpuclockid(3)): ticks of 10 ms are too coarse here."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids) * 1000


def wakeups(pid):
    """Voluntary context switches of all threads: each is a sleep that ended."""
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


def settle(pid, at_most_s=30):
    """Until a whole second passed without a wake-up: a busy machine is long about finding devices and reading forms."""
    for _ in range(at_most_s):
        before = wakeups(pid)
        select.select([], [], [], 1)
        if wakeups(pid) == before:
            return
