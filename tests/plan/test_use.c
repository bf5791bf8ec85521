/* Covers harness/plan/use.c, use_condition.c and use_order.c. */
#include "cmocka_all.h"

#include "plan/use.h"
#include "plan/use_condition.h"
#include "plan/use_order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- conditions ---- */

/* keys: SQL, separated by "|" */
typedef struct {
    const char *method, *keys, *condition;
    guint use;
} ConditionCase;

static void
free_key(gpointer data)
{
    PgsIndexKey *key = data;
    g_free(key->sql);
    g_free(key);
}

static GPtrArray *
make_keys(const char *text)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(free_key);
    g_auto(GStrv) parts = g_strsplit(text, "|", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        PgsIndexKey *key = g_new0(PgsIndexKey, 1);
        key->sql = g_strdup(parts[i]);
        g_ptr_array_add(keys, key);
    }
    return keys;
}

enum { CONDITION = PGS_USE_CONDITION, LATER = PGS_USE_LATER };

static const ConditionCase condition_cases[] = {
    {"btree", "a|b", "(t.a = 5)", CONDITION},
    {"btree", "a|b", "(t.b = 5)", LATER},
    {"btree", "a|b", "((t.b = 5) AND (t.a > 3))", CONDITION},
    {"btree", "a|b", "(a = 5)", CONDITION},
    {"btree", "a|b", "(t.b = u.a)", LATER},
    {"btree", "a|b", "(t.a = u.b)", CONDITION},
    {"btree", "a|b", "(t.a = ANY ('{1,2}'::integer[]))", CONDITION},
    {"btree", "a|b", "(t.b = ANY ('{1,2}'::integer[]))", LATER},
    {"btree", "a|b", "(ROW(t.a, t.b) > ROW(1, 2))", CONDITION},
    {"btree", "a|b", "(ROW(t.b, t.a) > ROW(1, 2))", LATER},
    {"btree", "a|b", "(t.a IS NULL)", CONDITION},
    {"btree", "a|b", "(t.b IS NOT NULL)", LATER},
    {"btree", "name|b", "((t.name ~>=~ 'ab'::text) AND (t.name ~<~ 'ac'::text))", CONDITION},
    {"btree", "name|b", "((t.name)::text = 'x'::text)", CONDITION},
    {"btree", "name|b", "((t.name)::text = ($1)::text)", CONDITION},
    {"btree", "lower(email)|b", "(lower(t.email) = 'x'::text)", CONDITION},
    {"btree", "lower(email)|b", "(lower((t.email)::text) = 'x'::text)", CONDITION},
    {"btree", "b|lower(email)", "(lower(t.email) = 'x'::text)", LATER},
    {"btree", "((data ->> 'a'::text))|b", "((t.data ->> 'a'::text) = 'x'::text)", CONDITION},
    {"btree", "((data ->> 'a'::text))|b", "((t.data ->> 'b'::text) = 'x'::text)", LATER},
    {"btree", "\"A b\"|c", "(t.\"A b\" = 1)", CONDITION},
    {"btree", "a|b", "(t.a = (InitPlan 1).col1)", CONDITION},
    {"btree", "a|b", "(t.b = (InitPlan 1).col1)", LATER},
    {"btree", "a|b", "(t.b = (SubPlan 2))", LATER},
    {"btree", "a|b", "(t.b = $0)", LATER},
    {"btree", "a|b", "(\"My t\".a = 5)", LATER}, /* of another alias */
    /* what cannot be parsed: the qualified name tells */
    {"btree", "a|b", "(t.a = JSON_VALUE(x RETURNING integer NEWER WORDS))", CONDITION},
    {"btree", "a|b", "(t.ab = JSON_VALUE(x RETURNING integer NEWER WORDS))", LATER},
    {"gin", "tags|b", "(t.b = 5)", CONDITION},
    {"brin", "a|b", "(t.b = 5)", CONDITION},
    {"gist", "a|b", "(t.b && '[1,2]'::int4range)", CONDITION},
    {"btree", "a", "whatever it is", CONDITION},
};

