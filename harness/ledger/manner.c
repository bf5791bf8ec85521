#include "ledger/manner.h"

#include "migration/step.h"

#include <string.h>

#define ENDS (PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK)
#define CONTROLS (PGS_STATEMENT_BEGIN | ENDS)

static PgsStatementFlags
flags_of(const PgsStep *step)
{
    return step->flags | (step->script != NULL ? pgs_script_flags(step->script) : 0);
}

/* Whether a block's text has the words, or names that end with them ("spi_commit"), without which
 * it cannot end a transaction: what EXECUTE is given cannot (pl_exec.c, exec_stmt_dynexecute()). */
static gboolean
has_ending_words(const PgsStep *step)
{
    static const char *const words[] = {"commit", "rollback", "call"};
    gsize length;
    const char *bytes = g_bytes_get_data(step->text, &length);
    g_autofree char *text = g_ascii_strdown(length > 0 ? bytes : "", (gssize)length);
    if (strstr(text, "language") != NULL && strstr(text, "plpgsql") == NULL)
        return TRUE; /* it may make words of its own, and eval() them */
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(text, words[i]) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* A procedure or block that is sent alone may commit in its midst; with another statement in its
 * message it may not (PostgreSQL docs, "Transaction Management"). */
static gboolean
may_commit_alone(const PgsStep *step)
{
    if (pgs_script_n_statements(step->script) != 1)
        return FALSE;
    const char *tag = pgs_script_statement(step->script, 0)->tag;
    return g_str_has_prefix(tag, "CALL") || (strcmp(tag, "DO") == 0 && has_ending_words(step));
}

gboolean
pgs_manner_may_join(const PgsStep *step)
{
    return step->send == PGS_SEND_WHOLE && !step->transaction && step->script != NULL &&
           (flags_of(step) & PGS_STATEMENT_NO_TRANSACTION) == 0 && !may_commit_alone(step);
}

PgsManner
pgs_manner_of(const PgsStep *step)
{
    if (step->next != NULL || step->send == PGS_SEND_PSQL || step->script == NULL)
        return PGS_MANNER_MARKED;
    PgsStatementFlags flags = flags_of(step);
    if (step->transaction)
        return (flags & (ENDS | PGS_STATEMENT_NO_TRANSACTION)) == 0 ? PGS_MANNER_WITHIN
                                                                    : PGS_MANNER_MARKED;
    return pgs_manner_may_join(step) && (flags & CONTROLS) == 0 ? PGS_MANNER_JOINED
                                                                : PGS_MANNER_MARKED;
}

/* ---- after a failure ---- */

static gboolean
begins_with_one(const char *text, const char *const *prefixes, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (g_str_has_prefix(text, prefixes[i]))
            return TRUE;
    }
    return FALSE;
}

/* Statements that refuse to be in a transaction, and yet do all or nothing when the server itself
 * stops them. */
static gboolean
is_whole(const char *tag)
{
    static const char *const prefixes[] = {"VACUUM",  "ALTER SYSTEM",      "CREATE DATABASE",
                                           "DISCARD", "CREATE TABLESPACE", "DROP TABLESPACE"};
    return begins_with_one(tag, prefixes, G_N_ELEMENTS(prefixes));
}

/* Of these the catalog shows what is left (unfinished.h). */
static gboolean
is_visible(const char *tag)
{
    static const char *const prefixes[] = {"CREATE INDEX", "CREATE UNIQUE INDEX", "DROP INDEX",
                                           "REINDEX", "ALTER TABLE"};
    return begins_with_one(tag, prefixes, G_N_ELEMENTS(prefixes));
}

gboolean
pgs_manner_is_concurrent(const PgsStatement *statement)
{
    return (statement->flags & PGS_STATEMENT_NO_TRANSACTION) != 0 && is_visible(statement->tag);
}

static PgsLeft
left_by(const PgsStep *step, guint index)
{
    const PgsStatement *statement = pgs_script_statement(step->script, index);
    if ((statement->flags & PGS_STATEMENT_NO_TRANSACTION) == 0)
        return may_commit_alone(step) ? PGS_LEFT_SOMETHING : PGS_LEFT_NOTHING;
    if (is_whole(statement->tag))
        return PGS_LEFT_NOTHING;
    return is_visible(statement->tag) ? PGS_LEFT_VISIBLE : PGS_LEFT_SOMETHING;
}

