#ifndef PGS_OPERATE_SCRIPT_ALEMBIC_H
#define PGS_OPERATE_SCRIPT_ALEMBIC_H

#include "migration/history.h"

/* What "alembic upgrade A:B --sql" (or downgrade) writes, in the project's own Python, with a guard
 * in front of it.  An error names the revision that needs a database. */
gboolean pgs_script_alembic_append(GString *script, const PgsHistory *history, gint from, gint to,
                                   GCancellable *cancellable, GError **error);

#endif
