/* boardroom: connections that are lost, of a pool and of "pgstair migrate". */
#include "somebodys.h"

#include <pgstair/pool.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* ---- a pool ---- */

/* A server of the test's own, reached by a folder that stays when the server goes and another
 * comes. */
typedef struct {
    char folder[64], file[96], link[96], url[256], output[OUTPUT_SIZE];
} OwnServer;

static int
run_own(OwnServer *own, const char *const *words)
{
    Child child = {.argv = words, .seconds = 60};
    return run_child(&child, own->output, sizeof own->output);
}

static int
link_socket(const OwnServer *own)
{
    char line[2048], folder[512] = "";
    FILE *file = fopen(own->file, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *host = strncmp(line, "conninfo=", 9) == 0 ? strstr(line, " host='/") : NULL;
        if (host != NULL)
            snprintf(folder, sizeof folder, "%.*s", (int)strcspn(host + 7, "'"), host + 7);
    }
    if (file != NULL)
        fclose(file);
    unlink(own->link);
    return folder[0] != '\0' && symlink(folder, own->link) == 0;
}

static int
start_own(OwnServer *own)
{
    return run_own(own, WORDS(PGS_PROGRAM, "server", "start", "--shared", own->file, "--watch",
                              "parent")) == 0 &&
           link_socket(own);
}

static int
stop_own(OwnServer *own)
{
    return run_own(own, WORDS(PGS_PROGRAM, "server", "stop", own->file)) == 0;
}

static void
make_own(PgsSuite *pgs_suite_, OwnServer *own)
{
    snprintf(own->folder, sizeof own->folder, "/tmp/boardroom-suite-XXXXXX");
    pgs_assert_true(mkdtemp(own->folder) != NULL, "a folder for a server of the test's own");
    snprintf(own->file, sizeof own->file, "%s/server", own->folder);
    snprintf(own->link, sizeof own->link, "%s/socket", own->folder);
    snprintf(own->url, sizeof own->url, "host=%s user=postgres dbname=postgres", own->link);
}

#define START_MS 300

/* Starts the server again from a process of its own, when the pool has found it gone. */
static pid_t
start_later(OwnServer *own)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    struct timespec wait = {.tv_nsec = START_MS * 1000L * 1000};
    nanosleep(&wait, NULL);
    const char *watch = "--watch";
    char parent[32];
    snprintf(parent, sizeof parent, "%d", getppid());
    int started = run_own(own, WORDS(PGS_PROGRAM, "server", "start", "--shared", own->file, watch,
                                     parent)) == 0 &&
                  link_socket(own);
    _exit(started ? 0 : 1);
}

/* What a pool on it says of a connection: 1: it is there and answers. */
static int
takes_connection(PgsPool *pool, PgsProblemClass *problem_class)
{
    PgsProblem *problem = NULL;
    PGconn *connection = pgs_pool_acquire(pool, &problem);
    *problem_class = problem != NULL ? pgs_problem_class(problem) : (PgsProblemClass)0;
    pgs_problem_free(problem);
    pgs_pool_release(pool, connection);
    return connection != NULL;
}

static void
a_lost_server_is_waited_for(void **state)
{
    static OwnServer own;
    PgsProblemClass class_before, class_after;
    PGS_CASE(state, "BOARD-15");
    make_own(pgs_suite_, &own);
    if (!start_own(&own)) {
        run_own(&own, WORDS("rm", "-rf", own.folder));
        pgs_skip_case("no server of the machine's own programs could be started");
    }
    const PgsPoolOptions options = {.url = own.url, .timeout = 30000, .retries = 20};
    PgsPool *pool = pgs_pool_new(&options, NULL);
    int before = takes_connection(pool, &class_before), stopped = stop_own(&own), ended = 0;
    pid_t starter = start_later(&own);
    long start = child_now_ms();
    int meanwhile = takes_connection(pool, &class_after);
    long waited = child_now_ms() - start;
    waitpid(starter, &ended, 0);
    PgsPoolState pool_state;
    pgs_pool_state(pool, &pool_state);
    pgs_pool_free(pool);
    stop_own(&own);
    run_own(&own, WORDS("rm", "-rf", own.folder));
    pgs_assert_true(before && stopped, "it answers, and is stopped");
    pgs_assert_true(meanwhile && ended == 0, "it is waited for until it is back");
    pgs_assert_true(waited >= START_MS, "not before it is back");
    pgs_assert_true(pool_state.stale == 1, "the connection that it had was found dead");
}

