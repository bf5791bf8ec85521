#include "cli/terminal.h"

#include "base/error.h"
#include "base/text.h"
#include "record/record_xml.h"
#include "report/writer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define REFRESH_US (50 * 1000)
#define PLAIN_LINE_US (10 * G_USEC_PER_SEC)

gboolean
pgs_terminal_has_color(int fd)
{
    const char *no_color = g_getenv("NO_COLOR"); /* no-color.org: set and not empty */
    const char *term = g_getenv("TERM");
    return isatty(fd) && (no_color == NULL || *no_color == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

guint
pgs_terminal_width(int fd)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col;
    return 80;
}

void
pgs_progress_begin(PgsProgress *progress, gboolean quiet)
{
    *progress = (PgsProgress){
        .is_quiet = quiet,
        .is_terminal = isatty(STDERR_FILENO),
        .last = g_get_monotonic_time(),
    };
}

void
pgs_progress_step(guint done, guint total, const char *what, gpointer data)
{
    PgsProgress *progress = data;
    gint64 now = g_get_monotonic_time();
    gint64 pause = progress->is_terminal ? REFRESH_US : PLAIN_LINE_US;
    if (progress->is_quiet || now - progress->last < pause)
        return;
    progress->last = now;
    /* A name's own line end would leave a line that is not taken away again. */
    g_autofree char *folded = pgs_text_fold_space(what);
    g_autofree char *visible = pgs_text_plain(folded);
    if (!progress->is_terminal) {
        g_autofree char *text = g_strdup_printf("%u of %u steps, %s", done, total, visible);
        pgs_terminal_note(text, NULL);
        return;
    }
    g_autofree char *line =
        g_strdup_printf("%3u %%  %s", total > 0 ? 100 * done / total : 0, visible);
    g_autofree char *cut = pgs_text_ellipsize(line, pgs_terminal_width(STDERR_FILENO) - 1);
    fprintf(stderr, "\r\033[K%s", cut);
    fflush(stderr);
    progress->is_shown = TRUE;
}

void
pgs_progress_end(PgsProgress *progress)
{
    if (progress->is_shown)
        fputs("\r\033[K", stderr);
    progress->is_shown = FALSE;
}

void
pgs_terminal_note(const char *text, G_GNUC_UNUSED gpointer data)
{
    g_autofree char *plain = pgs_text_plain(text);
    g_autofree char *line = pgs_annotations_disarm(plain);
    fprintf(stderr, "pgstair: %s\n", line);
}

static gboolean
is_pipe(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 &&
           (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

gboolean
pgs_terminal_finish(GError **error)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return TRUE;
    /* What was written when a buffer was full has taken its reason with it. */
    int reason = errno;
    clearerr(stdout);
    if (is_pipe(STDOUT_FILENO))
        return TRUE;
    pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_WRITE,
                  "send it to a file on a disk with room", "standard output cannot be written%s%s",
                  reason != 0 ? ": " : "", reason != 0 ? g_strerror(reason) : "");
    return FALSE;
}
