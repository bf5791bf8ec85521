#include "exercise/settings_proof.h"

#include "exercise/rows_condition.h"
#include "synthesis/synthesis.h"

enum {
    MAX_TRIES = 8, /* foreign keys; one is enough as a rule */
};

#define REPLICA "SET LOCAL session_replication_role = replica"

/* "DELETE FROM public.ships WHERE id = '1'": what the row refers to. */
static char *
delete_of_parent(const PgsRule *key, const PgsStored *child)
{
    GString *sql = g_string_new(NULL);
    g_string_printf(sql, "DELETE FROM %s WHERE ", key->referenced->identity);
    for (guint i = 0; i < key->n_columns; i++) {
        const PgsColumn *referenced = key->referenced_columns[i];
        g_string_append_printf(sql, "%s%s = (", i > 0 ? " AND " : "", referenced->quoted);
        pgs_value_append(sql, pgs_stored_get(child, key->columns[i]));
        g_string_append_printf(sql, ")::%s", referenced->type_sql);
    }
    return g_string_free(sql, FALSE);
}

static char *
count_orphans_sql(PgsConnection *connection, const PgsRule *key)
{
    g_autoptr(GPtrArray) conditions = pgs_row_conditions(connection, key->relation);
    for (guint i = 0; i < conditions->len; i++) {
        const PgsRowCondition *condition = conditions->pdata[i];
        if (condition->rule == key)
            return g_strdup_printf("SELECT pg_catalog.count(*) FROM %s WHERE %s",
                                   key->relation->identity, condition->sql);
    }
    return NULL;
}

/* *result NULL: the server refused it, in words that do not matter here. */
static gboolean
ask(PgsConnection *connection, const char *sql, PGresult **result, GError **error)
{
    PgsFailure *refusal = NULL;
    g_autoptr(GError) local = NULL;
    *result = pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 0, NULL, &refusal, &local);
    g_autoptr(PgsFailure) owned = refusal;
    if (*result != NULL || owned != NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&local));
    return FALSE;
}

/* -1: it is not known. */
static gboolean
count_orphans(PgsConnection *connection, const char *sql, gint64 *n, GError **error)
{
    g_autoptr(PGresult) result = NULL;
    gboolean ok = ask(connection, sql, &result, error);
    *n = result != NULL ? g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;
    return ok;
}

/* What a replica's session makes of the delete: how many rows; -1: it is refused. */
static gboolean
delete_as_replica(PgsConnection *connection, const char *sql, gint64 *n, GError **error)
{
    g_autoptr(PGresult) set = NULL;
    g_autoptr(PGresult) result = NULL;
    *n = 0; /* when this session may not say so: nothing was tried */
    if (!ask(connection, REPLICA, &set, error))
        return FALSE;
    if (set == NULL)
        return TRUE;
    if (!ask(connection, sql, &result, error))
        return FALSE;
    *n = result != NULL ? g_ascii_strtoll(PQcmdTuples(result), NULL, 10) : -1;
    return TRUE;
}

static void
tell(PgsBench *bench, const PgsRule *key, const char *delete, PgsRuleResult *result)
{
    g_autofree char *name = pgs_rule_describe(key);
    g_autofree char *what =
        g_strdup_printf("DELETE of a row of %s that a row of %s refers to (%s)",
                        key->referenced->identity, key->relation->identity, name);
    g_autofree char *script = pgs_synthesis_script(bench);
    pgs_rule_result_add(result, what, delete, FALSE,
                        g_strdup("accepted; the row that refers to it is still there"));
    g_free(result->sql);
    g_free(result->reproduce);
    result->sql = g_strdup(delete);
    result->reproduce = g_strdup_printf("%s\n" REPLICA ";\n%s;", script, delete);
}

/* The orphans that there are before and after the delete. */
static gboolean
try_delete(PgsBench *bench, const PgsRule *key, const char *count, const char *delete,
           PgsReplicaProof *proof, GError **error)
{
    PgsConnection *connection = pgs_bench_connection(bench);
    gint64 before, n, after = 0;
    if (!count_orphans(connection, count, &before, error))
        return FALSE;
    if (before < 0)
        return TRUE;
    if (!delete_as_replica(connection, delete, &n, error) ||
        (n > 0 && !count_orphans(connection, count, &after, error)))
        return FALSE;
    if (n > 0 && after > before)
        *proof = PGS_REPLICA_ACTS;
    else if (n != 0 && key->referenced != key->relation) /* the row may refer to itself */
        *proof = PGS_REPLICA_IS_SAFE;
    return TRUE;
}

/* In the bench's transaction. */
static gboolean
try_key(PgsBench *bench, const PgsRule *key, PgsReplicaProof *proof, PgsRuleResult *result,
        GError **error)
{
    g_autofree char *count = count_orphans_sql(pgs_bench_connection(bench), key);
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    *proof = PGS_REPLICA_UNKNOWN;
    if (count == NULL)
        return TRUE;
    g_autoptr(PgsStored) child = pgs_synthesis_make(bench, key->relation, NULL, 0, &reason, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (child == NULL)
        return TRUE;
    g_autofree char *delete = delete_of_parent(key, child);
    if (!try_delete(bench, key, count, delete, proof, error))
        return FALSE;
    if (*proof == PGS_REPLICA_ACTS)
        tell(bench, key, delete, result);
    return TRUE;
}

/* Triggers that act in other sessions do not in these, unless they are ENABLE ALWAYS. */
static gboolean
has_silent_trigger(const PgsInventory *inventory)
{
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        for (guint j = 0; j < relation->triggers->len; j++) {
            const PgsTriggerFacts *trigger = relation->triggers->pdata[j];
            if (trigger->enabled == 'O' && !relation->is_auxiliary)
                return TRUE;
        }
    }
    return FALSE;
}

gboolean
pgs_settings_prove(PgsBench *bench, PgsReplicaProof *proof, PgsRuleResult *result, GError **error)
{
    const PgsInventory *inventory = pgs_bench_inventory(bench);
    const GPtrArray *rules = pgs_inventory_rules(inventory);
    gboolean is_unknown = has_silent_trigger(inventory);
    *proof = PGS_REPLICA_IS_SAFE;
    for (guint i = 0, n = 0; i < rules->len && n < MAX_TRIES; i++) {
        const PgsRule *key = rules->pdata[i];
        if (key->kind != PGS_RULE_FOREIGN_KEY || !key->enforced)
            continue;
        n++;
        if (!pgs_bench_begin(bench, error))
            return FALSE;
        gboolean ok = try_key(bench, key, proof, result, error);
        pgs_bench_rollback(bench);
        if (!ok)
            return FALSE;
        if (*proof == PGS_REPLICA_ACTS)
            return TRUE;
        is_unknown = is_unknown || *proof == PGS_REPLICA_UNKNOWN;
    }
    *proof = is_unknown ? PGS_REPLICA_UNKNOWN : PGS_REPLICA_IS_SAFE;
    return TRUE;
}
