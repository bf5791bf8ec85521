#include "report/writer.h"

#include "base/text.h"
#include "record/proof.h"
#include "report/markdown_failures.h"
#include "report/markdown_list.h"
#include "report/markdown_text.h"

#include <string.h>

/*
 * A comment under a merge request.  What forges accept: GitHub 65,536 characters ("body is too long
 * (maximum is 65536 characters)"), GitLab 1,000,000 (Note: MAX_TEXT_SIZE_LIMIT), Bitbucket's server
 * fewer than 32,768 ("Please enter a non-empty value less than 32768 characters"; of its cloud
 * nothing is said); GitHub's step summary 1 MiB ("supports content up to a size of 1024k").  Gitea
 * sets no limit of its own; its column held 64 KiB on MySQL before it was LONGTEXT (gitea #16656).
 * The limit is kept in bytes, and so in characters.
 *
 * Parts are let in by their worth, each whole or not at all, and then put in their order: the
 * report closes what it has opened whatever is left out.
 */

/* By this line a bot finds its own comment, to replace it. */
#define MARKER "<!-- pgstair -->\n"

/* Of the first failures the details come before the later failures. */
#define FIRST_FAILURES 3
/* So many are told at length, on a page that somebody still reads; of the others a line each. */
#define TOLD_FAILURES 10
#define MAX_SYSTEMS 40
#define MAX_NAME 80
/* For what is said of what was left out. */
#define RESERVE 200

typedef struct {
    char *text;
    char *details; /* or NULL */
} Failure;

typedef struct {
    const PgsRecord *record;
    gsize left; /* bytes */
    GPtrArray *causes;
    GString *systems, *environment, *reproduction;
    GArray *failures; /* Failure: of the first causes, as many as there is room for */
    gboolean is_full; /* the next failure has no room */
    GString *more_failures;
    GString *requirements, *warnings, *accepted, *skipped, *passed;
} Markdown;

static void
clear_failure(gpointer data)
{
    Failure *failure = data;
    g_free(failure->text);
    g_free(failure->details);
}

/* Whether there is room for it, which then is taken. */
static gboolean
take(Markdown *markdown, gsize bytes)
{
    if (bytes > markdown->left)
        return FALSE;
    markdown->left -= bytes;
    return TRUE;
}

static GString *
take_text(Markdown *markdown, char *text)
{
    g_autofree char *owned = text;
    return g_string_new(take(markdown, strlen(owned)) ? owned : NULL);
}

/* ---- the verdict ---- */

static const char *
verdict(const PgsRecord *record)
{
    if (pgs_record_has_failed(record, record->fail_on_warning) || pgs_proof_has_failed(record))
        return "❌ pgstair: failed";
    return pgs_record_has_verdict(record) ? "✅ pgstair: verified"
                                          : "⚠️ pgstair: nothing was verified";
}

static void
append_count(GString *out, guint n, const char *one, const char *many)
{
    if (n == 0)
        return;
    g_autofree char *count = pgs_text_count(n, one, many);
    g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", count);
}

static char *
describe_counts(const PgsRecord *record)
{
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    GString *out = g_string_new(NULL);
    append_count(out, counts.by_status[PGS_STATUS_FAILED], "failed", "failed");
    append_count(out, counts.by_status[PGS_STATUS_ERROR], "error", "errors");
    append_count(out, counts.by_status[PGS_STATUS_WARNING], "warning", "warnings");
    append_count(out, counts.by_status[PGS_STATUS_ACCEPTED], "accepted", "accepted");
    append_count(out, counts.by_status[PGS_STATUS_PASSED], "passed", "passed");
    append_count(out, counts.by_status[PGS_STATUS_SKIPPED], "skipped", "skipped");
    return g_string_free(out, FALSE);
}

static GString *
new_head(const PgsRecord *record)
{
    g_autofree char *counts = describe_counts(record);
    g_autofree char *missing = pgs_record_missing_shards(record);
    GString *out = g_string_new(MARKER);
    g_string_append_printf(out, "## %s\n\n", verdict(record));
    if (*counts != '\0')
        g_string_append_printf(out, "**%s**\n\n", counts);
    if (missing != NULL)
        g_string_append_printf(out, "Parts of the run are missing: %.100s.\n\n", missing);
    return out;
}

/* ---- systems ---- */

/* "docker:15, docker:17", or the one server's version: "PostgreSQL 15.20". */
static char *
name_servers(const PgsRecordSystem *system)
{
    if (system->servers->len < 2)
        return system->server_version != NULL
                   ? g_strdup_printf("PostgreSQL %s", system->server_version)
                   : g_strdup("");
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < system->servers->len; i++) {
        const PgsRecordServer *server = system->servers->pdata[i];
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", server->name);
    }
    return g_string_free(out, FALSE);
}

