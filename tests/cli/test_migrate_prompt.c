/* Covers harness/cli/migrate_ask.c and its callers: what a person is asked on a terminal. */
#include "migrate_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define VERSION "SELECT version || ' ' || dirty FROM schema_migrations"

/* A run of the program on a terminal of its own. */
typedef struct {
    pid_t pid;
    int terminal;
    GString *shown;
} Talk;

static int
open_terminal(char **name)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    *name = g_strdup(ptsname(terminal));
    return terminal;
}

static void
run_on_terminal(const char *name, const char *const *words)
{
    setsid();
    int side = open(name, O_RDWR);
    if (side < 0 || dup2(side, 0) < 0 || dup2(side, 1) < 0 || dup2(side, 2) < 0)
        _exit(99);
    g_setenv("NO_COLOR", "1", TRUE);
    execv(PGS_PROGRAM, (char **)words);
    _exit(99);
}

static Talk
start(const Field *field, const char *const *words)
{
    g_autofree char *name = NULL;
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    g_ptr_array_add(all, (gpointer) "pgstair");
    g_ptr_array_add(all, (gpointer) "migrate");
    for (; *words != NULL; words++)
        g_ptr_array_add(all, (gpointer)*words);
    g_ptr_array_add(all, (gpointer) "--no-backup");
    g_ptr_array_add(all, (gpointer)field->format);
    g_ptr_array_add(all, (gpointer) "--folder");
    g_ptr_array_add(all, field->folder);
    g_ptr_array_add(all, NULL);
    Talk talk = {.terminal = open_terminal(&name), .shown = g_string_new(NULL)};
    talk.pid = fork();
    if (talk.pid == 0)
        run_on_terminal(name, (const char *const *)all->pdata);
    return talk;
}

/* Reads until text is shown, or the program has ended; FALSE: it has. */
static gboolean
wait_for(Talk *talk, const char *text)
{
    struct pollfd file = {.fd = talk->terminal, .events = POLLIN};
    char part[512];
    while (text == NULL || strstr(talk->shown->str, text) == NULL) {
        if (poll(&file, 1, 60000) <= 0)
            fail_msg("nothing more is shown: %s", talk->shown->str);
        ssize_t n = read(talk->terminal, part, sizeof part);
        if (n <= 0 && errno != EINTR)
            return FALSE;
        g_string_append_len(talk->shown, part, MAX(n, 0));
    }
    return TRUE;
}

static void
answer(Talk *talk, const char *question, const char *text)
{
    if (!wait_for(talk, question))
        fail_msg("it did not ask \"%s\": %s", question, talk->shown->str);
    g_string_truncate(talk->shown, 0);
    assert_int_equal(write(talk->terminal, text, strlen(text)), strlen(text));
}

static void
assert_ends(Talk *talk, int wanted, const char *said)
{
    int status = 0;
    wait_for(talk, NULL);
    assert_int_equal(waitpid(talk->pid, &status, 0), talk->pid);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code != wanted || strstr(talk->shown->str, said) == NULL)
        fail_msg("exit code %d, and said: %s", code, talk->shown->str);
    close(talk->terminal);
    g_string_free(talk->shown, TRUE);
}

/* ---- Losses ---- */

static void
test_loss(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "INSERT INTO users VALUES (1, 'a', 'a@example.org')");
    Talk talk = start(field, WORDS("downgrade", "1", ON_URL(field)));
    answer(&talk, "[y/N]", "n\n");
    assert_ends(&talk, 2, "nothing was changed");
    talk = start(field, WORDS("downgrade", "1", ON_URL(field)));
    answer(&talk, "[y/N]", "\n");
    assert_ends(&talk, 2, "nothing was changed");
    assert_value(field, VERSION, "3 false");
    talk = start(field, WORDS("downgrade", "1", ON_URL(field)));
    answer(&talk, "[y/N]", "Yes\n");
    assert_ends(&talk, 0, "is at 000001_users");
    assert_value(field, VERSION, "1 false");
}

/* ---- A protected database ---- */

static void
protect(const Field *field)
{
    g_autofree char *yaml =
        g_strdup_printf("environments: {production: {url: \"%s\", protected: yes}}\n"
                        "systems: {app: {migrations: .}}\n",
                        field->url);
    field_write(field, "pgstair.yaml", yaml);
}

static void
test_protected(void **state)
{
    Field *field = *state;
    protect(field);
    g_autofree char *name = g_strconcat(field->database, "\n", NULL);
    Talk talk = start(field, WORDS("upgrade", "1"));
    answer(&talk, "type its database's name:", "y\n");
    assert_ends(&talk, 2, "nothing was changed");
    /* And that no way back is left is asked by itself. */
    talk = start(field, WORDS("upgrade", "1"));
    answer(&talk, "type its database's name:", name);
    answer(&talk, "[y/N]", "n\n");
    assert_ends(&talk, 2, "nothing was changed");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "0");
    talk = start(field, WORDS("upgrade", "1"));
    answer(&talk, "type its database's name:", name);
    answer(&talk, "[y/N]", "y\n");
    assert_ends(&talk, 0, "is at 000001_users");
    assert_value(field, VERSION, "1 false");
}

/* ---- No answer at all ---- */

static void
test_interrupted(void **state)
{
    Field *field = *state;
    protect(field);
    Talk talk = start(field, WORDS("upgrade", "1"));
    answer(&talk, "type its database's name:", "\003");
    assert_ends(&talk, 130, "");
    talk = start(field, WORDS("upgrade", "1"));
    answer(&talk, "type its database's name:", "\004");
    assert_ends(&talk, 2, "nothing was changed");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'users'", "0");
}

/* Another run has changed what was asked about. */
static void
test_changed_meanwhile(void **state)
{
    Field *field = *state;
    protect(field);
    g_autofree char *name = g_strconcat(field->database, "\n", NULL);
    Talk talk = start(field, WORDS("upgrade", "2"));
    if (!wait_for(&talk, "type its database's name:"))
        fail_msg("%s", talk.shown->str);
    assert_migrate(field, 0, "is at 000001_users", "upgrade", "1", "--no-backup", "--yes");
    answer(&talk, "type its database's name:", name);
    assert_ends(&talk, 1, "another run has changed the database");
    assert_value(field, VERSION, "1 false");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(loss),
        TEST(protected),
        TEST(interrupted),
        TEST(changed_meanwhile),
    };
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
