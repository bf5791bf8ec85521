#include "base/error.h"
#include "migration/formats.h"
#include "migration/node_text.h"
#include "migration/pairs.h"

#include <math.h>
#include <string.h>

/* github.com/rickbergfalk/postgrator, 8.0 (postgrator.js, lib/Client.js), with postgrator-cli 9.1,
 * which sends what it is given by node-postgres (lib/clients/pg.js). */
static const PgsTool tool = {
    .name = "postgrator",
    /* node-postgres, lib/query.js, handleCopyInResponse() */
    .refuses_copy = "COPY from stdin failed: No source stream defined",
    .passes_copy_out = TRUE,
    .alone = "put the statement into a migration of its own: postgrator sends a file as one "
             "message, and several statements in one message are one transaction",
};

/* lib/Client.js, ensureTable() */
static const char prepare[] =
    "CREATE TABLE IF NOT EXISTS \"schemaversion\" (version BIGINT PRIMARY KEY, name TEXT, md5 "
    "TEXT, "
    "run_at TIMESTAMP WITH TIME ZONE);"
    "INSERT INTO \"schemaversion\" (version) VALUES (0) ON CONFLICT DO NOTHING";

typedef struct {
    char *digits; /* the version, as the file spells it */
    double version;
    char *action;
    char *name;
    gboolean is_script; /* JavaScript that makes the SQL */
} FileName;

static void
file_name_clear(FileName *parsed)
{
    g_free(parsed->digits);
    g_free(parsed->action);
    g_free(parsed->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileName, file_name_clear)

/* JavaScript's Number() of a version: decimal, hexadecimal and the like; "" is 0. */
double
pgs_postgrator_version(const char *text)
{
    g_autofree char *bare = g_strstrip(g_strdup(text));
    char *end;
    if (bare[0] == '0' && bare[1] != '\0' && strchr("xXoObB", bare[1]) != NULL) {
        static const guint bases[] = {16, 16, 8, 8, 2, 2};
        guint base = bases[strchr("xXoObB", bare[1]) - "xXoObB"];
        guint64 number = g_ascii_strtoull(bare + 2, &end, base);
        return end != bare + 2 && *end == '\0' ? (double)number : NAN;
    }
    if (strspn(bare, "0123456789+-eE") != strlen(bare))
        return NAN;
    double number = g_ascii_strtod(bare, &end);
    return *end == '\0' ? number : NAN;
}

/* getMigrations(): "version.action.name" and whatever else, with one of four endings; glob() passes
 * over what begins with a dot. */
static gboolean
parse_name(const char *file, FileName *parsed)
{
    static const char *const endings[] = {".sql", ".js", ".mjs", ".cjs"};
    const char *ending = strrchr(file, '.');
    gboolean is_known = FALSE;
    for (gsize i = 0; ending != NULL && i < G_N_ELEMENTS(endings); i++)
        is_known |= strcmp(ending, endings[i]) == 0;
    if (!is_known || file[0] == '.')
        return FALSE;
    g_autofree char *base = g_strndup(file, (gsize)(ending - file));
    g_auto(GStrv) parts = g_strsplit(base, ".", -1);
    double version = pgs_postgrator_version(parts[0]);
    if (isnan(version))
        return FALSE;
    guint n = g_strv_length(parts);
    parsed->version = version;
    parsed->digits = g_strdup(parts[0]);
    parsed->action = g_strdup(n > 1 ? parts[1] : "");
    parsed->name = g_strdup(n > 2 ? parts[2] : "");
    parsed->is_script = strcmp(ending, ".sql") != 0;
    return TRUE;
}

static gboolean
is_run(const FileName *parsed)
{
    return strcmp(parsed->action, "do") == 0 || strcmp(parsed->action, "undo") == 0;
}

static const char *
find_named(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (pgs_folder_is_top(file) && parse_name(file->name, &parsed) && is_run(&parsed))
            return file->name;
    }
    return NULL;
}

