#include "check/expect_compare.h"

#include <string.h>

static void
comparison_free(gpointer data)
{
    PgsComparison *comparison = data;
    g_free(comparison->wanted);
    g_free(comparison->actual);
    g_free(comparison);
}

static gboolean
is_same(PgsFactSort sort, const char *wanted, const char *actual)
{
    if (wanted == NULL || actual == NULL)
        return wanted == actual;
    return sort == PGS_FACT_WORD ? g_ascii_strcasecmp(wanted, actual) == 0
                                 : strcmp(wanted, actual) == 0;
}

/* A comment can be the word itself. */
static gboolean
is_open(const PgsExpectRow *row, const char *said)
{
    return said != NULL && g_ascii_strcasecmp(said, "any") == 0 &&
           strcmp(row->attribute, "comment") != 0;
}

static void
add_comparison(GPtrArray *comparisons, const PgsExpectScope *scope, const PgsObject *object,
               const PgsExpectRow *row, const char *said, gboolean is_said)
{
    if (is_open(row, said))
        return;
    const char *has = pgs_object_get(object, row->attribute);
    PgsComparison *comparison = g_new0(PgsComparison, 1);
    comparison->attribute = row->attribute;
    comparison->row = *row;
    comparison->is_said = is_said;
    if (said != NULL)
        comparison->wanted = pgs_expect_wanted(scope, object, row, said, &comparison->refusal);
    if (has != NULL)
        comparison->actual = pgs_expect_actual(scope, object, row, has);
    comparison->is_equal =
        comparison->refusal == NULL && is_same(row->sort, comparison->wanted, comparison->actual);
    g_ptr_array_add(comparisons, comparison);
}

/* Whether the expectation asks for an attribute of which it says nothing. */
static gboolean
is_asked_unsaid(const PgsExpectation *expectation, const PgsExpectRow *row)
{
    if (row->asked_with == NULL)
        return FALSE;
    if (strcmp(row->asked_with, PGS_ASKED_ALWAYS) == 0)
        return TRUE;
    if (strcmp(row->asked_with, PGS_ASKED_WITH_ANY) == 0)
        return expectation->attributes->len > 0;
    return pgs_expectation_get(expectation, row->asked_with, NULL);
}

/* A type may say its collation: "text COLLATE \"C\"". */
static void
add_collation(GPtrArray *comparisons, const PgsExpectScope *scope, const PgsObject *object,
              const PgsExpectRow *row)
{
    const char *type;
    const char *collation = NULL;
    pgs_expectation_get(scope->expectation, "type", &type);
    g_autofree char *lower = g_ascii_strdown(type != NULL ? type : "", -1);
    if (strstr(lower, "collate") != NULL) {
        const PgsSpelling *answer =
            pgs_speller_spell(scope->speller, PGS_SPELL_COLLATION, scope->schema, NULL, type, NULL);
        collation = answer != NULL ? answer->text : NULL;
    }
    add_comparison(comparisons, scope, object, row, collation, FALSE);
}

static void
add_row(GPtrArray *comparisons, const PgsExpectScope *scope, const PgsObject *object,
        const PgsExpectRow *row)
{
    const char *said;
    if (pgs_expectation_get(scope->expectation, row->attribute, &said))
        add_comparison(comparisons, scope, object, row, said, TRUE);
    else if (!is_asked_unsaid(scope->expectation, row))
        return;
    else if (strcmp(row->attribute, "collation") == 0)
        add_collation(comparisons, scope, object, row);
    else
        add_comparison(comparisons, scope, object, row, row->plain, FALSE);
}

/* What the table has no row for: all that is said, and all that the object has beyond it. */
static void
add_others(GPtrArray *comparisons, const PgsExpectScope *scope, const PgsObject *object)
{
    const PgsExpectation *expectation = scope->expectation;
    for (guint i = 0; i < expectation->attributes->len; i++) {
        const PgsExpectedAttribute *said =
            &g_array_index(expectation->attributes, PgsExpectedAttribute, i);
        if (pgs_expect_row(expectation->kind, said->name) != NULL)
            continue;
        PgsExpectRow row = {.attribute = said->name, .sort = PGS_FACT_TEXT};
        add_comparison(comparisons, scope, object, &row, said->value, TRUE);
    }
    for (guint i = 0; expectation->attributes->len > 0 && i < object->n_attributes; i++) {
        PgsExpectRow row = {.attribute = object->attributes[i].name, .sort = PGS_FACT_TEXT};
        if (pgs_expect_row(expectation->kind, row.attribute) == NULL &&
            !pgs_expectation_get(expectation, row.attribute, NULL) &&
            !pgs_expect_is_unasked(row.attribute))
            add_comparison(comparisons, scope, object, &row, NULL, FALSE);
    }
}

/* A default that the column's wrong type cannot have says nothing new. */
static void
forgive_default(GPtrArray *comparisons)
{
    const PgsComparison *type = pgs_comparison_find(comparisons, "type");
    for (guint i = 0; type != NULL && !type->is_equal && i < comparisons->len; i++) {
        PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (comparison->row.sort == PGS_FACT_DEFAULT && comparison->refusal != NULL) {
            comparison->refusal = NULL;
            comparison->is_equal = TRUE;
        }
    }
}

GPtrArray *
pgs_expect_compare(const PgsExpectScope *scope, const PgsObject *object)
{
    const PgsExpectation *expectation = scope->expectation;
    GPtrArray *comparisons = g_ptr_array_new_with_free_func(comparison_free);
    for (const PgsExpectRow *row = pgs_expect_rows(expectation->kind); row->attribute != NULL;
         row++)
        add_row(comparisons, scope, object, row);
    add_others(comparisons, scope, object);
    forgive_default(comparisons);
    return comparisons;
}

const PgsComparison *
pgs_comparison_find(const GPtrArray *comparisons, const char *attribute)
{
    for (guint i = 0; i < comparisons->len; i++) {
        const PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (strcmp(comparison->attribute, attribute) == 0)
            return comparison;
    }
    return NULL;
}

guint
pgs_comparisons_n_wrong(const GPtrArray *comparisons)
{
    guint wrong = 0;
    for (guint i = 0; i < comparisons->len; i++)
        wrong += !((const PgsComparison *)g_ptr_array_index(comparisons, i))->is_equal;
    return wrong;
}
