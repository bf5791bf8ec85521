/* Covers harness/server/kind_container.c, container.c, container_ready.c, container_copy.c and
 * container_end.c. */
#include "server/engine_helper.h"

#include "base/error.h"
#include "pg/connection.h"
#include "server/container_end.h"
#include "server/server.h"

#include <gio/gunixsocketaddress.h>
#include <sys/stat.h>

enum {
    TIMEOUT_MS = 20 * 1000,
};

/* ----------------------------------------------------------------------------------- helpers -- */

static PgsServer *
start_with(const char *image, const char *const *settings)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *spec = test_engine_spec(image);
    PgsServerOptions options = {.spec = spec, .settings = settings};
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    return server;
}

/* A failed start's message; g_free(). */
static char *
fail_to_start(const PgsServerOptions *options, PgsServerError code)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_start(options, NULL, &error);
    assert_null(server);
    if (error->domain != PGS_SERVER_ERROR || error->code != (int)code)
        fail_msg("code %d: %s", error->code, error->message);
    return g_strdup(error->message);
}

static void
assert_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("there is no \"%s\" in: %s", part, text);
}

static char *
value_as(const char *conninfo, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(conninfo, database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static void
assert_value(const PgsServer *server, const char *database, const char *sql, const char *expected)
{
    g_autofree char *value = value_as(pgs_server_conninfo(server), database, sql);
    assert_string_equal(value, expected);
}

static void
run_sql(const PgsServer *server, const char *database, const char *sql)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(server), database, TIMEOUT_MS, NULL, &error);
    if (connection == NULL || !pgs_connection_run(connection, sql, &error))
        fail_msg("%s", error->message);
}

/* The value of a word in the connection string; g_free(). */
static char *
conninfo_value(const char *conninfo, const char *keyword)
{
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);
    char *value = NULL;
    for (PQconninfoOption *option = options; option->keyword != NULL; option++) {
        if (strcmp(option->keyword, keyword) == 0)
            value = g_strdup(option->val);
    }
    PQconninfoFree(options);
    return value;
}

/* The container's name: whose port it is; g_free(). */
static char *
container_of(const char *conninfo)
{
    g_autofree char *port = conninfo_value(conninfo, "port");
    g_autofree char *all = test_engine_ask("ps", "--filter", "label=" PGS_ENGINE_LABEL_OWNER,
                                           "--format", "{{.Names}} {{.Ports}}", NULL);
    g_autofree char *wanted = g_strdup_printf(":%s->5432", port);
    g_auto(GStrv) lines = g_strsplit(all, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (strstr(*line, wanted) != NULL)
            return g_strndup(*line, strcspn(*line, " "));
    }
    fail_msg("no container has port %s: %s", port, all);
    return NULL;
}

/* An image of another one, with a script as its entry point; its name.  g_free(). */
static char *
make_image(const char *from, const char *script)
{
    g_autofree char *name = g_strdup_printf("localhost/pgstair-test-%08x", g_random_int());
    g_autofree char *container = test_engine_ask("create", from, NULL);
    g_autofree char *file = g_build_filename(g_get_tmp_dir(), "pgstair-test-XXXXXX", NULL);
    int fd = g_mkstemp(file);
    assert_true(fd >= 0 && write(fd, script, strlen(script)) == (ssize_t)strlen(script));
    assert_int_equal(fchmod(fd, 0755), 0);
    close(fd);
    g_autofree char *to = g_strdup_printf("%s:/entry", container);
    g_free(test_engine_ask("cp", file, to, NULL));
    unlink(file);
    g_free(test_engine_ask("commit", "--change", "ENTRYPOINT [\"/entry\"]", container, name, NULL));
    g_free(test_engine_ask("rm", "-f", "-v", container, NULL));
    return g_steal_pointer(&name);
}

/* --------------------------------------------------------------------------------- it starts -- */

