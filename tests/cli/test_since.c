/* Covers `pgstair verify --since` and `--since-git` from the command line to its exit code. */
#include "cmocka_all.h"

#include "migration/tree.h"
#include "run_program.h"

/* Nothing of the person's own configuration. */
static void
git(const char *root, const char *const *words)
{
    g_autoptr(PgsProcess) process = pgs_process_new("git");
    g_autoptr(GError) error = NULL;
    pgs_process_add_many(process, "-C", root, "-c", "user.name=a", "-c", "user.email=a@b.c", "-c",
                         "commit.gpgsign=false", NULL);
    pgs_process_set_env(process, "GIT_CONFIG_GLOBAL", "/dev/null");
    for (; *words != NULL; words++)
        pgs_process_add(process, *words);
    if (!pgs_process_run_checked(process, NULL, &error))
        fail_msg("%s", error->message);
}

#define GIT(root, ...) git(root, (const char *const[]){__VA_ARGS__, NULL})

static void
write_pair(const char *root, const char *label, const char *up, const char *down)
{
    g_autofree char *up_name = g_strdup_printf("db/%s.up.sql", label);
    g_autofree char *down_name = g_strdup_printf("db/%s.down.sql", label);
    tree_write(root, up_name, up);
    tree_write(root, down_name, down);
}

/* Two pairs on main, the first one's downgrade with a fault; a branch is checked out. */
static char *
new_repository(void)
{
    char *root = tree_new();
    write_pair(root, "1_a", "CREATE TABLE a (id int);", "SELECT 1;");
    write_pair(root, "5_b", "CREATE TABLE b (id int);", "DROP TABLE b;");
    GIT(root, "init", "-q");
    GIT(root, "add", "-A");
    GIT(root, "commit", "-q", "-m", "x");
    GIT(root, "branch", "-M", "main");
    GIT(root, "checkout", "-q", "-b", "work");
    return root;
}

static void
assert_run(const char *root, const char *option, const char *value, int wanted, const char *words)
{
    g_autofree char *folder = g_build_filename(root, "db", NULL);
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "verify", folder, "--format", "golang-migrate", "--only",
                             "folder,cycle,stairway", option, value);
    if (status != wanted || strstr(output, words) == NULL)
        fail_msg("%s %s: %d\n%s", option, value, status, output);
}

static void
test_revision(void **state)
{
    (void)state;
    char *root = new_repository();
    /* The fault is in 1_a: below the line, it is not looked at. */
    assert_run(root, "--since", "1_a", 0, "VERIFIED");
    assert_run(root, "--format", "golang-migrate", 1, "1_a");
    assert_run(root, "--since", "nowhere", 2, "nowhere");
    tree_free(root);
}

static void
test_git(void **state)
{
    (void)state;
    char *root = new_repository();
    assert_run(root, "--since-git", "main", 0, "VERIFIED"); /* nothing new */
    assert_run(root, "--since-git", "nowhere", 2, "nowhere");
    write_pair(root, "6_c", "CREATE TABLE c (id int);", "DROP TABLE c;");
    assert_run(root, "--since-git", "main", 0, "VERIFIED");
    write_pair(root, "6_c", "CREATE TABLE c (id int);", "SELECT 1;");
    assert_run(root, "--since-git", "main", 1, "public.c is left behind");
    tree_free(root);
}

static void
test_findings(void **state)
{
    (void)state;
    char *root = new_repository();
    write_pair(root, "3_c", "CREATE TABLE c (id int);", "DROP TABLE c;");
    assert_run(root, "--since-git", "main", 1, "folder.out-of-order  3_c");
    tree_free(root);
    root = new_repository();
    tree_write(root, "db/5_b.up.sql", "CREATE TABLE b (id bigint);");
    assert_run(root, "--since-git", "main", 1, "folder.edited  5_b");
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_revision),
        cmocka_unit_test(test_git),
        cmocka_unit_test(test_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
