#include "cli/man.h"

#include <string.h>

/*
 * The reference is Markdown of pgstair's own making: headings, paragraphs, fenced code and tables
 * of four columns (key, value, meaning, default).  Nothing else is read here.
 */

/* `code` bold, *word* italic, [text](#place) its text. */
static void
append_inline(GString *out, const char *text)
{
    g_autoptr(GRegex) links = g_regex_new("\\[([^]]*)\\]\\(#[^)]*\\)", 0, 0, NULL);
    g_autofree char *plain = g_regex_replace(links, text, -1, 0, "\\1", 0, NULL);
    g_auto(GStrv) parts = g_strsplit(plain, "`", -1);
    for (guint i = 0; parts[i] != NULL; i++) {
        if (i % 2 == 1) {
            g_string_append(out, "\\fB");
            pgs_man_append_escaped(out, parts[i]);
            g_string_append(out, "\\fR");
            continue;
        }
        g_auto(GStrv) words = g_strsplit(parts[i], "*", -1);
        for (guint word = 0; words[word] != NULL; word++) {
            gboolean is_italic = word % 2 == 1 && words[word + 1] != NULL;
            g_string_append(out, is_italic ? "\\fI" : "");
            pgs_man_append_escaped(out, words[word]);
            g_string_append(out, is_italic ? "\\fR" : "");
        }
    }
}

static void
append_line(GString *out, const char *line)
{
    if (*line == '.' || *line == '\'')
        g_string_append(out, "\\&");
    append_inline(out, line);
    g_string_append_c(out, '\n');
}

/* "| `key` | value | meaning | default |"; a "|" within a cell is written "\|". */
static void
append_row(GString *out, const char *line)
{
    g_autoptr(GRegex) bars = g_regex_new("(?<!\\\\) ?\\| ?", 0, 0, NULL);
    g_auto(GStrv) cells = g_regex_split(bars, line, 0);
    if (g_strv_length(cells) < 5 || g_str_has_prefix(cells[1], "---") ||
        strcmp(cells[1], "key") == 0)
        return;
    for (char **cell = cells; *cell != NULL; cell++) {
        GString *text = g_string_new(*cell);
        g_string_replace(text, "\\|", "|", 0);
        g_free(*cell);
        *cell = g_string_free(text, FALSE);
    }
    g_string_append(out, ".TP\n");
    append_inline(out, cells[1]);
    g_string_append(out, ": ");
    append_line(out, cells[2]);
    append_line(out, cells[3]);
    if (*g_strstrip(cells[4]) != '\0') {
        g_string_append(out, "Default: ");
        append_inline(out, cells[4]);
        g_string_append(out, ".\n");
    }
}

static void
append_code(GString *out, const char *line)
{
    if (*line == '.' || *line == '\'')
        g_string_append(out, "\\&");
    pgs_man_append_escaped(out, line);
    g_string_append_c(out, '\n');
}

static void
append_heading(GString *out, const char *title)
{
    g_autofree char *upper = g_ascii_strup(title, -1);
    g_string_append(out, ".SH ");
    pgs_man_append_escaped(out, upper);
    g_string_append_c(out, '\n');
}

char *
pgs_man_configuration(const char *markdown)
{
    GString *out = g_string_new(NULL);
    pgs_man_append_title(out, "pgstair.yaml", 5);
    g_string_append(out, " \\- what pgstair verifies, and what the schema should be\n"
                         ".SH DESCRIPTION\n");
    g_auto(GStrv) lines = g_strsplit(markdown, "\n", -1);
    gboolean is_code = FALSE, is_apart = FALSE;
    for (char **line = lines; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "```")) {
            is_code = !is_code;
            g_string_append(out, is_code ? ".PP\n.EX\n" : ".EE\n");
            is_apart = FALSE;
        } else if (is_code) {
            append_code(out, *line);
        } else if (g_str_has_prefix(*line, "## ")) {
            append_heading(out, *line + 3);
            is_apart = FALSE;
        } else if (**line == '|') {
            append_row(out, *line);
            is_apart = TRUE;
        } else if (**line == '\0') {
            is_apart = TRUE;
        } else {
            /* A paragraph's first line, unless a heading has just been there. */
            gboolean is_first = line > lines && **(line - 1) == '\0';
            gboolean is_titled = line > lines + 1 && g_str_has_prefix(*(line - 2), "## ");
            if (is_apart && is_first && !is_titled && !g_str_has_suffix(out->str, "DESCRIPTION\n"))
                g_string_append(out, ".PP\n");
            append_line(out, *line);
        }
    }
    g_string_append(out, ".SH SEE ALSO\n.BR pgstair (1),\n.BR pgstair\\-init (1),\n"
                         ".BR pgstair\\-verify (1)\n");
    return g_string_free(out, FALSE);
}