/* Takes connections where a server's socket would be and drops them; writes to fd when. */
static void
listen_and_drop(const char *folder, int fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", folder);
    int bound = bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
                listen(listener, 16) == 0;
    long now = bound ? 0 : -1;
    int told = write(fd, &now, sizeof now) == sizeof now;
    /* Told before it is dropped: behind the last one this process is ended. */
    while (told && bound) {
        int taken = accept(listener, NULL, NULL);
        now = child_now_ms();
        told = write(fd, &now, sizeof now) == sizeof now;
        close(taken);
    }
    _exit(0);
}

#define RETRIES 5

/* The times of the attempts of one pgs_pool_acquire(), which fails; how many there were. */
static int
measure_attempts(const OwnServer *own, long *times, int most, PgsProblemClass *problem_class)
{
    int ends[2], n = 0;
    long first = -1;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        listen_and_drop(own->folder, ends[1]);
    close(ends[1]);
    if (read(ends[0], &first, sizeof first) != sizeof first || first != 0)
        n = -1;
    const PgsPoolOptions options = {.url = own->url, .timeout = 30000, .retries = RETRIES};
    PgsPool *pool = pgs_pool_new(&options, NULL);
    takes_connection(pool, problem_class);
    pgs_pool_free(pool);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (n >= 0 && n < most && read(ends[0], &times[n], sizeof times[n]) == sizeof times[n])
        n++;
    close(ends[0]);
    return n;
}

/* 100 ms for the first wait, doubled for each further one; jitter makes it any time below. */
static void
attempts_back_off_exponentially(void **state)
{
    static OwnServer own;
    enum { SLACK_MS = 1000 }; /* of a machine that has much to do */
    long times[RETRIES + 8], limit = 100;
    PgsProblemClass problem_class;
    PGS_CASE(state, "BOARD-15");
    make_own(pgs_suite_, &own);
    snprintf(own.url, sizeof own.url, "host=%s user=postgres dbname=postgres", own.folder);
    int n = measure_attempts(&own, times, RETRIES + 8, &problem_class);
    run_own(&own, WORDS("rm", "-rf", own.folder));
    pgs_assert_true(n == 1 + RETRIES, "the first attempt, and as many more as were asked for");
    pgs_assert_true(problem_class == PGS_PROBLEM_UNAVAILABLE, "then it is told as unavailable");
    for (int i = 1; i < n; i++, limit *= 2)
        pgs_assert_true(times[i] - times[i - 1] <= limit + SLACK_MS,
                        "no wait is longer than its turn allows");
}

/* ---- "pgstair migrate" ---- */

/*
 * Between the program and the server: a socket that passes everything on, until a client sends
 * LOST_AT for the first time.  Then all connections end, as with a server that goes down, and the
 * next REFUSED ones are closed at once; after that all is well again.
 */
#define LOST_AT "lost_in_between"
#define REFUSED 3
#define PAIRS 32

typedef struct {
    int client, server;
} Pair;

typedef struct {
    Pair pairs[PAIRS];
    char server[108]; /* the socket's path */
    int listener, told, has_lost, refused;
} Between;

static int
socket_at(const char *path, int listens)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    const struct sockaddr *name = (const struct sockaddr *)&address;
    int done = listens ? bind(fd, name, sizeof address) == 0 && listen(fd, 16) == 0
                       : connect(fd, name, sizeof address) == 0;
    if (!done) {
        close(fd);
        return -1;
    }
    return fd;
}

static void
end_pair(Pair *pair)
{
    close(pair->client);
    close(pair->server);
    *pair = (Pair){-1, -1};
}

static void
lose_all(Between *between)
{
    between->has_lost = 1;
    for (int i = 0; i < PAIRS; i++) {
        if (between->pairs[i].client >= 0)
            end_pair(&between->pairs[i]);
    }
}

static void
take_client(Between *between)
{
    int client = accept(between->listener, NULL, NULL), free_pair = 0;
    long now = child_now_ms();
    if (between->has_lost && between->refused <= REFUSED)
        (void)!write(between->told, &now, sizeof now);
    while (free_pair < PAIRS && between->pairs[free_pair].client >= 0)
        free_pair++;
    if ((between->has_lost && between->refused++ < REFUSED) || free_pair == PAIRS) {
        close(client);
        return;
    }
    between->pairs[free_pair] = (Pair){client, socket_at(between->server, 0)};
}

