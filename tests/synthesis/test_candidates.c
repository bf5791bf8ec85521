/* Covers harness/values/candidates.c and candidates_*.c, with the grid that says what they are
 * worth. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "generator_fixture.h"
#include "synthesis/grid.h"
#include "values/candidates.h"

/* ---- helpers ---- */

static const PgsRelation *
find(const Fixture *fixture, const char *name)
{
    const PgsRelation *relation = pgs_inventory_find(pgs_bench_inventory(fixture->bench), name);
    if (relation == NULL)
        fail_msg("there is no %s", name);
    return relation;
}

static void
begin(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    if (!pgs_bench_begin(fixture->bench, &error))
        fail_msg("%s", error->message);
}

/* A bench over just the schema that sql makes. */
static void
make_anew(Fixture *fixture, const char *sql)
{
    g_clear_pointer(&fixture->bench, pgs_bench_free);
    run_sql(fixture, "SET client_min_messages = warning; DROP SCHEMA public CASCADE; "
                     "CREATE SCHEMA public");
    make_bench(fixture, sql);
}

static const PgsCandidates *
candidates_of(const Fixture *fixture, const char *table, const char *column)
{
    g_autoptr(GError) error = NULL;
    const PgsColumn *of = pgs_relation_column(find(fixture, table), column);
    if (of == NULL)
        fail_msg("%s has no %s", table, column);
    const PgsCandidates *candidates = pgs_candidates_of_column(fixture->bench, of, &error);
    assert_non_null(candidates);
    assert_true(candidates == pgs_candidates_of_column(fixture->bench, of, &error));
    return candidates;
}

/* The place of a value, or -1.  text NULL: NULL. */
static gint
place_of(const PgsCandidates *candidates, const char *text)
{
    for (guint i = 0; i < candidates->values->len; i++) {
        if (g_strcmp0(g_array_index(candidates->values, PgsValue, i).text, text) == 0)
            return (gint)i;
    }
    return -1;
}

static void
assert_has(const PgsCandidates *candidates, const char *const *texts)
{
    for (; *texts != NULL; texts++) {
        if (place_of(candidates, *texts) < 0)
            fail_msg("%s: no '%s'", candidates->column->name, *texts);
    }
}

/* How many of a rule's rows came out so, over all candidates of its columns. */
typedef struct {
    guint of[PGS_GRID_INPUT + 1];
    gboolean is_complete;
} Answers;

static Answers
evaluate(Fixture *fixture, const PgsRule *rule)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsDraft) base = pgs_draft_new(rule->relation);
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) rules = g_ptr_array_new();
    /* Of a generated column: all that it could be made of. */
    const GPtrArray *all = rule->relation->columns;
    gboolean is_generated = rule->n_columns == 1 && rule->columns[0]->generated != 0;
    for (guint i = 0; i < (is_generated ? all->len - 1 : rule->n_columns); i++)
        g_ptr_array_add(columns,
                        is_generated ? g_ptr_array_index(all, i) : (gpointer)rule->columns[i]);
    g_ptr_array_add(rules, (gpointer)rule);
    g_autoptr(PgsGrid) grid = pgs_grid_evaluate(fixture->bench, base, columns, rules, NULL, &error);
    if (grid == NULL)
        fail_msg("%s: %s", rule->expression, error->message);
    Answers answers = {.is_complete = grid->is_complete};
    for (guint i = 0; i < grid->rows->len; i++) {
        const PgsGridRow *row = g_ptr_array_index(grid->rows, i);
        answers.of[row->answers[0]]++;
    }
    return answers;
}

/* ---- the bundled systems ---- */

static gint
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All steps upwards, as one text; each statement that cannot stand in a transaction made ordinary.
 */
static char *
read_migrations(const char *system)
{
    g_autofree char *folder = g_build_filename(PGS_SOURCE_DIR, "migrations", system, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    assert_non_null(dir);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        if (g_str_has_suffix(name, ".up.sql"))
            g_ptr_array_add(names, g_build_filename(folder, name, NULL));
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    GString *sql = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = NULL;
        assert_true(g_file_get_contents(g_ptr_array_index(names, i), &text, NULL, NULL));
        g_string_append(sql, text);
    }
    g_string_replace(sql, "CONCURRENTLY", "", 0);
    return g_string_free(sql, FALSE);
}

