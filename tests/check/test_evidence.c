/* Covers harness/check/evidence.c, evidence_files.c, evidence_git.c, evidence_facts.c, and
 * base/digest.c, migration/git_state.c. */
#include "evidence_fixture.h"

/* ---- files ---- */

/* NIST's vectors of FIPS 180-2. */
static void
test_digest(void **state)
{
    Fixture *fixture = *state;
    guint64 size = 99;
    write_file(fixture, "abc", "abc");
    write_file(fixture, "empty", "");
    g_autofree char *abc = g_build_filename(fixture->folder, "abc", NULL);
    g_autofree char *empty = g_build_filename(fixture->folder, "empty", NULL);
    g_autofree char *pipe = g_build_filename(fixture->folder, "pipe", NULL);
    g_autofree char *of_abc = pgs_digest_file(abc, &size);
    assert_string_equal(of_abc, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(size, 3);
    g_autofree char *of_empty = pgs_digest_file(empty, &size);
    assert_string_equal(of_empty,
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_int_equal(size, 0);
    /* More than is read at once. */
    g_autofree char *large = g_strnfill(200000, 'a');
    g_autoptr(GBytes) bytes = g_bytes_new_static(large, strlen(large));
    write_file(fixture, "large", large);
    g_autofree char *path = g_build_filename(fixture->folder, "large", NULL);
    g_autofree char *of_file = pgs_digest_file(path, &size);
    g_autofree char *of_bytes = pgs_digest_bytes(bytes);
    assert_string_equal(of_file, of_bytes);
    assert_int_equal(size, 200000);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_null(pgs_digest_file(pipe, &size));
    assert_null(pgs_digest_file(fixture->folder, &size));
    assert_null(pgs_digest_file("/nowhere", &size));
}

static void
test_revisions(void **state)
{
    Fixture *fixture = *state;
    read_folder(fixture);
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_int_equal(fixture->facts->revisions->len, 2);
    assert_string_equal(revision(fixture->facts, 0)->label, "001_a");
    assert_files(revision(fixture->facts, 0)->files, "up 001_a.up.sql; down 001_a.down.sql");
    assert_files(revision(fixture->facts, 1)->files, "up 002_b.up.sql");
    assert_null(revision(fixture->facts, 0)->changes);
    assert_files(fixture->facts->files, "");
    const PgsRecordFile *down = revision(fixture->facts, 0)->files->pdata[1];
    assert_int_equal(down->size, strlen("DROP TABLE a;\n"));
    g_autofree char *digest =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, "DROP TABLE a;\n", -1);
    assert_string_equal(down->sha256, digest);
    assert_null(fixture->facts->config);
}

/* The digest is of what was read: what lies there later was not verified. */
static void
test_as_it_was_read(void **state)
{
    Fixture *fixture = *state;
    read_folder(fixture);
    write_file(fixture, "migrations/002_b.up.sql", "DROP TABLE a;\n");
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    g_autofree char *digest =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, "CREATE TABLE b (id int);\n", -1);
    const PgsRecordFile *up = revision(fixture->facts, 1)->files->pdata[0];
    assert_string_equal(up->sha256, digest);
}

/* Both directions in one file; each section is a part of it. */
static void
test_sections(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->migrations, NULL);
    write_file(fixture, "migrations/00001_a.sql",
               "-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n");
    read_folder(fixture);
    assert_string_equal(fixture->history->format, "goose");
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_files(revision(fixture->facts, 0)->files, "up down 00001_a.sql");
    const PgsRecordFile *file = revision(fixture->facts, 0)->files->pdata[0];
    assert_int_equal(file->size,
                     strlen("-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE "
                            "a;\n"));
}

static void
test_metadata(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->migrations, NULL);
    write_file(fixture, "migrations/2024-01-01-000000_a/up.sql", "CREATE TABLE a (id int);\n");
    write_file(fixture, "migrations/2024-01-01-000000_a/down.sql", "DROP TABLE a;\n");
    write_file(fixture, "migrations/2024-01-01-000000_a/metadata.toml",
               "run_in_transaction = false\n");
    read_folder(fixture);
    assert_string_equal(fixture->history->format, "diesel");
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_files(revision(fixture->facts, 0)->files,
                 "up 2024-01-01-000000_a/up.sql; down 2024-01-01-000000_a/down.sql");
    assert_files(fixture->facts->files, "tool 2024-01-01-000000_a/metadata.toml");
}

