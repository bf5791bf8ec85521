#include "operate/script_psql.h"

#include "base/error.h"
#include "migration/psql_script.h"
#include "operate/backup.h"
#include "operate/script_text.h"

#include <string.h>

enum {
    MAX_DEPTH = 64, /* of files that include one another: in a circle */
};

typedef struct {
    GString *to;
    char *root;      /* what \i is relative to: the folder that the tool runs psql in */
    GPtrArray *sets; /* names of variables that the files set */
} Inclusion;

static void
inclusion_clear(Inclusion *inclusion)
{
    g_free(inclusion->root);
    g_ptr_array_unref(inclusion->sets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Inclusion, inclusion_clear)

static gboolean
refuse(const char *path, guint line, const char *what, GError **error)
{
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, NULL, "%s:%u: %s", path, line,
                  what);
    return FALSE;
}

/* As psql reads an argument without variables in it: quoted or to the next white space. */
static char *
file_name(const char *arguments)
{
    if (strchr(arguments, ':') != NULL || strchr(arguments, '`') != NULL)
        return NULL;
    if (arguments[0] != '\'') {
        gsize length = strcspn(arguments, " \t");
        return arguments[length] == '\0' ? g_strdup(arguments) : NULL;
    }
    const char *end = strchr(arguments + 1, '\'');
    return end != NULL && end[1] == '\0' && strchr(arguments, '\\') == NULL
               ? g_strndup(arguments + 1, (gsize)(end - arguments - 1))
               : NULL;
}

static gboolean
is_one_of(const char *name, const char *const *names)
{
    return g_strv_contains(names, name);
}

static gboolean append_text(Inclusion *inclusion, const char *path, const char *text, gsize length,
                            guint depth, GError **error);

static gboolean
append_file(Inclusion *inclusion, const char *path, const PgsMetaCommand *command, guint depth,
            GError **error)
{
    static const char *const relative[] = {"ir", "include_relative", NULL};
    g_autofree char *name = file_name(command->arguments);
    g_autofree char *folder = g_path_get_dirname(path);
    if (name == NULL || depth >= MAX_DEPTH)
        return refuse(path, command->position.line,
                      name == NULL ? "which file it includes cannot be told offline"
                                   : "files include one another without end",
                      error);
    g_autofree char *file = g_canonicalize_filename(
        name, is_one_of(command->name, relative) ? folder : inclusion->root);
    g_autofree char *text = NULL;
    g_autoptr(GError) local = NULL;
    gsize length;
    if (!g_file_get_contents(file, &text, &length, &local))
        return refuse(path, command->position.line, local->message, error);
    pgs_script_text_append_comment(inclusion->to, "included: %s", name);
    return append_text(inclusion, file, text, length, depth + 1, error);
}

/* Where the command's line ends. */
static gsize
end_of_line(const char *text, gsize length, gsize offset)
{
    const char *end = memchr(text + offset, '\n', length - offset);
    return end != NULL ? (gsize)(end - text) + 1 : length;
}

static void
end_line(GString *to)
{
    if (to->len > 0 && to->str[to->len - 1] != '\n')
        g_string_append_c(to, '\n');
}

/* What a psql of the file's own may do, and this one may not, which has the rest to run as well. */
static const struct {
    const char *name, *why;
} refused[] = {
    {"q", "\\q would end the whole script, not just this file"},
    {"quit", "\\quit would end the whole script, not just this file"},
};

static gboolean
check_command(const char *path, const PgsMetaCommand *command, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        if (strcmp(refused[i].name, command->name) == 0)
            return refuse(path, command->position.line, refused[i].why, error);
    }
    return TRUE;
}

