/* Covers harness/volume/column_propose.c, column_proposal.c, column_span.c, column_spread.c,
 * column_text.c, column_compound.c, column_series.c, column_trial.c, column_route.c,
 * column_mixture.c and column_predicate.c. */
#include "cmocka_all.h"

#include "column_fixture.h"
#include "synthesis/synthesis_recipe.h"

#include <stdlib.h>

/* ---- helpers ---- */

static GPtrArray *
propose(Fixture *fixture, const PgsDraft *draft, const PgsColumn *column, gboolean is_distinct)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *fills =
        pgs_column_fill_propose(fixture->bench, draft, column, ROWS, is_distinct, &error);
    if (fills == NULL)
        fail_msg("%s: %s", column->name, error->message);
    return fills;
}

/* Tables with what their single columns are to look like over all rows: the second, distinct. */
typedef struct {
    const char *column;   /* its definition; v is its name */
    const char *expected; /* true of its values; NULL: nothing to say */
    const char *distinct; /* likewise where rows have to differ: n is how many values there are */
} Case;

static void
check_case(Fixture *fixture, const Case *asked, guint at)
{
    g_autofree char *name = g_strdup_printf("c%u", at);
    const PgsColumn *column = column_of(fixture, name, "v");
    g_autoptr(PgsDraft) draft = accepted_row(fixture, column->relation);
    g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
    g_autoptr(GPtrArray) distinct = propose(fixture, draft, column, TRUE);
    g_autofree char *value = asked->expected != NULL
                                 ? value_over(fixture, fills->pdata[0], asked->expected, ROWS)
                                 : g_strdup("true");
    if (strcmp(value, "true") != 0)
        fail_msg("%s: not: %s: %s", asked->column, asked->expected,
                 (char *)((PgsColumnFill *)fills->pdata[0])->expressions->pdata[0]);
    if (asked->distinct == NULL)
        return;
    if (distinct->len == 0)
        fail_msg("%s: nothing distinct", asked->column);
    const PgsColumnFill *fill = distinct->pdata[0];
    gint64 n = MIN(fill->n_distinct, ROWS);
    g_autofree char *sql = g_strdup_printf(
        "count(DISTINCT v::text) = %" G_GINT64_FORMAT " AND count(v) = %" G_GINT64_FORMAT
        " AND (SELECT %s FROM (SELECT %" G_GINT64_FORMAT " AS n) AS s)",
        n, n, asked->distinct, fill->n_distinct);
    g_autofree char *answer = value_over(fixture, fill, sql, n);
    if (strcmp(answer, "true") != 0)
        fail_msg("%s: distinct: not: %s: %s", asked->column, sql,
                 (char *)fill->expressions->pdata[0]);
}

static void
check_cases(Fixture *fixture, const char *before, const Case *cases, guint n)
{
    g_autoptr(GString) sql = g_string_new(before);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(sql, "CREATE TABLE c%u (v %s);", i, cases[i].column);
    make_bench(fixture, sql->str);
    begin(fixture);
    for (guint i = 0; i < n; i++)
        check_case(fixture, &cases[i], i);
    pgs_bench_rollback(fixture->bench);
}

/* ---- types ---- */

#define MANY "count(DISTINCT v) BETWEEN 300 AND 1000"
#define ALL "n >= 10000"

