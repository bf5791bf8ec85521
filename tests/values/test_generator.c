/* Covers harness/values/: generator.c and generator_*.c. */
#include "cmocka_all.h"

#include "generator_fixture.h"

/* Every type that a column can have here, contrib's included, and arrays of them: a column each. */
static const char *const every_type =
    "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy'); CREATE TYPE single AS ENUM "
    "('NULL'); "
    "CREATE TYPE pair AS (a int, b text); CREATE TYPE tree AS (pair pair, moods "
    "mood[]); "
    "CREATE TYPE leaf AS (nothing text[], price numeric(3,1)); "
    "CREATE TYPE textrange AS RANGE (subtype = text); "
    "CREATE TYPE inetrange AS RANGE (subtype = inet); "
    "CREATE TYPE moodrange AS RANGE (subtype = mood); "
    "CREATE TYPE floatrange AS RANGE (subtype = float8); "
    "CREATE TYPE timerange AS RANGE (subtype = time); "
    "CREATE DOMAIN short AS varchar(2); CREATE DOMAIN shorter AS short; "
    "CREATE DOMAIN prices AS numeric(2,1)[]; "
    "DO $$ DECLARE name text; columns text; BEGIN "
    "FOR name IN SELECT e.name FROM pg_available_extensions e LOOP "
    "BEGIN EXECUTE format('CREATE EXTENSION IF NOT EXISTS %I CASCADE', name); "
    "EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; "
    "SELECT string_agg(format('c%s %s', t.oid, format_type(t.oid, NULL)), ', ' ORDER "
    "BY t.oid) "
    "INTO columns FROM pg_type t LEFT JOIN pg_type e ON e.oid = t.typelem AND "
    "t.typlen = -1 "
    "CROSS JOIN LATERAL (SELECT s.* FROM pg_type s WHERE s.oid = coalesce(e.oid, "
    "t.oid)) AS s "
    "WHERE t.typtype <> 'p' AND s.typtype <> 'p' AND s.typisdefined "
    "AND s.typnamespace <> 'information_schema'::regnamespace "
    "AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = s.typrelid AND c.relkind <> "
    "'c') "
    "AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = s.oid AND "
    "s.typname <> 'earth') "
    "AND s.typname !~ "
    "'^(pg_node_tree|pg_ndistinct|pg_dependencies|pg_mcv_list|pg_brin_.*)$' "
    "AND s.typname !~ "
    "'^(gtsvector|ghstore|intbig_gkey|gbtreekey.*|ltree_gist|gtrgm|box2df|gidx)$'; "
    "EXECUTE format('CREATE TABLE every (%s)', columns); END $$ ";