/* The name that \set and the like give a value to. */
static void
note_variable(Inclusion *inclusion, const PgsMetaCommand *command)
{
    static const char *const setters[] = {"set", "unset", "prompt", "getenv", NULL};
    if (!is_one_of(command->name, setters))
        return;
    g_auto(GStrv) words = g_strsplit_set(command->arguments, " \t", -1);
    guint n = g_strv_length(words);
    /* "\prompt 'text' NAME" has it last. */
    const char *name = n == 0 ? "" : words[strcmp(command->name, "prompt") == 0 ? n - 1 : 0];
    if (*name != '\0' && strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789_") == strlen(name))
        g_ptr_array_add(inclusion->sets, g_strdup(name));
}

static gboolean
append_text(Inclusion *inclusion, const char *path, const char *text, gsize length, guint depth,
            GError **error)
{
    static const char *const includes[] = {"i", "include", "ir", "include_relative", NULL};
    g_autoptr(GPtrArray) commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_meta_command_free);
    PgsPosition position = {0};
    g_autoptr(GError) local = NULL;
    g_autoptr(PgsScript) script = pgs_psql_script_new(text, length, commands, &position, &local);
    if (script == NULL)
        return refuse(path, position.line, local->message, error);
    gsize copied = g_str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;
    for (guint i = 0; i < commands->len; i++) {
        const PgsMetaCommand *command = g_ptr_array_index(commands, i);
        gsize at = command->position.offset;
        if (!check_command(path, command, error))
            return FALSE;
        note_variable(inclusion, command);
        if (!is_one_of(command->name, includes))
            continue;
        g_string_append_len(inclusion->to, text + copied, (gssize)(at - copied));
        end_line(inclusion->to);
        if (!append_file(inclusion, path, command, depth, error))
            return FALSE;
        copied = end_of_line(text, length, at);
    }
    g_string_append_len(inclusion->to, text + copied, (gssize)(length - copied));
    end_line(inclusion->to);
    return TRUE;
}

/* psqlscanslash.l: in '…' a quote is doubled or behind a backslash, and a backslash escapes. */
static void
set_variable(GString *to, const char *variable)
{
    const char *equals = strchr(variable, '=');
    gsize length = equals != NULL ? (gsize)(equals - variable) : strlen(variable);
    g_string_append_printf(to, "\\set %.*s '", (int)length, variable);
    for (const char *c = equals != NULL ? equals + 1 : ""; *c != '\0'; c++) {
        if (*c == '\n') {
            g_string_append(to, "\\n");
            continue;
        }
        if (*c == '\'' || *c == '\\')
            g_string_append_c(to, '\\');
        g_string_append_c(to, *c);
    }
    g_string_append(to, "'\n");
}

/* The next file has a psql of its own: nothing of this one's is left.  \unset gives psql's own
 * variables their defaults, which are not all the script's. */
static void
end_psql(Inclusion *inclusion)
{
    for (guint i = 0; i < inclusion->sets->len; i++)
        g_string_append_printf(inclusion->to, "\\unset %s\n",
                               (const char *)g_ptr_array_index(inclusion->sets, i));
    g_string_append(inclusion->to, "\\o\n");
    pgs_script_text_append_settings(inclusion->to);
}

gboolean
pgs_script_psql_append(GString *script, const PgsHistory *history, const PgsStep *step,
                       GError **error)
{
    g_auto(Inclusion) inclusion = {
        .to = script,
        .root =
            g_canonicalize_filename(history->root != NULL ? history->root : history->folder, NULL),
        .sets = g_ptr_array_new_with_free_func(g_free),
    };
    gsize length;
    const char *text = g_bytes_get_data(step->text, &length);
    for (char **variable = step->variables; variable != NULL && *variable != NULL; variable++) {
        set_variable(script, *variable);
        g_ptr_array_add(inclusion.sets, g_strndup(*variable, strcspn(*variable, "=")));
    }
    g_autofree char *path = g_canonicalize_filename(step->path, NULL);
    if (!append_text(&inclusion, path, text != NULL ? text : "", length, 0, error))
        return FALSE;
    end_psql(&inclusion);
    return TRUE;
}