static const struct {
    const char *system, *table, *column, *values[12];
    gboolean is_complete;
} bundled[] = {
    {"canvas", "theses", "order", {"0", "1", "2", "4", "5", "6"}, TRUE},
    {"canvas", "theses", "text", {"", " ", "\t", "a"}, TRUE},
    {"canvas", "attachments", "size_bytes", {"0", "1", "10485760", "10485761", "-1"}, TRUE},
    {"canvas",
     "attachments",
     "content_type",
     {"image/png", "image/jpeg", "image/gif", "application/pdf", "text/csv",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", " "},
     TRUE},
    {"canvas", "attachments", "label", {"", " ", "a"}, TRUE},
    {"canvas", "attachments", "proof_point_id", {"00000000-0000-0000-0000-000000000000"}, TRUE},
    {"canvas", "canvases", "currently_testing_type", {"thesis", "proof_point"}, TRUE},
    {"boardroom",
     "users",
     "email",
     {"ada@example.com", "@example.com", "ada@", "ada@example", "a b@example.com", ""},
     FALSE},
    {"boardroom", "users", "full_name", {"", " ", "\t", "a"}, FALSE},
    {"boardroom", "boardrooms", "max_participants", {"0", "1", "1000", "1001"}, TRUE},
    {"boardroom", "sessions", "status", {"active", "completed", "paused", "cancelled", ""}, TRUE},
    {"boardroom", "threads", "type", {"discussion", "decision", "action_item", "note"}, TRUE},
    {"boardroom", "threads", "priority", {"0", "1", "5", "6"}, TRUE},
    {"workflow", "workflow_steps", "position", {"-1", "0", "1"}, TRUE},
    {"workflow", "run_step_logs", "attempt", {"0", "1", "2"}, TRUE},
    {"workflow", "workflow_runs", "started_at", {NULL}, FALSE},
};

static void
test_bundled(void **state)
{
    Fixture *fixture = *state;
    const char *system = "";
    for (guint i = 0; i < G_N_ELEMENTS(bundled); i++) {
        if (strcmp(system, bundled[i].system) != 0) {
            system = bundled[i].system;
            g_autofree char *sql = read_migrations(system);
            make_anew(fixture, sql);
        }
        const PgsCandidates *candidates =
            candidates_of(fixture, bundled[i].table, bundled[i].column);
        assert_has(candidates, bundled[i].values);
        assert_int_equal(candidates->is_complete, bundled[i].is_complete);
        gboolean has_null = place_of(candidates, NULL) >= 0;
        assert_int_equal(has_null, !candidates->column->not_null);
    }
}

/* Every CHECK of theirs has a row that it accepts and one that it refuses. */
static void
test_bundled_pairs(void **state)
{
    Fixture *fixture = *state;
    static const char *const systems[] = {"canvas", "boardroom", "workflow", "dashboards"};
    guint n_checks = 0;
    for (guint i = 0; i < G_N_ELEMENTS(systems); i++) {
        g_autofree char *sql = read_migrations(systems[i]);
        make_anew(fixture, sql);
        begin(fixture);
        const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
        for (guint k = 0; k < rules->len; k++) {
            const PgsRule *rule = g_ptr_array_index(rules, k);
            if (rule->kind != PGS_RULE_CHECK)
                continue;
            Answers answers = evaluate(fixture, rule);
            if (answers.of[PGS_GRID_TRUE] == 0 || answers.of[PGS_GRID_FALSE] == 0)
                fail_msg("%s: no pair", rule->object_identity);
            n_checks++;
        }
    }
    assert_int_equal(n_checks, 24);
}

/* ---- rules of all sorts ---- */

static const char prelude[] =
    "CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION hstore SCHEMA public;"
    "CREATE EXTENSION cube SCHEMA public; CREATE EXTENSION earthdistance SCHEMA public;"
    "CREATE DOMAIN citexts AS public.citext CHECK (VALUE ~ '^[a-z]+@[a-z]+\\.com$');"
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
    "CREATE TYPE addr AS (street text, zip text, n int);"
    "CREATE DOMAIN email AS text CHECK (VALUE ~* '^[a-z0-9._%+-]+@[a-z0-9.-]+\\.[a-z]{2,}$');"
    "CREATE DOMAIN posint AS int CHECK (VALUE > 0);"
    "CREATE DOMAIN smallpos AS posint CHECK (VALUE < 100);"
    "CREATE FUNCTION is_iso2(c text) RETURNS boolean LANGUAGE sql IMMUTABLE AS"
    " $$ SELECT $1 ~ '^[A-Z]{2}$' $$;"
    "CREATE FUNCTION is_odd_code(c text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN"
    " IF c IS NULL THEN RETURN true; END IF; IF length(c) <> 7 THEN RETURN false; END IF;"
    " RETURN substr(c, 1, 3) = 'XY-' AND right(c, 4) ~ '^\\d+$'; END $$;"
    "CREATE FUNCTION in_range(c int) RETURNS boolean LANGUAGE sql IMMUTABLE AS"
    " $$ SELECT c BETWEEN 4000 AND 5000 $$;"
    "CREATE FUNCTION is_number(c int) RETURNS boolean LANGUAGE sql IMMUTABLE AS"
    " $$ SELECT public.in_range(c) AND c <> 4711 $$;";

static const struct {
    const char *columns, *check;
} sorts[] = {
    {"a int, b int", "a < b"},
    {"a int, b int", "a + b = 100"},
    {"a int, b int, c int", "c = a * b"},
    {"a int, b int, c int", "num_nonnulls(a, b, c) = 1"},
    {"a int, b int", "(a IS NULL) <> (b IS NULL)"},
    {"a int, b int", "a IS DISTINCT FROM b"},
    {"a int, b int", "coalesce(a, 0) + coalesce(b, 0) > 0"},
    {"a int, b int", "greatest(a, b) < 1000"},
    {"a int, b int", "(a, b) <> (1, 2)"},
    {"a int", "a % 7 = 3"},
    {"a int", "a & 6 = 4"},
    {"a int", "abs(a) < 50"},
    {"a int", "a BETWEEN -5 AND 5"},
    {"a int", "is_number(a)"},
    {"a smallpos", "a <> 50"},
    {"a numeric(6,2)", "a > 0 AND a <= 99.99"},
    {"a numeric(6,2)", "round(a, 1) = a"},
    {"a numeric, b numeric", "a / b < 0.5"},
    {"a float8", "a >= 0.0 AND a < 1.0"},
    {"a float8", "a <> 'NaN'"},
    {"a money", "a >= '0'::money"},
    {"a date, b date", "a <= b"},
    {"a date, b date", "b - a <= 30"},
    {"a timestamptz, b timestamptz", "b >= a + interval '1 hour'"},
    {"a timestamptz", "a <= now()"},
    {"a date", "age(a) >= interval '18 years'"},
    {"a date", "extract(dow FROM a) NOT IN (0, 6)"},
    {"a timestamptz", "date_trunc('month', a) = a"},
    {"a date", "date_part('year', a) BETWEEN 1990 AND 2030"},
    {"a timestamptz", "(a AT TIME ZONE 'UTC')::time > '08:00'"},
    {"a time", "a BETWEEN '09:00' AND '17:30'"},
    {"a interval", "a > interval '0'"},
    {"a text", "a = upper(a)"},
    {"a text", "a = btrim(a)"},
    {"a text", "a LIKE 'x\\_%'"},
    {"a text", "a NOT LIKE '%--%'"},
    {"a text", "a SIMILAR TO '(a|b)+[0-9]{2}%'"},
    {"a text", "a !~ '\\s'"},
    {"a text", "split_part(a, '@', 2) = 'example.com'"},
    {"a text", "position('-' in a) > 1"},
    {"a text", "starts_with(a, 'https')"},
    {"a text", "substr(a, 2, 3) = 'abc'"},
    {"a text", "reverse(a) = 'xyz'"},
    {"a text", "'x' || a = 'xyz'"},
    {"a text", "char_length(a) BETWEEN 3 AND 12"},
    {"a text", "length(a) < 100001"},
    {"a text", "length(a) = 64 AND a ~ '^[0-9a-f]+$'"},
    {"a text", "length(a) >= 8 AND a ~ '[0-9]' AND a ~ '[a-z]' AND a ~ '[A-Z]'"},
    {"a text", "length(a) = 3 AND a = upper(a) AND a ~ '^[A-Z]+$'"},
    {"a text", "a ~ '^\\+[1-9]\\d{1,14}$'"},
    {"a text", "a ~* '^#([0-9a-f]{3}|[0-9a-f]{6})$'"},
    {"a text", "a ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'"},
    {"a text", "a ~ '^v?\\d+\\.\\d+\\.\\d+(-[\\w.]+)?$'"},
    {"a text", "regexp_replace(a, '\\D', '', 'g') = a"},
    {"a text", "octet_length(decode(a, 'base64')) = 3"},
    {"a text", "a::date > '2020-01-01'"},
    {"a text", "a::jsonb ? 'x'"},
    {"a text",
     "CASE WHEN a IS NULL THEN false WHEN length(a) > 5 THEN a LIKE 'long%' ELSE a <> 'no' END"},
    {"a char(2)", "is_iso2(a)"},
    {"a char(15)", "a ~ '^T-?\\d{3}.?\\d{3}.?\\d{3}[-.]?\\d$'"},
    {"a text", "is_odd_code(a)"},
    {"a email", "a <> 'ada@example.com'"},
    {"a citext", "a IN ('Red', 'Green')"},
    {"a mood, b boolean", "a <> 'sad' OR b"},
    {"a uuid", "a <> '00000000-0000-0000-0000-000000000000'"},
    {"a inet", "family(a) = 4"},
    {"a inet", "masklen(a) <= 24"},
    {"a bit(4)", "a & b'0001' = b'0001'"},
    {"a bytea", "octet_length(a) = 16"},
    {"a addr", "(a).zip ~ '^\\d{5}$'"},
    {"a addr", "(a).n > 3"},
    {"a circle", "radius(a) < 100"},
    {"a circle", "diameter(a) BETWEEN 50 AND 60"},
    {"a earth", "latitude(a) > 0"},
    {"a earth", "longitude(a) BETWEEN 40 AND 50"},
    {"a citexts", "length(a) < 30"},
    {"a int, b int, c int, d int", "coalesce(a, b, c, d) IS NOT NULL"},
    {"a text, b text", "a || ' ' || b <> 'John Doe'"},
    {"a point", "a[0] BETWEEN -90 AND 90 AND a[1] BETWEEN -180 AND 180"},
    {"a xml", "xpath_exists('/order/item', a)"},
    {"a hstore", "a ? 'k' AND a->'k' <> ''"},
    {"a jsonb", "jsonb_typeof(a) = 'object'"},
    {"a jsonb", "a ? 'id' AND a->>'kind' IN ('x', 'y')"},
    {"a jsonb", "(a->>'n')::numeric > 10"},
    {"a jsonb", "(a->'size'->>'n')::int BETWEEN 3 AND 5"},
    {"a jsonb", "jsonb_typeof(a) = 'array' AND jsonb_array_length(a) BETWEEN 1 AND 3"},
    {"a jsonb", "jsonb_typeof(a->'tags') = 'array' AND jsonb_typeof(a->'name') = 'string'"},
    {"a jsonb", "a @? '$.items[*] ? (@.price > 5)'"},
    {"a jsonb", "a @> '{\"v\": 1}'"},
    {"a jsonb", "a ?| array['p', 'q']"},
    {"a jsonb", "a ? 'id' AND a->>'kind' IN ('x', 'y') AND (a->>'n')::int > 3 AND "
                "jsonb_typeof(a->'tags') = 'array' AND a#>>'{by,name}' <> ''"},
    {"a jsonb", "a->>'mail' ~ '^[^@]+@[^@]+$'"},
    {"a jsonb", "a->>'m' IN ('p', 'q') AND a->>'m' <> 'p' AND a->>'n' IN ('r', 's') AND "
                "a->>'n' <> 'r' AND a ? 'o'"},
    {"a json", "a#>>'{a,b,c}' = 'deep'"},
    {"a int4range", "NOT isempty(a)"},
    {"a int4range", "lower(a) >= 0 AND upper(a) <= 100"},
    {"a int4range", "a @> 5"},
    {"a numrange", "upper(a) - lower(a) <= 10"},
    {"a int, b int, c int GENERATED ALWAYS AS (a * b) STORED", "c BETWEEN 10 AND 1000"},
    {"a text, b text GENERATED ALWAYS AS (lower(a)) STORED", "b = 'xyz'"},
    {"a daterange", "lower_inc(a) AND NOT upper_inf(a)"},
    {"a tstzrange", "upper(a) - lower(a) <= interval '2 hours'"},
    {"a text[]", "cardinality(a) BETWEEN 1 AND 3"},
    {"a text[]", "a <@ ARRAY['x', 'y', 'z']"},
    {"a int[]", "5 = ANY (a)"},
    {"a int[]", "0 < ALL (a)"},
    {"a int[]", "a[1] = 7"},
    {"a text[]", "array_position(a, NULL) IS NULL"},
    {"a text[]", "array_length(a, 1) = 2"},
    {"a mood[]", "a @> ARRAY['sad']::mood[]"},
};

static void
test_sorts(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) sql = g_string_new(prelude);
    for (guint i = 0; i < G_N_ELEMENTS(sorts); i++)
        g_string_append_printf(sql, "CREATE TABLE t%u (%s, CONSTRAINT c CHECK (%s));", i,
                               sorts[i].columns, sorts[i].check);
    make_anew(fixture, sql->str);
    begin(fixture);
    guint n_without = 0;
    for (guint i = 0; i < G_N_ELEMENTS(sorts); i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);
        Answers answers = evaluate(fixture, pgs_relation_rule(find(fixture, name), "c"));
        if (answers.of[PGS_GRID_TRUE] > 0 && answers.of[PGS_GRID_FALSE] > 0)
            continue;
        fprintf(stderr, "%s: %u true, %u false\n", sorts[i].check, answers.of[PGS_GRID_TRUE],
                answers.of[PGS_GRID_FALSE]);
        n_without++;
    }
    assert_int_equal(n_without, 0);
}

