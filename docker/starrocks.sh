#!/bin/bash
# Starts StarRocks' image with a password for its root, which it does not know how to be given. What
# the image runs at each start asks as root, too: without a password the first time, and by
# MYSQL_PWD once there is one. Whether there is one is told by a file beside the metadata it is in.
set -euo pipefail

if [ -z "${STARROCKS_PASSWORD:-}" ]; then
    echo "STARROCKS_PASSWORD is not set" >&2
    exit 1
fi
is_set=$SR_HOME/fe/meta/.password-is-set
# The image makes it when it has asked all that it asks at the first start.
begun=$SR_HOME/bootstrap_done

as_root() {
    mysql --host=127.0.0.1 --port=9030 --user=root "$@"
}

set_password() {
    while [ ! -e "$is_set" ]; do
        # The start before may have ended between the two steps.
        if MYSQL_PWD=$STARROCKS_PASSWORD as_root --execute="SELECT 1" >/dev/null 2>&1; then
            touch "$is_set"
        elif [ -e "$begun" ]; then
            # Over standard input: the arguments of a program can be read by others.
            printf "SET PASSWORD = PASSWORD('%s')" \
                "$(printf '%s' "$STARROCKS_PASSWORD" | sed "s/[\\\\']/\\\\&/g")" | as_root || true
        fi
        sleep 1
    done
}

if [ -e "$is_set" ]; then
    export MYSQL_PWD=$STARROCKS_PASSWORD
else
    rm -f "$begun"
    set_password &
fi
exec ./entrypoint.sh