static void
test_configuration(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->migrations, NULL);
    write_file(fixture, "flyway.conf", "flyway.locations=filesystem:migrations\n");
    write_file(fixture, "migrations/V1__a.sql", "CREATE TABLE a (id int);\n");
    write_file(fixture, "migrations/afterMigrate.sql", "SELECT 1;\n");
    read_folder(fixture);
    assert_string_equal(fixture->history->format, "flyway");
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_non_null(find_file(fixture->facts->files, "../flyway.conf"));
    assert_files(revision(fixture->facts, 1)->files, "up afterMigrate.sql");
}

static void
test_sqitch(void **state)
{
    Fixture *fixture = *state;
    pgs_fs_remove_tree(fixture->migrations, NULL);
    write_file(fixture, "migrations/sqitch.conf", "[core]\n\tengine = pg\n");
    write_file(fixture, "migrations/sqitch.plan",
               "%syntax-version=1.0.0\n%project=a\n\na 2024-01-01T00:00:00Z A <a@b.c> # a\n");
    write_file(fixture, "migrations/deploy/a.sql", "BEGIN; CREATE TABLE a (id int); COMMIT;\n");
    write_file(fixture, "migrations/revert/a.sql", "BEGIN; DROP TABLE a; COMMIT;\n");
    write_file(fixture, "migrations/verify/a.sql", "SELECT id FROM a WHERE false;\n");
    read_folder(fixture);
    assert_string_equal(fixture->history->format, "sqitch");
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_files(revision(fixture->facts, 0)->files,
                 "up deploy/a.sql; down revert/a.sql; verify verify/a.sql");
    assert_non_null(find_file(fixture->facts->files, "sqitch.conf"));
    assert_non_null(find_file(fixture->facts->files, "sqitch.plan"));
    assert_int_equal(fixture->facts->files->len, 2);
}

static void
write_project(Fixture *fixture)
{
    write_file(fixture, "roles.sql", "SELECT 1;\n");
    write_file(fixture, "model.sql", "SELECT 2;\n");
    write_file(fixture, "seeds/b.sql", "SELECT 3;\n");
    write_file(fixture, "seeds/a.sql", "SELECT 4;\n");
    write_file(fixture, "requirements.yaml",
               "requirements:\n  - {id: A-1, text: a text, checks: [cycle]}\n");
    write_file(fixture, "pgstair.yaml",
               "systems:\n"
               "  a:\n"
               "    migrations: migrations\n"
               "    prepare:\n      - SELECT 5\n      - file: roles.sql\n"
               "    requirements: requirements.yaml\n"
               "    seed: seeds/*.sql\n"
               "    model: model.sql\n");
}

/* Names are seen from the system's folder, wherever pgstair was started. */
static void
test_project(void **state)
{
    Fixture *fixture = *state;
    static const char expected[] =
        "project ../pgstair.yaml; requirements ../requirements.yaml; prepare ../roles.sql; "
        "seed ../seeds/a.sql; seed ../seeds/b.sql; model ../model.sql";
    write_project(fixture);
    read_project(fixture);
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_files(fixture->facts->files, expected);
    assert_true(g_str_has_suffix(fixture->facts->config, "pgstair.yaml"));

    g_autofree char *here = g_get_current_dir();
    assert_int_equal(chdir(fixture->folder), 0);
    forget(fixture);
    g_autoptr(GError) error = NULL;
    fixture->project = pgs_project_read("pgstair.yaml", &error);
    assert_null(error);
    fixture->system = g_ptr_array_index(fixture->project->systems, 0);
    fixture->history = pgs_history_read_system(fixture->system, NULL, &error);
    assert_null(error);
    PgsRecordSystem *again = pgs_record_add_system(fixture->record, "b", "b");
    pgs_evidence_note_files(again, fixture->system, fixture->history);
    assert_int_equal(chdir(here), 0);
    assert_files(again->files, expected);
    assert_files(revision(again, 0)->files, "up 001_a.up.sql; down 001_a.down.sql");
    assert_string_equal(again->config, "pgstair.yaml");
    g_autoptr(GPtrArray) differences = pgs_evidence_compare(fixture->facts, again);
    assert_int_equal(differences->len, 0);
}

