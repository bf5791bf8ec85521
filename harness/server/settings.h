#ifndef PGS_SERVER_SETTINGS_H
#define PGS_SERVER_SETTINGS_H

#include "server/account.h"

/*
 * The configuration of a throwaway cluster: postgresql.conf, pg_hba.conf and pg_ident.conf, written
 * whole.  No TCP, nothing durable, and only the user that runs pgstair gets in.
 * project: the project's own settings, "name=value", which win; NULL-terminated, or NULL: none.
 * Serves PostgreSQL 13 to 18.
 */
gboolean pgs_settings_write(const char *data, const char *socket_folder, const PgsAccount *account,
                            int version_number, char *const *project, GError **error);

/*
 * Those of them that a server in a container gets as arguments ("-c", "fsync=off"), copies.
 * major: its version, 0: not known.
 */
void pgs_settings_add_arguments(GPtrArray *arguments, int major);

#endif
