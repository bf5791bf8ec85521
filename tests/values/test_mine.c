/* Covers harness/values/mine.c, mine_body.c, mine_operand.c, mine_records.c, mine_say.c and
 * mine_words.c. */
#include "cmocka_all.h"

#include "values/mine.h"

#include <stdio.h>
#include <string.h>

/* ---- sayings as a text ---- */

static void
append_steps(GString *text, const char *column, const GPtrArray *steps)
{
    g_string_append(text, column != NULL ? column : "VALUE");
    for (guint i = 0; i < steps->len; i++) {
        const PgsSayingStep *step = g_ptr_array_index(steps, i);
        g_autofree char *arguments = g_strjoinv(",", step->arguments);
        g_string_append_printf(text, ".%s%s", step->name, step->is_mixed ? "*" : "");
        if (*arguments != '\0')
            g_string_append_printf(text, "(%s)", arguments);
    }
}

static void
append_saying(GString *text, const PgsSaying *saying)
{
    static const char *const words[] = {"", "matches ", "null", "", "true"};
    if (text->len > 0)
        g_string_append(text, "; ");
    append_steps(text, saying->column, saying->steps);
    g_string_append_printf(text, " %s", words[saying->kind]);
    if (saying->operator!= NULL)
        g_string_append_printf(text, "%s%s ", saying->operator, saying->in_list ? " among" : "");
    if (saying->kind == PGS_SAYING_COLUMN)
        append_steps(text, saying->other, saying->other_steps);
    else if (saying->sql != NULL)
        g_string_append_printf(text, "sql %s", saying->sql);
    else if (saying->operator!= NULL)
        g_string_append(text, saying->text != NULL ? saying->text : "NULL");
}

static char *
describe(const PgsMined *mined)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < mined->sayings->len; i++)
        append_saying(text, g_ptr_array_index(mined->sayings, i));
    if (!mined->is_parsed)
        g_string_append(text, " [not parsed]");
    if (!mined->is_stateless)
        g_string_append(text, " [state]");
    if (!mined->is_covered)
        g_string_append(text, " [not covered]");
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *expression, *sayings;
} Case;

