/* Covers harness/cli/completion*.c and cmd_completion.c: driven in the shells themselves. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "run_program.h"

#include <glib/gstdio.h>

#define COMPLETE_BASH                                                                              \
    "source \"$1\"; COMP_LINE=$2; COMP_POINT=${#2}; COMP_WORDBREAKS=$' \\t\\n\"\\'><=;|&(:'; "     \
    "_pgstair; printf '%s\\n' \"${COMPREPLY[@]}\""
#define COMPLETE_FISH "source $argv[1]; complete -C $argv[2]"
/* zsh completes for a terminal only: one of zsh's own, in which Tab is pressed and what is offered
 * is listed. */
#define COMPLETE_ZSH                                                                               \
    "zmodload zsh/zpty; zpty z zsh -f -i; zpty -w z 'PS1=; unsetopt zle_bracketed_paste; "         \
    "autoload -U compinit; compinit -u -D; LISTMAX=10000; zstyle \":completion:*\" list-prompt "   \
    "\"\"; source '$1'; "                                                                          \
    "list() { compstate[insert]=; compstate[list]=list; }; comppostfuncs=(list); "                 \
    "bindkey \"^I\" complete-word; print re''ady'; "                                               \
    "zpty -r -m z out '*ready*'; zpty -w -n z \"$2\"$'\\t'; "                                      \
    "out=; for i in {1..60}; do if zpty -r -t z part; then out+=$part; else "                      \
    "[[ $out == *$3* ]] && break; sleep 0.1; fi; done; zpty -d z; print -r -- \"$out\""

typedef struct {
    const char *line;   /* as typed, up to the cursor */
    const char *offers; /* a word among what is offered */
    const char *never;  /* one that is not, or NULL */
} Case;

static const Case cases[] = {
    {"pgstair ver", "verify", "explain"},
    {"pgstair verify --tol", "--tolerate", "--output"},
    {"pgstair report --co", "--compliance", "--config"},
    {"pgstair verify --format gol", "golang-migrate", "goose"},
    {"pgstair report a.xml --format ju", "junit", "goose"},
    {"pgstair verify --skip stairway.d", "stairway.down", "cycle.down"},
    {"pgstair explain redun", "redundancy", "stairway"},
    {"pgstair help rep", "reports", "docs"},
    {"pgstair completion fi", "fish", "bash"},
};

static int
write_scripts(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(shells); i++) {
        g_autofree char *script = NULL;
        g_autofree char *path = g_build_filename(folder, shells[i], NULL);
        if (RUN_PROGRAM(&script, "completion", shells[i]) != 0 ||
            !g_file_set_contents(path, script, -1, NULL))
            return -1;
    }
    *state = folder;
    return 0;
}

static int
remove_scripts(void **state)
{
    gboolean ok = pgs_fs_remove_tree(*state, NULL);
    g_free(*state);
    return ok ? 0 : -1;
}

static void
require_shell(const char *shell)
{
    g_autofree char *path = g_find_program_in_path(shell);
    if (path != NULL)
        return;
    if (g_strcmp0(g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS"), "1") == 0)
        fail_msg("%s is not here: ci/install-deps --test", shell);
    print_message("skipped: %s is not here\n", shell);
    skip();
}

/* What a shell offers behind a line.  g_free(). */
static char *
complete(const char *folder, const char *shell, const char *program, const char *line,
         const char *expected)
{
    g_autofree char *script = g_build_filename(folder, shell, NULL);
    g_autoptr(PgsProcess) process = pgs_process_new(shell);
    gboolean is_fish = strcmp(shell, "fish") == 0;
    const char *const arguments[] = {is_fish ? "--no-config" : "-f", "-c", program};
    for (gsize i = strcmp(shell, "bash") == 0 ? 1 : 0; i < G_N_ELEMENTS(arguments); i++)
        pgs_process_add(process, arguments[i]);
    if (!is_fish)
        pgs_process_add(process, "complete");
    pgs_process_add(process, script);
    pgs_process_add(process, line);
    pgs_process_add(process, expected);
    pgs_process_set_env(process, "HOME", folder);
    pgs_process_set_env(process, "XDG_DATA_HOME", folder);
    pgs_process_set_env(process, "XDG_CONFIG_HOME", folder);
    pgs_process_set_env(process, "TERM", "dumb");
    pgs_process_set_directory(process, folder);
    pgs_process_set_timeout(process, 20000);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error))
        fail_msg("%s: %s", line, error->message);
    return g_strconcat(result.output, result.errors, NULL);
}

static void
assert_cases(const char *folder, const char *shell, const char *program)
{
    require_shell(shell);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *offered = complete(folder, shell, program, cases[i].line, cases[i].offers);
        if (strstr(offered, cases[i].offers) == NULL)
            fail_msg("%s: \"%s\" does not offer %s, but: %s", shell, cases[i].line, cases[i].offers,
                     offered);
        if (cases[i].never != NULL && strstr(offered, cases[i].never) != NULL)
            fail_msg("%s: \"%s\" offers %s: %s", shell, cases[i].line, cases[i].never, offered);
    }
}

static void
test_bash(void **state)
{
    assert_cases(*state, "bash", COMPLETE_BASH);
    /* What readline's word breaks make of lists, colons and equals signs. */
    static const Case more[] = {
        {"pgstair verify --only cycle,stair", "cycle,stairway.up", NULL},
        {"pgstair verify --only=cycle.u", "cycle.up", NULL},
        {"pgstair verify --server docker:1", "15", "docker:"},
        {"pgstair verify --report ju", "junit=", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autofree char *offered = complete(*state, "bash", COMPLETE_BASH, more[i].line, "");
        g_auto(GStrv) words = g_strsplit(offered, "\n", -1);
        if (!g_strv_contains((const char *const *)words, more[i].offers) ||
            (more[i].never != NULL && strstr(offered, more[i].never) != NULL))
            fail_msg("%s: %s", more[i].line, offered);
    }
    /* Files are readline's to complete. */
    g_autofree char *files =
        complete(*state, "bash", COMPLETE_BASH, "pgstair verify --junit b", "");
    assert_string_equal(files, "\n");
}

static void
test_fish(void **state)
{
    assert_cases(*state, "fish", COMPLETE_FISH);
    g_autofree char *list =
        complete(*state, "fish", COMPLETE_FISH, "pgstair verify --only cycle.up,stairway.d", "");
    assert_non_null(strstr(list, "cycle.up,stairway.down"));
}

static void
test_zsh(void **state)
{
    assert_cases(*state, "zsh", COMPLETE_ZSH);
}

static void
test_unknown_shell(void **state)
{
    (void)state;
    g_autofree char *output = NULL;
    assert_int_equal(RUN_PROGRAM(&output, "completion", "tcsh"), 2);
    assert_non_null(strstr(output, "bash, zsh, fish"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bash),
        cmocka_unit_test(test_fish),
        cmocka_unit_test(test_zsh),
        cmocka_unit_test(test_unknown_shell),
    };
    return cmocka_run_group_tests(tests, write_scripts, remove_scripts);
}
