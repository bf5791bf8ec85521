#include "base/error.h"
#include "migration/alembic_project.h"
#include "migration/alembic_refusal.h"
#include "migration/formats.h"
#include "migration/nowhere.h"
#include "migration/pairs.h"

#include <json-glib/json-glib.h>
#include <string.h>

enum {
    LIST_MS = 60 * 1000, /* for what revisions import */
};

/* github.com/sqlalchemy/alembic: what is a revision and in which order they are run is asked of it
 * (script/base.py, ScriptDirectory; script/revision.py, RevisionMap) in the project's own Python.
 */
static const PgsTool tool = {
    .name = "alembic",
    .alone = "put it into \"with op.get_context().autocommit_block():\"",
};

/* ---- signs ---- */

/* A file of revisions names what is below it. */
static gboolean
is_revision(PgsFolderFile *file)
{
    GBytes *text = g_str_has_suffix(file->name, ".py") ? pgs_folder_text(file, NULL) : NULL;
    gsize length;
    const char *bytes = text != NULL ? g_bytes_get_data(text, &length) : NULL;
    return bytes != NULL && g_strstr_len(bytes, (gssize)length, "down_revision") != NULL;
}

static gboolean
has_revision(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && is_revision(file))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_script_directory(const PgsFolder *folder)
{
    return pgs_folder_find(folder, "env.py") != NULL &&
           (pgs_folder_find(folder, "script.py.mako") != NULL ||
            g_ptr_array_find_with_equal_func(folder->folders, "versions", g_str_equal, NULL));
}