/* ---- completeness ---- */

/* dense: values of the type, far more than are tried; NULL: never complete. */
static const struct {
    const char *type, *check, *dense;
} complete[] = {
    {"int", "a BETWEEN 1 AND 5", "generate_series(-50, 50)"},
    {"int", "a > 5 AND a < 5", "generate_series(-50, 50)"},
    {"int", "a > 5 OR a <= 5", "generate_series(-50, 50)"},
    {"int", "a IN (1, 3, 9) OR a > 20 AND a <> 33", "generate_series(-50, 50)"},
    {"int", "a > 1.5 AND a < 2.5", "generate_series(-50, 50)"},
    {"int", "NOT (a < -10 OR a = 0) AND a <> -3", "generate_series(-50, 50)"},
    {"smallint", "a < 40000", "generate_series(-32768, 32767, 100)"},
    {"bigint", "CASE WHEN a > 10 THEN a < 20 ELSE a = 3 END", "generate_series(-50, 50)"},
    {"int", "a IS NULL OR a <> 7", "generate_series(-50, 50)"},
    {"numeric", "a > 1 AND a < 1.5", "generate_series(-3, 3, 0.0625)"},
    {"numeric", "a > 1.41 AND a < 1.42", "generate_series(1.4, 1.43, 0.001)"},
    {"numeric", "a < 1 OR a > 1.25 AND a < 1.5 OR a > 2", "generate_series(-3, 3, 0.0625)"},
    {"numeric(4,1)", "a > 1 AND a < 1.2", "generate_series(-3, 3, 0.1)"},
    {"float8", "a >= 0.25 AND a < 0.75", "generate_series(-3, 3, 0.0625)"},
    {"date", "a > '2020-01-01' AND a < '2020-01-03'",
     "generate_series('2019-12-01'::timestamp, '2020-02-01', '1 day')"},
    {"timestamptz", "a > '2020-01-01' AND a < '2020-01-01 00:00:00.000002'",
     "generate_series('2019-12-31 23:59:59.99999'::timestamptz, '2020-01-01 00:00:00.0001',"
     " '1 microsecond')"},
    {"time", "a BETWEEN '09:00' AND '17:30'",
     "generate_series('2020-01-01'::timestamp, '2020-01-01 23:59', '1 minute')"},
    {"text", "a IN ('x', 'y')", "regexp_split_to_table('x,y,z,,xy,X, x,x ', ',')"},
    {"text", "length(a) BETWEEN 3 AND 5 OR a = ''", "repeat('q', generate_series(0, 20))"},
    {"text", "length(trim(a)) > 2", "repeat(' ', 3) || repeat('q', generate_series(0, 20)) || ' '"},
    {"varchar(3)", "length(a) <= 10", "repeat('q', generate_series(0, 3))"},
    {"varchar(20)", "a <> 'x'", "repeat('x', generate_series(0, 20))"},
    {"boolean", "a IS NOT TRUE", "unnest(ARRAY[true, false])"},
    {"mood", "a::text ~ '^s'", "unnest(enum_range(NULL::public.mood))"},
    {"uuid", "a <> '00000000-0000-0000-0000-000000000000'", "gen_random_uuid()"},

    {"real", "a = a", "unnest(ARRAY['NaN', '0', 'Infinity', '-1.5']::real[])"},
    {"int", "a <> a OR a = 3", "generate_series(-50, 50)"},

    {"int", "a % 2 = 0", NULL},
    {"int", "abs(a) < 5", NULL},
    {"int", "a > extract(year FROM now())", NULL},
    {"boolean", "a OR now() > '2020-01-01'", NULL},
    {"mood", "seen(a)", NULL},
    {"int", "a::text <> '5'", NULL},
    {"int", "a::smallint > 5", NULL},
    {"text", "a > 'm'", NULL},
    {"text", "a ~ 'x'", NULL},
    {"text", "a LIKE 'x%'", NULL},
    {"text", "lower(a) = 'x'", NULL},
    {"text", "a COLLATE \"C\" = 'x'", NULL},
    {"text", "octet_length(a) < 5", NULL},
    {"text", "length(trim(a)) > 0 AND length(a) < 5", NULL},
    {"text", "length(trim(a, 'x')) > 0", NULL},
    {"text", "a::varchar(1) = 'x'", NULL},
    {"char(3)", "a = 'x'", NULL},
    {"citext", "a = 'x'", NULL},
    {"timestamp(0)", "a > '2020-01-01' AND a < '2020-01-03'", NULL},
    {"timestamptz", "a::date <= '2020-01-01'", NULL},
    {"timestamptz", "a <= now()", NULL},
    {"float8", "a > 1e9 AND a < 1.5e9", NULL},
    {"jsonb", "a = '1'", NULL},
    {"int[]", "a = '{1}'", NULL},
};

