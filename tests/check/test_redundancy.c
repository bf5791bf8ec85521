/* Covers harness/check/redundancy.c, redundancy_index.c and checks_redundancy.c. */
#include "cmocka_all.h"

#include "check/check.h"
#include "check/redundancy.h"
#include "check/redundancy_index.h"
#include "pg/connection.h"
#include "server_fixture.h"
#include "snapshot/catalog.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    char *database;
    PgsConnection *connection;
    PgsSnapshot *head;
    GPtrArray *findings;
} Fixture;

static int
set_up_group(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->database = pgs_server_create_database(fixture->server, "redundancy", NULL, &error);
    if (fixture->database != NULL)
        fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                  fixture->database, 60000, NULL, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    fixture->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    return fixture->connection != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->connection, pgs_connection_close);
    g_clear_pointer(&fixture->database, g_free);
    g_clear_pointer(&fixture->head, pgs_snapshot_unref);
    g_clear_pointer(&fixture->findings, g_ptr_array_unref);
    return 0;
}

static void
run(const Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_connection_run(fixture->connection, sql, &error))
        fail_msg("%s: %s", sql, error->message);
}

/* Makes the schema, reads it and judges. */
static void
judge(Fixture *fixture, const char *sql)
{
    g_autoptr(GError) error = NULL;
    run(fixture, sql);
    g_autoptr(PgsConnection) reader = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                                          fixture->database, 60000, NULL, &error);
    assert_non_null(reader);
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(reader, 0, NULL, &error);
    assert_non_null(catalog);
    g_clear_pointer(&fixture->head, pgs_snapshot_unref);
    fixture->head = pgs_catalog_read_whole(catalog, &error);
    assert_non_null(fixture->head);
    g_ptr_array_set_size(fixture->findings, 0);
    pgs_redundancy_judge(fixture->head, "shop", fixture->findings);
}

/* The warning about the object, or NULL. */
static const PgsFinding *
find(const Fixture *fixture, const char *check, const char *object)
{
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        if (strcmp(finding->check, check) == 0 && g_strcmp0(finding->object, object) == 0) {
            assert_int_equal(finding->status, PGS_STATUS_WARNING);
            return finding;
        }
    }
    return NULL;
}

static guint
count_warnings(const Fixture *fixture, const char *check)
{
    guint n = 0;
    for (guint i = 0; i < fixture->findings->len; i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        n += strcmp(finding->check, check) == 0 && finding->status == PGS_STATUS_WARNING;
    }
    return n;
}

#define DUPLICATE "redundancy.duplicate-index"
#define COVERED "redundancy.covered-index"
#define FOREIGN_KEY "redundancy.foreign-key-index"
#define NOT_VALIDATED "redundancy.not-validated"
#define INVALID "redundancy.invalid-index"

static void
test_a_clean_schema_passes_each_check(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE a (id int PRIMARY KEY, x int, y text);"
                   "CREATE INDEX ON a (x, y); CREATE INDEX ON a (y);"
                   "CREATE TABLE b (a_id int REFERENCES a); CREATE INDEX ON b (a_id)");
    static const char *const checks[] = {DUPLICATE, COVERED, FOREIGN_KEY, NOT_VALIDATED, INVALID};
    assert_int_equal(fixture->findings->len, G_N_ELEMENTS(checks));
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        const PgsFinding *finding = fixture->findings->pdata[i];
        assert_string_equal(finding->check, checks[i]);
        assert_int_equal(finding->status, PGS_STATUS_PASSED);
        assert_string_equal(finding->system, "shop");
    }
}

static void
test_rows_of_the_table_are_whole(void **state)
{
    (void)state;
    static const char *const checks[] = {DUPLICATE, COVERED, FOREIGN_KEY, NOT_VALIDATED, INVALID};
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        const PgsCheck *check = pgs_check_find(checks[i]);
        assert_non_null(check);
        assert_int_equal(check->severity, PGS_STATUS_WARNING);
        assert_non_null(check->what);
        assert_non_null(check->why);
        assert_non_null(check->mend);
        assert_non_null(check->needs);
    }
}

