#include "base/error.h"
#include "migration/command.h"
#include "migration/formats.h"
#include "migration/nowhere.h"
#include "migration/pairs.h"
#include "project/paths.h"

#include <fnmatch.h>
#include <string.h>

/*
 * A tool that pgstair.yaml describes by commands: which revisions there are comes of a list that a
 * command prints, or of the names of files.  That is before there is a database, so the command
 * gets none: what it is told leads nowhere.
 */
static const PgsTool tool = {.name = "the project's commands"};

enum { TAIL_LINES = 12 };

/* ---- lines and paths ---- */

typedef struct {
    const PgsFolder *folder;
    PgsHistory *history;
    const PgsCommandSettings *commands;
    GRegex *match;     /* or NULL */
    GHashTable *known; /* id → the line that has it */
} Reading;

/* Names of groups, as they stand in the expression itself: GRegex does not list them. */
static GPtrArray *
group_names(const char *pattern)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GRegex) group = g_regex_new("\\(\\?P?[<'](\\w+)[>']", 0, 0, NULL);
    g_autoptr(GMatchInfo) info = NULL;
    g_regex_match(group, pattern, 0, &info);
    for (; g_match_info_matches(info); g_match_info_next(info, NULL))
        g_ptr_array_add(names, g_match_info_fetch(info, 1));
    return names;
}

static char **
make_words(const Reading *reading, const GMatchInfo *info)
{
    g_autoptr(GPtrArray) names = group_names(reading->commands->match);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_autofree char *value = g_match_info_fetch_named(info, name);
        g_ptr_array_add(words, g_strdup_printf("%s=%s", name, value != NULL ? value : ""));
    }
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&words), FALSE);
}

/* SQL in whatever language a file is written in: what belongs to the whole cluster. */
static PgsStatementFlags
guess_flags(GBytes *text)
{
    static const char cluster[] =
        "\\b(create|alter|drop)\\s+(role|tablespace|database)\\s|\\b(create|drop)\\s+user\\s+"
        "(?!mapping\\b)\\S+\\s*(with|password|;|\"|'|`)|\\balter\\s+system\\s+(re)?set\\b|"
        "\\bgrant\\s+\\S+\\s+to\\s";
    gsize length;
    const char *data = g_bytes_get_data(text, &length);
    g_autofree char *valid = g_utf8_make_valid(length > 0 ? data : "", (gssize)length);
    return g_regex_match_simple(cluster, valid, G_REGEX_CASELESS, 0) ? PGS_STATEMENT_CLUSTER : 0;
}

/* path and text NULL: nobody knows which file it is. */
static PgsStep *
make_step(const Reading *reading, const char *path, GBytes *text)
{
    PgsStep *step =
        pgs_step_new_tool(path != NULL ? path : reading->history->folder, path != NULL, &tool);
    if (text != NULL) {
        g_bytes_unref(step->text);
        step->text = g_bytes_ref(text);
        step->flags = guess_flags(text);
    }
    return step;
}

/* The file that a line names, where it is one. */
static GBytes *
read_named(const Reading *reading, const char *name, char **path)
{
    if (name == NULL || *name == '\0')
        return NULL;
    g_autofree char *joined = pgs_path_join(reading->commands->folder, name);
    g_autofree char *folder = g_path_get_dirname(joined);
    g_autofree char *base = g_path_get_basename(joined);
    char *text = pgs_file_text_beside(folder, base);
    if (text == NULL)
        return NULL;
    *path = g_steal_pointer(&joined);
    return g_bytes_new_take(text, strlen(text));
}

static gboolean
add_revision(Reading *reading, const char *id, char **words, const char *path, GBytes *text,
             const char *line, GError **error)
{
    const char *other = g_hash_table_lookup(reading->known, id);
    if (other != NULL) {
        g_strfreev(words);
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                      "commands: match: says what of it the revision is called",
                      "two revisions are called \"%s\": \"%s\" and \"%s\"", id, other, line);
        return FALSE;
    }
    g_hash_table_insert(reading->known, g_strdup(id), g_strdup(line));
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->id = g_strdup(id);
    revision->name = g_strdup("");
    revision->label = g_strdup(id);
    revision->words = words;
    revision->up = make_step(reading, path, text);
    if (reading->commands->down != NULL)
        revision->down = make_step(reading, path, text);
    g_ptr_array_add(reading->history->revisions, revision);
    return TRUE;
}

