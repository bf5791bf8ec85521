#include "record/record.h"

#include <string.h>

gboolean
pgs_record_is_same_run(const PgsRecord *a, const PgsRecord *b)
{
    return g_date_time_equal(a->started, b->started) && g_str_equal(a->command, b->command) &&
           g_str_equal(a->host, b->host);
}

/* Takes over what the one has and the other lacks. */
static void
take_text(char **text, char **other)
{
    if (*text == NULL)
        *text = g_steal_pointer(other);
}

static void
take_texts(GPtrArray *texts, GPtrArray *other)
{
    for (guint i = 0; i < other->len; i++) {
        char *text = other->pdata[i];
        if (!g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
            g_ptr_array_add(texts, g_strdup(text));
    }
}

/* ---- requirements ---- */

static const PgsRecordRequirement *
find_requirement(const PgsRecordSystem *system, const char *id)
{
    for (guint i = 0; i < system->requirements->len; i++) {
        const PgsRecordRequirement *requirement = system->requirements->pdata[i];
        if (g_str_equal(requirement->id, id))
            return requirement;
    }
    return NULL;
}

static gboolean
have_same_texts(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        if (!g_str_equal(a->pdata[i], b->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* What the two differ in, or NULL. */
static const char *
name_disagreement(const PgsRecordRequirement *a, const PgsRecordRequirement *b)
{
    if (g_strcmp0(a->text, b->text) != 0)
        return "text";
    if (g_strcmp0(a->phase, b->phase) != 0)
        return "phase";
    if (g_strcmp0(a->deferred, b->deferred) != 0)
        return "deferral";
    if (!have_same_texts(a->needs, b->needs))
        return "needs";
    if (a->coverage_lines != b->coverage_lines ||
        !have_same_texts(a->coverage_files, b->coverage_files))
        return "coverage";
    return NULL;
}

GPtrArray *
pgs_record_disagreements(const PgsRecord *record, const PgsRecord *other)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < other->systems->len; i++) {
        const PgsRecordSystem *theirs = other->systems->pdata[i];
        const PgsRecordSystem *ours = pgs_record_find_system(record, theirs->name);
        for (guint r = 0; ours != NULL && r < theirs->requirements->len; r++) {
            const PgsRecordRequirement *second = theirs->requirements->pdata[r];
            const PgsRecordRequirement *first = find_requirement(ours, second->id);
            const char *what = first != NULL ? name_disagreement(first, second) : NULL;
            if (what != NULL)
                g_ptr_array_add(lines, g_strdup_printf("%s: requirement %s has another %s",
                                                       ours->name, second->id, what));
        }
    }
    return lines;
}

/* Moves the elements that have no counterpart. */
static void
merge_requirements(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->requirements->len;) {
        PgsRecordRequirement *requirement = other->requirements->pdata[i];
        if (find_requirement(system, requirement->id) != NULL)
            i++;
        else
            g_ptr_array_add(system->requirements, g_ptr_array_steal_index(other->requirements, i));
    }
}

static gboolean
has_phase(const PgsRecordSystem *system, const char *id)
{
    for (guint i = 0; i < system->phases->len; i++) {
        if (g_str_equal(((PgsRecordPhase *)system->phases->pdata[i])->id, id))
            return TRUE;
    }
    return FALSE;
}

static void
merge_phases(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->phases->len;) {
        PgsRecordPhase *phase = other->phases->pdata[i];
        if (has_phase(system, phase->id))
            i++;
        else
            g_ptr_array_add(system->phases, g_ptr_array_steal_index(other->phases, i));
    }
}

/* ---- systems ---- */

/* "15.18" in "15.18, 17.6". */
static gboolean
lists_version(const char *versions, const char *version)
{
    g_auto(GStrv) words = g_strsplit(versions, ", ", -1);
    return g_strv_contains((const char *const *)words, version);
}

static void
merge_versions(PgsRecordSystem *system, PgsRecordSystem *other)
{
    if (system->server_version == NULL || other->server_version == NULL) {
        take_text(&system->server_version, &other->server_version);
        return;
    }
    g_auto(GStrv) versions = g_strsplit(other->server_version, ", ", -1);
    for (char **version = versions; *version != NULL; version++) {
        if (lists_version(system->server_version, *version))
            continue;
        char *all = g_strjoin(", ", system->server_version, *version, NULL);
        g_free(system->server_version);
        system->server_version = all;
    }
}

static PgsRecordServer *
find_server(const PgsRecordSystem *system, const PgsRecordServer *wanted)
{
    for (guint i = 0; i < system->servers->len; i++) {
        PgsRecordServer *server = system->servers->pdata[i];
        if (g_strcmp0(server->name, wanted->name) == 0 &&
            g_strcmp0(server->version, wanted->version) == 0)
            return server;
    }
    return NULL;
}

/* Two runs on servers of one name and version have had one server, as far as can be told. */
static void
merge_servers(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run)
{
    for (guint i = 0; i < other->servers->len;) {
        PgsRecordServer *theirs = other->servers->pdata[i];
        PgsRecordServer *ours = find_server(system, theirs);
        if (ours == NULL) {
            g_ptr_array_add(system->servers, g_ptr_array_steal_index(other->servers, i));
            continue;
        }
        if (!same_run)
            ours->duration += theirs->duration;
        i++;
    }
}

/* A suite's record knows less of its system than the program's. */
static void
merge_system(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run)
{
    if (system->format == NULL) {
        take_text(&system->folder, &other->folder);
        take_text(&system->format, &other->format);
        take_text(&system->format_reason, &other->format_reason);
    }
    take_text(&system->server, &other->server);
    merge_versions(system, other);
    merge_servers(system, other, same_run);
    system->n_revisions = MAX(system->n_revisions, other->n_revisions);
    if (!same_run) {
        system->duration += other->duration;
        system->n_tolerated += other->n_tolerated;
        system->n_cosmetic += other->n_cosmetic;
    }
    take_texts(system->tolerances, other->tolerances);
    merge_requirements(system, other);
    merge_phases(system, other);
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
        merge_system(ours, theirs, same_run);
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

void
pgs_record_merge(PgsRecord *record, PgsRecord *other)
{
    gboolean same_run = pgs_record_is_same_run(record, other);
    note_servers(record);
    note_servers(other);
    merge_systems(record, other, same_run);
    merge_findings(record, other);
    if (g_date_time_compare(other->started, record->started) < 0) {
        g_date_time_unref(record->started);
        record->started = g_date_time_ref(other->started);
    }
    if (!same_run)
        record->duration += other->duration;
    record->fail_on_warning = record->fail_on_warning || other->fail_on_warning;
    record->require_all = record->require_all || other->require_all;
}
