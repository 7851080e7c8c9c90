#!/bin/sh
# `dbapi` as the services run it: their user, their settings, their directory. It is installed as
# /usr/local/bin/dbapi. RELEASE is the directory of another release than the one that runs.
exec sudo systemd-run --quiet --wait --pty --pipe --uid=dbapi \
    --working-directory=/var/lib/dbapi --property=EnvironmentFile=/etc/dbapi.env \
    "${RELEASE:-/opt/dbapi}/bin/dbapi" "$@"
