#ifndef PGS_PG_PIPELINE_H
#define PGS_PG_PIPELINE_H

#include "pg/connection.h"

/* One of many statements. */
typedef struct {
    const char *sql;
    const char *const *params; /* text; NULL: SQL NULL */
    int n_params;
} PgsPipelined;

/*
 * Runs many small statements that return no rows, inside a transaction block, one after the other
 * just as pgs_connection_query() would, but without waiting for each answer before the next is
 * sent; one whose text is that of the one before is not parsed again.  Nothing behind a statement
 * that the server refuses is run.  *n_done: how many were.  FALSE: error is set, and *failure, when
 * the server has refused the statement *n_done, as pgs_connection_query() has it.
 */
gboolean pgs_pipeline_run(PgsConnection *connection, const PgsPipelined *statements, guint n,
                          guint *n_done, PgsFailure **failure, GError **error);

/* For what drives a pipeline itself (batch.h): takes the result of PQpipelineSync(), the next. */
gboolean pgs_pipeline_take_sync(PgsConnection *connection, GError **error);

#endif
