#include "operate/ddl_run.h"

#include "base/text.h"

#include <string.h>

/* FALSE with error when nothing more can be run. */
static gboolean
run_one(PgsConnection *connection, PgsDdlStatement *statement, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *sql = g_strdup_printf("%s;\nRELEASE pgstair_draft", statement->sql);
    g_clear_pointer(&statement->refusal, g_free);
    /* By itself: of a message that cannot be parsed nothing is run. */
    if (!pgs_connection_run(connection, "SAVEPOINT pgstair_draft", error))
        return FALSE;
    if (pgs_connection_run(connection, sql, &cause))
        return TRUE;
    gboolean is_refused = g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT) &&
                          pgs_connection_is_alive(connection);
    if (!is_refused) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    const char *quoted = strstr(cause->message, "\nSTATEMENT:");
    g_autofree char *message = quoted != NULL
                                   ? g_strndup(cause->message, (gsize)(quoted - cause->message))
                                   : g_strdup(cause->message);
    statement->refusal = pgs_text_fold_space(message);
    return pgs_connection_run(connection, "ROLLBACK TO SAVEPOINT pgstair_draft", error);
}

/* Runs what is open; what succeeds goes to the end of done. */
static gboolean
run_pass(PgsConnection *connection, GPtrArray *open, GPtrArray *done, GError **error)
{
    for (guint i = 0; i < open->len;) {
        PgsDdlStatement *statement = open->pdata[i];
        if (!run_one(connection, statement, error))
            return FALSE;
        if (statement->refusal != NULL) {
            i++;
            continue;
        }
        g_ptr_array_add(done, g_ptr_array_steal_index(open, i));
    }
    return TRUE;
}

static gboolean
run_all(PgsConnection *connection, GPtrArray *open, GPtrArray *done, GError **error)
{
    for (;;) {
        guint before = done->len;
        if (!run_pass(connection, open, done, error))
            return FALSE;
        if (open->len == 0 || done->len == before)
            return TRUE;
    }
}

/* What is made again has to be gone, with all that hangs on it, before anything of that is made. */
static void
move_until(GPtrArray *from, PgsDdlRank last, GPtrArray *to)
{
    while (from->len > 0 && ((PgsDdlStatement *)from->pdata[0])->rank <= last)
        g_ptr_array_add(to, g_ptr_array_steal_index(from, 0));
}

/* Undefined object, table, function, column: it has gone with another, and a later try would find
 * what was made in its place. */
static gboolean
is_gone(const PgsDdlStatement *statement)
{
    static const char *const states[] = {"42704", "42P01", "42883", "42703"};
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *words = g_strdup_printf("(SQLSTATE %s)", states[i]);
        if (statement->refusal != NULL && strstr(statement->refusal, words) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
put_gone_aside(GPtrArray *open, GPtrArray *gone)
{
    for (guint i = 0; i < open->len;) {
        if (is_gone(open->pdata[i]))
            g_ptr_array_add(gone, g_ptr_array_steal_index(open, i));
        else
            i++;
    }
}

gboolean
pgs_ddl_run(PgsConnection *connection, PgsDdlPlan *plan, GError **error)
{
    if (!pgs_connection_run(connection, "BEGIN", error))
        return FALSE;
    /* They are the plan's again in the end, whatever comes: what succeeded stands first. */
    g_autoptr(GPtrArray) open = g_ptr_array_new();
    g_autoptr(GPtrArray) done = g_ptr_array_new();
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    move_until(plan->statements, PGS_DDL_DROP_FUNCTION, open);
    gboolean ok = run_all(connection, open, done, error);
    put_gone_aside(open, gone);
    move_until(plan->statements, PGS_DDL_LOSE_SCHEMA, open);
    ok = ok && run_all(connection, open, done, error);
    g_ptr_array_extend_and_steal(open, g_steal_pointer(&gone));
    g_ptr_array_extend_and_steal(plan->statements, g_steal_pointer(&done));
    g_ptr_array_extend_and_steal(plan->statements, g_steal_pointer(&open));
    return ok && pgs_connection_run(connection, "COMMIT", error);
}

/* ---- the text ---- */

static void
append_remark(GString *text, const char *remark)
{
    g_auto(GStrv) lines = g_strsplit(remark, "\n", -1);
    for (char **line = lines; *line != NULL; line++)
        g_string_append_printf(text, "-- %s\n", *line);
}

static gboolean
is_long(const PgsDdlStatement *statement)
{
    return strchr(statement->sql, '\n') != NULL || statement->remark != NULL;
}

char *
pgs_ddl_plan_text(const PgsDdlPlan *plan)
{
    GString *text = g_string_new(NULL);
    const PgsDdlStatement *before = NULL;
    for (guint i = 0; i < plan->statements->len; i++) {
        const PgsDdlStatement *statement = plan->statements->pdata[i];
        if (statement->refusal != NULL)
            continue;
        if (before != NULL &&
            (is_long(before) || is_long(statement) || before->rank != statement->rank))
            g_string_append_c(text, '\n');
        if (statement->remark != NULL)
            append_remark(text, statement->remark);
        g_string_append_printf(text, "%s;\n", statement->sql);
        before = statement;
    }
    return g_string_free(text, text->len == 0);
}
