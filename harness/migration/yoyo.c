#include "base/error.h"
#include "migration/formats.h"
#include "migration/pairs.h"
#include "migration/yoyo_file.h"

#include <string.h>

/* ollycope.com/software/yoyo, 8.2: yoyo/migrations.py, yoyo/topologicalsort.py, yoyo/config.py. */

#define ROLLBACK ".rollback.sql"
#define HOOK "post-apply"
#define TEMPORARY "_tmp_yoyonew" /* scripts/newmigration.py */

enum {
    LEVELS_ABOVE = 2,
};

/* ---- yoyo.ini ---- */

/* What a configuration says under [DEFAULT] of sources, with %(here)s; NULL: nothing. */
static char *
read_sources(const char *path)
{
    g_autofree char *text = pgs_file_text_beside("", path);
    if (text == NULL)
        return NULL;
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (!g_str_has_prefix(*line, "sources"))
            continue;
        const char *value = *line + strlen("sources");
        value += strspn(value, " \t");
        if (*value != '=' && *value != ':')
            continue;
        g_autofree char *here = g_path_get_dirname(path);
        g_auto(GStrv) parts = g_strsplit(value + 1, "%(here)s", -1);
        return g_strstrip(g_strjoinv(here, parts));
    }
    return NULL;
}

/* The folder's own sources, relative to it: g_strfreev(); NULL: it has no yoyo.ini, or one that
 * does not say. */
static char **
own_sources(const PgsFolder *folder)
{
    g_autofree char *path = g_build_filename(folder->real, "yoyo.ini", NULL);
    g_autofree char *sources = read_sources(path);
    return sources != NULL && *sources != '\0' ? g_strsplit_set(sources, " \t", -1) : NULL;
}

/* Whether a yoyo.ini here or above names the folder among its sources. */
static gboolean
is_source(const PgsFolder *folder, char **reason)
{
    g_autofree char *root = g_strdup(folder->real);
    for (guint level = 0; level <= LEVELS_ABOVE; level++) {
        g_autofree char *path = g_build_filename(root, "yoyo.ini", NULL);
        g_autofree char *sources = read_sources(path);
        g_auto(GStrv) words = g_strsplit_set(sources != NULL ? sources : "", " \t", -1);
        for (char **word = words; *word != NULL; word++) {
            g_autofree char *source = g_canonicalize_filename(*word, root);
            if (**word == '\0' || (level > 0 && strcmp(source, folder->real) != 0))
                continue;
            *reason = g_strdup_printf("there is %s%syoyo.ini", level > 0 ? "../" : "",
                                      level > 1 ? "../" : "");
            return TRUE;
        }
        char *above = g_path_get_dirname(root);
        g_free(root);
        root = above;
    }
    return FALSE;
}

gboolean
pgs_yoyo_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && g_str_has_suffix(file->name, ROLLBACK))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_yoyo_recognise(const PgsFolder *folder, char **reason)
{
    if (is_source(folder, reason))
        return TRUE;
    if (!pgs_yoyo_fits(folder))
        return FALSE;
    *reason = g_strdup("files are named <name>" ROLLBACK);
    return TRUE;
}

/* ---- files ---- */

typedef struct {
    char *id;
    PgsYoyoFile *file;
    PgsFolderFile *rollback; /* or NULL */
    guint n_blockers;        /* migrations it depends on that have no place yet */
    GPtrArray *blocked;      /* Migration, borrowed: those that depend on it */
} Migration;

typedef struct {
    GPtrArray *folders;    /* PgsFolder: sources elsewhere than in the folder */
    GPtrArray *migrations; /* Migration, as yoyo lists them */
    GPtrArray *hooks;      /* Migration */
    GHashTable *by_id;     /* char * (the migration's own) → Migration (borrowed) */
    GHashTable *rollbacks; /* char *: id → PgsFolderFile (borrowed) */
} Reading;

static void
migration_free(gpointer data)
{
    Migration *migration = data;
    g_free(migration->id);
    pgs_yoyo_file_free(migration->file);
    g_ptr_array_unref(migration->blocked);
    g_free(migration);
}

static void
reading_init(Reading *reading)
{
    reading->folders = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_folder_free);
    reading->migrations = g_ptr_array_new_with_free_func(migration_free);
    reading->hooks = g_ptr_array_new_with_free_func(migration_free);
    reading->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    reading->rollbacks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
reading_clear(Reading *reading)
{
    g_hash_table_unref(reading->by_id);
    g_hash_table_unref(reading->rollbacks);
    g_ptr_array_unref(reading->migrations);
    g_ptr_array_unref(reading->hooks);
    g_ptr_array_unref(reading->folders);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static gboolean
refuse_python(const PgsFolderFile *file, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "let yoyo itself run the migrations: commands: in pgstair.yaml",
                  "%s: a migration in Python, which only yoyo can run", file->path);
    return FALSE;
}

