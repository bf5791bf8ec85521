#!/usr/bin/env bash
# docker-ensure-initdb.sh: makes the cluster unless there is one, and starts no server; for what has
# to run before.  As docker-enforce-initdb.sh it fails where there is one.
set -Eeuo pipefail
# shellcheck source=ci/images/docker-entrypoint.sh
. /usr/local/bin/docker-entrypoint.sh

[ "${1:-}" = postgres ] || set -- postgres "$@"
docker_setup_env
docker_create_db_directories
if [ "$EUID" = 0 ]; then
    exec gosu postgres "${BASH_SOURCE[0]}" "$@"
fi
name=${0##*/}
if [ -z "$DATABASE_ALREADY_EXISTS" ]; then
    _pgstair_make_cluster "$@"
elif [ "$name" = docker-enforce-initdb.sh ]; then
    complain "$name: error: (unexpected) database found in '$PGDATA'!"
    exit 1
else
    complain "$name: note: database already initialized in '$PGDATA'!"
fi
