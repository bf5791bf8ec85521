#!/usr/bin/env bash
# image_contract.sh ENGINE IMAGE: the image keeps the contract of the official image "postgres".
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2119 # quoted for the shell in the container
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/image_lib.sh"
engine=$1
image=$2
need_engine "$engine"
need_image "$engine" "$image" ci/images/for-tests

if [ "${PGSTAIR_TEST_REQUIRE_ENGINE:-}" != 1 ] && [[ $image == *official* ]]; then
    skip "takes a minute; with PGSTAIR_TEST_REQUIRE_ENGINE=1 it is done"
fi

data=$("$engine" image inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$image" |
    sed -n 's/^PGDATA=//p')
password="pass'wörd \$x\\n"
printf '%s\nsecond line\n' "$password" >"$scratch/password"
chmod 644 "$scratch/password"

scripts() {
    rm -rf "$scratch/initdb"
    mkdir "$scratch/initdb"
}
no_scripts() {
    rm -rf "$scratch/initdb"
}
readable() {
    chmod -R a+rX "$scratch/initdb"
}

has() {
    grep -qF -- "$1" <<<"$2"
}

refuses_without_password() {
    start "$image"
    [ "$(ended)" = 1 ] &&
        has 'Error: Database is uninitialized and superuser password is not specified.' "$(logs)"
}

refuses_password_twice() {
    start "$image" -e POSTGRES_PASSWORD=x -e POSTGRES_PASSWORD_FILE=/etc/hostname
    [ "$(ended)" = 1 ] &&
        has 'error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set' "$(logs)"
}

password_is_asked_for() {
    start "$image" -e POSTGRES_PASSWORD="$password"
    ready && [ "$(query postgres "$password" postgres 'SELECT 1')" = 1 ] &&
        ! query postgres wrong postgres 'SELECT 1' 2>/dev/null &&
        ! query postgres '' postgres 'SELECT 1' 2>/dev/null &&
        ! has "$password" "$(logs)" &&
        [ "$("$engine" exec "$container" cat /proc/1/comm)" = postgres ]
}

password_from_file() {
    put=("$scratch/password:/etc/pgstair-password")
    start "$image" -e POSTGRES_PASSWORD_FILE=/etc/pgstair-password -- -c max_connections=17
    put=()
    ready && [ "$(query postgres "$password" postgres 'SHOW max_connections')" = 17 ]
}

trust_is_trust() {
    start "$image" -e POSTGRES_HOST_AUTH_METHOD=trust
    ready && [ "$(query postgres '' postgres 'SELECT 1')" = 1 ] &&
        has 'WARNING: POSTGRES_HOST_AUTH_METHOD has been set to "trust"' "$(logs)" &&
        [ "$(admin 'SELECT rolpassword IS NULL FROM pg_catalog.pg_authid WHERE oid = 10')" = t ]
}

other_user_and_database() {
    start "$image" -e POSTGRES_PASSWORD=x -e POSTGRES_USER=shop -e POSTGRES_DB='the shop'
    ready shop 'the shop' &&
        [ "$(query shop x 'the shop' "SELECT current_database() || ' ' || rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")" = 'the shop true' ] &&
        [ "$(admin "SELECT count(*) FROM pg_catalog.pg_roles WHERE rolname = 'postgres'" shop 'the shop')" = 0 ]
}

user_names_database() {
    start "$image" -e POSTGRES_PASSWORD=x -e POSTGRES_USER=shop
    ready shop shop && [ "$(query shop x shop 'SELECT 1')" = 1 ]
}

initdb_arguments() {
    start "$image" -e POSTGRES_PASSWORD=x \
        -e POSTGRES_INITDB_ARGS="--data-checksums --encoding='LATIN1' --locale=C" \
        -e POSTGRES_INITDB_WALDIR=/var/lib/postgresql/wal
    ready && [ "$(admin 'SHOW data_checksums')$(admin 'SHOW server_encoding')" = onLATIN1 ] &&
        [ "$("$engine" exec "$container" readlink "$data/pg_wal")" = /var/lib/postgresql/wal ]
}

