#include "suite/outcome_text.h"

static char *
text_of(const char *path, guint line, guint column, const char *said, const char *statement,
        const char *hint)
{
    GString *text = g_string_new(path);
    if (line > 0)
        g_string_append_printf(text, ":%u", line);
    if (line > 0 && column > 0)
        g_string_append_printf(text, ":%u", column);
    g_string_append_printf(text, ": %s", said);
    if (statement != NULL)
        g_string_append_printf(text, "\nSTATEMENT:  %.500s", statement);
    if (hint != NULL)
        g_string_append_printf(text, "\nHINT: %s", hint);
    return g_string_free(text, FALSE);
}

char *
pgs_outcome_text(const PgsOutcome *outcome)
{
    g_autofree char *said = pgs_failure_to_string(outcome->failure);
    return text_of(outcome->path, outcome->line, outcome->column, said, outcome->statement, NULL);
}

char *
pgs_seed_failure_text(const PgsSeedFailure *failure)
{
    /* Not the server's own text: the message says which document or row it is about. */
    g_autoptr(GString) said = g_string_new(failure->message);
    if (failure->failure != NULL && failure->failure->sqlstate[0] != '\0')
        g_string_append_printf(said, " (%s)", failure->failure->sqlstate);
    if (failure->failure != NULL && failure->failure->detail != NULL)
        g_string_append_printf(said, "\nDETAIL:  %s", failure->failure->detail);
    return text_of(failure->path, failure->line, failure->column, said->str, failure->statement,
                   failure->hint);
}
