/* Covers harness/migration/recognise.c, search.c, configured.c, manifest.c and foreign.c: which
 * folder is meant, and which tool's it is. */
#include "migration/read.h"
#include "migration/tree.h"

#define UP "CREATE TABLE a ();"
#define GOOSE "-- +goose Up\nCREATE TABLE a ();\n-- +goose Down\nDROP TABLE a;\n"
#define SQL_MIGRATE "-- +migrate Up\nCREATE TABLE a ();\n-- +migrate Down\nDROP TABLE a;\n"
#define DBMATE "-- migrate:up\nCREATE TABLE a ();\n-- migrate:down\nDROP TABLE a;\n"
#define GO_MOD(module) "module x\nrequire " module " v1.0.0\n"

typedef struct {
    const char *files[16]; /* name, text, … */
    const char *below;     /* where the migrations are found; "": in the folder itself */
    const char *format;
    const char *reason; /* a part of it */
} Case;

static void
check_case(const Case *row)
{
    char *root = tree_new();
    tree_write_all(root, row->files);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(root, NULL, &error);
    if (history == NULL)
        fail_msg("%s: %s", row->files[0], error->message);
    g_autofree char *folder =
        *row->below != '\0' ? g_build_filename(root, row->below, NULL) : g_strdup(root);
    if (strcmp(history->folder, folder) != 0 || strcmp(history->format, row->format) != 0 ||
        strstr(history->reason, row->reason) == NULL)
        fail_msg("%s: %s in %s: %s", row->files[0], history->format, history->folder,
                 history->reason);
    tree_free(root);
}