static void
test_types(void **state)
{
    static const Case cases[] = {
        {"integer NOT NULL", MANY " AND min(v) > 0 AND count(*) = count(v)", ALL},
        {"integer", "count(*) - count(v) BETWEEN 200 AND 400", ALL},
        {"smallint", MANY, ALL},
        {"bigint", MANY, ALL},
        {"numeric", MANY, ALL},
        {"numeric(4, 2)", MANY " AND max(v) < 100", "n = 9999"},
        {"numeric(2, 2)", "count(DISTINCT v) BETWEEN 50 AND 99", "n = 99"},
        {"numeric(5, 0)", MANY, "n = 99999"},
        {"real", MANY, ALL},
        {"double precision", MANY, ALL},
        {"money", MANY, ALL},
        {"boolean", "count(*) FILTER (WHERE NOT v) BETWEEN 200 AND 400", "n = 2"},
        {"boolean DEFAULT false", "count(*) FILTER (WHERE v) BETWEEN 200 AND 400", "n = 2"},
        {"text", MANY, ALL},
        {"varchar(4)", MANY " AND max(length(v)) = 4", ALL},
        {"varchar(1)", "count(DISTINCT v) = 26", "n = 26"},
        {"char(2)", "count(DISTINCT v) > 300", "n = 676"},
        {"name", MANY, ALL},
        {"\"char\"", "count(DISTINCT v) = 26", "n = 26"},
        {"uuid", MANY, ALL},
        {"bytea", MANY, ALL},
        {"bit(8)", "count(DISTINCT v) > 200", "n = 256"},
        {"bit varying(3)", "count(DISTINCT v) = 8", "n = 8"},
        {"date", "count(DISTINCT v) > 600", ALL},
        {"timestamp(0)", "count(DISTINCT v) > 9000", ALL},
        {"timestamptz", "count(DISTINCT v) > 9000 AND corr(number, extract(epoch FROM v)) > 0.99",
         ALL},
        {"time", "count(DISTINCT v) > 300", ALL},
        {"timetz", "count(DISTINCT v) > 300", ALL},
        {"interval", MANY, ALL},
        {"json", "count(DISTINCT v ->> 'id') > 300", ALL},
        {"jsonb", "count(DISTINCT v) > 300 AND bool_and(coalesce(v ? 'kind', true))", ALL},
        {"inet", MANY, ALL},
        {"cidr", MANY, ALL},
        {"macaddr", MANY, ALL},
        {"macaddr8", MANY, ALL},
        {"point", "count(DISTINCT v::text) > 300", ALL},
        {"polygon", "count(DISTINCT v::text) > 300", ALL},
        {"tsvector", "count(DISTINCT v::text) > 300", ALL},
        {"tsquery", "count(DISTINCT v::text) > 300", ALL},
        {"xml", "count(DISTINCT v::text) > 300", ALL},
        {"pg_lsn", MANY, ALL},
        {"oid", MANY, ALL},
        {"integer[]",
         "count(DISTINCT v) > 300 AND max(cardinality(v)) = 5 AND"
         " count(*) FILTER (WHERE v = '{}') > 1000",
         ALL},
        {"varchar(2)[]", "count(DISTINCT v) > 300", NULL},
        {"numrange", "count(DISTINCT v) > 300 AND NOT bool_or(isempty(v))", ALL},
        {"tstzrange", "count(DISTINCT v) > 300", ALL},
        {"daterange", "count(DISTINCT v) > 300", ALL},
        {"mood",
         "count(*) FILTER (WHERE v = 'a') > 5500 AND"
         " count(*) FILTER (WHERE v = 'e') BETWEEN 50 AND 400",
         "n = 5"},
        {"pair", "count(DISTINCT v::text) > 300", ALL},
        {"mood[]", "count(DISTINCT v) > 100", NULL},
        {"positive", "min(v) > 0 AND count(DISTINCT v) > 300", ALL},
        {"regclass", "count(DISTINCT v) > 3", NULL},
    };
    check_cases(*state,
                "CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd', 'e');"
                "CREATE TYPE pair AS (a integer, b text);"
                "CREATE DOMAIN positive AS numeric(10, 2) CHECK (VALUE > 0);",
                cases, G_N_ELEMENTS(cases));
}

/* ---- rules ---- */

