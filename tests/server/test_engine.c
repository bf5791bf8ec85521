/* Covers harness/server/engine.c and engine_words.c. */
#include "server/engine_helper.h"

#include "server/server.h"

/* What engines really said: docker 20.10 and 28, podman 4.3, and the server within. */
static const struct {
    PgsEngineTask task;
    PgsServerError code;
    const char *said;
    const char *message;
} cases[] = {
    {PGS_ENGINE_ASK, PGS_SERVER_ERROR_NOT_FOUND,
     "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon "
     "running?",
     "no docker engine answers"},
    {PGS_ENGINE_ASK, PGS_SERVER_ERROR_NOT_FOUND,
     "permission denied while trying to connect to the Docker daemon socket at "
     "unix:///var/run/docker.sock: Get \"http://…\": dial unix /var/run/docker.sock: connect: "
     "permission denied",
     "no permission to talk to docker"},
    {PGS_ENGINE_ASK, PGS_SERVER_ERROR_NOT_FOUND,
     "request returned 404 Not Found for API route and version "
     "http://192.0.2.7:2375/v1.50/images/localhost/pgstair-postgres:15/json, check if the server "
     "supports the requested API version",
     "no docker engine, or one that is too old"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error response from daemon: Get \"https://registry.example/v2/\": dial tcp: lookup "
     "registry.example on 192.0.2.53:53: no such host",
     "\"image:1\" is not here, and its registry cannot be reached"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error response from daemon: manifest for postgres:99 not found: manifest unknown: manifest "
     "unknown",
     "the tag is not known there"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error response from daemon: pull access denied for nope/nope, repository does not exist or "
     "may require 'docker login': denied: requested access to the resource is denied",
     "or it takes a login"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error response from daemon: Head \"https://registry.example/v2/x/manifests/1\": "
     "unauthorized: authentication required",
     "wants a login"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error: initializing source docker://192.0.2.7:5000/x:1: pinging container registry "
     "192.0.2.7:5000: Get \"https://192.0.2.7:5000/v2/\": tls: first record does not look like a "
     "TLS handshake",
     "speaks no TLS"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_NOT_FOUND,
     "Error response from daemon: received unexpected HTTP status: 500 Internal Server Error",
     "could not be fetched"},
    {PGS_ENGINE_PULL, PGS_SERVER_ERROR_START,
     "failed to register layer: Error processing tar file(exit status 1): write /usr/bin/x: no "
     "space left on device",
     "no room for the image"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_START,
     "docker: Error response from daemon: driver failed programming external connectivity on "
     "endpoint x: Error starting userland proxy: listen tcp4 192.0.2.7:0: bind: cannot assign "
     "requested address.",
     "does not have the address"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_START,
     "docker: Error response from daemon: driver failed programming external connectivity on "
     "endpoint x: Bind for 127.0.0.1:5432 failed: port is already allocated.",
     "port cannot be published"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_START,
     "Error: runc: runc create failed: unable to start container process: error during container "
     "init: error setting rlimits for ready process: error setting rlimit type 7: operation not "
     "permitted: OCI permission denied",
     "may not set the container's limits"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_START,
     "docker: Error response from daemon: failed to create shim task: OCI runtime create failed: "
     "runc create failed: unable to start container process: exec: \"x\": executable file not "
     "found in $PATH: unknown.",
     "lacks the program"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_GONE,
     "time=\"2026-11-21T09:22:10Z\" level=error msg=\"error waiting for container: unexpected "
     "EOF\"",
     "engine has ended"},
    {PGS_ENGINE_RUN, PGS_SERVER_ERROR_NOT_FOUND,
     "WARNING: The requested image's platform (linux/arm64) does not match the detected host "
     "platform (linux/amd64) and no specific platform was requested",
     "not made for this machine's kind of processor"},
    {PGS_ENGINE_SERVER, PGS_SERVER_ERROR_SHORTAGE,
     "initdb: error: could not create directory \"x\": No space left on device",
     "no space left for the data"},
    {PGS_ENGINE_SERVER, PGS_SERVER_ERROR_START,
     "FATAL:  could not access file \"timescaledb\": No such file or directory", "lacks a library"},
};

