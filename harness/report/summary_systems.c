#include "report/summary.h"

#include "base/text.h"

#include <string.h>

/* Systems that get a line for each group of checks; more than these get one line each. */
#define MAX_BLOCKS 2
/* Groups that get a line each; more than these share lines. */
#define MAX_GROUP_LINES 4

static const PgsStatusWords statuses[] = {
    [PGS_STATUS_PASSED] = {PGS_STYLE_GOOD, "passed", "passed", "passed"},
    [PGS_STATUS_FAILED] = {PGS_STYLE_BAD, "FAILED", "failed", "failed"},
    [PGS_STATUS_ERROR] = {PGS_STYLE_BAD, "ERROR", "error", "errors"},
    [PGS_STATUS_SKIPPED] = {PGS_STYLE_WARN, "SKIPPED", "skipped", "skipped"},
    [PGS_STATUS_WARNING] = {PGS_STYLE_WARN, "WARNING", "warning", "warnings"},
    [PGS_STATUS_INFO] = {PGS_STYLE_FAINT, "info", "note", "notes"},
    [PGS_STATUS_ACCEPTED] = {PGS_STYLE_WARN, "ACCEPTED", "accepted", "accepted"},
};

const PgsStatusWords *
pgs_summary_status(PgsStatus status)
{
    return &statuses[status];
}

/* ---- counts ---- */

char *
pgs_summary_counts(const PgsRecordCounts *counts, const PgsStatus *order, gsize n)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < n; i++) {
        guint count = counts->by_status[order[i]];
        if (count == 0)
            continue;
        g_autofree char *words =
            pgs_text_count(count, statuses[order[i]].one, statuses[order[i]].many);
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "", words);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* For a system or a group of checks: what went well comes first. */
static char *
group_counts(const PgsSummary *summary, const PgsRecordCounts *counts)
{
    static const PgsStatus order[] = {
        PGS_STATUS_PASSED,   PGS_STATUS_FAILED,  PGS_STATUS_ERROR, PGS_STATUS_WARNING,
        PGS_STATUS_ACCEPTED, PGS_STATUS_SKIPPED, PGS_STATUS_INFO,
    };
    /* What is only said, not judged, is for those who want to see everything. */
    return pgs_summary_counts(counts, order,
                              G_N_ELEMENTS(order) - (summary->options.verbose ? 0 : 1));
}

static PgsStyle
counts_style(const PgsRecordCounts *counts)
{
    if (counts->by_status[PGS_STATUS_FAILED] + counts->by_status[PGS_STATUS_ERROR] > 0)
        return PGS_STYLE_BAD;
    if (counts->by_status[PGS_STATUS_WARNING] + counts->by_status[PGS_STATUS_ACCEPTED] > 0)
        return PGS_STYLE_WARN;
    return counts->by_status[PGS_STATUS_PASSED] > 0 ? PGS_STYLE_GOOD : PGS_STYLE_PLAIN;
}

/* The checks of one group (their ids up to the first dot) in one system. */
typedef struct {
    char *name;
    PgsRecordCounts counts;
} Group;

static void
group_free(gpointer data)
{
    Group *group = data;
    g_free(group->name);
    g_free(group);
}

static Group *
find_group(GPtrArray *groups, const char *check)
{
    gsize length = strcspn(check, ".");
    for (guint i = 0; i < groups->len; i++) {
        Group *group = groups->pdata[i];
        if (strlen(group->name) == length && strncmp(group->name, check, length) == 0)
            return group;
    }
    Group *group = g_new0(Group, 1);
    group->name = g_strndup(check, length);
    g_ptr_array_add(groups, group);
    return group;
}

/* Groups in which something was judged; for those who want to see everything, all of them. */
static GPtrArray *
count_groups(const PgsSummary *summary, const char *system)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    for (guint i = 0; i < summary->record->findings->len; i++) {
        const PgsFinding *finding = summary->record->findings->pdata[i];
        if (strcmp(finding->system, system) != 0)
            continue;
        if (finding->status == PGS_STATUS_INFO && !summary->options.verbose)
            continue;
        Group *group = find_group(groups, finding->check);
        group->counts.total++;
        group->counts.by_status[finding->status]++;
    }
    return groups;
}