/* A file of Alembic's in the folder or in one right below it. */
static gboolean
has_configuration(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_autofree char *name = g_path_get_basename(file->name);
        if (strcmp(name, "alembic.ini") == 0 || strcmp(name, "pyproject.toml") == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_alembic_fits(const PgsFolder *folder)
{
    return is_script_directory(folder) || has_revision(folder);
}

gboolean
pgs_alembic_recognise(const PgsFolder *folder, char **reason)
{
    if (!has_configuration(folder) && !pgs_alembic_fits(folder))
        return FALSE;
    g_autoptr(PgsAlembicProject) project = pgs_alembic_project_find(folder->real, NULL);
    gboolean may_lack = pgs_folder_find(folder, "alembic.ini") != NULL || pgs_alembic_fits(folder);
    /* Sections of other names are Alembic's, too; which one is meant has to be said. */
    g_autofree char *unsaid =
        project == NULL && may_lack ? pgs_alembic_unsaid_section(folder->real) : NULL;
    const char *sign = project != NULL ? project->sign : unsaid;
    if (sign == NULL)
        return FALSE;
    *reason = g_strdup_printf("there is %s", sign);
    return TRUE;
}

/* ---- what Alembic lists ---- */

typedef struct {
    const PgsFolder *folder;
    PgsHistory *history;
    PgsAlembicProject *project;
} Reading;

static char **
texts_of(JsonObject *object, const char *name)
{
    JsonArray *array = json_object_get_array_member(object, name);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (guint i = 0; array != NULL && i < json_array_get_length(array); i++)
        g_strv_builder_add(builder, json_array_get_string_element(array, i));
    return g_strv_builder_end(builder);
}

/* What of it belongs to the whole cluster: in the SQL that Python's texts hold. */
static PgsStatementFlags
flags_of(const char *text, gsize length)
{
    static const char pattern[] =
        "\\b(CREATE|ALTER|DROP)\\s+(ROLE|USER(?!\\s+MAPPING)|GROUP|TABLESPACE|DATABASE)\\b|"
        "\\bALTER\\s+SYSTEM\\b|\\bREASSIGN\\s+OWNED\\b";
    g_autoptr(GRegex) regex =
        g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    return g_regex_match_full(regex, text, (gssize)length, 0, 0, NULL, NULL) ? PGS_STATEMENT_CLUSTER
                                                                             : 0;
}

/* line 0: the file has no such function. */
static PgsStep *
make_step(const char *path, gint64 line, GBytes *text)
{
    if (line <= 0)
        return NULL;
    PgsStep *step = pgs_step_new_tool(path, (guint)line, &tool);
    if (text == NULL)
        return step;
    gsize length;
    const char *bytes = g_bytes_get_data(text, &length);
    step->flags = flags_of(bytes != NULL ? bytes : "", length);
    g_bytes_unref(step->text);
    step->text = g_bytes_ref(text);
    return step;
}

/* The rest of a file's name behind the revision's id. */
static char *
name_behind(const char *base, const char *id)
{
    gsize length = strlen(id);
    return g_strdup(g_str_has_prefix(base, id) && base[length] == '_' ? base + length + 1 : base);
}

static void
add_revision(const Reading *reading, JsonObject *item, GHashTable *labels)
{
    PgsRevision *revision = g_new0(PgsRevision, 1);
    const char *file = pgs_alembic_text(item, "file");
    g_autofree char *path = pgs_alembic_shown(reading->folder, file);
    g_autofree char *base = g_path_get_basename(file);
    g_autofree char *contents = NULL;
    gsize length = 0;
    char *suffix = strrchr(base, '.');
    if (suffix != NULL)
        *suffix = '\0';
    g_autoptr(GBytes) text =
        g_file_get_contents(file, &contents, &length, NULL) ? g_bytes_new(contents, length) : NULL;
    revision->id = g_strdup(pgs_alembic_text(item, "id"));
    revision->name = name_behind(base, revision->id);
    /* Two folders of versions may hold files of one name. */
    revision->label = g_hash_table_contains(labels, base)
                          ? g_strdup_printf("%s_%s", revision->id, base)
                          : g_strdup(base);
    g_hash_table_add(labels, g_strdup(revision->label));
    /* Without an upgrade() Alembic fails on reaching it. */
    gint64 line = json_object_get_int_member(item, "upgrade");
    revision->up = make_step(path, MAX(line, 1), text);
    revision->down = make_step(path, json_object_get_int_member(item, "downgrade"), text);
    revision->parents = texts_of(item, "parents");
    revision->depends = texts_of(item, "depends");
    g_ptr_array_add(reading->history->revisions, revision);
}

/* Whether each revision has just the one before it below it. */
static gboolean
is_list(const GPtrArray *revisions)
{
    const char *before = NULL;
    for (guint i = 0; i < revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(revisions, i);
        guint n = g_strv_length(revision->parents);
        if (revision->depends[0] != NULL || n != (before != NULL ? 1 : 0) ||
            (before != NULL && strcmp(revision->parents[0], before) != 0))
            return FALSE;
        before = revision->id;
    }
    return TRUE;
}

static void
forget_graph(PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_clear_pointer(&revision->parents, g_strfreev);
        g_clear_pointer(&revision->depends, g_strfreev);
    }
    g_clear_pointer(&history->heads, g_strfreev);
}

/* "a1b2 (versions/a1b2_x.py), c3d4 (…)" */
static char *
list_heads(const PgsHistory *history)
{
    GString *list = g_string_new(NULL);
    for (char **head = history->heads; *head != NULL; head++) {
        gint index;
        const PgsRevision *revision = pgs_history_find(history, *head, &index, NULL)
                                          ? g_ptr_array_index(history->revisions, (guint)index)
                                          : NULL;
        g_string_append_printf(list, "%s%s (%s)", list->len > 0 ? ", " : "", *head,
                               revision != NULL ? revision->up->path : "?");
    }
    return g_string_free(list, FALSE);
}

/* alembic.command.upgrade() of "head" with several: revision.MultipleHeads. */
static gboolean
judge_heads(const Reading *reading, GError **error)
{
    PgsHistory *history = reading->history;
    guint n = g_strv_length(history->heads);
    if (n < 2)
        return TRUE;
    g_autofree char *list = list_heads(history);
    if (history->settings->alembic.all_heads) {
        pgs_history_note(history, PGS_NOTE_INFO, "folder.heads", NULL,
                         "%u heads, as pgstair.yaml has it: %s", n, list);
        return TRUE;
    }
    pgs_error_set(
        error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
        "merge them with \"alembic merge heads\", or, where several are meant, write "
        "\"alembic: {heads: all}\" into pgstair.yaml",
        "%s: %u heads, and \"alembic upgrade head\" refuses them (Multiple head revisions "
        "are present for given argument 'head'): %s",
        reading->folder->path, n, list);
    return FALSE;
}

static const char *
why_not_below(JsonObject *answer)
{
    return json_object_get_boolean_member_with_default(answer, "can_recurse", TRUE)
               ? "recursive_version_locations is not set"
               : "recursive_version_locations came with Alembic 1.10";
}

/* Nothing is listed, and the notes would go unheard with the list. */
static gboolean
refuse_passed_over(const Reading *reading, JsonObject *answer, GError **error)
{
    g_auto(GStrv) paths = texts_of(answer, "passed_over");
    g_autoptr(GString) list = g_string_new(NULL);
    for (char **path = paths; *path != NULL; path++) {
        g_autofree char *shown = pgs_alembic_shown(reading->folder, *path);
        g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", shown);
    }
    gboolean can_recurse = json_object_get_boolean_member_with_default(answer, "can_recurse", TRUE);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  can_recurse ? "where they hold revisions: recursive_version_locations = true in "
                                "alembic.ini, or version_locations that names each folder"
                              : "name each folder in version_locations, or take Alembic 1.10 with "
                                "recursive_version_locations = true",
                  "%s: Alembic %s sees no revision; it passes over %s (%s)", reading->folder->path,
                  pgs_alembic_text(answer, "alembic"), list->str, why_not_below(answer));
    return FALSE;
}

