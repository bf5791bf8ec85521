/* Covers harness/seed/: rows.c and rows_*.c. */
#include "cmocka_all.h"

#include "seed/rows.h"
#include "seed_fixture.h"
#include "snapshot/catalog.h"

static PgsRows *
read_rows(const Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = pgs_connection_open(
        pgs_server_conninfo(fixture->server), fixture->database, 60000, NULL, &error);
    assert_non_null(connection);
    PgsCatalog *catalog = pgs_catalog_new(connection, 0, NULL, &error);
    assert_non_null(catalog);
    g_autoptr(PgsSnapshot) snapshot = pgs_catalog_read(catalog, &error);
    assert_non_null(snapshot);
    pgs_catalog_free(catalog);
    PgsRows *rows;
    g_autofree char *reason = NULL;
    gboolean ok = pgs_rows_read(fixture->connection, snapshot, &rows, &reason, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_true(ok);
    assert_null(reason);
    assert_non_null(rows);
    return rows;
}

/* What of before is lost in the database as it is now: a line each, and its example. */
static char *
losses_of(const Fixture *fixture, const PgsRows *before, const PgsSnapshot *references,
          PgsRowsDemand demand)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRows) after = read_rows(fixture);
    g_autoptr(GPtrArray) losses =
        pgs_rows_compare(before, after, references, demand, fixture->connection, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_non_null(losses);
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_IDLE);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < losses->len; i++) {
        const PgsLoss *loss = g_ptr_array_index(losses, i);
        g_string_append_printf(text, "%s\n", loss->message);
        if (loss->example != NULL)
            g_string_append_printf(text, "  %s\n", loss->example);
    }
    return g_string_free(text, FALSE);
}

static void
assert_losses(const Fixture *fixture, const PgsRows *before, PgsRowsDemand demand,
              const char *expected)
{
    g_autofree char *text = losses_of(fixture, before, NULL, demand);
    if (strcmp(text, expected) != 0)
        fprintf(stderr, "%s---\n", text);
    assert_string_equal(text, expected);
}

/* From one state to another: what is lost when rows have to survive, and when they are the same. */
static void
assert_change(const Fixture *fixture, const char *before_sql, const char *change,
              const char *survive, const char *same)
{
    run_sql(fixture, before_sql);
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, change);
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, survive);
    if (same != NULL)
        assert_losses(fixture, before, PGS_ROWS_SAME, same);
}

#define HOSTILE                                                                                    \
    "CREATE TABLE t (id int PRIMARY KEY, a text, b bytea, c text[], d jsonb, e json, f xml, "      \
    "g numeric, h float8, i timestamptz, j interval, k money, l point, m text); "                  \
    "INSERT INTO t VALUES (1, E'it''s a \"quote\", a \\\\ and\\nlines\\t\\r', "                    \
    "decode('00ff0a0027225c', 'hex'), ARRAY['', NULL, 'NULL', '{\"x\\'], '{\"a\": \"\\u00e9\"}', " \
    "'{ \"a\":1,\"a\":2 }', '<a>&amp;</a>', 1e-30, 'NaN', 'infinity', '1 mon -1 day', 12.5, "      \
    "'(1,2)', repeat('long \u00e9', 100000)), (2, '', '', '{}', 'null', 'null', NULL, 'NaN', "     \
    "0.1, '1999-12-31 23:59:59.999999+00', '0', NULL, NULL, '');"

static void
test_same(void **state)
{
    const Fixture *fixture = *state;
    assert_change(fixture, HOSTILE,
                  "CREATE TABLE copy AS TABLE t; DROP TABLE t; "
                  "ALTER TABLE copy RENAME TO t; ALTER TABLE t ADD PRIMARY KEY (id)",
                  "", "");
}

/* What a migration sets for the database must not look like other values. */
static void
test_settings(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, HOSTILE);
    g_autoptr(PgsRows) before = read_rows(fixture);
    static const char *const settings[] = {"timezone = 'Asia/Tokyo'", "bytea_output = 'escape'",
                                           "datestyle = 'German'", "extra_float_digits = -3",
                                           "intervalstyle = 'iso_8601'"};
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *sql =
            g_strdup_printf("ALTER DATABASE \"%s\" SET %s", fixture->database, settings[i]);
        run_sql(fixture, sql);
    }
    pgs_connection_close(fixture->connection);
    fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                              fixture->database, 60000, NULL, NULL);
    assert_value(fixture, "SHOW timezone", "Asia/Tokyo");
    assert_losses(fixture, before, PGS_ROWS_SAME, "");
}

static void
test_counted(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, HOSTILE "CREATE TABLE alone (); INSERT INTO alone DEFAULT VALUES; "
                             "CREATE TEMP TABLE passing AS SELECT 1; "
                             "CREATE MATERIALIZED VIEW seen AS SELECT 1; "
                             "CREATE TABLE schema_migrations AS SELECT 1;");
    g_autoptr(PgsRows) rows = read_rows(fixture);
    assert_int_equal(pgs_rows_count(rows), 3);
}

