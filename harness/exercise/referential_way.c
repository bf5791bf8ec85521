#include "exercise/referential_way.h"

#include "exercise/proof.h"
#include "exercise/proof_mask.h"

#include <string.h>

static PgsReferentialWay *
way_new(char *words)
{
    PgsReferentialWay *way = g_new0(PgsReferentialWay, 1);
    way->words = words;
    way->statements = g_ptr_array_new_with_free_func(g_free);
    return way;
}

void
pgs_referential_way_free(PgsReferentialWay *way)
{
    if (way == NULL)
        return;
    g_free(way->words);
    g_ptr_array_unref(way->statements);
    g_free(way);
}

static void
append_copies(GPtrArray *to, const GPtrArray *from)
{
    for (guint i = 0; from != NULL && i < from->len; i++)
        g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
}

/* A relation, its partitions, and what it is a partition of: where its rows meet triggers. */
static void
add_family(GPtrArray *relations, const PgsRelation *relation)
{
    if (g_ptr_array_find(relations, relation, NULL))
        return;
    g_ptr_array_add(relations, (gpointer)relation);
    for (guint i = 0; relation->kind == 'p' && i < relation->children->len; i++)
        add_family(relations, g_ptr_array_index(relation->children, i));
    if (relation->is_partition && relation->parent != NULL)
        add_family(relations, relation->parent);
}

/* Of the trial's rows, the parent's first. */
static GPtrArray *
relations_of(const PgsReferentialTrial *trial)
{
    GPtrArray *relations = g_ptr_array_new();
    for (guint i = 0; i < trial->watch->len; i++) {
        const PgsWatched *watched = g_ptr_array_index(trial->watch, i);
        add_family(relations, watched->row->draft->relation);
    }
    return relations;
}

static gboolean
has_triggers(const PgsRelation *relation)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->enabled != 'D')
            return TRUE;
    }
    return relation->rewrites->len > 0;
}

static char *
quote(const PgsReferentialTrial *trial, const char *name)
{
    return pgs_connection_quote(pgs_bench_connection(trial->rows->bench), name);
}

/* ---- all of a relation's off ---- */

/* The server would go on with what it has planned for its keys' own statements: one that a rule has
   turned into nothing depends on no table that could tell it to plan again. */
static void
drop_rewrite(const PgsReferentialTrial *trial, const PgsRelation *relation, const char *rule,
             GPtrArray *statements)
{
    g_autofree char *name = quote(trial, rule);
    g_ptr_array_add(statements, g_strdup_printf("DROP RULE %s ON %s", name, relation->identity));
    g_ptr_array_add(statements, g_strdup("DISCARD PLANS"));
}

static void
switch_off(const PgsReferentialTrial *trial, const PgsRelation *relation, GPtrArray *statements)
{
    if (relation->triggers->len > 0)
        g_ptr_array_add(statements,
                        g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER USER", relation->identity));
    for (guint i = 0; i < relation->rewrites->len; i++)
        drop_rewrite(trial, relation, g_ptr_array_index(relation->rewrites, i), statements);
}

/* "trigger keep on public.c, rule no_delete on public.c" */
static char *
names_on(const GPtrArray *relations)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->triggers->len; j++) {
            const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, j);
            if (trigger->enabled != 'D')
                g_string_append_printf(text, "%strigger %s on %s", text->len > 0 ? ", " : "",
                                       trigger->name, relation->identity);
        }
        for (guint j = 0; j < relation->rewrites->len; j++)
            g_string_append_printf(text, "%srule %s on %s", text->len > 0 ? ", " : "",
                                   (const char *)g_ptr_array_index(relation->rewrites, j),
                                   relation->identity);
    }
    return g_string_free(text, FALSE);
}

char *
pgs_referential_suspect_names(const PgsReferentialTrial *trial)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    g_autofree char *names = names_on(relations);
    return *names != '\0' ? g_steal_pointer(&names) : NULL;
}

static PgsReferentialWay *
way_without(const PgsReferentialTrial *trial, const GPtrArray *relations)
{
    g_autofree char *names = names_on(relations);
    if (*names == '\0')
        return NULL;
    PgsReferentialWay *way = way_new(g_steal_pointer(&names));
    for (guint i = 0; i < relations->len; i++)
        if (has_triggers(g_ptr_array_index(relations, i)))
            switch_off(trial, g_ptr_array_index(relations, i), way->statements);
    return way;
}

PgsReferentialWay *
pgs_referential_way_without_triggers(const PgsReferentialTrial *trial, const PgsRelation *relation)
{
    g_autoptr(GPtrArray) relations = g_ptr_array_new();
    add_family(relations, relation);
    return way_without(trial, relations);
}

/* ---- past a refusal ---- */

static gboolean
is_raised(const PgsFailure *failure)
{
    return strcmp(failure->sqlstate, "P0001") == 0 ||
           (failure->context != NULL && strstr(failure->context, "function") != NULL);
}