/* What one end has to say to the other; 0: it has hung up. */
static int
pass_on(Between *between, int from, int to, int is_client)
{
    char piece[16384];
    ssize_t n = recv(from, piece, sizeof piece, 0);
    if (n <= 0)
        return 0;
    if (is_client && !between->has_lost && memmem(piece, (size_t)n, LOST_AT, strlen(LOST_AT))) {
        lose_all(between);
        return 1;
    }
    for (ssize_t sent = 0, more; sent < n; sent += more) {
        more = send(to, piece + sent, (size_t)(n - sent), MSG_NOSIGNAL);
        if (more <= 0)
            return 0;
    }
    return 1;
}

static void
pass_all_on(Between *between, const struct pollfd *files)
{
    for (int i = 0; i < PAIRS; i++) {
        Pair *pair = &between->pairs[i];
        int from_client = files[2 * i].revents != 0 && files[2 * i].fd == pair->client;
        int from_server = files[2 * i + 1].revents != 0 && files[2 * i + 1].fd == pair->server;
        if (pair->client >= 0 && from_client && !pass_on(between, pair->client, pair->server, 1))
            end_pair(pair);
        if (pair->client >= 0 && from_server && !pass_on(between, pair->server, pair->client, 0))
            end_pair(pair);
    }
}

static void
stand_between(Between *between)
{
    struct pollfd files[2 * PAIRS + 1];
    for (int i = 0; i < PAIRS; i++)
        between->pairs[i] = (Pair){-1, -1};
    for (;;) {
        for (int i = 0; i < PAIRS; i++) {
            files[2 * i] = (struct pollfd){.fd = between->pairs[i].client, .events = POLLIN};
            files[2 * i + 1] = (struct pollfd){.fd = between->pairs[i].server, .events = POLLIN};
        }
        files[2 * PAIRS] = (struct pollfd){.fd = between->listener, .events = POLLIN};
        if (poll(files, 2 * PAIRS + 1, -1) < 0)
            _exit(1);
        pass_all_on(between, files);
        if (files[2 * PAIRS].revents != 0)
            take_client(between);
    }
}

/* Starts it in the folder; *told: gives the times of the attempts behind the loss.  0: it cannot
 * be, the server is not reached by a socket. */
static pid_t
start_between(PgsSuite *pgs_suite_, const char *folder, int *told)
{
    Between between = {.listener = -1};
    char path[96];
    int ends[2];
    const char *host = strstr(pgs_suite_conninfo(pgs_suite_), "host='/");
    if (host == NULL || pipe2(ends, O_CLOEXEC) != 0)
        return 0;
    snprintf(between.server, sizeof between.server, "%.*s/.s.PGSQL.5432",
             (int)strcspn(host + 6, "'"), host + 6);
    snprintf(path, sizeof path, "%s/.s.PGSQL.5432", folder);
    between.listener = socket_at(path, 1);
    between.told = ends[1];
    *told = ends[0];
    pid_t pid = fork();
    if (pid == 0)
        stand_between(&between);
    close(between.listener);
    close(ends[1]);
    return pid;
}

static int
write_revision(const Somebodys *somebodys, const char *name, const char *sql)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", somebodys->folder, name);
    FILE *file = fopen(path, "w");
    return file != NULL && fputs(sql, file) >= 0 && fclose(file) == 0;
}

/* The waits that the program tells, in milliseconds. */
static int
find_waits(const char *output, double *waits, int most)
{
    static const char before[] = "tries again in ";
    int n = 0;
    for (const char *at = output; (at = strstr(at, before)) != NULL && n < most; n++) {
        at += strlen(before);
        waits[n] = strtod(at, NULL) * 1000;
    }
    return n;
}

/* Each wait: what was told (to a tenth of a second), and within its turn's limit, which doubles. */
static void
judge_waits(PgsSuite *pgs_suite_, const char *output, const long *attempts, int n_attempts)
{
    enum { FIRST_LIMIT_MS = 200, TENTH_MS = 51 };
    double waits[REFUSED + 1], limit = FIRST_LIMIT_MS;
    int n = find_waits(output, waits, REFUSED + 1);
    pgs_assert_true(n == REFUSED && n_attempts == REFUSED + 1, output);
    for (int i = 0; i < n; i++, limit *= 2) {
        pgs_assert_true(waits[i] <= limit + TENTH_MS, "no wait is told above its turn's limit");
        pgs_assert_true((double)(attempts[i + 1] - attempts[i]) >= waits[i] - TENTH_MS,
                        "what is told is waited");
    }
}

