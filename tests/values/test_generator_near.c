/* Covers harness/values/: generator.c and generator_*.c: neighbours, constants, sizes. */
#include "cmocka_all.h"

#include "generator_fixture.h"

/* The tables below are about columns of this. */
static const char *const plain =
    "CREATE TYPE mood AS ENUM ('sad', 'so so', 'happy'); CREATE DOMAIN price AS "
    "numeric(8,2); "
    "CREATE TYPE pair AS (a int, b text); "
    "CREATE TABLE plain (i2 int2, i4 int4, i8 int8, n numeric, n82 numeric(8,2), n3 "
    "numeric(3,0), "
    "f float8, m money, t text, v3 varchar(3), c3 char(3), d date, ts timestamp, "
    "ts0 timestamp(0), tz timestamptz, ti time, iv interval, b bool, u uuid, e mood, "
    "ip inet, "
    "by bytea, bi bit(4), vb varbit, j jsonb, a int[], ta text[], r int4range, tr "
    "tstzrange, "
    "p price, pa pair, big varchar(100001)); "
    "DO $$ BEGIN IF current_setting('server_version_num')::int >= 140000 THEN "
    "ALTER TABLE plain ADD mr int4multirange; END IF; END $$ ";

/* "a | b": the values' texts. */
static char *
join_values(const GArray *values)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < values->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " | " : "",
                               g_array_index(values, PgsValue, i).text);
    return g_string_free(text, FALSE);
}

static const struct {
    const char *column, *value, *expected;
} neighbours[] = {
    {"i4", "5", "4 | 6"},
    {"i4", "0", "-1 | 1"},
    {"i4", "-1", "-2 | 0"},
    {"i4", "2147483647", "2147483646"},
    {"i4", "-2147483648", "-2147483647"},
    {"i4", "-32769", "-32770 | -32768"},
    {"i2", "32767", "32766"},
    {"i8", "9223372036854775807", "9223372036854775806"},
    {"i4", "2.5", "1 | 3 | 2"},
    {"i4", "1e3", "999 | 1001 | 1000"},
    {"i4", "abc", ""},
    {"n", "5", "4.99 | 5.01 | 4 | 6"},
    {"n", "0.001", "0 | 0.002"},
    {"n", "-0.5", "-0.51 | -0.49"},
    {"n", "1e2", "99.99 | 100.01 | 99 | 101"},
    {"n82", "5", "4.99 | 5.01 | 4 | 6"},
    {"n82", "0", "-0.01 | 0.01 | -1 | 1"},
    {"n82", "999999.99", "999999.98"},
    {"n3", "999", "998"},
    {"f", "1", "0.9 | 1.1 | 0 | 2"},
    {"m", "1", "0.99 | 1.01 | 0 | 2"},
    {"t", "ab", "a | abx | xab | AB | ab  |  ab"},
    {"t", "", "x |  "},
    {"v3", "abc", "ab | ABC"},
    {"c3", "ab", "a | abx | xab | AB | ab  |  ab"},
    {"d", "2020-02-29", "2020-02-28 | 2020-03-01"},
    {"d", "0001-01-01", "0001-01-02"},
    {"d", "infinity", "('infinity'::date - 1) | ('infinity'::date + 1)"},
    {"ts", "2020-01-01",
     "2019-12-31 23:59:59.999999 | 2020-01-01 00:00:00.000001 | "
     "2019-12-31 23:59:59 | 2020-01-01 00:00:01 | 2019-12-31 00:00:00 | "
     "2020-01-02 00:00:00"},
    {"ts0", "2020-01-01 00:00:00",
     "2019-12-31 23:59:59 | 2020-01-01 00:00:01 | 2019-12-31 00:00:00 | 2020-01-02 00:00:00"},
    {"tz", "2020-01-01 02:00:00+02",
     "2019-12-31 23:59:59.999999+00 | 2020-01-01 00:00:00.000001+00 | 2019-12-31 23:59:59+00 | "
     "2020-01-01 00:00:01+00 | 2019-12-31 00:00:00+00 | 2020-01-02 00:00:00+00"},
    {"ti", "00:00:00", "00:00:00.000001 | 00:00:01 | 00:01:00"},
    {"ti", "09:00",
     "08:59:59.999999 | 09:00:00.000001 | 08:59:59 | 09:00:01 | 08:59:00 | "
     "09:01:00"},
    {"u", "00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"},
    {"e", "so so", "sad | happy"},
    {"e", "sad", "so so"},
    {"e", "none", ""},
    {"ip", "10.0.0.255", "10.0.0.254"},
    {"by", "\\x01", "\\x0100 | \\x"},
    {"bi", "0101", "0100"},
    {"a", "{1,2}", "{1} | {1,2,1}"},
    {"a", "{}", "{1}"},
    {"ta", "{\"a,b\",\"}\"}", "{\"a,b\"} | {\"a,b\",\"}\",a1}"},
    {"r", "[1,5)", "[0,5) | [2,5) | [1,4) | [1,6) | [1,5]"},
    {"r", "[1,1]", "[0,1] | [1,2] | [1,1)"},
    {"r", "[1,)", "[0,) | [2,) | [1,]"},
    {"p", "1.00", "0.99 | 1.01"},
};

