#include "base/error.h"
#include "migration/collate.h"
#include "migration/formats.h"
#include "migration/node_pg_migrate_config.h"
#include "migration/node_pg_migrate_marks.h"
#include "migration/node_text.h"
#include "migration/pairs.h"

#include <math.h>
#include <string.h>

/* github.com/salsita/node-pg-migrate, 9.0: src/migration.ts and src/utils decide what is read and
 * in which order, src/migrationLoader.ts and src/sqlMigration.ts how a file is cut, src/runner.ts
 * how it is sent. */
static const PgsTool tool = {
    .name = "node-pg-migrate",
    /* node-postgres, lib/query.js, handleCopyInResponse() */
    .refuses_copy = "COPY from stdin failed: No source stream defined",
    .passes_copy_out = TRUE,
    .alone = "node-pg-migrate runs all SQL migrations of a run in one transaction: only "
             "pgm.noTransaction() in a JavaScript migration, or --no-single-transaction and a file "
             "of its own without it, gives such a statement a place",
};

enum {
    MARK_FILES = 50, /* as many files are searched for marks when the format is not known */
    UTC_DIGITS = 17,
};

/* A migration: one file, or the two of a pair. */
typedef struct {
    char *name; /* of the file; of a pair without .up and .down (sqlGroupId()) */
    PgsFolderFile *single, *up, *down;
    double prefix;
    char *order;       /* of names with one prefix */
    const char *table; /* the tool's, quoted; borrowed */
} Unit;

static void
unit_free(gpointer data)
{
    Unit *unit = data;
    g_free(unit->name);
    g_free(unit->order);
    g_free(unit);
}

/* ---- names ---- */

/* getNumericPrefix(): milliseconds; 17 digits are such a moment spelled out, NAN when there is
 * none. */
static double
utc_prefix(const char *digits)
{
    guint parts[7];
    static const guint widths[] = {4, 2, 2, 2, 2, 2, 3};
    for (gsize i = 0; i < G_N_ELEMENTS(widths); i++) {
        parts[i] = 0;
        for (guint j = 0; j < widths[i]; j++)
            parts[i] = parts[i] * 10 + (guint)g_ascii_digit_value(*digits++);
    }
    gboolean midnight = parts[3] == 24 && parts[4] == 0 && parts[5] == 0 && parts[6] == 0;
    if (parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31 ||
        (parts[3] > 23 && !midnight) || parts[4] > 59 || parts[5] > 59)
        return NAN;
    /* Days since 1970 of the month's first, in the Gregorian calendar before its time, too. */
    gint64 year = (gint64)parts[0] - (parts[1] <= 2);
    gint64 era = (year >= 0 ? year : year - 399) / 400;
    gint64 of_era = year - era * 400;
    gint64 month = (parts[1] + 9) % 12;
    gint64 day = (153 * month + 2) / 5 + of_era * 365 + of_era / 4 - of_era / 100 + era * 146097 -
                 719468 + parts[2] - 1;
    gint64 seconds = ((day * 24 + parts[3]) * 60 + parts[4]) * 60 + parts[5];
    return (double)(seconds * 1000 + parts[6]);
}

static double
numeric_prefix(const char *name)
{
    gsize n = strspn(name, "0123456789");
    g_autofree char *digits = g_strndup(name, n);
    return n == UTC_DIGITS ? utc_prefix(digits) : g_ascii_strtod(digits, NULL);
}

static const char *
extension_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name ? dot : "";
}

static gboolean
is_sql(const char *name)
{
    return g_ascii_strcasecmp(extension_of(name), ".sql") == 0;
}

static gboolean
is_code(const char *name)
{
    static const char *const extensions[] = {".js", ".ts", ".cjs", ".mjs", ".cts", ".mts", NULL};
    return g_strv_contains(extensions, extension_of(name));
}

/* compareMigrationFileNames() */
static gint
compare_units(gconstpointer a, gconstpointer b)
{
    const Unit *x = *(Unit *const *)a, *y = *(Unit *const *)b;
    double difference = x->prefix - y->prefix;
    if (difference != 0 && !isnan(difference))
        return difference < 0 ? -1 : 1;
    return strcmp(x->order, y->order);
}

