#ifndef PGS_MIGRATION_FORMATS_H
#define PGS_MIGRATION_FORMATS_H

#include "migration/reader.h"

/* The functions of each format, for the table in reader.c; what they do is said in reader.h. */

gboolean pgs_diesel_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_diesel_fits(const PgsFolder *folder);
gboolean pgs_diesel_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_sqlx_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_sqlx_fits(const PgsFolder *folder);
gboolean pgs_sqlx_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_golang_migrate_fits(const PgsFolder *folder);
gboolean pgs_golang_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_maragudk_fits(const PgsFolder *folder);
gboolean pgs_maragudk_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_plain_fits(const PgsFolder *folder);
gboolean pgs_plain_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_goose_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_goose_fits(const PgsFolder *folder);
gboolean pgs_goose_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_sql_migrate_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_sql_migrate_fits(const PgsFolder *folder);
gboolean pgs_sql_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_dbmate_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_dbmate_fits(const PgsFolder *folder);
gboolean pgs_dbmate_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_flyway_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_flyway_fits(const PgsFolder *folder);
gboolean pgs_flyway_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_liquibase_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_liquibase_fits(const PgsFolder *folder);
gboolean pgs_liquibase_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_sqitch_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_sqitch_fits(const PgsFolder *folder);
gboolean pgs_sqitch_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_yoyo_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_yoyo_fits(const PgsFolder *folder);
gboolean pgs_yoyo_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_node_pg_migrate_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_node_pg_migrate_fits(const PgsFolder *folder);
gboolean pgs_node_pg_migrate_read(const PgsFolder *folder, PgsHistory *history, GError **error);

/* A version as Postgrator reads it ("0x0a" is 10), NAN: none. */
double pgs_postgrator_version(const char *text);
gboolean pgs_postgrator_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_postgrator_fits(const PgsFolder *folder);
gboolean pgs_postgrator_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_refinery_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_refinery_fits(const PgsFolder *folder);
gboolean pgs_refinery_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_prisma_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_prisma_fits(const PgsFolder *folder);
gboolean pgs_prisma_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_atlas_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_atlas_fits(const PgsFolder *folder);
gboolean pgs_atlas_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_alembic_recognise(const PgsFolder *folder, char **reason);
gboolean pgs_alembic_fits(const PgsFolder *folder);
gboolean pgs_alembic_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_patterns_read(const PgsFolder *folder, PgsHistory *history, GError **error);

gboolean pgs_commands_read(const PgsFolder *folder, PgsHistory *history, GError **error);

#endif
