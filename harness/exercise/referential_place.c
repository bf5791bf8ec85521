#include "exercise/referential_place.h"

/* The same row as one of the table that the partition belongs to. */
static PgsDraft *
draft_of_whole(const PgsDraft *draft, const PgsRelation *relation)
{
    PgsDraft *whole = pgs_draft_new(relation);
    for (guint i = 0; i < relation->columns->len; i++) {
        const PgsColumn *column = g_ptr_array_index(relation->columns, i);
        const PgsColumn *own = pgs_relation_column(draft->relation, column->name);
        if (own != NULL)
            pgs_draft_set(whole, column, pgs_draft_get(draft, own));
    }
    return whole;
}

PgsDraft *
pgs_referential_draft_in(PgsBench *bench, const PgsRelation *relation, const PgsRelation *part,
                         const PgsWish *wishes, guint n_wishes, char **reason, GError **error)
{
    if (part == NULL)
        return pgs_synthesis_draft(bench, relation, wishes, n_wishes, reason, error);
    g_autofree PgsWish *own = g_new0(PgsWish, n_wishes + 1);
    for (guint i = 0; i < n_wishes; i++) {
        own[i] = wishes[i];
        own[i].column = pgs_relation_column(part, wishes[i].column->name);
    }
    g_autoptr(PgsDraft) draft = pgs_synthesis_draft(bench, part, own, n_wishes, reason, error);
    if (draft == NULL)
        return NULL;
    if (draft->companions == NULL)
        return draft_of_whole(draft, relation);
    *reason = g_strdup_printf("a row of %s comes with others only", part->identity);
    return NULL;
}
