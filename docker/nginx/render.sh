#!/bin/sh
# Render the templates into a directory, as the official image does, where there is no Docker:
#   NGINX_UPSTREAMS=127.0.0.1:8000,127.0.0.1:8001 NGINX_HTTP=127.0.0.1:8080 sh render.sh /run/dbapi
#   nginx -p /run/dbapi/ -c /run/dbapi/nginx.conf -g 'daemon off;'
# The settings are in 16-dbapi.envsh. Needs envsubst (Debian's gettext-base).
set -eu
# Whoever nginx runs as has to read it; no secret is in it.
umask 022

here=$(cd "$(dirname "$0")" && pwd)
NGINX_ENVSUBST_OUTPUT_DIR=${1:?"a directory to render into is needed"}
command -v envsubst >/dev/null 2>&1 || {
    echo "envsubst is missing; on Debian: apt-get install gettext-base" >&2
    exit 1
}
# Where Debian has nginx, whose version is asked.
PATH="$PATH:/usr/sbin"
# shellcheck source-path=SCRIPTDIR source=16-dbapi.envsh
. "$here/16-dbapi.envsh"

# Only ours: nginx has variables of its own.
names=$(env | sed -n 's/^\(NGINX_[A-Z_]*\)=.*/${\1}/p' | tr '\n' ' ')
for template in "$here"/templates/*.template; do
    name=$(basename "$template" .template)
    envsubst "$names" <"$template" >"$NGINX_ENVSUBST_OUTPUT_DIR/$name"
done