static void
starts_from(const char *image)
{
    test_need_image(image);
    PgsServer *server = start_with(image, NULL);
    g_autofree char *name = container_of(pgs_server_conninfo(server));
    g_autofree char *log = pgs_server_log_tail(server, 100);
    g_autofree char *mounts =
        test_engine_ask("inspect", "--format", "{{json .Mounts}}", name, NULL);
    g_autofree char *ports =
        test_engine_ask("inspect", "--format", "{{json .NetworkSettings.Ports}}", name, NULL);
    g_autofree char *password = conninfo_value(pgs_server_conninfo(server), "password");
    g_autofree char *config =
        test_engine_ask("inspect", "--format", "{{json .Path}}{{json .Args}}", name, NULL);

    assert_string_equal(pgs_server_kind(server), test_engine_name());
    assert_true(g_str_has_prefix(pgs_server_version(server), "15."));
    assert_has(pgs_server_description(server), image);
    assert_has(pgs_server_description(server), "data in memory");
    assert_value(server, "postgres", "SHOW fsync", "off");
    assert_value(server, "postgres",
                 "SELECT pg_catalog.split_part(pg_catalog.pg_read_file('postmaster.pid'), E'\\n', "
                 "1)",
                 "1");
    assert_has(log, "ready to accept connections");
    assert_null(strstr(mounts, "\"volume\""));
    assert_has(ports, "\"127.0.0.1\"");
    assert_null(strstr(ports, "0.0.0.0\","));
    assert_null(strstr(config, password));

    pgs_server_stop(server);
    assert_false(test_engine_has("container", name));
}

static void
test_starts(void **state)
{
    (void)state;
    starts_from(TEST_IMAGE);
}

static void
test_starts_from_official(void **state)
{
    (void)state;
    starts_from(TEST_OFFICIAL_IMAGE);
}

static void
test_wants_password(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(PgsServer) server = start_with(TEST_IMAGE, NULL);
    g_autofree char *wrong = g_strdup_printf("%s password=wrong", pgs_server_conninfo(server));
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(wrong, "postgres", TIMEOUT_MS, NULL, &error);
    assert_null(connection);
    assert_has(error->message, "password authentication failed");
}

static void
test_honours_settings(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    static const char *const settings[] = {"work_mem=7MB", "application.flavour=two words", NULL};
    g_autoptr(PgsServer) server = start_with(TEST_IMAGE, settings);
    assert_value(server, "postgres", "SHOW work_mem", "7MB");
    assert_value(server, "postgres", "SHOW \"application.flavour\"", "two words");
}

static void
test_blames_setting(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    static const char *const settings[] = {"wrok_mem=7MB", NULL};
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    PgsServerOptions options = {.spec = spec, .settings = settings};
    g_autofree char *message = fail_to_start(&options, PGS_SERVER_ERROR_SPEC);
    assert_has(message, "wrok_mem");
}

/* What an image presets must not keep pgstair from its server. */
static void
test_outdoes_presets(void **state)
{
    (void)state;
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *image = g_strdup_printf("localhost/pgstair-test-%08x", g_random_int());
    g_autofree char *container = test_engine_ask("create", TEST_OFFICIAL_IMAGE, NULL);
    g_free(test_engine_ask(
        "commit", "--change", "ENV POSTGRES_PASSWORD_FILE=/nowhere POSTGRES_USER=app PGPORT=5555",
        "--change", "CMD [\"postgres\",\"-p\",\"5433\",\"-c\",\"listen_addresses=localhost\"]",
        container, image, NULL));
    g_free(test_engine_ask("rm", "-f", "-v", container, NULL));
    PgsServer *server = start_with(image, NULL);
    assert_value(server, "postgres", "SHOW port", "5432");
    assert_value(server, "postgres", "SELECT CURRENT_USER::text", "postgres");
    pgs_server_stop(server);
    g_free(test_engine_ask("rmi", "-f", image, NULL));
}

/* -------------------------------------------------------------------------- nor is it fooled -- */

