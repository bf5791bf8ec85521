#include "check/autogenerate.h"

#include <string.h>

#define CHECK "drift.autogenerate"
#define TITLE "head and the models that env.py names"

gboolean
pgs_autogenerate_is_wanted(const PgsHistory *history, const PgsCheckSelection *checks)
{
    return history->driver == PGS_DRIVER_ALEMBIC && pgs_check_selection_has(checks, CHECK);
}

static PgsFinding *
add(const PgsSystem *system, PgsStatus status, const char *title, GPtrArray *findings)
{
    PgsFinding *finding = pgs_finding_new(CHECK, status, system->name, NULL, title);
    g_ptr_array_add(findings, finding);
    return finding;
}

void
pgs_autogenerate_skip(const PgsSystem *system, gboolean is_told, GPtrArray *findings)
{
    PgsFinding *finding =
        add(system, is_told ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR, TITLE, findings);
    finding->message = g_strdup("head was not reached");
    if (!is_told)
        finding->hint = g_strdup("cycle.up was left out of this run; it says why");
}

/* "message\nHINT: hint", as errors are written, in its two parts. */
static void
take_error(PgsFinding *finding, const GError *error)
{
    const char *hint = strstr(error->message, "\nHINT: ");
    finding->message = hint != NULL ? g_strndup(error->message, (gsize)(hint - error->message))
                                    : g_strdup(error->message);
    finding->hint = hint != NULL ? g_strdup(hint + strlen("\nHINT: ")) : NULL;
}

static void
add_differences(const PgsSystem *system, const GPtrArray *differences, GPtrArray *findings)
{
    if (differences->len == 0)
        add(system, PGS_STATUS_PASSED, TITLE, findings);
    for (guint i = 0; i < differences->len; i++) {
        const char *difference = g_ptr_array_index(differences, i);
        PgsFinding *finding = add(system, PGS_STATUS_FAILED, difference, findings);
        finding->object = g_strdup(difference);
        finding->message = g_strdup("the models ask for it, and no migration does it: \"alembic "
                                    "check\" fails");
        finding->expected = g_strdup("no operations");
        finding->actual = g_strdup(difference);
        finding->hint =
            g_strdup("\"alembic revision --autogenerate\" writes the migration; or mend "
                     "the models, or what env.py compares");
        finding->reproduce = g_strdup("alembic upgrade head && alembic check");
    }
}

gboolean
pgs_autogenerate_judge(PgsLane *lane, const PgsSystem *system, GPtrArray *findings, GError **error)
{
    g_autoptr(GPtrArray) differences = NULL;
    g_autofree char *reason = NULL;
    g_autoptr(GError) local = NULL;
    if (!pgs_driver_compare_models(pgs_lane_driver(lane), &differences, &reason, &local)) {
        /* Upgrades have run: it is autogenerate that fails. */
        if (!g_error_matches(local, PGS_DRIVER_ERROR, PGS_DRIVER_ERROR_START)) {
            g_propagate_error(error, g_steal_pointer(&local));
            return FALSE;
        }
        take_error(add(system, PGS_STATUS_ERROR, TITLE, findings), local);
        return TRUE;
    }
    if (differences != NULL)
        add_differences(system, differences, findings);
    else
        add(system, PGS_STATUS_SKIPPED, TITLE, findings)->message = g_steal_pointer(&reason);
    return TRUE;
}
