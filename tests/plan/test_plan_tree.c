/* Covers harness/plan/: plan_tree.c, plan_tree_scan.c.  plans/ holds what servers of the version in
 * the file's name have printed; PGSTAIR_REGENERATE=1 rewrites the .tree beside each. */
#include "cmocka_all.h"

#include "plan/plan_tree.h"

#include <string.h>

static PgsPlan *
read_plan(const char *name)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf(PGS_TEST_DIR "/plans/%s.json", name);
    g_autofree char *json = NULL;
    if (!g_file_get_contents(path, &json, NULL, &error))
        fail_msg("%s", error->message);
    PgsPlan *plan = pgs_plan_parse(json, "text", &error);
    if (plan == NULL)
        fail_msg("%s: %s", name, error->message);
    assert_string_equal(plan->json, json);
    assert_string_equal(plan->text, "text");
    return plan;
}

/* ---- all that is read, against what was reviewed ---- */

static void
append_text(GString *out, const char *name, const char *value)
{
    if (value != NULL)
        g_string_append_printf(out, " %s=%s", name, value);
}

static void
append_list(GString *out, const char *name, const GPtrArray *list)
{
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_string_append_printf(out, "%s%s", i == 0 ? name : ", ", (char *)list->pdata[i]);
}

static void
append_actual(GString *out, const PgsPlanNode *node)
{
    if (!node->is_analyzed)
        return;
    g_string_append_printf(out, " actual %g*%g hit %" G_GINT64_FORMAT, node->actual_rows,
                           node->loops, node->shared_hit);
    if (node->index_searches >= 0)
        g_string_append_printf(out, " searches %" G_GINT64_FORMAT, node->index_searches);
    if (node->rows_removed >= 0)
        g_string_append_printf(out, " removed %" G_GINT64_FORMAT, node->rows_removed);
}

static gboolean
append_node(const PgsPlanNode *node, gpointer data)
{
    GString *out = data;
    for (const PgsPlanNode *above = node->parent; above != NULL; above = above->parent)
        g_string_append(out, "  ");
    g_autofree char *words = pgs_plan_node_describe(node);
    g_string_append_printf(out, "%s%s", words, node->is_disabled ? " (disabled)" : "");
    g_string_append_printf(out, " scan %d %.2f..%.2f rows %g width %u", pgs_plan_node_scan(node),
                           node->startup_cost, node->total_cost, node->rows, node->width);
    append_actual(out, node);
    append_text(out, "relationship", node->relationship);
    append_text(out, "subplan", node->subplan);
    append_text(out, "schema", node->schema);
    append_text(out, "strategy", node->strategy);
    append_text(out, "cond", node->index_cond);
    append_text(out, "recheck", node->recheck_cond);
    append_text(out, "order", node->order_by);
    append_text(out, "filter", node->filter);
    append_text(out, "once", node->one_time_filter);
    append_text(out, "join-filter", node->join_filter);
    append_text(out, "hash-cond", node->hash_cond);
    append_text(out, "merge-cond", node->merge_cond);
    append_list(out, " sort=", node->sort_key);
    append_list(out, " presorted=", node->presorted_key);
    append_list(out, " arbiters=", node->arbiters);
    g_string_append_c(out, '\n');
    return TRUE;
}

static char *
tree_of(const PgsPlan *plan)
{
    GString *out = g_string_new(NULL);
    pgs_plan_walk(plan, append_node, out);
    g_string_append_printf(out, "cost %.2f settings %s %s %s\n", plan->cost,
                           plan->settings != NULL ? plan->settings : "none",
                           plan->planning_time > 0 ? "planned" : "not planned",
                           plan->execution_time > 0   ? "run"
                           : plan->execution_time < 0 ? "not run"
                                                      : "run at once");
    return g_string_free(out, FALSE);
}

static void
check_tree(const char *file)
{
    g_autofree char *name = g_strndup(file, strlen(file) - strlen(".json"));
    g_autofree char *path = g_strdup_printf(PGS_TEST_DIR "/plans/%s.tree", name);
    g_autoptr(PgsPlan) plan = read_plan(name);
    g_autofree char *tree = tree_of(plan);
    if (g_strcmp0(g_getenv("PGSTAIR_REGENERATE"), "1") == 0) {
        assert_true(g_file_set_contents(path, tree, -1, NULL));
        return;
    }
    g_autofree char *expected = NULL;
    if (!g_file_get_contents(path, &expected, NULL, NULL))
        fail_msg("%s is missing: run the test once with PGSTAIR_REGENERATE=1", path);
    assert_string_equal(tree, expected);
}

static void
test_samples(void **state)
{
    (void)state;
    g_autoptr(GDir) folder = g_dir_open(PGS_TEST_DIR "/plans", 0, NULL);
    assert_non_null(folder);
    guint n = 0;
    for (const char *file; (file = g_dir_read_name(folder)) != NULL;) {
        if (!g_str_has_suffix(file, ".json"))
            continue;
        check_tree(file);
        n++;
    }
    assert_true(n >= 30);
}

