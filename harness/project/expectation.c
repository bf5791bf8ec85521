#include "project/expectation.h"

#include <string.h>

static char **
empty_list(void)
{
    return g_new0(char *, 1);
}

static void
attribute_clear(gpointer data)
{
    g_free(((PgsExpectedAttribute *)data)->value);
}

PgsExpectation *
pgs_expectation_new(const char *kind, const char *relation, const char *name)
{
    PgsExpectation *expectation = g_new0(PgsExpectation, 1);
    expectation->kind = g_intern_string(kind);
    expectation->relation = g_strdup(relation);
    expectation->name = g_strdup(name);
    expectation->attributes = g_array_new(FALSE, FALSE, sizeof(PgsExpectedAttribute));
    g_array_set_clear_func(expectation->attributes, attribute_clear);
    expectation->requirements = empty_list();
    return expectation;
}

void
pgs_expectation_free(PgsExpectation *expectation)
{
    if (expectation == NULL)
        return;
    g_free(expectation->relation);
    g_free(expectation->name);
    g_array_unref(expectation->attributes);
    g_strfreev(expectation->requirements);
    g_free(expectation);
}

static PgsExpectedAttribute *
find(const PgsExpectation *expectation, const char *attribute)
{
    for (guint i = 0; i < expectation->attributes->len; i++) {
        PgsExpectedAttribute *row =
            &g_array_index(expectation->attributes, PgsExpectedAttribute, i);
        if (strcmp(row->name, attribute) == 0)
            return row;
    }
    return NULL;
}

void
pgs_expectation_set(PgsExpectation *expectation, const char *attribute, const char *value)
{
    PgsExpectedAttribute *row = find(expectation, attribute);
    if (row != NULL) {
        g_free(row->value);
        row->value = g_strdup(value);
        return;
    }
    PgsExpectedAttribute added = {g_intern_string(attribute), g_strdup(value)};
    g_array_append_val(expectation->attributes, added);
}

gboolean
pgs_expectation_get(const PgsExpectation *expectation, const char *attribute, const char **value)
{
    const PgsExpectedAttribute *row = find(expectation, attribute);
    if (value != NULL)
        *value = row != NULL ? row->value : NULL;
    return row != NULL;
}

PgsExpectations *
pgs_expectations_new(const char *at)
{
    PgsExpectations *expectations = g_new0(PgsExpectations, 1);
    expectations->at = g_strdup(at);
    expectations->items = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_expectation_free);
    expectations->exact_relations = g_ptr_array_new_with_free_func(g_free);
    expectations->requirements = empty_list();
    return expectations;
}

void
pgs_expectations_free(PgsExpectations *expectations)
{
    if (expectations == NULL)
        return;
    g_free(expectations->at);
    g_ptr_array_unref(expectations->items);
    g_ptr_array_unref(expectations->exact_relations);
    g_strfreev(expectations->requirements);
    g_free(expectations);
}
