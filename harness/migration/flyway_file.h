#ifndef PGS_MIGRATION_FLYWAY_FILE_H
#define PGS_MIGRATION_FLYWAY_FILE_H

#include <glib.h>

/*
 * The files in which Flyway is configured, as flat keys: "flyway.locations" → "filesystem:sql,…"
 * (lists joined by commas).
 */

/* flyway.conf, <script>.conf: Java properties (flyway-core,
 * internal/configuration/ConfigUtils.java, loadConfigurationFromString()).  ${NAME} is the
 * environment's.  g_hash_table_unref(). */
GHashTable *pgs_flyway_file_properties(const char *text);

/*
 * flyway.toml, and sqlx.toml: tables, strings, booleans, numbers, arrays of strings and inline
 * tables, which is all that Flyway has keys for.  What is under [environments.…] gets the key
 * "flyway.…" when it is the environment that [flyway] names, or "default".  NULL: it is no TOML;
 * *line says where.
 */
GHashTable *pgs_flyway_file_toml(const char *text, guint *line);

#endif
