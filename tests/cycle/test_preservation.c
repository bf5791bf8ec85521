/* Covers harness/cycle/preservation.c and rows_state.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cycle/preservation.h"
#include "server_fixture.h"

#include <string.h>

typedef struct {
    PgsServer *server;
    char *folder; /* of the test that runs */
    PgsSystem *system;
    PgsHistory *history;
    PgsStage *stage;
    PgsPreservation *preservation;
} Fixture;

static int
set_up_group(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    void *server;
    if (pgs_fixture_start_server(&server) != 0)
        return -1;
    fixture->server = server;
    *state = fixture;
    return 0;
}

static int
tear_down_group(void **state)
{
    Fixture *fixture = *state;
    pgs_server_stop(fixture->server);
    g_free(fixture);
    return 0;
}

static int
set_up(void **state)
{
    Fixture *fixture = *state;
    fixture->folder = g_dir_make_tmp("pgstair-data-XXXXXX", NULL);
    fixture->system = pgs_system_new(fixture->folder);
    return fixture->folder != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->preservation, pgs_preservation_free);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    g_clear_pointer(&fixture->system, pgs_system_free);
    pgs_fs_remove_tree(fixture->folder, NULL);
    g_clear_pointer(&fixture->folder, g_free);
    return 0;
}

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* One revision: down NULL: no file. */
typedef struct {
    const char *up, *down;
} Pair;

static void
write_pairs(const Fixture *fixture, const Pair *pairs, guint n)
{
    for (guint i = 0; i < n; i++) {
        g_autofree char *up = g_strdup_printf("%03u_r.up.sql", i + 1);
        g_autofree char *down = g_strdup_printf("%03u_r.down.sql", i + 1);
        write_file(fixture, up, pairs[i].up);
        if (pairs[i].down != NULL)
            write_file(fixture, down, pairs[i].down);
    }
}

static PgsSample *
add_sample(const Fixture *fixture, const char *at, const char *sql)
{
    g_autofree char *name = g_strdup_printf("sample-%u.txt", fixture->system->samples->len);
    g_autofree char *path = g_build_filename(fixture->folder, name, NULL);
    write_file(fixture, name, sql);
    PgsSample *sample = pgs_sample_new(PGS_SAMPLE_SQL, path);
    g_free(sample->at);
    sample->at = g_strdup(at);
    g_ptr_array_add(fixture->system->samples, sample);
    return sample;
}

static gboolean
try_run(Fixture *fixture, gint floor, gboolean isolated, GError **error)
{
    fixture->history = pgs_history_read(fixture->folder, "plain", error);
    assert_non_null(fixture->history);
    PgsStageOptions options = {
        .name = "data", .statement_timeout = 60000, .owner = fixture->system->owner};
    fixture->stage = pgs_stage_new(&options, fixture->history, fixture->server, isolated, NULL);
    PgsClimbOptions climb = {.floor = floor};
    fixture->preservation =
        pgs_preservation_run(fixture->stage, fixture->system, NULL, &climb, error);
    return fixture->preservation != NULL;
}

static void
run(Fixture *fixture, const Pair *pairs, guint n, gint floor)
{
    g_autoptr(GError) error = NULL;
    write_pairs(fixture, pairs, n);
    gboolean ok = try_run(fixture, floor, FALSE, &error);
    if (error != NULL)
        fprintf(stderr, "%s\n", error->message);
    assert_true(ok);
}

static void
append_losses(GString *text, const GPtrArray *losses)
{
    for (guint i = 0; i < losses->len; i++)
        g_string_append_printf(text, " [%s]", ((PgsLoss *)g_ptr_array_index(losses, i))->message);
}

static void
append_part(GString *text, const char *name, const PgsRowsPart *part)
{
    static const char *const states[] = {
        [PGS_PART_DONE] = "ok",
        [PGS_PART_FAILED] = "failed",
        [PGS_PART_MISSING] = "missing",
        [PGS_PART_SKIPPED] = "skipped",
    };
    g_string_append_printf(text, " %s %s", name, states[part->state]);
    if (part->outcome != NULL)
        g_string_append_printf(text, " %s", part->outcome->failure->sqlstate);
    if (part->lost != NULL)
        append_losses(text, part->lost);
    if (part->reason != NULL)
        g_string_append_printf(text, " (%s)", part->reason);
}

