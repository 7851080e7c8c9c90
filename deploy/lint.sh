#!/usr/bin/env bash
# Check what deploys the platform with the tools that know it. One that is missing is told, and fails
# the check where CI is set.
# shellcheck disable=SC2329 # functions are given to `check` by name
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH="$PWD/.venv/bin:$PWD/.tools/bin:$PATH:/usr/sbin"
chart=deploy/helm/pydbapi
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# check NAME COMMAND…: silent when all is well.
check() {
    local name=$1
    shift
    "$@" >"$work/said" 2>&1 && return
    echo "$name:" >&2
    cat "$work/said" >&2
    failed=1
}

# need PROGRAM FROM: whether it is there.
need() {
    command -v "$1" >/dev/null && return
    echo "deploy/lint.sh: $1 is missing, so what it checks was not checked; run: $2" >&2
    [ -z "${CI:-}" ] || failed=1
    return 1
}

# Whatever has to be given; no secret is one.
compose() {
    env POSTGRES_PASSWORD=x REDIS_PASSWORD=x DBAPI_SECRET_KEY=x DBAPI_ENCRYPTION_KEY=x \
        DBAPI_PUBLIC_URL=http://x PLATFORM_IMAGE=x TLS_DIRECTORY=/x \
        docker-compose --profile '*' "$@" config --quiet
}

nginx_configuration() {
    env NGINX_HTTP=127.0.0.1:8080 NGINX_UPSTREAMS=127.0.0.1:1,127.0.0.1:2 \
        NGINX_JUPYTER=127.0.0.1:3 NGINX_TRUSTED_PROXIES=10.0.0.0/8 NGINX_STATUS_FROM=10.0.0.0/8 \
        sh docker/nginx/render.sh "$work/nginx" \
        && nginx -t -q -p "$work/nginx/" -c "$work/nginx/nginx.conf"
}

# manifests VALUES…: what a cluster would be sent, read by the schemas of Kubernetes.
manifests() {
    helm template lint "$chart" --kube-version 1.33.0 "$@" >"$work/manifests.yaml" \
        && python deploy/manifests.py "$work/manifests.yaml"
}

if need hadolint "make lint"; then
    check Dockerfile hadolint --config docker/hadolint.yaml docker/Dockerfile
fi
if need shellcheck "make lint"; then
    mapfile -t scripts < <(git ls-files '*.sh' '*.envsh' '.ci/run')
    check "Shell scripts" shellcheck --external-sources "${scripts[@]}"
fi
if need docker-compose "make lint"; then
    check compose.yaml compose --file docker/compose.yaml
    for over in staging production; do
        check "compose.$over.yaml" \
            compose --file docker/compose.yaml --file "docker/compose.$over.yaml"
    done
fi
if need nginx "make services" && need envsubst "make services"; then
    check "nginx's configuration" nginx_configuration
fi
if need helm "make services"; then
    check "The chart" helm lint --strict --quiet "$chart" --values deploy/helm/least.yaml
    check "The chart with the least" manifests --values deploy/helm/least.yaml
    check "The chart with everything" manifests --values deploy/helm/most.yaml
fi
if need actionlint "make services"; then
    check Workflows actionlint .github/workflows/*.yml
fi
if need zizmor "make lint"; then
    check "Workflows' security" zizmor --offline --quiet --no-progress .github/workflows
fi
exit "$failed"
