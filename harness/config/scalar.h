#ifndef PGS_CONFIG_SCALAR_H
#define PGS_CONFIG_SCALAR_H

#include <glib.h>

/* Texts that stand for something else.  FALSE: it does not; the result is then untouched. */

/* "500ms", "1.5s", "10min", "2h", "30" (seconds): 1 to 2^31-1 milliseconds, what the server's own
 * limits can hold. */
gboolean pgs_scalar_duration(const char *text, guint *milliseconds);
/* The same as a regular expression. */
#define PGS_SCALAR_DURATION_PATTERN "^[0-9]+(\\.[0-9]+)? ?(ms|s|min|h)?$"

/* What stands for "none" where a limit is asked for: the longest that the server's own can be, 24
 * days. */
#define PGS_SCALAR_NO_LIMIT G_MAXINT32
/* A duration, or "none". */
gboolean pgs_scalar_limit(const char *text, guint *milliseconds);

/* Digits only. */
gboolean pgs_scalar_number(const char *text, guint minimum, guint maximum, guint *number);

/* "2027-01-31", a day of the Gregorian calendar. */
gboolean pgs_scalar_is_date(const char *text);
#define PGS_SCALAR_DATE_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

#endif
