#include "base/error.h"
#include "base/process.h"
#include "migration/alembic_project.h"
#include "operate/draft_format.h"
#include "sql/script.h"

#include <glib/gstdio.h>
#include <string.h>

/* A revision that Alembic itself makes ("alembic revision"), with the statements put where its
 * template has pass. */

#define TIMEOUT_MS (60 * 1000)
#define INDENT "    "

/* ---- a statement in Python ---- */

/* Python's \w, and what SQLAlchemy counts as one. */
static gboolean
is_word(const char *at)
{
    gunichar character = g_utf8_get_char(at);
    return character == '_' || character == '$' || g_unichar_isalnum(character);
}

/*
 * Whether the colon needs a backslash: SQLAlchemy's text() would take it for a parameter's, or take
 * away the backslash that is in front of it already (sqlalchemy/sql/compiler.py, BIND_PARAMS and
 * BIND_PARAMS_ESC).  Neither does so where another colon follows the name.
 */
static gboolean
needs_backslash(const char *text, const char *at)
{
    const char *end = at + 1;
    while (*end != '\0' && is_word(end))
        end = g_utf8_next_char(end);
    if (*end == ':')
        return FALSE;
    const char *before = at > text ? g_utf8_prev_char(at) : NULL;
    if (before != NULL && *before == '\\')
        return TRUE;
    return end > at + 1 && (before == NULL || (*before != ':' && !is_word(before)));
}

static void
append_statement(GString *python, const char *sql)
{
    g_string_append(python, INDENT "op.execute(\n" INDENT INDENT "\"\"\"\n");
    for (const char *at = sql; *at != '\0'; at++) {
        if (*at == '\\' || *at == '"')
            g_string_append_c(python, '\\');
        else if (*at == ':' && needs_backslash(sql, at))
            g_string_append(python, "\\\\");
        g_string_append_c(python, *at);
    }
    g_string_append(python, "\n" INDENT INDENT "\"\"\"\n" INDENT ")\n");
}

/* Each statement with the comments in front of it; "" where there is none.  NULL with error. */
static char *
make_body(const char *sql, GError **error)
{
    g_autoptr(PgsScript) script = pgs_script_new(sql, strlen(sql), FALSE, NULL, error);
    if (script == NULL)
        return NULL;
    GString *python = g_string_new(NULL);
    gsize at = 0;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        g_autofree char *text = g_strndup(sql + at, statement->end - at);
        append_statement(python, g_strstrip(text));
        at = statement->end + (sql[statement->end] == ';');
    }
    return g_string_free(python, FALSE);
}

/* ---- the file ---- */

/* Replaces the first line that is only "pass" behind "def <name>(". */
static gboolean
put_body(GString *text, const char *function, const char *body)
{
    g_autofree char *mark = g_strconcat("def ", function, "(", NULL);
    const char *start = strstr(text->str, mark);
    const char *pass = start != NULL ? strstr(start, "\n" INDENT "pass") : NULL;
    if (pass == NULL)
        return FALSE;
    gsize at = (gsize)(pass - text->str) + 1;
    gsize length = strlen(INDENT "pass");
    if (text->str[at + length] == '\n')
        length++;
    g_string_erase(text, (gssize)at, (gssize)length);
    g_string_insert(text, (gssize)at, body);
    return TRUE;
}

static gboolean
fill_file(const PgsDraftRequest *request, const char *path, GError **error)
{
    if (request->up == NULL)
        return TRUE;
    g_autofree char *before = NULL;
    if (!g_file_get_contents(path, &before, NULL, error))
        return FALSE;
    g_autoptr(GString) text = g_string_new(before);
    g_autofree char *note = pgs_draft_note(request->note, "# ");
    g_autofree char *up = make_body(request->up, error);
    g_autofree char *down =
        up == NULL ? NULL : make_body(request->down != NULL ? request->down : "", error);
    if (down == NULL)
        return FALSE;
    if (!put_body(text, "upgrade", up) || (*down != '\0' && !put_body(text, "downgrade", down))) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                      "its template (script.py.mako) has to write pass where nothing is done",
                      "%s: there is no place for the statements", path);
        return FALSE;
    }
    g_string_prepend(text, note);
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

/* ---- Alembic ---- */

static gboolean
check_heads(const PgsHistory *history, GError **error)
{
    if (history->heads == NULL || g_strv_length(history->heads) < 2)
        return TRUE;
    g_autofree char *list = g_strjoinv(", ", history->heads);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT,
                  "join them first: alembic merge heads -m \"merge\"",
                  "there is more than one head (%s): a new revision could follow each", list);
    return FALSE;
}

