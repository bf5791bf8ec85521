#include "record/record.h"

#include "record/merge_system.h"
#include "record/sources.h"

#include <string.h>

gboolean
pgs_record_is_same_run(const PgsRecord *a, const PgsRecord *b)
{
    return g_date_time_equal(a->started, b->started) && g_str_equal(a->command, b->command) &&
           g_str_equal(a->host, b->host);
}

static void
merge_systems(PgsRecord *record, PgsRecord *other, gboolean same_run)
{
    for (guint i = 0; i < other->systems->len;) {
        PgsRecordSystem *theirs = other->systems->pdata[i];
        PgsRecordSystem *ours = pgs_record_find_system(record, theirs->name);
        if (ours == NULL) {
            g_ptr_array_add(record->systems, g_ptr_array_steal_index(other->systems, i));
            continue;
        }
        pgs_system_merge(ours, theirs, same_run);
        i++;
    }
}

/* ---- findings ---- */

static gboolean
is_one_version(const char *versions)
{
    return versions != NULL && *versions != '\0' && strchr(versions, ',') == NULL;
}

/* Before systems are merged: a finding's server is its own run's. */
static void
note_servers(PgsRecord *record)
{
    for (guint i = 0; i < record->findings->len; i++) {
        PgsFinding *finding = record->findings->pdata[i];
        const PgsRecordSystem *system = pgs_record_find_system(record, finding->system);
        /* What several servers have in common stays so. */
        if (system == NULL || system->servers->len > 1)
            continue;
        if (finding->server_version == NULL && is_one_version(system->server_version))
            finding->server_version = g_strdup(system->server_version);
        if (finding->server == NULL && system->servers->len == 1)
            finding->server = g_strdup(((PgsRecordServer *)system->servers->pdata[0])->name);
    }
}

static void
append_member(GString *key, const char *text)
{
    /* NULL and "" are not the same; no text has a byte of 1 or 2 (pgs_text_visible). */
    g_string_append(key, text != NULL ? text : "\x01");
    g_string_append_c(key, '\x02');
}

static void
append_plan(GString *key, const PgsRecordPlan *plan)
{
    const char *const members[] = {plan->role,     plan->title, plan->query,
                                   plan->settings, plan->text,  plan->json};
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        append_member(key, members[i]);
    for (guint i = 0; i < plan->parameters->len; i++)
        append_member(key, plan->parameters->pdata[i]);
}

/* Every member; a plan's figures are in its text. */
static char *
finding_key(const PgsFinding *finding)
{
    const char *const members[] = {
        finding->check,    finding->system,         finding->revision,
        finding->object,   finding->title,          finding->message,
        finding->detail,   finding->expected,       finding->actual,
        finding->sql,      finding->file,           finding->hint,
        finding->accepted, finding->server_version, finding->reproduce,
        finding->server,
    };
    GString *key = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        append_member(key, members[i]);
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++)
        append_member(key, finding->requirements->pdata[i]);
    for (guint i = 0; finding->plans != NULL && i < finding->plans->len; i++)
        append_plan(key, finding->plans->pdata[i]);
    g_string_append_printf(key, "%u %u %u %d %d %" G_GINT64_FORMAT, (guint)finding->status,
                           finding->line, finding->column, finding->lowered, finding->was_warning,
                           finding->duration);
    return g_string_free(key, FALSE);
}

/* How often each is there, by its key. */
static GHashTable *
count_findings(const PgsRecord *record)
{
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        char *key = finding_key(record->findings->pdata[i]);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        g_hash_table_replace(counts, key, GUINT_TO_POINTER(n + 1));
    }
    return counts;
}

/* Moves those that are not there as often.  A run may have equal findings of its own: they stay. */
static void
merge_findings(PgsRecord *record, PgsRecord *other)
{
    g_autoptr(GHashTable) counts = count_findings(record);
    g_autoptr(GPtrArray) findings = g_steal_pointer(&other->findings);
    other->findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_ptr_array_set_free_func(findings, NULL);
    for (guint i = 0; i < findings->len; i++) {
        PgsFinding *finding = findings->pdata[i];
        char *key = finding_key(finding);
        guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key));
        if (n > 0) {
            g_hash_table_replace(counts, key, GUINT_TO_POINTER(n - 1));
            pgs_finding_free(finding);
            continue;
        }
        g_free(key);
        pgs_record_add(record, finding);
    }
}

/* A part that two runs have made is there twice: pgs_record_settle_shards() tells of it. */
static void
merge_shards(PgsRecord *record, const PgsRecord *other)
{
    for (guint i = 0; i < other->shards->len; i++) {
        const PgsRecordShard *shard = other->shards->pdata[i];
        g_ptr_array_add(record->shards,
                        pgs_record_shard_new(shard->index, shard->count, shard->plan));
    }
}

void
pgs_record_merge(PgsRecord *record, PgsRecord *other)
{
    record->fail_on_warning = record->fail_on_warning || other->fail_on_warning;
    record->require_all = record->require_all || other->require_all;
    /* It went into this one, and was settled with it. */
    if (pgs_sources_has_all(record, other))
        return;
    gboolean same_run = pgs_record_is_same_run(record, other);
    note_servers(record);
    note_servers(other);
    merge_systems(record, other, same_run);
    merge_findings(record, other);
    if (!same_run)
        merge_shards(record, other);
    pgs_sources_merge(record, other);
    if (g_date_time_compare(other->started, record->started) < 0) {
        g_date_time_unref(record->started);
        record->started = g_date_time_ref(other->started);
    }
    if (!same_run)
        record->duration += other->duration;
}