/* Of values, one at a time: nothing that differs is taken for the same. */
static void
test_hostile_values(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *column, *value;
    } changes[] = {
        {"a", "E'it''s a \"quote\", a \\\\ and\\nlines\\t'"},
        {"a", "NULL"},
        {"b", "decode('00ff0a0027225d', 'hex')"},
        {"c", "ARRAY['', 'NULL', 'NULL', '{\"x\\']"},
        {"d", "'{\"a\": \"e\"}'"},
        {"e", "'{ \"a\":1, \"a\":2 }'"},
        {"f", "'<a>&#38;</a>'"},
        {"g", "1e-31"},
        {"h", "'Infinity'"},
        {"i", "'-infinity'"},
        {"j", "'29 days'"},
        {"k", "12.49"},
        {"l", "'(1,2.0000000000000004)'"},
        {"m", "repeat('long \u00e9', 99999) || 'long e'"},
    };
    run_sql(fixture, HOSTILE);
    g_autoptr(PgsRows) before = read_rows(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE t SET %s = %s WHERE id = 1",
                                               changes[i].column, changes[i].value);
        run_sql(fixture, sql);
        g_autofree char *text = losses_of(fixture, before, NULL, PGS_ROWS_SURVIVE);
        g_autofree char *expected = g_strdup_printf(
            "public.t.%s: 1 of 2 rows has another value\n  id='1': ", changes[i].column);
        if (!g_str_has_prefix(text, expected))
            fprintf(stderr, "%s---\n", text);
        assert_true(g_str_has_prefix(text, expected));
        run_sql(fixture, "DROP TABLE t;" HOSTILE);
    }
    /* NULL is not the empty string. */
    run_sql(fixture, "UPDATE t SET a = NULL WHERE id = 2");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.t.a: 1 of 2 rows has another value\n  id='2': '' is NULL now\n");
}

#define USERS                                                                                      \
    "CREATE TABLE users (id int PRIMARY KEY, email text, age int); "                               \
    "INSERT INTO users SELECT i, 'u' || i, i * 10 FROM generate_series(1, 5) AS i;"

static void
test_rows_and_tables(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, USERS "CREATE TABLE empty (a int)");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "DELETE FROM users WHERE id IN (2, 4); DROP TABLE empty");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.users: 2 of 5 rows are gone\n  id='2'\n");
    run_sql(fixture, "INSERT INTO users VALUES (2, 'u2', 20), (4, 'u4', 40), (6, 'u6', 60); "
                     "CREATE TABLE more AS SELECT 1 AS x");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
    assert_losses(fixture, before, PGS_ROWS_SAME,
                  "public.users: 1 row is there that was not before\n  id='6'\n"
                  "public.more: a table that was not there before, with 1 row\n  x='1'\n");
    assert_losses(fixture, before, PGS_ROWS_COUNTS,
                  "public.users: 5 rows the first time, 6 the second\n");
    run_sql(fixture, "TRUNCATE users");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.users: the table is empty now, all 5 rows are gone\n  id='1'\n");
    run_sql(fixture, "DROP TABLE users");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.users: the table is gone, with all 5 rows\n  id='1'\n");
}

static void
test_columns(void **state)
{
    const Fixture *fixture = *state;
    assert_change(fixture, USERS "UPDATE users SET email = NULL WHERE id > 2",
                  "ALTER TABLE users DROP COLUMN email, ADD COLUMN name text", "",
                  "public.users.email: the column is gone, with the values of 2 of 5 rows\n"
                  "  id='1': 'u1'\n");
}

/* Names change, the table and its columns stay. */
static void
test_renames(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, USERS);
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME email TO mail; "
                     "ALTER TABLE people RENAME id TO key; CREATE SCHEMA app; "
                     "ALTER TABLE people SET SCHEMA app");
    assert_losses(fixture, before, PGS_ROWS_SAME, "");
    run_sql(fixture, "UPDATE app.people SET mail = upper(mail) WHERE key = 3");
    assert_losses(
        fixture, before, PGS_ROWS_SAME,
        "public.users.email: 1 of 5 rows has another value\n  id='3': 'u3' is 'U3' now\n");
    /* The old name may be another thing's now. */
    run_sql(fixture, "UPDATE app.people SET mail = lower(mail); "
                     "ALTER TABLE app.people ADD COLUMN email boolean; "
                     "CREATE TABLE users (person int, since date); "
                     "INSERT INTO users VALUES (1, '2026-01-01')");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
}

