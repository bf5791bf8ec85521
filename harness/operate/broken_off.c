#include "operate/broken_off.h"

#include "base/error.h"
#include "operate/operate_error.h"
#include "pg/connection.h"

#include <string.h>

gboolean
pgs_broken_off(GError *cause, GCancellable *cancellable, const char *state, const char *hint,
               GError **error)
{
    gboolean is_interrupted = g_cancellable_is_cancelled(cancellable);
    gboolean is_failure =
        is_interrupted || g_error_matches(cause, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT);
    GQuark domain = is_failure ? PGS_OPERATE_ERROR : cause->domain;
    int code = is_failure ? PGS_OPERATE_ERROR_FAILED : cause->code;
    /* The server's words have lines of their own. */
    g_strchomp(cause->message);
    gboolean has_lines = !is_interrupted && strchr(cause->message, '\n') != NULL;
    pgs_error_set(error, domain, code, hint, "%s%s%s",
                  is_interrupted ? "interrupted" : cause->message, has_lines ? "\n" : ": ", state);
    g_error_free(cause);
    return FALSE;
}
