#include "project/paths.h"
#include "project/reading.h"
#include "project/system.h"
#include "project/template.h"
#include "project/tool_fields.h"

#include "base/error.h"

/* "commands": a tool of any kind. */

static const char *const sources[] = {"files", "list", NULL};
static const PgsField commands_fields[] = {
    {"files", &pgs_shape_text,
     "The migrations' files, a pattern relative to `migrations`: `*.rb`. In the order of the "
     "numbers that all their names begin with, or of their names.",
     .offset = G_STRUCT_OFFSET(PgsCommandSettings, files)},
    {"list", &pgs_shape_text_list,
     "Instead: a program with its arguments, a list, that prints the revisions, the first one "
     "first, one a line. It gets no database.",
     .offset = G_STRUCT_OFFSET(PgsCommandSettings, list)},
    {"match", &pgs_shape_text,
     "A regular expression for the lines, or for the files' paths, that are revisions; others are "
     "passed over. Named groups are words for the commands. `(?<revision>…)` is what the revision "
     "is called, and `(?<file>…)` where its file is; with `(?<series>…)`, as Django's apps, a "
     "command goes up or down within one series.",
     .standard = "the line; the file's name up to its last dot",
     .offset = G_STRUCT_OFFSET(PgsCommandSettings, match)},
    {"up", &pgs_shape_text_list,
     "A program with its arguments, a list, that goes up to `{revision}`.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsCommandSettings, up)},
    {"down", &pgs_shape_text_list,
     "A program with its arguments, a list, that goes down to `{revision}`: the last one that it "
     "undoes is `{undo}`.",
     .standard = "there is no way down", .offset = G_STRUCT_OFFSET(PgsCommandSettings, down)},
    {"base", &pgs_shape_text, "What `{revision}` is where everything is to be undone: `0`, `zero`.",
     .standard = "`base`", .offset = G_STRUCT_OFFSET(PgsCommandSettings, base)},
    {"one-by-one", &pgs_shape_flag,
     "The tool's commands run one revision each: up runs `{revision}`, down undoes `{undo}`.",
     .standard = "`false`", .offset = G_STRUCT_OFFSET(PgsCommandSettings, one_by_one)},
    {"probe", &pgs_shape_text_list,
     "A program with its arguments, a list, that only reads the database (`migrate:status`). It is "
     "run before all others, to see that the tool goes to the database that it is given: first "
     "with that database closed, where it has to fail, then with it open.",
     .offset = G_STRUCT_OFFSET(PgsCommandSettings, probe)},
    {"folder", &pgs_shape_text, "Where the commands are run.", .standard = "this file's folder",
     .read = pgs_read_path, .offset = G_STRUCT_OFFSET(PgsCommandSettings, folder),
     .detail = "folder"},
    {0},
};
const PgsShape pgs_shape_commands = {
    .type = PGS_SHAPE_RECORD,
    .name = "commands",
    .doc = "Commands for a tool whose migrations pgstair does not read: Django, Rails, Knex, … "
           "Each is a list, a program and its arguments, run without a shell. In them "
           "`{revision}`, `{undo}`, `{url}`, `{host}`, `{port}`, `{user}`, `{password}` and "
           "`{database}` stand for the revision and for the database that they are to work on, "
           "whose URL is in the environment too (`DATABASE_URL`, `url-variable`). A brace of their "
           "own is written twice.",
    .example = "migrations: db/migrate\n"
               "commands:\n"
               "  files: \"*.rb\"\n"
               "  match: ^(?<revision>\\d+)_\n"
               "  up: [bin/rails, db:migrate, \"VERSION={revision}\"]\n"
               "  down: [bin/rails, db:migrate, \"VERSION={revision}\"]\n"
               "  base: 0\n",
    .fields = commands_fields,
    .one_of = sources,
};

/* Whether it is a word of a command: of those of the table, or a group of match. */
typedef struct {
    GPtrArray *names; /* char *, NULL-terminated */
    GRegex *match;    /* or NULL */
} Words;

static char *
find_word(const char *word, gpointer data)
{
    const Words *words = data;
    gboolean is_known = g_strv_contains((const char *const *)words->names->pdata, word) ||
                        (words->match != NULL && g_regex_get_string_number(words->match, word) > 0);
    return is_known ? g_strdup(word) : NULL;
}

static gboolean
at(const PgsNode *node, GError **error)
{
    pgs_error_prefix(error, "%s:%u:%u: ", node->place.file, node->place.line, node->place.column);
    return FALSE;
}

static gboolean
check_command(const PgsNode *command, const Words *words, GError **error)
{
    for (guint i = 0; command != NULL && i < pgs_node_count(command); i++) {
        const PgsNode *text = pgs_node_at(command, i);
        g_autofree char *expanded =
            pgs_template_expand(text->text, (const char *const *)words->names->pdata, find_word,
                                (gpointer)words, error);
        if (expanded == NULL)
            return at(text, error);
    }
    return TRUE;
}

static gboolean
check_program(const PgsNode *command, GError **error)
{
    if (command == NULL || *pgs_node_at(command, 0)->text != '\0')
        return TRUE;
    return pgs_node_error(pgs_node_at(command, 0), PGS_CONFIG_ERROR_VALUE, error,
                          "the first word of a command is a program", "the program has no name");
}

static gboolean
check_commands(const PgsNode *value, GError **error)
{
    static const char *const keys[] = {"up", "down", "probe"};
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const char *const *name = pgs_template_place_words; *name != NULL; name++)
        g_ptr_array_add(names, (gpointer)*name);
    g_ptr_array_add(names, (gpointer) "revision");
    g_ptr_array_add(names, (gpointer) "undo");
    g_ptr_array_add(names, NULL);
    const PgsNode *match = pgs_node_get(value, "match");
    g_autoptr(GError) problem = NULL;
    g_autoptr(GRegex) regex = match != NULL ? g_regex_new(match->text, 0, 0, &problem) : NULL;
    if (problem != NULL)
        return pgs_node_error(match, PGS_CONFIG_ERROR_VALUE, error,
                              "a regular expression as Perl has it", "no regular expression: %s",
                              problem->message);
    Words words = {.names = names, .match = regex};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const PgsNode *command = pgs_node_get(value, keys[i]);
        if (!check_program(command, error) || !check_command(command, &words, error))
            return FALSE;
    }
    return check_program(pgs_node_get(value, "list"), error);
}

gboolean
pgs_read_commands(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  gpointer context, GError **error)
{
    const PgsReading *reading = context;
    PgsCommandSettings *commands = &((PgsSystem *)target)->tool->commands;
    if (!pgs_fields_read(commands_fields, value, commands, context, error) ||
        !check_commands(value, error))
        return FALSE;
    if (commands->folder == NULL)
        commands->folder = pgs_path_join(reading->folder, ".");
    return TRUE;
}
