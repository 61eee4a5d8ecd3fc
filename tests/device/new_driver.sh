#!/usr/bin/env bash
# ./dev new-driver lays out a driver that compiles and passes its test, in a copy of the sources.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
(cd "$root" && tar cf - --exclude=./build --exclude=./.git .) | tar xf - -C "$copy"
cd "$copy"
drivers/template/new_driver.py printer label 1234:abcd
if drivers/template/new_driver.py printer label 2>/dev/null; then echo "a second time must be refused"; exit 1; fi
if drivers/template/new_driver.py toaster bread 2>/dev/null; then echo "an unknown class must be refused"; exit 1; fi
cmake --preset release -S . >/dev/null
ninja --quiet -C build test_label test_models
ctest --test-dir build -R '^(label|models)$' --output-on-failure
