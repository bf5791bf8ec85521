/* Covers what harness/check/verify.c, attempt.c and sink.c put into the record beside findings; and
 * tolerances that end (system_words.c). */
#include "base/fs.h"
#include "check/verify.h"
#include "cmocka_all.h"
#include "project/project.h"
#include "record/record_schema.h"
#include "record/record_xml.h"

#include <string.h>

static void
write_file(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* The downgrade puts the columns back in another order. */
static int
make_project(void **state)
{
    char *folder = g_dir_make_tmp("pgstair-evidence-XXXXXX", NULL);
    write_file(folder, "001_a.up.sql", "CREATE TABLE a (id int, n text, PRIMARY KEY (id));\n");
    write_file(folder, "001_a.down.sql", "DROP TABLE a;\n");
    write_file(folder, "002_b.up.sql", "ALTER TABLE a DROP COLUMN id;\n");
    write_file(folder, "002_b.down.sql", "ALTER TABLE a ADD COLUMN id int PRIMARY KEY;\n");
    write_file(folder, "003_c.up.sql", "CREATE TABLE c (n int);\n");
    write_file(folder, "003_c.down.sql", "SELECT 1;\n");
    *state = folder;
    return 0;
}

static int
remove_project(void **state)
{
    assert_true(pgs_fs_remove_tree(*state, NULL));
    g_free(*state);
    return 0;
}

static PgsRecord *
verify(const char *folder, const char *more, const char *today)
{
    g_autofree char *path = g_build_filename(folder, "pgstair.yaml", NULL);
    g_autofree char *yaml =
        g_strconcat("systems:\n  a:\n    migrations: .\n    only: [cycle, stairway, accept, "
                    "tolerance]\n    strict: true\n    accept:\n      - {check: stairway, "
                    "revision: '003', reason: agreed}\n      - {check: cycle, reason: agreed}\n"
                    "      - {check: stairway.up, reason: not needed}\n",
                    more, NULL);
    write_file(folder, "pgstair.yaml", yaml);
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsProject) project = pgs_project_read(path, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    PgsVerifyOptions options = {.today = today};
    PgsRecord *record = pgs_record_new("test");
    g_autofree char *kept = NULL;
    pgs_verify_system(g_ptr_array_index(project->systems, 0), &options, record, &kept, &error);
    if (error != NULL)
        fail_msg("%s", error->message);
    return record;
}

static const PgsFinding *
find(const PgsRecord *record, const char *check, const char *revision)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, check) == 0 &&
            (revision == NULL || g_strcmp0(finding->revision, revision) == 0))
            return finding;
    }
    return NULL;
}

#define TOLERATE                                                                                   \
    "    tolerate:\n      - comments\n      - difference: column-order\n"                          \
    "        reason: agreed on 3 May\n        until: 2026-11-20\n"

static void
test_a_tolerance_holds_until_its_day(void **state)
{
    g_autoptr(PgsRecord) record = verify(*state, TOLERATE, "2026-11-20");
    assert_int_equal(find(record, "stairway.down", "002_b")->status, PGS_STATUS_PASSED);
    assert_null(find(record, "tolerance.expired", NULL));
    const PgsRecordSystem *facts = record->systems->pdata[0];
    assert_int_equal(facts->tolerances->len, 2);
    const PgsRecordTolerance *comments = facts->tolerances->pdata[0];
    const PgsRecordTolerance *order = facts->tolerances->pdata[1];
    assert_string_equal(comments->name, "comments");
    assert_null(comments->reason);
    assert_string_equal(order->name, "column-order");
    assert_string_equal(order->reason, "agreed on 3 May");
    assert_string_equal(order->until, "2026-11-20");
    assert_true(g_str_has_suffix(order->place, "pgstair.yaml:12:9"));
    assert_true(facts->n_tolerated > 0);
}

