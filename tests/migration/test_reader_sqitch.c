/* Covers harness/migration/sqitch.c, sqitch_config.c, sqitch_plan.c, sqitch_project.c,
 * sqitch_script.c and psql_script.c. */
#include "migration/read.h"
#include "migration/tree.h"

#include "migration/psql_script.h"
#include "migration/sqitch_config.h"
#include "migration/sqitch_plan.h"

#define AT " 2024-01-01T10:00:00Z Ada <ada@example.org>\n"
#define HEAD "%project=test\n\n"
#define PG "[core]\nengine = pg\n"

static char *
describe_script(const char *name, const PgsStep *step)
{
    if (step == NULL)
        return g_strdup("");
    const char *how = step->script == NULL ? "refused" : step->send == PGS_SEND_PSQL ? "psql" : "";
    assert_false(step->transaction);
    assert_true(step->tool->own_session);
    return g_strdup_printf(" %s%s%s", name, *how != '\0' ? ":" : "", how);
}

/* "id up down verify:psql" for each revision; reworked ones in parentheses. */
static char *
describe(const PgsHistory *history)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        g_autofree char *up = describe_script("up", revision->up);
        g_autofree char *down = describe_script("down", revision->down);
        g_autofree char *verify = describe_script("verify", revision->verify);
        assert_string_equal(revision->id, revision->label);
        g_string_append_printf(text, revision->is_reworked ? "(%s)%s%s%s\n" : "%s%s%s%s\n",
                               revision->id, up, down, verify);
    }
    return g_string_free(text, FALSE);
}