static gboolean
add_migration(Reading *reading, PgsFolderFile *file, const char *id, GError **error)
{
    const Migration *known = g_hash_table_lookup(reading->by_id, id);
    if (known != NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                      "give one of them another name", "%s and %s are both the migration %s",
                      known->file->file->path, file->path, id);
        return FALSE;
    }
    PgsYoyoFile *text = pgs_yoyo_file_read(file, error);
    if (text == NULL)
        return FALSE;
    Migration *migration = g_new0(Migration, 1);
    migration->id = g_strdup(id);
    migration->file = text;
    migration->blocked = g_ptr_array_new();
    g_ptr_array_add(g_str_has_prefix(id, HOOK) ? reading->hooks : reading->migrations, migration);
    g_hash_table_insert(reading->by_id, migration->id, migration);
    return TRUE;
}

/* read_migrations(): a file of a source's own level.  name: without the source's folder. */
static gboolean
add_file(Reading *reading, PgsFolderFile *file, const char *name, GError **error)
{
    gboolean python = g_str_has_suffix(name, ".py");
    if (strchr(name, '/') != NULL || g_str_has_prefix(name, TEMPORARY) ||
        (!python && !g_str_has_suffix(name, ".sql")))
        return TRUE;
    if (python)
        return refuse_python(file, error);
    if (g_str_has_suffix(name, ROLLBACK)) {
        g_hash_table_insert(reading->rollbacks, g_strndup(name, strlen(name) - strlen(ROLLBACK)),
                            file);
        return TRUE;
    }
    g_autofree char *id = g_strndup(name, strlen(name) - strlen(".sql"));
    return add_migration(reading, file, id, error);
}

/* The files of the folder below source ("" for its own). */
static gboolean
add_folder(Reading *reading, const PgsFolder *folder, const char *source, guint *n_files,
           GError **error)
{
    gsize length = strlen(source);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (strncmp(file->name, source, length) != 0 || (length > 0 && file->name[length] != '/'))
            continue;
        ++*n_files;
        if (!add_file(reading, file, file->name + length + (length > 0), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
add_source(Reading *reading, const PgsFolder *folder, const char *source, GError **error)
{
    guint n_files = 0;
    g_autofree char *real = g_canonicalize_filename(source, folder->real);
    gsize length = strlen(folder->real);
    gboolean inside = strncmp(real, folder->real, length) == 0;
    const char *relative = inside ? real + length + (real[length] == '/') : NULL;
    if (relative != NULL && !add_folder(reading, folder, relative, &n_files, error))
        return FALSE;
    if (n_files > 0)
        return TRUE;
    g_autofree char *path = g_path_is_absolute(source)
                                ? g_strdup(source)
                                : g_build_filename(folder->path, source, NULL);
    PgsFolder *elsewhere = pgs_folder_open(path, error);
    if (elsewhere == NULL)
        return FALSE;
    g_ptr_array_add(reading->folders, elsewhere);
    return add_folder(reading, elsewhere, "", &n_files, error);
}

static gboolean
read_files(Reading *reading, const PgsFolder *folder, GError **error)
{
    g_auto(GStrv) sources = own_sources(folder);
    guint n_files = 0;
    if (sources == NULL)
        return add_folder(reading, folder, "", &n_files, error);
    for (char **source = sources; *source != NULL; source++) {
        if (**source != '\0' && !add_source(reading, folder, *source, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- order ---- */

static gboolean
link_dependencies(Reading *reading, Migration *migration, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (char **id = migration->file->depends; *id != NULL; id++) {
        if (**id == '\0' || !g_hash_table_add(seen, *id))
            continue;
        Migration *needed = g_hash_table_lookup(reading->by_id, *id);
        if (needed == NULL) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                          "name a migration's file, without its .sql",
                          "%s:%u: it depends on %s, which is no migration here",
                          migration->file->file->path, migration->file->depends_line, *id);
            return FALSE;
        }
        if (g_str_has_prefix(needed->id, HOOK))
            continue;
        g_ptr_array_add(needed->blocked, migration);
        migration->n_blockers++;
    }
    return TRUE;
}

static gboolean
refuse_cycle(const Reading *reading, const GHashTable *placed, GError **error)
{
    GString *names = g_string_new(NULL);
    const Migration *first = NULL;
    for (guint i = 0; i < reading->migrations->len; i++) {
        Migration *migration = g_ptr_array_index(reading->migrations, i);
        if (g_hash_table_contains((GHashTable *)placed, migration))
            continue;
        first = first != NULL ? first : migration;
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", migration->id);
    }
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                  "take one of their -- depends: away",
                  "%s:%u: circular dependencies among these migrations: %s",
                  first->file->file->path, first->file->depends_line, names->str);
    g_string_free(names, TRUE);
    return FALSE;
}

/* topological_sort(): of those that nothing blocks, always the first by name. */
static gboolean
sort_migrations(Reading *reading, GPtrArray *sorted, GError **error)
{
    GPtrArray *all = reading->migrations;
    g_autoptr(GHashTable) placed = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) places = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < all->len; i++) {
        g_hash_table_insert(places, g_ptr_array_index(all, i), GUINT_TO_POINTER(i));
        if (!link_dependencies(reading, g_ptr_array_index(all, i), error))
            return FALSE;
    }
    for (guint at = 0; at < all->len;) {
        Migration *migration = g_ptr_array_index(all, at++);
        if (migration->n_blockers > 0 || !g_hash_table_add(placed, migration))
            continue;
        g_ptr_array_add(sorted, migration);
        for (guint i = 0; i < migration->blocked->len; i++) {
            Migration *freed = g_ptr_array_index(migration->blocked, i);
            guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, freed));
            if (--freed->n_blockers == 0)
                at = MIN(at, place);
        }
    }
    return sorted->len == all->len || refuse_cycle(reading, placed, error);
}