/* Each of the first statements but one that refuses a transaction is undone with the one that
 * failed, when they are in one transaction: since the text's BEGIN, or since its message began. */
static gboolean
is_undone(const PgsStep *step, guint n_done)
{
    gboolean open = step->transaction || step->send == PGS_SEND_WHOLE;
    for (guint i = 0; i < n_done; i++) {
        PgsStatementFlags flags = pgs_script_statement(step->script, i)->flags;
        if ((flags & ENDS) != 0)
            return FALSE;
        open = open || (flags & PGS_STATEMENT_BEGIN) != 0;
        if (!open)
            return FALSE;
    }
    return TRUE;
}

static guint
line_of(const PgsStep *step, guint index)
{
    return pgs_step_file_line(step, pgs_script_statement(step->script, index)->line);
}

/* psql says in which line of which file it stopped. */
static guint
count_done(const PgsStep *step, const PgsOutcome *outcome)
{
    if (step->send != PGS_SEND_PSQL)
        return outcome->n_statements;
    guint n = pgs_script_n_statements(step->script), done = 0;
    if (outcome->line == 0 || g_strcmp0(outcome->path, step->path) != 0)
        return n;
    while (done + 1 < n && line_of(step, done + 1) <= outcome->line)
        done++;
    return done;
}

/* A command of psql's that cannot send anything. */
static gboolean
is_harmless(const char *line)
{
    static const char *const commands[] = {"\\set ",  "\\unset ", "\\echo",
                                           "\\pset ", "\\timing", "\\qecho",
                                           "\\warn",  "\\x",      "\\encoding "};
    return begins_with_one(line, commands, G_N_ELEMENTS(commands)) &&
           strchr(line + 1, '\\') == NULL;
}

/* Whether psql may have sent more than the statements that can be seen: \i, \copy, \gexec, \; … */
static gboolean
may_send_more(const PgsStep *step)
{
    gsize length;
    const char *bytes = g_bytes_get_data(step->text, &length);
    g_autofree char *text = g_strndup(length > 0 ? bytes : "", length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *start = *line + strspn(*line, " \t");
        if (strchr(start, '\\') != NULL && !is_harmless(start))
            return TRUE;
    }
    return FALSE;
}

PgsLeft
pgs_manner_left(const PgsStep *step, const PgsOutcome *outcome, gboolean is_first)
{
    if (outcome->connection_lost || !is_first || outcome->failure == NULL)
        return PGS_LEFT_SOMETHING;
    if (step->script == NULL) /* it was not even sent, or only the server can read it */
        return g_error_matches(step->script_error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL) ||
                       step->send == PGS_SEND_PSQL
                   ? PGS_LEFT_SOMETHING
                   : PGS_LEFT_NOTHING;
    if (step->send == PGS_SEND_PSQL && may_send_more(step))
        return PGS_LEFT_SOMETHING;
    guint n = pgs_script_n_statements(step->script);
    guint done = count_done(step, outcome);
    if (!is_undone(step, MIN(done, n)))
        return PGS_LEFT_SOMETHING;
    if (done < n)
        return left_by(step, done);
    /* Behind the text: its entry in the books, an end that is open. */
    gboolean alone = (flags_of(step) & PGS_STATEMENT_NO_TRANSACTION) != 0;
    return n == 0 || !alone ? PGS_LEFT_NOTHING : PGS_LEFT_SOMETHING;
}

gboolean
pgs_manner_is_passing(const PgsOutcome *outcome)
{
    static const char *const states[] = {"55P03", "40P01", "40001", "57P01", "57P02", "57P03"};
    if (outcome->failure == NULL)
        return FALSE;
    const char *state = outcome->failure->sqlstate;
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (strcmp(state, states[i]) == 0)
            return TRUE;
    }
    return outcome->connection_lost && (*state == '\0' || g_str_has_prefix(state, "08"));
}
