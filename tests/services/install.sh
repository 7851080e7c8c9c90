#!/bin/sh
# Install the servers that the tests start for themselves, and the tools named as arguments (wrk).
# Quick when they are there already.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

missing=""
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && ! command -v initdb >/dev/null 2>&1; then
    missing="postgresql"
fi
if ! PATH="$PATH:/usr/sbin:/sbin" command -v mariadbd >/dev/null 2>&1; then
    # Without the package that would start a server of its own.
    missing="$missing mariadb-server-core mariadb-client-core"
fi
if ! command -v redis-server >/dev/null 2>&1 && ! command -v redis-check-rdb >/dev/null 2>&1; then
    # The same program, again without a service.
    missing="$missing redis-tools"
fi
if ! PATH="$PATH:/usr/sbin:/sbin" command -v nginx >/dev/null 2>&1; then
    missing="$missing nginx"
fi
if ! command -v envsubst >/dev/null 2>&1; then
    # What nginx's configuration is rendered with.
    missing="$missing gettext-base"
fi
if [ ! -d "$here/../../.tools/trino/lib" ]; then
    # Trino's server comes from Maven; see trino.sh.
    command -v mvn >/dev/null 2>&1 || missing="$missing maven"
fi
if [ ! -d "$here/../../.tools/oidc-provider/node_modules" ]; then
    # The login provider comes from npm; see oidc.sh.
    command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
fi
if ! command -v chromium >/dev/null 2>&1; then
    # With letters to read in the pictures that are taken.
    missing="$missing chromium fonts-liberation fonts-noto-core"
fi
for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"
done
fetch() {
    sh "$here/oidc.sh"
    sh "$here/tools.sh"
    exec sh "$here/trino.sh"
}
[ -n "$missing" ] || fetch

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install: $missing. Their programs have to be on PATH ('initdb' of PostgreSQL 14 or newer)." >&2
    exit 1
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    as_root="sudo -n"
    if ! sudo -n true 2>/dev/null; then
        echo "Please run: sudo apt-get install -y $missing" >&2
        exit 1
    fi
fi

# Without create_main_cluster=false the package would start a server of its own.
$as_root mkdir -p /etc/postgresql-common
if ! grep -qs "^create_main_cluster = false" /etc/postgresql-common/createcluster.conf; then
    echo "create_main_cluster = false" | $as_root tee -a /etc/postgresql-common/createcluster.conf >/dev/null
fi
# Nor is nginx to be served from here: only the tests start it.
case " $missing " in
*" nginx "*) [ ! -d /run/systemd/system ] || $as_root systemctl mask --quiet nginx.service ;;
esac
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # a list of packages
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
fetch
