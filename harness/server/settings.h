#ifndef PGS_SERVER_SETTINGS_H
#define PGS_SERVER_SETTINGS_H

#include "server/account.h"

/*
 * The configuration of a throwaway cluster: postgresql.conf, pg_hba.conf and pg_ident.conf, written
 * whole.  No TCP, nothing durable, and only the user that runs pgstair gets in.
 * Serves PostgreSQL 13 to 18.
 */
gboolean pgs_settings_write(const char *data, const char *socket_folder, const PgsAccount *account,
                            int version_number, GError **error);

#endif