static void
check(const Case *cases, gsize n, PgsMined *(*mine)(const PgsInventory *, const char *))
{
    guint n_wrong = 0;
    for (gsize i = 0; i < n; i++) {
        g_autoptr(PgsMined) mined = mine(NULL, cases[i].expression);
        g_autofree char *sayings = describe(mined);
        if (strcmp(sayings, cases[i].sayings) == 0)
            continue;
        fprintf(stderr, "%s\n  says %s\n  not  %s\n", cases[i].expression, sayings,
                cases[i].sayings);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

static const Case comparisons[] = {
    {"((a >= 1) AND (a <= 5))", "a >= 1; a <= 5"},
    {"(5 > a)", "a < 5"},
    {"(a = '-5'::integer)", "a = -5"},
    {"(a IS NULL)", "a null"},
    {"(length(TRIM(BOTH FROM a)) > 0)", "a.btrim.length > 0"},
    {"((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
     "a.cast(text) = among x; a.cast(text) = among y"},
    {"(a = ANY ('{x,\"y z\",NULL}'::text[]))", "a = among x; a = among y z; a = among NULL"},
    {"(a <> ALL (ARRAY[1, NULL::integer]))", "a <> among 1; a <> among NULL"},
    {"(a IS DISTINCT FROM 3)", "a = 3"},
    {"(NOT ok)", "ok true"},
    {"(ok IS NOT TRUE)", "ok true"},
    {"(a < b)", "a < b; b > a"},
    {"(a >= (b + '01:00:00'::interval))", "a >= b.+(01:00:00); b.+(01:00:00) <= a"},
    {"((a + b) = 100)", "a.+*((\"b\")) = 100; b.+*((\"a\")) = 100"},
    {"((e - s) <= 30)", "e.-*((\"s\")) <= 30; s.-*((\"e\")) <= 30"},
    {"((a % 7) = 3)", "a.%(7) = 3"},
    {"(abs((a - 10)) < 5)", "a.-(10).abs < 5"},
    {"(ROW(a, b) = ROW(1, c))", "a = 1; b = c; c = b"},
    {"(a > (now() - '1 day'::interval))", "a > sql ((\"now\"()) - (('1 day')::interval)) [state]"},
    {"(a > CURRENT_DATE)", "a > sql (current_date) [state]"},
    {"(COALESCE(a, 0) > 3)", "a.coalesce(0) > 3"},
    {"(COALESCE((a > 3), false))", "a > 3"},
    {"(GREATEST(a, b) < 10)", "a.greatest*((\"b\")) < 10; b.greatest*((\"a\")) < 10"},
    {"(num_nonnulls(a, b) = 1)", "a.num_nonnulls*((\"b\")) = 1; b.num_nonnulls*((\"a\")) = 1"},
    {"((a IS NULL) <> (b IS NULL))", "a null; b null"},
    {"(VALUE > 0)", "VALUE > 0"},
    {"(1 = 1)", ""},
};

static const Case texts[] = {
    {"(a ~ '^\\d+$'::text)", "a matches ~ ^\\d+$"},
    {"(a !~~ 'x%'::text)", "a matches !~~ x%"},
    {"a LIKE 'x!%' ESCAPE '!'", "a matches ~~ x!%"},
    {"(a ~ similar_to_escape('(a|b)+'::text))", "a matches ~ (a|b)+"},
    {"(a ~~ ANY (ARRAY['x%'::text, 'y%'::text]))", "a matches ~~ x%; a matches ~~ y%"},
    {"(a ~~ ANY ('{x%,y%}'::text[]))", "a matches ~~ x%; a matches ~~ y%"},
    {"(lower(a) = 'x'::text)", "a.lower = x"},
    {"(a = lower(a))", "a = a.lower; a.lower = a"},
    {"((a COLLATE \"C\") > 'x'::text)", "a.collate* > x"},
    {"starts_with(a, 'x'::text)", "a ^@ x"},
    {"(regexp_replace(a, '\\D'::text, ''::text) = a)",
     "a matches regexp_replace \\D; a.regexp_replace(\\D,) = a; a = a.regexp_replace(\\D,)"},
    {"(regexp_match(a, '^x'::text) IS NOT NULL)",
     "a matches regexp_match ^x; a.regexp_match(^x) null"},
    {"(SUBSTRING(a FROM '^x+'::text) = 'x'::text)",
     "a matches substring ^x+; a.substring(^x+) = x"},
    {"(SUBSTRING(a FROM 1 FOR 3) = 'abc'::text)", "a.substring(1,3) = abc"},
    {"(split_part(a, '@'::text, 2) = 'b'::text)", "a.split_part(@,2) = b"},
    {"(POSITION(('-'::text) IN (a)) > 1)", "a.position(-) > 1"},
    {"(('x'::text || a) = 'xy'::text)", "a.||(x) = xy"},
};

static const Case parts[] = {
    {"((j ->> 'k'::text) = 'x'::text)", "j.->>(k) = x"},
    {"(((j -> 'a'::text) ->> 'b'::text))::integer > 3", "j.->(a).->>(b).cast(int4) > 3"},
    {"(jsonb_typeof((j -> 'a'::text)) = 'object'::text)", "j.->(a).jsonb_typeof = object"},
    {"(j ? 'id'::text)", "j ? id"},
    {"(j ?| ARRAY['a'::text, 'b'::text])", "j ?| {\"a\",\"b\"}"},
    {"(j @> '{\"a\": 1}'::jsonb)", "j @> {\"a\": 1}"},
    {"jsonb_path_exists(j, '$.a'::jsonpath)", "j @? $.a"},
    {"(5 = ANY (b))", "b.any* = among 5"},
    {"(0 < ALL (b))", "b.any* > among 0"},
    {"(b[1] = 7)", "b.[](1) = 7"},
    {"(b <@ ARRAY['x'::text, 'y,z'::text])", "b <@ {\"x\",\"y,z\"}"},
    {"(cardinality(b) <= 3)", "b.cardinality <= 3"},
    {"(array_position(d, NULL::text) IS NULL)", "d.array_position null"},
    {"((a).zip ~ '^\\d'::text)", "a..(zip) matches ~ ^\\d"},
    {"((lower(r) >= 0) AND (NOT isempty(r)))", "r.lower >= 0; r.isempty true"},
    {"((upper(r) - lower(r)) <= '02:00:00'::interval)",
     "r.upper.-*((\"lower\"((\"r\")))) <= 02:00:00; r.lower.-*((\"upper\"((\"r\")))) <= 02:00:00"},
    {"(r @> 5)", "r @> 5"},
    {"(5 <@ r)", "r @> 5"},
    {"(EXTRACT(dow FROM a) <> ALL (ARRAY[(0)::numeric, (6)::numeric]))",
     "a.extract(dow) <> among 0; a.extract(dow) <> among 6"},
    {"xpath_exists('/a/b'::text, x)", "x.xpath_exists(/a/b) true"},
};

static const Case others[] = {
    {"CASE WHEN (a > 1) THEN (b < 2) ELSE c END", "a > 1; b < 2; c true"},
    {"CASE a WHEN 1 THEN (b > 1) WHEN 2 THEN true ELSE false END", "a true; b > 1; a = 1; a = 2"},
    {"(CASE WHEN (a > 1) THEN b ELSE 5 END > 3)", "a > 1; b.case* > 3"},
    {"public.is_iso2((a)::text)", "a.cast(text).is_iso2 true [state]"},
    {"(a OPERATOR(public.=) 'x'::public.citext)", "a = x [state]"},
    {"(a IS JSON OBJECT)", "a.cast(json) null [not parsed] [state] [not covered]"},
    {"((a > 3) AND ((b)::text IS NOT JSON ARRAY WITH UNIQUE KEYS))",
     "a > 3; b.cast(text).cast(json) null [not parsed] [state] [not covered]"},
    {"(JSON_VALUE(a, '$.\"b\"' RETURNING integer) > 3)",
     "a.json_value($.\"b\") > 3 [not parsed] [state] [not covered]"},
    {"(JSON_VALUE(a, '$.\"b\"' RETURNING character varying(20) DEFAULT 'x' ON EMPTY ERROR ON "
     "ERROR) = 'y'::text)",
     "a.json_value($.\"b\") = y [not parsed] [state] [not covered]"},
    {"JSON_EXISTS(a, '$.b')", "a @? $.b [state]"},
    {"((t.*)::text IS NOT NULL)", " [state]"},
    {"((a)::regclass = 'x'::regclass)", "a.cast(regclass) = x [state]"},
    {"(x IS DOCUMENT)", "x.?* true [state]"},
    {"(random() < (a)::double precision)", "a.cast(float8) > sql (\"random\"()) [state]"},
    {"(a = ANY (ARRAY[b, 1]))", "a = b; b = a; a = among 1"},
};

static const Case bodies[] = {
    {"SELECT $1 ~ '^[A-Z]{2}$'", "$1 matches ~ ^[A-Z]{2}$ [state] [not covered]"},
    {"SELECT c BETWEEN 1 AND 5 AND public.other(c)",
     "c >= 1; c <= 5; c.other true [state] [not covered]"},
    {"BEGIN IF NEW.a IS NULL OR NEW.b > 5 THEN RAISE EXCEPTION 'no %', 3; END IF; RETURN NEW; END",
     "a null; b > 5; new true [state] [not covered]"},
    {"BEGIN RETURN CASE WHEN a > 1 THEN b < 2 ELSE c END; END",
     "a > 1; b < 2; c true; a > 1 [state] [not covered]"},
    {"BEGIN PERFORM 1 FROM t WHERE t.x = NEW.y AND t.z = 'w'; IF FOUND THEN x := 3; END IF; END",
     "x = y; y = x; z = w; found true [state] [not covered]"},
    {"BEGIN IF a = 'unfinished", " [state] [not covered]"},
};

static void
test_comparisons(void **state)
{
    (void)state;
    check(comparisons, G_N_ELEMENTS(comparisons), pgs_mine_expression);
}

static void
test_texts(void **state)
{
    (void)state;
    check(texts, G_N_ELEMENTS(texts), pgs_mine_expression);
}

static void
test_parts(void **state)
{
    (void)state;
    check(parts, G_N_ELEMENTS(parts), pgs_mine_expression);
}

static void
test_others(void **state)
{
    (void)state;
    check(others, G_N_ELEMENTS(others), pgs_mine_expression);
}

static void
test_bodies(void **state)
{
    (void)state;
    check(bodies, G_N_ELEMENTS(bodies), pgs_mine_body);
}

/* ---- array literals ---- */

static void
assert_split(const char *literal, const char *expected)
{
    g_autoptr(GPtrArray) elements = pgs_array_literal_split(literal);
    g_autoptr(GString) again = g_string_new("{");
    for (guint i = 0; elements != NULL && i < elements->len; i++)
        pgs_array_literal_append(again, g_ptr_array_index(elements, i));
    assert_string_equal(elements != NULL ? again->str : "none", expected);
}

static void
test_array_literals(void **state)
{
    (void)state;
    assert_split("{}", "{");
    assert_split("{a,b c , d}", "{\"a\",\"b c\",\"d\"");
    assert_split(" { \"a,b\" ,null,\"NULL\",\"q\\\"\\\\\"}",
                 "{\"a,b\",NULL,\"NULL\",\"q\\\"\\\\\"");
    assert_split("{\"\"}", "{\"\"");
    assert_split("{{1,2}}", "none");
    assert_split("[0:1]={1,2}", "none");
    assert_split("{a", "none");
    assert_split("a}", "none");
    assert_split("{\"a", "none");
    assert_split("{\"a\"b}", "none");
}

/* A saying outlives what it was made from. */
static void
test_copy(void **state)
{
    (void)state;
    PgsMined *mined = pgs_mine_expression(NULL, "(a >= (b + '1 day'::interval))");
    PgsSaying *copy = pgs_saying_copy(g_ptr_array_index(mined->sayings, 0));
    pgs_mined_free(mined);
    g_autoptr(GString) text = g_string_new(NULL);
    append_saying(text, copy);
    assert_string_equal(text->str, "a >= b.+(1 day)");
    pgs_saying_free(copy);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_parts),       cmocka_unit_test(test_others),
        cmocka_unit_test(test_bodies),      cmocka_unit_test(test_array_literals),
        cmocka_unit_test(test_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