static void
note_passed_over(const Reading *reading, JsonObject *answer)
{
    g_auto(GStrv) paths = texts_of(answer, "passed_over");
    for (char **path = paths; *path != NULL; path++) {
        g_autofree char *shown = pgs_alembic_shown(reading->folder, *path);
        gboolean is_folder = g_file_test(*path, G_FILE_TEST_IS_DIR);
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.unmatched", shown, "%s%s",
                         is_folder ? "alembic does not look for revisions in this folder: "
                                   : "alembic takes no notice of this file: its name does not end "
                                     "in .py",
                         is_folder ? why_not_below(answer) : "");
    }
}

/* Tables of versions of other names than alembic_version. */
static void
take_ledger(PgsHistory *history, JsonObject *answer)
{
    g_auto(GStrv) names = texts_of(answer, "ledger");
    if (names[0] == NULL)
        return;
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    for (const char *const *name = history->ledger; *name != NULL; name++)
        g_strv_builder_add(builder, *name);
    g_strv_builder_addv(builder, (const char **)names);
    history->own_ledger = g_strv_builder_end(builder);
    history->ledger = (const char *const *)history->own_ledger;
}

static gboolean
take_list(const Reading *reading, JsonObject *answer, GError **error)
{
    PgsHistory *history = reading->history;
    JsonArray *items = json_object_get_array_member(answer, "revisions");
    g_autoptr(GHashTable) labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < json_array_get_length(items); i++)
        add_revision(reading, json_array_get_object_element(items, i), labels);
    history->heads = texts_of(answer, "heads");
    if (json_array_get_length(items) == 0 &&
        json_array_get_length(json_object_get_array_member(answer, "passed_over")) > 0)
        return refuse_passed_over(reading, answer, error);
    note_passed_over(reading, answer);
    take_ledger(history, answer);
    reading->project->hides_books =
        json_object_get_boolean_member_with_default(answer, "hides_ledger", FALSE);
    if (!judge_heads(reading, error))
        return FALSE;
    if (is_list(history->revisions))
        forget_graph(history);
    reading->project->scheme = g_strdup(pgs_alembic_text(answer, "scheme"));
    char *reason =
        g_strdup_printf("%s; Alembic %s with SQLAlchemy %s in %s: %s",
                        history->reason != NULL ? history->reason : "it was asked for",
                        pgs_alembic_text(answer, "alembic"), pgs_alembic_text(answer, "sqlalchemy"),
                        reading->project->python.path, reading->project->python.reason);
    g_free(history->reason);
    history->reason = reason;
    return TRUE;
}

