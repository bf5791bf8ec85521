/* Covers harness/plan/: hiding.c, sql/hide_indexes.sql. */
#include "cmocka_all.h"

#include "bench_fixture.h"
#include "plan/explain.h"
#include "plan/hiding.h"

static const char schema[] =
    "CREATE SCHEMA app;"
    "CREATE TABLE app.users (id int PRIMARY KEY, email text, a int, b int, UNIQUE (email));"
    "INSERT INTO app.users SELECT i, 'u' || i, i, i FROM generate_series(1, 3000) i;"
    "CREATE INDEX \"Ix Ödd\" ON app.users (a);"
    "CREATE INDEX ix_b ON app.users (b); CREATE INDEX ix_twin ON app.users (b);"
    "CREATE TABLE app.orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES app.users);"
    "INSERT INTO app.orders SELECT i, i FROM generate_series(1, 500) i;"
    "CREATE TABLE app.log (k int NOT NULL, at int NOT NULL, v int, PRIMARY KEY (at, k))"
    "  PARTITION BY RANGE (at);"
    "CREATE TABLE app.log_a PARTITION OF app.log FOR VALUES FROM (0) TO (10);"
    "CREATE TABLE app.log_b PARTITION OF app.log FOR VALUES FROM (10) TO (20)"
    "  PARTITION BY RANGE (at);"
    "CREATE TABLE app.log_b1 PARTITION OF app.log_b FOR VALUES FROM (10) TO (20);"
    "CREATE INDEX ix_v ON app.log (v);"
    "INSERT INTO app.log SELECT i, i % 20, i FROM generate_series(1, 6000) i;"
    "CREATE MATERIALIZED VIEW app.seen AS SELECT id, a FROM app.users;"
    "CREATE INDEX ix_seen ON app.seen (a)";

static PgsIndexes *
open_schema(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    run_sql(fixture, schema);
    run_sql(fixture, "DO $$ BEGIN CREATE ROLE pgstair_owner;"
                     " EXCEPTION WHEN duplicate_object THEN END $$");
    run_sql(fixture, "VACUUM ANALYZE");
    PgsIndexes *indexes = pgs_indexes_read(fixture->connection, read_inventory(fixture), &error);
    if (indexes == NULL)
        fail_msg("%s", error->message);
    run_sql(fixture, "BEGIN");
    return indexes;
}

/* names: "ix_b|ix_twin" */
static gboolean
try_to_hide(const Fixture *fixture, const PgsIndexes *indexes, const char *names,
            PgsFailure **failure)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(names, "|", -1);
    for (guint i = 0; words[i] != NULL; i++) {
        const PgsIndex *index = pgs_indexes_find_in(indexes, "app", words[i]);
        if (index == NULL)
            fail_msg("no index %s", words[i]);
        g_ptr_array_add(chosen, (gpointer)index);
    }
    g_autoptr(GError) error = NULL;
    gboolean hidden = pgs_indexes_hide(fixture->connection, chosen, failure, &error);
    assert_true(hidden == (error == NULL));
    assert_true(hidden == (*failure == NULL));
    return hidden;
}

static void
hide(const Fixture *fixture, const PgsIndexes *indexes, const char *names)
{
    PgsFailure *failure = NULL;
    if (!try_to_hide(fixture, indexes, names, &failure))
        fail_msg("%s", failure->message);
}

/* The indexes that the query's scans take, in the plan's order; "-" for one that takes none. */
static gboolean
append_taken(const PgsPlanNode *node, gpointer data)
{
    GString *taken = data;
    if (pgs_plan_node_scan(node) == PGS_SCAN_NONE)
        return TRUE;
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(node);
    const PgsPlanNode *first = nodes->len > 0 ? nodes->pdata[0] : NULL;
    g_string_append_printf(taken, "%s%s", taken->len > 0 ? "|" : "",
                           first != NULL ? first->index : "-");
    return TRUE;
}

static void
assert_taken(const Fixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    PgsQuery query = {.sql = sql};
    g_autoptr(PgsPlan) plan = pgs_explain(fixture->connection, &query, 0, NULL, &error);
    if (plan == NULL)
        fail_msg("%s", error->message);
    g_autoptr(GString) taken = g_string_new(NULL);
    pgs_plan_walk(plan, append_taken, taken);
    assert_string_equal(taken->str, expected);
}

static void
assert_all_valid(const Fixture *fixture)
{
    assert_value(fixture, "SELECT count(*) FROM pg_index WHERE NOT indisvalid", "0");
}

