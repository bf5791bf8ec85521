#include "base/error.h"
#include "migration/formats.h"
#include "migration/manifest.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/diesel-rs/diesel, 2.x: diesel_migrations/src/file_based_migrations.rs and
 * migrations_internals/src/lib.rs decide what is read, diesel/src/pg/connection how it is sent. */
static const PgsTool tool = {
    .name = "diesel",
    /* diesel/src/pg/connection/result.rs: PGRES_EMPTY_QUERY is an error; a file of no bytes is one
     * too (run_sql_from_file(): EmptyMigration). */
    .refuses_empty = "Received an empty query",
    /* update_transaction_manager_status() in pg/connection/mod.rs forgets the transaction when
     * libpq says that none is open; commit_transaction() then has none to commit
     * (transaction_manager.rs, Error::NotInTransaction; since 2.0). */
    .refuses_commit = "Cannot perform this operation outside of a transaction",
    /* batch_execute() leaves the connection in COPY; the INSERT into its ledger fails. */
    .refuses_copy = "another command is already in progress",
    .alone = "write \"run_in_transaction = false\" into the migration's metadata.toml and nothing "
             "but this statement into its file: diesel sends a file as one message, and several "
             "statements in one message are one transaction",
};

static PgsFolderFile *
find_file(const PgsFolder *folder, const char *migration, const char *name)
{
    g_autofree char *relative = g_build_filename(migration, name, NULL);
    return pgs_folder_find(folder, relative);
}

gboolean
pgs_diesel_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->folders->len; i++) {
        if (find_file(folder, g_ptr_array_index(folder->folders, i), "up.sql") != NULL)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_diesel_recognise(const PgsFolder *folder, char **reason)
{
    const char *up = NULL;
    const char *metadata = NULL;
    for (guint i = 0; i < folder->folders->len; i++) {
        const char *migration = g_ptr_array_index(folder->folders, i);
        if (find_file(folder, migration, "up.sql") == NULL)
            continue;
        if (up == NULL)
            up = migration;
        if (metadata == NULL && find_file(folder, migration, "metadata.toml") != NULL)
            metadata = migration;
    }
    if (up == NULL)
        return FALSE;
    if (metadata != NULL)
        *reason = g_strdup_printf("there is %s/metadata.toml", metadata);
    else
        *reason = g_strdup_printf("a folder for each migration, such as %s/up.sql", up);
    return TRUE;
}

/*
 * TomlMetadata (migrations_internals/src/lib.rs): #[serde(default)] on the key, so a file without
 * it means false; read_from_file(…).unwrap_or_default(), so no file, or one that cannot be read as
 * TOML, means true.
 */
static gboolean
runs_in_transaction(const PgsFolder *folder, const char *migration, PgsHistory *history, char **why)
{
    PgsFolderFile *file = find_file(folder, migration, "metadata.toml");
    GBytes *bytes = file != NULL ? pgs_folder_text(file, NULL) : NULL;
    if (bytes == NULL)
        return TRUE;
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(length > 0 ? data : "", length);
    g_autofree char *value = NULL;
    PgsTomlAnswer answer = pgs_toml_value(text, "run_in_transaction", &value);
    if (answer == PGS_TOML_ABSENT) {
        *why = g_strdup("metadata.toml does not say run_in_transaction: diesel takes that for "
                        "false");
        return FALSE;
    }
    if (answer == PGS_TOML_FOUND && (g_str_equal(value, "true") || g_str_equal(value, "false"))) {
        *why = g_strdup_printf("metadata.toml: run_in_transaction = %s", value);
        return g_str_equal(value, "true");
    }
    *why = g_strdup("metadata.toml cannot be understood: diesel then does as if it were not there");
    pgs_history_note(history, PGS_NOTE_WARNING, "folder.metadata", file->path, "%s", *why);
    return TRUE;
}

/* version_from_string(): the text in front of the first _, without any -. */
static char *
version_of(const char *migration)
{
    GString *version = g_string_new_len(migration, (gssize)strcspn(migration, "_"));
    g_string_replace(version, "-", "", 0);
    return g_string_free(version, FALSE);
}

static gboolean
add_migration(PgsPairs *pairs, const PgsFolder *folder, const char *migration, PgsHistory *history,
              GError **error)
{
    static const char *const files[] = {"up.sql", "down.sql"};
    g_autofree char *why = NULL;
    gboolean transaction = runs_in_transaction(folder, migration, history, &why);
    g_autofree char *version = version_of(migration);
    const char *name = migration + strcspn(migration, "_");
    name += *name == '_';
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        PgsFolderFile *file = find_file(folder, migration, files[i]);
        if (file == NULL)
            continue;
        PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, transaction, why, &tool, error);
        if (step == NULL)
            return FALSE;
        /* MigrationVersion (diesel/src/migration/mod.rs) derives Ord of a string: byte order. */
        if (!pgs_pairs_add(pairs, version, i == 0 ? PGS_DIRECTION_UP : PGS_DIRECTION_DOWN, version,
                           name, migration, step, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_diesel_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->folders->len; i++) {
        const char *migration = g_ptr_array_index(folder->folders, i);
        /* from_path(): one folder without an up.sql (hidden and empty ones aside) and diesel reads
         * none of them: UnknownMigrationFormat. */
        if (find_file(folder, migration, "up.sql") == NULL) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                          "diesel reads nothing of a folder that holds one without an up.sql: move "
                          "it away",
                          "%s/%s: there is no up.sql in it", folder->path, migration);
            return FALSE;
        }
        if (!add_migration(pairs, folder, migration, history, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<version>_<name>/up.sql");
    return TRUE;
}
