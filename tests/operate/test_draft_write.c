/* operate/draft.c, draft_name.c, draft_format.c, draft_sqitch.c, migration/atlas_sum.c */
#include "base/fs.h"
#include "cmocka_all.h"
#include "migration/atlas_sum.h"
#include "operate/draft.h"
#include "operate/draft_name.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- a folder ---- */

static char *
make_folder(void)
{
    char *folder = g_dir_make_tmp("pgstair-draft-XXXXXX", NULL);
    assert_non_null(folder);
    return folder;
}

static void
put(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *above = g_path_get_dirname(path);
    assert_int_equal(g_mkdir_with_parents(above, 0755), 0);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

static char *
get(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        fail_msg("%s is not there", path);
    return text;
}

static PgsHistory *
read_folder(const PgsSystem *system)
{
    g_autoptr(GError) error = NULL;
    PgsHistory *history = pgs_history_read_system(system, NULL, &error);
    if (history == NULL)
        fail_msg("%s", error->message);
    return history;
}

static void
clean(char *folder)
{
    pgs_fs_remove_tree(folder, NULL);
    g_free(folder);
}

/* ---- formats ---- */

/* up and down in the texts of the files that are written; {} in names: not looked at. */
typedef struct {
    const char *format;
    const char *files[8]; /* pairs of name and text: what is there */
    const char *written[3];
    const char *down_in; /* which of the written ones holds the way down; NULL: none */
} Case;

#define TABLE "CREATE TABLE a (id int);\n"
#define DROP "DROP TABLE a;\n"

static const Case cases[] = {
    {"golang-migrate",
     {"0009_a.up.sql", TABLE, "0009_a.down.sql", DROP},
     {"0010_add_b_c.up.sql", "0010_add_b_c.down.sql"},
     "0010_add_b_c.down.sql"},
    {"plain",
     {"007-a.up.sql", TABLE, "007-a.down.sql", DROP},
     {"008-add_b_c.up.sql", "008-add_b_c.down.sql"},
     "008-add_b_c.down.sql"},
    {"maragudk",
     {"1-a.up.sql", TABLE, "1-a.down.sql", DROP},
     {"2-add-b-c.up.sql", "2-add-b-c.down.sql"},
     "2-add-b-c.down.sql"},
    {"sqlx",
     {"1_a.up.sql", TABLE, "1_a.down.sql", DROP},
     {"2_add_b_c.up.sql", "2_add_b_c.down.sql"},
     "2_add_b_c.down.sql"},
    {"sqlx", {"1_a.sql", TABLE}, {"2_add_b_c.sql"}, NULL},
    {"dbmate",
     {"001_a.sql", "-- migrate:up\n" TABLE "-- migrate:down\n" DROP},
     {"002_add_b_c.sql"},
     "002_add_b_c.sql"},
    {"goose",
     {"00001_a.sql", "-- +goose Up\n" TABLE "-- +goose Down\n" DROP},
     {"00002_add_b_c.sql"},
     "00002_add_b_c.sql"},
    {"sql-migrate",
     {"001-a.sql", "-- +migrate Up\n" TABLE "-- +migrate Down\n" DROP},
     {"002-add_b_c.sql"},
     "002-add_b_c.sql"},
    {"diesel",
     {"0001_a/up.sql", TABLE, "0001_a/down.sql", DROP},
     {"0002_add_b_c/up.sql", "0002_add_b_c/down.sql"},
     "0002_add_b_c/down.sql"},
    {"flyway",
     {"V1.9__a.sql", TABLE, "U1.9__a.sql", DROP},
     {"V1.10__add_b_c.sql", "U1.10__add_b_c.sql"},
     "U1.10__add_b_c.sql"},
    {"flyway", {"V2__a.sql", TABLE}, {"V3__add_b_c.sql"}, NULL},
    {"refinery", {"V1__a.sql", TABLE}, {"V2__add_b_c.sql"}, NULL},
    {"refinery", {"V1__a.sql", TABLE, "U10__b.sql", "SELECT 1;\n"}, {"V11__add_b_c.sql"}, NULL},
    {"liquibase",
     {"001_a.sql",
      "--liquibase formatted sql\n--changeset me:1\n" TABLE "--rollback DROP TABLE a;\n"},
     {"002_add_b_c.sql"},
     "002_add_b_c.sql"},
    {"yoyo",
     {"0001-a.sql", TABLE, "0001-a.rollback.sql", DROP},
     {"0002-add-b-c.sql", "0002-add-b-c.rollback.sql"},
     "0002-add-b-c.rollback.sql"},
    {"node-pg-migrate",
     {"0001_a.sql", "-- Up Migration\n" TABLE "-- Down Migration\n" DROP},
     {"0002_add-b-c.sql"},
     "0002_add-b-c.sql"},
    {"postgrator",
     {"009.do.a.sql", TABLE, "009.undo.a.sql", DROP},
     {"010.do.add-b-c.sql", "010.undo.add-b-c.sql"},
     "010.undo.add-b-c.sql"},
    {"prisma", {"0001_a/migration.sql", TABLE}, {"0002_add_b_c/migration.sql"}, NULL},
    {"atlas", {"1_a.sql", TABLE}, {"2_add_b_c.sql"}, NULL},
    {"sqitch",
     {"sqitch.conf", "[core]\n\tengine = pg\n", "sqitch.plan",
      "%syntax-version=1.0.0\n%project=p\n\na 2024-01-01T00:00:00Z A <a@b.c> # a\n", "deploy/a.sql",
      "BEGIN;\n" TABLE "COMMIT;\n", "revert/a.sql", "BEGIN;\n" DROP "COMMIT;\n"},
     {"deploy/add_b_c.sql", "revert/add_b_c.sql", "verify/add_b_c.sql"},
     "revert/add_b_c.sql"},
};

static const char up_sql[] = "CREATE TABLE b (x int);\n\n"
                             "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\n"
                             "BEGIN\n    RETURN 1;\nEND $$;\n";
static const char down_sql[] = "DROP FUNCTION f();\nDROP TABLE b;\n";

static void
expect_files(const Case *one, const char *folder, const char *up, const char *down)
{
    for (gsize i = 0; i < G_N_ELEMENTS(one->written) && one->written[i] != NULL; i++) {
        g_autofree char *text = get(folder, one->written[i]);
        if (i == 0 && strstr(text, up) == NULL)
            fail_msg("%s: no \"%s\" in %s:\n%s", one->format, up, one->written[i], text);
        if (g_strcmp0(one->down_in, one->written[i]) == 0 && strstr(text, down) == NULL)
            fail_msg("%s: no \"%s\" in %s:\n%s", one->format, down, one->written[i], text);
    }
}

/* The reader holds it against the files. */
static void
put_sum(const char *folder)
{
    g_autoptr(PgsFolder) files = pgs_folder_open(folder, NULL);
    g_autofree char *sum = pgs_atlas_sum_text(files, NULL);
    put(folder, PGS_ATLAS_SUM_FILE, sum);
}

static void
try_case(const Case *one, gboolean empty)
{
    char *folder = make_folder();
    for (gsize i = 0; i < G_N_ELEMENTS(one->files) && one->files[i] != NULL; i += 2)
        put(folder, one->files[i], one->files[i + 1]);
    if (strcmp(one->format, "atlas") == 0)
        put_sum(folder);
    g_autoptr(PgsSystem) system = pgs_system_new(folder);
    system->format = g_strdup(one->format);
    g_autoptr(PgsHistory) history = read_folder(system);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRevisionDraft) draft =
        pgs_revision_draft_write(system, history, "add \"b\" & c!", empty ? NULL : "a draft",
                                 empty ? NULL : up_sql, empty ? NULL : down_sql, NULL, &error);
    if (draft == NULL)
        fail_msg("%s: %s", one->format, error->message);
    expect_files(one, folder, empty ? "the SQL of the upgrade belongs here" : "RETURN 1;",
                 empty ? "the SQL that undoes it" : "DROP TABLE b;");
    /* The reader has each statement whole, and the way down. */
    g_autoptr(PgsHistory) again = read_folder(system);
    const PgsRevision *last = pgs_draft_last_revision(again);
    assert_non_null(last->up->script);
    if (!empty && strcmp(one->format, "sqitch") != 0 && strcmp(one->format, "liquibase") != 0)
        assert_int_equal(pgs_script_n_statements(last->up->script), 2);
    assert_true((last->down != NULL) == (one->down_in != NULL));
    /* A second one of the same name follows it, and overwrites nothing. */
    g_autoptr(PgsRevisionDraft) second =
        pgs_revision_draft_write(system, again, "another", NULL, NULL, NULL, NULL, &error);
    if (second == NULL)
        fail_msg("%s: %s", one->format, error->message);
    clean(folder);
}

