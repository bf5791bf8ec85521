#include "pg/batch.h"

#include "base/error.h"
#include "pg/pipeline.h"

#include <string.h>

/*
 * What is on its way at most.  The sockets hold that much, so that sending never waits for the
 * server to finish long statements, whose limits are counted one by one as their answers come.
 */
#define WINDOW_BYTES (32 * 1024)

#define SAVEPOINT "SAVEPOINT pgs_attempt"
#define ROLLBACK_TO "ROLLBACK TO SAVEPOINT pgs_attempt"
#define RELEASE "RELEASE SAVEPOINT pgs_attempt"

typedef struct {
    GPtrArray *statements; /* char * */
    PgsBatchResult result;
} Attempt;

struct _PgsBatch {
    GPtrArray *attempts; /* Attempt */
};

static void
result_clear(PgsBatchResult *result)
{
    g_clear_pointer(&result->failure, pgs_failure_free);
    g_ptr_array_set_size(result->results, 0);
    result->refused_at = 0;
}

static void
attempt_free(gpointer data)
{
    Attempt *attempt = data;
    result_clear(&attempt->result);
    g_ptr_array_unref(attempt->result.results);
    g_ptr_array_unref(attempt->statements);
    g_free(attempt);
}

PgsBatch *
pgs_batch_new(void)
{
    PgsBatch *batch = g_new0(PgsBatch, 1);
    batch->attempts = g_ptr_array_new_with_free_func(attempt_free);
    return batch;
}

void
pgs_batch_free(PgsBatch *batch)
{
    if (batch == NULL)
        return;
    g_ptr_array_unref(batch->attempts);
    g_free(batch);
}

guint
pgs_batch_begin(PgsBatch *batch)
{
    Attempt *attempt = g_new0(Attempt, 1);
    attempt->statements = g_ptr_array_new_with_free_func(g_free);
    attempt->result.results = g_ptr_array_new_with_free_func((GDestroyNotify)PQclear);
    g_ptr_array_add(batch->attempts, attempt);
    return batch->attempts->len - 1;
}

static void
add_taken(PgsBatch *batch, char *sql)
{
    g_assert(batch->attempts->len > 0);
    Attempt *attempt = g_ptr_array_index(batch->attempts, batch->attempts->len - 1);
    g_ptr_array_add(attempt->statements, sql);
}

void
pgs_batch_add(PgsBatch *batch, const char *sql)
{
    add_taken(batch, g_strdup(sql));
}

void
pgs_batch_add_printf(PgsBatch *batch, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_taken(batch, g_strdup_vprintf(format, args));
    va_end(args);
}

guint
pgs_batch_length(const PgsBatch *batch)
{
    return batch->attempts->len;
}

const PgsBatchResult *
pgs_batch_result(const PgsBatch *batch, guint attempt)
{
    g_assert(attempt < batch->attempts->len);
    return &((const Attempt *)g_ptr_array_index(batch->attempts, attempt))->result;
}

/* ------------------------------------------------------------------------ what cannot be sent --
 */

static const char *
skip_comment(const char *sql)
{
    if (g_str_has_prefix(sql, "--"))
        return sql + strcspn(sql, "\n");
    guint depth = 0;
    do {
        if (g_str_has_prefix(sql, "/*"))
            depth++, sql += 2;
        else if (g_str_has_prefix(sql, "*/"))
            depth--, sql += 2;
        else
            sql++;
    } while (depth > 0 && *sql != '\0');
    return sql;
}

/* COPY's data would be taken from the statements behind it. */
static gboolean
is_copy(const char *sql)
{
    for (;;) {
        sql += strspn(sql, " \t\n\r\f\v;");
        if (!g_str_has_prefix(sql, "--") && !g_str_has_prefix(sql, "/*"))
            break;
        sql = skip_comment(sql);
    }
    return g_ascii_strncasecmp(sql, "copy", 4) == 0 && !g_ascii_isalnum(sql[4]) && sql[4] != '_';
}

