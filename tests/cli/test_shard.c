/* Covers `pgstair verify --shard` from the command line to the merged record: that the parts make
 * the whole, with cycle/stairway.c and record/shards.c. */
#include "shard_fixture.h"

static const ProjectFile sqitch[] = {
    {"sqitch.conf", "[core]\n\tengine = pg\n[deploy]\n\tverify = true\n"},
    {"sqitch.plan", "%project=mini\n\n"
                    "a 2024-01-01T10:00:00Z Ada <ada@example.org> # A.\n"
                    "b 2024-01-02T10:00:00Z Ada <ada@example.org> # B.\n"
                    "c 2024-01-03T10:00:00Z Ada <ada@example.org> # C.\n"
                    "d 2024-01-04T10:00:00Z Ada <ada@example.org> # D.\n"},
    {"deploy-a.sql", "CREATE TABLE a (id int);"},
    {"deploy-b.sql", "CREATE TABLE b (id int);"},
    {"deploy-c.sql", "ALTER TABLE a RENAME TO renamed;"},
    {"deploy-d.sql", "CREATE TABLE d (id int);"},
    {"revert-a.sql", "DROP TABLE a;"},
    {"revert-b.sql", "DROP TABLE b;"},
    {"revert-c.sql", "ALTER TABLE renamed RENAME TO a;"},
    {"revert-d.sql", "DROP TABLE d;"},
    /* a holds on its rung and not at head; b on neither. */
    {"verify-a.sql", "SELECT id FROM a WHERE false;"},
    {"verify-b.sql", "SELECT missing FROM b WHERE false;"},
    {"verify-d.sql", "SELECT id FROM d WHERE false;"},
};

/* "deploy-a.sql" as deploy/a.sql. */
static char *
new_sqitch(void)
{
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    for (gsize i = 0; i < COUNT(sqitch); i++) {
        g_auto(GStrv) words = g_strsplit(sqitch[i].name, "-", 2);
        g_autofree char *inside = g_build_filename(folder, words[0], NULL);
        if (words[1] != NULL)
            g_mkdir_with_parents(inside, 0700);
        write_file(words[1] != NULL ? inside : folder, words[1] != NULL ? words[1] : words[0],
                   sqitch[i].text);
    }
    return folder;
}

static void
forget_times_of_system(PgsRecordSystem *system)
{
    system->duration = 0;
    for (guint i = 0; i < system->servers->len; i++) {
        PgsRecordServer *server = system->servers->pdata[i];
        server->start = server->duration = 0;
    }
}

/* All of a record but when it was made, by which command, and of which files. */
static char *
text_of(const char *folder, const char *name)
{
    g_autoptr(PgsRecord) record = read_record(folder, name);
    g_date_time_unref(record->started);
    record->started = g_date_time_new_from_unix_utc(0);
    g_free(record->command);
    record->command = g_strdup("x");
    record->duration = 0;
    g_ptr_array_set_size(record->sources, 0);
    for (guint i = 0; i < record->systems->len; i++)
        forget_times_of_system(record->systems->pdata[i]);
    for (guint i = 0; i < record->findings->len; i++)
        ((PgsFinding *)record->findings->pdata[i])->duration = 0;
    g_autoptr(xmlDoc) document = pgs_record_to_xml(record);
    xmlChar *bytes = NULL;
    int length;
    xmlDocDumpFormatMemory(document, &bytes, &length, 1);
    char *text = g_strdup((const char *)bytes);
    xmlFree(bytes);
    return text;
}

static void
assert_same_text(const char *whole, const char *merged)
{
    g_auto(GStrv) wanted = g_strsplit(whole, "\n", -1);
    g_auto(GStrv) found = g_strsplit(merged, "\n", -1);
    for (guint i = 0; wanted[i] != NULL || found[i] != NULL; i++) {
        if (wanted[i] == NULL || found[i] == NULL || strcmp(wanted[i], found[i]) != 0)
            fail_msg("line %u\nwhole:  %s\nmerged: %s", i + 1, wanted[i], found[i]);
    }
}