static void
test_a_referenced_table_is_named_whole(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE \"x](a \"\"(1)\" (id int PRIMARY KEY);"
                   "CREATE TABLE b (a_id int CONSTRAINT k REFERENCES \"x](a \"\"(1)\")");
    const PgsFinding *finding = find(fixture, FOREIGN_KEY, "foreign key public.b.k");
    assert_non_null(finding);
    assert_non_null(
        strstr(finding->message, "each row of public.\"x](a \"\"(1)\" that is deleted"));
}

/* canvas, variant 4: unique by constraint and again by index. */
static void
test_a_unique_index_beside_a_unique_constraint(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE canvases (vbu_id uuid NOT NULL UNIQUE);"
                   "CREATE UNIQUE INDEX uq_canvases_vbu_id ON canvases (vbu_id)");
    const PgsFinding *finding = find(fixture, DUPLICATE, "index public.uq_canvases_vbu_id");
    assert_non_null(finding);
    assert_non_null(strstr(finding->message, "public.canvases.canvases_vbu_id_key"));
    assert_non_null(strstr(finding->hint, "DROP INDEX public.uq_canvases_vbu_id;"));
    assert_non_null(strstr(finding->hint, "keep public.canvases.canvases_vbu_id_key"));
    assert_int_equal(count_warnings(fixture, DUPLICATE), 1);
    assert_int_equal(count_warnings(fixture, COVERED), 0);
}

/* dashboards: the specification asks for both. */
static void
test_a_plain_index_beside_a_unique_constraint(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE dashboards (entity_key varchar NOT NULL,"
                   " CONSTRAINT uq_dashboards_entity_key UNIQUE (entity_key));"
                   "CREATE INDEX ix_dashboards_entity_key ON dashboards (entity_key)");
    const PgsFinding *finding = find(fixture, DUPLICATE, "index public.ix_dashboards_entity_key");
    assert_non_null(finding);
    assert_non_null(strstr(finding->hint, "DROP INDEX public.ix_dashboards_entity_key;"));
    assert_int_equal(count_warnings(fixture, DUPLICATE), 1);
}

static void
test_the_one_behind_a_constraint_is_never_dropped(void **state)
{
    Fixture *fixture = *state;
    /* The names are in the order that would choose wrongly. */
    judge(fixture, "CREATE TABLE t (id int CONSTRAINT zzz PRIMARY KEY, b int, c int);"
                   "CREATE UNIQUE INDEX aaa ON t (id);"
                   "ALTER TABLE t ADD CONSTRAINT bbb UNIQUE (id);"
                   "CREATE INDEX b1 ON t (b); CREATE UNIQUE INDEX b2 ON t (b);"
                   "CREATE INDEX c1 ON t (c); CREATE INDEX c2 ON t (c); CREATE INDEX c3 ON t (c)");
    assert_non_null(find(fixture, DUPLICATE, "index public.aaa"));
    const PgsFinding *constraint = find(fixture, DUPLICATE, "unique constraint public.t.bbb");
    assert_non_null(constraint);
    assert_non_null(strstr(constraint->hint, "ALTER TABLE public.t DROP CONSTRAINT bbb;"));
    assert_null(find(fixture, DUPLICATE, "primary key public.t.zzz"));
    assert_non_null(find(fixture, DUPLICATE, "index public.b1"));
    assert_null(find(fixture, DUPLICATE, "index public.b2"));
    assert_null(find(fixture, DUPLICATE, "index public.c1"));
    assert_non_null(find(fixture, DUPLICATE, "index public.c2"));
    assert_non_null(find(fixture, DUPLICATE, "index public.c3"));
    assert_int_equal(count_warnings(fixture, DUPLICATE), 5);
}

