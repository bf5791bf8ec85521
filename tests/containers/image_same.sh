#!/usr/bin/env bash
# image_same.sh ENGINE IMAGE: a cluster that the image's entry point copied is the one that initdb
# and a temporary first server make, in every respect that can be seen.
# shellcheck source-path=SCRIPTDIR disable=SC2016,SC2119 # quoted for the shell in the container
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/image_lib.sh"
engine=$1
image=$2
need_engine "$engine"
need_image "$engine" "$image" ci/images/for-tests

finish_early() {
    finish
    exit 0
}

# What is there to be seen.  Not what is another's by nature: times, and the process's own numbers.
look() {
    echo "== settings"
    admin "SELECT name, setting, unit, source, boot_val, reset_val, pending_restart
             FROM pg_catalog.pg_settings
            WHERE name NOT IN ('shared_memory_size', 'shared_memory_size_in_huge_pages')
            ORDER BY 1"
    echo "== configuration file"
    admin "SELECT sourcefile, sourceline, name, setting FROM pg_catalog.pg_file_settings"
    echo "== who may connect"
    admin "SELECT pg_catalog.pg_read_file('pg_hba.conf')"
    admin "SELECT pg_catalog.pg_read_file('pg_ident.conf')"
    admin "SELECT line_number, type, database, user_name, address, netmask, auth_method, options,
                  error FROM pg_catalog.pg_hba_file_rules"
    echo "== databases"
    admin "SELECT pg_catalog.to_jsonb(d) - 'datfrozenxid' - 'datminmxid'
             FROM pg_catalog.pg_database d ORDER BY oid"
    admin "SELECT oid, rolname, rolsuper, rolcanlogin, rolconnlimit, rolvaliduntil,
                  pg_catalog.substr(rolpassword, 1, 18), pg_catalog.length(rolpassword)
             FROM pg_catalog.pg_authid ORDER BY oid"
    local database
    for database in postgres template1; do
        echo "== $database"
        admin "SELECT 'pg_class', relname, relfilenode, relpages > 0, relacl FROM pg_catalog.pg_class
               UNION ALL SELECT 'pg_proc', oid::text, 0, true, proacl FROM pg_catalog.pg_proc
               UNION ALL SELECT 'pg_extension', extname || extversion, 0, true, NULL
                           FROM pg_catalog.pg_extension
               UNION ALL SELECT 'pg_collation', collname || coalesce(collversion, ''), 0, true, NULL
                           FROM pg_catalog.pg_collation
               ORDER BY 1, 2" postgres "$database"
    done
    echo "== roles and their like"
    # The salt of the password differs, and in newer versions a key that stops \restrict.
    "$engine" exec -u postgres "$container" bash -c \
        'PATH=$PATH:/usr/lib/postgresql/$PG_MAJOR/bin pg_dumpall' |
        sed -E "s/PASSWORD '.*'/PASSWORD/; s/^(.(un)?restrict) .*/\1/"
    echo "== files"
    "$engine" exec "$container" bash -c 'cd "$PGDATA" && find . -printf "%p %U %G %m %y\n" | sort' |
        grep -vE 'pg_internal.init|/pg_stat|/pg_notify|/base/pgsql_tmp|/pg_wal/|_fsm |_vm '
    echo "== control file"
    "$engine" exec "$container" bash -c \
        'PATH=$PATH:/usr/lib/postgresql/$PG_MAJOR/bin pg_controldata "$PGDATA"' |
        grep -vE 'system identifier|last modified|location|WAL file|Time of latest|NextXID|NextOID|NextMulti|oldest|Mock auth'
}

try() {
    local title=$1 copied made
    shift
    rm -rf "$scratch/initdb"
    start "$image" "$@"
    ready || return 1
    check "$title: the copy, not initdb" bash -c '! grep -q "init process complete"' <<<"$(logs)"
    copied=$(look)
    remove
    # A file that is no script is told as ignored; but it is there, so that all is made.
    mkdir "$scratch/initdb"
    echo nothing >"$scratch/initdb/README"
    chmod -R a+rX "$scratch/initdb"
    start "$image" "$@"
    ready || return 1
    check "$title: initdb, not the copy" grep -q "init process complete" <<<"$(logs)"
    made=$(look)
    remove
    is_same "$title: the same" "$copied" "$made"
}

check "starts" try "password" -e POSTGRES_PASSWORD="it's a pass\\word" -- -c fsync=off
# The rest takes its time: where an engine is required, as in CI.
[ "${PGSTAIR_TEST_REQUIRE_ENGINE:-}" = 1 ] || finish_early
check "starts" try "trust" -e POSTGRES_HOST_AUTH_METHOD=trust --
check "starts" try "md5" -e POSTGRES_PASSWORD=x -e POSTGRES_HOST_AUTH_METHOD=md5 -- \
    postgres -c max_connections=20
finish
