#include "cli/migrate_show.h"

#include "base/text.h"
#include "cli/terminal.h"
#include "report/writer.h"

#include <stdio.h>
#include <unistd.h>

enum {
    NAME_COLUMNS = 11,
    MOST_LABELS = 8, /* of a list that is only to give an idea */
};

static guint
width(void)
{
    return MIN(pgs_terminal_width(STDOUT_FILENO), 100);
}

void
pgs_show_row(GString *out, const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *wrapped = pgs_options_wrap(*line, NAME_COLUMNS, width());
        g_string_append_printf(out, "%-*s%s\n", NAME_COLUMNS, line == lines ? name : "", wrapped);
    }
}

char *
pgs_show_labels(const PgsHistory *history, const GArray *revisions, guint most)
{
    GString *out = g_string_new(NULL);
    /* One more takes no more room than to say that there is one more. */
    guint n = most == 0 || revisions->len <= most + 1 ? revisions->len : most;
    for (guint i = 0; i < n; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "",
                               pgs_standing_label(history, g_array_index(revisions, gint, i)));
    if (n < revisions->len)
        g_string_append_printf(out, ", … and %u more", revisions->len - n);
    return g_string_free(out, FALSE);
}

void
pgs_show_place(GString *out, const PgsMigrate *migrate)
{
    const char *name = migrate->environment->name;
    pgs_show_row(out, "Database", "%s%s%s%s%s", migrate->target->place, name != NULL ? " (" : "",
                 name != NULL ? name : "", name != NULL ? ")" : "",
                 migrate->environment->is_protected ? ", protected" : "");
    if (migrate->ledger != NULL)
        pgs_show_row(out, "Tool", "%s, its books in %s%s%s", migrate->history->format,
                     migrate->ledger->schema != NULL ? migrate->ledger->schema : "",
                     migrate->ledger->schema != NULL ? "." : "", migrate->ledger->table);
    else
        pgs_show_row(out, "Tool", "%s, which runs its migrations and keeps its books itself",
                     migrate->history->format);
}

void
pgs_show_standing(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    const PgsHistory *history = migrate->history;
    guint n = history->revisions->len;
    g_autoptr(GArray) tips = pgs_standing_tips(standing, history);
    g_autofree char *labels =
        tips->len > 0 ? pgs_show_labels(history, tips, MOST_LABELS) : g_strdup("base");
    if (standing->is_elsewhere) {
        pgs_show_row(out, "Revision", "not one of this folder");
        return;
    }
    pgs_show_row(out, "Revision", "%s%s%s", labels,
                 pgs_standing_is_head(standing) && n > 0 ? " (head)" : "",
                 standing->state->exists ? "" : ", there are no books yet");
    pgs_show_row(out, "Applied", "%u of %u revision%s", standing->n_applied, standing->n_revisions,
                 standing->n_revisions == 1 ? "" : "s");
}

void
pgs_show_pending(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    if (standing->pending->len == 0)
        return;
    g_autofree char *labels = pgs_show_labels(migrate->history, standing->pending, MOST_LABELS);
    pgs_show_row(out, "Pending", "%u: %s", standing->pending->len, labels);
}

/* ---- What a person should know ---- */

static void
show_skipped(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    static const char *const what[] = {
        [PGS_LEDGER_HOLES_REFUSED] = "%s runs nothing before that is settled (--out-of-order runs "
                                     "them)",
        [PGS_LEDGER_HOLES_APPLIED] = "%s runs them with the next upgrade",
        [PGS_LEDGER_HOLES_PASSED] = "%s goes by the highest version and never runs them "
                                    "(--out-of-order does)",
    };
    if (standing->skipped->len == 0)
        return;
    g_autofree char *labels = pgs_show_labels(migrate->history, standing->skipped, MOST_LABELS);
    g_autoptr(GString) text = g_string_new(what[standing->holes]);
    g_string_replace(text, "%s", migrate->history->format, 1);
    g_autofree char *above =
        pgs_standing_above(standing, migrate->history, g_array_index(standing->skipped, gint, 0));
    pgs_show_row(out, "Skipped", "%s: not applied, though %s above is; %s", labels, above,
                 text->str);
}

static void
show_edited(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    guint n = 0;
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->changed == NULL || entry->revision < 0)
            continue;
        const PgsRevision *revision =
            g_ptr_array_index(migrate->history->revisions, (guint)entry->revision);
        if (!revision->repeatable)
            pgs_show_row(out, n++ == 0 ? "Edited" : "", "%s: %s", revision->label, entry->changed);
    }
}

