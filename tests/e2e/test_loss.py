#!/usr/bin/env python3
"""Lost packets, both ways, by nftables in a network of the test's own: everything arrives, and arrives once.

Without the right to make a network namespace, or without nft, the test is skipped and says why.
"""
import os
import subprocess
import sys

from tell import check, tell
from world import ROOT, StoryError

SKIPPED = 77
INSIDE = "YIZHAN_INSIDE_NETWORK"
APPLICATIONS = 4
TURNS_MAX = 30
PACKET_BYTES = 1500  # the loopback's own are of 64 KiB, and an application would be a handful of them

ANSWERS = ROOT / "tests" / "form" / "services" / "pension-renewal.answers.json"
PICTURE = ROOT / "assets" / "forms" / "residence-permit" / "photo.png"


def run(*command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    check(done.returncode == 0, f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def lose(percent):
    """Of every hundred packets of the only interface, so questions and answers alike."""
    run("nft", "flush", "ruleset")
    if percent == 0:
        return
    run("nft", "-f", "-", text=f"""table inet road {{
        chain in {{
            type filter hook input priority 0;
            numgen random mod 100 < {percent} counter drop
            counter
        }}
    }}
    """)


def packets():
    """Lost, passed."""
    words = run("nft", "list", "table", "inet", "road").split()
    return [int(words[i + 1]) for i, word in enumerate(words) if word == "packets"]


def apply(world):
    done = world.ctl("apply", "pension-renewal", "--answers", ANSWERS, f"--media=card.png={PICTURE}",
                     f"--media=signature.png={PICTURE}")
    check(done["ok"], f"not saved: {done}")
    return done["instance_id"].removeprefix("uuid:")


def push_until_clear(world):
    for turn in range(1, TURNS_MAX + 1):
        status, counts = world.sync_once()
        check(counts["parked"] == 0, f"parked for a bad road: {counts}")
        if status == 0:
            return turn, counts
    raise StoryError(f"something still waits after {TURNS_MAX} turns: {counts}")


def travel(world, percent):
    run("ip", "link", "set", "lo", "up", "mtu", str(PACKET_BYTES), "gso_max_segs", "1")
    lose(0)
    world.platform_up()
    world.write_config()
    check(world.sync_once()[0] == 0, "the forms did not come")
    saved = {apply(world) for _ in range(APPLICATIONS)}
    lose(percent)
    turns, _ = push_until_clear(world)
    lost_packets, passed = packets()
    lose(0)
    arrived = [record["instance_id"].removeprefix("uuid:") for record in world.submissions() if record["complete"]]
    platform = world.platform_get("/admin/counts")
    lost, twice = saved - set(arrived), platform["duplicates"] + platform["conflicts"] + len(arrived) - len(set(arrived))
    print(f"{percent} % lost ({lost_packets} of {lost_packets + passed} packets), {turns} turns: saved {len(saved)}, "
          f"arrived {len(arrived)}, lost {len(lost)}, twice {twice}")
    check(lost_packets > 0, "no packet was lost: this proves nothing")
    check(not lost and twice == 0, f"lost {lost}, twice {twice}")


def one_packet_in_twenty_is_lost(world):
    travel(world, 5)


def one_packet_in_five_is_lost(world):
    travel(world, 20)


def enter_a_network_of_its_own():
    """This program again, where nobody else's packets pass; an ordinary user is root in it."""
    probe = subprocess.run(["unshare", "--net", "--map-root-user", "nft", "add", "table", "inet", "probe"],
                           capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print(f"skipped: no network namespace with nftables here: {probe.stderr.strip()}")
        sys.exit(SKIPPED)
    os.environ[INSIDE] = "1"
    os.execvp("unshare", ["unshare", "--net", "--map-root-user", sys.executable, *sys.argv])


if INSIDE not in os.environ:
    try:
        enter_a_network_of_its_own()
    except FileNotFoundError as missing:
        print(f"skipped: {missing.filename} is not installed")
        sys.exit(SKIPPED)
tell(one_packet_in_twenty_is_lost, one_packet_in_five_is_lost)