PgsReferentialWay *
pgs_referential_way_past(const PgsReferentialTrial *trial, const PgsFailure *failure)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    const PgsRule *rule = pgs_rule_find_named(trial->rows->bench, failure);
    g_autoptr(GPtrArray) drop = NULL;
    if (rule != NULL && rule != trial->rows->rule)
        drop = pgs_rule_drop(trial->rows->bench, rule);
    if (drop == NULL || is_raised(failure))
        return way_without(trial, relations);
    PgsReferentialWay *way = way_new(pgs_rule_describe(rule));
    append_copies(way->statements, drop);
    return way;
}

PgsReferentialWay *
pgs_referential_way_alone(const PgsReferentialTrial *trial)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    PgsReferentialWay *way = way_new(g_strdup("all other foreign keys"));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->references->len; j++) {
            const PgsRule *rule = g_ptr_array_index(relation->references, j);
            if (g_ptr_array_find(trial->edges, rule, NULL))
                continue;
            g_autoptr(GPtrArray) drop = pgs_rule_drop(trial->rows->bench, rule);
            append_copies(way->statements, drop);
        }
    }
    if (way->statements->len == 0)
        g_clear_pointer(&way, pgs_referential_way_free);
    return way;
}

/* ---- suspects ---- */

static void
suspect_each(const PgsReferentialTrial *trial, const PgsRelation *relation, GPtrArray *suspects)
{
    for (guint i = 0; i < relation->triggers->len; i++) {
        const PgsTriggerFacts *trigger = g_ptr_array_index(relation->triggers, i);
        if (trigger->enabled == 'D')
            continue;
        g_autofree char *name = quote(trial, trigger->name);
        PgsReferentialWay *way =
            way_new(g_strdup_printf("trigger %s on %s", trigger->name, relation->identity));
        g_ptr_array_add(way->statements, g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER %s",
                                                         relation->identity, name));
        g_ptr_array_add(suspects, way);
    }
    for (guint i = 0; i < relation->rewrites->len; i++) {
        const char *rule = g_ptr_array_index(relation->rewrites, i);
        PgsReferentialWay *way =
            way_new(g_strdup_printf("rule %s on %s", rule, relation->identity));
        drop_rewrite(trial, relation, rule, way->statements);
        g_ptr_array_add(suspects, way);
    }
}

/* The server's own triggers, which keep the key, can be disabled as well. */
static void
suspect_disabled(const PgsRelation *relation, GPtrArray *suspects)
{
    PgsReferentialWay *way = way_new(g_strdup_printf(
        "ALTER TABLE %s DISABLE TRIGGER ALL, which was left so,", relation->identity));
    g_ptr_array_add(way->statements,
                    g_strdup_printf("ALTER TABLE %s ENABLE TRIGGER ALL", relation->identity));
    g_ptr_array_add(suspects, way);
}

static void
suspect_session(GPtrArray *suspects)
{
    PgsReferentialWay *way = way_new(
        g_strdup("session_replication_role, which is not origin in this database's sessions,"));
    g_ptr_array_add(way->statements, g_strdup("SET LOCAL session_replication_role = origin"));
    g_ptr_array_add(suspects, way);
}

GPtrArray *
pgs_referential_suspects(const PgsReferentialTrial *trial)
{
    GPtrArray *suspects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_referential_way_free);
    g_autoptr(GPtrArray) relations = relations_of(trial);
    suspect_session(suspects);
    for (guint i = 0; i < relations->len; i++)
        suspect_each(trial, g_ptr_array_index(relations, i), suspects);
    for (guint i = 0; i < relations->len; i++)
        suspect_disabled(g_ptr_array_index(relations, i), suspects);
    PgsReferentialWay *all = way_without(trial, relations);
    if (all != NULL)
        g_ptr_array_add(suspects, all);
    return suspects;
}

gboolean
pgs_referential_try_ways(const PgsReferentialTrial *trial, const GPtrArray *ways,
                         const PgsReferentialWay **found, GError **error)
{
    *found = NULL;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    for (guint i = 0; i < ways->len; i++) {
        const PgsReferentialWay *way = g_ptr_array_index(ways, i);
        pgs_referential_trial_add(trial, batch, way->statements);
    }
    if (!pgs_batch_run(batch, pgs_bench_connection(trial->rows->bench), error))
        return FALSE;
    for (guint i = 0; i < ways->len && *found == NULL; i++) {
        const PgsReferentialWay *way = g_ptr_array_index(ways, i);
        g_autoptr(PgsReferentialOutcome) outcome =
            pgs_referential_trial_judge(trial, pgs_batch_result(batch, i), way->statements);
        if (outcome->kind == PGS_CAME_AS_DECLARED)
            *found = way;
    }
    return TRUE;
}
