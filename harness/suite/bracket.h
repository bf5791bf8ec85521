#ifndef PGS_SUITE_BRACKET_H
#define PGS_SUITE_BRACKET_H

#include "pg/connection.h"

/*
 * What is done between opening and undoing leaves no trace: a savepoint inside a transaction, a
 * transaction of its own outside of one.
 */
typedef struct {
    PgsConnection *connection;
    gboolean is_savepoint;
} PgsBracket;

/* PGS_SUITE_ERROR_ABORTED when the transaction has failed already. */
gboolean pgs_bracket_open(PgsBracket *bracket, PgsConnection *connection, GError **error);
/*
 * The same, and until it is undone the session is what it was when it began: the superuser's, with
 * a search_path that is empty.  A test may have become another role.
 */
gboolean pgs_bracket_open_plain(PgsBracket *bracket, PgsConnection *connection, GError **error);
/* As if nothing had happened. */
gboolean pgs_bracket_undo(PgsBracket *bracket, GError **error);
/* What was done inside stays: part of the transaction, or committed. */
gboolean pgs_bracket_keep(PgsBracket *bracket, GError **error);

#endif