/* Signs, then manifests, then names. */
static void
test_formats(void **state)
{
    (void)state;
    static const Case cases[] = {
        {{"1_a.sql", GOOSE}, "", "goose", "goose"},
        {{"1_a.sql", SQL_MIGRATE}, "", "sql-migrate", "sql-migrate"},
        {{"1_a.sql", DBMATE}, "", "dbmate", ""},
        /* Marks say more than names, and than what a manifest names. */
        {{"go.mod", GO_MOD("github.com/golang-migrate/migrate"), "db/1_a.up.sql", GOOSE},
         "db",
         "goose",
         "goose"},
        {{"go.mod", GO_MOD("github.com/golang-migrate/migrate/v4"), "db/1_a.up.sql", UP},
         "db",
         "golang-migrate",
         "../go.mod names github.com/golang-migrate/migrate/v4"},
        {{"go.mod", GO_MOD("maragu.dev/migrate"), "db/1_a.up.sql", UP},
         "db",
         "maragudk",
         "maragu.dev/migrate"},
        {{"Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n", "migrations/1_a.sql", UP},
         "migrations",
         "sqlx",
         "Cargo.toml names sqlx"},
        {{"Cargo.toml", "[dependencies]\nrefinery = \"0.8\"\n", "src/db/V1__a.sql", UP},
         "src/db",
         "refinery",
         "Cargo.toml names refinery"},
        {{"pom.xml", "<artifactId>flyway-core</artifactId>",
          "src/main/resources/db/migration/V1__a.sql", UP},
         "src/main/resources/db/migration",
         "flyway",
         ""},
        {{".git/HEAD", "", "sql/V1__a.sql", UP}, "sql", "flyway", "named as Flyway has"},
        {{"package.json", "{\"devDependencies\": {\"node-pg-migrate\": \"^7.0.0\"}}",
          "migrations/1700000000000_a.sql", UP},
         "migrations",
         "node-pg-migrate",
         "package.json names node-pg-migrate"},
        {{"package.json", "{\"dependencies\": {\"postgrator\": \"8.0.0\"}}",
          "migrations/1.do.a.sql", UP},
         "migrations",
         "postgrator",
         ""},
        {{"1_a.up.sql", UP}, "", "plain", "named as pairs"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

/* From a project's root. */
static void
test_roots(void **state)
{
    (void)state;
    static const Case cases[] = {
        {{".git/HEAD", "", "a/db/1_a.up.sql", UP}, "a/db", "plain", "found in a/db: "},
        /* What others have made, or a build has copied, or a test tries. */
        {{".git/HEAD", "", "db/1_a.sql", GOOSE, "node_modules/x/db/1_a.sql", GOOSE,
          "target/db/1_a.sql", GOOSE, "test/db/1_a.sql", GOOSE, ".cache/db/1_a.sql", GOOSE},
         "db",
         "goose",
         "found in db: "},
        {{"test/db/1_a.sql", GOOSE}, "test/db", "goose", "found in test/db: "},
        /* The surest wins. */
        {{".git/HEAD", "", "db/1_a.sql", GOOSE, "queries/1_a.up.sql", UP}, "db", "goose", ""},
        /* A tool's own configuration. */
        {{"dbconfig.yml", "development:\n  dialect: postgres\n  dir: db/one\n", "db/one/a.sql",
          SQL_MIGRATE, "db/two/a.sql", SQL_MIGRATE},
         "db/one",
         "sql-migrate",
         "found in db/one: dbconfig.yml says so"},
        {{"flyway.conf", "# flyway.locations=filesystem:no\nflyway.locations=filesystem:sql/db\n",
          "sql/db/V1__a.sql", UP, "test/V1__a.sql", UP},
         "sql/db",
         "flyway",
         "flyway.conf says so"},
        {{"flyway.toml", "[flyway]\nlocations = [\"filesystem:sql/db\"]\n", "sql/db/V1__a.sql", UP,
          "other/V1__a.sql", UP},
         "sql/db",
         "flyway",
         "flyway.toml says so"},
        {{".env", "DATABASE_URL=x\nGOOSE_MIGRATION_DIR=./db/one\n", "db/one/1_a.sql", GOOSE,
          "db/two/1_a.sql", GOOSE},
         "./db/one",
         "goose",
         ".env says so"},
        /* Of a tool that reads all that lies below, releases side by side are one folder. */
        {{".git/HEAD", "", "sql/1.0/V1__a.sql", UP, "sql/1.1/V2__a.sql", UP}, "sql", "flyway", ""},
        /* One migration a folder: the folder above them. */
        {{".git/HEAD", "", "x/migrations/1_a/up.sql", UP}, "x/migrations", "diesel", ""},
        {{".git/HEAD", "", "prisma/migrations/1_a/migration.sql", UP},
         "prisma/migrations",
         "prisma",
         ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check_case(&cases[i]);
}

static void
assert_refused(const char *const *files, PgsMigrationError code, const char *first,
               const char *second)
{
    char *root = tree_new();
    tree_write_all(root, files);
    assert_unreadable(root, NULL, code, first, second, NULL);
    tree_free(root);
}

static void
test_several(void **state)
{
    (void)state;
    assert_refused((const char *[]){"a/1_a.sql", GOOSE, "b/1_a.sql", DBMATE, NULL},
                   PGS_MIGRATION_ERROR_AMBIGUOUS,
                   "several folders of migrations below: ", "/a (goose), ");
    assert_refused((const char *[]){"1_a.sql", UP, NULL}, PGS_MIGRATION_ERROR_AMBIGUOUS,
                   "nothing says which tool runs these files", "--format sqlx");
}

static void
test_foreign(void **state)
{
    (void)state;
    assert_refused((const char *[]){"manage.py", "", "shop/migrations/0001_initial.py", "", NULL},
                   PGS_MIGRATION_ERROR_FORMAT, "migrations of Django (manage.py)",
                   "docs/recipes.md");
    assert_refused((const char *[]){"db/migrate/1_a.rb", "", "bin/rails", "", NULL},
                   PGS_MIGRATION_ERROR_FORMAT, "migrations of Rails", "under \"Rails\"");
    assert_refused((const char *[]){"package.json", "{\"dependencies\": {\"knex\": \"^3\"}}", NULL},
                   PGS_MIGRATION_ERROR_FORMAT, "migrations of Knex (package.json names knex)",
                   "commands:");
    assert_refused(
        (const char *[]){"pyproject.toml", "[project]\ndependencies = [\"Django>=4\"]\n", NULL},
        PGS_MIGRATION_ERROR_FORMAT, "migrations of Django", "pyproject.toml");
    assert_refused((const char *[]){"mix.exs", "{:ecto_sql, \"~> 3.0\"}", NULL},
                   PGS_MIGRATION_ERROR_FORMAT, "migrations of Ecto", "mix.exs");
}

/* A format that is asked for is looked for below, too. */
static void
test_named(void **state)
{
    (void)state;
    char *root = tree_new();
    tree_write(root, "db/1_a.up.sql", UP);
    tree_write(root, "other/1_a.sql", GOOSE);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsHistory) history = pgs_history_read(root, "golang-migrate", &error);
    assert_non_null(history);
    assert_true(g_str_has_suffix(history->folder, "/db"));
    assert_unreadable(root, "postgrator", PGS_MIGRATION_ERROR_FORMAT, "no migrations of postgrator",
                      "HINT: its files: ", NULL);
    tree_free(root);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats), cmocka_unit_test(test_roots),
        cmocka_unit_test(test_several), cmocka_unit_test(test_foreign),
        cmocka_unit_test(test_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
