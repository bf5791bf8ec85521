#ifndef PGS_OPERATE_ALIGN_ROWS_H
#define PGS_OPERATE_ALIGN_ROWS_H

#include "pg/connection.h"
#include "snapshot/snapshot.h"

/* Rows of a real database, held against rules that it is to get. */

/* A rule of head that the database has not (or not validated), and what breaks it now. */
typedef struct {
    char *rule;    /* "foreign key public.threads.fk_threads_session_id" */
    char *table;   /* public.threads */
    gint64 rows;   /* that break it; -1: that cannot be told before the revisions have run */
    char *example; /* keys of some of them, "id 90, 91"; or NULL */
    char *text;    /* a sentence for a person */
} PgsAlignViolation;

/*
 * Asks for every rule that head has and now has not, as far as its table and columns are there
 * already: foreign keys, CHECK, UNIQUE, primary keys, NOT NULL.  PgsAlignViolation, only those that
 * rows break; *n_asked and *n_untold: how many rules were asked for, and how many could not be.
 */
GPtrArray *pgs_align_rows_find(PgsConnection *connection, PgsSnapshot *now, PgsSnapshot *head,
                               guint *n_asked, guint *n_untold, GError **error);

/* How many rows each table of a snapshot has: identity (char *) to gint64 *; g_hash_table_unref().
 */
GHashTable *pgs_align_rows_count(PgsConnection *connection, const PgsSnapshot *snapshot,
                                 GError **error);

#endif
