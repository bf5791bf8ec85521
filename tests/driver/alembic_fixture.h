#ifndef PGS_TESTS_DRIVER_ALEMBIC_FIXTURE_H
#define PGS_TESTS_DRIVER_ALEMBIC_FIXTURE_H

#include "cmocka_all.h"

#include "base/fs.h"
#include "driver/driver.h"
#include "driver/login.h"
#include "server_fixture.h"

#include <stdlib.h>
#include <string.h>

/* An Alembic project of a test's own, a database, and the driver that works on it. */
typedef struct {
    PgsServer *server; /* of the group */
    char *folder;
    char *database;
    PgsSystem *system;
    PgsHistory *history;
    PgsDriver *driver;
    GString *told; /* the revisions that were told of: "0,1," */
    PgsOutcome *outcome;
    guint done;
} AlembicFixture;

/* env.py as "alembic init" writes it, without comments. */
#define ENV_HEAD                                                                                   \
    "from alembic import context\nfrom sqlalchemy import create_engine, pool\nimport os\n"
#define ENV_RUN(options)                                                                           \
    "with create_engine(url, poolclass=pool.NullPool).connect() as connection:\n"                  \
    "    context.configure(connection=connection" options ")\n"                                    \
    "    with context.begin_transaction():\n"                                                      \
    "        context.run_migrations()\n"
#define ENV_URL "url = context.config.get_main_option('sqlalchemy.url')\n"
#define ENV_PLAIN ENV_HEAD ENV_URL ENV_RUN("")
#define ENV_EACH ENV_HEAD ENV_URL ENV_RUN(", transaction_per_migration=True")

/* The interpreter is that of Debian's Alembic, or what PATH's names. */
static inline int
alembic_start_group(void **state)
{
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    AlembicFixture *fixture = g_new0(AlembicFixture, 1);
    fixture->server = server;
    *state = fixture;
    return 0;
}

