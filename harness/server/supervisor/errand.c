#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/*
 * An errand's program is started by a process that waits for its time from the beginning on: a fork
 * of the supervisor at the other end of a pipe.  Should the supervisor be killed, the pipe ends,
 * and the errand is done all the same; with pgstair gone too, the scope's folders are removed.
 */

enum {
    SECONDS = 10,          /* for it to end */
    ORPHAN_SECONDS = 12,   /* the same, when there is no supervisor to force it */
    INPUT_MAX = 60 * 1024, /* what a pipe holds without a reader */
    WORDS_MAX = 2000,      /* of what it says when it fails */
    OWNER_MS = 1000,       /* for pgstair to die, too, when the supervisor was killed */
    OWNER_PAUSE_US = 10 * 1000,
};

struct PgsErrand {
    const PgsSupervisor *supervisor;
    unsigned long number;
    int go_fd;    /* the waiting process goes when it is told to, or when this is closed */
    int words_fd; /* a file in memory for what the errand says; a pipe could fill up */
    bool is_repeated;
    char **argv;
    char *input;
};

/* ------------------------------------------------------------------ the process that waits -- */

static void
ignore_signals(void)
{
    /* Whoever ends all of pgstair's processes by name does not mean what is to clean up. */
    static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Standard input: go; output: nowhere; error: words.  All else belongs to the supervisor, whose
 * death must be seen by the ends of its pipes, sockets and locks. */
static void
keep_only(int go, int words)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0 || dup2(go, STDIN_FILENO) < 0 || dup2(words, STDERR_FILENO) < 0 ||
        dup2(null, STDOUT_FILENO) < 0)
        _exit(126);
    pgs_close_from(STDERR_FILENO + 1);
}

/* False: the supervisor is dead, and nobody listens. */
static bool
wait_to_go(void)
{
    char go;
    ssize_t n;
    do {
        n = read(STDIN_FILENO, &go, 1);
    } while (n < 0 && errno == EINTR);
    return n == 1;
}

static void
feed(const char *input)
{
    int ends[2];
    size_t length = strlen(input);
    if (pipe(ends) != 0 || write(ends[1], input, length) != (ssize_t)length)
        _exit(126);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
}

static void
run(const PgsErrand *errand)
{
    feed(errand->input);
    pgs_signals_reset();
    alarm(ORPHAN_SECONDS); /* exec keeps it */
    execv(errand->argv[0], errand->argv);
    dprintf(STDERR_FILENO, "could not start %s: %s", errand->argv[0], strerror(errno));
    _exit(127);
}

/* Whoever kills both of them does so one after the other. */
static bool
owner_lives_on(pid_t owner)
{
    long long until = pgs_clock_ms() + OWNER_MS;
    while (owner > 0 && (kill(owner, 0) == 0 || errno != ESRCH)) {
        if (pgs_clock_ms() >= until)
            return true;
        usleep(OWNER_PAUSE_US);
    }
    return false;
}

/* The list of items is as it was when the errand was asked for: the folder comes first. */
static void
run_for_the_dead(const PgsSupervisor *supervisor, const PgsItem *errand)
{
    dup2(STDOUT_FILENO, STDERR_FILENO);
    signal(SIGCHLD, SIG_DFL);
    pid_t pid = fork();
    if (pid == 0)
        run(errand->errand);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    /* pgstair, if it lives, still reads the log, and then removes it. */
    if (owner_lives_on(supervisor->owner))
        return;
    for (const PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->kind == &pgs_folder_kind && item->scope == errand->scope)
            pgs_tree_remove(item->path);
    }
}

static void
wait_and_run(const PgsSupervisor *supervisor, const PgsItem *item, int go)
{
    ignore_signals();
    setsid();
#ifdef __linux__
    prctl(PR_SET_NAME, "pgs-errand"); /* "pkill pgstair" is to spare it */
#endif
    keep_only(go, item->errand->words_fd);
    if (wait_to_go())
        run(item->errand);
    else
        run_for_the_dead(supervisor, item);
    _exit(0);
}

/* ------------------------------------------------------------------------- the supervisor -- */

static void
close_both(PgsErrand *errand)
{
    if (errand->go_fd >= 0)
        close(errand->go_fd);
    if (errand->words_fd >= 0)
        close(errand->words_fd);
    errand->go_fd = errand->words_fd = -1;
}

static int
open_words(void)
{
#ifdef __linux__
    return memfd_create("words", MFD_CLOEXEC);
#else
    return open("/dev/null", O_RDWR | O_CLOEXEC);
#endif
}

/* Starts the process that waits.  False: errno. */
static bool
post(const PgsSupervisor *supervisor, PgsItem *item)
{
    PgsErrand *errand = item->errand;
    int go[2];
    close_both(errand);
    if (pipe(go) != 0)
        return false;
    fcntl(go[0], F_SETFD, FD_CLOEXEC);
    fcntl(go[1], F_SETFD, FD_CLOEXEC);
    errand->go_fd = go[1];
    errand->words_fd = open_words();
    /* The supervisor's handlers are not to run in the child. */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = errand->words_fd >= 0 ? fork() : -1;
    if (pid == 0)
        wait_and_run(supervisor, item, go[0]);
    int reason = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(go[0]);
    item->pid = pid > 0 ? pid : 0;
    item->running = pid > 0;
    errno = reason;
    return pid > 0;
}

