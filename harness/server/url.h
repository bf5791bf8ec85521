#ifndef PGS_SERVER_URL_H
#define PGS_SERVER_URL_H

#include "pg/connection.h"

/* A connection to the server that "url:ARGUMENT" names, to see what is there: nothing is made.
 * *place: "db.example:5432 as ci_user"; g_free(). */
PgsConnection *pgs_url_look(const char *argument, char **place, GError **error);

#endif
