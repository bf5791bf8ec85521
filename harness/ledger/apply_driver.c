#include "ledger/apply_state.h"

#include "base/error.h"
#include "driver/alembic_books.h"
#include "ledger/unfinished.h"
#include "migration/alembic_project.h"

#include <string.h>

/*
 * Alembic, in the project's own Python, on a database of somebody's.  It keeps its own books, in
 * the transaction of what it runs; pgstair reads them before and after.  What Alembic commits in
 * between (autocommit_block()) gets a mark.
 */

static gboolean
refuse_commands(const PgsHistory *history, GError **error)
{
    if (history->driver == PGS_DRIVER_ALEMBIC)
        return TRUE;
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                  "run the project's own command on that database; \"pgstair verify\" has proven "
                  "what it does on a throwaway server",
                  "what is run by commands: keeps books that pgstair cannot read, and where a "
                  "command goes can only be proven on a throwaway server: it is not run on a "
                  "database that is somebody's");
    return FALSE;
}

/* What is applied has to be known before anything is run. */
static gboolean
refuse_hidden(const PgsHistory *history, GError **error)
{
    if (history->alembic == NULL || !history->alembic->hides_books ||
        history->settings->ledger != NULL)
        return TRUE;
    pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                  "write its name into pgstair.yaml: \"ledger: NAME\"",
                  "%s: env.py names Alembic's table of versions, but not as a plain text",
                  history->alembic->sign);
    return FALSE;
}

PgsLedgerState *
pgs_apply_read_driven(const PgsDatabase *target, const PgsHistory *history, GError **error)
{
    if (!refuse_commands(history, error) || !refuse_hidden(history, error))
        return NULL;
    PgsDriverOptions options = {
        .history = history,
        .server = target->server,
        .database = target->database,
        .cancellable = target->cancellable,
    };
    PgsAlembicBooks books;
    g_autofree gboolean *effect = NULL;
    pgs_alembic_books_init(&books, &options);
    gboolean exists = FALSE;
    g_autoptr(GPtrArray) strangers = NULL;
    gboolean ok = pgs_alembic_books_effect(&books, history, &effect, &exists, &strangers, error);
    pgs_alembic_books_clear(&books);
    if (!ok)
        return NULL;
    PgsLedgerState *state = pgs_ledger_state_new(history);
    state->exists = exists;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (effect[i])
            pgs_ledger_state_add(state, revision->id, revision->name, NULL, (gint)i);
    }
    for (guint i = 0; i < strangers->len; i++)
        pgs_ledger_state_add(state, g_ptr_array_index(strangers, i), NULL, NULL, -1);
    return state;
}

/* ---- a run ---- */

typedef struct {
    PgsApply apply;
    PgsDriver *driver;
} Drive;

static void
drive_clear(Drive *drive)
{
    g_clear_pointer(&drive->driver, pgs_driver_free);
    g_clear_pointer(&drive->apply.books, pgs_connection_close);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Drive, drive_clear)

/* Whether its file leaves Alembic's transaction: what it has done then stays when it fails. */
static gboolean
commits_between(const Drive *drive, gint index)
{
    const PgsStep *step = pgs_apply_step(&drive->apply, index);
    g_autofree char *text = NULL;
    return step != NULL && g_file_get_contents(step->path, &text, NULL, NULL) &&
           (strstr(text, "autocommit_block") != NULL || strstr(text, "AUTOCOMMIT") != NULL);
}

/* Those of a run up to and with the first that commits in between, which is alone in its own. */
static guint
count_run(const Drive *drive, guint from)
{
    const PgsApplyRun *run = drive->apply.run;
    guint n = 0;
    while (from + n < run->n_revisions && !commits_between(drive, run->revisions[from + n]))
        n++;
    return MAX(n, 1);
}

static gboolean
mark(PgsApply *apply, gint index, GError **error)
{
    g_autoptr(GPtrArray) before = pgs_apply_look(apply, NULL, error);
    return before != NULL && pgs_apply_mark(apply, index, before, error);
}

static PgsOutcome *
drive_some(Drive *drive, guint from, guint n, guint *done, GError **error)
{
    PgsApply *apply = &drive->apply;
    gint first = apply->run->revisions[from];
    gboolean is_marked = commits_between(drive, first);
    PgsDriverRun asked = {
        .up = apply->run->up,
        .revisions = apply->run->revisions + from,
        .n_revisions = n,
    };
    if (apply->run->lock != NULL && !pgs_migration_lock_check(apply->run->lock, error))
        return NULL;
    if (is_marked && !mark(apply, first, error))
        return NULL;
    for (guint i = 0; i < n; i++)
        pgs_apply_tell(apply, PGS_APPLY_BEGUN, apply->run->revisions[from + i], 0, NULL);
    g_autoptr(PgsOutcome) outcome = pgs_driver_run(drive->driver, &asked, done, error);
    if (outcome == NULL)
        return NULL;
    for (guint i = 0; i < *done; i++)
        pgs_apply_tell(apply, PGS_APPLY_DONE, apply->run->revisions[from + i],
                       outcome->duration / n, NULL);
    if (!outcome->succeeded)
        pgs_apply_tell(apply, PGS_APPLY_FAILED, outcome->revision >= 0 ? outcome->revision : first,
                       outcome->duration, NULL);
    if (is_marked && outcome->succeeded && !pgs_apply_unmark(apply, error))
        return NULL;
    return g_steal_pointer(&outcome);
}

static gboolean
check_mark(Drive *drive, GError **error)
{
    PgsApply *apply = &drive->apply;
    g_autoptr(PgsUnfinished) unfinished = NULL;
    g_autoptr(PgsLedgerState) state = pgs_apply_read_driven(apply->target, apply->history, error);
    if (state == NULL || !pgs_apply_ensure_books(apply, error) ||
        !pgs_unfinished_read(apply->books, &unfinished, error))
        return FALSE;
    if (unfinished == NULL)
        return TRUE;
    if (pgs_unfinished_is_stale(unfinished, apply->history, state))
        return pgs_unfinished_remove(apply->books, error);
    return pgs_apply_refuse_unfinished(unfinished, error);
}

/* Joins the lock, and sets what drivers that know nothing of PGOPTIONS would not have set. */
static char *
first_of_session(const PgsDatabase *target)
{
    return g_strdup_printf("%s, pg_catalog.set_config('lock_timeout', '%u', false)",
                           pgs_migration_lock_join() + strlen("SELECT "),
                           target->environment->lock_timeout);
}

PgsOutcome *
pgs_apply_drive(const PgsDatabase *target, const PgsHistory *history, const PgsApplyRun *run,
                guint *done, GError **error)
{
    g_auto(Drive) drive = {.apply = {.target = target, .history = history, .run = run}};
    if (!refuse_commands(history, error) || !check_mark(&drive, error))
        return NULL;
    g_autofree char *first = first_of_session(target);
    PgsDriverOptions options = {
        .history = history,
        .server = target->server,
        .database = target->database,
        .statement_timeout = target->environment->statement_timeout,
        .cancellable = target->cancellable,
        .first = first,
    };
    drive.driver = pgs_driver_new(&options);
    g_autoptr(PgsOutcome) outcome = pgs_outcome_new();
    while (outcome->succeeded && *done < run->n_revisions) {
        guint some = 0;
        guint n = count_run(&drive, *done);
        g_clear_pointer(&outcome, pgs_outcome_free);
        outcome = drive_some(&drive, *done, n, &some, error);
        *done += some;
        if (outcome == NULL)
            return NULL;
    }
    return g_steal_pointer(&outcome);
}
