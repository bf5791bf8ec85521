#ifndef PGS_TESTS_BENCH_LOOKUP_H
#define PGS_TESTS_BENCH_LOOKUP_H

/* What a test's bench knows, by name; behind a Fixture that has one. */

static inline const PgsRelation *
relation_of(const Fixture *fixture, const char *name)
{
    const PgsRelation *relation = pgs_inventory_find(pgs_bench_inventory(fixture->bench), name);
    assert_non_null(relation);
    return relation;
}

static inline const PgsColumn *
column_of(const Fixture *fixture, const char *relation, const char *name)
{
    const PgsColumn *column = pgs_relation_column(relation_of(fixture, relation), name);
    assert_non_null(column);
    return column;
}

/* The first rule of that kind, with that name unless it is NULL, and about that column likewise. */
static inline const PgsRule *
rule_of(const Fixture *fixture, PgsRuleKind kind, const char *name, const char *column)
{
    const GPtrArray *rules = pgs_inventory_rules(pgs_bench_inventory(fixture->bench));
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (rule->kind == kind && (name == NULL || g_strcmp0(rule->name, name) == 0) &&
            (column == NULL ||
             (rule->n_columns > 0 && strcmp(rule->columns[0]->name, column) == 0)))
            return rule;
    }
    fail_msg("no such rule: %s %s", name != NULL ? name : "", column != NULL ? column : "");
    return NULL;
}

#endif
