#ifndef PGS_PG_FAILURE_H
#define PGS_PG_FAILURE_H

#include <glib.h>
#include <libpq-fe.h>

/*
 * What the server said when it refused a statement, field by field (PostgreSQL docs, "Error and
 * Notice Message Fields").  Strings are NULL where the server gave none.
 */
typedef struct {
    char sqlstate[6]; /* five characters, or "" when the connection itself was lost */
    char *severity;   /* ERROR, FATAL, PANIC; not localized */
    char *message;
    char *detail;
    char *hint;
    char *context;
    char *schema;
    char *table;
    char *column;
    char *constraint;
    char *function; /* of the server's own source that raised it */
    guint position; /* in characters, from 1, in the text that was sent; 0 when not given */
} PgsFailure;

/* From a result with an error status, or (result NULL) from the connection's last error. */
PgsFailure *pgs_failure_new(const PGresult *result, const PGconn *connection);
/* One that pgstair itself states: a time limit, a COPY that the tool cannot feed, … */
PgsFailure *pgs_failure_new_printf(const char *sqlstate, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void pgs_failure_free(PgsFailure *failure);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFailure, pgs_failure_free)

/*
 * Whether the server refused it for want of what its machine has: room on its disk, memory,
 * connections; and it was not the statement's own code that said so (RAISE … USING ERRCODE), nor
 * another server.
 */
gboolean pgs_failure_is_shortage(const PgsFailure *failure);

/*
 * For a person, as psql shows it: "ERROR:  relation … (42P07)" and lines for DETAIL, HINT and
 * CONTEXT.  Free with g_free().
 */
char *pgs_failure_to_string(const PgsFailure *failure);

#endif