/* The first server listens where the last one will. */
static void
test_waits_for_last_server(void **state)
{
    (void)state;
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *image = make_image(
        TEST_OFFICIAL_IMAGE,
        "#!/bin/bash\n"
        "set -e\n"
        "if [ \"$(id -u)\" = 0 ]; then chown postgres \"$PGDATA\"; chmod 700 \"$PGDATA\"; "
        "exec gosu postgres \"$0\" \"$@\"; fi\n"
        "initdb -U postgres --pwfile=<(echo \"$POSTGRES_PASSWORD\") -A scram-sha-256 >/dev/null\n"
        "echo 'host all all all scram-sha-256' >>\"$PGDATA/pg_hba.conf\"\n"
        "pg_ctl -w -o \"-c listen_addresses='*'\" -l /tmp/log start\n"
        "sleep 2.5\n"
        "PGPASSWORD=$POSTGRES_PASSWORD psql -U postgres -c 'CREATE TABLE prepared ()'\n"
        "pg_ctl -w -m fast stop\n"
        "[ \"$1\" != postgres ] || shift\n"
        "exec postgres \"$@\" -c listen_addresses='*'\n");
    PgsServer *server = start_with(image, NULL);
    assert_value(server, "postgres", "SELECT pg_catalog.to_regclass('prepared')::text", "prepared");
    pgs_server_stop(server);
    g_free(test_engine_ask("rmi", "-f", image, NULL));
}

static void
fails_within(const char *script, guint timeout, const char *const *parts)
{
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *image = make_image(TEST_OFFICIAL_IMAGE, script);
    g_autofree char *spec = test_engine_spec(image);
    PgsServerOptions options = {.spec = spec, .start_timeout = timeout};
    gint64 begin = g_get_monotonic_time();
    g_autofree char *message = fail_to_start(&options, PGS_SERVER_ERROR_START);
    gint64 spent_ms = (g_get_monotonic_time() - begin) / 1000;
    g_free(test_engine_ask("rmi", "-f", image, NULL));
    for (; *parts != NULL; parts++)
        assert_has(message, *parts);
    assert_true(spent_ms < 10 * 1000);
}

static void
test_tells_never_ready(void **state)
{
    (void)state;
    static const char *const parts[] = {"answered within 1.5 s", "nothing doing",
                                        "HINT: is it an image that keeps the contract",
                                        "--start-timeout", NULL};
    fails_within("#!/bin/sh\necho nothing doing\nexec sleep 60\n", 1500, parts);
}

static void
test_tells_early_end(void **state)
{
    (void)state;
    static const char *const parts[] = {"status 3", "no luck", "HINT: ", NULL};
    fails_within("#!/bin/sh\necho no luck\nexit 3\n", 30 * 1000, parts);
}

static void
test_tells_another_port(void **state)
{
    (void)state;
    static const char *const parts[] = {"listens on port 5433, and pgstair expects 5432",
                                        "HINT: ", NULL};
    fails_within("#!/bin/bash\nexec docker-entrypoint.sh \"$@\" -c port=5433\n", 6 * 1000, parts);
}

static void
test_tells_broken_script(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "an initdb script of the image failed (/docker-entrypoint-initdb.d/broken.sql)",
        "does_not_exist", "HINT: ", NULL};
    fails_within("#!/bin/bash\n"
                 "echo 'TABLE does_not_exist' >/docker-entrypoint-initdb.d/broken.sql\n"
                 "exec docker-entrypoint.sh \"$@\"\n",
                 30 * 1000, parts);
}

static void
test_tells_failed_command_of_script(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "an initdb script of the image failed (/docker-entrypoint-initdb.d/a.sh)",
        "no_such_program: command not found", "HINT: ", NULL};
    fails_within("#!/bin/bash\n"
                 "echo no_such_program >/docker-entrypoint-initdb.d/a.sh\n"
                 "exec docker-entrypoint.sh \"$@\"\n",
                 30 * 1000, parts);
}

static void
test_tells_what_cannot_run(void **state)
{
    (void)state;
    static const char *const parts[] = {"HINT: ", NULL};
    fails_within("no program\n", 30 * 1000, parts);
}

static void
test_tells_no_registry(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autofree char *spec = test_engine_spec("localhost:1/nobody/postgres:15");
    PgsServerOptions options = {.spec = spec};
    g_autofree char *message = fail_to_start(&options, PGS_SERVER_ERROR_NOT_FOUND);
    assert_has(message, "its registry cannot be reached");
    assert_has(message, "ci/images/build");
}

