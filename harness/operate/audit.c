#include "operate/audit.h"

#include "base/error.h"
#include "check/drift.h"
#include "check/drift_scope.h"
#include "check/system_words.h"
#include "check/verify.h"
#include "cycle/lane.h"
#include "operate/backup.h"
#include "operate/target_roles.h"
#include "operate/throwaway.h"
#include "server/options.h"
#include "snapshot/catalog.h"

#include <string.h>

static PgsSnapshot *
read_target(const PgsAudit *audit, GError **error)
{
    g_autoptr(PgsConnection) reader = pgs_database_reader(audit->target, error);
    if (reader == NULL)
        return NULL;
    g_autoptr(PgsCatalog) catalog = pgs_catalog_new(reader, 0, audit->history->ledger, error);
    return catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
}

/* ---- The throwaway server ---- */

static PgsServer *
start_server(const PgsAudit *audit, GError **error)
{
    g_autofree char *spec = pgs_throwaway_server(audit->target, audit->system);
    PgsServerOptions options = pgs_system_server_options(audit->system, spec);
    options.progress = audit->note;
    options.progress_data = audit->note_data;
    PgsServer *server = pgs_server_start(&options, audit->cancellable, error);
    if (server == NULL)
        return NULL;
    int there = pgs_server_version_number(audit->target->server) / 10000;
    int here = pgs_server_version_number(server) / 10000;
    g_autofree char *text = g_strdup_printf(
        "the database runs on PostgreSQL %d, and is compared with what the migrations make on %d "
        "(--server local:%d or docker:%d makes them the same)",
        there, here, there, there);
    if (there != here && audit->note != NULL)
        audit->note(text, audit->note_data);
    return server;
}

/* ---- What the migrations make ---- */

static gboolean
fail_climb(const PgsAudit *audit, const PgsOutcome *outcome, GError **error)
{
    g_autofree char *text = pgs_failure_to_string(outcome->failure);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED,
                  "\"pgstair verify\" says more about it",
                  "%s cannot be climbed on a throwaway server: %s:%u: %s", audit->history->folder,
                  outcome->path, outcome->line, text);
    return FALSE;
}

/* What is applied; and what its tool ran behind that, which no books tell of. */
static gboolean
is_in_effect(const PgsAudit *audit, gint index)
{
    const PgsRevision *revision = g_ptr_array_index(audit->history->revisions, (guint)index);
    return audit->standing->state->applied[index] ||
           (revision->is_hook && audit->standing->n_applied > 0);
}

/* Just that, in the folder's order. */
static gboolean
climb(const PgsAudit *audit, PgsLane *lane, GError **error)
{
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    for (gint i = 0; i < (gint)audit->history->revisions->len; i++) {
        if (is_in_effect(audit, i))
            g_array_append_val(revisions, i);
    }
    PgsLaneRun run = {
        .up = TRUE,
        .revisions = (const gint *)(gconstpointer)revisions->data,
        .n_revisions = revisions->len,
    };
    guint done = 0;
    g_autoptr(PgsOutcome) outcome = pgs_lane_run_some(lane, &run, &done, error);
    if (outcome == NULL)
        return FALSE;
    return outcome->succeeded || fail_climb(audit, outcome, error);
}

/* ---- The comparison ---- */

static gboolean
compare(const PgsAudit *audit, PgsStage *stage, PgsSnapshot *is, GPtrArray *findings,
        GError **error)
{
    g_autoptr(PgsLane) lane = pgs_lane_new_at_base(stage, "audit", error);
    if (lane == NULL || !climb(audit, lane, error))
        return FALSE;
    g_autoptr(PgsSnapshot) should = pgs_lane_snapshot_whole(lane, error);
    if (should == NULL)
        return FALSE;
    g_autoptr(PgsSnapshot) told =
        pgs_drift_without_books(is, should, audit->history->books_schemas);
    pgs_drift_compare("drift.live", audit->system, audit->target->place, NULL, NULL, should, told,
                      findings);
    return !pgs_standing_is_head(audit->standing) || audit->system->models->len == 0 ||
           pgs_drift_judge_models(stage, audit->system, should, findings, error);
}

static void
hand_over(const PgsAudit *audit, PgsServer *server, GPtrArray *findings, PgsRecord *record)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *today = g_date_time_format(now, "%F");
    static const PgsCheckSelection all = {0};
    g_auto(PgsSink) sink = {0};
    pgs_sink_init(&sink, audit->system, audit->history);
    sink.checks = &all;
    sink.record = record;
    sink.today = today;
    sink.facts = pgs_record_add_system(record, audit->system->name, audit->system->folder);
    /* The drift alone is looked for: what the project requires is not asked of it. */
    PgsSystem told = *audit->system;
    told.requirements = NULL;
    pgs_verify_note_facts(sink.facts, &told, audit->history, server);
    pgs_sink_add_all(&sink, findings);
}

gboolean
pgs_audit_run(const PgsAudit *audit, PgsRecord *record, GError **error)
{
    if (!pgs_system_words_validate(audit->system, audit->history, error))
        return FALSE;
    g_autoptr(PgsSnapshot) is = read_target(audit, error);
    if (is == NULL)
        return FALSE;
    g_autoptr(PgsServer) server = start_server(audit, error);
    if (server == NULL)
        return FALSE;
    g_auto(PgsTargetRoles) roles = {0};
    if (!pgs_target_roles_init(&roles, audit->target, audit->system, audit->history, error))
        return FALSE;
    PgsStageOptions options = pgs_system_stage_options(&roles.system);
    g_autoptr(PgsStage) stage =
        pgs_stage_new(&options, audit->history, server, FALSE, audit->cancellable);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    if (!compare(audit, stage, is, findings, error))
        return FALSE;
    hand_over(audit, server, findings, record);
    return TRUE;
}