/* ---- systems ---- */

static void
put_group_lines(PgsSummary *summary, const GPtrArray *groups)
{
    guint width = 0;
    for (guint i = 0; i < groups->len; i++)
        width = MAX(width, pgs_layout_columns(((Group *)groups->pdata[i])->name));
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = groups->pdata[i];
        g_autofree char *counts = group_counts(summary, &group->counts);
        guint padding = width - pgs_layout_columns(group->name) + 3;
        g_autofree char *line = g_strdup_printf("%s%*s%s", group->name, (int)padding, "", counts);
        pgs_layout_line(&summary->layout, 2, counts_style(&group->counts), line);
    }
}

static void
put_group_paragraph(PgsSummary *summary, const GPtrArray *groups)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < groups->len; i++) {
        const Group *group = groups->pdata[i];
        g_autofree char *counts = group_counts(summary, &group->counts);
        g_string_append_printf(text, "%s%s: %s", i > 0 ? "; " : "", group->name, counts);
    }
    pgs_layout_paragraph(&summary->layout, 2, 0, PGS_STYLE_PLAIN, text->str);
}

static void
put_groups(PgsSummary *summary, const char *system)
{
    g_autoptr(GPtrArray) groups = count_groups(summary, system);
    if (groups->len > MAX_GROUP_LINES && !summary->options.verbose)
        put_group_paragraph(summary, groups);
    else
        put_group_lines(summary, groups);
}

static void
append_part(GString *text, const char *part)
{
    g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", part);
}

/* "212 of 214 rules exercised, seed 20": on each server, where they do not say the same.  briefly:
 * only when it was not all of them. */
static void
append_exercised(GString *text, const PgsRecord *record, const char *system, gboolean briefly)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "exercise.coverage") == 0 && finding->actual != NULL &&
            !(briefly && finding->status == PGS_STATUS_PASSED) &&
            strcmp(finding->system, system) == 0 && g_hash_table_add(seen, finding->actual))
            append_part(text, finding->actual);
    }
}

/* "5 of 6 queries served; indexes: 14 chosen, 3 servable": likewise, in a line of its own. */
static void
append_planned(GString *text, const PgsRecord *record, const char *system)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "plan.volume") == 0 && finding->actual != NULL &&
            *finding->actual != '\0' && strcmp(finding->system, system) == 0 &&
            g_hash_table_add(seen, finding->actual))
            append_part(text, finding->actual);
    }
}

static void
append_tolerated(GString *text, const PgsRecordSystem *system)
{
    if (system->n_cosmetic > 0) {
        g_autofree char *count = pgs_text_count(system->n_cosmetic, "difference", NULL);
        g_autofree char *part = g_strdup_printf("%s in order or white space only", count);
        append_part(text, part);
    }
    if (system->n_tolerated == 0)
        return;
    g_autofree char *count = system->n_cosmetic > 0
                                 ? g_strdup_printf("%u", system->n_tolerated)
                                 : pgs_text_count(system->n_tolerated, "difference", NULL);
    g_autofree char *part = g_strdup_printf("%s tolerated", count);
    append_part(text, part);
    for (guint i = 0; i < system->tolerances->len; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? " (" : ", ",
                               ((const PgsRecordTolerance *)system->tolerances->pdata[i])->name);
    g_string_append(text, system->tolerances->len > 0 ? ")" : "");
}

/* How much was exercised and planned, and what did not count as a failure and must not be silent
 * either. */
static void
put_remarks(PgsSummary *summary, const PgsRecordSystem *system, gboolean briefly)
{
    g_autoptr(GString) text = g_string_new(NULL);
    append_exercised(text, summary->record, system->name, briefly);
    append_tolerated(text, system);
    if (text->len > 0)
        pgs_layout_line(&summary->layout, 2, PGS_STYLE_FAINT, text->str);
    g_autoptr(GString) planned = g_string_new(NULL);
    append_planned(planned, summary->record, system->name);
    if (planned->len > 0)
        pgs_layout_line(&summary->layout, 2, PGS_STYLE_FAINT, planned->str);
}

