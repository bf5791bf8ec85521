/* Covers harness/driver/alembic.c, alembic_outcome.c and migration/python/alembic_driver.py: how
 * env.py comes to its database, and that it comes to no other. */
#include "alembic_fixture.h"

#include "driver/database_url.h"

#define TABLE(name) "op.execute('CREATE TABLE " name " (id int PRIMARY KEY)')"

static void
one_table(AlembicFixture *fixture)
{
    alembic_revision(fixture, 1, TABLE("a"), "op.execute('DROP TABLE a')");
}

/* Up and down again with an env.py. */
static void
assert_works(AlembicFixture *fixture, const char *env)
{
    one_table(fixture);
    alembic_open(fixture, env);
    alembic_succeed(fixture, TRUE, 0, 1);
    alembic_assert_value(fixture, ALEMBIC_TABLES, "a");
    alembic_succeed(fixture, FALSE, 0, 1);
    alembic_assert_value(fixture, ALEMBIC_TABLES, "");
}

#define ENV_ASYNC(url)                                                                             \
    "import asyncio, os\n"                                                                         \
    "from alembic import context\n"                                                                \
    "from sqlalchemy import pool\n"                                                                \
    "from sqlalchemy.ext.asyncio import create_async_engine\n"                                     \
    "def run(connection):\n"                                                                       \
    "    context.configure(connection=connection)\n"                                               \
    "    with context.begin_transaction():\n"                                                      \
    "        context.run_migrations()\n"                                                           \
    "async def main():\n"                                                                          \
    "    engine = create_async_engine(" url ", poolclass=pool.NullPool)\n"                         \
    "    async with engine.connect() as connection:\n"                                             \
    "        await connection.run_sync(run)\n"                                                     \
    "    await engine.dispose()\n"                                                                 \
    "asyncio.run(main())\n"

static void
test_ways_of_the_url(void **state)
{
    AlembicFixture *fixture = *state;
    assert_works(fixture, ENV_HEAD "url = os.environ['DATABASE_URL']\n" ENV_RUN(""));
}

static void
test_argument(void **state)
{
    AlembicFixture *fixture = *state;
    const char *const arguments[] = {"tenant=a", "db={url}", NULL};
    g_strfreev(fixture->system->tool->alembic.arguments);
    fixture->system->tool->alembic.arguments = g_strdupv((char **)arguments);
    assert_works(fixture, ENV_HEAD "x = context.get_x_argument(as_dictionary=True)\n"
                                   "assert x['tenant'] == 'a' and context.config.cmd_opts.x\n"
                                   "url = x['db']\n" ENV_RUN(""));
}

static void
test_variables(void **state)
{
    AlembicFixture *fixture = *state;
    const char *const variables[] = {"APP_DB_URL", NULL};
    const char *const environment[] = {"APP_NAME=of {database}", NULL};
    g_strfreev(fixture->system->tool->url_variables);
    fixture->system->tool->url_variables = g_strdupv((char **)variables);
    g_strfreev(fixture->system->tool->environment);
    fixture->system->tool->environment = g_strdupv((char **)environment);
    assert_works(fixture, ENV_HEAD
                 "url = os.environ['APP_DB_URL']\n"
                 "assert url.split('?')[0].endswith(os.environ['APP_NAME'][3:])\n" ENV_RUN(""));
}

static void
test_asynchronous(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 2, "op.execute('SELECT nothing')", "pass");
    assert_works(fixture, ENV_ASYNC("os.environ['DATABASE_URL']"));
    alembic_fail(fixture, TRUE, 0, 2, 0, "scripts/versions/r2_step.py:7",
                 "column \"nothing\" does not exist");
    assert_string_equal(fixture->outcome->failure->sqlstate, "42703");
    assert_string_equal(fixture->outcome->statement, "SELECT nothing");
    assert_int_equal(fixture->outcome->failure->position, 8);
}

static void
test_role(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection =
        pgs_login(fixture->server, NULL, fixture->database, 5000, NULL, &error);
    assert_true(pgs_connection_run(connection,
                                   "CREATE ROLE \"an owner\" LOGIN; GRANT CREATE ON SCHEMA public "
                                   "TO \"an owner\"",
                                   &error));
    one_table(fixture);
    alembic_open_as(fixture, ENV_PLAIN, "an owner");
    alembic_succeed(fixture, TRUE, 0, 1);
    alembic_assert_value(fixture, "SELECT tableowner::text FROM pg_tables WHERE tablename = 'a'",
                         "an owner");
}

/* Modules that it imports hold what cannot be made twice: each run then has a process of its own.
 */
