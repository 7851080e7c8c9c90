#!/bin/sh
# Install the servers that the tests start for themselves. Quick when they are there already.
set -eu

if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; then
    exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install PostgreSQL 14 or newer so that 'initdb' is on PATH, then try again." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    if ! sudo -n true 2>/dev/null; then
        echo "PostgreSQL is missing; run: sudo apt-get install -y postgresql" >&2
        exit 1
    fi
fi

# Without create_main_cluster=false the package would start a server of its own.
$as_root mkdir -p /etc/postgresql-common
echo "create_main_cluster = false" | $as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