/* No value of many comes out as none of the candidates did. */
static void
assert_nothing_else(Fixture *fixture, const char *table, guint i, const Answers *answers)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *seen = NULL;
    g_autofree char *sql = g_strdup_printf(
        "SELECT coalesce(string_agg(DISTINCT coalesce((%s)::text, 'null'), ','), '') FROM "
        "(SELECT (%s)::%s AS a) t",
        complete[i].check, complete[i].dense, complete[i].type);
    if (!pgs_connection_value(fixture->connection, sql, &seen, &error))
        fail_msg("%s: %s", sql, error->message);
    static const char *const words[] = {"true", "false"};
    for (guint k = 0; k < G_N_ELEMENTS(words); k++) {
        if (strstr(seen, words[k]) != NULL && answers->of[k] == 0)
            fail_msg("%s: %s was not found, and is there", table, complete[i].check);
    }
}

static void
test_completeness(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) sql = g_string_new(prelude);
    g_string_append(sql, "CREATE TABLE lookup (m mood); CREATE FUNCTION seen(m mood) RETURNS "
                         "boolean LANGUAGE sql AS $$ SELECT EXISTS (SELECT FROM public.lookup l "
                         "WHERE l.m = $1) $$;");
    for (guint i = 0; i < G_N_ELEMENTS(complete); i++)
        g_string_append_printf(sql, "CREATE TABLE t%u (a %s, CONSTRAINT c CHECK (%s));", i,
                               complete[i].type, complete[i].check);
    make_anew(fixture, sql->str);
    run_sql(fixture, "SET search_path = pg_catalog, public");
    for (guint i = 0; i < G_N_ELEMENTS(complete); i++) {
        g_autofree char *name = g_strdup_printf("t%u", i);
        gboolean is_complete = candidates_of(fixture, name, "a")->is_complete;
        if (is_complete != (complete[i].dense != NULL))
            fail_msg("%s %s: is %scomplete", complete[i].type, complete[i].check,
                     is_complete ? "" : "not ");
        if (complete[i].dense == NULL)
            continue;
        begin(fixture);
        Answers answers = evaluate(fixture, pgs_relation_rule(find(fixture, name), "c"));
        assert_nothing_else(fixture, name, i, &answers);
        pgs_bench_rollback(fixture->bench);
    }
}

