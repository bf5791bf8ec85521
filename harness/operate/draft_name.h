#ifndef PGS_OPERATE_DRAFT_NAME_H
#define PGS_OPERATE_DRAFT_NAME_H

#include "migration/history.h"

/* What a new revision is called, in the way in which the folder's own are. */

/* How a tool numbers the first revision of a folder. */
typedef enum {
    PGS_NUMBERING_SEQUENCE,     /* 0001 */
    PGS_NUMBERING_ONE,          /* 1 */
    PGS_NUMBERING_TIME,         /* 20261122003100, UTC */
    PGS_NUMBERING_DASHED_TIME,  /* 2026-11-22-003100 */
    PGS_NUMBERING_MILLISECONDS, /* 1795307460000, since 1970 */
} PgsNumbering;

typedef struct {
    char *version;   /* as it is spelled in the file's name */
    char *separator; /* between it and the name, as the folder's last file has it; NULL: there is
                        none to look at */
    char *folder;    /* where such files lie */
    char *last;      /* the last revision's file (of a revision that is a folder: the folder),
                        without its path; or NULL */
} PgsDraftName;

void pgs_draft_name_clear(PgsDraftName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsDraftName, pgs_draft_name_clear)

/*
 * depth: a revision's file lies so many folders below the migrations' own.  prefix: the letters
 * of which one stands in front of a version ("VU"), or "".  now: of the revision.
 */
void pgs_draft_name_next(PgsDraftName *name, const PgsHistory *history, guint depth,
                         const char *prefix, PgsNumbering numbering, GDateTime *now);

/* The last revision that is numbered, or NULL. */
const PgsRevision *pgs_draft_last_revision(const PgsHistory *history);

/* description in letters, digits and blank ('_' or '-') alone; NULL with error when nothing is left
 * of it.  g_free(). */
char *pgs_draft_slug(const char *description, char blank, gboolean lower, GError **error);

#endif
