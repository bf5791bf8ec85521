#ifndef PGS_SERVER_SUBSCRIPTION_H
#define PGS_SERVER_SUBSCRIPTION_H

#include <gio/gio.h>

/*
 * Drops the database's subscriptions: even one that is off keeps its database from being dropped.
 * What it says to the other side's slot is nothing.  What cannot be done is left.
 */
void pgs_subscription_drop_all(const char *conninfo, const char *database, guint statement_timeout,
                               GCancellable *cancellable);

#endif