static void
test_tells_full_memory(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    PgsServerOptions options = {.spec = spec};
    g_setenv("PGSTAIR_CONTAINER_TMPFS", "8m", TRUE);
    g_autofree char *message = fail_to_start(&options, PGS_SERVER_ERROR_SHORTAGE);
    g_unsetenv("PGSTAIR_CONTAINER_TMPFS");
    assert_has(message, "no space left");
    assert_has(message, "HINT: the data lie in memory: PGSTAIR_CONTAINER_TMPFS");
}

static void
test_data_on_disk(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_setenv("PGSTAIR_CONTAINER_TMPFS", "off", TRUE);
    PgsServer *server = start_with(TEST_IMAGE, NULL);
    g_unsetenv("PGSTAIR_CONTAINER_TMPFS");
    g_autofree char *name = container_of(pgs_server_conninfo(server));
    g_autofree char *volume =
        test_engine_ask("inspect", "--format", "{{range .Mounts}}{{.Name}}{{end}}", name, NULL);
    assert_has(pgs_server_description(server), "disk");
    assert_true(*volume != '\0');
    pgs_server_stop(server);
    assert_false(test_engine_has("volume", volume));
}

/* --------------------------------------------------------------------------------- meanwhile -- */

static void
clones(const char *image)
{
    test_need_image(image);
    g_autoptr(GError) error = NULL;
    static const char *const settings[] = {"work_mem=7MB", NULL};
    g_autoptr(PgsServer) server = start_with(image, settings);
    run_sql(server, "postgres", "CREATE ROLE reader PASSWORD 'secret' LOGIN");
    run_sql(server, "postgres", "ALTER ROLE reader SET work_mem = '9MB'");
    run_sql(server, "postgres", "CREATE DATABASE other");
    run_sql(server, "other", "CREATE TABLE t AS SELECT 42 AS x");
    g_autoptr(PgsServer) clone = pgs_server_clone(server, &error);
    if (clone == NULL)
        fail_msg("%s", error->message);
    run_sql(server, "other", "DROP TABLE t");

    g_autofree char *old_password = conninfo_value(pgs_server_conninfo(server), "password");
    g_autofree char *password = conninfo_value(pgs_server_conninfo(clone), "password");
    assert_string_equal(password, old_password);
    assert_value(clone, "other", "SELECT x::pg_catalog.text FROM t", "42");
    assert_value(clone, "postgres", "SHOW work_mem", "7MB");
    g_autofree char *reader =
        g_strdup_printf("%s user=reader password=secret", pgs_server_conninfo(clone));
    g_autofree char *memory = value_as(reader, "postgres", "SHOW work_mem");
    assert_string_equal(memory, "9MB");
}

static void
test_clones(void **state)
{
    (void)state;
    clones(TEST_IMAGE);
}

static void
test_clones_official(void **state)
{
    (void)state;
    clones(TEST_OFFICIAL_IMAGE);
}

static void
test_admits(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = start_with(TEST_IMAGE, NULL);
    run_sql(server, "postgres", "CREATE ROLE \"the owner\" LOGIN");
    if (!pgs_server_admit(server, "the owner", NULL, &error))
        fail_msg("%s", error->message);
    g_autofree char *conninfo = g_strdup_printf("%s user='the owner'", pgs_server_conninfo(server));
    g_autofree char *user = value_as(conninfo, "postgres", "SELECT CURRENT_USER::text");
    assert_string_equal(user, "the owner");
}

static void
test_diagnoses_pause(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    PgsServer *server = start_with(TEST_IMAGE, NULL);
    g_autofree char *name = container_of(pgs_server_conninfo(server));
    g_free(test_engine_ask("pause", name, NULL));
    g_autofree char *found = pgs_server_diagnose(server);
    pgs_server_stop(server);
    assert_non_null(found);
    assert_has(found, "is paused");
    assert_false(test_engine_has("container", name));
}

