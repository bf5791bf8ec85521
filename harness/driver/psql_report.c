#include "driver/psql_report.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAX_NOTICES = 100,
    SQLSTATE_LENGTH = 5,
};

/* One message, with the lines that belong to it. */
typedef struct {
    char *file;
    guint line;
    char *severity; /* "ERROR", "WARNING"; of psql's own: "error" */
    char sqlstate[SQLSTATE_LENGTH + 1];
    GString *message, *detail, *hint, *context;
    char *excerpt;
    guint caret;
    GString *current; /* that a line without a mark goes to; NULL: nowhere */
} Message;

static void
message_clear(Message *message)
{
    GString **const texts[] = {&message->message, &message->detail, &message->hint,
                               &message->context};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (*texts[i] != NULL)
            g_string_free(*texts[i], TRUE);
    }
    g_free(message->file);
    g_free(message->severity);
    g_free(message->excerpt);
    *message = (Message){0};
}

static gboolean
is_sqlstate(const char *text)
{
    return strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == SQLSTATE_LENGTH &&
           g_str_has_prefix(text + SQLSTATE_LENGTH, ": ");
}

/* "ERROR:  42P01: message" (libpq's pqBuildErrorMessage3()) or psql's own "error: message"
 * (common/logging.c).  The server says its severity in its own language. */
static gboolean
parse_severity(const char *text, Message *message)
{
    static const char *const own[] = {"error: ", "warning: ", "fatal: "};
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
        if (!g_str_has_prefix(text, own[i]))
            continue;
        message->severity = g_strndup(own[i], strlen(own[i]) - 2);
        message->message = g_string_new(text + strlen(own[i]));
        return TRUE;
    }
    const char *end = strstr(text, ":  ");
    if (end == NULL || end == text || memchr(text, ' ', (gsize)(end - text)) != NULL)
        return FALSE;
    message->severity = g_strndup(text, (gsize)(end - text));
    end += strlen(":  ");
    if (is_sqlstate(end)) {
        memcpy(message->sqlstate, end, SQLSTATE_LENGTH);
        end += SQLSTATE_LENGTH + 2;
    }
    message->message = g_string_new(end);
    return TRUE;
}