/* Copied into a new table of the same name, the old one kept under another. */
static void
test_copied_table(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, USERS);
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "ALTER TABLE users RENAME TO users_old; "
                     "CREATE TABLE users (id int PRIMARY KEY, email text, age int); "
                     "INSERT INTO users SELECT * FROM users_old WHERE id <> 5");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.users: 1 of 5 rows is gone\n  id='5'\n");
    run_sql(fixture, "INSERT INTO users SELECT * FROM users_old WHERE id = 5");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
}

static void
test_types(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TYPE mood AS ENUM ('glad', 'sad'); "
            "CREATE TABLE t (id int PRIMARY KEY, n int, v varchar(50), ts timestamp, "
            "yes boolean, f float4, num numeric(10,2), j json, m mood, c char(5), d text); "
            "INSERT INTO t VALUES (1, 5, 'x', '2020-06-01 12:00', true, 0.1, 12.00, "
            "'{\"a\":1}', 'sad', 'ab', '2020-01-01'), "
            "(2, NULL, '', NULL, false, -1.5, 7.00, NULL, NULL, '', NULL)");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "SET timezone = 'Europe/Berlin'; ALTER TABLE t ALTER id TYPE bigint, "
                     "ALTER n TYPE text, ALTER v TYPE text, ALTER ts TYPE timestamptz USING "
                     "ts AT TIME ZONE 'UTC', ALTER yes TYPE int USING yes::int, "
                     "ALTER f TYPE float8, ALTER num TYPE int, ALTER j TYPE jsonb, "
                     "ALTER m TYPE text, ALTER c TYPE text, ALTER d TYPE date USING d::date; "
                     "RESET timezone");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
}

static void
test_types_that_lose(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int PRIMARY KEY, num numeric(10,2), v text, w text, "
                     "ts timestamptz, cents int); "
                     "INSERT INTO t VALUES (1, 12.34, 'short', 'a', '2020-06-01 00:00+00', 150), "
                     "(2, 7.00, 'much longer', 'b', '2020-06-01 12:00+00', 200)");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "ALTER TABLE t ALTER num TYPE int, ALTER v TYPE varchar(5) USING "
                     "v::varchar(5), ALTER w TYPE int USING 0, ALTER ts TYPE date, "
                     "ALTER cents TYPE numeric USING cents / 100.0");
    assert_losses(
        fixture, before, PGS_ROWS_SURVIVE,
        "public.t.num: 1 of 2 rows has another value\n  id='1': '12.34' is '12' now\n"
        "public.t.v: 1 of 2 rows has another value\n  id='2': 'much longer' is 'much ' now\n"
        "public.t.w: all 2 rows have other values\n  id='1': 'a' is '0' now\n"
        "public.t.ts: 1 of 2 rows has another value\n"
        "  id='2': '2020-06-01 12:00:00+00' is '2020-06-01' now\n"
        "public.t.cents: all 2 rows have other values\n  id='1': '150' is "
        "'1.5000000000000000' now\n");
}

/* ---- tables of other kinds ---- */

static void
test_partitions(void **state)
{
    const Fixture *fixture = *state;
    const char *create = "CREATE TABLE log (id int, at date, text text, PRIMARY KEY (id, at)); "
                         "INSERT INTO log SELECT i, '2026-01-01'::date + i * 20, 'line ' || i "
                         "FROM generate_series(1, 10) AS i";
    const char *partition =
        "ALTER TABLE log RENAME TO log_flat; "
        "CREATE TABLE log (id int, at date, text text, PRIMARY KEY (id, at)) "
        "PARTITION BY RANGE (at); "
        "CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2026-04-01'); "
        "CREATE TABLE log_2 PARTITION OF log DEFAULT; "
        "INSERT INTO log SELECT * FROM log_flat; DROP TABLE log_flat";
    assert_change(fixture, create, partition, "", "");
    g_autoptr(PgsRows) before = read_rows(fixture);
    assert_int_equal(pgs_rows_count(before), 10);
    run_sql(fixture, "ALTER TABLE log DETACH PARTITION log_2; "
                     "CREATE TABLE log_3 PARTITION OF log FOR VALUES FROM ('2026-04-01') TO "
                     "('2030-01-01'); INSERT INTO log SELECT * FROM log_2; DROP TABLE log_2");
    assert_losses(fixture, before, PGS_ROWS_SAME, "");
    run_sql(fixture, "DROP TABLE log_3");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.log: 6 of 10 rows are gone\n  id='5', at='2026-04-11'\n");
}

/* A table that becomes a partition of a new one keeps its rows there. */
static void
test_attached(void **state)
{
    const Fixture *fixture = *state;
    assert_change(fixture,
                  "CREATE TABLE old_log (id int PRIMARY KEY, text text); "
                  "INSERT INTO old_log VALUES (1, 'a'), (2, 'b')",
                  "CREATE TABLE log (text text, id int PRIMARY KEY) PARTITION BY RANGE (id); "
                  "ALTER TABLE log ATTACH PARTITION old_log FOR VALUES FROM (0) TO (100); "
                  "INSERT INTO log VALUES ('c', 3)",
                  "", NULL);
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "DELETE FROM log WHERE id = 1");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "public.log: 1 of 3 rows is gone\n  id='1'\n");
}

