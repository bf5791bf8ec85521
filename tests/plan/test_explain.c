/* Covers harness/plan/: explain.c, explain_text.c. */
#include "cmocka_all.h"

#include "bench_fixture.h"
#include "plan/explain.h"

static const char schema[] =
    "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, status text, data jsonb, n "
    "int[]);"
    "INSERT INTO users SELECT i, 'u' || i, CASE WHEN i % 500 = 0 THEN 'rare' ELSE 'usual' END,"
    "  '{}', ARRAY[i] FROM generate_series(1, 5000) i;"
    "CREATE INDEX ix_status ON users (status);"
    "CREATE TABLE log (what text);"
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
    "  $$ BEGIN INSERT INTO public.log VALUES (TG_OP); RETURN NULL; END $$;"
    "CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON users"
    "  FOR EACH STATEMENT EXECUTE FUNCTION note();"
    "ANALYZE users; BEGIN";

static int
set_up_schema(void **state)
{
    if (set_up(state) != 0)
        return -1;
    const Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    if (pgs_connection_run(fixture->connection, schema, &error))
        return 0;
    fprintf(stderr, "%s\n", error->message);
    return -1;
}

/* Nothing of it stays, and the transaction goes on. */
static void
assert_nothing_left(const Fixture *fixture)
{
    assert_int_equal(PQtransactionStatus(pgs_connection_raw(fixture->connection)), PQTRANS_INTRANS);
    assert_value(fixture, "SELECT count(*) FROM pg_prepared_statements", "0");
    assert_value(fixture, "SHOW plan_cache_mode", "auto");
    assert_false(pgs_connection_run(fixture->connection,
                                    "SAVEPOINT s; ROLLBACK TO SAVEPOINT pgstair_explain", NULL));
    run_sql(fixture, "ROLLBACK TO SAVEPOINT s; RELEASE SAVEPOINT s");
}

static PgsPlan *
explain(const Fixture *fixture, const PgsQuery *query, PgsExplainFlags flags)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    PgsPlan *plan = pgs_explain(fixture->connection, query, flags, &failure, &error);
    if (failure != NULL)
        fail_msg("%s: %s", query->sql, failure->message);
    if (plan == NULL)
        fail_msg("%s: %s", query->sql, error->message);
    assert_nothing_left(fixture);
    return plan;
}

static PgsPlan *
explain_text(const Fixture *fixture, const char *sql, PgsExplainFlags flags)
{
    PgsQuery query = {.sql = sql};
    return explain(fixture, &query, flags);
}

static PgsFailure *
explain_refused(const Fixture *fixture, const PgsQuery *query, PgsExplainFlags flags)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    assert_null(pgs_explain(fixture->connection, query, flags, &failure, &error));
    if (failure == NULL)
        fail_msg("%s: %s", query->sql, error != NULL ? error->message : "no failure");
    assert_null(error);
    assert_nothing_left(fixture);
    return failure;
}

static void
assert_holds(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, text != NULL ? text : "(none)");
}

static void
assert_no(const char *text, const char *part)
{
    if (strstr(text, part) != NULL)
        fail_msg("\"%s\" is in \"%s\"", part, text);
}

/* ---- plans ---- */

static void
test_plain(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "SET LOCAL random_page_cost = 1.5");
    g_autoptr(PgsPlan) plan =
        explain_text(fixture, "SELECT * FROM users WHERE status = 'rare' AND id > 7", 0);
    g_autoptr(GPtrArray) scans = pgs_plan_scans_of(plan, "public", "users");
    assert_int_equal(scans->len, 1);
    assert_holds(plan->json, "\"Plan\"");
    assert_holds(plan->text, "Output: id");
    assert_holds(plan->text, "Settings: ");
    assert_holds(plan->settings, "random_page_cost = 1.5");
    assert_no(plan->text, "Planning Time");
    assert_no(plan->text, "actual");
    assert_false(plan->is_generic);
    assert_true(plan->planning_time >= 0 && plan->execution_time == -1);
    assert_false(plan->root->is_analyzed);
    assert_true(plan->cost > 0 && plan->cost == plan->root->total_cost);
}

