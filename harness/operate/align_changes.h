#ifndef PGS_OPERATE_ALIGN_CHANGES_H
#define PGS_OPERATE_ALIGN_CHANGES_H

#include "diff/diff.h"
#include "operate/align.h"

/*
 * What a revision changes, by what it is about: for each stage from COLUMNS to OTHER, lines ("index
 * public.ix_a"), char *; NULL: nothing.  g_ptr_array_unref() each.
 */
typedef struct {
    GPtrArray *lines[PGS_ALIGN_N_STAGES];
} PgsAlignChanges;

void pgs_align_changes_init(PgsAlignChanges *changes, PgsSnapshot *before, PgsSnapshot *after);
void pgs_align_changes_clear(PgsAlignChanges *changes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsAlignChanges, pgs_align_changes_clear)
/* "columns 3, indexes 2"; "nothing in the catalog"; g_free(). */
char *pgs_align_changes_sum(const PgsAlignChanges *changes);

#endif
