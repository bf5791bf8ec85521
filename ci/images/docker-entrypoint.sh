#!/usr/bin/env bash
# The entry point of pgstair's own PostgreSQL images.  It keeps the contract of the official image
# "postgres", its variables, folders, scripts and function names, so that what is written for the
# one runs on the other; and it has a quick way: where nothing asks for another cluster than the
# one that the image holds initialised, that is copied.
set -Eeo pipefail
shopt -s extglob

# The initialised cluster, and the samples that it was made from.  Not in "plain" images.
readonly pgstair_share=/usr/local/share/pgstair

complain() {
    printf '%s\n' "$@" >&2
}

# file_env NAME [DEFAULT]: NAME may come as the file that NAME_FILE names.
file_env() {
    local name=$1 file=${1}_FILE value=${2:-}
    if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
        complain "error: both $name and $file are set (but are exclusive)"
        exit 1
    fi
    if [ -n "${!name:-}" ]; then
        value=${!name}
    elif [ -n "${!file:-}" ]; then
        value=$(<"${!file}")
    fi
    export "$name=$value"
    unset "$file"
}

docker_setup_env() {
    file_env POSTGRES_PASSWORD
    file_env POSTGRES_USER postgres
    file_env POSTGRES_DB "$POSTGRES_USER"
    file_env POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"

    declare -g DATABASE_ALREADY_EXISTS=${DATABASE_ALREADY_EXISTS:-}
    declare -ag OLD_DATABASES=()
    if [ -s "$PGDATA/PG_VERSION" ]; then
        DATABASE_ALREADY_EXISTS=true
    elif [ "$PGDATA" = "/var/lib/postgresql/$PG_MAJOR/docker" ]; then
        # Data at the place that images before 18 had it, or that another version left.
        local folder
        for folder in /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/docker; do
            [ ! -s "$folder/PG_VERSION" ] || OLD_DATABASES+=("$folder")
        done
        if [ ${#OLD_DATABASES[@]} -eq 0 ] && [ "$PG_MAJOR" -ge 18 ] &&
            grep -q ' /var/lib/postgresql/data ' /proc/self/mountinfo; then
            OLD_DATABASES+=('/var/lib/postgresql/data (unused mount/volume)')
        fi
    fi
}

# Some mounts cannot be given modes or owners; PostgreSQL says so if it matters.
docker_create_db_directories() {
    [ -d "$PGDATA" ] || mkdir -p "$PGDATA"
    chmod 00700 "$PGDATA" || :
    [ -d /var/run/postgresql ] || mkdir -p /var/run/postgresql || :
    chmod 03775 /var/run/postgresql || :
    local folders=("$PGDATA" /var/run/postgresql)
    if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
        mkdir -p "$POSTGRES_INITDB_WALDIR"
        chmod 700 "$POSTGRES_INITDB_WALDIR"
        folders+=("$POSTGRES_INITDB_WALDIR")
    fi
    if [ "$EUID" = 0 ]; then
        find "${folders[@]}" ! -user postgres -exec chown postgres {} +
    fi
}

docker_verify_minimum_env() {
    if [ -z "$POSTGRES_PASSWORD" ] && [ "$POSTGRES_HOST_AUTH_METHOD" != trust ]; then
        complain \
            'Error: Database is uninitialized and superuser password is not specified.' \
            '       You must specify POSTGRES_PASSWORD to a non-empty value for the' \
            '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".' \
            '' \
            '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all' \
            '       connections without a password. This is *not* recommended.'
        exit 1
    fi
    if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
        complain \
            'WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust". This will allow' \
            '         anyone with access to the Postgres port to access your database without' \
            '         a password, even if POSTGRES_PASSWORD is set.'
    fi
}

docker_error_old_databases() {
    [ ${#OLD_DATABASES[@]} -gt 0 ] || return 0
    complain \
        'Error: in 18+, the data lies in a folder named for the major version below' \
        '       /var/lib/postgresql, where the mount belongs.' \
        '' \
        '       Counter to that, there appears to be PostgreSQL data in:' \
        "         ${OLD_DATABASES[*]}" \
        '' \
        '       Data of an older version is upgraded with pg_upgrade.'
    exit 1
}

docker_init_database_dir() {
    # initdb wants to know who it is; a container's --user need not be in /etc/passwd.
    local library='' names=''
    if ! getent passwd "$EUID" >/dev/null; then
        for library in /usr/lib/*/libnss_wrapper.so /usr/lib/libnss_wrapper.so; do
            [ -s "$library" ] || continue
            names=$(mktemp -d)
            printf 'postgres:x:%s:%s:PostgreSQL:%s:/bin/false\n' "$EUID" "$(id -g)" "$PGDATA" \
                >"$names/passwd"
            printf 'postgres:x:%s:\n' "$(id -g)" >"$names/group"
            export LD_PRELOAD=$library NSS_WRAPPER_PASSWD=$names/passwd
            export NSS_WRAPPER_GROUP=$names/group
            break
        done
    fi
    if [ -n "${POSTGRES_INITDB_WALDIR:-}" ]; then
        set -- --waldir "$POSTGRES_INITDB_WALDIR" "$@"
    fi
    # POSTGRES_INITDB_ARGS is written as for a shell.  An empty password file would be refused.
    eval 'initdb --username="$POSTGRES_USER" --pwfile=<(printf "%s\n" "$POSTGRES_PASSWORD") '"${POSTGRES_INITDB_ARGS:-}"' "$@"'
    if [ -n "$names" ]; then
        rm -r "$names"
        unset LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP
    fi
}

# Lets in whoever comes over the network, by POSTGRES_HOST_AUTH_METHOD, or by the password as the
# server with these arguments would store it.
pg_setup_hba_conf() {
    [ "${1:-}" != postgres ] || shift
    local method=$POSTGRES_HOST_AUTH_METHOD stored
    # Asked of the server in any case: arguments that it refuses are found out here.
    stored=$(postgres -C password_encryption "$@")
    _pgstair_append_hba "${method:-$stored}"
}

_pgstair_append_hba() {
    {
        printf '\n'
        if [ "$1" = trust ]; then
            printf '# warning trust is enabled for all connections\n'
            printf '# see https://www.postgresql.org/docs/17/auth-trust.html\n'
        fi
        printf 'host all all all %s\n' "$1"
    } >>"$PGDATA/pg_hba.conf"
}

# docker_process_sql [psql's options]: as POSTGRES_USER, in POSTGRES_DB.
docker_process_sql() {
    local command=(psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc)
    [ -z "$POSTGRES_DB" ] || command+=(--dbname "$POSTGRES_DB")
    PGHOST='' PGHOSTADDR='' "${command[@]}" "$@"
}

docker_setup_db() {
    local found name=$POSTGRES_DB
    found=$(POSTGRES_DB='' docker_process_sql --dbname postgres --set db="$name" --tuples-only \
        <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
    if [ -z "$found" ]; then
        POSTGRES_DB='' docker_process_sql --dbname postgres --set db="$name" \
            <<<'CREATE DATABASE :"db";'
        printf '\n'
    fi
}

# The scripts may use functions and variables of this one; "psql" is what older ones call.
docker_process_init_files() {
    # shellcheck disable=SC2034
    psql=(docker_process_sql)
    local f
    printf '\n'
    for f; do
        case $f in
        *.sh)
            if [ -x "$f" ]; then
                printf '%s: running %s\n' "$0" "$f"
                "$f"
            else
                printf '%s: sourcing %s\n' "$0" "$f"
                # shellcheck disable=SC1090
                . "$f"
            fi
            ;;
        *.sql)
            printf '%s: running %s\n' "$0" "$f"
            docker_process_sql -f "$f"
            printf '\n'
            ;;
        *.sql.gz | *.sql.xz | *.sql.zst)
            printf '%s: running %s\n' "$0" "$f"
            case $f in
            *.gz) gunzip -c "$f" ;;
            *.xz) xzcat "$f" ;;
            *.zst) zstd -dc "$f" ;;
            esac | docker_process_sql
            printf '\n'
            ;;
        *) printf '%s: ignoring %s\n' "$0" "$f" ;;
        esac
        printf '\n'
    done
}

# A first server for the scripts: nobody reaches it from outside.
docker_temp_server_start() {
    [ "${1:-}" != postgres ] || shift
    set -- "$@" -c listen_addresses='' -p "${PGPORT:-5432}"
    NOTIFY_SOCKET='' PGUSER=${PGUSER:-$POSTGRES_USER} \
        pg_ctl -D "$PGDATA" -o "$(printf '%q ' "$@")" -w start
}

docker_temp_server_stop() {
    PGUSER=${PGUSER:-postgres} pg_ctl -D "$PGDATA" -m fast -w stop
}

# Do the arguments ask for something after which postgres ends?
_pg_want_help() {
    local argument
    for argument; do
        case $argument in
        '-?' | --help | --describe-config | -V | --version) return 0 ;;
        esac
    done
    return 1
}

# Is the cluster that would be made the one that the image holds?
_pgstair_can_copy() {
    local argument samples=/usr/share/postgresql/$PG_MAJOR entries=()
    [ -f $pgstair_share/first.tar ] || return 1
    [ "$POSTGRES_USER" = postgres ] && [ "$POSTGRES_DB" = postgres ] || return 1
    [ -z "$POSTGRES_INITDB_ARGS" ] && [ -z "${POSTGRES_INITDB_WALDIR:-}" ] || return 1
    # What initdb takes from its surroundings: locale, time zone, and whether there is a /dev/shm.
    [ "${LANG:-}" = en_US.utf8 ] && [ -z "${LC_ALL:-}${LC_COLLATE:-}${LC_CTYPE:-}" ] || return 1
    [ -z "${LC_MESSAGES:-}${LC_MONETARY:-}${LC_NUMERIC:-}${LC_TIME:-}" ] || return 1
    [ -z "${TZ:-}${PGOPTIONS:-}${PGDATABASE:-}" ] && [ -w /dev/shm ] || return 1
    # With scripts there is a first server to start, anyway; and initdb refuses a folder in use.
    shopt -s nullglob dotglob
    entries=(/docker-entrypoint-initdb.d/* "$PGDATA"/*)
    shopt -u nullglob dotglob
    [ ${#entries[@]} -eq 0 ] || return 1
    # Arguments that say where the configuration is, or how a password is stored.
    for argument; do
        case $argument in
        -D* | *password?encryption* | *_file=* | *-file=* | *data?directory*) return 1 ;;
        esac
    done
    # The server that sets the password wants to know whom it runs as.
    [ -z "$POSTGRES_PASSWORD" ] || getent passwd "$EUID" >/dev/null || return 1
    # An image that is built on this one may have changed what initdb makes the configuration from.
    cat "$samples"/{postgresql,pg_hba,pg_ident}.conf.sample | cmp -s - $pgstair_share/samples
}

# Does what initdb and a first server would do, without either: 40 milliseconds instead of 600.
_pgstair_copy_cluster() {
    local method=$POSTGRES_HOST_AUTH_METHOD password rest
    # The other databases follow while the password is set in the one that is there.
    tar -xf $pgstair_share/first.tar -C "$PGDATA" --no-same-owner
    tar -xf $pgstair_share/rest.tar -C "$PGDATA" --no-same-owner &
    rest=$!
    _pgstair_append_hba "${method:-$(<$pgstair_share/password_encryption)}"
    # As initdb reads its password file: one line.
    password=${POSTGRES_PASSWORD%%$'\n'*}
    password=${password%%*($'\r')}
    [ -z "$password" ] ||
        _pgstair_single "ALTER USER postgres PASSWORD $(_pgstair_literal "$password")"
    wait "$rest"
}

# One statement, by a server that nobody else reaches.  It is not logged, whatever happens.
_pgstair_single() {
    postgres --single -F -D "$PGDATA" -c log_min_error_statement=panic -c log_statement=none \
        -c log_checkpoints=off -c exit_on_error=on postgres <<<"$1" >/dev/null
}

_pgstair_literal() {
    local text=${1//\\/\\\\}
    printf "E'%s'" "${text//\'/\'\'}"
}

# Makes the cluster, the quick way or with a first server, and runs the scripts.
_pgstair_make_cluster() {
    docker_verify_minimum_env
    docker_error_old_databases
    if _pgstair_can_copy "$@"; then
        _pgstair_copy_cluster
        return
    fi
    # Not to be read: better known now than with half a cluster.
    ls /docker-entrypoint-initdb.d/ >/dev/null
    docker_init_database_dir
    pg_setup_hba_conf "$@"
    # For scripts, where POSTGRES_INITDB_ARGS asks for passwords on the socket, too.
    export PGPASSWORD=${PGPASSWORD:-$POSTGRES_PASSWORD}
    docker_temp_server_start "$@"
    docker_setup_db
    docker_process_init_files /docker-entrypoint-initdb.d/*
    docker_temp_server_stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

_main() {
    if [ "${1:0:1}" = - ]; then
        set -- postgres "$@"
    fi
    if [ "${1:-}" = postgres ] && ! _pg_want_help "$@"; then
        docker_setup_env
        # Once is enough where it was done as root, just before.
        [ -n "${PGSTAIR_STEPPED_DOWN:-}" ] || docker_create_db_directories
        unset PGSTAIR_STEPPED_DOWN
        if [ "$EUID" = 0 ]; then
            export PGSTAIR_STEPPED_DOWN=yes
            exec gosu postgres "${BASH_SOURCE[0]}" "$@"
        fi
        if [ -z "$DATABASE_ALREADY_EXISTS" ]; then
            _pgstair_make_cluster "$@"
        else
            printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
        fi
    fi
    exec "$@"
}

# Sourced, it only brings its functions.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    _main "$@"
fi
