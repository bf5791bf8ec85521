/* Covers harness/migration/merged.c, merged_base.c, merged_tool.c and git.c: a folder against a git
 * base. */
#include "migration/read.h"
#include "migration/tree.h"

#include "base/process.h"
#include "migration/git.h"
#include "migration/merged.h"
#include "migration/step.h"

#define UP(name) "CREATE TABLE " name " (id int);\n"
#define DOWN(name) "DROP TABLE " name ";\n"

/* Nothing of the person's own configuration. */
static void
git(const char *root, ...)
{
    g_autoptr(PgsProcess) process = pgs_process_new("git");
    g_autoptr(GError) error = NULL;
    pgs_process_add_many(process, "-C", root, "-c", "user.name=a", "-c", "user.email=a@b.c", "-c",
                         "init.defaultBranch=main", "-c", "commit.gpgsign=false", NULL);
    pgs_process_set_env(process, "GIT_CONFIG_GLOBAL", "/dev/null");
    va_list words;
    va_start(words, root);
    const char *word;
    while ((word = va_arg(words, const char *)) != NULL)
        pgs_process_add(process, word);
    va_end(words);
    if (!pgs_process_run_checked(process, NULL, &error))
        fail_msg("%s", error->message);
}

static void
commit(const char *root)
{
    git(root, "add", "-A", NULL);
    git(root, "commit", "-q", "--allow-empty", "-m", "x", NULL);
}

static void
write_pair(const char *root, const char *folder, const char *label, const char *table)
{
    g_autofree char *up = g_strdup_printf("%s/%s.up.sql", folder, label);
    g_autofree char *down = g_strdup_printf("%s/%s.down.sql", folder, label);
    g_autofree char *create = g_strdup_printf(UP("%s"), table);
    g_autofree char *drop = g_strdup_printf(DOWN("%s"), table);
    tree_write(root, up, create);
    tree_write(root, down, drop);
}

/* Three merged pairs in db, on main; a branch is checked out. */
static char *
new_repository(void)
{
    char *root = tree_new();
    git(root, "init", "-q", NULL);
    write_pair(root, "db", "1_a", "a");
    write_pair(root, "db", "2_b", "b");
    write_pair(root, "db", "3_c", "c");
    commit(root);
    git(root, "branch", "-M", "main", NULL);
    git(root, "checkout", "-q", "-b", "work", NULL);
    return root;
}

static PgsMerged *
read_merged(const char *root, const char *folder, const char *base, PgsHistory **history)
{
    g_autofree char *path = g_build_filename(root, folder, NULL);
    g_autoptr(GError) error = NULL;
    *history = pgs_history_read(path, "golang-migrate", &error);
    PgsMerged *merged = *history != NULL ? pgs_merged_read(*history, base, NULL, &error) : NULL;
    if (merged == NULL)
        fail_msg("%s", error->message);
    return merged;
}