static void
test_words(void **state)
{
    (void)state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsEngineWords *row = pgs_engine_words_find(cases[i].said, cases[i].task);
        if (row == NULL)
            fail_msg("no row for: %s", cases[i].said);
        g_autofree char *message = pgs_engine_words_fill(row->message, "docker", "image:1", "");
        if (strstr(message, cases[i].message) == NULL || row->code != cases[i].code)
            fail_msg("code %d, \"%s\" for: %s", row->code, message, cases[i].said);
        assert_null(strchr(message, '{'));
        assert_non_null(row->hint);
    }
}

static void
test_words_of_nobody(void **state)
{
    (void)state;
    assert_null(pgs_engine_words_find("all is well", PGS_ENGINE_RUN));
    /* A server's words mean nothing when the engine is asked for something. */
    assert_null(pgs_engine_words_find("unrecognized configuration parameter", PGS_ENGINE_ASK));
}

static void
test_no_program(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = pgs_engine_open("no-such-engine", &error);
    assert_null(engine);
    assert_int_equal(error->code, PGS_SERVER_ERROR_NOT_FOUND);
    assert_non_null(strstr(error->message, "HINT: install it"));
}

/* Whether a "docker" that is such a script counts as podman. */
static gboolean
is_podman_as(const char *script)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *program = g_build_filename(folder, "docker", NULL);
    g_autofree char *path = g_strdup(g_getenv("PATH"));
    assert_true(
        g_file_set_contents_full(program, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    g_setenv("PATH", folder, TRUE);
    g_autoptr(PgsEngine) engine = pgs_engine_open("docker", &error);
    g_setenv("PATH", path, TRUE);
    unlink(program);
    rmdir(folder);
    assert_non_null(engine);
    assert_string_equal(pgs_engine_name(engine), "docker");
    return pgs_engine_is_podman(engine);
}

static void
test_podman_by_another_name(void **state)
{
    (void)state;
    assert_true(is_podman_as("#!/bin/sh\necho 'Emulate Docker CLI using podman.' >&2\n"
                             "exec /usr/bin/podman \"$@\"\n"));
    assert_false(is_podman_as("#!/bin/sh\n# not podman\nexec sudo /usr/bin/docker \"$@\"\n"));
    assert_false(is_podman_as("\177ELF podman \"$@\""));
}

/* An engine whose program is anything that is there. */
static PgsEngine *
open_any(const char *name)
{
    g_autoptr(GError) error = NULL;
    PgsEngine *engine = pgs_engine_open(name, &error);
    if (engine != NULL)
        return engine;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_ENGINE"), "1") == 0)
        fail_msg("%s", error->message);
    fprintf(stderr, "skipped: %s\n", error->message);
    skip();
    return NULL;
}

static void
asserts_address(const char *host, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = open_any("docker");
    g_setenv("DOCKER_HOST", host, TRUE);
    g_autofree char *address = pgs_engine_find_address(engine, &error);
    g_unsetenv("DOCKER_HOST");
    if (g_strcmp0(address, expected) != 0)
        fail_msg("%s: %s, not %s", host, address != NULL ? address : error->message, expected);
    if (expected == NULL)
        assert_int_equal(error->code, PGS_SERVER_ERROR_NOT_FOUND);
}

static void
asserts_address_error(const char *host, const char *message, const char *hint)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = open_any("docker");
    g_setenv("DOCKER_HOST", host, TRUE);
    assert_null(pgs_engine_find_address(engine, &error));
    g_unsetenv("DOCKER_HOST");
    if (strstr(error->message, message) == NULL || strstr(error->message, hint) == NULL)
        fail_msg("%s: %s", host, error->message);
}

static void
test_address_errors(void **state)
{
    (void)state;
    asserts_address_error("rubbish", "DOCKER_HOST names no docker engine: \"rubbish\"",
                          "HINT: as in unix:///var/run/docker.sock");
    asserts_address_error("tcp://", "DOCKER_HOST names no docker engine", "tcp://HOST:2375");
    asserts_address_error("ssh://somebody@host.example", "reached by \"ssh://somebody@host",
                          "HINT: run pgstair on the engine's own machine");
}

static void
test_address(void **state)
{
    (void)state;
    asserts_address("unix:///var/run/docker.sock", "127.0.0.1");
    asserts_address("tcp://127.0.0.1:2375", "127.0.0.1");
    asserts_address("tcp://[::1]:2375", "127.0.0.1");
    asserts_address("tcp://192.0.2.7:2376", "192.0.2.7");
    asserts_address("tcp://[2001:db8::7]:2376", "2001:db8::7");
    asserts_address("ssh://somebody@host.example", NULL);
    asserts_address("nonsense", NULL);
}

