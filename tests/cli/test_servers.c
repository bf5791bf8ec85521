/* The program on databases of other PostgreSQL versions, in containers: what a throwaway server of
 * the same version is for, backups by that version's programs, drafts of what only it has. */
#include "migrate_fixture.h"
#include "server/engine_helper.h"

/* ---- A field on another server ---- */

typedef struct {
    Field field;
    char *version, *image, *backups;
} Place;

static char *
image_of(const char *version)
{
    return g_strdup_printf("localhost/pgstair-postgres:%s", version);
}

static void
place_open(Place *place, const char *version)
{
    g_autoptr(GError) error = NULL;
    place->version = g_strdup(version);
    place->image = image_of(version);
    g_autofree char *spec = test_engine_spec(place->image);
    PgsServerOptions options = {.spec = spec};
    place->field.server = pgs_server_start(&options, NULL, &error);
    if (place->field.server == NULL)
        fail_msg("%s", error->message);
    place->backups = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    void *state = &place->field;
    field_set_up(&state);
}

static void
place_close(Place *place)
{
    void *state = &place->field;
    field_tear_down(&state);
    pgs_server_stop(place->field.server);
    pgs_fs_remove_tree(place->backups, NULL);
    g_free(place->version);
    g_free(place->image);
    g_free(place->backups);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_close)

static char *
newest_backup(const Place *place, const char *word)
{
    g_autoptr(GDir) dir = g_dir_open(place->backups, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (strstr(name, word) != NULL && g_str_has_suffix(name, ".dump"))
            return g_build_filename(place->backups, name, NULL);
    }
    fail_msg("no backup %s in %s", word, place->backups);
    return NULL;
}

/* ---- The parts ---- */

/* The throwaway server is of the database's version where that is to be had. */
static void
check_up(const Place *place)
{
    const Field *field = &place->field;
    g_autofree char *of = g_strdup_printf("PostgreSQL %s.", place->version);
    assert_migrate(field, 0, "is at 000001_users", "upgrade", "1", "--backup-folder",
                   place->backups);
    field_do(field, "INSERT INTO users SELECT n, 'u' FROM generate_series(1, 1000) n");
    assert_migrate(field, 0, of, "upgrade", "2", "--verify-first", "--yes", "--backup-folder",
                   place->backups);
    assert_migrate(field, 0, "(head)", "upgrade", "--no-backup");
    field_do(field, "UPDATE users SET mail = 'm' WHERE id <= 10");
}

static void
check_down_and_back(const Place *place)
{
    const Field *field = &place->field;
    assert_migrate(field, 0, "column public.users.mail is dropped: 10 values", "downgrade", "1",
                   "--yes", "--backup-folder", place->backups);
    assert_migrate(field, 0, "Pending    2", "status");
    g_autofree char *file = newest_backup(place, "before-downgrade");
    assert_migrate(field, 0, "is what the backup has", "restore", file, "--yes");
    assert_value(field, "SELECT count(mail) || '/' || count(*) FROM users", "10/1000");
    assert_migrate(field, 0, "(head)", "status");
}

static void
check_standing(const Place *place)
{
    const Field *field = &place->field;
    assert_migrate(field, 0, "(head)\nApplied    3 of 3 revisions\nAt head    yes\nDrift      none",
                   "check");
    assert_migrate(field, 0, "applied   000003_index", "history");
    g_autofree char *wanted = g_strdup_printf("\"version\" : \"%s.", place->version);
    g_autofree char *output = NULL;
    int status = RUN_PROGRAM(&output, "health", "--url", field->url);
    if (status != 0 || strstr(output, wanted) == NULL)
        fail_msg("exit code %d, and said:\n%s", status, output);
}

static void
test_version(const char *version)
{
    g_autofree char *image = image_of(version);
    test_need_image(image);
    g_auto(Place) place = {0};
    place_open(&place, version);
    check_up(&place);
    check_down_and_back(&place);
    check_standing(&place);
}

static void
test_13(G_GNUC_UNUSED void **state)
{
    test_version("13");
}

static void
test_17(G_GNUC_UNUSED void **state)
{
    test_version("17");
}

static void
test_18(G_GNUC_UNUSED void **state)
{
    test_version("18");
}

/* ---- What only 18 has ---- */

#define HEAD_18                                                                                    \
    "CREATE TABLE p (id int PRIMARY KEY);"                                                         \
    "CREATE TABLE t (a int, b int NOT NULL, c int, d int CONSTRAINT old NOT NULL,"                 \
    " v int GENERATED ALWAYS AS (a + 1) VIRTUAL, CONSTRAINT k CHECK (a > 0) NOT ENFORCED);"        \
    "ALTER TABLE t ADD CONSTRAINT c_later NOT NULL c NOT VALID;"                                   \
    "COMMENT ON CONSTRAINT old ON t IS 'x';"

#define MODEL_18                                                                                   \
    "CREATE TABLE p (id int PRIMARY KEY);"                                                         \
    "CREATE TABLE t (a int, b int CONSTRAINT named NOT NULL, c int, d int NOT NULL,"               \
    " v int GENERATED ALWAYS AS (a + 2) VIRTUAL, CONSTRAINT k CHECK (a > 0));"                     \
    "ALTER TABLE t ADD CONSTRAINT c_later NOT NULL c;"                                             \
    "ALTER TABLE t ADD CONSTRAINT alone NOT NULL a NO INHERIT;"                                    \
    "CREATE TABLE r (id int4range, v daterange, PRIMARY KEY (id, v WITHOUT OVERLAPS));"            \
    "CREATE TABLE s (id int4range, v daterange, n int CONSTRAINT s_n NOT NULL NO INHERIT,"         \
    " m int REFERENCES p NOT ENFORCED,"                                                            \
    " FOREIGN KEY (id, PERIOD v) REFERENCES r (id, PERIOD v));"                                    \
    "CREATE TABLE h (x int) PARTITION BY RANGE (x);"                                               \
    "CREATE TABLE h1 PARTITION OF h FOR VALUES FROM (1) TO (2);"                                   \
    "ALTER TABLE h ADD CONSTRAINT h_x NOT NULL x;"