#define BY_A "SELECT * FROM app.users WHERE a = 7"
#define BY_ID "SELECT * FROM app.users WHERE id = 7"
#define BY_V "SELECT * FROM app.log WHERE v = 7"

/* ---- a superuser's way ---- */

/* Out of sight at once, and back at once, by a savepoint and by the transaction's end. */
static void
test_hidden_and_back(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    assert_taken(fixture, BY_A, "Ix Ödd");
    run_sql(fixture, "SAVEPOINT s");
    hide(fixture, indexes, "Ix Ödd");
    assert_taken(fixture, BY_A, "-");
    assert_taken(fixture, BY_ID, "users_pkey");
    run_sql(fixture, "SAVEPOINT t");
    hide(fixture, indexes, "users_pkey");
    assert_taken(fixture, BY_ID, "-");
    assert_taken(fixture, BY_A, "-");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT t");
    assert_taken(fixture, BY_ID, "users_pkey");
    assert_taken(fixture, BY_A, "-");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    assert_taken(fixture, BY_A, "Ix Ödd");
    hide(fixture, indexes, "Ix Ödd|users_pkey");
    assert_taken(fixture, BY_ID, "-");
    run_sql(fixture, "ROLLBACK; BEGIN");
    assert_taken(fixture, BY_A, "Ix Ödd");
    assert_taken(fixture, BY_ID, "users_pkey");
    assert_all_valid(fixture);
}

/* A failed transaction is no other. */
static void
test_back_after_failure(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    run_sql(fixture, "SAVEPOINT s");
    hide(fixture, indexes, "Ix Ödd");
    assert_false(pgs_connection_run(fixture->connection, "SELECT wrong", NULL));
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    assert_taken(fixture, BY_A, "Ix Ödd");
    assert_all_valid(fixture);
}

static void
test_nothing_to_hide(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    assert_true(pgs_indexes_hide(fixture->connection, none, NULL, NULL));
    assert_taken(fixture, BY_A, "Ix Ödd");
}

static void
test_twins(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    const char *query = "SELECT * FROM app.users WHERE b = 7";
    run_sql(fixture, "SAVEPOINT s");
    hide(fixture, indexes, "ix_b");
    assert_taken(fixture, query, "ix_twin");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    hide(fixture, indexes, "ix_twin");
    assert_taken(fixture, query, "ix_b");
    hide(fixture, indexes, "ix_b|ix_twin");
    assert_taken(fixture, query, "-");
}