static void
append_row(GString *out, const PgsRecordSystem *system, const PgsRecordCounts *counts)
{
    static const PgsStatus columns[] = {PGS_STATUS_PASSED,   PGS_STATUS_FAILED,
                                        PGS_STATUS_ERROR,    PGS_STATUS_WARNING,
                                        PGS_STATUS_ACCEPTED, PGS_STATUS_SKIPPED};
    g_autofree char *servers = name_servers(system);
    g_autofree char *time = pgs_text_duration(system->duration);
    g_string_append(out, "| ");
    pgs_markdown_cell(out, system->name, MAX_NAME);
    g_string_append_printf(out, " | %u | ", system->n_revisions);
    if (*servers != '\0')
        pgs_markdown_cell(out, servers, MAX_NAME);
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(out, " | %u", counts->by_status[columns[i]]);
    g_string_append_printf(out, " | %s |\n", time);
}

/* Those that failed first. */
static char *
render_systems(const PgsRecord *record)
{
    GString *out = g_string_new(
        "| System | Revisions | Server | Passed | Failed | Errors | Warnings | Accepted | Skipped "
        "| Time |\n| --- | --: | --- | --: | --: | --: | --: | --: | --: | --: |\n");
    guint shown = 0;
    for (gint failed = TRUE; failed >= FALSE; failed--) {
        for (guint i = 0; i < record->systems->len && shown < MAX_SYSTEMS; i++) {
            const PgsRecordSystem *system = record->systems->pdata[i];
            PgsRecordCounts counts = pgs_record_counts(record, system->name);
            gint has_failed =
                counts.by_status[PGS_STATUS_FAILED] > 0 || counts.by_status[PGS_STATUS_ERROR] > 0;
            if (has_failed != failed)
                continue;
            append_row(out, system, &counts);
            shown++;
        }
    }
    g_string_append_c(out, '\n');
    if (shown < record->systems->len)
        g_string_append_printf(out, "… and %u more systems.\n\n", record->systems->len - shown);
    return g_string_free(out, record->systems->len == 0);
}

static void
append_commit(GString *out, const PgsRecord *record)
{
    for (guint i = 0; i < record->systems->len; i++) {
        const PgsRecordSystem *system = record->systems->pdata[i];
        if (system->git == NULL || system->git->commit == NULL)
            continue;
        g_string_append(out, ", commit ");
        g_autofree char *commit = g_strdup_printf("%.12s", system->git->commit);
        pgs_markdown_span(out, commit, MAX_NAME);
        g_string_append(out, system->git->clean ? " (clean)" : " with changes");
        return;
    }
}

static char *
render_environment(const PgsRecord *record)
{
    g_autofree char *when = g_date_time_format(record->started, "%Y-%m-%d %H:%M:%S UTC");
    g_autofree char *took = pgs_text_duration(record->duration);
    GString *out = g_string_new("pgstair ");
    pgs_markdown_span(out, record->version, MAX_NAME);
    if (record->systems->len > 0) {
        const PgsRecordSystem *system = record->systems->pdata[0];
        if (system->server_version != NULL) {
            g_string_append(out, ", PostgreSQL ");
            pgs_markdown_span(out, system->server_version, MAX_NAME);
        }
    }
    append_commit(out, record);
    g_string_append_printf(out, ", %s, in %s.\n\n", when, took);
    return g_string_free(out, FALSE);
}

/* ---- failures ---- */

/* Failures up to that one, as long as there is room. */
static void
add_failures(Markdown *markdown, guint until)
{
    while (!markdown->is_full && markdown->failures->len < MIN(until, markdown->causes->len)) {
        const PgsCause *cause = markdown->causes->pdata[markdown->failures->len];
        Failure failure = {pgs_markdown_failure(markdown->record, cause), NULL};
        if (take(markdown, strlen(failure.text))) {
            g_array_append_val(markdown->failures, failure);
        } else {
            clear_failure(&failure);
            markdown->is_full = TRUE;
        }
    }
}

static void
add_details(Markdown *markdown, guint until)
{
    for (guint i = 0; i < MIN(until, markdown->failures->len); i++) {
        Failure *failure = &g_array_index(markdown->failures, Failure, i);
        const PgsFinding *finding = ((const PgsCause *)markdown->causes->pdata[i])->finding;
        for (gint brief = FALSE; brief <= TRUE && failure->details == NULL; brief++) {
            g_autofree char *details = pgs_markdown_failure_details(finding, brief);
            if (details != NULL && take(markdown, strlen(details)))
                failure->details = g_steal_pointer(&details);
        }
    }
}

/* ---- lists ---- */

