# Containers of an image under test, in $engine.  Sourced after lib.sh.
# shellcheck shell=bash disable=SC2154,SC2016 # of who sources it; of the shell in the container

n_containers=0
put=() # files to copy into it first, "from:to"
# start IMAGE [create's options…] -- [the container's arguments…]: sets "container".  Files in
# $scratch/initdb become its initdb scripts.
start() {
    local image=$1 options=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift || :
    n_containers=$((n_containers + 1))
    container=pgstair-test-$$-$n_containers
    containers+=("$container")
    "$engine" create --name "$container" "${options[@]}" "$image" "$@" \
        >/dev/null
    if [ -d "$scratch/initdb" ]; then
        # Copied, not mounted: the engine may be on another machine.
        "$engine" cp -q "$scratch/initdb/." "$container:/docker-entrypoint-initdb.d" 2>/dev/null ||
            "$engine" cp "$scratch/initdb/." "$container:/docker-entrypoint-initdb.d" >/dev/null
    fi
    local pair
    for pair in "${put[@]}"; do
        "$engine" cp "${pair%%:*}" "$container:${pair#*:}" >/dev/null
    done
    "$engine" start "$container" >/dev/null
}

remove() {
    "$engine" rm -f -v "$container" >/dev/null
}

logs() {
    "$engine" logs "$container" 2>&1
}

# Its exit status, once it has ended.
ended() {
    timeout 60 "$engine" wait "$container"
}

# query USER PASSWORD DATABASE SQL: over the network, where the password is asked for.
query() {
    "$engine" exec -e PGPASSWORD="$2" -e PGCONNECT_TIMEOUT=5 "$container" bash -c \
        'PATH=$PATH:/usr/lib/postgresql/$PG_MAJOR/bin psql -X -w -At -h "$(hostname -i | cut -d " " -f 1)" -U "$1" -d "$2" -c "$3"' \
        - "$1" "$3" "$4"
}

# admin SQL [USER [DATABASE]]: by the socket.
admin() {
    "$engine" exec -u postgres "$container" bash -c \
        'PATH=$PATH:/usr/lib/postgresql/$PG_MAJOR/bin psql -X -At -U "$1" -d "$2" -c "$3"' \
        - "${2:-postgres}" "${3:-postgres}" "$1"
}

# ready [USER [DATABASE]]: the server that stays answers, as process 1.
ready() {
    local deadline=$((SECONDS + 60))
    until [ "$(admin "SELECT pg_catalog.split_part(pg_catalog.pg_read_file('postmaster.pid'), E'\n', 1)" "$@" 2>/dev/null)" = 1 ]; do
        if [ "$SECONDS" -ge "$deadline" ] ||
            [ "$("$engine" inspect -f '{{.State.Running}}' "$container")" != true ]; then
            logs | tail -n 20
            return 1
        fi
        sleep 0.05
    done
}
