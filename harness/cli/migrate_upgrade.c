#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_run.h"
#include "cli/migrate_show.h"
#include "cli/output.h"
#include "cli/terminal.h"
#include "operate/operate_error.h"
#include "operate/rehearsal.h"

/* Versions that the folder has no file of: most often an older state of it is deployed. */
static gboolean
ask_about_unknown(PgsMigrateRun *run, GError **error)
{
    g_autoptr(GPtrArray) unknown = pgs_standing_unknown(run->standing);
    if (unknown->len == 0)
        return TRUE;
    g_autofree char *question = g_strdup_printf(
        "the database has been migrated by another state of the folder (%s has no file): go on?",
        (const char *)g_ptr_array_index(unknown, unknown->len - 1));
    run->was_asked = TRUE;
    return pgs_migrate_confirm(run->migrate, question, error);
}

static gboolean
ask_about_strange(PgsMigrateRun *run, GError **error)
{
    if (!run->standing->is_strange)
        return TRUE;
    /* No answer makes it what the tool would do. */
    if (!pgs_standing_begins_at_base(run->standing, run->migrate->history, error))
        return FALSE;
    run->was_asked = TRUE;
    return pgs_migrate_confirm(
        run->migrate,
        run->standing->state->exists
            ? "the database has tables already, but its books name no revision: run the "
              "migrations from base?"
            : "the database has tables already, but no books: run the migrations from base?",
        error);
}

static gboolean
ask(PgsMigrateRun *run, GError **error)
{
    g_autofree char *what = g_strdup_printf("upgrade it to %s", pgs_migrate_run_target(run));
    run->was_asked = run->was_asked || run->migrate->environment->is_protected;
    return ask_about_unknown(run, error) && ask_about_strange(run, error) &&
           pgs_migrate_confirm_change(run->migrate, what, error);
}

/* ---- --verify-first ---- */

static gboolean
verify_first(PgsMigrateRun *run, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    if (!migrate->environment->verify_first)
        return TRUE;
    PgsProgress progress;
    pgs_progress_begin(&progress, migrate->settings->quiet);
    PgsVerifyOptions options = {
        .progress = pgs_progress_step,
        .progress_data = &progress,
        .note = migrate->settings->quiet ? NULL : pgs_terminal_note,
        .cancellable = migrate->cancellable,
    };
    gboolean ok = FALSE;
    g_autoptr(PgsRecord) record = pgs_record_new("pgstair migrate upgrade --verify-first");
    gboolean is_run = pgs_rehearsal_run(migrate->target, migrate->system, migrate->history,
                                        run->standing->at, &options, record, &ok, error);
    pgs_progress_end(&progress);
    if (!is_run)
        return FALSE;
    pgs_cli_print_summary(migrate->settings, record);
    if (ok)
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED,
                  "mend what is shown above; the database is as it was",
                  "the verification failed, and nothing was run");
    return FALSE;
}

/* ---- With nothing to run ---- */

static gboolean
enter(const PgsMigrateRun *run, PgsMigrationLock **lock, GError **error)
{
    if (run->lock == NULL)
        return pgs_migrate_open_books(run->migrate, lock, error);
    return pgs_migrate_confirm_change(run->migrate, "write into its books", error);
}

/* The tool writes something all the same, when its books lag behind the folder. */
static int
catch_up(const PgsMigrateRun *run, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    gboolean is_trial = migrate->settings->dry_run;
    gint at = run->standing->at;
    g_autofree char *lag = NULL;
    g_autoptr(PgsMigrationLock) lock = NULL;
    if (!pgs_apply_lag(migrate->target, migrate->ledger, at, &lag, error))
        return PGS_EXIT_ENVIRONMENT;
    if (lag == NULL)
        return PGS_EXIT_VERIFIED;
    if (!is_trial &&
        (!enter(run, &lock, error) ||
         !pgs_apply_catch_up(migrate->target, migrate->history, migrate->ledger, at, error)))
        return PGS_EXIT_ENVIRONMENT;
    GString *out = g_string_new(NULL);
    pgs_show_row(out, is_trial ? "To note" : "Noted", "%s", lag);
    pgs_show_print(migrate, out);
    return PGS_EXIT_VERIFIED;
}

/* ---- The command ---- */

static gboolean
protect(PgsMigrateRun *run, GError **error)
{
    g_autofree char *why = g_strdup_printf("before-upgrade-to-%s", pgs_migrate_run_target(run));
    return verify_first(run, error) && pgs_migrate_backup(run->migrate, why, error);
}

int
pgs_migrate_upgrade(PgsMigrate *migrate, GError **error)
{
    const char *revision = migrate->arguments[0] != NULL ? migrate->arguments[0] : "head";
    g_auto(PgsMigrateRun) run = {.migrate = migrate, .up = TRUE, .revision = revision};
    gboolean is_trial = migrate->settings->dry_run;
    if (!pgs_migrate_target(migrate, error) || !pgs_migrate_run_look(&run, is_trial, error))
        return PGS_EXIT_ENVIRONMENT;
    /* What another run has done by half is nothing to tell, or to be asked about. */
    if (run.plan != NULL && (is_trial || run.standing->holder == NULL)) {
        pgs_migrate_run_show(&run);
        if (pgs_migrate_run_is_idle(&run))
            return catch_up(&run, error);
        pgs_show_trial(migrate);
        if (is_trial)
            return PGS_EXIT_VERIFIED;
        if (!ask(&run, error))
            return PGS_EXIT_USAGE;
    }
    if (!pgs_migrate_run_lock(&run, error))
        return PGS_EXIT_ENVIRONMENT;
    pgs_migrate_run_show(&run);
    if (pgs_migrate_run_is_idle(&run))
        return catch_up(&run, error);
    if (!run.was_asked && !ask(&run, error))
        return PGS_EXIT_USAGE;
    return protect(&run, error) ? pgs_migrate_run_go(&run, error) : PGS_EXIT_ENVIRONMENT;
}
