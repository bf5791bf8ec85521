/* Covers harness/server/janitor/main.c, against a real engine where it needs one: containers that
 * are made and never run, of an image that holds nothing. */
#include "server/helper.h"

#include "base/fs.h"
#include "base/process.h"
#include "server/custody.h"
#include "server/engine.h"
#include "server/liveness.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* An hour and a minute: longer than what runs nowhere is left to somebody unknown. */
#define LONG_AGO_S (61 * 60)
#define SHORTLY_S (59 * 60)

/* What one test program makes in the engine bears its number. */
typedef struct {
    char *folder;
    char *image; /* NULL: there is no engine */
} Fixture;

/* Runs pgstair-janitor; what it writes goes to result. */
static void
run_janitor(PgsProcessResult *result, const char *path, const char *input, const char *verb, ...)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *program = pgs_custody_find_janitor(&error);
    assert_non_null(program);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    va_list arguments;
    va_start(arguments, verb);
    for (const char *argument = verb; argument != NULL; argument = va_arg(arguments, const char *))
        pgs_process_add(process, argument);
    va_end(arguments);
    if (path != NULL)
        pgs_process_set_env(process, "PATH", path);
    if (input != NULL)
        pgs_process_set_input(process, input, -1);
    if (!pgs_process_run(process, result, &error))
        fail_msg("%s", error->message);
}

/* docker, with arguments; its output, or NULL when it failed. */
static char *
docker(const char *first, ...)
{
    g_autoptr(PgsProcess) process = pgs_process_new("docker");
    va_list arguments;
    va_start(arguments, first);
    for (const char *argument = first; argument != NULL; argument = va_arg(arguments, const char *))
        pgs_process_add(process, argument);
    va_end(arguments);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run_checked(process, &result, &error)) {
        g_printerr("%s\n", error->message);
        return NULL;
    }
    return g_strchomp(g_steal_pointer(&result.output));
}

static gboolean
engine_answers(void)
{
    g_autoptr(PgsProcess) process = pgs_process_new("docker");
    pgs_process_add_many(process, "version", "--format", "{{.Server.Version}}", NULL);
    return pgs_process_run_checked(process, NULL, NULL);
}

static void
need_engine(const Fixture *fixture)
{
    if (fixture->image != NULL)
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_ENGINE"), "1") == 0)
        fail_msg("no docker engine answers, and PGSTAIR_TEST_REQUIRE_ENGINE is 1");
    print_message("skipped: no docker engine answers\n");
    skip();
}

static char *
container_name(const char *what)
{
    return g_strdup_printf("pgstair-test-%d-%s", (int)getpid(), what);
}

/* Never started.  owner: its label, or NULL: it has none. */
static char *
make_container(const Fixture *fixture, const char *what, const char *owner)
{
    char *name = container_name(what);
    g_autofree char *label = g_strconcat(PGS_ENGINE_LABEL_OWNER "=", owner, NULL);
    g_autofree char *id =
        docker("create", "--name", name, "--label", owner != NULL ? label : "org.pgstair.test=1",
               fixture->image, "/nothing", NULL);
    assert_non_null(id);
    return name;
}

static gboolean
is_there(const char *container)
{
    g_autofree char *filter = g_strdup_printf("name=^%s$", container);
    g_autofree char *found =
        docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}", NULL);
    assert_non_null(found);
    return *found != '\0';
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    *state = fixture;
    if (fixture->folder == NULL)
        return -1;
    if (!engine_answers())
        return 0;
    /* An archive of nothing: two blocks of zeros. */
    g_autofree char *archive = g_build_filename(fixture->folder, "empty.tar", NULL);
    char zeros[1024] = {0};
    if (!g_file_set_contents(archive, zeros, sizeof zeros, NULL))
        return -1;
    fixture->image = g_strdup_printf("pgstair-test-%d", (int)getpid());
    g_autofree char *id = docker("import", archive, fixture->image, NULL);
    return id != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    static const char *const all[] = {"one",  "late",  "gone",    "gone2",
                                      "live", "apart", "foreign", "plain"};
    for (gsize i = 0; fixture->image != NULL && i < G_N_ELEMENTS(all); i++) {
        g_autofree char *name = container_name(all[i]);
        if (is_there(name))
            g_free(docker("rm", "--force", name, NULL));
    }
    if (fixture->image != NULL)
        g_free(docker("rmi", fixture->image, NULL));
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture->image);
    g_free(fixture);
    return 0;
}