/* ---- looking for scans ---- */

/* "Index Scan using ix on t; …" for all scans of a relation. */
static char *
scans_of(const PgsPlan *plan, const char *schema, const char *relation)
{
    g_autoptr(GPtrArray) nodes = pgs_plan_scans_of(plan, schema, relation);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < nodes->len; i++) {
        g_autofree char *words = pgs_plan_node_describe(nodes->pdata[i]);
        g_string_append_printf(out, "%s%s", i > 0 ? "; " : "", words);
    }
    return g_string_free(out, FALSE);
}

static void
test_scans(void **state)
{
    (void)state;
    static const struct {
        const char *plan, *schema, *relation, *expected;
    } cases[] = {
        {"cte_13", "app", "users",
         "Index Only Scan Backward using ix_born on users; Index Scan using users_pkey on users u"},
        {"cte_18", "app", "orders", "Bitmap Heap Scan using ix_user on orders"},
        {"cte_18", "app", "log_c", "Index Only Scan using log_c_k_idx on log_c log_3"},
        {"cte_18", "app", "log", ""},
        {"cte_18", "app", "recent", ""},
        {"cte_18", "public", "users", ""},
        {"gather_13", "app", "orders", "Parallel Seq Scan on orders o"},
        {"subplans_removed_17", "app", "log_b", ""},
        {"subplans_removed_17", "app", "log_a",
         "Bitmap Heap Scan using log_a_at_idx on log_a log_1"},
        /* What is changed is not read by that. */
        {"merge_15", "app", "orders", "Index Scan using orders_pkey on orders o"},
        {"arbiter_17", "app", "orders", ""},
        {"others_17", "app", "passwd", "Foreign Scan on passwd"},
        {"others_17", "pg_catalog", "generate_series", ""},
        {"sample_18", "app", "users", "Sample Scan on users"},
        {"temp_13", "pg_temp_7", "tt", "Seq Scan on tt"},
        {"temp_13", "pg_temp", "tt", "Seq Scan on tt"},
        {"temp_13", "public", "tt", ""},
        {"names_18", "app", "Odd \"Näme\"", "Index Scan using Ix Ödd on Odd \"Näme\" t x"},
        {"rules_17", "app", "orders",
         "Bitmap Heap Scan using ix_user on orders; Bitmap Heap Scan using ix_user on orders"},
        {"bitmap_or_17", "app", "users", "Bitmap Heap Scan using ix_email, ix_born on users"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(PgsPlan) plan = read_plan(cases[i].plan);
        g_autofree char *found = scans_of(plan, cases[i].schema, cases[i].relation);
        assert_string_equal(found, cases[i].expected);
    }
}

/* The indexes of one table's scan, and not those of subplans beneath it. */
static void
test_index_nodes(void **state)
{
    (void)state;
    g_autoptr(PgsPlan) plan = read_plan("bitmap_18");
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(plan->root);
    assert_int_equal(nodes->len, 2);
    const PgsPlanNode *second = nodes->pdata[1];
    assert_string_equal(second->index, "ix_tags");
    assert_string_equal(second->parent->type, "BitmapAnd");
    assert_ptr_equal(second->parent->parent, plan->root);
    g_autoptr(GPtrArray) none = pgs_plan_node_index_nodes(second->parent);
    assert_int_equal(none->len, 0);

    static const char nested[] =
        "[{\"Plan\": {\"Node Type\": \"Bitmap Heap Scan\", \"Relation Name\": \"t\", \"Plans\": ["
        "{\"Node Type\": \"Bitmap Index Scan\", \"Index Name\": \"a\"},"
        "{\"Node Type\": \"Index Scan\", \"Index Name\": \"b\", \"Relation Name\": \"u\","
        " \"Parent Relationship\": \"SubPlan\"},"
        "{\"Node Type\": \"Bitmap Heap Scan\", \"Relation Name\": \"v\", \"Plans\": ["
        "{\"Node Type\": \"Bitmap Index Scan\", \"Index Name\": \"c\"}]}]}}]";
    g_autoptr(PgsPlan) subplan = pgs_plan_parse(nested, NULL, NULL);
    g_autoptr(GPtrArray) own = pgs_plan_node_index_nodes(subplan->root);
    assert_int_equal(own->len, 1);
}

static gboolean
count_to_three(const PgsPlanNode *node, gpointer data)
{
    (void)node;
    return ++*(guint *)data < 3;
}

static void
test_walk_ends(void **state)
{
    (void)state;
    g_autoptr(PgsPlan) plan = read_plan("cte_18");
    guint n = 0;
    pgs_plan_walk(plan, count_to_three, &n);
    assert_int_equal(n, 3);
}

/* ---- costs ---- */

static void
test_real_cost(void **state)
{
    (void)state;
    static const struct {
        double cost, real;
    } cases[] = {
        {0, 0},
        {249.5, 249.5},
        {1e10, 0},
        {10000000249.25, 249.25},
        {30000000008.5, 8.5},
        {9999999999.5, 9999999999.5},
        {1e14 + 12.5, 12.5},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_true(pgs_plan_real_cost(cases[i].cost) == cases[i].real);
    static const char *const plans[] = {"disabled_13", "disabled_17", "disabled_18"};
    for (guint i = 0; i < G_N_ELEMENTS(plans); i++) {
        g_autoptr(PgsPlan) plan = read_plan(plans[i]);
        assert_true(plan->cost == 249);
    }
    /* A server that says which nodes are disabled adds nothing: so large a cost is one. */
    g_autoptr(PgsPlan) large =
        pgs_plan_parse("[{\"Plan\": {\"Node Type\": \"Nested Loop\", \"Disabled\": false, "
                       "\"Total Cost\": 20000000001.00}}]",
                       NULL, NULL);
    assert_true(large->cost == 20000000001.0);
}

/* ---- what a newer server may print, and what no server does ---- */

static void
test_tolerance(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsPlan) plan = pgs_plan_parse(
        "[{\"New\": [1, {}], \"Plan\": {\"Node Type\": \"Index Scan\", \"Index Cond\": 5,"
        " \"Total Cost\": \"much\", \"Plan Rows\": 2.5, \"Disabled\": 1, \"Plans\": [null, 7,"
        " {\"Filter\": [\"a\"], \"Sort Key\": [\"a\", 1, \"b\"], \"Actual Loops\": 2,"
        " \"Actual Rows\": 0.33, \"Plan Width\": -3}]}, \"Settings\": [], \"Planning Time\": "
        "null}]",
        NULL, &error);
    assert_non_null(plan);
    assert_null(plan->root->index_cond);
    assert_true(plan->root->total_cost == 0 && plan->root->rows == 2.5);
    assert_false(plan->root->is_disabled);
    assert_false(plan->root->is_analyzed);
    assert_null(plan->settings);
    assert_true(plan->planning_time == -1 && plan->execution_time == -1);
    assert_int_equal(plan->root->children->len, 1);
    const PgsPlanNode *child = plan->root->children->pdata[0];
    assert_string_equal(child->type, "");
    assert_null(child->filter);
    assert_int_equal(child->sort_key->len, 2);
    assert_true(child->is_analyzed && child->actual_rows == 0.33 && child->width == 0);
    assert_true(child->index_searches == -1 && child->shared_hit == -1);
    assert_int_equal(pgs_plan_node_scan(child), PGS_SCAN_NONE);
    g_autofree char *words = pgs_plan_node_describe(plan->root);
    assert_string_equal(words, "Index Scan");
}

static void
test_no_plan(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "x",
        "[",
        "[]",
        "{}",
        "null",
        "[\"Notify\"]",
        "[{\"Plan\": 3}]",
        "[[]]",
        "[{\"Plan\": {\"Node Type\": \"Seq Scan\"}}",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        assert_null(pgs_plan_parse(texts[i], NULL, &error));
        assert_true(g_error_matches(error, PGS_PLAN_ERROR, PGS_PLAN_ERROR_FORM));
    }
    pgs_plan_free(NULL);
}