gboolean
pgs_postgrator_fits(const PgsFolder *folder)
{
    return find_named(folder) != NULL;
}

gboolean
pgs_postgrator_recognise(const PgsFolder *folder, char **reason)
{
    const char *name = find_named(folder);
    if (name == NULL)
        return FALSE;
    *reason = g_strdup_printf("files named as %s", name);
    return TRUE;
}

/* A text key in the order of doubles that are not negative. */
static char *
version_key(double version)
{
    return g_strdup_printf("%024.0f", version);
}

static gboolean
refuse_script(const PgsFolderFile *file, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "describe the tool's own commands in pgstair.yaml (commands:, docs/recipes.md)",
                  "%s: the SQL of this migration is made by JavaScript, which only postgrator can "
                  "run",
                  file->path);
    return FALSE;
}

/* Told of each action that postgrator never runs. */
static void
note_ignored(PgsHistory *history, const PgsFolderFile *file, const FileName *parsed)
{
    if (!is_run(parsed))
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                         "postgrator never runs this file: \"%s\" is neither \"do\" nor \"undo\"",
                         parsed->action);
    else
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                         "postgrator never runs this file: a database without migrations stands at "
                         "version 0");
}

/* persistActionSql() behind each file: the table's name has no schema, and nothing in the file's
 * name is quoted. */
static char *
make_after(const FileName *parsed)
{
    return strcmp(parsed->action, "do") == 0
               ? g_strdup_printf(
                     "INSERT INTO \"schemaversion\" (version, name, md5, run_at) VALUES "
                     "(%.0f, '%s', '', now());",
                     parsed->version, parsed->name)
               : g_strdup_printf("DELETE FROM \"schemaversion\" WHERE version = %.0f;",
                                 parsed->version);
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, const FileName *parsed, PgsHistory *history,
         GError **error)
{
    if (!pgs_node_text_take(file, history, error))
        return FALSE;
    /* runMigrations(): the text in one client.query(), which sends it as one simple query. */
    PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, FALSE, NULL, &tool, error);
    if (step == NULL)
        return FALSE;
    step->after = make_after(parsed);
    g_autofree char *key = version_key(parsed->version);
    g_autofree char *label =
        g_strconcat(parsed->digits, *parsed->name != '\0' ? "." : "", parsed->name, NULL);
    return pgs_pairs_add(pairs, key,
                         strcmp(parsed->action, "do") == 0 ? PGS_DIRECTION_UP : PGS_DIRECTION_DOWN,
                         parsed->digits, parsed->name, label, step, error);
}

/* getMigrations() refuses two files of one version and action, be it one that is never run. */
static gboolean
check_alone(GHashTable *actions, const PgsFolderFile *file, const FileName *parsed, GError **error)
{
    g_autofree char *key = g_strdup_printf("%.0f:%s", parsed->version, parsed->action);
    const char *other = g_hash_table_lookup(actions, key);
    if (other != NULL) {
        pgs_error_set(
            error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
            "give one of them a version of its own",
            "%s and %s: postgrator refuses two migrations with version %.0f and action %s", other,
            file->path, parsed->version, *parsed->action != '\0' ? parsed->action : "undefined");
        return FALSE;
    }
    g_hash_table_insert(actions, g_steal_pointer(&key), file->path);
    return TRUE;
}

gboolean
pgs_postgrator_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GHashTable) actions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    history->prepare = prepare;
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!pgs_folder_is_top(file) || !parse_name(file->name, &parsed))
            continue;
        g_hash_table_add(used, file->name);
        if (!check_alone(actions, file, &parsed, error))
            return FALSE;
        if (!is_run(&parsed) || parsed.version <= 0)
            note_ignored(history, file, &parsed);
        else if (parsed.is_script)
            return refuse_script(file, error);
        else if (!add_file(pairs, file, &parsed, history, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<version>.do.<name>.sql or .undo.");
    return TRUE;
}
