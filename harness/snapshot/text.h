#ifndef PGS_SNAPSHOT_TEXT_H
#define PGS_SNAPSHOT_TEXT_H

#include "snapshot/snapshot.h"

/*
 * The stable text form of a snapshot, fit for git: one object a paragraph, one attribute a line
 * (a value of several lines is indented below its name), sorted, ended by a newline.  Writing what
 * was read gives the same bytes.
 */

#define PGS_SNAPSHOT_TEXT_ERROR (pgs_snapshot_text_error_quark())
GQuark pgs_snapshot_text_error_quark(void);
typedef enum {
    PGS_SNAPSHOT_TEXT_ERROR_SYNTAX,  /* the message begins with "line N: " */
    PGS_SNAPSHOT_TEXT_ERROR_VERSION, /* written by a newer pgstair */
} PgsSnapshotTextError;

/* The first line of every such file begins so. */
#define PGS_SNAPSHOT_TEXT_MAGIC "# pgstair snapshot "

/* Free with g_free(). */
char *pgs_snapshot_to_text(const PgsSnapshot *snapshot, gsize *length);
PgsSnapshot *pgs_snapshot_from_text(const char *text, gsize length, GError **error);

#endif
