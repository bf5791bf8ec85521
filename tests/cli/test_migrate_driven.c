/* Covers harness/cli/{migrate_show,migrate_json,migrate_stamp,migrate_check,migrate_upgrade}.c and
 * harness/operate/{standing,migration_plan,audit}.c: histories that are a graph, books under
 * another name, models, and --verify-first. */
#include "migrate_fixture.h"

#define VERSION "SELECT version || ' ' || dirty FROM schema_migrations"

/* ---- Alembic ---- */

static gboolean
has_alembic(void)
{
    g_autofree char *program = g_find_program_in_path("alembic");
    assert_true(program != NULL || g_getenv("PGSTAIR_TEST_REQUIRE_TOOLS") == NULL);
    return program != NULL;
}

/* Two branches and the revision that merges them. */
static void
copy_branches(Field *field)
{
    g_autoptr(GError) error = NULL;
    pgs_fs_remove_tree(field->folder, NULL);
    if (!pgs_fs_copy_tree(PGS_SOURCE_DIR "/migrations/sound/alembic_branches", field->folder,
                          (uid_t)-1, (gid_t)-1, &error))
        fail_msg("%s", error->message);
    field->format = NULL;
}

static void
test_branches(void **state)
{
    Field *field = *state;
    if (!has_alembic())
        skip();
    copy_branches(field);
    assert_migrate(field, 0, "is at 2b20_customers, 2 revisions pending", "upgrade", "2b20",
                   "--no-backup");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    /* Above the merge there is one, below it two. */
    assert_migrate(field, 0, "3c30_products, 2b20_customers, 1 revision pending", "downgrade", "-1",
                   "--no-backup", "--yes");
    assert_migrate(field, 0, "Revision   3c30_products, 2b20_customers\n", "status");
    assert_migrate(field, 0, "\"current\" : [\n    \"3c30\",\n    \"2b20\"", "status", "--json");
    assert_migrate(field, 2, "alembic stamp", "stamp", "base");
    assert_migrate(field, 2, "alembic stamp", "align", "--yes", "--no-backup");
    assert_migrate(field, 1, "neither dirty nor unfinished", "resolve", "2b20", "applied");
    assert_migrate(field, 0, "is at base", "downgrade", "base", "--no-backup", "--yes");
}

static void
write_revision(const Field *field, const char *id, const char *down, const char *depends)
{
    g_autofree char *text = g_strdup_printf(
        "from alembic import op\nrevision = '%s'\ndown_revision = %s\nbranch_labels = None\n"
        "depends_on = %s\ndef upgrade():\n    op.execute('CREATE TABLE t_%s ()')\n"
        "def downgrade():\n    op.execute('DROP TABLE t_%s')\n",
        id, down, depends, id, id);
    g_autofree char *name = g_strdup_printf("alembic/versions/%s.py", id);
    field_write(field, name, text);
}

/* "alembic downgrade b1" leaves what depends on b1 in another branch, since b1 stays. */
static void
test_dependent(void **state)
{
    Field *field = *state;
    if (!has_alembic())
        skip();
    copy_branches(field);
    g_autofree char *versions = g_build_filename(field->folder, "alembic", "versions", NULL);
    pgs_fs_remove_tree(versions, NULL);
    assert_int_equal(g_mkdir_with_parents(versions, 0755), 0);
    write_revision(field, "a1", "None", "None");
    write_revision(field, "b1", "'a1'", "None");
    write_revision(field, "b2", "'b1'", "None");
    write_revision(field, "c1", "'a1'", "None");
    write_revision(field, "c2", "'c1'", "'b1'");
    write_revision(field, "m", "('b2', 'c2')", "None");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 0, "is at c2", "downgrade", "b1", "--no-backup", "--yes");
    assert_value(field, "SELECT to_regclass('t_b2') IS NULL AND to_regclass('t_c2') IS NOT NULL",
                 "t");
}

/* As in an image that the repository was not copied to: alembic.ini lies above what is named. */
static void
test_folders_of_it(void **state)
{
    static const char *const folders[] = {"alembic", "alembic/versions"};
    Field *field = *state;
    if (!has_alembic())
        skip();
    copy_branches(field);
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(field->folder, folders[i], NULL);
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, "migrate", "history", "--folder", path);
        if (status != 0 || strstr(output, "4d40_merge\n") == NULL)
            fail_msg("exit code %d, and said:\n%s", status, output);
    }
}

