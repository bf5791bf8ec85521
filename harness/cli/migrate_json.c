#include "cli/migrate_json.h"

#include "operate/migration_plan.h"
#include "report/json_text.h"

#include <stdio.h>

static void
put_ids(JsonBuilder *builder, const char *name, const PgsHistory *history, const GArray *revisions)
{
    pgs_json_open_array(builder, name);
    for (guint i = 0; i < revisions->len; i++) {
        gint index = g_array_index(revisions, gint, i);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)index);
        pgs_json_put_text(builder, NULL, revision->id);
    }
    json_builder_end_array(builder);
}

static void
put_edited(JsonBuilder *builder, const PgsHistory *history, const PgsStanding *standing)
{
    pgs_json_open_array(builder, "edited");
    for (guint i = 0; i < standing->state->entries->len; i++) {
        const PgsLedgerEntry *entry = g_ptr_array_index(standing->state->entries, i);
        if (entry->changed == NULL || entry->revision < 0)
            continue;
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)entry->revision);
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "revision", revision->id);
        pgs_json_put_text(builder, "message", entry->changed);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_unknown(JsonBuilder *builder, const PgsStanding *standing)
{
    g_autoptr(GPtrArray) unknown = pgs_standing_unknown(standing);
    pgs_json_open_array(builder, "unknown");
    for (guint i = 0; i < unknown->len; i++)
        pgs_json_put_text(builder, NULL, g_ptr_array_index(unknown, i));
    json_builder_end_array(builder);
}

static void
put_unfinished(JsonBuilder *builder, const PgsUnfinished *unfinished)
{
    if (unfinished == NULL)
        return;
    pgs_json_open_object(builder, "unfinished");
    pgs_json_put_text(builder, "revision", unfinished->revision);
    pgs_json_put_text(builder, "direction", unfinished->up ? "up" : "down");
    pgs_json_put_text(builder, "file", unfinished->path);
    pgs_json_put_number(builder, "line", unfinished->line);
    pgs_json_put_number(builder, "statement", unfinished->statement);
    pgs_json_put_number(builder, "statements", unfinished->n_statements);
    pgs_json_put_text(builder, "started_at", unfinished->started_at);
    pgs_json_put_text(builder, "by", unfinished->who);
    pgs_json_put_texts(builder, "leftovers", unfinished->leftovers);
    json_builder_end_object(builder);
}

static void
put_revision(JsonBuilder *builder, const PgsHistory *history, gint at)
{
    const PgsRevision *revision = at >= 0 ? g_ptr_array_index(history->revisions, (guint)at) : NULL;
    pgs_json_put_text(builder, "revision", revision != NULL ? revision->id : "base");
    pgs_json_put_text(builder, "label", revision != NULL ? revision->label : "base");
}

/* Of a graph, where one revision may not tell it. */
static void
put_tips(JsonBuilder *builder, const PgsHistory *history, const PgsStanding *standing)
{
    if (history->heads == NULL)
        return;
    g_autoptr(GArray) tips = pgs_standing_tips(standing, history);
    put_ids(builder, "current", history, tips);
}

/* Of the change that nobody is asked about: an upgrade to head. */
static void
put_obstacle(JsonBuilder *builder, const PgsMigrate *migrate, const PgsStanding *standing)
{
    const PgsHistory *history = migrate->history;
    g_autoptr(GError) obstacle = NULL;
    g_autoptr(PgsMigrationPlan) plan = NULL;
    if (pgs_standing_is_clear(standing, history, &obstacle) &&
        pgs_standing_begins_at_base(standing, history, &obstacle))
        plan = pgs_migration_plan_up(standing, history, "head", migrate->settings->out_of_order,
                                     &obstacle);
    pgs_json_put_flag(builder, "clear", plan != NULL);
    pgs_json_put_text(builder, "obstacle", obstacle != NULL ? obstacle->message : NULL);
}

void
pgs_migrate_json_standing(JsonBuilder *builder, const PgsMigrate *migrate,
                          const PgsStanding *standing)
{
    const PgsHistory *history = migrate->history;
    pgs_json_put_text(builder, "database", migrate->target->database);
    pgs_json_put_text(builder, "place", migrate->target->place);
    pgs_json_put_text(builder, "environment", migrate->environment->name);
    pgs_json_put_text(builder, "folder", history->folder);
    pgs_json_put_text(builder, "tool", history->format);
    pgs_json_put_text(builder, "books", migrate->ledger != NULL ? migrate->ledger->name : NULL);
    pgs_json_put_flag(builder, "has_books", standing->state->exists);
    if (!standing->is_elsewhere)
        put_revision(builder, history, history->heads != NULL ? standing->top : standing->at);
    put_tips(builder, history, standing);
    pgs_json_put_number(builder, "applied", standing->n_applied);
    pgs_json_put_number(builder, "revisions", standing->n_revisions);
    put_ids(builder, "pending", history, standing->pending);
    put_ids(builder, "skipped", history, standing->skipped);
    put_unknown(builder, standing);
    put_edited(builder, history, standing);
    pgs_json_put_flag(builder, "dirty",
                      standing->state->dirty >= 0 && !pgs_standing_is_running(standing));
    if (!pgs_standing_is_running(standing))
        put_unfinished(builder, standing->unfinished);
    pgs_json_put_texts(builder, "invalid_indexes", standing->invalid);
    pgs_json_put_text(builder, "locked_by", standing->holder);
    put_obstacle(builder, migrate, standing);
}

void
pgs_migrate_json_entry(JsonBuilder *builder, const PgsLedgerEntry *entry)
{
    pgs_json_put_text(builder, "version", entry->version);
    pgs_json_put_text(builder, "applied_at", entry->applied_at);
    pgs_json_put_text(builder, "applied_by", entry->who);
    pgs_json_put_text(builder, "edited", entry->changed);
}

void
pgs_migrate_json_print(JsonBuilder *builder)
{
    g_autofree char *text = pgs_json_to_text(builder);
    fputs(text, stdout);
    g_object_unref(builder);
}
