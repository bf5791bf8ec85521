#ifndef PGS_SERVER_ADMISSION_H
#define PGS_SERVER_ADMISSION_H

#include "server/server.h"

/*
 * How a role is let in to a throwaway server, as the kinds' admit() hook (kind.h) has it.  The
 * superuser does it, over a connection to the server.
 */

/* By a line in its pg_ident.conf, where the kernel says who connects; the server reads the file
 * again a moment later. */
gboolean pgs_admission_by_ident(PgsServer *server, const char *role, GCancellable *cancellable,
                                GError **error);

/*
 * By the superuser's own password, which becomes the role's as well.  What stands in the catalog
 * then says whether the role had another one before (PGS_ADMISSION_SALT_…), so that a snapshot can
 * tell what the migrations have made of it (snapshot/sql/cluster.sql).
 */
gboolean pgs_admission_by_password(PgsServer *server, const char *role, GCancellable *cancellable,
                                   GError **error);

/* The salts of such passwords, 16 bytes as everywhere in PostgreSQL; the passwords themselves are
 * random. */
#define PGS_ADMISSION_SALT_NOTHING "pgstair: nothing"
#define PGS_ADMISSION_SALT_ANOTHER "pgstair: another"

#endif
