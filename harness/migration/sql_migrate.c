#include "base/error.h"
#include "base/text.h"
#include "migration/formats.h"
#include "migration/sql_migrate_split.h"

#include <string.h>

/* github.com/rubenv/sql-migrate, its main branch of April 2025 (migrate.go), which speaks to
 * PostgreSQL through lib/pq. */
static const PgsTool tool = {
    .name = "sql-migrate",
    /* lib/pq, conn.go: Commit(), BeginTx(), simpleExec() */
    .refuses_commit = "pq: unexpected transaction status idle",
    .refuses_open = "pq: unexpected transaction status idle in transaction",
    .refuses_copy = "pq: unknown response for simple query: 'G'",
    .alone = "write the section's mark with its option, \"-- +migrate Up notransaction\", and the "
             "statement by itself, with no other between its StatementBegin and StatementEnd",
};

/* getMigrationDbMap(): gorp makes the table of MigrationRecord. */
static const char prepare[] =
    "CREATE TABLE IF NOT EXISTS gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at "
    "timestamp with time zone)";

static gboolean
is_migration(const PgsFolderFile *file)
{
    return pgs_folder_is_top(file) && g_str_has_suffix(file->name, ".sql");
}

/* The first file with a mark; NULL: there is none. */
static const char *
find_marked(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        GBytes *bytes = is_migration(file) ? pgs_folder_text(file, NULL) : NULL;
        PgsLineReader reader = {0};
        PgsLine line;
        if (bytes != NULL)
            reader.text = g_bytes_get_data(bytes, &reader.length);
        while (pgs_line_next(&reader, &line)) {
            if (pgs_line_begins(&line, "-- +migrate "))
                return file->name;
        }
    }
    return NULL;
}

/* Any name ending in .sql will do, and sql-migrate refuses a folder with a file without its marks.
 */
gboolean
pgs_sql_migrate_fits(const PgsFolder *folder)
{
    return find_marked(folder) != NULL;
}

gboolean
pgs_sql_migrate_recognise(const PgsFolder *folder, char **reason)
{
    const char *marked = find_marked(folder);
    if (marked == NULL)
        return FALSE;
    *reason = g_strdup_printf("%s has the marks of sql-migrate (-- +migrate)", marked);
    return TRUE;
}

/*
 * Migration.Less(): names that begin with a number first, by it and then by name; the others by
 * name.  A number beyond 64 bits makes it panic.  NULL with error.
 */
static char *
make_key(const PgsFolderFile *file, GError **error)
{
    gsize n = strspn(file->name, "0123456789");
    if (n == 0)
        return g_strconcat("1", file->name, NULL);
    g_autofree char *digits = g_strndup(file->name, n);
    gint64 version;
    if (!g_ascii_string_to_signed(digits, 10, 0, G_MAXINT64, &version, NULL)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "begin the file's name with a smaller number",
                      "%s: sql-migrate stops at this name: could not parse \"%s\" into int64",
                      file->path, digits);
        return NULL;
    }
    g_autofree char *number = pgs_pairs_number_key(digits);
    return g_strconcat("0", number, " ", file->name, NULL);
}

static PgsStep *
make_step(const PgsFolderFile *file, PgsSqlMigrateText *text, PgsDirection direction)
{
    static const char *const names[] = {[PGS_DIRECTION_UP] = "Up", [PGS_DIRECTION_DOWN] = "Down"};
    guint line = text->no_transaction[direction];
    g_autofree char *why =
        line > 0 ? g_strdup_printf("line %u: -- +migrate %s notransaction", line, names[direction])
                 : NULL;
    PgsStep *step = pgs_line_text_step(&text->texts[direction], file->path, line == 0, why, &tool);
    g_autofree char *id = pgs_text_literal(file->name);
    /* applyMigrations(): behind the statements, in their transaction. */
    step->after = direction == PGS_DIRECTION_UP
                      ? g_strdup_printf("INSERT INTO gorp_migrations (id, applied_at) VALUES "
                                        "(%s, now())",
                                        id)
                      : g_strdup_printf("DELETE FROM gorp_migrations WHERE id = %s", id);
    return step;
}

static gboolean
add_steps(PgsPairs *pairs, const PgsFolderFile *file, PgsSqlMigrateText *text, GError **error)
{
    g_autofree char *key = make_key(file, error);
    if (key == NULL)
        return FALSE;
    gsize n = strspn(file->name, "0123456789");
    n += n > 0 && (file->name[n] == '_' || file->name[n] == '-');
    g_autofree char *label = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
    /* A file without an Up is one that does nothing on the way up. */
    static const PgsDirection directions[] = {PGS_DIRECTION_UP, PGS_DIRECTION_DOWN};
    for (gsize i = 0; i < G_N_ELEMENTS(directions); i++) {
        if (directions[i] == PGS_DIRECTION_DOWN && !text->sections[PGS_DIRECTION_DOWN])
            continue;
        PgsStep *step = make_step(file, text, directions[i]);
        if (!pgs_pairs_add(pairs, key, directions[i], file->name,
                           MIN(label + n, label + strlen(label)), label, step, error))
            return FALSE;
    }
    return TRUE;
}

static void
note_unknown(PgsHistory *history, const PgsFolderFile *file, const GArray *lines)
{
    for (guint i = 0; i < lines->len; i++)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.mark", file->path,
                         "line %u: sql-migrate takes no notice of this mark: it knows -- +migrate "
                         "Up, Down, StatementBegin and StatementEnd, written just so",
                         g_array_index(lines, guint, i));
}

/* FindMigrations() reads all files before anything is run, and stops at the first that is wrong. */
static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, PgsHistory *history, GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return FALSE;
    g_auto(PgsSqlMigrateText) text = {0};
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    pgs_sql_migrate_split(data, length, &text);
    if (text.fault != NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, text.hint,
                      "%s:%u: %s, and nothing of the folder is run", file->path, text.fault_line,
                      text.fault);
        return FALSE;
    }
    note_unknown(history, file, text.unknown);
    return add_steps(pairs, file, &text, error);
}

gboolean
pgs_sql_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (is_migration(file) && !add_file(pairs, file, history, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    history->prepare = prepare;
    return TRUE;
}
