#ifndef PGS_MIGRATION_LIQUIBASE_INCLUDE_H
#define PGS_MIGRATION_LIQUIBASE_INCLUDE_H

#include "migration/reader.h"

/*
 * Root changelogs: XML, YAML and JSON files that include formatted SQL files (and each other),
 * which is all that is followed of them.
 */

/* Told of each SQL file in the order in which Liquibase comes to it; path: without links. */
typedef gboolean (*PgsLiquibaseFileFunc)(const char *path, gpointer data, GError **error);

typedef struct {
    const PgsFolder *folder;
    GHashTable *parameters; /* their <property>s are added */
    PgsLiquibaseFileFunc found;
    gpointer data;
    /* Told of each changelog that is no SQL file, once it was read; or NULL. */
    void (*opened)(const char *path, gpointer data);
} PgsLiquibaseInclusion;

/* FALSE with PGS_MIGRATION_ERROR_FORMAT, file and line: what cannot be found, read or run. */
gboolean pgs_liquibase_include(const PgsLiquibaseInclusion *inclusion, const char *path,
                               GError **error);

/* The folder's root changelog: what a liquibase.properties in it or above it names, or the one
 * that is named as a root is; NULL: none.  g_free(). */
char *pgs_liquibase_find_root(const PgsFolder *folder, GHashTable *parameters);

#endif
