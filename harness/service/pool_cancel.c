#include "service/pool_cancel.h"

#include "service/pool_clock.h"
#include "service/pool_memory.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* Between the attempts of a cancel for good, milliseconds. */
static const long pauses[] = {100, 400, 1500};

typedef struct {
    PGcancel *key;
    int is_for_good;
    int over; /* written to in the end; -1: nobody asks */
} Cancel;

static void
repeat(PGcancel *key)
{
    char said[256];
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        pgs_clock_pause(pauses[i]);
        PQcancel(key, said, sizeof said);
    }
}

/* PQcancel() returns when the server has closed its side, behind the signal to the backend. */
static void *
run(void *data)
{
    Cancel *cancel = data;
    char said[256];
    PQcancel(cancel->key, said, sizeof said);
    /* Nobody may read it any more. */
    if (cancel->over >= 0 && write(cancel->over, "", 1) < 0)
        said[0] = '\0';
    if (cancel->over >= 0)
        close(cancel->over);
    if (cancel->is_for_good)
        repeat(cancel->key);
    PQfreeCancel(cancel->key);
    free(cancel);
    return NULL;
}

/* The program's signals are not for a thread that it does not know of, nor is SIGPIPE's end. */
static int
start_thread(Cancel *cancel)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, before;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = pthread_create(&thread, &attributes, run, cancel) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

/* Takes the connection's key; 0: it could not be asked. */
static int
start(PGconn *connection, int is_for_good, int over)
{
    PGcancel *key = PQgetCancel(connection);
    if (key == NULL)
        return 0;
    Cancel *cancel = pgs_memory_new(1, sizeof *cancel);
    *cancel = (Cancel){.key = key, .is_for_good = is_for_good, .over = over};
    if (start_thread(cancel))
        return 1;
    PQfreeCancel(key);
    free(cancel);
    return 0;
}

int
pgs_pool_cancel(PGconn *connection)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    if (start(connection, 0, ends[1]))
        return ends[0];
    close(ends[0]);
    close(ends[1]);
    return -1;
}

void
pgs_pool_cancel_for_good(PGconn *connection)
{
    start(connection, 1, -1);
}
