#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* No tool stands behind plain pairs: what psql -1 does with a file is what is assumed. */
static const PgsTool tool = {
    .name = "psql -1",
    .alone = "plain pairs are run in a transaction each; if a tool runs these files, name it with "
             "--format",
};

typedef struct {
    char *digits;
    char *label; /* the file's name without .up.sql or .down.sql */
    PgsDirection direction;
} FileName;

static void
file_name_clear(FileName *parsed)
{
    g_free(parsed->digits);
    g_free(parsed->label);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileName, file_name_clear)

/* A number, then _ or - and a name, or nothing, then .up.sql or .down.sql. */
static gboolean
parse_name(const char *file, FileName *parsed)
{
    gsize n = strspn(file, "0123456789");
    gsize length = strlen(file);
    gboolean up = g_str_has_suffix(file, ".up.sql");
    if (n == 0 || (!up && !g_str_has_suffix(file, ".down.sql")))
        return FALSE;
    length -= strlen(up ? ".up.sql" : ".down.sql");
    if (length > n && file[n] != '_' && file[n] != '-')
        return FALSE;
    parsed->digits = g_strndup(file, n);
    parsed->label = g_strndup(file, length);
    parsed->direction = up ? PGS_DIRECTION_UP : PGS_DIRECTION_DOWN;
    return TRUE;
}

gboolean
pgs_plain_fits(const PgsFolder *folder)
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
pgs_plain_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!pgs_folder_is_top(file) || !parse_name(file->name, &parsed))
            continue;
        g_hash_table_add(used, file->name);
        PgsStep *step = pgs_step_new(file, PGS_SEND_STATEMENTS, TRUE, NULL, &tool, error);
        if (step == NULL)
            return FALSE;
        g_autofree char *key = pgs_pairs_number_key(parsed.digits);
        const char *name = parsed.label + strlen(parsed.digits);
        name += *name != '\0';
        if (!pgs_pairs_add(pairs, key, parsed.direction, parsed.digits, name, parsed.label, step,
                           error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<number>_<name>.up.sql or .down.sql");
    return TRUE;
}