static void
test_generated_and_inherited(void **state)
{
    const Fixture *fixture = *state;
    assert_change(fixture,
                  "CREATE TABLE base (id int PRIMARY KEY, a int, "
                  "twice int GENERATED ALWAYS AS (a * 2) STORED); "
                  "CREATE TABLE derived (extra text) INHERITS (base); "
                  "INSERT INTO base (id, a) VALUES (1, 10); "
                  "INSERT INTO derived (id, a, extra) VALUES (1, 20, 'x'), (2, 30, 'y')",
                  "ALTER TABLE base DROP COLUMN twice; "
                  "ALTER TABLE base ADD COLUMN twice int GENERATED ALWAYS AS (a * 3) STORED",
                  "", "");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "DELETE FROM ONLY base; UPDATE derived SET a = 0 WHERE id = 2");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.base: the table is empty now, the one row is gone\n  id='1'\n"
                  "public.derived.a: 1 of 2 rows has another value\n"
                  "  id='2', a='30', extra='y': '30' is '0' now\n");
}

static void
test_no_key(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE log (a int, b text, \"Odd \"\"name\" text); "
                     "INSERT INTO log VALUES (1, 'x', 'o'), (1, 'x', 'o'), (2, 'y', NULL), "
                     "(3, 'z', '')");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "CREATE TABLE copy AS TABLE log; TRUNCATE log; "
                     "INSERT INTO log SELECT * FROM copy ORDER BY a DESC; DROP TABLE copy");
    assert_losses(fixture, before, PGS_ROWS_SAME, "");
    /* One of two that are the same. */
    run_sql(fixture, "DELETE FROM log WHERE ctid = (SELECT min(ctid) FROM log WHERE a = 1)");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.log: 1 of 4 rows is gone\n  a='1', b='x', Odd \"name='o'\n");
    run_sql(fixture, "INSERT INTO log VALUES (1, 'x', 'o'); UPDATE log SET b = 'Z' WHERE a = 3");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.log.b: 1 of 4 rows has another value\n"
                  "  a='3', b='z', Odd \"name='': 'z' is 'Z' now\n");
    run_sql(fixture, "INSERT INTO log VALUES (1, 'x', 'o')");
    assert_losses(fixture, before, PGS_ROWS_SAME,
                  "public.log: 1 row is there that was not before\n"
                  "  a='1', b='x', Odd \"name='o'\n"
                  "public.log.b: 1 of 4 rows has another value\n"
                  "  a='3', b='z', Odd \"name='': 'z' is 'Z' now\n");
}

/* ---- other keys ---- */

/* Users, boards of theirs and posts, with integer keys and no foreign keys; two users and two
 * boards that only what refers to them tells apart, two posts that nothing does, and one reference
 * to a row that is not there. */
#define LEGACY                                                                                     \
    "CREATE TABLE users (id serial PRIMARY KEY, name text); "                                      \
    "CREATE TABLE boards (id serial PRIMARY KEY, owner_id int NOT NULL, title text); "             \
    "CREATE TABLE posts (id serial PRIMARY KEY, board_id int NOT NULL, user_id int, text text); "  \
    "CREATE TABLE likes (post_id int, user_id int, PRIMARY KEY (post_id, user_id)); "              \
    "INSERT INTO users VALUES (1, 'ann'), (2, 'bob'), (7, 'bob'), (9, 'cat'); "                    \
    "INSERT INTO boards VALUES (1, 1, 'Main'), (2, 2, 'Side'), (3, 7, 'Side'), (4, 1, 'Main'), "   \
    "(5, 99, 'Lost'); "                                                                            \
    "INSERT INTO posts VALUES (1, 1, 2, 'hi'), (2, 1, 2, 'hi'), (3, 2, 7, 'a'), (4, 3, 7, 'b'), "  \
    "(5, 4, NULL, 'none'); INSERT INTO likes VALUES (1, 1), (3, 2), (4, 9), (5, 9);"

