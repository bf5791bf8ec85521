#ifndef PGS_CLI_SERVER_LIST_H
#define PGS_CLI_SERVER_LIST_H

#include "cli/options.h"

/* "pgstair server list" and "pgstair server sweep": what runs have made and is still there.  The
 * exit code. */
int pgs_server_list(const PgsSettings *settings, GError **error);
int pgs_server_sweep(const PgsSettings *settings, GError **error);

#endif
