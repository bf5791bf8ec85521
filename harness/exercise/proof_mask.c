#include "exercise/proof_mask.h"

#include <string.h>

void
pgs_mask_free(PgsMask *mask)
{
    if (mask == NULL)
        return;
    g_free(mask->name);
    g_ptr_array_unref(mask->statements);
    g_free(mask);
}

static PgsMask *
mask_new(gconstpointer what, char *name)
{
    PgsMask *mask = g_new0(PgsMask, 1);
    mask->what = what;
    mask->name = name;
    mask->statements = g_ptr_array_new_with_free_func(g_free);
    return mask;
}

/* ---- triggers ---- */

static gboolean
acts_on_insert(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = relation->triggers->pdata[i];
        if (trigger->on_insert && trigger->enabled != 'D')
            return TRUE;
    }
    return relation->rewrites->len > 0;
}

/* A row for a partitioned table meets the triggers of the partition that it goes to. */
static gboolean
acts_below(const PgsRelation *relation)
{
    gboolean acts = acts_on_insert(relation);
    for (guint i = 0; !acts && i < relation->children->len && relation->kind == 'p'; i++)
        acts = acts_below(relation->children->pdata[i]);
    return acts;
}

/* A partition has its parent's triggers as well. */
static gboolean
has_triggers(const PgsRelation *relation)
{
    gboolean has = acts_below(relation);
    for (; !has && relation->is_partition && relation->parent != NULL; relation = relation->parent)
        has = acts_on_insert(relation->parent);
    return has;
}

gboolean
pgs_mask_has_triggers(const PgsDraft *draft)
{
    gboolean has = has_triggers(draft->relation);
    for (guint i = 0; !has && draft->companions != NULL && i < draft->companions->len; i++)
        has = pgs_mask_has_triggers(draft->companions->pdata[i]);
    return has;
}

static void
switch_off(PgsMask *mask, PgsBench *bench, const PgsRelation *relation)
{
    if (relation->kind != 'f')
        g_ptr_array_add(mask->statements,
                        g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER USER", relation->identity));
    for (guint i = 0; i < relation->rewrites->len; i++) {
        g_autofree char *rule =
            pgs_connection_quote(pgs_bench_connection(bench), relation->rewrites->pdata[i]);
        g_ptr_array_add(mask->statements, g_strdup_printf("ALTER TABLE %s DISABLE RULE %s",
                                                          relation->identity, rule));
    }
    for (guint i = 0; i < relation->children->len && relation->kind == 'p'; i++)
        switch_off(mask, bench, relation->children->pdata[i]);
}

static void
switch_off_all(PgsMask *mask, PgsBench *bench, const PgsDraft *draft)
{
    switch_off(mask, bench, draft->relation);
    for (guint i = 0; draft->companions != NULL && i < draft->companions->len; i++)
        switch_off_all(mask, bench, draft->companions->pdata[i]);
}

PgsMask *
pgs_mask_new_triggers(PgsBench *bench, const PgsDraft *draft)
{
    const PgsRelation *relation = draft->relation;
    PgsMask *mask = mask_new(relation, g_strdup_printf("the triggers of %s", relation->identity));
    mask->is_triggers = TRUE;
    switch_off_all(mask, bench, draft);
    return mask;
}

/* ---- rules, partitions ---- */

static PgsMask *
new_rule(PgsBench *bench, const PgsRule *rule)
{
    g_autoptr(GPtrArray) statements = pgs_rule_drop(bench, rule);
    if (statements == NULL)
        return NULL;
    PgsMask *mask = mask_new(rule, pgs_rule_describe(rule));
    g_ptr_array_unref(mask->statements);
    mask->statements = g_steal_pointer(&statements);
    return mask;
}

/*
 * "no partition of relation … found for row": one for all others is made, by whose name what it
 * refuses is known as its parent's.
 */
static PgsMask *
new_default_partition(PgsBench *bench, const PgsFailure *failure)
{
    const PgsRelation *relation = pgs_relation_find_named(bench, failure->schema, failure->table);
    if (relation == NULL)
        return NULL;
    g_autofree char *schema = pgs_connection_quote(pgs_bench_connection(bench), relation->schema);
    PgsMask *mask =
        mask_new("no partition", g_strdup_printf("%s's lack of a partition", relation->identity));
    g_ptr_array_add(mask->statements,
                    g_strdup_printf("CREATE TABLE %s." PGS_OTHER_ROWS "%u PARTITION OF %s DEFAULT",
                                    schema, relation->oid, relation->identity));
    return mask;
}

static PgsMask *
new_detached(const PgsRelation *relation)
{
    PgsMask *mask =
        mask_new("partition", g_strdup_printf("the bounds of partition %s", relation->identity));
    g_ptr_array_add(mask->statements,
                    g_strdup_printf("ALTER TABLE %s DETACH PARTITION %s",
                                    relation->parent->identity, relation->identity));
    return mask;
}

/* A value for a generated column: it is given one all the same. */
static PgsMask *
new_generated(PgsBench *bench, const PgsRelation *relation, const PgsFailure *failure)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (rule->kind == PGS_RULE_GENERATED && pgs_rule_is_named(bench, rule, failure))
            return new_rule(bench, rule);
    }
    return NULL;
}

PgsMask *
pgs_mask_new(PgsBench *bench, const PgsDraft *draft, const PgsFailure *failure,
             gboolean has_triggers_on)
{
    const PgsRelation *relation = draft->relation;
    const char *function = failure->function != NULL ? failure->function : "";
    /* Said from inside of a function. */
    if (has_triggers_on && failure->context != NULL)
        return pgs_mask_new_triggers(bench, draft);
    const PgsRule *rule = pgs_rule_find_named(bench, failure);
    if (rule != NULL)
        return new_rule(bench, rule);
    PgsMask *generated = new_generated(bench, relation, failure);
    if (generated != NULL)
        return generated;
    if (strcmp(function, "ExecFindPartition") == 0 && failure->table != NULL)
        return new_default_partition(bench, failure);
    if (strcmp(function, "ExecPartitionCheckEmitError") == 0 && relation->parent != NULL)
        return new_detached(relation);
    return has_triggers_on ? pgs_mask_new_triggers(bench, draft) : NULL;
}
