/* Covers harness/server/doctor.c, place.c and account.c. */
#include "server/helper.h"

#include "base/fs.h"
#include "server/account.h"
#include "server/doctor.h"
#include "server/place.h"
#include "server/server.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static int
set_up(void **state)
{
    *state = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    return chmod(*state, 0755);
}

static int
tear_down(void **state)
{
    static const char *const variables[] = {"PGSTAIR_RUNDIR", "PGSTAIR_ACCOUNT",
                                            "PGSTAIR_PG_BINDIR", "PGSTAIR_SUPERVISOR", "TMPDIR"};
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_unsetenv(variables[i]);
    int rc = pgs_fs_remove_tree(*state, NULL) ? 0 : -1;
    g_free(*state);
    return rc;
}

static void
test_account(void **state)
{
    (void)state;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsAccount) account = pgs_account_choose(&error);
    assert_non_null(account);
    assert_int_not_equal(account->uid, 0);
    if (geteuid() != 0) {
        assert_int_equal(account->uid, geteuid());
        assert_string_equal(account->name, account->user_name);
        return;
    }
    assert_string_equal(account->user_name, "root");
    static const struct {
        const char *name;
        gboolean works;
    } cases[] = {{"nobody", TRUE}, {"root", FALSE}, {"no such account", FALSE}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_clear_error(&error);
        g_setenv("PGSTAIR_ACCOUNT", cases[i].name, TRUE);
        g_autoptr(PgsAccount) named = pgs_account_choose(&error);
        assert_int_equal(named != NULL, cases[i].works);
        if (named != NULL)
            assert_string_equal(named->name, cases[i].name);
        else
            assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
    }
}

static void
test_reach(void **state)
{
    PgsAccount account = {.uid = 54321, .gid = 54322};
    g_autofree char *folder = g_build_filename(*state, "a", NULL);
    g_autofree char *deep = g_build_filename(folder, "b", NULL);
    assert_int_equal(g_mkdir_with_parents(deep, 0755), 0);
    assert_true(pgs_account_can_reach(&account, deep));
    assert_int_equal(chmod(folder, 0750), 0);
    assert_false(pgs_account_can_reach(&account, deep));
    account.gid = getegid();
    struct stat st;
    assert_int_equal(stat(folder, &st), 0);
    assert_int_equal(pgs_account_can_reach(&account, deep), st.st_gid == getegid());
    assert_int_equal(chmod(folder, 0705), 0);
    assert_false(pgs_account_can_reach(&account, deep));
    account.uid = geteuid();
    assert_true(pgs_account_can_reach(&account, deep));
    assert_false(pgs_account_can_reach(&account, "/no/such/folder"));
}

static void
test_place_for_sockets(void **state)
{
    (void)state;
    /* unix(7): 108 bytes, the last of which is NUL; "/.s.PGSQL.5432" takes 14. */
    g_autofree char *fits = g_strnfill(107 - 14, 'x');
    g_autofree char *too_long = g_strnfill(108 - 14, 'x');
    assert_true(pgs_place_fits_socket(fits));
    assert_false(pgs_place_fits_socket(too_long));
    assert_false(pgs_place_fits_socket("/a,b"));
}

static void
test_named_place(void **state)
{
    g_autoptr(PgsAccount) account = pgs_account_choose(NULL);
    g_autofree char *closed = g_build_filename(*state, "closed", NULL);
    g_autofree char *open = g_build_filename(*state, "open", NULL);
    g_autofree char *file = g_build_filename(*state, "file", NULL);
    assert_int_equal(g_mkdir(closed, 0), 0);
    assert_int_equal(g_mkdir(open, 0700), 0);
    assert_int_equal(chmod(open, 0777), 0);
    assert_true(g_file_set_contents(file, "", 0, NULL));
    const struct {
        const char *path, *part;
    } cases[] = {
        {open, NULL},
        {closed, geteuid() == 0 ? "not reachable for" : "not writable"},
        {file, "not a folder"},
        {"/no/such/folder", "not a folder"},
        {"relative", "not an absolute path"},
        {"/tmp/\n", "control characters"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_setenv("PGSTAIR_RUNDIR", cases[i].path, TRUE);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsPlace) place = pgs_place_choose(account, &error);
        if (cases[i].part == NULL) {
            assert_string_equal(place->path, cases[i].path);
            continue;
        }
        assert_null(place);
        assert_true(g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START));
        if (strstr(error->message, cases[i].part) == NULL)
            fail_msg("%s", error->message);
    }
}

