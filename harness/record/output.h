#ifndef PGS_RECORD_OUTPUT_H
#define PGS_RECORD_OUTPUT_H

#include <glib.h>

/*
 * Writes a report's bytes.  "-": standard output.  A regular file is replaced as a whole: whoever
 * reads it meanwhile sees the old one or the new one.  A symbolic link stays one, and its target is
 * replaced; anything else that is there (a device, a pipe) is written into.  Missing folders are
 * made.  Error: PGS_RECORD_ERROR_WRITE.
 */
gboolean pgs_output_write(const char *path, const char *bytes, gsize length, GError **error);

#endif
