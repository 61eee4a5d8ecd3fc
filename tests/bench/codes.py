#!/usr/bin/env python3
"""codes.share and codes.time: QR codes as a village camera sees them, read by us, by zbar as it comes, by zxing-cpp.

Every reader gets the same frames, up to four of each scene as a person holds a code still; a scene counts as read when
the right payload comes out of any of them and as misread when a wrong one does. Time is the mean CPU time of a frame looked at;
codes.time.easy that of the frames which every reader reads at first sight.
"""
import collections
import json
import pathlib
import subprocess
import tempfile
import time

import numpy
import zxingcpp

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEEDS = 12
FRAMES = 4
HOW = "./dev bench codes"


def load(path):
    data = path.read_bytes()
    head, _, pixels = data.partition(b"255\n")
    width, height = (int(word) for word in head.split()[1:3])
    return numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(height, width)


def zxing(folder, scene):
    score = {"read": False, "misread": False, "frames": 0, "ms": 0.0}
    for moment in range(FRAMES):
        image = load(folder / f"{scene['hardship']}-{scene['seed']}-{moment}.pgm")
        began = time.thread_time()
        results = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
        score["ms"] += (time.thread_time() - began) * 1e3
        score["frames"] += 1
        for result in results:
            score["read" if result.text == scene["payload"] else "misread"] = True
        if score["read"]:
            break
    return score


def share(scores):
    return 100.0 * sum(score["read"] for score in scores) / len(scores)


def is_easy(score):
    return score["read"] and score["frames"] == 1


def frame_ms(scores):
    return sum(score["ms"] for score in scores) / sum(score["frames"] for score in scores)


def report(name, unit, value, peer, peer_value, runs):
    ratio = value / peer_value if peer_value else None
    print(json.dumps({"name": name, "value": round(value, 2), "unit": unit, "peer": peer,
                      "peer_value": round(peer_value, 2), "ratio": round(ratio, 3) if ratio else None, "runs": runs,
                      "how": HOW}), flush=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        made = subprocess.run([ROOT / "build/bin/bench_codes", folder, str(SEEDS)], capture_output=True, text=True,
                              check=True)
        scores = collections.defaultdict(lambda: collections.defaultdict(list))
        for line in made.stdout.splitlines():
            scene = json.loads(line)
            scene["zxing"] = zxing(folder, scene)
            for reader in ("ours", "zbar", "zxing"):
                scores[reader][scene["hardship"]].append(scene[reader])
    total = {reader: [s for listed in by.values() for s in listed] for reader, by in scores.items()}
    names = {"zbar": "zbar unfiltered", "zxing": "zxing-cpp"}
    better = max(names, key=lambda reader: share(total[reader]))
    report("codes.share", "%", share(total["ours"]), names[better], share(total[better]), len(total["ours"]))
    faster = min(names, key=lambda reader: frame_ms(total[reader]))
    report("codes.time", "ms CPU/frame", frame_ms(total["ours"]), names[faster], frame_ms(total[faster]), len(total["ours"]))
    easy = [at for at in range(len(total["ours"])) if all(is_easy(listed[at]) for listed in total.values())]
    easy_ms = {reader: frame_ms([listed[at] for at in easy]) for reader, listed in total.items()}
    faster = min(names, key=lambda reader: easy_ms[reader])
    report("codes.time.easy", "ms CPU/frame", easy_ms["ours"], names[faster], easy_ms[faster], len(easy))
    misread = {reader: 100.0 * sum(s["misread"] for s in listed) / len(listed) for reader, listed in total.items()}
    report("codes.misread", "%", misread["ours"], names["zxing"], misread["zxing"], len(total["ours"]))
    for hardship in scores["ours"]:
        ours = share(scores["ours"][hardship])
        for reader, label in names.items():
            report(f"codes.share.{hardship}", "%", ours, label, share(scores[reader][hardship]), SEEDS)


main()
