#ifndef PGS_SERVER_CONNINFO_H
#define PGS_SERVER_CONNINFO_H

#include <glib.h>
#include <libpq-fe.h>

/*
 * libpq's connection strings and URIs, as people write them and as pgstair hands them on.  They may
 * hold passwords: no error and no description repeats what is in them.
 */

/* The text itself, or for "$NAME" what that environment variable holds; g_free().  NULL with
 * PGS_SERVER_ERROR_SPEC when there is none. */
char *pgs_conninfo_expand(const char *text, GError **error);

/* Whether a text leads to a PostgreSQL database: a URL, of whichever client, or "keyword=value …"
 * that names a database or a service. */
gboolean pgs_conninfo_is_one(const char *text);

/*
 * The text as "keyword='value' …", with what PGOPTIONS says where the text itself has none, for
 * pgs_connection_open(), which does not look there.  *database: the one that the text names, or
 * NULL; g_free().  *has_service: the rest is in a service file.  NULL with PGS_SERVER_ERROR_SPEC,
 * which repeats no word of the text, when libpq does not understand it, or understands something
 * else than was meant: a password whose "@" or "/" is not written %40 or %2F cuts a URI at the
 * wrong place.  g_free().
 */
char *pgs_conninfo_read(const char *text, char **database, gboolean *has_service, GError **error);

/*
 * All that led to this connection, whatever it came from (the text, the environment, service and
 * password files), so that another process with another environment and another working folder
 * gets to the same server; without dbname and application_name.  text: what pgs_conninfo_read()
 * made.  g_free().
 */
char *pgs_conninfo_complete(PGconn *raw, const char *text);

/* Appends " keyword='value'", quoted as libpq reads it. */
void pgs_conninfo_append(GString *conninfo, const char *keyword, const char *value);

/* conninfo with one more value, which libpq prefers to one of that name that stands before.
 * g_free(). */
char *pgs_conninfo_with(const char *conninfo, const char *keyword, const char *value);

/* "db.example:5432 as ci_user"; g_free(). */
char *pgs_conninfo_describe(PGconn *raw);

#endif