/* A line, or a file's path; those that match passes over are none.  file: or NULL. */
static gboolean
take_line(Reading *reading, const char *line, PgsFolderFile *file, GError **error)
{
    g_autofree char *id = NULL, *path = NULL;
    g_autoptr(GMatchInfo) info = NULL;
    char **words = NULL;
    if (reading->match != NULL && !g_regex_match(reading->match, line, 0, &info))
        return TRUE;
    if (info != NULL) {
        id = g_match_info_fetch_named(info, "revision");
        if (id == NULL || *id == '\0') {
            g_free(id);
            id = g_match_info_fetch(info, 0);
        }
        words = make_words(reading, info);
    } else if (file != NULL) {
        id = g_path_get_basename(line);
        char *dot = strrchr(id, '.');
        if (dot != NULL && dot > id)
            *dot = '\0';
    } else {
        id = g_strdup(line);
    }
    g_autoptr(GBytes) text = NULL;
    if (file != NULL) {
        GBytes *read = pgs_folder_text(file, error);
        if (read == NULL) {
            g_strfreev(words);
            return FALSE;
        }
        text = g_bytes_ref(read);
        path = g_strdup(file->path);
    } else if (info != NULL) {
        g_autofree char *name = g_match_info_fetch_named(info, "file");
        text = read_named(reading, name, &path);
    }
    return add_revision(reading, id, words, path, text, line, error);
}

/* ---- files ---- */

static gboolean
has_number(const PgsFolderFile *file)
{
    g_autofree char *name = g_path_get_basename(file->name);
    return g_ascii_isdigit(*name);
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
    const PgsFolderFile *left = *(PgsFolderFile *const *)a, *right = *(PgsFolderFile *const *)b;
    g_autofree char *left_name = g_path_get_basename(left->name);
    g_autofree char *right_name = g_path_get_basename(right->name);
    g_autofree char *left_digits = g_strndup(left_name, strspn(left_name, "0123456789"));
    g_autofree char *right_digits = g_strndup(right_name, strspn(right_name, "0123456789"));
    g_autofree char *left_key = pgs_pairs_number_key(left_digits);
    g_autofree char *right_key = pgs_pairs_number_key(right_digits);
    int order = strcmp(left_key, right_key);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static gboolean
read_files(Reading *reading, GError **error)
{
    const char *pattern = reading->commands->files;
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    gboolean numbered = TRUE;
    for (guint i = 0; i < reading->folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(reading->folder->files, i);
        if (fnmatch(pattern, file->name, FNM_PATHNAME | FNM_PERIOD) != 0)
            continue;
        numbered &= has_number(file);
        g_ptr_array_add(found, file);
    }
    if (found->len == 0) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "files: is relative to migrations:, the folder of migrations",
                      "no file in %s fits commands: files: %s", reading->folder->path, pattern);
        return FALSE;
    }
    if (numbered)
        g_ptr_array_sort(found, compare_numbers);
    for (guint i = 0; i < found->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(found, i);
        if (!take_line(reading, file->name, file, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- list ---- */

#define LIST_HINT                                                                                  \
    "commands: list: is run without a database: it has to tell the revisions from the files; or "  \
    "commands: files: names them (docs/recipes.md)"

static gboolean
refuse_list(const PgsProcess *process, const PgsProcessResult *result, GError **error)
{
    g_autofree char *line = pgs_process_to_string(process);
    g_autofree char *tail = pgs_command_tail(result, TAIL_LINES);
    g_autofree char *ended = result->exit_status != 0
                                 ? g_strdup_printf("ended with status %d", result->exit_status)
                                 : g_strdup("printed no revision");
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL, LIST_HINT, "%s %s%s%s",
                  line, ended, *tail != '\0' ? ":\n" : "", tail);
    return FALSE;
}

static gboolean
read_list(Reading *reading, GError **error)
{
    const PgsToolSettings *settings = reading->history->settings;
    char **words = settings->commands.list;
    g_autoptr(PgsProcess) process = pgs_command_process(settings, words[0]);
    for (char **word = words + 1; *word != NULL; word++)
        pgs_process_add(process, *word);
    pgs_nowhere_set_environment(settings, process);
    pgs_process_set_cancellable(process, reading->history->cancellable);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) local = NULL;
    if (!pgs_process_run(process, &result, &local)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL, NULL, "%s",
                      local->message);
        return FALSE;
    }
    if (result.exit_status != 0)
        return refuse_list(process, &result, error);
    g_autofree char *output = pgs_command_plain(result.output, result.output_length);
    g_auto(GStrv) lines = g_strsplit(output, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_strstrip(*line);
        if (**line != '\0' && !take_line(reading, *line, NULL, error))
            return FALSE;
    }
    return reading->history->revisions->len > 0 || refuse_list(process, &result, error);
}

/* ---- both ---- */

gboolean
pgs_commands_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    const PgsCommandSettings *commands = &history->settings->commands;
    if (commands->up == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "docs/recipes.md has it for Django, Rails, Knex and others",
                      "%s: the format commands needs \"commands:\" in pgstair.yaml", folder->path);
        return FALSE;
    }
    history->driver = PGS_DRIVER_COMMANDS;
    history->forward_only = commands->down == NULL;
    history->root = g_strdup(commands->folder);
    g_autoptr(GRegex) match =
        commands->match != NULL ? g_regex_new(commands->match, 0, 0, error) : NULL;
    if (commands->match != NULL && match == NULL)
        return FALSE;
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    Reading reading = {folder, history, commands, match, known};
    return commands->files != NULL ? read_files(&reading, error) : read_list(&reading, error);
}
