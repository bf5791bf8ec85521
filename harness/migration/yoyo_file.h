#ifndef PGS_MIGRATION_YOYO_FILE_H
#define PGS_MIGRATION_YOYO_FILE_H

#include "migration/step.h"

/* One .sql file of yoyo's. */
typedef struct {
    PgsFolderFile *file; /* borrowed */
    char *text;          /* as yoyo reads it: with \n at the end of each line */
    GArray *cuts;        /* PgsCut: its statements */
    char *transactional; /* what "-- transactional:" says; NULL: nothing */
    guint transactional_line;
    char **depends; /* never NULL */
    guint depends_line;
} PgsYoyoFile;

/* Error: it cannot be read, or is not UTF-8.  Free with pgs_yoyo_file_free(). */
PgsYoyoFile *pgs_yoyo_file_read(PgsFolderFile *file, GError **error);
void pgs_yoyo_file_free(PgsYoyoFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsYoyoFile, pgs_yoyo_file_free)

/* Its step; n_idle: of the migration's steps, those behind the file's own statements; why: what
 * decided about the transaction, or NULL. */
PgsStep *pgs_yoyo_file_step(const PgsYoyoFile *file, guint n_idle, gboolean transaction,
                            const char *why);

#endif