static inline int
alembic_stop_group(void **state)
{
    AlembicFixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static inline void
alembic_write(const AlembicFixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autoptr(GError) error = NULL;
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    if (!g_file_set_contents(path, text, -1, &error))
        fail_msg("%s", error->message);
}

static inline int
alembic_set_up(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    fixture->folder = g_dir_make_tmp("pgstair-alembic-XXXXXX", NULL);
    fixture->system = pgs_system_new(fixture->folder);
    fixture->told = g_string_new(NULL);
    fixture->database = pgs_server_create_database(fixture->server, "alembic", NULL, &error);
    if (fixture->database == NULL)
        return -1;
    alembic_write(fixture, "alembic.ini", "[alembic]\nscript_location = scripts\n");
    return 0;
}

static inline int
alembic_tear_down(void **state)
{
    AlembicFixture *fixture = *state;
    g_clear_pointer(&fixture->outcome, pgs_outcome_free);
    g_clear_pointer(&fixture->driver, pgs_driver_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    g_clear_pointer(&fixture->system, pgs_system_free);
    pgs_server_drop_database(fixture->server, fixture->database, NULL);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    g_clear_pointer(&fixture->database, g_free);
    g_string_free(fixture->told, TRUE);
    return 0;
}

/* A test that cannot be made without the tool is skipped, unless the environment forbids that. */
static inline void
alembic_require(void)
{
    g_autofree char *program = g_find_program_in_path("alembic");
    if (program != NULL)
        return;
    if (g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS") != NULL)
        fail_msg("alembic is not installed");
    print_message("skipped: alembic is not installed\n");
    skip();
}

/* Revision n (from 1) of a list, with the bodies of its functions, each a line or more. */
static inline void
alembic_revision(const AlembicFixture *fixture, guint n, const char *upgrade, const char *downgrade)
{
    g_autofree char *name = g_strdup_printf("scripts/versions/r%u_step.py", n);
    g_autofree char *below = n > 1 ? g_strdup_printf("'r%u'", n - 1) : g_strdup("None");
    g_autofree char *text = g_strdup_printf("from alembic import op\n"
                                            "import os, signal, sys, time\n"
                                            "import sqlalchemy as sa\n"
                                            "revision = 'r%u'\n"
                                            "down_revision = %s\n"
                                            "def upgrade():\n"
                                            "    %s\n"
                                            "def downgrade():\n"
                                            "    %s\n",
                                            n, below, upgrade, downgrade);
    alembic_write(fixture, name, text);
}

static inline void
alembic_read(AlembicFixture *fixture, const char *env)
{
    g_autoptr(GError) error = NULL;
    alembic_require();
    alembic_write(fixture, "scripts/env.py", env);
    fixture->history = pgs_history_read_system(fixture->system, NULL, &error);
    if (fixture->history == NULL)
        fail_msg("%s", error->message);
    assert_string_equal(fixture->history->format, "alembic");
}

static inline void
alembic_open_as(AlembicFixture *fixture, const char *env, const char *role)
{
    alembic_read(fixture, env);
    PgsDriverOptions options = {
        .history = fixture->history,
        .server = fixture->server,
        .role = role,
        .database = fixture->database,
        .statement_timeout = 2000,
    };
    fixture->driver = pgs_driver_new(&options);
}

static inline void
alembic_open(AlembicFixture *fixture, const char *env)
{
    alembic_open_as(fixture, env, NULL);
}

static inline void
alembic_told(gint revision, gpointer data)
{
    g_string_append_printf(data, "%d,", revision);
}

/* Runs n revisions from first on, up or down; NULL with error as pgs_driver_run(). */
static inline PgsOutcome *
alembic_try(AlembicFixture *fixture, gboolean up, gint first, guint n, GError **error)
{
    gint revisions[64];
    for (guint i = 0; i < n; i++)
        revisions[i] = up ? first + (gint)i : first - (gint)i;
    PgsDriverRun run = {.up = up,
                        .revisions = revisions,
                        .n_revisions = n,
                        .told = alembic_told,
                        .data = fixture->told};
    g_string_set_size(fixture->told, 0);
    g_clear_pointer(&fixture->outcome, pgs_outcome_free);
    fixture->outcome = pgs_driver_run(fixture->driver, &run, &fixture->done, error);
    return fixture->outcome;
}

static inline void
alembic_succeed(AlembicFixture *fixture, gboolean up, gint first, guint n)
{
    g_autoptr(GError) error = NULL;
    if (alembic_try(fixture, up, first, n, &error) == NULL)
        fail_msg("%s", error->message);
    if (!fixture->outcome->succeeded)
        fail_msg("%s:%u: %s", fixture->outcome->path, fixture->outcome->line,
                 fixture->outcome->failure->message);
    assert_int_equal(fixture->done, n);
}

/* It fails: at that file and line, with message among what is said, after done revisions. */
static inline void
alembic_fail(AlembicFixture *fixture, gboolean up, gint first, guint n, guint done,
             const char *place, const char *message)
{
    g_autoptr(GError) error = NULL;
    if (alembic_try(fixture, up, first, n, &error) == NULL)
        fail_msg("%s", error->message);
    const PgsOutcome *outcome = fixture->outcome;
    assert_false(outcome->succeeded);
    g_autofree char *found =
        g_strdup_printf("%s:%u", outcome->path + strlen(fixture->folder) + 1, outcome->line);
    assert_string_equal(found, place);
    if (strstr(outcome->failure->message, message) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", message, outcome->failure->message);
    assert_int_equal(fixture->done, done);
}

/* It cannot go on; the message holds both words. */
static inline void
alembic_refuse(AlembicFixture *fixture, PgsDriverError code, const char *word, const char *other)
{
    g_autoptr(GError) error = NULL;
    if (alembic_try(fixture, TRUE, 0, 1, &error) != NULL)
        fail_msg("it went on: %s",
                 fixture->outcome->succeeded ? "" : fixture->outcome->failure->message);
    if (strstr(error->message, word) == NULL || strstr(error->message, other) == NULL)
        fail_msg("no \"%s\", \"%s\" in \"%s\"", word, other, error->message);
    if (!g_error_matches(error, PGS_DRIVER_ERROR, (int)code))
        fail_msg("not the code %d: %s", (int)code, error->message);
}

/* One value from the fixture's database. */
static inline void
alembic_assert_value(const AlembicFixture *fixture, const char *sql, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, NULL, fixture->database, 5000, NULL, &error);
    if (connection == NULL || !pgs_connection_value(connection, sql, &value, &error))
        fail_msg("%s", error->message);
    assert_string_equal(value, expected);
}

#define ALEMBIC_TABLES                                                                             \
    "SELECT coalesce(string_agg(relname, ',' ORDER BY relname), '') FROM pg_class"                 \
    " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> "               \
    "'alembic_version'"

#define ALEMBIC_TEST(name) cmocka_unit_test_setup_teardown(name, alembic_set_up, alembic_tear_down)

#endif