/* The current context counts when no DOCKER_HOST does. */
static void
test_context(void **state)
{
    (void)state;
    if (strcmp(test_engine_name(), "docker") != 0)
        skip();
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = open_any("docker");
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_setenv("DOCKER_CONFIG", folder, TRUE);
    g_free(
        test_engine_ask("context", "create", "far", "--docker", "host=tcp://192.0.2.9:2375", NULL));
    g_free(test_engine_ask("context", "use", "far", NULL));
    g_autofree char *address = pgs_engine_find_address(engine, &error);
    g_unsetenv("DOCKER_CONFIG");
    g_autoptr(PgsProcess) remove = pgs_process_new("rm");
    pgs_process_add_many(remove, "-r", folder, NULL);
    pgs_process_run(remove, NULL, NULL);
    assert_string_equal(address, "192.0.2.9");
}

static void
test_no_engine(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = open_any("docker");
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *host = g_strdup_printf("unix://%s/docker.sock", folder);
    g_setenv("DOCKER_HOST", host, TRUE);
    g_autofree char *version = pgs_engine_ask_version(engine, &error);
    g_unsetenv("DOCKER_HOST");
    rmdir(folder);
    assert_null(version);
    assert_int_equal(error->code, PGS_SERVER_ERROR_NOT_FOUND);
    assert_non_null(strstr(error->message, "no docker engine answers"));
    assert_non_null(strstr(error->message, folder));
    assert_non_null(strstr(error->message, "HINT: "));
}

static void
test_no_permission(void **state)
{
    (void)state;
    if (geteuid() != 0 || strcmp(test_engine_name(), "docker") != 0)
        skip();
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = open_any("docker");
    g_autoptr(PgsProcess) command = pgs_engine_command(engine, "ps");
    pgs_process_set_account(command, 65534, 65534);
    assert_false(pgs_engine_run(engine, command, NULL, &error));
    assert_int_equal(error->code, PGS_SERVER_ERROR_NOT_FOUND);
    assert_non_null(strstr(error->message, "no permission to talk to docker"));
}

static void
test_removes(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = pgs_engine_open(test_engine_name(), &error);
    g_autofree char *name = g_strdup_printf("pgstair-test-%08x", g_random_int());
    g_free(test_engine_ask("create", "--name", name, "--label",
                           PGS_ENGINE_LABEL_OWNER "=pid=1 boot=x", TEST_IMAGE, NULL));
    g_autoptr(GPtrArray) containers = pgs_engine_list(engine, &error);
    if (containers == NULL)
        fail_msg("%s", error->message);
    const PgsEngineContainer *found = NULL;
    for (guint i = 0; i < containers->len; i++) {
        const PgsEngineContainer *container = g_ptr_array_index(containers, i);
        if (strcmp(container->name, name) == 0)
            found = container;
    }
    assert_non_null(found);
    assert_string_equal(found->owner, "pid=1 boot=x");
    assert_string_equal(found->state, "created");
    assert_string_equal(found->image, TEST_IMAGE);
    for (int i = 0; i < 2; i++) { /* the second time there is none */
        if (!pgs_engine_remove(engine, name, FALSE, &error))
            fail_msg("%s", error->message);
        assert_false(test_engine_has("container", name));
    }
}

static gpointer
create_later(gpointer name)
{
    g_usleep(300 * 1000);
    g_free(test_engine_ask("create", "--name", name, TEST_IMAGE, NULL));
    return NULL;
}

/* Its making is under way when its removal is asked for. */
static void
test_removes_what_comes(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsEngine) engine = pgs_engine_open(test_engine_name(), &error);
    g_autofree char *name = g_strdup_printf("pgstair-test-%08x", g_random_int());
    GThread *thread = g_thread_new("create", create_later, name);
    gboolean removed = pgs_engine_remove(engine, name, TRUE, &error);
    g_thread_join(thread);
    assert_true(removed);
    assert_false(test_engine_has("container", name));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_words_of_nobody),
        cmocka_unit_test(test_no_program),
        cmocka_unit_test(test_podman_by_another_name),
        cmocka_unit_test(test_address),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_address_errors),
        cmocka_unit_test(test_no_engine),
        cmocka_unit_test(test_no_permission),
        cmocka_unit_test(test_removes),
        cmocka_unit_test(test_removes_what_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
