/* Covers harness/cli/cmd_init.c, init_find.c and init_check.c. */
#include "cmocka_all.h"

#include "base/fs.h"
#include "cli/init_find.h"
#include "project/project.h"
#include "run_program.h"

#include <glib/gstdio.h>

/* A repository in a temporary folder: migrations in db/shop, and what lies around. */
typedef struct {
    char *root;
    char *folder;
    char *output;
    PgsProject *project;
} Fixture;

static void
write_file(const Fixture *fixture, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(fixture->root, name, NULL);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static int
set_up(void **state)
{
    Fixture *fixture = g_new0(Fixture, 1);
    fixture->root = g_dir_make_tmp("pgstair-init-test-XXXXXX", NULL);
    fixture->folder = g_build_filename(fixture->root, "db", "shop", NULL);
    write_file(fixture, ".git/HEAD", "");
    write_file(fixture, "db/shop/001_users.up.sql",
               "CREATE TYPE mood AS ENUM ('sad', 'ok');\n"
               "CREATE TABLE users (id int PRIMARY KEY, email varchar(320) NOT NULL UNIQUE,"
               " kind varchar(9) CHECK (kind IN ('a', 'b')), mood mood DEFAULT 'sad');");
    write_file(fixture, "db/shop/001_users.down.sql", "DROP TABLE users; DROP TYPE mood");
    write_file(fixture, "db/shop/002_orders.up.sql",
               "CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL"
               " REFERENCES users ON DELETE CASCADE); CREATE INDEX ON orders (user_id);");
    write_file(fixture, "db/shop/002_orders.down.sql", "DROP TABLE orders");
    *state = fixture;
    return 0;
}

static int
tear_down(void **state)
{
    Fixture *fixture = *state;
    g_clear_pointer(&fixture->project, pgs_project_free);
    pgs_fs_remove_tree(fixture->root, NULL);
    g_free(fixture->root);
    g_free(fixture->folder);
    g_free(fixture->output);
    g_free(fixture);
    return 0;
}

/* "pgstair init" of the folder; what it says is in the fixture. */
static int
init(Fixture *fixture, const char *const *options)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new();
    g_ptr_array_add(arguments, (gpointer) "init");
    g_ptr_array_add(arguments, fixture->folder);
    for (; *options != NULL; options++)
        g_ptr_array_add(arguments, (gpointer)*options);
    g_ptr_array_add(arguments, NULL);
    g_clear_pointer(&fixture->output, g_free);
    return run_program(&fixture->output, (const char *const *)arguments->pdata);
}

#define INIT(fixture, ...) init(fixture, (const char *const[]){__VA_ARGS__, NULL})

static void
assert_status(const Fixture *fixture, int status, int wanted)
{
    if (status != wanted)
        fail_msg("exit status %d\n%s", status, fixture->output);
}

static char *
project_path(const Fixture *fixture)
{
    return g_build_filename(fixture->folder, PGS_PROJECT_FILE, NULL);
}

static const PgsSystem *
read_project(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = project_path(fixture);
    fixture->project = pgs_project_read(path, &error);
    if (fixture->project == NULL)
        fail_msg("%s", error->message);
    return fixture->project->systems->pdata[0];
}

static char *
read_text(const Fixture *fixture)
{
    g_autofree char *path = project_path(fixture);
    char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    return text;
}

static void
verify(Fixture *fixture)
{
    g_clear_pointer(&fixture->output, g_free);
    int status = RUN_PROGRAM(&fixture->output, "verify", fixture->folder);
    assert_status(fixture, status, 0);
}

static void
test_what_it_writes_is_verified(void **state)
{
    Fixture *fixture = *state;
    assert_status(fixture, INIT(fixture, "--verbose"), 0);
    assert_non_null(strstr(fixture->output, "with expectations for 2 tables"));
    const PgsSystem *system = read_project(fixture);
    assert_string_equal(system->name, "shop");
    assert_string_equal(system->format, "plain");
    assert_null(system->floor);
    assert_int_equal(system->samples->len, 0);
    assert_int_equal(system->models->len, 0);
    assert_int_equal(system->expectations->len, 1);
    verify(fixture);
}