/* The first line of a plan that the session keeps. */
static void
assert_kept(const Fixture *fixture, const char *execute, const char *expected)
{
    g_autofree char *sql = g_strconcat("EXPLAIN (COSTS OFF) ", execute, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(fixture->connection, PGS_SHAPE_ANY, sql, 0, NULL, NULL, &error);
    if (result == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(PQgetvalue(result, 0, 0), expected);
}

/* Plans that the session keeps (of prepared statements, of functions) are made anew both times. */
static void
test_kept_plans(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    const char *by_index = "Index Scan using \"Ix Ödd\" on users";
    run_sql(fixture, "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL search_path = app;"
                     "PREPARE kept (int) AS SELECT * FROM app.users WHERE a = $1; SAVEPOINT s");
    assert_kept(fixture, "EXECUTE kept (7)", by_index);
    hide(fixture, indexes, "Ix Ödd");
    assert_kept(fixture, "EXECUTE kept (7)", "Seq Scan on users");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    assert_kept(fixture, "EXECUTE kept (7)", by_index);
    run_sql(fixture, "DEALLOCATE kept");
}

/* Whatever depends on the index stays, and it is still kept and enforced. */
static void
test_constraints_stay(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    const char *constraints = "SELECT count(*) FROM pg_constraint WHERE contype IN ('p', 'f', 'u')";
    g_autofree char *before = NULL;
    assert_true(pgs_connection_value(fixture->connection, constraints, &before, NULL));
    hide(fixture, indexes, "users_pkey|users_email_key");
    assert_value(fixture, constraints, before);
    run_sql(fixture, "INSERT INTO app.orders VALUES (1001, 5); SAVEPOINT s");
    static const char *const refused[] = {
        "INSERT INTO app.orders VALUES (1002, 99999)",
        "INSERT INTO app.users VALUES (5, 'new')",
        "INSERT INTO app.users VALUES (99999, 'u5')",
        "DELETE FROM app.users WHERE id = 5",
    };
    for (guint i = 0; i < G_N_ELEMENTS(refused); i++) {
        assert_false(pgs_connection_run(fixture->connection, refused[i], NULL));
        run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    }
    assert_taken(fixture, BY_ID, "-");
    run_sql(fixture, "ROLLBACK; BEGIN");
    assert_taken(fixture, BY_ID, "users_pkey");
}

/* The whole index, to any depth; and one partition's alone. */
static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    assert_taken(fixture, BY_V, "log_a_v_idx|log_b1_v_idx");
    run_sql(fixture, "SAVEPOINT s");
    hide(fixture, indexes, "ix_v");
    assert_taken(fixture, BY_V, "-|-");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    assert_taken(fixture, BY_V, "log_a_v_idx|log_b1_v_idx");
    hide(fixture, indexes, "log_b1_v_idx");
    assert_taken(fixture, BY_V, "log_a_v_idx|-");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    hide(fixture, indexes, "log_b_v_idx|log_a_v_idx");
    assert_taken(fixture, BY_V, "-|-");
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
    assert_taken(fixture, BY_V, "log_a_v_idx|log_b1_v_idx");
    assert_all_valid(fixture);
}

static void
test_materialized_view(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    const char *query = "SELECT * FROM app.seen WHERE a = 7";
    assert_taken(fixture, query, "ix_seen");
    hide(fixture, indexes, "ix_seen");
    assert_taken(fixture, query, "-");
}

/* ---- anybody else's ---- */

static void
become_owner(const Fixture *fixture)
{
    run_sql(fixture,
            "DO $$ DECLARE t record; BEGIN"
            "  FOR t IN SELECT relname, relkind FROM pg_class"
            "    WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p', 'm') LOOP"
            "    EXECUTE format('ALTER %s app.%I OWNER TO pgstair_owner',"
            "      CASE t.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, t.relname);"
            "  END LOOP; END $$;"
            "ALTER SCHEMA app OWNER TO pgstair_owner; SET LOCAL ROLE pgstair_owner; SAVEPOINT s");
    assert_false(pgs_connection_is_superuser(fixture->connection));
}

static void
test_owner(void **state)
{
    static const struct {
        const char *hidden, *query, *without, *with;
    } cases[] = {
        {"Ix Ödd", BY_A, "-", "Ix Ödd"},
        {"users_pkey", BY_ID, "-", "users_pkey"}, /* foreign keys refer to it */
        {"users_pkey|users_email_key|Ix Ödd", BY_ID, "-", "users_pkey"},
        {"ix_v", BY_V, "-|-", "log_a_v_idx|log_b1_v_idx"},
        {"ix_v|log_a_v_idx|log_b1_v_idx", BY_V, "-|-", "log_a_v_idx|log_b1_v_idx"},
        {"log_pkey", "SELECT count(*) FROM app.log WHERE at = 3", "-", "log_a_pkey"},
        {"ix_seen", "SELECT * FROM app.seen WHERE a = 7", "-", "ix_seen"},
    };
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    become_owner(fixture);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        assert_taken(fixture, cases[i].query, cases[i].with);
        hide(fixture, indexes, cases[i].hidden);
        assert_taken(fixture, cases[i].query, cases[i].without);
        run_sql(fixture, "ROLLBACK TO SAVEPOINT s");
        assert_taken(fixture, cases[i].query, cases[i].with);
    }
}

static void
test_refused(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(PgsIndexes) indexes = open_schema(fixture);
    become_owner(fixture);
    /* One partition's index cannot be dropped by itself. */
    PgsFailure *part = NULL;
    assert_false(try_to_hide(fixture, indexes, "log_a_v_idx", &part));
    assert_string_equal(part->sqlstate, "2BP01");
    pgs_failure_free(part);
    run_sql(fixture, "ROLLBACK; BEGIN; SET LOCAL ROLE pgstair_owner");
    PgsFailure *foreign = NULL;
    assert_false(try_to_hide(fixture, indexes, "ix_b", &foreign));
    assert_string_equal(foreign->sqlstate, "42501");
    pgs_failure_free(foreign);
    run_sql(fixture, "ROLLBACK");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_hidden_and_back), TEST(test_back_after_failure), TEST(test_nothing_to_hide),
        TEST(test_twins),           TEST(test_kept_plans),         TEST(test_constraints_stay),
        TEST(test_partitions),      TEST(test_materialized_view),  TEST(test_owner),
        TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