/* That count parts, merged, make the record of the whole run, byte by byte. */
static void
assert_whole(const char *folder, guint count, const char *option, int status)
{
    g_autofree char *output = NULL;
    if (run(folder, "whole.xml", option, NULL, &output) != status)
        fail_msg("%s", output);
    for (guint i = 1; i <= count; i++) {
        int part = run_part(folder, i, count, option, NULL);
        assert_true(part == 0 || part == status);
    }
    g_autofree char *words = NULL;
    int merged = merge(folder, count, 0, &words);
    if (merged != status)
        fail_msg("%d\n%s", merged, words);
    g_autofree char *text = text_of(folder, "whole.xml");
    g_autofree char *other = text_of(folder, "merged.xml");
    assert_same_text(text, other);
}

/* ---- whole ---- */

static void
test_sound(void **state)
{
    (void)state;
    char *folder = new_folder(5, 0, TRUE);
    assert_whole(folder, 6, "--strict", 0);
    assert_whole(folder, 1, "--floor=003_r", 0);
    assert_whole(folder, 2, "--since=002_r", 0);
    remove_folder(folder);
}

static void
test_verify_scripts(void **state)
{
    (void)state;
    char *folder = new_sqitch();
    assert_whole(folder, 4, "--strict", 1);
    remove_folder(folder);
}

static void
test_forward_only(void **state)
{
    (void)state;
    char *folder = new_folder(5, 0, FALSE);
    assert_whole(folder, 3, "--strict", 0);
    remove_folder(folder);
    folder = new_folder(5, 3, FALSE);
    assert_whole(folder, 4, "--strict", 1);
    remove_folder(folder);
}

static void
test_broken(void **state)
{
    (void)state;
    char *folder = new_folder(7, 4, TRUE);
    assert_whole(folder, 4, "--only=stairway", 1);
    /* What it could not judge must not look verified. */
    guint n_kept_from = 0;
    for (guint i = 1; i <= 4; i++) {
        g_autofree char *output = NULL;
        int status = run_part(folder, i, 4, "--only=stairway", &output);
        n_kept_from += strstr(output, "NOTHING VERIFIED") != NULL;
        if (strstr(output, "not reached: the upgrade of 004_r fails") != NULL)
            assert_int_equal(status, 1);
    }
    assert_true(n_kept_from > 0);
    assert_whole(folder, 2, "--since=005_r", 1);
    remove_folder(folder);
}

static const char two_systems[] =
    "systems:\n"
    "  first:\n"
    "    migrations: first\n"
    "    accept:\n"
    "      - {check: stairway.down, object: table public.kept, reason: on purpose}\n"
    "      - {check: stairway.down, revision: \"002\", reason: nothing is wrong there}\n"
    "      - {check: cycle.down, object: table public.kept, reason: on purpose}\n"
    "  second: {migrations: second}\n";

static void
test_systems(void **state)
{
    (void)state;
    char *folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    static const char *const names[] = {"first", "second"};
    for (gsize i = 0; i < COUNT(names); i++) {
        g_autofree char *inside = g_build_filename(folder, names[i], NULL);
        g_mkdir_with_parents(inside, 0700);
        add_pair(inside, 1, "CREATE TABLE a (id int);", "DROP TABLE a;");
        add_pair(inside, 2, "CREATE TABLE b (id int);", "DROP TABLE b;");
        add_pair(inside, 3, i == 0 ? "CREATE TABLE IF NOT EXISTS kept (id int);" : "SELECT 1;",
                 "SELECT 1;");
    }
    write_file(folder, PGS_PROJECT_FILE, two_systems);
    assert_whole(folder, 3, "--strict", 0);
    g_autoptr(PgsRecord) merged = read_record(folder, "merged.xml");
    /* Of three entries one is of no use, whichever part has what the others are about. */
    assert_int_equal(count(merged, "accept.unused", PGS_STATUS_WARNING), 1);
    remove_folder(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sound),        cmocka_unit_test(test_verify_scripts),
        cmocka_unit_test(test_forward_only), cmocka_unit_test(test_broken),
        cmocka_unit_test(test_systems),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
