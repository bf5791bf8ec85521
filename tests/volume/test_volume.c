/* Covers harness/volume/: volume.c, volume_*.c, fill.c, fill_group.c, fill_part.c, fill_try.c:
 * tables of whole schemas filled, and what is true of their rows. */
#include "cmocka_all.h"

#include "volume_fixture.h"

#include <stdlib.h>

/* The text of a file, with the lines that are for this server ("--15+ ") put to use. */
static char *
read_sql(const Fixture *fixture, const char *path)
{
    g_autofree char *text = NULL;
    g_autofree char *whole = g_build_filename(PGS_SOURCE_DIR, path, NULL);
    if (!g_file_get_contents(whole, &text, NULL, NULL))
        fail_msg("%s cannot be read", whole);
    int major = pgs_server_version_number(fixture->server) / 10000;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        int since = 0, length = 0;
        if (sscanf(*line, "--%d+ %n", &since, &length) == 1 && length > 0 && major >= since)
            memset(*line, ' ', (gsize)length);
    }
    return g_strjoinv("\n", lines);
}

static void
run_file(const Fixture *fixture, const char *path)
{
    g_autofree char *sql = read_sql(fixture, path);
    run_sql(fixture, sql);
}

static void
assert_full(const PgsVolume *volume, gint64 rows)
{
    const GPtrArray *tables = pgs_volume_tables(volume);
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = tables->pdata[i];
        if (table->rows != rows || table->reason != NULL)
            fail_msg("%s: %d rows: %s", table->relation->identity, (int)table->rows, table->reason);
        if (table->notes->len > 0)
            fail_msg("%s: %s", table->relation->identity, (char *)table->notes->pdata[0]);
    }
}

/* Statistics of all rows, all of them visible, so that an index alone can serve. */
static void
assert_analyzed(const Fixture *fixture, const PgsVolume *volume)
{
    const GPtrArray *tables = pgs_volume_tables(volume);
    for (guint i = 0; i < tables->len; i++) {
        const PgsVolumeTable *table = tables->pdata[i];
        g_autofree char *sql = g_strdup_printf(
            "SELECT reltuples || ' ' || (relpages = relallvisible) || ' ' || (relpages > 0)"
            " FROM pg_class WHERE oid = %u",
            table->relation->oid);
        g_autofree char *expected = g_strdup_printf("%d true true", (int)table->rows);
        assert_value(fixture, sql, expected);
    }
}

