#include "pg/pipeline.h"

#include "base/error.h"

#include <string.h>

typedef struct {
    PgsConnection *connection;
    PGconn *raw;
    const PgsPipelined *statements;
    guint n;
    guint n_done;
    PGresult *refusal; /* the first error, or NULL */
} Run;

/* The unnamed statement lives until the next one is parsed. */
static gboolean
is_parsed_already(const Run *run, guint i)
{
    return i > 0 && strcmp(run->statements[i].sql, run->statements[i - 1].sql) == 0;
}

static gboolean
send_all(Run *run, GError **error)
{
    for (guint i = 0; i < run->n; i++) {
        const PgsPipelined *statement = &run->statements[i];
        if (!is_parsed_already(run, i) && PQsendPrepare(run->raw, "", statement->sql, 0, NULL) == 0)
            return pgs_connection_lose(run->connection, error);
        if (PQsendQueryPrepared(run->raw, "", statement->n_params, statement->params, NULL, NULL,
                                0) == 0)
            return pgs_connection_lose(run->connection, error);
    }
    if (PQpipelineSync(run->raw) == 0)
        return pgs_connection_lose(run->connection, error);
    return pgs_connection_flush(run->connection, error);
}

/* The result of one message; a refusal is kept. */
static gboolean
take_one(Run *run, GError **error)
{
    GError *local = NULL;
    PGresult *result;
    while ((result = pgs_connection_next(run->connection, &local)) != NULL) {
        gboolean refused = PQresultStatus(result) == PGRES_FATAL_ERROR;
        if (!pgs_connection_is_alive(run->connection)) {
            PQclear(result);
            return pgs_connection_lose(run->connection, error);
        }
        if (refused && run->refusal == NULL)
            run->refusal = result;
        else
            PQclear(result);
    }
    if (local == NULL)
        return TRUE;
    g_propagate_error(error, local);
    return FALSE;
}

gboolean
pgs_pipeline_take_sync(PgsConnection *connection, GError **error)
{
    GError *local = NULL;
    g_autoptr(PGresult) result = pgs_connection_next(connection, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return FALSE;
    }
    return PQresultStatus(result) == PGRES_PIPELINE_SYNC || pgs_connection_lose(connection, error);
}

static gboolean
take_all(Run *run, GError **error)
{
    for (guint i = 0; i < run->n; i++) {
        if (!is_parsed_already(run, i) && !take_one(run, error))
            return FALSE;
        if (!take_one(run, error))
            return FALSE;
        run->n_done += run->refusal == NULL;
    }
    return pgs_pipeline_take_sync(run->connection, error);
}

static gboolean
exchange(Run *run, GError **error)
{
    if (!pgs_connection_is_alive(run->connection))
        return pgs_connection_lose(run->connection, error);
    pgs_connection_start_clock(run->connection);
    if (PQenterPipelineMode(run->raw) == 0)
        return pgs_connection_lose(run->connection, error);
    return send_all(run, error) && take_all(run, error) &&
           (PQexitPipelineMode(run->raw) != 0 || pgs_connection_lose(run->connection, error));
}

gboolean
pgs_pipeline_run(PgsConnection *connection, const PgsPipelined *statements, guint n, guint *n_done,
                 PgsFailure **failure, GError **error)
{
    Run run = {
        .connection = connection,
        .raw = pgs_connection_raw(connection),
        .statements = statements,
        .n = n,
    };
    gboolean ok = exchange(&run, error);
    g_autoptr(PGresult) refusal = run.refusal;
    *n_done = run.n_done;
    if (!ok || refusal == NULL)
        return ok;
    g_autoptr(PgsFailure) said = pgs_failure_new(refusal, run.raw);
    g_autofree char *text = pgs_failure_to_string(said);
    pgs_error_set(error, PGS_PG_ERROR,
                  pgs_failure_is_shortage(said) ? PGS_PG_ERROR_SHORTAGE : PGS_PG_ERROR_STATEMENT,
                  NULL, "%s\nSTATEMENT:  %.500s", text, statements[run.n_done].sql);
    if (failure != NULL)
        *failure = g_steal_pointer(&said);
    return FALSE;
}
