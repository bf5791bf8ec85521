#ifndef PGS_OPERATE_BROKEN_OFF_H
#define PGS_OPERATE_BROKEN_OFF_H

#include <gio/gio.h>

/*
 * A run on a real database that was broken off (interrupted; the connection or the lock was lost;
 * the server refused a statement of pgstair's own): the error for a person.  What the server
 * refuses, and an interruption, is PGS_OPERATE_ERROR_FAILED; all else stays of its own domain,
 * which has its exit code.  state: where the database stands now, a sentence's end; hint: or NULL.
 * Takes cause over.  Always FALSE.
 */
gboolean pgs_broken_off(GError *cause, GCancellable *cancellable, const char *state,
                        const char *hint, GError **error);

#endif
