#include "base/error.h"
#include "cli/migrate_run.h"
#include "cli/migrate_show.h"

/* stamp: the books are made to say where the database is; nothing is run. */

/* What has to be noted: below the target and not applied (up), or applied above it (down). */
static GArray *
list(const PgsStanding *standing, const PgsHistory *history, gint target, gboolean up)
{
    GArray *revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    gint n = (gint)history->revisions->len;
    for (gint k = 0; k < n; k++) {
        gint i = up ? k : n - 1 - k;
        gboolean applied = standing->state->applied[i];
        if (up ? i <= target && !applied : i > target && applied)
            g_array_append_val(revisions, i);
    }
    return revisions;
}

/* Nothing to note: the books are not even made. */
static gboolean
note(const PgsMigrate *migrate, const GArray *above, const GArray *below, GError **error)
{
    const PgsApplyStamp stamp = {.unnoted = above, .noted = below};
    return above->len + below->len == 0 ||
           pgs_apply_stamp(migrate->target, migrate->history, migrate->ledger, &stamp, error);
}

static void
show_place(const PgsMigrate *migrate, const PgsStanding *standing)
{
    GString *out = g_string_new(NULL);
    pgs_show_place(out, migrate);
    pgs_show_standing(out, migrate, standing);
    pgs_show_pending(out, migrate, standing);
    pgs_show_print(migrate, out);
}

static void
show_row(GString *out, const PgsMigrate *migrate, const char *name, const GArray *revisions)
{
    g_autofree char *labels = pgs_show_labels(migrate->history, revisions, 8);
    if (revisions->len > 0)
        pgs_show_row(out, name, "%u: %s", revisions->len, labels);
}

/* What was done, or with --dry-run would be. */
static void
show_change(const PgsMigrate *migrate, const GArray *above, const GArray *below)
{
    gboolean is_trial = migrate->settings->dry_run;
    GString *out = g_string_new(NULL);
    show_row(out, migrate, is_trial ? "To unnote" : "Unnoted", above);
    show_row(out, migrate, is_trial ? "To note" : "Noted", below);
    if (above->len + below->len == 0)
        g_string_append(out, "The books say so already.\n");
    pgs_show_print(migrate, out);
    pgs_show_trial(migrate);
    if (!is_trial && above->len + below->len > 0)
        pgs_migrate_run_say_done(migrate);
}

/* lock: NULL with --dry-run. */
static gboolean
change(const PgsMigrate *migrate, const PgsMigrationLock *lock, gint target, GError **error)
{
    g_autoptr(PgsStanding) standing =
        pgs_standing_read(migrate->target, migrate->history, migrate->ledger, error);
    if (standing != NULL && lock != NULL)
        g_clear_pointer(&standing->holder, g_free); /* this run itself */
    if (standing == NULL || !pgs_standing_is_clear(standing, migrate->history, error))
        return FALSE;
    g_autoptr(GArray) above = list(standing, migrate->history, target, FALSE);
    g_autoptr(GArray) below = list(standing, migrate->history, target, TRUE);
    show_place(migrate, standing);
    if (!migrate->settings->dry_run && !note(migrate, above, below, error))
        return FALSE;
    show_change(migrate, above, below);
    return TRUE;
}

int
pgs_migrate_stamp(PgsMigrate *migrate, GError **error)
{
    gint target;
    g_autoptr(PgsMigrationLock) lock = NULL;
    if (!pgs_migrate_history(migrate, error) ||
        !pgs_history_find(migrate->history, migrate->arguments[0], &target, error) ||
        !pgs_apply_writes_books(migrate->history, error) || !pgs_migrate_target(migrate, error) ||
        !pgs_migrate_open_books(migrate, &lock, error))
        return PGS_EXIT_USAGE;
    return change(migrate, lock, target, error) ? PGS_EXIT_VERIFIED : PGS_EXIT_ENVIRONMENT;
}
