#include "cli/migrate_run.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/migrate_show.h"
#include "cli/source.h"
#include "operate/broken_off.h"
#include "operate/operate_error.h"

void
pgs_migrate_run_clear(PgsMigrateRun *run)
{
    g_clear_pointer(&run->lock, pgs_migration_lock_release);
    g_clear_pointer(&run->plan, pgs_migration_plan_free);
    g_clear_pointer(&run->standing, pgs_standing_free);
    g_clear_pointer(&run->settled, g_free);
}

const char *
pgs_migrate_run_target(const PgsMigrateRun *run)
{
    gint target = run->plan->target;
    const PgsRevision *revision =
        target >= 0 ? g_ptr_array_index(run->migrate->history->revisions, (guint)target) : NULL;
    return revision != NULL ? revision->id : "base";
}

static PgsMigrationPlan *
make_plan(const PgsMigrateRun *run, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    const char *revision = run->settled != NULL ? run->settled : run->revision;
    if (run->up)
        return pgs_migration_plan_up(run->standing, migrate->history, revision,
                                     migrate->settings->out_of_order, error);
    return pgs_migration_plan_down(run->standing, migrate->system, migrate->history, revision,
                                   error);
}

gboolean
pgs_migrate_run_look(PgsMigrateRun *run, gboolean must_be_clear, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    g_clear_pointer(&run->plan, pgs_migration_plan_free);
    g_clear_pointer(&run->standing, pgs_standing_free);
    run->standing = pgs_standing_read(migrate->target, migrate->history, migrate->ledger, error);
    if (run->standing == NULL)
        return FALSE;
    if (run->lock != NULL)
        g_clear_pointer(&run->standing->holder, g_free); /* this run itself */
    g_autoptr(GError) obstacle = NULL;
    if (pgs_standing_is_clear(run->standing, migrate->history, &obstacle))
        run->plan = make_plan(run, &obstacle);
    if (run->plan != NULL) {
        if (run->settled == NULL && !g_ascii_isdigit(*run->revision))
            run->settled = g_strdup(pgs_migrate_run_target(run));
        return TRUE;
    }
    if (!must_be_clear && run->standing->holder != NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&obstacle));
    return FALSE;
}

void
pgs_migrate_run_show(PgsMigrateRun *run)
{
    if (run->is_shown)
        return;
    GString *out = g_string_new(NULL);
    pgs_show_place(out, run->migrate);
    pgs_show_standing(out, run->migrate, run->standing);
    /* Unless it is the plan's own list. */
    if (!run->up || run->plan->revisions->len < run->standing->pending->len)
        pgs_show_pending(out, run->migrate, run->standing);
    pgs_show_concerns(out, run->migrate, run->standing);
    if (run->plan->revisions->len > 0)
        pgs_show_plan(out, run->migrate->history, run->plan);
    pgs_show_print(run->migrate, out);
    run->is_shown = TRUE;
}

gboolean
pgs_migrate_run_is_idle(PgsMigrateRun *run)
{
    if (run->plan == NULL || run->plan->revisions->len > 0)
        return FALSE;
    GString *out = g_string_new("Nothing to do.\n");
    pgs_show_print(run->migrate, out);
    return TRUE;
}

gboolean
pgs_migrate_run_lock(PgsMigrateRun *run, GError **error)
{
    g_autoptr(PgsMigrationPlan) asked = run->was_asked ? g_steal_pointer(&run->plan) : NULL;
    run->lock = pgs_migration_lock_take(run->migrate->target, run->migrate->ledger, error);
    if (run->lock == NULL || !pgs_migrate_run_look(run, TRUE, error))
        return FALSE;
    if (asked == NULL || pgs_migration_plan_equal(asked, run->plan) ||
        run->plan->revisions->len == 0)
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, "look again, and decide anew",
                  "another run has changed the database in the meantime; nothing was done");
    return FALSE;
}

/* ---- Running ---- */

typedef struct {
    const PgsMigrate *migrate;
    guint columns; /* of the longest label */
} Telling;

static void
tell_news(const PgsApplyNews *news, gpointer data)
{
    const Telling *telling = data;
    const char *label = pgs_standing_label(telling->migrate->history, news->revision);
    g_autofree char *time = pgs_text_duration(news->duration);
    gint gap = (gint)telling->columns - (gint)g_utf8_strlen(label, -1);
    GString *out = g_string_new(NULL);
    if (news->stage == PGS_APPLY_DONE)
        g_string_append_printf(out, "  %-7s%s%*s  %8s\n", news->up ? "up" : "down", label,
                               MAX(gap, 0), "", time);
    else if (news->stage == PGS_APPLY_FAILED)
        g_string_append_printf(out, "  FAILED %s%*s  %8s\n", label, MAX(gap, 0), "", time);
    else if (news->stage == PGS_APPLY_AGAIN)
        g_string_append_printf(out, "  %-7s%s: %s\n", "again", label,
                               news->text != NULL ? news->text : "");
    pgs_show_print(telling->migrate, out);
}

