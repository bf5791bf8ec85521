#include "server/log.h"

#include "base/text.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/inotify.h>
#endif

enum {
    TAIL_BYTES = 64 * 1024, /* of the log are looked at */
    MESSAGE_MAX = 300,      /* characters of one message */
};

/* The line, and those that continue it (PostgreSQL begins them with a tab), as one. */
static char *
fold_message(char **lines)
{
    g_autoptr(GString) text = g_string_new(lines[0]);
    for (char **line = lines + 1; *line != NULL && **line == '\t'; line++)
        g_string_append_printf(text, " %s", *line + strspn(*line, "\t "));
    return pgs_text_ellipsize(text->str, MESSAGE_MAX);
}

/* The last so many messages of the log's end. */
static char *
fold_tail(const char *text, guint messages)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint first = g_strv_length(lines);
    while (first > 0 && messages > 0) {
        first--;
        messages -= *lines[first] != '\t';
    }
    g_autoptr(GString) tail = g_string_new(NULL);
    for (guint i = first; lines[i] != NULL; i++) {
        if (i > first && *lines[i] == '\t')
            continue;
        g_autofree char *message = fold_message(lines + i);
        g_string_append_printf(tail, "%s%s", tail->len > 0 ? "\n" : "", message);
    }
    return g_string_free(g_steal_pointer(&tail), FALSE);
}

char *
pgs_log_tail(const char *path, guint messages)
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
    g_autofree char *text = pgs_text_visible(buffer, (gssize)length);
    return fold_tail(text, messages);
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
