#ifndef PGS_MIGRATION_RECOGNISE_H
#define PGS_MIGRATION_RECOGNISE_H

#include "migration/reader.h"

/* Which format a folder has, and why. */
typedef struct {
    const PgsReader *reader;
    char *reason;
    GPtrArray *candidates; /* const PgsReader *: all that it may be; more than one: it is open */
} PgsRecognition;

void pgs_recognition_clear(PgsRecognition *recognition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsRecognition, pgs_recognition_clear)

/*
 * Looks for signs: a tool's own files and marks, then the project's manifest, then the plain rule.
 * Error: PGS_MIGRATION_ERROR_FORMAT, which names the tool when it is one that has no reader here.
 */
gboolean pgs_recognise(const PgsFolder *folder, PgsRecognition *recognition, GError **error);

/*
 * Once the history is read: when the format is open, a note that says what was assumed, or
 * PGS_MIGRATION_ERROR_AMBIGUOUS when a statement's fate depends on it.
 */
gboolean pgs_recognition_settle(const PgsRecognition *recognition, PgsHistory *history,
                                GError **error);

/* The tool that made the folder, one of those that have no reader here, and the sign (g_free()) by
 * which it is told; NULL: none.  ours: whether a reader's names fit the folder. */
const char *pgs_foreign_tool(const PgsFolder *folder, gboolean ours, char **sign);

/* Up to three folders below path that look like migrations, for a hint; NULL-terminated. */
char **pgs_search_migrations(const char *path);

#endif
