/* The program's exercise checks: rules and cases of a project reach the verdict, record and JUnit.
 */
#include "cmocka_all.h"

#include "cli/project_fixture.h"

/* A project of two revisions in a temporary folder. */
static const ProjectFile files[] = {
    {"001_users.up.sql", "CREATE TABLE users (id integer PRIMARY KEY,\n"
                         "    email varchar(40) NOT NULL CONSTRAINT ck_email CHECK (email LIKE "
                         "'%@%'));\n"
                         "INSERT INTO users VALUES (1, 'a@b');\n"},
    {"001_users.down.sql", "DROP TABLE users;\n"},
    {"002_keys.up.sql", "CREATE TABLE keys (id integer PRIMARY KEY, user_id integer NOT NULL\n"
                        "    CONSTRAINT fk_user REFERENCES users ON DELETE CASCADE);\n"},
    {"002_keys.down.sql", "DROP TABLE keys;\n"},
    {"users.sql", "INSERT INTO users VALUES (2, 'c@d') ON CONFLICT DO NOTHING;\n"},
};

static int
make_project(void **state)
{
    return project_fixture_make(state, files, G_N_ELEMENTS(files));
}

/* Without any configuration: each rule is a finding, and the rows that migrations made are looked
 * at. */
static void
test_every_rule(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    assert_int_equal(verify(folder, "--only", "exercise", &record), 0);
    assert_int_equal(count(record, "exercise.", PGS_STATUS_FAILED), 0);
    assert_int_equal(count(record, "exercise.", PGS_STATUS_SKIPPED), 0);
    assert_int_equal(count(record, "exercise.not-null", PGS_STATUS_PASSED), 4);
    assert_int_equal(count(record, "exercise.primary-key", PGS_STATUS_PASSED), 2);
    assert_int_equal(count(record, "exercise.foreign-key", PGS_STATUS_PASSED), 1);
    const PgsFinding *check =
        find(record, "exercise.check", "check constraint public.users.ck_email");
    assert_string_equal(check->title, "public.users: ck_email accepts and refuses rows");
    assert_string_equal(check->revision, "002_keys");
    assert_non_null(strstr(check->detail, "refused: 23514"));
    assert_non_null(strstr(check->sql, "INSERT INTO public.users"));
    const PgsFinding *rows = find(record, "exercise.rows", NULL);
    assert_int_equal(rows->status, PGS_STATUS_PASSED);
    const PgsFinding *coverage = find(record, "exercise.coverage", NULL);
    assert_int_equal(coverage->status, PGS_STATUS_PASSED);
    assert_string_equal(coverage->actual, "9 of 9 rules exercised, seed 20");
    /* In JUnit each rule is a case. */
    g_autofree char *junit = g_build_filename(folder, "junit.xml", NULL);
    g_autofree char *text = NULL;
    assert_int_equal(RUN_PROGRAM(NULL, "verify", folder, "--only", "exercise", "--junit", junit),
                     0);
    assert_true(g_file_get_contents(junit, &text, NULL, NULL));
    assert_non_null(strstr(text, "ck_email accepts and refuses rows"));
    assert_non_null(strstr(text, "fk_user does to rows what it says"));
}

/* The option wins over the variable, that over the file, that over the default. */
static void
test_seed(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) file = NULL, variable = NULL, option = NULL;
    g_autofree char *output = NULL;
    write_file(folder, "pgstair.yaml", "systems: {shop: {exercise: {seed: 7}}}\n");
    verify(folder, "--only", "exercise", &file);
    assert_non_null(strstr(find(file, "exercise.coverage", NULL)->actual, "seed 7"));
    g_setenv("PGSTAIR_SEED", "8", TRUE);
    verify(folder, "--only", "exercise", &variable);
    assert_non_null(strstr(find(variable, "exercise.coverage", NULL)->actual, "seed 8"));
    verify(folder, "--seed", "9", &option);
    assert_non_null(strstr(find(option, "exercise.coverage", NULL)->actual, "seed 9"));
    g_unsetenv("PGSTAIR_SEED");
    assert_int_equal(RUN_PROGRAM(&output, "verify", folder, "--seed", "0"), 2);
    assert_non_null(strstr(output, "--seed: \"0\" is no whole number from 1 to"));
}

static const char project[] =
    "systems:\n"
    "  shop:\n"
    "    seed: [{sql: users.sql, at: 001}]\n"
    "    requirements:\n"
    "      requirements:\n"
    "        - {id: R-1, text: keys go with their user, needs: [expect, exercise]}\n"
    "        - {id: R-2, text: a user has an address, needs: [exercise.case]}\n"
    "    expect:\n"
    "      - at: 002\n"
    "        tables:\n"
    "          keys:\n"
    "            columns: {user_id: {type: integer, null: false, requirements: R-1}}\n"
    "            foreign-keys:\n"
    "              - {column: user_id, references: users (id), on-delete: c, requirements: R-1}\n"
    "      - {at: 001, tables: {users: {columns: {id: {type: integer, null: false, requirements: "
    "R-2}}}}}\n"
    "    exercise:\n"
    "      cases:\n"
    "        - case: an address needs an at\n"
    "          requirements: R-2\n"
    "          insert: {table: users, row: {email: nobody}}\n"
    "          refused: ck_email\n"
    "        - case: a user goes\n"
    "          given: {u: users, k: {table: keys, row: {user_id: $u.id}}}\n"
    "          delete: u\n"
    "          gone: [u, k]\n";