static PgsHistory *
read_tree(const char *root, const char *below, const char *format)
{
    g_autofree char *folder = g_build_filename(root, below, NULL);
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read(folder, format, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static void
assert_read(const char *root, const char *below, const char *reason, const char *revisions,
            const char *notes)
{
    g_autoptr(PgsHistory) history = read_tree(root, below, NULL);
    g_autofree char *found = describe(history);
    g_autofree char *said = describe_notes(history);
    assert_string_equal(history->format, "sqitch");
    assert_string_equal(history->reason, reason);
    assert_string_equal(found, revisions);
    assert_string_equal(said, notes);
}

/* The plan decides the order; a reworked change's scripts have a tag in their names. */
static void
test_plan(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {
        "sqitch.conf",
        PG,
        "sqitch.plan",
        "%syntax-version=1.0.0\n%project=test\n# note\n\n"
        "b" AT "sub/a [b other:x]" AT "@v1" AT "@v1-again" AT "c" AT "@v2" AT "\nb [b@v2]" AT,
        "deploy/b@v2.sql",
        "SELECT 1;",
        "deploy/b.sql",
        "SELECT :label;", /* psql may have such a variable */
        "deploy/sub/a.sql",
        "SELECT '12:30', ':x', a::text, $$:y$$; -- :z\nCOPY a FROM STDIN;\n:1\n\\.\n",
        "deploy/gone.sql",
        "SELECT 1;",
        "revert/sub/a.sql",
        "\\set x 1\nSELECT 1;",
        "verify/b@v2.sql",
        "BEGIN; SELECT 1; ROLLBACK;",
        "verify/b.sql",
        "BEGIN; SELECT 1;",
        "verify/sub/a.sql",
        "SELECT 1;",
        NULL,
    };
    tree_write_all(root, files);
    const char *const wanted = "(b@v2) up verify\nsub/a up down:psql verify\nc up:refused\n"
                               "b up:psql verify:psql\n";
    assert_read(root, NULL, "there is sqitch.conf", wanted,
                "W folder.external sqitch.plan\nW folder.unmatched deploy/gone.sql\n");
    /* What lies outside of the folder that was given is named from there. */
    g_autofree char *notes =
        g_strdup_printf("W folder.external %s/sqitch.plan\nW folder.unmatched gone.sql\n", root);
    assert_read(root, "deploy", "there is ../sqitch.conf", wanted, notes);
    tree_free(root);
}

static void
test_missing_script(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {"sqitch.plan", HEAD "a" AT, NULL};
    tree_write_all(root, files);
    g_autoptr(PgsHistory) history = read_tree(root, NULL, NULL);
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    assert_true(g_str_has_suffix(revision->up->path, "/sqitch.plan"));
    assert_int_equal(revision->up->script_error_position.line, 3);
    assert_non_null(strstr(revision->up->script_error->message, "/deploy/a.sql"));
    tree_free(root);
}

/* Everything elsewhere, with another extension. */
static void
test_configuration(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {
        "sqitch.conf",
        "[core]\n engine=pg ; the engine\n\ttop_dir = db/sql\n[ENGINE \"pg\"]\n"
        "\ttarget = test\n\textension = \"ddl\"\n\tregistry = books\n"
        "[core \"variables\"]\nx = core\n[target \"test\"]\nuri = db:pg:x\nreverse\n"
        "deploy_dir = up # here\n[target \"test.variables\"]\nx = a \\\"b\\\"\nY = 1\n",
        "db/sql/sqitch.plan",
        HEAD "a" AT,
        "up/a.ddl",
        "SELECT :x;",
        "db/sql/revert/a.ddl",
        "SELECT 1;",
        NULL,
    };
    tree_write_all(root, files);
    const char *const folders[] = {"", "up", "db/sql"};
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autoptr(PgsHistory) history = read_tree(root, folders[i], NULL);
        g_autofree char *found = describe(history);
        assert_string_equal(found, "a up:psql down\n");
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        g_autofree char *variables = g_strjoinv("|", revision->up->variables);
        assert_string_equal(variables, "Y=1|x=a \"b\"|registry=books");
        assert_non_null(strstr(history->prepare, "CREATE SCHEMA IF NOT EXISTS \"books\";"));
        assert_string_equal(history->root, root);
    }
    tree_free(root);
}

/* Several targets: the default one's, unless the folder of another is named. */
static void
test_targets(void **state)
{
    (void)state;
    char *root = tree_new();
    const char *const files[] = {
        "sqitch.conf",
        "[core]\nengine = sqlite\n[engine \"pg\"]\ntarget = one\n[target \"one\"]\nuri = db:pg:\n"
        "top_dir = one\n[target \"two\"]\nuri = db:pg:two\ntop_dir = two\n"
        "[target \"three\"]\nuri = db:sqlite:three\ntop_dir = three\n",
        "one/sqitch.plan",
        HEAD "a" AT,
        "two/sqitch.plan",
        HEAD "b" AT,
        "three/sqitch.plan",
        HEAD "c" AT,
        "one/deploy/a.sql",
        "SELECT 1;",
        "two/deploy/b.sql",
        "SELECT 1;",
        NULL,
    };
    tree_write_all(root, files);
    assert_read(root, NULL, "there is sqitch.conf", "a up\n", "");
    assert_read(root, "two", "there is ../sqitch.conf", "b up\n", "");
    g_autofree char *three = g_build_filename(root, "three", NULL);
    assert_unreadable(three, NULL, PGS_MIGRATION_ERROR_FORMAT, "engine is sqlite", NULL);
    tree_free(root);
}

/* Only psql itself can run them; what they include counts, and what would lead away is refused. */
static void
test_commands(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *refused; /* or NULL */
    } cases[] = {
        {"\\i parts/role.sql\n", NULL},
        {"\\ir ../parts/role.sql\n", NULL},
        {"\\set dir parts\n\\i :dir/role.sql\n",
         "deploy/a.sql:2:1: \\i includes a file whose name"},
        {"SELECT 1;\n\\connect prod\n",
         "deploy/a.sql:2:1: \\connect leads psql to another database"},
        {"\\c - ada\n\\c :DBNAME\n\\c\n\\c - ada - -\n", NULL},
        {"\\c postgresql://db/prod", "leads psql"},
        {"\\c - - db.example", "leads psql"},
        {"\\c - \"user=ada host=db\"", "leads psql"},
        {"\\i parts/away.sql\n", "parts/away.sql:1:10: \\c leads psql"},
        {"\\i parts/loop.sql\n", "includes files without end"},
        {"\\edit\n", "starts an editor"},
        {"\\! true\n\\copy a from program 'true'\n\\i nowhere.sql\n", NULL},
        {"SELECT '\\c prod'; -- \\c prod\nSELECT $$\n\\c prod\n$$;\n\\echo x", NULL},
    };
    char *root = tree_new();
    const char *const files[] = {
        "sqitch.conf",
        PG,
        "sqitch.plan",
        HEAD "a" AT,
        "parts/role.sql",
        "CREATE ROLE x;",
        "parts/away.sql",
        "SELECT 1 \\c prod\n",
        "parts/loop.sql",
        "\\i parts/loop.sql\n",
        NULL,
    };
    tree_write_all(root, files);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        tree_write(root, "deploy/a.sql", cases[i].text);
        if (cases[i].refused != NULL) {
            assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER, cases[i].refused, NULL);
            continue;
        }
        g_autoptr(PgsHistory) history = read_tree(root, NULL, NULL);
        const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
        assert_int_equal(revision->up->send, PGS_SEND_PSQL);
        assert_int_equal((pgs_step_all_flags(revision->up) & PGS_STATEMENT_CLUSTER) != 0, i < 2);
    }
    tree_free(root);
}

