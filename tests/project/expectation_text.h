#ifndef PGS_TESTS_PROJECT_EXPECTATION_TEXT_H
#define PGS_TESTS_PROJECT_EXPECTATION_TEXT_H

#include "project/expectation.h"

/* An expectation on one line, all of it but its file. */
static inline void
append_expectation(GString *text, const PgsExpectation *expectation)
{
    g_autofree char *requirements = g_strjoinv(" ", expectation->requirements);
    g_string_append_printf(text, "%u:%u %s%s", expectation->place.line, expectation->place.column,
                           expectation->absent ? "no " : "", expectation->kind);
    if (expectation->relation != NULL)
        g_string_append_printf(text, " of %s", expectation->relation);
    if (expectation->name != NULL)
        g_string_append_printf(text, " \"%s\"", expectation->name);
    g_string_append_printf(text, " [%s]", requirements);
    for (guint i = 0; i < expectation->attributes->len; i++) {
        const PgsExpectedAttribute *row =
            &g_array_index(expectation->attributes, PgsExpectedAttribute, i);
        if (row->value == NULL)
            g_string_append_printf(text, " %s:none", row->name);
        else
            g_string_append_printf(text, " %s=<%s>", row->name, row->value);
    }
    g_string_append_c(text, '\n');
}

static inline void
append_block(GString *text, const PgsExpectations *block)
{
    g_autofree char *requirements = g_strjoinv(" ", block->requirements);
    g_string_append_printf(text, "at %s%s [%s] %u:%u\n", block->at, block->exact ? " exact" : "",
                           requirements, block->place.line, block->place.column);
    for (guint i = 0; i < block->exact_relations->len; i++)
        g_string_append_printf(text, "exact %s\n",
                               (char *)g_ptr_array_index(block->exact_relations, i));
    for (guint i = 0; i < block->items->len; i++)
        append_expectation(text, g_ptr_array_index(block->items, i));
}

#endif
