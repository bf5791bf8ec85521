/* Covers harness/cli/options.c and harness/cli/command.c. */
#include "cmocka_all.h"

#include "cli/command.h"

#include <string.h>

#define PARSE(settings, command, error, ...)                                                       \
    parse(settings, command, error, (const char *const[]){__VA_ARGS__, NULL})

static gboolean
parse(PgsSettings *settings, PgsCommandBit command, GError **error, const char *const *arguments)
{
    g_auto(GStrv) argv = g_strdupv((char **)arguments);
    return pgs_settings_parse(settings, command, (int)g_strv_length(argv), argv, error);
}

static void
test_values(void **state)
{
    (void)state;
    g_auto(PgsSettings) settings = {0};
    assert_true(PARSE(&settings, PGS_COMMAND_VERIFY, NULL, "a", "--format=sqlx", "--floor", "7",
                      "b", "--only", "cycle, stairway.up", "--only", "folder", "--strict"));
    assert_string_equal(settings.format, "sqlx");
    assert_string_equal(settings.floor, "7");
    assert_string_equal(settings.arguments[1], "b");
    assert_int_equal(g_strv_length(settings.arguments), 2);
    assert_int_equal(g_strv_length(settings.only), 3);
    assert_string_equal(settings.only[1], "stairway.up");
    assert_true(settings.strict);
    assert_false(settings.keep);
}

static void
test_letters_and_end_of_options(void **state)
{
    (void)state;
    g_auto(PgsSettings) settings = {0};
    assert_true(PARSE(&settings, PGS_COMMAND_SNAPSHOT, NULL, "-ofile", "-q", "--", "--at"));
    assert_string_equal(settings.output, "file");
    assert_true(settings.quiet);
    assert_string_equal(settings.arguments[0], "--at");
    assert_null(settings.at);
}

static void
test_durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        guint ms;
    } cases[] = {{"500ms", 500}, {"30s", 30000}, {"30", 30000}, {"10min", 600000}, {"2h", 7200000}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(PgsSettings) settings = {0};
        assert_true(
            PARSE(&settings, PGS_COMMAND_VERIFY, NULL, "--statement-timeout", cases[i].text));
        assert_int_equal(settings.statement_timeout, cases[i].ms);
        g_auto(PgsSettings) start = {0};
        assert_true(PARSE(&start, PGS_COMMAND_SERVER, NULL, "--start-timeout", cases[i].text));
        assert_int_equal(start.start_timeout, cases[i].ms);
    }
}

static void
test_refusals_say_what_to_do(void **state)
{
    (void)state;
    static const struct {
        const char *arguments[3];
        const char *word;
    } cases[] = {
        {{"--florr", "3"}, "did you mean --floor?"},
        {{"--floor"}, "needs a value: REV"},
        {{"--strict=yes"}, "takes no value"},
        {{"--statement-timeout", "soon"}, "30s"},
        {{"--statement-timeout", "99999999999h"}, "no duration"},
        {{"-x"}, "no option -x"},
        {{"--at", "3"}, "no option --at here"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_auto(PgsSettings) settings = {0};
        assert_false(parse(&settings, PGS_COMMAND_VERIFY, &error, cases[i].arguments));
        assert_true(g_error_matches(error, PGS_CLI_ERROR, PGS_CLI_ERROR_USAGE));
        assert_non_null(strstr(error->message, cases[i].word));
    }
}

static void
test_environment_stands_in(void **state)
{
    (void)state;
    g_setenv("PGSTAIR_FLOOR", "12", TRUE);
    g_auto(PgsSettings) from_environment = {0};
    assert_true(PARSE(&from_environment, PGS_COMMAND_VERIFY, NULL, "a"));
    assert_string_equal(from_environment.floor, "12");
    g_auto(PgsSettings) given = {0};
    assert_true(PARSE(&given, PGS_COMMAND_VERIFY, NULL, "a", "--floor=3"));
    assert_string_equal(given.floor, "3");
    g_auto(PgsSettings) other_command = {0};
    assert_true(PARSE(&other_command, PGS_COMMAND_SNAPSHOT, NULL, "a"));
    assert_null(other_command.floor);
    g_unsetenv("PGSTAIR_FLOOR");
}

static void
test_help_fits_the_terminal(void **state)
{
    (void)state;
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        g_autofree char *help = pgs_command_help(command, 80);
        g_auto(GStrv) lines = g_strsplit(help, "\n", -1);
        for (char **line = lines; *line != NULL; line++)
            assert_in_range(g_utf8_strlen(*line, -1), 0, 80);
        assert_non_null(strstr(help, "--help"));
        assert_ptr_equal(pgs_command_find(command->name), command);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_letters_and_end_of_options),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_refusals_say_what_to_do),
        cmocka_unit_test(test_environment_stands_in),
        cmocka_unit_test(test_help_fits_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