static const char *const modified =
    "CREATE DOMAIN short AS varchar(2); CREATE DOMAIN shorter AS short; "
    "CREATE DOMAIN prices AS numeric(2,1)[]; CREATE TYPE leaf AS (a numeric(3,1), b "
    "varchar(1)); "
    "CREATE TABLE modified (n10 numeric(1,0), n11 numeric(1,1), n21 numeric(2,1), "
    "n32 numeric(3,2), n82 numeric(8,2), nhuge numeric(1000,500), n99 numeric(9,9), "
    "v1 varchar(1), v2 varchar(2), v255 varchar(255), vhuge varchar(10485760), c1 "
    "char(1), "
    "c3 char(3), b1 bit(1), b3 bit(3), b70 bit(70), b200 bit(200), vb1 varbit(1), vb5 "
    "varbit(5), "
    "vb varbit, t0 timestamp(0), t3 timestamptz(3), m0 time(0), m2 timetz(2), "
    "iy interval year, im interval month, iym interval year to month, ih interval "
    "hour, "
    "id interval day, is0 interval second(0), i3 interval(3), va varchar(3)[], "
    "na numeric(3,1)[], ba bit(4)[], d short, dd shorter, p prices, l leaf, ds "
    "short[]); "
    "DO $$ DECLARE form text; BEGIN "
    "IF current_setting('server_version_num')::int >= 150000 THEN "
    "ALTER TABLE modified ADD n25 numeric(2,5), ADD n2m3 numeric(2,-3), ADD na2m3 "
    "numeric(2,-3)[]; END IF; "
    "IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN "
    "CREATE EXTENSION vector; "
    "ALTER TABLE modified ADD ve1 vector(1), ADD ve2 vector(2), ADD ve100 "
    "vector(100), ADD vea vector(2)[]; END IF; "
    "IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis') THEN "
    "CREATE EXTENSION postgis; "
    "FOREACH form IN ARRAY "
    "'{Point,LineString,Polygon,MultiPoint,MultiLineString,MultiPolygon,GeometryCollection,"
    "CircularString,CompoundCurve,CurvePolygon,MultiCurve,MultiSurface,PolyhedralSurface,Triangle,"
    "Tin}'::text[] "
    "LOOP "
    "EXECUTE format('ALTER TABLE modified ADD %1$s_g geometry(%1$s,4326), ADD %1$s_z "
    "geometry(%1$sZ), ADD %1$s_m geometry(%1$sM,3857), ADD %1$s_zm "
    "geometry(%1$sZM,4326)', form); "
    "IF length(form) - length(replace(form, 'Curve', '')) = 0 AND form !~ "
    "'Surface|Triangle|Tin|Circular' THEN "
    "EXECUTE format('ALTER TABLE modified ADD %1$s_h geography(%1$s,4326), ADD "
    "%1$s_hz geography(%1$sZ)', form); END IF; "
    "END LOOP; "
    "ALTER TABLE modified ADD g geometry(Geometry,4326), ADD h geography, ADD ga "
    "geometry(Point,4326)[]; END IF; END $$ ";

/* At least so many values are made for a column; the text of a type's limits. */
static const struct {
    const char *column;
    guint n_distinct;
} counts[] = {
    {"n10", 19}, {"n11", 19}, {"n21", 199}, {"n32", 1999}, {"v1", 30},  {"v2", 1000},
    {"c1", 30},  {"b1", 2},   {"b3", 8},    {"vb1", 2},    {"vb5", 62}, {"d", 1000},
};

#define VALUES 20
#define ALL_VALUES_MAX 200

static void
append_insert(GString *sql, const PgsColumn *column, const GArray *values)
{
    g_string_append_printf(sql, "INSERT INTO %s (%s) VALUES ", column->relation->identity,
                           column->quoted);
    for (guint i = 0; i < values->len; i++) {
        g_string_append(sql, i > 0 ? ", (" : "(");
        pgs_value_append(sql, g_array_index(values, PgsValue, i));
        g_string_append(sql, ")");
    }
}

/* A statement each, and what they were about. */
typedef struct {
    PgsBatch *batch;
    GPtrArray *whats; /* char * */
    GArray *wanted;   /* guint: how many different values; 0: none has to be different */
} Trials;

static Trials *
trials_new(void)
{
    Trials *trials = g_new0(Trials, 1);
    trials->batch = pgs_batch_new();
    trials->whats = g_ptr_array_new_with_free_func(g_free);
    trials->wanted = g_array_new(FALSE, FALSE, sizeof(guint));
    return trials;
}

static void
add_trial(Trials *trials, const PgsColumn *column, const GArray *values, guint wanted,
          const char *query)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    append_insert(sql, column, values);
    pgs_batch_begin(trials->batch);
    pgs_batch_add(trials->batch, sql->str);
    if (query != NULL)
        pgs_batch_add_printf(trials->batch, "WITH a AS (SELECT ctid AS id, %s AS v FROM %s) %s",
                             column->quoted, column->relation->identity, query);
    g_ptr_array_add(trials->whats,
                    g_strdup_printf("%s (%s): %s", column->quoted, column->type_sql, sql->str));
    g_array_append_val(trials->wanted, wanted);
}

