#!/usr/bin/env python3
"""Every service, all the way: filled by `yizhanctl apply`, sealed, delivered, opened, and the same as answered."""
import datetime
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
import world  # noqa: E402  (its folder is only known now)

WRITTEN_ON = datetime.date(2026, 11, 22)
PICTURE = world.ROOT / "assets" / "forms" / "pension-renewal" / "signature.png"


def as_if_today(value):
    """Dates around the day the answers were written move along with the calendar, by whole weeks: a coming Friday stays
    a coming Friday, and what was over stays over. Birthdays and the like are older than that."""
    if not re.fullmatch(r"202[6-9]-\d\d-\d\d", value):
        return value
    day, days = datetime.date.fromisoformat(value), (datetime.date.today() - WRITTEN_ON).days
    weeks = -(-days // 7) if day > WRITTEN_ON else days // 7
    return (day + datetime.timedelta(weeks=weeks)).isoformat()


def answers_of(service):
    answers = json.loads((HERE / f"{service}.answers.json").read_text(encoding="utf-8"))
    return {ref: as_if_today(value) for ref, value in answers.items()}


def apply(here, service, answers):
    """The number on the receipt."""
    file = here.dir / f"{service}.json"
    file.write_text(json.dumps(answers, ensure_ascii=False), encoding="utf-8")
    media = [f"--media={name}={PICTURE}" for name in sorted(set(answers.values())) if name.endswith(".png")]
    done = here.ctl("apply", service, "--answers", file, *media)
    if not done["ok"]:
        raise world.StoryError(f"{service} was refused: {done}")
    return done["number"]


def alike(answer, field):
    """Numbers by value (a decimal is sent as 95.0), several choices in any order."""
    try:
        return float(answer) == float(field)
    except ValueError:
        return sorted(answer.split()) == sorted(field.split())


def differences(answers, record):
    """What the county reads, against what was answered. Repeats arrive as lists, one value an instance that has it."""
    if record["error"] or not record["opened"] or not record["complete"]:
        return [f"was not opened whole: {record['error']}"]
    expected = {}
    for ref, value in answers.items():
        expected.setdefault(re.sub(r"\[\d+\]", "", ref).removeprefix("/data/"), []).append(value)
    wrong = []
    for name, values in expected.items():
        field = record["fields"].get(name, [])
        fields = field if isinstance(field, list) else [field]
        if len(fields) != len(values) or not all(map(alike, values, fields)):
            wrong.append(f"{name} was {values}, arrived as {fields}")
    return wrong


def main():
    services = sorted(f.name for f in (world.ROOT / "assets" / "forms").iterdir())
    here, faults = world.World(), []
    try:
        here.platform_up()
        here.write_config()
        here.sync_once()
        answered = {service: answers_of(service) for service in services}
        numbers = {service: apply(here, service, answered[service]) for service in services}
        status, counts = here.sync_once()
        records = {record["form_id"]: record for record in here.submissions()}
        if status != 0 or counts["delivered_now"] != len(services) or set(records) != set(services):
            faults.append(f"{counts['delivered_now']} of {len(services)} were delivered")
        for service, record in records.items():
            faults += [f"{service}: {text}" for text in differences(answered[service], record)]
            if record["fields"].get("case_number", numbers[service]) != numbers[service]:
                faults.append(f"{service}: the county reads another number than the receipt {numbers[service]}")
    finally:
        here.close()
    print("\n".join(faults) if faults else f"{len(services)} services answered, delivered and read alike")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
