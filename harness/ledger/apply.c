#include "ledger/apply.h"

#include "base/embedded.h"
#include "base/error.h"
#include "ledger/apply_state.h"
#include "ledger/unfinished.h"

#include <string.h>

extern const PgsEmbedded pgs_ledger_files[];

const PgsRevision *
pgs_apply_revision(const PgsApply *apply, gint index)
{
    return g_ptr_array_index(apply->history->revisions, (guint)index);
}

const PgsStep *
pgs_apply_step(const PgsApply *apply, gint index)
{
    const PgsRevision *revision = pgs_apply_revision(apply, index);
    return apply->run->up ? revision->up : revision->down;
}

void
pgs_apply_tell(const PgsApply *apply, PgsApplyStage stage, gint revision, gint64 duration,
               const char *text)
{
    if (apply->run->told == NULL)
        return;
    PgsApplyNews news = {
        .stage = stage,
        .revision = revision,
        .up = apply->run->up,
        .duration = duration,
        .text = text,
    };
    apply->run->told(&news, apply->run->data);
}

/* ---- sessions ---- */

void
pgs_apply_close_session(PgsApply *apply)
{
    g_clear_pointer(&apply->session, pgs_connection_close);
}

/* Not within a transaction: a query would come before its SET TRANSACTION. */
gboolean
pgs_apply_rejoin(PgsApply *apply, GError **error)
{
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(apply->session));
    return status != PQTRANS_IDLE ||
           pgs_connection_run(apply->session, pgs_migration_lock_rejoin(), error);
}

static gboolean
note_process(PgsApply *apply, GError **error)
{
    g_clear_pointer(&apply->session_start, g_free);
    apply->session_pid = PQbackendPID(pgs_connection_raw(apply->session));
    return pgs_connection_value(apply->session,
                                pgs_embedded_find(pgs_ledger_files, "session_start.sql"),
                                &apply->session_start, error);
}

gboolean
pgs_apply_ensure_session(PgsApply *apply, GError **error)
{
    if (apply->session != NULL && pgs_connection_is_alive(apply->session))
        return pgs_apply_rejoin(apply, error);
    pgs_apply_close_session(apply);
    apply->session = pgs_database_session(apply->target, error);
    const char *first = apply->history->session;
    return apply->session != NULL && note_process(apply, error) &&
           (first == NULL || pgs_connection_run(apply->session, first, error));
}

/* It has joined the lock too: what it was about to write when pgstair was killed is waited for. */
gboolean
pgs_apply_ensure_books(PgsApply *apply, GError **error)
{
    if (apply->books != NULL && pgs_connection_is_alive(apply->books))
        return TRUE;
    g_clear_pointer(&apply->books, pgs_connection_close);
    apply->books = pgs_database_books(apply->target, error);
    return apply->books != NULL &&
           pgs_connection_run(apply->books, pgs_migration_lock_join(), error);
}

static void
apply_clear(PgsApply *apply)
{
    pgs_apply_close_session(apply);
    g_clear_pointer(&apply->books, pgs_connection_close);
    g_clear_pointer(&apply->session_start, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsApply, apply_clear)

/* ---- before anything is run ---- */

static gboolean
check_steps(const PgsApply *apply, GError **error)
{
    for (guint i = 0; i < apply->run->n_revisions; i++) {
        gint index = apply->run->revisions[i];
        if (pgs_apply_step(apply, index) != NULL)
            continue;
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_FOLDER, NULL,
                      apply->run->up ? "%s has no upgrade"
                                     : "%s has no downgrade: there is no way "
                                       "back below it",
                      pgs_apply_revision(apply, index)->label);
        return FALSE;
    }
    return TRUE;
}

gboolean
pgs_apply_refuse_unfinished(const PgsUnfinished *unfinished, GError **error)
{
    g_autofree char *title = pgs_unfinished_title(unfinished);
    g_autofree char *advice = pgs_unfinished_advice(unfinished);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_DIRTY, advice, "%s", title);
    return FALSE;
}

/* A mark that was left behind the books' entry is taken away; what is really unfinished stops the
 * run. */
static gboolean
check_unfinished(PgsApply *apply, const PgsLedgerState *state, GError **error)
{
    g_autoptr(PgsUnfinished) unfinished = NULL;
    if (!pgs_apply_ensure_books(apply, error) ||
        !pgs_unfinished_read(apply->books, &unfinished, error))
        return FALSE;
    if (unfinished != NULL && pgs_unfinished_is_stale(unfinished, apply->history, state)) {
        g_clear_pointer(&unfinished, pgs_unfinished_free);
        if (!pgs_unfinished_remove(apply->books, error))
            return FALSE;
    }
    if (unfinished == NULL && state->dirty >= 0) {
        unfinished = pgs_unfinished_of_books(apply->books, apply->history, state, error);
        if (unfinished == NULL)
            return FALSE;
    }
    return unfinished == NULL || pgs_apply_refuse_unfinished(unfinished, error);
}

