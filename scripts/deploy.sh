#!/bin/sh
# Bring a release into service with Docker Compose.
#
# Usage: scripts/deploy.sh [--image NAME:TAG] [--backup FILE] [--timeout SECONDS]
#                          [--no-rollback] [--dry-run]
#
# Builds the image of this checkout, or pulls the one that is named; waits for the database,
# migrates it and makes sure that it is at the newest revision; restarts the instances one after
# the other and waits until each is healthy. When one does not become healthy, the image before is
# put back: it runs on the new schema. nginx is started anew when its configuration has changed.
#
#   --image NAME:TAG   pull this image instead of building one
#   --backup FILE      take a backup first (scripts/backup.sh)
#   --timeout SECONDS  how long each instance may take to become healthy (120)
#   --no-rollback      leave what fails as it is
#   --dry-run          tell what would be done
#   DBAPI_ENV_FILE     the settings, otherwise docker/.env
#   COMPOSE_FILE, COMPOSE_PROFILES
#                      what runs here, otherwise as in the settings, otherwise docker/compose.yaml;
#                      with the profile replicas there are two instances, and callers notice nothing

set -eu
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

image="" backup="" is_back=yes is_same=""
while [ $# -gt 0 ]; do
    case $1 in
        --image) image=${2:?--image needs a name}; shift ;;
        --backup) backup=${2:?--backup needs a file}; shift ;;
        --timeout) timeout_s=${2:?--timeout needs seconds}; shift ;;
        --no-rollback) is_back="" ;;
        --dry-run) is_dry=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

undo() {
    say "$1"
    if [ -n "$is_same" ]; then
        fail "It is the release that ran before, so there is none to go back to. Look at the log above, and at what was changed in the settings."
    fi
    if [ -z "$is_back" ] || [ -z "$before" ]; then
        fail "It was left as it is. Look at the log above; scripts/rollback.sh puts the image before back."
    fi
    say "The image before is put back …"
    PLATFORM_IMAGE=$before_image
    export PLATFORM_IMAGE
    if restart_instances && check_revision; then
        fail "The release before runs again, on the new schema. Nothing was lost."
    fi
    fail "The release before does not become healthy either: see docs/troubleshooting.md."
}

# What scripts/rollback.sh goes back to is another release, also when one is deployed again.
keep_previous() {
    [ -n "$before" ] || return 0
    if [ -z "$is_dry" ] && [ "$(docker image inspect --format '{{.Id}}' "$(platform_image)")" = "$before" ]; then
        is_same=yes
    else
        run docker tag "$before_image" "$previous_image"
    fi
}

# JupyterLab is of this checkout too, where it runs.
built() {
    compose config --services | grep -x -e prestart -e jupyterlab
}

need_compose
need_all_that_runs
before=$(image_of app)
if [ -n "$before" ]; then
    # Before another takes its name.
    run docker tag "$before" "$before_image"
fi
if [ -n "$backup" ]; then
    say "Taking a backup …"
    # By what runs: the new image may not be here yet, and building it would print into the backup.
    run env ${before:+PLATFORM_IMAGE="$before_image"} "$root/scripts/backup.sh" "$backup"
fi
if [ -n "$image" ]; then
    PLATFORM_IMAGE=$image
    export PLATFORM_IMAGE
    say "Pulling $image …"
    run compose pull --quiet prestart || fail "The image cannot be pulled. Nothing was changed."
else
    say "Building the image …"
    # shellcheck disable=SC2046 # a list of names
    run compose build $(built) || fail "The image cannot be built. Nothing was changed."
fi
keep_previous
run compose up --detach --wait postgres redis \
    || fail "PostgreSQL or Redis is not healthy: see 'docker compose -f docker/compose.yaml logs postgres redis'."
run once dbapi prestart \
    || fail "The database is not ready for this release, so no instance was replaced. See the lines above."
say "Restarting the instances …"
restart_instances || undo "The new release is not healthy."
check_revision || undo "The database is not at the revision of the new release."
run compose up --detach --no-build || undo "Not everything could be started."
renew_nginx || fail "The new release runs, and nginx does not with its configuration: see 'docker compose -f docker/compose.yaml logs nginx'."
say "The release is in service."
if [ -n "$image" ]; then
    say "Set PLATFORM_IMAGE=$image in $env_file, so that it stays so."
fi