static guint
count(const char *text, const char *part)
{
    guint n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

static gboolean
count_node(const PgsPlanNode *node, gpointer data)
{
    *(guint *)data += *node->type != '\0';
    return TRUE;
}

/* Both texts are of the same plan, and the tree has each of its nodes. */
static void
test_texts_agree(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE parts (k int, v text) PARTITION BY RANGE (k);"
                     "CREATE TABLE parts_a PARTITION OF parts FOR VALUES FROM (0) TO (10);"
                     "CREATE TABLE parts_b PARTITION OF parts FOR VALUES FROM (10) TO (20);"
                     "CREATE INDEX ON parts (k); CREATE VIEW seen AS SELECT * FROM parts");
    static const char *const queries[] = {
        "SELECT count(*), (SELECT max(k) FROM seen) FROM users u JOIN parts USING (v)"
        " WHERE EXISTS (SELECT FROM log WHERE what = u.email) OR u.id IN (SELECT k FROM parts)",
        "WITH w AS MATERIALIZED (DELETE FROM users WHERE id < 5 RETURNING *), s AS (SELECT 1)"
        " SELECT * FROM w, s UNION ALL (SELECT * FROM w, s ORDER BY 1 LIMIT 1)",
        "SELECT DISTINCT ON (k) *, row_number() OVER (PARTITION BY v) FROM parts ORDER BY k, v",
        "UPDATE parts SET v = 'x' WHERE k BETWEEN 3 AND 12",
        "INSERT INTO users SELECT i, 'x' FROM generate_series(1, 9) i ON CONFLICT (id) DO NOTHING",
        "TABLE parts",
        "VALUES (1), (2)",
        "SELECT * FROM parts TABLESAMPLE system (1) FOR UPDATE",
    };
    run_sql(fixture, "ALTER TABLE users ADD v text");
    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(PgsPlan) plan = explain_text(fixture, queries[i], 0);
        guint n_nodes = 0;
        pgs_plan_walk(plan, count_node, &n_nodes);
        assert_int_equal(n_nodes, count(plan->text, "(cost="));
        assert_true(n_nodes > 0);
    }
}

/* The plan for these values, and the plan for any. */
static void
test_custom_and_generic(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *value;
        PgsExplainFlags flags;
        gboolean is_served; /* by the index; said of custom plans */
        const char *condition;
    } cases[] = {
        {"rare", 0, TRUE, "'rare'"},
        {"usual", 0, FALSE, "'usual'"},
        {"it's \\ odd", 0, TRUE, "'it''s \\ odd'"},
        {NULL, 0, FALSE, NULL},
        {"usual", PGS_EXPLAIN_GENERIC, FALSE, "$1"},
        {"rare", PGS_EXPLAIN_GENERIC, FALSE, "$1"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsQuery query = {"SELECT * FROM users WHERE status = $1", &cases[i].value, 1};
        g_autoptr(PgsPlan) plan = explain(fixture, &query, cases[i].flags);
        g_autoptr(GPtrArray) indexes = pgs_plan_node_index_nodes(plan->root);
        if (cases[i].flags == 0)
            assert_true(cases[i].is_served == (indexes->len == 1));
        if (cases[i].condition != NULL)
            assert_holds(plan->text, cases[i].condition);
        assert_true(plan->is_generic == (cases[i].flags != 0));
        if (plan->settings != NULL) /* jit, as the server was started */
            assert_no(plan->settings, "plan_cache_mode");
    }
}

/* Of a query without parameters there is one plan only. */
static void
test_generic_without_parameters(void **state)
{
    const Fixture *fixture = *state;
    g_autoptr(PgsPlan) plan = explain_text(fixture, "SELECT 1", PGS_EXPLAIN_GENERIC);
    assert_false(plan->is_generic);
}

