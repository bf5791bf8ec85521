#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* The only state of the process: a signal handler can be told of nothing else. */
static int signal_pipe[2] = {-1, -1};
static volatile sig_atomic_t asked_to_end;

static const int handled[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};

static void
on_signal(int number)
{
    int saved = errno;
    if (number != SIGCHLD)
        asked_to_end = 1;
    /* A full pipe is readable already. */
    ssize_t written = write(signal_pipe[1], "", 1);
    (void)written;
    errno = saved;
}

int
pgs_signals_open(void)
{
    if (pipe(signal_pipe) != 0)
        return -1;
    for (int i = 0; i < 2; i++) {
        fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
        fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
        sigaction(handled[i], &action, NULL);
    signal(SIGPIPE, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    return signal_pipe[0];
}

bool
pgs_signals_asked_to_end(void)
{
    return asked_to_end != 0;
}

void
pgs_signals_drain(int signal_fd)
{
    char bytes[64];
    while (read(signal_fd, bytes, sizeof bytes) > 0)
        ;
}

void
pgs_signals_reset(void)
{
    for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
        signal(handled[i], SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGQUIT, SIG_DFL);
}