static void
draft_18(const char *head, const char *model, char **output)
{
    Field field = {.folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL),
                   .format = "--format=plain"};
    g_autofree char *image = image_of("18");
    g_autofree char *spec = test_engine_spec(image);
    field_write(&field, "0001_head.up.sql", head);
    field_write(&field, "0001_head.down.sql", "SELECT 1;");
    field_write(&field, "model.txt", model);
    g_autofree char *path = g_build_filename(field.folder, "model.txt", NULL);
    int status = field_migrate(
        &field, output, WORDS("new", "more", "--dry-run", "--from-diff", path, "--server", spec));
    pgs_fs_remove_tree(field.folder, NULL);
    g_free(field.folder);
    if (status != 0 || strstr(*output, "NOT PROVEN") != NULL ||
        strstr(*output, "does not write") != NULL)
        fail_msg("exit code %d, and said:\n%s", status, *output);
}

static void
test_drafts_of_18(G_GNUC_UNUSED void **state)
{
    static const char *const words[] = {
        "RENAME CONSTRAINT t_b_not_null TO named;",
        "RENAME CONSTRAINT old TO t_d_not_null;",
        "COMMENT ON CONSTRAINT t_d_not_null ON public.t IS NULL;",
        "VALIDATE CONSTRAINT c_later;",
        "ADD CONSTRAINT alone NOT NULL a NO INHERIT;",
        "n integer CONSTRAINT s_n NOT NULL NO INHERIT",
        "x integer CONSTRAINT h_x NOT NULL",
        "WITHOUT OVERLAPS",
        "NOT ENFORCED",
    };
    g_autofree char *image = image_of("18");
    test_need_image(image);
    g_autofree char *output = NULL;
    draft_18(HEAD_18, MODEL_18, &output);
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strstr(output, words[i]) == NULL)
            fail_msg("not said: %s\n%s", words[i], output);
    }
    g_clear_pointer(&output, g_free);
    draft_18("SELECT 1;", MODEL_18, &output);
}

/* A statement that the throwaway server cannot even parse is listed like any other. */
static void
test_draft_on_an_older_server(G_GNUC_UNUSED void **state)
{
    g_autofree char *older = image_of("17"), *newer = image_of("18");
    test_need_image(older);
    test_need_image(newer);
    g_auto(Place) place = {0};
    place_open(&place, "18");
    field_do(&place.field, "CREATE TABLE users (id int CONSTRAINT named NOT NULL,"
                           " v int GENERATED ALWAYS AS (id + 1) VIRTUAL)");
    g_autofree char *spec = test_engine_spec(older);
    assert_said(
        &place.field, 0, "syntax error at or near \"VIRTUAL\"",
        WORDS("new", "more", "--dry-run", "--from-diff", place.field.url, "--server", spec));
}

/* Without --server, the throwaway server is of the version that the model's database has. */
static void
test_draft_from_a_database(G_GNUC_UNUSED void **state)
{
    g_autofree char *image = image_of("18");
    test_need_image(image);
    g_auto(Place) place = {0};
    place_open(&place, "18");
    field_do(&place.field, "CREATE TABLE users (id int PRIMARY KEY, name text, mail text,"
                           " v int GENERATED ALWAYS AS (id + 1) VIRTUAL)");
    assert_said(&place.field, 0, "(id + 1)) VIRTUAL;",
                WORDS("new", "more", "--dry-run", "--from-diff", place.field.url));
}

/* What only the newer version sets for a session or a database is nothing to a rehearsal. */
static void
test_rehearsal_on_an_older_server(G_GNUC_UNUSED void **state)
{
    g_autofree char *older = image_of("15"), *newer = image_of("18");
    test_need_image(older);
    test_need_image(newer);
    g_auto(Place) place = {0};
    place_open(&place, "18");
    g_autofree char *spec = test_engine_spec(older);
    g_autofree char *limit =
        g_strdup_printf("ALTER DATABASE %s SET transaction_timeout = '1h'", place.field.database);
    field_do(&place.field, limit);
    assert_migrate(&place.field, 0, "is at 000001_users", "upgrade", "1", "--no-backup");
    assert_migrate(&place.field, 0, "is at 000002_mail", "upgrade", "2", "--verify-first",
                   "--server", spec, "--no-backup");
    /* What the older cannot make is told with the way out. */
    field_do(&place.field, "CREATE TABLE now18 (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)");
    assert_migrate(&place.field, 3, "HINT: the database is of PostgreSQL 18", "upgrade",
                   "--verify-first", "--server", spec, "--no-backup");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_13),
        cmocka_unit_test(test_17),
        cmocka_unit_test(test_18),
        cmocka_unit_test(test_drafts_of_18),
        cmocka_unit_test(test_draft_on_an_older_server),
        cmocka_unit_test(test_draft_from_a_database),
        cmocka_unit_test(test_rehearsal_on_an_older_server),
    };
    g_unsetenv("DATABASE_URL");
    g_unsetenv("PGSTAIR_URL");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
