#include "migration/flyway_config.h"

#include "base/error.h"
#include "migration/flyway_file.h"
#include "migration/placeholders.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_FILE_SIZE = 1024 * 1024,
    MAX_FOLDERS_ABOVE = 16,
};

typedef enum {
    KEY_TEXT,
    KEY_LIST,
    KEY_BOOLEAN,
} KeyKind;

typedef struct {
    const char *name; /* behind "flyway." */
    KeyKind kind;
    gsize offset;
    const char *value; /* FlywayModel.java, defaults(); NULL: none */
} Key;

#define KEY(name, kind, field, value)                                                              \
    {                                                                                              \
        name, kind, G_STRUCT_OFFSET(PgsFlywayConfig, field), value                                 \
    }

static const Key keys[] = {
    KEY("locations", KEY_LIST, locations, NULL),
    KEY("callbackLocations", KEY_LIST, callback_locations, NULL),
    KEY("sqlMigrationPrefix", KEY_TEXT, versioned, "V"),
    KEY("undoSqlMigrationPrefix", KEY_TEXT, undo, "U"),
    KEY("repeatableSqlMigrationPrefix", KEY_TEXT, repeatable, "R"),
    KEY("baselineMigrationPrefix", KEY_TEXT, baseline, "B"),
    KEY("sqlMigrationSeparator", KEY_TEXT, separator, "__"),
    KEY("sqlMigrationSuffixes", KEY_LIST, suffixes, ".sql"),
    KEY("placeholderReplacement", KEY_BOOLEAN, placeholder_replacement, "true"),
    KEY("placeholderPrefix", KEY_TEXT, placeholder_prefix, "${"),
    KEY("placeholderSuffix", KEY_TEXT, placeholder_suffix, "}"),
    KEY("placeholderSeparator", KEY_TEXT, placeholder_separator, ":"),
    KEY("defaultSchema", KEY_TEXT, default_schema, NULL),
    KEY("schemas", KEY_LIST, schemas, NULL),
    KEY("createSchemas", KEY_BOOLEAN, create_schemas, "true"),
    KEY("table", KEY_TEXT, table, "flyway_schema_history"),
    KEY("initSql", KEY_TEXT, init_sql, NULL),
    KEY("installedBy", KEY_TEXT, installed_by, NULL),
    KEY("encoding", KEY_TEXT, encoding, "UTF-8"),
    KEY("target", KEY_TEXT, target, NULL),
    KEY("environment", KEY_TEXT, environment, "default"),
    KEY("group", KEY_BOOLEAN, group, "false"),
    KEY("mixed", KEY_BOOLEAN, mixed, "false"),
    KEY("executeInTransaction", KEY_BOOLEAN, execute_in_transaction, "true"),
    KEY("validateMigrationNaming", KEY_BOOLEAN, validate_naming, "false"),
    KEY("failOnMissingLocations", KEY_BOOLEAN, fail_on_missing_locations, "false"),
    KEY("outOfOrder", KEY_BOOLEAN, out_of_order, "false"),
    KEY("validateOnMigrate", KEY_BOOLEAN, validate_on_migrate, "true"),
    KEY("ignoreMigrationPatterns", KEY_LIST, ignored, "*:future"),
    KEY("postgresql.transactional.lock", KEY_BOOLEAN, transactional_lock, "true"),
    KEY("baselineOnMigrate", KEY_BOOLEAN, baseline_on_migrate, "false"),
    KEY("baselineVersion", KEY_TEXT, baseline_version, "1"),
    KEY("skipDefaultCallbacks", KEY_BOOLEAN, skip_callbacks, "false"),
};

void
pgs_flyway_config_free(PgsFlywayConfig *config)
{
    if (config == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        gpointer *field = G_STRUCT_MEMBER_P(config, keys[i].offset);
        if (keys[i].kind == KEY_TEXT)
            g_free(*field);
        else if (keys[i].kind == KEY_LIST)
            g_strfreev(*field);
    }
    g_free(config->path);
    g_free(config->root);
    g_free(config->user);
    g_free(config->database);
    g_hash_table_unref(config->placeholders);
    g_free(config);
}