static gboolean
hold(PgsApply *apply, GError **error)
{
    PgsMigrationLock *lock = apply->run->lock;
    return lock == NULL || pgs_migration_lock_hold(lock, apply->target, apply->ledger, error);
}

/* Makes the books where there are none yet.  In the session, as the tool does. */
static gboolean
prepare(PgsApply *apply, GError **error)
{
    if (!check_steps(apply, error) || !pgs_apply_ensure_session(apply, error) ||
        !pgs_ledger_locate(apply->ledger, apply->session, error))
        return FALSE;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(apply->ledger, apply->session, error);
    if (state == NULL || !check_unfinished(apply, state, error))
        return FALSE;
    if (state->exists || apply->ledger->kind->create == NULL)
        return hold(apply, error);
    g_autofree char *create = apply->ledger->kind->create(apply->ledger);
    return (create == NULL || pgs_connection_run(apply->session, create, error)) &&
           hold(apply, error);
}

/* ---- a lock that was lost ---- */

/* That a repeatable one is in the books says nothing of this run. */
static gboolean
is_as_left(const PgsApply *apply, const PgsLedgerState *state)
{
    const PgsApplyRun *run = apply->run;
    for (guint i = 0; i < run->n_revisions; i++) {
        gint revision = run->revisions[i];
        gboolean wanted = i < apply->n_done ? run->up : !run->up;
        if (!pgs_apply_revision(apply, revision)->repeatable && state->applied[revision] != wanted)
            return FALSE;
    }
    return TRUE;
}

/* Since the session that held it was ended: by a restart of the server, which ends all of them. */
static gboolean
take_lock_again(PgsApply *apply, GError **error)
{
    pgs_database_tell(apply->target,
                      "the session that held the lock on %s was lost: takes it again",
                      apply->target->place);
    pgs_apply_close_session(apply);
    g_clear_pointer(&apply->books, pgs_connection_close);
    if (!pgs_migration_lock_renew(apply->run->lock, apply->target, error) ||
        !pgs_apply_ensure_books(apply, error))
        return FALSE;
    g_autoptr(PgsLedgerState) state = pgs_ledger_read(apply->ledger, apply->books, error);
    if (state == NULL || !check_unfinished(apply, state, error))
        return FALSE;
    if (is_as_left(apply, state))
        return hold(apply, error);
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_LOST,
                  "nothing further was begun; look at its status, and run it again",
                  "the lock on %s was lost for a moment, and another run has changed the books",
                  apply->target->place);
    return FALSE;
}

static gboolean
check_lock(PgsApply *apply, GError **error)
{
    PgsMigrationLock *lock = apply->run->lock;
    g_autoptr(GError) cause = NULL;
    if (lock == NULL || pgs_migration_lock_check(lock, &cause))
        return TRUE;
    if (pgs_migration_lock_is_gone(lock))
        return take_lock_again(apply, error);
    g_propagate_error(error, g_steal_pointer(&cause));
    return FALSE;
}

/* ---- a revision, or several in one transaction, until it is done or fails for good ---- */

typedef struct {
    PgsApply *apply;
    const gint *revisions;
    guint n_revisions; /* more than one: in one transaction */
    PgsRetry retry;
} Unit;

/* What is run of a unit, once.  *at: the revision that it came to. */
typedef PgsOutcome *(*UnitRun)(Unit *unit, gint *at, gboolean *clean, GError **error);

static PgsOutcome *
run_single(Unit *unit, gint *at, gboolean *clean, GError **error)
{
    *at = unit->revisions[0];
    *clean = TRUE;
    g_autoptr(PgsOutcome) outcome = pgs_apply_guard(unit->apply, *at, error);
    if (outcome == NULL || !outcome->succeeded)
        return g_steal_pointer(&outcome);
    return pgs_apply_once(unit->apply, *at, clean, error);
}

static PgsOutcome *
control(Unit *unit, const char *command, gint at, GError **error)
{
    PgsApply *apply = unit->apply;
    return pgs_apply_ensure_session(apply, error)
               ? pgs_runner_control(apply->session, command, pgs_apply_step(apply, at), error)
               : NULL;
}

static PgsOutcome *
run_together(Unit *unit, gint *at, gboolean *clean, GError **error)
{
    gint64 duration = 0;
    *at = unit->revisions[0];
    *clean = TRUE;
    g_autoptr(PgsOutcome) outcome = control(unit, "BEGIN", *at, error);
    for (guint i = 0; i < unit->n_revisions && outcome != NULL && outcome->succeeded; i++) {
        *at = unit->revisions[i];
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = pgs_apply_inside(unit->apply, *at, error);
        duration += outcome != NULL ? outcome->duration : 0;
    }
    if (outcome != NULL && outcome->succeeded) {
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = control(unit, "COMMIT", *at, error);
    }
    if (outcome != NULL)
        outcome->duration = duration;
    return g_steal_pointer(&outcome);
}

