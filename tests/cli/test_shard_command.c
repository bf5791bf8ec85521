/* Covers harness/cli/split.c: the command line of `pgstair verify --shard`, and parts that do not
 * make a whole. */
#include "shard_fixture.h"

/* ---- not whole ---- */

static void
test_missing(void **state)
{
    (void)state;
    char *folder = new_folder(6, 0, TRUE);
    for (guint i = 1; i <= 3; i++)
        assert_int_equal(run_part(folder, i, 3, "--strict", NULL), 0);
    g_autofree char *output = NULL;
    assert_int_equal(merge(folder, 3, 2, &output), 1);
    g_autoptr(PgsRecord) merged = read_record(folder, "merged.xml");
    assert_string_equal(find(merged, "run.shards", NULL)->message, "part 2 of 3 is missing");
    /* The third of others. */
    g_autofree char *other = NULL;
    assert_int_equal(run_part(folder, 3, 4, "--strict", &other), 0);
    assert_int_equal(merge(folder, 3, 0, NULL), 1);
    g_autoptr(PgsRecord) mixed = read_record(folder, "merged.xml");
    assert_non_null(strstr(find(mixed, "run.shards", NULL)->message, "different splits"));
    remove_folder(folder);
}

/* A part that another folder was made of, though its number fits. */
static void
test_other_folder(void **state)
{
    (void)state;
    char *folder = new_folder(6, 0, TRUE);
    assert_int_equal(run_part(folder, 1, 2, "--strict", NULL), 0);
    add_pair(folder, 7, "CREATE TABLE t7 (id int);", "DROP TABLE t7;");
    assert_int_equal(run_part(folder, 2, 2, "--strict", NULL), 0);
    assert_int_equal(merge(folder, 2, 0, NULL), 1);
    g_autoptr(PgsRecord) merged = read_record(folder, "merged.xml");
    find(merged, "run.shards", NULL);
    remove_folder(folder);
}

/* What went into the merged record adds nothing to it, in whichever order they are given. */
static void
test_part_beside_the_whole(void **state)
{
    (void)state;
    char *folder = new_folder(2, 0, TRUE);
    for (guint i = 1; i <= 2; i++)
        assert_int_equal(run_part(folder, i, 2, "--strict", NULL), 0);
    assert_int_equal(merge(folder, 2, 0, NULL), 0);
    g_autoptr(PgsRecord) merged = read_record(folder, "merged.xml");
    g_autofree char *whole = g_build_filename(folder, "merged.xml", NULL);
    g_autofree char *part = g_build_filename(folder, "part-2.xml", NULL);
    g_autofree char *again = g_build_filename(folder, "again.xml", NULL);
    const char *const orders[][2] = {{whole, part}, {part, whole}, {whole, whole}};
    for (gsize i = 0; i < COUNT(orders); i++) {
        g_autofree char *output = NULL;
        int status = RUN_PROGRAM(&output, "report", orders[i][0], orders[i][1], "--record", again);
        if (status != 0)
            fail_msg("%" G_GSIZE_FORMAT ": %s", i, output);
        g_autoptr(PgsRecord) both = read_record(folder, "again.xml");
        assert_int_equal(both->findings->len, merged->findings->len);
        assert_int_equal(both->shards->len, 0);
        for (guint k = 0; k < both->findings->len; k++)
            assert_null(((PgsFinding *)both->findings->pdata[k])->server);
    }
    remove_folder(folder);
}

/* Where only rungs are judged there is a rung for each part, or it has nothing to do and says so.
 */
static void
test_rungs_alone(void **state)
{
    (void)state;
    char *folder = new_folder(2, 0, TRUE);
    for (guint i = 1; i <= 3; i++) {
        g_autofree char *shard = g_strdup_printf("--shard=%u/3", i);
        g_autofree char *path = g_build_filename(folder, "x.xml", NULL);
        g_autofree char *output = NULL;
        assert_int_equal(
            RUN_PROGRAM(&output, "verify", folder, "--only", "stairway", "--record", path, shard),
            0);
        g_autoptr(PgsRecord) record = read_record(folder, "x.xml");
        assert_int_equal(count(record, "stairway.", PGS_STATUS_PASSED), i < 3 ? 3 : 0);
        const char *says =
            i < 3 ? "VERIFIED: 3 passed" : "NOTHING TO DO: all of the work is in the";
        if (strstr(output, says) == NULL || strstr(output, "NOTHING VERIFIED") != NULL)
            fail_msg("%s", output);
    }
    remove_folder(folder);
}

