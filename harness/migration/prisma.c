#include "base/error.h"
#include "migration/collate.h"
#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>
#include <sys/stat.h>

/* github.com/prisma/prisma, 7: packages/migrate/src/utils/listMigrations.ts decides what is read,
 * and github.com/prisma/prisma-engines, schema-engine/commands/src/commands/apply_migrations.rs and
 * …/sql-schema-connector/src/flavour/postgres/connector/native/mod.rs how it is sent. */
static const PgsTool tool = {
    .name = "prisma",
    /* tokio-postgres, simple_query.rs, SimpleQueryStream::poll_next() */
    .refuses_copy = "unexpected message from server",
    .alone =
        "put the statement into a migration of its own: prisma sends a file as one message, and "
        "several statements in one message are one transaction",
};

/* sql-schema-connector, postgres flavour, create_migrations_table() */
static const char prepare[] =
    "CREATE TABLE IF NOT EXISTS _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum "
    "VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs "
    "TEXT, "
    "rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), "
    "applied_steps_count "
    "INTEGER NOT NULL DEFAULT 0)";
/* record_successful_step(): the table's name has no schema, so that a migration which empties
 * search_path, as pg_dump's output does, is its last (P1014). */
static const char after[] = "SELECT FROM _prisma_migrations LIMIT 0";

#define LOCK_FILE "migration_lock.toml"
#define SCRIPT_FILE "migration.sql"

/* migrations_directory.rs, read_provider_from_lock_file(): not as TOML.  NULL: there is no such
 * file. */
static char *
read_provider(const PgsFolder *folder)
{
    PgsFolderFile *file = pgs_folder_find(folder, LOCK_FILE);
    GBytes *bytes = file != NULL ? pgs_folder_text(file, NULL) : NULL;
    if (bytes == NULL)
        return NULL;
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(length > 0 ? data : "", length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *value = *line;
        if (!g_str_has_prefix(value, "provider"))
            continue;
        while (g_str_has_prefix(value, "provider = "))
            value += strlen("provider = ");
        g_autofree char *provider = g_strdup(value);
        g_strchomp(provider); /* lines() takes a \r for the line's end, too */
        value = provider + strspn(provider, "\"");
        gsize n = strlen(value);
        while (n > 0 && value[n - 1] == '"')
            n--;
        return g_strndup(value, n);
    }
    return g_strdup("<PROVIDER NOT FOUND>");
}

gboolean
pgs_prisma_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->folders->len; i++) {
        g_autofree char *name =
            g_build_filename(g_ptr_array_index(folder->folders, i), SCRIPT_FILE, NULL);
        if (pgs_folder_find(folder, name) != NULL)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_prisma_recognise(const PgsFolder *folder, char **reason)
{
    const char *sign = NULL;
    if (!pgs_prisma_fits(folder))
        return FALSE;
    if (pgs_folder_find(folder, LOCK_FILE) != NULL)
        sign = "there is " LOCK_FILE;
    else
        sign = "a folder for each migration with " SCRIPT_FILE;
    *reason = g_strdup(sign);
    return TRUE;
}

/* error_on_changed_provider(), P3019. */
static gboolean
check_provider(const PgsFolder *folder, GError **error)
{
    g_autofree char *provider = read_provider(folder);
    if (provider == NULL || strcmp(provider, "postgresql") == 0)
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "pgstair verifies PostgreSQL's migrations; prisma refuses a provider that is not "
                  "the one of the lock file (P3019)",
                  "%s/" LOCK_FILE ": its provider is \"%s\", not \"postgresql\"", folder->path,
                  provider);
    return FALSE;
}

/* The folders as readdir() has them, hidden and empty ones too; links are none (Dirent). */
static GPtrArray *
list_folders(const PgsFolder *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder->real, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder->real, name, NULL);
        struct stat st;
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            g_ptr_array_add(names, g_strdup(name));
    }
    return names;
}

/* read_migration_script() stops the run when it comes to such a folder, P3015. */
static PgsStep *
refuse_missing(const PgsFolder *folder, const char *migration)
{
    g_autofree char *path = g_build_filename(folder->path, migration, SCRIPT_FILE, NULL);
    return pgs_step_new_refused(path, 1, &tool,
                                "delete the folder, or restore its file (prisma says P3015)",
                                "could not find the migration file " SCRIPT_FILE);
}

static PgsStep *
make_step(const PgsFolder *folder, const char *migration, GError **error)
{
    g_autofree char *name = g_build_filename(migration, SCRIPT_FILE, NULL);
    PgsFolderFile *file = pgs_folder_find(folder, name);
    if (file == NULL)
        return refuse_missing(folder, migration);
    /* apply_migration_script(): one simple_query(), without a transaction around it. */
    PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, FALSE, NULL, &tool, error);
    if (step != NULL)
        step->after = g_strdup(after);
    return step;
}

static gboolean
add_migration(PgsPairs *pairs, const PgsFolder *folder, const char *migration, GError **error)
{
    PgsStep *step = make_step(folder, migration, error);
    if (step == NULL)
        return FALSE;
    gsize n = strspn(migration, "0123456789");
    g_autofree char *id = n > 0 ? g_strndup(migration, n) : g_strdup(migration);
    const char *name = migration + strlen(id);
    name += *name == '_';
    /* listMigrations(): localeCompare(); names that it cannot tell apart stay apart here. */
    g_autofree char *order = pgs_collate_key(migration, 0);
    g_autofree char *key = g_strconcat(order, "\x01", migration, NULL);
    return pgs_pairs_add(pairs, key, PGS_DIRECTION_UP, id, name, migration, step, error);
}

gboolean
pgs_prisma_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) folders = list_folders(folder);
    history->prepare = prepare;
    if (!check_provider(folder, error))
        return FALSE;
    for (guint i = 0; i < folders->len; i++) {
        if (!add_migration(pairs, folder, g_ptr_array_index(folders, i), error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<time>_<name>/" SCRIPT_FILE);
    return TRUE;
}