/* "a, b" as its parts, trimmed, without empty ones. */
static char **
split_list(const char *value)
{
    g_autoptr(GPtrArray) parts = g_ptr_array_new();
    g_auto(GStrv) words = g_strsplit(value, ",", -1);
    for (char **word = words; *word != NULL; word++) {
        if (*g_strstrip(*word) != '\0')
            g_ptr_array_add(parts, g_strdup(*word));
    }
    g_ptr_array_add(parts, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&parts), FALSE);
}

static gboolean
set_key(PgsFlywayConfig *config, const Key *key, const char *value, GError **error)
{
    gpointer field = G_STRUCT_MEMBER_P(config, key->offset);
    if (key->kind == KEY_BOOLEAN) {
        gboolean truth = g_ascii_strcasecmp(value, "true") == 0;
        if (!truth && g_ascii_strcasecmp(value, "false") != 0) {
            pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                          "write true or false", "%s: flyway.%s is \"%s\"", config->path, key->name,
                          value);
            return FALSE;
        }
        *(gboolean *)field = truth;
    } else if (key->kind == KEY_LIST) {
        g_strfreev(*(char ***)field);
        *(char ***)field = split_list(value);
    } else {
        g_free(*(char **)field);
        *(char **)field = g_strdup(value);
    }
    return TRUE;
}

static PgsFlywayConfig *
config_new_default(void)
{
    PgsFlywayConfig *config = g_new0(PgsFlywayConfig, 1);
    config->placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].value != NULL)
            set_key(config, &keys[i], keys[i].value, NULL);
    }
    return config;
}

static gboolean
take_keys(PgsFlywayConfig *config, GHashTable *values, GError **error)
{
    static const char prefix[] = "flyway.placeholders.";
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *name = g_strconcat("flyway.", keys[i].name, NULL);
        const char *value = g_hash_table_lookup(values, name);
        if (value != NULL && !set_key(config, &keys[i], value, error))
            return FALSE;
    }
    GHashTableIter iter;
    gpointer name;
    gpointer value;
    g_hash_table_iter_init(&iter, values);
    while (g_hash_table_iter_next(&iter, &name, &value)) {
        if (g_str_has_prefix(name, prefix))
            g_hash_table_replace(config->placeholders,
                                 g_utf8_strdown((const char *)name + strlen(prefix), -1),
                                 g_strdup(value));
    }
    return TRUE;
}

static gboolean
take_file(PgsFlywayConfig *config, const char *path, GError **error)
{
    g_autofree char *text = pgs_file_text_beside("", path);
    if (text == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, NULL,
                      "%s: it cannot be read", path);
        return FALSE;
    }
    guint line = 1;
    g_autoptr(GHashTable) values = !g_utf8_validate(text, -1, NULL) ? NULL
                                   : g_str_has_suffix(path, ".toml")
                                       ? pgs_flyway_file_toml(text, &line)
                                       : pgs_flyway_file_properties(text);
    if (values == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "Flyway does not read it either", "%s:%u: this cannot be understood", path,
                      line);
        return FALSE;
    }
    return take_keys(config, values, error);
}

static gboolean
is_small_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MAX_FILE_SIZE;
}

/* The configuration in a folder, or in its conf/ as in Flyway's own layout; a flyway.toml makes a
 * flyway.conf void (flyway-commandline, ConfigurationManagerImpl.java). */
static char *
file_in(const char *folder)
{
    static const char *const names[] = {"flyway.toml", "conf/flyway.toml", "flyway.conf",
                                        "conf/flyway.conf"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        if (is_small_file(path))
            return g_steal_pointer(&path);
    }
    return NULL;
}

/* The path that a location means; NULL: not one in the file system.  A class path's is where Maven
 * and Gradle take it from. */