static void
test_a_constraint_is_worth_more_than_a_replica_identity(void **state)
{
    Fixture *fixture = *state;
    judge(fixture,
          "CREATE TABLE t (a int NOT NULL CONSTRAINT a_key UNIQUE);"
          "CREATE UNIQUE INDEX a_idx ON t (a);"
          "ALTER TABLE t REPLICA IDENTITY USING INDEX a_idx; ALTER TABLE t CLUSTER ON a_idx");
    assert_non_null(find(fixture, DUPLICATE, "index public.a_idx"));
    assert_null(find(fixture, DUPLICATE, "unique constraint public.t.a_key"));
}

static void
test_the_replica_identity_is_kept(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE t (a int NOT NULL);"
                   "CREATE UNIQUE INDEX a1 ON t (a); CREATE UNIQUE INDEX a2 ON t (a);"
                   "ALTER TABLE t REPLICA IDENTITY USING INDEX a2");
    assert_non_null(find(fixture, DUPLICATE, "index public.a1"));
    assert_null(find(fixture, DUPLICATE, "index public.a2"));
}

/* Each differs from the first in one thing that matters. */
static void
test_what_is_no_duplicate(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE t (a text, b text);"
                   "CREATE INDEX i1 ON t (a, b);"
                   "CREATE INDEX i2 ON t (b, a);"
                   "CREATE INDEX i3 ON t (a COLLATE \"C\", b);"
                   "CREATE INDEX i4 ON t (a text_pattern_ops, b);"
                   "CREATE INDEX i5 ON t (a, b) WHERE a <> '';"
                   "CREATE INDEX i6 ON t USING brin (a, b);"
                   "CREATE INDEX i7 ON t (a, b DESC);"
                   "CREATE INDEX i8 ON t (lower(a), b);"
                   "CREATE TABLE u (a text, b text); CREATE INDEX i9 ON u (a, b);"
                   "CREATE INDEX i10 ON u (a NULLS FIRST, b NULLS FIRST)");
    assert_int_equal(count_warnings(fixture, DUPLICATE), 0);
    assert_int_equal(count_warnings(fixture, COVERED), 0);
    /* A btree is read in both directions: that is no difference. */
    judge(fixture, "CREATE INDEX j1 ON u (a DESC, b DESC)");
    assert_non_null(find(fixture, DUPLICATE, "index public.j1"));
}

static void
test_covered_indexes(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE t (a int, b int, c int, PRIMARY KEY (a, b));"
                   "CREATE INDEX a1 ON t (a);"             /* by the key */
                   "CREATE INDEX b1 ON t (b);"             /* by b3, which is not itself covered */
                   "CREATE INDEX b2 ON t (b, c);"          /* by b3 */
                   "CREATE INDEX b3 ON t (b, c, a);"       /* not */
                   "CREATE UNIQUE INDEX c1 ON t (c);"      /* a rule of its own */
                   "CREATE INDEX c2 ON t (c, a);"          /* not */
                   "CREATE INDEX a2 ON t (a) WHERE a > 0;" /* other rows */
                   "CREATE INDEX c3 ON t (c, b DESC);"     /* not */
                   "CREATE INDEX c4 ON t (c DESC)");       /* by c1, backwards */
    assert_non_null(find(fixture, COVERED, "index public.a1"));
    const PgsFinding *b1 = find(fixture, COVERED, "index public.b1");
    assert_non_null(b1);
    assert_non_null(strstr(b1->message, "public.b3"));
    assert_non_null(strstr(b1->hint, "DROP INDEX public.b1;"));
    assert_non_null(find(fixture, COVERED, "index public.b2"));
    assert_int_equal(count_warnings(fixture, COVERED), 3);
    assert_non_null(find(fixture, DUPLICATE, "index public.c4"));
}

static void
test_included_columns_count(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE t (a int, b int, c int);"
                   "CREATE INDEX i1 ON t (a) INCLUDE (b);" /* by i3: it has b as well */
                   "CREATE INDEX i2 ON t (a) INCLUDE (c);" /* not: c is nowhere else */
                   "CREATE INDEX i3 ON t (a, b)");
    assert_non_null(find(fixture, COVERED, "index public.i1"));
    assert_null(find(fixture, COVERED, "index public.i2"));
    assert_null(find(fixture, COVERED, "index public.i3"));
}

