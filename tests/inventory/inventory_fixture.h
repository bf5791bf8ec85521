#ifndef PGS_TESTS_INVENTORY_FIXTURE_H
#define PGS_TESTS_INVENTORY_FIXTURE_H

#include "bench_fixture.h"

/* What an inventory says, held against what it should say. */

static inline void
assert_text(const char *actual, const char *expected)
{
    if (strcmp(actual, expected) != 0)
        fprintf(stderr, "%s---\n", actual);
    assert_string_equal(actual, expected);
}

static inline const PgsRelation *
find(const Fixture *fixture, const char *name)
{
    const PgsRelation *relation = pgs_inventory_find(fixture->inventory, name);
    assert_non_null(relation);
    return relation;
}

static inline const PgsColumn *
find_column(const Fixture *fixture, const char *relation, const char *name)
{
    const PgsColumn *column = pgs_relation_column(find(fixture, relation), name);
    assert_non_null(column);
    return column;
}

/* The names in a list of rules, or of relations. */
static inline char *
names_of(const GPtrArray *rules)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        g_string_append_printf(text, "%s%s.%s", i > 0 ? " " : "", rule->relation->name,
                               rule->name != NULL ? rule->name : "-");
    }
    return g_string_free(text, FALSE);
}

static inline void
assert_names(const GPtrArray *rules, const char *expected)
{
    g_autofree char *text = names_of(rules);
    assert_text(text, expected);
}

static inline gboolean
needs(const Fixture *fixture, int major)
{
    return pgs_connection_version(fixture->connection) >= major * 10000;
}

#endif