/* Whether the attempt has to be left out; then its result is set. */
static gboolean
refuse_copy(Attempt *attempt)
{
    for (guint i = 0; i < attempt->statements->len; i++) {
        if (!is_copy(g_ptr_array_index(attempt->statements, i)))
            continue;
        attempt->result.refused_at = i;
        attempt->result.failure = pgs_failure_new_printf("0A000", "give the rows by INSERT",
                                                         "COPY cannot be tried among others");
        return TRUE;
    }
    return FALSE;
}

/* -------------------------------------------------------------------------------------- a run --
 */

typedef struct {
    PgsConnection *connection;
    PGconn *raw;
    GPtrArray *attempts; /* Attempt: those that are sent */
    guint n_sent, n_taken;
    gsize bytes; /* on their way */
    GError *end; /* nothing further is to be sent; what came first is told */
} Run;

static gsize
attempt_size(const Attempt *attempt)
{
    gsize size = 0;
    for (guint i = 0; i < attempt->statements->len; i++)
        size += strlen(g_ptr_array_index(attempt->statements, i)) + 50;
    return size + 100;
}

static gboolean
send_statement(Run *run, const char *sql, GError **error)
{
    return PQsendQueryParams(run->raw, sql, 0, NULL, NULL, NULL, NULL, 0) != 0 ||
           pgs_connection_lose(run->connection, error);
}

static gboolean
send_sync(Run *run, GError **error)
{
    return PQpipelineSync(run->raw) != 0 || pgs_connection_lose(run->connection, error);
}

/*
 * An attempt begins with the end of the one before.  Should that fail, since the transaction has
 * been ended, then the server leaves out the attempt as well, and so all behind it.
 */
static gboolean
send_attempt(Run *run, GError **error)
{
    const Attempt *attempt = g_ptr_array_index(run->attempts, run->n_sent);
    if (!send_statement(run, run->n_sent == 0 ? SAVEPOINT : ROLLBACK_TO, error))
        return FALSE;
    for (guint i = 0; i < attempt->statements->len; i++) {
        if (!send_statement(run, g_ptr_array_index(attempt->statements, i), error))
            return FALSE;
    }
    if (!send_sync(run, error))
        return FALSE;
    run->n_sent++;
    run->bytes += attempt_size(attempt);
    return TRUE;
}

/* FATAL or PANIC: the server ends the session, and says here why. */
static gboolean
ends_session(const PGresult *result)
{
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    return severity != NULL && strcmp(severity, "ERROR") != 0;
}

static void
lose(Run *run, const PGresult *last, GError **error)
{
    g_autoptr(PgsFailure) failure = pgs_failure_new(last, NULL);
    g_autofree char *text = pgs_failure_to_string(failure);
    pgs_connection_lose(run->connection, NULL);
    pgs_error_set(error, PGS_PG_ERROR, PGS_PG_ERROR_LOST, NULL, "the connection was lost: %s",
                  text);
}

/* The one result of a statement; NULL with error when the connection is of no use any more. */
static PGresult *
take_statement(Run *run, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) first = NULL;
    PGresult *result;
    while ((result = pgs_connection_next(run->connection, &local)) != NULL) {
        if (first == NULL)
            first = result;
        else
            PQclear(result);
        if (ends_session(first)) {
            lose(run, first, error);
            return NULL;
        }
        if (!pgs_connection_is_alive(run->connection))
            break;
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    if (first == NULL || !pgs_connection_is_alive(run->connection)) {
        pgs_connection_lose(run->connection, error);
        return NULL;
    }
    return g_steal_pointer(&first);
}

static gboolean
is_refused(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY;
}

static void
end_run(Run *run, PgsPgError code, const PgsFailure *failure, const char *what, const char *sql)
{
    if (run->end != NULL)
        return;
    g_autofree char *text = pgs_failure_to_string(failure);
    pgs_error_set(&run->end, PGS_PG_ERROR, code, NULL, "%s%s\nSTATEMENT:  %.500s", what, text, sql);
}