static guint
widest(const PgsHistory *history, const GArray *revisions)
{
    glong most = 0;
    for (guint i = 0; i < revisions->len; i++) {
        const char *label = pgs_standing_label(history, g_array_index(revisions, gint, i));
        most = MAX(most, g_utf8_strlen(label, -1));
    }
    return (guint)MIN(most, 60);
}

/*
 * Where the database is now, asked anew: also when the run was interrupted, whose cancellable must
 * not keep it from being known.  A sentence; g_free().
 */
static char *
describe_state(const PgsMigrate *migrate, PgsStanding **standing)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(PgsDatabase) target = pgs_database_open(migrate->environment, migrate->target->told,
                                                      migrate->target->told_data, NULL, &problem);
    *standing = target != NULL
                    ? pgs_standing_read(target, migrate->history, migrate->ledger, &problem)
                    : NULL;
    if (*standing == NULL)
        return g_strdup_printf("where it is now could not be asked: %s", problem->message);
    g_clear_pointer(&(*standing)->holder, g_free); /* this run itself */
    const PgsHistory *history = migrate->history;
    g_autoptr(GArray) tips = pgs_standing_tips(*standing, history);
    g_autofree char *labels = tips->len > 0 ? pgs_show_labels(history, tips, 0) : g_strdup("base");
    g_autofree char *pending = pgs_text_count((*standing)->pending->len, "revision", NULL);
    if (pgs_standing_is_head(*standing))
        return g_strdup_printf("%s is at %s (head)", migrate->target->database, labels);
    return g_strdup_printf("%s is at %s, %s pending", migrate->target->database, labels, pending);
}

static void
say_state(const PgsMigrate *migrate, gboolean always)
{
    g_autoptr(PgsStanding) standing = NULL;
    g_autofree char *state = describe_state(migrate, &standing);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "\n%s%s.\n", always ? "Now " : "Done: ", state);
    if (standing != NULL)
        pgs_show_concerns(out, migrate, standing);
    if (always)
        pgs_show_print_always(out);
    else
        pgs_show_print(migrate, out);
}

void
pgs_migrate_run_say_done(const PgsMigrate *migrate)
{
    say_state(migrate, FALSE);
}

static void
say_failure(const PgsMigrate *migrate, const PgsOutcome *outcome)
{
    g_autofree char *text = pgs_source_describe_failure(outcome);
    GString *out = g_string_new(NULL);
    g_string_append_printf(out, "\n%s\n", text);
    pgs_show_print_always(out);
    say_state(migrate, TRUE);
}

/* The run was broken off: whoever reads it has to know what has been done. */
static void
explain_break(const PgsMigrateRun *run, guint done, GError *cause, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    g_autoptr(PgsStanding) standing = NULL;
    g_autofree char *state = describe_state(migrate, &standing);
    g_autoptr(GError) obstacle = NULL;
    if (standing != NULL)
        pgs_standing_is_clear(standing, migrate->history, &obstacle);
    g_autofree char *whole =
        g_strdup_printf("%u of %u revisions were %s; %s", done, run->plan->revisions->len,
                        run->up ? "run" : "undone", state);
    pgs_broken_off(cause, migrate->cancellable, whole, obstacle != NULL ? obstacle->message : NULL,
                   error);
}

int
pgs_migrate_run_go(PgsMigrateRun *run, GError **error)
{
    const PgsMigrate *migrate = run->migrate;
    const GArray *revisions = run->plan->revisions;
    Telling telling = {migrate, widest(migrate->history, revisions)};
    PgsApplyRun asked = {
        .up = run->up,
        .revisions = (const gint *)(gconstpointer)revisions->data,
        .n_revisions = revisions->len,
        .told = tell_news,
        .data = &telling,
        .lock = run->lock,
    };
    guint done = 0;
    GError *cause = NULL;
    g_autoptr(PgsOutcome) outcome =
        pgs_apply_run(migrate->target, migrate->history, migrate->ledger, &asked, &done, &cause);
    if (outcome == NULL) {
        explain_break(run, done, cause, error);
        return PGS_EXIT_ENVIRONMENT;
    }
    if (!outcome->succeeded) {
        say_failure(migrate, outcome);
        return PGS_EXIT_FAILED;
    }
    say_state(migrate, FALSE);
    return PGS_EXIT_VERIFIED;
}