/* ---- where values come from ---- */

static const char sources[] =
    "CREATE TABLE g (w int, area int GENERATED ALWAYS AS (w * 3) STORED CHECK (area <> 12),"
    " f int, r int GENERATED ALWAYS AS (nullif(f, 3313)) STORED NOT NULL, x text, y text, z text"
    " GENERATED ALWAYS AS (x || ' ' || y) STORED CHECK (z <> 'John Doe'));"
    "CREATE DOMAIN level AS int CHECK (VALUE BETWEEN 10 AND 20);"
    "CREATE DOMAIN needed AS text NOT NULL DEFAULT 'given' CHECK (VALUE <> 'bad');"
    "CREATE TABLE s (id int PRIMARY KEY, a int NOT NULL CHECK (a > 700), b int DEFAULT 4242, c int,"
    " l level, n needed, code text, kind text, CHECK (b < a), CHECK (c = b));"
    "CREATE UNIQUE INDEX ON s (lower(code)) WHERE kind = 'special';"
    "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.kind = 'banned' "
    "AND NEW.c > 9000 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$;"
    "CREATE TRIGGER guard BEFORE INSERT ON s FOR EACH ROW EXECUTE FUNCTION guard();"
    "CREATE TABLE p (region text, at date) PARTITION BY LIST (region);"
    "CREATE TABLE p_eu PARTITION OF p FOR VALUES IN ('eu', 'uk') PARTITION BY RANGE (at);"
    "CREATE TABLE p_eu_20 PARTITION OF p_eu FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');";

