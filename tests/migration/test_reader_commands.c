/* Covers harness/migration/commands.c and command.c: revisions of files and of a list. */
#include "read.h"

#include "migration/command.h"

#define FOLDER PGS_TEST_DIR "/commands"

static PgsSystem *
make_system(const char *folder)
{
    PgsSystem *system = pgs_system_new(folder);
    system->tool->commands.up = g_strsplit("up", " ", -1);
    system->tool->commands.down = g_strsplit("down", " ", -1);
    system->tool->commands.folder = g_strdup(FOLDER);
    return system;
}

static PgsHistory *
read_system(const PgsSystem *system)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read_system(system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

/* The message of a failure to read, which holds part; code: of PGS_MIGRATION_ERROR. */
static void
assert_refused(const PgsSystem *system, PgsMigrationError code, const char *part)
{
    g_autoptr(GError) error = NULL;
    assert_null(pgs_history_read_system(system, NULL, &error));
    if (strstr(error->message, part) == NULL || strstr(error->message, "HINT: ") == NULL ||
        !g_error_matches(error, PGS_MIGRATION_ERROR, (int)code))
        fail_msg("not \"%s\": %s", part, error->message);
}

/* "id words path flags" for each revision. */
static char *
describe(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_autofree char *words =
            revision->words != NULL ? g_strjoinv(",", revision->words) : g_strdup("-");
        const char *path = revision->up->path;
        g_string_append_printf(
            text, "%s %s %s%s%s\n", revision->id, words,
            g_str_has_prefix(path, FOLDER "/") ? path + strlen(FOLDER "/") : "-",
            revision->down != NULL ? "" : " no down",
            (pgs_step_all_flags(revision->up) & PGS_STATEMENT_CLUSTER) != 0 ? " cluster" : "");
    }
    return g_string_free(text, FALSE);
}

static void
test_files(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER "/db/migrate");
    system->tool->commands.files = g_strdup("*.rb");
    g_autoptr(PgsHistory) history = read_system(system);
    g_autofree char *text = describe(history);
    assert_string_equal(history->format, "commands");
    assert_int_equal(history->driver, PGS_DRIVER_COMMANDS);
    assert_string_equal(history->root, FOLDER);
    assert_false(history->forward_only);
    assert_string_equal(text, "9_a - db/migrate/9_a.rb\n10_b - db/migrate/10_b.rb cluster\n");
}

static void
test_match(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER "/apps");
    PgsCommandSettings *commands = &system->tool->commands;
    commands->files = g_strdup("*/migrations/[0-9]*.py");
    commands->match = g_strdup("^(?<series>\\w+)/migrations/(?P<name>\\w+)\\.py$");
    g_clear_pointer(&commands->down, g_strfreev);
    g_autoptr(PgsHistory) history = read_system(system);
    g_autofree char *text = describe(history);
    assert_true(history->forward_only);
    assert_string_equal(text, "shop/migrations/0001_initial.py series=shop,name=0001_initial "
                              "apps/shop/migrations/0001_initial.py no down\n"
                              "stock/migrations/0001_initial.py series=stock,name=0001_initial "
                              "apps/stock/migrations/0001_initial.py no down\n"
                              "shop/migrations/0002_price.py series=shop,name=0002_price "
                              "apps/shop/migrations/0002_price.py no down\n");
}

static void
set_list(PgsSystem *system, const char *script)
{
    char **list = g_new0(char *, 4);
    list[0] = g_strdup("sh");
    list[1] = g_strdup("-c");
    list[2] = g_strdup(script);
    g_strfreev(system->tool->commands.list);
    system->tool->commands.list = list;
}