/* As many of its lines as there is room for.  list is taken over; or NULL. */
static GString *
add_list(Markdown *markdown, PgsMarkdownList *list)
{
    GString *out = g_string_new(NULL);
    if (list == NULL)
        return out;
    g_autoptr(PgsMarkdownList) owned = list;
    g_autofree char *open =
        list->folded ? g_strdup_printf("<details>\n<summary>%s</summary>\n\n", list->heading)
                     : g_strdup_printf("### %s\n\n", list->heading);
    const char *close = list->folded ? "\n</details>\n\n" : "\n";
    gsize frame = strlen(open) + strlen(close) + strlen("- … and 4294967295 more\n");
    if (list->lines->len == 0 || !take(markdown, frame + strlen(list->lines->pdata[0])))
        return out;
    g_string_append_printf(out, "%s%s", open, (const char *)list->lines->pdata[0]);
    guint shown = 1;
    for (; shown < list->lines->len && shown < list->max_lines; shown++) {
        if (!take(markdown, strlen(list->lines->pdata[shown])))
            break;
        g_string_append(out, list->lines->pdata[shown]);
    }
    if (shown < list->lines->len)
        g_string_append_printf(out, "- … and %u more\n", list->lines->len - shown);
    g_string_append(out, close);
    return out;
}

/* ---- all ---- */

/* The worthiest first. */
static void
fill(Markdown *markdown)
{
    const PgsRecord *record = markdown->record;
    g_autofree char *systems = render_systems(record);
    add_failures(markdown, 1);
    markdown->systems = take_text(markdown, g_strdup(systems != NULL ? systems : ""));
    markdown->environment = take_text(markdown, render_environment(record));
    add_failures(markdown, FIRST_FAILURES);
    add_details(markdown, FIRST_FAILURES);
    markdown->reproduction = take_text(markdown, pgs_markdown_reproduction(markdown->causes));
    add_failures(markdown, TOLD_FAILURES);
    markdown->more_failures = add_list(
        markdown, pgs_markdown_list_failures(record, markdown->causes, markdown->failures->len));
    markdown->requirements = add_list(markdown, pgs_markdown_list_requirements(record));
    markdown->warnings = add_list(markdown, pgs_markdown_list_warnings(record));
    markdown->accepted = add_list(markdown, pgs_markdown_list_accepted(record));
    markdown->skipped = add_list(markdown, pgs_markdown_list_skipped(record));
    add_details(markdown, TOLD_FAILURES);
    markdown->passed = add_list(markdown, pgs_markdown_list_passed(record));
}

static void
append_failures(GString *out, const Markdown *markdown)
{
    guint shown = markdown->failures->len;
    for (guint i = 0; i < shown; i++) {
        const Failure *failure = &g_array_index(markdown->failures, Failure, i);
        g_string_append(out, failure->text);
        if (failure->details != NULL)
            g_string_append(out, failure->details);
    }
    guint left = pgs_cause_count(markdown->causes, shown);
    g_string_append(out, markdown->more_failures->str);
    if (left > 0 && markdown->more_failures->len == 0)
        g_string_append_printf(out, "… and %u more that failed: see the whole report.\n\n", left);
}

static void
append_all(GString *out, const Markdown *markdown)
{
    GString *const before[] = {markdown->systems, markdown->environment};
    GString *const after[] = {markdown->requirements, markdown->warnings, markdown->accepted,
                              markdown->skipped,      markdown->passed,   markdown->reproduction};
    for (gsize i = 0; i < G_N_ELEMENTS(before); i++)
        g_string_append(out, before[i]->str);
    append_failures(out, markdown);
    for (gsize i = 0; i < G_N_ELEMENTS(after); i++)
        g_string_append(out, after[i]->str);
}

static void
clear(Markdown *markdown)
{
    GString *const parts[] = {
        markdown->systems,      markdown->environment, markdown->reproduction,
        markdown->requirements, markdown->warnings,    markdown->accepted,
        markdown->skipped,      markdown->passed,      markdown->more_failures};
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        g_string_free(parts[i], TRUE);
    g_array_unref(markdown->failures);
    g_ptr_array_unref(markdown->causes);
}

char *
pgs_markdown_render(const PgsRecord *record, gsize limit)
{
    if (limit == 0)
        limit = PGS_MARKDOWN_LIMIT;
    GString *out = new_head(record);
    Markdown markdown = {
        .record = record,
        .left = limit > out->len + RESERVE ? limit - out->len - RESERVE : 0,
        .causes = pgs_cause_find(record, pgs_markdown_failing(record)),
        .failures = g_array_new(FALSE, FALSE, sizeof(Failure)),
    };
    g_array_set_clear_func(markdown.failures, clear_failure);
    fill(&markdown);
    append_all(out, &markdown);
    clear(&markdown);
    return g_string_free(out, FALSE);
}
