#include "exercise/referential_way.h"

#include "exercise/proof.h"
#include "exercise/proof_mask.h"

#include <string.h>

enum {
    MAX_NAMES = 6, /* of triggers and rules that are told */
};

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

/* "trigger keep on public.c, rule no_delete on public.c", and how many beyond those */
static char *
names_on(const GPtrArray *relations, guint *n)
{
    GString *text = g_string_new(NULL);
    *n = 0;
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->triggers->len + relation->rewrites->len; j++) {
            gboolean is_trigger = j < relation->triggers->len;
            const PgsTriggerFacts *trigger =
                is_trigger ? g_ptr_array_index(relation->triggers, j) : NULL;
            if (is_trigger && trigger->enabled == 'D')
                continue;
            const char *name =
                is_trigger ? trigger->name
                           : g_ptr_array_index(relation->rewrites, j - relation->triggers->len);
            if ((*n)++ < MAX_NAMES)
                g_string_append_printf(text, "%s%s %s on %s", *n > 1 ? ", " : "",
                                       is_trigger ? "trigger" : "rule", name, relation->identity);
        }
    }
    if (*n > MAX_NAMES)
        g_string_append_printf(text, " and %u more", *n - MAX_NAMES);
    return g_string_free(text, FALSE);
}

char *
pgs_referential_suspect_names(const PgsReferentialTrial *trial)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    guint n;
    g_autofree char *names = names_on(relations, &n);
    return n > 0 ? g_steal_pointer(&names) : NULL;
}

static PgsReferentialWay *
way_without(const PgsReferentialTrial *trial, const GPtrArray *relations)
{
    guint n;
    g_autofree char *names = names_on(relations, &n);
    if (n == 0)
        return NULL;
    PgsReferentialWay *way = way_new(g_steal_pointer(&names));
    way->is_users = TRUE;
    way->is_many = n > 1;
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

/* Whether a foreign key that ties the trial's rows together rests on it: dropped, it would take
   that key along. */
static gboolean
is_rested_on(const PgsReferentialTrial *trial, const PgsRule *rule)
{
    if (rule->kind != PGS_RULE_PRIMARY_KEY && rule->kind != PGS_RULE_UNIQUE)
        return FALSE;
    for (guint i = 0; i < trial->edges->len; i++) {
        const PgsRule *edge = g_ptr_array_index(trial->edges, i);
        guint n_same = 0;
        for (guint j = 0; j < edge->n_columns; j++)
            for (guint k = 0; k < rule->n_columns; k++)
                n_same += strcmp(edge->referenced_columns[j]->name, rule->columns[k]->name) == 0;
        if (edge->referenced == rule->relation && edge->n_columns == rule->n_columns &&
            n_same == rule->n_columns)
            return TRUE;
    }
    return FALSE;
}

PgsReferentialWay *
pgs_referential_way_past(const PgsReferentialTrial *trial, const PgsFailure *failure)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    const PgsRule *rule = pgs_rule_find_named(trial->rows->bench, failure);
    g_autoptr(GPtrArray) drop = NULL;
    if (rule != NULL && rule != trial->rows->rule && !is_rested_on(trial, rule))
        drop = pgs_rule_drop(trial->rows->bench, rule);
    if (drop == NULL || is_raised(failure))
        return way_without(trial, relations);
    PgsReferentialWay *way = way_new(pgs_rule_describe(rule));
    append_copies(way->statements, drop);
    return way;
}

/* The key whose own statement came to something unexpected: it is named in the message alone, where
   one name may be the beginning of another. */
static const PgsRule *
key_in_message(const PgsReferentialTrial *trial, const char *message)
{
    g_autoptr(GPtrArray) relations = relations_of(trial);
    const PgsRule *found = NULL;
    gsize longest = 0;
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = g_ptr_array_index(relations, i);
        for (guint j = 0; j < relation->referenced_by->len; j++) {
            const PgsRule *rule = g_ptr_array_index(relation->referenced_by, j);
            gsize length = strlen(rule->name) + strlen(rule->relation->name);
            if (strstr(message, rule->name) == NULL ||
                strstr(message, rule->relation->name) == NULL || length <= longest)
                continue;
            found = rule;
            longest = length;
        }
    }
    return found;
}

