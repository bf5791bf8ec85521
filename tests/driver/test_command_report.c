/* Covers harness/driver/command_report.c: what tools of many languages write when a migration
 * fails. */
#include "cmocka_all.h"

#include "driver/command_report.h"
#include "migration/step.h"

#include <string.h>

static const PgsTool tool = {.name = "test"};

static void
revision_free(gpointer data)
{
    PgsRevision *revision = data;
    pgs_step_free(revision->up);
    g_free(revision);
}

/* Revisions 101, 102, 103, each in a file of its own. */
static PgsHistory *
make_history(void)
{
    static const char *const ids[] = {"101", "102", "103"};
    static const char *const paths[] = {"db/101_a.rb", "db/102_b.py", "db/103_c.js"};
    PgsHistory *history = g_new0(PgsHistory, 1);
    history->revisions = g_ptr_array_new_with_free_func(revision_free);
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
        PgsRevision *revision = g_new0(PgsRevision, 1);
        revision->id = (char *)ids[i];
        revision->up = pgs_step_new_tool(paths[i], 1, &tool);
        g_ptr_array_add(history->revisions, revision);
    }
    return history;
}

static const struct {
    const char *output, *errors;
    const char *state, *message;
    gint revision;
    guint line;
} cases[] = {
    /* Django, psycopg2 */
    {"  Applying 101_a... OK\n  Applying 102_b...",
     "Traceback (most recent call last):\n"
     "psycopg2.errors.UndefinedColumn: column \"pric\" does not exist\n\n"
     "The above exception was the direct cause of the following exception:\n\n"
     "  File \"/app/db/102_b.py\", line 12, in up\n"
     "django.db.utils.ProgrammingError: column \"pric\" does not exist\n",
     "", "column \"pric\" does not exist", 1, 12},
    /* Rails */
    {"== 101 A: migrating ====\n== 101 A: migrated (0.01s) ===\n== 102 B: migrating ====\n",
     "StandardError: An error has occurred, this and all later migrations canceled:\n\n"
     "PG::UndefinedTable: ERROR:  relation \"b\" does not exist\n"
     "/app/db/102_b.py:5:in `change'\n",
     "", "relation \"b\" does not exist", 1, 5},
    /* Knex: the whole error as node prints it */
    {"",
     "migration file \"103_c.js\" failed\n"
     "migration failed with error: create table \"a\" - relation \"a\" already exists\n"
     "error: create table \"a\" - relation \"a\" already exists\n"
     "    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:285:98)\n"
     "    at async exports.up (/app/db/103_c.js:3:5)\n"
     "  code: '42P07',\n",
     "42P07", "create table \"a\" - relation \"a\" already exists", 2, 3},
    /* Ecto */
    {"",
     "14:00:00.000 [info] == Running 102 Shop.B.change/0 forward\n"
     "** (Postgrex.Error) ERROR 42P01 (undefined_table) relation \"b\" does not exist\n",
     "42P01", "relation \"b\" does not exist", 1, 0},
    /* EF Core */
    {"Applying migration '103_c'.\n",
     "Npgsql.PostgresException (0x80004005): 42P07: relation \"c\" already exists\n", "42P07",
     "relation \"c\" already exists", 2, 0},
    /* Doctrine */
    {"", "SQLSTATE[42P01]: Undefined table: 7 ERROR:  relation \"x\" does not exist\nLINE 1: …\n",
     "42P01", "relation \"x\" does not exist", 0, 0},
    /* pgx */
    {"", "ERROR: relation \"x\" does not exist (SQLSTATE 42P01)\n", "42P01",
     "relation \"x\" does not exist", 0, 0},
    /* TypeORM, with colours */
    {"", "\x1b[31mQueryFailedError: relation \"x\" does not exist\x1b[0m\n", "",
     "relation \"x\" does not exist", 0, 0},
    /* No database in it at all: the last line that calls itself an error */
    {"starting\n", "Traceback\nKeyError: 'first'\nValueError: no such setting\nbye\n", "",
     "no such setting", 0, 0},
    {"nothing works", "", "", "nothing works", 0, 0},
    {"", "", "", "the command ended with status 3 and said nothing", 0, 0},
};

static void
test_outputs(void **state)
{
    (void)state;
    PgsHistory *history = make_history();
    static const gint revisions[] = {0, 1, 2};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        PgsProcessResult result = {
            .exit_status = 3,
            .output = (char *)cases[i].output,
            .output_length = strlen(cases[i].output),
            .errors = (char *)cases[i].errors,
            .errors_length = strlen(cases[i].errors),
        };
        g_autoptr(PgsOutcome) outcome =
            pgs_command_report(history, revisions, G_N_ELEMENTS(revisions), TRUE, &result);
        assert_false(outcome->succeeded);
        if (strcmp(outcome->failure->message, cases[i].message) != 0 ||
            strcmp(outcome->failure->sqlstate, cases[i].state) != 0 ||
            outcome->revision != cases[i].revision || outcome->line != cases[i].line)
            fail_msg("%s%s\n%s, %s, revision %d, line %u", cases[i].output, cases[i].errors,
                     outcome->failure->message, outcome->failure->sqlstate, outcome->revision,
                     outcome->line);
    }
    g_ptr_array_unref(history->revisions);
    g_free(history);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
