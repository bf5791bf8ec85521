#include "suite/trial.h"

#include "base/error.h"
#include "pg/copy.h"
#include "suite/bracket.h"
#include "suite/suite_error.h"

#include <string.h>

void
pgs_trial_clear(PgsTrial *trial)
{
    g_clear_pointer(&trial->failure, pgs_failure_free);
    g_clear_pointer(&trial->rows, g_free);
    g_clear_pointer(&trial->tags, g_free);
}

static char *
rows_to_text(const PGresult *result)
{
    GString *text = g_string_new(NULL);
    for (int row = 0; row < PQntuples(result); row++) {
        if (row > 0)
            g_string_append_c(text, '\n');
        for (int column = 0; column < PQnfields(result); column++) {
            if (column > 0)
                g_string_append_c(text, '|');
            g_string_append(text, PQgetvalue(result, row, column));
        }
    }
    return g_string_free(text, FALSE);
}

static void
take_result(PgsTrial *trial, GString *tags, const PGresult *result)
{
    const char *tag = PQcmdStatus((PGresult *)result);
    if (PQresultStatus(result) == PGRES_TUPLES_OK) {
        g_free(trial->rows);
        trial->rows = rows_to_text(result);
    }
    if (!g_str_has_prefix(tag, "SELECT"))
        trial->affected += g_ascii_strtoull(PQcmdTuples((PGresult *)result), NULL, 10);
    g_string_append_printf(tags, "%s%s", tags->len > 0 ? "; " : "", tag);
}

static gboolean
is_copy(const PGresult *result)
{
    return PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_OUT;
}

/* COPY with this side has no other end here: what it asks for is refused, what it sends dropped. */
static gboolean
end_copy(PgsConnection *connection, const PGresult *result, GError **error)
{
    return PQresultStatus(result) == PGRES_COPY_IN
               ? pgs_copy_refuse(connection, "there is no data for COPY FROM STDIN in a test",
                                 error)
               : pgs_copy_drain(connection, error);
}

/* Sends a text and takes what comes back.  A refusal goes to trial->failure. */
static gboolean
execute(PgsConnection *connection, const char *sql, PgsTrial *trial, GError **error)
{
    if (!pgs_connection_send(connection, sql, error))
        return FALSE;
    g_autoptr(GError) local = NULL;
    g_autoptr(GString) tags = g_string_new(NULL);
    PGresult *next;
    while (local == NULL && (next = pgs_connection_next(connection, &local)) != NULL) {
        g_autoptr(PGresult) result = next;
        if (is_copy(result))
            end_copy(connection, result, &local);
        else if (PQresultStatus(result) == PGRES_FATAL_ERROR && trial->failure == NULL)
            trial->failure = pgs_failure_new(result, pgs_connection_raw(connection));
        else
            take_result(trial, tags, result);
    }
    if (local == NULL && !pgs_connection_is_alive(connection)) {
        pgs_error_set(&local, PGS_PG_ERROR, PGS_PG_ERROR_LOST, NULL,
                      "the statement ended the connection: %s",
                      trial->failure != NULL ? trial->failure->message : "no reason is known");
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (tags->len > 0) {
        g_free(trial->tags);
        trial->tags = g_string_free(g_steal_pointer(&tags), FALSE);
    }
    return TRUE;
}

/* A text that commits, or whose error ended the transaction it began, has taken the test's own. */
static gboolean
check_transaction(PgsConnection *connection, GError **error)
{
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(connection));
    if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
        return TRUE;
    pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_ABORTED,
                  "run a test that commits with pgs_test_alone()",
                  "the statement ended the transaction that the test runs in");
    return FALSE;
}

/*
 * Has deferred constraints checked now, for what was done so far, and leaves them deferred: what
 * comes later in the transaction may still mend it.
 */
static gboolean
check_deferred(PgsConnection *connection, PgsTrial *trial, GError **error)
{
    PgsBracket bracket;
    PgsTrial check = {0};
    if (!pgs_bracket_open(&bracket, connection, error) ||
        !execute(connection, "SET CONSTRAINTS ALL IMMEDIATE", &check, error)) {
        pgs_trial_clear(&check);
        return FALSE;
    }
    trial->failure = g_steal_pointer(&check.failure);
    trial->deferred = trial->failure != NULL;
    pgs_trial_clear(&check);
    return pgs_bracket_undo(&bracket, error);
}

static gboolean
run_in_bracket(PgsConnection *connection, const char *sql, PgsTrialMode mode, PgsTrial *trial,
               GError **error)
{
    PgsBracket bracket;
    if (!pgs_bracket_open(&bracket, connection, error) || !execute(connection, sql, trial, error) ||
        !check_transaction(connection, error))
        return FALSE;
    if (trial->failure == NULL && !check_deferred(connection, trial, error))
        return FALSE;
    if (mode == PGS_TRIAL_UNDO || trial->failure != NULL)
        return pgs_bracket_undo(&bracket, error);
    return pgs_bracket_keep(&bracket, error);
}

gboolean
pgs_trial_run(PgsConnection *connection, const char *sql, PgsTrialMode mode, PgsTrial *trial,
              GError **error)
{
    gboolean is_outside = PQtransactionStatus(pgs_connection_raw(connection)) == PQTRANS_IDLE;
    *trial = (PgsTrial){0};
    if (is_outside && mode == PGS_TRIAL_KEEP)
        return execute(connection, sql, trial, error);
    return run_in_bracket(connection, sql, mode, trial, error);
}
