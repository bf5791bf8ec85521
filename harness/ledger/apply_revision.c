#include "ledger/apply_state.h"

#include "driver/psql_step.h"
#include "ledger/apply_patience.h"
#include "ledger/unfinished.h"

#include <pgstair/version.h>

#include <string.h>
#include <unistd.h>

/* One revision of a run, once. */
typedef struct {
    PgsApply *apply;
    gint revision;
    PgsManner manner;
    guint n_texts;         /* that were begun */
    GPtrArray *before;     /* char *: unfinished things in the catalog before it */
    const PgsStep *step;   /* the text that is run */
    PgsPatience *patience; /* with the statement that is run; or NULL */
    char *circle;          /* who waits for this run, and was waited for; or NULL */
} Once;

/* ---- the books' texts ---- */

static PgsLedgerEvent
event_of(const Once *once, gint64 duration)
{
    return (PgsLedgerEvent){
        .revision = once->revision, .up = once->apply->run->up, .duration = duration};
}

static char *
record_whole(gint64 duration, gpointer data)
{
    const Once *once = data;
    PgsLedgerEvent event = event_of(once, duration);
    return pgs_apply_entry(once->apply->ledger, &event);
}

static char *
record_alone(gint64 duration, gpointer data)
{
    const Once *once = data;
    PgsLedgerEvent event = event_of(once, duration);
    return once->apply->ledger->kind->record(once->apply->ledger, &event);
}

/* A revision's text that is not its last: the books are written where the tool would write them, so
 * that it refuses what the tool refuses. */
static gboolean
is_recorded(const PgsStep *step)
{
    return step->next == NULL || step->after != NULL;
}

/* ---- marks ---- */

static guint
count_statements(const PgsStep *step)
{
    guint n = 0;
    for (; step != NULL; step = step->next)
        n += step->script != NULL ? pgs_script_n_statements(step->script) : 0;
    return n;
}

static char *
describe_self(void)
{
    return g_strdup_printf("pgstair %s, process %d on %s", pgs_version(), (int)getpid(),
                           g_get_host_name());
}

gboolean
pgs_apply_mark(PgsApply *apply, gint index, GPtrArray *before, GError **error)
{
    const PgsRevision *revision = pgs_apply_revision(apply, index);
    const PgsStep *step = pgs_apply_step(apply, index);
    g_autofree char *who = describe_self();
    PgsUnfinished mark = {
        .revision = revision->id,
        .label = revision->label,
        .up = apply->run->up,
        .n_statements = count_statements(step),
        .path = step->path,
        .who = who,
        .before = before,
    };
    return pgs_apply_ensure_books(apply, error) && pgs_unfinished_begin(apply->books, &mark, error);
}

gboolean
pgs_apply_unmark(PgsApply *apply, GError **error)
{
    return pgs_apply_ensure_books(apply, error) && pgs_unfinished_remove(apply->books, error);
}

static void
end_patience(Once *once)
{
    char *circle = pgs_patience_end(g_steal_pointer(&once->patience));
    if (circle != NULL) {
        g_free(once->circle);
        once->circle = circle;
    }
}

/* In front of a statement, when it is one that is to be waited for. */
static gboolean
begin_patience(Once *once, guint index, GError **error)
{
    end_patience(once);
    /* The statement that was waited for has ended well: it told of no circle. */
    g_clear_pointer(&once->circle, g_free);
    if (!pgs_manner_is_concurrent(pgs_script_statement(once->step->script, index)))
        return TRUE;
    once->patience = pgs_patience_begin(once->apply, error);
    return once->patience != NULL;
}

static gboolean
note_statement(guint statement, guint line, gpointer data, GError **error)
{
    Once *once = data;
    if (!pgs_apply_rejoin(once->apply, error) || !begin_patience(once, statement - 1, error))
        return FALSE;
    g_autofree char *sql = pgs_unfinished_sql_statement(statement, line);
    return pgs_connection_run(once->apply->books, sql, error);
}

GPtrArray *
pgs_apply_look(PgsApply *apply, GPtrArray *before, GError **error)
{
    g_autoptr(PgsUnfinished) seen = pgs_unfinished_new();
    seen->before = before != NULL ? g_ptr_array_ref(before) : NULL;
    return pgs_apply_ensure_books(apply, error) && pgs_unfinished_look(apply->books, seen, error)
               ? g_steal_pointer(&seen->leftovers)
               : NULL;
}

/* pgstair's mark, and the tool's own entry "begun", which has no place for direction and statement.
 */
