#ifndef PGS_MIGRATION_STEP_H
#define PGS_MIGRATION_STEP_H

#include "migration/reader.h"

/* How readers make the steps of a history. */

/*
 * A step of a file: its bytes, and the script made of them.  why: what decided about the
 * transaction, or NULL; copied.  NULL with error when the file cannot be read.
 */
PgsStep *pgs_step_new(PgsFolderFile *file, PgsSendRule send, gboolean transaction, const char *why,
                      const PgsTool *tool, GError **error);
/*
 * The same of a part of a file: length bytes from offset on, which begin in line of it.  cuts: the
 * statements as the tool's own splitter has them (sql/script.h), of PgsCut with offsets in that
 * part; NULL: as psql would split them.
 */
PgsStep *pgs_step_new_part(PgsFolderFile *file, gsize offset, gsize length, guint line,
                           const GArray *cuts, PgsSendRule send, gboolean transaction,
                           const char *why, const PgsTool *tool, GError **error);
/*
 * The same of a text that the tool makes of a file's part (placeholders, comments taken out).  Its
 * lines should be those of the file.  text is copied.
 */
PgsStep *pgs_step_new_text(const char *path, const char *text, gsize length, guint line,
                           const GArray *cuts, PgsSendRule send, gboolean transaction,
                           const char *why, const PgsTool *tool);
/* One that the tool itself runs: for people, path and the line where it begins. */
PgsStep *pgs_step_new_tool(const char *path, guint line, const PgsTool *tool);
/*
 * One that the tool refuses on reaching it, before anything is sent: in which line of the file,
 * why, and what to do about it.
 */
PgsStep *pgs_step_new_refused(const char *path, guint line, const PgsTool *tool, const char *hint,
                              const char *format, ...) G_GNUC_PRINTF(5, 6);
/* Says which line of the file each line of the text is (guint, taken over): where the tool leaves
 * lines of the file out of its text. */
void pgs_step_set_lines(PgsStep *step, GArray *lines);
/* The line of the file on which that line of the text lies; both from 1. */
guint pgs_step_file_line(const PgsStep *step, guint line);
void pgs_step_free(PgsStep *step); /* with those behind it */
/* Puts next (taken over) behind the last text of *step, or in its place when it is NULL. */
void pgs_step_append(PgsStep **step, PgsStep *next);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsStep, pgs_step_free)

#endif
