/* Covers docs/signing.md: its commands for ssh-keygen and gpg, taken from the page and run. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "base/process.h"

#include <glib/gstdio.h>
#include <string.h>

#define REPORT "compliance.html"

static int
make_folder(void **state)
{
    *state = g_dir_make_tmp("pgs-sign-XXXXXX", NULL);
    return *state != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

static void
require(const char *program)
{
    g_autofree char *path = g_find_program_in_path(program);
    if (path != NULL)
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("%s is not here", program);
    print_message("skipped: %s is not here\n", program);
    skip();
}

/* In the folder, which is the user's home as well; its exit status. */
static int
run(const char *folder, const char *command)
{
    g_autoptr(PgsProcess) process = pgs_process_new("sh");
    g_autofree char *keys = g_build_filename(folder, ".gnupg", NULL);
    pgs_process_add_many(process, "-c", command, NULL);
    pgs_process_set_directory(process, folder);
    pgs_process_set_env(process, "HOME", folder);
    pgs_process_set_env(process, "GNUPGHOME", keys);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s: %s", command, error->message);
    if (result.exit_status != 0)
        print_message("%s: %s%s\n", command, result.output, result.errors);
    return result.exit_status;
}

static void
must_run(const char *folder, const char *command)
{
    if (run(folder, command) != 0)
        fail_msg("%s: it failed", command);
}

static void
write_report(const char *folder, const char *text)
{
    g_autofree char *path = g_build_filename(folder, REPORT, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The page's indented lines that begin with these words, in order; a home directory is the shell's
 * own affair. */
static GPtrArray *
read_commands(const char *words)
{
    g_autofree char *text = NULL;
    GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);
    assert_true(g_file_get_contents(PGS_SOURCE_DIR "/docs/signing.md", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *command = *line;
        while (*command == ' ')
            command++;
        if (command - *line < 4 || !g_str_has_prefix(command, words))
            continue;
        GString *replaced = g_string_new(command);
        g_string_replace(replaced, "~/", "$HOME/", 0);
        g_ptr_array_add(commands, g_string_free(replaced, FALSE));
    }
    return commands;
}

/* The first command signs; all others verify, and no longer once a byte has changed. */
static void
assert_signs(const char *folder, const char *words)
{
    g_autoptr(GPtrArray) commands = read_commands(words);
    assert_true(commands->len >= 2);
    write_report(folder, "<p>VERIFIED</p>\n");
    for (guint i = 0; i < commands->len; i++)
        must_run(folder, g_ptr_array_index(commands, i));
    write_report(folder, "<p>VERIFIED.</p>\n");
    for (guint i = 1; i < commands->len; i++)
        assert_int_not_equal(run(folder, g_ptr_array_index(commands, i)), 0);
}

static void
test_ssh_keygen(void **state)
{
    require("ssh-keygen");
    must_run(*state, "mkdir .ssh && ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519");
    /* The page's line of allowed_signers, with this key. */
    g_autoptr(GPtrArray) signers = read_commands("ada@example.org namespaces=");
    assert_int_equal(signers->len, 1);
    GString *line = g_string_new(g_ptr_array_index(signers, 0));
    assert_int_equal(g_string_replace(line, "ssh-ed25519 AAAA…", "", 0), 1);
    g_autofree char *start = g_build_filename(*state, "start", NULL);
    assert_true(g_file_set_contents(start, line->str, -1, NULL));
    g_string_free(line, TRUE);
    must_run(*state, "cat start .ssh/id_ed25519.pub > allowed_signers");
    assert_signs(*state, "ssh-keygen -Y ");
}

static void
test_gpg(void **state)
{
    require("gpg");
    must_run(*state, "mkdir -m 700 .gnupg && gpg --batch --quiet --passphrase '' "
                     "--quick-generate-key 'Ada <ada@example.org>' ed25519 sign 1d");
    assert_signs(*state, "gpg ");
    must_run(*state, "gpg --armor --export ada@example.org && gpgconf --kill all");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_ssh_keygen, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_gpg, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
