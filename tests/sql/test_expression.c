/* Covers harness/sql/expression.c, expression_json.c and expression_text.c. */
#include "cmocka_all.h"

#include "sql/expression.h"

#include <stdio.h>
#include <string.h>

/* ---- a tree as a text ---- */

static const char *const kind_names[] = {
    [PGS_NODE_COLUMN] = "column",     [PGS_NODE_VALUE] = "VALUE",
    [PGS_NODE_CONSTANT] = "constant", [PGS_NODE_OPERATOR] = "op",
    [PGS_NODE_ANY] = "any",           [PGS_NODE_ALL] = "all",
    [PGS_NODE_FUNCTION] = "call",     [PGS_NODE_CAST] = "cast",
    [PGS_NODE_AND] = "and",           [PGS_NODE_OR] = "or",
    [PGS_NODE_NOT] = "not",           [PGS_NODE_NULL_TEST] = "null",
    [PGS_NODE_BOOLEAN_TEST] = "is",   [PGS_NODE_DISTINCT] = "distinct",
    [PGS_NODE_ARRAY] = "array",       [PGS_NODE_ROW] = "row",
    [PGS_NODE_CASE] = "case",         [PGS_NODE_COALESCE] = "",
    [PGS_NODE_FIELD] = "field",       [PGS_NODE_SUBSCRIPT] = "subscript",
    [PGS_NODE_COLLATE] = "collate",   [PGS_NODE_OTHER] = "other",
};

static void
append_constant(GString *text, const PgsNode *node)
{
    if (node->constant == PGS_CONSTANT_NULL)
        g_string_append(text, "NULL");
    else if (node->constant == PGS_CONSTANT_STRING)
        g_string_append_printf(text, "'%s'", node->text);
    else
        g_string_append(text, node->text);
}

static void
append_node(GString *text, const PgsNode *node)
{
    if (node->kind == PGS_NODE_CONSTANT) {
        append_constant(text, node);
        return;
    }
    if (node->kind == PGS_NODE_COLUMN && node->schema == NULL) {
        g_string_append(text, node->name);
        return;
    }
    g_string_append_printf(text, "(%s%s", node->negated ? "!" : "", kind_names[node->kind]);
    if (node->name != NULL)
        g_string_append_printf(text, "%s%s%s%s", node->kind == PGS_NODE_COALESCE ? "" : " ",
                               node->schema != NULL ? node->schema : "",
                               node->schema != NULL ? "." : "", node->name);
    for (guint i = 0; i < node->arguments->len; i++) {
        g_string_append_c(text, ' ');
        append_node(text, g_ptr_array_index(node->arguments, i));
    }
    g_string_append_c(text, ')');
}

static char *
describe(const char *expression)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsNode) node = pgs_expression_parse(expression, &error);
    if (node == NULL)
        return g_strdup_printf("! %s", error->message);
    GString *text = g_string_new(NULL);
    append_node(text, node);
    return g_string_free(text, FALSE);
}

typedef struct {
    const char *expression, *tree;
} Case;

