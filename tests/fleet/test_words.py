#!/usr/bin/env python3
"""What is mistyped is answered in a line or two, with what there is instead; nothing is built before that."""
import os
import pathlib
import re
import subprocess

from tell import tell

ROOT = pathlib.Path(__file__).resolve().parents[2]
CTL = pathlib.Path(os.environ.get("YIZHAN_BUILD", ROOT / "build")) / "bin" / "yizhanctl"


def said(*words, status):
    done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == status and done.stdout == "", f"{words}: {done.returncode} {done.stdout}{done.stderr}"
    return done.stderr


def a_wrong_verb_shows_the_right_ones(_folder):
    lines = said(CTL, "form", "chek", status=64).splitlines()
    assert lines[0] == "yizhanctl: there is no form chek", lines
    assert any("form check FORM.xml" in line for line in lines) and not any("queue" in line for line in lines), lines
    assert said(CTL, "fleet", status=64).startswith("yizhanctl: fleet what?\n  fleet enrol LIST.csv")


def a_wrong_noun_shows_what_was_meant(_folder):
    assert said(CTL, "quue", "list", status=64).splitlines()[:2] == ["yizhanctl: there is no command quue", "Did you mean queue?"]
    assert "Did you mean" not in said(CTL, "xylophone", status=64)


def help_says_all_or_those_of_one(_folder):
    every, queue = (subprocess.run([CTL, "help", *noun], capture_output=True, text=True, check=True).stdout
                    for noun in ((), ("queue",)))
    asked = subprocess.run([CTL, "queue", "--help"], capture_output=True, text=True, check=True).stdout
    assert asked and asked in queue, asked
    assert "queue release" in every and "rescue DISK" in every and "queue release" in queue and "rescue" not in queue


def usages():
    """(the words of a command, what stands behind them), as help says it"""
    text = subprocess.run([CTL, "help"], capture_output=True, text=True, check=True).stdout
    for entry in re.split(r"\n(?=  [a-z])", text.split("\n", 1)[1].replace("yizhanctl ", "")):
        words = entry.rsplit("\n", 2 if entry.endswith("\n") else 1)[0].split()
        count = next((at for at, word in enumerate(words) if not re.fullmatch("[a-z]+", word)), len(words))
        yield words[:count], " ".join(words[count:])


def every_command_says_how_it_is_used(_folder):
    for words, behind in usages():
        asked = subprocess.run([CTL, *words, "--help"], capture_output=True, text=True, timeout=30, check=True)
        assert asked.stdout.split() == ["usage:", "yizhanctl", *words, *behind.split()] and asked.stderr == "", asked
        assert subprocess.run([CTL, "help", *words], capture_output=True, text=True, check=True).stdout == asked.stdout


def every_option_is_known_and_no_other(_folder):
    for words, behind in usages():
        if not behind:  # form session: it reads nothing but its input
            continue
        for option, value in re.findall(r"(--[a-z-]+)( [^\] |]+)?", behind):
            told = said(CTL, *words, option, *(["12"] if value else []), "--frob", status=64).splitlines()
            assert told[0] == "yizhanctl: there is no option --frob here", (words, option, told)
            assert told[1].startswith("usage: yizhanctl " + " ".join(words)), told
            if value:
                assert said(CTL, *words, option, status=64).startswith(f"yizhanctl: {option} lacks its value\n"), option


