#include "report/summary.h"

#include "base/text.h"

#include <string.h>

/* Between columns. */
#define GAP 2
/* An image's whole name would take the place of the verdicts. */
#define MAX_NAME 32
/* Lines of differences that a screen has room for beside all else. */
#define MAX_DIFFERENCES 2

/* ---- what became of a system on a server ---- */

typedef struct {
    PgsStatus status;
    const char *word; /* static; "": it was not asked for there */
    PgsStyle style;
    gint64 duration;
} Outcome;

/* In the order in which they decide. */
static const struct {
    PgsStatus status;
    const char *word;
    PgsStyle style;
} verdicts[] = {
    {PGS_STATUS_ERROR, "ERROR", PGS_STYLE_BAD},
    {PGS_STATUS_FAILED, "FAILED", PGS_STYLE_BAD},
    {PGS_STATUS_PASSED, "passed", PGS_STYLE_GOOD},
    {PGS_STATUS_WARNING, "passed", PGS_STYLE_GOOD},
    {PGS_STATUS_ACCEPTED, "passed", PGS_STYLE_GOOD},
    {PGS_STATUS_SKIPPED, "skipped", PGS_STYLE_WARN},
    {PGS_STATUS_INFO, "passed", PGS_STYLE_GOOD},
};

static Outcome
judge(const PgsRecord *record, const PgsRecordSystem *system, const PgsRecordServer *server)
{
    guint counts[PGS_N_STATUSES] = {0};
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->system, system->name) == 0 &&
            pgs_record_system_find_server(system, finding) == server)
            counts[finding->status]++;
    }
    if (record->fail_on_warning)
        counts[PGS_STATUS_FAILED] += counts[PGS_STATUS_WARNING];
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
        if (counts[verdicts[i].status] > 0)
            return (Outcome){verdicts[i].status, verdicts[i].word, verdicts[i].style,
                             server->duration};
    }
    return (Outcome){PGS_STATUS_INFO, "nothing", PGS_STYLE_WARN, server->duration};
}

/* ---- the table ---- */

/* A row for each server. */
typedef struct {
    const char *name, *version; /* version "": not to be had */
    Outcome *cells;             /* one for each system */
} Row;

static void
row_free(gpointer data)
{
    Row *row = data;
    g_free(row->cells);
    g_free(row);
}

static Row *
find_row(GPtrArray *rows, const PgsRecordServer *server, guint n_systems)
{
    const char *version = server->version != NULL ? server->version : "";
    for (guint i = 0; i < rows->len; i++) {
        Row *row = rows->pdata[i];
        gboolean fits =
            *row->version == '\0' || *version == '\0' || strcmp(row->version, version) == 0;
        if (strcmp(row->name, server->name) == 0 && fits) {
            row->version = *row->version != '\0' ? row->version : version;
            return row;
        }
    }
    Row *row = g_new0(Row, 1);
    row->name = server->name;
    row->version = version;
    row->cells = g_new0(Outcome, n_systems);
    for (guint i = 0; i < n_systems; i++)
        row->cells[i].word = "";
    g_ptr_array_add(rows, row);
    return row;
}

static GPtrArray *
make_rows(const PgsRecord *record)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    for (guint s = 0; s < record->systems->len; s++) {
        const PgsRecordSystem *system = record->systems->pdata[s];
        for (guint i = 0; i < system->servers->len; i++) {
            const PgsRecordServer *server = system->servers->pdata[i];
            Row *row = find_row(rows, server, record->systems->len);
            row->cells[s] = judge(record, system, server);
        }
    }
    return rows;
}

/* "passed  2.1 s" */
static char *
describe(const Outcome *outcome)
{
    if (outcome->duration == 0 || outcome->status == PGS_STATUS_SKIPPED)
        return g_strdup(outcome->word);
    g_autofree char *duration = pgs_text_duration(outcome->duration);
    return g_strdup_printf("%s %s", outcome->word, duration);
}

typedef struct {
    guint name, version;
    guint *cells; /* one for each system */
    guint all;
} Widths;