PgsReferentialWay *
pgs_referential_way_past_other_key(const PgsReferentialTrial *trial, const PgsFailure *failure)
{
    const PgsRule *rule = key_in_message(trial, failure->message);
    if (rule == NULL || g_ptr_array_find(trial->edges, rule, NULL))
        return NULL;
    g_autoptr(GPtrArray) drop = pgs_rule_drop(trial->rows->bench, rule);
    if (drop == NULL)
        return NULL;
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

static void
append_columns(GString *sql, const PgsColumn *const *columns, guint n)
{
    for (guint i = 0; i < n; i++)
        g_string_append_printf(sql, "%s%s", i == 0 ? " (" : ", ", columns[i]->quoted);
    g_string_append(sql, n > 0 ? ")" : "");
}

/* Rows that were there before need not obey it. */
static char *
add_constraint(const PgsReferentialTrial *trial)
{
    const PgsRule *rule = trial->rows->rule;
    g_autofree char *name = quote(trial, rule->name);
    GString *sql = g_string_new(NULL);
    g_string_append_printf(sql, "ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY",
                           rule->relation->identity, name);
    append_columns(sql, rule->columns, rule->n_columns);
    g_string_append_printf(sql, " REFERENCES %s", rule->referenced->identity);
    append_columns(sql, rule->referenced_columns, rule->n_columns);
    g_string_append_printf(
        sql, "%s ON UPDATE %s ON DELETE %s", rule->match == 'f' ? " MATCH FULL" : "",
        pgs_referential_action_name(rule->on_update), pgs_referential_action_name(rule->on_delete));
    if (rule->on_delete == 'n' || rule->on_delete == 'd')
        append_columns(sql, rule->delete_set, rule->n_delete_set);
    g_string_append_printf(sql, "%s%s%s", rule->deferrable ? " DEFERRABLE" : "",
                           rule->deferred ? " INITIALLY DEFERRED" : "",
                           rule->relation->kind == 'r' ? " NOT VALID" : "");
    return g_string_free(sql, FALSE);
}

PgsReferentialWay *
pgs_referential_way_anew(const PgsReferentialTrial *trial)
{
    PgsReferentialWay *way = way_new(g_strdup("the key as it stands in the catalog (made anew, it "
                                              "acts otherwise)"));
    way->is_anew = TRUE;
    g_autoptr(GPtrArray) drop = pgs_rule_drop(trial->rows->bench, trial->rows->rule);
    append_copies(way->statements, drop);
    g_ptr_array_add(way->statements, add_constraint(trial));
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
        way->is_users = TRUE;
        g_ptr_array_add(way->statements, g_strdup_printf("ALTER TABLE %s DISABLE TRIGGER %s",
                                                         relation->identity, name));
        g_ptr_array_add(suspects, way);
    }
    for (guint i = 0; i < relation->rewrites->len; i++) {
        const char *rule = g_ptr_array_index(relation->rewrites, i);
        PgsReferentialWay *way =
            way_new(g_strdup_printf("rule %s on %s", rule, relation->identity));
        way->is_users = TRUE;
        drop_rewrite(trial, relation, rule, way->statements);
        g_ptr_array_add(suspects, way);
    }
}

/* The server's own triggers, which keep the key, can be disabled as well. */
static void
suspect_disabled(const PgsRelation *relation, GPtrArray *suspects)
{
    PgsReferentialWay *way = way_new(g_strdup_printf(
        "a trigger of the key's own on %s that is disabled (ALTER TABLE %s DISABLE TRIGGER ALL, or "
        "that one, or ENABLE REPLICA TRIGGER)",
        relation->identity, relation->identity));
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
    /* What is said of a table holds for its partitions too: these first. */
    for (guint i = relations->len; i > 0; i--)
        suspect_disabled(g_ptr_array_index(relations, i - 1), suspects);
    PgsReferentialWay *all = way_without(trial, relations);
    if (all != NULL)
        g_ptr_array_add(suspects, all);
    g_ptr_array_add(suspects, pgs_referential_way_anew(trial));
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
        /* A new key may be refused by what it can never get past. */
        if (outcome->kind == PGS_CAME_AS_DECLARED ||
            (way->is_anew && outcome->kind == PGS_CAME_REFUSED))
            *found = way;
    }
    return TRUE;
}
