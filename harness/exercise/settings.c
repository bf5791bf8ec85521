#include "base/embedded.h"
#include "exercise/exercise.h"
#include "exercise/settings_proof.h"
#include "inventory/sandbox.h"
#include "snapshot/query.h"
#include "values/generator.h"

extern const PgsEmbedded pgs_exercise_files[];

#define CHECK "exercise.settings"

static PGresult *
read_settings(PgsConnection *connection, gboolean is_foreign, GError **error)
{
    g_auto(PgsSandbox) sandbox = {0};
    if (!pgs_sandbox_begin(&sandbox, connection, "", error))
        return NULL;
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_exercise_files, "settings.sql"),
                                            pgs_connection_version(connection));
    const char *parameter = is_foreign ? "true" : "false";
    return pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 1, &parameter, NULL, error);
}

static PgsRuleResult *
result_new(const char *subject)
{
    PgsRuleResult *result = pgs_rule_result_new(NULL);
    result->check = CHECK;
    result->subject = g_strdup(subject);
    return result;
}

/* What was seen of one setting is so for the others. */
static void
copy_proof(const PgsRuleResult *from, PgsRuleResult *to)
{
    for (guint i = 0; i < from->evidence->len; i++) {
        const PgsEvidence *evidence = from->evidence->pdata[i];
        pgs_rule_result_add(to, evidence->what, evidence->statement, evidence->as_expected,
                            g_strdup(evidence->outcome));
    }
    to->sql = g_strdup(from->sql);
    to->reproduce = g_strdup(from->reproduce);
}

static void
tell(const PgsRuleResult *seen, PgsReplicaProof proof, const char *place, const char *reset,
     GPtrArray *results)
{
    PgsRuleResult *result = result_new(place);
    g_ptr_array_add(results, result);
    copy_proof(seen, result);
    if (proof == PGS_REPLICA_IS_SAFE) {
        pgs_rule_result_judge(result, PGS_VERDICT_EXERCISED, "%s", place);
        pgs_rule_result_note(
            result, "session_replication_role is replica for %s, but nothing here heeds it", place);
        return;
    }
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN,
                          "session_replication_role is replica for %s: neither foreign keys nor "
                          "triggers act in its sessions",
                          place);
    result->expected = g_strdup("session_replication_role = origin");
    result->actual = g_strdup_printf("session_replication_role = replica for %s", place);
    result->hint = g_strdup(reset);
    if (proof == PGS_REPLICA_UNKNOWN)
        pgs_rule_result_note(result, "known from the setting: no row could be made to show it");
}

gboolean
pgs_exercise_settings(PgsConnection *connection, gboolean is_foreign, GPtrArray *results,
                      GError **error)
{
    g_autoptr(PGresult) settings = read_settings(connection, is_foreign, error);
    if (settings == NULL)
        return FALSE;
    g_autoptr(PgsRuleResult) seen = result_new("session_replication_role");
    if (PQntuples(settings) == 0) {
        pgs_rule_result_judge(seen, PGS_VERDICT_EXERCISED, "%s", seen->subject);
        pgs_rule_result_add(seen, "session_replication_role of the database, roles and the server",
                            NULL, TRUE, g_strdup("nowhere replica"));
        g_ptr_array_add(results, g_steal_pointer(&seen));
        return TRUE;
    }
    g_autoptr(PgsBench) bench = pgs_bench_new(connection, PGS_EXERCISE_SEED, error);
    PgsReplicaProof proof;
    if (bench == NULL || !pgs_generator_prepare(bench, error) ||
        !pgs_settings_prove(bench, &proof, seen, error))
        return FALSE;
    for (int i = 0; i < PQntuples(settings); i++)
        tell(seen, proof, PQgetvalue(settings, i, 0), PQgetvalue(settings, i, 1), results);
    return TRUE;
}
