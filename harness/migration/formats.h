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

#endif
