#include "operate/align.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "operate/align_changes.h"
#include "operate/align_rows.h"
#include "operate/align_state.h"
#include "operate/broken_off.h"
#include "snapshot/catalog.h"

extern const PgsEmbedded pgs_operate_files[];

enum {
    MAX_LINES = 8, /* of a revision's changes of one stage */
    MAX_DIFFERENCES = 20,
};

static const char *const stage_names[PGS_ALIGN_N_STAGES] = {
    "backup",  "baseline", "rows",     "columns", "keys",         "constraints",
    "indexes", "other",    "revision", "books",   "verification",
};

const char *
pgs_align_stage_name(PgsAlignStage stage)
{
    return stage_names[stage];
}

static void
align_clear(PgsAlign *align)
{
    g_clear_pointer(&align->lock, pgs_migration_lock_release);
    g_clear_pointer(&align->ground, pgs_align_ground_free);
    g_clear_pointer(&align->now, pgs_snapshot_unref);
    g_clear_pointer(&align->counts, g_hash_table_unref);
    g_clear_pointer(&align->backup, pgs_backup_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsAlign, align_clear)

void
pgs_align_tell(const PgsAlign *align, PgsAlignStage stage, gboolean is_done, gint revision,
               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *plain = pgs_text_plain(text);
    PgsAlignNews news = {stage, is_done, revision, 0, plain};
    if (align->options->told != NULL)
        align->options->told(&news, align->options->data);
}

gint
pgs_align_head(const PgsAlign *align)
{
    return (gint)align->history->revisions->len - 1;
}

const char *
pgs_align_label(const PgsAlign *align, gint index)
{
    if (index < 0)
        return "base";
    return ((const PgsRevision *)g_ptr_array_index(align->history->revisions, (guint)index))->label;
}

/* ---- what is there ---- */

PgsSnapshot *
pgs_align_read_schema(const PgsAlign *align, GError **error)
{
    g_autoptr(PgsConnection) connection = pgs_database_reader(align->target, error);
    g_autoptr(PgsCatalog) catalog =
        connection != NULL ? pgs_catalog_new(connection, 0, align->history->ledger, error) : NULL;
    return catalog != NULL ? pgs_catalog_read_whole(catalog, error) : NULL;
}

/* Books of another folder, or of a newer state of this one. */
static gboolean
refuse_unknown(const PgsAlign *align, const PgsLedgerState *state, GError **error)
{
    g_autoptr(GString) versions = g_string_new(NULL);
    for (guint i = 0; i < state->entries->len; i++) {
        if (i == MAX_LINES) {
            g_string_append_printf(versions, " and %u more", state->entries->len - i);
            break;
        }
        g_autofree char *title = pgs_ledger_entry_title(g_ptr_array_index(state->entries, i));
        g_string_append_printf(versions, "%s%s", i > 0 ? ", " : "", title);
    }
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "check out the folder that the database was migrated with; where these books are "
                  "nobody's any more, drop their table and run it again",
                  "the database has books of %s already, all of versions that the folder has no "
                  "file of: %s",
                  align->history->format, versions->str);
    return FALSE;
}

/* Whether a line of theirs is about a revision of the folder. */
static gboolean
knows_any(const PgsLedgerState *state)
{
    for (guint i = 0; i < state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(state->entries, i);
        if (entry->revision >= 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
check_books(const PgsAlign *align, GError **error)
{
    g_autoptr(PgsLedgerState) state =
        pgs_apply_read(align->target, align->history, align->ledger, error);
    if (state == NULL)
        return FALSE;
    gint top = pgs_ledger_state_top(state);
    if (state->entries->len == 0)
        return TRUE;
    if (state->dirty >= 0) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                      "\"pgstair migrate status\" says which, and \"pgstair migrate resolve\" "
                      "settles it",
                      "the database has books of %s already, and a revision in them is dirty: it "
                      "was begun and not finished",
                      align->history->format);
        return FALSE;
    }
    if (!knows_any(state))
        return refuse_unknown(align, state, error);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "\"pgstair migrate upgrade\" goes on from there; \"pgstair migrate check\" "
                  "compares its schema",
                  "the database has books of %s already, and is at %s: there is nothing to align",
                  align->history->format, pgs_align_label(align, top));
    return FALSE;
}

static gboolean
is_what_models_make(const PgsAlign *align, gboolean *is_model, GError **error)
{
    g_autofree char *why = NULL;
    *is_model = FALSE;
    if (align->ground->system->models->len == 0)
        return TRUE;
    if (!pgs_align_ground_judge_models(align->ground, align->now, &why, error))
        return FALSE;
    *is_model = why == NULL;
    return TRUE;
}

