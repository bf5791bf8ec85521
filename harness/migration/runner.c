#include "migration/runner.h"

#include "migration/locate.h"
#include "migration/step.h"
#include "pg/copy.h"

#include <string.h>

enum {
    MAX_NOTICES = 100,
};

typedef struct {
    PgsConnection *connection;
    const PgsStep *step;
    PgsRunFlags flags;
    const PgsRunBooks *books; /* NULL: none are kept, and step->after is sent */
    gboolean has_recorded;    /* with the text, in its message */
    gint64 start;
    PgsOutcome *outcome;
    GError *fatal; /* the run cannot go on */
} Run;

void
pgs_outcome_free(PgsOutcome *outcome)
{
    if (outcome == NULL)
        return;
    pgs_failure_free(outcome->failure);
    g_free(outcome->path);
    g_free(outcome->statement);
    g_ptr_array_unref(outcome->notices);
    g_free(outcome);
}

PgsOutcome *
pgs_outcome_new(void)
{
    PgsOutcome *outcome = g_new0(PgsOutcome, 1);
    outcome->succeeded = TRUE;
    outcome->notices = g_ptr_array_new_with_free_func(g_free);
    outcome->revision = -1;
    return outcome;
}

static void
take_notice(const char *severity, const char *message, gpointer data)
{
    GPtrArray *notices = data;
    if (strcmp(severity, "WARNING") == 0 && notices->len < MAX_NOTICES)
        g_ptr_array_add(notices, g_strdup_printf("WARNING:  %s", message));
}

/* Takes failure over.  Always FALSE. */
static gboolean
fail(Run *run, PgsFailure *failure, const PgsStatement *statement, gsize sent)
{
    run->outcome->failure = failure;
    pgs_locate_failure(run->outcome, run->step, statement, sent);
    pgs_advise_failure(failure, run->step);
    return FALSE;
}

/* "message\nHINT: hint", as base/error.h has it, in its two parts. */
static PgsFailure *
failure_from_error(const char *sqlstate, const GError *error)
{
    const char *hint = strstr(error->message, "\nHINT: ");
    gsize length = hint != NULL ? (gsize)(hint - error->message) : strlen(error->message);
    g_autofree char *message = g_strndup(error->message, length);
    return pgs_failure_new_printf(sqlstate, hint != NULL ? hint + strlen("\nHINT: ") : NULL, "%s",
                                  message);
}

/* The connection broke or ran into its limit: an outcome, unless the run was cancelled. */
static gboolean
fail_connection(Run *run, GError *error, const PgsStatement *statement)
{
    if (g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED)) {
        run->fatal = error;
        return FALSE;
    }
    gboolean timeout = g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT);
    PgsFailure *failure = failure_from_error(timeout ? "57014" : "", error);
    g_error_free(error);
    run->outcome->connection_lost = TRUE;
    return fail(run, failure, statement, 0);
}

/* What came back for one message. */
typedef struct {
    guint n_done;      /* statements that completed */
    PGresult *refusal; /* the first error, or NULL */
    gboolean copy;     /* the server wanted or sent COPY data, and the tool cannot handle it, … */
    guint copy_at;     /* … in the statement with this number */
} Answer;

static void
answer_clear(Answer *answer)
{
    g_clear_pointer(&answer->refusal, PQclear);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static void
set_copy(Answer *answer)
{
    if (!answer->copy)
        answer->copy_at = answer->n_done;
    answer->copy = TRUE;
}

/* statement: the one that was sent alone, whose data is fed; NULL: the tool knows no COPY. */
static gboolean
answer_copy_in(Run *run, const PgsStatement *statement, Answer *answer, GError **error)
{
    if (statement != NULL && (statement->flags & PGS_STATEMENT_COPY_IN) != 0 &&
        (statement->data_start > 0 || run->step->tool->refuses_copy == NULL)) {
        const char *text = pgs_script_text(run->step->script, NULL);
        return pgs_copy_feed(run->connection, text + statement->data_start,
                             statement->data_end - statement->data_start, error);
    }
    set_copy(answer);
    return pgs_copy_refuse(run->connection, "the tool feeds no data", error);
}

/* The first refusal is kept: it is taken from *result. */
static gboolean
take_result(Run *run, PGresult **result, const PgsStatement *statement, Answer *answer,
            GError **error)
{
    switch (PQresultStatus(*result)) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        answer->n_done++;
        return TRUE;
    case PGRES_EMPTY_QUERY:
        return TRUE;
    case PGRES_COPY_IN:
        return answer_copy_in(run, statement, answer, error);
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        if (run->step->tool->refuses_copy != NULL && !run->step->tool->passes_copy_out)
            set_copy(answer);
        return pgs_copy_drain(run->connection, error);
    default:
        break;
    }
    if (answer->refusal == NULL)
        answer->refusal = g_steal_pointer(result);
    return TRUE;
}