static char **
copy_strings(char **strings)
{
    size_t n = 0;
    while (strings[n] != NULL)
        n++;
    char **copy = calloc(n + 1, sizeof *copy);
    for (size_t i = 0; copy != NULL && i < n; i++) {
        copy[i] = strdup(strings[i]);
        if (copy[i] == NULL) {
            pgs_strings_free(copy);
            return NULL;
        }
    }
    return copy;
}

PgsItem *
pgs_errand_add(PgsSupervisor *supervisor, unsigned long scope, const char *input, char **argv,
               unsigned long *number)
{
    if (strlen(input) > INPUT_MAX) {
        errno = EMSGSIZE;
        return NULL;
    }
    PgsItem *item = pgs_item_add(supervisor, &pgs_errand_kind, scope, "");
    if (item == NULL)
        return NULL;
    item->errand = calloc(1, sizeof *item->errand);
    if (item->errand != NULL) {
        *item->errand = (PgsErrand){.supervisor = supervisor,
                                    .number = ++supervisor->last_errand,
                                    .go_fd = -1,
                                    .words_fd = -1,
                                    .argv = copy_strings(argv),
                                    .input = strdup(input)};
        *number = item->errand->number;
    }
    if (item->errand == NULL || item->errand->argv == NULL || item->errand->input == NULL ||
        !post(supervisor, item)) {
        int reason = errno;
        pgs_item_drop(supervisor, item);
        errno = reason;
        return NULL;
    }
    return item;
}

bool
pgs_errand_forget(PgsSupervisor *supervisor, unsigned long number)
{
    for (PgsItem *item = supervisor->items; item != NULL; item = item->next) {
        if (item->errand == NULL || item->errand->number != number)
            continue;
        if (item->running) {
            kill(item->pid, SIGKILL);
            waitpid(item->pid, NULL, 0);
        }
        pgs_item_drop(supervisor, item);
        return true;
    }
    return false;
}

static void
begin_errand(PgsItem *item)
{
    /* Somebody killed the process that waited: another one. */
    if (item->running || post(item->errand->supervisor, item)) {
        ssize_t written = write(item->errand->go_fd, "", 1);
        (void)written;
    }
}

static bool
errand_has_ended(const PgsItem *item)
{
    return !item->running;
}

/* Somebody killed it, perhaps before it could begin. */
static bool
repeat_errand(PgsItem *item)
{
    if (item->status != 128 + SIGKILL || item->is_forced || item->errand->is_repeated)
        return false;
    item->errand->is_repeated = true;
    begin_errand(item);
    return item->running;
}

static void
force_errand(PgsItem *item)
{
    kill(-item->pid, SIGKILL);
}

/* The last that it said, without line ends; words has room for WORDS_MAX and NUL. */
static void
read_words(const PgsErrand *errand, char *words)
{
    off_t end = errand->words_fd >= 0 ? lseek(errand->words_fd, 0, SEEK_END) : 0;
    ssize_t n = 0;
    if (end > 0)
        n = pread(errand->words_fd, words, WORDS_MAX, end > WORDS_MAX ? end - WORDS_MAX : 0);
    while (n > 0 && words[n - 1] == '\n')
        n--;
    words[n > 0 ? n : 0] = '\0';
}

static char *
finish_errand(PgsItem *item)
{
    char words[WORDS_MAX + 1], how[64] = "could not be started";
    if (item->pid != 0 && !item->running && item->status == 0)
        return NULL;
    if (item->is_forced)
        snprintf(how, sizeof how, "did not end within %d seconds", SECONDS);
    else if (item->pid != 0)
        snprintf(how, sizeof how, "ended with status %d", item->status);
    read_words(item->errand, words);
    char *text = NULL;
    /* Its own words tell what is wrong; its name does not. */
    int n = *words != '\0' && !item->is_forced ? asprintf(&text, "%s", words)
                                               : asprintf(&text, "%s %s%s%s", item->errand->argv[0],
                                                          how, *words != '\0' ? ": " : "", words);
    return n < 0 ? NULL : text;
}

static void
release_errand(PgsItem *item)
{
    PgsErrand *errand = item->errand;
    if (errand == NULL)
        return;
    close_both(errand);
    if (errand->input != NULL)
        pgs_wipe(errand->input);
    free(errand->input);
    pgs_strings_free(errand->argv);
    free(errand);
}

const PgsItemKind pgs_errand_kind = {
    .name = "errand",
    .patience_ms = SECONDS * 1000,
    .begin = begin_errand,
    .has_ended = errand_has_ended,
    .repeat = repeat_errand,
    .force = force_errand,
    .finish = finish_errand,
    .release = release_errand,
};
