#ifndef PGS_OPERATE_DRAFT_FORMAT_H
#define PGS_OPERATE_DRAFT_FORMAT_H

#include "operate/draft.h"
#include "operate/draft_name.h"

/* A revision's files before they are written. */
typedef struct {
    char *path;
    char *text;
} PgsDraftFile;

void pgs_draft_file_free(gpointer file);

/* What the files are made of. */
typedef struct {
    const PgsSystem *system;
    const PgsHistory *history;
    const char *description;
    const char *note;      /* or NULL */
    const char *up, *down; /* or NULL */
    GDateTime *now;
} PgsDraftRequest;

/*
 * The files (PgsDraftFile) of a format that is named in a table here.  NULL with error:
 * PGS_OPERATE_ERROR_DRAFT where the format is none of them or the text cannot be said in it.
 */
GPtrArray *pgs_draft_format_files(const PgsDraftRequest *request, GError **error);

/* The same of Sqitch; *plan_line: what is to be added to *plan, a path (g_free() both). */
GPtrArray *pgs_draft_sqitch_files(const PgsDraftRequest *request, char **plan, char **plan_line,
                                  GError **error);

/* Has the project's own Alembic write it: the path, g_free(). */
char *pgs_draft_alembic(const PgsDraftRequest *request, GCancellable *cancellable, GError **error);

/* A section: the note (where it is the upgrade), and text or a comment in its place.  empty: what
 * stands for nothing in a tool that refuses that, or NULL.  g_free(). */
char *pgs_draft_section(const PgsDraftRequest *request, gboolean up, const char *empty);

/* The note as comments, each line behind mark ("-- "); "" without one.  g_free(). */
char *pgs_draft_note(const char *note, const char *mark);

#endif
