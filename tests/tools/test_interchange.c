/* Covers harness/ledger/ledger_{node_pg_migrate,sqitch,sql_migrate,yoyo}.c, sqitch_*.c beside the
 * tools themselves, through "pgstair migrate". */
#include "tools/interchange.h"

/* ---- node-pg-migrate ---- */

#define NODE "node-pg-migrate", "--verbose", "false"

static void
test_node_pg_migrate(void **state)
{
    static const char *const up_2[] = {NODE, "up", "2", NULL};
    static const char *const up[] = {NODE, "up", NULL};
    static const char *const down_2[] = {NODE, "down", "2", NULL};
    static const char *const down_9[] = {NODE, "down", "9", NULL};
    static const Interchange with = {
        .tool = "node-pg-migrate",
        .format = "node-pg-migrate",
        .folder = "migrations",
        .phases = {{up_2, "upgrade", "1700000000001"},
                   {up, "upgrade", "head"},
                   {down_2, "downgrade", "1700000000001"},
                   {down_9, "downgrade", "base"}},
        .books = "SELECT coalesce(string_agg(format('%s (%s)', name, age(run_on) < '1 day'), ', ' "
                 "ORDER BY run_on, id), '') FROM public.pgmigrations",
    };
    pgs_tool_write(*state, "migrations/1700000000000_people.sql",
                   "-- Up Migration\nCREATE TABLE people (id serial PRIMARY KEY, name text);\n"
                   "-- Down Migration\nDROP TABLE people;\n");
    pgs_tool_write(*state, "migrations/1700000000001_mood.sql",
                   "-- Up Migration\nCREATE TYPE mood AS ENUM ('sad', 'ok');\n"
                   "ALTER TABLE people ADD mood mood;\n"
                   "-- Down Migration\nALTER TABLE people DROP mood; DROP TYPE mood;\n");
    pgs_tool_write(*state, "migrations/1700000000002_b-c.d.sql",
                   "-- Up Migration\nCREATE TABLE b (id int);\n-- Down Migration\nDROP TABLE b;\n");
    pgs_tool_write(*state, "migrations/1700000000003_view.sql",
                   "-- Up Migration\nCREATE VIEW names AS SELECT name FROM people;\n"
                   "-- Down Migration\nDROP VIEW names;\n");
    interchange_assert(*state, &with);
}

/* ---- sql-migrate ---- */

static void
test_sql_migrate(void **state)
{
#define SQL_MIGRATE(...) "sql-migrate", __VA_ARGS__, "-config=dbconfig.yml", "-env=test"
    static const char *const up_2[] = {SQL_MIGRATE("up"), "-limit=2", NULL};
    static const char *const up[] = {SQL_MIGRATE("up"), NULL};
    static const char *const down_1[] = {SQL_MIGRATE("down"), "-limit=1", NULL};
    static const char *const down[] = {SQL_MIGRATE("down"), "-limit=0", NULL};
    static const char *const status[] = {SQL_MIGRATE("status"), NULL};
    static const Interchange with = {
        .tool = "sql-migrate",
        .format = "sql-migrate",
        .folder = "migrations",
        .phases = {{up_2, "upgrade", "2_b's.sql"},
                   {up, "upgrade", "head"},
                   {down_1, "downgrade", "2_b's.sql"},
                   {down, "downgrade", "base"}},
        .books = "SELECT coalesce(string_agg(format('%s (%s)', id, age(applied_at) < '1 day'), "
                 "', ' ORDER BY applied_at), '') FROM gorp_migrations",
        .look = status,
        .says = {"| 10_c.sql  | no", NULL, "| 10_c.sql  | no", NULL},
    };
    pgs_tool_write(*state, "dbconfig.yml",
                   "test:\n  dialect: postgres\n  datasource: host=$PGHOST port=$PGPORT "
                   "user=$PGUSER dbname=$PGDATABASE sslmode=disable\n  dir: migrations\n");
    pgs_tool_write(*state, "migrations/1_a.sql",
                   "-- +migrate Up\nCREATE TABLE a (id int);\n-- +migrate Down\nDROP TABLE a;\n");
    pgs_tool_write(*state, "migrations/2_b's.sql",
                   "-- +migrate Up notransaction\nCREATE INDEX CONCURRENTLY i ON a (id);\n"
                   "-- +migrate Down\nDROP INDEX i;\n");
    pgs_tool_write(*state, "migrations/10_c.sql",
                   "-- +migrate Up\nCREATE TABLE c (id int);\nINSERT INTO c VALUES (1);\n"
                   "-- +migrate Down\nDROP TABLE c;\n");
    interchange_assert(*state, &with);
}

/* ---- yoyo ---- */

static void
test_yoyo(void **state)
{
#define YOYO(command)                                                                              \
    "yoyo", command, "--batch", "--no-config-file", "--database", "{url}", "migrations"
    static const char *const up_2[] = {YOYO("apply"), "--revision", "0002.b", NULL};
    static const char *const up[] = {YOYO("apply"), NULL};
    static const char *const down_1[] = {YOYO("rollback"), "--revision", "0003.c", NULL};
    static const char *const down[] = {YOYO("rollback"), "--all", NULL};
    static const char *const list[] = {YOYO("list"), NULL};
    static const Interchange with = {
        .tool = "yoyo",
        .format = "yoyo",
        .folder = "migrations",
        .phases = {{up_2, "upgrade", "0002.b"},
                   {up, "upgrade", "head"},
                   {down_1, "downgrade", "0002.b"},
                   {down, "downgrade", "base"}},
        .books =
            "SELECT format('%s; %s; %s', "
            "(SELECT string_agg(format('%s %s %s', migration_hash, migration_id, "
            "age(applied_at_utc) < '1 day'), ', ' ORDER BY applied_at_utc) FROM _yoyo_migration), "
            "(SELECT string_agg(format('%s %s %s %s %s', migration_hash, migration_id, operation, "
            "username, comment), E'\\n' ORDER BY created_at_utc) FROM _yoyo_log), "
            "(SELECT string_agg(version::text, ',') FROM _yoyo_version)) || (SELECT format('; "
            "%s hooks', count(*)) FROM hooked)",
        .look = list,
        .says = {"U         0003.c", "A         0003.c", "U         0003.c", "U         0001.a"},
    };
    pgs_tool_write(*state, "migrations/post-apply.sql",
                   "CREATE TABLE IF NOT EXISTS hooked (x int);\nINSERT INTO hooked VALUES (1);\n");
    pgs_tool_write(*state, "migrations/0001.a.sql", "CREATE TABLE a (id int);\n");
    pgs_tool_write(*state, "migrations/0001.a.rollback.sql", "DROP TABLE a;\n");
    pgs_tool_write(*state, "migrations/0002.b.sql",
                   "-- depends: 0001.a\n-- transactional: false\n"
                   "CREATE INDEX CONCURRENTLY i ON a (id);\n");
    pgs_tool_write(*state, "migrations/0002.b.rollback.sql", "DROP INDEX i;\n");
    pgs_tool_write(*state, "migrations/0003.c.sql",
                   "-- depends: 0002.b\nCREATE TABLE c (id int);\nINSERT INTO c VALUES (1);\n");
    pgs_tool_write(*state, "migrations/0003.c.rollback.sql", "DROP TABLE c;\n");
    interchange_assert(*state, &with);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_node_pg_migrate),
        PGS_TOOL_TEST(test_sql_migrate),
        PGS_TOOL_TEST(test_yoyo),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