/* All that is known, a line for each load and rung. */
static void
assert_result(const Fixture *fixture, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < fixture->preservation->loads->len; i++) {
        const PgsSampleLoad *load = g_ptr_array_index(fixture->preservation->loads, i);
        g_string_append_printf(text, "load at %d: %u rows", load->revision + 1,
                               (guint)load->n_rows);
        if (load->unreached != NULL)
            g_string_append_printf(text, " (%s)", load->unreached);
        if (load->failure != NULL)
            g_string_append_printf(text, " %s", load->failure->message);
        if (load->again_failure != NULL)
            g_string_append_printf(text, " again: %s", load->again_failure->message);
        if (load->again != NULL)
            append_losses(text, load->again);
        g_string_append_c(text, '\n');
    }
    for (guint i = 0; i < fixture->preservation->rungs->len; i++) {
        const PgsRowsRung *rung = g_ptr_array_index(fixture->preservation->rungs, i);
        g_string_append_printf(text, "%d: %u rows", rung->revision + 1, (guint)rung->n_rows);
        append_part(text, "up", &rung->up);
        append_part(text, "down", &rung->down);
        append_part(text, "again", &rung->again);
        g_string_append_c(text, '\n');
    }
    if (strcmp(text->str, expected) != 0)
        fprintf(stderr, "%s---\n", text->str);
    assert_string_equal(text->str, expected);
}

#define RUN(fixture, pairs, floor) run(fixture, pairs, G_N_ELEMENTS(pairs), floor)

#define USERS                                                                                      \
    {                                                                                              \
        "CREATE TABLE users (id int PRIMARY KEY, name text, amount numeric(10,2));",               \
            "DROP TABLE users;"                                                                    \
    }
#define USERS_SAMPLE                                                                               \
    "INSERT INTO users VALUES (1, 'ann', 1.50), (2, 'bob', 2.00) ON CONFLICT DO NOTHING;"

static void
test_nothing(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {USERS};
    RUN(fixture, pairs, -1);
    assert_result(fixture, "");
}

static void
test_kept(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        {"CREATE TABLE early (a int);", "DROP TABLE early;"},
        USERS,
        {"ALTER TABLE users ADD email text DEFAULT gen_random_uuid()::text;",
         "ALTER TABLE users DROP email;"},
        {"ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME name TO full_name;",
         "ALTER TABLE people RENAME full_name TO name; ALTER TABLE people RENAME TO users;"},
    };
    add_sample(fixture, "002", USERS_SAMPLE);
    add_sample(fixture, "head", "INSERT INTO people (id) VALUES (3) ON CONFLICT DO NOTHING;");
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 2: 2 rows\nload at 4: 3 rows\n"
                           "3: 2 rows up ok down ok again ok\n4: 2 rows up ok down ok again ok\n");
}

static void
test_at_base(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        {"INSERT INTO old VALUES (2);", "DELETE FROM old WHERE a = 2;"},
    };
    PgsSample *sample = add_sample(fixture, "base", "CREATE TABLE old AS SELECT 1 AS a;");
    sample->idempotent = FALSE;
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 0: 1 rows\n1: 1 rows up ok down ok again ok\n");
}

static void
test_lost_by_upgrade(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        USERS,
        {"ALTER TABLE users ALTER amount TYPE int; DELETE FROM users WHERE id = 2;",
         "ALTER TABLE users ALTER amount TYPE numeric(10,2);"},
        {"SELECT 1;", "SELECT 1;"},
    };
    add_sample(fixture, "001", USERS_SAMPLE);
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 1: 2 rows\n"
                           "2: 2 rows up ok [public.users: 1 of 2 rows is gone] "
                           "[public.users.amount: 1 of 2 rows has another value] "
                           "down ok [public.users: 1 of 2 rows is gone] "
                           "[public.users.amount: 1 of 2 rows has another value] "
                           "again ok [public.users: 1 of 2 rows is gone] "
                           "[public.users.amount: 1 of 2 rows has another value]\n"
                           "3: 1 rows up ok down ok again ok\n");
}