static void
test_env_that_runs_once(void **state)
{
    AlembicFixture *fixture = *state;
    assert_works(fixture, "import builtins\n"
                          "if hasattr(builtins, 'was_here'): raise RuntimeError('twice')\n"
                          "builtins.was_here = True\n" ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 1);
}

/* A revision's module is as new as in a process of its own. */
static void
test_modules_are_fresh(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, "assert not made; made.append(1)", "pass\nmade = []");
    alembic_open(fixture, ENV_PLAIN);
    for (guint i = 0; i < 2; i++) {
        alembic_succeed(fixture, TRUE, 0, 1);
        alembic_succeed(fixture, FALSE, 0, 1);
    }
}

static void
test_what_is_not_committed(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(fixture,
                 ENV_HEAD ENV_URL "connection = create_engine(url, future=True).connect()\n"
                                  "connection.exec_driver_sql('SELECT 1')\n"
                                  "context.configure(connection=connection)\n"
                                  "with context.begin_transaction():\n"
                                  "    context.run_migrations()\n");
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:6", "was not committed");
    alembic_assert_value(fixture, ALEMBIC_TABLES, "");
}

static void
test_nothing_run(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(fixture, ENV_HEAD ENV_URL "print(url)\n");
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:6",
                 "without a call of context.run_migrations()");
}

static void
test_env_that_exits(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(fixture, ENV_HEAD "import sys\nsys.exit('no tenant')\n");
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/env.py:5", "sys.exit(no tenant)");
}

/* ---- strangers ---- */

/* The URL of a database on the fixture's server, or another. */
static char *
url_of(PgsServer *server, const char *database)
{
    return pgs_database_url(pgs_server_conninfo(server), database, "postgresql");
}

/* An env.py that goes its own way is stopped before anything is run there. */
static void
assert_stranger(AlembicFixture *fixture, const char *url, const char *connect)
{
    g_autofree char *env =
        g_strdup_printf(ENV_HEAD "url = os.environ.get('MY_DSN', '%s')\n%s", url, connect);
    one_table(fixture);
    alembic_open(fixture, env);
    alembic_refuse(fixture, PGS_DRIVER_ERROR_STRANGER, "nothing was run there",
                   "url-variable: MY_DSN");
}

/* Whether a database is as it was: nothing of ours, and nobody there. */
static void
assert_untouched(PgsServer *server, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *value = NULL;
    g_autoptr(PgsConnection) connection = pgs_login(server, NULL, database, 5000, NULL, &error);
    assert_non_null(connection);
    assert_true(pgs_connection_value(connection,
                                     "SELECT count(*)::text FROM pg_class WHERE relnamespace = "
                                     "'public'::regnamespace",
                                     &value, &error));
    assert_string_equal(value, "0");
}

static void
test_another_database(void **state)
{
    AlembicFixture *fixture = *state;
    g_autofree char *url = url_of(fixture->server, "postgres");
    assert_stranger(fixture, url, ENV_RUN(""));
    assert_untouched(fixture->server, "postgres");
}

static void
test_another_server(void **state)
{
    AlembicFixture *fixture = *state;
    PgsServerOptions options = {0};
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) other = pgs_server_start(&options, NULL, &error);
    assert_non_null(other);
    /* Of the same name. */
    g_autoptr(PgsConnection) connection = pgs_login(other, NULL, "postgres", 5000, NULL, &error);
    g_autofree char *sql = g_strdup_printf("CREATE DATABASE %s", fixture->database);
    assert_true(pgs_connection_run(connection, sql, &error));
    g_autofree char *url = url_of(other, fixture->database);
    assert_stranger(fixture, url, ENV_RUN(""));
    assert_untouched(other, fixture->database);
}

/* By a driver itself, past SQLAlchemy. */
static void
test_driver_alone(void **state)
{
    AlembicFixture *fixture = *state;
    g_autofree char *url = url_of(fixture->server, "postgres");
    assert_stranger(fixture, url,
                    "import psycopg2\n"
                    "psycopg2.connect(url).cursor().execute('CREATE TABLE stray ()')\n");
    alembic_tear_down(state);
    alembic_set_up(state);
    assert_stranger(fixture, url,
                    "import asyncio, asyncpg\n"
                    "async def go():\n"
                    "    await (await asyncpg.connect(url)).execute('CREATE TABLE stray ()')\n"
                    "asyncio.run(go())\n");
    alembic_tear_down(state);
    alembic_set_up(state);
    assert_stranger(fixture, url,
                    "import psycopg\n"
                    "psycopg.connect(url).execute('CREATE TABLE stray ()').connection.commit()\n");
    /* Nor is it passed over where env.py does so. */
    alembic_tear_down(state);
    alembic_set_up(state);
    assert_stranger(
        fixture, url,
        "try:\n    create_engine(url).connect()\nexcept Exception:\n    pass\n" ENV_URL ENV_RUN(
            ""));
    assert_untouched(fixture->server, "postgres");
}

