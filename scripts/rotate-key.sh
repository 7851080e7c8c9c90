#!/bin/sh
# Change the key that encrypts passwords of datasources, while the platform answers.
#
# Usage: scripts/rotate-key.sh [--timeout SECONDS] [--yes] [--dry-run]
#
# Makes a key, writes it into docker/.env, restarts the instances one after the other so that all
# read with it before any writes with it, encrypts anew what is stored, and takes the old key away.
# The file as it was is kept beside it: backups of before need the old key.
#
#   --timeout SECONDS  how long an instance may take to become healthy (120)
#   --yes              do not ask
#   --dry-run          tell what would be done
#   DBAPI_ENV_FILE, COMPOSE_FILE: as of scripts/deploy.sh

set -eu
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

is_yes=""
while [ $# -gt 0 ]; do
    case $1 in
        --yes | -y) is_yes=yes ;;
        --timeout) timeout_s=${2:?--timeout needs seconds}; shift ;;
        --dry-run) is_dry=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

# Write both keys, and keep the file its owner's.
set_keys() {
    # A last line without an end gets one.
    awk '!/^DBAPI_(PREVIOUS_)?ENCRYPTION_KEY=/' "$env_file" >"$env_file.new"
    {
        printf 'DBAPI_ENCRYPTION_KEY=%s\n' "$1"
        [ -z "$2" ] || printf 'DBAPI_PREVIOUS_ENCRYPTION_KEY=%s\n' "$2"
    } >>"$env_file.new"
    mv "$env_file.new" "$env_file"
}

stopped() {
    fail "$1 Both keys are in $env_file; when that is mended, go on as docs/keys.md says."
}

need_compose
need_all_that_runs
compose config | grep -q DBAPI_PREVIOUS_ENCRYPTION_KEY \
    || fail "The compose files hand DBAPI_PREVIOUS_ENCRYPTION_KEY to no instance."
old=$(value_of DBAPI_ENCRYPTION_KEY)
[ -n "$old" ] || fail "There is no DBAPI_ENCRYPTION_KEY in $env_file."
[ -z "$(value_of DBAPI_PREVIOUS_ENCRYPTION_KEY)" ] \
    || fail "DBAPI_PREVIOUS_ENCRYPTION_KEY is set: a change is under way. Go on as docs/keys.md says."
confirm "Change the encryption key?"
if [ -n "$is_dry" ]; then
    say "would write a new key into $env_file, restart the instances three times, and encrypt anew"
    exit 0
fi
umask 077
new=$(once dbapi generate-key --encryption | tr -d '\r\n')
[ "${#new}" -eq 44 ] || fail "No key could be made. Nothing was changed."
cp "$env_file" "$env_file.before-$(date -u +%Y%m%dT%H%M%SZ)"
say "All read with the new key …"
set_keys "$old" "$new"
restart_instances || stopped "An instance is not healthy."
say "All write with the new key …"
set_keys "$new" "$old"
restart_instances || stopped "An instance is not healthy."
say "Encrypting anew …"
once dbapi keys rotate || stopped "Something cannot be encrypted anew."
once dbapi keys check --json | grep -q '"previous": 0' || stopped "The old key is still needed."
set_keys "$new" ""
restart_instances || stopped "An instance is not healthy."
say "The key is changed. Keep $env_file.before-… with the backups of before, where nobody else reads it."
