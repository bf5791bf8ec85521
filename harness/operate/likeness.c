#include "operate/likeness.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/fs.h"
#include "driver/login.h"
#include "operate/operate_error.h"
#include "operate/throwaway.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_operate_files[];

void
pgs_likeness_free(PgsLikeness *likeness)
{
    if (likeness == NULL)
        return;
    g_clear_pointer(&likeness->tools, pgs_backup_tools_free);
    g_clear_pointer(&likeness->books, g_ptr_array_unref);
    g_clear_pointer(&likeness->prepare, g_ptr_array_unref);
    g_free(likeness->owner);
    if (likeness->folder != NULL)
        pgs_fs_remove_tree(likeness->folder, NULL);
    g_free(likeness->folder);
    g_free(likeness->start);
    g_free(likeness->server);
    g_free(likeness);
}

/* ---- what is asked of the target ---- */

/* The names that the reader has found beyond those that tools use by default. */
static gboolean
name_books(const PgsLikeness *likeness, PgsConnection *reader, GError **error)
{
    g_autofree char *names = likeness->history->ledger != NULL
                                 ? g_strjoinv(",", (char **)likeness->history->ledger)
                                 : g_strdup("");
    const char *params[] = {names};
    g_autoptr(PGresult) row = pgs_connection_query(
        reader, PGS_SHAPE_VALUE, "SELECT pg_catalog.set_config('pgstair.ledger', $1, false)", 1,
        params, NULL, error);
    return row != NULL;
}

static gboolean
find_books(PgsLikeness *likeness, PgsConnection *reader, GError **error)
{
    g_autofree char *sql = pgs_query_expand(
        pgs_embedded_find(pgs_operate_files, "likeness_books.sql"), pgs_connection_version(reader));
    g_autoptr(PGresult) rows =
        name_books(likeness, reader, error)
            ? pgs_connection_query(reader, PGS_SHAPE_ANY, sql, 0, NULL, NULL, error)
            : NULL;
    likeness->books = g_ptr_array_new_with_free_func(g_free);
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++)
        g_ptr_array_add(likeness->books, g_strdup(PQgetvalue(rows, i, 0)));
    return rows != NULL;
}

static gboolean
copy_roles(PgsLikeness *likeness, PgsConnection *reader, GError **error)
{
    g_autoptr(PGresult) rows = pgs_connection_query(
        reader, PGS_SHAPE_ANY, pgs_embedded_find(pgs_operate_files, "likeness_roles.sql"), 0, NULL,
        NULL, error);
    GString *text = g_string_new(NULL);
    for (int i = 0; rows != NULL && i < PQntuples(rows); i++)
        g_string_append_printf(text, "%s;\n", PQgetvalue(rows, i, 0));
    likeness->prepare = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_sql_text_free);
    g_ptr_array_add(likeness->prepare, pgs_sql_text_new(NULL, text->str));
    g_string_free(text, TRUE);
    return rows != NULL;
}

static gboolean
ask_target(PgsLikeness *likeness, const PgsSystem *system, GError **error)
{
    g_autoptr(PgsConnection) reader = pgs_database_reader(likeness->target, error);
    if (reader == NULL || !find_books(likeness, reader, error) ||
        !copy_roles(likeness, reader, error))
        return FALSE;
    if (system->owner != NULL)
        likeness->owner = g_strdup(system->owner);
    else if (!pgs_connection_is_superuser(reader))
        likeness->owner = g_strdup(PQuser(pgs_connection_raw(reader)));
    return TRUE;
}

/* ---- the dump ---- */

/* What pg_dump's text begins with, before the first object. */
static const char *const head_lines[] = {"--", "\\", "SET ", "SELECT pg_catalog.set_config("};

/* A limit that is taken off: a server of an older version need not know it, and those of a run are
 * the run's own. */
static gboolean
is_limit(const char *line)
{
    return g_str_has_prefix(line, "SET ") && g_str_has_suffix(line, "_timeout = 0;");
}

static gboolean
is_head_line(const char *line)
{
    gboolean is_head = *line == '\0';
    for (gsize i = 0; i < G_N_ELEMENTS(head_lines); i++)
        is_head = is_head || g_str_has_prefix(line, head_lines[i]);
    return is_head;
}

