#include "check/expect_words.h"

#include "base/text.h"
#include "check/expect_name.h"

#include <string.h>

/* A value in a message: one line, not too long. */
#define VALUE_WIDTH 160

char *
pgs_expect_title(const PgsExpectation *expectation)
{
    g_autofree char *identity = pgs_expect_identity(expectation);
    const char *columns = NULL;
    pgs_expectation_get(expectation,
                        pgs_expect_identifying(expectation->kind) != NULL
                            ? pgs_expect_identifying(expectation->kind)
                            : "columns",
                        &columns);
    GString *title = g_string_new(expectation->absent ? "no " : "");
    g_string_append(title, expectation->kind);
    if (expectation->name != NULL)
        g_string_append_printf(title, " %s", identity);
    else if (identity != NULL)
        g_string_append_printf(title, " of %s", identity);
    if (expectation->name == NULL && columns != NULL)
        g_string_append_printf(title, " (%s)", columns);
    return g_string_free(title, FALSE);
}

char *
pgs_expect_object(const PgsExpectation *expectation, const PgsObject *object)
{
    if (object != NULL)
        return g_strdup_printf("%s %s", object->kind, object->identity);
    g_autofree char *identity = pgs_expect_identity(expectation);
    const char *columns = NULL;
    pgs_expectation_get(expectation, "columns", &columns);
    if (expectation->name != NULL || columns == NULL)
        return g_strdup_printf("%s %s", expectation->kind, identity);
    return g_strdup_printf("%s %s (%s)", expectation->kind, identity, columns);
}

static const char *
label_of(const PgsExpectRow *row)
{
    return row->label != NULL ? row->label : row->attribute;
}

/* The value within its words, each "%s" of the row replaced; a rule with its letter. */
static char *
value_in_words(const PgsExpectRow *row, const char *value)
{
    g_autofree char *folded = row->sort == PGS_FACT_RULE
                                  ? g_strdup_printf("%s (%c)", value, pgs_expect_rule_letter(value))
                                  : pgs_text_fold_space(value);
    g_autofree char *shown = pgs_text_ellipsize(folded, VALUE_WIDTH);
    if (row->with == NULL)
        return g_strdup_printf("%s %s", row->attribute, shown);
    const char *place = strstr(row->with, "%s");
    if (place == NULL)
        return g_strdup(row->with);
    return g_strdup_printf("%.*s%s%s", (int)(place - row->with), row->with, shown, place + 2);
}

static char *
words_of(const PgsExpectRow *row, const char *value)
{
    if (value != NULL)
        return value_in_words(row, value);
    return row->without != NULL ? g_strdup(row->without) : g_strdup_printf("no %s", label_of(row));
}

/* Without the words around it: "RESTRICT (r)" of "on delete RESTRICT (r)". */
static char *
bare_words_of(const PgsExpectRow *row, const char *value)
{
    PgsExpectRow bare = *row;
    if (value == NULL)
        return g_strdup(row->without != NULL ? row->without : "none");
    if (row->sort != PGS_FACT_FLAG)
        bare.with = "%s";
    return value_in_words(&bare, value);
}

/* Whether it belongs in a description: what was not said only when it is wrong. */
static gboolean
is_told(const PgsComparison *comparison)
{
    return comparison->is_said || !comparison->is_equal;
}

char *
pgs_expect_describe(const GPtrArray *comparisons, gboolean actual)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < comparisons->len; i++) {
        const PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (!is_told(comparison))
            continue;
        g_autofree char *words =
            words_of(&comparison->row, actual ? comparison->actual : comparison->wanted);
        g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", words);
    }
    if (out->len == 0)
        g_string_append(out, "it exists");
    return g_string_free(out, FALSE);
}

char *
pgs_expect_describe_said(const PgsExpectation *expectation)
{
    GString *out = g_string_new(NULL);
    for (const PgsExpectRow *row = pgs_expect_rows(expectation->kind); row->attribute != NULL;
         row++) {
        const char *value;
        if (!pgs_expectation_get(expectation, row->attribute, &value))
            continue;
        g_autofree char *rule =
            value != NULL && row->sort == PGS_FACT_RULE ? pgs_expect_rule_word(value) : NULL;
        g_autofree char *words = words_of(row, rule != NULL ? rule : value);
        g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", words);
    }
    if (out->len == 0)
        g_string_append(out, "it exists");
    return g_string_free(out, FALSE);
}

