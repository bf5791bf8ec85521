#include "record/record.h"

#include "record/shard_order.h"
#include "record/sources.h"

#include <string.h>

/* The check that tells of parts that do not make a whole. */
#define SHARDS_CHECK "run.shards"
#define SHARDS_TITLE "the parts make one run"

/* ---- which parts are there ---- */

static const PgsRecordShard *
shard_at(const PgsRecord *record, guint index)
{
    return record->shards->pdata[index];
}

static gboolean
is_same_split(const PgsRecordShard *a, const PgsRecordShard *b)
{
    return a->count == b->count && g_strcmp0(a->plan, b->plan) == 0;
}

/* Whether parts are of different splits. */
static gboolean
is_mixed(const PgsRecord *record)
{
    for (guint i = 1; i < record->shards->len; i++) {
        if (!is_same_split(shard_at(record, 0), shard_at(record, i)))
            return TRUE;
    }
    return FALSE;
}

/* How often the part is there. */
static guint
count_part(const PgsRecord *record, guint index)
{
    guint n = 0;
    for (guint i = 0; i < record->shards->len; i++)
        n += shard_at(record, i)->index == index;
    return n;
}

/* The parts that are there as often (twice: or more): "2, 4"; how many they are. */
static guint
list_parts(const PgsRecord *record, guint times, GString *text)
{
    guint n = 0;
    guint count = record->shards->len > 0 ? shard_at(record, 0)->count : 0;
    for (guint index = 1; index <= count; index++) {
        if (MIN(count_part(record, index), 2) != times)
            continue;
        g_string_append_printf(text, "%s%u", n > 0 ? ", " : "", index);
        n++;
    }
    return n;
}

char *
pgs_record_missing_shards(const PgsRecord *record)
{
    g_autoptr(GString) text = g_string_new(NULL);
    if (list_parts(record, 0, text) == 0)
        return NULL;
    g_string_append_printf(text, " of %u", shard_at(record, 0)->count);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* "1 of 3, 2 of 5", as they came. */
static char *
list_mixed(const PgsRecord *record)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < record->shards->len; i++) {
        const PgsRecordShard *shard = shard_at(record, i);
        g_string_append_printf(text, "%s%u of %u", i > 0 ? ", " : "", shard->index, shard->count);
    }
    return g_string_free(text, FALSE);
}

/* What keeps the parts from being a whole, and what to do; NULL: nothing does. */
static char *
describe_trouble(const PgsRecord *record, const char **hint)
{
    if (is_mixed(record)) {
        g_autofree char *parts = list_mixed(record);
        *hint = "make all parts of one commit, with the same systems, the same N and the same "
                "durations";
        return g_strdup_printf("parts of different splits came together: %s", parts);
    }
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = list_parts(record, 0, text);
    if (n > 0) {
        *hint = "give pgstair report the records of all parts";
        return g_strdup_printf("part%s %s of %u %s missing", n == 1 ? "" : "s", text->str,
                               shard_at(record, 0)->count, n == 1 ? "is" : "are");
    }
    n = list_parts(record, 2, text);
    if (n == 0)
        return NULL;
    *hint = "give the record of each part once, all of one run";
    return g_strdup_printf("part%s %s of %u came from more than one run", n == 1 ? "" : "s",
                           text->str, shard_at(record, 0)->count);
}

char *
pgs_record_shard_trouble(const PgsRecord *record)
{
    const char *hint;
    return describe_trouble(record, &hint);
}

/* ---- settling ---- */

/* Those that an earlier settling has left: more parts may have come since. */
static void
remove_trouble(PgsRecord *record)
{
    for (guint i = record->findings->len; i > 0; i--) {
        const PgsFinding *finding = record->findings->pdata[i - 1];
        if (strcmp(finding->check, SHARDS_CHECK) == 0)
            g_ptr_array_remove_index(record->findings, i - 1);
    }
}

static void
add_trouble(PgsRecord *record, char *message, const char *hint)
{
    PgsFinding *finding = pgs_record_add(
        record, pgs_finding_new(SHARDS_CHECK, PGS_STATUS_ERROR, NULL, NULL, SHARDS_TITLE));
    finding->message = message;
    finding->hint = g_strdup(hint);
}

/* ---- acceptances that nothing matched ---- */

static gboolean
names_check(const char *word, const char *check)
{
    gsize length = strlen(word);
    return strncmp(word, check, length) == 0 && (check[length] == '\0' || check[length] == '.');
}

/* Whether the user's word ("0007") may mean the finding's revision ("0007_create_users"). */
static gboolean
is_at_revision(const PgsRecordSystem *system, const PgsFinding *finding, const char *word)
{
    const PgsRecordRevision *revision = pgs_record_system_find_revision(system, finding->revision);
    return g_str_has_prefix(finding->revision, word) ||
           (revision != NULL && g_strcmp0(revision->id, word) == 0);
}

/* Whether something that it might be about was not looked at, in any part (check/sink.c). */
static gboolean
was_kept_from_it(const PgsRecord *record, const PgsRecordSystem *system,
                 const PgsRecordAcceptance *acceptance)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        gboolean unjudged =
            finding->status == PGS_STATUS_SKIPPED || finding->status == PGS_STATUS_ERROR;
        if (unjudged && strcmp(finding->system, system->name) == 0 &&
            names_check(acceptance->check, finding->check) &&
            (acceptance->revision == NULL || finding->revision == NULL ||
             is_at_revision(system, finding, acceptance->revision)))
            return TRUE;
    }
    return FALSE;
}

