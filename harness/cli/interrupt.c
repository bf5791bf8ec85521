#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* The one thing that the signals' thread tells the rest of the program. */
static gint received;

static void
fill_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
}

static gpointer
wait_for_signals(gpointer data)
{
    GCancellable *cancellable = data;
    sigset_t signals;
    fill_signals(&signals);
    for (;;) {
        int number = 0;
        if (sigwait(&signals, &number) != 0)
            continue;
        if (!g_atomic_int_compare_and_exchange(&received, 0, number))
            _exit(128 + number);
        g_cancellable_cancel(cancellable);
    }
    return NULL;
}

GCancellable *
pgs_interrupt_watch(void)
{
    GCancellable *cancellable = g_cancellable_new();
    sigset_t signals;
    fill_signals(&signals);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    g_thread_unref(g_thread_new("signals", wait_for_signals, g_object_ref(cancellable)));
    return cancellable;
}

int
pgs_interrupt_signal(void)
{
    return g_atomic_int_get(&received);
}