static PgsOutcome *
begin_marked(Once *once, GError **error)
{
    PgsApply *apply = once->apply;
    const PgsLedgerKind *kind = apply->ledger->kind;
    once->before = pgs_apply_look(apply, NULL, error);
    if (once->before == NULL || !pgs_apply_mark(apply, once->revision, once->before, error))
        return NULL;
    PgsLedgerEvent event = event_of(once, 0);
    g_autofree char *begin =
        kind->place == PGS_LEDGER_AROUND ? kind->begin(apply->ledger, &event) : NULL;
    if (begin == NULL)
        return pgs_outcome_new();
    return pgs_apply_ensure_session(apply, error)
               ? pgs_runner_control(apply->session, begin, pgs_apply_step(apply, once->revision),
                                    error)
               : NULL;
}

/* The books as they were before it. */
static gboolean
take_back(Once *once, GError **error)
{
    PgsApply *apply = once->apply;
    const PgsLedgerKind *kind = apply->ledger->kind;
    if (kind->place != PGS_LEDGER_AROUND)
        return pgs_apply_unmark(apply, error);
    PgsLedgerEvent event = {.revision = once->revision, .up = !apply->run->up};
    g_autofree char *sql = kind->settle != NULL
                               ? kind->settle(apply->ledger, once->revision, !apply->run->up)
                               : kind->record(apply->ledger, &event);
    return pgs_apply_ensure_books(apply, error) && pgs_connection_run(apply->books, sql, error) &&
           pgs_apply_unmark(apply, error);
}

/* *clean: it has failed, and nothing of it stays. */
static gboolean
end_failed(Once *once, const PgsStep *step, const PgsOutcome *outcome, gboolean *clean,
           GError **error)
{
    PgsLeft left = pgs_manner_left(step, outcome, once->n_texts == 1);
    *clean = left == PGS_LEFT_NOTHING;
    if (left == PGS_LEFT_VISIBLE) {
        g_autoptr(GPtrArray) seen = pgs_apply_look(once->apply, once->before, error);
        if (seen == NULL)
            return FALSE;
        *clean = seen->len == 0;
    }
    return !*clean || take_back(once, error);
}

/* ---- texts ---- */

/* lock_timeout stays, unless each statement is one that is to be waited for. */
static char *
first_of_psql(const PgsStep *step)
{
    guint n = step->script != NULL ? pgs_script_n_statements(step->script) : 0;
    gboolean all = n > 0;
    for (guint i = 0; i < n; i++)
        all = all && pgs_manner_is_concurrent(pgs_script_statement(step->script, i));
    return g_strconcat(pgs_migration_lock_join(), all ? "; SET lock_timeout = 0" : "", NULL);
}

static PgsOutcome *
run_psql(Once *once, const PgsStep *step, GError **error)
{
    PgsApply *apply = once->apply;
    const PgsEnvironment *environment = apply->target->environment;
    g_autofree char *first = first_of_psql(step);
    g_autoptr(PgsOutcome) outcome = pgs_psql_step_run_joined(
        apply->target->server, apply->target->database, apply->history, step, first,
        environment->statement_timeout, apply->target->cancellable, error);
    if (outcome == NULL || !outcome->succeeded || !is_recorded(step))
        return g_steal_pointer(&outcome);
    g_autofree char *record = record_alone(outcome->duration, once);
    gint64 duration = outcome->duration;
    g_clear_pointer(&outcome, pgs_outcome_free);
    if (!pgs_apply_ensure_session(apply, error))
        return NULL;
    outcome = pgs_runner_control(apply->session, record, step, error);
    if (outcome != NULL)
        outcome->duration += duration;
    return g_steal_pointer(&outcome);
}

/* The server says no more than that the statement was cancelled. */
static void
tell_circle(const Once *once, PgsOutcome *outcome)
{
    pgs_failure_free(outcome->failure);
    outcome->failure = pgs_failure_new_printf(
        "40P01",
        "only one tool at a time may change a database: end that other run, or let it end by "
        "itself",
        "another session (%s) waits for the lock that this run holds, in a statement that this "
        "one had to wait for: neither could go on",
        once->circle);
}