/* Keys become UUIDs, references with them.  %s: what goes wrong with the new references. */
#define REKEY                                                                                      \
    "ALTER TABLE users ADD new uuid DEFAULT gen_random_uuid(); "                                   \
    "ALTER TABLE boards ADD new uuid DEFAULT gen_random_uuid(), ADD owner uuid; "                  \
    "ALTER TABLE posts ADD new uuid DEFAULT gen_random_uuid(), ADD board uuid, ADD usr uuid; "     \
    "ALTER TABLE likes ADD post uuid, ADD usr uuid; "                                              \
    "UPDATE boards SET owner = coalesce((SELECT u.new FROM users u WHERE u.id = owner_id), "       \
    "gen_random_uuid()); "                                                                         \
    "UPDATE posts SET board = (SELECT b.new FROM boards b WHERE b.id = board_id), "                \
    "usr = (SELECT u.new FROM users u WHERE u.id = user_id); "                                     \
    "UPDATE likes SET post = (SELECT p.new FROM posts p WHERE p.id = post_id), "                   \
    "usr = (SELECT u.new FROM users u WHERE u.id = user_id); "                                     \
    "%s; "                                                                                         \
    "ALTER TABLE users DROP id; ALTER TABLE users RENAME new TO id; "                              \
    "ALTER TABLE boards DROP id, DROP owner_id; ALTER TABLE boards RENAME new TO id; "             \
    "ALTER TABLE boards RENAME owner TO owner_id; "                                                \
    "ALTER TABLE posts DROP id, DROP board_id, DROP user_id; "                                     \
    "ALTER TABLE posts RENAME new TO id; ALTER TABLE posts RENAME board TO board_id; "             \
    "ALTER TABLE posts RENAME usr TO user_id; ALTER TABLE likes DROP post_id, DROP user_id; "      \
    "ALTER TABLE likes RENAME post TO post_id; ALTER TABLE likes RENAME usr TO user_id; "          \
    "ALTER TABLE users ADD PRIMARY KEY (id); ALTER TABLE boards ADD PRIMARY KEY (id); "            \
    "ALTER TABLE posts ADD PRIMARY KEY (id); ALTER TABLE likes ADD PRIMARY KEY (post_id, "         \
    "user_id);"

/* Head's foreign keys, as a snapshot read from a database that has them. */
static PgsSnapshot *
head_references(void)
{
    static const struct {
        const char *name, *table, *columns, *references;
    } keys[] = {
        {"a", "public.boards", "owner_id", "public.users (id)"},
        {"b", "public.posts", "board_id", "public.boards (id)"},
        {"c", "public.posts", "user_id", "public.users (id)"},
        {"d", "public.likes", "post_id", "public.posts (id)"},
        {"e", "public.likes", "user_id", "public.users (id)"},
        {"f", "public.later", "user_id", "public.users (id)"},
    };
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        static const char *const names[] = {"columns", "references"};
        const char *const values[] = {keys[i].columns, keys[i].references};
        g_autofree char *identity = g_strdup_printf("%s.%s", keys[i].table, keys[i].name);
        g_ptr_array_add(objects,
                        pgs_object_new("foreign key", identity, keys[i].table, names, values, 2));
    }
    return pgs_snapshot_new(objects, "");
}

static void
rekey(const Fixture *fixture, const char *fault)
{
    g_autofree char *sql = g_strdup_printf(REKEY, fault);
    run_sql(fixture, sql);
}

static void
assert_rekeyed(const Fixture *fixture, const char *fault, const char *expected)
{
    run_sql(fixture, "DROP TABLE IF EXISTS users, boards, posts, likes;" LEGACY);
    g_autoptr(PgsSnapshot) references = head_references();
    g_autoptr(PgsRows) before = read_rows(fixture);
    rekey(fixture, fault);
    g_autofree char *text = losses_of(fixture, before, references, PGS_ROWS_SURVIVE);
    /* Keys are random: they are written as … */
    g_autoptr(GRegex) uuids = g_regex_new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", 0, 0, NULL);
    g_autofree char *plain = g_regex_replace_literal(uuids, text, -1, 0, "UUID", 0, NULL);
    if (strcmp(plain, expected) != 0)
        fprintf(stderr, "%s\n%s---\n", fault, plain);
    assert_string_equal(plain, expected);
}

static void
test_rekeyed(void **state)
{
    const Fixture *fixture = *state;
    for (guint i = 0; i < 5; i++) /* keys are random, and so is what would hide in their order */
        assert_rekeyed(fixture, "SELECT 1", "");
    /* New rows are no loss. */
    assert_rekeyed(fixture,
                   "INSERT INTO users (id, name) VALUES (10, 'bob'), (11, 'new'); "
                   "INSERT INTO boards (id, owner_id, title, owner) SELECT 6, 1, 'Main', new "
                   "FROM users WHERE id = 1",
                   "");
}

