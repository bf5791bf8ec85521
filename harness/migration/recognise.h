#ifndef PGS_MIGRATION_RECOGNISE_H
#define PGS_MIGRATION_RECOGNISE_H

#include "migration/reader.h"

/* What a format was told by; the surer comes first. */
typedef enum {
    PGS_TOLD_BY_SIGN,     /* the tool's own files or marks */
    PGS_TOLD_BY_MANIFEST, /* the project's manifest names the tool */
    PGS_TOLD_BY_NAMES,    /* nothing but the names of files */
} PgsToldBy;

/* Which format a folder has, and why. */
typedef struct {
    const PgsReader *reader;
    PgsToldBy told_by;
    char *reason;
    GPtrArray *candidates; /* const PgsReader *: all that it may be; more than one: it is open */
} PgsRecognition;

void pgs_recognition_clear(PgsRecognition *recognition);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsRecognition, pgs_recognition_clear)

/*
 * Looks for signs: a tool's own files and marks, then the project's manifest, then the plain rule.
 * FALSE: none of them tells.
 */
gboolean pgs_recognise(const PgsFolder *folder, PgsRecognition *recognition);
/*
 * Why not, as an error: PGS_MIGRATION_ERROR_FORMAT, which names the tool when it is one that has no
 * reader here; or _AMBIGUOUS, where the names fit several.
 */
void pgs_recognise_refuse(const PgsFolder *folder, GError **error);

/*
 * Once the history is read: when the format is open, a note that says what was assumed, or
 * PGS_MIGRATION_ERROR_AMBIGUOUS when a statement's fate depends on it.
 */
gboolean pgs_recognition_settle(const PgsRecognition *recognition, PgsHistory *history,
                                GError **error);

/* The tool that made the folder, one of those that have no reader here, and the sign (g_free()) by
 * which it is told; NULL: none. */
const char *pgs_foreign_tool(const PgsFolder *folder, char **sign);

#endif