static char *
say_why(const PgsOutcome *outcome, guint wait)
{
    g_autofree char *failure = pgs_failure_to_string(outcome->failure);
    failure[strcspn(failure, "\n")] = '\0';
    return g_strdup_printf("%s; nothing of it stays, and it is tried again in %.1f s", failure,
                           wait / 1000.0);
}

/* *again: it is to be run once more. */
static gboolean
judge(Unit *unit, PgsOutcome *outcome, gint at, gboolean clean, gboolean *again, GError **error)
{
    PgsApply *apply = unit->apply;
    gboolean is_done = FALSE;
    guint wait;
    *again = FALSE;
    if (outcome->succeeded)
        return TRUE;
    if (outcome->connection_lost &&
        !pgs_apply_recover(apply, unit->revisions[unit->n_revisions - 1], &is_done, error))
        return FALSE;
    if (is_done) {
        outcome->succeeded = TRUE;
        g_clear_pointer(&outcome->failure, pgs_failure_free);
        return TRUE;
    }
    if (!clean || !pgs_manner_is_passing(outcome) || !pgs_retry_next(&unit->retry, &wait))
        return TRUE;
    g_autofree char *why = say_why(outcome, wait);
    pgs_apply_tell(apply, PGS_APPLY_AGAIN, at, outcome->duration, why);
    *again = TRUE;
    return pgs_retry_wait(wait, apply->target->cancellable, error);
}

static void
tell_all(const Unit *unit, PgsApplyStage stage, gint64 duration)
{
    for (guint i = 0; i < unit->n_revisions; i++)
        pgs_apply_tell(unit->apply, stage, unit->revisions[i], duration / unit->n_revisions, NULL);
}

static PgsOutcome *
run_unit(Unit *unit, GError **error)
{
    UnitRun run = unit->n_revisions > 1 ? run_together : run_single;
    pgs_retry_start(&unit->retry, &unit->apply->target->retry, 0);
    tell_all(unit, PGS_APPLY_BEGUN, 0);
    for (;;) {
        gint at = -1;
        gboolean clean = FALSE, again = FALSE;
        if (!check_lock(unit->apply, error))
            return NULL;
        g_autoptr(PgsOutcome) outcome = run(unit, &at, &clean, error);
        if (outcome == NULL || !judge(unit, outcome, at, clean, &again, error))
            return NULL;
        if (again)
            continue;
        if (outcome->succeeded) {
            tell_all(unit, PGS_APPLY_DONE, outcome->duration);
            return g_steal_pointer(&outcome);
        }
        outcome->revision = at;
        pgs_apply_note_failure(unit->apply, at);
        pgs_apply_tell(unit->apply, PGS_APPLY_FAILED, at, outcome->duration, NULL);
        return g_steal_pointer(&outcome);
    }
}

/* ---- all of them ---- */

/* How many from there on the tool runs in one transaction; at least one, for itself. */
static guint
count_together(const PgsApply *apply, guint from)
{
    const PgsApplyRun *run = apply->run;
    guint n = 0;
    while (apply->history->is_batch && from + n < run->n_revisions &&
           pgs_manner_of(pgs_apply_step(apply, run->revisions[from + n])) == PGS_MANNER_WITHIN)
        n++;
    return MAX(n, 1);
}

static PgsOutcome *
run_all(PgsApply *apply, guint *done, GError **error)
{
    const PgsApplyRun *run = apply->run;
    g_autoptr(PgsOutcome) all = pgs_outcome_new();
    while (*done < run->n_revisions) {
        Unit unit = {
            .apply = apply,
            .revisions = run->revisions + *done,
            .n_revisions = count_together(apply, *done),
        };
        g_autoptr(PgsOutcome) outcome = run_unit(&unit, error);
        if (outcome == NULL || !outcome->succeeded)
            return g_steal_pointer(&outcome);
        all->duration += outcome->duration;
        all->n_statements += outcome->n_statements;
        for (guint i = 0; i < outcome->notices->len; i++)
            g_ptr_array_add(all->notices, g_strdup(g_ptr_array_index(outcome->notices, i)));
        *done += unit.n_revisions;
        apply->n_done = *done;
    }
    return g_steal_pointer(&all);
}

PgsOutcome *
pgs_apply_run(const PgsDatabase *target, const PgsHistory *history, PgsLedger *ledger,
              const PgsApplyRun *run, guint *done, GError **error)
{
    *done = 0;
    if (run->n_revisions == 0)
        return pgs_outcome_new();
    if (history->driver != PGS_DRIVER_SQL)
        return pgs_apply_drive(target, history, run, done, error);
    g_auto(PgsApply) apply = {.target = target, .history = history, .ledger = ledger, .run = run};
    return prepare(&apply, error) ? run_all(&apply, done, error) : NULL;
}
