/* Covers harness/project/plan_fields.c, plan_query.c and sql_fields.c. */
#include "cmocka_all.h"

#include "project/plan_fields.h"
#include "project/project.h"

#include <stdio.h>
#include <string.h>

#define FULL PGS_TEST_DIR "/full"

static void
assert_list(char *const *list, const char *expected)
{
    g_autofree char *joined = g_strjoinv("|", (char **)list);
    assert_string_equal(joined, expected);
}

static const PgsPlanQuery *
query_at(const PgsPlanFacts *facts, guint i)
{
    return g_ptr_array_index(facts->queries, i);
}

static void
assert_parameter(const PgsPlanQuery *query, guint i, PgsParameterKind kind, const char *text)
{
    const PgsPlanParameter *parameter = g_ptr_array_index(query->parameters, i);
    assert_int_equal(parameter->kind, kind);
    assert_int_equal(g_strcmp0(parameter->text, text), 0);
    assert_true(parameter->place.line > 0);
}

static void
assert_setting(const PgsPlanFacts *facts, guint i, const char *name, const char *value)
{
    const PgsPlanSetting *setting = g_ptr_array_index(facts->settings, i);
    assert_string_equal(setting->name, name);
    assert_string_equal(setting->value, value);
}

static void
assert_rows(const PgsPlanFacts *facts, guint i, const char *table, guint rows)
{
    const PgsPlanRows *of = g_ptr_array_index(facts->of_table, i);
    assert_string_equal(of->table, table);
    assert_int_equal(of->rows, rows);
}

static void
assert_section(const PgsPlanFacts *facts)
{
    assert_true(facts->is_said);
    assert_int_equal(facts->rows, 20000);
    assert_int_equal(facts->of_table->len, 2);
    assert_rows(facts, 0, "outbox", 50000);
    assert_rows(facts, 1, "app.docs", 100);
    assert_int_equal(facts->settings->len, 3);
    assert_setting(facts, 0, "random_page_cost", "1.1");
    assert_setting(facts, 1, "Work_Mem", "64MB");
    assert_setting(facts, 2, "jit", "yes");
    assert_int_equal(facts->fill->len, 2);
    const PgsSqlText *first = g_ptr_array_index(facts->fill, 0);
    const PgsSqlText *second = g_ptr_array_index(facts->fill, 1);
    assert_true(g_str_has_prefix(first->text, "UPDATE outbox"));
    assert_true(g_str_has_suffix(second->path, "/full/roles.sql"));
    assert_true(facts->derive);
    assert_true(facts->derive_is_said);
    assert_true(facts->analyze);
    assert_list(facts->requirements, "X-1");
    assert_int_equal(facts->queries->len, 4);
}

static void
test_full(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(FULL "/pgstair.yaml", &error);
    assert_null(error);
    const PgsPlanFacts *facts = pgs_project_find(project, "full", NULL)->plans;
    assert_section(facts);

    const PgsPlanQuery *brief = query_at(facts, 0);
    assert_string_equal(brief->title, "SELECT * FROM users WHERE id = 1");
    assert_string_equal(brief->sql, "SELECT * FROM users WHERE id = 1");
    assert_list(brief->indexes, "");
    assert_true(brief->analyze); /* the section's, although it stands behind */
    assert_true(g_str_has_suffix(brief->place.file, "/pgstair.yaml"));

    const PgsPlanQuery *batch = query_at(facts, 1);
    assert_string_equal(batch->title, "the next batch");
    assert_string_equal(batch->sql, "SELECT * FROM outbox WHERE kind = $1 AND topic = $2\n"
                                    "ORDER BY created_at LIMIT $3");
    assert_list(batch->indexes, "ix_outbox_unpublished");
    assert_int_equal(batch->parameters->len, 7);
    assert_parameter(batch, 0, PGS_PARAMETER_TEXT, "failed");
    assert_parameter(batch, 1, PGS_PARAMETER_TEXT, NULL);
    assert_parameter(batch, 2, PGS_PARAMETER_TEXT, "null");
    assert_parameter(batch, 3, PGS_PARAMETER_SQL, "SELECT max(id) FROM outbox");
    assert_parameter(batch, 4, PGS_PARAMETER_RARE, "outbox.kind");
    assert_parameter(batch, 5, PGS_PARAMETER_COMMON, "app.outbox.kind");
    assert_parameter(batch, 6, PGS_PARAMETER_MIDDLE, "outbox.\"Created at\"");
    assert_true(batch->servable_is_enough);
    assert_true(batch->generic);
    assert_false(batch->analyze);
    assert_list(batch->requirements, "X-2|X-3");

    assert_list(query_at(facts, 2)->indexes, "ix_a|app.\"Ix\"");
    assert_false(query_at(facts, 2)->servable_is_enough);
    assert_list(query_at(facts, 3)->tables, "users|outbox");
    assert_false(pgs_project_find(project, "extra", NULL)->plans->is_said);
}

static PgsProject *
read_text(const char *plans)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgstair-plans-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "pgstair.yaml", NULL);
    g_autofree char *text = g_strdup_printf("systems:\n  a:\n    plans: %s\n", plans);
    assert_true(g_file_set_contents(path, text, -1, NULL));
    PgsProject *project = pgs_project_read(path, &error);
    remove(path);
    remove(folder);
    if (project == NULL)
        fail_msg("%s", error->message);
    return project;
}

/* Derived where nothing else is asked, unless somebody says otherwise. */
static void
test_derive(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gboolean is_said, derive, derive_is_said;
        guint queries;
    } rows[] = {
        {"", FALSE, FALSE, FALSE, 0},
        {"~", FALSE, FALSE, FALSE, 0},
        {"[]", TRUE, FALSE, FALSE, 0},
        {"[SELECT 1]", TRUE, FALSE, FALSE, 1},
        {"{rows: 7}", TRUE, TRUE, FALSE, 0},
        {"{derive: false}", TRUE, FALSE, TRUE, 0},
        {"{queries: {query: SELECT 1}}", TRUE, FALSE, FALSE, 1},
        {"{queries: [SELECT 1, SELECT 2], derive: yes}", TRUE, TRUE, TRUE, 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsProject) project = read_text(rows[i].text);
        const PgsPlanFacts *facts = pgs_project_find(project, "a", NULL)->plans;
        assert_int_equal(facts->is_said, rows[i].is_said);
        assert_int_equal(facts->derive, rows[i].derive);
        assert_int_equal(facts->derive_is_said, rows[i].derive_is_said);
        assert_int_equal(facts->queries->len, rows[i].queries);
    }
}

static void
test_texts(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsPlanQuery) brief = pgs_plan_query_parse("a query", "SELECT 1", &error);
    assert_non_null(brief);
    assert_string_equal(brief->sql, "SELECT 1");
    g_autoptr(PgsPlanQuery) query = pgs_plan_query_parse(
        "a query",
        "query: |\n  SELECT  a, b, c, d, e, f, g, h\n    FROM a_rather_long_name WHERE x = $1\n"
        "index: ix_a\nparameters: [5]\n",
        &error);
    assert_non_null(query);
    assert_string_equal(query->title,
                        "SELECT a, b, c, d, e, f, g, h FROM a_rather_long_name WHERE…");
    assert_parameter(query, 0, PGS_PARAMETER_TEXT, "5");
    assert_null(pgs_plan_query_parse("a query", "{index: ix_a}", &error));
    assert_non_null(strstr(error->message, "a query:1:1: the key \"query\" is missing here"));
    g_clear_error(&error);
    assert_null(pgs_plan_query_parse("a query", "", &error));
    assert_non_null(error);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_derive),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
