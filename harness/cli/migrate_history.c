#include "base/error.h"
#include "cli/migrate_json.h"
#include "cli/migrate_show.h"
#include "cli/terminal.h"
#include "report/json_text.h"

/* All revisions, and what the books say of each. */

static const char *
word_of(const PgsStanding *standing, gint index)
{
    const PgsLedgerEntry *entry = pgs_standing_entry(standing->state, index);
    if (entry != NULL && entry->is_dirty)
        return "dirty";
    if (standing->state->applied[index])
        return "applied";
    for (guint i = 0; i < standing->skipped->len; i++) {
        if (g_array_index(standing->skipped, gint, i) == index)
            return "skipped";
    }
    return "pending";
}

static void
show_entry(GString *out, const PgsLedgerEntry *entry)
{
    if (entry == NULL)
        return;
    if (entry->applied_at != NULL)
        g_string_append_printf(out, "  %s", entry->applied_at);
    if (entry->who != NULL)
        g_string_append_printf(out, "  by %s", entry->who);
    if (entry->changed != NULL)
        g_string_append(out, "  (edited since)");
}

static guint
longest_label(const PgsHistory *history)
{
    glong longest = 0;
    for (guint i = 0; i < history->revisions->len; i++)
        longest = MAX(longest, g_utf8_strlen(pgs_standing_label(history, (gint)i), -1));
    return (guint)MIN(longest, 44);
}

static void
print_text(const PgsMigrate *migrate, const PgsStanding *standing)
{
    GString *out = g_string_new(NULL);
    const PgsHistory *history = migrate->history;
    guint columns = longest_label(history);
    for (gint i = 0; i < (gint)history->revisions->len; i++) {
        const char *label = pgs_standing_label(history, i);
        glong gap = (glong)columns - g_utf8_strlen(label, -1);
        gsize start = out->len;
        g_string_append_printf(out, "%-8s  %s%*s", word_of(standing, i), label, (int)MAX(gap, 0),
                               "");
        show_entry(out, pgs_standing_entry(standing->state, i));
        while (out->len > start && out->str[out->len - 1] == ' ')
            g_string_truncate(out, out->len - 1);
        g_string_append_c(out, '\n');
    }
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->revision >= 0)
            continue;
        g_string_append_printf(out, "%-8s  %s%s%s: no file", entry->is_dirty ? "dirty" : "unknown",
                               entry->version, *entry->name != '\0' ? " " : "", entry->name);
        show_entry(out, entry);
        g_string_append_c(out, '\n');
    }
    pgs_show_print_always(out);
}

static void
put_revision(JsonBuilder *builder, const PgsHistory *history, const PgsStanding *standing,
             gint index)
{
    const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)index);
    const PgsLedgerEntry *entry = pgs_standing_entry(standing->state, index);
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "revision", revision->id);
    pgs_json_put_text(builder, "label", revision->label);
    pgs_json_put_text(builder, "state", word_of(standing, index));
    if (entry != NULL)
        pgs_migrate_json_entry(builder, entry);
    json_builder_end_object(builder);
}

static void
print_json(const PgsMigrate *migrate, const PgsStanding *standing)
{
    JsonBuilder *builder = json_builder_new();
    pgs_json_open_object(builder, NULL);
    pgs_migrate_json_standing(builder, migrate, standing);
    pgs_json_open_array(builder, "history");
    for (gint i = 0; i < (gint)migrate->history->revisions->len; i++)
        put_revision(builder, migrate->history, standing, i);
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->revision >= 0)
            continue;
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "state", entry->is_dirty ? "dirty" : "unknown");
        pgs_migrate_json_entry(builder, entry);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    pgs_migrate_json_print(builder);
}

/* ---- Without a database ---- */

/* What the folder says alone. */
static void
print_folder(const PgsMigrate *migrate)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < migrate->history->revisions->len; i++)
        g_string_append_printf(out, "%s\n", pgs_standing_label(migrate->history, (gint)i));
    pgs_show_print_always(out);
    if (!migrate->settings->quiet)
        pgs_terminal_note("which of them were applied only a database says: --url, or "
                          "--environment",
                          NULL);
}

static void
print_folder_json(const PgsMigrate *migrate)
{
    const PgsHistory *history = migrate->history;
    JsonBuilder *builder = json_builder_new();
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "folder", history->folder);
    pgs_json_put_text(builder, "tool", history->format);
    pgs_json_put_number(builder, "revisions", history->revisions->len);
    pgs_json_open_array(builder, "history");
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "revision", revision->id);
        pgs_json_put_text(builder, "label", revision->label);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    pgs_migrate_json_print(builder);
}

static int
show_folder(const PgsMigrate *migrate)
{
    if (migrate->settings->json)
        print_folder_json(migrate);
    else
        print_folder(migrate);
    return PGS_EXIT_VERIFIED;
}

int
pgs_migrate_history_command(PgsMigrate *migrate, GError **error)
{
    if (!pgs_migrate_history(migrate, error) || !pgs_migrate_environment(migrate, error))
        return PGS_EXIT_USAGE;
    if (migrate->environment->url == NULL)
        return show_folder(migrate);
    g_autoptr(PgsStanding) standing = pgs_migrate_standing(migrate, error);
    if (standing == NULL)
        return PGS_EXIT_ENVIRONMENT;
    if (migrate->settings->json)
        print_json(migrate, standing);
    else
        print_text(migrate, standing);
    return PGS_EXIT_VERIFIED;
}