static void
test_foreign_keys_without_an_index(void **state)
{
    Fixture *fixture = *state;
    judge(fixture,
          "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b), c int UNIQUE);"
          "CREATE TABLE bare (c int CONSTRAINT bare_fk REFERENCES p (c));"
          "CREATE TABLE odd (c int CONSTRAINT odd_fk REFERENCES p (c), x int);"
          "CREATE INDEX ON odd (x, c); CREATE INDEX ON odd ((c + 1));"
          "CREATE INDEX ON odd (c) WHERE x > 0;"
          "CREATE TABLE second (x int, y int, CONSTRAINT second_fk FOREIGN KEY (x, y)"
          " REFERENCES p (a, b)); CREATE INDEX ON second (x);"
          /* These are served: */
          "CREATE TABLE turned (x int, y int, z int, CONSTRAINT turned_fk FOREIGN KEY (x, y)"
          " REFERENCES p (a, b)); CREATE INDEX ON turned (y DESC, x, z);"
          "CREATE TABLE hashed (c int CONSTRAINT hashed_fk REFERENCES p (c));"
          "CREATE INDEX ON hashed USING hash (c);"
          "CREATE TABLE given (c int CONSTRAINT given_fk REFERENCES p (c));"
          "CREATE INDEX ON given (c) WHERE c IS NOT NULL;"
          "CREATE TABLE keyed (c int PRIMARY KEY CONSTRAINT keyed_fk REFERENCES p (c));"
          "CREATE TABLE single (x int PRIMARY KEY, y int, CONSTRAINT single_fk FOREIGN KEY (x, y)"
          " REFERENCES p (a, b));"
          "CREATE TABLE pattern (k text PRIMARY KEY);"
          "CREATE TABLE texts (k text CONSTRAINT texts_fk REFERENCES pattern);"
          "CREATE INDEX ON texts (k text_pattern_ops);");
    const PgsFinding *none = find(fixture, FOREIGN_KEY, "foreign key public.bare.bare_fk");
    assert_non_null(none);
    assert_non_null(strstr(none->hint, "CREATE INDEX ON public.bare (c);"));
    assert_non_null(strstr(none->message, "each row of public.p "));
    assert_non_null(find(fixture, FOREIGN_KEY, "foreign key public.odd.odd_fk"));
    const PgsFinding *narrowed = find(fixture, FOREIGN_KEY, "foreign key public.second.second_fk");
    assert_non_null(narrowed);
    assert_non_null(strstr(narrowed->message, "public.second_x_idx finds by a part of it"));
    assert_int_equal(count_warnings(fixture, FOREIGN_KEY), 3);
}

static void
test_constraints_that_were_never_validated(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE t (id int PRIMARY KEY, n int);"
                   "ALTER TABLE t ADD CONSTRAINT \"n > 0\" CHECK (n > 0) NOT VALID;"
                   "ALTER TABLE t ADD CONSTRAINT t_fk FOREIGN KEY (n) REFERENCES t NOT VALID;"
                   "CREATE INDEX ON t (n); CREATE DOMAIN d AS int;"
                   "ALTER DOMAIN d ADD CONSTRAINT d_ck CHECK (VALUE > 0) NOT VALID");
    const PgsFinding *check = find(fixture, NOT_VALIDATED, "check constraint public.t.\"n > 0\"");
    assert_non_null(check);
    assert_non_null(strstr(check->hint, "ALTER TABLE public.t VALIDATE CONSTRAINT \"n > 0\";"));
    assert_non_null(find(fixture, NOT_VALIDATED, "foreign key public.t.t_fk"));
    const PgsFinding *domain = find(fixture, NOT_VALIDATED, "domain constraint public.d.d_ck");
    assert_non_null(domain);
    assert_non_null(strstr(domain->hint, "ALTER DOMAIN public.d VALIDATE CONSTRAINT d_ck;"));
    assert_int_equal(count_warnings(fixture, NOT_VALIDATED), 3);
    /* What is said to be run mends it. */
    judge(fixture,
          "ALTER TABLE public.t VALIDATE CONSTRAINT \"n > 0\";"
          "ALTER TABLE t VALIDATE CONSTRAINT t_fk; ALTER DOMAIN d VALIDATE CONSTRAINT d_ck");
    assert_int_equal(count_warnings(fixture, NOT_VALIDATED), 0);
}