static void
test_formats(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        try_case(&cases[i], FALSE);
        try_case(&cases[i], TRUE);
    }
}

/* What is there stays, and what was begun is taken away. */
static void
test_overwrites_nothing(G_GNUC_UNUSED void **state)
{
    char *folder = make_folder();
    put(folder, "0001_a.up.sql", TABLE);
    put(folder, "0001_a.down.sql", DROP);
    g_autoptr(PgsSystem) system = pgs_system_new(folder);
    system->format = g_strdup("plain");
    g_autoptr(PgsHistory) history = read_folder(system);
    put(folder, "0002_b.down.sql", "mine");
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRevisionDraft) draft =
        pgs_revision_draft_write(system, history, "b", NULL, NULL, NULL, NULL, &error);
    assert_null(draft);
    assert_true(g_error_matches(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_DRAFT));
    g_autofree char *mine = get(folder, "0002_b.down.sql");
    assert_string_equal(mine, "mine");
    g_autofree char *up = g_build_filename(folder, "0002_b.up.sql", NULL);
    assert_false(g_file_test(up, G_FILE_TEST_EXISTS));
    clean(folder);
}

/* An empty folder that was there before stays; one that was made for the draft goes. */
static void
try_take_back(gboolean was_there)
{
    char *folder = make_folder();
    put(folder, "sqitch.plan",
        "%syntax-version=1.0.0\n%project=it\n\na 2026-01-01T00:00:00Z A <a@example> # a\n");
    put(folder, "deploy/a.sql", TABLE);
    put(folder, "verify/b.sql", "mine"); /* the last of its files cannot be made */
    g_autofree char *revert = g_build_filename(folder, "revert", NULL);
    g_autoptr(PgsSystem) system = pgs_system_new(folder);
    system->format = g_strdup("sqitch");
    g_autoptr(PgsHistory) history = read_folder(system);
    assert_true(!was_there || g_mkdir(revert, 0755) == 0);
    g_autoptr(GError) error = NULL;
    assert_null(
        pgs_revision_draft_write(system, history, "b", "a draft", up_sql, down_sql, NULL, &error));
    assert_non_null(strstr(error->message, "verify"));
    g_autofree char *written = g_build_filename(folder, "deploy", "b.sql", NULL);
    assert_false(g_file_test(written, G_FILE_TEST_EXISTS));
    assert_int_equal(g_file_test(revert, G_FILE_TEST_EXISTS), was_there);
    clean(folder);
}