static void
test_many_parameters(void **state)
{
    const Fixture *fixture = *state;
    const char *values[] = {"7", "{1,2}", "u%", NULL, "2001-02-03"};
    PgsQuery query = {"SELECT * FROM users WHERE id = $1 AND id = ANY ($2) AND email LIKE $3"
                      " AND ($4::text IS NULL OR status = $4) AND now() > $5 -- done; $9",
                      values, 5};
    for (guint generic = 0; generic < 2; generic++) {
        g_autoptr(PgsPlan) plan = explain(fixture, &query, generic ? PGS_EXPLAIN_GENERIC : 0);
        assert_holds(plan->text, generic ? "(users.id = $1)" : "(users.id = 7)");
    }
}

/* ---- run, and undone ---- */

static void
test_analyze(void **state)
{
    const Fixture *fixture = *state;
    static const struct {
        const char *sql;
        double rows; /* of the node that finds them */
    } cases[] = {
        {"UPDATE users SET email = 'x' WHERE status = 'rare'", 10},
        {"DELETE FROM users WHERE status = 'rare'", 10},
        {"INSERT INTO users SELECT i, 'x' FROM generate_series(9001, 9010) i", 10},
        {"SELECT * FROM users WHERE status = 'rare'", 10},
        {"WITH d AS (DELETE FROM users WHERE status = 'rare' RETURNING *) SELECT * FROM d", 10},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsPlan) plan = explain_text(fixture, cases[i].sql, PGS_EXPLAIN_ANALYZE);
        assert_true(plan->root->is_analyzed && plan->execution_time >= 0);
        assert_true(plan->root->shared_hit > 0);
        assert_holds(plan->text, "Buffers: ");
        assert_no(plan->text, "actual time");
        const PgsPlanNode *node = plan->root;
        while (node->children->len > 0 && node->actual_rows != cases[i].rows)
            node = node->children->pdata[0];
        assert_true(node->actual_rows == cases[i].rows);
        /* The second time it found as many. */
        assert_holds(plan->text, "actual rows=10");
        assert_value(fixture, "SELECT count(*) FROM users WHERE status = 'rare'", "10");
        assert_value(fixture, "SELECT count(*) FROM users", "5000");
        assert_value(fixture, "SELECT count(*) FROM log", "0");
    }
}

static void
test_analyze_with_parameters(void **state)
{
    const Fixture *fixture = *state;
    const char *values[] = {"rare"};
    PgsQuery query = {"DELETE FROM users WHERE status = $1", values, 1};
    for (guint generic = 0; generic < 2; generic++) {
        g_autoptr(PgsPlan) plan =
            explain(fixture, &query, PGS_EXPLAIN_ANALYZE | (generic ? PGS_EXPLAIN_GENERIC : 0));
        assert_holds(plan->text, "actual rows=10");
        assert_holds(plan->text, generic ? "= $1" : "= 'rare'");
        assert_value(fixture, "SELECT count(*) FROM users", "5000");
    }
}

/* What fails only when it is run, and what does not end. */
static void
test_analyze_refused(void **state)
{
    const Fixture *fixture = *state;
    PgsQuery query = {.sql = "SELECT 1 / (id - 70) FROM users"};
    g_autoptr(PgsPlan) plan = explain(fixture, &query, 0);
    g_autoptr(PgsFailure) zero = explain_refused(fixture, &query, PGS_EXPLAIN_ANALYZE);
    assert_string_equal(zero->sqlstate, "22012");
    run_sql(fixture, "SET LOCAL statement_timeout = 100");
    const char *values[] = {"60"};
    PgsQuery slow = {"SELECT pg_sleep($1)", values, 1};
    g_autoptr(PgsFailure) timeout = explain_refused(fixture, &slow, PGS_EXPLAIN_ANALYZE);
    assert_string_equal(timeout->sqlstate, "57014");
    assert_value(fixture, "SHOW statement_timeout", "100ms");
}