static void
test_invalid_indexes(void **state)
{
    Fixture *fixture = *state;
    run(fixture, "CREATE TABLE r (n int PRIMARY KEY); INSERT INTO r VALUES (1);"
                 "CREATE TABLE t (n int REFERENCES r); INSERT INTO t VALUES (1), (1)");
    /* It fails, and leaves the index behind. */
    assert_false(pgs_connection_run(fixture->connection,
                                    "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (n)", NULL));
    judge(fixture, "SELECT 1");
    /* It serves nothing, the foreign key no more than anything else. */
    assert_non_null(find(fixture, FOREIGN_KEY, "foreign key public.t.t_n_fkey"));
    judge(fixture, "CREATE INDEX sound ON t (n);"
                   "CREATE TABLE p (n int) PARTITION BY LIST (n);"
                   "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
                   "CREATE INDEX parted ON ONLY p (n)");
    const PgsFinding *broken = find(fixture, INVALID, "index public.broken");
    assert_non_null(broken);
    assert_non_null(strstr(broken->hint, "REINDEX INDEX CONCURRENTLY public.broken;"));
    const PgsFinding *parted = find(fixture, INVALID, "index public.parted");
    assert_non_null(parted);
    assert_non_null(strstr(parted->hint, "ATTACH PARTITION"));
    assert_int_equal(count_warnings(fixture, INVALID), 2);
    /* What nothing can use makes nothing else needless. */
    assert_int_equal(count_warnings(fixture, DUPLICATE), 0);
}

static void
test_partitions_are_told_once(void **state)
{
    Fixture *fixture = *state;
    judge(fixture, "CREATE TABLE p (n int, m int) PARTITION BY LIST (n);"
                   "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
                   "CREATE INDEX p_n ON p (n); CREATE INDEX p_n_again ON p (n);"
                   "CREATE INDEX p1_m ON p1 (m); CREATE INDEX p_m ON p (m)");
    /* p_m has taken p1_m for its part. */
    assert_non_null(find(fixture, DUPLICATE, "index public.p_n_again"));
    assert_int_equal(count_warnings(fixture, DUPLICATE), 1);
}

static void
test_lists_are_cut_at_the_right_commas(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) parts =
        pgs_index_split_list("\"a, \"\"b\", lower(f(c, 'x,)')), (d[1,2])::text COLLATE \"C\" DESC");
    assert_int_equal(parts->len, 3);
    assert_string_equal(parts->pdata[0], "\"a, \"\"b\"");
    assert_string_equal(parts->pdata[1], "lower(f(c, 'x,)'))");
    assert_string_equal(parts->pdata[2], "(d[1,2])::text COLLATE \"C\" DESC");
    g_autoptr(GPtrArray) none = pgs_index_split_list(NULL);
    assert_int_equal(none->len, 0);
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_a_clean_schema_passes_each_check),
        TEST(test_rows_of_the_table_are_whole),
        TEST(test_a_referenced_table_is_named_whole),
        TEST(test_a_unique_index_beside_a_unique_constraint),
        TEST(test_a_plain_index_beside_a_unique_constraint),
        TEST(test_the_one_behind_a_constraint_is_never_dropped),
        TEST(test_a_constraint_is_worth_more_than_a_replica_identity),
        TEST(test_the_replica_identity_is_kept),
        TEST(test_what_is_no_duplicate),
        TEST(test_covered_indexes),
        TEST(test_included_columns_count),
        TEST(test_foreign_keys_without_an_index),
        TEST(test_constraints_that_were_never_validated),
        TEST(test_invalid_indexes),
        TEST(test_partitions_are_told_once),
        TEST(test_lists_are_cut_at_the_right_commas),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
