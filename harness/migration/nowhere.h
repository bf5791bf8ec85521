#ifndef PGS_MIGRATION_NOWHERE_H
#define PGS_MIGRATION_NOWHERE_H

#include "base/process.h"
#include "project/tool_settings.h"

/*
 * The address that the project's own tool gets while it lists its revisions: there is no database
 * yet, but settings of an application want one as soon as they are imported.  Nobody answers there.
 */

/* Its URL: PGS_NOWHERE_URL behind the scheme that settings name, else "postgresql".  g_free(). */
char *pgs_nowhere_url(const PgsToolSettings *settings);
#define PGS_NOWHERE_URL "://pgstair:pgstair@127.0.0.1:1/pgstair"

/* PG*, DATABASE_URL, the variables that settings name, and what settings->environment says: the
 * same variables as a run of the tool has (driver/address.h). */
void pgs_nowhere_set_environment(const PgsToolSettings *settings, PgsProcess *process);

#endif