/* What a bad downgrade does is told, and the revisions above are judged without it. */
static void
test_lost_by_downgrade(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        USERS,
        {"CREATE TABLE names AS SELECT id, name FROM users; ALTER TABLE users DROP name;",
         "ALTER TABLE users ADD name text; DROP TABLE names; TRUNCATE users;"},
        {"CREATE TABLE more (a int); INSERT INTO more VALUES (1);", "SELECT 1;"},
        {"ALTER TABLE users ADD b int;", "ALTER TABLE users DROP b, DROP missing;"},
        {"ALTER TABLE users ADD c int;", "ALTER TABLE users DROP c;"},
    };
    add_sample(fixture, "001", USERS_SAMPLE);
    RUN(fixture, pairs, -1);
    assert_result(
        fixture,
        "load at 1: 2 rows\n"
        "2: 2 rows up ok down ok [public.users: the table is empty now, all 2 rows are gone] "
        "again ok [public.users: the table is empty now, all 2 rows are gone] "
        "[public.names: 2 rows the first time, 0 the second]\n"
        "3: 4 rows up ok down ok [public.more: a table that was not there before, with 1 row] "
        "again failed 42P07\n"
        "4: 5 rows up ok down failed 42703 again skipped (the downgrade fails)\n"
        "5: 5 rows up ok down ok again ok\n");
}

/* BOARD-10: rows that break a rule stop the upgrade, and stay as they were. */
static void
test_refused_by_rows(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        USERS,
        {"ALTER TABLE users ADD CHECK (amount > 1.8);", "SELECT 1;"},
        {"SELECT 1;", "SELECT 1;"},
    };
    add_sample(fixture, "001", USERS_SAMPLE);
    add_sample(fixture, "003", "SELECT 1;");
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 1: 2 rows\n"
                           "load at 3: 0 rows (not reached: the upgrade of 002_r fails)\n"
                           "2: 2 rows up failed 23514 down skipped (the upgrade fails) "
                           "again skipped (the upgrade fails)\n");
}

/* A failing file that is no transaction may have changed rows all the same. */
static void
test_refused_too_late(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        USERS,
        {"BEGIN; UPDATE users SET name = 'x' WHERE id = 1; INSERT INTO users VALUES (3); COMMIT; "
         "ALTER TABLE users ADD CHECK (amount > 1.8);",
         "SELECT 1;"},
    };
    add_sample(fixture, "001", USERS_SAMPLE);
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 1: 2 rows\n"
                           "2: 2 rows up failed 23514 [public.users: 1 row is there that was not "
                           "before] [public.users.name: 1 of 2 rows has another value] down "
                           "skipped (the upgrade fails) again skipped (the upgrade "
                           "fails)\n");
}

static void
test_floor_and_missing(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        USERS,
        {"SELECT 1;", "TRUNCATE users;"},
        {"SELECT 1;", NULL},
    };
    add_sample(fixture, "001", USERS_SAMPLE);
    RUN(fixture, pairs, 1);
    assert_result(fixture, "load at 1: 2 rows\n"
                           "2: 2 rows up ok down skipped (the floor is 002_r: no downgrade goes "
                           "below it) again skipped (the floor is 002_r: no downgrade goes below "
                           "it)\n"
                           "3: 2 rows up ok down missing again skipped (there is no downgrade)\n");
}

static void
test_loads(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {USERS};
    add_sample(fixture, "001", "INSERT INTO userz VALUES (1);");
    add_sample(fixture, "001",
               "INSERT INTO users VALUES (7, now()::text, 1) "
               "ON CONFLICT (id) DO UPDATE SET name = now()::text;");
    add_sample(fixture, "001", "INSERT INTO users VALUES (8);");
    add_sample(fixture, "001", "INSERT INTO users SELECT max(id) + 1 FROM users;");
    add_sample(fixture, "001", "DELETE FROM users; " USERS_SAMPLE);
    RUN(fixture, pairs, -1);
    assert_result(fixture,
                  "load at 1: 0 rows relation \"userz\" does not exist\n"
                  "load at 1: 1 rows [public.users.name: the one row has another value]\n"
                  "load at 1: 2 rows again: duplicate key value violates unique constraint "
                  "\"users_pkey\"\n"
                  "load at 1: 3 rows [public.users: 1 row is there that was not before]\n"
                  "load at 1: 2 rows\n");
}

