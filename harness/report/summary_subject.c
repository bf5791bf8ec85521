#include "report/summary.h"

/* Groups of checks whose cases are revisions. */
static const char *const climbing[] = {"cycle.", "stairway.", "data."};

static gboolean
is_climbing(const PgsFinding *finding)
{
    for (gsize i = 0; i < G_N_ELEMENTS(climbing); i++) {
        if (g_str_has_prefix(finding->check, climbing[i]))
            return TRUE;
    }
    return FALSE;
}

const char *
pgs_summary_subject(const PgsFinding *finding)
{
    if (is_climbing(finding) && finding->revision != NULL)
        return finding->revision;
    /* What fails in a test is its case, whatever object it was looking at; a query likewise. */
    gboolean is_case = g_str_has_prefix(finding->check, "suite.") ||
                       g_str_has_prefix(finding->check, "plan.query");
    if (finding->object != NULL && !is_climbing(finding) && !is_case)
        return finding->object;
    return finding->title != NULL ? finding->title : finding->revision;
}

gboolean
pgs_summary_is_same_case(const PgsFinding *a, const PgsFinding *b)
{
    if (is_climbing(a) && is_climbing(b))
        return g_strcmp0(a->revision, b->revision) == 0;
    return g_strcmp0(pgs_summary_subject(a), pgs_summary_subject(b)) == 0;
}
