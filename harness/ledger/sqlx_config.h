#ifndef PGS_LEDGER_SQLX_CONFIG_H
#define PGS_LEDGER_SQLX_CONFIG_H

#include <glib.h>

/* What sqlx is told of its books by the project's sqlx.toml (sqlx-core, src/config/migrate.rs). */
typedef struct {
    char **schemas;    /* those that it makes before the table */
    gunichar *ignored; /* which characters a checksum leaves out */
    gsize n_ignored;
} PgsSqlxConfig;

/* Of the nearest file in the folder or above it; without one all is empty.  NULL with
 * PGS_LEDGER_ERROR_FOLDER where it cannot be read. */
PgsSqlxConfig *pgs_sqlx_config_new(const char *folder, GError **error);
void pgs_sqlx_config_free(PgsSqlxConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSqlxConfig, pgs_sqlx_config_free)

/* The SHA-384 of a migration's text, in hexadecimal; g_free(). */
char *pgs_sqlx_config_checksum(const PgsSqlxConfig *config, GBytes *text);

#endif
