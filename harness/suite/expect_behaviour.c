#include "suite/suite.h"
#include "suite/trial.h"

#include "base/text.h"

#include <string.h>

/*
 * Assertions about what statements do.
 */

/* Statements in titles are cut at this many characters. */
#define TITLE_WIDTH 70

static PgsFinding *
new_finding(PgsSuite *suite, const char *check, PgsWhere where, const char *verb, const char *sql)
{
    g_autofree char *valid = g_utf8_make_valid(sql != NULL ? sql : "NULL", -1);
    g_autofree char *folded = pgs_text_fold_space(valid);
    g_autofree char *brief = pgs_text_ellipsize(folded, TITLE_WIDTH);
    g_autofree char *title = g_strdup_printf("%s: %s", verb, brief);
    PgsFinding *finding = pgs_journal_finding(suite->journal, check, where, title);
    finding->sql = g_strdup(sql);
    return finding;
}

static void
set_failed(PgsFinding *finding, char *message)
{
    finding->status = PGS_STATUS_FAILED;
    g_free(finding->message);
    finding->message = message;
}

/* The statement of the assertion was refused: that is the answer, and the server's words with it.
 */
static void
set_refused(PgsFinding *finding, const PgsTrial *trial)
{
    set_failed(finding, g_strdup_printf(
                            "the server refuses it%s (SQLSTATE %s%s%s)",
                            trial->deferred ? " when deferred constraints are checked" : "",
                            trial->failure->sqlstate,
                            trial->failure->constraint != NULL ? ", constraint " : "",
                            trial->failure->constraint != NULL ? trial->failure->constraint : ""));
    finding->detail = pgs_failure_to_string(trial->failure);
}

/* TRUE when the trial could be made; otherwise the finding says why not. */
static gboolean
try(PgsSuite *suite, PgsFinding *finding, const char *sql, PgsTrialMode mode, PgsTrial *trial)
{
    GError *error = NULL;
    if (sql == NULL) {
        finding->status = PGS_STATUS_ERROR;
        finding->message = g_strdup("the statement is not given (NULL)");
        return FALSE;
    }
    if (pgs_trial_run(pgs_suite_database_connection(suite->database), sql, mode, trial, &error))
        return TRUE;
    pgs_finding_set_error(finding, error);
    return FALSE;
}

static const char *
text_or(const char *text, const char *otherwise)
{
    return text != NULL && *text != '\0' ? text : otherwise;
}

/* What was asked for or came, in one line: "SQLSTATE 23503 by the constraint fk". */
static char *
refusal_text(const char *sqlstate, const char *constraint)
{
    return g_strdup_printf("SQLSTATE %s%s%s", text_or(sqlstate, "(any)"),
                           constraint != NULL ? " by the constraint " : "",
                           constraint != NULL ? constraint : "");
}

static void
judge_refusal(PgsFinding *finding, const PgsTrial *trial, const char *sqlstate,
              const char *constraint)
{
    const PgsFailure *failure = trial->failure;
    finding->expected = refusal_text(sqlstate, constraint);
    if (failure == NULL) {
        finding->actual = g_strdup_printf("accepted: %s", text_or(trial->tags, "nothing to do"));
        set_failed(finding, g_strdup("it is accepted"));
        return;
    }
    finding->actual = refusal_text(failure->sqlstate, failure->constraint);
    if ((sqlstate != NULL && strcmp(sqlstate, failure->sqlstate) != 0) ||
        (constraint != NULL && g_strcmp0(constraint, failure->constraint) != 0)) {
        set_failed(finding, g_strdup("it is refused, but for another reason"));
        finding->detail = pgs_failure_to_string(failure);
    }
}

int
pgs_expect_refused(PgsSuite *suite, PgsWhere where, const char *sqlstate, const char *constraint,
                   const char *sql)
{
    gint64 begin = g_get_monotonic_time();
    g_auto(PgsTrial) trial = {0};
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding = new_finding(suite, "suite.refused", where, "refused", sql);
    if (try(suite, finding, sql, PGS_TRIAL_UNDO, &trial))
        judge_refusal(finding, &trial, sqlstate, constraint);
    return pgs_suite_conclude(suite, finding, begin);
}

int
pgs_expect_accepted(PgsSuite *suite, PgsWhere where, const char *sql)
{
    gint64 begin = g_get_monotonic_time();
    g_auto(PgsTrial) trial = {0};
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding = new_finding(suite, "suite.accepted", where, "accepted", sql);
    if (try(suite, finding, sql, PGS_TRIAL_KEEP, &trial) && trial.failure != NULL)
        set_refused(finding, &trial);
    return pgs_suite_conclude(suite, finding, begin);
}

static void
judge_result(PgsFinding *finding, const PgsTrial *trial, const char *expected)
{
    if (trial->failure != NULL) {
        set_refused(finding, trial);
        return;
    }
    finding->expected = g_strdup(expected);
    finding->actual = g_strdup(trial->rows);
    if (trial->rows == NULL)
        set_failed(finding, g_strdup_printf("it gives no rows at all, it is a command: %s",
                                            text_or(trial->tags, "nothing")));
    else if (strcmp(trial->rows, expected) != 0)
        set_failed(finding, g_strdup("it gives something else"));
}

int
pgs_expect_result(PgsSuite *suite, PgsWhere where, const char *expected, const char *sql)
{
    gint64 begin = g_get_monotonic_time();
    g_auto(PgsTrial) trial = {0};
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding = new_finding(suite, "suite.result", where, "result", sql);
    if (try(suite, finding, sql, PGS_TRIAL_KEEP, &trial))
        judge_result(finding, &trial, expected != NULL ? expected : "");
    return pgs_suite_conclude(suite, finding, begin);
}

int
pgs_expect_affected(PgsSuite *suite, PgsWhere where, long rows, const char *sql)
{
    gint64 begin = g_get_monotonic_time();
    g_auto(PgsTrial) trial = {0};
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding = new_finding(suite, "suite.affected", where, "rows changed", sql);
    if (try(suite, finding, sql, PGS_TRIAL_KEEP, &trial)) {
        if (trial.failure != NULL) {
            set_refused(finding, &trial);
        } else {
            finding->expected = g_strdup_printf("%ld", rows);
            finding->actual = g_strdup_printf("%" G_GUINT64_FORMAT, trial.affected);
            if (rows < 0 || (guint64)rows != trial.affected)
                set_failed(finding, g_strdup("it changes another number of rows"));
        }
    }
    return pgs_suite_conclude(suite, finding, begin);
}

int
pgs_expect_true(PgsSuite *suite, PgsWhere where, int fact, const char *what)
{
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding =
        pgs_journal_finding(suite->journal, "suite.true", where, text_or(what, "a fact"));
    if (!fact)
        set_failed(finding, g_strdup_printf("it is not so: %s", text_or(what, "a fact")));
    return pgs_suite_conclude(suite, finding, g_get_monotonic_time());
}