static gboolean
is_pair(const char *name)
{
    return g_str_has_suffix(name, ".up.sql") || g_str_has_suffix(name, ".down.sql");
}

/* ---- recognising ---- */

gboolean
pgs_node_pg_migrate_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && g_ascii_isdigit(file->name[0]) && !is_pair(file->name) &&
            (is_sql(file->name) || is_code(file->name)))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_node_pg_migrate_recognise(const PgsFolder *folder, char **reason)
{
    guint searched = 0;
    for (guint i = 0; i < folder->files->len && searched < MARK_FILES; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (!pgs_folder_is_top(file) || !g_ascii_isdigit(file->name[0]) || !is_sql(file->name))
            continue;
        searched++;
        gsize length;
        GBytes *bytes = pgs_folder_text(file, NULL);
        const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
        if (text == NULL || pgs_node_pg_migrate_mark(text, length, "up") < 0)
            continue;
        *reason = g_strdup_printf("\"-- Up Migration\" in %s", file->name);
        return TRUE;
    }
    return FALSE;
}

/* ---- reading ---- */

/* --ignore-pattern, which is not to be found in a folder: pgstair.yaml's placeholder of that name.
 */
static GRegex *
make_ignore_pattern(const PgsHistory *history, GError **error)
{
    static const char prefix[] = "ignore-pattern=";
    for (char **word = history->settings->placeholders; word != NULL && *word != NULL; word++) {
        if (!g_str_has_prefix(*word, prefix))
            continue;
        g_autofree char *pattern = g_strdup_printf("^%s$", *word + strlen(prefix));
        g_autoptr(GError) local = NULL;
        GRegex *regex = g_regex_new(pattern, 0, 0, &local);
        if (regex == NULL)
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                          "it is a regular expression, as node-pg-migrate's --ignore-pattern",
                          "ignore-pattern: %s", local->message);
        return regex;
    }
    return g_regex_new("^\\..*", 0, 0, error);
}

/* The files that are migrations to it: all that are not ignored (getMigrationFilePaths()). */
static GPtrArray *
list_files(const PgsFolder *folder, const PgsHistory *history, GError **error)
{
    g_autoptr(GRegex) ignored = make_ignore_pattern(history, error);
    if (ignored == NULL)
        return NULL;
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && !g_regex_match(ignored, file->name, 0, NULL))
            g_ptr_array_add(files, file);
    }
    return files;
}

/* Sorting asks each of two or more files for its number, and loading for SQL or a module. */
static gboolean
check_file(const PgsFolderFile *file, gboolean is_alone, GError **error)
{
    if (!is_alone && !g_ascii_isdigit(file->name[0])) {
        pgs_error_set(
            error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
            "move it away; if the project calls node-pg-migrate with --ignore-pattern, "
            "say so in pgstair.yaml: placeholders: {ignore-pattern: …}",
            "%s: node-pg-migrate refuses the whole folder: cannot determine numeric prefix "
            "for \"%s\"",
            file->path, file->name);
        return FALSE;
    }
    if (is_sql(file->name))
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "describe the tool's own commands in pgstair.yaml (commands:, docs/recipes.md)",
                  "%s: %s, which only node-pg-migrate can run", file->path,
                  is_code(file->name) ? "a migration in JavaScript or TypeScript"
                                      : "no SQL: it is loaded as a module");
    return FALSE;
}

static PgsStep *
make_step(PgsFolderFile *file, gsize offset, gsize length, GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    if (bytes == NULL)
        return NULL;
    const char *text = g_bytes_get_data(bytes, NULL);
    guint line = 1;
    for (gsize i = 0; i < offset; i++)
        line += text[i] == '\n';
    /* _apply(): pgm.sql() is one db.query(), in the run's transaction (singleTransaction). */
    return pgs_step_new_part(file, offset, length, line, NULL, PGS_SEND_WHOLE, TRUE, NULL, &tool,
                             error);
}

/* ---- units ---- */