/* What one part had no use for, another one may have needed. */
static gboolean
is_needed(const PgsRecord *record, const PgsFinding *finding)
{
    const PgsRecordSystem *system = pgs_record_find_system(record, finding->system);
    const PgsRecordAcceptance *acceptance = pgs_shard_find_acceptance(system, finding);
    return acceptance != NULL &&
           (acceptance->used > 0 || was_kept_from_it(record, system, acceptance));
}

static void
settle_acceptances(PgsRecord *record)
{
    for (guint i = record->findings->len; i > 0; i--) {
        const PgsFinding *finding = record->findings->pdata[i - 1];
        if (strcmp(finding->check, "accept.unused") == 0 && is_needed(record, finding))
            g_ptr_array_remove_index(record->findings, i - 1);
    }
}

/* ---- servers ---- */

/* On one server alone an undivided run names none. */
static void
settle_servers(PgsRecord *record)
{
    for (guint i = 0; i < record->findings->len; i++) {
        PgsFinding *finding = record->findings->pdata[i];
        const PgsRecordSystem *system = pgs_record_find_system(record, finding->system);
        if (system == NULL || system->servers->len > 1)
            continue;
        g_clear_pointer(&finding->server, g_free);
        g_clear_pointer(&finding->server_version, g_free);
    }
}

static gboolean
is_verdict(const PgsFinding *finding, PgsStatus status)
{
    return finding->status == status && strcmp(finding->check, "servers.verdict") == 0;
}

/* That all servers say the same is true when it is so in all parts; and is told once. */
static void
settle_verdicts(PgsRecord *record)
{
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (is_verdict(finding, PGS_STATUS_INFO))
            g_hash_table_add(told, finding->system);
    }
    for (guint i = 0; i < record->findings->len;) {
        const PgsFinding *finding = record->findings->pdata[i];
        const PgsRecordSystem *system = is_verdict(finding, PGS_STATUS_PASSED)
                                            ? pgs_record_find_system(record, finding->system)
                                            : NULL;
        if (system != NULL && !g_hash_table_add(told, system->name))
            g_ptr_array_remove_index(record->findings, i);
        else
            i++;
    }
}

/* ---- what several parts tell ---- */

/* Whether each part that comes to it may tell it: all but the rungs, and what only the part with
 * the rest of the checks has. */
static gboolean
is_common(const PgsFinding *finding)
{
    static const char *const groups[] = {"run.", "servers.", "accept.", "tolerance."};
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (g_str_has_prefix(finding->check, groups[i]))
            return TRUE;
    }
    return g_str_has_prefix(finding->check, "stairway.") &&
           (finding->revision == NULL || pgs_shard_is_at_head(finding));
}

/* All that it says, but for the time. */
static char *
common_key(const PgsFinding *finding)
{
    const char *const members[] = {finding->system, finding->check,   finding->revision,
                                   finding->title,  finding->message, finding->server,
                                   finding->file};
    GString *key = g_string_new(pgs_status_name(finding->status));
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
        g_string_append_printf(key, "\x1f%s", members[i] != NULL ? members[i] : "");
    g_string_append_printf(key, "\x1f%u\x1f%u", finding->line, finding->column);
    return g_string_free(key, FALSE);
}

/* System, server and revision of a script. */
static char *
script_key(const PgsFinding *finding)
{
    return g_strjoin("\x1f", finding->system, finding->server != NULL ? finding->server : "",
                     finding->revision, NULL);
}

/* Verify scripts that failed behind their own upgrade. */
static GHashTable *
find_failed_scripts(const PgsRecord *record)
{
    GHashTable *scripts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "stairway.verify") == 0 && finding->revision != NULL &&
            !pgs_shard_is_at_head(finding) && finding->status != PGS_STATUS_PASSED &&
            finding->status != PGS_STATUS_SKIPPED)
            g_hash_table_add(scripts, script_key(finding));
    }
    return scripts;
}

/* Whether an undivided run has told it already. */
static gboolean
is_told(const PgsFinding *finding, GHashTable *told, GHashTable *scripts)
{
    if (!is_common(finding))
        return FALSE;
    if (pgs_shard_is_at_head(finding)) {
        g_autofree char *script = script_key(finding);
        if (g_hash_table_contains(scripts, script))
            return TRUE;
    }
    return !g_hash_table_add(told, common_key(finding));
}

static void
settle_common(PgsRecord *record)
{
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) scripts = find_failed_scripts(record);
    for (guint i = 0; i < record->findings->len;) {
        if (is_told(record->findings->pdata[i], told, scripts))
            g_ptr_array_remove_index(record->findings, i);
        else
            i++;
    }
}

void
pgs_record_settle_shards(PgsRecord *record)
{
    if (record->shards->len == 0)
        return;
    remove_trouble(record);
    settle_acceptances(record);
    settle_servers(record);
    settle_verdicts(record);
    settle_common(record);
    pgs_shard_order(record);
    const char *hint = NULL;
    char *trouble = describe_trouble(record, &hint);
    if (trouble != NULL)
        add_trouble(record, trouble, hint);
    else
        g_ptr_array_set_size(record->shards, 0);
    pgs_sources_part(record);
}
