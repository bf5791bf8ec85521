#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/golang-migrate/migrate, its main branch of July 2026, which has decided these things
 * the same way since v3. */
static const PgsTool tool = {
    .name = "golang-migrate",
    /* migrate.go, runMigrations(): SetVersion() follows, which begins a transaction; lib/pq
     * (conn.go, BeginTx()) refuses that within an open one. */
    .refuses_open = "pq: unexpected transaction status idle in transaction",
    /* lib/pq, conn.go, simpleExec() */
    .refuses_copy = "pq: unknown response for simple query: 'G'",
    .alone = "put the statement into a migration of its own: golang-migrate sends a file as one "
             "message, and several statements in one message are one transaction",
};

typedef struct {
    char *digits; /* of the version, as the file spells them */
    char *name;
    PgsDirection direction;
} FileName;

static void
file_name_clear(FileName *parsed)
{
    g_free(parsed->digits);
    g_free(parsed->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileName, file_name_clear)

/* source/parse.go: ^([0-9]+)_(.*)\.(down|up)\.(.*)$, its first (.*) as long as can be; a version
 * beyond 64 bits is no match. */
static gboolean
parse_name(const char *file, FileName *parsed)
{
    gsize n = strspn(file, "0123456789");
    if (n == 0 || file[n] != '_')
        return FALSE;
    const char *name = file + n + 1;
    const char *up = g_strrstr(name, ".up.");
    const char *down = g_strrstr(name, ".down.");
    const char *mark = up != NULL && (down == NULL || up > down) ? up : down;
    if (mark == NULL)
        return FALSE;
    g_autofree char *digits = g_strndup(file, n);
    guint64 version;
    if (!g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64, &version, NULL))
        return FALSE;
    parsed->digits = g_steal_pointer(&digits);
    parsed->name = g_strndup(name, (gsize)(mark - name));
    parsed->direction = mark == up ? PGS_DIRECTION_UP : PGS_DIRECTION_DOWN;
    return TRUE;
}

gboolean
pgs_golang_migrate_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (pgs_folder_is_top(file) && parse_name(file->name, &parsed))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_golang_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!pgs_folder_is_top(file) || !parse_name(file->name, &parsed))
            continue;
        g_hash_table_add(used, file->name);
        /* database/postgres/postgres.go, Run(): the whole file in one ExecContext() without
         * arguments, which lib/pq and pgx both send as one simple query. */
        PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, FALSE, NULL, &tool, error);
        if (step == NULL)
            return FALSE;
        g_autofree char *key = pgs_pairs_number_key(parsed.digits);
        g_autofree char *label = g_strconcat(parsed.digits, "_", parsed.name, NULL);
        if (!pgs_pairs_add(pairs, key, parsed.direction, parsed.digits, parsed.name, label, step,
                           error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<number>_<name>.up.sql or .down.sql");
    return TRUE;
}