locale_is_the_official_one() {
    start "$image" -e POSTGRES_PASSWORD=x
    ready && [ "$(admin "SELECT datcollate || datctype || pg_catalog.pg_encoding_to_char(encoding)
        FROM pg_catalog.pg_database WHERE datname = 'template0'")" = en_US.utf8en_US.utf8UTF8 ] &&
        [ "$(admin "SHOW listen_addresses")" = '*' ] &&
        [ "$(admin "SELECT 'b' > 'A' COLLATE \"en_US.utf8\" AND EXISTS (SELECT FROM pg_catalog.pg_collation
            WHERE collname ~ '^C\.(utf8|UTF-8)$')")" = t ] &&
        [ "$(admin "SELECT 'a' < 'B' COLLATE \"de-x-icu\"")" = t ]
}

initdb_scripts() {
    scripts
    echo 'CREATE TABLE one (x int);' >"$scratch/initdb/1.sql"
    echo 'INSERT INTO one VALUES (2);' | gzip >"$scratch/initdb/2.sql.gz"
    echo 'INSERT INTO one VALUES (3);' | xz >"$scratch/initdb/3.sql.xz"
    cat >"$scratch/initdb/5.sh" <<'SCRIPT'
#!/bin/bash
set -e
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" -c 'INSERT INTO one VALUES (5)'
SCRIPT
    chmod +x "$scratch/initdb/5.sh"
    cat >"$scratch/initdb/6.sh" <<'SCRIPT'
"${psql[@]}" -c 'INSERT INTO one VALUES (6)'
docker_process_sql --dbname postgres <<<'CREATE DATABASE another'
# Nobody comes in from outside yet.
docker_process_sql -c "INSERT INTO one SELECT 7 FROM pg_catalog.pg_settings
    WHERE name = 'listen_addresses' AND setting = ''"
SCRIPT
    echo nothing >"$scratch/initdb/8.txt"
    readable
    start "$image" -e POSTGRES_PASSWORD=x -e POSTGRES_DB=shop -- -c work_mem=5MB
    ready postgres shop &&
        [ "$(query postgres x shop "SELECT string_agg(x::text, ' ' ORDER BY x) || current_setting('work_mem') FROM one")" = '2 3 5 6 75MB' ] &&
        [ "$(query postgres x another 'SELECT 1')" = 1 ] &&
        has 'running /docker-entrypoint-initdb.d/5.sh' "$(logs)" &&
        has 'sourcing /docker-entrypoint-initdb.d/6.sh' "$(logs)" &&
        has 'ignoring /docker-entrypoint-initdb.d/8.txt' "$(logs)" &&
        has 'PostgreSQL init process complete; ready for start up.' "$(logs)"
}

failing_script_ends_it() {
    scripts
    echo 'SELECT 1/0;' >"$scratch/initdb/1.sql"
    readable
    start "$image" -e POSTGRES_PASSWORD=x
    [ "$(ended)" = 3 ] && has 'division by zero' "$(logs)"
}

runs_as_anyone() {
    local place=/var/lib/postgresql/mine
    start "$image" --user 4711:4711 -e PGDATA=$place -e POSTGRES_PASSWORD=x "$@"
    ready_by_password && [ "$("$engine" exec "$container" stat -c %u $place/PG_VERSION)" = 4711 ]
}

runs_as_anyone_with_initdb() {
    runs_as_anyone -e POSTGRES_INITDB_ARGS=--data-checksums
}

