#include "base/error.h"
#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/launchbadge/sqlx: what it does is decided in sqlx-core/src/migrate/source.rs,
 * resolve_blocking_with_config(), and sqlx-postgres/src/migrate.rs, apply() and revert(). */
static const PgsTool tool = {
    .name = "sqlx",
    /* sqlx-postgres/src/connection/executor.rs, run() */
    .refuses_copy = "execute: unexpected message: CopyInResponse",
    .alone = "begin the file with \"-- no-transaction\" and put nothing but this statement into "
             "it: sqlx sends a file as one message, and several statements in one message are one "
             "transaction",
};

static const char no_transaction[] = "-- no-transaction";

typedef enum {
    NAME_IGNORED, /* sqlx takes no notice of the file */
    NAME_FITS,
    NAME_REFUSED, /* sqlx stops at it: something in front of the first _ that is no number */
} NameKind;

typedef struct {
    char *digits; /* with a sign, when the file has one */
    char *name;
    gint64 version;
    PgsDirection direction;
} FileName;

static void
file_name_clear(FileName *parsed)
{
    g_free(parsed->digits);
    g_free(parsed->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileName, file_name_clear)

/* Rust's i64::from_str: digits with one sign or none. */
static gboolean
parse_version(const char *text, gint64 *version)
{
    const char *digits = text + (*text == '+' || *text == '-');
    if (strspn(digits, "0123456789") != strlen(digits) || *digits == '\0')
        return FALSE;
    return g_ascii_string_to_signed(*text == '+' ? digits : text, 10, G_MININT64, G_MAXINT64,
                                    version, NULL);
}

/* splitn(2, '_'), the second part ending in .sql; the suffix tells the direction
 * (migration_type.rs): neither .up.sql nor .down.sql is an up as well. */
static NameKind
parse_name(const char *file, FileName *parsed)
{
    const char *underscore = strchr(file, '_');
    if (underscore == NULL || !g_str_has_suffix(underscore + 1, ".sql"))
        return NAME_IGNORED;
    parsed->digits = g_strndup(file, (gsize)(underscore - file));
    if (!parse_version(parsed->digits, &parsed->version))
        return NAME_REFUSED;
    const char *suffix = g_str_has_suffix(underscore + 1, ".down.sql") ? ".down.sql"
                         : g_str_has_suffix(underscore + 1, ".up.sql") ? ".up.sql"
                                                                       : ".sql";
    parsed->direction = suffix[1] == 'd' ? PGS_DIRECTION_DOWN : PGS_DIRECTION_UP;
    parsed->name = g_strndup(underscore + 1, strlen(underscore + 1) - strlen(suffix));
    return NAME_FITS;
}

static gboolean
begins_with_mark(GBytes *text)
{
    gsize length;
    const char *bytes = g_bytes_get_data(text, &length);
    gsize mark = sizeof no_transaction - 1;
    return length >= mark && memcmp(bytes, no_transaction, mark) == 0;
}

gboolean
pgs_sqlx_fits(const PgsFolder *folder)
{
    gboolean fits = FALSE;
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!pgs_folder_is_top(file))
            continue;
        NameKind kind = parse_name(file->name, &parsed);
        if (kind == NAME_REFUSED)
            return FALSE;
        fits = fits || kind == NAME_FITS;
    }
    return fits;
}

gboolean
pgs_sqlx_recognise(const PgsFolder *folder, char **reason)
{
    if (!pgs_sqlx_fits(folder))
        return FALSE;
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!pgs_folder_is_top(file) || parse_name(file->name, &parsed) != NAME_FITS)
            continue;
        GBytes *text = pgs_folder_text(file, NULL);
        if (text == NULL || !begins_with_mark(text))
            continue;
        *reason = g_strdup_printf("%s begins with \"%s\"", file->name, no_transaction);
        return TRUE;
    }
    return FALSE;
}

/* Byte order is the order of the numbers, negative ones first. */
static char *
version_key(gint64 version)
{
    return g_strdup_printf("%020" G_GUINT64_FORMAT,
                           (guint64)version ^ (G_GUINT64_CONSTANT(1) << 63));
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, const FileName *parsed, GError **error)
{
    GBytes *text = pgs_folder_text(file, error);
    if (text == NULL)
        return FALSE;
    gboolean alone = begins_with_mark(text);
    g_autofree char *why = alone ? g_strdup_printf("it begins with \"%s\"", no_transaction) : NULL;
    PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, !alone, why, &tool, error);
    if (step == NULL)
        return FALSE;
    g_autofree char *key = version_key(parsed->version);
    g_autofree char *label = g_strconcat(parsed->digits, "_", parsed->name, NULL);
    return pgs_pairs_add(pairs, key, parsed->direction, parsed->digits, parsed->name, label, step,
                         error);
}

gboolean
pgs_sqlx_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        NameKind kind = pgs_folder_is_top(file) ? parse_name(file->name, &parsed) : NAME_IGNORED;
        if (kind == NAME_IGNORED)
            continue;
        if (kind == NAME_REFUSED) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                          "rename it or move it away: sqlx reads nothing of a folder with such a "
                          "file",
                          "%s: \"%s\" is no 64-bit number", file->path, parsed.digits);
            return FALSE;
        }
        g_hash_table_add(used, file->name);
        if (!add_file(pairs, file, &parsed, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "<number>_<name>.sql");
    return TRUE;
}