static void
test_the_canvas_system(void **state)
{
    Fixture *fixture = *state;
    static const char *const files[] = {"001_users_table.up.sql", "001_users_table.down.sql",
                                        "002_canvas_tables.up.sql", "002_canvas_tables.down.sql"};
    pgs_fs_remove_tree(fixture->folder, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *from =
            g_build_filename(PGS_SOURCE_DIR, "migrations", "canvas", files[i], NULL);
        g_autofree char *to = g_build_filename("db", "shop", files[i], NULL);
        g_autofree char *text = NULL;
        assert_true(g_file_get_contents(from, &text, NULL, NULL));
        write_file(fixture, to, text);
    }
    assert_status(fixture, INIT(fixture, "-q"), 0);
    assert_string_equal(fixture->output, "");
    verify(fixture);
}

static void
test_a_file_is_not_replaced_unless_told(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "db/shop/pgstair.yaml", "mine");
    assert_status(fixture, INIT(fixture, "-q"), 2);
    assert_non_null(strstr(fixture->output, "is there already"));
    assert_non_null(strstr(fixture->output, "--force"));
    g_autofree char *kept = read_text(fixture);
    assert_string_equal(kept, "mine");
    assert_status(fixture, INIT(fixture, "--force"), 0);
    g_autofree char *replaced = read_text(fixture);
    assert_non_null(strstr(replaced, "systems:"));
}

static void
test_standard_output(void **state)
{
    Fixture *fixture = *state;
    assert_status(fixture, INIT(fixture, "--output", "-"), 0);
    assert_non_null(strstr(fixture->output, "migrations: .\n"));
    assert_null(strstr(fixture->output, "read it, trim it"));
    g_autofree char *path = project_path(fixture);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
test_another_place(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *path = g_build_filename(fixture->root, "all.yaml", NULL);
    write_file(fixture, "seeds/shop/users.sql", "SELECT 1");
    assert_status(fixture, INIT(fixture, "-o", path), 0);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(path, &text, NULL, NULL));
    assert_non_null(strstr(text, "migrations: db/shop\n"));
    assert_non_null(strstr(text, "- {sql: seeds/shop/users.sql"));
}

static void
test_without_a_server(void **state)
{
    Fixture *fixture = *state;
    assert_status(fixture, INIT(fixture, "--no-expect", "--server", "no-such-server"), 0);
    const PgsSystem *system = read_project(fixture);
    assert_int_equal(system->expectations->len, 0);
    /* With one it is asked for. */
    assert_status(fixture, INIT(fixture, "--force", "--server", "no-such-server"), 2);
}

static void
test_migrations_that_fail(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "db/shop/003_bad.up.sql", "SELECT 1;\nSELECT 1/0;\n");
    assert_status(fixture, INIT(fixture, "-q"), 2);
    assert_non_null(strstr(fixture->output, "003_bad.up.sql:2:1: ERROR"));
    assert_non_null(strstr(fixture->output, "--no-expect"));
    g_autofree char *path = project_path(fixture);
    assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void
test_the_floor(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *down = g_build_filename(fixture->folder, "001_users.down.sql", NULL);
    assert_int_equal(g_unlink(down), 0);
    assert_status(fixture, INIT(fixture, "-q"), 0);
    assert_string_equal(read_project(fixture)->floor, "001");
    verify(fixture);
}

static void
test_samples_that_work_and_those_that_do_not(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "seeds/shop/1_users.sql",
               "INSERT INTO users (id, email) VALUES (1, 'a@b') ON CONFLICT DO NOTHING;");
    write_file(fixture, "seeds/shop/2_orders.csv", "id,user_id\n7,1\n");
    write_file(fixture, "seeds/shop/3_bad.sql", "INSERT INTO nothing VALUES (1);");
    write_file(fixture, "seeds/shop/4_unknown.csv", "a,b\n1,2\n");
    write_file(fixture, "seeds/other/x.sql", "SELECT 1");
    assert_status(fixture, INIT(fixture, "-q"), 0);
    g_autofree char *text = read_text(fixture);
    const PgsSystem *system = read_project(fixture);
    assert_int_equal(system->samples->len, 2);
    const PgsSample *first = system->samples->pdata[0], *second = system->samples->pdata[1];
    assert_true(g_str_has_suffix(first->pattern, "1_users.sql"));
    assert_true(first->idempotent);
    assert_int_equal(second->format, PGS_SAMPLE_CSV);
    assert_string_equal(second->table, "orders");
    assert_false(second->idempotent); /* no key is known by which a row would be found again */
    assert_non_null(
        strstr(text, "# ../../seeds/shop/3_bad.sql looks like sample data, but does not load"));
    assert_null(strstr(text, "4_unknown"));
    assert_null(strstr(text, fixture->root)); /* it is for other machines too */
}

