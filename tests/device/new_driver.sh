#!/usr/bin/env bash
# ./dev new-driver lays out a driver of each class that compiles and passes its test, in a copy of the sources.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
(cd "$root" && tar cf - --exclude=./build --exclude=./.git .) | tar xf - -C "$copy"
cd "$copy"
names=()
for class in $(sed -nE 's/^    DEVICE_(\w+),$/\L\1/p' drivers/device.h); do
    names+=("new$class")
    drivers/template/new_driver.py "$class" "new$class" "1234:00${#names[@]}0"
done
[ ${#names[@]} -ge 6 ]
refused() { if drivers/template/new_driver.py "$@" 2>/dev/null; then echo "must be refused: $*"; exit 1; fi; }
refused printer newprinter 1234:abcd
refused printer another 1234:0010
refused toaster bread
cmake --preset release -S . >/dev/null
ninja --quiet -C build "${names[@]/#/test_}" test_models
ctest --test-dir build -R "^($(IFS='|'; echo "${names[*]}")|models)\$" --output-on-failure
