#ifndef PGS_BASE_DIGEST_H
#define PGS_BASE_DIGEST_H

#include <glib.h>

/* SHA-256, as sha256sum prints it. */

/*
 * Of a regular file, as it lies there; NULL: there is none that can be read (a pipe or a device is
 * not even opened).  *size: its bytes.  Free with g_free().
 */
char *pgs_digest_file(const char *path, guint64 *size);

/* Of bytes.  Free with g_free(). */
char *pgs_digest_bytes(GBytes *bytes);

#endif
