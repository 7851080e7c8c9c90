# What the scripts share: Docker Compose on the project's files, told and waited for.
# shellcheck shell=sh

root=$(cd "$(dirname "$0")/.." && pwd)
env_file=${DBAPI_ENV_FILE:-$root/docker/.env}
timeout_s=120
is_dry=""
# What is tagged so is the release before the one that was last deployed, what ran when the last
# deployment began, and what a rollback left.
# shellcheck disable=SC2034 # used by the scripts
previous_image=pydbapi:previous
# shellcheck disable=SC2034
before_image=pydbapi:before
# shellcheck disable=SC2034
left_image=pydbapi:left

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# The words after the first line of the script's own comment.
usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

# Do it, or with --dry-run only tell it.
run() {
    if [ -n "$is_dry" ]; then
        say "would run: $*"
    else
        "$@"
    fi
}

compose() {
    docker compose --project-directory "$root/docker" --env-file "$env_file" "$@"
}

need_compose() {
    command -v docker >/dev/null 2>&1 || fail "docker is not installed here."
    docker compose version >/dev/null 2>&1 \
        || fail "Docker's compose plugin is not installed here (on Debian: docker-compose-plugin)."
    [ -f "$env_file" ] || fail "There is no $env_file: copy docker/.env.example and fill it in."
    if [ -z "${COMPOSE_FILE:-}" ]; then
        COMPOSE_FILE=$(compose_files "$(value_of COMPOSE_FILE)")
    fi
    COMPOSE_PROFILES=${COMPOSE_PROFILES:-$(value_of COMPOSE_PROFILES)}
    export COMPOSE_FILE COMPOSE_PROFILES
    compose config --quiet || fail "The settings are not complete: see the lines above."
}

# What a line NAME=value of the settings says; the last one counts, as for compose.
value_of() {
    sed -n "s/^$1=//p" "$env_file" | tail -n 1 | tr -d "\"'\r"
}

# The files of a list with colons, or the one of a single machine; those without a directory of their
# own are beside compose.yaml, wherever the script is called from.
compose_files() {
    printf '%s\n' "${1:-compose.yaml}" | tr ':' '\n' \
        | sed "s|^[^/]|$root/docker/&|" | paste -s -d : -
}

# Whoever names too few files or profiles would have half of what runs here replaced, and the rest
# left on the release and the keys of before.
need_all_that_runs() {
    project=$(compose config | sed -n 's/^name: *//p')
    known=$(compose config --services)
    for service in $(docker ps --filter "label=com.docker.compose.project=$project" \
        --format '{{.Label "com.docker.compose.service"}}' | sort -u); do
        printf '%s\n' "$known" | grep -q -x -e "$service" \
            || fail "$service runs here, and is in none of COMPOSE_FILE ($COMPOSE_FILE) and COMPOSE_PROFILES ($COMPOSE_PROFILES). Set both in $env_file to what this machine was started with, or stop $service. Nothing was done."
    done
}

# The instances of the platform that this installation has, in the order to restart them.
instances() {
    compose config --services | grep -x -e app -e replica | sort
}

container_of() {
    compose ps --all --quiet "$1" 2>/dev/null | head -n 1
}

# The id of the image that an instance runs; empty where there is none.
image_of() {
    container=$(container_of "$1")
    [ -n "$container" ] || return 0
    docker inspect --format '{{.Image}}' "$container"
}

# Until the instance is healthy; fails after the time that is given for it.
wait_healthy() {
    [ -z "$is_dry" ] || return 0
    waited_s=0
    while [ "$waited_s" -lt "$timeout_s" ]; do
        state=$(docker inspect --format '{{.State.Status}} {{.State.Health.Status}}' \
            "$(container_of "$1")" 2>/dev/null || echo gone)
        case $state in
            "running healthy") say "$1 is healthy."; return 0 ;;
            exited* | dead*) break ;;
        esac
        sleep 2
        waited_s=$((waited_s + 2))
    done
    say "$1 is not healthy after $waited_s seconds: $state. The end of its log:"
    compose logs --no-color --tail 40 "$1" >&2 || true
    return 1
}

# One after the other, so that the balancer always has one that answers.
restart_instances() {
    for instance in $(instances); do
        run compose up --detach --no-deps --no-build --force-recreate "$instance" || return 1
        wait_healthy "$instance" || return 1
        # nginx has found it by its name then, and asks again who was away when it was asked.
        [ -n "$is_dry" ] || sleep 6
    done
}

# nginx reads its templates when it starts. It is started anew only when one has changed since, or
# every deployment would refuse callers for a moment.
renew_nginx() {
    container=$(container_of nginx)
    if [ -n "$container" ] && is_nginx_changed "$(docker inspect --format '{{.State.StartedAt}}' "$container")"; then
        say "nginx's configuration has changed: starting it anew …"
        run compose up --detach --wait --no-deps --no-build --force-recreate nginx
    fi
}

# By the time of the inode: a file that was unpacked may be older than when it came here.
is_nginx_changed() {
    [ -n "$(find "$root/docker/nginx" -type f -newerct "$1")" ]
}

# The image that compose starts the platform from.
platform_image() {
    name=${PLATFORM_IMAGE:-$(value_of PLATFORM_IMAGE)}
    printf '%s\n' "${name:-pydbapi:local}"
}

# A command of the platform in a container of its own. Large files are not kept in memory.
once() {
    compose run --rm --no-TTY --no-deps --env TMPDIR=/var/lib/dbapi prestart "$@"
}

# Whether the release that runs can work on the database as it is.
check_revision() {
    run compose exec --no-TTY app dbapi migrate --check
}

confirm() {
    [ -z "$is_yes" ] && [ -z "$is_dry" ] || return 0
    printf '%s [y/N] ' "$1" >&2
    read -r answer || answer=""
    case $answer in
        y | Y | yes) ;;
        *) fail "Nothing was done." ;;
    esac
}
