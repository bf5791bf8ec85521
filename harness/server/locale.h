#ifndef PGS_SERVER_LOCALE_H
#define PGS_SERVER_LOCALE_H

#include "pg/connection.h"
#include "server/kind.h"

/* The locale of the databases that a server makes (PgsServerOptions). */

/*
 * What CREATE DATABASE … TEMPLATE template0 says of it: " LOCALE 'de_DE.UTF-8'", or "" when none is
 * asked for; NULL with PGS_SERVER_ERROR_SPEC when this version of PostgreSQL cannot have it.
 * g_free().
 */
char *pgs_server_locale_clause(const PgsServer *server, PgsConnection *connection, GError **error);

/*
 * After CREATE DATABASE with that clause was refused: when it was for the locale, *error is
 * replaced by one that names it, its place, and what the server has.
 */
void pgs_server_locale_explain(const PgsServer *server, PgsConnection *connection, GError **error);

#endif