static void
test_list(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER);
    set_list(system, "echo 'starting'; printf ' \\033[32m+ b db/migrate/10_b.rb\\033[0m\\r\\n\\n';"
                     "echo '+ a none.rb'; echo noise >&2");
    system->tool->commands.match = g_strdup("^\\+ (?<revision>\\w+) (?<file>.*)");
    g_autoptr(PgsHistory) history = read_system(system);
    g_autofree char *text = describe(history);
    assert_string_equal(text, "b revision=b,file=db/migrate/10_b.rb db/migrate/10_b.rb cluster\n"
                              "a revision=a,file=none.rb -\n");
    g_clear_pointer(&system->tool->commands.match, g_free);
    g_autoptr(PgsHistory) whole = read_system(system);
    g_autofree char *lines = describe(whole);
    assert_string_equal(lines, "starting - -\n+ b db/migrate/10_b.rb - -\n+ a none.rb - -\n");
}

/* It is told of a database, as an application's settings may want it, but of none that is there. */
static void
test_nowhere(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER);
    g_strfreev(system->tool->url_variables);
    system->tool->url_variables = g_strsplit("APP_URL", " ", -1);
    g_strfreev(system->tool->environment);
    system->tool->environment = g_strsplit("APP_HOST={host}|APP_DB={database}", "|", -1);
    set_list(system, "echo \"$PGHOST:$PGPORT $DATABASE_URL $APP_URL $APP_HOST $APP_DB\"; pwd");
    assert_true(g_setenv("PGHOST", "production.example", TRUE));
    g_autoptr(PgsHistory) history = read_system(system);
    g_unsetenv("PGHOST");
    g_autofree char *text = describe(history);
    assert_string_equal(
        text,
        "127.0.0.1:1 postgresql://pgstair:pgstair@127.0.0.1:1/pgstair "
        "postgresql://pgstair:pgstair@127.0.0.1:1/pgstair 127.0.0.1 pgstair - -\n" FOLDER " - -\n");
}

static void
test_refused(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER);
    set_list(system, "echo one; echo 'cannot connect' >&2; exit 3");
    assert_refused(system, PGS_MIGRATION_ERROR_TOOL,
                   "sh -c 'echo one; echo '\\''cannot connect'\\'' >&2; exit 3' ended with status "
                   "3:\none\ncannot connect");
    set_list(system, "true");
    assert_refused(system, PGS_MIGRATION_ERROR_TOOL, "sh -c true printed no revision");
    set_list(system, "echo a; echo a");
    assert_refused(system, PGS_MIGRATION_ERROR_DUPLICATE, "two revisions are called \"a\"");
    g_free(system->tool->commands.list[0]);
    system->tool->commands.list[0] = g_strdup("no-such-program");
    g_autoptr(GError) error = NULL;
    assert_null(pgs_history_read_system(system, NULL, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL));
    assert_non_null(strstr(error->message, "no-such-program"));
    g_clear_pointer(&system->tool->commands.list, g_strfreev);
    system->tool->commands.files = g_strdup("*.sql");
    assert_refused(system, PGS_MIGRATION_ERROR_FORMAT, "fits commands: files: *.sql");
    assert_unreadable("commands/db/migrate", "commands", PGS_MIGRATION_ERROR_FORMAT,
                      "needs \"commands:\" in pgstair.yaml", "HINT: ", NULL);
}

/* A list that hangs is ended. */
static void
test_timeout(void **state)
{
    (void)state;
    g_autoptr(PgsSystem) system = make_system(FOLDER);
    system->tool->timeout = 100;
    set_list(system, "sleep 60");
    g_autoptr(GError) error = NULL;
    assert_null(pgs_history_read_system(system, NULL, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_TOOL));
}

static void
test_tail(void **state)
{
    (void)state;
    PgsProcessResult result = {.output = (char *)"a\nb\n",
                               .output_length = 4,
                               .errors = (char *)"\x1b[1mc\x1b[0m\nd\n",
                               .errors_length = 12};
    g_autofree char *two = pgs_command_tail(&result, 2);
    g_autofree char *all = pgs_command_tail(&result, 9);
    assert_string_equal(two, "c\nd");
    assert_string_equal(all, "a\nb\nc\nd");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),   cmocka_unit_test(test_match),
        cmocka_unit_test(test_list),    cmocka_unit_test(test_nowhere),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_timeout),
        cmocka_unit_test(test_tail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
