#include "report/markdown_failures.h"

#include "report/markdown_list.h"
#include "report/markdown_text.h"

#include <string.h>

#define MAX_NAME 160
#define MAX_WORDS 600
/* Others of the same cause that are named. */
#define MAX_OTHERS 5
/* Failures whose commands stand at the end. */
#define MAX_REPRODUCED 3

PgsStatuses
pgs_markdown_failing(const PgsRecord *record)
{
    PgsStatuses statuses = PGS_STATUS_BIT(PGS_STATUS_FAILED) | PGS_STATUS_BIT(PGS_STATUS_ERROR);
    return record->fail_on_warning ? statuses | PGS_STATUS_BIT(PGS_STATUS_WARNING) : statuses;
}

static const char *
status_word(PgsStatus status)
{
    switch (status) {
    case PGS_STATUS_ERROR:
        return "ERROR";
    case PGS_STATUS_WARNING:
        return "WARNING";
    default:
        return "FAILED";
    }
}

static void
append_head(GString *out, const PgsRecord *record, const PgsFinding *finding)
{
    g_autofree char *server = pgs_record_name_server(record, finding);
    g_string_append_printf(out, "**%s** ", status_word(finding->status));
    pgs_markdown_span(out, finding->check, MAX_NAME);
    g_string_append(out, ": ");
    pgs_markdown_span(out, finding->title, MAX_NAME);
    if (record->systems->len > 1 && *finding->system != '\0') {
        g_string_append(out, " in ");
        pgs_markdown_span(out, finding->system, MAX_NAME);
    }
    if (server != NULL) {
        g_string_append(out, " on ");
        pgs_markdown_span(out, server, MAX_NAME);
    }
    g_string_append(out, "\n\n");
}

static void
append_item(GString *out, const char *label, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    g_string_append_printf(out, "- %s", label);
    pgs_markdown_words(out, text, MAX_WORDS);
    g_string_append_c(out, '\n');
}

static void
append_value(GString *out, const char *label, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    g_string_append_printf(out, "- %s", label);
    pgs_markdown_span(out, text, MAX_WORDS);
    g_string_append_c(out, '\n');
}

static void
append_message(GString *out, const PgsFinding *finding)
{
    g_autofree char *place = pgs_finding_place(finding);
    if (place == NULL) {
        append_item(out, "", finding->message);
        return;
    }
    g_string_append(out, "- ");
    pgs_markdown_span(out, place, 2 * MAX_NAME);
    if (finding->message != NULL) {
        g_string_append(out, ": ");
        pgs_markdown_words(out, finding->message, MAX_WORDS);
    }
    g_string_append_c(out, '\n');
}

static void
append_others(GString *out, const PgsCause *cause)
{
    if (cause->others->len == 0)
        return;
    g_string_append_printf(out, "- %u more of the same cause:", cause->others->len);
    for (guint i = 0; i < cause->others->len && i < MAX_OTHERS; i++) {
        const PgsFinding *other = cause->others->pdata[i];
        g_string_append(out, i > 0 ? ", " : " ");
        if (other->check != cause->finding->check) {
            pgs_markdown_span(out, other->check, MAX_NAME);
            g_string_append_c(out, ' ');
        }
        pgs_markdown_span(out, other->title, MAX_NAME);
    }
    g_string_append(out, cause->others->len > MAX_OTHERS ? ", …\n" : "\n");
}

char *
pgs_markdown_failure(const PgsRecord *record, const PgsCause *cause)
{
    const PgsFinding *finding = cause->finding;
    GString *out = g_string_new(NULL);
    append_head(out, record, finding);
    append_message(out, finding);
    append_value(out, "expected: ", finding->expected);
    append_value(out, "actual: ", finding->actual);
    append_item(out, "hint: ", finding->hint);
    append_others(out, cause);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

/* ---- details ---- */

typedef struct {
    guint lines;
    gsize bytes;
} Room;

/* A forge colours lines by their first + or -. */
static const char *
language_of(const char *detail)
{
    return (*detail == '+' || *detail == '-') && detail[1] == ' ' ? "diff" : "text";
}

static void
append_part(GString *out, const char *heading, const char *language, const char *text,
            const Room *room)
{
    if (text == NULL || *text == '\0')
        return;
    if (heading != NULL)
        g_string_append_printf(out, "%s\n\n", heading);
    pgs_markdown_block(out, language, text, room->lines, room->bytes);
}

static void
append_plans(GString *out, const PgsFinding *finding, const Room *room)
{
    for (guint i = 0; finding->plans != NULL && i < finding->plans->len; i++) {
        const PgsRecordPlan *plan = finding->plans->pdata[i];
        g_string_append(out, "Plan ");
        pgs_markdown_span(out, plan->title, MAX_NAME);
        g_string_append(out, "\n\n");
        append_part(out, NULL, "text", plan->text, room);
    }
}

char *
pgs_markdown_failure_details(const PgsFinding *finding, gboolean brief)
{
    const Room room = brief ? (Room){8, 600} : (Room){60, 5000};
    g_autoptr(GString) inner = g_string_new(NULL);
    if (finding->detail != NULL && *finding->detail != '\0')
        append_part(inner, NULL, language_of(finding->detail), finding->detail, &room);
    append_part(inner, "Statement:", "sql", finding->sql, &room);
    if (!brief)
        append_plans(inner, finding, &room);
    if (inner->len == 0)
        return NULL;
    /* Markdown within HTML needs the empty lines. */
    return g_strdup_printf("<details>\n<summary>Details</summary>\n\n%s</details>\n\n", inner->str);
}

char *
pgs_markdown_reproduction(const GPtrArray *causes)
{
    GString *out = g_string_new(NULL);
    if (causes->len == 0)
        return g_string_free(out, FALSE);
    const PgsCause *first = causes->pdata[0];
    g_autoptr(GString) commands = g_string_new(NULL);
    for (guint i = 0; i < causes->len && i < MAX_REPRODUCED; i++) {
        const PgsFinding *finding = ((const PgsCause *)causes->pdata[i])->finding;
        if (finding->reproduce != NULL && strstr(commands->str, finding->reproduce) == NULL)
            g_string_append_printf(commands, "%s\n", finding->reproduce);
    }
    if (commands->len > 0) {
        g_string_append(out, "<details>\n<summary>See it on your machine</summary>\n\n");
        pgs_markdown_block(out, "sh", commands->str, 20, 1500);
        g_string_append(out, "</details>\n\n");
    }
    g_autofree char *explain = g_strdup_printf("pgstair explain %s", first->finding->check);
    g_string_append(out, "What a check does, why it matters and how to mend what it finds: ");
    pgs_markdown_span(out, explain, MAX_NAME);
    g_string_append(out, ".\n\n");
    return g_string_free(out, FALSE);
}
