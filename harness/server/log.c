#include "server/log.h"

#include "base/text.h"

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

enum {
    TAIL_BYTES = 64 * 1024, /* of the log are looked at */
};

char *
pgs_log_tail(const char *path, guint lines)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return g_strdup("");
    g_autofree char *buffer = g_malloc(TAIL_BYTES);
    off_t size = lseek(fd, 0, SEEK_END);
    ssize_t n = pread(fd, buffer, TAIL_BYTES, MAX(size - TAIL_BYTES, 0));
    close(fd);
    gsize length = n > 0 ? (gsize)n : 0;
    while (length > 0 && g_ascii_isspace(buffer[length - 1]))
        length--;
    gsize start = length;
    while (start > 0 && (buffer[start - 1] != '\n' || --lines > 0))
        start--;
    return pgs_text_visible(buffer + start, (gssize)(length - start));
}

int
pgs_log_watch(const char *path)
{
#ifdef __linux__
    int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return -1;
    close(file);
    int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch >= 0 && inotify_add_watch(watch, path, IN_MODIFY) < 0) {
        close(watch);
        watch = -1;
    }
    return watch;
#else
    (void)path;
    return -1;
#endif
}

gboolean
pgs_log_drain(int watch)
{
    char bytes[4096];
    gboolean any = FALSE;
    while (watch >= 0 && read(watch, bytes, sizeof bytes) > 0)
        any = TRUE;
    return any;
}