static gboolean
run_alembic(const PgsDraftRequest *request, GCancellable *cancellable, GError **error)
{
    const PgsAlembicProject *project = request->history->alembic;
    g_autoptr(PgsProcess) process = pgs_process_new(project->python.path);
    pgs_process_add_many(process, "-m", "alembic.config", NULL);
    if (project->config != NULL)
        pgs_process_add_many(process, "-c", project->config, NULL);
    if (project->section != NULL)
        pgs_process_add_many(process, "-n", project->section, NULL);
    char **arguments = request->history->settings->alembic.arguments;
    for (; arguments != NULL && *arguments != NULL; arguments++)
        pgs_process_add_many(process, "-x", *arguments, NULL);
    pgs_process_add(process, "revision");
    pgs_process_add_printf(process, "--message=%s", request->description);
    char **environment = request->history->settings->environment;
    for (; environment != NULL && *environment != NULL; environment++) {
        g_auto(GStrv) parts = g_strsplit(*environment, "=", 2);
        if (parts[0] != NULL && parts[1] != NULL)
            pgs_process_set_env(process, parts[0], parts[1]);
    }
    pgs_process_set_directory(process, project->root);
    pgs_process_set_timeout(process, TIMEOUT_MS);
    pgs_process_set_cancellable(process, cancellable);
    return pgs_process_run_checked(process, NULL, error);
}

/* ---- what Alembic leaves when it fails ---- */

/* The folders in which revisions lie, with the paths of all that lies in them: a set. */
typedef struct {
    GHashTable *folders, *files;
} Traces;

static void
traces_clear(Traces *traces)
{
    g_clear_pointer(&traces->folders, g_hash_table_unref);
    g_clear_pointer(&traces->files, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Traces, traces_clear)

typedef void (*TakeFile)(const char *path, gpointer data);

static void
each_file(const char *folder, TakeFile take, gpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_str_has_suffix(name, ".py"))
            take(path, data);
    }
}

static void
note_file(const char *path, gpointer data)
{
    g_hash_table_add(data, g_strdup(path));
}

static void
traces_init(Traces *traces, const PgsHistory *history)
{
    traces->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    traces->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = history->revisions->pdata[i];
        if (revision->up != NULL)
            g_hash_table_add(traces->folders, g_path_get_dirname(revision->up->path));
    }
    /* Where the first one would lie. */
    g_hash_table_add(traces->folders, g_build_filename(history->folder, "versions", NULL));
    GHashTableIter iter;
    gpointer folder;
    g_hash_table_iter_init(&iter, traces->folders);
    while (g_hash_table_iter_next(&iter, &folder, NULL))
        each_file(folder, note_file, traces->files);
}

/* A template that cannot be filled leaves a file that keeps Alembic from reading the others. */
static void
remove_new(const char *path, gpointer data)
{
    if (!g_hash_table_contains(data, path))
        g_unlink(path);
}

static void
traces_remove(const Traces *traces)
{
    GHashTableIter iter;
    gpointer folder;
    g_hash_table_iter_init(&iter, traces->folders);
    while (g_hash_table_iter_next(&iter, &folder, NULL))
        each_file(folder, remove_new, traces->files);
}

/* ---- all ---- */

/* The file of the one revision that was not there before. */
static char *
find_file(const PgsDraftRequest *request, GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsHistory) again = pgs_history_read_system(request->system, cancellable, error);
    const PgsRevision *last = again != NULL ? pgs_draft_last_revision(again) : NULL;
    const PgsRevision *before = pgs_draft_last_revision(request->history);
    if (last != NULL && (before == NULL || strcmp(last->id, before->id) != 0))
        return g_strdup(last->up->path);
    if (again != NULL)
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, NULL,
                      "Alembic has written no revision that it finds again");
    return NULL;
}

char *
pgs_draft_alembic(const PgsDraftRequest *request, GCancellable *cancellable, GError **error)
{
    if (request->history->alembic == NULL) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT, NULL,
                      "%s: there is no alembic.ini", request->history->folder);
        return NULL;
    }
    if (!check_heads(request->history, error))
        return NULL;
    g_auto(Traces) traces = {0};
    traces_init(&traces, request->history);
    g_autofree char *path =
        run_alembic(request, cancellable, error) ? find_file(request, cancellable, error) : NULL;
    if (path != NULL && fill_file(request, path, error))
        return g_steal_pointer(&path);
    traces_remove(&traces);
    return NULL;
}