static void
test_sources(void **state)
{
    Fixture *fixture = *state;
    make_anew(fixture, sources);
    static const struct {
        const char *table, *column, *values[8];
    } cases[] = {
        {"s", "a", {"700", "701", "699"}},
        {"s", "b", {"4242", "700"}},          /* its default; what it is compared with */
        {"s", "l", {"9", "10", "20", "21"}},  /* a domain */
        {"s", "n", {"bad", "given", ""}},     /* likewise */
        {"s", "kind", {"special", "banned"}}, /* an index's predicate, a trigger */
        {"s", "c", {"9000", "9001"}},         /* a trigger */
        {"p", "region", {"eu", "uk"}},        /* partitions */
        {"p", "at", {"2020-01-01", "2021-01-01", "2019-12-31"}},
        {"p_eu_20", "region", {"eu", "uk"}},
        {"g", "w", {"4"}},    /* a generated column */
        {"g", "f", {"3313"}}, /* likewise: what it is made of */
        {"g", "x", {"John"}},
        {"g", "y", {"Doe"}},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_has(candidates_of(fixture, cases[i].table, cases[i].column), cases[i].values);
    assert_int_equal(place_of(candidates_of(fixture, "s", "a"), NULL), -1);
    assert_int_equal(place_of(candidates_of(fixture, "s", "n"), NULL), -1);
    assert_true(place_of(candidates_of(fixture, "s", "b"), NULL) >= 0);
    /* Compared with another column, or watched by a trigger: the first is about rules. */
    assert_false(candidates_of(fixture, "s", "b")->is_complete);
    assert_true(candidates_of(fixture, "s", "l")->is_complete);
    assert_false(candidates_of(fixture, "g", "w")->is_complete);
    const GPtrArray *domains = pgs_inventory_domains(pgs_bench_inventory(fixture->bench));
    const PgsCandidates *level =
        pgs_candidates_of_domain(fixture->bench, g_ptr_array_index(domains, 0), NULL);
    assert_true(place_of(level, "9") >= 0 && place_of(level, "20") >= 0 && level->is_complete);
}

/* A function of the session's path that has a name of PostgreSQL's own is not taken for that. */
static void
test_hidden_functions(void **state)
{
    Fixture *fixture = *state;
    make_anew(fixture, "CREATE SCHEMA s; CREATE FUNCTION s.jsonb_typeof(boolean) RETURNS text "
                       "IMMUTABLE LANGUAGE sql AS $$ SELECT 'x' $$;"
                       "SET search_path = s, pg_catalog, public;"
                       "CREATE TABLE public.h (a boolean CHECK (jsonb_typeof(a) = 'x'));");
    const PgsRule *rule = g_ptr_array_index(find(fixture, "h")->checks, 0);
    assert_non_null(strstr(rule->expression, "s.jsonb_typeof"));
    assert_false(candidates_of(fixture, "h", "a")->is_complete);
    run_sql(fixture, "RESET search_path; DROP SCHEMA s CASCADE");
}

/* What is said stands before what is not. */
static void
test_order(void **state)
{
    Fixture *fixture = *state;
    make_anew(fixture, "CREATE TABLE o (a text CHECK (a IN ('p', 'q') OR length(a) = 9), b int, "
                       "j jsonb CHECK (j->>'k' = 'x' AND (j->>'n')::int > 3));");
    const PgsCandidates *candidates = candidates_of(fixture, "o", "a");
    assert_int_equal(place_of(candidates, "p"), 0);
    assert_int_equal(place_of(candidates, "q"), 1);
    assert_true(place_of(candidates, "  ") > place_of(candidates, NULL));
    guint n_of_nine = 0;
    for (guint i = 0; i < candidates->values->len; i++) {
        const char *text = g_array_index(candidates->values, PgsValue, i).text;
        n_of_nine += text != NULL && strlen(text) == 9;
    }
    assert_true(n_of_nine > 0);
    assert_in_range(candidates_of(fixture, "o", "b")->values->len, 4, 20);
    assert_int_equal(place_of(candidates_of(fixture, "o", "j"), "{\"k\":\"x\",\"n\":4}"), 0);
}

/* A long list is all there, and nothing else grows with it. */
static void
test_long_list(void **state)
{
    Fixture *fixture = *state;
    g_autoptr(GString) sql = g_string_new("CREATE TABLE l (a text CHECK (a IN ('v0'");
    for (guint i = 1; i < 300; i++)
        g_string_append_printf(sql, ", 'v%u'", i);
    g_string_append(sql, ")));");
    make_anew(fixture, sql->str);
    const PgsCandidates *candidates = candidates_of(fixture, "l", "a");
    for (guint i = 0; i < 300; i++) {
        g_autofree char *text = g_strdup_printf("v%u", i);
        assert_true(place_of(candidates, text) >= 0);
    }
    assert_in_range(candidates->values->len, 301, 380);
    assert_true(candidates->is_complete);
}

/* Another bench over the same schema gives the same. */
static void
test_same_again(void **state)
{
    Fixture *fixture = *state;
    static const char schema[] =
        "CREATE TABLE d (a text CHECK (a ~ '^[a-z]{2,5}-[0-9]+$'), b jsonb CHECK (b->>'k' IN "
        "('x', 'y') AND (b->>'n')::int > 3), c int4range CHECK (lower(c) > 3));";
    GString *texts[2] = {g_string_new(NULL), g_string_new(NULL)};
    static const char *const columns[] = {"a", "b", "c"};
    for (guint round = 0; round < 2; round++) {
        make_anew(fixture, schema);
        for (guint i = 0; i < G_N_ELEMENTS(columns); i++) {
            const PgsCandidates *candidates = candidates_of(fixture, "d", columns[i]);
            for (guint k = 0; k < candidates->values->len; k++)
                pgs_value_append(texts[round], g_array_index(candidates->values, PgsValue, k));
        }
    }
    assert_string_equal(texts[0]->str, texts[1]->str);
    assert_true(texts[0]->len > 500);
    g_string_free(texts[0], TRUE);
    g_string_free(texts[1], TRUE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_bundled),      TEST(test_bundled_pairs), TEST(test_sorts),
        TEST(test_completeness), TEST(test_sources),       TEST(test_order),
        TEST(test_long_list),    TEST(test_same_again),    TEST(test_hidden_functions),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
