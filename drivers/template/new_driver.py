#!/usr/bin/env python3
"""./dev new-driver CLASS NAME [VENDOR:PRODUCT]: lays out a driver that compiles, its model and its test.

Run at the repository's top. Touches nothing that is there already but the five lines that make the driver known.
"""
import glob
import os
import re
import subprocess
import sys

HERE = "drivers/template"


def die(text):
    sys.exit(f"new-driver: {text}")


def classes():
    text = open("drivers/device.h", encoding="utf-8").read()
    return [name.lower() for name in re.findall(r"^    DEVICE_(\w+),$", text, re.M)]


def folder_of(kind):
    """Where the drivers of the class are: the keypad's share a folder with the touch panel's."""
    for path in sorted(glob.glob("drivers/*/*.c")):
        if f".class = DEVICE_{kind.upper()}," in open(path, encoding="utf-8").read():
            return os.path.dirname(path)
    return f"drivers/{kind}"


def insert(path, line, before):
    """Puts a line in front of the last place where `before` stands."""
    text = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
    if line in text:
        return
    at = text.rfind(before) if before else len(text)
    if at < 0:
        die(f"{path}: no place found for {line!r}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[:at] + line + text[at:])
    print(f"  added to  {path}: {line.strip().splitlines()[0]}")


def lay_out(template, path, words):
    text = open(f"{HERE}/{template}", encoding="utf-8").read()
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "x", encoding="utf-8") as file:
        file.write(text)
    print(f"  wrote     {path}")


def add_source(path, source):
    """Into the first yizhan_library whose name is the folder's."""
    text = open(path, encoding="utf-8").read()
    folder = os.path.basename(os.path.dirname(path))
    changed, count = re.subn(rf"(yizhan_library\({folder}\s+SOURCES )", rf"\g<1>{source} ", text, count=1)
    if count == 0:
        die(f"{path}: no yizhan_library({folder} SOURCES ...) to add {source} to")
    if "yz_usb" not in re.search(rf"yizhan_library\({folder}\b[^)]*\)", changed).group(0):
        changed = re.sub(rf"(yizhan_library\({folder}\b[^)]*LINKS )", r"\g<1>yz_usb ", changed, count=1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)
    print(f"  added to  {path}: {source}")


def main():
    if len(sys.argv) not in (3, 4):
        die("CLASS NAME [VENDOR:PRODUCT]; classes are " + ", ".join(classes()))
    kind, name = sys.argv[1:3]
    vendor, _, product = (sys.argv[3] if len(sys.argv) == 4 else "f055:0001").partition(":")
    if kind not in classes():
        die(f"no class {kind}; there are {', '.join(classes())}. A new class begins in drivers/device.h")
    if not re.fullmatch(r"[a-z][a-z0-9]*", name):
        die("a name is lower-case letters and digits")
    if not re.fullmatch(r"[0-9a-f]{4}", vendor) or not re.fullmatch(r"[0-9a-f]{4}", product):
        die("VENDOR:PRODUCT are four hex digits each")
    folder = folder_of(kind)
    if os.path.exists(f"{folder}/{name}_driver.c"):
        die(f"{folder}/{name}_driver.c is there already")
    if f"[usb:{vendor}:{product}]" in open("drivers/models.ini", encoding="utf-8").read():
        die(f"drivers/models.ini has a row for {vendor}:{product} already: give VENDOR:PRODUCT")
    words = {"CLASS": kind, "CLASS_UPPER": kind.upper(), "NAME": name, "NAME_UPPER": name.upper(), "VENDOR": vendor,
             "PRODUCT": product, "FOLDER": folder}

    written = {"driver.c.in": f"{folder}/{name}_driver.c", "model.h.in": f"{folder}/model/{name}_model.h",
               "model.c.in": f"{folder}/model/{name}_model.c", "test.c.in": f"tests/device/test_{name}.c"}
    for template, path in written.items():
        lay_out(template, path, words)
    subprocess.run(["clang-format", "-i", *written.values()], check=True)

    insert(f"{folder}/driver.h", f"extern const struct driver {name}_driver;\n", "\n#endif")
    insert("drivers/registry.c", f"    &{name}_driver,\n", "    NULL,\n")
    add_source(f"{folder}/CMakeLists.txt", f"{name}_driver.c")
    insert(f"{folder}/model/CMakeLists.txt",
           f"yizhan_library({name}_model SOURCES {name}_model.c LINKS yz_model yz_base)\n", "")
    if "add_subdirectory(model)" not in open(f"{folder}/CMakeLists.txt", encoding="utf-8").read():
        insert(f"{folder}/CMakeLists.txt", "if(YIZHAN_TESTS)\n    add_subdirectory(model)\nendif()\n", "")
    insert("tests/device/CMakeLists.txt",
           f"yizhan_device_test({name} SOURCES test_{name}.c\n"
           f"    LINKS yz_device_desk yz_{name}_model yz_device yz_base)\n", "")
    insert("drivers/models.ini", f"[usb:{vendor}:{product}]\nname = {name} {kind}\ndriver = {name}\n\n", "[usb-class:07]")
    print(f"next: ninja -C build test_{name} && ctest --test-dir build -R '^{name}$'\n"
          "      then docs/ADDING_A_DRIVER.md, step 2")


if __name__ == "__main__":
    main()
