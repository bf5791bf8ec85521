#ifndef PGS_SERVER_OBSTACLE_H
#define PGS_SERVER_OBSTACLE_H

#include "pg/connection.h"

/*
 * Takes away what keeps a database from being dropped and was made in it, or of it: that it is a
 * template, replication slots, transactions that were prepared and never ended, subscriptions (what
 * one says to the other side's slot is nothing).  What cannot be taken away is left: the server's
 * own error tells of it.  admin: a connection to another database, whose conninfo (without dbname)
 * leads to this one too.
 */
void pgs_obstacles_clear(PgsConnection *admin, const char *conninfo, const char *database,
                         guint statement_timeout, GCancellable *cancellable);

#endif
