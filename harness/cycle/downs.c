#include "cycle/downs.h"

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

static gboolean
has_any(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        if (revision_at(history, (gint)i)->down != NULL)
            return TRUE;
    }
    return FALSE;
}

static PgsDownPolicy
policy_of(const PgsHistory *history)
{
    PgsDownPolicy policy = history->settings->downs;
    return policy == PGS_DOWNS_USUAL && history->forward_only ? PGS_DOWNS_OPTIONAL : policy;
}

gboolean
pgs_downs_is_forward_only(const PgsHistory *history)
{
    return policy_of(history) != PGS_DOWNS_REQUIRED && !has_any(history);
}

const char *
pgs_downs_excuse(const PgsHistory *history, gint index)
{
    const PgsRevision *revision = revision_at(history, index);
    if (revision->down != NULL || revision->repeatable)
        return NULL;
    switch (policy_of(history)) {
    case PGS_DOWNS_OPTIONAL:
        return history->forward_only ? "it has no downgrade: its tool knows none"
                                     : "it has no downgrade, which the project leaves to each "
                                       "revision (downs: optional)";
    case PGS_DOWNS_USUAL:
        return has_any(history) ? NULL : "no revision has a downgrade";
    case PGS_DOWNS_REQUIRED:
        break;
    }
    return NULL;
}

gboolean
pgs_downs_is_missing(const PgsHistory *history, gint index)
{
    const PgsRevision *revision = revision_at(history, index);
    return revision->down == NULL && !revision->repeatable &&
           pgs_downs_excuse(history, index) == NULL;
}

gint
pgs_downs_floor(const PgsHistory *history, gint floor)
{
    for (gint i = (gint)history->revisions->len - 1; i > floor; i--) {
        if (pgs_downs_excuse(history, i) != NULL)
            return i;
    }
    return floor;
}
