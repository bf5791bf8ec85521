#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((gsize)64 * 1024)

/* FALSE: it cannot be read to its end. */
static gboolean
feed_all(GChecksum *checksum, int fd, guint64 *size)
{
    g_autofree guchar *chunk = g_malloc(CHUNK);
    *size = 0;
    for (;;) {
        gssize n = read(fd, chunk, CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        g_checksum_update(checksum, chunk, n);
        *size += (guint64)n;
    }
}

char *
pgs_digest_file(const char *path, guint64 *size)
{
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    /* It may be another one than it was a moment ago. */
    gboolean ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && feed_all(checksum, fd, size);
    close(fd);
    return ok ? g_strdup(g_checksum_get_string(checksum)) : NULL;
}

char *
pgs_digest_bytes(GBytes *bytes)
{
    return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
}