static void
test_takes_back_its_own(G_GNUC_UNUSED void **state)
{
    try_take_back(FALSE);
    try_take_back(TRUE);
}

/* ---- texts that look like a tool's own ---- */

static int
compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The whole folder as one text: names and what they hold. */
static char *
read_all(const char *folder)
{
    GString *all = g_string_new(NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = get(folder, names->pdata[i]);
        g_string_append_printf(all, "%s\n%s", (char *)names->pdata[i], text);
    }
    return g_string_free(all, FALSE);
}

/* In a comment or a literal a tool finds its marker as well; then nothing is left behind, whether
 * the format was said or found. */
static void
test_markers(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *format, *name, *text, *up;
    } rows[] = {
        {"dbmate", "1_a.sql", "-- migrate:up\n" TABLE "-- migrate:down\n" DROP,
         "COMMENT ON TABLE a IS '\n-- migrate:down\n';\n"},
        {"goose", "00001_a.sql", "-- +goose Up\n" TABLE "-- +goose Down\n" DROP,
         "COMMENT ON TABLE a IS '\n-- +goose Down\n';\n"},
        {"sql-migrate", "1-a.sql", "-- +migrate Up\n" TABLE "-- +migrate Down\n" DROP,
         "COMMENT ON TABLE a IS '\n-- +migrate Down\n';\n"},
        {"dbmate", "1_a.sql", "-- migrate:up\n" TABLE "-- migrate:down\n" DROP,
         "COMMENT ON TABLE a IS '\n-- +goose Up\n';\n"},
    };
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
        char *folder = make_folder();
        put(folder, rows[i / 2].name, rows[i / 2].text);
        g_autofree char *before = read_all(folder);
        g_autoptr(PgsSystem) system = pgs_system_new(folder);
        system->format = i % 2 == 0 ? g_strdup(rows[i / 2].format) : NULL;
        g_autoptr(PgsHistory) history = read_folder(system);
        g_autoptr(GError) error = NULL;
        g_autoptr(PgsRevisionDraft) draft = pgs_revision_draft_write(
            system, history, "b", NULL, rows[i / 2].up, "SELECT 1;\n", NULL, &error);
        /* Said to be dbmate's, goose's mark means nothing to it. */
        if (i == 6)
            assert_non_null(draft);
        else if (draft != NULL) /* by the reader's own words, or by ours */
            fail_msg("%zu: it was written", i);
        g_autofree char *after = read_all(folder);
        if (draft == NULL)
            assert_string_equal(before, after);
        clean(folder);
    }
}

