#include "check/propose_yaml.h"

#include <string.h>

/* Words that YAML, or some reader of it, takes for something else than text. */
static gboolean
is_word_of_yaml(const char *text)
{
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n",   NULL};
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return g_strv_contains(words, lower);
}

static gboolean
is_number(const char *text)
{
    return g_regex_match_simple("^[-+]?\\.?[0-9][0-9_.,:eExXoOa-fA-F+-]*$", text, 0, 0);
}

/* Whether it can stand as it is: YAML 1.1, "Plain Scalars", and stricter than that. */
static gboolean
is_plain(const char *text, PgsYamlContext context)
{
    gsize length = strlen(text);
    if (length == 0 || is_word_of_yaml(text) || is_number(text) ||
        !(g_ascii_isalnum(text[0]) || text[0] == '_' || text[0] == '(' || text[0] == '.') ||
        text[length - 1] == ' ' || text[length - 1] == ':')
        return FALSE;
    if (strstr(text, ": ") != NULL || strstr(text, " #") != NULL)
        return FALSE;
    return context == PGS_YAML_BLOCK || strpbrk(text, ",[]{}:?#&*!|>%@`\"'") == NULL;
}

static gboolean
is_printable(gunichar c)
{
    return g_unichar_isprint(c) && c != 0xfeff && c != 0x2028 && c != 0x2029;
}

/* Whether all of it can be seen; lines: newlines may be in it. */
static gboolean
is_visible(const char *text, gboolean lines)
{
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (!is_printable(c) && !(lines && c == '\n'))
            return FALSE;
    }
    return TRUE;
}

static char *
quote_double(const char *text)
{
    GString *out = g_string_new("\"");
    for (; *text != '\0'; text = g_utf8_next_char(text)) {
        gunichar c = g_utf8_get_char(text);
        if (c == '"' || c == '\\')
            g_string_append_printf(out, "\\%c", (char)c);
        else if (c == '\n')
            g_string_append(out, "\\n");
        else if (c == '\t')
            g_string_append(out, "\\t");
        else if (is_printable(c))
            g_string_append_unichar(out, c);
        else if (c < 0x10000)
            g_string_append_printf(out, "\\u%04X", c);
        else
            g_string_append_printf(out, "\\U%08X", c);
    }
    g_string_append_c(out, '"');
    return g_string_free(out, FALSE);
}

char *
pgs_yaml_scalar(const char *text, PgsYamlContext context)
{
    if (!is_visible(text, FALSE))
        return quote_double(text);
    if (is_plain(text, context))
        return g_strdup(text);
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);
    return g_strdup_printf("'%s'", doubled);
}

char *
pgs_yaml_list(const GPtrArray *texts)
{
    GString *out = g_string_new("[");
    for (guint i = 0; i < texts->len; i++) {
        g_autofree char *text = pgs_yaml_scalar(texts->pdata[i], PGS_YAML_FLOW);
        g_string_append_printf(out, "%s%s", i > 0 ? ", " : "", text);
    }
    g_string_append_c(out, ']');
    return g_string_free(out, FALSE);
}

static void
add_indent(GString *out, guint indent)
{
    g_string_append_printf(out, "%*s", (int)indent, "");
}

void
pgs_yaml_add_raw(GString *out, guint indent, const char *key, const char *value)
{
    g_autofree char *name = pgs_yaml_scalar(key, PGS_YAML_FLOW);
    add_indent(out, indent);
    g_string_append_printf(out, "%s:%s%s\n", name, *value != '\0' ? " " : "", value);
}

void
pgs_yaml_add_key(GString *out, guint indent, const char *key)
{
    pgs_yaml_add_raw(out, indent, key, "");
}

/* Whether it keeps its bytes as a literal block. */
static gboolean
is_block(const char *text)
{
    gsize length = strlen(text);
    /* Two line ends at its own end would need another sign, and a blank there is easily lost. */
    return strchr(text, '\n') != NULL && is_visible(text, TRUE) && text[length - 1] != ' ' &&
           !g_str_has_suffix(text, "\n\n") && strspn(text, " \n") < length;
}

void
pgs_yaml_add_text(GString *out, guint indent, const char *key, const char *text)
{
    if (!is_block(text)) {
        g_autofree char *value = pgs_yaml_scalar(text, PGS_YAML_BLOCK);
        pgs_yaml_add_raw(out, indent, key, value);
        return;
    }
    /* "2": how far in it stands, which cannot be seen when it begins with a blank or an empty line;
       "-": no line end at its end. */
    gboolean ends = g_str_has_suffix(text, "\n");
    gboolean plain = !g_ascii_isspace(text[0]);
    pgs_yaml_add_raw(out, indent, key, plain ? (ends ? "|" : "|-") : (ends ? "|2" : "|2-"));
    g_autofree char *shown = g_strndup(text, strlen(text) - ends);
    g_auto(GStrv) lines = g_strsplit(shown, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (**line != '\0')
            add_indent(out, indent + 2);
        g_string_append_printf(out, "%s\n", *line);
    }
}

void
pgs_yaml_add_comment(GString *out, guint indent, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        add_indent(out, indent);
        g_string_append_printf(out, "#%s%s\n", **line != '\0' ? " " : "", *line);
    }
}

GString *
pgs_yaml_flow_new(void)
{
    return g_string_new("{");
}

void
pgs_yaml_flow_raw(GString *flow, const char *key, const char *value)
{
    g_string_append_printf(flow, "%s%s: %s", flow->len > 1 ? ", " : "", key, value);
}

void
pgs_yaml_flow_text(GString *flow, const char *key, const char *text)
{
    g_autofree char *name = pgs_yaml_scalar(key, PGS_YAML_FLOW);
    g_autofree char *value = pgs_yaml_scalar(text, PGS_YAML_FLOW);
    pgs_yaml_flow_raw(flow, name, value);
}

char *
pgs_yaml_flow_end(GString *flow)
{
    g_string_append_c(flow, '}');
    return g_string_free(flow, FALSE);
}
