#ifndef PGS_OPERATE_HEALTH_BOOKS_H
#define PGS_OPERATE_HEALTH_BOOKS_H

#include "operate/health.h"

#include <json-glib/json-glib.h>

/* A query's rows, in a transaction of its own; the caller's.  NULL: it failed; why (may be NULL)
 * gets the server's words then, g_free(). */
PGresult *pgs_health_ask(PgsPool *pool, const char *sql, int n, const char *const *parameters,
                         char **why);
/* Adds the member "revision". */
void pgs_health_add_revision(JsonBuilder *json, const PgsHealthRequest *request);

#endif
