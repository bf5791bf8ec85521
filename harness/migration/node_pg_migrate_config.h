#ifndef PGS_MIGRATION_NODE_PG_MIGRATE_CONFIG_H
#define PGS_MIGRATION_NODE_PG_MIGRATE_CONFIG_H

#include "project/tool_settings.h"

/* What node-pg-migrate is told of schemas and its table, with its defaults. */
typedef struct {
    char *path;    /* of the file that says so, or NULL */
    char **schema; /* --schema, where migrations work: search_path; none: nothing is set */
    gboolean create_schema;
    char *books_schema; /* --migrations-schema; or the first of schema, or "public" */
    gboolean create_books_schema;
    char *table;          /* --migrations-table */
    gboolean check_order; /* --no-check-order */
} PgsNodePgMigrateConfig;

/*
 * Of the project that folder (absolute, without links) lies in: the nearest package.json above it
 * that calls node-pg-migrate in its scripts, config/default.json beside it, and the file that
 * --config-file names.  settings' placeholders win, for who calls it as a library: schema,
 * migrations-schema, migrations-table.
 */
PgsNodePgMigrateConfig *pgs_node_pg_migrate_config_new(const char *folder,
                                                       const PgsToolSettings *settings);
void pgs_node_pg_migrate_config_free(PgsNodePgMigrateConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsNodePgMigrateConfig, pgs_node_pg_migrate_config_free)

/* SQL with which its session begins, or NULL; that makes the table; the table, quoted.  g_free().
 */
char *pgs_node_pg_migrate_config_session(const PgsNodePgMigrateConfig *config);
char *pgs_node_pg_migrate_config_create(const PgsNodePgMigrateConfig *config);
char *pgs_node_pg_migrate_config_name(const PgsNodePgMigrateConfig *config);

#endif