/* "edited 2_b 2_b.up.sql:1" for each, in the order of the facts. */
static char *
describe(const PgsMerged *merged, const char *root)
{
    static const char *const kinds[] = {"edited", "repaired", "renamed", "removed",
                                        "late",   "twice",    "forked",  "behind"};
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < merged->facts->len; i++) {
        const PgsMergedFact *fact = g_ptr_array_index(merged->facts, i);
        g_string_append_printf(text, "%s%s %s %s", fact->silent ? "silently " : "",
                               kinds[fact->kind], fact->label, fact->path + strlen(root) + 1);
        if (fact->line > 0)
            g_string_append_printf(text, ":%u", fact->line);
        if (fact->other != NULL)
            g_string_append_printf(text, " (%s)", fact->other);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static void
assert_merged(const char *root, const char *facts, guint n_new, gint since)
{
    g_autoptr(PgsHistory) history = NULL;
    g_autoptr(PgsMerged) merged = read_merged(root, "db", "main", &history);
    g_autofree char *found = describe(merged, root);
    assert_string_equal(found, facts);
    assert_int_equal(merged->n_new, n_new);
    assert_int_equal(merged->since, since);
}

static void
test_nothing_new(void **state)
{
    (void)state;
    char *root = new_repository();
    assert_merged(root, "", 0, 2);
    /* Line ends are the checkout's. */
    tree_write(root, "db/2_b.up.sql", "CREATE TABLE b (id int);\r\n");
    assert_merged(root, "", 0, 2);
    tree_free(root);
}

static void
test_changes(void **state)
{
    (void)state;
    char *root = new_repository();
    tree_write(root, "db/1_a.up.sql", "-- a comment\n" UP("a"));
    tree_write(root, "db/2_b.up.sql", UP("b") "\n" UP("bb"));
    tree_write(root, "db/3_c.down.sql", "DROP TABLE IF EXISTS c;\n");
    write_pair(root, "db", "4_d", "d"); /* not even added to git */
    assert_merged(root,
                  "silently edited 1_a db/1_a.up.sql:1\n"
                  "edited 2_b db/2_b.up.sql:2\n"
                  "repaired 3_c db/3_c.down.sql:1\n",
                  1, 2);
    tree_free(root);
}

static void
test_renamed_and_removed(void **state)
{
    (void)state;
    char *root = new_repository();
    git(root, "mv", "db/2_b.up.sql", "db/2_bee.up.sql", NULL);
    git(root, "mv", "db/2_b.down.sql", "db/2_bee.down.sql", NULL);
    git(root, "mv", "db/1_a.up.sql", "db/7_a.up.sql", NULL);
    git(root, "mv", "db/1_a.down.sql", "db/7_a.down.sql", NULL);
    git(root, "rm", "-q", "db/3_c.up.sql", "db/3_c.down.sql", NULL);
    assert_merged(root,
                  "renamed 7_a db/7_a.up.sql (1_a)\n"
                  "silently renamed 2_bee db/2_bee.up.sql (2_b)\n"
                  "removed 3_c db/3_c.up.sql\n",
                  0, 1);
    tree_free(root);
}

/* What the base has got meanwhile counts, too: versions collide once it is merged. */
static void
test_order(void **state)
{
    (void)state;
    char *root = new_repository();
    write_pair(root, "db", "4_d", "d");
    write_pair(root, "db", "6_f", "f");
    commit(root);
    assert_merged(root, "", 2, 2);
    git(root, "checkout", "-q", "main", NULL);
    write_pair(root, "db", "5_e", "e");
    commit(root);
    git(root, "checkout", "-q", "work", NULL);
    assert_merged(root, "behind 5_e db/5_e.up.sql\nlate 4_d db/4_d.up.sql (5_e)\n", 2, 2);
    git(root, "checkout", "-q", "main", NULL);
    write_pair(root, "db", "6_g", "g");
    commit(root);
    git(root, "checkout", "-q", "work", NULL);
    assert_merged(root,
                  "behind 5_e db/5_e.up.sql\n"
                  "twice 6_f db/6_f.up.sql (6_g)\n",
                  2, 2);
    tree_free(root);
}

/* A new one among those that are merged. */
static void
test_late(void **state)
{
    (void)state;
    char *root = new_repository();
    git(root, "rm", "-q", "-r", "db", NULL);
    write_pair(root, "db", "1_a", "a");
    write_pair(root, "db", "3_c", "c");
    commit(root);
    git(root, "branch", "-f", "main", NULL);
    write_pair(root, "db", "2_b", "b");
    assert_merged(root, "late 2_b db/2_b.up.sql (3_c)\n", 1, 0);
    tree_free(root);
}

/* A folder that the base has not, and names that git quotes. */
static void
test_new_folder(void **state)
{
    (void)state;
    char *root = new_repository();
    write_pair(root, "other\n\xc3\xa9", "1_a\n\xff", "a");
    g_autoptr(PgsHistory) history = NULL;
    g_autoptr(PgsMerged) merged = read_merged(root, "other\n\xc3\xa9", "main", &history);
    assert_int_equal(merged->n_new, 1);
    assert_int_equal(merged->since, -1);
    commit(root);
    g_autoptr(PgsHistory) again = NULL;
    g_autoptr(PgsMerged) same = read_merged(root, "other\n\xc3\xa9", "HEAD", &again);
    assert_int_equal(same->n_new, 0);
    assert_int_equal(same->facts->len, 0);
    tree_free(root);
}

static void
assert_refused(const char *root, const char *base, PgsGitError code, const char *first,
               const char *second)
{
    g_autofree char *path = g_build_filename(root, "db", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(path, "golang-migrate", NULL);
    g_autoptr(PgsMerged) merged = pgs_merged_read(history, base, NULL, &error);
    if (merged != NULL)
        fail_msg("%s is not refused", base);
    if (!g_error_matches(error, PGS_GIT_ERROR, (int)code) ||
        strstr(error->message, first) == NULL || strstr(error->message, second) == NULL)
        fail_msg("%s", error->message);
}

static void
test_refused(void **state)
{
    (void)state;
    char *root = new_repository();
    assert_refused(root, "nope", PGS_GIT_ERROR_REVISION, "has no revision \"nope\"", "git fetch");
    assert_refused(root, "origin/main", PGS_GIT_ERROR_REVISION, "no revision \"origin/main\"",
                   "git fetch origin main");
    assert_refused(root, "--exec=true", PGS_GIT_ERROR_REVISION, "no revision \"--exec=true\"", "");
    assert_refused(root, "", PGS_GIT_ERROR_REVISION, "no revision \"\"", "");
    git(root, "checkout", "-q", "--orphan", "stranger", NULL);
    write_pair(root, "db", "8_y", "y");
    commit(root);
    assert_refused(root, "main", PGS_GIT_ERROR_UNRELATED, "HEAD and main have no commit in common",
                   "the branch that this one will be merged into");
    char *bare = tree_new();
    write_pair(bare, "db", "1_a", "a");
    assert_refused(bare, "main", PGS_GIT_ERROR_REPOSITORY, "not a git repository", "leave out");
    tree_free(bare);
    /* Of one commit each, as CI systems fetch them. */
    g_autofree char *url = g_strconcat("file://", root, NULL);
    char *shallow = tree_new();
    git(shallow, "clone", "-q", "--depth=1", "-b", "work", url, ".", NULL);
    write_pair(root, "db", "9_z", "z");
    git(root, "checkout", "-q", "-f", "main", NULL);
    commit(root);
    git(shallow, "fetch", "-q", "--depth=1", "origin", "main:other", NULL);
    assert_refused(shallow, "other", PGS_GIT_ERROR_UNRELATED, "no commit in common",
                   "fetch-depth: 0");
    tree_free(shallow);
    tree_free(root);
}

/* ---- revisions that the project's tool runs ---- */

#define REVISION(id, parent)                                                                       \
    "revision: str = '" id "'\ndown_revision: Union[str, None] = " parent                          \
    "\n\ndef upgrade() -> None:\n    op.execute('1')\n\ndef downgrade() -> None:\n    pass\n"

static const PgsTool python = {.name = "python"};

static void
revision_free(gpointer data)
{
    PgsRevision *revision = data;
    g_free(revision->id);
    g_free(revision->label);
    pgs_step_free(revision->up);
    g_strfreev(revision->parents);
    g_free(revision);
}

static void
add_revision(PgsHistory *history, const char *id, const char *parent)
{
    PgsRevision *revision = g_new0(PgsRevision, 1);
    g_autofree char *file = g_strconcat(id, ".py", NULL);
    g_autofree char *path = g_build_filename(history->folder, file, NULL);
    revision->id = g_strdup(id);
    revision->name = revision->id;
    revision->label = g_strdup(id);
    revision->up = pgs_step_new_tool(path, 1, &python);
    if (parent != NULL) {
        revision->parents = g_new0(char *, 2);
        revision->parents[0] = g_strdup(parent);
    }
    g_ptr_array_add(history->revisions, revision);
}

static void
test_tool(void **state)
{
    (void)state;
    char *root = tree_new();
    git(root, "init", "-q", NULL);
    tree_write(root, "versions/a1.py", REVISION("a1", "None"));
    tree_write(root, "versions/b2.py", REVISION("b2", "('a1',\n 'x')"));
    tree_write(root, "versions/__init__.py", "");
    commit(root);
    git(root, "branch", "-M", "main", NULL);
    git(root, "checkout", "-q", "-b", "work", NULL);
    tree_write(root, "versions/a1.py", "# more\n" REVISION("a1", "None"));
    tree_write(root, "versions/c3.py", REVISION("c3", "'b2'"));
    commit(root);
    git(root, "checkout", "-q", "main", NULL);
    tree_write(root, "versions/d4.py", REVISION("d4", "\"b2\""));
    commit(root);
    git(root, "checkout", "-q", "work", NULL);
    tree_write(root, "versions/b2.py",
               "revision = 'b2'\ndown_revision = 'a1'\ndef upgrade():\n"
               "    op.execute('2')\n");
    g_autofree char *folder = g_build_filename(root, "versions", NULL);
    PgsHistory history = {
        .folder = folder,
        .format = "alembic",
        .driver = PGS_DRIVER_ALEMBIC,
        .revisions = g_ptr_array_new_with_free_func(revision_free),
    };
    add_revision(&history, "a1", NULL);
    add_revision(&history, "b2", "a1");
    add_revision(&history, "c3", NULL); /* on the one before it */
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsMerged) merged = pgs_merged_read(&history, "main", NULL, &error);
    if (merged == NULL)
        fail_msg("%s", error->message);
    g_autofree char *found = describe(merged, root);
    assert_string_equal(found, "edited b2 versions/b2.py:1\n"
                               "silently edited a1 versions/a1.py:1\n"
                               "behind d4 versions/d4.py\n"
                               "forked c3 versions/c3.py (d4)\n");
    assert_int_equal(merged->n_new, 1);
    assert_int_equal(merged->since, 1);
    g_ptr_array_unref(history.revisions);
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_new),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_renamed_and_removed),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_new_folder),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_tool),
    };
    g_autofree char *program = g_find_program_in_path("git");
    if (program == NULL) {
        fputs("skipped: there is no git\n", stderr);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
