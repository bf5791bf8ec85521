#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_run.h"
#include "cli/migrate_show.h"
#include "operate/loss.h"

/* What is thrown away, before anybody says yes to it. */
static void
show_losses(const PgsMigrateRun *run, const GPtrArray *losses)
{
    GString *out =
        g_string_new(losses->len > 0 ? "This would be lost:\n" : "No data would be lost.\n\n");
    if (losses->len > 0) {
        g_autofree char *text = pgs_losses_to_text(losses, run->migrate->history);
        g_string_append_printf(out, "%s\n", text);
    }
    /* Also with --quiet: it is what is asked about. */
    if (losses->len > 0)
        pgs_show_print_always(out);
    else
        pgs_show_print(run->migrate, out);
}

static gboolean
ask(PgsMigrateRun *run, const char *loss, GError **error)
{
    g_autofree char *what = g_strdup_printf("downgrade it to %s", pgs_migrate_run_target(run));
    run->was_asked = TRUE;
    if (!pgs_migrate_confirm_change(run->migrate, what, error))
        return FALSE;
    if (loss == NULL)
        return TRUE;
    g_autofree char *question =
        g_strdup_printf("going down to %s %s: go on?", pgs_migrate_run_target(run), loss);
    return pgs_migrate_confirm(run->migrate, question, error);
}

/* The throwaway server could not tell, as when the downgrade runs on rows only.  That is no verdict
 * on the real database; a person may know. */
static void
show_unknown(const GError *cause)
{
    g_autofree char *plain = pgs_text_visible(cause->message, -1);
    GString *out = g_string_new("What would be lost could not be found out:\n");
    pgs_show_row(out, "", "%s", plain);
    g_string_append_c(out, '\n');
    pgs_show_print_always(out);
}

/* What it costs, and a person's word for it. */
static gboolean
weigh(PgsMigrateRun *run, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    g_autoptr(GError) cause = NULL;
    g_autoptr(GPtrArray) losses = pgs_loss_find(migrate->target, migrate->system, migrate->history,
                                                run->plan->revisions, &cause);
    if (losses == NULL && g_cancellable_is_cancelled(migrate->cancellable)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return FALSE;
    }
    if (losses != NULL)
        show_losses(run, losses);
    else
        show_unknown(cause);
    const char *loss = losses == NULL    ? "may lose data, and nobody knows which"
                       : losses->len > 0 ? "loses data, as listed above"
                                         : NULL;
    return migrate->settings->dry_run || ask(run, loss, error);
}

int
pgs_migrate_downgrade(PgsMigrate *migrate, GError **error)
{
    g_auto(PgsMigrateRun) run = {.migrate = migrate, .revision = migrate->arguments[0]};
    if (!pgs_migrate_target(migrate, error) || !pgs_migrate_run_look(&run, TRUE, error))
        return PGS_EXIT_ENVIRONMENT;
    pgs_migrate_run_show(&run);
    if (pgs_migrate_run_is_idle(&run))
        return PGS_EXIT_VERIFIED;
    if (!weigh(&run, error))
        return PGS_EXIT_ENVIRONMENT;
    pgs_show_trial(migrate);
    if (migrate->settings->dry_run)
        return PGS_EXIT_VERIFIED;
    if (!pgs_migrate_run_lock(&run, error))
        return PGS_EXIT_ENVIRONMENT;
    if (pgs_migrate_run_is_idle(&run))
        return PGS_EXIT_VERIFIED;
    g_autofree char *why = g_strdup_printf("before-downgrade-to-%s", pgs_migrate_run_target(&run));
    return pgs_migrate_backup(migrate, why, error) ? pgs_migrate_run_go(&run, error)
                                                   : PGS_EXIT_ENVIRONMENT;
}