/* ---- comparing ---- */

static PgsRecordSystem *
note_again(Fixture *fixture)
{
    PgsRecordSystem *now = pgs_record_add_system(fixture->record, "now", "now");
    read_folder(fixture);
    pgs_evidence_note_files(now, fixture->system, fixture->history);
    return now;
}

static void
assert_differences(const PgsRecordSystem *recorded, const PgsRecordSystem *now,
                   const char *expected)
{
    g_autoptr(GPtrArray) differences = pgs_evidence_compare(recorded, now);
    g_ptr_array_add(differences, NULL);
    g_autofree char *text = g_strjoinv("; ", (char **)differences->pdata);
    assert_string_equal(text, expected);
}

static void
test_compare(void **state)
{
    Fixture *fixture = *state;
    read_folder(fixture);
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_differences(fixture->facts, note_again(fixture), "");
    /* As long as it was. */
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE z (id int);\n");
    assert_differences(fixture->facts, note_again(fixture), "001_a.up.sql: another content");
    /* One blank more is another file. */
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE a (id int); \n");
    assert_differences(fixture->facts, note_again(fixture), "001_a.up.sql: another content");
    write_file(fixture, "migrations/003_c.up.sql", "CREATE TABLE c (id int);\n");
    assert_differences(fixture->facts, note_again(fixture),
                       "001_a.up.sql: another content; 003_c.up.sql: not in the record; there are "
                       "3 revisions, and were 2");
    g_autofree char *down = g_build_filename(fixture->migrations, "001_a.down.sql", NULL);
    assert_int_equal(unlink(down), 0);
    assert_differences(fixture->facts, note_again(fixture),
                       "001_a.up.sql: another content; 001_a.down.sql: not there any more; "
                       "003_c.up.sql: not in the record; there are 3 revisions, and were 2");
}

/* ---- git ---- */

static void
git(const Fixture *fixture, const char *first, ...)
{
    g_autoptr(PgsProcess) process = pgs_process_new("git");
    g_autoptr(GError) error = NULL;
    pgs_process_set_env(process, "GIT_CONFIG_GLOBAL", "/dev/null");
    pgs_process_add_many(process, "-C", fixture->folder, "-c", "user.name=a", "-c",
                         "user.email=a@b.c", "-c", "init.defaultBranch=main", first, NULL);
    va_list args;
    va_start(args, first);
    for (const char *word; (word = va_arg(args, const char *)) != NULL;)
        pgs_process_add(process, word);
    va_end(args);
    pgs_process_run_checked(process, NULL, &error);
    assert_null(error);
}

static void
commit_all(const Fixture *fixture)
{
    git(fixture, "init", "-q", NULL);
    git(fixture, "add", "-A", NULL);
    git(fixture, "commit", "-q", "-m", "first", NULL);
}

static PgsRecordGit *
ask_git(Fixture *fixture)
{
    if (fixture->system == NULL)
        read_folder(fixture);
    g_ptr_array_set_size(fixture->facts->facts, 0);
    pgs_evidence_note_git(fixture->facts, fixture->system, NULL);
    return fixture->facts->git;
}

static void
test_git_clean(void **state)
{
    Fixture *fixture = *state;
    commit_all(fixture);
    const PgsRecordGit *found = ask_git(fixture);
    assert_non_null(found);
    assert_int_equal(strlen(found->commit), 40);
    assert_string_equal(found->branch, "main");
    assert_true(found->clean);
    assert_int_equal(found->n_dirty, 0);
    git(fixture, "checkout", "-q", "--detach", NULL);
    found = ask_git(fixture);
    assert_null(found->branch);
    assert_true(found->clean);
}

