#include "cycle/psql.h"

#include "migration/pairs.h"

#include <string.h>

static const PgsTool tool = {
    .name = "psql",
    .alone = "leave the transaction before it: psql runs each statement by itself",
};

/* Turns text into blanks, so that what follows keeps its line and column. */
static void
blank(char *text, gsize from, gsize to)
{
    for (gsize i = from; i < to; i++) {
        if (text[i] != '\n')
            text[i] = ' ';
    }
}

/* text: NUL-terminated, and copied. */
static PgsStep *
make_step(const char *path, const char *text, gsize length)
{
    PgsStep *step = g_new0(PgsStep, 1);
    g_autofree char *copy = g_malloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    step->path = g_strdup(path);
    step->line = 1;
    step->send = PGS_SEND_STATEMENTS;
    step->tool = &tool;
    step->script =
        pgs_script_new_psql(copy, length, &step->script_error_position, &step->script_error);
    step->text = g_bytes_new(copy, length);
    return step;
}

static gboolean
creates_role(const PgsStatement *statement)
{
    static const char *const tags[] = {"CREATE ROLE", "CREATE USER", "CREATE GROUP"};
    for (gsize i = 0; i < G_N_ELEMENTS(tags); i++) {
        if (g_str_has_prefix(statement->tag, tags[i]) &&
            !g_str_has_prefix(statement->tag, "CREATE USER MAPPING"))
            return TRUE;
    }
    return FALSE;
}

/* The statement that failed, when it makes a role that is there; NULL otherwise. */
static const PgsStatement *
find_known_role(const PgsStep *step, const PgsOutcome *outcome)
{
    if (outcome->succeeded || outcome->connection_lost || step->script == NULL ||
        outcome->n_statements >= pgs_script_n_statements(step->script))
        return NULL;
    /* 42710: duplicate_object.  23505: another session has made it at the same moment. */
    gboolean known = strcmp(outcome->failure->sqlstate, "42710") == 0 ||
                     strcmp(outcome->failure->sqlstate, "23505") == 0;
    const PgsStatement *failed = pgs_script_statement(step->script, outcome->n_statements);
    /* Within a transaction of the text's own, what came before is lost with it. */
    gboolean alone = (pgs_script_flags(step->script) & PGS_STATEMENT_BEGIN) == 0;
    return known && alone && creates_role(failed) ? failed : NULL;
}

PgsOutcome *
pgs_psql_run(PgsConnection *connection, const char *path, const char *text, gsize length,
             PgsPsqlFlags flags, GError **error)
{
    g_autoptr(PgsStep) step = make_step(path, text, length);
    for (;;) {
        g_autoptr(PgsOutcome) outcome = pgs_runner_run(connection, step, 0, error);
        if (outcome == NULL)
            return NULL;
        const PgsStatement *known =
            flags & PGS_PSQL_KEEP_ROLES ? find_known_role(step, outcome) : NULL;
        if (known == NULL)
            return g_steal_pointer(&outcome);
        gsize size;
        g_autofree char *rest =
            g_memdup2(g_bytes_get_data(step->text, &size), g_bytes_get_size(step->text));
        blank(rest, 0, known->end);
        PgsStep *next = make_step(path, rest, size);
        pgs_step_free(step);
        step = next;
    }
}

char *
pgs_psql_describe_failure(const PgsOutcome *outcome)
{
    g_autofree char *text = pgs_failure_to_string(outcome->failure);
    if (outcome->line > 0)
        return g_strdup_printf("%s:%u:%u: %s", outcome->path, outcome->line, outcome->column, text);
    return g_strdup_printf("%s: %s", outcome->path, text);
}
