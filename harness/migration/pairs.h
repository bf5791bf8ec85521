#ifndef PGS_MIGRATION_PAIRS_H
#define PGS_MIGRATION_PAIRS_H

#include "migration/step.h"

/* What readers fill a history with. */

/* Adds a note about the folder; path is copied, or NULL. */
void pgs_history_note(PgsHistory *history, PgsNoteLevel level, const char *check, const char *path,
                      const char *format, ...) G_GNUC_PRINTF(5, 6);

typedef enum {
    PGS_DIRECTION_UP,
    PGS_DIRECTION_DOWN,
} PgsDirection;

/* Revisions that are found file by file, each file one direction of one. */
typedef struct _PgsPairs PgsPairs;

PgsPairs *pgs_pairs_new(void);
void pgs_pairs_free(PgsPairs *pairs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsPairs, pgs_pairs_free)

/*
 * Adds one direction; takes step over, whatever becomes of it.  key: equal for the two of a
 * revision, and in byte order the order of the revisions.  id, name and label as in PgsRevision,
 * copied; an up's win over a down's.  Error: PGS_MIGRATION_ERROR_DUPLICATE, naming both files.
 */
gboolean pgs_pairs_add(PgsPairs *pairs, const char *key, PgsDirection direction, const char *id,
                       const char *name, const char *label, PgsStep *step, GError **error);

/* The number with a prefix that makes byte order the order of the numbers, leading zeros aside.
 * digits: not empty.  Free with g_free(). */
char *pgs_pairs_number_key(const char *digits);

/*
 * Moves the revisions into history, ordered, with notes: folder.orphan-down for a down without an
 * up, folder.name-mismatch (info) for a pair whose names differ.
 */
void pgs_pairs_finish(PgsPairs *pairs, PgsHistory *history);

/* Notes each .sql file in the folder itself that is not in used (names) as folder.unmatched. */
void pgs_history_note_unmatched(PgsHistory *history, const PgsFolder *folder, GHashTable *used,
                                const char *pattern);

#endif