static void
test_all_places(void **state)
{
    (void)state;
    g_autoptr(PgsAccount) account = pgs_account_choose(NULL);
    g_setenv("TMPDIR", "/no/such/folder", TRUE);
    g_autoptr(GPtrArray) places = pgs_place_examine(account);
    g_autoptr(PgsPlace) chosen = pgs_place_choose(account, NULL);
    assert_non_null(chosen);
    for (guint i = 0; i < places->len; i++) {
        const PgsPlace *place = g_ptr_array_index(places, i);
        if (strcmp(place->named, "TMPDIR") == 0)
            assert_string_equal(place->why_not, "not a folder");
        if (place->why_not != NULL)
            continue;
        /* The first that fits is the one. */
        assert_string_equal(place->path, chosen->path);
        break;
    }
}

static const PgsDoctorLine *
find_line(GPtrArray *lines, const char *topic)
{
    for (guint i = 0; i < lines->len; i++) {
        const PgsDoctorLine *line = g_ptr_array_index(lines, i);
        if (strcmp(line->topic, topic) == 0)
            return line;
    }
    fail_msg("no line on %s", topic);
    return NULL;
}

static void
test_doctor(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) lines = pgs_doctor_examine();
    static const char *const topics[] = {"PostgreSQL", "psql",           "account",   "run folder",
                                         "socket",     "template cache", "supervisor"};
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++)
        assert_int_not_equal(find_line(lines, topics[i])->level, PGS_DOCTOR_PROBLEM);
    for (guint i = 0; i < lines->len; i++) {
        const PgsDoctorLine *line = g_ptr_array_index(lines, i);
        assert_true(strlen(line->text) > 0);
        assert_true(strlen(line->topic) <= 14);
    }
}

static void
test_doctor_finds_problems(void **state)
{
    g_setenv("PGSTAIR_PG_BINDIR", *state, TRUE);
    g_setenv("PGSTAIR_RUNDIR", "/no/such/folder", TRUE);
    g_setenv("PGSTAIR_SUPERVISOR", "/no/such/program", TRUE);
    g_autoptr(GPtrArray) lines = pgs_doctor_examine();
    static const char *const topics[] = {"PostgreSQL", "run folder", "supervisor"};
    for (gsize i = 0; i < G_N_ELEMENTS(topics); i++) {
        const PgsDoctorLine *line = find_line(lines, topics[i]);
        assert_int_equal(line->level, PGS_DOCTOR_PROBLEM);
        assert_non_null(line->hint);
        assert_null(strstr(line->text, "HINT"));
    }
    assert_int_equal(find_line(lines, "account")->level, PGS_DOCTOR_OK);
}

static void
test_doctor_knows_the_long_path(void **state)
{
    g_autofree char *name = g_strnfill(120, 'x');
    g_autofree char *folder = g_build_filename(*state, name, NULL);
    assert_int_equal(g_mkdir(folder, 0700), 0);
    assert_int_equal(chmod(folder, 0777), 0);
    g_setenv("PGSTAIR_RUNDIR", folder, TRUE);
    g_autoptr(GPtrArray) lines = pgs_doctor_examine();
    assert_non_null(strstr(find_line(lines, "run folder")->text, folder));
    assert_non_null(strstr(find_line(lines, "socket")->text, "under /tmp"));
    /* And a server runs there. */
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = pgs_server_start(NULL, NULL, &error);
    if (server == NULL)
        fail_msg("%s", error->message);
    assert_non_null(strstr(pgs_server_conninfo(server), "host='/tmp/pgstair-"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_account, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_reach, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_place_for_sockets, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_named_place, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doctor, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doctor_finds_problems, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_doctor_knows_the_long_path, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("server.doctor", tests, NULL, NULL);
}