static void
test_a_tolerance_ends(void **state)
{
    g_autoptr(PgsRecord) record = verify(*state, TOLERATE, "2026-11-21");
    assert_int_equal(find(record, "stairway.down", "002_b")->status, PGS_STATUS_FAILED);
    const PgsFinding *expired = find(record, "tolerance.expired", NULL);
    assert_non_null(expired);
    assert_int_equal(expired->status, PGS_STATUS_WARNING);
    assert_string_equal(expired->title, "column-order");
    assert_string_equal(expired->message, "was tolerated until 2026-11-20: agreed on 3 May");
    assert_true(g_str_has_suffix(expired->file, "pgstair.yaml"));
    assert_int_equal(expired->line, 12);
    const PgsRecordSystem *facts = record->systems->pdata[0];
    assert_int_equal(facts->n_tolerated, 0);
}

/* How often each entry was needed: one whose finding passed, never. */
static void
test_acceptances_are_counted(void **state)
{
    g_autoptr(PgsRecord) record = verify(*state, TOLERATE, "2026-11-20");
    const PgsRecordSystem *facts = record->systems->pdata[0];
    assert_int_equal(facts->acceptances->len, 3);
    guint n_accepted = 0, n_used = 0;
    for (guint i = 0; i < record->findings->len; i++)
        n_accepted += ((PgsFinding *)record->findings->pdata[i])->status == PGS_STATUS_ACCEPTED;
    for (guint i = 0; i < facts->acceptances->len; i++)
        n_used += ((PgsRecordAcceptance *)facts->acceptances->pdata[i])->used;
    assert_true(n_accepted > 1);
    assert_int_equal(n_used, n_accepted);
    const PgsRecordAcceptance *stairway = facts->acceptances->pdata[0];
    const PgsRecordAcceptance *unused = facts->acceptances->pdata[2];
    assert_true(stairway->used > 0);
    assert_string_equal(stairway->revision, "003");
    assert_string_equal(stairway->reason, "agreed");
    assert_true(g_str_has_suffix(stairway->place, "pgstair.yaml:7:9"));
    assert_int_equal(unused->used, 0);
    assert_non_null(find(record, "accept.unused", NULL));
}

static void
test_the_record_has_it_all(void **state)
{
    g_autoptr(PgsRecord) record = verify(*state, "    since: '001'\n", NULL);
    const PgsRecordSystem *facts = record->systems->pdata[0];
    assert_int_equal(facts->revisions->len, 3);
    const PgsRecordRevision *first = facts->revisions->pdata[0];
    const PgsRecordRevision *second = facts->revisions->pdata[1];
    const PgsRecordRevision *third = facts->revisions->pdata[2];
    assert_true(first->given);
    assert_null(first->changes);
    assert_false(second->given);
    assert_int_equal(second->changes->len, 2);
    assert_int_equal(third->changes->len, 1);
    assert_int_equal(third->files->len, 2);
    assert_int_equal(facts->relations->len, 2);
    assert_int_equal(facts->files->len, 1);
    assert_true(g_str_has_suffix(facts->config, "pgstair.yaml"));
    const char *const wanted[] = {"pgstair",  "libpq",         "seed",   "since", "strict",
                                  "encoding", "setting fsync", "locale", "git"};
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        gboolean found = FALSE;
        for (guint k = 0; k < facts->facts->len; k++)
            found |= strcmp(((PgsRecordFact *)facts->facts->pdata[k])->name, wanted[i]) == 0;
        if (!found)
            fail_msg("no fact %s", wanted[i]);
    }
}

/* What is written is what the schema of records allows. */
static void
test_it_can_be_written(void **state)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsRecord) record = verify(*state, TOLERATE, NULL);
    g_autofree char *path = g_build_filename(*state, "record.xml", NULL);
    assert_true(pgs_record_write(record, path, &error));
    g_autoptr(PgsRecord) again = pgs_record_read(path, &error);
    if (again == NULL)
        fail_msg("%s", error->message);
    const PgsRecordSystem *facts = again->systems->pdata[0];
    assert_int_equal(facts->relations->len, 2);
    assert_int_equal(facts->acceptances->len, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_project, remove_project)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_tolerance_holds_until_its_day),
        TEST(test_a_tolerance_ends),
        TEST(test_acceptances_are_counted),
        TEST(test_the_record_has_it_all),
        TEST(test_it_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