static void
test_systems(void **state)
{
    static const char *const systems[][3] = {
        {"migrations/canvas/001_users_table.up.sql", "migrations/canvas/002_canvas_tables.up.sql"},
        {"migrations/boardroom/schema_new.sql"},
        {"migrations/workflow/001_initial.up.sql", "migrations/workflow/002_indexes.up.sql"},
        {"migrations/dashboards/001_ontology.up.sql",
         "migrations/dashboards/002_dashboard_resource.up.sql"},
    };
    Fixture *fixture = *state;
    for (gsize i = 0; i < G_N_ELEMENTS(systems); i++) {
        run_sql(fixture, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        for (gsize j = 0; systems[i][j] != NULL; j++)
            run_file(fixture, systems[i][j]);
        g_autoptr(PgsVolume) volume = fill(fixture, i, 2000, NULL);
        assert_true(pgs_volume_tables(volume)->len >= 4);
        assert_full(volume, 2000);
        assert_analyzed(fixture, volume);
        assert_no_orphans(fixture);
        assert_checks_hold(fixture);
    }
}

/* Every table is filled, or it is said why not; twice the same. */
static void
test_torture(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(g_free);
    for (guint round = 0; round < 2; round++) {
        if (round > 0)
            run_sql(fixture, "DROP SCHEMA torture CASCADE; DROP SCHEMA public CASCADE;"
                             "CREATE SCHEMA public");
        run_file(fixture, "tests/exercise/torture.sql");
        run_sql(fixture, "RESET search_path");
        g_autoptr(PgsVolume) volume = fill(fixture, 5, 300, NULL);
        const GPtrArray *tables = pgs_volume_tables(volume);
        guint n_short = 0;
        for (guint i = 0; i < tables->len; i++) {
            const PgsVolumeTable *table = tables->pdata[i];
            if ((table->rows < table->wanted) != (table->reason != NULL))
                fail_msg("%s: %d rows, %s", table->relation->identity, (int)table->rows,
                         table->reason);
            n_short += table->reason != NULL;
            /* A partitioned table has no places; a trigger writes the time into that log. */
            if (table->relation->kind == 'p' ||
                strstr(table->relation->identity, "t37_log") != NULL)
                continue;
            g_autofree char *sum = checksum(fixture, table->relation->identity);
            if (round == 0)
                g_ptr_array_add(sums, g_strdup_printf("%s %s", table->relation->identity, sum));
            g_autofree char *again = g_strdup_printf("%s %s", table->relation->identity, sum);
            if (!g_ptr_array_find_with_equal_func(sums, again, g_str_equal, NULL))
                fail_msg("%s has other rows", table->relation->identity);
        }
        assert_true(tables->len > 75);
        assert_in_range(n_short, 1, 4);
        assert_no_orphans(fixture);
        assert_checks_hold(fixture);
    }
}

static void
test_seed(void **state)
{
    Fixture *fixture = *state;
    static const char *const create =
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE p (id uuid PRIMARY KEY,"
        " name text NOT NULL); CREATE TABLE t (id serial PRIMARY KEY, p uuid REFERENCES p,"
        " at timestamptz, state text CHECK (state IN ('a', 'b', 'c')))";
    g_autoptr(GPtrArray) sums = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < 3; i++) {
        run_sql(fixture, create);
        g_autoptr(PgsVolume) volume = fill(fixture, i == 0 ? 6 : 7, 400, NULL);
        assert_full(volume, 400);
        g_ptr_array_add(sums, checksum(fixture, "public.t"));
    }
    assert_string_equal(sums->pdata[1], sums->pdata[2]);
    assert_string_not_equal(sums->pdata[0], sums->pdata[1]);
}

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    static const char *const named[] = {"t_2031", "o", NULL};
    run_sql(fixture,
            "CREATE TABLE t (at timestamptz NOT NULL, id int NOT NULL, region text NOT NULL,"
            " note text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);"
            "CREATE TABLE t_2031 PARTITION OF t FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');"
            "CREATE TABLE t_2032 (note text, id int NOT NULL, region text NOT NULL,"
            " at timestamptz NOT NULL);"
            "ALTER TABLE t ATTACH PARTITION t_2032 FOR VALUES FROM ('2032-01-01') TO "
            "('2033-01-01');"
            "CREATE TABLE o (id int PRIMARY KEY, kind text NOT NULL, at timestamptz, t int,"
            " FOREIGN KEY (at, t) REFERENCES t) PARTITION BY HASH (id);"
            "CREATE TABLE o_0 PARTITION OF o FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
            "CREATE TABLE o_1 PARTITION OF o FOR VALUES WITH (MODULUS 2, REMAINDER 1);");
    g_autoptr(PgsVolume) volume = fill(fixture, 3, 1000, named);
    assert_int_equal(pgs_volume_tables(volume)->len, 2);
    assert_full(volume, 1000);
    assert_string_equal(table_of(fixture, volume, "t_2031")->relation->name, "t");
    assert_value(fixture, "SELECT count(*) || ' ' || (count(DISTINCT at) > 300) FROM t_2032",
                 "500 true");
    assert_value(fixture,
                 "SELECT min(n) || ' ' || max(n) FROM (SELECT count(*) AS n FROM o"
                 " GROUP BY tableoid) AS q",
                 "500 500");
    assert_no_orphans(fixture);
}

