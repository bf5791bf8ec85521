/* Covers harness/snapshot/catalog.c, probe.c and contents.c: the incremental reading gives what the
 * whole reading gives. */
#include "cmocka_all.h"

#include "server_fixture.h"
#include "snapshot/catalog.h"
#include "snapshot/contents.h"
#include "snapshot/text.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    PgsConnection *session; /* changes things */
    PgsConnection *reader;
    PgsCatalog *catalog;
} Fixture;

static int
say_error(const GError *error)
{
    fprintf(stderr, "%s\n", error->message);
    return -1;
}

static int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    g_autoptr(GError) error = NULL;
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    g_autofree char *database =
        pgs_server_create_database(fixture->server, "catalog", NULL, &error);
    if (database == NULL)
        return say_error(error);
    const char *conninfo = pgs_server_conninfo(fixture->server);
    fixture->session = pgs_connection_open(conninfo, database, 60000, NULL, &error);
    fixture->reader = pgs_connection_open(conninfo, database, 60000, NULL, &error);
    if (fixture->session == NULL || fixture->reader == NULL)
        return say_error(error);
    static const char *const ledger[] = {"my_ledger", NULL};
    fixture->catalog = pgs_catalog_new(fixture->reader, PGS_CATALOG_CLUSTER, ledger, &error);
    return fixture->catalog != NULL ? 0 : say_error(error);
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_catalog_free(fixture->catalog);
    pgs_connection_close(fixture->reader);
    pgs_connection_close(fixture->session);
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static char *
read_text(Fixture *fixture, gboolean whole)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSnapshot) snapshot = whole ? pgs_catalog_read_whole(fixture->catalog, &error)
                                            : pgs_catalog_read(fixture->catalog, &error);
    if (snapshot == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return NULL;
    }
    gsize length;
    return pgs_snapshot_to_text(snapshot, &length);
}

/*
 * Each changes something that the next reading has to see.  Those that begin with = change nothing
 * that a snapshot holds.
 */