/* What lies beside the migrations makes the tree another one than the commit too. */
static void
test_git_dirty(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, ".gitignore", "*.log\n");
    write_file(fixture, "staged.sql", "1\n");
    commit_all(fixture);
    write_file(fixture, "run.log", "ignored\n");
    assert_true(ask_git(fixture)->clean);
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE a ();\n");
    write_file(fixture, "staged.sql", "2\n");
    git(fixture, "add", "staged.sql", NULL);
    write_file(fixture, "a name\twith \"quotes\".txt", "new\n");
    const PgsRecordGit *found = ask_git(fixture);
    assert_false(found->clean);
    assert_int_equal(found->n_dirty, 3);
    assert_string_equal(found->dirty->pdata[0], "M migrations/001_a.up.sql");
    assert_string_equal(found->dirty->pdata[1], "M staged.sql");
    assert_string_equal(found->dirty->pdata[2], "?? a name\twith \"quotes\".txt");
}

/* A checkout of another user's, as CI containers have them: no commit is known, and why. */
static void
test_git_dubious(void **state)
{
    Fixture *fixture = *state;
    commit_all(fixture);
    g_setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1", TRUE); /* git's own tests' */
    const PgsRecordGit *found = ask_git(fixture);
    g_unsetenv("GIT_TEST_ASSUME_DIFFERENT_OWNER");
    assert_null(found);
    const char *why = fact(fixture->facts, "git");
    assert_non_null(why);
    assert_non_null(strstr(why, "dubious ownership"));
}

/* git status says nothing of them, and no commit has what was verified. */
static void
test_git_unseen(void **state)
{
    Fixture *fixture = *state;
    write_file(fixture, ".gitignore", "003*\nlocal/\n");
    commit_all(fixture);
    read_folder(fixture);
    pgs_evidence_note_files(fixture->facts, fixture->system, fixture->history);
    assert_true(ask_git(fixture)->clean);
    write_file(fixture, "migrations/003_c.up.sql", "CREATE TABLE c (id int);\n");
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE a (id bigint);\n");
    git(fixture, "update-index", "--assume-unchanged", "migrations/001_a.up.sql", NULL);
    write_file(fixture, "migrations/002_b.up.sql", "CREATE TABLE b (id bigint);\n");
    git(fixture, "update-index", "--skip-worktree", "migrations/002_b.up.sql", NULL);
    PgsRecordSystem *now = note_again(fixture);
    g_ptr_array_add(now->files, pgs_record_file_new("../local/seed.sql", "seed", "0", 0));
    g_ptr_array_add(now->files, pgs_record_file_new("../../elsewhere.sql", "seed", "0", 0));
    pgs_evidence_note_git(now, fixture->system, NULL);
    assert_false(now->git->clean);
    g_ptr_array_add(now->git->dirty, NULL);
    g_autofree char *text = g_strjoinv("; ", (char **)now->git->dirty->pdata);
    g_ptr_array_set_size(now->git->dirty, (gint)now->git->dirty->len - 1);
    assert_string_equal(text, "h migrations/001_a.up.sql; h migrations/002_b.up.sql; "
                              "!! local/seed.sql; !! migrations/003_c.up.sql");
}

static void
test_git_many(void **state)
{
    Fixture *fixture = *state;
    commit_all(fixture);
    for (guint i = 0; i < 70; i++) {
        g_autofree char *name = g_strdup_printf("new-%02u", i);
        write_file(fixture, name, "");
    }
    const PgsRecordGit *found = ask_git(fixture);
    assert_int_equal(found->n_dirty, 70);
    assert_int_equal(found->dirty->len, 50);
}

static void
test_git_unborn(void **state)
{
    Fixture *fixture = *state;
    git(fixture, "init", "-q", NULL);
    const PgsRecordGit *found = ask_git(fixture);
    assert_null(found->commit);
    assert_string_equal(found->branch, "main");
    assert_false(found->clean);
}

/* What is not known is said, not guessed. */
static void
test_git_none(void **state)
{
    Fixture *fixture = *state;
    assert_null(ask_git(fixture));
    assert_non_null(strstr(fact(fixture->facts, "git"), "in no git repository"));
}