/* Its row stands for all that is below it: of one without a file nothing is known. */
static void
test_unknown_revision(void **state)
{
    Field *field = *state;
    if (!has_alembic())
        skip();
    copy_branches(field);
    assert_migrate(field, 0, "is at 1a10_orders", "upgrade", "1a10", "--no-backup");
    field_do(field, "UPDATE alembic_version SET version_num = 'newer'");
    assert_migrate(field, 0, "not one of this folder", "status");
    assert_migrate(field, 0, "\"pending\" : []", "status", "--json");
    assert_migrate(field, 2, "is at newer", "upgrade", "--yes", "--no-backup");
    assert_migrate(field, 2, "is at newer", "downgrade", "base", "--yes", "--no-backup");
    assert_migrate(field, 2, "is at newer", "check");
    assert_value(field, "SELECT string_agg(version_num, ' ') FROM alembic_version", "newer");
}

/* ---- Sqitch ---- */

static void
write_below(const Field *field, const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(field->folder, folder, NULL);
    g_autofree char *file = g_build_filename(folder, name, NULL);
    assert_int_equal(g_mkdir_with_parents(path, 0700), 0);
    field_write(field, file, text);
}

/* Its tables are no part of what the migrations make, however the schema is called. */
static void
test_other_registry(void **state)
{
    Field *field = *state;
    pgs_fs_remove_tree(field->folder, NULL);
    write_below(field, ".", "sqitch.conf",
                "[core]\n\tengine = pg\n[engine \"pg\"]\n\tregistry = my-Reg\n[user]\n\tname = A\n"
                "\temail = a@example.org\n");
    write_below(
        field, ".", "sqitch.plan",
        "%syntax-version=1.0.0\n%project=p\n\none 2024-01-01T10:00:00Z A <a@example.org>\n");
    write_below(field, "deploy", "one.sql", "CREATE TABLE one (id int);\n");
    write_below(field, "revert", "one.sql", "DROP TABLE one;\n");
    field->format = NULL;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_value(field, "SELECT change FROM \"my-Reg\".changes", "one");
    assert_migrate(field, 0, "Drift      none", "check");
    field_do(field, "CREATE TABLE \"my-Reg2\" (id int)");
    assert_migrate(field, 1, "my-Reg2", "check");
}

/* What yoyo runs behind each run is in no books, and its work is in the database; head is head, and
 * has the models to answer to. */
static void
test_hooks(void **state)
{
    Field *field = *state;
    pgs_fs_remove_tree(field->folder, NULL);
    write_below(field, ".", "pgstair.yaml",
                "systems: {app: {migrations: m, format: yoyo, model: model.sql}}\n");
    write_below(field, ".", "model.sql", "CREATE TABLE one (id int);");
    write_below(field, "m", "0001_one.sql", "CREATE TABLE one (id int)");
    write_below(field, "m", "0001_one.rollback.sql", "DROP TABLE one");
    write_below(field, "m", "post-apply.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one");
    field->format = NULL;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 1, "public.v", "check");
    write_below(field, ".", "model.sql",
                "CREATE TABLE one (id int); CREATE VIEW v AS SELECT 1 AS one;");
    assert_migrate(field, 0, "Drift      none", "check");
    field_do(field, "CREATE TABLE stray (id int)");
    assert_migrate(field, 1, "public.stray", "check");
}

/* ---- Models ---- */

static void
test_models(void **state)
{
    Field *field = *state;
    field_write(field, "pgstair.yaml",
                "systems: {app: {migrations: ., format: golang-migrate, model: model.sql}}\n");
    field_write(field, "model.sql",
                "CREATE TABLE users (id int PRIMARY KEY, name text, mail text);"
                "CREATE INDEX users_mail ON users (mail);");
    field->format = NULL;
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 0, "Drift      none", "check");
    field_write(field, "model.sql",
                "CREATE TABLE users (id int PRIMARY KEY, name text, mail text);");
    assert_migrate(field, 1, "users_mail", "check");
    /* Of a revision below head the model says nothing. */
    assert_migrate(field, 0, "is at 000002_mail", "downgrade", "2", "--no-backup", "--yes");
    assert_migrate(field, 1, "Drift      none", "check");
}

/* ---- --verify-first ---- */

static void
test_verify_first(void **state)
{
    Field *field = *state;
    assert_migrate(field, 0, "is at 000001_users", "upgrade", "1", "--no-backup");
    field_do(field, "INSERT INTO users VALUES (1, 'a')");
    /* Up it goes; but down does not lead back. */
    field_write(field, "000002_mail.down.sql", "SELECT 1;");
    assert_migrate(field, 1, "the verification failed, and nothing was run", "upgrade",
                   "--verify-first", "--no-backup");
    assert_value(field, VERSION, "1 false");
    field_write(field, "000002_mail.down.sql", "ALTER TABLE users DROP mail;");
    assert_migrate(field, 0, "VERIFIED", "upgrade", "--verify-first", "--no-backup");
    assert_value(field, VERSION, "3 false");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(branches),       TEST(dependent), TEST(folders_of_it), TEST(unknown_revision),
        TEST(other_registry), TEST(hooks),     TEST(models),        TEST(verify_first),
    };
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