/* Prints what went wrong, and says how often. */
static guint
run_trials(Fixture *fixture, Trials *trials)
{
    guint n_failures = 0;
    g_autoptr(GError) error = NULL;
    assert_true(pgs_bench_begin(fixture->bench, &error));
    assert_true(pgs_batch_run(trials->batch, fixture->connection, &error));
    pgs_bench_rollback(fixture->bench);
    for (guint i = 0; i < trials->whats->len; i++) {
        const PgsBatchResult *result = pgs_batch_result(trials->batch, i);
        guint wanted = g_array_index(trials->wanted, guint, i);
        const char *what = g_ptr_array_index(trials->whats, i);
        if (result->failure != NULL) {
            /* Not every type has an "=". */
            if (result->refused_at > 0 && strstr(result->failure->message, "operator") != NULL)
                continue;
            fprintf(stderr, "%s\n  %s\n", what, result->failure->message);
            n_failures++;
            continue;
        }
        if (wanted == 0)
            continue;
        PGresult *row = g_ptr_array_index(result->results, 1);
        if (strtoul(PQgetvalue(row, 0, 0), NULL, 10) != wanted) {
            fprintf(stderr, "%s\n  %s instead of %u\n", what, PQgetvalue(row, 0, 0), wanted);
            n_failures++;
        }
    }
    pgs_batch_free(trials->batch);
    g_ptr_array_unref(trials->whats);
    g_array_unref(trials->wanted);
    g_free(trials);
    return n_failures;
}

/* As text, and as the type's own "=" sees them: a self join, since not each has an order. */
#define DIFFERENT_TEXTS "SELECT pg_catalog.count(DISTINCT pg_catalog.format('%s', v)) FROM a"
#define DIFFERENT_VALUES                                                                           \
    "SELECT pg_catalog.count(*) FROM a WHERE NOT EXISTS (SELECT FROM a AS b WHERE b.id < a.id "    \
    "AND b.v = a.v)"

static GArray *
make_values(const Fixture *fixture, const PgsColumn *column, guint n, guint *n_distinct)
{
    GArray *values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (guint i = 0; i < n; i++) {
        PgsValue value =
            pgs_generator_value(fixture->bench, column->type, column->typmod, i, n_distinct);
        if (value.kind == PGS_VALUE_NULL)
            break;
        g_array_append_val(values, value);
    }
    return values;
}

/* The ordinary values of a column are accepted and different. */
static guint
check_values(Fixture *fixture, const PgsColumn *column, Trials *trials)
{
    guint n_distinct = 0;
    g_autoptr(GArray) values = make_values(fixture, column, 1, &n_distinct);
    if (values->len == 0) {
        fprintf(stderr, "%s: no value\n", column->type_sql);
        return 1;
    }
    guint n = n_distinct <= ALL_VALUES_MAX ? n_distinct : VALUES;
    g_autoptr(GArray) all = make_values(fixture, column, n, &n_distinct);
    add_trial(trials, column, all, n, DIFFERENT_TEXTS);
    add_trial(trials, column, all, n, DIFFERENT_VALUES);
    if (n_distinct < G_MAXUINT) {
        PgsValue again =
            pgs_generator_value(fixture->bench, column->type, column->typmod, n_distinct, NULL);
        if (!pgs_value_equal(again, g_array_index(values, PgsValue, 0))) {
            fprintf(stderr, "%s: %s does not come round\n", column->type_sql, again.text);
            return 1;
        }
    }
    return 0;
}

/* Each alone: edges, neighbours of edges and of ordinary values. */
static void
add_each(Trials *trials, const PgsColumn *column, const GArray *values)
{
    for (guint i = 0; i < values->len; i++) {
        g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        g_array_append_val(one, g_array_index(values, PgsValue, i));
        add_trial(trials, column, one, 0, NULL);
    }
}

static void
check_around(Fixture *fixture, const PgsColumn *column, Trials *trials)
{
    g_autoptr(GArray) values = make_values(fixture, column, 3, NULL);
    pgs_generator_edges(fixture->bench, column->type, column->typmod, values);
    add_each(trials, column, values);
    g_autoptr(GArray) around = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    for (guint i = 0; i < values->len; i++)
        pgs_generator_neighbours(fixture->bench, column->type, column->typmod,
                                 g_array_index(values, PgsValue, i), around);
    add_each(trials, column, around);
}