/* ---- asking it ---- */

/* Whether it is an answer; else error has what is wrong. */
static gboolean
check_answer(const Reading *reading, JsonObject *answer, GError *cause, GError **error)
{
    if (answer == NULL) {
        gboolean is_cancelled =
            g_error_matches(cause, PGS_PROCESS_ERROR, PGS_PROCESS_ERROR_CANCELLED);
        pgs_error_set(
            error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL,
            is_cancelled ? NULL : "\"alembic history\" has to work in the same environment",
            "%s: the revisions could not be listed: %s", reading->project->sign, cause->message);
        return FALSE;
    }
    JsonObject *said = pgs_alembic_error(answer);
    return said == NULL ||
           pgs_alembic_refuse_list(reading->folder, reading->project, said, answer, error);
}

/* The URL that leads nowhere gets the project's scheme, unless it was told one. */
static JsonObject *
opening(const Reading *reading)
{
    const PgsToolSettings *settings = reading->history->settings;
    g_autofree char *nowhere = pgs_nowhere_url(settings);
    JsonObject *request =
        pgs_alembic_project_opening(reading->project, settings->alembic.arguments, NULL, NULL);
    if (settings->url_scheme == NULL)
        json_object_set_string_member(request, "nowhere", nowhere);
    return request;
}

static gboolean
list_revisions(const Reading *reading, GError **error)
{
    const PgsToolSettings *settings = reading->history->settings;
    g_autoptr(GError) cause = NULL;
    PgsProcess *process = pgs_alembic_project_process(reading->project);
    pgs_process_set_timeout(process, MAX(settings->timeout, LIST_MS));
    pgs_process_set_cancellable(process, reading->history->cancellable);
    pgs_nowhere_set_environment(settings, process);
    g_autoptr(PgsCompanion) companion = pgs_companion_start(process, &cause);
    g_autoptr(JsonObject) opened =
        companion != NULL ? pgs_alembic_ask(companion, opening(reading), NULL, NULL, &cause) : NULL;
    if (!check_answer(reading, opened, cause, error))
        return FALSE;
    g_autoptr(JsonObject) answer =
        pgs_alembic_ask(companion, pgs_alembic_request("list"), NULL, NULL, &cause);
    if (!check_answer(reading, answer, cause, error) || !take_list(reading, answer, error))
        return FALSE;
    /* What the project's own modules have seen of the environment is not what they will see. */
    if (json_object_get_boolean_member_with_default(answer, "clean", FALSE))
        reading->project->idle = g_steal_pointer(&companion);
    return TRUE;
}

gboolean
pgs_alembic_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    history->driver = PGS_DRIVER_ALEMBIC;
    history->alembic = pgs_alembic_project_find(folder->real, history->settings);
    if (history->alembic == NULL)
        return pgs_alembic_refuse_project(folder, history->settings, error);
    history->root = g_strdup(history->alembic->root);
    if (pgs_alembic_needs_flask(history->alembic))
        return pgs_alembic_refuse_flask(folder, history->alembic, error);
    if (!pgs_python_find(history->root, history->settings->alembic.python, "alembic",
                         history->cancellable, &history->alembic->python, error))
        return FALSE;
    const Reading reading = {.folder = folder, .history = history, .project = history->alembic};
    return list_revisions(&reading, error);
}