/* A repository whose configuration names programs gets none of them run. */
static void
test_git_hostile(void **state)
{
    Fixture *fixture = *state;
    g_autofree char *trap = g_build_filename(fixture->folder, ".git", "trap", NULL);
    g_autofree char *sprung = g_build_filename(fixture->folder, ".git", "sprung", NULL);
    g_autofree char *script = g_strdup_printf("#!/bin/sh\necho \"$0\" >> '%s'\ncat\n", sprung);
    write_file(fixture, ".gitattributes", "*.sql filter=evil\n");
    commit_all(fixture);
    write_file(fixture, ".git/trap", script);
    assert_int_equal(chmod(trap, 0700), 0);
    git(fixture, "config", "core.fsmonitor", trap, NULL);
    git(fixture, "config", "filter.evil.clean", trap, NULL);
    git(fixture, "config", "filter.evil.required", "true", NULL);
    git(fixture, "config", "core.pager", trap, NULL);
    /* The same bytes with another time: git has to look into it. */
    write_file(fixture, "migrations/001_a.up.sql", "CREATE TABLE a (id int);\n");
    const PgsRecordGit *found = ask_git(fixture);
    assert_non_null(found);
    assert_true(found->clean);
    assert_false(g_file_test(sprung, G_FILE_TEST_EXISTS));
}

/* ---- facts ---- */

static void
test_facts(void **state)
{
    Fixture *fixture = *state;
    read_folder(fixture);
    g_setenv("GITHUB_SERVER_URL", "https://user:secret@github.example", TRUE);
    g_setenv("GITHUB_REPOSITORY", "team/app", TRUE);
    g_setenv("GITHUB_RUN_ID", "42", TRUE);
    g_setenv("CI_JOB_URL", "https://gitlab.example/job/1", TRUE);
    g_setenv("GITHUB_SHA", "abc", TRUE);
    fixture->system->exercise->seed = 7;
    fixture->system->owner = g_strdup("app_owner");
    pgs_evidence_note_facts(fixture->facts, fixture->system, NULL);
    assert_string_equal(fact(fixture->facts, "CI job"),
                        "https://github.example/team/app/actions/runs/42");
    assert_string_equal(fact(fixture->facts, "CI commit"), "abc");
    assert_string_equal(fact(fixture->facts, "seed"), "7");
    assert_string_equal(fact(fixture->facts, "owner"), "app_owner");
    assert_string_equal(fact(fixture->facts, "statement timeout"), "600 s");
    assert_non_null(fact(fixture->facts, "libpq"));
    assert_non_null(fact(fixture->facts, "libxml2"));
    assert_non_null(fact(fixture->facts, "GLib"));
    assert_null(fact(fixture->facts, "floor"));
    g_unsetenv("GITHUB_SERVER_URL");
    g_ptr_array_set_size(fixture->facts->facts, 0);
    g_setenv("CI_JOB_URL", "https://user:secret@gitlab.example/a@b", TRUE);
    pgs_evidence_note_facts(fixture->facts, fixture->system, NULL);
    assert_string_equal(fact(fixture->facts, "CI job"), "https://gitlab.example/a@b");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_digest),     TEST(test_revisions),   TEST(test_as_it_was_read),
        TEST(test_sections),   TEST(test_metadata),    TEST(test_configuration),
        TEST(test_sqitch),     TEST(test_project),     TEST(test_compare),
        TEST(test_git_clean),  TEST(test_git_dirty),   TEST(test_git_many),
        TEST(test_git_unseen), TEST(test_git_dubious), TEST(test_git_unborn),
        TEST(test_git_none),   TEST(test_git_hostile), TEST(test_facts),
    };
    /* Nothing of this machine's CI or git. */
    static const char *const ci[] = {"CI_JOB_URL", "BUILD_URL", "GITHUB_SERVER_URL",
                                     "CI_COMMIT_SHA", "GITHUB_SHA"};
    for (gsize i = 0; i < G_N_ELEMENTS(ci); i++)
        g_unsetenv(ci[i]);
    g_setenv("GIT_CONFIG_GLOBAL", "/dev/null", TRUE);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