/* The first line of a message: "psql:FILE:LINE: …", or "psql: …" outside of any file. */
static gboolean
parse_begin(const char *line, Message *message)
{
    if (!g_str_has_prefix(line, "psql:"))
        return FALSE;
    const char *file = line + strlen("psql:");
    if (*file == ' ')
        return parse_severity(file + 1, message);
    for (const char *colon = strchr(file, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        gsize digits = strspn(colon + 1, "0123456789");
        if (digits == 0 || !g_str_has_prefix(colon + 1 + digits, ": ") ||
            !parse_severity(colon + 1 + digits + 2, message))
            continue;
        message->file = g_strndup(file, (gsize)(colon - file));
        message->line = (guint)strtoul(colon + 1, NULL, 10);
        return TRUE;
    }
    return FALSE;
}

static gboolean
parse_field(const char *line, Message *message)
{
    static const char *const others[] = {
        "QUERY:  ",         "SCHEMA NAME:  ",     "TABLE NAME:  ", "COLUMN NAME:  ",
        "DATATYPE NAME:  ", "CONSTRAINT NAME:  ", "LOCATION:  "};
    struct {
        const char *mark;
        GString **text;
    } fields[] = {
        {"DETAIL:  ", &message->detail},
        {"HINT:  ", &message->hint},
        {"CONTEXT:  ", &message->context},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (!g_str_has_prefix(line, fields[i].mark) || *fields[i].text != NULL)
            continue;
        *fields[i].text = g_string_new(line + strlen(fields[i].mark));
        message->current = *fields[i].text;
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        if (!g_str_has_prefix(line, others[i]))
            continue;
        message->current = NULL;
        return TRUE;
    }
    return FALSE;
}

/* "LINE 2: …ELECT * FROM nowhere…" and, below it, where (libpq's reportErrorPosition()). */
static gboolean
parse_excerpt(const char *line, const char *below, Message *message)
{
    if (message->excerpt != NULL || !g_str_has_prefix(line, "LINE "))
        return FALSE;
    gsize digits = strspn(line + strlen("LINE "), "0123456789");
    const char *text = line + strlen("LINE ") + digits;
    gsize blanks = below != NULL ? strspn(below, " \t") : 0;
    if (digits == 0 || !g_str_has_prefix(text, ": ") || below == NULL ||
        strcmp(below + blanks, "^") != 0)
        return FALSE;
    text += strlen(": ");
    gsize before = (gsize)(text - line);
    guint caret = (guint)(blanks > before ? blanks - before : 0);
    gsize length = strlen(text);
    if (g_str_has_prefix(text, "...") && caret >= 3) {
        text += 3;
        length -= 3;
        caret -= 3;
    }
    if (length >= 3 && strcmp(text + length - 3, "...") == 0)
        length -= 3;
    message->excerpt = g_strndup(text, length);
    message->caret = caret;
    message->current = NULL;
    return TRUE;
}

static gboolean
is_error(const Message *message)
{
    static const char *const errors[] = {"ERROR", "FATAL", "PANIC", "error", "fatal", NULL};
    static const char *const others[] = {"WARNING", "NOTICE",  "INFO",   "LOG",
                                         "DEBUG",   "warning", "DETAIL", NULL};
    if (g_strv_contains(errors, message->severity))
        return TRUE;
    if (g_strv_contains(others, message->severity))
        return FALSE;
    /* Another language: classes 00 and 01 are no errors (errcodes.txt). */
    return message->sqlstate[0] != '\0' && strncmp(message->sqlstate, "00", 2) != 0 &&
           strncmp(message->sqlstate, "01", 2) != 0;
}

static char *
take_text(GString **text)
{
    GString *taken = g_steal_pointer(text);
    return taken != NULL ? g_string_free(taken, FALSE) : NULL;
}

static void
finish_message(PgsPsqlReport *report, Message *message)
{
    if (message->severity == NULL)
        return;
    gboolean error = is_error(message);
    if (error && report->failure == NULL) {
        g_autofree char *hint = take_text(&message->hint);
        report->failure =
            pgs_failure_new_printf(message->sqlstate, hint, "%s", message->message->str);
        report->failure->detail = take_text(&message->detail);
        report->failure->context = take_text(&message->context);
        report->file = g_steal_pointer(&message->file);
        report->line = message->line;
        report->excerpt = g_steal_pointer(&message->excerpt);
        report->caret = message->caret;
    } else if (!error && report->notices->len < MAX_NOTICES &&
               (strcmp(message->severity, "WARNING") == 0 ||
                g_str_has_prefix(message->sqlstate, "01"))) {
        g_ptr_array_add(report->notices, g_strdup_printf("WARNING:  %s", message->message->str));
    }
    message_clear(message);
}

PgsPsqlReport *
pgs_psql_report_new(const char *errors)
{
    PgsPsqlReport *report = g_new0(PgsPsqlReport, 1);
    report->notices = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) lines = g_strsplit(errors, "\n", -1);
    Message message = {0};
    for (char **line = lines; *line != NULL; line++) {
        Message next = {0};
        if (parse_begin(*line, &next)) {
            finish_message(report, &message);
            message = next;
            message.current = message.message;
        } else if (message.severity == NULL || parse_field(*line, &message)) {
            continue;
        } else if (parse_excerpt(*line, line[1], &message)) {
            line++;
        } else if (message.current != NULL && (**line != '\0' || line[1] != NULL)) {
            g_string_append_printf(message.current, "\n%s", *line);
        }
    }
    finish_message(report, &message);
    return report;
}

void
pgs_psql_report_free(PgsPsqlReport *report)
{
    if (report == NULL)
        return;
    g_free(report->file);
    pgs_failure_free(report->failure);
    g_free(report->excerpt);
    g_ptr_array_unref(report->notices);
    g_free(report);
}