static const char *const changes[] = {
    "CREATE TABLE parent (id int PRIMARY KEY, name text)",
    "CREATE TABLE child (id serial PRIMARY KEY, parent_id int REFERENCES parent ON DELETE CASCADE,"
    " amount numeric(10,2) DEFAULT 0 CHECK (amount >= 0))",
    "CREATE INDEX child_amount ON child (amount) WHERE amount > 1",
    "CREATE VIEW parents AS SELECT id, name FROM parent WHERE name <> ''",
    "CREATE MATERIALIZED VIEW mat AS SELECT name FROM parents",
    "CREATE FUNCTION shout(t text) RETURNS text LANGUAGE sql AS 'SELECT upper(t)'",
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
    "CREATE TYPE pair AS (a int, b mood)",
    "CREATE TYPE span AS RANGE (subtype = int)",
    "ALTER TABLE child ADD COLUMN feeling mood DEFAULT 'ok', ADD COLUMN n positive",
    /* Renames show in texts whose own rows stay as they are. */
    "ALTER TABLE parent RENAME COLUMN name TO label",
    "ALTER TABLE parent RENAME TO parents_table",
    "ALTER TYPE mood RENAME TO feeling_type",
    "ALTER TYPE feeling_type RENAME VALUE 'sad' TO 'unhappy'",
    "ALTER TYPE feeling_type ADD VALUE 'between' BEFORE 'ok'",
    "ALTER TYPE feeling_type ADD VALUE 'happy'",
    "CREATE SCHEMA app",
    "ALTER TABLE parents_table SET SCHEMA app",
    "ALTER SCHEMA app RENAME TO application",
    "ALTER INDEX child_amount RENAME TO child_amount_idx",
    "ALTER TABLE child RENAME CONSTRAINT child_parent_id_fkey TO child_parent",
    "ALTER FUNCTION shout(text) RENAME TO cry",
    "ALTER FUNCTION cry(text) IMMUTABLE",
    "CREATE INDEX child_cry ON child (cry(id::text))",
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE TRIGGER child_touch BEFORE UPDATE ON child FOR EACH ROW EXECUTE FUNCTION touch()",
    "ALTER TABLE child DISABLE TRIGGER child_touch",
    "ALTER TABLE child DISABLE TRIGGER ALL",
    "ALTER TABLE application.parents_table DISABLE TRIGGER ALL",
    "ALTER TABLE child ENABLE TRIGGER ALL",
    "ALTER TABLE application.parents_table ENABLE TRIGGER ALL",
    "ALTER FUNCTION touch() RENAME TO touched",
    "DROP TRIGGER child_touch ON child",
    "CREATE RULE child_rule AS ON DELETE TO child DO INSTEAD NOTHING",
    "DROP RULE child_rule ON child",
    "ALTER TABLE child ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY mine ON child USING (amount > 0)",
    "ALTER POLICY mine ON child USING (amount > 1)",
    "DROP POLICY mine ON child",
    "ALTER TABLE child DROP CONSTRAINT child_parent",
    "ALTER TABLE child ADD CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES "
    "application.parents_table ON DELETE RESTRICT NOT VALID",
    "ALTER TABLE child VALIDATE CONSTRAINT child_parent",
    "ALTER TABLE child ALTER CONSTRAINT child_parent DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE child DROP CONSTRAINT child_amount_check",
    "ALTER TABLE child ALTER COLUMN amount DROP DEFAULT",
    "ALTER TABLE child ALTER COLUMN amount SET DEFAULT 7",
    "ALTER TABLE child ALTER COLUMN amount SET DEFAULT 8",
    "ALTER TABLE child ALTER COLUMN amount TYPE bigint",
    "ALTER TABLE child ALTER COLUMN amount SET NOT NULL",
    "ALTER TABLE child ALTER COLUMN amount SET STATISTICS 500",
    "ALTER TABLE child ADD COLUMN body text",
    "ALTER TABLE child ALTER COLUMN body SET STORAGE EXTERNAL",
    "ALTER TABLE child SET (fillfactor = 70)",
    "ALTER TABLE child SET UNLOGGED",
    "ALTER TABLE child SET LOGGED",
    "ALTER TABLE child REPLICA IDENTITY FULL",
    "ALTER TABLE child CLUSTER ON child_pkey",
    "ALTER SEQUENCE child_id_seq INCREMENT 5",
    "ALTER SEQUENCE child_id_seq OWNED BY NONE",
    "ALTER SEQUENCE child_id_seq OWNED BY child.id",
    "COMMENT ON TABLE child IS 'a child'",
    "COMMENT ON COLUMN child.amount IS 'how much'",
    "COMMENT ON CONSTRAINT child_parent ON child IS 'why'",
    "COMMENT ON INDEX child_amount_idx IS 'fast'",
    "COMMENT ON SCHEMA public IS 'ours'",
    "COMMENT ON TYPE feeling_type IS 'feelings'",
    "COMMENT ON FUNCTION cry(text) IS 'loud'",
    "COMMENT ON TABLE child IS NULL",
    "COMMENT ON COLUMN child.amount IS NULL",
    "COMMENT ON CONSTRAINT child_parent ON child IS NULL",
    "COMMENT ON SCHEMA public IS NULL",
    "GRANT SELECT ON child TO PUBLIC",
    "GRANT UPDATE (amount) ON child TO PUBLIC",
    "REVOKE SELECT ON child FROM PUBLIC",
    "[15] GRANT CREATE ON SCHEMA public TO PUBLIC",
    "CREATE ROLE reader",
    "GRANT SELECT ON application.parents_table TO reader",
    "ALTER ROLE reader RENAME TO viewer",
    "ALTER ROLE viewer SET search_path = 'a'",
    "ALTER TABLE child OWNER TO viewer",
    "ALTER TABLE child OWNER TO postgres",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO viewer",
    "DROP OWNED BY viewer",
    "DROP ROLE viewer",
    "[15] GRANT SET ON PARAMETER work_mem TO PUBLIC",
    "[15] REVOKE SET ON PARAMETER work_mem FROM PUBLIC",
    "GRANT SELECT ON pg_catalog.pg_authid TO PUBLIC",
    "REVOKE SELECT ON pg_catalog.pg_authid FROM PUBLIC",
    "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC",
    "GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO PUBLIC",
    "CREATE TABLE part (id int, at date) PARTITION BY RANGE (at)",
    "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
    "CREATE INDEX part_at ON part (at)",
    "ALTER TABLE part ADD PRIMARY KEY (id, at)",
    "CREATE TABLE pointing (id int, at date, FOREIGN KEY (id, at) REFERENCES part)",
    "ALTER TABLE part DETACH PARTITION part_1",
    "ALTER TABLE part ATTACH PARTITION part_1 FOR VALUES FROM ('2020-01-01') TO ('2022-01-01')",
    "ALTER INDEX part_at RENAME TO part_at_idx",
    "DROP TABLE pointing",
    "DROP TABLE part_1",
    "DROP TABLE part",
    "CREATE TABLE inherited (extra int) INHERITS (child)",
    "ALTER TABLE child ADD COLUMN late int",
    "ALTER TABLE inherited NO INHERIT child",
    "DROP TABLE inherited",
    "CREATE STATISTICS child_stats ON id, amount FROM child",
    "ALTER STATISTICS child_stats RENAME TO child_stat",
    "DROP STATISTICS child_stat",
    "CREATE PUBLICATION pub FOR TABLE child",
    "ALTER TABLE child RENAME TO children",
    "ALTER PUBLICATION pub DROP TABLE children",
    "DROP PUBLICATION pub",
    "CREATE COLLATION german (provider = libc, locale = 'C')",
    "ALTER TABLE children ADD COLUMN title text COLLATE german",
    "ALTER COLLATION german RENAME TO deutsch",
    "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)",
    "CREATE VIEW uses_operator AS SELECT id OPERATOR(public.===) 1 AS same FROM children",
    "ALTER OPERATOR === (int, int) SET SCHEMA application",
    "DROP VIEW uses_operator",
    "DROP OPERATOR application.=== (int, int)",
    "CREATE CAST (feeling_type AS int) WITH INOUT",
    "DROP CAST (feeling_type AS int)",
    "CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION plain DROP MAPPING FOR word",
    "DROP TEXT SEARCH CONFIGURATION plain",
    "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)",
    "DROP AGGREGATE total (int)",
    "CREATE EXTENSION citext",
    "ALTER TABLE children ADD COLUMN mail citext",
    "ALTER EXTENSION citext SET SCHEMA application",
    "ALTER TABLE children DROP COLUMN mail",
    "ALTER EXTENSION citext ADD FUNCTION cry(text)",
    "ALTER EXTENSION citext DROP FUNCTION cry(text)",
    "DROP EXTENSION citext",
    "CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION event()",
    "CREATE FOREIGN DATA WRAPPER nowhere",
    "CREATE SERVER far FOREIGN DATA WRAPPER nowhere",
    "CREATE FOREIGN TABLE remote (id int) SERVER far OPTIONS (a 'b')",
    "ALTER FOREIGN TABLE remote OPTIONS (SET a 'c')",
    "ALTER SERVER far RENAME TO farther",
    "CREATE USER MAPPING FOR postgres SERVER farther OPTIONS (user 'x')",
    "DROP FOREIGN DATA WRAPPER nowhere CASCADE",
    "SELECT lo_create(4711)",
    "SELECT lo_unlink(4711)",
    "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 100)",
    "ALTER DOMAIN positive SET DEFAULT 5",
    "ALTER DOMAIN positive DROP CONSTRAINT small",
    "ALTER TYPE pair ADD ATTRIBUTE c text",
    "ALTER TYPE pair RENAME ATTRIBUTE c TO d",
    "DROP TYPE pair",
    "[14] CREATE FUNCTION atomic() RETURNS bigint"
    " BEGIN ATOMIC SELECT count(*) FROM children; END",
    "ALTER TABLE children RENAME COLUMN title TO heading",
    "ALTER TABLE children RENAME TO offspring",
    "[14] DROP FUNCTION atomic()",
    "=INSERT INTO offspring (id, amount) VALUES (1, 2)",
    "=CREATE TEMP TABLE scratch (id int)",
    "=DROP TABLE scratch",
    "=CREATE TABLE my_ledger (version text PRIMARY KEY)",
    "=CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
    "=DROP TABLE my_ledger, schema_migrations",
    "=ANALYZE",
    "ALTER TABLE offspring DROP COLUMN heading",
    "DROP MATERIALIZED VIEW mat",
    "DROP VIEW parents",
    "DROP TABLE offspring",
    "DROP TABLE application.parents_table",
    "DROP TYPE feeling_type",
    "DROP DOMAIN positive",
    "DROP TYPE span",
    "DROP FUNCTION cry(text)",
    "DROP FUNCTION touched()",
    "DROP SCHEMA application CASCADE",
};