/* No revision has this schema: the nearest, and how it differs. */
static gboolean
refuse_stranger(const PgsAlign *align, gint nearest, GError **error)
{
    gboolean is_model;
    if (!is_what_models_make(align, &is_model, error))
        return FALSE;
    g_autoptr(PgsDiff) diff = pgs_align_ground_compare(align->ground, nearest, align->now);
    guint n = pgs_align_ground_count(align->ground, diff);
    g_autoptr(GString) text = g_string_new(NULL);
    guint shown = 0;
    for (guint i = 0; i < pgs_diff_n_differences(diff) && shown < MAX_DIFFERENCES; i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (!pgs_align_ground_counts(align->ground, difference))
            continue;
        g_autofree char *line = pgs_difference_to_string(difference);
        g_autofree char *plain = pgs_text_plain(line);
        g_string_append_printf(text, "\n  %s", plain);
        shown++;
    }
    if (shown < n)
        g_string_append_printf(text, "\n  and %u more", n - shown);
    g_autofree char *count = pgs_text_count(n, "difference", NULL);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  is_model
                      ? "it is what the models make: a revision that brings head there is missing "
                        "(\"pgstair migrate new --from-diff model\")"
                      : "make the database like that revision, write the first revision from the "
                        "database, or tolerate what may differ (--tolerate)",
                  "the database has no revision's schema; the nearest is %s, with %s (what the "
                  "migrations make → the database):%s",
                  pgs_align_label(align, nearest), count, text->str);
    return FALSE;
}

/* What does not count, and may matter to a revision all the same: the order of columns, for INSERT
 * without names; and whose the tables are. */
static gboolean
tell_small_print(const PgsAlign *align, GError **error)
{
    g_autoptr(PgsDiff) diff = pgs_align_ground_compare(align->ground, align->baseline, align->now);
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        g_autofree char *line = pgs_difference_to_string(difference);
        if (difference->change == PGS_CHANGE_ATTRIBUTE || difference->renamed == NULL ||
            difference->change == PGS_CHANGE_REMOVED)
            pgs_align_tell(align, PGS_ALIGN_BASELINE, FALSE, -1, "but for: %s", line);
    }
    g_autoptr(PgsConnection) connection = pgs_database_reader(align->target, error);
    g_autofree char *others = NULL;
    if (connection == NULL ||
        !pgs_connection_value(connection,
                              pgs_embedded_find(pgs_operate_files, "align_strangers.sql"), &others,
                              error))
        return FALSE;
    if (others != NULL && *others != '\0')
        pgs_align_tell(align, PGS_ALIGN_BASELINE, FALSE, -1,
                       "owned by others, so that this role may not alter them: %s", others);
    return TRUE;
}

static gboolean
find_baseline(PgsAlign *align, GError **error)
{
    gboolean differs;
    align->baseline = pgs_align_ground_find(align->ground, align->now, &differs);
    if (differs)
        return refuse_stranger(align, align->baseline, error);
    pgs_align_tell(align, PGS_ALIGN_BASELINE, FALSE, -1, "its schema is that of %s",
                   pgs_align_label(align, align->baseline));
    return tell_small_print(align, error);
}

static gboolean
refuse_rows(const GPtrArray *violations, GError **error)
{
    g_autofree char *broken = pgs_text_count(violations->len, "rule", NULL);
    const PgsAlignViolation *first = g_ptr_array_index(violations, 0);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE,
                  "mend these rows first; where a revision on the way mends them itself, --force "
                  "goes on: what a row still breaks then stops that revision, and nothing of it "
                  "stays",
                  "rows break %s that the revisions bring: nothing was changed; %s", broken,
                  first->text);
    return FALSE;
}

static gboolean
check_rows(const PgsAlign *align, GError **error)
{
    guint n_asked, n_untold;
    g_autoptr(PgsConnection) connection = pgs_database_row_reader(align->target, error);
    if (connection == NULL)
        return FALSE;
    g_autoptr(GPtrArray) violations = pgs_align_rows_find(
        connection, align->now, pgs_align_ground_at(align->ground, pgs_align_head(align)), &n_asked,
        &n_untold, error);
    if (violations == NULL)
        return FALSE;
    for (guint i = 0; i < violations->len; i++) {
        const PgsAlignViolation *violation = g_ptr_array_index(violations, i);
        pgs_align_tell(align, PGS_ALIGN_ROWS, FALSE, -1, "%s", violation->text);
    }
    g_autofree char *rules = pgs_text_count(n_asked, "new rule", NULL);
    if (n_asked + n_untold == 0)
        pgs_align_tell(align, PGS_ALIGN_ROWS, TRUE, -1, "no new rule for them is to come");
    else if (violations->len == 0 && n_asked > 0)
        pgs_align_tell(align, PGS_ALIGN_ROWS, TRUE, -1, "no row breaks any of %s", rules);
    if (n_untold > 0)
        pgs_align_tell(align, PGS_ALIGN_ROWS, FALSE, -1,
                       "%u rule%s cannot be asked for before the revisions have run, each of which "
                       "checks them",
                       n_untold, n_untold == 1 ? "" : "s");
    return violations->len == 0 || align->options->force || refuse_rows(violations, error);
}