static Unit *
find_unit(GPtrArray *units, GHashTable *by_name, char *name)
{
    Unit *unit = g_hash_table_lookup(by_name, name);
    if (unit != NULL) {
        g_free(name);
        return unit;
    }
    unit = g_new0(Unit, 1);
    unit->name = name;
    unit->prefix = numeric_prefix(name);
    unit->order = pgs_collate_key(name, PGS_COLLATE_NUMERIC | PGS_COLLATE_BARE);
    g_ptr_array_add(units, unit);
    g_hash_table_insert(by_name, unit->name, unit);
    return unit;
}

static void
add_to_unit(GPtrArray *units, GHashTable *by_name, PgsFolderFile *file)
{
    static const char *const suffixes[] = {".up.sql", ".down.sql"};
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (!g_str_has_suffix(file->name, suffixes[i]))
            continue;
        g_autofree char *stem = g_strndup(file->name, strlen(file->name) - strlen(suffixes[i]));
        Unit *unit = find_unit(units, by_name, g_strconcat(stem, ".sql", NULL));
        *(i == 0 ? &unit->up : &unit->down) = file;
        return;
    }
    find_unit(units, by_name, g_strdup(file->name))->single = file;
}

/* groupSqlFiles() */
static gboolean
check_unit(const Unit *unit, GError **error)
{
    const PgsFolderFile *file = unit->up != NULL ? unit->up : unit->down;
    const char *what = NULL;
    if (unit->single != NULL && file != NULL)
        what = "cannot mix .sql with .up/.down";
    else if (unit->down != NULL && unit->up == NULL)
        what = "found .down.sql without matching .up.sql";
    if (what == NULL)
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "node-pg-migrate refuses the whole folder", "%s: %s", file->path, what);
    return FALSE;
}

static GPtrArray *
make_units(const GPtrArray *files, GError **error)
{
    g_autoptr(GPtrArray) units = g_ptr_array_new_with_free_func(unit_free);
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < files->len; i++)
        add_to_unit(units, by_name, g_ptr_array_index(files, i));
    for (guint i = 0; i < units->len; i++) {
        if (!check_unit(g_ptr_array_index(units, i), error))
            return NULL;
    }
    g_ptr_array_sort(units, compare_units);
    return g_steal_pointer(&units);
}

/* _getMarkAsRun(), which quotes nothing in the name. */
static char *
make_after(const char *table, const char *name, PgsDirection direction)
{
    return direction == PGS_DIRECTION_UP
               ? g_strdup_printf("INSERT INTO %s (name, run_on) VALUES ('%s', NOW());", table, name)
               : g_strdup_printf("DELETE FROM %s WHERE name='%s';", table, name);
}

/* A text of a unit, which is its index-th: "0003_name.sql" is the revision 0003_name. */
static gboolean
add_step(PgsPairs *pairs, const Unit *unit, guint index, PgsDirection direction, PgsStep *step,
         GError **error)
{
    if (step == NULL)
        return FALSE;
    g_autofree char *label =
        g_strndup(unit->name, strlen(unit->name) - strlen(extension_of(unit->name)));
    step->after = make_after(unit->table, label, direction);
    gsize n = strspn(label, "0123456789");
    g_autofree char *id = n > 0 ? g_strndup(label, n) : g_strdup(label);
    const char *name = label + strlen(id);
    g_autofree char *key = g_strdup_printf("%010u", index);
    return pgs_pairs_add(pairs, key, direction, id, name + (*name == '_' || *name == '-'), label,
                         step, error);
}

/* A file with both directions: getActions(). */
static gboolean
add_single(PgsPairs *pairs, const Unit *unit, guint index, PgsHistory *history, GError **error)
{
    gsize length;
    GBytes *bytes = pgs_folder_text(unit->single, error);
    if (bytes == NULL)
        return FALSE;
    const char *text = g_bytes_get_data(bytes, &length);
    PgsNodePgMigrateCuts cuts = pgs_node_pg_migrate_cut(text != NULL ? text : "", length);
    if (!add_step(pairs, unit, index, PGS_DIRECTION_UP,
                  make_step(unit->single, cuts.up, cuts.up_length, error), error))
        return FALSE;
    if (cuts.down < 0)
        return TRUE;
    if (!cuts.is_marked)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.mark", unit->single->path,
                         "there is no \"-- Up Migration\": node-pg-migrate runs the whole file as "
                         "the upgrade, its down part too");
    return add_step(pairs, unit, index, PGS_DIRECTION_DOWN,
                    make_step(unit->single, (gsize)cuts.down, cuts.down_length, error), error);
}

