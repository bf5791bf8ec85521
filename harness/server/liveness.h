#ifndef PGS_SERVER_LIVENESS_H
#define PGS_SERVER_LIVENESS_H

#include <glib.h>

/*
 * Who owns something that lies outside of this machine's files (a container, a database), as one
 * line of text that is kept with it: the process, when it started, the machine's boot and the
 * process namespace.
 */

typedef enum {
    PGS_LIVENESS_LIVES,
    PGS_LIVENESS_GONE,
    PGS_LIVENESS_UNKNOWN, /* it runs on another machine, or in another namespace */
} PgsLiveness;

/* When a process started (proc(5), /proc/PID/stat, field 22); 0: there is none, or it has ended and
 * only its parent has not heard of it. */
guint64 pgs_liveness_start(int pid);
/* "pid=123 start=4567 boot=… ns=…": letters, digits and " =-[]:" only; free with g_free(). */
char *pgs_liveness_describe(int pid);
PgsLiveness pgs_liveness_judge(const char *text);

#endif