static void
a_run_outlives_a_lost_server(void **state)
{
    static Somebodys somebodys;
    static char output[OUTPUT_SIZE];
    long attempts[REFUSED + 8];
    int told = -1, n = 0;
    char url[256], value[64];
    PGS_CASE(state, "BOARD-15");
    give_database(pgs_suite_, &somebodys, "test");
    pid_t between = start_between(pgs_suite_, somebodys.folder, &told);
    if (between == 0) {
        take_back(pgs_suite_, &somebodys);
        pgs_skip_case("the server is not reached by a socket");
    }
    int written =
        write_revision(&somebodys, "001_a.up.sql", "CREATE TABLE a (id int);\n") &&
        write_revision(&somebodys, "002_b.up.sql",
                       "CREATE TABLE " LOST_AT " (id int);\nINSERT INTO a VALUES (2);\n") &&
        write_revision(&somebodys, "003_c.up.sql", "INSERT INTO a VALUES (3);\n");
    snprintf(url, sizeof url, "host=%s user=postgres dbname=%s", somebodys.folder, somebodys.name);
    int status = run(&somebodys, somebodys.folder, NULL,
                     WORDS(PGS_PROGRAM, "migrate", "upgrade", "--folder", ".", "--format", "plain",
                           "--url", url, "--no-backup", "--yes"));
    memcpy(output, somebodys.output, sizeof output);
    kill(between, SIGKILL);
    waitpid(between, NULL, 0);
    while (n < REFUSED + 8 && read(told, &attempts[n], sizeof attempts[n]) == sizeof attempts[n])
        n++;
    close(told);
    ask(&somebodys,
        "SELECT concat_ws('|', (SELECT string_agg(id::text, ',' ORDER BY id) FROM a),"
        " to_regclass('" LOST_AT "'), (SELECT string_agg(version, ',' ORDER BY version)"
        " FROM pgstair_migrations))",
        value, sizeof value);
    take_back(pgs_suite_, &somebodys);
    pgs_assert_true(written && status == 0, output);
    pgs_assert_true(strcmp(value, "2,3|" LOST_AT "|001,002,003") == 0, value);
    judge_waits(pgs_suite_, output, attempts, n);
}

/* Nobody is there yet when it begins; a wrong name is not waited for. */
static void
a_run_waits_for_a_server(void **state)
{
    static OwnServer own;
    static char output[OUTPUT_SIZE], said[OUTPUT_SIZE];
    char file[128], folder[96], wrong[300];
    int ended = 0;
    PGS_CASE(state, "BOARD-15");
    make_own(pgs_suite_, &own);
    snprintf(folder, sizeof folder, "%s/plain", own.folder);
    snprintf(file, sizeof file, "%s/001_a.up.sql", folder);
    snprintf(wrong, sizeof wrong, "host=%s user=postgres dbname=nowhere", own.link);
    FILE *revision = mkdir(folder, 0700) == 0 ? fopen(file, "w") : NULL;
    int written = revision != NULL && fputs("CREATE TABLE a (id int);\n", revision) >= 0 &&
                  fclose(revision) == 0;
    pid_t starter = start_later(&own);
    int status =
        run_own(&own, WORDS(PGS_PROGRAM, "migrate", "upgrade", "--folder", folder, "--format",
                            "plain", "--url", own.url, "--retries", "20", "--no-backup", "--yes"));
    memcpy(output, own.output, sizeof output);
    waitpid(starter, &ended, 0);
    int refused =
        run_own(&own, WORDS(PGS_PROGRAM, "migrate", "upgrade", "--folder", folder, "--format",
                            "plain", "--url", wrong, "--retries", "20", "--no-backup", "--yes"));
    int waited = strstr(own.output, "tries again") != NULL;
    memcpy(said, own.output, sizeof said);
    stop_own(&own);
    run_own(&own, WORDS("rm", "-rf", own.folder));
    if (ended != 0)
        pgs_skip_case("no server of the machine's own programs could be started");
    pgs_assert_true(written && status == 0, output);
    pgs_assert_true(strstr(output, "tries again in ") != NULL, "each wait is told");
    pgs_assert_true(refused == 3 && !waited, said);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        pgs_test_alone(a_lost_server_is_waited_for),
        pgs_test_alone(attempts_back_off_exponentially),
        pgs_test_alone(a_run_outlives_a_lost_server),
        pgs_test_alone(a_run_waits_for_a_server),
    };
    const PgsSuiteOptions options = {.config = SYSTEM_CONFIG, .system = "boardroom"};

    return pgs_run_suite("boardroom_connection", tests, &options);
}
