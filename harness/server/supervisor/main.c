/*
 * pgstair-supervisor [--owner PID] [--watch PID]
 *
 * Started by pgstair, with a socket as descriptor 3 (protocol.h).  It holds what a run makes, and
 * undoes it all when the channel is closed or the owner has died (save what is kept), or when a
 * watched process has died or a signal asks for it (then all of it).
 */
#include "protocol.h"
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
    ANSWER_MAX = 8 * 1024,
    FIELDS_MAX = 1024,
    LOOK_MS = 100, /* between two looks at a process where there is no pidfd */
    NO_SCOPE = 0,  /* pgstair's begin with 1 */
};

/* A process whose death matters. */
typedef struct {
    pid_t pid; /* 0: none */
    int fd;    /* pidfd, or -1 */
} Watch;

typedef struct {
    PgsSupervisor supervisor;
    int channel; /* -1: closed */
    char *input; /* what came and is not a whole message yet */
    size_t input_length;
    Watch owner;
    Watch watched;
} Run;

typedef struct {
    char bytes[ANSWER_MAX];
    size_t length;
} Answer;

/* A request's name, and how many fields follow it at least. */
typedef struct {
    const char *name;
    int fields;
    void (*run)(Run *run, char **fields, int n, Answer *answer);
} Request;

static void
answer_field(Answer *answer, const char *text)
{
    size_t n = strlen(text) + 1;
    if (answer->length + n > sizeof answer->bytes)
        return;
    memcpy(answer->bytes + answer->length, text, n);
    answer->length += n;
}

static void
answer_number(Answer *answer, long number)
{
    char text[32];
    snprintf(text, sizeof text, "%ld", number);
    answer_field(answer, text);
}

static void
answer_error(Answer *answer, const char *text)
{
    answer_field(answer, "error");
    answer_field(answer, text);
}

/* "error" and "could not WHAT: reason". */
static void
answer_errno(Answer *answer, const char *what, const char *path)
{
    char text[ANSWER_MAX / 2];
    snprintf(text, sizeof text, "could not %s%s%s: %s", what, *path != '\0' ? " " : "", path,
             strerror(errno));
    answer_error(answer, text);
}

static unsigned long
number_of(const char *text)
{
    return strtoul(text, NULL, 10);
}

static void
do_hello(Run *run, char **fields, int n, Answer *answer)
{
    (void)run;
    (void)n;
    if (strcmp(fields[0], PGS_SUPERVISOR_VERSION) != 0) {
        answer_error(answer, "the supervisor is of another version of pgstair");
        return;
    }
    answer_field(answer, "ok");
}

static void
do_folder(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    const PgsItem *item = pgs_folder_make(&run->supervisor, number_of(fields[0]), fields[1],
                                          (uid_t)number_of(fields[2]), (gid_t)number_of(fields[3]));
    if (item == NULL) {
        answer_errno(answer, "make a folder in", fields[1]);
        return;
    }
    answer_field(answer, "ok");
    answer_field(answer, item->path);
}

static void
do_spawn(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    PgsSpawn spawn = {
        .kind = &pgs_process_kind,
        .scope = number_of(fields[0]),
        .uid = (uid_t)number_of(fields[1]),
        .gid = (gid_t)number_of(fields[2]),
        .log = fields[3],
        .data = fields[4],
        .argv = fields + 5, /* the fields end with NULL */
    };
    pid_t pid = pgs_child_spawn(&run->supervisor, &spawn);
    if (pid < 0) {
        answer_errno(answer, "start", spawn.argv[0]);
        return;
    }
    answer_field(answer, "ok");
    answer_number(answer, pid);
}

static void
do_signal(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    const PgsItem *item = pgs_child_find(&run->supervisor, (pid_t)number_of(fields[0]));
    if (item != NULL && item->running && kill(item->pid, (int)number_of(fields[1])) != 0) {
        answer_errno(answer, "send a signal", "");
        return;
    }
    answer_field(answer, "ok");
}

static void
do_status(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    pgs_children_reap(&run->supervisor);
    const PgsItem *item = pgs_child_find(&run->supervisor, (pid_t)number_of(fields[0]));
    if (item == NULL) {
        answer_error(answer, "there is no such process");
        return;
    }
    answer_field(answer, "ok");
    answer_field(answer, item->running ? "running" : "ended");
    answer_number(answer, item->status);
}

static void
do_end(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    char *wrong = pgs_items_end(&run->supervisor, PGS_ITEMS_SCOPE, number_of(fields[0]));
    if (wrong != NULL)
        answer_error(answer, wrong);
    else
        answer_field(answer, "ok");
    free(wrong);
}