/* What an expectation about an object serves its rules serve too, at head alone. */
static void
test_requirements_and_cases(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    write_file(folder, "pgstair.yaml", project);
    assert_int_equal(verify(folder, "--skip", "stairway", &record), 0);
    assert_true(
        serves(find(record, "exercise.foreign-key", "foreign key public.keys.fk_user"), "R-1"));
    assert_true(serves(find(record, "exercise.not-null", "column public.keys.user_id"), "R-1"));
    const PgsFinding *id = find(record, "exercise.not-null", "column public.users.id");
    assert_false(serves(id, "R-2"));
    const PgsFinding *of = find(record, "exercise.case", NULL);
    assert_int_equal(of->status, PGS_STATUS_PASSED);
    assert_string_equal(of->title, "an address needs an at");
    assert_true(serves(of, "R-2"));
    assert_true(g_str_has_suffix(of->file, "pgstair.yaml"));
    assert_int_equal(of->line, 18);
    assert_int_equal(count(record, "exercise.case", PGS_STATUS_PASSED), 2);
    /* Sample data is what is looked at: two rows, not one. */
    const PgsFinding *rows = find(record, "exercise.rows", NULL);
    assert_non_null(strstr(rows->detail, "2 rows"));
    assert_int_equal(count(record, "exercise.rows", PGS_STATUS_PASSED), 1);
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "verify", folder, "--skip", "stairway"), 0);
    assert_non_null(strstr(output, "requirements: 2 proven"));
}

static void
test_cases_alone(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    g_autofree char *output = NULL;
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    exercise:\n      cases:\n"
               "        - {case: no at, insert: {table: users, row: {email: a@b}}, refused: "
               "ck_email}\n"
               "        - {case: none, given: {u: {table: users, row: {email: x}}}, delete: u}\n");
    assert_int_equal(verify(folder, "--only", "exercise.case", &record), 1);
    assert_int_equal(record->findings->len, 2);
    assert_int_equal(count(record, "exercise.case", PGS_STATUS_FAILED), 1);
    assert_int_equal(count(record, "exercise.case", PGS_STATUS_ERROR), 1);
    assert_int_equal(RUN_PROGRAM(&output, "verify", folder, "--only", "exercise.case"), 1);
    assert_non_null(
        strstr(output, "pgstair.yaml:5:11: it is accepted; expected: refused by ck_email"));
    assert_non_null(strstr(output, "the given row \"u\" cannot be made"));
}

/* What cannot be reached cannot be exercised; that is told once. */
static void
test_head_is_not_reached(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) all = NULL, alone = NULL;
    write_file(folder, "002_keys.up.sql", "CREATE TABLE keys (id intger);\n");
    write_file(folder, "pgstair.yaml",
               "systems:\n  shop:\n    exercise:\n      cases:\n"
               "        - {case: a key, insert: keys}\n");
    assert_int_equal(verify(folder, "--skip", "stairway", &all), 1);
    assert_int_equal(count(all, "exercise.", PGS_STATUS_SKIPPED), 2);
    assert_int_equal(verify(folder, "--only", "exercise", &alone), 1);
    assert_int_equal(count(alone, "exercise.", PGS_STATUS_ERROR), 2);
    /* No other check of that run says which statement it was. */
    const PgsFinding *coverage = find(alone, "exercise.coverage", NULL);
    assert_string_equal(coverage->message, "head was not reached: the upgrade of 002_keys fails");
    assert_true(g_str_has_suffix(coverage->file, "002_keys.up.sql"));
    assert_int_equal(coverage->line, 1);
    assert_non_null(strstr(coverage->detail, "intger"));
}

/* A table that lets no row in keeps those that refer to it from being exercised: one reason. */
static void
test_reasons_are_grouped(void **state)
{
    const char *folder = *state;
    g_autofree char *output = NULL;
    write_file(folder, "002_keys.up.sql",
               "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS\n"
               "    $$ BEGIN RAISE EXCEPTION 'not today'; END $$;\n"
               "CREATE TABLE a (id integer PRIMARY KEY, CHECK (no_such(id)));\n"
               "CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES a);\n"
               "CREATE TABLE c (id integer PRIMARY KEY, b_id integer NOT NULL REFERENCES b);\n");
    write_file(folder, "001_users.up.sql",
               "CREATE FUNCTION no_such(n integer) RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS\n"
               "    $$ BEGIN RAISE EXCEPTION 'not today'; END $$;\n");
    write_file(folder, "001_users.down.sql", "DROP FUNCTION no_such;\n");
    RUN_PROGRAM(&output, "verify", folder, "--only", "exercise");
    assert_non_null(strstr(output, " rules exercised, seed 20\n"));
    assert_non_null(strstr(output, "SKIPPED  exercise.* ("));
    assert_non_null(strstr(output, " times): no row of public.a was accepted in "));
}

/* A rule that never refuses is a warning; nothing else of it is told. */
static void
test_tautology(void **state)
{
    const char *folder = *state;
    g_autoptr(PgsRecord) record = NULL;
    write_file(folder, "002_keys.up.sql",
               "CREATE TABLE keys (id integer PRIMARY KEY,\n"
               "    n integer CONSTRAINT ck_any CHECK (n > 5 OR n <= 5));\n");
    assert_int_equal(verify(folder, "--only", "exercise", &record), 0);
    const PgsFinding *finding = find(record, "exercise.tautology", NULL);
    assert_int_equal(finding->status, PGS_STATUS_WARNING);
    assert_string_equal(finding->object, "check constraint public.keys.ck_any");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_rule),
        TEST(test_seed),
        TEST(test_requirements_and_cases),
        TEST(test_cases_alone),
        TEST(test_head_is_not_reached),
        TEST(test_reasons_are_grouped),
        TEST(test_tautology),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