static void
check_columns(Fixture *fixture, const char *table)
{
    const PgsRelation *relation = pgs_inventory_find(pgs_bench_inventory(fixture->bench), table);
    assert_non_null(relation);
    assert_true(relation->columns->len > 10);
    Trials *ordinary = trials_new(), *around = trials_new();
    guint n_failures = 0;
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        n_failures += check_values(fixture, column, ordinary);
        check_around(fixture, column, around);
    }
    n_failures += run_trials(fixture, ordinary);
    n_failures += run_trials(fixture, around);
    assert_int_equal(n_failures, 0);
}

static void
test_every_type(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, every_type);
    check_columns(fixture, "public.every");
}

static void
test_modifiers(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, modified);
    check_columns(fixture, "public.modified");
    const PgsRelation *relation =
        pgs_inventory_find(pgs_bench_inventory(fixture->bench), "public.modified");
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        const PgsColumn *column = pgs_relation_column(relation, counts[i].column);
        guint n_distinct = 0;
        pgs_generator_value(fixture->bench, column->type, column->typmod, 0, &n_distinct);
        if (n_distinct < counts[i].n_distinct)
            fail_msg("%s has only %u values", counts[i].column, n_distinct);
    }
}

/* A base type of somebody's own, made of another's functions. */
#define OWN_TYPE(NAME, LIKE, IN, OUT)                                                              \
    "CREATE TYPE " NAME "; CREATE FUNCTION " NAME "_in(cstring) RETURNS " NAME                     \
    " IMMUTABLE STRICT LANGUAGE internal AS '" IN "'; CREATE FUNCTION " NAME "_out(" NAME ") "     \
    "RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS '" OUT "'; CREATE TYPE " NAME           \
    " (INPUT = " NAME "_in, OUTPUT = " NAME "_out, LIKE = " LIKE "); "

static void
test_unknown_types(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture,
               OWN_TYPE("mine", "uuid", "uuid_in", "uuid_out")
                   OWN_TYPE("spot", "point", "point_in", "point_out")
                       OWN_TYPE("words", "text", "textin", "textout")
                           OWN_TYPE("inner_one", "text", "textin", "textout") OWN_TYPE(
                               "never", "text", "any_in",
                               "textout") "CREATE DOMAIN ours AS mine; CREATE DOMAIN outer_one AS "
                                          "inner_one; CREATE TYPE two AS (a spot, b words); "
                                          "CREATE TABLE own (m mine, x outer_one[], o ours, oa "
                                          "ours[], s spot, w words, wa "
                                          "words[], b two)");
    const PgsRelation *relation =
        pgs_inventory_find(pgs_bench_inventory(fixture->bench), "public.own");
    Trials *trials = trials_new();
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        guint n_distinct = 0;
        g_autoptr(GArray) values = make_values(fixture, column, 2, &n_distinct);
        assert_int_equal(values->len, 2);
        assert_true(n_distinct >= 2);
        add_trial(trials, column, values, 2, DIFFERENT_TEXTS);
    }
    assert_int_equal(run_trials(fixture, trials), 0);
}

/* What no text can be of: no value, and nothing breaks. */
static void
test_no_value(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, "CREATE TYPE nothing AS ENUM (); CREATE TYPE hollow AS (n nothing, a int); "
                        "CREATE TYPE bare AS (); CREATE TYPE nest AS (a hollow[], b bare); "
                        "CREATE TABLE odd (n nothing, na nothing[], h hollow, b bare, e nest)");
    guint n_distinct = 7;
    const PgsColumn *column = column_of(fixture, "public.odd", "n");
    PgsValue value = pgs_generator_value(fixture->bench, column->type, -1, 3, &n_distinct);
    assert_int_equal(value.kind, PGS_VALUE_NULL);
    assert_int_equal(n_distinct, 0);
    column = column_of(fixture, "public.odd", "na");
    value = pgs_generator_value(fixture->bench, column->type, -1, 3, &n_distinct);
    assert_string_equal(value.text, "{}");
    assert_int_equal(n_distinct, 1);
    static const char *const others[] = {"h", "b", "e"};
    Trials *trials = trials_new();
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
        assert_int_equal(check_values(fixture, column_of(fixture, "public.odd", others[i]), trials),
                         0);
    assert_int_equal(run_trials(fixture, trials), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_type, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_modifiers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unknown_types, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_value, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
