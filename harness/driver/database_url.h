#ifndef PGS_DRIVER_DATABASE_URL_H
#define PGS_DRIVER_DATABASE_URL_H

#include <glib.h>

/*
 * Where a database is as a URL, in the spelling of the driver that its scheme names: "postgresql",
 * "postgresql+asyncpg" (SQLAlchemy), "jdbc:postgresql", …  conninfo: libpq's, without a database.
 * It may hold a password.  NULL: that driver knows no sockets, and the server has nothing else.
 * g_free().
 */
char *pgs_database_url(const char *conninfo, const char *database, const char *scheme);

/* The value of conninfo's keyword, or ""; g_free(). */
char *pgs_conninfo_value(const char *conninfo, const char *keyword);

#endif
