#include "migration/sqitch_script.h"

#include "base/error.h"
#include "migration/psql_script.h"

#include <string.h>

enum {
    MAX_DEPTH = 16, /* of files that include files */
};

/* App::Sqitch::Engine::pg, run_file(): a psql for each script, without a transaction of its own. */
static const PgsTool tool = {
    .name = "Sqitch",
    .alone = "take the statement out of the script's BEGIN … COMMIT: psql, by which Sqitch runs "
             "scripts, sends each statement by itself",
    .own_session = TRUE,
};

/* A script, or one that it includes. */
typedef struct {
    PgsSqitchProject *project;
    char *const *variables;
    guint depth;
    PgsStatementFlags flags; /* of all that is included */
} Reading;

/* ---- commands that are not run ---- */

static const struct {
    const char *name, *what;
} refusals[] = {
    {"e", "starts an editor"},
    {"edit", "starts an editor"},
    {"ef", "starts an editor"},
    {"ev", "starts an editor"},
    {"prompt", "asks the person at the terminal"},
    {"password", "asks the person at the terminal"},
    {"cd", "changes the folder in which psql looks for files"},
};

/* \c, \c - and \c :DBNAME, with or without a user, stay in the database. */
static gboolean
is_stranger(const char *arguments)
{
    static const char *const same[] = {"-", ":DBNAME", ":\"DBNAME\"", ":'DBNAME'", NULL};
    g_autofree char *folded = g_strdup(arguments);
    g_auto(GStrv) raw = g_strsplit_set(folded, " \t", -1);
    guint n = 0;
    for (char **word = raw; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        n++;
        if (n == 2 && strchr(*word, '=') == NULL)
            continue; /* the user */
        if (!g_strv_contains(same, *word) || (n > 2 && strcmp(*word, "-") != 0))
            return TRUE;
    }
    return FALSE;
}

/* What is wrong with running the command, or NULL.  Programs (\!, PROGRAM, `…`) are the project's
 * own code, as a migration in Python is, and find the throwaway database in their environment. */
static const char *
find_refusal(const PgsMetaCommand *command)
{
    gboolean connects = strcmp(command->name, "c") == 0 || strcmp(command->name, "connect") == 0;
    if (connects && is_stranger(command->arguments))
        return "leads psql to another database";
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        if (strcmp(command->name, refusals[i].name) == 0)
            return refusals[i].what;
    }
    return NULL;
}

static gboolean
refuse(const char *path, const PgsMetaCommand *command, const char *what, GError **error)
{
    pgs_error_set(
        error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
        "pgstair runs nothing outside of its own throwaway database: take the command out "
        "of the script",
        "%s:%u:%u: \\%s %s", path, command->position.line, command->position.column, command->name,
        what);
    return FALSE;
}

/* ---- files that are included ---- */

static const char *
variable_value(const Reading *reading, const char *name, gsize length)
{
    for (char *const *pair = reading->variables; pair != NULL && *pair != NULL; pair++) {
        if (strncmp(*pair, name, length) == 0 && (*pair)[length] == '=')
            return *pair + length + 1;
    }
    return NULL;
}

/* The file that \i names, with its quotes and variables resolved; NULL: it cannot be known. */
static char *
included_name(const Reading *reading, const char *text)
{
    g_autoptr(GString) name = g_string_new(NULL);
    gboolean quoted = FALSE;
    for (const char *at = text; *at != '\0' && (quoted || !g_ascii_isspace(*at)); at++) {
        if (*at == '\'' || *at == '"') {
            quoted = !quoted;
        } else if (*at == ':' && !quoted && (g_ascii_isalpha(at[1]) || at[1] == '_')) {
            gsize length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                                          "0123456789");
            const char *value = variable_value(reading, at + 1, length);
            if (value == NULL)
                return NULL;
            g_string_append(name, value);
            at += length;
        } else if (*at == '`') {
            return NULL;
        } else if (*at == ':' && !quoted && (at[1] == '\'' || at[1] == '"' || at[1] == '{')) {
            return NULL;
        } else {
            g_string_append_c(name, *at);
        }
    }
    return name->len > 0 ? g_strdup(name->str) : NULL;
}

static gboolean check_commands(Reading *reading, const char *path, const GPtrArray *commands,
                               GError **error);