static void
test_rules(void **state)
{
    static const Case cases[] = {
        {"integer CHECK (v BETWEEN 1 AND 5)", "min(v) = 1 AND max(v) = 5", "n = 5"},
        {"integer CHECK (v IN (10, 20, 40))", "count(DISTINCT v) = 3", "n = 3"},
        {"integer CHECK (v > 0 AND v <= 10485760)", MANY, ALL},
        {"integer CHECK (v >= 100 AND v < 40000)", MANY " AND max(v) > 30000", ALL},
        {"integer CHECK (v % 5 = 0)", "count(DISTINCT v) > 300", ALL},
        {"bigint CHECK (v > 9007199254740992)", "count(DISTINCT v) > 300", ALL},
        {"numeric(5, 2) CHECK (v BETWEEN 0 AND 1)", "count(DISTINCT v) > 90", "n = 101"},
        {"double precision CHECK (v BETWEEN -90 AND 90)", "min(v) < -80 AND max(v) > 80", ALL},
        {"date CHECK (v >= '2031-01-01' AND v < '2031-02-01')", "count(DISTINCT v) = 31", "n = 31"},
        {"timestamptz CHECK (v > '2040-01-01')", "count(DISTINCT v) > 300", ALL},
        {"time CHECK (v >= '08:00' AND v < '18:30')", "count(DISTINCT v) > 300", NULL},
        {"text CHECK (v IN ('x', 'y', 'z'))",
         "count(DISTINCT v) = 3 AND"
         " count(*) FILTER (WHERE v = 'x') > 6000 AND count(*) FILTER (WHERE v = 'z') > 100",
         "n = 3"},
        {"text CHECK (v ~ '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$')",
         "count(DISTINCT v) > 300 AND bool_and(v LIKE '%@%')", ALL},
        {"text CHECK (v ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(v) <= 30)",
         "count(DISTINCT v) > 300", ALL},
        {"text CHECK (length(v) <= 10)", "count(DISTINCT v) > 300", ALL},
        {"text CHECK (char_length(v) BETWEEN 8 AND 64)", "count(DISTINCT v) > 300", ALL},
        {"text CHECK (v ~ '^(?:AB|CD)-\\d{4}-[XYZ]$')", "count(DISTINCT v) > 300", "n = 10000"},
        {"text CHECK (v ~ '^\\d{16}$')", "count(DISTINCT v) > 300", ALL},
        {"text CHECK (v LIKE 'https://%')", "count(DISTINCT v) > 300", ALL},
        {"text CHECK (v = upper(v) AND v <> '')", "count(DISTINCT v) > 300", ALL},
        {"char(3) CHECK (v ~ '^[A-Z]{3}$')", "count(DISTINCT v) > 300", ALL},
        {"bytea CHECK (length(v) = 32)", "count(DISTINCT v) > 300", ALL},
        {"jsonb CHECK (v ->> 'type' IN ('circle', 'square'))", "count(DISTINCT v) = 2", NULL},
        {"jsonb CHECK (jsonb_typeof(v) = 'object')", "count(DISTINCT v) > 300", ALL},
        {"integer CHECK (v <> 5)", "count(DISTINCT v) > 10", NULL},
        {"boolean CHECK (v)", "bool_and(v)", NULL},
    };
    check_cases(*state, "", cases, G_N_ELEMENTS(cases));
}

/* ---- NULLs ---- */

static void
test_nulls(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE DOMAIN filled AS text NOT NULL;"
                        "CREATE TABLE t (a integer UNIQUE, b integer, c integer CHECK (c IS NOT"
                        " NULL AND c > 0), d filled, e integer, f text);"
                        "CREATE UNIQUE INDEX ON t (b, lower(f))");
    begin(fixture);
    const PgsRelation *relation = relation_of(fixture, "t");
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation);
    static const char *const shares[] = {"0", "0", "0", "0", "3", "0"};
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = relation->columns->pdata[i];
        g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
        g_autofree char *sql = g_strdup_printf(
            "round(count(*) FILTER (WHERE %s IS NULL) * 100.0 / count(*))", column->quoted);
        ASSERT_OVER(fills->pdata[0], sql, shares[i]);
    }
    pgs_bench_rollback(fixture->bench);
}

