/* Covers harness/diff/sql_space.c. */
#include "cmocka_all.h"

#include "diff/sql_space.h"

static void
test_folding(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *sql;
        const char *folded;
    } rows[] = {
        {"", ""},
        {" \n\t ", ""},
        {"  SELECT\r\n\t1 ;\n", "SELECT 1 ;"},
        /* literals and quoted names */
        {"a  =  'x  y'", "a = 'x  y'"},
        {"'it''s  one'  ||  'two'", "'it''s  one' || 'two'"},
        {"\"a  b\"  .  \"c\"\"  d\"", "\"a  b\" . \"c\"\"  d\""},
        {"E'a\\'  b'  c", "E'a\\'  b' c"},
        {"e'a\\'  b'  c", "e'a\\'  b' c"},
        {"e'\\\\'  c", "e'\\\\' c"},
        /* without E a backslash is a backslash; the e of a name is no E */
        {"'a\\'  b", "'a\\' b"},
        {"some'a\\'  b", "some'a\\' b"},
        {"'never  closed", "'never  closed"},
        /* dollar quotes */
        {"$$a  b$$  c", "$$a  b$$ c"},
        {"$t$a  $$  b$t$  c", "$t$a  $$  b$t$ c"},
        {"$never  closed$  a", "$never closed$ a"},
        {"$x$ never  closed", "$x$ never  closed"},
        {"$1  +  $2", "$1 + $2"},
        {"a$b$  c  $b$", "a$b$ c $b$"},
        /* comments: a quote within is none; a line comment ends at its newline */
        {"a  -- don't  \n  b  'c  d'", "a -- don't\nb 'c  d'"},
        {"a -- b", "a -- b"},
        {"a /* don't  /* nor  */ this  */  b  'c  d'", "a /* don't /* nor */ this */ b 'c  d'"},
        {"/* a /* b */ don't */  c  'd  e'", "/* a /* b */ don't */ c 'd  e'"},
        {"/*  never", "/* never"},
        {"a - -1  / 2", "a - -1 / 2"},
        {"größe  >  1", "größe > 1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *folded = pgs_sql_fold_space(rows[i].sql);
        assert_string_equal(folded, rows[i].folded);
        g_autofree char *again = pgs_sql_fold_space(folded);
        assert_string_equal(again, folded);
    }
}

static void
test_equal_but_space(G_GNUC_UNUSED void **state)
{
    assert_true(
        pgs_sql_equal_but_space("BEGIN\r\n  RETURN 1;\r\nEND", "BEGIN\n\tRETURN 1;\nEND\n"));
    assert_false(pgs_sql_equal_but_space("a = 'x  y'", "a = 'x y'"));
    assert_false(pgs_sql_equal_but_space("a+b", "a + b"));
    assert_false(pgs_sql_equal_but_space("a -- b\nc", "a -- b c"));
    assert_false(pgs_sql_equal_but_space("EXECUTE $q$SELECT  1$q$", "EXECUTE $q$SELECT 1$q$"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_equal_but_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