/* ---- what a query may look like ---- */

static void
test_spellings(void **state)
{
    const Fixture *fixture = *state;
    static const char *const queries[] = {
        "SELECT * FROM users WHERE id = 3;",
        "SELECT * FROM users WHERE id = 3 -- the third",
        "SELECT * FROM users WHERE id = 3 ; ; -- the third;",
        "-- first\n/* two; */ SELECT * FROM users WHERE id = 3 /* 3 */",
        "\xef\xbb\xbfSELECT * FROM users WHERE id = 3",
        "EXPLAIN SELECT * FROM users WHERE id = 3",
        "explain analyze verbose SELECT * FROM users WHERE id = 3",
        "-- so\nEXPLAIN (ANALYZE, COSTS off, format json) SELECT * FROM users WHERE id = 3;",
        "EXPLAIN (SELECT * FROM users WHERE id = 3)",
        "EXPLAIN ((SELECT * FROM users WHERE id = 3))",
        "EXPLAIN (VERBOSE) (SELECT * FROM users WHERE id = 3)",
        "EXPLAIN (WITH w AS (SELECT 1) SELECT * FROM users WHERE id = 3)",
        "(SELECT * FROM users WHERE id = 3)",
        "\n\n  WITH w AS (SELECT * FROM users WHERE id = 3) SELECT * FROM w",
    };
    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(PgsPlan) plan = explain_text(fixture, queries[i], 0);
        g_autoptr(GPtrArray) scans = pgs_plan_scans_of(plan, "public", "users");
        assert_int_equal(scans->len, 1);
        assert_false(plan->root->is_analyzed);
    }
}

static void
test_merge(void **state)
{
    const Fixture *fixture = *state;
    const char *values[] = {"8"};
    PgsQuery query = {"MERGE INTO users u USING (VALUES ($1::int)) v (k) ON u.id = v.k "
                      "WHEN MATCHED THEN DELETE",
                      values, 1};
    if (pgs_connection_version(fixture->connection) < 150000) {
        g_autoptr(PgsFailure) failure = explain_refused(fixture, &query, 0);
        assert_string_equal(failure->sqlstate, "42601");
        return;
    }
    g_autoptr(PgsPlan) plan = explain(fixture, &query, PGS_EXPLAIN_ANALYZE);
    assert_string_equal(plan->root->operation, "Merge");
    assert_value(fixture, "SELECT count(*) FROM users", "5000");
}

/* at: what failure->position points to in sql.  NULL: anything. */
typedef struct {
    const char *sql, *sqlstate, *at, *message, *hint;
} RefusalCase;

