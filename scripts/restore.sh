#!/bin/sh
# Put a backup in the place of what is in the platform's database.
#
# Usage: scripts/restore.sh [--yes] [--timeout SECONDS] [--dry-run] FILE
#
# Stops the instances, puts the backup in place as a whole or not at all, migrates it to this
# release, and starts them. The keys that the backup was made with have to be set: on a new machine
# take them out first with 'dbapi keys restore' (docs/upgrade.md).
#
#   --yes              do not ask
#   --timeout SECONDS  how long an instance may take to become healthy (120)
#   --dry-run          tell what would be done
#   DBAPI_ENV_FILE, COMPOSE_FILE: as of scripts/deploy.sh

set -eu
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

file="" is_yes=""
while [ $# -gt 0 ]; do
    case $1 in
        --yes | -y) is_yes=yes ;;
        --timeout) timeout_s=${2:?--timeout needs seconds}; shift ;;
        --dry-run) is_dry=yes ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; exit 2 ;;
        *) file=$1 ;;
    esac
    shift
done
[ -n "$file" ] || { usage >&2; exit 2; }
[ -r "$file" ] || fail "$file cannot be read."

need_compose
need_all_that_runs
confirm "Replace all that is in the platform's database by $file?"
# shellcheck disable=SC2046 # a list of names
run compose stop $(instances)
run compose up --detach --wait postgres redis \
    || fail "PostgreSQL or Redis is not healthy: see 'docker compose -f docker/compose.yaml logs postgres redis'."
put_back() { once dbapi restore - --replace --yes <"$file"; }
if ! run put_back; then
    run compose start || true
    fail "The backup was not put in place, and the instances were started as they were. See the lines above."
fi
run once dbapi prestart || fail "The backup is in place, and the database is not ready: see the lines above."
restart_instances || fail "The backup is in place, and the platform is not healthy: see the lines above."
check_revision || fail "The backup is in place, and its revision is not this release's."
run compose up --detach --no-build || fail "The backup is in place, and not everything could be started."
say "The backup is in place."
