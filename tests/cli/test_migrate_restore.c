/* Covers harness/cli/{migrate_restore,migrate_backup,migrate_downgrade}.c: whose backup it is, what
 * a person is asked where nobody knows what a downgrade loses; harness/operate/target_roles.c. */
#include "migrate_fixture.h"

/* The file of the folder "backups" in the field's. */
static char *
find_backup(const Field *field)
{
    g_autofree char *folder = g_build_filename(field->folder, "backups", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    assert_non_null(dir);
    const char *name = g_dir_read_name(dir);
    while (name != NULL && !g_str_has_suffix(name, ".dump"))
        name = g_dir_read_name(dir);
    assert_non_null(name);
    return g_build_filename(folder, name, NULL);
}

static void
test_of_another(void **state)
{
    Field *field = *state;
    g_autofree char *folder = g_build_filename(field->folder, "backups", NULL);
    g_autofree char *make = g_strdup_printf("CREATE DATABASE other_%u", field->n);
    g_autofree char *other = g_strdup_printf("other_%u", field->n);
    field_do(field, "CREATE TABLE mine (a int)");
    assert_migrate(field, 0, "read back", "backup", "--backup-folder", folder);
    g_autofree char *path = find_backup(field);
    g_free(field_ask(field, NULL, make));
    g_free(field_ask(field, other, "CREATE TABLE theirs (a int)"));
    g_autofree char *mine = g_steal_pointer(&field->database);
    g_autofree char *url = g_steal_pointer(&field->url);
    field->database = g_strdup(other);
    field->url = pgs_conninfo_with(pgs_server_conninfo(field->server), "dbname", other);
    /* --yes is said by every script. */
    assert_migrate(field, 2, "--of 'somebodys_", "restore", path, "--yes");
    assert_migrate(field, 2, "--of 'somebodys_", "restore", path, "--dry-run");
    assert_migrate(field, 2, "not of typo", "restore", path, "--yes", "--of", "typo");
    assert_value(field, "SELECT count(*) FROM theirs", "0");
    assert_migrate(field, 2, "--yes", "restore", path, "--of", mine);
    assert_migrate(field, 0, "restored", "restore", path, "--yes", "--of", mine);
    assert_value(field, "SELECT count(*) FROM mine", "0");
}

/* The downgrade runs where there are rows only: a throwaway server cannot tell, a person may. */
static void
test_unknown_loss(void **state)
{
    Field *field = *state;
    field_write(field, "000003_index.down.sql",
                "DO $$ BEGIN IF NOT EXISTS (SELECT FROM users) THEN RAISE 'no rows'; END IF; END "
                "$$; DROP INDEX users_mail;");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "INSERT INTO users VALUES (1, 'a', 'x')");
    assert_migrate(field, 0, "could not be found out", "downgrade", "-1", "--dry-run");
    assert_migrate(field, 2, "--yes", "downgrade", "-1", "--no-backup");
    assert_value(field, "SELECT version FROM schema_migrations", "3");
    assert_migrate(field, 0, "is at 000002_mail", "downgrade", "-1", "--no-backup", "--yes");
}

/* Roles of the database's server that migrations name are made on the throwaway one. */
static void
test_roles(void **state)
{
    Field *field = *state;
    field_do(field, "CREATE ROLE clerk");
    field_do(field, "CREATE ROLE \"odd \"\"role\"");
    field_do(field, "GRANT clerk TO \"odd \"\"role\"");
    field_write(field, "000003_index.up.sql",
                "CREATE INDEX users_mail ON users (mail); GRANT SELECT ON users TO clerk, \"odd "
                "\"\"role\";");
    field_write(field, "000003_index.down.sql",
                "DROP INDEX users_mail; REVOKE ALL ON users FROM clerk, \"odd \"\"role\";");
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    assert_migrate(field, 0, "", "check");
    assert_migrate(field, 0, "No data would be lost", "downgrade", "-1", "--dry-run");
    assert_migrate(field, 0, "is at 000002_mail", "downgrade", "-1", "--no-backup");
    field_do(field, "DROP OWNED BY clerk, \"odd \"\"role\"");
    field_do(field, "DROP ROLE clerk, \"odd \"\"role\"");
}

/* How an administrator freezes a database before going back. */
static void
test_read_only(void **state)
{
    Field *field = *state;
    g_autofree char *folder = g_build_filename(field->folder, "backups", NULL);
    g_autofree char *freeze = g_strdup_printf(
        "ALTER DATABASE %s SET default_transaction_read_only = on", field->database);
    field_do(field, "CREATE TABLE mine (a int)");
    assert_migrate(field, 0, "read back", "backup", "--backup-folder", folder);
    g_autofree char *path = find_backup(field);
    assert_migrate(field, 0, "000001_users", "stamp", "1");
    g_free(field_ask(field, NULL, freeze));
    /* Said before a backup is made. */
    assert_migrate(field, 3, "default_transaction_read_only", "upgrade", "--yes", "--backup-folder",
                   "/dev/null");
    assert_migrate(field, 3, "default_transaction_read_only", "stamp", "2");
    assert_migrate(field, 0, "Revision   000001_users", "status");
    assert_migrate(field, 2, "there is no file", "restore", "no-such.dump", "--yes");
    assert_migrate(field, 0, "restored", "restore", path, "--yes");
    assert_value(field, "SHOW default_transaction_read_only", "on");
    assert_value(field, "SELECT count(*) FROM pg_class WHERE relname = 'schema_migrations'", "0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, field_set_up, field_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {TEST(of_another), TEST(unknown_loss), TEST(roles),
                                       TEST(read_only)};
    return cmocka_run_group_tests(tests, field_start, field_stop);
}