static const RefusalCase refusals[] = {
    {"", "42601", NULL, "the query is empty", "write one SELECT"},
    {" ; -- SELECT 1", "42601", NULL, "the query is empty", "write one SELECT"},
    {"SELECT 1; SELECT 2", "42601", "SELECT 2", "2 statements", "make a query of each"},
    {"SELECT 'ä'; COMMIT; BEGIN", "42601", "COMMIT", "3 statements", NULL},
    {"CREATE INDEX ON users (id)", "0A000", "CREATE", "CREATE INDEX has no plan", "write one"},
    {"/* ö */ BEGIN", "0A000", "BEGIN", "BEGIN has no plan", "write one SELECT"},
    {"COMMIT", "0A000", "COMMIT", "COMMIT has no plan", NULL},
    {"ROLLBACK TO SAVEPOINT x", "0A000", "ROLLBACK", "ROLLBACK has no plan", NULL},
    {"EXECUTE q (1)", "0A000", "EXECUTE", "EXECUTE has no plan", "own text"},
    {"EXPLAIN EXECUTE q (1)", "0A000", "EXECUTE", "EXECUTE has no plan", "own text"},
    {"EXPLAIN CREATE TABLE x AS SELECT 1", "0A000", "CREATE", "CREATE TABLE has", "follows AS"},
    {"EXPLAIN", "42601", "", "no query", NULL},
    {"EXPLAIN (COSTS", "42601", NULL, NULL, NULL},
    {"DECLARE c CURSOR FOR SELECT 1", "0A000", "DECLARE", NULL, "cursor's own query"},
    {"COPY users TO STDOUT", "0A000", "COPY", NULL, "the query that is copied"},
    {"DO $$ BEGIN END $$", "0A000", "DO", NULL, "the statements of the block"},
    {"SET x.y = 1", "0A000", "SET", "SET has no plan", NULL},
    {"\\d users", "42601", "\\d", "meta-command", "write SQL"},
    {"SELECT 'open", "42601", "'open", "quote", NULL},
    {"SELECT * FROM nowhere", "42P01", "nowhere", "nowhere", NULL},
    {"SELECT 'äöü', wrong FROM users -- wrong", "42703", "wrong FROM", "wrong", NULL},
    {"-- ü\n\nEXPLAIN (COSTS off) SELECT wrong FROM users", "42703", "wrong", "wrong", NULL},
    {"SELECT FROM WHERE", "42601", "WHERE", "syntax error", NULL},
    {"SELECT (1  ", "42601", "", "syntax error at end of input", NULL},
    {"SELECT * FROM users WHERE id = ?", "42601", "", NULL, "write $1, $2, … for parameters"},
    {"SELECT * FROM users WHERE (id = ?) AND 1 = 1", "42601", ") AND", NULL, "not know ?"},
    {"SELECT * FROM users WHERE id =? AND 1 = 1", NULL, NULL, NULL, "not know ?"},
    {"SELECT * FROM users WHERE id = :id", "42601", ":id", NULL, "not know :name"},
    {"SELECT * FROM users WHERE id IN (:a,:b)", "42601", ":a", NULL, "not know :name"},
    {"SELECT * FROM users WHERE id = %s", "42601", "%s", NULL, "not know %s"},
    {"SELECT * FROM users WHERE id = %(id)s", "42601", NULL, NULL, "not know %s"},
    {"SELECT * FROM users WHERE id = $1", "42601", NULL, "has 1 parameter, and 0 values are given",
     "one value for each"},
};

static void
check_refusal(const Fixture *fixture, const RefusalCase *row)
{
    PgsQuery query = {.sql = row->sql};
    g_autoptr(PgsFailure) failure = explain_refused(fixture, &query, 0);
    if (row->sqlstate != NULL && strcmp(failure->sqlstate, row->sqlstate) != 0)
        fail_msg("%s: %s %s", row->sql, failure->sqlstate, failure->message);
    if (row->message != NULL)
        assert_holds(failure->message, row->message);
    if (row->hint != NULL)
        assert_holds(failure->hint, row->hint);
    if (row->at == NULL)
        return;
    assert_true(failure->position > 0);
    const char *at = g_utf8_offset_to_pointer(row->sql, (glong)failure->position - 1);
    gboolean is_end = strspn(at, " ") == strlen(at);
    if (!g_str_has_prefix(at, row->at) || (*row->at == '\0' && !is_end))
        fail_msg("%s: position %u, at \"%s\"", row->sql, failure->position, at);
}

static void
test_refusals(void **state)
{
    for (guint i = 0; i < G_N_ELEMENTS(refusals); i++)
        check_refusal(*state, &refusals[i]);
}

/* jsonb's "?", casts and slices are no placeholders. */
static void
test_no_placeholder(void **state)
{
    static const char *const queries[] = {
        "SELECT wrong FROM users WHERE data ? 'a' AND data ?| ARRAY['a'] AND (data ? 'b')",
        "SELECT wrong, n[1:id], n[id:2], id::text, 5 % id FROM users",
        "SELECT wrong, '?', ':a', \":b\" /* ? :c */ FROM users -- ?",
    };
    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        PgsQuery query = {.sql = queries[i]};
        g_autoptr(PgsFailure) failure = explain_refused(*state, &query, 0);
        assert_null(failure->hint);
    }
}