/* What is SQL between psql's commands, each statement on its line. */
static void
test_psql_script(void **state)
{
    (void)state;
    static const char text[] = "\\set ON_ERROR_STOP off\nSELECT 1 \\gset\nSELECT 2\n\\gexec\n"
                               "SELECT 3 \\; SELECT :x;\n\\copy a from stdin\nit's\n\\.\n"
                               "COPY a FROM STDIN;\n\\N\n\\.\nSELECT '\\x', a::b \\g\n\\q";
    g_autoptr(GPtrArray) commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_meta_command_free);
    g_autoptr(PgsScript) script = pgs_psql_script_new(text, strlen(text), commands, NULL, NULL);
    assert_non_null(script);
    GString *found = g_string_new(NULL);
    for (guint i = 0; i < commands->len; i++) {
        const PgsMetaCommand *command = g_ptr_array_index(commands, i);
        g_string_append_printf(found, "%u:%s(%s) ", command->position.line, command->name,
                               command->arguments);
    }
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *statement = pgs_script_statement(script, i);
        g_autofree char *sql = pgs_script_statement_text(script, statement);
        g_string_append_printf(found, "\n%u %s", statement->line, sql);
    }
    assert_string_equal(found->str,
                        "1:set(ON_ERROR_STOP off) 2:gset() 4:gexec() 5:;() 6:copy(a from stdin) "
                        "12:g() 13:q() \n2 SELECT 1\n3 SELECT 2\n5 SELECT 3\n5 SELECT :x\n"
                        "9 COPY a FROM STDIN\n12 SELECT '\\x', a::b");
    assert_true(pgs_psql_script_has_variables(script));
    g_string_free(found, TRUE);
}

/* Rows that end with the text; what else has no end has none. */
static void
test_open_rows(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        gsize rows; /* bytes, with the end of the last line; 0: refused */
        guint position;
    } cases[] = {
        {"COPY a FROM STDIN;\nx\ny\n", 4, 0},
        {"COPY a FROM STDIN;\nx\ny", 4, 0},
        {"\\set x 1\nCOPY a FROM STDIN;\nx\n", 2, 0},
        {"SELECT 1;\nSELECT 'open;\n", 0, 2},
        {"COPY a FROM STDIN;\nx\n\\.\nSELECT $$x\n", 0, 4},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsPosition position = {0};
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsScript) script =
            pgs_psql_script_new(cases[i].text, strlen(cases[i].text), NULL, &position, &error);
        assert_int_equal(script != NULL, cases[i].rows > 0);
        assert_int_equal(position.line, cases[i].position);
        if (script == NULL)
            continue;
        const PgsStatement *copy = pgs_script_statement(script, 0);
        assert_int_equal(copy->data_end - copy->data_start, cases[i].rows);
    }
}

/* psql decides about what cannot be split and has commands of its own in it. */
static void
test_open_script(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "sqitch.conf", PG);
    tree_write(root, "sqitch.plan", HEAD "a" AT);
    tree_write(root, "deploy/a.sql", "\\set x 1\nSELECT 'open;\n");
    g_autoptr(PgsHistory) history = read_tree(root, NULL, NULL);
    const PgsRevision *revision = g_ptr_array_index(history->revisions, 0);
    assert_int_equal(revision->up->send, PGS_SEND_PSQL);
    tree_free(root);
}