ready_by_password() {
    local deadline=$((SECONDS + 60))
    until query postgres x postgres 'SELECT 1' >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

data_stays() {
    start "$image" -e POSTGRES_PASSWORD=x
    ready && admin 'CREATE TABLE kept ()' >/dev/null || return 1
    "$engine" stop -t 30 "$container" >/dev/null
    [ "$("$engine" inspect -f '{{.State.ExitCode}}' "$container")" = 0 ] &&
        has 'received fast shutdown request' "$(logs)" || return 1
    "$engine" start "$container" >/dev/null
    ready && [ "$(query postgres x postgres "SELECT to_regclass('kept')")" = kept ] &&
        has 'PostgreSQL Database directory appears to contain a database; Skipping initialization' "$(logs)"
}

other_commands() {
    start "$image" -- bash -c 'id -u; echo "$PGDATA"'
    [ "$(ended)" = 0 ] && [ "$(logs)" = "0
$data" ] || return 1
    start "$image" -- postgres --version
    [ "$(ended)" = 0 ] && has 'postgres (PostgreSQL)' "$(logs)" || return 1
    start "$image" -- gosu postgres id -un
    [ "$(ended)" = 0 ] && [ "$(logs)" = postgres ] || return 1
    start "$image" -- bash -c 'for tool in psql pg_dump pg_basebackup initdb pg_isready tar gzip xz zstd awk sed find; do
        command -v $tool >/dev/null || echo "no $tool"; done'
    [ "$(ended)" = 0 ] && [ -z "$(logs)" ]
}

bad_argument_is_told() {
    start "$image" -e POSTGRES_PASSWORD=x -- -c no_such_setting=1
    [ "$(ended)" = 1 ] && has 'unrecognized configuration parameter "no_such_setting"' "$(logs)"
}

metadata() {
    local found
    found=$("$engine" image inspect -f '{{json .Config.Entrypoint}} {{json .Config.Cmd}} {{.Config.StopSignal}} {{json .Config.ExposedPorts}}' "$image")
    has '["docker-entrypoint.sh"] ["postgres"] SIGINT {"5432/tcp":{}}' "$found"
}

other_data_folder() {
    start "$image" -e POSTGRES_PASSWORD=x -e PGDATA=/var/lib/postgresql/other/place
    ready && [ "$(admin 'SHOW data_directory')" = /var/lib/postgresql/other/place ]
}

time_zone() {
    start "$image" -e POSTGRES_PASSWORD=x -e TZ=Europe/Berlin
    ready && [ "$(admin 'SHOW timezone')" = Europe/Berlin ]
}

changed_sample() {
    start "$image" -e POSTGRES_PASSWORD=x -- bash -c \
        'echo "work_mem = 7MB" >>/usr/share/postgresql/postgresql.conf.sample; exec docker-entrypoint.sh postgres'
    ready && [ "$(admin 'SHOW work_mem')" = 7MB ]
}

crash_leaves_its_status() {
    start "$image" -e POSTGRES_PASSWORD=x
    ready || return 1
    "$engine" kill -s QUIT "$container" >/dev/null
    [ "$(ended)" = 0 ] || [ "$(ended)" = 2 ]
}

contrib_is_there() {
    start "$image" -e POSTGRES_PASSWORD=x -- -c shared_preload_libraries=pg_stat_statements
    ready && admin 'CREATE EXTENSION pg_stat_statements; CREATE EXTENSION pgcrypto;
        CREATE EXTENSION hstore; CREATE EXTENSION postgres_fdw; CREATE EXTENSION xml2;
        CREATE EXTENSION "uuid-ossp"; CREATE EXTENSION unaccent' >/dev/null &&
        [ "$(admin "SELECT length(gen_random_uuid()::text) + (SELECT least(count(*), 1) FROM pg_stat_statements)
                       + length(crypt('a', gen_salt('bf', 4)))")" = 97 ]
}

one() {
    no_scripts
    local status=0
    "$1" || status=1
    [ $status -eq 0 ] || logs | tail -n 20 | sed 's/^/        /'
    remove
    return $status
}

for case in metadata refuses_without_password refuses_password_twice password_is_asked_for \
    password_from_file trust_is_trust other_user_and_database user_names_database \
    initdb_arguments locale_is_the_official_one initdb_scripts failing_script_ends_it \
    runs_as_anyone runs_as_anyone_with_initdb data_stays other_commands bad_argument_is_told other_data_folder time_zone \
    changed_sample crash_leaves_its_status contrib_is_there; do
    if [ $case = metadata ]; then
        check "$case" metadata
    else
        check "${case//_/ }" one $case
    fi
done
finish