static void
test_by_hand(void **state)
{
    (void)state;
    static const char *const verbs[] = {NULL, "dance", "container", "sweep"};
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        g_auto(PgsProcessResult) result = {0};
        run_janitor(&result, NULL, NULL, verbs[i], NULL);
        assert_int_equal(result.exit_status, 2);
        assert_non_null(strstr(result.errors, "not by hand"));
        assert_non_null(strstr(result.errors, "usage: pgstair-janitor container ENGINE NAME\n"));
    }
}

static void
test_container(void **state)
{
    const Fixture *fixture = *state;
    need_engine(fixture);
    g_autofree char *name = make_container(fixture, "one", NULL);
    g_autofree char *other = make_container(fixture, "apart", NULL);
    g_auto(PgsProcessResult) result = {0};
    run_janitor(&result, NULL, NULL, "container", "docker", name, NULL);
    assert_string_equal(result.errors, "");
    assert_int_equal(result.exit_status, 0);
    assert_false(is_there(name));
    assert_true(is_there(other));
}

static gpointer
make_late(gpointer fixture)
{
    g_usleep(400 * 1000);
    return make_container(fixture, "late", NULL);
}

/* Its making was still under way in the engine when the janitor looked for the first time. */
static void
test_container_that_comes_late(void **state)
{
    need_engine(*state);
    g_autofree char *name = container_name("late");
    GThread *thread = g_thread_new("late", make_late, *state);
    g_auto(PgsProcessResult) result = {0};
    run_janitor(&result, NULL, NULL, "container", "docker", name, NULL);
    g_free(g_thread_join(thread));
    assert_int_equal(result.exit_status, 0);
    assert_false(is_there(name));
}

/* What it says is for a person. */
static void
test_engine_that_is_not_there(void **state)
{
    const Fixture *fixture = *state;
    static const char *const verbs[][2] = {{"container", "pgstair-test-x"}, {"sweep", NULL}};
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        g_auto(PgsProcessResult) result = {0};
        run_janitor(&result, fixture->folder, NULL, verbs[i][0], "docker", verbs[i][1], NULL);
        assert_int_equal(result.exit_status, 1);
        assert_non_null(strstr(result.errors, "no program \"docker\""));
    }
}

static void
test_engine_that_does_not_answer(void **state)
{
    const Fixture *fixture = *state;
    need_engine(fixture);
    g_autofree char *path = g_build_filename(fixture->folder, "docker.sock", NULL);
    g_autofree char *host = g_strconcat("unix://", path, NULL);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    g_setenv("DOCKER_HOST", host, TRUE);
    gint64 begun = g_get_monotonic_time();
    g_auto(PgsProcessResult) result = {0};
    run_janitor(&result, NULL, NULL, "container", "docker", "pgstair-test-x", NULL);
    g_unsetenv("DOCKER_HOST");
    close(fd);
    assert_int_equal(result.exit_status, 1);
    assert_true(g_str_has_prefix(result.errors, "the container pgstair-test-x may be left: "));
    assert_non_null(strstr(result.errors, "does not answer"));
    assert_non_null(strstr(result.errors, host));
    assert_true(g_get_monotonic_time() - begun < 10 * G_USEC_PER_SEC);
}

static char *
owner_of_the_dead(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        pause();
        _exit(0);
    }
    char *owner = pgs_liveness_describe((int)pid);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    return owner;
}

static void
test_sweep(void **state)
{
    const Fixture *fixture = *state;
    need_engine(fixture);
    g_autofree char *dead = owner_of_the_dead();
    g_autofree char *own = pgs_liveness_describe((int)getpid());
    g_autofree char *gone = make_container(fixture, "gone", dead);
    g_autofree char *gone2 = make_container(fixture, "gone2", dead);
    g_autofree char *live = make_container(fixture, "live", own);
    g_autofree char *other = make_container(fixture, "foreign", "pid=1 start=1 boot=x ns=y");
    g_autofree char *plain = make_container(fixture, "plain", NULL);
    g_auto(PgsProcessResult) result = {0};
    run_janitor(&result, NULL, NULL, "sweep", "docker", NULL);
    assert_string_equal(result.errors, "");
    assert_int_equal(result.exit_status, 0);
    assert_false(is_there(gone));
    assert_false(is_there(gone2));
    assert_true(is_there(live));
    /* It may be another machine's, that is about to start it. */
    assert_true(is_there(other));
    assert_true(is_there(plain));
}