char *
pgs_expect_message(const GPtrArray *comparisons)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < comparisons->len; i++) {
        const PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (comparison->is_equal)
            continue;
        g_autofree char *wanted = bare_words_of(&comparison->row, comparison->wanted);
        if (out->len > 0)
            g_string_append(out, "; ");
        if (comparison->refusal != NULL) {
            g_string_append_printf(out, "%s: the server does not understand \"%s\": %s",
                                   label_of(&comparison->row), wanted, comparison->refusal->reason);
            continue;
        }
        g_autofree char *actual = bare_words_of(&comparison->row, comparison->actual);
        g_string_append_printf(out, "%s: %s, expected %s", label_of(&comparison->row), actual,
                               wanted);
    }
    return g_string_free(out, FALSE);
}

static gboolean
is_long(const char *value)
{
    return value != NULL && (strchr(value, '\n') != NULL || strlen(value) > VALUE_WIDTH);
}

char *
pgs_expect_detail(const GPtrArray *comparisons)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < comparisons->len; i++) {
        const PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (comparison->is_equal || comparison->refusal != NULL ||
            !(is_long(comparison->wanted) || is_long(comparison->actual)))
            continue;
        g_string_append_printf(
            out, "%s expected:\n%s\n%s actual:\n%s\n", label_of(&comparison->row),
            comparison->wanted != NULL ? comparison->wanted : "(none)", label_of(&comparison->row),
            comparison->actual != NULL ? comparison->actual : "(none)");
    }
    return g_string_free(out, out->len == 0);
}

/* -------------------------------------------------------------------------- catalog facts -- */

/* Queries that show an object; %R stands for its relation, %I for its identity, %N for its own
 * name, each as a literal. */
static const struct {
    const char *kind, *query;
} facts[] = {
    {"table", "SELECT relkind, relpersistence, relrowsecurity FROM pg_class WHERE oid = "
              "%I::regclass"},
    {"column", "SELECT format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, "
               "d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid "
               "AND d.adnum = a.attnum WHERE a.attrelid = %R::regclass AND a.attname = %N"},
    {"primary key", "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = "
                    "%R::regclass AND conname = %N"},
    {"unique constraint", "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = "
                          "%R::regclass AND conname = %N"},
    {"check constraint", "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE "
                         "conrelid = %R::regclass AND conname = %N"},
    {"foreign key", "SELECT confdeltype, confupdtype, convalidated, pg_get_constraintdef(oid) FROM "
                    "pg_constraint WHERE conrelid = %R::regclass AND conname = %N"},
    {"index", "SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index WHERE indexrelid = "
              "%I::regclass"},
    {"enum type", "SELECT enumlabel FROM pg_enum WHERE enumtypid = %I::regtype ORDER BY "
                  "enumsortorder"},
    {"trigger", "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE tgrelid = "
                "%R::regclass AND tgname = %N"},
    {"function", "SELECT pg_get_functiondef(%I::regprocedure)"},
    {"view", "SELECT pg_get_viewdef(%I::regclass)"},
};

static void
append_query(GString *out, const char *query, const PgsObject *object)
{
    g_autofree char *own = pgs_object_own_name(object);
    for (const char *at = query; *at != '\0'; at++) {
        if (at[0] != '%') {
            g_string_append_c(out, *at);
            continue;
        }
        at++;
        const char *name = *at == 'R' ? object->parent : *at == 'I' ? object->identity : own;
        pgs_text_append_literal(out, name != NULL ? name : "");
    }
}

static void
append_letter(GString *out, const GPtrArray *comparisons, const char *attribute,
              const char *catalog)
{
    const PgsComparison *rule = pgs_comparison_find(comparisons, attribute);
    if (rule == NULL || rule->is_equal || rule->wanted == NULL || rule->actual == NULL)
        return;
    g_string_append_printf(out, "\n-- %s: '%c' (%s) expected, '%c' (%s) actual", catalog,
                           pgs_expect_rule_letter(rule->wanted), rule->wanted,
                           pgs_expect_rule_letter(rule->actual), rule->actual);
}

char *
pgs_expect_fact(const PgsObject *object, const GPtrArray *comparisons)
{
    for (gsize i = 0; i < G_N_ELEMENTS(facts); i++) {
        if (strcmp(facts[i].kind, object->kind) != 0)
            continue;
        GString *out = g_string_new(NULL);
        append_query(out, facts[i].query, object);
        append_letter(out, comparisons, "on-delete", "confdeltype");
        append_letter(out, comparisons, "on-update", "confupdtype");
        return g_string_free(out, FALSE);
    }
    return NULL;
}
