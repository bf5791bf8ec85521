/* Covers harness/cli/man.c and man_configuration.c: the pages as mandoc reads them. */
#include "cmocka_all.h"

#include "cli/man.h"

#include "base/process.h"
#include "project/project.h"

#include <glib/gstdio.h>
#include <string.h>

/* Skips where the program is missing; PGSTAIR_TEST_REQUIRE_TOOLS=1: fails. */
static void
require_program(const char *name)
{
    g_autofree char *path = g_find_program_in_path(name);
    if (path != NULL)
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("%s is not here: ci/install-deps --test", name);
    print_message("skipped: %s is not here\n", name);
    skip();
}

/* What mandoc prints of a page: with "lint" its complaints, with "ascii" the page. */
static char *
run_mandoc(const char *page, const char *output)
{
    g_autofree char *path = NULL;
    g_autoptr(GError) error = NULL;
    int file = g_file_open_tmp("pgstair-man-XXXXXX", &path, NULL);
    assert_true(file >= 0 && g_close(file, NULL));
    assert_true(g_file_set_contents(path, page, -1, NULL));
    g_autoptr(PgsProcess) process = pgs_process_new("mandoc");
    const char *const arguments[] = {"-T", output, "-W", "warning", "-O", "width=80", path};
    for (gsize i = 0; i < G_N_ELEMENTS(arguments); i++)
        pgs_process_add(process, arguments[i]);
    pgs_process_set_timeout(process, 20000);
    g_auto(PgsProcessResult) result = {0};
    gboolean ran = pgs_process_run(process, &result, &error);
    remove(path);
    if (!ran)
        fail_msg("%s", error->message);
    return g_strconcat(result.output, result.errors, NULL);
}

static void
assert_clean(const char *name, const char *page)
{
    g_autofree char *complaints = run_mandoc(page, "lint");
    if (*complaints != '\0')
        fail_msg("%s: %s", name, complaints);
}

static void
test_mandoc_has_no_complaints(void **state)
{
    (void)state;
    require_program("mandoc");
    g_autofree char *program = pgs_man_program();
    assert_clean("pgstair", program);
    for (const PgsCommand *command = pgs_command_table(); command->name != NULL; command++) {
        g_autofree char *page = pgs_man_command(command);
        assert_clean(command->name, page);
    }
    g_autofree char *reference = pgs_project_reference();
    g_autofree char *configuration = pgs_man_configuration(reference);
    assert_clean("pgstair.yaml", configuration);
}

/* Keys, code and links of the reference, as a reader sees them. */
static void
test_the_reference_is_shown(void **state)
{
    (void)state;
    require_program("mandoc");
    static const char markdown[] =
        "## thing\n\nA *thing*, or `.so x`.\nSee [other](#other).\n\n"
        "```yaml\n.dot: \\n\n'quote'\n```\n\n| key | value | meaning | default |\n"
        "|---|---|---|---|\n| `a-b` | text | `x\\|y` is one. | `10min` |\n"
        "| `c` | text | Another. |  |\n";
    g_autofree char *page = pgs_man_configuration(markdown);
    assert_clean("thing", page);
    g_autofree char *shown = run_mandoc(page, "utf8");
    g_autoptr(GRegex) overstrike = g_regex_new(".\x08", 0, 0, NULL);
    g_autofree char *plain = g_regex_replace_literal(overstrike, shown, -1, 0, "", 0, NULL);
    static const char *const texts[] = {
        "THING",     "A thing, or .so x.", "See other.",      ".dot: \\n", "'quote'",
        "a-b: text", "x|y is one.",        "Default: 10min.", "c: text"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (strstr(plain, texts[i]) == NULL)
            fail_msg("not in the page: %s\n%s", texts[i], plain);
    }
}

/* Every option stands in the page with what it says, as a reader sees it. */
static void
test_options_are_shown(void **state)
{
    (void)state;
    require_program("mandoc");
    g_autofree char *page = pgs_man_command(pgs_command_find("verify"));
    g_autofree char *shown = run_mandoc(page, "utf8");
    g_autoptr(GRegex) overstrike = g_regex_new(".\x08", 0, 0, NULL);
    g_autofree char *plain = g_regex_replace_literal(overstrike, shown, -1, 0, "", 0, NULL);
    PgsOption option;
    for (guint i = 0; pgs_option_at(i, &option); i++) {
        if (!(option.commands & PGS_COMMAND_VERIFY))
            continue;
        g_autofree char *name = g_strdup_printf("--%s", option.name);
        assert_non_null(strstr(plain, name));
    }
    assert_non_null(strstr(plain, "--tolerate=NAMES"));
    assert_non_null(strstr(plain, "[FOLDER…]"));
}

/* A made-up command whose texts roff would take for its own. */
static void
test_hostile_text(void **state)
{
    (void)state;
    require_program("mandoc");
    const PgsCommand command = {.name = "odd",
                                .bit = PGS_COMMAND_DOCTOR,
                                .arguments = "",
                                .summary = "a \\fBsummary\\fR - 'quoted'",
                                .description = ".so /etc/passwd\n\n'br and C:\\new \"x\" `y` ~ ^ –",
                                .examples = ".de XX\n.ds y\necho '\\e'"};
    g_autofree char *page = pgs_man_command(&command);
    assert_clean("odd", page);
    g_autofree char *shown = run_mandoc(page, "utf8");
    static const char *const texts[] = {"a \\fBsummary\\fR - 'quoted'", ".so /etc/passwd",
                                        "'br and C:\\new \"x\" `y` ~ ^ –", ".de XX", "echo '\\e'"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (strstr(shown, texts[i]) == NULL)
            fail_msg("not in the page: %s\n%s", texts[i], shown);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mandoc_has_no_complaints),
        cmocka_unit_test(test_the_reference_is_shown),
        cmocka_unit_test(test_options_are_shown),
        cmocka_unit_test(test_hostile_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
