/*
 * Covers harness/project/expect_*.c, attribute.c and short_form.c: what a block of expectations
 * comes to.  full/expectations.txt is what full/pgstair.yaml says, checked by hand.
 */
#include "cmocka_all.h"

#include "expectation_text.h"
#include "project/project.h"
#include "project/short_form.h"

#include <string.h>

static void
assert_golden(const char *path, const char *text)
{
    if (g_strcmp0(g_getenv("PGSTAIR_REGENERATE"), "1") == 0) {
        assert_true(g_file_set_contents(path, text, -1, NULL));
        return;
    }
    g_autofree char *golden = NULL;
    if (!g_file_get_contents(path, &golden, NULL, NULL))
        fail_msg("%s is missing: run the test once with PGSTAIR_REGENERATE=1", path);
    if (strcmp(golden, text) != 0)
        fail_msg("%s: differs; what was made now:\n%s", path, text);
}

static void
test_full_sample(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(PGS_TEST_DIR "/full/pgstair.yaml", &error);
    if (project == NULL)
        fail_msg("%s", error->message);
    const PgsSystem *system = pgs_project_find(project, "full", NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < system->expectations->len; i++)
        append_block(text, g_ptr_array_index(system->expectations, i));
    assert_golden(PGS_TEST_DIR "/full/expectations.txt", text->str);
}

/* ---- Short forms ---- */

typedef gboolean (*ReadShort)(const PgsNode *node, PgsExpectation *expectation, GError **error);

static gboolean
read_references(const PgsNode *node, PgsExpectation *expectation, GError **error)
{
    return pgs_short_references(node, "public", expectation, error);
}

static gboolean
read_app_references(const PgsNode *node, PgsExpectation *expectation, GError **error)
{
    return pgs_short_references(node, "app", expectation, error);
}

/* What the text comes to: "name=<value> name:none", or the message without its place. */
static char *
outcome(ReadShort read_short, const char *text)
{
    PgsNode node = {.type = PGS_NODE_SCALAR, .text = (char *)text, .place = {"f", 1, 2}};
    g_autoptr(PgsExpectation) expectation = pgs_expectation_new("any", "public.users", "x");
    g_autoptr(GError) error = NULL;
    if (!read_short(&node, expectation, &error)) {
        assert_true(g_str_has_prefix(error->message, "f:1:2: "));
        return g_strdup(error->message + strlen("f:1:2: "));
    }
    g_autoptr(GString) line = g_string_new(NULL);
    append_expectation(line, expectation);
    g_string_truncate(line, line->len - 1);
    return g_strdup(strstr(line->str, "[]") + strlen("[]"));
}

typedef struct {
    const char *text, *outcome; /* of a message its beginning */
} Case;

static void
assert_cases(ReadShort read_short, const Case *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *found = outcome(read_short, cases[i].text);
        gboolean is_message = cases[i].outcome[0] != ' ';
        gboolean is_same = is_message ? g_str_has_prefix(found, cases[i].outcome)
                                      : strcmp(found, cases[i].outcome) == 0;
        if (!is_same)
            fail_msg("%s\nexpected: %s\nfound:    %s", cases[i].text, cases[i].outcome, found);
    }
}

