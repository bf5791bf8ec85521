#include "base/error.h"
#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/rust-db/refinery, its main branch of May 2026: refinery_core/src/util.rs decides what
 * is read, traits/sync.rs and drivers/postgres.rs how it is sent. */
static const PgsTool tool = {
    .name = "refinery",
    /* tokio-postgres, simple_query.rs, batch_execute() */
    .refuses_copy = "unexpected message from server",
    .alone = "refinery runs every file in a transaction: such a statement has no place in its "
             "migrations",
};

/* traits/mod.rs, ASSERT_MIGRATIONS_TABLE_QUERY */
static const char prepare[] = "CREATE TABLE IF NOT EXISTS refinery_schema_history(version int8 "
                              "PRIMARY KEY, name VARCHAR(255), "
                              "applied_on VARCHAR(255), checksum VARCHAR(255))";
/* insert_migration_query(), in a transaction of its own behind each file; without a schema. */
static const char after[] = "SELECT FROM refinery_schema_history LIMIT 0";

typedef struct {
    char *digits;  /* "\d+(?:\.\d+)?" */
    char *name;    /* "\w+" */
    gboolean rust; /* .rs rather than .sql */
} FileName;

static void
file_name_clear(FileName *parsed)
{
    g_free(parsed->digits);
    g_free(parsed->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FileName, file_name_clear)

/* \w of the regex crate: letters and digits of any script, and "_". */
static gboolean
is_word(const char *text, gsize length)
{
    if (length == 0 || !g_utf8_validate(text, (gssize)length, NULL))
        return FALSE;
    for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        if (!g_unichar_isalnum(c) && !g_unichar_ismark(c) && c != '_')
            return FALSE;
    }
    return TRUE;
}

/* STEM_RE in util.rs: ^([U|V])(\d+(?:\.\d+)?)__(\w+), and \.(rs|sql)$. */
static gboolean
parse_name(const char *path, FileName *parsed)
{
    const char *slash = strrchr(path, '/');
    const char *file = slash != NULL ? slash + 1 : path;
    gboolean sql = g_str_has_suffix(file, ".sql");
    if ((file[0] != 'V' && file[0] != 'U') || (!sql && !g_str_has_suffix(file, ".rs")))
        return FALSE;
    const char *number = file + 1;
    gsize n = strspn(number, "0123456789");
    if (n > 0 && number[n] == '.' && g_ascii_isdigit(number[n + 1]))
        n += 1 + strspn(number + n + 1, "0123456789");
    const char *name = number + n + 2;
    gsize length = strlen(file) - (sql ? strlen(".sql") : strlen(".rs"));
    if (n == 0 || strncmp(number + n, "__", 2) != 0 || name >= file + length ||
        !is_word(name, (gsize)(file + length - name)))
        return FALSE;
    parsed->digits = g_strndup(number, n);
    parsed->name = g_strndup(name, (gsize)(file + length - name));
    parsed->rust = !sql;
    return TRUE;
}

gboolean
pgs_refinery_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (parse_name(file->name, &parsed))
            return TRUE;
    }
    return FALSE;
}

/* Its names are Flyway's too: its configuration (refinery setup writes it), or Cargo.toml, says. */
gboolean
pgs_refinery_recognise(const PgsFolder *folder, char **reason)
{
    static const char *const places[] = {"refinery.toml", "../refinery.toml",
                                         "../../refinery.toml"};
    if (!pgs_refinery_fits(folder))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_build_filename(folder->real, places[i], NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
            continue;
        *reason = g_strdup_printf("there is %s", places[i]);
        return TRUE;
    }
    return FALSE;
}

static gboolean
refuse(const PgsFolderFile *file, const char *hint, const char *what, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint, "%s: %s",
                  file->path, what);
    return FALSE;
}

/* parse_migration_name(): the version has to be an i32, or an i64 with the feature int8-versions.
 */
static gboolean
check_version(const PgsFolderFile *file, const FileName *parsed, gboolean *is_large, GError **error)
{
    guint64 version;
    if (!g_ascii_string_to_unsigned(parsed->digits, 10, 0, G_MAXINT64, &version, NULL))
        return refuse(file, "write the version as a whole number",
                      "refinery refuses the whole folder (InvalidVersion)", error);
    *is_large |= version > G_MAXINT32;
    return TRUE;
}

/* Whether the text sets something until the end of its transaction: the entry in the ledger is made
 * in the next one. */
static gboolean
sets_locally(GBytes *bytes)
{
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *lower = g_ascii_strdown(length > 0 ? text : "", (gssize)length);
    return strstr(lower, "local") != NULL || strstr(lower, "set_config") != NULL;
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, const FileName *parsed, GError **error)
{
    /* migrate(): batch_execute() of the text in a transaction, then its entry in another one. */
    PgsStep *step = pgs_step_new(file, PGS_SEND_WHOLE, TRUE, NULL, &tool, error);
    if (step == NULL)
        return FALSE;
    if (!sets_locally(step->text))
        step->after = g_strdup(after);
    g_autofree char *key = pgs_pairs_number_key(parsed->digits);
    g_autofree char *base = g_path_get_basename(file->name);
    base[strlen(base) - strlen(".sql")] = '\0';
    /* verify_migrations(): U and V differ only where something was applied already. */
    return pgs_pairs_add(pairs, key, PGS_DIRECTION_UP, parsed->digits, parsed->name, base, step,
                         error);
}

gboolean
pgs_refinery_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);
    history->prepare = prepare;
    gboolean is_large = FALSE;
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(FileName) parsed = {0};
        if (!parse_name(file->name, &parsed))
            continue;
        g_hash_table_add(used, file->name);
        if (parsed.rust)
            return refuse(
                file,
                "describe the tool's own commands in pgstair.yaml (commands:, "
                "docs/recipes.md)",
                "the SQL of this migration is made by Rust code, which pgstair cannot run", error);
        if (!check_version(file, &parsed, &is_large, error) ||
            !add_file(pairs, file, &parsed, error))
            return FALSE;
    }
    if (is_large)
        pgs_history_note(history, PGS_NOTE_INFO, "folder.format", NULL,
                         "versions beyond 32 bits: refinery reads them only when it is built with "
                         "its feature int8-versions");
    pgs_pairs_finish(pairs, history);
    pgs_history_note_unmatched(history, folder, used, "V<number>__<name>.sql");
    return TRUE;
}
