/* Covers harness/driver/alembic.c, alembic_outcome.c and alembic_books.c: runs, and how they fail.
 */
#include "alembic_fixture.h"

#define TABLE(name) "op.execute('CREATE TABLE " name " (id int PRIMARY KEY)')"
#define DROP(name) "op.execute('DROP TABLE " name "')"

static void
two_tables(AlembicFixture *fixture)
{
    alembic_revision(fixture, 1, TABLE("a"), DROP("a"));
    alembic_revision(fixture, 2, TABLE("b"), DROP("b"));
}

static void
test_up_and_down(void **state)
{
    AlembicFixture *fixture = *state;
    two_tables(fixture);
    alembic_open(fixture, ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 2);
    assert_string_equal(fixture->told->str, "0,1,");
    alembic_assert_value(fixture, ALEMBIC_TABLES, "a,b");
    alembic_assert_value(fixture, "SELECT version_num FROM alembic_version", "r2");
    alembic_succeed(fixture, FALSE, 1, 1);
    alembic_assert_value(fixture, "SELECT version_num FROM alembic_version", "r1");
    alembic_succeed(fixture, FALSE, 0, 1);
    alembic_succeed(fixture, TRUE, 0, 2);
    alembic_succeed(fixture, FALSE, 1, 2);
    assert_string_equal(fixture->told->str, "1,0,");
    alembic_assert_value(fixture, ALEMBIC_TABLES, "");
}

/* Nobody may be connected to a database that is copied. */
static void
test_release(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    two_tables(fixture);
    /* An engine with a pool, that nobody disposes of. */
    alembic_open(fixture, ENV_HEAD ENV_URL "connection = create_engine(url).connect()\n"
                                           "context.configure(connection=connection)\n"
                                           "with context.begin_transaction():\n"
                                           "    context.run_migrations()\n");
    alembic_succeed(fixture, TRUE, 0, 1);
    pgs_driver_release(fixture->driver);
    g_autofree char *copy =
        pgs_server_create_database(fixture->server, "copy", fixture->database, &error);
    assert_null(error);
    assert_true(pgs_server_drop_database(fixture->server, copy, &error));
    alembic_succeed(fixture, TRUE, 1, 1);
}

static void
test_refused_by_the_server(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, TABLE("a"), DROP("a"));
    alembic_revision(fixture, 2,
                     TABLE("b") "\n"
                                "    op.get_bind().execute(sa.text('SELECT :x / 0'), {'x': 7})",
                     DROP("b"));
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 2, 0, "scripts/versions/r2_step.py:8", "division by zero");
    assert_int_equal(fixture->outcome->revision, 1);
    assert_string_equal(fixture->outcome->failure->sqlstate, "22012");
    assert_string_equal(fixture->outcome->statement, "SELECT %(x)s / 0\n-- with {'x': 7}");
    assert_non_null(strstr(fixture->outcome->failure->context, "r2_step.py:8 in upgrade: op.get"));
    assert_null(strstr(fixture->outcome->failure->context, "<string>"));
    assert_string_equal(fixture->told->str, "0,");
    /* One transaction for the whole run: as Alembic has it. */
    alembic_assert_value(fixture, ALEMBIC_TABLES, "");
    alembic_succeed(fixture, TRUE, 0, 1);
}

static void
test_transaction_per_migration(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, TABLE("a"), DROP("a"));
    alembic_revision(fixture, 2, TABLE("b") "; op.execute('SELECT nothing')", DROP("b"));
    alembic_open(fixture, ENV_EACH);
    alembic_fail(fixture, TRUE, 0, 2, 1, "scripts/versions/r2_step.py:7", "nothing");
    assert_string_equal(fixture->outcome->failure->sqlstate, "42703");
    alembic_assert_value(fixture, ALEMBIC_TABLES, "a");
}

static void
test_autocommit_block(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, TABLE("a"), DROP("a"));
    alembic_revision(fixture, 2,
                     "with op.get_context().autocommit_block():\n"
                     "        op.execute('CREATE INDEX CONCURRENTLY a_id ON a (id)')",
                     "op.execute('DROP INDEX a_id')");
    alembic_revision(fixture, 3, "op.execute('CREATE INDEX CONCURRENTLY a_2 ON a (id)')", "pass");
    alembic_open(fixture, ENV_PLAIN);
    /* What is before the block is committed with it; what Alembic writes of r2 behind it is not. */
    alembic_fail(fixture, TRUE, 0, 3, 1, "scripts/versions/r3_step.py:7",
                 "cannot run inside a transaction block");
}

static void
test_exceptions(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, "pass", "raise NotImplementedError('never')");
    alembic_revision(fixture, 2, "pass\n    {}['missing']", "pass");
    alembic_open(fixture, ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 1);
    alembic_fail(fixture, FALSE, 0, 1, 0, "scripts/versions/r1_step.py:9", "there is no way down");
    alembic_fail(fixture, TRUE, 1, 1, 0, "scripts/versions/r2_step.py:8", "KeyError: 'missing'");
}

/* ---- processes that do not go on ---- */

static void
test_exits(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, "sys.exit(3)", "os._exit(4)");
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:7", "sys.exit(3)");
    alembic_revision(fixture, 1, "pass", "os._exit(4)");
    alembic_tear_down(state);
    alembic_set_up(state);
    alembic_revision(fixture, 1, TABLE("a"), "print('the last word'); os._exit(4)");
    alembic_open(fixture, ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 1);
    alembic_fail(fixture, FALSE, 0, 1, 0, "scripts/versions/r1_step.py:8", "exit status 4");
    assert_non_null(strstr(fixture->outcome->failure->message, "the last word"));
    /* The next run has a process of its own. */
    alembic_fail(fixture, FALSE, 0, 1, 0, "scripts/versions/r1_step.py:8", "exit status 4");
}