/* ---- revisions ---- */

/* {"true": True, "false": False}[… .lower()]: anything else is a KeyError, and yoyo runs nothing.
 */
static gboolean
read_transactional(const PgsYoyoFile *file, gboolean *transaction, char **why, GError **error)
{
    *transaction = TRUE;
    if (file->transactional == NULL)
        return TRUE;
    *transaction = g_ascii_strcasecmp(file->transactional, "true") == 0;
    if (!*transaction && g_ascii_strcasecmp(file->transactional, "false") != 0) {
        pgs_error_set(
            error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
            "write true or false, and nothing behind it",
            "%s:%u: yoyo does not know \"-- transactional: %s\", and ends with a KeyError",
            file->file->path, file->transactional_line, file->transactional);
        return FALSE;
    }
    if (!*transaction)
        *why = g_strdup_printf("-- transactional: %s", file->transactional);
    return TRUE;
}

static gboolean
add_revision(Reading *reading, const Migration *migration, PgsHistory *history, GError **error)
{
    gboolean transaction;
    g_autofree char *why = NULL;
    if (!read_transactional(migration->file, &transaction, &why, error))
        return FALSE;
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->id = g_strdup(migration->id);
    revision->name = g_strdup("");
    revision->label = g_strdup(migration->id);
    revision->is_hook = g_str_has_prefix(migration->id, HOOK);
    revision->repeatable = revision->is_hook;
    /* Its own -- transactional: counts for nothing. */
    PgsFolderFile *rollback = g_hash_table_lookup(reading->rollbacks, migration->id);
    g_autoptr(PgsYoyoFile) down = rollback != NULL ? pgs_yoyo_file_read(rollback, error) : NULL;
    g_ptr_array_add(history->revisions, revision);
    if (rollback != NULL && down == NULL)
        return FALSE;
    /* Migration.load(): a migration has as many steps as the longer of its files has statements;
     * backwards those without a statement come first. */
    guint n_ups = migration->file->cuts->len;
    guint n_downs = down != NULL ? down->cuts->len : 0;
    revision->up =
        pgs_yoyo_file_step(migration->file, n_downs - MIN(n_ups, n_downs), transaction, why);
    if (down != NULL && !revision->repeatable)
        revision->down = pgs_yoyo_file_step(down, 0, transaction, why);
    return TRUE;
}

static void
note_orphans(const Reading *reading, PgsHistory *history)
{
    g_autoptr(GList) ids =
        g_list_sort(g_hash_table_get_keys(reading->rollbacks), (GCompareFunc)strcmp);
    for (GList *id = ids; id != NULL; id = id->next) {
        const PgsFolderFile *file = g_hash_table_lookup(reading->rollbacks, id->data);
        if (!g_hash_table_contains(reading->by_id, id->data))
            pgs_history_note(history, PGS_NOTE_WARNING, "folder.orphan-down", file->path,
                             "there is no %s.sql to this rollback", (const char *)id->data);
    }
}

gboolean
pgs_yoyo_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_auto(Reading) reading = {0};
    reading_init(&reading);
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    if (!read_files(&reading, folder, error) || !sort_migrations(&reading, sorted, error))
        return FALSE;
    /* apply_migrations(): hooks run behind each run of yoyo that applied anything. */
    for (guint i = 0; i < reading.hooks->len; i++)
        g_ptr_array_add(sorted, g_ptr_array_index(reading.hooks, i));
    for (guint i = 0; i < sorted->len; i++) {
        if (!add_revision(&reading, g_ptr_array_index(sorted, i), history, error))
            return FALSE;
    }
    note_orphans(&reading, history);
    g_autofree char *ini = g_build_filename(folder->real, "yoyo.ini", NULL);
    pgs_history_note_file(history, ini);
    return TRUE;
}