static void
test_each_change_is_seen_and_nothing_is_missed(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *before = read_text(fixture, FALSE);
    assert_non_null(before);
    guint wrong = 0;
    /* The event trigger needs a function that would be in the list's way. */
    assert_true(pgs_connection_run(fixture->session,
                                   "CREATE FUNCTION public.event() RETURNS event_trigger"
                                   " LANGUAGE plpgsql AS 'BEGIN END'",
                                   NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        const char *sql = changes[i];
        if (*sql == '[') {
            if (pgs_connection_version(fixture->session) < atoi(sql + 1) * 10000)
                continue;
            sql = strchr(sql, ' ') + 1;
        }
        gboolean is_silent = *sql == '=';
        sql += is_silent;
        g_autoptr(GError) error = NULL;
        if (!pgs_connection_run(fixture->session, sql, &error)) {
            fprintf(stderr, "%s\n", error->message);
            wrong++;
            continue;
        }
        g_autofree char *after = read_text(fixture, FALSE);
        g_autofree char *whole = read_text(fixture, TRUE);
        assert_non_null(after);
        assert_non_null(whole);
        if (strcmp(after, whole) != 0) {
            fprintf(stderr, "after %s\nstep by step:\n%s\nwhole:\n%s\n", sql, after, whole);
            wrong++;
        }
        gboolean is_same = strcmp(before, after) == 0;
        if (is_same != is_silent) {
            fprintf(stderr, "%s: %s\n", sql, is_same ? "was not seen" : "was seen");
            wrong++;
        }
        g_free(before);
        before = g_steal_pointer(&after);
    }
    assert_int_equal(wrong, 0);
}

static void
test_what_comes_back_is_the_same_pointer(void **state)
{
    Fixture *fixture = *state;
    assert_true(pgs_connection_run(fixture->session, "CREATE TABLE again (id int)", NULL));
    PgsSnapshot *first = pgs_catalog_read(fixture->catalog, NULL);
    assert_true(pgs_connection_run(fixture->session,
                                   "DROP TABLE again; CREATE TABLE again (id int)", NULL));
    PgsSnapshot *second = pgs_catalog_read(fixture->catalog, NULL);
    assert_true(pgs_snapshot_equal(first, second));
    const PgsObject *a = pgs_snapshot_find(first, "table", "public.again");
    assert_non_null(a);
    assert_ptr_equal(a, pgs_snapshot_find(second, "table", "public.again"));
    pgs_snapshot_unref(first);
    pgs_snapshot_unref(second);
}

static void
test_contents(void **state)
{
    Fixture *fixture = *state;
    static const struct {
        const char *sql;
        gboolean changes;
    } steps[] = {
        {"CREATE TABLE rows (id serial, t text)", FALSE},
        {"INSERT INTO rows (t) VALUES ('a'), ('b')", TRUE},
        {"SELECT 1", FALSE},
        {"UPDATE rows SET t = 'c' WHERE id = 1", TRUE},
        {"SELECT nextval('rows_id_seq')", TRUE},
        {"DELETE FROM rows", TRUE},
    };
    char *before = NULL;
    assert_true(pgs_contents_fingerprint(fixture->reader, &before, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        assert_true(pgs_connection_run(fixture->session, steps[i].sql, NULL));
        char *after = NULL;
        assert_true(pgs_contents_fingerprint(fixture->reader, &after, NULL));
        assert_non_null(after);
        assert_int_equal(strcmp(before, after) != 0, steps[i].changes);
        g_free(before);
        before = after;
    }
    g_free(before);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_change_is_seen_and_nothing_is_missed),
        cmocka_unit_test(test_what_comes_back_is_the_same_pointer),
        cmocka_unit_test(test_contents),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
