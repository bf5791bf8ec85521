/* Covers what the program does above the server, on servers of each kind: over a socket without a
 * password, over TCP with one, as an ordinary user of a server that is not pgstair's own. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/run_program.h"
#include "server/engine_helper.h"
#include "server/foreign.h"

#define SECRET "pass word/@:'\\%"

static const struct {
    const char *name, *text;
} files[] = {
    {"001_users.up.sql", "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n"
                         "INSERT INTO users VALUES (1, 'a@b');\n"
                         "ALTER TABLE users ENABLE ROW LEVEL SECURITY;\n"
                         "ALTER TABLE users FORCE ROW LEVEL SECURITY;\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"002_name.up.sql", "ALTER TABLE users ADD name text;\n"
                        "DO $$ BEGIN IF session_user <> current_user THEN RAISE 'another'; END IF;"
                        "END $$;\n"},
    {"002_name.down.sql", "ALTER TABLE users DROP name;\n"},
    {"model.ddl", "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, name text);\n"
                  "ALTER TABLE users ENABLE ROW LEVEL SECURITY;\n"
                  "ALTER TABLE users FORCE ROW LEVEL SECURITY;\n"},
    /* By the URL alone, as drivers have it. */
    {"model.sh", "unset PGHOST PGHOSTADDR PGPORT PGUSER PGPASSWORD PGDATABASE\n"
                 "exec psql -v ON_ERROR_STOP=1 -q -f model.ddl \"$DATABASE_URL\"\n"},
    {"show.sh", "env; exit 1\n"},
};

typedef struct {
    char *folder;
    Foreign *foreign;
    char *url; /* of the foreign server, as "secret", who has a password */
} Fixture;

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
set_up(void **state)
{
    void *foreign;
    if (foreign_set_up(&foreign) != 0)
        return -1;
    Fixture *fixture = g_new0(Fixture, 1);
    *state = fixture;
    fixture->foreign = foreign;
    fixture->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        write_file(fixture, files[i].name, files[i].text);
    PQconninfoOption *parts = PQconninfoParse(pgs_server_conninfo(fixture->foreign->server), NULL);
    for (PQconninfoOption *part = parts; part->keyword != NULL; part++) {
        if (strcmp(part->keyword, "host") != 0)
            continue;
        g_autofree char *host = g_uri_escape_string(part->val, NULL, FALSE);
        g_autofree char *secret = g_uri_escape_string(SECRET, NULL, FALSE);
        fixture->url = g_strconcat("postgresql://maker:", secret, "@/postgres?host=", host, NULL);
    }
    PQconninfoFree(parts);
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    void *foreign = fixture->foreign;
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_free(fixture->folder);
    g_free(fixture->url);
    g_free(fixture);
    return foreign_tear_down(&foreign);
}

/* Runs the program; what it wrote, g_free(). */
static char *
run(int expected, const char *const *arguments)
{
    char *output = NULL;
    int status = run_program(&output, arguments);
    if (status != expected || output == NULL)
        fail_msg("exit status %d: %s", status, output != NULL ? output : "");
    return output;
}

#define RUN(expected, ...) run(expected, (const char *const[]){__VA_ARGS__, NULL})

static void
write_config(const Fixture *fixture, const char *lines)
{
    g_autofree char *text = g_strconcat("systems:\n  any:\n    migrations: .\n", lines, NULL);
    write_file(fixture, "pgstair.yaml", text);
}

/* Verified, with an owner (NULL: none) and a model that a command makes. */
static void
verify(Fixture *fixture, const char *server, const char *owner)
{
    g_autofree char *lines =
        g_strconcat("    model:\n      command: [sh, model.sh]\n      folder: .\n",
                    owner != NULL ? "    owner: " : "", owner, "\n", NULL);
    write_config(fixture, lines);
    g_autofree char *output = RUN(0, "verify", fixture->folder, "--server", server);
    assert_non_null(strstr(output, "drift"));
}

/* What is shown of a child's environment, and what is recorded, holds no password. */
static void
assert_no_secret(Fixture *fixture, const char *server, const char *secret)
{
    g_autofree char *text = NULL;
    g_autofree char *record = g_build_filename(fixture->folder, "record.xml", NULL);
    write_config(fixture, "    model:\n      command: [sh, show.sh]\n      folder: .\n");
    g_autofree char *output =
        RUN(1, "verify", fixture->folder, "--server", server, "--record", record);
    assert_true(g_file_get_contents(record, &text, NULL, NULL));
    assert_non_null(strstr(text, "DATABASE_URL=postgresql://"));
    if (secret == NULL)
        return;
    assert_non_null(strstr(text, ":***@"));
    assert_null(strstr(text, secret));
    assert_null(strstr(output, secret));
}

/* snapshot, diff, shell and init reach it. */
static void
look(Fixture *fixture, const char *server)
{
    g_autofree char *file = g_build_filename(fixture->folder, "there.snapshot", NULL);
    g_autofree char *text = NULL;
    write_config(fixture, "");
    g_free(RUN(0, "snapshot", fixture->folder, "--server", server, "--output", file));
    assert_true(g_file_get_contents(file, &text, NULL, NULL));
    assert_non_null(strstr(text, "table public.users"));
    g_free(RUN(0, "diff", file, fixture->folder, "--server", server));
    g_free(RUN(0, "shell", fixture->folder, "--server", server, "--quiet"));
    g_autofree char *proposal =
        RUN(0, "init", fixture->folder, "--server", server, "--output", "-");
    assert_non_null(strstr(proposal, "users:"));
}

static void
test_local(void **state)
{
    verify(*state, "local", NULL);
    verify(*state, "local", "app");
    assert_no_secret(*state, "local", NULL);
    look(*state, "local");
}

static void
test_container(void **state)
{
    test_need_image(TEST_IMAGE);
    g_autofree char *server = g_strdup_printf("%s=%s", test_engine_name(), TEST_IMAGE);
    verify(*state, server, NULL);
    verify(*state, server, "app");
    look(*state, server);
}

static void
test_official_contract(void **state)
{
    test_need_image(TEST_OFFICIAL_IMAGE);
    g_autofree char *server = g_strdup_printf("%s=%s", test_engine_name(), TEST_OFFICIAL_IMAGE);
    verify(*state, server, "app");
}

static void
test_url(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *secret = g_uri_escape_string(SECRET, NULL, FALSE);
    verify(fixture, fixture->url, NULL);
    verify(fixture, fixture->url, "maker");
    assert_no_secret(fixture, fixture->url, secret);
    assert_no_secret(fixture, fixture->url, "pass word/");
    look(fixture, fixture->url);
}

/* What is not for such a server is refused as a mistake of configuration, and leaves nothing. */
static void
test_url_refuses(void **state)
{
    Fixture *fixture = *state;
    write_config(fixture, "    owner: app\n    prepare: CREATE ROLE any_made\n");
    g_autofree char *output = RUN(2, "verify", fixture->folder, "--server", fixture->url);
    assert_non_null(strstr(output, "pgstair.yaml:5"));
    assert_non_null(strstr(output, "HINT: "));
    g_autofree char *left = foreign_value(
        fixture->foreign, "SELECT pg_catalog.count(*) FROM pg_database WHERE datname ~ 'pgstair'");
    assert_string_equal(left, "0");
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_local), TEST(test_container),   TEST(test_official_contract),
        TEST(test_url),   TEST(test_url_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