def a_wrong_value_or_word_is_named(_folder):
    for words, says in (
            (("form", "show", "form.xml", "--out", "x", "--lang", "fr"), "fr is none of what it can be"),
            (("form", "show", "form.xml", "--out", "x", "--panel", "10x10"), "10x10 is no panel: write it like 1280x800@10.1"),
            (("fleet", "report", "--out", "x", "--silent", "three"), "three is no whole number from 1 to "),
            (("queue", "list", "one", "two"), "what is two for?"),
            (("voice", "script", "recordings"), "usage: yizhanctl voice script")):
        assert says in said(CTL, *words, status=64), words
    done = subprocess.run([CTL, "form", "show", ROOT / "docs/example-every-question/form.xml", "--out", "x", "--answers", "no.json"],
                          capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1 and "open no.json" in done.stderr, done
    assert "there is no command nonsense" in said(CTL, "help", "nonsense", status=64)


def a_folder_mistyped_is_not_an_empty_one(folder):
    for words in (("voice", "pack", folder / "recrodings", "--out", folder / "out"),
                  ("voice", "pack", folder, "--out", folder / "no" / "out"),
                  ("voice", "pack", folder, "--out", folder / "out", "--forms", folder / "no")):
        done = subprocess.run([CTL, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2 and "the folder" in done.stderr, done


def an_upload_of_nothing_or_with_a_new_key_says_so(folder):
    for made in ("key", "empty", "stick/yizhan-courier"):
        (folder / made).mkdir(parents=True)
    subprocess.run([CTL, "courier", "key", folder / "key"], check=True, stdout=subprocess.DEVNULL)
    for stick, key, says in (("stick/yizhan-courier", "key", "there is no folder yizhan-courier"),
                             ("empty", "key", "there is no folder yizhan-courier"), ("stick", "empty", "yizhanctl courier key made"),
                             ("stick", "kye", "yizhanctl courier key made"), ("stikc", "key", "no stick at")):
        assert says in said(CTL, "courier", "upload", folder / stick, "--url", "http://127.0.0.1:1/x", "--key", folder / key, status=1)
    assert not any((folder / "empty").iterdir()), "a key was made by the way"


def desk_files(folder, kiosk="7 = HrijPQkUWeLTYBBaAQgjDQPjt4GmADfFd8DVEf0nC+A=", url="http://127.0.0.1:1/v1"):
    subprocess.run([CTL, "desk", "key", "--out", folder / "county.pem"], check=False, capture_output=True)
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text("made-up\n")
    (folder / "desk.ini").write_text(f"""[central]
url = {url}
user = clerk@example.org
password_file = {folder}/password
project = 1
[key]
private = {folder}/county.pem
[kiosks]
{kiosk}
[desk]
dir = {folder}/desk
""")
    return "--config", folder / "desk.ini"


def a_desk_that_cannot_says_why_in_the_clerks_language(folder):
    def refused(*words):
        english = said(CTL, "desk", *words, status=1)
        done = subprocess.run([CTL, "desk", *words], capture_output=True, text=True, timeout=30, check=False,
                              env=dict(os.environ, LC_ALL="zh_CN.UTF-8"))
        assert re.search("[一-鿿]", done.stderr), f"no Chinese for {english}"
        return english

    config = desk_files(folder)
    assert "no answer from http://127.0.0.1:1/v1" in refused("fetch", *config)
    (folder / "password").chmod(0o644)
    assert "chmod 640" in refused("fetch", *config)
    (folder / "password").unlink()
    assert "password_file" in refused("fetch", *config)
    (folder / "county.pem").write_text("another file")
    assert "holds no private key" in refused("fetch", *config)
    assert "line 9: 7 has another key than a kiosk's" in refused("list", *desk_files(folder, kiosk="7 = HrijPQkUWeLTYBBa"))
    assert "line 9: 77777 is no kiosk's number" in refused("list", *desk_files(folder, kiosk="77777 = x"))
    done = said(CTL, "fleet", "report", "--out", folder / "fleet.html", "--from", folder / "no", status=1)
    assert "open the folder" in done and not (folder / "fleet.html").exists(), done


def the_announcer_reads_words_and_no_signs(_folder):
    for lang in ("zh-CN", "en"):
        rows = subprocess.run([CTL, "voice", "script", "--lang", lang], capture_output=True, text=True, check=True).stdout.splitlines()[1:]
        assert len(rows) > 300 and all(any(c.isalnum() for c in row.split(",", 1)[1]) for row in rows), [r for r in rows if len(r) < 18]


def the_other_programs_say_how_they_are_used(folder):
    for words in (("yizhan-sync", "--help"), ("yizhan-visit", "--help"), ("yizhan-kiosk", "--help")):
        asked = subprocess.run([CTL.parent / words[0], *words[1:]], capture_output=True, text=True, timeout=30, check=True)
        assert asked.stdout.startswith("usage: ") and words[0] in asked.stdout and asked.stderr == "", asked
    assert "no.log" in said(CTL.parent / "yizhan-visit", "log", folder / "no.log", status=2), "a log mistyped is no whole one"


def a_full_disk_is_no_picture(folder):
    (folder / "sheet.png").symlink_to("/dev/full")
    done = subprocess.run([CTL, "form", "show", ROOT / "assets/forms/withdraw/form.xml", "--out", folder, "--lang", "en", "--text", "normal",
                           "--contrast", "light", "--panel", "1280x800@10.1"], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1 and "sheet.png: No space left on device" in done.stderr and done.stdout == "", done


def a_store_without_its_folder_says_which(folder):
    (folder / "secrets").mkdir()
    (folder / "kiosk.ini").write_text(f"[kiosk]\nnumber = 7\nplace = x\n[store]\ndir = {folder}/store\n[platform]\nurl = http://127.0.0.1:1/x\n"
                                      f"[seal]\nkey_sha256 = {'ab' * 32}\n[secrets]\ndir = {folder}/secrets\n")
    assert f"no folder {folder}/store ([store] dir)" in said(CTL, "status", "--config", folder / "kiosk.ini", status=1)


def dev_refuses_before_it_builds(_folder):
    for words, says in ((("frob",), "there is no ./dev frob"), (("image", "sparc"), "an image for sparc?"), (("test", "no"), "./dev test [long]")):
        assert says in said(ROOT / "dev", *words, status=1)


tell(a_wrong_verb_shows_the_right_ones, a_wrong_noun_shows_what_was_meant, help_says_all_or_those_of_one,
     every_command_says_how_it_is_used, every_option_is_known_and_no_other, a_wrong_value_or_word_is_named,
     a_folder_mistyped_is_not_an_empty_one, an_upload_of_nothing_or_with_a_new_key_says_so,
     a_desk_that_cannot_says_why_in_the_clerks_language, the_announcer_reads_words_and_no_signs,
     the_other_programs_say_how_they_are_used, a_full_disk_is_no_picture, a_store_without_its_folder_says_which,
     dev_refuses_before_it_builds)