/* With parameters the text stands behind PREPARE, its values in EXECUTE. */
static void
test_refused_with_parameters(void **state)
{
    const Fixture *fixture = *state;
    const char *values[] = {"7", "abc", NULL, "x"};
    PgsQuery query = {"SELECT 'ä' FROM users WHERE wrong = $1", values, 1};
    g_autoptr(PgsFailure) column = explain_refused(fixture, &query, 0);
    assert_string_equal(column->sqlstate, "42703");
    assert_string_equal(g_utf8_offset_to_pointer(query.sql, (glong)column->position - 1),
                        "wrong = $1");

    query = (PgsQuery){"SELECT FROM users WHERE id = $1 AND id > $2 AND email = $3", values, 3};
    g_autoptr(PgsFailure) value = explain_refused(fixture, &query, 0);
    assert_string_equal(value->sqlstate, "22P02");
    assert_int_equal(value->position, 0);
    assert_string_equal(value->hint, "this is the value of $2");

    query.n_parameters = 4;
    g_autoptr(PgsFailure) many = explain_refused(fixture, &query, 0);
    assert_string_equal(many->message, "the query has 3 parameters, and 4 values are given");
    query.n_parameters = 2;
    g_autoptr(PgsFailure) few = explain_refused(fixture, &query, PGS_EXPLAIN_GENERIC);
    assert_string_equal(few->message, "the query has 3 parameters, and 2 values are given");

    query = (PgsQuery){"SELECT $1 + $2", (const char *[]){"1", "2"}, 2};
    g_autoptr(PgsFailure) unknown = explain_refused(fixture, &query, 0);
    assert_string_equal(unknown->sqlstate, "42725");
}

static void
test_rules(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE kept (id int PRIMARY KEY);"
                     "CREATE RULE also AS ON DELETE TO users DO ALSO DELETE FROM kept"
                     "  WHERE id = old.id");
    g_autoptr(PgsPlan) plan = explain_text(fixture, "DELETE FROM users WHERE id = 5", 0);
    assert_string_equal(plan->root->type, "Rewritten Queries");
    g_autoptr(GPtrArray) scans = pgs_plan_scans_of(plan, "public", "kept");
    assert_int_equal(scans->len, 1);
    static const char *const actions[] = {"NOTHING", "NOTIFY deleted"};
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        g_autofree char *rule = g_strdup_printf(
            "CREATE OR REPLACE RULE no AS ON DELETE TO log DO INSTEAD %s", actions[i]);
        run_sql(fixture, rule);
        PgsQuery query = {.sql = "DELETE FROM log"};
        g_autoptr(PgsFailure) failure = explain_refused(fixture, &query, 0);
        assert_holds(failure->message, "leaves nothing of the query");
    }
}

/* ---- what is no refusal ---- */

static void
test_as_error(void **state)
{
    const Fixture *fixture = *state;
    static const char *const queries[] = {"SELECT wrong", "BEGIN", "SELECT 1; SELECT 2"};
    for (guint i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(GError) error = NULL;
        PgsQuery query = {.sql = queries[i]};
        assert_null(pgs_explain(fixture->connection, &query, 0, NULL, &error));
        assert_true(g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT));
        assert_nothing_left(fixture);
    }
}

static void
assert_error(const Fixture *fixture, const char *sql, PgsExplainFlags flags, int code)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *failure = NULL;
    const char *values[] = {"1"};
    PgsQuery query = {sql, values, strstr(sql, "$1") != NULL ? 1 : 0};
    assert_null(pgs_explain(fixture->connection, &query, flags, &failure, &error));
    assert_null(failure);
    assert_true(g_error_matches(error, PGS_PG_ERROR, code));
}