static void
test_neighbours(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, plain);
    guint n_failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(neighbours); i++) {
        const PgsColumn *column = column_of(fixture, "public.plain", neighbours[i].column);
        g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
        PgsValue value = pgs_bench_text(fixture->bench, neighbours[i].value);
        pgs_generator_neighbours(fixture->bench, column->type, column->typmod, value, values);
        g_autofree char *text = join_values(values);
        if (strcmp(text, neighbours[i].expected) == 0)
            continue;
        fprintf(stderr, "%s %s: %s\n", neighbours[i].column, neighbours[i].value, text);
        n_failures++;
    }
    assert_int_equal(n_failures, 0);
}

static const struct {
    const char *column, *text, *expected; /* NULL: it could be none */
} adaptations[] = {
    {"i4", "5", "5"},
    {"i4", "-5", "-5"},
    {"i4", "5.5", NULL},
    {"i4", "2147483648", NULL},
    {"i8", "2147483648", "2147483648"},
    {"i4", "a", NULL},
    {"i4", "", NULL},
    {"n82", "-1.5e3", "-1.5e3"},
    {"n82", ".", NULL},
    {"f", "Infinity", "Infinity"},
    {"t", "5", "5"},
    {"d", "2020-01-01", "2020-01-01"},
    {"d", "active", NULL},
    {"d", "5", NULL},
    {"b", "TRUE", "TRUE"},
    {"b", "maybe", NULL},
    {"u", "x", NULL},
    {"u", "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000a"},
    {"e", "so so", "so so"},
    {"e", "glad", NULL},
    {"j", "{\"a\": 1}", "{\"a\": 1}"},
    {"j", "a", NULL},
    {"j", "1.5", "1.5"},
    {"j", "", NULL},
    {"a", "5", "{5}"},
    {"a", "{1,2}", "{1,2}"},
    {"a", "x", NULL},
    {"ta", "a b", "{\"a b\"}"},
    {"ta", "null", "{\"null\"}"},
    {"r", "5", "[5,5]"},
    {"r", "[1,2)", "[1,2)"},
    {"r", "x", NULL},
    {"mr", "5", "{[5,5]}"},
    {"p", "5", "5"},
    {"pa", "(1,a)", "(1,a)"},
    {"pa", "1", NULL},
};

static void
test_adapt(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, plain);
    guint n_failures = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(adaptations); i++) {
        if (pgs_bench_server_version(fixture->bench) < 140000 &&
            strcmp(adaptations[i].column, "mr") == 0)
            continue;
        const PgsColumn *column = column_of(fixture, "public.plain", adaptations[i].column);
        PgsValue value = {PGS_VALUE_NULL, NULL};
        gboolean ok =
            pgs_generator_adapt(fixture->bench, column->type, adaptations[i].text, &value);
        if (g_strcmp0(ok ? value.text : NULL, adaptations[i].expected) == 0)
            continue;
        fprintf(stderr, "%s %s: %s\n", adaptations[i].column, adaptations[i].text,
                ok ? value.text : "none");
        n_failures++;
    }
    assert_int_equal(n_failures, 0);
}

/* What a function of the server measures of a value that was made by its size. */
static const struct {
    const char *column, *measure;
    guint length;
} sizes[] = {
    {"t", "char_length", 0},        {"t", "char_length", 1},       {"t", "char_length", 255},
    {"t", "char_length", 5001},     {"t", "char_length", 2000000}, {"by", "octet_length", 0},
    {"by", "octet_length", 3},      {"by", "octet_length", 6000},  {"vb", "bit_length", 0},
    {"vb", "bit_length", 9},        {"vb", "bit_length", 7000},    {"bi", "bit_length", 4},
    {"a", "cardinality", 0},        {"a", "cardinality", 3},       {"ta", "cardinality", 100},
    {"j", "jsonb_array_length", 4}, {"v3", "char_length", 3},      {"big", "char_length", 100001},
};

static void
test_sized(void **state)
{
    Fixture *fixture = *state;
    make_bench(fixture, plain);
    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        const PgsColumn *column = column_of(fixture, "public.plain", sizes[i].column);
        PgsValue values[2];
        for (guint n = 0; n < 2; n++)
            values[n] = pgs_generator_sized(fixture->bench, column->type, column->typmod,
                                            sizes[i].length, n);
        assert_true(values[0].text != NULL);
        g_autoptr(GString) sql = g_string_new(NULL);
        g_string_append_printf(sql, "TRUNCATE public.plain; INSERT INTO public.plain (%s) VALUES (",
                               column->quoted);
        pgs_value_append(sql, values[0]);
        g_string_append(sql, ")");
        run_sql(fixture, sql->str);
        g_autofree char *query =
            g_strdup_printf("SELECT %s(%s) FROM public.plain", sizes[i].measure, column->quoted);
        g_autofree char *length = NULL;
        g_autoptr(GError) error = NULL;
        if (!pgs_connection_value(fixture->connection, query, &length, &error))
            fail_msg("%s", error->message);
        if (strtoul(length, NULL, 10) != sizes[i].length)
            fail_msg("%s: %s instead of %u", column->name, length, sizes[i].length);
    }
    const PgsColumn *text = column_of(fixture, "public.plain", "t");
    const guint lengths[] = {1, 10, 5001};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++)
        assert_false(
            pgs_value_equal(pgs_generator_sized(fixture->bench, text->type, -1, lengths[i], 0),
                            pgs_generator_sized(fixture->bench, text->type, -1, lengths[i], 1)));
    const PgsColumn *integer = column_of(fixture, "public.plain", "i4");
    assert_int_equal(pgs_generator_sized(fixture->bench, integer->type, -1, 3, 0).kind,
                     PGS_VALUE_NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_neighbours, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_adapt, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sized, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
