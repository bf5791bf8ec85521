/* The program's plan checks: queries and indexes of a project reach the verdict and the record. */
#include "cmocka_all.h"

#include "cli/project_fixture.h"

static const ProjectFile files[] = {
    {"001_users.up.sql", "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL,\n"
                         "    left_at timestamptz);\n"
                         "CREATE UNIQUE INDEX ix_email ON users (lower(email));\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"002_keys.up.sql", "CREATE TABLE keys (id integer PRIMARY KEY, user_id integer NOT NULL\n"
                        "    REFERENCES users, made_at timestamptz NOT NULL DEFAULT now());\n"
                        "CREATE INDEX ix_user ON keys (user_id);\n"},
    {"002_keys.down.sql", "DROP TABLE keys;\n"},
};

static int
make_project(void **state)
{
    return project_fixture_make(state, files, G_N_ELEMENTS(files));
}

/* Without any configuration: by name, each index; not in a plain run. */
static void
test_by_name(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) named = NULL, plain = NULL;
    assert_int_equal(verify(folder, "--only=plan", "--rows=2000", &named), 0);
    assert_int_equal(count(named, "plan.index", PGS_STATUS_PASSED), 4);
    assert_int_equal(count(named, "plan.volume", PGS_STATUS_INFO), 1);
    assert_int_equal(named->findings->len, 5);
    const PgsFinding *email = find(named, "plan.index", "index public.ix_email");
    assert_string_equal(email->title, "public.ix_email serves what it was made for");
    assert_string_equal(email->revision, "002_keys");
    assert_true(email->plans->len > 1);
    const PgsFinding *volume = find(named, "plan.volume", NULL);
    assert_string_equal(volume->message, "4000 rows in 2 tables, seed 20");
    assert_string_equal(volume->actual, "indexes: 4 chosen");
    assert_non_null(strstr(volume->detail, "public.users: 2000 rows"));
    assert_non_null(strstr(volume->detail, "random_page_cost = 4 (default)"));
    assert_non_null(strstr(volume->reproduce, "INSERT INTO public.users"));
    assert_int_equal(verify(folder, "--skip=stairway", NULL, &plain), 0);
    for (int status = 0; status < PGS_N_STATUSES; status++)
        assert_int_equal(count(plain, "plan.", (PgsStatus)status), 0);
}

static void
test_summary(void **state)
{
    const char *folder = *state;
    g_autofree char *output = NULL, *help = NULL, *wrong = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", folder, "--only=plan", "--rows=2000"), 0);
    assert_non_null(strstr(output, "\n  plan   4 passed\n  indexes: 4 chosen\n"));
    assert_int_equal(RUN_PROGRAM(&help, "explain", "plan.query"), 0);
    assert_non_null(strstr(help, "plan.query"));
    assert_int_equal(RUN_PROGRAM(&wrong, "verify", folder, "--rows=100000001"), 2);
    assert_non_null(strstr(wrong, "is no whole number from 1 to 100000000"));
}

/* The option wins over the variable, that over the file. */
static void
test_rows_and_seed(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) file = NULL, variable = NULL, option = NULL;
    write_file(folder, "pgstair.yaml",
               "systems: {shop: {plans: {rows: 1100, tables: {users: 700}}, exercise: {seed: "
               "7}}}\n");
    verify(folder, "--only=plan", NULL, &file);
    assert_string_equal(find(file, "plan.volume", NULL)->message, "1800 rows in 2 tables, seed 7");
    g_setenv("PGSTAIR_ROWS", "1200", TRUE);
    verify(folder, "--only=plan", "--seed=9", &variable);
    assert_string_equal(find(variable, "plan.volume", NULL)->message,
                        "1900 rows in 2 tables, seed 9");
    verify(folder, "--only=plan", "--rows=1300", &option);
    assert_non_null(strstr(find(option, "plan.volume", NULL)->detail, "public.keys: 1300 rows"));
    g_unsetenv("PGSTAIR_ROWS");
}

static const char project[] =
    "systems:\n"
    "  shop:\n"
    "    requirements:\n"
    "      requirements:\n"
    "        - {id: R-1, text: users are found by address, needs: [expect, plan]}\n"
    "        - {id: R-2, text: keys are found by user}\n"
    "    expect:\n"
    "      - tables:\n"
    "          users:\n"
    "            indexes:\n"
    "              ix_email: {columns: lower(email), unique: true, requirements: R-1}\n"
    "    plans:\n"
    "      rows: 2000\n"
    "      settings: {random_page_cost: 3}\n"
    "      derive: true\n"
    "      queries:\n"
    "        - query: SELECT id FROM users WHERE lower(email) = $1\n"
    "          index: ix_email\n"
    "          requirements: R-1\n"
    "        - name: the keys of a user\n"
    "          query: SELECT * FROM keys WHERE user_id = $1\n"
    "          index: ix_user\n"
    "          analyze: true\n"
    "          requirements: R-2\n";