static void
test_diagnoses_end(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    PgsServer *server = start_with(TEST_IMAGE, NULL);
    g_autofree char *name = container_of(pgs_server_conninfo(server));
    g_autofree char *nothing = pgs_server_diagnose(server);
    assert_null(nothing);
    g_free(test_engine_ask("kill", name, NULL));
    char *found = NULL;
    assert_true(TEST_WAIT((g_free(found), found = pgs_server_diagnose(server)) != NULL));
    assert_has(found, "status 137: killed");
    assert_has(found, "HINT: ");
    assert_has(found, "dmesg");
    g_free(found);
    gint64 begin = g_get_monotonic_time();
    pgs_server_stop(server);
    assert_true(g_get_monotonic_time() - begin < 2 * G_USEC_PER_SEC);
}

/* ---------------------------------------------------------- an engine that answers no more -- */

static PgsContainer *
launch(void)
{
    g_autoptr(GError) error = NULL;
    int major = 0;
    g_autofree char *name = g_strdup(TEST_IMAGE);
    PgsServerRequest request = {.argument = name, .separator = '='};
    char *const settings[] = {NULL};
    PgsEngine *engine = pgs_engine_open(test_engine_name(), &error);
    PgsImage *image =
        engine != NULL ? pgs_image_find(engine, &request, &major, NULL, &error) : NULL;
    PgsContainer *container =
        image != NULL ? pgs_container_new(engine, image, "127.0.0.1", NULL, &error) : NULL;
    if (container == NULL || !pgs_container_launch(container, settings, FALSE, &error))
        fail_msg("%s", error->message);
    return container;
}

/* One that is stopped ends its containers first, which then look as if somebody had killed them. */
static void
test_tells_engine_that_ends(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    if (strcmp(test_engine_name(), "docker") != 0)
        skip(); /* podman has no engine that could end */
    PgsContainer *container = launch();
    assert_true(TEST_WAIT(test_engine_has("container", container->name)));
    assert_true(TEST_WAIT(pgs_container_find_port(container)));
    g_free(test_engine_ask("kill", container->name, NULL));
    assert_true(pgs_container_wait_end(container, 5000));
    g_autoptr(GError) error = NULL;
    g_setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock", TRUE);
    pgs_container_set_start_error(container, "unused", &error);
    pgs_container_free(container);
    g_unsetenv("DOCKER_HOST");
    assert_int_equal(error->code, PGS_SERVER_ERROR_GONE);
    assert_has(error->message, "no docker engine answers");
    assert_has(error->message, "HINT: ");
    assert_null(strstr(error->message, "killed"));
}

static void
note_warning(const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
    (void)domain;
    if ((level & G_LOG_LEVEL_WARNING) != 0)
        g_string_append(data, message);
}

/* A frozen engine: the run does not wait for it for long, and says what may be left. */
static void
test_tells_what_may_be_left(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    if (strcmp(test_engine_name(), "docker") != 0)
        skip();
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "docker.sock", NULL);
    g_autofree char *host = g_strdup_printf("unix://%s", path);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocket) silent = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
    assert_true(g_socket_bind(silent, address, FALSE, NULL) && g_socket_listen(silent, NULL));
    PgsServer *server = start_with(TEST_IMAGE, NULL);
    g_autofree char *name = container_of(pgs_server_conninfo(server));
    g_autoptr(GString) warnings = g_string_new(NULL);
    GLogFunc before = g_log_set_default_handler(note_warning, warnings);
    g_setenv("DOCKER_HOST", host, TRUE);
    gint64 begin = g_get_monotonic_time();
    pgs_server_stop(server);
    gint64 spent_ms = (g_get_monotonic_time() - begin) / 1000;
    g_unsetenv("DOCKER_HOST");
    g_log_set_default_handler(before, NULL);
    unlink(path);
    rmdir(folder);
    test_assert_container_goes(name); /* the supervisor's docker reaches the real engine */
    assert_has(warnings->str, name);
    assert_has(warnings->str, "may still be there: the docker engine does not answer");
    assert_in_range(spent_ms, 0, 8500);
}

/* ---------------------------------------------------------------------------- and what stays -- */