static void
test_crash(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1,
                     TABLE("a") "; op.execute(\"SELECT set_config('a.b', 'c', false)\");"
                                " os.kill(os.getpid(), signal.SIGKILL)",
                     "pass");
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:6", "signal 9");
    /* The session that it left is gone, and its locks with it. */
    alembic_assert_value(fixture,
                         "SELECT count(*)::text FROM pg_stat_activity WHERE datname = "
                         "current_database() AND pid <> pg_backend_pid() AND application_name <> "
                         "'pgstair' AND state = 'idle in transaction'",
                         "0");
    alembic_assert_value(fixture, ALEMBIC_TABLES, "");
}

static void
test_hang(void **state)
{
    AlembicFixture *fixture = *state;
    fixture->system->tool->timeout = 1500;
    alembic_revision(fixture, 1, TABLE("a") "; time.sleep(600)", "pass");
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:6", "1.5 s");
    assert_string_equal(fixture->outcome->failure->sqlstate, "57014");
}

static void
test_endless_print(void **state)
{
    AlembicFixture *fixture = *state;
    fixture->system->tool->timeout = 1500;
    alembic_revision(fixture, 1, "while True: print('x' * 1000)", "pass");
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:6", "1.5 s");
    assert_in_range(strlen(fixture->outcome->failure->message), 1, 8 * 1024);
}

static void
test_statement_timeout(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1, "op.execute('SELECT pg_sleep(600)')", "pass");
    alembic_open(fixture, ENV_PLAIN);
    alembic_fail(fixture, TRUE, 0, 1, 0, "scripts/versions/r1_step.py:7", "statement timeout");
    assert_string_equal(fixture->outcome->failure->sqlstate, "57014");
}

/* What is printed, on whatever descriptor, is no answer. */
static void
test_noise(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_revision(fixture, 1,
                     "print('{\"answer\": {}}'); os.write(1, b'{\"answer\": 1}\\n'); "
                     "os.system('echo {} >&3; echo {} >&4'); sys.stdout.close()",
                     "pass");
    alembic_revision(fixture, 2, "op.execute('DO $$BEGIN RAISE WARNING $a$mind$a$; END$$')",
                     "pass");
    alembic_open(fixture, "print('hello')\n" ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 2);
    assert_int_equal(fixture->outcome->notices->len, 1);
    assert_string_equal(g_ptr_array_index(fixture->outcome->notices, 0), "WARNING:  mind");
}

/* Each run has the project's modules afresh, as each "alembic upgrade" has: one that holds tables,
 * one that remembers what it has read. */
static void
test_modules_of_the_project(void **state)
{
    AlembicFixture *fixture = *state;
    alembic_write(fixture, "app/db.py", "import sqlalchemy\nmetadata = sqlalchemy.MetaData()\n");
    alembic_write(fixture, "app/roles.py",
                  "import functools\nfrom alembic import op\n@functools.lru_cache()\n"
                  "def role():\n"
                  "    return op.get_bind().exec_driver_sql('SELECT id FROM a').scalar()\n");
    alembic_revision(fixture, 1,
                     "op.execute('CREATE TABLE a AS SELECT (random() * 1e9)::int AS id')",
                     DROP("a"));
    alembic_revision(fixture, 2,
                     "from app.db import metadata; from app.roles import role; "
                     "sa.Table('a', metadata, sa.Column('id', sa.Integer)); "
                     "op.execute('SELECT 1 / (count(*) FILTER (WHERE id = %d)) FROM a' % role())",
                     "from app.db import metadata; sa.Table('a', metadata)");
    alembic_open(fixture, ENV_PLAIN);
    alembic_succeed(fixture, TRUE, 0, 1);
    for (guint i = 0; i < 2; i++) {
        alembic_succeed(fixture, TRUE, 1, 1);
        alembic_succeed(fixture, FALSE, 1, 2);
        alembic_succeed(fixture, TRUE, 0, 2);
        alembic_succeed(fixture, FALSE, 1, 1);
    }
}

/* Daemon-like code, and an exit that says that all went well. */
static void
test_ends_of_env(void **state)
{
    AlembicFixture *fixture = *state;
    two_tables(fixture);
    alembic_open(fixture, "import os, sys\nos.closerange(3, 256)\n" ENV_PLAIN "sys.exit(0)\n");
    alembic_succeed(fixture, TRUE, 0, 2);
    alembic_succeed(fixture, FALSE, 1, 2);
    alembic_succeed(fixture, TRUE, 0, 2);
    alembic_assert_value(fixture, ALEMBIC_TABLES, "a,b");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ALEMBIC_TEST(test_up_and_down),
        ALEMBIC_TEST(test_release),
        ALEMBIC_TEST(test_refused_by_the_server),
        ALEMBIC_TEST(test_transaction_per_migration),
        ALEMBIC_TEST(test_autocommit_block),
        ALEMBIC_TEST(test_exceptions),
        ALEMBIC_TEST(test_exits),
        ALEMBIC_TEST(test_crash),
        ALEMBIC_TEST(test_hang),
        ALEMBIC_TEST(test_endless_print),
        ALEMBIC_TEST(test_statement_timeout),
        ALEMBIC_TEST(test_noise),
        ALEMBIC_TEST(test_modules_of_the_project),
        ALEMBIC_TEST(test_ends_of_env),
    };
    return cmocka_run_group_tests(tests, alembic_start_group, alembic_stop_group);
}
