#ifndef PGS_BASE_CHILD_H
#define PGS_BASE_CHILD_H

#include "base/process.h"

/*
 * How a child process is spawned, listened to and reaped: what process.c (one that runs to its end)
 * and companion.c (one that stays and is talked to) share.  Not for others.
 */

struct _PgsProcess {
    char *program;
    GPtrArray *arguments; /* of char *, without the program */
    char **environment;
    char *directory;
    gboolean has_account;
    uid_t uid;
    gid_t gid;
    GBytes *input; /* NULL: end of file at once */
    int input_fd;  /* or this; -1: none */
    int output_fd; /* -1: captured */
    guint timeout_ms;
    GCancellable *cancellable;
    gboolean interactive;
};

/* A child that runs.  Descriptors are -1 when they are not (or no longer) open. */
typedef struct {
    GPid pid;
    int pidfd;
    struct {
        int fd;
        GByteArray *bytes;
    } streams[2]; /* standard output, standard error */
    guint keep;   /* bytes of each stream that are kept, the last ones; 0: all */
} PgsChild;

#define PGS_CHILD_INIT                                                                             \
    {                                                                                              \
        .pidfd = -1,                                                                               \
        .streams = {                                                                               \
            {.fd = -1},                                                                            \
            {.fd = -1},                                                                            \
        },                                                                                         \
    }

/*
 * Starts it.  sources: n descriptors of this process's that the child has as 3, 4, …; they stay
 * open here.
 */
gboolean pgs_child_spawn(PgsProcess *process, const int *sources, gsize n, PgsChild *child,
                         GError **error);
void pgs_child_signal(const PgsProcess *process, const PgsChild *child, int signal_number);
/* Whether the child has ended; it stays to be reaped, so that its pid and group remain its own. */
gboolean pgs_child_has_ended(const PgsChild *child);
/*
 * Sleeps until something happens to the child or its streams, which are drained, or until one of
 * two further descriptors (-1: none) can be read, or until then (monotonic; -1: for ever).
 */
void pgs_child_wait(PgsChild *child, int fd, int other_fd, gint64 until);
/* Waits for its end.  Its exit status, or 128 + the signal that ended it. */
int pgs_child_reap(PgsChild *child);

/* "\n" and the last lines of a text, made visible, or ""; g_free(). */
char *pgs_child_last_lines(const char *text, gsize length);

#endif