static void
test_declared(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    write_file(folder, "pgstair.yaml", project);
    assert_int_equal(verify(folder, "--skip=stairway", NULL, &record), 0);
    assert_int_equal(count(record, "plan.query", PGS_STATUS_PASSED), 2);
    const PgsFinding *keys = find(record, "plan.query", "index public.ix_user");
    assert_string_equal(keys->title, "the keys of a user: served by public.ix_user");
    assert_true(g_str_has_suffix(keys->file, "pgstair.yaml"));
    assert_int_equal(keys->line, 20);
    assert_true(serves(keys, "R-2"));
    assert_non_null(strstr(keys->detail, "verdict: chosen"));
    assert_non_null(strstr(keys->detail, "random_page_cost = 3"));
    const PgsRecordPlan *plan = g_ptr_array_index(keys->plans, 0);
    assert_string_equal(plan->role, "verdict");
    assert_non_null(strstr(plan->json, "\"Index Name\": \"ix_user\""));
    assert_int_equal(plan->parameters->len, 1);
    assert_true(plan->actual_rows >= 1);
    assert_non_null(strstr(plan->settings, "random_page_cost"));
    /* What an expectation about an index serves, its own queries serve too. */
    assert_true(serves(find(record, "plan.index", "index public.ix_email"), "R-1"));
}

static void
test_wrong(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    g_autofree char *output = NULL;
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    plans:\n      rows: 2000\n      queries:\n"
               "        - {query: SELECT id FROM users WHERE email = $1, index: ix_email}\n"
               "        - {query: SELECT id FROM users WHERE lower(email) = $1, index: ix_emial}\n"
               "        - {query: SELECT it FROM users WHERE id = 1, index: users_pkey}\n"
               "    accept:\n"
               "      - {check: plan.query, object: index public.users_pkey, reason: later}\n");
    assert_int_equal(verify(folder, "--only=plan.query", NULL, &record), 1);
    assert_int_equal(record->findings->len, 3);
    const PgsFinding *useless = find(record, "plan.query", "index public.ix_email");
    assert_int_equal(useless->status, PGS_STATUS_FAILED);
    assert_non_null(strstr(useless->message, "ix_email cannot serve it"));
    assert_non_null(strstr(useless->hint, "CREATE INDEX"));
    assert_non_null(strstr(useless->reproduce, "EXPLAIN"));
    assert_int_equal(RUN_PROGRAM(&output, "verify", folder, "--only=plan.query"), 1);
    assert_non_null(strstr(output, "did you mean"));
    assert_non_null(strstr(output, "pgstair.yaml:6:"));
}

static void
test_accepted(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    plans:\n      rows: 2000\n      queries:\n"
               "        - {query: SELECT id FROM users WHERE email = $1, index: ix_email}\n"
               "    accept:\n"
               "      - {check: plan, object: index public.ix_email, reason: later}\n");
    assert_int_equal(verify(folder, "--skip=stairway", NULL, &record), 0);
    assert_int_equal(count(record, "plan.query", PGS_STATUS_ACCEPTED), 1);
}

/* What cannot be done as it is said spoils nothing else. */
static void
test_refused(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    plans:\n      tables: {usres: 10}\n      queries:\n"
               "        - {query: SELECT id FROM users WHERE id = $1, index: users_pkey}\n"
               "        - {query: SELECT id FROM users WHERE id < $1, index: users_pkey}\n");
    assert_int_equal(verify(folder, "--skip=stairway", NULL, &record), 1);
    const PgsFinding *query = find(record, "plan.query", NULL);
    assert_int_equal(query->status, PGS_STATUS_ERROR);
    assert_non_null(strstr(query->message, "there is no table \"usres\""));
    /* Once is enough. */
    assert_int_equal(count(record, "plan.", PGS_STATUS_ERROR), 1);
    assert_int_equal(count(record, "plan.", PGS_STATUS_SKIPPED), 1);
    assert_int_equal(count(record, "cycle.up", PGS_STATUS_PASSED), 1);
}

/* What cannot be reached cannot be planned; that is told once. */
static void
test_head_is_not_reached(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) all = NULL, alone = NULL;
    write_file(folder, "002_keys.up.sql", "CREATE TABLE keys (id intger);\n");
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    plans: [SELECT id FROM users WHERE id = 1]\n");
    assert_int_equal(verify(folder, "--skip=stairway", NULL, &all), 1);
    assert_int_equal(count(all, "plan.", PGS_STATUS_SKIPPED), 1);
    assert_int_equal(verify(folder, "--only=plan", NULL, &alone), 1);
    assert_int_equal(count(alone, "plan.", PGS_STATUS_ERROR), 2);
    const PgsFinding *query = find(alone, "plan.query", NULL);
    assert_string_equal(query->message, "head was not reached: the upgrade of 002_keys fails");
    assert_true(g_str_has_suffix(query->file, "002_keys.up.sql"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_by_name),       TEST(test_summary),
        TEST(test_rows_and_seed), TEST(test_declared),
        TEST(test_wrong),         TEST(test_accepted),
        TEST(test_refused),       TEST(test_head_is_not_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