/* As many joins as nobody writes; and bytes of a database in SQL_ASCII. */
static void
test_deep_and_broken(void **state)
{
    (void)state;
    enum { DEPTH = 2000 };
    g_autoptr(GString) json = g_string_new("[{\"Plan\": ");
    for (guint i = 0; i < DEPTH; i++)
        g_string_append(json, "{\"Node Type\": \"Nested Loop\", \"Plans\": [");
    g_string_append(json, "{\"Node Type\": \"Seq Scan\", \"Relation Name\": \"t\\u0001\xff\"}");
    for (guint i = 0; i < DEPTH; i++)
        g_string_append(json, "]}");
    g_string_append(json, "}]");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsPlan) plan = pgs_plan_parse(json->str, NULL, &error);
    if (plan == NULL)
        fail_msg("%s", error->message);
    g_autofree char *found = scans_of(plan, "public", "t\001\xef\xbf\xbd");
    assert_string_equal(found, "Seq Scan on t\001\xef\xbf\xbd");
    assert_true(g_utf8_validate(plan->json, -1, NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_samples),     cmocka_unit_test(test_scans),
        cmocka_unit_test(test_index_nodes), cmocka_unit_test(test_walk_ends),
        cmocka_unit_test(test_real_cost),   cmocka_unit_test(test_tolerance),
        cmocka_unit_test(test_no_plan),     cmocka_unit_test(test_deep_and_broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