static void
test_columns(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"uuid", " type=<uuid> not-null:none default:none"},
        {"  varchar(255)  ", " type=<varchar(255)> not-null:none default:none"},
        {"uuid not null", " type=<uuid> not-null=<true> default:none"},
        {"uuid NOT  NULL DEFAULT gen_random_uuid()",
         " type=<uuid> not-null=<true> default=<gen_random_uuid()>"},
        {"int default 5 not null", " type=<int> not-null=<true> default=<5>"},
        {"int default (5) null", " type=<int> not-null:none default=<(5)>"},
        {"numeric(10, 2)[] not null", " type=<numeric(10, 2)[]> not-null=<true> default:none"},
        {"text[]not null", " type=<text[]> not-null=<true> default:none"},
        {"timestamp with time zone default now()",
         " type=<timestamp with time zone> not-null:none default=<now()>"},
        {"timestamp(3) without time zone not null default current_timestamp(3)",
         " type=<timestamp(3) without time zone> not-null=<true> default=<current_timestamp(3)>"},
        {"interval day to second(3)",
         " type=<interval day to second(3)> not-null:none default:none"},
        {"\"My\".\"not null\" not null",
         " type=<\"My\".\"not null\"> not-null=<true> default:none"},
        {"app.default not null", " type=<app.default> not-null=<true> default:none"},
        {"text default 'not null'", " type=<text> not-null:none default=<'not null'>"},
        {"text default 'it''s default null' not null",
         " type=<text> not-null=<true> default=<'it''s default null'>"},
        {"text default E'a\\'not null' not null",
         " type=<text> not-null=<true> default=<E'a\\'not null'>"},
        {"text default $x$ not null ' $x$ not null",
         " type=<text> not-null=<true> default=<$x$ not null ' $x$>"},
        {"text default (a is not null)", " type=<text> not-null:none default=<(a is not null)>"},
        {"text[] default array['a', null] not null",
         " type=<text[]> not-null=<true> default=<array['a', null]>"},
        {"text default coalesce(null, ')') || 'x' not null",
         " type=<text> not-null=<true> default=<coalesce(null, ')') || 'x'>"},
        {"text default null", " type=<text> not-null:none default:none"},
        {"text default NULL not null", " type=<text> not-null=<true> default:none"},
        {"text default null::text", " type=<text> not-null:none default=<null::text>"},
        {"text collate \"C\" not null",
         " type=<text> not-null=<true> default:none collation=<\"C\">"},
        {"int generated always as identity",
         " type=<int> not-null=<true> default:none identity=<ALWAYS>"},
        {"int default any", " type=<int> not-null:none default=<any>"},
        {"int not null generated by default as identity (start 10 increment 2)",
         " type=<int> not-null=<true> default:none identity=<BY DEFAULT>"},
        {"int generated always as (a + (b)) stored not null",
         " type=<int> not-null=<true> default:none generated=<a + (b)>"},
        {"", "the text ends too early"},
        {"not null", "\"not null\" is not understood"},
        {"default 5", "\"default 5\" is not understood"},
        {"int default", "\"default\" is not understood"},
        {"int default not null", "\"default not null\" is not understood"},
        {"int not null 5", "\"5\" is not understood"},
        {"int not null not nul", "\"not nul\" is not understood"},
        {"uuid primary key", "\"primary key\" is not understood\nHINT: keys and constraints have"},
        {"uuid not null unique", "\"unique\" is not understood\nHINT: keys and constraints have"},
        {"uuid references users", "\"references users\" is not understood"},
        {"int check (a > 0)", "\"check (a > 0)\" is not understood"},
        {"int generated always as 5", "\"generated always as 5\" is not understood"},
        {"int generated by default as (a)", "\"generated by default as (a)\" is not understood"},
        {"int generated", "\"generated\" is not understood"},
        {"numeric(10, 2", "a bracket is not closed in this text"},
        {"numeric 10)", "a bracket is closed that is not open in this text"},
        {"int[)", "a bracket is not closed in this text"},
        {"text default 'x", "a quote is not closed in this text"},
        {"text default $$x", "a quote is not closed in this text"},
        {"text default ('x)", "a bracket is not closed in this text"},
    };
    assert_cases(pgs_short_column, cases, G_N_ELEMENTS(cases));
}