/* Sends one message and takes all its results.  *error is set when the connection failed. */
static void
exchange(Run *run, const char *text, const PgsStatement *statement, Answer *answer, GError **error)
{
    if (!pgs_connection_send(run->connection, text, error))
        return;
    GError *local = NULL;
    for (;;) {
        g_autoptr(PGresult) result = pgs_connection_next(run->connection, &local);
        if (result == NULL)
            break;
        if (!take_result(run, &result, statement, answer, &local))
            break;
    }
    if (local != NULL)
        g_propagate_error(error, local);
}

static gboolean
fail_copy(Run *run, const PgsStatement *statement)
{
    const PgsTool *tool = run->step->tool;
    PgsFailure *failure = pgs_failure_new_printf(
        "0A000", "write the rows as INSERT statements", "%s does not handle the data of COPY%s%s",
        tool->name, tool->refuses_copy != NULL ? ": " : "",
        tool->refuses_copy != NULL ? tool->refuses_copy : "");
    return fail(run, failure, statement, 0);
}

/* The statement with that number, or NULL. */
static const PgsStatement *
nth_statement(const PgsStep *step, guint n)
{
    return step->script != NULL && n < pgs_script_n_statements(step->script)
               ? pgs_script_statement(step->script, n)
               : NULL;
}

/*
 * What an exchange came to, of statement, which was sent from the offset sent on.  error: of the
 * connection, or NULL; taken over.  A server that goes down says why before the connection breaks.
 */
static gboolean
judge(Run *run, const Answer *answer, GError *error, const PgsStatement *statement, gsize sent)
{
    if (error != NULL &&
        (answer->refusal == NULL || g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED)))
        return fail_connection(run, error, statement);
    g_clear_error(&error);
    if (answer->refusal == NULL)
        return TRUE;
    PgsFailure *failure = pgs_failure_new(answer->refusal, pgs_connection_raw(run->connection));
    return fail(run, failure, statement, sent);
}

/* The tool's own BEGIN or COMMIT.  A constraint that is checked at COMMIT has no place in the file.
 */
static gboolean
control(Run *run, const char *command)
{
    g_auto(Answer) answer = {0};
    GError *error = NULL;
    exchange(run, command, NULL, &answer, &error);
    if (answer.refusal == NULL)
        return judge(run, &answer, error, NULL, 0);
    g_clear_error(&error);
    run->outcome->failure = pgs_failure_new(answer.refusal, pgs_connection_raw(run->connection));
    run->outcome->statement = g_strdup(command);
    return FALSE;
}

static gboolean
is_joined(const Run *run)
{
    return run->books != NULL && run->books->record != NULL && run->books->is_joined &&
           run->step->send == PGS_SEND_WHOLE && run->step->script != NULL;
}

/* The file's text, with what keeps the books behind it when they are to share its message. */
static char *
whole_text(Run *run)
{
    gsize length;
    const char *bytes = g_bytes_get_data(run->step->text, &length);
    char *text = g_strndup(length > 0 ? bytes : "", length);
    if (!is_joined(run))
        return text;
    g_autofree char *alone = text;
    g_autofree char *record = run->books->record(0, run->books->data);
    run->has_recorded = TRUE;
    return g_strconcat(alone, "\n;\n", record, NULL);
}

static void
advise_record(Run *run)
{
    PgsFailure *failure = run->outcome->failure;
    if (failure != NULL && failure->hint == NULL)
        failure->hint = g_strdup_printf("this is %s's own bookkeeping, which needs search_path and "
                                        "its table as they were, and records a version once "
                                        "(ledger: in pgstair.yaml names a table of yours)",
                                        run->step->tool->name);
    if (run->step->line > 1) /* one of a file's several texts */
        run->outcome->line = run->step->line;
}

