/* Covers harness/operate/script_alembic.c and draft_alembic.c. */
#include "driver/alembic_fixture.h"
#include "operate/draft.h"
#include "script_fixture.h"

/* As "alembic init" writes it, with both ways to run. */
#define ENV_BOTH                                                                                   \
    ENV_HEAD ENV_URL                                                                               \
        "if context.is_offline_mode():\n"                                                          \
        "    context.configure(url=url, literal_binds=True)\n"                                     \
        "    with context.begin_transaction():\n"                                                  \
        "        context.run_migrations()\n"                                                       \
        "else:\n"                                                                                  \
        "    with create_engine(url, poolclass=pool.NullPool).connect() as connection:\n"          \
        "        context.configure(connection=connection)\n"                                       \
        "        with context.begin_transaction():\n"                                              \
        "            context.run_migrations()\n"

/* Offline that URL is none of a dialect's. */
#define INI "[alembic]\nscript_location = scripts\nsqlalchemy.url = driver://user:pass@host/name\n"

/* Texts that SQLAlchemy, or psql, could take for something else. */
#define TRICKY                                                                                     \
    "op.create_table('t', sa.Column('id', sa.Integer, primary_key=True),\n"                        \
    "        sa.Column('a', sa.Text, server_default='\\\\ %s'))\n"                                 \
    "    op.execute(\"INSERT INTO t (a) VALUES ('\\\\:HOST'), ('it''s'), ('\\\\\\\\q')\")"

static void
write_project(AlembicFixture *fixture)
{
    alembic_write(fixture, "alembic.ini", INI);
    alembic_revision(fixture, 1, TRICKY, "op.drop_table('t')");
    alembic_revision(fixture, 2, "op.add_column('t', sa.Column('b', sa.Integer))",
                     "op.drop_column('t', 'b')");
}

static char *
write_script(const AlembicFixture *fixture, gint from, gint to)
{
    g_autoptr(GError) error = NULL;
    char *script = pgs_script_write(fixture->history, NULL, from, to, NULL, &error);
    if (script == NULL)
        fail_msg("%s", error->message);
    return script;
}

static void
run(const AlembicFixture *fixture, const char *database, gint from, gint to, int status)
{
    g_autofree char *said = NULL;
    g_autofree char *script = write_script(fixture, from, to);
    if (script_run(fixture->server, database, script, &said) != status)
        fail_msg("%d to %d: %s\n%s", from, to, said, script);
    if (status != 0 && strstr(said, "nothing was changed") == NULL)
        fail_msg("%s", said);
}

/* The defaults, the rows and the books. */
#define WHAT                                                                                       \
    "SELECT concat_ws('|', (SELECT string_agg(pg_get_expr(adbin, adrelid), ',') FROM pg_attrdef)," \
    " (SELECT string_agg(a, ',' ORDER BY id) FROM t),"                                             \
    " (SELECT string_agg(version_num, ',') FROM alembic_version))"

static char *
what(const AlembicFixture *fixture, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(fixture->server, database);
    char *value = NULL;
    if (!pgs_connection_value(connection, WHAT, &value, &error))
        fail_msg("%s", error->message);
    return value;
}

static void
test_same_as_online(void **state)
{
    AlembicFixture *fixture = *state;
    write_project(fixture);
    alembic_open(fixture, ENV_BOTH);
    alembic_succeed(fixture, TRUE, 0, 2);
    g_autofree char *scripted = script_database(fixture->server);
    run(fixture, scripted, -1, 0, 0);
    run(fixture, scripted, 0, 1, 0);
    g_autofree char *online = what(fixture, fixture->database);
    g_autofree char *offline = what(fixture, scripted);
    assert_string_equal(offline, online);
    run(fixture, scripted, 0, 1, 3); /* not a second time */
    run(fixture, scripted, 1, -1, 0);
    run(fixture, scripted, -1, 1, 0);
}