static void
test_rekeyed_wrongly(void **state)
{
    const Fixture *fixture = *state;
    /* One reference rewritten to another row. */
    assert_rekeyed(fixture,
                   "UPDATE posts SET board = (SELECT new FROM boards WHERE id = 5) "
                   "WHERE id = 3",
                   "public.posts.board_id: 1 of 5 rows refers to another row of public.boards than "
                   "before, or to none\n  id='3': referred to id='2', refers to id='UUID' now, "
                   "which was id='5'\n");
    /* To none. */
    assert_rekeyed(fixture, "UPDATE boards SET owner = gen_random_uuid() WHERE id = 1",
                   "public.boards.owner_id: 1 of 5 rows refers to another row of public.users than "
                   "before, or to none\n  id='1': referred to id='1', refers to no row now\n");
    assert_rekeyed(fixture, "UPDATE posts SET usr = NULL WHERE id = 4",
                   "public.posts.user_id: 1 of 5 rows refers to another row of public.users than "
                   "before, or to none\n  id='4': referred to id='7', refers to no row now\n");
    /* A reference to a row that is gone is still one. */
    assert_rekeyed(fixture,
                   "UPDATE boards SET owner = NULL WHERE id = 5; "
                   "ALTER TABLE boards ALTER owner_id DROP NOT NULL",
                   "public.boards.owner_id: 1 of 5 rows has another value\n"
                   "  id='5': '99' is NULL now\n");
    /* What was NULL stays NULL. */
    assert_rekeyed(fixture,
                   "UPDATE posts SET usr = (SELECT new FROM users WHERE id = 9) "
                   "WHERE id = 5",
                   "public.posts.user_id: 1 of 5 rows has another value\n"
                   "  id='5': NULL is 'UUID' now\n");
    /* A row and what it says. */
    assert_rekeyed(fixture, "DELETE FROM likes WHERE user_id = 2",
                   "public.likes: 1 of 4 rows is gone\n  post_id='3', user_id='2'\n");
    assert_rekeyed(fixture, "UPDATE posts SET text = 'B' WHERE id = 4",
                   "public.posts.text: 1 of 5 rows has another value\n"
                   "  id='4': 'b' is 'B' now\n");
    assert_rekeyed(fixture, "UPDATE users SET name = 'kat' WHERE id = 9",
                   "public.users: keys have changed, and 1 of 4 rows cannot be found again by its "
                   "other columns\n  id='9'\n");
}

/* The same with foreign keys of before's own, and of after's alone. */
static void
test_foreign_keys_of_either(void **state)
{
    const Fixture *fixture = *state;
    const char *keys = "ALTER TABLE posts ADD CONSTRAINT \"F, (1)\" FOREIGN KEY (board_id) "
                       "REFERENCES boards (id)";
    run_sql(fixture, LEGACY);
    run_sql(fixture, keys);
    g_autoptr(PgsRows) with = read_rows(fixture);
    run_sql(fixture, "ALTER TABLE posts DROP CONSTRAINT \"F, (1)\"");
    g_autoptr(PgsRows) without = read_rows(fixture);
    rekey(fixture, "UPDATE posts SET board = (SELECT new FROM boards WHERE id = 5) WHERE id = 3");
    g_autofree char *text = losses_of(fixture, with, NULL, PGS_ROWS_SURVIVE);
    assert_non_null(strstr(text, "public.posts.board_id: 1 of 5 rows refers to another row"));
    run_sql(fixture, keys);
    g_autofree char *same = losses_of(fixture, without, NULL, PGS_ROWS_SURVIVE);
    assert_non_null(strstr(same, "public.posts.board_id: 1 of 5 rows refers to another row"));
}

/* Keys that are the same, and a reference that is not. */
static void
test_references(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE p (a int, \"B b\" text, PRIMARY KEY (a, \"B b\")); "
                     "CREATE TABLE c (id int PRIMARY KEY, x int, y text, FOREIGN KEY (x, y) "
                     "REFERENCES p ON UPDATE CASCADE); INSERT INTO p VALUES (1, 'a'), (1, 'b'); "
                     "INSERT INTO c VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, NULL)");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "UPDATE c SET y = 'b' WHERE id = 1");
    assert_losses(fixture, before, PGS_ROWS_SAME,
                  "public.c.x, y: 1 of 3 rows refers to another row of public.p than before, or to "
                  "none\n  id='1': referred to a='1', B b='a', refers to a='1', B b='b' now, which "
                  "was a='1', B b='b'\n");
    run_sql(fixture, "UPDATE c SET y = 'a' WHERE id = 1; "
                     "UPDATE p SET \"B b\" = 'A' WHERE \"B b\" = 'a'");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE,
                  "public.p.B b: 1 of 2 rows has another key\n"
                  "  a='1', B b='a': 'a' is 'A' now\n");
}