/* All statements of the text are done, and those of the books are not. */
static gboolean
judge_joined(Run *run, const Answer *answer)
{
    run->outcome->failure = pgs_failure_new(answer->refusal, pgs_connection_raw(run->connection));
    run->outcome->failure->position = 0;
    advise_record(run);
    return FALSE;
}

static gboolean
send_whole(Run *run)
{
    g_autofree char *text = whole_text(run);
    guint n = run->step->script != NULL ? pgs_script_n_statements(run->step->script) : G_MAXUINT;
    g_auto(Answer) answer = {0};
    GError *error = NULL;
    exchange(run, text, NULL, &answer, &error);
    run->outcome->n_statements = run->has_recorded ? MIN(answer.n_done, n) : answer.n_done;
    if (run->has_recorded && answer.refusal != NULL && answer.n_done >= n && error == NULL)
        return judge_joined(run, &answer);
    if (answer.copy && error == NULL)
        return fail_copy(run, nth_statement(run->step, answer.copy_at));
    /* One result a statement: the next one is the one that failed. */
    return judge(run, &answer, error, nth_statement(run->step, answer.n_done), 0);
}

static gboolean
send_statement(Run *run, const PgsStatement *statement)
{
    g_autofree char *text = pgs_script_statement_text(run->step->script, statement);
    const PgsStatement *part = statement;
    g_auto(Answer) answer = {0};
    GError *error = NULL;
    exchange(run, text, statement, &answer, &error);
    if (answer.copy && error == NULL)
        return fail_copy(run, statement);
    /* A piece may hold several SQL statements. */
    if (answer.refusal != NULL &&
        PQresultErrorField(answer.refusal, PG_DIAG_STATEMENT_POSITION) == NULL)
        part = pgs_script_part(run->step->script, statement, answer.n_done);
    if (!judge(run, &answer, error, part, statement->start))
        return FALSE;
    run->outcome->n_statements++;
    return TRUE;
}

/* Of a tool whose driver leaves no statement of a transactional text outside a transaction. */
static gboolean
begin_anew(Run *run)
{
    const PgsStep *step = run->step;
    gboolean within = step->transaction || (run->flags & PGS_RUN_WITHIN) != 0;
    gboolean idle = PQtransactionStatus(pgs_connection_raw(run->connection)) == PQTRANS_IDLE;
    return !step->tool->begins_anew || !within || !idle || control(run, "BEGIN");
}

/* The tool's savepoint; behind: the statement in front of it, or NULL. */
static gboolean
set_savepoint(Run *run, const PgsStatement *behind)
{
    const PgsTool *tool = run->step->tool;
    if (tool->savepoint == NULL || !run->step->transaction)
        return TRUE;
    g_auto(Answer) answer = {0};
    GError *error = NULL;
    exchange(run, tool->savepoint, NULL, &answer, &error);
    if (judge(run, &answer, error, behind, 0))
        return TRUE;
    PgsFailure *failure = run->outcome->failure;
    if (failure != NULL && failure->hint == NULL)
        failure->hint =
            g_strdup_printf("leave BEGIN, COMMIT and ROLLBACK to %s, which sends \"%s\" in front "
                            "of each statement, or %s",
                            tool->name, tool->savepoint, tool->alone);
    return FALSE;
}

static gboolean
tell_begun(Run *run, guint index)
{
    if (run->books == NULL || run->books->begun == NULL)
        return TRUE;
    const PgsStatement *statement = pgs_script_statement(run->step->script, index);
    return run->books->begun(index + 1, pgs_step_file_line(run->step, statement->line),
                             run->books->data, &run->fatal);
}

static gboolean
send_statements(Run *run)
{
    const PgsScript *script = run->step->script;
    const PgsStatement *behind = NULL;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        if (!begin_anew(run) || !set_savepoint(run, behind) || !tell_begun(run, i) ||
            !send_statement(run, statement))
            return FALSE;
        behind = statement;
    }
    for (guint i = 0; i < run->step->n_idle; i++) {
        if (!set_savepoint(run, behind))
            return FALSE;
    }
    return TRUE;
}

