#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* maragu.dev/migrate (github.com/maragudk/migrate): migrate.go decides all of it. */
static const PgsTool tool = {
    .name = "maragudk/migrate",
    /* pgx's pgconn, MultiResultReader: CopyInResponse is passed over, and nothing follows it. */
    .refuses_copy = "it waits for an answer that never comes",
    .passes_copy_out = TRUE,
    .alone = "maragudk/migrate runs every file in a transaction: such a statement has no place in "
             "its migrations",
};

/* The length of the version: [\w-]+ */
static gsize
version_length(const char *file)
{
    gsize n = 0;
    while (g_ascii_isalnum(file[n]) || file[n] == '_' || file[n] == '-')
        n++;
    return n;
}

/* ^([\w-]+).up.sql$, where a dot is any character. */
static gsize
match_up(const char *file)
{
    gsize length = strlen(file);
    if (length < 8)
        return 0;
    const char *tail = file + length - 7;
    if (memcmp(tail + 1, "up", 2) != 0 || memcmp(tail + 4, "sql", 3) != 0)
        return 0;
    return version_length(file) >= length - 7 ? length - 7 : 0;
}

/* ^([\w-]+).down.sql without an end, the version as long as can be. */
static gsize
match_down(const char *file)
{
    gsize length = strlen(file);
    for (gsize n = version_length(file); n > 0; n--) {
        const char *tail = file + n;
        if (length - n >= 9 && memcmp(tail + 1, "down", 4) == 0 && memcmp(tail + 6, "sql", 3) == 0)
            return n;
    }
    return 0;
}

/* The version, and what stands behind the pattern: ReplaceAllString(name, "$1") leaves that on. */
static char *
parse_name(const char *file, PgsDirection *direction)
{
    gsize n = match_up(file);
    if (n > 0) {
        *direction = PGS_DIRECTION_UP;
        return g_strndup(file, n);
    }
    n = match_down(file);
    if (n == 0)
        return NULL;
    *direction = PGS_DIRECTION_DOWN;
    g_autofree char *version = g_strndup(file, n);
    return g_strconcat(version, file + n + strlen(".down.sql"), NULL);
}

gboolean
pgs_maragudk_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        PgsDirection direction;
        g_autofree char *version =
            pgs_folder_is_top(file) ? parse_name(file->name, &direction) : NULL;
        if (version != NULL)
            return TRUE;
    }
    return FALSE;
}

/* The number in front; the whole version when it has none. */
static char *
version_id(const char *version)
{
    gsize n = strspn(version, "0123456789");
    return n > 0 && (version[n] == '-' || version[n] == '_' || version[n] == '\0')
               ? g_strndup(version, n)
               : g_strdup(version);
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, const char *version, PgsDirection direction,
         GError **error)
{
    /* apply(): the file in one ExecContext() within BeginTx() … Commit(); pgx sends it as one
     * simple query. */
    PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, TRUE, NULL, &tool, error);
    if (step == NULL)
        return FALSE;
    /* getFilenames() has the order of fs.ReadDir(), by file name: a "." follows the version. */
    g_autofree char *key = g_strconcat(version, ".", NULL);
    g_autofree char *id = version_id(version);
    const char *name = version + strlen(id);
    return pgs_pairs_add(pairs, key, direction, id, name + (*name != '\0'), version, step, error);
}

static PgsNote *
find_note(const PgsHistory *history, const char *path)
{
    for (guint i = 0; i < history->notes->len; i++) {
        PgsNote *note = g_ptr_array_index(history->notes, i);
        if (g_strcmp0(note->path, path) == 0)
            return note;
    }
    return NULL;
}

/*
 * A down that is spelled differently from the up of its number is a version of its own:
 * MigrateDown() runs it by its place in the order, and MigrateTo() the up's version finds no down
 * of that name and refuses.  That says more than folder.orphan-down, whose note it takes over.
 */
static void
note_mismatches(PgsHistory *history)
{
    g_autoptr(GHashTable) ups = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (revision->up != NULL && revision->down == NULL)
            g_hash_table_insert(ups, revision->id, revision->label);
    }
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const char *up = revision->up == NULL ? g_hash_table_lookup(ups, revision->id) : NULL;
        PgsNote *note = up != NULL ? find_note(history, revision->down->path) : NULL;
        if (note == NULL)
            continue;
        note->check = "folder.name-mismatch";
        g_free(note->message);
        note->message = g_strdup_printf("the up of the same number is called %s: maragudk/migrate "
                                        "takes the two for different versions",
                                        up);
    }
}

gboolean
pgs_maragudk_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        PgsDirection direction;
        g_autofree char *version =
            pgs_folder_is_top(file) ? parse_name(file->name, &direction) : NULL;
        if (version == NULL)
            continue;
        g_hash_table_add(used, file->name);
        if (!add_file(pairs, file, version, direction, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    note_mismatches(history);
    pgs_history_note_unmatched(history, folder, used, "<version>.up.sql or .down.sql");
    return TRUE;
}