/* A file that is not there is psql's to complain of. */
static gboolean
check_included(Reading *reading, const char *path, const PgsMetaCommand *command, GError **error)
{
    gboolean from_script =
        strcmp(command->name, "ir") == 0 || strcmp(command->name, "include_relative") == 0;
    g_autofree char *name = included_name(reading, command->arguments);
    if (name == NULL)
        return refuse(path, command, "includes a file whose name only psql can tell", error);
    if (reading->depth >= MAX_DEPTH)
        return refuse(path, command, "includes files without end", error);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *relative = from_script && !g_path_is_absolute(name)
                                    ? g_build_filename(folder, name, NULL)
                                    : g_strdup(name);
    PgsFolderFile *file = pgs_sqitch_project_file(reading->project, relative);
    GBytes *bytes = file != NULL ? pgs_folder_text(file, NULL) : NULL;
    if (bytes == NULL)
        return TRUE;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autoptr(GPtrArray) commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_meta_command_free);
    g_autoptr(PgsScript) script =
        pgs_psql_script_new(text != NULL ? text : "", length, commands, NULL, NULL);
    if (script != NULL)
        reading->flags |= pgs_script_flags(script);
    reading->depth++;
    gboolean ok = check_commands(reading, relative, commands, error);
    reading->depth--;
    return ok;
}

static gboolean
is_include(const PgsMetaCommand *command)
{
    static const char *const names[] = {"i", "ir", "include", "include_relative", NULL};
    return g_strv_contains(names, command->name);
}

/* path: from the project's root. */
static gboolean
check_commands(Reading *reading, const char *path, const GPtrArray *commands, GError **error)
{
    g_autofree char *shown = pgs_sqitch_project_shown(reading->project, path);
    for (guint i = 0; i < commands->len; i++) {
        const PgsMetaCommand *command = g_ptr_array_index(commands, i);
        const char *what = find_refusal(command);
        if (what != NULL)
            return refuse(shown, command, what, error);
        if (is_include(command) && !check_included(reading, path, command, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- steps ---- */

/* Whether the last that is said of transactions opens one: nothing to psql, which just ends. */
static gboolean
ends_open(const PgsScript *script)
{
    const PgsStatementFlags ends = PGS_STATEMENT_COMMIT | PGS_STATEMENT_ROLLBACK;
    gboolean open = FALSE;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        PgsStatementFlags flags = pgs_script_statement(script, i)->flags;
        if ((flags & PGS_STATEMENT_BEGIN) != 0)
            open = TRUE;
        else if ((flags & ends) != 0)
            open = FALSE;
    }
    return open;
}

static void
hand_to_psql(PgsStep *step, PgsScript *script, const Reading *reading)
{
    pgs_script_free(step->script);
    g_clear_error(&step->script_error);
    step->script = script;
    step->send = PGS_SEND_PSQL;
    step->flags = reading->flags;
    step->variables = g_strdupv((char **)reading->variables);
}

/* The step of a text that is read; commands: psql's in it. */
static PgsStep *
make_step(Reading *reading, PgsSqitchScript kind, const char *relative, const char *text,
          gsize length, GError **error)
{
    g_autoptr(GPtrArray) commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_meta_command_free);
    g_autoptr(GError) cause = NULL;
    g_autoptr(PgsScript) script = pgs_psql_script_new(text, length, commands, NULL, &cause);
    if (!check_commands(reading, relative, commands, error))
        return NULL;
    g_autofree char *shown = pgs_sqitch_project_shown(reading->project, relative);
    if (script != NULL && commands->len == 0)
        text = pgs_script_text(script, &length);
    PgsStep *step =
        pgs_step_new_text(shown, text, length, 1, NULL, PGS_SEND_STATEMENTS, FALSE, NULL, &tool);
    /* The scanner of another version may know more: psql and the server decide. */
    gboolean psql = script != NULL ? commands->len > 0 || pgs_psql_script_has_variables(script) ||
                                         (kind == PGS_SQITCH_VERIFY && ends_open(script))
                                   : commands->len > 0 || g_error_matches(cause, PGS_SQL_ERROR,
                                                                          PGS_SQL_ERROR_LEXICAL);
    if (psql)
        hand_to_psql(step, g_steal_pointer(&script), reading);
    return step;
}

PgsStep *
pgs_sqitch_script_step(PgsSqitchProject *project, const char *relative, PgsSqitchScript script,
                       GError **error)
{
    PgsFolderFile *file = pgs_sqitch_project_file(project, relative);
    GBytes *bytes = file != NULL ? pgs_folder_text(file, error) : NULL;
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    Reading reading = {.project = project, .variables = project->variables[script]};
    return make_step(&reading, script, relative, text != NULL ? text : "", length, error);
}

PgsStep *
pgs_sqitch_script_missing(const PgsSqitchProject *project, const char *relative, const char *plan,
                          guint line)
{
    g_autofree char *shown = pgs_sqitch_project_shown(project, relative);
    return pgs_step_new_refused(plan, line, &tool,
                                "write the script, or take the change out of the plan",
                                "the change's script is not there: %s", shown);
}
