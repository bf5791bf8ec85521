/* Covers harness/cli/{live,cmd_ready,cmd_health}.c and harness/project/environment.c (the pool):
 * what probes print, their exit codes, and their limits. */
#include "migrate_fixture.h"

#include <json-glib/json-glib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
assert_ready(int wanted, const char *said, const char *const *words)
{
    g_autofree char *output = NULL;
    int status = run_program(&output, words);
    if (status != wanted || strstr(output, said) == NULL)
        fail_msg("exit code %d, and said:\n%s", status, output);
}

static void
test_ready(void **state)
{
    Field *field = *state;
    g_autofree char *nowhere = pgs_conninfo_with(field->url, "dbname", "nothing_there");
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "ready", "--url", field->url), 0);
    assert_string_equal(output, "{\"postgres\": \"ok\"}\n");
    assert_ready(3, "{\"postgres\": \"error: ", WORDS("ready", "--url", nowhere));
    assert_ready(2, "no duration", WORDS("ready", "--url", field->url, "--timeout", "0"));
    assert_ready(2, "NOTHING_SET", WORDS("ready", "--url", "$NOTHING_SET"));
    assert_ready(2, "names no environment variable", WORDS("ready", "--url", "$"));
    assert_ready(2, "There is no URL", WORDS("ready"));
    g_setenv("DATABASE_URL", field->url, TRUE);
    assert_ready(0, "\"ok\"", WORDS("ready"));
    g_unsetenv("DATABASE_URL");
}

/* Takes connections and says nothing. */
static void
test_silent_server(void **state)
{
    Field *field = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    g_snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.5432", field->folder);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 5), 0);
    g_autofree char *url = g_strdup_printf("host='%s' port=5432 user=x dbname=x", field->folder);
    gint64 start = g_get_monotonic_time();
    assert_ready(3, "does not answer", WORDS("ready", "--url", url, "--timeout", "300ms"));
    assert_ready(3, "does not answer", WORDS("health", "--url", url, "--timeout", "300ms"));
    assert_in_range(g_get_monotonic_time() - start, 600 * 1000, 5000 * 1000);
    close(listener);
}

static JsonObject *
health(int wanted, JsonParser *parser, const char *const *words)
{
    g_autofree char *output = NULL;
    int status = run_program(&output, words);
    if (status != wanted || !json_parser_load_from_data(parser, output, -1, NULL))
        fail_msg("exit code %d, and said:\n%s", status, output);
    return json_node_get_object(json_parser_get_root(parser));
}

static void
test_health(void **state)
{
    Field *field = *state;
    g_autoptr(JsonParser) parser = json_parser_new();
    assert_migrate(field, 0, "is at 000002_mail", "upgrade", "2", "--no-backup");
    g_autofree char *yaml = g_strdup_printf(
        "environments: {test: {url: \"%s\", pool: {size: 3, overflow: 0, timeout: 2s}}}\n"
        "systems: {app: {migrations: ., format: golang-migrate}}\n",
        field->url);
    field_write(field, "pgstair.yaml", yaml);
    JsonObject *root = health(0, parser, WORDS("health", "-e", "test", "--folder", field->folder));
    assert_string_equal(json_object_get_string_member(root, "postgres"), "ok");
    assert_true(json_object_get_double_member(root, "latency_ms") > 0);
    JsonObject *pool = json_object_get_object_member(root, "pool");
    assert_int_equal(json_object_get_int_member(pool, "size"), 3);
    assert_int_equal(json_object_get_int_member(pool, "overflow"), 0);
    JsonObject *revision = json_object_get_object_member(root, "revision");
    assert_string_equal(json_object_get_string_member(revision, "revision"), "000002");
    assert_false(json_object_get_boolean_member(revision, "at_head"));
    /* A newer state of the folder has migrated it. */
    field_do(field, "UPDATE schema_migrations SET version = 9");
    root = health(0, parser, WORDS("health", "-e", "test", "--folder", field->folder));
    revision = json_object_get_object_member(root, "revision");
    assert_true(json_object_get_null_member(revision, "revision"));
    assert_false(json_object_get_boolean_member(revision, "at_head"));
    g_autofree char *nowhere = pgs_conninfo_with(field->url, "dbname", "nothing_there");
    root = health(3, parser, WORDS("health", "--url", nowhere));
    assert_true(g_str_has_prefix(json_object_get_string_member(root, "postgres"), "error: "));
    assert_non_null(json_object_get_object_member(root, "pool"));
}

/* What yoyo runs behind each run never stands in the books: head is head without it. */
static void
test_health_with_hook(void **state)
{
    Field *field = *state;
    g_autoptr(JsonParser) parser = json_parser_new();
    pgs_fs_remove_tree(field->folder, NULL);
    assert_int_equal(g_mkdir_with_parents(field->folder, 0755), 0);
    field_write(field, "0001_one.sql", "CREATE TABLE one (id int)");
    field_write(field, "0002_two.sql", "CREATE TABLE two (id int)");
    field_write(field, "post-apply.sql", "SELECT 1");
    field->format = "--format=yoyo";
    for (gint64 left = 1; left >= 0; left--) {
        assert_migrate(field, 0, "Done: ", "upgrade", "+1", "--no-backup");
        JsonObject *root = health(
            0, parser,
            WORDS("health", "--url", field->url, "--folder", field->folder, "--format", "yoyo"));
        JsonObject *revision = json_object_get_object_member(root, "revision");
        assert_int_equal(json_object_get_int_member(revision, "pending"), left);
        assert_int_equal(json_object_get_boolean_member(revision, "at_head"), left == 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(ready), TEST(silent_server), TEST(health),
                                       TEST(health_with_hook)};
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
