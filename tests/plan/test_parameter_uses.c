/* plan/parameter_uses.c, parameter_scope.c: what a statement's text tells of its parameters. */
#include "cmocka_all.h"

#include "plan/parameter_uses.h"

#include <string.h>

/* "1 users.email =; 2 LIMIT": each parameter with what is known of it. */
static char *
describe(const char *sql)
{
    g_autoptr(GPtrArray) uses = pgs_parameter_uses(sql);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < uses->len; i++) {
        const PgsParameterUse *use = uses->pdata[i];
        g_string_append_printf(text, "%s%u", i > 0 ? "; " : "", use->number);
        if (use->column != NULL)
            g_string_append_printf(text, " %s%s%s.%s", use->schema != NULL ? use->schema : "",
                                   use->schema != NULL ? "." : "",
                                   use->table != NULL ? use->table : "?", use->column);
        if (use->expression != NULL)
            g_string_append_printf(text, " {%s}", use->expression);
        if (use->comparison != NULL)
            g_string_append_printf(text, " %s", use->comparison);
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *sql, *uses;
} statements[] = {
    {"SELECT * FROM users WHERE email = $1", "1 users.email ="},
    {"SELECT * FROM app.users u WHERE u.email = $1::text AND u.age > $2",
     "1 app.users.email =; 2 app.users.age >"},
    {"SELECT * FROM app.\"Users\" WHERE app.\"Users\".\"E\" = $1", "1 app.Users.E ="},
    {"SELECT * FROM users WHERE $1 < age", "1 users.age >"},
    {"SELECT * FROM users WHERE CAST($1 AS int) <= age", "1 users.age >="},
    {"SELECT * FROM t WHERE a IN ($1, $2) AND b = ANY($3) AND $4 = ANY(tags)",
     "1 t.a =; 2 t.a =; 3 t.b ANY; 4 t.tags ELEMENT"},
    {"SELECT * FROM t WHERE a = ANY(ARRAY[$1, $2]) AND b <> ALL($3)",
     "1 t.a =; 2 t.a =; 3 t.b ALL"},
    {"SELECT * FROM t WHERE a BETWEEN $1 AND $2", "1 t.a >=; 2 t.a <="},
    {"SELECT * FROM t WHERE a NOT BETWEEN $1 AND $2", "1 t.a <; 2 t.a >"},
    {"SELECT * FROM t WHERE a LIKE $1 OR b ILIKE $2 OR c LIKE $3 || '%'",
     "1 t.a ~~; 2 t.b ~~*; 3 t.c PREFIX"},
    {"SELECT * FROM t ORDER BY a LIMIT $1 OFFSET $2", "1 LIMIT; 2 OFFSET"},
    {"SELECT * FROM t FETCH FIRST $1 ROWS ONLY", "1 LIMIT"},
    {"SELECT * FROM t WHERE (a, b) > ($1, $2)", "1 t.a >; 2 t.b >"},
    {"SELECT * FROM t WHERE (a, b) IN (($1, $2))", "1 t.a =; 2 t.b ="},
    {"SELECT * FROM users WHERE lower(email) = $1", "1 users.email {(\"lower\"((\"email\")))} ="},
    {"SELECT * FROM users u WHERE lower(u.email) = lower($1)",
     "1 users.email {(\"lower\"((\"email\")))} ="},
    {"SELECT * FROM t WHERE doc ->> 'a' = $1", "1 t.doc {((\"doc\") ->> ('a'))} ="},
    {"SELECT * FROM t WHERE a::text = $1", "1 t.a ="},
    {"SELECT * FROM t WHERE a IS NOT DISTINCT FROM $1", "1 t.a ="},
    {"SELECT * FROM t WHERE tags @> $1 AND $2 @> span", "1 t.tags @>; 2 t.span <@"},
    {"SELECT * FROM t WHERE ($1::text IS NULL OR a = $1)", "1 t.a ="},
    {"SELECT * FROM a JOIN b ON b.a_id = a.id WHERE b.x = $1 AND y = $2", "1 b.x =; 2 ?.y ="},
    {"SELECT * FROM nodes n JOIN nodes p ON p.id = n.parent WHERE p.name = $1 AND n.kind = $2",
     "1 nodes.name =; 2 nodes.kind ="},
    {"SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.a = a.id AND a.x = $1 AND b.y = $2)",
     "1 a.x =; 2 b.y ="},
    {"SELECT * FROM (SELECT id, mail AS email FROM users) s WHERE s.email = $1", "1 users.mail ="},
    {"WITH s AS (SELECT * FROM users) SELECT * FROM s WHERE email = $1", "1 users.email ="},
    {"WITH s AS (SELECT a FROM t WHERE b = $2) SELECT * FROM s WHERE a = $1", "1 t.a =; 2 t.b ="},
    {"WITH s AS (SELECT count(*) AS n FROM t) SELECT * FROM s WHERE n = $1", "1"},
    {"SELECT a FROM t WHERE a = $1 UNION ALL SELECT b FROM u WHERE b = $2 LIMIT $3",
     "1 t.a =; 2 u.b =; 3 LIMIT"},
    {"UPDATE t SET a = $1, b = b + 1 WHERE c = $2", "1 t.a SET; 2 t.c ="},
    {"UPDATE app.t x SET a = u.a FROM u WHERE u.id = x.u AND u.k = $1", "1 u.k ="},
    {"DELETE FROM t USING u WHERE t.u = u.id AND u.k = $1 AND t.l < $2", "1 u.k =; 2 t.l <"},
    {"INSERT INTO t (a, b) VALUES ($1, $2)", "1 t.a SET; 2 t.b SET"},
    {"INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = $1, c = t.c WHERE t.d = $2",
     "1 t.b SET; 2 t.d ="},
    {"MERGE INTO t USING u ON t.id = u.id WHEN MATCHED AND u.k = $1 THEN DELETE", "1 u.k ="},
    {"SELECT * FROM t WHERE created_at > now() - $1::interval", "1"},
    {"SELECT * FROM t WHERE a = $1 OR b > $1", "1 t.a ="},
    {"SELECT * FROM a, b WHERE a.x + b.y = $1", "1"},
    {"SELECT $2 FROM t", "1; 2"},
    {"SELECT * FROM t WHERE a = $2", "1; 2 t.a ="},
    {"SELECT * FROM t WHERE a = b", ""},
    {"SELECT * FROM generate_series(1, $1) AS g WHERE g = $2", "1; 2"},
    {"SELECT * FROM t WHERE", ""},
    {"", ""},
};

