#!/usr/bin/env bash
# After `docker compose up -d`: wait until the platform answers by nginx, for 120 s at most, and make
# sure that its database is at this release's revision, or at a newer one that supports it.
# Arguments are compose's own:
#   deploy/verify.sh -f docker/compose.yaml -f docker/compose.staging.yaml
set -euo pipefail

wait_s=${WAIT_SECONDS:-120}
compose() { docker compose "$@"; }

# Twice by its own name: in the container, and by nginx as callers reach it.
answers() {
    compose "$@" exec -T app python -c "import urllib.request as r; \
r.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)" \
        && compose "$@" exec -T nginx wget -q -O /dev/null http://127.0.0.1:8080/health/live
}

begun=$SECONDS
until answers "$@" >/dev/null 2>&1; do
    if ((SECONDS - begun >= wait_s)); then
        echo "The platform does not answer after $wait_s seconds" >&2
        compose "$@" ps --all >&2
        compose "$@" logs --tail 100 prestart app nginx >&2
        exit 1
    fi
    sleep 2
done
echo "The platform answers after $((SECONDS - begun)) seconds"
compose "$@" exec -T app dbapi migrate --check