/* Rows out of use are few, whatever their mark is called where a unique index says so. */
static void
test_marks_of_deletion(void **state)
{
    static const char *const columns[] = {"deleted_at", "revoked_by", "last_error",
                                          "ends",       "sent_at",    "starts"};
    static const char *const shares[] = {"97", "97", "97", "97", "3", "3"};
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TABLE t (id integer, deleted_at timestamptz, revoked_by text,"
                        " last_error text, ends date, sent_at timestamp, starts date);"
                        "CREATE UNIQUE INDEX ON t (id) WHERE ends IS NULL;"
                        "CREATE INDEX ON t (id) WHERE starts IS NULL");
    begin(fixture);
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation_of(fixture, "t"));
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        const PgsColumn *column = column_of(fixture, "t", columns[i]);
        g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
        g_autofree char *sql = g_strdup_printf(
            "round(count(*) FILTER (WHERE %s IS NULL) * 100.0 / count(*))", column->quoted);
        ASSERT_OVER(fills->pdata[0], sql, shares[i]);
    }
    pgs_bench_rollback(fixture->bench);
}

/* Such a flag is rarely true, and no more often NULL than others are. */
static void
test_flags_of_deletion(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (id integer, is_deleted boolean, archived boolean NOT NULL);"
               "CREATE UNIQUE INDEX ON t (id) WHERE is_deleted = false AND NOT archived");
    begin(fixture);
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation_of(fixture, "t"));
    g_autoptr(GPtrArray) deleted =
        propose(fixture, draft, column_of(fixture, "t", "is_deleted"), FALSE);
    ASSERT_OVER(deleted->pdata[0],
                "count(*) FILTER (WHERE NOT is_deleted) > 9000 AND"
                " count(*) FILTER (WHERE is_deleted) > 100",
                "true");
    g_autoptr(GPtrArray) archived =
        propose(fixture, draft, column_of(fixture, "t", "archived"), FALSE);
    ASSERT_OVER(archived->pdata[0], "count(*) FILTER (WHERE archived) BETWEEN 100 AND 500", "true");
    pgs_bench_rollback(fixture->bench);
}

/* ---- what partial indexes are for ---- */

static void
test_predicates(void **state)
{
    static const struct {
        const char *column, *share;
    } wanted[] = {
        {"status", "count(*) FILTER (WHERE status = 'failed')"},
        {"kind", "count(*) FILTER (WHERE kind = -3)"},
        {"done", "count(*) FILTER (WHERE NOT done)"},
        {"mine", "count(*) FILTER (WHERE mine)"},
        {"label", "count(*) FILTER (WHERE label = 'a')"},
        {"at", "count(*) FILTER (WHERE at IS NULL)"},
        {"size", "count(*) FILTER (WHERE size > 100000)"},
        {"low", "count(*) FILTER (WHERE NOT low > 0)"},
    };
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE t (status text NOT NULL, kind integer NOT NULL, done boolean NOT NULL,"
               " mine boolean NOT NULL, label text NOT NULL CHECK (label IN ('a', 'b')),"
               " at timestamptz, size integer NOT NULL, low integer NOT NULL);"
               "CREATE INDEX ON t (kind) WHERE status = 'failed';"
               "CREATE INDEX ON t (status) WHERE kind = -3;"
               "CREATE INDEX ON t (status) WHERE NOT done AND mine;"
               "CREATE INDEX ON t (status) WHERE label = 'a';"
               "CREATE INDEX ON t (at) WHERE at IS NULL;"
               "CREATE INDEX ON t (status) WHERE size > 100000 AND low > 0");
    begin(fixture);
    g_autoptr(PgsDraft) draft = accepted_row(fixture, relation_of(fixture, "t"));
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const PgsColumn *column = column_of(fixture, "t", wanted[i].column);
        g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
        g_autofree char *sql = g_strdup_printf("%s BETWEEN 150 AND 450", wanted[i].share);
        ASSERT_OVER(fills->pdata[0], sql, "true");
    }
    pgs_bench_rollback(fixture->bench);
}

/* A label that a predicate names has the share of its place, whatever the seed: no sample decides.
 */
