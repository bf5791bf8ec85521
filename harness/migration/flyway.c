#include "base/error.h"
#include "base/text.h"
#include "migration/flyway_callbacks.h"
#include "migration/flyway_java.h"
#include "migration/flyway_name.h"
#include "migration/flyway_script.h"
#include "migration/formats.h"
#include "migration/manifest.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/flyway/flyway, 12.  What is read, and in which order: flyway-core/src/main/java/org/
 * flywaydb/core/internal/resolver/ (CompositeMigrationResolver.java,
 * ResolvedMigrationComparator.java), internal/info/MigrationInfoServiceImpl.java for what a new
 * database gets. */

typedef struct {
    const PgsFolder *folder;
    PgsFolderFile *file;
    PgsFlywayName name;
} Found;

typedef struct {
    PgsHistory *history;
    PgsFlywayConfig *config;
    GPtrArray *opened;          /* PgsFolder, of other locations; owned */
    GPtrArray *found;           /* Found */
    gboolean resets;            /* a script sets role or search_path */
    const PgsFolderFile *alone; /* the first that is not run in a transaction; or NULL */
} Reading;

static void
found_free(gpointer data)
{
    Found *found = data;
    pgs_flyway_name_clear(&found->name);
    g_free(found);
}

static void
reading_clear(Reading *reading)
{
    pgs_flyway_config_free(reading->config);
    g_clear_pointer(&reading->opened, g_ptr_array_unref);
    g_clear_pointer(&reading->found, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, reading_clear)

static const char *
base_name(const PgsFolderFile *file)
{
    const char *slash = strrchr(file->name, '/');
    return slash != NULL ? slash + 1 : file->name;
}

/* A file named by Flyway's own convention, in the folder; NULL: there is none. */
static const char *
find_versioned(const PgsFolder *folder, const PgsFlywayConfig *config)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        g_auto(PgsFlywayName) name;
        pgs_flyway_name_parse(&name, config, base_name(file));
        if ((name.kind == PGS_FLYWAY_VERSIONED || name.kind == PGS_FLYWAY_BASELINE) &&
            strstr(name.stem, config->separator) != NULL)
            return file->name;
    }
    return NULL;
}

static PgsFlywayConfig *
quiet_config(const PgsFolder *folder)
{
    g_autoptr(PgsToolSettings) settings = pgs_tool_settings_new();
    return pgs_flyway_config_new(folder, settings, NULL);
}

gboolean
pgs_flyway_fits(const PgsFolder *folder)
{
    g_autoptr(PgsFlywayConfig) config = quiet_config(folder);
    return config != NULL && find_versioned(folder, config) != NULL;
}

/* refinery's files have the same names: Cargo.toml tells. */
static gboolean
is_refinery(const PgsFolder *folder)
{
    g_autofree char *reason = NULL;
    g_autoptr(GPtrArray) readers = pgs_manifest_readers(folder, &reason);
    for (guint i = 0; i < readers->len; i++) {
        const PgsReader *reader = g_ptr_array_index(readers, i);
        if (strcmp(reader->name, "refinery") == 0)
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_flyway_recognise(const PgsFolder *folder, char **reason)
{
    g_autofree char *path = pgs_flyway_config_find(folder);
    g_autoptr(PgsFlywayConfig) config = quiet_config(folder);
    const char *versioned = config != NULL ? find_versioned(folder, config) : NULL;
    gboolean own = path != NULL && g_str_has_prefix(path, folder->real);
    if (versioned == NULL && !own)
        return FALSE;
    if (is_refinery(folder))
        return FALSE;
    g_autofree char *file = path != NULL ? g_path_get_basename(path) : NULL;
    *reason = file != NULL ? g_strdup_printf("there is a %s", file)
                           : g_strdup_printf("a file is named as Flyway has it: %s", versioned);
    return TRUE;
}

/* The folders that Flyway reads. */
static gboolean
open_locations(const PgsFolder *folder, Reading *reading, GPtrArray *folders, GError **error)
{
    g_autoptr(GPtrArray) missing = NULL;
    g_autoptr(GPtrArray) paths = pgs_flyway_config_folders(reading->config, &missing);
    for (guint i = 0; i < missing->len; i++) {
        const char *location = g_ptr_array_index(missing, i);
        if (reading->config->fail_on_missing_locations) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                          "flyway.failOnMissingLocations is true", "%s: there is no location %s",
                          reading->config->path, location);
            return FALSE;
        }
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.beyond", reading->config->path,
                         "there is no location %s", location);
    }
    if (paths == NULL || paths->len == 0) {
        g_ptr_array_add(folders, (gpointer)folder);
        return TRUE;
    }
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        if (strcmp(path, folder->real) == 0) {
            g_ptr_array_add(folders, (gpointer)folder);
            continue;
        }
        PgsFolder *other = pgs_folder_open(path, error);
        if (other == NULL)
            return FALSE;
        g_ptr_array_add(reading->opened, other);
        g_ptr_array_add(folders, other);
        if (!pgs_folder_deepen(other, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
refuse_name(const PgsFolderFile *file, const PgsFlywayName *name, GError **error)
{
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "flyway.validateMigrationNaming is true: rename it or move it away", "%s: %s",
                  file->path, name->fault);
    return FALSE;
}

static gboolean
look_at(Reading *reading, const PgsFolder *folder, PgsFolderFile *file, GError **error)
{
    Found *found = g_new0(Found, 1);
    found->folder = folder;
    found->file = file;
    pgs_flyway_name_parse(&found->name, reading->config, base_name(file));
    g_ptr_array_add(reading->found, found);
    if (found->name.kind != PGS_FLYWAY_INVALID)
        return TRUE;
    if (reading->config->validate_naming)
        return refuse_name(file, &found->name, error);
    pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                     "flyway takes no notice of this file: %s", found->name.fault);
    return TRUE;
}

