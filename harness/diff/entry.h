#ifndef PGS_DIFF_ENTRY_H
#define PGS_DIFF_ENTRY_H

#include "diff/diff.h"

/* What a diff keeps of one difference.  Only the files of this module see it. */
typedef struct {
    PgsDifference difference; /* first: a PgsDifference of a diff is a PgsEntry */
    GPtrArray *children;      /* const PgsObject *: what came or went with it; NULL: nothing */
    gboolean is_folded;       /* listed among the children of another one */
} PgsEntry;

void pgs_entry_free(PgsEntry *entry);

/* The object that the difference is about: the one before, or the added one. */
static inline const PgsObject *
pgs_entry_object(const PgsEntry *entry)
{
    const PgsDifference *difference = &entry->difference;
    return difference->before != NULL ? difference->before : difference->after;
}

/* The first half of a change of name stands for both. */
static inline gboolean
pgs_entry_is_second_half(const PgsEntry *entry)
{
    return entry->difference.change == PGS_CHANGE_ADDED && entry->difference.renamed != NULL;
}

/* Finds, among added and removed objects that are not folded, those that are the same but for the
 * name, and makes them point at each other.  entries: PgsEntry; a snapshot may be NULL. */
void pgs_entry_find_renamed(GPtrArray *entries, const PgsSnapshot *before,
                            const PgsSnapshot *after);

/* The snapshot that an object of such a change belongs to (an attribute's: the first); or NULL. */
const PgsSnapshot *pgs_diff_side(const PgsDiff *diff, PgsChange change);

#endif