static void
show_unknown(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    const GPtrArray *entries = standing->state->entries;
    g_autoptr(GString) versions = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(entries, i);
        g_autofree char *title = pgs_ledger_entry_title(entry);
        if (entry->revision < 0 && n++ < MOST_LABELS)
            g_string_append_printf(versions, "%s%s", n > 1 ? ", " : "", title);
    }
    if (n == 0)
        return;
    if (n > MOST_LABELS)
        g_string_append_printf(versions, ", … and %u more", n - MOST_LABELS);
    pgs_show_row(out, "Unknown",
                 "%s: in the books, but without a file in %s: the database was "
                 "migrated by another state of the folder",
                 versions->str, migrate->history->folder);
}

static void
show_invalid(GString *out, const PgsStanding *standing)
{
    /* Another run may be building it. */
    for (guint i = 0; i < standing->invalid->len && standing->holder == NULL; i++) {
        const char *name = g_ptr_array_index(standing->invalid, i);
        pgs_show_row(
            out, i == 0 ? "Invalid" : "",
            "the index %s, left by a CREATE INDEX CONCURRENTLY that failed: DROP INDEX %s; "
            "takes it away",
            name, name);
    }
}

static void
show_obstacle(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    g_autoptr(GError) obstacle = NULL;
    if (!pgs_standing_is_clear(standing, migrate->history, &obstacle) ||
        !pgs_standing_begins_at_base(standing, migrate->history, &obstacle))
        pgs_show_row(out, "Attention", "%s", obstacle->message);
    else if (standing->is_strange && migrate->ledger == NULL)
        pgs_show_row(out, "Attention",
                     "the database has tables, but no books of %s: when it is one of these "
                     "migrations, have %s itself note which one (its own command to stamp)",
                     migrate->history->format, migrate->history->format);
    else if (standing->is_strange)
        pgs_show_row(out, "Attention",
                     "the database has tables, but %s of %s: \"pgstair migrate align\" finds "
                     "out what it has, \"pgstair migrate stamp REV\" says it, and --format names "
                     "another tool whose books are there",
                     standing->state->exists ? "no line in the books" : "no books",
                     migrate->history->format);
}

void
pgs_show_concerns(GString *out, const PgsMigrate *migrate, const PgsStanding *standing)
{
    show_skipped(out, migrate, standing);
    show_edited(out, migrate, standing);
    show_unknown(out, migrate, standing);
    show_invalid(out, standing);
    if (standing->holder != NULL)
        pgs_show_row(out, "Locked", "by %s", standing->holder);
    show_obstacle(out, migrate, standing);
}

/* ---- The plan ---- */

/* What cannot be rolled back, before anybody says yes to it. */
static const char *
special(const PgsRevision *revision, gboolean up)
{
    const PgsStep *step = up ? revision->up : revision->down;
    for (; step != NULL; step = step->next) {
        if (step->send == PGS_SEND_TOOL)
            return NULL;
        if (!step->transaction && (step->transaction_why != NULL || step->next != NULL))
            return "not in a transaction";
    }
    return NULL;
}

void
pgs_show_plan(GString *out, const PgsHistory *history, const PgsMigrationPlan *plan)
{
    const GArray *revisions = plan->revisions;
    g_string_append_printf(out, "\n%s, %u revision%s:\n", plan->up ? "To be run" : "To be undone",
                           revisions->len, revisions->len == 1 ? "" : "s");
    for (guint i = 0; i < revisions->len; i++) {
        gint index = g_array_index(revisions, gint, i);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)index);
        const char *note = special(revision, plan->up);
        g_string_append_printf(out, "  %s%s%s\n", revision->label, note != NULL ? "   " : "",
                               note != NULL ? note : "");
    }
    g_string_append_c(out, '\n');
}

/* ---- Printing ---- */

void
pgs_show_print_always(GString *out)
{
    g_autofree char *plain = pgs_text_plain(out->str);
    g_autofree char *guarded = pgs_annotations_guard(plain);
    fputs(guarded, stdout);
    fflush(stdout);
    g_string_free(out, TRUE);
}

void
pgs_show_trial(const PgsMigrate *migrate)
{
    if (migrate->settings->dry_run)
        pgs_show_print(migrate, g_string_new("Nothing was changed (--dry-run).\n"));
}

void
pgs_show_print(const PgsMigrate *migrate, GString *out)
{
    if (migrate->settings->quiet)
        g_string_free(out, TRUE);
    else
        pgs_show_print_always(out);
}