/* A file with one direction: readSqlFileGroup(), for which an empty .down.sql is none. */
static gboolean
add_half(PgsPairs *pairs, const Unit *unit, guint index, PgsDirection direction, GError **error)
{
    PgsFolderFile *file = direction == PGS_DIRECTION_UP ? unit->up : unit->down;
    GBytes *bytes = file != NULL ? pgs_folder_text(file, error) : NULL;
    if (bytes == NULL)
        return file == NULL;
    gsize length = g_bytes_get_size(bytes);
    if (direction == PGS_DIRECTION_DOWN && length == 0)
        return TRUE;
    return add_step(pairs, unit, index, direction, make_step(file, 0, length, error), error);
}

/* Only who calls node-pg-migrate as a library can have them read so. */
static void
note_pairs(PgsHistory *history, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(files, i);
        if (!is_pair(file->name))
            continue;
        pgs_history_note(history, PGS_NOTE_INFO, "folder.format", NULL,
                         ".up.sql and .down.sql are read as pairs, as node-pg-migrate does with "
                         "migrationLoaderStrategies and the loader \"sql\"; its command line would "
                         "run each of these files as a migration of its own, upwards");
        return;
    }
}

static void
note_ties(PgsHistory *history, GPtrArray *units)
{
    for (guint i = 1; i < units->len; i++) {
        const Unit *unit = g_ptr_array_index(units, i);
        if (compare_units(&units->pdata[i - 1], &units->pdata[i]) == 0)
            pgs_history_note(history, PGS_NOTE_WARNING, "folder.sort",
                             unit->single != NULL ? unit->single->path : unit->up->path,
                             "node-pg-migrate sees no order between it and %s: they differ only in "
                             "punctuation",
                             ((const Unit *)g_ptr_array_index(units, i - 1))->name);
    }
}

/* Its table, quoted; g_free(). */
static char *
take_config(const PgsFolder *folder, PgsHistory *history)
{
    g_autoptr(PgsNodePgMigrateConfig) config =
        pgs_node_pg_migrate_config_new(folder->real, history->settings);
    const char *const ledger[] = {"pgmigrations", config->table, NULL};
    if (config->path != NULL)
        pgs_history_note_file(history, config->path);
    history->session = pgs_node_pg_migrate_config_session(config);
    history->own_prepare = pgs_node_pg_migrate_config_create(config);
    history->prepare = history->own_prepare;
    history->own_ledger = g_strdupv((char **)ledger);
    history->ledger = (const char *const *)history->own_ledger;
    return pgs_node_pg_migrate_config_name(config);
}

gboolean
pgs_node_pg_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GPtrArray) files = list_files(folder, history, error);
    if (files == NULL)
        return FALSE;
    for (guint i = 0; i < files->len; i++) {
        if (!check_file(g_ptr_array_index(files, i), files->len == 1, error) ||
            !pgs_node_text_take(g_ptr_array_index(files, i), history, error))
            return FALSE;
    }
    g_autoptr(GPtrArray) units = make_units(files, error);
    if (units == NULL)
        return FALSE;
    g_autofree char *table = take_config(folder, history);
    for (guint i = 0; i < units->len; i++) {
        Unit *unit = g_ptr_array_index(units, i);
        unit->table = table;
        if (unit->single != NULL ? !add_single(pairs, unit, i, history, error)
                                 : !add_half(pairs, unit, i, PGS_DIRECTION_UP, error) ||
                                       !add_half(pairs, unit, i, PGS_DIRECTION_DOWN, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    note_pairs(history, files);
    note_ties(history, units);
    return TRUE;
}
