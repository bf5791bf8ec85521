#include "suite/bracket.h"

#include "base/error.h"
#include "suite/suite_error.h"

gboolean
pgs_bracket_open(PgsBracket *bracket, PgsConnection *connection, GError **error)
{
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(connection));
    bracket->connection = connection;
    bracket->is_savepoint = status == PQTRANS_INTRANS;
    if (status == PQTRANS_INERROR) {
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_ABORTED,
                      "try statements that may fail with pgs_expect_refused(), or in a savepoint",
                      "an earlier statement of the test failed, and with it its transaction");
        return FALSE;
    }
    return pgs_connection_run(connection,
                              bracket->is_savepoint ? "SAVEPOINT pgstair_bracket" : "BEGIN", error);
}

gboolean
pgs_bracket_open_plain(PgsBracket *bracket, PgsConnection *connection, GError **error)
{
    if (!pgs_bracket_open(bracket, connection, error))
        return FALSE;
    if (pgs_connection_run(connection,
                           "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE;"
                           "SET LOCAL search_path = ''",
                           error))
        return TRUE;
    pgs_bracket_undo(bracket, NULL);
    return FALSE;
}

gboolean
pgs_bracket_undo(PgsBracket *bracket, GError **error)
{
    if (!bracket->is_savepoint)
        return pgs_connection_run(bracket->connection, "ROLLBACK", error);
    return pgs_connection_run(bracket->connection,
                              "ROLLBACK TO SAVEPOINT pgstair_bracket;"
                              "RELEASE SAVEPOINT pgstair_bracket",
                              error);
}

gboolean
pgs_bracket_keep(PgsBracket *bracket, GError **error)
{
    return pgs_connection_run(
        bracket->connection, bracket->is_savepoint ? "RELEASE SAVEPOINT pgstair_bracket" : "COMMIT",
        error);
}