/* Samples are loaded by the owner; what is read is everything, whatever row security hides. */
static void
test_owner_and_row_security(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        {"CREATE TABLE t (id int PRIMARY KEY, who text DEFAULT current_user); "
         "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; "
         "CREATE POLICY p ON t FOR INSERT WITH CHECK (true);",
         "DROP TABLE t;"},
        {"ALTER TABLE t ADD x int;", "ALTER TABLE t DROP x;"},
    };
    fixture->system->owner = g_strdup("data_owner");
    PgsSample *sample = add_sample(fixture, "001",
                                   "INSERT INTO t (id) VALUES (1); DO $$ BEGIN "
                                   "ASSERT current_user = 'data_owner'; END $$;");
    sample->idempotent = FALSE;
    RUN(fixture, pairs, -1);
    assert_result(fixture, "load at 1: 1 rows\n2: 1 rows up ok down ok again ok\n");
}

static void
test_too_many_rows(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        {"CREATE TABLE big (t text);", "DROP TABLE big;"},
        {"SELECT 1;", "SELECT 1;"},
    };
    PgsSample *sample = add_sample(fixture, "001",
                                   "INSERT INTO big SELECT repeat('x', 10000) "
                                   "FROM generate_series(1, 7000);");
    sample->idempotent = FALSE;
    RUN(fixture, pairs, -1);
    const char *why = "(the rows up to those of public.big come to more than 64 MB)";
    g_autofree char *expected = g_strdup_printf(
        "load at 1: 0 rows\n2: 0 rows up ok %s down ok %s again ok %s\n", why, why, why);
    assert_result(fixture, expected);
}

static void
test_unknown_revision(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {USERS};
    write_pairs(fixture, pairs, 1);
    PgsSample *sample = add_sample(fixture, "009", "SELECT 1;");
    sample->place = (PgsPlace){.file = "pgstair.yaml", .line = 7, .column = 3};
    g_autoptr(GError) error = NULL;
    assert_false(try_run(fixture, -1, FALSE, &error));
    assert_true(g_error_matches(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_REVISION));
    assert_true(g_str_has_prefix(error->message, "pgstair.yaml:7:3: "));
}

/* Roles belong to the whole server: on a shared one another lane would see them. */
static void
test_roles(void **state)
{
    Fixture *fixture = *state;
    static const Pair pairs[] = {
        {"CREATE ROLE data_role; CREATE TABLE t (a int);", "DROP TABLE t; DROP ROLE data_role;"},
        {"SELECT 1;", "SELECT 1;"},
    };
    write_pairs(fixture, pairs, 2);
    add_sample(fixture, "001", "TRUNCATE t; INSERT INTO t VALUES (1);");
    g_autoptr(GError) error = NULL;
    assert_false(try_run(fixture, -1, FALSE, &error));
    assert_true(g_error_matches(error, PGS_CYCLE_ERROR, PGS_CYCLE_ERROR_NEEDS_ISOLATION));
    g_clear_error(&error);
    g_clear_pointer(&fixture->stage, pgs_stage_free);
    g_clear_pointer(&fixture->history, pgs_history_free);
    assert_true(try_run(fixture, -1, TRUE, &error));
    assert_result(fixture, "load at 1: 1 rows\n2: 1 rows up ok down ok again ok\n");
    /* Nothing of another server's is left on this one, but for what the first try made. */
    g_autoptr(PgsConnection) connection =
        pgs_connection_open(pgs_server_conninfo(fixture->server), "postgres", 60000, NULL, &error);
    assert_true(pgs_connection_run(connection, "DROP ROLE IF EXISTS data_role", &error));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_nothing),
        TEST(test_kept),
        TEST(test_at_base),
        TEST(test_lost_by_upgrade),
        TEST(test_lost_by_downgrade),
        TEST(test_refused_by_rows),
        TEST(test_refused_too_late),
        TEST(test_floor_and_missing),
        TEST(test_loads),
        TEST(test_too_many_rows),
        TEST(test_unknown_revision),
        TEST(test_roles),
        TEST(test_owner_and_row_security), /* last: its role stays on the server */
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
