#!/bin/sh
# Take a backup of the platform's database, and of its keys, while it runs.
#
# Usage: scripts/backup.sh [--with-keys --passphrase-file FILE] TARGET
#
# TARGET is a new file, or a directory in which one is named for the time. Only its owner can read
# it. See docs/upgrade.md for what is in it.
#
#   --with-keys             keep the keys in it, sealed with a passphrase
#   --passphrase-file FILE  a file whose first line is the passphrase
#   --dry-run               tell what would be done
#   DBAPI_ENV_FILE, COMPOSE_FILE: as of scripts/deploy.sh

set -eu
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

target="" is_with_keys="" passphrase_file=""
while [ $# -gt 0 ]; do
    case $1 in
        --with-keys) is_with_keys=yes ;;
        --passphrase-file) passphrase_file=${2:?--passphrase-file needs a file}; shift ;;
        --dry-run) is_dry=yes ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) target=$1 ;;
    esac
    shift
done
[ -n "$target" ] || { usage >&2; exit 2; }
if [ -n "$is_with_keys" ]; then
    [ -r "$passphrase_file" ] || fail "--with-keys needs a --passphrase-file that can be read."
    set -- --with-keys --passphrase-stdin
else
    passphrase_file=/dev/null
    set --
fi
if [ -d "$target" ]; then
    target=$target/dbapi-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
fi
[ ! -e "$target" ] || fail "$target is there already; give another name."

need_compose
if [ -n "$is_dry" ]; then
    say "would write $target"
    exit 0
fi
umask 077
# Not by its name until it is whole.
trap 'rm -f "$target.part"' EXIT
once dbapi backup - "$@" <"$passphrase_file" >"$target.part" || fail "There is no backup. See the lines above."
mv "$target.part" "$target"
say "The backup is in $target."