/* ---- names ---- */

static char *
next_of(const char *last, PgsNumbering numbering)
{
    PgsStep step = {.path = g_strdup_printf("folder/%s_x.sql", last)};
    PgsRevision revision = {.id = (char *)last, .up = &step};
    g_autoptr(GPtrArray) revisions = g_ptr_array_new();
    g_ptr_array_add(revisions, &revision);
    PgsHistory history = {.folder = (char *)"folder", .revisions = revisions};
    g_autoptr(GDateTime) now = g_date_time_new_utc(2026, 11, 22, 1, 2, 3.25);
    g_auto(PgsDraftName) name = {0};
    pgs_draft_name_next(&name, &history, 0, "", numbering, now);
    g_free(step.path);
    return g_steal_pointer(&name.version);
}

static void
test_versions(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *last, *next;
    } rows[] = {
        {"1", "2"},
        {"9", "10"},
        {"0099", "0100"},
        {"999", "1000"},
        {"1.9", "1.10"},
        {"20240102030405", "20261122010203"},
        {"20240102030405006", "20261122010203250"},
        {"202401020304", "202611220102"},
        {"2024-01-02-030405", "2026-11-22-010203"},
        {"1700000000", "1795309323"},
        {"1700000000000", "1795309323250"},
        {"20991231235959", "20991231235960"}, /* somebody's clock is ahead */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *next = next_of(rows[i].last, PGS_NUMBERING_SEQUENCE);
        assert_string_equal(next, rows[i].next);
    }
}

static void
test_slugs(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *description, *slug;
    } rows[] = {{"add users.email", "add_users_email"},
                {"  Größe / ../../etc", "Groesse_etc"},
                {"a'; DROP TABLE x; --\n", "a_DROP_TABLE_x"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *slug = pgs_draft_slug(rows[i].description, '_', FALSE, NULL);
        if (i != 1)
            assert_string_equal(slug, rows[i].slug);
        assert_null(strpbrk(slug, "./' \n"));
    }
    g_autoptr(GError) error = NULL;
    assert_null(pgs_draft_slug("…", '_', FALSE, &error));
    assert_non_null(error);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_overwrites_nothing),
        cmocka_unit_test(test_takes_back_its_own),
        cmocka_unit_test(test_markers),
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_slugs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
