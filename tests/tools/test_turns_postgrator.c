/* Covers harness/ledger/ledger_postgrator.c and "pgstair migrate", taking turns with Postgrator. */
#include "tools/take_turns.h"

#define POSTGRATOR                                                                                 \
    "postgrator", "migrate", "--no-config", "--host", "{host}", "--username", "{user}",            \
        "--database", "{database}", "--to"

static const char *const up[] = {POSTGRATOR, "max", NULL};
static const char *const down[] = {POSTGRATOR, "{below}", NULL};

static const char *files[][2] = {
    {"001.do.people.sql", "CREATE TABLE people (id serial PRIMARY KEY, name text);\r\n"},
    {"001.undo.people.sql", "DROP TABLE people;\n"},
    {"0x2.do.sql", "CREATE INDEX CONCURRENTLY i ON people (name)"},
    {"2.undo.sql", "DROP INDEX i;"},
    {"3.do.last.word.sql", "ALTER TABLE people ADD COLUMN \"<script>\" text;\n"},
    {"3.undo.sql", "ALTER TABLE people DROP COLUMN \"<script>\";\n"},
    {"04.do.function.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;\n"},
    {"4.undo.function.sql", "DROP FUNCTION f();\n"},
};

static void
test_interchange(void **state)
{
    const Turns postgrator = {
        .format = "postgrator",
        .up = up,
        .down = down,
        .files = files,
        .n_files = 2,
        .n_revisions = G_N_ELEMENTS(files) / 2,
        .ask = "SELECT string_agg(format('%s/%s/%s/%s', version, name, md5, run_at > now() - "
               "interval '1 day'), ',' ORDER BY version) FROM schemaversion",
    };
    pgs_tool_require("postgrator");
    turns_check(*state, &postgrator);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PGS_TOOL_TEST(test_interchange),
    };
    return cmocka_run_group_tests(tests, pgs_tool_start, pgs_tool_stop);
}