/* ---- what is to be done, and what was ---- */

/* Stage by stage. */
static void
tell_plan(const PgsAlign *align, gint index)
{
    g_auto(PgsAlignChanges) changes = {0};
    pgs_align_changes_init(&changes, pgs_align_ground_at(align->ground, index - 1),
                           pgs_align_ground_at(align->ground, index));
    gboolean any = FALSE;
    for (guint stage = PGS_ALIGN_COLUMNS; stage <= PGS_ALIGN_OTHER; stage++) {
        const GPtrArray *lines = changes.lines[stage];
        if (lines == NULL)
            continue;
        any = TRUE;
        /* One more takes no more room than to say that there is one more. */
        guint n = lines->len <= MAX_LINES + 1 ? lines->len : MAX_LINES;
        for (guint i = 0; i < n; i++)
            pgs_align_tell(align, stage, FALSE, index, "%s",
                           (const char *)g_ptr_array_index(lines, i));
        if (n < lines->len)
            pgs_align_tell(align, stage, FALSE, index, "… and %u more", lines->len - n);
    }
    if (!any)
        pgs_align_tell(align, PGS_ALIGN_OTHER, FALSE, index, "nothing in the catalog");
}

static void
tell_done(const PgsAlign *align, const PgsApplyNews *done)
{
    g_auto(PgsAlignChanges) changes = {0};
    pgs_align_changes_init(&changes, pgs_align_ground_at(align->ground, done->revision - 1),
                           pgs_align_ground_at(align->ground, done->revision));
    g_autofree char *sum = pgs_align_changes_sum(&changes);
    PgsAlignNews news = {PGS_ALIGN_REVISION, TRUE, done->revision, done->duration, sum};
    if (align->options->told != NULL)
        align->options->told(&news, align->options->data);
}

static void
take_news(const PgsApplyNews *news, gpointer data)
{
    const PgsAlign *align = data;
    if (news->stage == PGS_APPLY_DONE)
        tell_done(align, news);
    else if (news->stage == PGS_APPLY_AGAIN)
        pgs_align_tell(align, PGS_ALIGN_REVISION, FALSE, news->revision, "%s",
                       news->text != NULL ? news->text : "it is tried again");
}

static gboolean
stamp_baseline(PgsAlign *align, GError **error)
{
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    for (gint i = 0; i <= align->baseline; i++)
        g_array_append_val(revisions, i);
    const PgsApplyStamp stamp = {.noted = revisions};
    if (revisions->len > 0 &&
        !pgs_apply_stamp(align->target, align->history, align->ledger, &stamp, error))
        return FALSE;
    pgs_align_tell(align, PGS_ALIGN_BOOKS, TRUE, -1, "the books of %s say: %s",
                   align->history->format, pgs_align_label(align, align->baseline));
    return TRUE;
}

/* "…, or go back: …"; g_free(). */
static char *
way_back(const PgsAlign *align)
{
    return align->backup != NULL ? g_strdup_printf(", or go back: \"pgstair migrate restore %s\"",
                                                   align->backup->path)
                                 : g_strdup("");
}

/* The run was broken off (interrupted, the connection or the lock was lost): the books are asked
 * where the database stands, whatever its cancellable says.  Takes cause over. */
static gboolean
explain_break(const PgsAlign *align, GError *cause, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsDatabase) again = pgs_database_open(
        align->target->environment, align->target->told, align->target->told_data, NULL, &local);
    g_autoptr(PgsLedgerState) state =
        again != NULL ? pgs_apply_read(again, align->history, align->ledger, &local) : NULL;
    g_autofree char *place =
        state == NULL
            ? g_strdup_printf("where it stands now could not be asked: %s", local->message)
            : g_strdup_printf("the database stands at %s now%s",
                              pgs_align_label(align, pgs_ledger_state_at(state, align->history)),
                              state->dirty >= 0 ? ", and one revision is dirty" : "");
    g_autofree char *back = way_back(align);
    g_autofree char *hint = g_strdup_printf("go on with \"pgstair migrate upgrade\"%s", back);
    return pgs_broken_off(cause, align->target->cancellable, place, hint, error);
}