static void
test_predicates_of_labels(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TYPE status AS ENUM ('queued', 'running', 'done', 'failed', 'gone');"
               "CREATE TABLE t (id integer, status status NOT NULL);"
               "CREATE INDEX ON t (id) WHERE status = 'queued'");
    for (guint64 seed = 1; seed <= 12; seed++) {
        begin(fixture);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsBench) bench =
            pgs_bench_new(pgs_bench_connection(fixture->bench), seed, &error);
        assert_non_null(bench);
        const PgsColumn *column =
            pgs_relation_column(pgs_inventory_find(pgs_bench_inventory(bench), "t"), "status");
        g_autoptr(PgsDraft) draft = pgs_draft_new(column->relation);
        pgs_draft_set(draft, column, (PgsValue){.kind = PGS_VALUE_TEXT, .text = "done"});
        g_autoptr(GPtrArray) fills =
            pgs_column_fill_propose(bench, draft, column, ROWS, FALSE, &error);
        assert_non_null(fills);
        ASSERT_OVER(fills->pdata[0], "count(*) FILTER (WHERE status = 'queued') BETWEEN 80 AND 220",
                    "true");
        pgs_bench_rollback(fixture->bench);
    }
}

/* ---- partitions ---- */

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               "CREATE TABLE r (at timestamptz NOT NULL) PARTITION BY RANGE (at);"
               "CREATE TABLE r1 PARTITION OF r FOR VALUES FROM ('2031-01-01') TO ('2031-02-01');"
               "CREATE TABLE r2 PARTITION OF r FOR VALUES FROM ('2031-02-01') TO ('2031-03-01');"
               "CREATE TABLE l (at text NOT NULL) PARTITION BY LIST (at);"
               "CREATE TABLE l1 PARTITION OF l FOR VALUES IN ('de', 'fr');"
               "CREATE TABLE l2 PARTITION OF l FOR VALUES IN ('us');"
               "CREATE TABLE l3 PARTITION OF l DEFAULT;"
               "CREATE TABLE h (at integer NOT NULL) PARTITION BY HASH (at);"
               "CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
               "CREATE TABLE h2 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);");
    static const char *const tables[] = {"r", "l", "h"}, *const partitions[] = {"2", "3", "2"};
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
        begin(fixture);
        const PgsColumn *column = column_of(fixture, tables[i], "at");
        g_autoptr(PgsDraft) draft = accepted_row(fixture, column->relation);
        g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
        const PgsColumnFill *fill = fills->pdata[0];
        g_autofree char *insert =
            g_strdup_printf("INSERT INTO %s SELECT %s FROM generate_series(1::bigint, 10000) AS n"
                            " (i)",
                            tables[i], (char *)fill->expressions->pdata[0]);
        run_sql(fixture, insert);
        g_autofree char *count =
            g_strdup_printf("SELECT count(DISTINCT tableoid) FROM %s", tables[i]);
        assert_value(fixture, count, partitions[i]);
        pgs_bench_rollback(fixture->bench);
    }
}

/* ---- the same everywhere ---- */

static void
test_same(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *first = NULL;
    make_bench(fixture, "CREATE TABLE t (a timestamptz, b date, c interval, d tstzrange, e float8,"
                        " f text, g time, h jsonb, j numeric(8, 2), k boolean, l uuid, m text[])");
    for (guint round = 0; round < 2; round++) {
        if (round == 1)
            run_sql(fixture, "SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'German'; SET"
                             " IntervalStyle = 'sql_standard'; SET extra_float_digits = 0");
        begin(fixture);
        const PgsRelation *relation = relation_of(fixture, "t");
        g_autoptr(PgsDraft) draft = accepted_row(fixture, relation);
        g_autoptr(GString) made = g_string_new("CREATE TABLE made AS SELECT ");
        for (guint i = 0; i < relation->columns->len; i++) {
            const PgsColumn *column = relation->columns->pdata[i];
            g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
            const PgsColumnFill *fill = fills->pdata[0];
            g_string_append_printf(made, "%s%s AS %s", i > 0 ? ", " : "",
                                   (char *)fill->expressions->pdata[0], column->quoted);
        }
        g_string_append(made, " FROM generate_series(1::bigint, 1000) AS n (i)");
        run_sql(fixture, made->str);
        run_sql(fixture, "SET LOCAL TimeZone = UTC; SET LOCAL DateStyle = ISO; SET LOCAL"
                         " IntervalStyle = postgres; SET LOCAL extra_float_digits = 1");
        g_autoptr(GError) error = NULL;
        g_autofree char *digest = NULL;
        if (!pgs_connection_value(fixture->connection,
                                  "SELECT md5(string_agg(made::text, ';')) FROM made", &digest,
                                  &error))
            fail_msg("%s", error->message);
        if (round == 1)
            assert_string_equal(digest, first);
        else
            first = g_strdup(digest);
        pgs_bench_rollback(fixture->bench);
    }
    /* On every server version. */
    assert_string_equal(first, "b4c8e0ddd58a71cb7e0eeb10eb6db43d");
}

