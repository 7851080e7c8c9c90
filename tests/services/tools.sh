#!/bin/sh
# Put what `make lint` checks charts and workflows with into .tools/bin, unless it is there already:
# Helm and actionlint, compiled from their sources, which takes minutes once.
set -eu

bin="$(cd "$(dirname "$0")/../.." && pwd)/.tools/bin"
# The newest that this Go and the next compile.
helm=helm.sh/helm/v3/cmd/helm@v3.22.0
actionlint=github.com/rhysd/actionlint/cmd/actionlint@v1.7.12

for module in "$helm" "$actionlint"; do
    name=$(basename "${module%@*}")
    [ ! -x "$bin/$name" ] || continue
    if command -v "$name" >/dev/null 2>&1; then
        mkdir -p "$bin"
        ln -sf "$(command -v "$name")" "$bin/$name"
    elif command -v go >/dev/null 2>&1; then
        echo "Compiling $name …"
        GOPATH="$bin/../go" GOCACHE="$bin/../go/build" GOBIN="$bin" GOFLAGS="-modcacherw" go install "$module"
        rm -rf "$bin/../go"
    else
        echo "$name is missing, and Go to compile it: install one of the two for \`make lint\`" >&2
    fi
done
