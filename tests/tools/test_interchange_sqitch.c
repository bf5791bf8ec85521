/* Covers harness/ledger/{ledger_sqitch,sqitch_books,sqitch_ids,sqitch_sql,sqitch_user}.c beside the
 * real Sqitch, through "pgstair migrate". */
#include "tools/interchange.h"

#define TARGET "db:pg:{database}"

static const char *const environment[] = {"SQITCH_SYSTEM_CONFIG=/nonexistent",
                                          "SQITCH_USER_CONFIG=/nonexistent", NULL};
static const char *const status[] = {"sqitch",         "status", "--show-tags",
                                     "--show-changes", TARGET,   NULL};
static const char *const check[] = {"sqitch", "check", TARGET, NULL};
static const char *const history[] = {"sqitch", "log", "--oneline", "--no-pager", TARGET, NULL};

/* All of the registry; times that must differ only by their order. */
#define REGISTRY(schema)                                                                           \
    "SELECT string_agg(line, E'\\n' ORDER BY nr, sort) FROM ("                                     \
    "SELECT 1 AS nr, row_number() OVER () AS sort, (to_jsonb(r) - 'installed_at')::text AS line "  \
    "FROM " schema ".releases r UNION ALL "                                                        \
    "SELECT 2, row_number() OVER (ORDER BY project), (to_jsonb(p) - 'created_at')::text "          \
    "FROM " schema ".projects p UNION ALL "                                                        \
    "SELECT 3, row_number() OVER (ORDER BY committed_at), (to_jsonb(c) - 'committed_at')::text "   \
    "FROM " schema ".changes c UNION ALL "                                                         \
    "SELECT 4, row_number() OVER (ORDER BY change_id, tag), (to_jsonb(t) - 'committed_at')::text " \
    "FROM " schema ".tags t UNION ALL "                                                            \
    "SELECT 5, row_number() OVER (ORDER BY change_id, dependency), to_jsonb(d)::text FROM " schema \
    ".dependencies d UNION ALL "                                                                   \
    "SELECT 6, row_number() OVER (ORDER BY committed_at), (to_jsonb(e) - 'committed_at')::text "   \
    "FROM " schema ".events e UNION ALL "                                                          \
    "SELECT 7, row_number() OVER (ORDER BY c.oid::regclass::text, d.objsubid), "                   \
    "format('%s %s %s', c.oid::regclass, d.objsubid, d.description) FROM pg_class c JOIN "         \
    "pg_description d ON d.objoid = c.oid WHERE c.relnamespace = '" schema "'::regnamespace "      \
    "UNION ALL SELECT 8, row_number() OVER (ORDER BY conrelid::regclass::text, conname), "         \
    "format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM "             \
    "pg_constraint WHERE connamespace = '" schema "'::regnamespace) AS all_of_it"

static void
write_scripts(const PgsToolFixture *fixture, const char *name, const char *up, const char *down)
{
    g_autofree char *deploy = g_strdup_printf("deploy/%s.sql", name);
    g_autofree char *revert = g_strdup_printf("revert/%s.sql", name);
    pgs_tool_write(fixture, deploy, up);
    pgs_tool_write(fixture, revert, down);
}

/* Dependencies of every kind, conflicts, tags (two of one change, one with a note), a rework, notes
 * with escapes, names of other letters, a URI, another registry. */
static void
write_project(const PgsToolFixture *fixture)
{
    pgs_tool_write(fixture, "sqitch.conf",
                   "[core]\n\tengine = pg\n[engine \"pg\"]\n\tregistry = its \\\"books\n"
                   "[user]\n\tname = Ada \\\"O'Lovelace\\\\\n\temail = ada@example.org\n");
    pgs_tool_write(
        fixture, "sqitch.plan",
        "%syntax-version=1.0.0\n%project=café\n%uri=HTTPS://GitHub.com:443/ex/Ample\n\n"
        "app/schema 2024-01-01T10:00:00Z Zoë <zoe@example.org> # Makes it.\\nTwo lines \\\\ here\n"
        "users [app/schema !nothing:at_all] 2024-01-02T10:00:00Z Zoë  Ñ  <zoe@example.org>\n"
        "@v1.0 2024-01-03T10:00:00Z Bob <bob@example.org> # The 'first'\n"
        "@v1.1 2024-01-03T11:00:00Z Bob <bob@example.org>\n\n"
        "users [users@v1.1 café:app/schema] 2024-01-04T10:00:00Z Zoë <zoe@example.org> # 0\n"
        "rows [users @v1.0] 2024-01-05T10:00:00Z Zoë <zoe@example.org># it\n"
        "+last [rows users@v1.0 !other:thing@v9] 2024-01-06T10:00:00Z Zoë <zoe@example.org>\n"
        "@end 2024-01-07T10:00:00Z Bob <bob@example.org>\n");
    write_scripts(fixture, "app/schema", "CREATE SCHEMA app;\n", "DROP SCHEMA app;\n");
    write_scripts(fixture, "users@v1.1", "BEGIN; CREATE TABLE app.users (id int); COMMIT;\n",
                  "DROP TABLE app.users;\n");
    write_scripts(fixture, "users",
                  "ALTER TABLE app.users ADD name text;\n"
                  "CREATE INDEX CONCURRENTLY i ON app.users (id);\n",
                  "ALTER TABLE app.users DROP name; DROP INDEX app.i;\n");
    write_scripts(fixture, "rows", "\\set n 3\nINSERT INTO app.users VALUES (:n, 'x');\n",
                  "DELETE FROM app.users;\n");
    write_scripts(fixture, "last", "CREATE VIEW app.names AS SELECT name FROM app.users;\n",
                  "DROP VIEW app.names;\n");
}