/* Its number and its split fit, and what it verified is another file. */
static void
test_other_files(void **state)
{
    (void)state;
    char *folder = new_folder(2, 0, TRUE);
    assert_int_equal(run_part(folder, 1, 2, "--strict", NULL), 0);
    add_pair(folder, 1, "CREATE TABLE t1 (id bigint PRIMARY KEY);", "DROP TABLE t1;");
    assert_int_equal(run_part(folder, 2, 2, "--strict", NULL), 0);
    assert_int_equal(merge(folder, 2, 0, NULL), 1);
    g_autoptr(PgsRecord) merged = read_record(folder, "merged.xml");
    const PgsFinding *finding = find(merged, "run.same", NULL);
    assert_int_equal(finding->status, PGS_STATUS_ERROR);
    assert_string_equal(finding->message, "the records differ in file 001_r.up.sql");
    remove_folder(folder);
}

/* ---- the command line ---- */

static void
test_usage(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "0/3",  "4/3",  "x",     "1/0",  "1/10000", "1/1001",
        "",     "/",    "1/",    "/3",   "1/3/",    "1 /3",
        "+1/3", "-1/3", "1.0/3", "１/3", "01/x",    "99999999999999999999/3"};
    char *folder = new_folder(1, 0, TRUE);
    for (gsize i = 0; i < COUNT(wrong); i++) {
        g_autofree char *output = NULL;
        g_autofree char *shard = g_strconcat("--shard=", wrong[i], NULL);
        if (run(folder, "x.xml", shard, NULL, &output) != 2 ||
            strstr(output, "is no part of a run") == NULL)
            fail_msg("%s: %s", wrong[i], output);
    }
    remove_folder(folder);
}

static void
test_environment(void **state)
{
    (void)state;
    char *folder = new_folder(2, 0, TRUE);
    g_autofree char *output = NULL;
    g_setenv("PGSTAIR_SHARD", "9/9", TRUE);
    int status = run(folder, "x.xml", "--strict", NULL, &output);
    g_unsetenv("PGSTAIR_SHARD");
    assert_int_equal(status, 0);
    assert_non_null(strstr(output, "part 9 of 9: nothing to do"));
    g_autoptr(PgsRecord) record = read_record(folder, "x.xml");
    assert_int_equal(record->shards->len, 1);
    assert_int_equal(record->findings->len, 0);
    remove_folder(folder);
}

static const char *
plan_of(const PgsRecord *record)
{
    return ((PgsRecordShard *)record->shards->pdata[0])->plan;
}

static void
test_durations(void **state)
{
    (void)state;
    char *folder = new_folder(12, 0, TRUE);
    add_pair(folder, 12, "CREATE TABLE t12 (id int); SELECT pg_sleep(0.5);", "DROP TABLE t12;");
    g_autofree char *nowhere = g_strdup_printf("--durations=%s/earlier.xml", folder);
    g_autofree char *output = NULL;
    assert_int_equal(run_part(folder, 1, 3, nowhere, &output), 0);
    assert_non_null(strstr(output, "there is no such file"));
    g_autoptr(PgsRecord) without = read_record(folder, "part-1.xml");
    assert_int_equal(run(folder, "earlier.xml", "--strict", NULL, NULL), 0);
    assert_int_equal(run_part(folder, 1, 3, nowhere, NULL), 0);
    g_autoptr(PgsRecord) with = read_record(folder, "part-1.xml");
    assert_string_not_equal(plan_of(with), plan_of(without));
    write_file(folder, "earlier.xml", "<nothing/>");
    g_autofree char *refused = NULL;
    assert_int_equal(run_part(folder, 1, 3, nowhere, &refused), 2);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_other_folder),
        cmocka_unit_test(test_part_beside_the_whole),
        cmocka_unit_test(test_rungs_alone),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
