#ifndef PGS_CYCLE_LOGIN_H
#define PGS_CYCLE_LOGIN_H

#include "pg/connection.h"
#include "server/server.h"

/*
 * A connection to a throwaway server as an ordinary role.  The session is that role's from its
 * first message on, so that nothing in it (RESET ROLE, RESET SESSION AUTHORIZATION, DISCARD ALL)
 * leads to another.  timeout: milliseconds for each statement.  role NULL: the superuser.
 */
PgsConnection *pgs_login(PgsServer *server, const char *role, const char *database, guint timeout,
                         GCancellable *cancellable, GError **error);

/* The server's conninfo with another user, without a database.  Free with g_free(). */
char *pgs_login_conninfo(const PgsServer *server, const char *role);

#endif