/* It is named, and why. */
static void
test_online_only(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    write_project(fixture);
    alembic_revision(fixture, 3, "n = op.get_bind().execute(sa.text('SELECT 1')).scalar() + 1",
                     "pass");
    alembic_read(fixture, ENV_BOTH);
    g_autofree char *script = pgs_script_write(fixture->history, NULL, 1, 2, NULL, &error);
    assert_null(script);
    if (strstr(error->message, "r3") == NULL || strstr(error->message, "only online") == NULL)
        fail_msg("%s", error->message);
}

/* Both keep out the others. */
static void
test_lock(void **state)
{
    AlembicFixture *fixture = *state;
    write_project(fixture);
    alembic_read(fixture, ENV_BOTH);
    g_autoptr(PgsConnection) other = script_connect(fixture->server, fixture->database);
    assert_true(
        pgs_connection_run(other, "SELECT pg_catalog.pg_advisory_lock(1885827956, 1)", NULL));
    run(fixture, fixture->database, -1, 1, 3);
}

/* ---- a draft that Alembic runs ---- */

#define MAKO                                                                                       \
    "from alembic import op\nimport sqlalchemy as sa\n"                                            \
    "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"                    \
    "def upgrade():\n    ${upgrades if upgrades else \"pass\"}\n"                                  \
    "def downgrade():\n    ${downgrades if downgrades else \"pass\"}\n"

#define TABLE "CREATE TABLE t (id serial, a text)"
/* What SQLAlchemy's text() has a meaning for, and what it only seems to have one for. */
#define COLONS                                                                                     \
    "INSERT INTO t (a) VALUES (' :name'), (' :a:b'), ('\\:'), ('\\:name'), ('\\\\:name'),\n"       \
    "    ('\\::x'), ('\\:a:'), ('12:30:45'), ('$:name'), (' :$1'), ('→:name'), ('é:name'),\n"   \
    "    (':→'), (':a→:'), ('::int'), ('\"\"\":x\"\"\\'), ('100 %s %% %(x)s'), (':');\n"       \
    "INSERT INTO t (a) SELECT '1'::int::text || (ARRAY[1,2,3])[1:2]::text;\n"

static char *
rows(const AlembicFixture *fixture, const char *database)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsConnection) connection = script_connect(fixture->server, database);
    char *value = NULL;
    if (!pgs_connection_value(connection, "SELECT string_agg(a, E'\n' ORDER BY id) FROM t", &value,
                              &error))
        fail_msg("%s", error->message);
    return value;
}

static void
test_drafted(void **state)
{
    AlembicFixture *fixture = *state;
    g_autoptr(GError) error = NULL;
    alembic_write(fixture, "scripts/script.py.mako", MAKO);
    alembic_revision(fixture, 1, "op.execute('" TABLE "')", "op.drop_table('t')");
    alembic_read(fixture, ENV_BOTH);
    g_autoptr(PgsRevisionDraft) draft =
        pgs_revision_draft_write(fixture->system, fixture->history, "colons", "a draft", COLONS,
                                 "DELETE FROM t;\n", NULL, &error);
    if (draft == NULL)
        fail_msg("%s", error->message);
    g_clear_pointer(&fixture->history, pgs_history_free);
    alembic_open(fixture, ENV_BOTH);
    alembic_succeed(fixture, TRUE, 0, 2);
    g_autofree char *plain = script_database(fixture->server);
    g_autoptr(PgsConnection) connection = script_connect(fixture->server, plain);
    assert_true(pgs_connection_run(connection, TABLE ";" COLONS, NULL));
    g_autofree char *should = rows(fixture, plain);
    g_autofree char *is = rows(fixture, fixture->database);
    assert_string_equal(is, should);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, alembic_set_up, alembic_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_same_as_online),
        CASE(test_online_only),
        CASE(test_lock),
        CASE(test_drafted),
    };
    return cmocka_run_group_tests(tests, alembic_start_group, alembic_stop_group);
}
