#!/bin/sh
# Put an OpenID Connect provider into .tools/oidc-provider: the npm package oidc-provider. Needs
# Node 20 and npm.
set -eu

version=9
directory="$(cd "$(dirname "$0")/../.." && pwd)/.tools/oidc-provider"
[ ! -d "$directory/node_modules" ] || exit 0

mkdir -p "$(dirname "$directory")"
work=$(mktemp -d "$directory.XXXXXX")
trap 'rm -rf "$work"' EXIT

npm install --silent --no-save --no-package-lock --no-audit --no-fund --ignore-scripts \
    --prefix "$work" "oidc-provider@$version"
# Another run may have been quicker.
[ -d "$directory/node_modules" ] || mv "$work" "$directory"