static void
check(const Case *cases, gsize n)
{
    guint n_wrong = 0;
    for (gsize i = 0; i < n; i++) {
        g_autofree char *tree = describe(cases[i].expression);
        if (strcmp(tree, cases[i].tree) == 0)
            continue;
        fprintf(stderr, "%s\n  is  %s\n  not %s\n", cases[i].expression, tree, cases[i].tree);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

static const Case comparisons[] = {
    {"a", "a"},
    {"\"A b\"", "A b"},
    {"((a >= 1) AND (a <= 5))", "(and (op >= a 1) (op <= a 5))"},
    {"a BETWEEN 1 AND 5", "(and (op >= a 1) (op <= a 5))"},
    {"a NOT BETWEEN '-1'::integer AND 5", "(or (op < a (cast int4 '-1')) (op > a 5))"},
    {"a BETWEEN SYMMETRIC 5 AND 1", "(and (op >= a 5) (op <= a 1))"},
    {"(a <> 0)", "(op <> a 0)"},
    {"(a = '-5'::integer)", "(op = a (cast int4 '-5'))"},
    {"(a > (- 5))", "(op > a -5)"},
    {"(a > -5)", "(op > a -5)"},
    {"(a > - (5))", "(op > a -5)"},
    {"(a > 0)", "(op > a 0)"},
    {"(a > - (- (- 7)))", "(op > a -7)"},
    {"(a > 99999999999)", "(op > a 99999999999)"},
    {"(a > '-1.5'::numeric)", "(op > a (cast numeric '-1.5'))"},
    {"(a > -1.50)", "(op > a -1.50)"},
    {"(a < 1e10)", "(op < a 1e10)"},
    {"(a IS NULL)", "(null a)"},
    {"(a IS NOT NULL)", "(!null a)"},
    {"(a IS DISTINCT FROM b)", "(distinct = a b)"},
    {"(a IS NOT DISTINCT FROM NULL::text)", "(!distinct = a (cast text NULL))"},
    {"(NOT a)", "(not a)"},
    {"(a IS TRUE)", "(is true a)"},
    {"((a > b) IS NOT UNKNOWN)", "(!is unknown (op > a b))"},
    {"(a IS NOT FALSE)", "(!is false a)"},
    {"a AND b AND (c OR d OR NOT e)", "(and a b (or c d (not e)))"},
    {"(a OPERATOR(public.=) 'x'::public.citext)", "(op public.= a (cast public.citext 'x'))"},
    {"(ROW(a, b) = ROW(1, 2))", "(op = (row a b) (row 1 2))"},
    {"((a, b) < (1, 2))", "(op < (row a b) (row 1 2))"},
    {"(- a) > 3", "(op > (op - a) 3)"},
    {"(@ a) > 3", "(op > (op @ a) 3)"},
};

static const Case lists[] = {
    {"(a = ANY (ARRAY['x'::text, 'it''s'::text]))",
     "(any = a (array (cast text 'x') (cast text 'it's')))"},
    {"((a)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
     "(any = (cast text a) (cast text[] (array (cast varchar 'a') (cast varchar 'b'))))"},
    {"(a = ANY ('{a,b}'::text[]))", "(any = a (cast text[] '{a,b}'))"},
    {"(a <> ALL (ARRAY[1, 0, '-2'::integer]))", "(all <> a (array 1 0 (cast int4 '-2')))"},
    {"a IN (1, -2, 0)", "(any = a (array 1 -2 0))"},
    {"a NOT IN ('x', 'y')", "(all <> a (array 'x' 'y'))"},
    {"(5 = ANY (b))", "(any = 5 b)"},
    {"(0 < ALL (b))", "(all < 0 b)"},
    {"(a ~~ ANY (ARRAY['x%'::text]))", "(any ~~ a (array (cast text 'x%')))"},
    {"(a @> ARRAY['sad'::public.mood])", "(op @> a (array (cast public.mood 'sad')))"},
    {"(a = ANY (ARRAY[[1, 2], [3, 4]]))", "(any = a (array (array 1 2) (array 3 4)))"},
};

static const Case texts[] = {
    {"(a ~ '^\\d+$'::text)", "(op ~ a (cast text '^\\d+$'))"},
    {"(a !~* 'x'::text)", "(op !~* a (cast text 'x'))"},
    {"(a ~~ 'x\\_%'::text)", "(op ~~ a (cast text 'x\\_%'))"},
    {"a LIKE 'x'", "(op ~~ a 'x')"},
    {"a NOT ILIKE 'x' ESCAPE '!'", "(op !~~* a (call like_escape 'x' '!'))"},
    {"a SIMILAR TO 'a|b'", "(op ~ a (call similar_to_escape 'a|b'))"},
    {"(p ~ similar_to_escape('(a|b)+'::text))",
     "(op ~ p (call similar_to_escape (cast text '(a|b)+')))"},
    {"(length(TRIM(BOTH FROM a)) > 0)", "(op > (call length (call btrim a)) 0)"},
    {"TRIM(LEADING 'x' FROM a) = a", "(op = (call ltrim a 'x') a)"},
    {"(SUBSTRING(a FROM 1 FOR 3) = 'abc'::text)",
     "(op = (call substring a 1 3) (cast text 'abc'))"},
    {"(\"substring\"(a, 1, 3) = 'abc'::text)", "(op = (call substring a 1 3) (cast text 'abc'))"},
    {"(SUBSTRING(a FROM '^x'::text) IS NOT NULL)", "(!null (call substring a (cast text '^x')))"},
    {"(POSITION(('-'::text) IN (a)) > 1)", "(op > (call position a (cast text '-')) 1)"},
    {"OVERLAY(a PLACING 'x' FROM 2) = a", "(op = (call overlay a 'x' 2) a)"},
    {"(\"left\"(a, 2) = upper(\"right\"(a, 2)))",
     "(op = (call left a 2) (call upper (call right a 2)))"},
    {"((a COLLATE \"C\") > 'x'::text)", "(op > (collate C a) (cast text 'x'))"},
    {"(a COLLATE pg_catalog.\"default\") > b", "(op > (collate default a) b)"},
    {"((a || '-'::text) || b) = c", "(op = (op || (op || a (cast text '-')) b) c)"},
    {"(a ^@ 'x'::text)", "(op ^@ a (cast text 'x'))"},
    {"E'a\\\\b\\n' = a", "(op = 'a\\b\n' a)"},
    {"U&'\\00e4' = a", "(op = 'ä' a)"},
    {"(a IS NORMALIZED)", "(call is_normalized a)"},
};

static const Case times[] = {
    {"(a > (now() - '1 day'::interval))", "(op > a (op - (call now) (cast interval '1 day')))"},
    {"(a > CURRENT_DATE)", "(op > a (call current_date))"},
    {"a <= CURRENT_TIMESTAMP", "(op <= a (call current_timestamp))"},
    {"(EXTRACT(dow FROM a) <> ALL (ARRAY[(0)::numeric, (6)::numeric]))",
     "(all <> (call extract 'dow' a) (array (cast numeric 0) (cast numeric 6)))"},
    {"(date_part('year'::text, a) = (2020)::double precision)",
     "(op = (call date_part (cast text 'year') a) (cast float8 2020))"},
    {"(((a AT TIME ZONE 'UTC'::text))::time without time zone > '08:00:00'::time without time "
     "zone)",
     "(op > (cast time (call timezone (cast text 'UTC') a)) (cast time '08:00:00'))"},
    {"(a)::interval day to second(3) > b", "(op > (cast interval a) b)"},
    {"((a)::timestamp(0) without time zone = a)", "(op = (cast timestamp(0) a) a)"},
    {"(age((s)::timestamp with time zone) >= '18 years'::interval)",
     "(op >= (call age (cast timestamptz s)) (cast interval '18 years'))"},
    {"(a, b) OVERLAPS (c, d)", "(call overlaps a b c d)"},
};

static const Case json[] = {
    {"((j ->> 'kind'::text) = 'x'::text)", "(op = (op ->> j (cast text 'kind')) (cast text 'x'))"},
    {"(((j -> 'a'::text) ->> 0))::integer > 3",
     "(op > (cast int4 (op ->> (op -> j (cast text 'a')) 0)) 3)"},
    {"(j ? 'id'::text)", "(op ? j (cast text 'id'))"},
    {"(j ?| ARRAY['a'::text, 'b'::text])", "(op ?| j (array (cast text 'a') (cast text 'b')))"},
    {"(j ?& '{a,b}'::text[])", "(op ?& j (cast text[] '{a,b}'))"},
    {"((j #>> '{a,b}'::text[]) = 'x'::text)",
     "(op = (op #>> j (cast text[] '{a,b}')) (cast text 'x'))"},
    {"(j @> '{\"a\": 1}'::jsonb)", "(op @> j (cast jsonb '{\"a\": 1}'))"},
    {"(j @? '$.\"a\"[*]?(@ > 5)'::jsonpath)", "(op @? j (cast jsonpath '$.\"a\"[*]?(@ > 5)'))"},
    {"(j @@ '$.\"a\" > 1'::jsonpath)", "(op @@ j (cast jsonpath '$.\"a\" > 1'))"},
    {"(j['a'::text] = '1'::jsonb)", "(op = (subscript j (cast text 'a')) (cast jsonb '1'))"},
    {"(jsonb_typeof((j -> 'a'::text)) = 'object'::text)",
     "(op = (call jsonb_typeof (op -> j (cast text 'a'))) (cast text 'object'))"},
};

static const Case others[] = {
    {"CASE WHEN (a > 1) THEN (b < 2) ELSE NULL::boolean END",
     "(case (op > a 1) (op < b 2) (cast bool NULL))"},
    {"CASE a WHEN 1 THEN true WHEN 2 THEN false END", "(case a 1 true 2 false)"},
    {"COALESCE(a, 0) > 0", "(op > (coalesce a 0) 0)"},
    {"GREATEST(a, b) < 10", "(op < (greatest a b) 10)"},
    {"LEAST(a, b) < 10", "(op < (least a b) 10)"},
    {"NULLIF(a, ''::text) IS NOT NULL", "(!null (call nullif a (cast text '')))"},
    {"((a).zip ~ '^\\d'::text)", "(op ~ (field zip a) (cast text '^\\d'))"},
    {"((a).b).c > 1", "(op > (field c (field b a)) 1)"},
    {"(a[1] = 7)", "(op = (subscript a 1) 7)"},
    {"(a[1][2:3] IS NULL)", "(null (subscript a 1 2 3))"},
    {"a[:2] IS NULL", "(null (subscript a 2))"},
    {"((p[0])::numeric > 1.5)", "(op > (cast numeric (subscript p 0)) 1.5)"},
    {"((a)::character varying(20) = b)", "(op = (cast varchar(20) a) b)"},
    {"(a)::numeric(8,2) > 1", "(op > (cast numeric(8,2) a) 1)"},
    {"(a)::text[] IS NULL", "(null (cast text[] a))"},
    {"(a)::public.\"My Type\" IS NULL", "(null (cast public.\"My Type\" a))"},
    {"(a)::\"char\" = 'x'::\"char\"", "(op = (cast \"char\" a) (cast \"char\" 'x'))"},
    {"((a & '0001'::\"bit\") = b'0001')", "(op = (op & a (cast \"bit\" '0001')) b0001)"},
    {"x'af' = a", "(op = xaf a)"},
    {"(VALUE > 0)", "(op > (VALUE) 0)"},
    {"(value > 0)", "(op > value 0)"},
    {"(\"VALUE\" > 0)", "(op > VALUE 0)"},
    {"(VALUE ~* '^[a-z]+$'::text)", "(op ~* (VALUE) (cast text '^[a-z]+$'))"},
    {"public.is_iso2((a)::text)", "(call public.is_iso2 (cast text a))"},
    {"xpath_exists('/a/b'::text, x)", "(call xpath_exists (cast text '/a/b') x)"},
    {"(x IS DOCUMENT)", "(other XmlExpr x)"},
    {"(xmlparse(CONTENT 'x') IS NULL)", "(null (other XmlExpr 'x' false))"},
    {"num_nonnulls(a, b) = 1", "(op = (call num_nonnulls a b) 1)"},
    {"num_nonnulls(VARIADIC ARRAY[a, b]) = 1", "(op = (call num_nonnulls (array a b)) 1)"},
    {"f(b => a)", "(call f (other NamedArgExpr a))"},
    {"(new.a > 1)", "(op > (column new.a) 1)"},
    {"($1 > 3)", "(op > $1 3)"},
    {"((t.*)::text IS NOT NULL)", "(!null (cast text (other A_Star)))"},
    {"EXISTS (SELECT 1 FROM t WHERE (t.a = 3))",
     "(other SubLink (other SelectStmt (other ResTarget 1) (other RangeVar) (op = (column t.a) "
     "3)))"},
    {"satisfies_hash_partition('16384'::oid, 3, 0, id)",
     "(call satisfies_hash_partition (cast oid '16384') 3 0 id)"},
    {"GROUPING(a) > 1", "(op > (other GroupingFunc a) 1)"},
};

static const Case bad[] = {
    {"(a IS JSON OBJECT)", "! the expression cannot be parsed: syntax error at or near \"JSON\""},
    {"a >", "! the expression cannot be parsed: syntax error at end of input"},
    {"a; SELECT 1", "! the expression cannot be parsed: it is not one expression"},
    {"a, b", "! the expression cannot be parsed: it is not one expression"},
    {"a FROM t", "! the expression cannot be parsed: it is not one expression"},
    {"a AS b", "! the expression cannot be parsed: it is not one expression"},
    {"", "! the expression cannot be parsed: it is not one expression"},
    {"a) = (b", "! the expression cannot be parsed: syntax error at or near \")\""},
    {"JSON_EXISTS(j, '$.a')", "(call json_exists j '$.a')"},
    {"1 UNION SELECT 2", "! the expression cannot be parsed: it is not one expression"},
    {"'unterminated",
     "! the expression cannot be parsed: unterminated quoted string at or near \"'unterminated\""},
};

static void
test_comparisons(void **state)
{
    (void)state;
    check(comparisons, G_N_ELEMENTS(comparisons));
}

static void
test_lists(void **state)
{
    (void)state;
    check(lists, G_N_ELEMENTS(lists));
}

static void
test_texts(void **state)
{
    (void)state;
    check(texts, G_N_ELEMENTS(texts));
}

static void
test_times(void **state)
{
    (void)state;
    check(times, G_N_ELEMENTS(times));
}

static void
test_json(void **state)
{
    (void)state;
    check(json, G_N_ELEMENTS(json));
}

static void
test_others(void **state)
{
    (void)state;
    check(others, G_N_ELEMENTS(others));
}

static void
test_bad(void **state)
{
    (void)state;
    check(bad, G_N_ELEMENTS(bad));
}

/* ---- as SQL again ---- */

/* What is written reads as the same tree; NULL only for what cannot be written. */
static void
check_text(const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autoptr(PgsNode) node = pgs_expression_parse(cases[i].expression, NULL);
        g_autofree char *sql = node != NULL ? pgs_node_to_sql(node) : NULL;
        gboolean is_whole = strstr(cases[i].tree, "(case") == NULL &&
                            strstr(cases[i].tree, "(other") == NULL &&
                            strstr(cases[i].tree, "(subscript") == NULL && cases[i].tree[0] != '!';
        if (is_whole != (sql != NULL))
            fail_msg("%s: %s", cases[i].expression, sql != NULL ? sql : "not written");
        g_autofree char *tree = sql != NULL ? describe(sql) : NULL;
        if (sql != NULL && strcmp(tree, cases[i].tree) != 0)
            fail_msg("%s\n  became %s\n  which is %s", cases[i].expression, sql, tree);
    }
}

static void
test_text(void **state)
{
    (void)state;
    check_text(comparisons, G_N_ELEMENTS(comparisons));
    check_text(lists, G_N_ELEMENTS(lists));
    check_text(texts, G_N_ELEMENTS(texts));
    check_text(times, G_N_ELEMENTS(times));
    check_text(json, G_N_ELEMENTS(json));
    check_text(others, G_N_ELEMENTS(others));
    check_text(bad, G_N_ELEMENTS(bad));
}

/* ---- depth ---- */

static void
assert_error(const char *expression, PgsExpressionError code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsNode) node = pgs_expression_parse(expression, &error);
    assert_null(node);
    assert_true(g_error_matches(error, PGS_EXPRESSION_ERROR, code));
}