static PgsOutcome *
run_text(Once *once, const PgsStep *step, GError **error)
{
    PgsApply *apply = once->apply;
    gboolean is_whole = once->manner != PGS_MANNER_MARKED;
    PgsRunBooks books = {
        .record = is_whole ? record_whole : record_alone,
        .is_joined = pgs_manner_may_join(step),
        .begun = is_whole ? NULL : note_statement,
        .data = once,
    };
    once->n_texts++;
    once->step = step;
    if (step->send == PGS_SEND_PSQL)
        return run_psql(once, step, error);
    if (!is_recorded(step))
        books.record = NULL;
    if (step->tool->own_session)
        pgs_apply_close_session(apply);
    if (!pgs_apply_ensure_session(apply, error))
        return NULL;
    /* Sent whole, it is alone: with others it would refuse to run. */
    if (step->send == PGS_SEND_WHOLE && step->script != NULL &&
        pgs_script_n_statements(step->script) == 1 && !begin_patience(once, 0, error))
        return NULL;
    PgsOutcome *outcome = pgs_runner_run_recorded(apply->session, step, 0, &books, error);
    end_patience(once);
    if (outcome != NULL && !outcome->succeeded && once->circle != NULL &&
        strcmp(outcome->failure->sqlstate, "57014") == 0)
        tell_circle(once, outcome);
    return outcome;
}

/* *failed: the text that did. */
static PgsOutcome *
run_texts(Once *once, const PgsStep **failed, GError **error)
{
    g_autoptr(PgsOutcome) outcome = NULL;
    gint64 duration = 0;
    for (const PgsStep *step = pgs_apply_step(once->apply, once->revision); step != NULL;
         step = step->next) {
        g_clear_pointer(&outcome, pgs_outcome_free);
        *failed = step;
        outcome = run_text(once, step, error);
        if (outcome == NULL)
            return NULL;
        duration += outcome->duration;
        if (!outcome->succeeded)
            break;
    }
    outcome->duration = duration;
    return g_steal_pointer(&outcome);
}

static PgsOutcome *
run_marked(Once *once, gboolean *clean, GError **error)
{
    const PgsStep *failed = NULL;
    g_autoptr(PgsOutcome) begun = begin_marked(once, error);
    if (begun == NULL || !begun->succeeded) {
        *clean = begun != NULL && !begun->connection_lost;
        if (*clean && !pgs_apply_unmark(once->apply, error))
            return NULL;
        return g_steal_pointer(&begun);
    }
    g_autoptr(PgsOutcome) outcome = run_texts(once, &failed, error);
    if (outcome == NULL)
        return NULL;
    if (outcome->succeeded ? !pgs_apply_unmark(once->apply, error)
                           : !end_failed(once, failed, outcome, clean, error))
        return NULL;
    return g_steal_pointer(&outcome);
}

PgsOutcome *
pgs_apply_once(PgsApply *apply, gint revision, gboolean *clean, GError **error)
{
    const PgsStep *failed = NULL;
    Once once = {
        .apply = apply,
        .revision = revision,
        .manner = pgs_manner_of(pgs_apply_step(apply, revision)),
    };
    *clean = once.manner != PGS_MANNER_MARKED;
    PgsOutcome *outcome =
        *clean ? run_texts(&once, &failed, error) : run_marked(&once, clean, error);
    g_clear_pointer(&once.before, g_ptr_array_unref);
    g_free(once.circle);
    return outcome;
}

PgsOutcome *
pgs_apply_inside(PgsApply *apply, gint revision, GError **error)
{
    Once once = {.apply = apply, .revision = revision, .manner = PGS_MANNER_WITHIN};
    PgsRunBooks books = {.record = record_whole, .data = &once};
    return pgs_apply_ensure_session(apply, error)
               ? pgs_runner_run_recorded(apply->session, pgs_apply_step(apply, revision),
                                         PGS_RUN_WITHIN, &books, error)
               : NULL;
}

/* ---- what the tool itself says of a revision ---- */

PgsOutcome *
pgs_apply_guard(PgsApply *apply, gint revision, GError **error)
{
    const PgsLedgerKind *kind = apply->ledger->kind;
    PgsLedgerEvent event = {.revision = revision, .up = apply->run->up};
    g_autofree char *sql = kind->guard != NULL ? kind->guard(apply->ledger, &event) : NULL;
    if (sql == NULL)
        return pgs_outcome_new();
    return pgs_apply_ensure_session(apply, error)
               ? pgs_runner_control(apply->session, sql, pgs_apply_step(apply, revision), error)
               : NULL;
}

void
pgs_apply_note_failure(PgsApply *apply, gint revision)
{
    const PgsLedgerKind *kind = apply->ledger->kind;
    PgsLedgerEvent event = {.revision = revision, .up = apply->run->up};
    g_autofree char *sql = kind->fail != NULL ? kind->fail(apply->ledger, &event) : NULL;
    if (sql != NULL && pgs_apply_ensure_books(apply, NULL))
        pgs_connection_run(apply->books, sql, NULL);
}