/* A tree whose nodes have all the same name: only their places tell them apart. */
static void
test_rekeyed_tree(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES t, name text); "
            "INSERT INTO t SELECT i, nullif(i / 2, 0), 'n' FROM generate_series(1, 200) AS i");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(fixture, "ALTER TABLE t ADD k uuid DEFAULT gen_random_uuid(), ADD p uuid; "
                     "UPDATE t SET p = (SELECT o.k FROM t AS o WHERE o.id = t.parent); "
                     "ALTER TABLE t DROP parent, DROP id; ALTER TABLE t RENAME k TO id; "
                     "ALTER TABLE t RENAME p TO parent; ALTER TABLE t ADD PRIMARY KEY (id); "
                     "ALTER TABLE t ADD FOREIGN KEY (parent) REFERENCES t");
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
    /* The last leaf hangs elsewhere: the tree has another shape. */
    run_sql(fixture,
            "WITH RECURSIVE n (id, depth) AS (SELECT id, 1 FROM t WHERE parent IS NULL UNION ALL "
            "SELECT t.id, depth + 1 FROM t JOIN n ON t.parent = n.id), "
            "leaf AS (SELECT id FROM n ORDER BY depth DESC LIMIT 1) "
            "UPDATE t SET parent = (SELECT id FROM n WHERE depth = 1) FROM leaf "
            "WHERE t.id = leaf.id");
    g_autofree char *text = losses_of(fixture, before, NULL, PGS_ROWS_SURVIVE);
    assert_non_null(strstr(text, "public.t.parent: "));
}

/* What refers to rows that nothing tells apart goes with them, also when a new row has disturbed
 * the deepest colours of all. */
static void
test_rekeyed_twins(void **state)
{
    const Fixture *fixture = *state;
    for (guint i = 0; i < 10; i++) {
        run_sql(fixture,
                "DROP TABLE IF EXISTS items, lists, users; "
                "CREATE TABLE users (id int PRIMARY KEY, name text); "
                "CREATE TABLE lists (id int PRIMARY KEY, owner int REFERENCES users, name text); "
                "CREATE TABLE items (id int PRIMARY KEY, list int REFERENCES lists, name text); "
                "INSERT INTO users VALUES (1, 'ann'), (2, 'bob'), (3, 'bob'); "
                "INSERT INTO lists SELECT i, 1, 'L' FROM generate_series(1, 4) AS i; "
                "INSERT INTO items SELECT i, 1 + i % 4, 'x' FROM generate_series(1, 12) AS i; "
                "INSERT INTO lists VALUES (6, 2, 'M'), (7, 3, 'M'); "
                "INSERT INTO items VALUES (13, 6, 'y'), (14, 7, 'y'), (15, 7, 'y')");
        g_autoptr(PgsRows) before = read_rows(fixture);
        run_sql(fixture,
                "INSERT INTO lists VALUES (5, 1, 'L'); CREATE TEMP TABLE k AS "
                "SELECT i, 'k' || gen_random_uuid() AS k FROM generate_series(1, 20) AS i; "
                "CREATE FUNCTION pg_temp.key(int) RETURNS text LANGUAGE sql AS "
                "'SELECT k FROM k WHERE i = $1'; "
                "ALTER TABLE items DROP CONSTRAINT items_list_fkey, "
                "ALTER id TYPE text USING pg_temp.key(id), "
                "ALTER list TYPE text USING pg_temp.key(list); "
                "ALTER TABLE lists DROP CONSTRAINT lists_owner_fkey, "
                "ALTER id TYPE text USING pg_temp.key(id), "
                "ALTER owner TYPE text USING pg_temp.key(owner); "
                "ALTER TABLE users ALTER id TYPE text USING pg_temp.key(id); "
                "DROP FUNCTION pg_temp.key(int); DROP TABLE k");
        assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
    }
}

/*
 * Rows of few values that refer to each other at random, so that much is told apart by its place
 * alone, and some of it by nothing.  Other keys are never a loss; a row less always is.
 */
