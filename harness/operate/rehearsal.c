#include "operate/rehearsal.h"

#include "base/error.h"
#include "operate/likeness.h"
#include "operate/operate_error.h"

#include <string.h>

/* The schema itself cannot be made. */
static void
set_ground_error(const PgsLikeness *likeness, const GError *cause, GError **error)
{
    gboolean is_extension = strstr(cause->message, "extension") != NULL &&
                            strstr(cause->message, "not available") != NULL;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  is_extension ? "install the extension for the throwaway server, or choose one "
                                 "that has it with --server (docker=IMAGE)"
                               : NULL,
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
            set_ground_error(likeness, cause, error);
        else
            g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    record->duration = g_get_monotonic_time() - start;
    *ok = !pgs_record_has_failed(record, FALSE);
    return TRUE;
}