static void
do_undo(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    unsigned long number = 0;
    const PgsItem *item =
        pgs_errand_add(&run->supervisor, number_of(fields[0]), fields[1], fields + 2, &number);
    pgs_wipe(fields[1]); /* a password may be in it */
    if (item == NULL) {
        answer_errno(answer, "prepare", fields[2]);
        return;
    }
    answer_field(answer, "ok");
    answer_number(answer, (long)number);
    answer_number(answer, item->pid);
}

static void
do_forget(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    if (pgs_errand_forget(&run->supervisor, number_of(fields[0])))
        answer_field(answer, "ok");
    else
        answer_error(answer, "there is no such errand");
}

static void
do_chore(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    PgsSpawn spawn = {
        .kind = &pgs_chore_kind,
        .scope = NO_SCOPE,
        .uid = geteuid(),
        .gid = getegid(),
        .log = "/dev/null",
        .data = "",
        .argv = fields,
    };
    if (pgs_child_spawn(&run->supervisor, &spawn) < 0)
        answer_errno(answer, "start", spawn.argv[0]);
    else
        answer_field(answer, "ok");
}

static void
do_keep(Run *run, char **fields, int n, Answer *answer)
{
    (void)n;
    if (pgs_items_keep(&run->supervisor, number_of(fields[0]))) {
        answer_field(answer, "ok");
        return;
    }
    answer_error(answer, "there is nothing to keep");
}

static void
do_sweep(Run *run, char **fields, int n, Answer *answer)
{
    char **roots = calloc((size_t)n + 1, sizeof *roots);
    for (int i = 0; roots != NULL && i < n; i++)
        roots[i] = strdup(fields[i]);
    pgs_strings_free(run->supervisor.sweep_roots);
    run->supervisor.sweep_roots = roots;
    run->supervisor.sweep_at = 0;
    answer_field(answer, "ok");
}

static const Request requests[] = {
    {"hello", 1, do_hello},   {"folder", 4, do_folder}, {"spawn", 6, do_spawn},
    {"signal", 2, do_signal}, {"status", 1, do_status}, {"end", 1, do_end},
    {"keep", 1, do_keep},     {"sweep", 1, do_sweep},   {"undo", 3, do_undo},
    {"forget", 1, do_forget}, {"chore", 1, do_chore},
};

static void
close_channel(Run *run)
{
    close(run->channel);
    run->channel = -1;
}

/* One message: its fields are bytes[0 … length), each ended by NUL. */
static void
obey(Run *run, char *bytes, size_t length)
{
    char *fields[FIELDS_MAX + 1];
    int n = 0;
    for (size_t at = 0; at < length && n < FIELDS_MAX; at += strlen(bytes + at) + 1)
        fields[n++] = bytes + at;
    fields[n] = NULL;

    Answer answer = {.length = 0};
    const Request *request = NULL;
    for (size_t i = 0; i < sizeof requests / sizeof *requests && n > 0; i++) {
        if (strcmp(requests[i].name, fields[0]) == 0 && n - 1 >= requests[i].fields)
            request = &requests[i];
    }
    if (request != NULL) {
        request->run(run, fields + 1, n - 1, &answer);
    } else {
        answer_error(&answer, "the supervisor does not know this request");
    }
    uint32_t head = (uint32_t)answer.length;
    /* Small, and pgstair waits for it: a channel that does not take it at once is broken. */
    char message[sizeof head + ANSWER_MAX];
    memcpy(message, &head, sizeof head);
    memcpy(message + sizeof head, answer.bytes, answer.length);
    ssize_t whole = (ssize_t)(sizeof head + answer.length);
    if (send(run->channel, message, (size_t)whole, MSG_NOSIGNAL | MSG_DONTWAIT) != whole)
        close_channel(run);
}

/* Obeys the whole messages among what came, and keeps the rest. */
static void
obey_all(Run *run)
{
    uint32_t length;
    size_t at = 0;
    while (run->channel >= 0 && run->input_length - at >= sizeof length) {
        memcpy(&length, run->input + at, sizeof length);
        char *bytes = run->input + at + sizeof length;
        if (length == 0 || length > PGS_SUPERVISOR_MESSAGE_MAX) {
            close_channel(run);
            return;
        }
        if (run->input_length - at - sizeof length < length)
            break;
        if (bytes[length - 1] != '\0') {
            close_channel(run);
            return;
        }
        obey(run, bytes, length);
        at += sizeof length + length;
    }
    memmove(run->input, run->input + at, run->input_length - at);
    run->input_length -= at;
}

static void
listen_to_channel(Run *run)
{
    size_t room = sizeof(uint32_t) + PGS_SUPERVISOR_MESSAGE_MAX - run->input_length;
    ssize_t n = recv(run->channel, run->input + run->input_length, room, MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n <= 0) {
        close_channel(run);
        return;
    }
    run->input_length += (size_t)n;
    obey_all(run);
}