static void
test_rekeyed_at_random(void **state)
{
    const Fixture *fixture = *state;
    for (guint seed = 1; seed <= 40; seed++) {
        g_autofree char *make = g_strdup_printf(
            "SELECT setseed(%u / 100.0); DROP TABLE IF EXISTS a, b, c, d; "
            "CREATE TABLE a (id int PRIMARY KEY, v int, up int); "
            "CREATE TABLE b (id int PRIMARY KEY, v int, a int); "
            "CREATE TABLE c (id int PRIMARY KEY, a int, b int); CREATE TABLE d (a int, c int); "
            "INSERT INTO a SELECT i, 2 * random(), 1 + 19 * random() FROM generate_series(1, 20) i;"
            "INSERT INTO b SELECT i, random(), 1 + 20 * random() FROM generate_series(1, 30) i; "
            "INSERT INTO c SELECT i, 1 + 19 * random(), 1 + 29 * random() "
            "FROM generate_series(1, 40) AS i; "
            "INSERT INTO d SELECT 1 + 19 * random(), 1 + 39 * random() FROM generate_series(1, 40)",
            seed);
        run_sql(fixture, make);
        g_autoptr(PgsRows) before = read_rows(fixture);
        /* 'x7' stands in for a new key: nothing of the old one can be read from it. */
        run_sql(fixture,
                "CREATE TEMP TABLE k AS SELECT t, i, 'x' || gen_random_uuid() AS k "
                "FROM unnest('{a,b,c}'::text[]) AS t, generate_series(1, 60) AS i; "
                "CREATE FUNCTION pg_temp.key(text, int) RETURNS text LANGUAGE sql AS "
                "'SELECT k FROM k WHERE t = $1 AND i = $2'; "
                "ALTER TABLE a ALTER id TYPE text USING pg_temp.key('a', id), "
                "ALTER up TYPE text USING pg_temp.key('a', up); "
                "ALTER TABLE b ALTER id TYPE text USING pg_temp.key('b', id), "
                "ALTER a TYPE text USING pg_temp.key('a', a); "
                "ALTER TABLE c ALTER id TYPE text USING pg_temp.key('c', id), "
                "ALTER a TYPE text USING pg_temp.key('a', a), "
                "ALTER b TYPE text USING pg_temp.key('b', b); "
                "ALTER TABLE d ALTER a TYPE text USING pg_temp.key('a', a), "
                "ALTER c TYPE text USING pg_temp.key('c', c); "
                "DROP FUNCTION pg_temp.key(text, int); DROP TABLE k; "
                "ALTER TABLE a ADD FOREIGN KEY (up) REFERENCES a; "
                "ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a NOT VALID; "
                "ALTER TABLE c ADD FOREIGN KEY (a) REFERENCES a, ADD FOREIGN KEY (b) REFERENCES b; "
                "ALTER TABLE d ADD FOREIGN KEY (a) REFERENCES a, ADD FOREIGN KEY (c) REFERENCES c");
        assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
        run_sql(fixture, "DELETE FROM d WHERE ctid = (SELECT max(ctid) FROM d)");
        g_autofree char *text = losses_of(fixture, before, NULL, PGS_ROWS_SURVIVE);
        assert_non_null(strstr(text, "public.d: 1 of 40 rows is gone"));
    }
}

/* Many rows that are the same but for what they refer to, in time. */
static void
test_large(void **state)
{
    const Fixture *fixture = *state;
    run_sql(
        fixture,
        "CREATE TABLE p (id int PRIMARY KEY, n int); "
        "CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p, kind text); "
        "INSERT INTO p SELECT i, i % 100 FROM generate_series(1, 20000) AS i; "
        "INSERT INTO c SELECT i, 1 + i % 20000, 'k' || i % 3 FROM generate_series(1, 80000) AS i");
    g_autoptr(PgsRows) before = read_rows(fixture);
    run_sql(
        fixture,
        "ALTER TABLE c DROP CONSTRAINT c_p_fkey, ALTER id TYPE text USING 'c' || md5(id::text), "
        "ALTER p TYPE text USING 'p' || md5(p::text); "
        "ALTER TABLE p ALTER id TYPE text USING 'p' || md5(id::text); "
        "ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p");
    gint64 start = g_get_monotonic_time();
    assert_losses(fixture, before, PGS_ROWS_SURVIVE, "");
    double seconds = (double)(g_get_monotonic_time() - start) / 1e6;
    print_message("100,000 rows with other keys: %.1f s\n", seconds);
    assert_true(seconds < 60);
}

static void
test_too_much(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE big (id int, t text); "
            "INSERT INTO big SELECT i, repeat('x', 10000) FROM generate_series(1, 7000) i");
    g_autoptr(GError) error = NULL;
    PgsCatalog *catalog = pgs_catalog_new(fixture->connection, 0, NULL, &error);
    g_autoptr(PgsSnapshot) snapshot = pgs_catalog_read(catalog, &error);
    pgs_catalog_free(catalog);
    g_autoptr(PgsRows) rows = NULL;
    g_autofree char *reason = NULL;
    assert_true(pgs_rows_read(fixture->connection, snapshot, &rows, &reason, &error));
    assert_null(rows);
    assert_string_equal(reason, "the rows up to those of public.big come to more than 64 MB");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_same),
        TEST(test_settings),
        TEST(test_counted),
        TEST(test_hostile_values),
        TEST(test_rows_and_tables),
        TEST(test_columns),
        TEST(test_renames),
        TEST(test_copied_table),
        TEST(test_types),
        TEST(test_types_that_lose),
        TEST(test_partitions),
        TEST(test_attached),
        TEST(test_generated_and_inherited),
        TEST(test_no_key),
        TEST(test_rekeyed),
        TEST(test_rekeyed_wrongly),
        TEST(test_foreign_keys_of_either),
        TEST(test_references),
        TEST(test_rekeyed_tree),
        TEST(test_rekeyed_twins),
        TEST(test_rekeyed_at_random),
        TEST(test_large),
        TEST(test_too_much),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