/* SAVEPOINT or ROLLBACK TO in front of an attempt; after the last one it is ROLLBACK TO, too. */
static gboolean
take_opening(Run *run, GError **error)
{
    g_autoptr(PGresult) result = take_statement(run, error);
    if (result == NULL)
        return FALSE;
    if (!is_refused(result) || run->end != NULL)
        return TRUE;
    g_autoptr(PgsFailure) failure = pgs_failure_new(result, NULL);
    if (run->n_taken == 0) {
        end_run(run, PGS_PG_ERROR_STATEMENT, failure, "", SAVEPOINT);
        return TRUE;
    }
    const Attempt *before = g_ptr_array_index(run->attempts, run->n_taken - 1);
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < before->statements->len; i++)
        g_string_append_printf(sql, "%s%s", i > 0 ? "; " : "",
                               (const char *)g_ptr_array_index(before->statements, i));
    end_run(run, PGS_PG_ERROR_STATEMENT, failure,
            "what was tried ended the transaction: ", sql->str);
    return TRUE;
}

static gboolean
take_attempt(Run *run, GError **error)
{
    Attempt *attempt = g_ptr_array_index(run->attempts, run->n_taken);
    PgsBatchResult *answer = &attempt->result;
    if (!take_opening(run, error))
        return FALSE;
    for (guint i = 0; i < attempt->statements->len; i++) {
        g_autoptr(PGresult) result = take_statement(run, error);
        if (result == NULL)
            return FALSE;
        if (!is_refused(result)) {
            g_ptr_array_add(answer->results, g_steal_pointer(&result));
            answer->refused_at++;
        } else if (answer->failure == NULL) {
            answer->failure = pgs_failure_new(result, NULL);
            if (pgs_failure_is_shortage(answer->failure))
                end_run(run, PGS_PG_ERROR_SHORTAGE, answer->failure, "",
                        g_ptr_array_index(attempt->statements, i));
        }
    }
    run->bytes -= attempt_size(attempt);
    run->n_taken++;
    return pgs_pipeline_take_sync(run->connection, error);
}

/* One at least, else as many as the window takes. */
static gboolean
has_room(const Run *run)
{
    if (run->end != NULL || run->n_sent == run->attempts->len)
        return FALSE;
    gsize size = attempt_size(g_ptr_array_index(run->attempts, run->n_sent));
    return run->n_sent == run->n_taken || run->bytes + size <= WINDOW_BYTES;
}

static gboolean
exchange(Run *run, GError **error)
{
    for (;;) {
        while (has_room(run)) {
            if (!send_attempt(run, error))
                return FALSE;
        }
        if (run->n_taken == run->n_sent)
            return TRUE;
        if (!pgs_connection_flush(run->connection, error) || !take_attempt(run, error))
            return FALSE;
    }
}

/* The transaction as the caller had it. */
static gboolean
finish(Run *run, GError **error)
{
    if (!send_statement(run, ROLLBACK_TO, error) || !send_statement(run, RELEASE, error) ||
        !send_sync(run, error) || !pgs_connection_flush(run->connection, error) ||
        !take_opening(run, error))
        return FALSE;
    g_autoptr(PGresult) released = take_statement(run, error);
    return released != NULL && pgs_pipeline_take_sync(run->connection, error) &&
           (PQexitPipelineMode(run->raw) != 0 || pgs_connection_lose(run->connection, error));
}

gboolean
pgs_batch_run(PgsBatch *batch, PgsConnection *connection, GError **error)
{
    g_autoptr(GPtrArray) attempts = g_ptr_array_new();
    for (guint i = 0; i < batch->attempts->len; i++) {
        Attempt *attempt = g_ptr_array_index(batch->attempts, i);
        result_clear(&attempt->result);
        if (!refuse_copy(attempt))
            g_ptr_array_add(attempts, attempt);
    }
    if (attempts->len == 0)
        return TRUE;
    if (!pgs_connection_is_alive(connection))
        return pgs_connection_lose(connection, error);
    Run run = {
        .connection = connection,
        .raw = pgs_connection_raw(connection),
        .attempts = attempts,
    };
    pgs_connection_start_clock(connection);
    if (PQenterPipelineMode(run.raw) == 0)
        return pgs_connection_lose(connection, error);
    gboolean ok = exchange(&run, error) && finish(&run, error);
    if (ok && run.end == NULL)
        return TRUE;
    g_autoptr(GError) end = run.end;
    if (ok)
        g_propagate_error(error, g_steal_pointer(&end));
    return FALSE;
}