static void
test_triggers(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"BEFORE UPDATE FOR EACH ROW EXECUTE FUNCTION f()",
         " timing=<BEFORE> columns:none events=<UPDATE> for-each=<ROW> when:none state:none "
         "function=<f> arguments:none"},
        {"before insert or update on users for row execute procedure app.\"F\"('a', 1)",
         " timing=<BEFORE> columns:none events=<INSERT, UPDATE> for-each=<ROW> when:none "
         "state:none function=<app.\"F\"> arguments=<'a', 1>"},
        {"instead of delete on public.users for each row",
         " timing=<INSTEAD OF> columns:none events=<DELETE> for-each=<ROW> when:none state:none"},
        {"after truncate", " timing=<AFTER> columns:none events=<TRUNCATE> for-each=<STATEMENT> "
                           "when:none state:none"},
        {"AFTER UPDATE OF a, \"on b\" OR INSERT ON \"users\" WHEN (new.a = ')' or (true)) "
         "EXECUTE FUNCTION f()",
         " timing=<AFTER> columns=<a, \"on b\"> events=<INSERT, UPDATE> for-each=<STATEMENT> "
         "when=<new.a = ')' or (true)> state:none function=<f> arguments:none"},
        {"AFTER INSERT ON users FROM other NOT DEFERRABLE INITIALLY DEFERRED DEFERRABLE",
         " timing=<AFTER> columns:none events=<INSERT> from=<other> for-each=<STATEMENT> "
         "when:none state:none initially-deferred=<true> deferrable=<true>"},
        {"AFTER UPDATE ON users REFERENCING OLD TABLE o NEW TABLE AS n FOR EACH STATEMENT",
         " timing=<AFTER> columns:none events=<UPDATE> for-each=<STATEMENT> when:none state:none "
         "old-table=<o> new-table=<n>"},
        {"", "the text ends too early\nHINT: a trigger is what follows"},
        {"UPDATE", "\"UPDATE\" is not understood"},
        {"BEFORE", "the text ends too early"},
        {"BEFORE CHANGE", "\"CHANGE\" is not understood"},
        {"BEFORE UPDATE OR", "the text ends too early"},
        {"BEFORE UPDATE OF", "the text ends too early"},
        {"BEFORE UPDATE ON app.other", "\"app.other\" is not understood"},
        {"BEFORE UPDATE FOR EACH", "the text ends too early"},
        {"BEFORE UPDATE WHEN true", "\"true\" is not understood"},
        {"BEFORE UPDATE EXECUTE f()", "\"f()\" is not understood"},
        {"BEFORE UPDATE EXECUTE FUNCTION f", "the text ends too early"},
        {"BEFORE UPDATE EXECUTE FUNCTION f() now", "\"now\" is not understood"},
        {"BEFORE UPDATE WHEN (true", "a bracket is not closed in this text"},
    };
    assert_cases(pgs_short_trigger, cases, G_N_ELEMENTS(cases));
}

static void
test_references(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"users", " references=<users>"},
        {"users (id)", " references=<users (id)>"},
        {"users(id,  b)", " references=<users (id, b)>"},
        {"other.users(id)", " references=<other.users (id)>"},
        {"\"O\".\"a b\" (\"c d\")", " references=<\"O\".\"a b\" (\"c d\")>"},
        {"users.", "the text ends too early"},
        {"", "the text ends too early"},
        {"users (id) on delete cascade", "\"on delete cascade\" is not understood"},
        {"(id)", "\"(id)\" is not understood"},
        {"users (id", "a bracket is not closed"},
    };
    assert_cases(read_references, cases, G_N_ELEMENTS(cases));
    static const Case app_cases[] = {
        {"users", " references=<app.users>"},
        {"public.users(id)", " references=<public.users (id)>"},
    };
    assert_cases(read_app_references, app_cases, G_N_ELEMENTS(app_cases));
}

static void
test_actions(void **state)
{
    (void)state;
    static const Case cases[] = {
        {"a", "NO ACTION"},
        {"r", "RESTRICT"},
        {"c", "CASCADE"},
        {"n", "SET NULL"},
        {"d", "SET DEFAULT"},
        {"cascade", "CASCADE"},
        {"SET NULL", "SET NULL"},
        {"no action", "NO ACTION"},
        {"set null(a, b)", "SET NULL (a, b)"},
        {"SET DEFAULT (a)", "SET DEFAULT (a)"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *action = pgs_short_action(cases[i].text);
        assert_string_equal(action, cases[i].outcome);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_sample), cmocka_unit_test(test_columns),
        cmocka_unit_test(test_triggers),    cmocka_unit_test(test_references),
        cmocka_unit_test(test_actions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