/* ---- the torture schema ---- */

static char *
read_schema(int version)
{
    g_autofree char *text = NULL;
    GString *sql = g_string_new(NULL);
    assert_true(
        g_file_get_contents(PGS_SOURCE_DIR "/tests/exercise/torture.sql", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const char *mark = "--15+ ";
        gboolean is_marked = g_str_has_prefix(lines[i], mark);
        if (!is_marked || version >= 150000)
            g_string_append_printf(sql, "%s\n", lines[i] + (is_marked ? strlen(mark) : 0));
    }
    return g_string_free(sql, FALSE);
}

/* What a CHECK on the column alone says of the first fill. */
static void
check_rules(Fixture *fixture, const PgsColumn *column, const PgsColumnFill *fill, gint64 rows)
{
    for (guint i = 0; i < column->relation->checks->len; i++) {
        const PgsRule *rule = column->relation->checks->pdata[i];
        if (rule->n_columns != 1 ||
            pgs_relation_own_column(column->relation, rule->columns[0]) != column)
            continue;
        g_autofree char *sql = g_strdup_printf("bool_and((%s) IS NOT FALSE)", rule->expression);
        g_autofree char *value = value_over(fixture, fill, sql, rows);
        if (strcmp(value, "true") != 0)
            fail_msg("%s.%s: %s: %s", column->relation->identity, column->name, rule->expression,
                     (char *)fill->expressions->pdata[0]);
    }
}

static void
check_column(Fixture *fixture, const PgsDraft *draft, const PgsColumn *column)
{
    g_autoptr(GPtrArray) fills = propose(fixture, draft, column, FALSE);
    g_autoptr(GPtrArray) again = propose(fixture, draft, column, FALSE);
    g_autoptr(GPtrArray) distinct = propose(fixture, draft, column, TRUE);
    assert_true(fills->len > 0);
    assert_int_equal(fills->len, again->len);
    for (guint i = 0; i < fills->len; i++) {
        const PgsColumnFill *fill = fills->pdata[i], *same = again->pdata[i];
        if (g_strcmp0(fill->expressions->pdata[0], same->expressions->pdata[0]) != 0)
            fail_msg("%s.%s: not the same twice", column->relation->identity, column->name);
    }
    check_rules(fixture, column, fills->pdata[0], 1000);
    if (distinct->len == 0)
        return;
    const PgsColumnFill *fill = distinct->pdata[0];
    gint64 n = MIN(fill->n_distinct, 1000);
    g_autofree char *sql = g_strdup_printf("count(DISTINCT %s::text)", column->quoted);
    g_autofree char *value = value_over(fixture, fill, sql, n);
    if (g_ascii_strtoll(value, NULL, 10) != n)
        fail_msg("%s.%s: %s of %d differ: %s", column->relation->identity, column->name, value,
                 (int)n, (char *)fill->expressions->pdata[0]);
    check_rules(fixture, column, fill, n);
}

static void
test_torture(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *schema = read_schema(pgs_connection_version(fixture->connection));
    make_bench(fixture, schema);
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(fixture->bench));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        begin(fixture);
        g_autoptr(PgsDraft) draft = accepted_row(fixture, relation);
        for (guint k = 0; k < relation->columns->len; k++) {
            const PgsColumn *column = relation->columns->pdata[k];
            if (column->generated == 0)
                check_column(fixture, draft, column);
        }
        pgs_bench_rollback(fixture->bench);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nulls, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_marks_of_deletion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_flags_of_deletion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_predicates_of_labels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_predicates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_torture, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
