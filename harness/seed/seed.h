#ifndef PGS_SEED_SEED_H
#define PGS_SEED_SEED_H

#include "pg/connection.h"
#include "project/sample.h"

/* Loads sample data: SQL, CSV, JSON. */

/* What happened when a sample could not be loaded; a refusal is data, as a migration's is. */
typedef struct {
    char *path;          /* the file; the sample's pattern when no file is to blame */
    guint line, column;  /* from 1; 0: none */
    char *message;       /* one line: "document 2: null value in column …" */
    char *hint;          /* or NULL */
    char *statement;     /* or NULL */
    PgsFailure *failure; /* the server's words, or NULL */
} PgsSeedFailure;
void pgs_seed_failure_free(PgsSeedFailure *failure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSeedFailure, pgs_seed_failure_free)

/*
 * Loads a sample: the files that its pattern matches (*, ? and [] as a shell has them), bytewise
 * in the order of their paths.  It is one transaction, or with SQL one for each file (as psql -1
 * has it), and none around a file that has transaction statements of its own or statements that
 * cannot run in one.
 *
 * CSV and JSON: a row is inserted; with a key, one that is there already is updated when anything
 * differs, to the byte, and is not touched otherwise, so that the second load of the same data
 * fires no trigger.  A value that is missing is NULL, or the default of a column that has one and
 * must not be null.
 *
 * TRUE with *failure set when the data or the server refuses (nothing stays of that transaction);
 * FALSE with error (PGS_PG_ERROR) only when the run itself cannot go on.  The connection's session
 * is changed by what an SQL file sets in it.
 *
 * *note (note may be NULL): what is odd about data that was loaded, "message\nHINT: hint", or NULL;
 * g_free().
 */
gboolean pgs_seed_load(PgsConnection *connection, const PgsSample *sample, PgsSeedFailure **failure,
                       char **note, GError **error);

/* The files that a sample's pattern names now, in the order in which they are loaded; strings. */
GPtrArray *pgs_seed_find_files(const char *pattern);

#endif
