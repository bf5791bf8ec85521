#ifndef PGS_PG_BATCH_H
#define PGS_PG_BATCH_H

#include "pg/connection.h"

/*
 * Many attempts at once.  An attempt is one statement or several; each attempt finds the database
 * as the open transaction has it and leaves nothing behind, whether it is accepted or refused: it
 * runs in a savepoint that is rolled back.  All are sent without waiting for answers, so that a
 * hundred attempts cost little more than what the server does for them.
 */
typedef struct _PgsBatch PgsBatch;

/* What came of one attempt. */
typedef struct {
    PgsFailure *failure; /* the server refused a statement of it; NULL: it accepted all */
    guint refused_at;    /* which one, from 0; the number of statements when none was */
    GPtrArray *results;  /* PGresult of each statement that was accepted, in order (text format) */
} PgsBatchResult;

PgsBatch *pgs_batch_new(void);
void pgs_batch_free(PgsBatch *batch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBatch, pgs_batch_free)

/* Begins a further attempt; returns its index. */
guint pgs_batch_begin(PgsBatch *batch);
/* Adds one statement (one command, no COPY) to the attempt that was begun last.  Copied. */
void pgs_batch_add(PgsBatch *batch, const char *sql);
void pgs_batch_add_printf(PgsBatch *batch, const char *format, ...) G_GNUC_PRINTF(2, 3);
guint pgs_batch_length(const PgsBatch *batch);

/*
 * Runs them all, within a transaction block that the caller has begun and that has not failed; it
 * is as usable afterwards.  FALSE with error only when that could not be found out: connection
 * lost, cancelled, the server short of room (PGS_PG_ERROR_SHORTAGE), or an attempt that ended the
 * transaction itself.  A statement that runs into its limit is a refusal (57014).
 */
gboolean pgs_batch_run(PgsBatch *batch, PgsConnection *connection, GError **error);
/* After it ran; belongs to the batch. */
const PgsBatchResult *pgs_batch_result(const PgsBatch *batch, guint attempt);

#endif