static Widths
measure(const PgsRecord *record, const GPtrArray *rows)
{
    guint n = record->systems->len;
    Widths widths = {.cells = g_new0(guint, n)};
    for (guint r = 0; r < rows->len; r++) {
        const Row *row = rows->pdata[r];
        widths.name = MAX(widths.name, MIN(pgs_layout_columns(row->name), MAX_NAME));
        widths.version = MAX(widths.version, pgs_layout_columns(row->version));
        for (guint s = 0; s < n; s++) {
            g_autofree char *cell = describe(&row->cells[s]);
            widths.cells[s] = MAX(widths.cells[s], pgs_layout_columns(cell));
        }
    }
    widths.all = widths.name + GAP + widths.version;
    for (guint s = 0; s < n; s++) {
        const PgsRecordSystem *system = record->systems->pdata[s];
        widths.cells[s] = MAX(widths.cells[s], pgs_layout_columns(system->name));
        widths.all += GAP + widths.cells[s];
    }
    return widths;
}

static void
put_padded(PgsSummary *summary, PgsStyle style, const char *text, guint columns)
{
    g_autofree char *cut = pgs_layout_cut(text, columns);
    guint taken = pgs_layout_columns(cut);
    g_autofree char *padding = g_strnfill(columns - MIN(taken, columns), ' ');
    pgs_layout_append(&summary->layout, style, cut);
    pgs_layout_append(&summary->layout, PGS_STYLE_PLAIN, padding);
}

/* A system's cell; the last of a line is not filled up. */
static void
put_cell(PgsSummary *summary, PgsStyle style, const char *text, const Widths *widths, guint system)
{
    gboolean is_last = system + 1 == summary->record->systems->len;
    pgs_layout_append(&summary->layout, PGS_STYLE_PLAIN, *text != '\0' || !is_last ? "  " : "");
    if (is_last)
        pgs_layout_append(&summary->layout, style, text);
    else
        put_padded(summary, style, text, widths->cells[system]);
}

static void
put_row_head(PgsSummary *summary, const char *name, const char *version, const Widths *widths)
{
    g_autofree char *cut = pgs_layout_cut_middle(name, widths->name);
    put_padded(summary, PGS_STYLE_STRONG, cut, widths->name);
    pgs_layout_append(&summary->layout, PGS_STYLE_PLAIN, "  ");
    put_padded(summary, PGS_STYLE_PLAIN, version, widths->version);
}

static void
put_table(PgsSummary *summary, const GPtrArray *rows, const Widths *widths)
{
    const GPtrArray *systems = summary->record->systems;
    if (systems->len > 1) {
        put_row_head(summary, "", "", widths);
        for (guint s = 0; s < systems->len; s++) {
            const PgsRecordSystem *system = systems->pdata[s];
            put_cell(summary, PGS_STYLE_STRONG, system->name, widths, s);
        }
        pgs_layout_end_line(&summary->layout);
    }
    for (guint r = 0; r < rows->len; r++) {
        const Row *row = rows->pdata[r];
        put_row_head(summary, row->name, row->version, widths);
        for (guint s = 0; s < systems->len; s++) {
            g_autofree char *cell = describe(&row->cells[s]);
            put_cell(summary, row->cells[s].style, cell, widths, s);
        }
        pgs_layout_end_line(&summary->layout);
    }
}

/* For what is too wide for a table: "docker:13  13.22  canvas passed 2.1 s, workflow FAILED 3 s".
 */
static void
put_list(PgsSummary *summary, const GPtrArray *rows)
{
    const GPtrArray *systems = summary->record->systems;
    for (guint r = 0; r < rows->len; r++) {
        const Row *row = rows->pdata[r];
        g_autoptr(GString) line = g_string_new(row->name);
        const char *separator = "  ";
        if (*row->version != '\0')
            g_string_append_printf(line, "  %s", row->version);
        for (guint s = 0; s < systems->len; s++) {
            g_autofree char *cell = describe(&row->cells[s]);
            if (*cell == '\0')
                continue;
            g_string_append(line, separator);
            if (systems->len > 1)
                g_string_append_printf(line, "%s ", ((PgsRecordSystem *)systems->pdata[s])->name);
            g_string_append(line, cell);
            separator = ", ";
        }
        pgs_layout_paragraph(&summary->layout, 0, 2, PGS_STYLE_PLAIN, line->str);
    }
}