static void
test_no_database(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(
        fixture, ENV_HEAD
        "url = os.getenv('MY_DSN') or 'postgresql://nobody@/none?host=/nowhere'\n" ENV_RUN(""));
    alembic_refuse(fixture, PGS_DRIVER_ERROR_START, "cannot connect", "url-variable: MY_DSN");
}

static void
test_missing_module(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(fixture, "import no_such_module\n" ENV_PLAIN);
    alembic_refuse(fixture, PGS_DRIVER_ERROR_START, "scripts/env.py:1: ModuleNotFoundError",
                   "install it into the environment of ");
}

/* The table of versions under another name: known when env.py says it in so many words. */
static void
test_version_table(void **state)
{
    AlembicFixture *fixture = *state;
    one_table(fixture);
    alembic_open(fixture, ENV_HEAD ENV_URL ENV_RUN(", version_table='my_versions'"));
    alembic_succeed(fixture, TRUE, 0, 1);
    alembic_assert_value(fixture, "SELECT version_num FROM my_versions", "r1");
    alembic_tear_down(state);
    alembic_set_up(state);
    one_table(fixture);
    alembic_open(fixture,
                 ENV_HEAD ENV_URL "name = 'of_' + 'ours'\n" ENV_RUN(", version_table=name"));
    alembic_refuse(fixture, PGS_DRIVER_ERROR_START, "\"of_ours\"", "ledger: of_ours");
}

/* ---- models ---- */

static void
test_models(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GPtrArray) differences = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *reason = NULL;
    alembic_revision(
        fixture, 1,
        "op.execute('CREATE TABLE a (id int PRIMARY KEY, b int); CREATE INDEX a_b ON a "
        "(b); CREATE TABLE c ()')",
        "pass");
    alembic_open(
        fixture, ENV_HEAD ENV_URL
        "import sqlalchemy as sa\n"
        "models = sa.MetaData()\n"
        "sa.Table('a', models, sa.Column('id', sa.Integer, primary_key=True),\n"
        "         sa.Column('b', sa.Integer, nullable=False),\n"
        "         sa.Column('nick', sa.String(20)))\n" ENV_RUN(", target_metadata=models"));
    alembic_succeed(fixture, TRUE, 0, 1);
    assert_true(pgs_driver_compare_models(fixture->driver, &differences, &reason, &error));
    assert_non_null(differences);
    g_ptr_array_add(differences, NULL);
    g_autofree char *all = g_strjoinv("\n", (char **)differences->pdata);
    assert_string_equal(all, "remove table c\n"
                             "add column a.nick (VARCHAR(20))\n"
                             "add NOT NULL of a.b\n"
                             "remove index a_b on a (b)");
    g_ptr_array_set_size(differences, (gint)differences->len - 1);
}

static void
test_no_models(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GPtrArray) differences = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *reason = NULL;
    one_table(fixture);
    alembic_open(fixture, ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 1);
    assert_true(pgs_driver_compare_models(fixture->driver, &differences, &reason, &error));
    assert_null(differences);
    assert_string_equal(reason, "env.py sets no target_metadata");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ALEMBIC_TEST(test_ways_of_the_url),
        ALEMBIC_TEST(test_argument),
        ALEMBIC_TEST(test_variables),
        ALEMBIC_TEST(test_asynchronous),
        ALEMBIC_TEST(test_role),
        ALEMBIC_TEST(test_env_that_runs_once),
        ALEMBIC_TEST(test_modules_are_fresh),
        ALEMBIC_TEST(test_what_is_not_committed),
        ALEMBIC_TEST(test_nothing_run),
        ALEMBIC_TEST(test_env_that_exits),
        ALEMBIC_TEST(test_another_database),
        ALEMBIC_TEST(test_another_server),
        ALEMBIC_TEST(test_driver_alone),
        ALEMBIC_TEST(test_no_database),
        ALEMBIC_TEST(test_missing_module),
        ALEMBIC_TEST(test_version_table),
        ALEMBIC_TEST(test_models),
        ALEMBIC_TEST(test_no_models),
    };
    return cmocka_run_group_tests(tests, alembic_start_group, alembic_stop_group);
}
