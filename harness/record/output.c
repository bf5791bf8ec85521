#include "record/output.h"

#include "base/error.h"
#include "record/record_xml.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static gboolean
fail(const char *path, const char *why, GError **error)
{
    pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_WRITE,
                  "choose a folder that this user can write to, on a disk with room",
                  "%s: cannot be written: %s", path, why);
    return FALSE;
}

static gboolean
write_stream(FILE *stream, const char *path, const char *bytes, gsize length, GError **error)
{
    /* What was written before, through the same stream, must come first. */
    if (fwrite(bytes, 1, length, stream) != length || fflush(stream) != 0)
        return fail(path, g_strerror(errno), error);
    return TRUE;
}

static gboolean
write_into(const char *path, const char *bytes, gsize length, GError **error)
{
    FILE *stream = g_fopen(path, "we");
    if (stream == NULL)
        return fail(path, g_strerror(errno), error);
    gboolean written = write_stream(stream, path, bytes, length, error);
    if (fclose(stream) != 0 && written)
        return fail(path, g_strerror(errno), error);
    return written;
}

static gboolean
replace(const char *path, const char *bytes, gsize length, GError **error)
{
    /* A rename would put a file in the place of a symbolic link. */
    char *resolved = realpath(path, NULL);
    g_autoptr(GError) local = NULL;
    gboolean written =
        g_file_set_contents_full(resolved != NULL ? resolved : path, bytes, (gssize)length,
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0666, &local);
    free(resolved);
    return written || fail(path, local->message, error);
}

gboolean
pgs_output_write(const char *path, const char *bytes, gsize length, GError **error)
{
    if (g_strcmp0(path, "-") == 0)
        return write_stream(stdout, "standard output", bytes, length, error);

    GStatBuf status;
    if (g_stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return write_into(path, bytes, length, error);

    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0777) != 0)
        return fail(path, g_strerror(errno), error);
    return replace(path, bytes, length, error);
}
