#ifndef PGS_SNAPSHOT_CONTENTS_H
#define PGS_SNAPSHOT_CONTENTS_H

#include "pg/connection.h"

/*
 * A fingerprint of a database's rows and of its sequences' positions, to tell whether data is what
 * it was.  Costs next to nothing while tables are empty.  *fingerprint: free with g_free(); NULL
 * when there is too much to read (64 MB), so that nothing can be said.
 */
gboolean pgs_contents_fingerprint(PgsConnection *connection, char **fingerprint, GError **error);

#endif