static void
test_a_model_that_is_the_same_and_one_that_is_not(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "db/schema_new.sql",
               "CREATE TYPE mood AS ENUM ('sad', 'ok');"
               "CREATE TABLE users (id int PRIMARY KEY, email varchar(320) NOT NULL UNIQUE,"
               " kind varchar(9) CHECK (kind IN ('a', 'b')), mood mood DEFAULT 'sad');"
               "CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL"
               " REFERENCES users ON DELETE CASCADE); CREATE INDEX ON orders (user_id);");
    write_file(fixture, "db/shop/schema.sql", "CREATE TABLE users (id int);");
    assert_status(fixture, INIT(fixture, "-q"), 0);
    g_autofree char *text = read_text(fixture);
    const PgsSystem *system = read_project(fixture);
    assert_int_equal(system->models->len, 1);
    assert_true(g_str_has_suffix(((PgsModel *)system->models->pdata[0])->sql, "schema_new.sql"));
    assert_non_null(strstr(text, "# schema.sql looks like a model, but differs from head"));
    verify(fixture);
}

static void
test_requirements_are_told_from_other_files(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "db/shop/requirements.yaml", "collections:\n  - name: x\n");
    g_autoptr(PgsSystem) other = pgs_system_new(fixture->folder);
    pgs_init_find(other);
    assert_null(other->requirements);
    write_file(fixture, "db/shop/requirements.yaml",
               "requirements:\n  - id: SHOP-01\n    text: it runs\n    checks: [cycle.up]\n");
    assert_status(fixture, INIT(fixture, "-q"), 0);
    const PgsSystem *system = read_project(fixture);
    assert_non_null(system->requirements);
    assert_int_equal(system->requirements->items->len, 1);
}

static void
test_what_lies_outside_the_repository_is_not_looked_at(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, "seeds/shop/a.sql", "SELECT 1");
    g_autoptr(PgsSystem) inside = pgs_system_new(fixture->folder);
    pgs_init_find(inside);
    assert_int_equal(inside->samples->len, 1);
    write_file(fixture, "db/.git/HEAD", "");
    g_autoptr(PgsSystem) outside = pgs_system_new(fixture->folder);
    pgs_init_find(outside);
    assert_int_equal(outside->samples->len, 0);
}

static void
test_relative_paths(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *path, *relative;
    } cases[] = {
        {"/a/b", "/a/b", "."},
        {"/a/b", "/a/b/c.sql", "c.sql"},
        {"/a/b", "/a/c.sql", "../c.sql"},
        {"/a/b/c", "/d/e", "../../../d/e"},
        {"/", "/a", "a"},
        {"/a", "/", ".."},
        {"/a/bc", "/a/b", "../b"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *relative = pgs_init_relative(cases[i].folder, cases[i].path);
        assert_string_equal(relative, cases[i].relative);
    }
}

int
main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_what_it_writes_is_verified),
        TEST(test_the_canvas_system),
        TEST(test_a_file_is_not_replaced_unless_told),
        TEST(test_standard_output),
        TEST(test_another_place),
        TEST(test_without_a_server),
        TEST(test_migrations_that_fail),
        TEST(test_the_floor),
        TEST(test_samples_that_work_and_those_that_do_not),
        TEST(test_a_model_that_is_the_same_and_one_that_is_not),
        TEST(test_requirements_are_told_from_other_files),
        TEST(test_what_lies_outside_the_repository_is_not_looked_at),
        cmocka_unit_test(test_relative_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