/* Where it stands, and the two ways on. */
static gboolean
refuse_failed(const PgsAlign *align, gint at, const PgsOutcome *outcome, GError **error)
{
    g_autofree char *restore = way_back(align);
    g_autofree char *hint =
        g_strdup_printf("mend what it names and go on with \"pgstair migrate upgrade\"%s", restore);
    g_autofree char *detail =
        outcome->failure->detail != NULL ? g_strconcat("\n", outcome->failure->detail, NULL) : NULL;
    g_autofree char *place = outcome->line > 0
                                 ? g_strdup_printf("%s:%u: ", outcome->path, outcome->line)
                                 : g_strdup_printf("%s: ", outcome->path);
    g_autofree char *said = pgs_text_visible(outcome->failure->message, -1);
    g_autofree char *more = detail != NULL ? pgs_text_visible(detail, -1) : g_strdup("");
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED, hint,
                  "%s%s%s\nthe database stands at %s now, and its books say so", place, said, more,
                  pgs_align_label(align, at));
    return FALSE;
}

static gboolean
run_revisions(PgsAlign *align, GError **error)
{
    guint n = (guint)(pgs_align_head(align) - align->baseline);
    g_autofree gint *revisions = g_new(gint, MAX(n, 1));
    for (guint i = 0; i < n; i++)
        revisions[i] = align->baseline + 1 + (gint)i;
    PgsApplyRun run = {.up = TRUE,
                       .revisions = revisions,
                       .n_revisions = n,
                       .told = take_news,
                       .data = align,
                       .lock = align->lock};
    guint done = 0;
    if (n == 0)
        return TRUE;
    GError *cause = NULL;
    g_autoptr(PgsOutcome) outcome =
        pgs_apply_run(align->target, align->history, align->ledger, &run, &done, &cause);
    if (outcome == NULL)
        return explain_break(align, cause, error);
    return outcome->succeeded || refuse_failed(align, align->baseline + (gint)done, outcome, error);
}

/* ---- the whole ---- */

static gboolean
look(PgsAlign *align, const PgsSystem *system, GError **error)
{
    g_autofree char *note = NULL;
    align->now = pgs_align_read_schema(align, error);
    if (align->now == NULL || !check_books(align, error))
        return FALSE;
    align->ground = pgs_align_ground_new(align->target, system, align->history,
                                         align->options->server, &note, error);
    if (align->ground == NULL)
        return FALSE;
    if (note != NULL)
        pgs_align_tell(align, PGS_ALIGN_BASELINE, FALSE, -1, "%s", note);
    if (!find_baseline(align, error))
        return FALSE;
    for (gint i = align->baseline + 1; i <= pgs_align_head(align); i++)
        tell_plan(align, i);
    return check_rows(align, error);
}

static gboolean
make_backup(PgsAlign *align, GError **error)
{
    if (!align->options->backup || align->target->is_own) {
        pgs_align_tell(align, PGS_ALIGN_BACKUP, FALSE, -1, "none is made");
        return TRUE;
    }
    align->backup = pgs_backup_make(align->target, "before-align", error);
    if (align->backup == NULL)
        return FALSE;
    pgs_align_tell(align, PGS_ALIGN_BACKUP, TRUE, -1, "%s", align->backup->path);
    return TRUE;
}

/* Under the lock: what was found must still be so. */
static gboolean
look_again(PgsAlign *align, GError **error)
{
    g_autoptr(PgsSnapshot) now = pgs_align_read_schema(align, error);
    if (now == NULL || !check_books(align, error))
        return FALSE;
    if (pgs_snapshot_equal(now, align->now))
        return TRUE;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, "run it again",
                  "somebody has changed the database's schema meanwhile: nothing was changed");
    return FALSE;
}

static gboolean
change(PgsAlign *align, GError **error)
{
    align->lock = pgs_migration_lock_take(align->target, align->ledger, error);
    if (align->lock == NULL || !look_again(align, error) || !make_backup(align, error))
        return FALSE;
    g_autoptr(PgsConnection) connection = pgs_database_row_reader(align->target, error);
    align->counts = connection != NULL ? pgs_align_rows_count(connection, align->now, error) : NULL;
    g_clear_pointer(&connection, pgs_connection_close);
    return align->counts != NULL && stamp_baseline(align, error) && run_revisions(align, error) &&
           pgs_align_verify(align, error);
}

gboolean
pgs_align_run(const PgsDatabase *target, const PgsSystem *system, const PgsHistory *history,
              PgsLedger *ledger, const PgsAlignOptions *options, GError **error)
{
    g_auto(PgsAlign)
        align = {.target = target, .history = history, .ledger = ledger, .options = options};
    if (!look(&align, system, error))
        return FALSE;
    if (options->dry_run)
        return TRUE;
    if (options->confirm != NULL && !options->confirm(options->data, error))
        return FALSE;
    return change(&align, error);
}
