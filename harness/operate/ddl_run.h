#ifndef PGS_OPERATE_DDL_RUN_H
#define PGS_OPERATE_DDL_RUN_H

#include "operate/ddl_plan.h"
#include "pg/connection.h"

/*
 * Runs a plan's statements in one transaction.  One that the server refuses is tried again once
 * others have run; what it refuses to the end has its refusal.  The order in which they succeeded
 * becomes the plan's.  FALSE with error when the connection is lost or the run cancelled.
 */
gboolean pgs_ddl_run(PgsConnection *connection, PgsDdlPlan *plan, GError **error);

/* Those that were not refused, as a text; NULL: there is none.  g_free(). */
char *pgs_ddl_plan_text(const PgsDdlPlan *plan);

#endif
