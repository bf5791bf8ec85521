/* Covers harness/project/exercise_case.c, exercise_fields.c and case_reference.c. */
#include "cmocka_all.h"

#include "project/case_reference.h"
#include "project/exercise_fields.h"
#include "project/project.h"

#include <string.h>

#define FULL PGS_TEST_DIR "/full"

static PgsExerciseCase *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    PgsExerciseCase *of = pgs_exercise_case_parse("a case", text, &error);
    if (of == NULL)
        fail_msg("%s", error->message);
    return of;
}

/* "column=text", "column=NULL", "column={expression}", "column=$row.member", "column=DEFAULT" */
static char *
describe(const PgsCaseRow *row)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < row->values->len; i++) {
        const PgsCaseValue *value = g_ptr_array_index(row->values, i);
        g_string_append_printf(text, "%s%s=", i > 0 ? " " : "", value->column);
        if (value->row != NULL)
            g_string_append_printf(text, "$%s.%s", value->row, value->member);
        else if (value->sql != NULL)
            g_string_append_printf(text, "{%s}", value->sql);
        else if (value->is_default)
            g_string_append(text, "DEFAULT");
        else
            g_string_append(text, value->text != NULL ? value->text : "NULL");
    }
    return g_string_free(text, FALSE);
}

static void
assert_row(const PgsCaseRow *row, const char *name, const char *table, const char *values)
{
    g_autofree char *actual = describe(row);
    assert_int_equal(g_strcmp0(row->name, name), 0);
    assert_int_equal(g_strcmp0(row->table, table), 0);
    assert_string_equal(actual, values);
}

static const PgsExerciseCase *
case_at(const PgsExerciseFacts *facts, guint i)
{
    return g_ptr_array_index(facts->cases, i);
}

static void
test_full(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(FULL "/pgstair.yaml", &error);
    assert_null(error);
    const PgsSystem *full = pgs_project_find(project, "full", NULL);
    const PgsExerciseFacts *facts = full->exercise;
    assert_int_equal(facts->seed, 7);
    assert_int_equal(facts->cases->len, 6);

    const PgsExerciseCase *first = case_at(facts, 0);
    assert_string_equal(first->title, "a user who manages a vbu cannot be deleted");
    assert_string_equal(first->requirements[0], "X-3");
    assert_true(g_str_has_suffix(first->place.file, "/pgstair.yaml"));
    assert_int_equal(first->given->len, 2);
    assert_row(g_ptr_array_index(first->given, 0), "manager", "users", "");
    assert_row(g_ptr_array_index(first->given, 1), "vbu", "app.vbus",
               "gm_id=$manager.id Wide Name=$manager.Full Name updated_by=NULL price=$manager.id "
               "created_at={now()} note=DEFAULT cost=$5.00");
    /* What is said to be a text is one. */
    const PgsCaseRow *vbu = g_ptr_array_index(first->given, 1);
    const PgsCaseValue *price = g_ptr_array_index(vbu->values, 3);
    assert_null(price->row);
    assert_string_equal(price->text, "$manager.id");
    assert_int_equal(first->action, PGS_CASE_DELETE);
    assert_row(first->row, "manager", NULL, "");
    assert_true(first->refused);
    assert_string_equal(first->constraint, "fk_vbus_gm_id");
    assert_string_equal(first->sqlstate, "23503");

    const PgsExerciseCase *second = case_at(facts, 1);
    assert_int_equal(second->action, PGS_CASE_INSERT);
    assert_row(second->row, NULL, "theses", "order=6");
    assert_string_equal(second->constraint, "ck_order");
    assert_null(second->sqlstate);
    const PgsExerciseCase *third = case_at(facts, 2);
    assert_row(third->row, NULL, "theses", "");
    assert_false(third->refused);
    const PgsExerciseCase *fourth = case_at(facts, 3);
    assert_int_equal(fourth->action, PGS_CASE_UPDATE);
    assert_row(fourth->row, "v", NULL, "name=  gm_id=$m.id");
    assert_true(fourth->refused);
    assert_null(fourth->constraint);
    const PgsExerciseCase *fifth = case_at(facts, 4);
    assert_int_equal(fifth->action, PGS_CASE_SQL);
    assert_string_equal(fifth->sql, "DELETE FROM users WHERE id = $u.id\n");
    assert_int_equal(g_strv_length(fifth->gone), 1);
    assert_string_equal(fifth->gone[0], "u");
    assert_int_equal(fifth->stays->len, 2);
    assert_row(g_ptr_array_index(fifth->stays, 0), "v", NULL, "updated_by=NULL");
    assert_row(g_ptr_array_index(fifth->stays, 1), "m", NULL, "");
    const PgsExerciseCase *sixth = case_at(facts, 5);
    assert_string_equal(sixth->gone[0], "u");
    assert_row(g_ptr_array_index(sixth->stays, 0), "m", NULL, "");
    assert_int_equal(pgs_project_find(project, "extra", NULL)->exercise->cases->len, 0);
}

