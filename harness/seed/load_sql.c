#include "base/text.h"
#include "pg/copy.h"
#include "seed/load.h"
#include "sql/script.h"

#include <stdlib.h>
#include <string.h>

/* An SQL file that is being loaded. */
typedef struct {
    PgsSeedLoad *load;
    const PgsSeedFile *file;
    PgsScript *script;
} Run;

static gboolean
split(Run *run)
{
    g_autofree char *text = g_strndup(run->file->text, run->file->length);
    g_autoptr(GError) error = NULL;
    PgsPosition position = {0};
    run->script = pgs_script_new_psql(text, run->file->length, &position, &error);
    if (run->script != NULL)
        return TRUE;
    const char *hint = strstr(error->message, "\nHINT: ");
    g_autofree char *message = g_strndup(
        error->message, hint != NULL ? (gsize)(hint - error->message) : strlen(error->message));
    return pgs_seed_fail(run->load, run->file->path, position.line, position.column,
                         hint != NULL ? hint + strlen("\nHINT: ") : NULL, "%s", message);
}

/* "COPY users, line 3, column id: …": a server's CONTEXT on a line of the data; 0: it is none. */
static guint
copy_line(const PgsFailure *failure)
{
    const char *line = failure->context != NULL && g_str_has_prefix(failure->context, "COPY ")
                           ? strstr(failure->context, ", line ")
                           : NULL;
    return line != NULL ? (guint)strtoul(line + strlen(", line "), NULL, 10) : 0;
}

/* Takes failure over.  Always FALSE. */
static gboolean
refuse(Run *run, const PgsStatement *statement, PgsFailure *failure)
{
    const PgsSeedFile *file = run->file;
    guint line = statement->line, column = statement->column;
    guint of_copy = copy_line(failure);
    if (failure->position > 0) {
        gsize offset = statement->start + pgs_text_char_offset(file->text + statement->start,
                                                               statement->end - statement->start,
                                                               failure->position - 1);
        pgs_text_position(file->text, file->length, offset, &line, &column);
    } else if (of_copy > 0 && (statement->flags & PGS_STATEMENT_COPY_IN) != 0) {
        pgs_text_position(file->text, file->length, statement->data_start, &line, &column);
        line += of_copy - 1;
        column = 0;
    }
    g_autofree char *text = pgs_script_statement_text(run->script, statement);
    return pgs_seed_refuse(run->load, file, line, column, NULL, NULL, text, failure);
}

/* One result of a statement; a refusal is kept, the first one.  FALSE: the connection is of no use.
 */
static gboolean
take_result(Run *run, const PgsStatement *statement, const PGresult *result, PgsFailure **refusal,
            GError **error)
{
    PgsConnection *connection = run->load->connection;
    switch (PQresultStatus(result)) {
    case PGRES_COPY_IN:
        if ((statement->flags & PGS_STATEMENT_COPY_IN) == 0)
            return pgs_copy_refuse(connection, "there is no data for it", error);
        return pgs_copy_feed(connection, run->file->text + statement->data_start,
                             statement->data_end - statement->data_start, error);
    case PGRES_COPY_OUT:
        return pgs_copy_drain(connection, error);
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        if (*refusal == NULL)
            *refusal = pgs_failure_new(result, pgs_connection_raw(connection));
        return TRUE;
    default:
        return TRUE;
    }
}

static gboolean
send_statement(Run *run, const PgsStatement *statement)
{
    PgsConnection *connection = run->load->connection;
    g_autofree char *text = pgs_script_statement_text(run->script, statement);
    g_autoptr(PgsFailure) refusal = NULL;
    g_autoptr(GError) error = NULL;
    if (pgs_connection_send(connection, text, &error)) {
        for (;;) {
            g_autoptr(PGresult) result = pgs_connection_next(connection, &error);
            if (result == NULL || !take_result(run, statement, result, &refusal, &error))
                break;
        }
    }
    if (error != NULL && (refusal == NULL || !pgs_connection_is_alive(connection))) {
        run->load->fatal = g_steal_pointer(&error);
        return FALSE;
    }
    return refusal == NULL || refuse(run, statement, g_steal_pointer(&refusal));
}

static gboolean
send_statements(Run *run)
{
    for (guint i = 0; i < pgs_script_n_statements(run->script); i++) {
        if (!send_statement(run, pgs_script_statement(run->script, i)))
            return FALSE;
    }
    return TRUE;
}

static gboolean
check_closed(Run *run)
{
    PGconn *raw = pgs_connection_raw(run->load->connection);
    return PQtransactionStatus(raw) == PQTRANS_IDLE ||
           pgs_seed_fail(run->load, run->file->path, 0, 0, "end it with COMMIT",
                         "the file leaves a transaction open, and its rows are lost");
}

static gboolean
load_script(Run *run)
{
    const PgsStatementFlags own = PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT |
                                  PGS_STATEMENT_ROLLBACK | PGS_STATEMENT_NO_TRANSACTION;
    if ((pgs_script_flags(run->script) & own) != 0)
        return send_statements(run) && check_closed(run);
    return pgs_seed_control(run->load, run->file, "BEGIN") && send_statements(run) &&
           pgs_seed_control(run->load, run->file, "COMMIT");
}

gboolean
pgs_seed_load_sql(PgsSeedLoad *load, const PgsSeedFile *file)
{
    Run run = {.load = load, .file = file};
    gboolean ok = split(&run) && load_script(&run);
    g_clear_pointer(&run.script, pgs_script_free);
    return ok;
}