/* "2 revisions, golang-migrate"; "" for a system that only suites spoke of. */
static char *
describe_revisions(const PgsRecordSystem *system)
{
    if (system->n_revisions == 0 && system->format == NULL)
        return g_strdup("");
    g_autofree char *revisions = pgs_text_count(system->n_revisions, "revision", NULL);
    return system->format != NULL ? g_strdup_printf("%s, %s", revisions, system->format)
                                  : g_steal_pointer(&revisions);
}

/* "PostgreSQL 15.18, local (…), data in memory": where its binaries lie is in the record. */
static char *
describe_server(const PgsRecordSystem *system)
{
    if (system->server_version != NULL && strchr(system->server_version, ',') != NULL)
        return g_strdup_printf("PostgreSQL %s", system->server_version);
    guint verified = 0;
    for (guint i = 0; i < system->servers->len; i++)
        verified += ((PgsRecordServer *)system->servers->pdata[i])->version != NULL;
    if (verified > 1)
        return g_strdup_printf("PostgreSQL %s, %u servers", system->server_version, verified);
    const char *server = system->server != NULL ? system->server : "";
    return g_strchomp(g_strndup(server, strcspn(server, "(")));
}

static void
put_system_block(PgsSummary *summary, const PgsRecordSystem *system)
{
    g_autofree char *revisions = describe_revisions(system);
    g_autofree char *server = describe_server(system);
    const char *parts[] = {revisions, server};
    g_autoptr(GString) line = g_string_new(system->name);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (*parts[i] != '\0')
            g_string_append_printf(line, "   %s", parts[i]);
    }
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_STRONG, line->str);
    put_groups(summary, system->name);
    put_remarks(summary, system, FALSE);
}

static void
put_system_lines(PgsSummary *summary)
{
    const GPtrArray *systems = summary->record->systems;
    guint width = 0;
    for (guint i = 0; i < systems->len; i++)
        width = MAX(width, pgs_layout_columns(((PgsRecordSystem *)systems->pdata[i])->name));
    for (guint i = 0; i < systems->len; i++) {
        const PgsRecordSystem *system = systems->pdata[i];
        PgsRecordCounts counts = pgs_record_counts(summary->record, system->name);
        g_autofree char *words = group_counts(summary, &counts);
        g_autofree char *revisions = describe_revisions(system);
        guint padding = width - pgs_layout_columns(system->name) + 3;
        g_autofree char *line =
            g_strdup_printf("%s%*s%s   %s", system->name, (int)padding, "", revisions, words);
        pgs_layout_line(&summary->layout, 0, counts_style(&counts), line);
        put_remarks(summary, system, TRUE);
    }
}

/* Whether the record lists a system of that name. */
static gboolean
is_listed(const PgsRecord *record, const char *name)
{
    for (guint i = 0; i < record->systems->len; i++) {
        if (strcmp(((PgsRecordSystem *)record->systems->pdata[i])->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Findings of the run as a whole, and of suites whose systems are not described. */
static void
put_unlisted(PgsSummary *summary)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < summary->record->findings->len; i++) {
        const PgsFinding *finding = summary->record->findings->pdata[i];
        if (!g_hash_table_add(seen, finding->system) || is_listed(summary->record, finding->system))
            continue;
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_STRONG,
                        *finding->system != '\0' ? finding->system : "the run itself");
        put_groups(summary, finding->system);
    }
}

void
pgs_summary_put_systems(PgsSummary *summary)
{
    const GPtrArray *systems = summary->record->systems;
    /* The table of servers needs the room. */
    guint max_blocks = pgs_summary_has_several_servers(summary->record) ? 1 : MAX_BLOCKS;
    if (systems->len > max_blocks && !summary->options.verbose) {
        put_system_lines(summary);
    } else {
        for (guint i = 0; i < systems->len; i++)
            put_system_block(summary, systems->pdata[i]);
    }
    put_unlisted(summary);
    pgs_summary_put_servers(summary);
}