/* The last statement with any of these flags, or NULL. */
static const PgsStatement *
last_flagged(const PgsStep *step, PgsStatementFlags flags)
{
    for (guint i = step->script != NULL ? pgs_script_n_statements(step->script) : 0; i-- > 0;) {
        const PgsStatement *statement = pgs_script_statement(step->script, i);
        if ((statement->flags & flags) != 0)
            return statement;
    }
    return NULL;
}

/* Behind the text: the tool's COMMIT, or the check that nothing is left open. */
static gboolean
finish_transaction(Run *run)
{
    const PgsStep *step = run->step;
    if ((run->flags & PGS_RUN_WITHIN) != 0)
        return TRUE;
    gboolean open = PQtransactionStatus(pgs_connection_raw(run->connection)) != PQTRANS_IDLE;
    if (step->transaction && !open && step->tool->refuses_commit != NULL) {
        PgsFailure *failure = pgs_failure_new_printf(
            "25P01", "leave BEGIN, COMMIT and ROLLBACK to the tool",
            "the file ends the transaction that %s began, and %s then fails: %s", step->tool->name,
            step->tool->name, step->tool->refuses_commit);
        return fail(run, failure, last_flagged(step, PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK),
                    0);
    }
    if (step->transaction && !open && step->tool->begins_anew)
        return TRUE;
    if (step->transaction)
        return control(run, "COMMIT");
    if (!open || (run->flags & PGS_RUN_ALONE) != 0)
        return TRUE;
    PgsFailure *failure =
        pgs_failure_new_printf("25001", "end it with COMMIT",
                               "the file leaves a transaction open, and its work is lost%s%s%s%s",
                               step->tool->refuses_open != NULL ? ": " : "",
                               step->tool->refuses_open != NULL ? step->tool->name : "",
                               step->tool->refuses_open != NULL ? " fails with " : "",
                               step->tool->refuses_open != NULL ? step->tool->refuses_open : "");
    return fail(run, failure, last_flagged(step, PGS_STATEMENT_BEGIN), 0);
}

/* What is not even sent: the tool, or psql's way of reading, stops at it. */
static gboolean
check_text(Run *run)
{
    const PgsStep *step = run->step;
    if (step->script != NULL) {
        if (pgs_script_n_statements(step->script) > 0 || step->tool->refuses_empty == NULL)
            return TRUE;
        PgsFailure *failure =
            pgs_failure_new_printf("42601", "write a statement, SELECT 1 if there is nothing to do",
                                   "the file holds no statement, which %s refuses: %s",
                                   step->tool->name, step->tool->refuses_empty);
        return fail(run, failure, NULL, 0);
    }
    /* The scanner of another version may know more: the server decides. */
    if (step->send == PGS_SEND_WHOLE &&
        g_error_matches(step->script_error, PGS_SQL_ERROR, PGS_SQL_ERROR_LEXICAL))
        return TRUE;
    gboolean encoding = g_error_matches(step->script_error, PGS_SQL_ERROR, PGS_SQL_ERROR_ENCODING);
    run->outcome->failure = failure_from_error(encoding ? "22021" : "42601", step->script_error);
    run->outcome->line = pgs_step_file_line(step, step->script_error_position.line);
    run->outcome->column = step->script_error_position.column;
    return FALSE;
}

/* The tool's bookkeeping behind the text, which what the text did may get in the way of; g_free().
 * NULL: none is left to be sent. */
static char *
make_record(const Run *run)
{
    if (run->books == NULL)
        return g_strdup(run->step->after);
    if (run->books->record == NULL || run->has_recorded)
        return NULL;
    return run->books->record(g_get_monotonic_time() - run->start, run->books->data);
}

static gboolean
record(Run *run)
{
    g_autofree char *sql = make_record(run);
    if (sql == NULL)
        return TRUE;
    if (!begin_anew(run))
        return FALSE;
    if (control(run, sql))
        return TRUE;
    advise_record(run);
    return FALSE;
}

