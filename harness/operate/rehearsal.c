#include "operate/rehearsal.h"

#include "base/error.h"
#include "operate/likeness.h"
#include "operate/operate_error.h"

#include <stdlib.h>
#include <string.h>

/* What a person can do about it; g_free(), or NULL. */
static char *
advise(const PgsLikeness *likeness, const PgsRecord *record, const char *cause)
{
    const PgsRecordSystem *facts = pgs_record_find_system(record, likeness->system.name);
    int there = pgs_server_version_number(likeness->target->server) / 10000;
    int here = facts != NULL && facts->server_version != NULL ? atoi(facts->server_version) : there;
    if (there != here)
        return g_strdup_printf("the database is of PostgreSQL %d, the throwaway server of %d: "
                               "--server docker:%d, or local:%d where that is installed",
                               there, here, there, there);
    if (strstr(cause, "extension") != NULL && strstr(cause, "not available") != NULL)
        return g_strdup("install the extension for the throwaway server, or choose one that has "
                        "it with --server (docker=IMAGE)");
    return NULL;
}

/* The schema itself cannot be made: nothing is said of the migrations. */
static void
set_ground_error(const PgsLikeness *likeness, const PgsRecord *record, const GError *cause,
                 GError **error)
{
    g_autofree char *hint = advise(likeness, record, cause->message);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM, hint,
                  "the schema of %s cannot be made on a throwaway server, and the database was "
                  "not touched: %s",
                  likeness->target->place, cause->message);
}

gboolean
pgs_rehearsal_run(const PgsDatabase *target, const PgsSystem *system, const PgsHistory *history,
                  gint at, const PgsVerifyOptions *options, PgsRecord *record, gboolean *ok,
                  GError **error)
{
    gint64 start = g_get_monotonic_time();
    PgsVerifyOptions own = *options;
    g_autofree char *kept = NULL;
    g_autoptr(GError) cause = NULL;
    *ok = FALSE;
    g_autoptr(PgsLikeness) likeness = pgs_likeness_new(target, system, history, at, error);
    if (likeness == NULL)
        return FALSE;
    own.history = history;
    if (!pgs_verify_system(&likeness->system, &own, record, &kept, &cause)) {
        if (g_error_matches(cause, PGS_STAGE_ERROR, PGS_STAGE_ERROR_SQL))
            set_ground_error(likeness, record, cause, error);
        else
            g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    record->duration = g_get_monotonic_time() - start;
    *ok = !pgs_record_has_failed(record, FALSE);
    return TRUE;
}
