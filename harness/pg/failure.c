#include "pg/failure.h"

#include <stdlib.h>
#include <string.h>

static char *
field(const PGresult *result, int code)
{
    return g_strdup(PQresultErrorField(result, code));
}

/* libpq's own messages are sentences with a newline, and may be several lines. */
static char *
connection_message(const PGconn *connection)
{
    const char *text = connection != NULL ? PQerrorMessage(connection) : "";
    char *message = g_strstrip(g_strdup(text));
    if (*message == '\0') {
        g_free(message);
        message = g_strdup("the connection to the server was lost");
    }
    return message;
}

PgsFailure *
pgs_failure_new(const PGresult *result, const PGconn *connection)
{
    PgsFailure *failure = g_new0(PgsFailure, 1);
    const char *sqlstate = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (sqlstate != NULL)
        g_strlcpy(failure->sqlstate, sqlstate, sizeof failure->sqlstate);
    failure->severity = result != NULL ? field(result, PG_DIAG_SEVERITY_NONLOCALIZED) : NULL;
    failure->message = result != NULL ? field(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (failure->severity == NULL)
        failure->severity = g_strdup("ERROR");
    if (failure->message == NULL)
        failure->message = connection_message(connection);
    if (result == NULL)
        return failure;
    failure->detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    failure->hint = field(result, PG_DIAG_MESSAGE_HINT);
    failure->context = field(result, PG_DIAG_CONTEXT);
    failure->schema = field(result, PG_DIAG_SCHEMA_NAME);
    failure->table = field(result, PG_DIAG_TABLE_NAME);
    failure->column = field(result, PG_DIAG_COLUMN_NAME);
    failure->constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    failure->function = field(result, PG_DIAG_SOURCE_FUNCTION);
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (position != NULL)
        failure->position = (guint)strtoul(position, NULL, 10);
    return failure;
}

PgsFailure *
pgs_failure_new_printf(const char *sqlstate, const char *hint, const char *format, ...)
{
    PgsFailure *failure = g_new0(PgsFailure, 1);
    g_strlcpy(failure->sqlstate, sqlstate, sizeof failure->sqlstate);
    failure->severity = g_strdup("ERROR");
    failure->hint = g_strdup(hint);
    va_list args;
    va_start(args, format);
    failure->message = g_strdup_vprintf(format, args);
    va_end(args);
    return failure;
}

void
pgs_failure_free(PgsFailure *failure)
{
    if (failure == NULL)
        return;
    g_free(failure->severity);
    g_free(failure->message);
    g_free(failure->detail);
    g_free(failure->hint);
    g_free(failure->context);
    g_free(failure->schema);
    g_free(failure->table);
    g_free(failure->column);
    g_free(failure->constraint);
    g_free(failure->function);
    g_free(failure);
}

gboolean
pgs_failure_is_shortage(const PgsFailure *failure)
{
    /* insufficient_resources, disk_full, out_of_memory, too_many_connections, io_error */
    static const char *const sqlstates[] = {"53000", "53100", "53200", "53300", "58030", NULL};
    /* Those that pass on what a procedural language's code, or another server, says. */
    static const char *const messengers[] = {
        "exec_stmt_raise", "PLy_elog_impl",      "PLy_output",       "throw_tcl_error",
        "plperl_croak",    "pgfdw_report_error", "dblink_res_error", NULL};
    return g_strv_contains(sqlstates, failure->sqlstate) &&
           (failure->function == NULL || !g_strv_contains(messengers, failure->function));
}

char *
pgs_failure_to_string(const PgsFailure *failure)
{
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "%s:  %s", failure->severity, failure->message);
    if (failure->sqlstate[0] != '\0')
        g_string_append_printf(out, " (SQLSTATE %s)", failure->sqlstate);
    const struct {
        const char *name, *text;
    } lines[] = {
        {"DETAIL", failure->detail},
        {"HINT", failure->hint},
        {"CONTEXT", failure->context},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        if (lines[i].text != NULL)
            g_string_append_printf(out, "\n%s:  %s", lines[i].name, lines[i].text);
    }
    return g_string_free(out, FALSE);
}
