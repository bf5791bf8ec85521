#include "report/writer.h"

#include "report/issue.h"
#include "report/report.h"

#include <string.h>

/*
 * GitHub: "Workflow commands for GitHub Actions", and for what is a command and how it is escaped
 * the runner itself (actions/runner, ActionCommand.cs).  Of a step 10 errors and 10 warnings are
 * shown (actions/toolkit, docs/problem-matchers.md).
 * GitLab: "CI/CD job logs", custom collapsible sections.
 */
#define MAX_OF_LEVEL 10
/* Beyond that a message is cut on the page. */
#define MAX_MESSAGE 4000

#define SHOWN                                                                                      \
    (PGS_STATUS_BIT(PGS_STATUS_FAILED) | PGS_STATUS_BIT(PGS_STATUS_ERROR) |                        \
     PGS_STATUS_BIT(PGS_STATUS_WARNING))

static const char *const commands[] = {"error", "warning", "notice"};

static gboolean
is_set(const char *variable, const char *value)
{
    return g_strcmp0(g_getenv(variable), value) == 0;
}

const char *
pgs_annotations_forge(void)
{
    if (is_set("PGSTAIR_NO_ANNOTATIONS", "1"))
        return NULL;
    if (is_set("GITHUB_ACTIONS", "true"))
        return "github";
    return is_set("GITLAB_CI", "true") ? "gitlab" : NULL;
}

/* ---- GitHub ---- */

/* is_property: of a property's value, which a comma ends. */
static void
append_escaped(GString *line, const char *text, gboolean is_property)
{
    for (; *text != '\0'; text++) {
        if (strchr("%\r\n", *text) != NULL || (is_property && strchr(":,", *text) != NULL))
            g_string_append_printf(line, "%%%02X", (guchar)*text);
        else
            g_string_append_c(line, *text);
    }
}

static void
append_property(GString *line, const char *name, const char *value, gboolean *first)
{
    g_string_append_printf(line, "%s%s=", *first ? " " : ",", name);
    append_escaped(line, value, TRUE);
    *first = FALSE;
}

/* What ends the command. */
static void
append_message(GString *line, const char *text)
{
    gsize length = strlen(text);
    if (length > MAX_MESSAGE)
        length = (gsize)(g_utf8_find_prev_char(text, text + MAX_MESSAGE) - text);
    g_autofree char *message = g_strndup(text, length);
    append_escaped(line, message, FALSE);
    g_string_append_c(line, '\n');
}

static void
append_command(GString *lines, const PgsIssue *issue)
{
    gboolean first = TRUE;
    g_string_append_printf(lines, "::%s", commands[issue->level]);
    /* A folder can bear no note. */
    if (issue->path != NULL && (issue->is_own_path || g_str_has_suffix(issue->path, ".sql")))
        append_property(lines, "file", issue->path, &first);
    if (issue->line > 0) {
        g_autofree char *number = g_strdup_printf("%u", issue->line);
        append_property(lines, "line", number, &first);
    }
    if (issue->column > 0) {
        g_autofree char *number = g_strdup_printf("%u", issue->column);
        append_property(lines, "col", number, &first);
    }
    g_autofree char *title = g_strdup_printf("pgstair: %s", issue->check);
    append_property(lines, "title", title, &first);
    g_string_append(lines, "::");
    append_message(lines, issue->text);
}

static char *
render_github(const PgsRecord *record)
{
    g_autoptr(GPtrArray) issues = pgs_issue_find(record, SHOWN);
    g_autoptr(GString) lines = g_string_new(NULL);
    if (pgs_issue_is_void(record))
        g_string_append(lines, "::error title=pgstair::nothing was verified: no check came to a "
                               "verdict\n");
    guint shown[G_N_ELEMENTS(commands)] = {0};
    guint left = 0;
    for (guint i = 0; i < issues->len; i++) {
        const PgsIssue *issue = issues->pdata[i];
        if (shown[issue->level] == MAX_OF_LEVEL) {
            left++;
            continue;
        }
        shown[issue->level]++;
        append_command(lines, issue);
    }
    if (left > 0)
        g_string_append_printf(lines,
                               "::notice title=pgstair::%u more are in the log and in the reports: "
                               "no more than %d errors and %d warnings of a step are shown here\n",
                               left, MAX_OF_LEVEL, MAX_OF_LEVEL);
    return lines->len > 0 ? g_string_free(g_steal_pointer(&lines), FALSE) : NULL;
}

static const char *
skip_space(const char *line)
{
    while (*line != '\0' && g_unichar_isspace(g_utf8_get_char(line)))
        line = g_utf8_next_char(line);
    return line;
}

/* As the runner finds them: "::" at a line's start, after blanks, or "##[" anywhere in it. */
static gboolean
has_command(const char *text)
{
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(skip_space(*line), "::") || strstr(*line, "##[") != NULL)
            return TRUE;
    }
    return FALSE;
}

char *
pgs_annotations_disarm(const char *text)
{
    if (!is_set("GITHUB_ACTIONS", "true") || !has_command(text))
        return g_strdup(text);
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    g_autoptr(GString) disarmed = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        gboolean is_command = g_str_has_prefix(skip_space(*line), "::");
        g_string_append_printf(disarmed, "%s%s%s", line != lines ? "\n" : "",
                               is_command ? "| " : "", *line);
    }
    g_string_replace(disarmed, "##[", "# #[", 0);
    return g_string_free(g_steal_pointer(&disarmed), FALSE);
}

char *
pgs_annotations_error(const char *message)
{
    if (g_strcmp0(pgs_annotations_forge(), "github") != 0)
        return NULL;
    g_autoptr(GString) line = g_string_new("::error title=pgstair::");
    append_message(line, message);
    return g_string_free(g_steal_pointer(&line), FALSE);
}

char *
pgs_annotations_guard(const char *text)
{
    if (!is_set("GITHUB_ACTIONS", "true") || !has_command(text))
        return g_strdup(text);
    /* Nobody who writes into the text can know what ends it. */
    g_autofree char *token = g_uuid_string_random();
    const char *line_end = g_str_has_suffix(text, "\n") ? "" : "\n";
    return g_strdup_printf("::stop-commands::%s\n%s%s::%s::\n", token, text, line_end, token);
}

/* ---- GitLab ---- */

/* All of the findings, folded; the summary above it has been cut to what matters. */
static char *
render_gitlab(const PgsRecord *record)
{
    const PgsSummaryOptions options = {.width = 120, .height = G_MAXINT, .verbose = TRUE};
    g_autofree char *details = pgs_report_summary(record, &options);
    gint64 now = g_get_real_time() / G_USEC_PER_SEC;
    return g_strdup_printf("\033[0Ksection_start:%" G_GINT64_FORMAT
                           ":pgstair_details[collapsed=true]\r\033[0KAll that pgstair found\n%s"
                           "\033[0Ksection_end:%" G_GINT64_FORMAT ":pgstair_details\r\033[0K\n",
                           now, details, now);
}

char *
pgs_annotations_render(const PgsRecord *record, const char *forge)
{
    if (g_strcmp0(forge, "github") == 0)
        return render_github(record);
    return g_strcmp0(forge, "gitlab") == 0 ? render_gitlab(record) : NULL;
}
