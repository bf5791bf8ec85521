#ifndef PGS_BASE_ERROR_H
#define PGS_BASE_ERROR_H

#include <glib.h>

/*
 * One way for errors: GError, a domain per module, and a message that is ready for a person:
 *
 *     what is wrong, in lower case
 *     HINT: what to do
 *
 * as PostgreSQL writes them (docs: "Error Message Style Guide").  A place comes first, as
 * "file:line: " or "file:line:column: ".  The program prints the message as it stands.
 */

/* The program's exit codes (design.md, "Rules that everything keeps"). */
typedef enum {
    PGS_EXIT_VERIFIED = 0,
    PGS_EXIT_FAILED = 1,      /* something was verified and is wrong */
    PGS_EXIT_USAGE = 2,       /* the command line, the configuration or an unreadable folder */
    PGS_EXIT_ENVIRONMENT = 3, /* no server, no space, no permission, … */
    PGS_EXIT_INTERRUPTED = 130,
    PGS_EXIT_TERMINATED = 143,
} PgsExit;

/* Sets *error to "message\nHINT: hint" (no hint line when hint is NULL).  error may be NULL. */
void pgs_error_set(GError **error, GQuark domain, int code, const char *hint, const char *format,
                   ...) G_GNUC_PRINTF(5, 6);

/* Puts a formatted text in front of the message, as g_prefix_error does, and keeps the hint last.
 */
#define pgs_error_prefix g_prefix_error

#endif
