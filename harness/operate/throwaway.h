#ifndef PGS_OPERATE_THROWAWAY_H
#define PGS_OPERATE_THROWAWAY_H

#include "ledger/database.h"
#include "project/system.h"

/*
 * The throwaway server on which something is tried or made for the target: its specification, of
 * the target's own major version when this machine has that (installed, or an image of it), since
 * another may read, print or do it otherwise; told when it has not.  NULL: as the system says,
 * which is also so whenever the project or --server names one.  g_free().
 */
char *pgs_throwaway_server(const PgsDatabase *target, const PgsSystem *system);
/* The same for any database of that major version; told: or NULL. */
char *pgs_throwaway_of_version(int major, const PgsSystem *system, PgsDatabaseTold told,
                               gpointer data);

#endif