static void
test_uses(void **state)
{
    (void)state;
    for (guint i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_autofree char *found = describe(statements[i].sql);
        if (strcmp(found, statements[i].uses) != 0)
            fail_msg("%s\n  expected: %s\n  found:    %s", statements[i].sql, statements[i].uses,
                     found);
    }
}

static char *
join_tables(const char *sql)
{
    g_autoptr(GPtrArray) tables = pgs_statement_tables(sql);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++) {
        const PgsStatementTable *table = tables->pdata[i];
        g_string_append_printf(text, "%s%s%s%s", i > 0 ? " " : "",
                               table->schema != NULL ? table->schema : "",
                               table->schema != NULL ? "." : "", table->name);
    }
    return g_string_free(text, FALSE);
}

static void
test_tables(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *tables;
    } rows[] = {
        {"SELECT 1", ""},
        {"SELECT * FROM a, app.b AS c JOIN d ON true", "a app.b d"},
        {"WITH a AS (SELECT * FROM b) SELECT * FROM a, c", "c b"},
        {"WITH RECURSIVE a AS (SELECT * FROM b UNION ALL SELECT b.* FROM b, a) SELECT * FROM a",
         "b b"},
        {"SELECT (SELECT max(x) FROM a) FROM b WHERE y IN (SELECT z FROM c)", "b a c"},
        {"UPDATE a SET x = b.x FROM b", "a b"},
        {"DELETE FROM a USING b", "a b"},
        {"INSERT INTO a SELECT * FROM b", "a b"},
        {"SELECT * FROM a TABLESAMPLE SYSTEM (1), LATERAL (SELECT * FROM b) s", "a b"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = join_tables(rows[i].sql);
        if (strcmp(found, rows[i].tables) != 0)
            fail_msg("%s\n  expected: %s\n  found:    %s", rows[i].sql, rows[i].tables, found);
    }
}

/* Neither libpg_query nor the walk may run out of stack. */
static void
test_deep(void **state)
{
    (void)state;
    static const char *const repeated[] = {"(", "1+", "NOT ", "- ", "f("};
    static const guint times[] = {1000, 5000, 8000, 300000};
    for (guint i = 0; i < G_N_ELEMENTS(repeated) * G_N_ELEMENTS(times); i++) {
        g_autoptr(GString) sql = g_string_new("SELECT * FROM t WHERE ");
        const char *part = repeated[i / G_N_ELEMENTS(times)];
        guint n = times[i % G_N_ELEMENTS(times)];
        for (guint j = 0; j < n; j++)
            g_string_append(sql, part);
        g_string_append(sql, "a = $1");
        for (guint j = 0; strchr(part, '(') != NULL && j < n; j++)
            g_string_append_c(sql, ')');
        g_autofree char *found = describe(sql->str);
        assert_non_null(found);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uses),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