static void
test_triggers(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE kept (id int PRIMARY KEY, n int NOT NULL);"
            "CREATE TABLE marks (n int CHECK (n < 1000)); INSERT INTO marks VALUES (0);"
            "CREATE TABLE touched (id int PRIMARY KEY, updated_at timestamptz NOT NULL);"
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;"
            "CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON touched FOR EACH ROW EXECUTE"
            " FUNCTION touch();"
            "CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN UPDATE marks SET n = n + 1; RETURN NEW; END $$;"
            "CREATE TRIGGER mark AFTER INSERT ON kept FOR EACH ROW EXECUTE FUNCTION mark();"
            "CREATE TABLE refused (id int PRIMARY KEY, kept int NOT NULL REFERENCES kept);"
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no row'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON refused FOR EACH ROW EXECUTE FUNCTION "
            "refuse();"
            "CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM kept;"
            "CREATE VIEW between AS SELECT * FROM counts;"
            "CREATE MATERIALIZED VIEW above AS SELECT * FROM between WITH NO DATA");
    static const char *const named[] = {"kept", "touched", "refused", NULL};
    g_autoptr(PgsVolume) volume = fill(fixture, 4, 300, named);
    assert_value(fixture, "SELECT n FROM marks", "0");
    assert_value(fixture, "SELECT count(DISTINCT updated_at) > 250 FROM touched", "t");
    assert_value(fixture, "SELECT count(*) FROM refused", "300");
    for (gsize i = 0; named[i] != NULL; i++)
        assert_true(g_ptr_array_find_with_equal_func(table_of(fixture, volume, named[i])->notes,
                                                     "with its triggers off", g_str_equal, NULL));
    assert_value(fixture, "SELECT count FROM above", "300");
    assert_value(fixture,
                 "SELECT string_agg(tgenabled::text, '') FROM pg_trigger WHERE NOT "
                 "tgisinternal",
                 "OOO");
    assert_no_orphans(fixture);
}

/* A server that runs short of something for so many rows refuses them: other ways are there. */
static void
test_shortage(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE t (id serial PRIMARY KEY, name text);"
            "CREATE TABLE u (id serial PRIMARY KEY, t int NOT NULL REFERENCES t);"
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " IF NEW.id BETWEEN 100 AND 200 THEN"
            " PERFORM pg_advisory_xact_lock(i) FROM generate_series(1, 1000000) AS g (i); END IF;"
            " RETURN NULL; END $$;"
            "CREATE TRIGGER f AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()");
    g_autoptr(PgsVolume) volume = fill(fixture, 4, 300, NULL);
    const PgsVolumeTable *table = table_of(fixture, volume, "t");
    assert_int_equal(table->rows, 300);
    assert_true(
        g_ptr_array_find_with_equal_func(table->notes, "with its triggers off", g_str_equal, NULL));
    assert_value(fixture, "SELECT count(*) FROM u", "300");
}

/* Each partition gets enough rows for its indexes to matter. */
static void
test_many_partitions(void **state)
{
    Fixture *fixture = *state;
    static const char *const named[] = {"t", NULL};
    run_sql(fixture,
            "CREATE TABLE t (at date NOT NULL, n int) PARTITION BY RANGE (at);"
            "DO $$ BEGIN FOR i IN 0 .. 19 LOOP EXECUTE format("
            "'CREATE TABLE t_%s PARTITION OF t FOR VALUES FROM (%L) TO (%L)', i,"
            " date '2030-01-01' + 30 * i, date '2030-01-01' + 30 * (i + 1)); END LOOP; END $$");
    g_autoptr(PgsVolume) volume = fill(fixture, 4, 400, named);
    assert_int_equal(table_of(fixture, volume, "t")->wanted, 1000);
    assert_value(fixture,
                 "SELECT min(n) || ' ' || max(n) FROM (SELECT count(*) AS n FROM t"
                 " GROUP BY tableoid) AS q",
                 "50 50");
}