static void
append_dump(GString *text, const char *dump, gsize length)
{
    const char *rest = dump;
    const char *end = dump + length;
    for (const char *next; (next = memchr(rest, '\n', (gsize)(end - rest))) != NULL;
         rest = next + 1) {
        g_autofree char *line = g_strndup(rest, (gsize)(next - rest));
        if (!is_head_line(line))
            break;
        if (!is_limit(line))
            g_string_append_len(text, rest, next + 1 - rest);
    }
    g_string_append_len(text, rest, end - rest);
}

/* Appends what pg_dump writes. */
static gboolean
dump(const PgsLikeness *likeness, GString *text, gboolean is_schema, GError **error)
{
    const PgsDatabase *target = likeness->target;
    g_autoptr(PgsProcess) process =
        pgs_backup_tools_command(likeness->tools, likeness->tools->dump, target, target->database);
    pgs_process_add_many(process, "--format=plain", "--no-tablespaces", "--no-security-labels",
                         NULL);
    if (is_schema)
        pgs_process_add_many(process, "--schema-only", "--no-subscriptions", NULL);
    else
        pgs_process_add_many(process, "--data-only", "--inserts", NULL);
    for (guint i = 0; !is_schema && i < likeness->books->len; i++)
        pgs_process_add_printf(process, "--table=%s", (char *)likeness->books->pdata[i]);
    if (target->environment->lock_wait > 0)
        pgs_process_add_printf(process, "--lock-wait-timeout=%u", target->environment->lock_wait);
    g_auto(PgsProcessResult) result = {0};
    if (!pgs_process_run(process, &result, error))
        return FALSE;
    if (result.exit_status == 0) {
        append_dump(text, result.output, result.output_length);
        return TRUE;
    }
    g_autofree char *words = pgs_backup_tools_words(target, result.errors);
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_PROGRAM, NULL,
                  "the schema of %s cannot be read: %s ended with status %d\n%s", target->place,
                  likeness->tools->label, result.exit_status, words);
    return FALSE;
}

static gboolean
take_schema(PgsLikeness *likeness, GError **error)
{
    likeness->tools = pgs_backup_tools_find(likeness->target, error);
    if (likeness->tools == NULL)
        return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    if (!dump(likeness, text, TRUE, error) ||
        (likeness->books->len > 0 && !dump(likeness, text, FALSE, error)))
        return FALSE;
    likeness->folder = g_dir_make_tmp("pgstair-likeness-XXXXXX", error);
    if (likeness->folder == NULL)
        return FALSE;
    /* Named for the messages that quote it. */
    likeness->start = g_build_filename(likeness->folder, "schema-of-the-target.sql", NULL);
    return g_file_set_contents_full(likeness->start, text->str, (gssize)text->len,
                                    G_FILE_SET_CONTENTS_NONE, 0600, error);
}

/* ---- the whole ---- */

static void
fill_system(PgsLikeness *likeness, const PgsSystem *system, gint at)
{
    const PgsRevision *since =
        at >= 0 ? g_ptr_array_index(likeness->history->revisions, (guint)at) : NULL;
    PgsSystem *copy = &likeness->system;
    *copy = *system;
    copy->since = since != NULL ? since->id : NULL;
    copy->start = likeness->start;
    copy->start_is_since = TRUE;
    copy->start_has_books = likeness->books->len > 0;
    copy->prepare = likeness->prepare;
    copy->owner = likeness->owner;
    copy->live = NULL;
    if (likeness->server != NULL)
        copy->server = likeness->server;
}

PgsLikeness *
pgs_likeness_new(const PgsDatabase *target, const PgsSystem *system, const PgsHistory *history,
                 gint at, GError **error)
{
    g_autoptr(PgsLikeness) likeness = g_new0(PgsLikeness, 1);
    likeness->target = target;
    likeness->history = history;
    if (!ask_target(likeness, system, error) || !take_schema(likeness, error))
        return NULL;
    likeness->server = pgs_throwaway_server(target, system);
    fill_system(likeness, system, at);
    return g_steal_pointer(&likeness);
}
