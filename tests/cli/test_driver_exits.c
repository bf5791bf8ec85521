/* Covers harness/cli/program.c, exits: what it ends with where the project's own tool is at fault;
 * and which tool pgstair.yaml names. */
#include "cmocka_all.h"

#include "migration/tree.h"
#include "run_program.h"

static void
assert_exit(const char *root, int wanted, const char *words)
{
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", root, "--only", "folder,cycle");
    if (status != wanted || strstr(output, words) == NULL)
        fail_msg("%d: %s", status, output);
}

static void
test_commands(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "pgstair.yaml",
               "systems: {s: {commands: {list: [echo, a], up: [\"true\"]}}}\n");
    assert_exit(root, 2, "true does not go to the database that it was given");
    tree_write(root, "pgstair.yaml",
               "systems: {s: {commands: {list: [echo, a], up: [no-such-program]}}}\n");
    assert_exit(root, 3, "there is no program \"no-such-program\"");
    tree_write(root, "pgstair.yaml",
               "systems: {s: {commands: {list: [\"false\"], up: [\"true\"]}}}\n");
    assert_exit(root, 3, "ended with status 1");
    tree_free(root);
}

#define ENV                                                                                        \
    "from alembic import context\n"                                                                \
    "from sqlalchemy import create_engine\n"                                                       \
    "import os\n"                                                                                  \
    "with create_engine(os.environ['DATABASE_URL']).connect() as connection:\n"                    \
    "    context.configure(connection=connection)\n"                                               \
    "    with context.begin_transaction():\n"                                                      \
    "        context.run_migrations()\n"
#define REVISION                                                                                   \
    "from alembic import op\n"                                                                     \
    "revision = 'a1'\n"                                                                            \
    "down_revision = None\n"                                                                       \
    "def upgrade():\n"                                                                             \
    "    op.execute('CREATE TABLE a (id int)')\n"                                                  \
    "def downgrade():\n"                                                                           \
    "    op.execute('DROP TABLE a')\n"

/* alembic.ini has no section [alembic]: any word below alembic: says whose the folder is. */
static void
test_named_section(void **state)
{
    (void)state;
    g_autofree char *program = g_find_program_in_path("alembic");
    if (program == NULL) {
        print_message("skipped: alembic is not installed\n");
        skip();
    }
    char *root = tree_new();
    tree_write(root, ".git/HEAD", "ref: refs/heads/main\n");
    tree_write(root, "alembic.ini", "[one]\nscript_location = scripts\n");
    tree_write(root, "scripts/env.py", ENV);
    tree_write(root, "scripts/versions/a1.py", REVISION);
    tree_write(root, "pgstair.yaml",
               "systems: {s: {migrations: scripts, alembic: {section: one}}}\n");
    assert_exit(root, 0, "1 revision, alembic");
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_named_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