/* *holds: whether the text is to be run. */
static gboolean
check_condition(Run *run, gboolean *holds)
{
    const PgsStep *step = run->step;
    *holds = TRUE;
    if (step->condition == NULL)
        return TRUE;
    GError *error = NULL;
    g_autofree char *value = NULL;
    if (!pgs_connection_value(run->connection, step->condition, &value, &error)) {
        if (!pgs_connection_is_alive(run->connection) ||
            g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED) ||
            g_error_matches(error, PGS_PG_ERROR, PGS_PG_ERROR_TIMEOUT))
            return fail_connection(run, error, NULL);
        PgsFailure *failure = failure_from_error("42601", error);
        g_error_free(error);
        fail(run, failure, NULL, 0);
        run->outcome->line = pgs_step_file_line(step, 1);
        return FALSE;
    }
    *holds = g_strcmp0(value, "t") == 0;
    if (*holds || !step->needs_condition)
        return TRUE;
    PgsFailure *failure = pgs_failure_new_printf(
        "P0001", "with onFail:MARK_RAN in its --preconditions it would be passed over",
        "its precondition does not hold, and %s stops: %s", step->tool->name, step->condition);
    fail(run, failure, NULL, 0);
    run->outcome->line = pgs_step_file_line(step, 1);
    return FALSE;
}

static gboolean
run_step(Run *run)
{
    if (!check_text(run))
        return FALSE;
    gboolean begins = run->step->transaction && (run->flags & PGS_RUN_WITHIN) == 0;
    if (begins && !control(run, "BEGIN"))
        return FALSE;
    if (run->step->before != NULL && !control(run, run->step->before))
        return FALSE;
    gboolean holds;
    if (!check_condition(run, &holds))
        return FALSE;
    if (holds && (run->step->send == PGS_SEND_WHOLE ? !send_whole(run) : !send_statements(run)))
        return FALSE;
    return record(run) && finish_transaction(run);
}

/* Makes the session usable again. */
static void
clean_up(Run *run)
{
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(run->connection));
    if (!pgs_connection_is_alive(run->connection)) {
        run->outcome->connection_lost = TRUE;
        return;
    }
    if (status != PQTRANS_INTRANS && status != PQTRANS_INERROR)
        return;
    g_auto(Answer) answer = {0};
    g_autoptr(GError) error = NULL;
    exchange(run, "ROLLBACK", NULL, &answer, &error);
    if (error != NULL)
        run->outcome->connection_lost = TRUE;
}

/* work: what the run consists of. */
static PgsOutcome *
run_timed(Run *run, gboolean (*work)(Run *run, gconstpointer data), gconstpointer data,
          GError **error)
{
    g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
    outcome->path = g_strdup(run->step->path);
    run->outcome = outcome;
    pgs_connection_set_notice(run->connection, take_notice, outcome->notices);
    run->start = g_get_monotonic_time();
    outcome->succeeded = work(run, data);
    outcome->duration = g_get_monotonic_time() - run->start;
    pgs_connection_set_notice(run->connection, NULL, NULL);
    if (run->fatal != NULL) {
        g_propagate_error(error, run->fatal);
        return NULL;
    }
    if (!outcome->succeeded || (run->flags & PGS_RUN_ALONE) != 0)
        clean_up(run);
    return g_steal_pointer(&outcome);
}

static gboolean
work_step(Run *run, G_GNUC_UNUSED gconstpointer data)
{
    return run_step(run);
}

static gboolean
work_control(Run *run, gconstpointer command)
{
    return control(run, command);
}

PgsOutcome *
pgs_runner_run(PgsConnection *connection, const PgsStep *step, PgsRunFlags flags, GError **error)
{
    Run run = {.connection = connection, .step = step, .flags = flags};
    return run_timed(&run, work_step, NULL, error);
}

PgsOutcome *
pgs_runner_run_recorded(PgsConnection *connection, const PgsStep *step, PgsRunFlags flags,
                        const PgsRunBooks *books, GError **error)
{
    Run run = {.connection = connection, .step = step, .flags = flags, .books = books};
    return run_timed(&run, work_step, NULL, error);
}

PgsOutcome *
pgs_runner_control(PgsConnection *connection, const char *command, const PgsStep *step,
                   GError **error)
{
    Run run = {.connection = connection, .step = step};
    return run_timed(&run, work_control, command, error);
}