/* As a run does it: by its supervisor, once. */
static void
test_sweep_at_a_start(void **state)
{
    const Fixture *fixture = *state;
    need_engine(fixture);
    g_autofree char *dead = owner_of_the_dead();
    g_autofree char *gone = make_container(fixture, "gone", dead);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsCustody) custody = pgs_custody_new(&error);
    assert_non_null(custody);
    gint64 begun = g_get_monotonic_time();
    pgs_custody_sweep_containers(custody, "docker");
    assert_in_range((g_get_monotonic_time() - begun) / 1000, 0, 200);
    assert_true(TEST_WAIT(!is_there(gone)));
}

/* The time of creation cannot be chosen in an engine: a program stands for it that lists three
 * containers of another machine, and says what it is told to remove. */
static void
test_sweep_of_what_nobody_knows(void **state)
{
    const Fixture *fixture = *state;
    /* docker's and podman's ways to tell the time. */
    static const char *const formats[] = {"%Y-%m-%d %H:%M:%S +0000 UTC",
                                          "%Y-%m-%d %H:%M:%S.123456789 +0000 UTC"};
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GDateTime) now = g_date_time_new_now_utc();
        g_autoptr(GDateTime) old_time = g_date_time_add_seconds(now, -LONG_AGO_S);
        g_autoptr(GDateTime) young_time = g_date_time_add_seconds(now, -SHORTLY_S);
        g_autofree char *old = g_date_time_format(old_time, formats[i]);
        g_autofree char *young = g_date_time_format(young_time, formats[i]);
        g_autofree char *script = g_strdup_printf(
            "#!/bin/sh\n"
            "case $1 in\n"
            "ps) printf '%%s\\timage\\t%%s\\t%%s\\tpid=1 start=1 boot=x ns=y\\n' \\\n"
            "      old Exited '%s' young Exited '%s' runs Running '%s' odd Exited yesterday;;\n"
            "rm) for name; do :; done; test -e %s/$name && exit; echo $name; touch %s/$name;;\n"
            "esac\n",
            old, young, old, fixture->folder, fixture->folder);
        g_autofree char *program = g_build_filename(fixture->folder, "docker", NULL);
        assert_true(g_file_set_contents(program, script, -1, NULL));
        assert_int_equal(g_chmod(program, 0700), 0);
        g_autofree char *path = g_strconcat(fixture->folder, ":", g_getenv("PATH"), NULL);
        g_auto(PgsProcessResult) result = {0};
        run_janitor(&result, path, NULL, "sweep", "docker", NULL);
        assert_string_equal(result.errors, "");
        assert_int_equal(result.exit_status, 0);
        static const char *const names[] = {"old", "young", "runs", "odd"};
        for (gsize n = 0; n < G_N_ELEMENTS(names); n++) {
            g_autofree char *mark = g_build_filename(fixture->folder, names[n], NULL);
            assert_int_equal(g_unlink(mark) == 0, n == 0);
        }
    }
}

static void
test_databases_without_sense(void **state)
{
    (void)state;
    g_auto(PgsProcessResult) result = {0};
    run_janitor(&result, NULL, "no errand at all\n", "databases", NULL);
    assert_int_equal(result.exit_status, 1);
    assert_string_not_equal(result.errors, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_container),
        cmocka_unit_test(test_container_that_comes_late),
        cmocka_unit_test(test_engine_that_is_not_there),
        cmocka_unit_test(test_engine_that_does_not_answer),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_sweep_at_a_start),
        cmocka_unit_test(test_sweep_of_what_nobody_knows),
        cmocka_unit_test(test_databases_without_sense),
    };
    return cmocka_run_group_tests_name("server.janitor", tests, set_up, tear_down);
}