static void
test_outside_of_a_transaction(void **state)
{
    const Fixture *fixture = *state;
    run_sql(fixture, "ROLLBACK");
    assert_error(fixture, "SELECT $1", 0, PGS_PG_ERROR_STATEMENT);
    assert_value(fixture, "SELECT count(*) FROM pg_prepared_statements", "0");
    run_sql(fixture, "BEGIN");
    assert_false(pgs_connection_run(fixture->connection, "SELECT wrong", NULL));
    assert_error(fixture, "SELECT 1", 0, PGS_PG_ERROR_STATEMENT);
    run_sql(fixture, "ROLLBACK");
}

static void
test_lost(void **state)
{
    const Fixture *fixture = *state;
    assert_error(fixture, "SELECT pg_terminate_backend(pg_backend_pid()) WHERE $1 = '1'",
                 PGS_EXPLAIN_ANALYZE, PGS_PG_ERROR_LOST);
    assert_false(pgs_connection_is_alive(fixture->connection));
    assert_error(fixture, "SELECT 1", 0, PGS_PG_ERROR_LOST);
}

static void
test_cancelled(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    pgs_connection_close(fixture->connection);
    fixture->connection = pgs_connection_open(pgs_server_conninfo(fixture->server),
                                              fixture->database, 60 * 1000, cancellable, &error);
    assert_non_null(fixture->connection);
    run_sql(fixture, "BEGIN");
    g_cancellable_cancel(cancellable);
    assert_error(fixture, "SELECT pg_sleep(60)", PGS_EXPLAIN_ANALYZE, PGS_PG_ERROR_CANCELLED);
}

/* ---- the same for psql ---- */

static void
test_script(void **state)
{
    const Fixture *fixture = *state;
    const char *values[] = {"ra're", NULL};
    PgsQuery query = {"SELECT * FROM users WHERE status = $1 OR email = $2; -- x", values, 2};
    g_autofree char *custom = pgs_explain_script(&query, 0);
    assert_string_equal(custom,
                        "PREPARE q AS\n"
                        "SELECT * FROM users WHERE status = $1 OR email = $2;\n"
                        "SET plan_cache_mode = force_custom_plan;\n"
                        "EXPLAIN (VERBOSE, SETTINGS, SUMMARY OFF) EXECUTE q('ra''re', NULL);\n"
                        "RESET plan_cache_mode;\n"
                        "DEALLOCATE q;\n");
    run_sql(fixture, custom);
    g_autofree char *generic =
        pgs_explain_script(&query, PGS_EXPLAIN_GENERIC | PGS_EXPLAIN_ANALYZE);
    assert_holds(generic, "force_generic_plan");
    assert_true(g_str_has_prefix(generic, "BEGIN;\n") && g_str_has_suffix(generic, "ROLLBACK;\n"));
    run_sql(fixture, generic);
    PgsQuery plain = {.sql = "EXPLAIN SELECT 1 -- x"};
    g_autofree char *text = pgs_explain_script(&plain, 0);
    assert_string_equal(text, "EXPLAIN (VERBOSE, SETTINGS, SUMMARY OFF)\nSELECT 1;\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_schema, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_plain),
        TEST(test_texts_agree),
        TEST(test_custom_and_generic),
        TEST(test_generic_without_parameters),
        TEST(test_many_parameters),
        TEST(test_analyze),
        TEST(test_analyze_with_parameters),
        TEST(test_analyze_refused),
        TEST(test_spellings),
        TEST(test_merge),
        TEST(test_refusals),
        TEST(test_no_placeholder),
        TEST(test_refused_with_parameters),
        TEST(test_rules),
        TEST(test_as_error),
        TEST(test_outside_of_a_transaction),
        TEST(test_lost),
        TEST(test_cancelled),
        TEST(test_script),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