gboolean
pgs_summary_has_several_servers(const PgsRecord *record)
{
    for (guint i = 0; i < record->systems->len; i++) {
        if (((PgsRecordSystem *)record->systems->pdata[i])->servers->len > 1)
            return TRUE;
    }
    return FALSE;
}

void
pgs_summary_put_servers(PgsSummary *summary)
{
    if (!pgs_summary_has_several_servers(summary->record))
        return;
    g_autoptr(GPtrArray) rows = make_rows(summary->record);
    Widths widths = measure(summary->record, rows);
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    if (widths.all <= summary->layout.width)
        put_table(summary, rows, &widths);
    else
        put_list(summary, rows);
    g_free(widths.cells);
}

/* ---- what they differ in ---- */

#define VERDICT "servers.verdict"

/* Warnings are told among the findings. */
static gboolean
is_difference(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_INFO && g_str_has_prefix(finding->check, "servers.");
}

/* Of check/versions.c: its title is the check and the title of the case. */
static gboolean
is_verdict_on(const PgsFinding *verdict, const PgsFinding *finding)
{
    gsize length = strlen(finding->check);
    return finding->title != NULL && is_difference(verdict) &&
           strcmp(verdict->check, VERDICT) == 0 && strcmp(verdict->system, finding->system) == 0 &&
           g_strcmp0(verdict->revision, finding->revision) == 0 &&
           strncmp(verdict->title, finding->check, length) == 0 &&
           g_str_has_prefix(verdict->title + length, ", ") &&
           strcmp(verdict->title + length + 2, finding->title) == 0;
}

char *
pgs_summary_where_it_passes(const PgsSummary *summary, const PgsFinding *finding)
{
    for (guint i = 0; finding->server != NULL && i < summary->record->findings->len; i++) {
        const PgsFinding *verdict = summary->record->findings->pdata[i];
        if (is_verdict_on(verdict, finding))
            return g_strndup(verdict->message, strcspn(verdict->message, ";"));
    }
    return NULL;
}

static char *
describe_difference(const PgsSummary *summary, const PgsFinding *finding)
{
    GString *line = g_string_new(NULL);
    if (summary->names_systems)
        g_string_append_printf(line, "%s  ", finding->system);
    g_string_append_printf(line, "%s: %s", finding->title,
                           finding->message != NULL ? finding->message : "");
    return g_string_free(line, FALSE);
}

/* On a screen without room for all. */
static void
put_differences_briefly(PgsSummary *summary, const GPtrArray *differences)
{
    guint shown = MIN(differences->len, MAX_DIFFERENCES);
    for (guint i = 0; i < shown; i++) {
        g_autofree char *line = describe_difference(summary, differences->pdata[i]);
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, line);
    }
    if (shown == differences->len)
        return;
    g_autofree char *more =
        g_strdup_printf("… and %u more (see --verbose)", differences->len - shown);
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, more);
}

static void
put_differences_in_full(PgsSummary *summary, const GPtrArray *differences)
{
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_STRONG, "between servers:");
    for (guint i = 0; i < differences->len; i++) {
        g_autofree char *line = describe_difference(summary, differences->pdata[i]);
        pgs_layout_paragraph(&summary->layout, 2, 2, PGS_STYLE_PLAIN, line);
    }
}

void
pgs_summary_put_server_differences(PgsSummary *summary)
{
    gboolean limited = summary->options.max_findings != 0 && !summary->options.verbose;
    g_autoptr(GPtrArray) differences = g_ptr_array_new();
    for (guint i = 0; i < summary->record->findings->len; i++) {
        const PgsFinding *finding = summary->record->findings->pdata[i];
        /* Verdicts stand beside what fails, too. */
        if (is_difference(finding) && !(limited && strcmp(finding->check, VERDICT) == 0))
            g_ptr_array_add(differences, (gpointer)finding);
    }
    if (differences->len == 0)
        return;
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    if (limited)
        put_differences_briefly(summary, differences);
    else
        put_differences_in_full(summary, differences);
}