/* The helper's part: to "hold" a server until it is killed, or to "keep" one. */
static int
play(const char *role)
{
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    PgsServerOptions options = {.spec = spec};
    g_autoptr(GError) error = NULL;
    PgsServer *server = pgs_server_start(&options, NULL, &error);
    if (server == NULL) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    test_say("conninfo", pgs_server_conninfo(server));
    if (strcmp(role, "keep") == 0) {
        g_autofree char *text = pgs_server_keep(server, NULL, &error);
        g_autofree char *line = g_strescape(text, NULL);
        test_say("text", line);
        pgs_server_stop(server);
        return 0;
    }
    test_wait_forever();
    return 1;
}

static void
test_goes_after_kill(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_auto(TestHelper) helper = test_helper_start("hold", NULL);
    g_autofree char *conninfo = test_helper_read(&helper, "conninfo");
    g_autofree char *name = container_of(conninfo);
    test_helper_kill(&helper, SIGKILL);
    test_assert_container_goes(name);
}

static void
test_keeps(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_auto(TestHelper) helper = test_helper_start("keep", NULL);
    g_autofree char *conninfo = test_helper_read(&helper, "conninfo");
    g_autofree char *text = test_helper_read(&helper, "text");
    g_autofree char *password = conninfo_value(conninfo, "password");
    g_autofree char *name = container_of(conninfo);
    g_autofree char *still_there = value_as(conninfo, "postgres", "SELECT 'yes'");
    g_autofree char *remove = g_strdup_printf("%s rm -f -v %s", test_engine_name(), name);
    assert_has(text, remove);
    assert_null(strstr(text, password));
    const char *file = strstr(text, "PGPASSFILE=") + strlen("PGPASSFILE=");
    g_autofree char *path = g_strndup(file, strcspn(file, " "));
    assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_free(test_engine_ask("rm", "-f", "-v", name, NULL));
    test_assert_container_goes(name);
    g_autofree char *folder = g_path_get_dirname(path);
    if (!TEST_WAIT(!g_file_test(folder, G_FILE_TEST_EXISTS)) &&
        !TEST_WAIT(!g_file_test(folder, G_FILE_TEST_EXISTS)))
        fail_msg("%s is still there", folder);
}

static gpointer
cancel_soon(gpointer data)
{
    g_usleep(150 * 1000); /* in the midst of the start, which takes longer */
    g_cancellable_cancel(data);
    return NULL;
}

static void
test_cancels(void **state)
{
    (void)state;
    test_need_image(TEST_IMAGE);
    g_autoptr(GError) error = NULL;
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_autofree char *spec = test_engine_spec(TEST_IMAGE);
    PgsServerOptions options = {.spec = spec};
    GThread *thread = g_thread_new("cancel", cancel_soon, cancellable);
    PgsServer *server = pgs_server_start(&options, cancellable, &error);
    g_thread_join(thread);
    assert_null(server);
    assert_int_equal(error->code, PGS_SERVER_ERROR_CANCELLED);
}

int
main(int argc, char **argv)
{
    if (argc > 1)
        return play(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts),
        cmocka_unit_test(test_starts_from_official),
        cmocka_unit_test(test_wants_password),
        cmocka_unit_test(test_honours_settings),
        cmocka_unit_test(test_blames_setting),
        cmocka_unit_test(test_outdoes_presets),
        cmocka_unit_test(test_waits_for_last_server),
        cmocka_unit_test(test_tells_never_ready),
        cmocka_unit_test(test_tells_early_end),
        cmocka_unit_test(test_tells_another_port),
        cmocka_unit_test(test_tells_broken_script),
        cmocka_unit_test(test_tells_failed_command_of_script),
        cmocka_unit_test(test_tells_what_cannot_run),
        cmocka_unit_test(test_tells_no_registry),
        cmocka_unit_test(test_tells_full_memory),
        cmocka_unit_test(test_data_on_disk),
        cmocka_unit_test(test_clones),
        cmocka_unit_test(test_clones_official),
        cmocka_unit_test(test_admits),
        cmocka_unit_test(test_diagnoses_pause),
        cmocka_unit_test(test_diagnoses_end),
        cmocka_unit_test(test_tells_engine_that_ends),
        cmocka_unit_test(test_tells_what_may_be_left),
        cmocka_unit_test(test_goes_after_kill),
        cmocka_unit_test(test_keeps),
        cmocka_unit_test(test_cancels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