static void
watch_open(Watch *watch, pid_t pid)
{
    watch->pid = pid;
    watch->fd = -1;
#ifdef SYS_pidfd_open
    if (pid > 0)
        watch->fd = (int)syscall(SYS_pidfd_open, pid, 0);
#endif
}

static bool
watch_has_died(const Watch *watch, bool readable)
{
    if (watch->pid == 0)
        return false;
    return readable || (watch->fd < 0 && kill(watch->pid, 0) != 0 && errno == ESRCH);
}

static void
sweep_next(PgsSupervisor *supervisor)
{
    const char *root = supervisor->sweep_roots[supervisor->sweep_at++];
    if (root != NULL) {
        pgs_sweep(root);
        return;
    }
    pgs_strings_free(supervisor->sweep_roots);
    supervisor->sweep_roots = NULL;
}

/* Waits for something to happen, and does what it asks for.  False: all is to be ended. */
static bool
turn(Run *run)
{
    enum { CHANNEL, SIGNALS, OWNER, WATCHED, N };
    struct pollfd fds[N] = {
        [CHANNEL] = {.fd = run->channel, .events = POLLIN},
        [SIGNALS] = {.fd = run->supervisor.signal_fd, .events = POLLIN},
        [OWNER] = {.fd = run->owner.pid != 0 ? run->owner.fd : -1, .events = POLLIN},
        [WATCHED] = {.fd = run->watched.pid != 0 ? run->watched.fd : -1, .events = POLLIN},
    };
    bool must_look = (run->owner.pid != 0 && run->owner.fd < 0) ||
                     (run->watched.pid != 0 && run->watched.fd < 0);
    int timeout = run->supervisor.sweep_roots != NULL ? 0 : must_look ? LOOK_MS : -1;
    int ready = poll(fds, N, timeout);
    if (ready < 0)
        return errno == EINTR && !pgs_signals_asked_to_end();

    if (fds[SIGNALS].revents != 0)
        pgs_signals_drain(run->supervisor.signal_fd);
    pgs_children_reap(&run->supervisor);
    if (pgs_signals_asked_to_end() || watch_has_died(&run->watched, fds[WATCHED].revents != 0))
        return false;
    if (fds[CHANNEL].revents != 0)
        listen_to_channel(run);
    if (run->channel >= 0 && watch_has_died(&run->owner, fds[OWNER].revents != 0))
        close_channel(run); /* a child of it may hold the other end open */
    if (ready == 0 && run->supervisor.sweep_roots != NULL)
        sweep_next(&run->supervisor);
    return true;
}

static void
attend(Run *run)
{
    while (run->channel >= 0) {
        if (!turn(run))
            return;
    }
    run->owner.pid = 0;
    free(pgs_items_end(&run->supervisor, PGS_ITEMS_UNKEPT, 0));
    pgs_items_end_idle(&run->supervisor);
    while (run->supervisor.items != NULL && turn(run))
        pgs_items_end_idle(&run->supervisor);
}

/* Whoever waits for the end of a pipe (a CI job for pgstair's output) must not wait for us. */
static void
let_go_of_everything(void)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = 0; null >= 0 && fd < PGS_SUPERVISOR_FD; fd++)
        dup2(null, fd);
    pgs_close_from(PGS_SUPERVISOR_FD + 1);
    setsid();
    umask(077);
    if (chdir("/") != 0)
        _exit(1);
}

static bool
read_arguments(Run *run, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        bool is_owner = strcmp(argv[i], "--owner") == 0;
        if ((!is_owner && strcmp(argv[i], "--watch") != 0) || i + 1 == argc)
            return false;
        watch_open(is_owner ? &run->owner : &run->watched, (pid_t)number_of(argv[i + 1]));
    }
    return true;
}

int
main(int argc, char **argv)
{
    struct stat st;
    if (fstat(PGS_SUPERVISOR_FD, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        fputs("pgstair-supervisor: started by pgstair for its own needs, not by hand\n", stderr);
        return 2;
    }
    let_go_of_everything();
    Run run = {.channel = PGS_SUPERVISOR_FD};
    run.input = malloc(sizeof(uint32_t) + PGS_SUPERVISOR_MESSAGE_MAX);
    fcntl(PGS_SUPERVISOR_FD, F_SETFD, FD_CLOEXEC);
    run.supervisor.signal_fd = pgs_signals_open();
    if (run.input == NULL || run.supervisor.signal_fd < 0 || !read_arguments(&run, argc, argv))
        return 2;
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
    run.supervisor.owner = run.owner.pid;
    attend(&run);
    free(pgs_items_end(&run.supervisor, PGS_ITEMS_ALL, 0));
    while (run.supervisor.sweep_roots != NULL)
        sweep_next(&run.supervisor);
    free(run.input);
    return 0;
}