static char *
location_path(const PgsFlywayConfig *config, const char *location)
{
    const char *colon = strchr(location, ':');
    const char *path = colon != NULL ? colon + 1 : location;
    if (colon != NULL && strncmp(location, "filesystem:", 11) == 0)
        return g_canonicalize_filename(path, config->root);
    if (colon != NULL && strncmp(location, "classpath:", 10) != 0)
        return NULL;
    g_autofree char *resources = g_build_filename(config->root, "src/main/resources", NULL);
    return g_canonicalize_filename(path + strspn(path, "/"), resources);
}

static gboolean
holds(const char *above, const char *below)
{
    gsize length = strlen(above);
    return strncmp(above, below, length) == 0 && (below[length] == '/' || below[length] == '\0');
}

/* Whether a folder is among the locations, or above or below one. */
static gboolean
is_about(const PgsFlywayConfig *config, const char *folder)
{
    if (config->locations == NULL || g_str_equal(config->root, folder))
        return TRUE;
    for (char **location = config->locations; *location != NULL; location++) {
        g_autofree char *path = location_path(config, *location);
        g_autofree char *real = path != NULL ? realpath(path, NULL) : NULL;
        if (real != NULL && (holds(real, folder) || holds(folder, real)))
            return TRUE;
    }
    return FALSE;
}

static PgsFlywayConfig *
read_config(const char *path, const char *root, GError **error)
{
    g_autoptr(PgsFlywayConfig) config = config_new_default();
    config->path = g_strdup(path);
    config->root = g_strdup(root);
    return take_file(config, path, error) ? g_steal_pointer(&config) : NULL;
}

/* The nearest one that is about the folder; NULL without error: there is none. */
static PgsFlywayConfig *
find_config(const PgsFolder *folder, GError **error)
{
    g_autofree char *above = g_strdup(folder->real);
    for (guint i = 0; i < MAX_FOLDERS_ABOVE; i++) {
        g_autofree char *path = file_in(above);
        GError *local = NULL;
        g_autoptr(PgsFlywayConfig) config = path != NULL ? read_config(path, above, &local) : NULL;
        if (local != NULL) {
            g_propagate_error(error, local);
            return NULL;
        }
        if (config != NULL && is_about(config, folder->real))
            return g_steal_pointer(&config);
        g_autofree char *git = g_build_filename(above, ".git", NULL);
        g_autofree char *next = g_path_get_dirname(above);
        if (g_file_test(git, G_FILE_TEST_EXISTS) || g_str_equal(next, above))
            break;
        g_free(above);
        above = g_steal_pointer(&next);
    }
    return NULL;
}

PgsFlywayConfig *
pgs_flyway_config_new(const PgsFolder *folder, const PgsToolSettings *settings, GError **error)
{
    GError *local = NULL;
    PgsFlywayConfig *config = find_config(folder, &local);
    if (local != NULL) {
        g_propagate_error(error, local);
        return NULL;
    }
    if (config == NULL)
        config = config_new_default();
    pgs_placeholders_take(config->placeholders, settings->placeholders, TRUE);
    return config;
}

char *
pgs_flyway_config_find(const PgsFolder *folder)
{
    g_autoptr(PgsFlywayConfig) config = find_config(folder, NULL);
    return config != NULL ? g_strdup(config->path) : NULL;
}

GPtrArray *
pgs_flyway_config_folders(const PgsFlywayConfig *config, GPtrArray **missing)
{
    *missing = g_ptr_array_new_with_free_func(g_free);
    if (config->locations == NULL)
        return NULL;
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    for (char **location = config->locations; *location != NULL; location++) {
        g_autofree char *path = location_path(config, *location);
        g_autofree char *real = path != NULL ? realpath(path, NULL) : NULL;
        if (real == NULL || !g_file_test(real, G_FILE_TEST_IS_DIR))
            g_ptr_array_add(*missing, g_strdup(*location));
        else
            g_ptr_array_add(folders, g_steal_pointer(&real));
    }
    return g_steal_pointer(&folders);
}

const char *
pgs_flyway_config_schema(const PgsFlywayConfig *config)
{
    if (config->default_schema != NULL && config->default_schema[0] != '\0')
        return config->default_schema;
    return config->schemas != NULL && config->schemas[0] != NULL ? config->schemas[0] : "public";
}