/* Filled tables stay as they are, and others may be filled later. */
static void
test_again(void **state)
{
    Fixture *fixture = *state;
    static const char *const first[] = {"p", NULL};
    run_sql(fixture, "CREATE TABLE p (id int PRIMARY KEY);"
                     "CREATE TABLE t (id int PRIMARY KEY, p int NOT NULL REFERENCES p);"
                     "CREATE TABLE alone (id int PRIMARY KEY)");
    g_autoptr(PgsVolume) one = fill(fixture, 4, 200, first);
    assert_int_equal(pgs_volume_tables(one)->len, 1);
    assert_true(table_of(fixture, one, "p")->is_asked);
    g_autofree char *sum = checksum(fixture, "p");
    static const char *const second[] = {"t", NULL};
    g_autoptr(PgsVolume) two = fill(fixture, 4, 200, second);
    assert_int_equal(pgs_volume_tables(two)->len, 2);
    assert_false(table_of(fixture, two, "p")->is_asked);
    assert_int_equal(table_of(fixture, two, "p")->before, 200);
    g_autofree char *again = checksum(fixture, "p");
    assert_string_equal(sum, again);
    assert_value(fixture, "SELECT count(*) FROM alone", "0");
    assert_no_orphans(fixture);
}

/* Who is no superuser has triggers fire, and needs no more than to own the tables. */
static void
test_owner(void **state)
{
    Fixture *fixture = *state;
    static const char *const named[] = {"t", "refused", "other", NULL};
    run_sql(fixture,
            "CREATE ROLE plain_owner; GRANT CREATE ON SCHEMA public TO plain_owner;"
            "CREATE TABLE other (id int PRIMARY KEY); GRANT SELECT, INSERT ON other TO plain_owner;"
            "SET SESSION AUTHORIZATION plain_owner;"
            "CREATE TABLE p (id serial PRIMARY KEY, up int REFERENCES p, t uuid);"
            "CREATE TABLE t (id uuid PRIMARY KEY, p int NOT NULL REFERENCES p, by_trigger boolean);"
            "ALTER TABLE p ADD FOREIGN KEY (t) REFERENCES t;"
            "CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.by_trigger := true; RETURN NEW; END $$;"
            "CREATE TRIGGER mark BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION mark();"
            "CREATE TABLE refused (id int PRIMARY KEY);"
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'no row'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON refused FOR EACH ROW EXECUTE FUNCTION"
            " refuse()");
    g_autoptr(PgsVolume) volume = fill(fixture, 4, 300, named);
    assert_value(fixture, "SELECT count(*) FROM t WHERE by_trigger", "300");
    assert_value(fixture, "SELECT count(t) BETWEEN 200 AND 299 FROM p", "t");
    assert_value(fixture, "SELECT count(*) FROM other", "300");
    assert_non_null(strstr(table_of(fixture, volume, "refused")->reason, "no row"));
    assert_true(table_of(fixture, volume, "other")->notes->len > 0);
    assert_no_orphans(fixture);
    run_sql(fixture,
            "RESET SESSION AUTHORIZATION; DROP OWNED BY plain_owner; DROP ROLE plain_owner");
}

/* Rows of a table that more are wanted of than ANALYZE would read: it reads them all. */
static void
test_statistics(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)");
    g_autoptr(PgsVolume) volume = fill(fixture, 4, 40000, NULL);
    const PgsVolumeTable *table = table_of(fixture, volume, "t");
    assert_int_equal(table->rows, 40000);
    assert_int_equal(table->notes->len, 1);
    assert_non_null(strstr(table->notes->pdata[0], "target of 134"));
    assert_value(fixture, "SHOW default_statistics_target", "100");
    assert_value(fixture, "SELECT n_distinct = -1 FROM pg_stats WHERE attname = 'id'", "t");
    assert_analyzed(fixture, volume);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_systems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_torture, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_seed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_triggers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_shortage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_owner, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_statistics, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