static void
knows_which_key_a_condition_restricts(void **state)
{
    (void)state;
    guint n_wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(condition_cases); i++) {
        const ConditionCase *row = &condition_cases[i];
        g_autoptr(GPtrArray) keys = make_keys(row->keys);
        PgsIndex index = {.method = (char *)row->method, .keys = keys};
        guint use = pgs_use_of_condition(row->condition, "t", &index);
        if (use == row->use)
            continue;
        fprintf(stderr, "%s (%s): %s: %u, not %u\n", row->method, row->keys, row->condition, use,
                row->use);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

typedef struct {
    const char *keys, *predicate, *filter;
    gboolean is_asked;
} FilterCase;

static const FilterCase filter_cases[] = {
    {"a|b", NULL, "(t.a = 5)", TRUE},
    {"a|b", NULL, "(t.b = 5)", FALSE},
    {"a|b", NULL, "(5 = t.a)", TRUE},
    {"a|b", NULL, "((t.c = 1) AND (t.a < 5))", TRUE},
    {"a|b", NULL, "((t.c = 1) OR (t.a < 5))", TRUE},
    {"a|b", NULL, "(t.a <> 5)", FALSE},
    {"name", NULL, "(t.name !~~ 'x%'::text)", FALSE},
    {"a|b", NULL, "(t.a <> ALL ('{1,2}'::integer[]))", FALSE},
    {"a|b", NULL, "(lower(t.a) = 'x'::text)", FALSE},
    {"a|b", NULL, "(u.a = 5)", FALSE},
    {"active|b", NULL, "t.active", TRUE},
    {"active|b", NULL, "(NOT t.active)", TRUE},
    {"a", "(sent_at IS NULL)", "(t.sent_at IS NULL)", TRUE},
    {"a", "(sent_at IS NULL)", "((t.c = 1) AND (t.sent_at IS NULL))", TRUE},
    {"a", "((sent_at IS NULL) AND (n > 1))", "((t.n > 1) AND (t.sent_at IS NULL))", TRUE},
    {"a", "((sent_at IS NULL) AND (n > 1))", "(t.sent_at IS NULL)", FALSE},
    {"a", "(sent_at IS NULL)", "(t.sent_at IS NOT NULL)", FALSE},
    {"a", NULL, "((t.c = 1) AND (NOT (ANY (t.x = (hashed SubPlan 1).col1))) AND (t.a = 1))", TRUE},
    {"a", NULL, "((NOT (hashed SubPlan 1)) AND (t.b = 1))", FALSE},
    {"a", NULL, "(EXISTS(SubPlan 1) AND (t.a = 1))", TRUE},
    {"a", NULL, "((ALTERNATIVES: SubPlan 1 or hashed SubPlan 2) AND (t.a = 1))", TRUE},
    {"a", NULL, NULL, FALSE},
};

static void
knows_whether_a_filter_asks_for_an_index(void **state)
{
    (void)state;
    guint n_wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(filter_cases); i++) {
        const FilterCase *row = &filter_cases[i];
        g_autoptr(GPtrArray) keys = make_keys(row->keys);
        PgsIndex index = {
            .method = (char *)"btree", .keys = keys, .predicate = (char *)row->predicate};
        if (pgs_use_is_asked(row->filter, "t", &index) == row->is_asked)
            continue;
        fprintf(stderr, "(%s) %s: %s: not %s\n", row->keys, row->predicate, row->filter,
                row->is_asked ? "asked" : "unasked");
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

/* ---- order ---- */

/* A plan from its nodes, outside in, each the only child of the one before; the last scans. */
typedef struct {
    const char *nodes;   /* "Limit > Nested Loop > Index Scan" */
    const char *control; /* or NULL */
    gboolean is_used;
} OrderCase;

/* "Aggregate:Sorted", "Sort/2" (keys), "Incremental Sort/3,1" (keys, of them presorted),
 * "(Inner)Index Scan" */
static void
append_nodes(GString *json, char **nodes)
{
    g_autofree char *text = g_strdup(nodes[0]);
    char *type = g_strstrip(text), *relationship = (char *)"Outer";
    if (*type == '(') {
        relationship = type + 1;
        type = strchr(type, ')');
        *type++ = '\0';
    }
    char *keys = strchr(type, '/'), *strategy = strchr(type, ':');
    if (keys != NULL)
        *keys++ = '\0';
    if (strategy != NULL)
        *strategy++ = '\0';
    g_string_append_printf(json, "{\"Node Type\": \"%s\", \"Parent Relationship\": \"%s\"", type,
                           relationship);
    if (strategy != NULL)
        g_string_append_printf(json, ", \"Strategy\": \"%s\"", strategy);
    if (strstr(type, "Scan") != NULL)
        g_string_append(json, ", \"Relation Name\": \"t\", \"Schema\": \"public\"");
    static const char *const names[] = {"Sort Key", "Presorted Key"};
    for (guint i = 0; keys != NULL && i < 2; i++) {
        g_string_append_printf(json, ", \"%s\": [", names[i]);
        for (int n = atoi(keys); n > 0; n--)
            g_string_append_printf(json, "\"k\"%s", n > 1 ? ", " : "]");
        keys = strchr(keys, ',');
        keys = keys != NULL ? keys + 1 : NULL;
    }
    if (nodes[1] != NULL) {
        g_string_append(json, ", \"Plans\": [");
        append_nodes(json, nodes + 1);
        g_string_append_c(json, ']');
    }
    g_string_append_c(json, '}');
}

static PgsPlan *
make_plan(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) nodes = g_strsplit(text, ">", -1);
    g_autoptr(GString) json = g_string_new("[{\"Plan\": ");
    append_nodes(json, nodes);
    g_string_append(json, "}]");
    PgsPlan *plan = pgs_plan_parse(json->str, NULL, &error);
    if (plan == NULL)
        fail_msg("%s: %s", json->str, error->message);
    return plan;
}

static const OrderCase order_cases[] = {
    {"Limit > Index Scan", NULL, TRUE},
    {"Limit > Index Scan", "Limit > Sort/1 > Seq Scan", TRUE},
    {"Limit > Index Scan", "Limit > Seq Scan", FALSE},
    {"Index Only Scan", NULL, FALSE},
    {"Index Only Scan", "Sort/1 > Seq Scan", TRUE},
    {"Index Only Scan", "Seq Scan", FALSE},
    {"Sort/1 > Index Scan", NULL, FALSE},
    {"Sort/1 > Index Scan", "Sort/1 > Seq Scan", FALSE},
    {"Incremental Sort/2,1 > Index Scan", NULL, TRUE},
    {"Incremental Sort/2,1 > Sort/1 > Index Scan", NULL, FALSE},
    {"Limit > Incremental Sort/3,2 > Seq Scan > Index Scan", "Sort/3 > Seq Scan", FALSE},
    {"Merge Join > Index Scan", NULL, TRUE},
    {"Merge Join > Sort/1 > Index Scan", NULL, FALSE},
    {"Merge Append > Index Scan", NULL, TRUE},
    {"Append > Index Scan", "Sort/1 > Append > Seq Scan", TRUE},
    {"Gather Merge > Index Scan", NULL, TRUE},
    {"Gather > Index Scan", "Sort/1 > Gather > Seq Scan", FALSE},
    {"Aggregate:Sorted > Index Only Scan", NULL, TRUE},
    {"Aggregate:Hashed > Index Only Scan", NULL, FALSE},
    {"Aggregate:Plain > Index Only Scan", "Aggregate:Plain > Seq Scan", FALSE},
    {"Aggregate:Plain > Index Scan", "Aggregate:Plain > Sort/1 > Seq Scan", TRUE},
    {"Unique > Index Only Scan", NULL, TRUE},
    {"Group > Index Only Scan", NULL, TRUE},
    {"WindowAgg > Index Scan", "WindowAgg > Sort/1 > Seq Scan", TRUE},
    {"Nested Loop > (Outer)Index Scan", "Sort/1 > Nested Loop > Seq Scan", TRUE},
    {"Nested Loop > (Inner)Index Scan", "Sort/1 > Nested Loop > Seq Scan", FALSE},
    {"Hash Join > Index Scan", "Hash Join > Sort/1 > Seq Scan", FALSE},
    {"Result > (InitPlan)Limit > (Outer)Index Only Scan", "Aggregate:Plain > Seq Scan", TRUE},
    {"Result > (InitPlan)Aggregate:Plain > Index Only Scan", "Aggregate:Plain > Seq Scan", FALSE},
    /* what a sub-plan is ordered by does not order what is around it */
    {"Merge Join > (SubPlan)Index Only Scan", "Merge Join > Seq Scan", FALSE},
};

static void
knows_whether_an_order_is_used(void **state)
{
    (void)state;
    guint n_wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(order_cases); i++) {
        const OrderCase *row = &order_cases[i];
        g_autoptr(PgsPlan) plan = make_plan(row->nodes);
        g_autoptr(PgsPlan) control = row->control != NULL ? make_plan(row->control) : NULL;
        g_autoptr(GPtrArray) scans = pgs_plan_scans_of(plan, "public", "t");
        assert_true(scans->len > 0);
        const PgsPlanNode *scan = scans->pdata[scans->len - 1];
        if (pgs_use_of_order(plan, scan, control) == row->is_used)
            continue;
        fprintf(stderr, "%s | %s: not %s\n", row->nodes, row->control,
                row->is_used ? "used" : "unused");
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

/* ---- all of it ---- */

typedef struct {
    const char *scan;    /* in place of what stands in JSON */
    const char *control; /* the filter of a sequential scan without the index; "": none */
    const char *name;    /* of the index */
    guint use;
} UseCase;

static const UseCase use_cases[] = {
    {"\"Node Type\": \"Index Scan\", \"Index Cond\": \"(t.a = 1)\"", "(t.a = 1)", "ix",
     PGS_USE_CONDITION},
    {"\"Node Type\": \"Index Scan\", \"Index Cond\": \"(t.a = 1)\"", "(t.a = 1)", "other", 0},
    {"\"Node Type\": \"Index Scan\", \"Index Cond\": \"(t.b = 1)\"", "(t.b = 1)", "ix",
     PGS_USE_LATER},
    {"\"Node Type\": \"Index Scan\", \"Order By\": \"(t.a <-> 1)\"", "", "ix", PGS_USE_ORDER},
    {"\"Node Type\": \"Index Only Scan\"", "", "ix", PGS_USE_WHOLE},
    {"\"Node Type\": \"Index Scan\"", "", "ix", 0},
    {"\"Node Type\": \"Index Scan\"", "(t.c = 1)", "partial", PGS_USE_PREDICATE},
    {"\"Node Type\": \"Index Only Scan\"", "", "partial", PGS_USE_WHOLE},
    {"\"Node Type\": \"Index Scan\", \"Index Cond\": \"(t.a = 1)\"", "(t.c = 1)", "partial",
     PGS_USE_CONDITION | PGS_USE_PREDICATE},
};

static PgsPlan *
parse_scan(const char *scan, const char *index)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *json = g_strdup_printf(
        "[{\"Plan\": {%s, \"Relation Name\": \"t\", \"Schema\": \"public\", \"Alias\": \"t\","
        " \"Index Name\": \"%s\"}}]",
        scan, index);
    PgsPlan *plan = pgs_plan_parse(json, NULL, &error);
    if (plan == NULL)
        fail_msg("%s: %s", json, error->message);
    return plan;
}

/* Of all that the scan at the root reads of the index. */
static guint
read_use(const PgsPlan *plan, const PgsIndex *index, const PgsPlan *control)
{
    guint use = PGS_USE_NONE;
    g_autoptr(GPtrArray) nodes = pgs_plan_node_index_nodes(plan->root);
    for (guint i = 0; i < nodes->len; i++) {
        const PgsPlanNode *node = nodes->pdata[i];
        if (strcmp(node->index, index->name) == 0)
            use |= pgs_plan_node_use(plan, plan->root, node, index, control);
    }
    return use;
}

static void
tells_what_an_index_does_in_a_scan(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) keys = make_keys("a|b");
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    PgsIndex index = {.schema = (char *)"public",
                      .name = (char *)"ix",
                      .method = (char *)"btree",
                      .can_order = TRUE,
                      .keys = keys,
                      .children = none};
    guint n_wrong = 0;
    for (guint i = 0; i < G_N_ELEMENTS(use_cases); i++) {
        const UseCase *row = &use_cases[i];
        gboolean is_partial = strcmp(row->name, "partial") == 0;
        index.name = (char *)(is_partial ? "partial" : "ix");
        index.predicate = (char *)(is_partial ? "(c = 1)" : NULL);
        g_autoptr(PgsPlan) plan = parse_scan(row->scan, row->name);
        g_autofree char *filter =
            *row->control != '\0'
                ? g_strdup_printf("\"Node Type\": \"Seq Scan\", \"Filter\": \"%s\"", row->control)
                : g_strdup("\"Node Type\": \"Seq Scan\"");
        g_autoptr(PgsPlan) control = parse_scan(filter, "");
        guint use = read_use(plan, &index, control);
        if (use == row->use)
            continue;
        fprintf(stderr, "%s of %s: %u, not %u\n", row->scan, row->name, use, row->use);
        n_wrong++;
    }
    assert_int_equal(n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_which_key_a_condition_restricts),
        cmocka_unit_test(knows_whether_a_filter_asks_for_an_index),
        cmocka_unit_test(knows_whether_an_order_is_used),
        cmocka_unit_test(tells_what_an_index_does_in_a_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
