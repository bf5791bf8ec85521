#ifndef PGS_DRIVER_LOGIN_H
#define PGS_DRIVER_LOGIN_H

#include "base/process.h"
#include "pg/connection.h"
#include "server/server.h"

/*
 * A connection to a server as an ordinary role.  The session is that role's from its
 * first message on, so that nothing in it (RESET ROLE, RESET SESSION AUTHORIZATION, DISCARD ALL)
 * leads to another.  timeout: milliseconds for each statement.  role NULL: the superuser.
 */
PgsConnection *pgs_login(PgsServer *server, const char *role, const char *database, guint timeout,
                         GCancellable *cancellable, GError **error);

/* For a session of one who is no superuser: what row security would hide is an error. */
#define PGS_LOGIN_SEE_ALL "SET row_security = off"

/*
 * The same as whom the server's conninfo names, to read with: a superuser sees every row; for
 * another, what row security would hide is an error rather than left out.
 */
PgsConnection *pgs_login_reader(PgsServer *server, const char *database, guint timeout,
                                GCancellable *cancellable, GError **error);

/*
 * Tells a child process where the database is, by its environment alone, since a password is among
 * it: libpq's own variables (all others that begin with PG are removed), DATABASE_URL, and for TCP
 * JDBC_DATABASE_URL.  Unless it is a target (server/target.h), variables that lead to another
 * database lead to this one.  role NULL: whom the server's conninfo names.
 */
void pgs_login_set_environment(PgsProcess *process, const PgsServer *server, const char *role,
                               const char *database);

/* text with each password in the server's conninfo as "***": what a child process has written.
 * g_free(). */
char *pgs_login_hide_password(const PgsServer *server, const char *text);

/* The server's conninfo with another user, without a database.  Free with g_free(). */
char *pgs_login_conninfo(const PgsServer *server, const char *role);

#endif
