#!/bin/sh
# Put the release before back into service, with its schema if that is wanted.
#
# Usage: scripts/rollback.sh [--migrate -1] [--image NAME:TAG] [--timeout SECONDS] [--yes] [--dry-run]
#
# Goes back to the image that ran before the last deployment, restarts the instances one after the
# other, waits until they are healthy, and makes sure that the release can work on the database. The
# release before runs on the new schema: without --migrate nothing that was stored is lost, and with
# two instances callers notice nothing.
#
#   --migrate -1       take the schema back too, by one revision, or to one that is named (0009);
#                      what the newer revision stored in tables and columns of its own is lost,
#                      and nothing is answered meanwhile
#   --image NAME:TAG   go back to this image (pydbapi:previous)
#   --timeout SECONDS  how long an instance may take to become healthy (60)
#   --yes              do not ask
#   --dry-run          tell what would be done
#   DBAPI_ENV_FILE, COMPOSE_FILE, COMPOSE_PROFILES: as of scripts/deploy.sh

set -eu
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

timeout_s=60 revision="" image=$previous_image is_yes=""
while [ $# -gt 0 ]; do
    case $1 in
        --migrate) revision=${2:?--migrate needs -1 or a revision}; shift ;;
        --image) image=${2:?--image needs a name}; shift ;;
        --timeout) timeout_s=${2:?--timeout needs seconds}; shift ;;
        --yes | -y) is_yes=yes ;;
        --dry-run) is_dry=yes ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; exit 2 ;;
    esac
    shift
done

need_compose
need_all_that_runs
docker image inspect "$image" >/dev/null 2>&1 \
    || fail "There is no image $image here; name the one to go back to with --image."
present=$(image_of app)
if [ -n "$revision" ]; then
    [ -n "$present" ] || fail "There is no instance whose release could take the schema back."
    confirm "Go back to $image, and take the schema back ($revision)? What only the newer schema has is lost."
else
    confirm "Go back to $image?"
fi
if [ -n "$present" ]; then
    run docker tag "$present" "$left_image"
fi
if [ -n "$revision" ]; then
    # The newer release does not run on the older schema.
    # shellcheck disable=SC2046 # a list of names
    run compose stop $(instances)
    say "Taking the schema back …"
    # Only the release that made it knows the way.
    PLATFORM_IMAGE=$left_image
    export PLATFORM_IMAGE
    if ! run once dbapi migrate --to "$revision" --yes; then
        run compose start || true
        fail "The schema could not be taken back, and the instances were started as they were."
    fi
fi
PLATFORM_IMAGE=$image
export PLATFORM_IMAGE
restart_instances \
    || fail "The release before is not healthy. The one that was left is $left_image: scripts/rollback.sh --image $left_image"
check_revision \
    || fail "The release before cannot work on this schema: scripts/rollback.sh --image $left_image, or take it back with --migrate."
run compose up --detach --no-build --no-deps nginx || fail "nginx could not be started."
renew_nginx || fail "The release before runs, and nginx does not: see 'docker compose -f docker/compose.yaml logs nginx'."
say "The release before is in service. Set PLATFORM_IMAGE=$image in $env_file until the next deployment."