/* first, then piece n times, then last n times. */
static char *
repeat(const char *first, const char *piece, const char *last, guint n)
{
    GString *text = g_string_new(first);
    for (guint i = 0; i < n; i++)
        g_string_append(text, piece);
    for (guint i = 0; i < n; i++)
        g_string_append(text, last);
    return g_string_free(text, FALSE);
}

static void
test_depth(void **state)
{
    (void)state;
    static const char *const deep[][3] = {
        {"1", "+1", ""},
        {"", "- ", "a"},
        {"1", "+(1", ")"},
        {"", "NOT ", "a"},
        {"a", "::int", ""},
        {"", "f(", ")"},
        {"", "CASE WHEN a THEN ", "1 END "},
        {"a", " IS NULL", ""},
        {"a", "[1", "]"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(deep); i++) {
        for (guint n = 1500; n <= 150000; n *= 10) {
            g_autofree char *text = repeat(deep[i][0], deep[i][1], deep[i][2], n);
            g_autoptr(GError) error = NULL;
            g_autoptr(PgsNode) node = pgs_expression_parse(text, &error);
            if (node != NULL)
                fail_msg("%u times %s: read", n, deep[i][1]);
            assert_true(n < 15000 ||
                        g_error_matches(error, PGS_EXPRESSION_ERROR, PGS_EXPRESSION_ERROR_DEPTH));
        }
    }
    g_autofree char *sum = repeat("1", "+1", "", 1200);
    assert_error(sum, PGS_EXPRESSION_ERROR_DEPTH);
    assert_error("a AND", PGS_EXPRESSION_ERROR_SYNTAX);
    assert_error("'\xff'", PGS_EXPRESSION_ERROR_SYNTAX);
}

/* What is only long is read. */
static void
test_length(void **state)
{
    (void)state;
    static const char *const wide[][2] = {
        {"a = ANY (ARRAY[0", ", 1"}, {"a = 0", " OR (a = 1)"}, {"a IN (0", ", '1'"}};
    static const char *const ends[] = {"])", "", ")"};
    for (guint i = 0; i < G_N_ELEMENTS(wide); i++) {
        g_autofree char *front = repeat(wide[i][0], wide[i][1], "", 20000);
        g_autofree char *text = g_strconcat(front, ends[i], NULL);
        g_autoptr(PgsNode) node = pgs_expression_parse(text, NULL);
        assert_non_null(node);
        const PgsNode *list = i == 1 ? node : g_ptr_array_index(node->arguments, 1);
        assert_int_equal(list->arguments->len, 20001);
    }
}

/* ---- anything ---- */

/* The case with some of its bytes changed: whatever comes of it, it comes back. */
static char *
spoil(GRand *rand, const char *text)
{
    static const char bytes[] = "()[]'\"\\,.:=<>-+*/$@?~! \n\taA0_|%";
    GString *spoilt = g_string_new(text);
    guint n = (guint)g_rand_int_range(rand, 1, 5);
    for (guint i = 0; i < n && spoilt->len > 0; i++) {
        gssize at = g_rand_int_range(rand, 0, (gint32)spoilt->len);
        char byte = bytes[g_rand_int_range(rand, 0, sizeof bytes - 1)];
        if (g_rand_boolean(rand))
            g_string_insert_c(spoilt, at, byte);
        else if (g_rand_boolean(rand))
            g_string_erase(spoilt, at, 1);
        else
            g_string_append(spoilt, text + at % (gssize)strlen(text));
    }
    return g_string_free(spoilt, FALSE);
}

static void
count_node(const PgsNode *node, gpointer data)
{
    (void)node;
    ++*(guint *)data;
}

static void
spoil_all(GRand *rand, const Case *cases, gsize n, guint *n_read, guint *n_refused)
{
    for (gsize i = 0; i < n; i++) {
        for (guint k = 0; k < 30 && cases[i].expression[0] != '\0'; k++) {
            g_autofree char *text = spoil(rand, cases[i].expression);
            g_autoptr(GError) error = NULL;
            g_autoptr(PgsNode) node = pgs_expression_parse(text, &error);
            g_autofree char *sql = node != NULL ? pgs_node_to_sql(node) : NULL;
            g_autoptr(GPtrArray) constants = pgs_expression_scan_constants(text);
            guint n_nodes = 0;
            assert_true((node == NULL) == (error != NULL));
            if (node != NULL)
                pgs_node_walk(node, count_node, &n_nodes);
            ++*(node != NULL ? n_read : n_refused);
        }
    }
}

static void
test_anything(void **state)
{
    (void)state;
    GRand *rand = g_rand_new_with_seed(20);
    guint n_read = 0, n_refused = 0;
    spoil_all(rand, comparisons, G_N_ELEMENTS(comparisons), &n_read, &n_refused);
    spoil_all(rand, lists, G_N_ELEMENTS(lists), &n_read, &n_refused);
    spoil_all(rand, texts, G_N_ELEMENTS(texts), &n_read, &n_refused);
    spoil_all(rand, json, G_N_ELEMENTS(json), &n_read, &n_refused);
    spoil_all(rand, others, G_N_ELEMENTS(others), &n_read, &n_refused);
    g_rand_free(rand);
    assert_true(n_read > 100);
    assert_true(n_refused > 100);
}

/* ---- walking, scanning ---- */

static void
test_strip(void **state)
{
    (void)state;
    g_autoptr(PgsNode) node = pgs_expression_parse("((a)::text COLLATE \"C\")::varchar(3)", NULL);
    guint n = 0;
    pgs_node_walk(node, count_node, &n);
    assert_int_equal(n, 4);
    assert_int_equal(pgs_node_strip(node)->kind, PGS_NODE_COLUMN);
    assert_string_equal(pgs_node_strip(node)->name, "a");
}

static void
assert_constants(const char *body, const char *expected)
{
    g_autoptr(GPtrArray) constants = pgs_expression_scan_constants(body);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < constants->len; i++) {
        g_string_append(text, i > 0 ? " " : "");
        append_constant(text, g_ptr_array_index(constants, i));
    }
    assert_string_equal(text->str, expected);
}

static void
test_constants(void **state)
{
    (void)state;
    assert_constants("", "");
    assert_constants("BEGIN IF NEW.a > -5 AND a - 3 > 1.5 OR (-2) = b[1]-4 THEN RETURN -1; END IF; "
                     "RAISE 'it''s % -- %', 3; -- 'no' 99\n END",
                     "-5 3 1.5 -2 1 4 -1 'it's % -- %'");
    assert_constants("a IS JSON AND b = E'x\\ny' OR c = $$d$$ OR c = 'x' OR e = 'x'",
                     "'x\ny' 'd' 'x'");
    assert_constants("a = $1 AND b = 'open", "");
    assert_constants("\xff 1", "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparisons), cmocka_unit_test(test_lists),
        cmocka_unit_test(test_texts),       cmocka_unit_test(test_times),
        cmocka_unit_test(test_json),        cmocka_unit_test(test_others),
        cmocka_unit_test(test_bad),         cmocka_unit_test(test_text),
        cmocka_unit_test(test_depth),       cmocka_unit_test(test_length),
        cmocka_unit_test(test_anything),    cmocka_unit_test(test_strip),
        cmocka_unit_test(test_constants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