static gboolean
contains_word(const char *text, gsize length, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= length; i++) {
        if (g_ascii_strncasecmp(text + i, word, n) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
look_for_settings(Reading *reading, const Found *found, GError **error)
{
    GBytes *bytes = pgs_folder_text(found->file, error);
    if (bytes == NULL)
        return FALSE;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    reading->resets = reading->resets || contains_word(text, length, "search_path") ||
                      contains_word(text, length, "role");
    return TRUE;
}

static gboolean
collect(Reading *reading, const GPtrArray *folders, GError **error)
{
    for (guint i = 0; i < folders->len; i++) {
        const PgsFolder *folder = g_ptr_array_index(folders, i);
        for (guint j = 0; j < folder->files->len; j++) {
            if (!look_at(reading, folder, g_ptr_array_index(folder->files, j), error))
                return FALSE;
        }
    }
    for (guint i = 0; i < reading->found->len; i++) {
        const Found *found = g_ptr_array_index(reading->found, i);
        if (found->name.kind >= PGS_FLYWAY_VERSIONED && !reading->resets &&
            !look_for_settings(reading, found, error))
            return FALSE;
    }
    return TRUE;
}

/*
 * PostgreSQLConnection.java: in front of each migration the role is what it was, and the schema is
 * put in front of the search_path that the session began with.  NULL: that changes nothing here.
 */
static char *
session_reset(const Reading *reading)
{
    const PgsFlywayConfig *config = reading->config;
    const char *schema = pgs_flyway_config_schema(config);
    if (!reading->resets && config->init_sql == NULL && strcmp(schema, "public") == 0)
        return NULL;
    g_autofree char *name = pgs_text_identifier(schema);
    g_autofree char *in_front = g_strconcat(name, ", ", NULL);
    g_autofree char *literal = pgs_text_literal(in_front);
    return g_strdup_printf("RESET ROLE; RESET search_path; %s%s"
                           "SELECT pg_catalog.set_config('search_path', %s || "
                           "pg_catalog.current_setting('search_path'), false)",
                           config->init_sql != NULL ? config->init_sql : "",
                           config->init_sql != NULL ? "; " : "", literal);
}

static PgsStep *
make_step(Reading *reading, const Found *found, gboolean *skipped, GError **error)
{
    PgsFlywayScript script = {
        .config = reading->config,
        .folder = found->folder,
        .file = found->file,
        .is_resolved = found->name.kind == PGS_FLYWAY_REPEATABLE,
    };
    PgsStep *step = pgs_flyway_script_step(&script, error);
    if (step == NULL)
        return NULL;
    step->before = session_reset(reading);
    if (script.is_alone && reading->alone == NULL)
        reading->alone = found->file;
    if (skipped != NULL)
        *skipped = script.is_skipped;
    return step;
}

static PgsStep *
make_callback(gpointer file, gpointer data, GError **error)
{
    return make_step(data, file, NULL, error);
}

/* The newest baseline migration: a new database begins with it, and gets no older version. */
static const Found *
find_baseline(const Reading *reading, const char *target)
{
    const Found *newest = NULL;
    for (guint i = 0; i < reading->found->len; i++) {
        const Found *found = g_ptr_array_index(reading->found, i);
        if (found->name.kind == PGS_FLYWAY_BASELINE &&
            (target == NULL || strcmp(found->name.key, target) <= 0) &&
            (newest == NULL || strcmp(found->name.key, newest->name.key) > 0))
            newest = found;
    }
    return newest;
}

/* Whether a new database gets it. */
static gboolean
is_wanted(const Found *found, const Found *baseline, const char *target)
{
    if (found->name.kind == PGS_FLYWAY_BASELINE)
        return found == baseline;
    if (found->name.kind != PGS_FLYWAY_VERSIONED && found->name.kind != PGS_FLYWAY_UNDO)
        return FALSE;
    return (baseline == NULL || strcmp(found->name.key, baseline->name.key) > 0) &&
           (target == NULL || strcmp(found->name.key, target) <= 0);
}

static gboolean
add_version(Reading *reading, PgsPairs *pairs, const Found *found, GError **error)
{
    const PgsFlywayName *name = &found->name;
    gboolean undo = name->kind == PGS_FLYWAY_UNDO;
    gboolean skipped = FALSE;
    PgsStep *step = make_step(reading, found, &skipped, error);
    if (step == NULL)
        return FALSE;
    if (skipped) {
        pgs_step_free(step);
        pgs_history_note(reading->history, PGS_NOTE_INFO, "folder.beyond", found->file->path,
                         "its .conf says shouldExecute=false");
        return TRUE;
    }
    /* The two of a pair are called the same but for the prefix. */
    g_autofree char *label =
        undo ? g_strconcat(reading->config->versioned, name->stem + strlen(name->prefix), NULL)
             : g_strdup(name->stem);
    return pgs_pairs_add(pairs, name->key, undo ? PGS_DIRECTION_DOWN : PGS_DIRECTION_UP,
                         name->version, name->description, label, step, error);
}

static void
note_left_out(Reading *reading, const Found *baseline, guint n_below, guint n_above)
{
    if (n_below > 0)
        pgs_history_note(reading->history, PGS_NOTE_INFO, "folder.beyond", baseline->file->path,
                         "a new database begins with this baseline: %u older %s not run", n_below,
                         n_below == 1 ? "version is" : "versions are");
    if (n_above > 0)
        pgs_history_note(reading->history, PGS_NOTE_INFO, "folder.beyond", reading->config->path,
                         "flyway.target is %s: %u newer %s not run", reading->config->target,
                         n_above, n_above == 1 ? "version is" : "versions are");
}

static gint
compare_versions(gconstpointer a, gconstpointer b)
{
    const Found *first = *(Found *const *)a;
    const Found *second = *(Found *const *)b;
    gint order = (gint)first->name.kind - (gint)second->name.kind;
    return order != 0 ? order : strcmp(first->name.key, second->name.key);
}

/* checkForIncompatibilities() of CompositeMigrationResolver.java: of all that there are, also below
 * a baseline or above the target. */
static gboolean
check_versions(const Reading *reading, GError **error)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < reading->found->len; i++) {
        Found *found = g_ptr_array_index(reading->found, i);
        if (found->name.kind == PGS_FLYWAY_VERSIONED || found->name.kind == PGS_FLYWAY_UNDO ||
            found->name.kind == PGS_FLYWAY_BASELINE)
            g_ptr_array_add(sorted, found);
    }
    g_ptr_array_sort(sorted, compare_versions);
    for (guint i = 1; i < sorted->len; i++) {
        const Found *before = g_ptr_array_index(sorted, i - 1);
        const Found *found = g_ptr_array_index(sorted, i);
        if (compare_versions(&before, &found) != 0)
            continue;
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                      "give one of them another version", "%s and %s have one version: %s",
                      before->file->path, found->file->path, found->name.version);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_versions(Reading *reading, const GPtrArray *folders, GError **error)
{
    if (!check_versions(reading, error))
        return FALSE;
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    /* "latest", "current" and "next" have no key: all of them, on a new database. */
    g_autofree char *target =
        reading->config->target != NULL ? pgs_flyway_version_key(reading->config->target) : NULL;
    const Found *baseline = find_baseline(reading, target);
    guint n_below = 0;
    guint n_above = 0;
    for (guint i = 0; i < reading->found->len; i++) {
        const Found *found = g_ptr_array_index(reading->found, i);
        if (is_wanted(found, baseline, target)) {
            if (!add_version(reading, pairs, found, error))
                return FALSE;
        } else if (found->name.kind == PGS_FLYWAY_VERSIONED) {
            if (target != NULL && strcmp(found->name.key, target) > 0)
                n_above++;
            else
                n_below++;
        }
    }
    note_left_out(reading, baseline, n_below, n_above);
    for (guint i = 0; i < folders->len; i++)
        pgs_flyway_note_code(g_ptr_array_index(folders, i), reading->config,
                             baseline != NULL ? baseline->name.key : NULL, target,
                             reading->history);
    pgs_pairs_finish(pairs, reading->history);
    return TRUE;
}

/* By description, in which an underscore is a blank. */
static gint
compare_descriptions(gconstpointer a, gconstpointer b)
{
    const Found *first = *(Found *const *)a;
    const Found *second = *(Found *const *)b;
    g_autofree char *x = g_strdelimit(g_strdup(first->name.description), "_", ' ');
    g_autofree char *y = g_strdelimit(g_strdup(second->name.description), "_", ' ');
    return strcmp(x, y);
}

static gboolean
add_repeatable(Reading *reading, const Found *found, GError **error)
{
    gboolean skipped = FALSE;
    PgsStep *step = make_step(reading, found, &skipped, error);
    if (step == NULL)
        return FALSE;
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->id = g_strdup(found->name.stem);
    revision->name = g_strdup(found->name.description);
    revision->label = g_strdup(found->name.stem);
    revision->up = step;
    revision->repeatable = TRUE;
    g_ptr_array_add(reading->history->revisions, revision);
    return TRUE;
}

static gboolean
read_repeatables(Reading *reading, GError **error)
{
    g_autoptr(GPtrArray) repeatables = g_ptr_array_new();
    for (guint i = 0; i < reading->found->len; i++) {
        Found *found = g_ptr_array_index(reading->found, i);
        if (found->name.kind == PGS_FLYWAY_REPEATABLE)
            g_ptr_array_add(repeatables, found);
    }
    g_ptr_array_sort(repeatables, compare_descriptions);
    for (guint i = 0; i < repeatables->len; i++) {
        const Found *found = g_ptr_array_index(repeatables, i);
        const Found *before = i > 0 ? g_ptr_array_index(repeatables, i - 1) : NULL;
        if (before != NULL && compare_descriptions(&before, &found) == 0) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                          "give one of them another description",
                          "%s and %s are repeatable migrations with one description",
                          before->file->path, found->file->path);
            return FALSE;
        }
        if (!add_repeatable(reading, found, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
read_callbacks(Reading *reading, GError **error)
{
    g_autoptr(PgsFlywayCallbacks) callbacks = pgs_flyway_callbacks_new();
    for (guint i = 0; i < reading->found->len && !reading->config->skip_callbacks; i++) {
        Found *found = g_ptr_array_index(reading->found, i);
        PgsFlywayMoment moment = found->name.kind == PGS_FLYWAY_CALLBACK
                                     ? pgs_flyway_callback_moment(found->name.prefix)
                                     : PGS_FLYWAY_NEVER;
        if (moment == PGS_FLYWAY_STATEMENT)
            pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.beyond", found->file->path,
                             "Flyway runs this callback with each statement; pgstair does not");
        else if (moment != PGS_FLYWAY_NEVER)
            pgs_flyway_callbacks_add(callbacks, found->name.prefix, found->name.description, found);
    }
    return pgs_flyway_callbacks_apply(callbacks, reading->history, make_callback, reading, error);
}

/*
 * DbSchemas.java creates the schemas that are not there; PostgreSQLDatabase.java,
 * getRawCreateScript(), the schema history.  A schema that Flyway is not to create is the project's
 * to prepare.
 */
static void
set_prepare(Reading *reading)
{
    const PgsFlywayConfig *config = reading->config;
    PgsHistory *history = reading->history;
    const char *schema = pgs_flyway_config_schema(config);
    g_autoptr(GString) sql = g_string_new(NULL);
    for (char **other = config->schemas; other != NULL && *other != NULL; other++) {
        g_autofree char *name = pgs_text_identifier(*other);
        if (config->create_schemas)
            g_string_append_printf(sql, "CREATE SCHEMA IF NOT EXISTS %s;", name);
    }
    g_autofree char *name = pgs_text_identifier(schema);
    g_autofree char *table = pgs_text_identifier(config->table);
    if (config->create_schemas && strcmp(schema, "public") != 0)
        g_string_append_printf(sql, "CREATE SCHEMA IF NOT EXISTS %s;", name);
    if (config->create_schemas || strcmp(schema, "public") == 0)
        g_string_append_printf(
            sql,
            "CREATE TABLE IF NOT EXISTS %s.%s (installed_rank int NOT NULL PRIMARY KEY, version "
            "varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script "
            "varchar(1000) NOT NULL, checksum int, installed_by varchar(100) NOT NULL, "
            "installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL, success "
            "boolean NOT NULL)",
            name, table);
    history->own_prepare = g_string_free(g_steal_pointer(&sql), FALSE);
    history->prepare = history->own_prepare;
    if (strcmp(config->table, "flyway_schema_history") == 0)
        return;
    const char *const ledger[] = {"flyway_schema_history", config->table, NULL};
    history->own_ledger = g_strdupv((char **)ledger);
    history->ledger = (const char *const *)history->own_ledger;
}

/*
 * The lock on the schema history is a transaction's, in a session of its own (since 9.1.2,
 * flyway.postgresql.transactional.lock): a concurrent build waits for that transaction to end, and
 * Flyway for the build.
 */
static void
note_lock(Reading *reading)
{
    if (reading->alone != NULL && reading->config->transactional_lock)
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.beyond", reading->alone->path,
                         "with a statement such as CREATE INDEX CONCURRENTLY Flyway waits for "
                         "itself for ever, unless flyway.postgresql.transactional.lock is false; "
                         "no flyway.toml or flyway.conf says so here");
}

/* DbMigrate.java, isExecuteGroupInTransaction() */
static gboolean
settle_group(Reading *reading, GError **error)
{
    reading->history->is_batch = reading->config->group;
    if (!reading->config->group || reading->alone == NULL)
        return TRUE;
    reading->history->is_batch = FALSE;
    if (reading->config->mixed)
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                  "set flyway.mixed=true (then nothing is rolled back), or flyway.group=false",
                  "%s: Flyway refuses to run this migration, which is not run in a transaction, in "
                  "one group with others (flyway.group is true)",
                  reading->alone->path);
    return FALSE;
}

