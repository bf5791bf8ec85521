#ifndef PGS_MIGRATION_FLYWAY_CONFIG_H
#define PGS_MIGRATION_FLYWAY_CONFIG_H

#include "migration/reader.h"

/* What Flyway is told besides its scripts, by the flyway.toml or flyway.conf of the project (never
 * by the environment), with its defaults. */
typedef struct {
    char *path;       /* of the file, or NULL */
    char *root;       /* the folder that locations are relative to; or NULL */
    char **locations; /* "filesystem:sql"; NULL: not said */
    char **callback_locations;

    char *versioned, *undo, *repeatable, *baseline; /* prefixes of names */
    char *separator;
    char **suffixes;

    GHashTable *placeholders; /* char *, in lower case → char * */
    gboolean placeholder_replacement;
    char *placeholder_prefix, *placeholder_suffix, *placeholder_separator;

    char *default_schema; /* or NULL */
    char **schemas;       /* or NULL */
    gboolean create_schemas;
    char *table;
    char *init_sql;     /* or NULL */
    char *installed_by; /* who the books say it was; NULL: the database's user */
    char *encoding;
    char *target; /* or NULL */
    char *environment;
    char *user, *database; /* or NULL */

    gboolean group, mixed, execute_in_transaction;
    gboolean validate_naming;
    gboolean fail_on_missing_locations;
    gboolean transactional_lock;
    gboolean baseline_on_migrate;
    char *baseline_version;
    gboolean out_of_order;
    gboolean validate_on_migrate;
    char **ignored; /* "versioned:missing": what validation is silent about */
    gboolean skip_callbacks;
} PgsFlywayConfig;

/*
 * The configuration that folder belongs to: of its own file, or of one in a folder above it (up to
 * the repository's root) whose locations do not exclude it; or just the defaults.  settings'
 * placeholders win.  NULL with PGS_MIGRATION_ERROR_FORMAT where Flyway refuses the file.
 */
PgsFlywayConfig *pgs_flyway_config_new(const PgsFolder *folder, const PgsToolSettings *settings,
                                       GError **error);
void pgs_flyway_config_free(PgsFlywayConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFlywayConfig, pgs_flyway_config_free)

/* The path of the file that such a folder's configuration is in, or NULL.  g_free(). */
char *pgs_flyway_config_find(const PgsFolder *folder);

/* The folders of the locations that are there, char *; NULL: just the folder itself.  Those that
 * are not are in *missing (g_ptr_array_unref()), as the file has them. */
GPtrArray *pgs_flyway_config_folders(const PgsFlywayConfig *config, GPtrArray **missing);

/* The schema that Flyway works in: "public" unless it is told another. */
const char *pgs_flyway_config_schema(const PgsFlywayConfig *config);

#endif