static void
test_refused_plans(void **state)
{
    (void)state;
    static const struct {
        const char *plan, *says;
    } cases[] = {
        {"", "plan:0: missing %project"},
        {"\n%project=x\n", "missing %project"},
        {"%project=x\na" AT, "plan:2: invalid pragma"},
        {"%project=@x\n\na" AT, "plan:1: invalid project name"},
        {HEAD "a" AT "a" AT, "plan:4: change \"a\" duplicates earlier declaration on line 3"},
        {HEAD "a" AT "@x" AT "@x" AT, "plan:5: tag \"x\" duplicates earlier declaration on line 4"},
        {HEAD "@x" AT, "plan:3: tag \"x\" declared without a preceding change"},
        {HEAD "a" AT "@x [a]" AT, "plan:4: tags may not specify dependencies"},
        {HEAD "a" AT "@x/y" AT, "plan:4: tag \"x/y\" contains illegal character /"},
        {HEAD "a [b]" AT "b" AT, "plan:3: change \"a\" is planned before \"b\", which it requires\n"
                                 "HINT: move it behind line 4"},
        {HEAD "a [b]" AT, "plan:3: unknown change \"b\" is required"},
        {HEAD "a [a]" AT, "plan:3: change \"a\" cannot require itself"},
        {HEAD "a [b b]" AT, "plan:3: duplicate dependency \"b\""},
        {HEAD "a" AT "b [!a]" AT, "plan:4: change \"b\" conflicts with \"a\""},
        {HEAD "a [!b]" AT, "plan:3: unable to find change \"b\""},
        {HEAD "a [!b@x]" AT, "plan:3: unable to find change \"b@x\""},
        {HEAD "a:b" AT, "plan:3: invalid name"},
        {HEAD "a 2024-13-01T10:00:00Z Ada <a@b>\n", "plan:3: there is no such time"},
        {HEAD "a Ada <a@b>\n", "plan:3: missing timestamp\n"},
        {HEAD "a 2024-01-01T10:00:00Z\n", "plan:3: missing planner"},
        {HEAD "a\n", "plan:3: missing timestamp and planner"},
        {HEAD "0123456789abcdef0123456789abcdef01234567" AT, "SHA1"},
        {HEAD "ROOT" AT, "plan:3: \"ROOT\" is a reserved name"},
        {HEAD "a" AT "\xe9" AT, "plan:4: no valid UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsSqitchPlan) plan =
            pgs_sqitch_plan_parse("plan", cases[i].plan, strlen(cases[i].plan), &error);
        gboolean taken = plan != NULL && pgs_sqitch_plan_check(plan, &error);
        if (taken || strstr(error->message, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].plan, taken ? "taken" : error->message);
    }
}

static void
test_config(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value; /* of key in section a.B; "!": refused */
    } cases[] = {
        {"[a \"B\"]\nkey = 1\n", "1"},
        {"[A \"B\"] KEY=1", "1"},
        {"[a.B]\nkey = 1\n", NULL},
        {"[a \"B\"]\nkey = a  b\t# c\n", "a b"},
        {"[a \"B\"]\nkey = \"a  b # c\" d\n", "a  b # c d"},
        {"[a \"B\"]\nkey = a\\\n b\\t\\\\c\n", "a b\t\\c"},
        {"[a \"B\"]\nkey\n", NULL},
        {"[a \"B\"]\nkey = 1\nkey = 2\n; end\n", "2"},
        {"[a \"B\"]\nkey =\n", NULL},
        {"key = 1\n", "!"},
        {"[a \"B\nkey = 1\n", "!"},
        {"[a \"B\"]\nkey = \"a\n", "!"},
        {"[a \"B\"]\nkey = a\\z\n", "!"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsSqitchConfig) config = pgs_sqitch_config_parse("conf", cases[i].text, &error);
        const char *value = config != NULL ? pgs_sqitch_config_get(config, "a.B", "key") : "!";
        if (g_strcmp0(value, cases[i].value) != 0)
            fail_msg("%s: %s", cases[i].text, value != NULL ? value : "nothing");
        assert_int_equal(config == NULL, error != NULL);
        assert_true(error == NULL || g_str_has_prefix(error->message, "conf:"));
    }
}

static void
test_no_plan(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "sqitch.conf", PG "top_dir = sql\n");
    assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER,
                      "sql/sqitch.plan: the plan is not there", NULL);
    tree_write(root, "sqitch.conf", "[core\n");
    assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FOLDER, "/sqitch.conf:1: ", NULL);
    tree_write(root, "sqitch.conf", "[core]\nengine = mysql\n");
    assert_unreadable(root, NULL, PGS_MIGRATION_ERROR_FORMAT, "engine is mysql", NULL);
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),          cmocka_unit_test(test_missing_script),
        cmocka_unit_test(test_configuration), cmocka_unit_test(test_targets),
        cmocka_unit_test(test_commands),      cmocka_unit_test(test_refused_plans),
        cmocka_unit_test(test_psql_script),   cmocka_unit_test(test_config),
        cmocka_unit_test(test_no_plan),       cmocka_unit_test(test_open_rows),
        cmocka_unit_test(test_open_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