/* What was read of other locations; those of the folder itself are noted with it. */
static void
note_files(const Reading *reading)
{
    if (reading->config->path != NULL)
        pgs_history_note_file(reading->history, reading->config->path);
    for (guint i = 0; i < reading->opened->len; i++) {
        const PgsFolder *other = reading->opened->pdata[i];
        for (guint k = 0; k < other->files->len; k++) {
            const PgsFolderFile *file = other->files->pdata[k];
            if (file->text != NULL)
                pgs_history_note_file(reading->history, file->path);
        }
    }
}

gboolean
pgs_flyway_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_auto(Reading) reading = {
        .history = history,
        .config = pgs_flyway_config_new(folder, history->settings, error),
        .opened = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_folder_free),
        .found = g_ptr_array_new_with_free_func(found_free),
    };
    if (reading.config == NULL)
        return FALSE;
    g_autoptr(GPtrArray) folders = g_ptr_array_new();
    if (!open_locations(folder, &reading, folders, error) || !collect(&reading, folders, error) ||
        !read_versions(&reading, folders, error) || !read_repeatables(&reading, error))
        return FALSE;
    if (history->revisions->len > 0 && !read_callbacks(&reading, error))
        return FALSE;
    set_prepare(&reading);
    note_lock(&reading);
    note_files(&reading);
    return settle_group(&reading, error);
}
