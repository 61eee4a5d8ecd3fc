"""What a script of this folder finds wrong: all of it is told, and then it fails."""
import sys

faults = []


def check(condition, what):
    if not condition:
        faults.append(what)
        print(f"  FAILED: {what}")


def end(name):
    print(f"{name}:", "FAILED" if faults else "ok")
    sys.exit(bool(faults))