static const char *const to_users[] = {"sqitch", "deploy", "--to", "@v1.1", TARGET, NULL};
static const char *const to_head[] = {"sqitch", "deploy", TARGET, NULL};
static const char *const back_to_users[] = {"sqitch", "revert", "-y", "--to",
                                            "@v1.1",  TARGET,   NULL};
static const char *const back[] = {"sqitch", "revert", "-y", TARGET, NULL};
#define PHASES                                                                                     \
    {                                                                                              \
        {to_users, "upgrade", "users@v1.1"}, {to_head, "upgrade", "head"},                         \
            {back_to_users, "downgrade", "users@v1.1"}, {back, "downgrade", "base"},               \
    }

static void
test_registry(void **state)
{
    static const Interchange with = {
        .tool = "sqitch",
        .format = "sqitch",
        .folder = ".",
        .environment = environment,
        .phases = PHASES,
        .books = REGISTRY("\"its \"\"books\""),
        .look = status,
        .says = {"  * rows", "Nothing to deploy (up-to-date)", "  * rows", "No changes deployed"},
    };
    write_project(*state);
    interchange_assert(*state, &with);
}

/* "sqitch check" compares the hashes of the scripts, "sqitch log" lists the events, "sqitch verify"
 * goes by the order. */
static void
test_what_it_says(void **state)
{
    static const char *const verify[] = {"sqitch", "verify", TARGET, NULL};
    static const struct {
        const char *const *command;
        const char *says[INTERCHANGE_PHASES];
    } looks[] = {
        {check, {"Check successful", "Check successful", "Check successful", NULL}},
        {history, {NULL, "deploy café:last", NULL, "revert café:app/schema"}},
        {verify, {NULL, "Verify successful", NULL, NULL}},
    };
    PgsToolFixture *fixture = *state;
    Interchange with = {
        .tool = "sqitch",
        .format = "sqitch",
        .folder = ".",
        .environment = environment,
        .phases = PHASES,
    };
    pgs_tool_require("sqitch");
    write_project(fixture);
    fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, NULL);
    for (guint phase = 0; phase < INTERCHANGE_PHASES; phase++) {
        interchange_by_pgstair(fixture, &with, fixture->database, phase);
        for (gsize i = 0; i < G_N_ELEMENTS(looks); i++) {
            with.look = looks[i].command;
            with.says[phase] = looks[i].says[phase];
            interchange_look(fixture, &with, fixture->database, "PPPP", phase);
        }
    }
}

/* What another project's change has to be there for is not begun without it; what fails is noted as
 * Sqitch notes it. */
static void
test_refused_and_failed(void **state)
{
    static const char events[] = "SELECT string_agg(event || ' ' || change, ', ' ORDER BY "
                                 "committed_at) FROM sqitch.events";
    PgsToolFixture *fixture = *state;
    g_autofree char *output = NULL;
    const Interchange with = {
        .format = "sqitch", .folder = ".", .environment = environment, .phases = PHASES};
    pgs_tool_require("sqitch");
    pgs_tool_write(fixture, "sqitch.conf", "[core]\n\tengine = pg\n");
    pgs_tool_write(fixture, "sqitch.plan",
                   "%project=one\n\na 2024-01-01T10:00:00Z A <a@b.c>\n"
                   "b [other:x] 2024-01-02T10:00:00Z A <a@b.c>\n");
    write_scripts(fixture, "a", "CREATE TABLE a (id int);\n", "DROP TABLE a;\n");
    write_scripts(fixture, "b", "CREATE TABLE b (id int);\nSELECT 1/0;\n", "SELECT 1;\n");
    fixture->database = pgs_server_create_database(fixture->server, "tool", NULL, NULL);
    assert_int_equal(interchange_try(fixture, &with, fixture->database, "upgrade", "head", &output),
                     1);
    assert_non_null(strstr(output, "Missing required change: other:x"));
    g_autofree char *b = pgs_tool_ask(fixture, fixture->database, "SELECT to_regclass('b')");
    assert_null(b);
    g_autofree char *before = pgs_tool_ask(fixture, fixture->database, events);
    assert_true(g_str_has_prefix(before, "deploy a"));
    pgs_tool_write(fixture, "sqitch.plan",
                   "%project=one\n\na 2024-01-01T10:00:00Z A <a@b.c>\n"
                   "b [a] 2024-01-02T10:00:00Z A <a@b.c>\n");
    /* The registry takes a script once: Sqitch itself finds out when it has run it. */
    write_scripts(fixture, "b", "CREATE TABLE a (id int);\n", "SELECT 1;\n");
    g_free(g_steal_pointer(&output));
    assert_int_not_equal(
        interchange_try(fixture, &with, fixture->database, "upgrade", "head", &output), 0);
    assert_non_null(strstr(output, "has the same deploy script"));
    write_scripts(fixture, "b", "CREATE TABLE b (id int);\nSELECT 1/0;\n", "SELECT 1;\n");
    g_free(g_steal_pointer(&output));
    assert_int_not_equal(
        interchange_try(fixture, &with, fixture->database, "upgrade", "head", &output), 0);
    assert_non_null(strstr(output, "division by zero"));
    g_autofree char *after = pgs_tool_ask(fixture, fixture->database, events);
    assert_true(g_str_has_suffix(after, ", fail b"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_registry),
        PGS_TOOL_TEST(test_what_it_says),
        PGS_TOOL_TEST(test_refused_and_failed),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