static void
test_texts(void **state)
{
    (void)state;
    g_autoptr(PgsExerciseCase) of = parse("{case: a, insert: {table: t, row: {a: null, b: '', c: "
                                          "\"null\"}}, refused: \"true\"}");
    assert_row(of->row, NULL, "t", "a=NULL b= c=null");
    assert_string_equal(of->constraint, "true"); /* in quotes it is a name */
    g_autoptr(GError) error = NULL;
    assert_null(pgs_exercise_case_parse("a case", "{case: a}", &error));
    assert_non_null(strstr(error->message, "a case:1:1: one key is missing here: insert"));
    g_clear_error(&error);

    PgsCaseRow *row = pgs_case_row_new("t");
    assert_true(pgs_case_row_parse(row, "a row", "{order: 6, at: {sql: now()}}", &error));
    assert_row(row, NULL, "t", "order=6 at={now()}");
    assert_true(pgs_case_row_parse(row, "a row", NULL, &error));
    assert_int_equal(row->values->len, 2);
    assert_false(pgs_case_row_parse(row, "a row", "order", &error));
    assert_non_null(strstr(error->message, "a row:1:1: expected a mapping, found text"));
    g_clear_error(&error);
    assert_false(pgs_case_row_parse(row, "a row", "{a: $v.id}", &error));
    assert_non_null(strstr(error->message, "no row \"v\" is given before this"));
    pgs_case_row_free(row);
}

static void
assert_parses(const char *text, const char *row, const char *member)
{
    g_auto(PgsCaseReference) reference = {0};
    gboolean is_one = pgs_case_reference_parse(text, &reference);
    assert_int_equal(is_one, row != NULL);
    if (row == NULL)
        return;
    assert_string_equal(reference.row, row);
    assert_string_equal(reference.member, member);
}

static void
test_references(void **state)
{
    (void)state;
    assert_parses("$v.id", "v", "id");
    assert_parses("$v_2.Full Name", "v_2", "Full Name");
    assert_parses("$v.\"a\"\"b\"", "v", "a\"b");
    assert_parses("$ä.ö", "ä", "ö");
    assert_parses("v.id", NULL, NULL);
    assert_parses("$v", NULL, NULL);
    assert_parses("$v.", NULL, NULL);
    assert_parses("$5.00", NULL, NULL);
    assert_parses("$.id", NULL, NULL);
    assert_parses("", NULL, NULL);
    assert_true(pgs_case_name_is_good("v_2"));
    assert_false(pgs_case_name_is_good("2v"));
    assert_false(pgs_case_name_is_good("a b"));
    assert_false(pgs_case_name_is_good(""));
}

/* All references of an SQL text, with blanks between. */
static char *
references_of(const char *sql)
{
    GString *text = g_string_new(NULL);
    for (gsize at = 0;;) {
        g_auto(PgsCaseReference) reference = {0};
        if (!pgs_case_reference_next(sql, at, &reference))
            return g_string_free(text, FALSE);
        g_autofree char *piece = g_strndup(sql + reference.start, reference.end - reference.start);
        g_string_append_printf(text, "%s.%s<%s> ", reference.row, reference.member, piece);
        at = reference.end;
    }
}

static void
test_references_in_sql(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *references;
    } rows[] = {
        {"DELETE FROM t WHERE id = $v.id", "v.id<$v.id> "},
        {"$a.b$a.c+$b.\"x y\"", "a.b<$a.b> a.c<$a.c> b.x y<$b.\"x y\"> "},
        {"SELECT '$a.b' || \"$a.b\" || $$ $a.b $$ || $x$ $a.b $$ $x$ -- $a.b\n/* $a.b */ || $a.b",
         "a.b<$a.b> "},
        {"SELECT 'it''s $a.b', $a.b", "a.b<$a.b> "},
        {"SELECT $1, $v, $v.", ""},
        {"SELECT 'unclosed $a.b", ""},
        {"/* $a.b", ""},
        {"$t$ $a.b", ""},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *found = references_of(rows[i].sql);
        assert_string_equal(found, rows[i].references);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_references_in_sql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
