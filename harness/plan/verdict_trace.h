#ifndef PGS_PLAN_VERDICT_TRACE_H
#define PGS_PLAN_VERDICT_TRACE_H

#include "pg/connection.h"

/*
 * A query that is run and undone leaves pages behind, which every later plan's cost would count.
 * Not within a transaction.
 */

/* Names of tables → their sizes and their indexes'; NULL with error as pgs_connection_query().
 * g_hash_table_unref(). */
GHashTable *pgs_trace_sizes(PgsConnection *connection, GError **error);
/* Cleans up what has grown since; *kept: names of tables (g_free()) that could not be, or NULL. */
gboolean pgs_trace_clean_up(PgsConnection *connection, GHashTable *before, char **kept,
                            GError **error);

#endif
