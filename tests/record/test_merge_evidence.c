/* Covers harness/record/merge_system.c, disagreement.c and sources.c: what merging does with files,
 * revisions, the schema and where they come from. */
#include "cmocka_all.h"

#include "record/record_xml.h"
#include "record/sample.h"

#include <glib/gstdio.h>
#include <string.h>

/* A run that began so many seconds later. */
static PgsRecord *
record_later(PgsRecord *record, gint seconds)
{
    GDateTime *later = g_date_time_add_seconds(record->started, seconds);
    g_date_time_unref(record->started);
    record->started = later;
    return record;
}

static PgsRecordSystem *
first_system(const PgsRecord *record)
{
    return record->systems->pdata[0];
}

/* A suite's: of its system it knows but the name. */
static PgsRecord *
bare_record(void)
{
    PgsRecord *record = record_later(sample_record("suites/canvas"), 3);
    pgs_record_add_system(record, "canvas", "suites/canvas");
    return record;
}

static void
assert_evidence(const PgsRecordSystem *system)
{
    assert_string_equal(system->config, "migrations/pgstair.yaml");
    assert_int_equal(system->facts->len, 7);
    assert_int_equal(system->files->len, 2);
    assert_int_equal(system->revisions->len, 2);
    assert_int_equal(system->relations->len, 7);
    assert_int_equal(system->acceptances->len, 3);
    assert_int_equal(system->tolerances->len, 1);
    assert_non_null(system->git);
    assert_true(system->git->clean);
}

static void
test_the_first_that_knows_is_believed(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) suite = bare_record();
    g_autoptr(PgsRecord) program = sample_requirements();
    pgs_record_merge(suite, program);
    assert_evidence(first_system(suite));

    g_autoptr(PgsRecord) first = sample_requirements();
    g_autoptr(PgsRecord) more = bare_record();
    pgs_record_merge(first, more);
    assert_evidence(first_system(first));
}

static void
test_the_same_evidence_is_there_once(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) first = sample_requirements();
    g_autoptr(PgsRecord) second = record_later(sample_requirements(), 9);
    pgs_record_merge(first, second);
    assert_evidence(first_system(first));
    static const guint used[] = {2, 2, 0};
    for (guint i = 0; i < G_N_ELEMENTS(used); i++) {
        const PgsRecordAcceptance *acceptance = first_system(first)->acceptances->pdata[i];
        assert_int_equal(acceptance->used, used[i]);
    }
    /* The very same run adds nothing up. */
    g_autoptr(PgsRecord) again = sample_requirements();
    g_autoptr(PgsRecord) twin = sample_requirements();
    pgs_record_merge(again, twin);
    assert_int_equal(((PgsRecordAcceptance *)first_system(again)->acceptances->pdata[0])->used, 1);
}

static void
test_changes_are_filled_in(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) first = sample_passing();
    g_autoptr(PgsRecord) second = record_later(sample_passing(), 9);
    PgsRecordRevision *ours = first_system(first)->revisions->pdata[1];
    PgsRecordRevision *theirs = first_system(second)->revisions->pdata[0];
    g_clear_pointer(&ours->changes, g_ptr_array_unref);
    g_clear_pointer(&theirs->changes, g_ptr_array_unref);
    ((PgsRecordRevision *)first_system(second)->revisions->pdata[1])->n_changes_left = 4;
    pgs_record_merge(first, second);
    assert_int_equal(((PgsRecordRevision *)first_system(first)->revisions->pdata[0])->changes->len,
                     2);
    assert_int_equal(ours->changes->len, 7);
    assert_int_equal(ours->n_changes_left, 4);
}

static void
test_facts_are_of_their_servers(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) first = sample_record("a");
    g_autoptr(PgsRecord) second = sample_record("b");
    sample_add_facts(sample_system(first, "canvas", 0), "docker:13");
    sample_add_facts(sample_system(second, "canvas", 0), "docker:15");
    pgs_record_merge(first, second);
    assert_int_equal(first_system(first)->facts->len, 11);
    const PgsRecordFact *last = first_system(first)->facts->pdata[10];
    assert_string_equal(last->name, "locale");
    assert_string_equal(last->server, "docker:15");
}

static void
test_a_tolerance_learns_its_reason(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) first = sample_record("--tolerate column-order");
    g_autoptr(PgsRecord) second = sample_requirements();
    sample_tolerance(sample_system(first, "canvas", 0), "column-order", NULL, NULL, NULL);
    pgs_record_merge(first, second);
    assert_int_equal(first_system(first)->tolerances->len, 1);
    const PgsRecordTolerance *tolerance = first_system(first)->tolerances->pdata[0];
    assert_string_equal(tolerance->reason, "the tool adds columns at the end");
    assert_string_equal(tolerance->place, "migrations/pgstair.yaml:7:3");
}

/* ---- disagreements ---- */

static void
change_text(char **text)
{
    g_free(*text);
    *text = g_strdup("otherwise");
}

static void
change_commit(PgsRecordSystem *system)
{
    change_text(&system->git->commit);
}

static void
change_cleanness(PgsRecordSystem *system)
{
    system->git->clean = FALSE;
}

static void
change_file(PgsRecordSystem *system)
{
    change_text(&((PgsRecordFile *)system->files->pdata[0])->sha256);
}

static void
change_migration(PgsRecordSystem *system)
{
    const PgsRecordRevision *revision = system->revisions->pdata[1];
    change_text(&((PgsRecordFile *)revision->files->pdata[1])->sha256);
}

static void
change_label(PgsRecordSystem *system)
{
    change_text(&((PgsRecordRevision *)system->revisions->pdata[1])->label);
}

static void
drop_revision(PgsRecordSystem *system)
{
    g_ptr_array_set_size(system->revisions, 1);
}

static void
swap_revisions(PgsRecordSystem *system)
{
    gpointer first = system->revisions->pdata[0];
    system->revisions->pdata[0] = system->revisions->pdata[1];
    system->revisions->pdata[1] = first;
}

static void
change_reason(PgsRecordSystem *system)
{
    change_text(&((PgsRecordAcceptance *)system->acceptances->pdata[1])->reason);
}

static void
change_day(PgsRecordSystem *system)
{
    change_text(&((PgsRecordAcceptance *)system->acceptances->pdata[0])->until);
}

static void
change_nothing(G_GNUC_UNUSED PgsRecordSystem *system)
{
}

/* Noted twice, it is told once; that the tree was not clean the merged record says by itself. */
static void
assert_finding(PgsRecord *a, const PgsRecord *b, const char *says, gboolean is_grave)
{
    guint before = a->findings->len;
    pgs_record_note_disagreements(a, b);
    pgs_record_note_disagreements(a, b);
    if (strstr(says, "was clean") != NULL) {
        assert_int_equal(a->findings->len, before);
        return;
    }
    assert_int_equal(a->findings->len, before + 1);
    const PgsFinding *finding = a->findings->pdata[before];
    assert_string_equal(finding->check, "run.same");
    assert_int_equal(finding->status, is_grave ? PGS_STATUS_ERROR : PGS_STATUS_WARNING);
    assert_string_equal(finding->message, says + strlen("canvas: "));
}

/* Whichever comes first. */
static void
test_one_unclean_tree_makes_it_unclean(G_GNUC_UNUSED void **state)
{
    for (guint first = 0; first < 2; first++) {
        g_autoptr(PgsRecord) a = record_later(sample_requirements(), 1);
        g_autoptr(PgsRecord) b = record_later(sample_requirements(), 2);
        PgsRecordGit *git = first_system(first == 0 ? a : b)->git;
        git->clean = FALSE;
        g_ptr_array_set_size(git->dirty, 0);
        g_ptr_array_add(git->dirty, g_strdup("M x.sql"));
        git->n_dirty = 1;
        PgsRecordGit *other = first_system(first == 0 ? b : a)->git;
        other->clean = TRUE;
        g_ptr_array_set_size(other->dirty, 0);
        other->n_dirty = 0;
        pgs_record_merge(a, b);
        const PgsRecordGit *merged = first_system(a)->git;
        assert_false(merged->clean);
        assert_int_equal(merged->n_dirty, 1);
        assert_string_equal(merged->dirty->pdata[0], "M x.sql");
    }
}

static void
test_disagreements_are_told(G_GNUC_UNUSED void **state)
{
    static const struct {
        void (*change)(PgsRecordSystem *);
        const char *says;  /* NULL: nothing */
        gboolean is_grave; /* they are of other migrations: no run has verified them together */
    } rows[] = {
        {change_nothing, NULL},
        {change_commit,
         "canvas: one of the records is of commit 4a7d1ed414474e4033ac29ccb8653d9b1e6b7d2f, "
         "another of otherwise"},
        {change_cleanness, "canvas: the work tree was clean for one of the records only"},
        {change_file, "canvas: the records differ in file ../pgstair.yaml", TRUE},
        {change_migration, "canvas: the records differ in file 002_canvas_tables.down.sql", TRUE},
        {change_label, "canvas: only one of the records has revision otherwise", TRUE},
        {drop_revision, "canvas: only one of the records has revision 002_canvas_tables", TRUE},
        {swap_revisions, "canvas: the records have revision 002_canvas_tables at different places",
         TRUE},
        {change_reason,
         "canvas: the records differ in the reason of the acceptance of redundancy.index at "
         "migrations/pgstair.yaml:16:5"},
        {change_day,
         "canvas: the records differ in the last day of the acceptance of stairway.down at "
         "migrations/pgstair.yaml:12:5"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) a = sample_requirements();
        g_autoptr(PgsRecord) b = sample_requirements();
        rows[i].change(first_system(b));
        g_autoptr(GPtrArray) lines = pgs_record_disagreements(a, b);
        assert_int_equal(lines->len, rows[i].says != NULL ? 1 : 0);
        if (rows[i].says == NULL)
            continue;
        assert_string_equal(lines->pdata[0], rows[i].says);
        assert_finding(a, b, rows[i].says, rows[i].is_grave);
    }
}

static void
test_parts_on_other_servers_are_told(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) a = sample_shard();
    g_autoptr(PgsRecord) b = sample_shard();
    sample_add_server(first_system(a), "local:15", "15.18", 1);
    sample_add_server(first_system(b), "local:15", "15.17", 1);
    g_autoptr(GPtrArray) lines = pgs_record_disagreements(a, b);
    assert_int_equal(lines->len, 1);
    assert_string_equal(lines->pdata[0],
                        "canvas: another part of the run had another server: local:15 (15.17)");
}

/* ---- sources ---- */

typedef struct {
    char *folder, *first, *second, *merged;
} Files;

static void
make_files(Files *files)
{
    files->folder = g_dir_make_tmp("pgstair-test-merge-XXXXXX", NULL);
    files->first = g_build_filename(files->folder, "first.xml", NULL);
    files->second = g_build_filename(files->folder, "second.xml", NULL);
    files->merged = g_build_filename(files->folder, "merged.xml", NULL);
    g_autoptr(PgsRecord) first = sample_passing();
    g_autoptr(PgsRecord) second = record_later(sample_failing(), 9);
    assert_true(pgs_record_write(first, files->first, NULL));
    assert_true(pgs_record_write(second, files->second, NULL));
}

static void
remove_files(Files *files)
{
    g_remove(files->first);
    g_remove(files->second);
    g_remove(files->merged);
    assert_int_equal(g_rmdir(files->folder), 0);
    g_free(files->folder);
    g_free(files->first);
    g_free(files->second);
    g_free(files->merged);
}

/* "merged.xml* first.xml": the star marks the file that holds the record.  Digests are checked. */
static char *
list_sources(const PgsRecord *record, const Files *files)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < record->sources->len; i++) {
        const PgsRecordSource *source = record->sources->pdata[i];
        g_autofree char *path = g_build_filename(files->folder, source->path, NULL);
        g_autofree char *bytes = NULL;
        gsize length = 0;
        assert_true(g_file_get_contents(path, &bytes, &length, NULL));
        g_autofree char *sha256 =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)bytes, length);
        assert_string_equal(source->sha256, sha256);
        g_string_append_printf(text, "%s%s%s", i > 0 ? " " : "", source->path,
                               source->whole ? "*" : "");
    }
    return g_string_free(text, FALSE);
}

static void
assert_sources(const PgsRecord *record, const Files *files, const char *wanted)
{
    g_autofree char *text = list_sources(record, files);
    assert_string_equal(text, wanted);
}

static void
test_a_record_knows_its_files(G_GNUC_UNUSED void **state)
{
    Files files;
    make_files(&files);
    g_autoptr(PgsRecord) first = pgs_record_read(files.first, NULL);
    g_autoptr(PgsRecord) second = pgs_record_read(files.second, NULL);
    assert_sources(first, &files, "first.xml*");
    pgs_record_merge(first, second);
    assert_sources(first, &files, "first.xml second.xml");
    assert_true(pgs_record_write(first, files.merged, NULL));
    assert_sources(first, &files, "merged.xml* first.xml second.xml");

    /* As it is in memory, so it is read back; and what went into it adds nothing. */
    g_autoptr(PgsRecord) merged = pgs_record_read(files.merged, NULL);
    assert_sources(merged, &files, "merged.xml* first.xml second.xml");
    g_autoptr(PgsRecord) again = pgs_record_read(files.second, NULL);
    guint n = merged->findings->len;
    gint64 duration = merged->duration;
    pgs_record_merge(merged, again);
    assert_sources(merged, &files, "merged.xml* first.xml second.xml");
    assert_int_equal(merged->findings->len, n);
    assert_int_equal(merged->duration, duration);

    /* A stylesheet is told which file holds the record. */
    g_autoptr(xmlDoc) document = pgs_record_to_xml(merged);
    const xmlNode *source = xmlDocGetRootElement(document)->children;
    while (strcmp((const char *)source->name, "source") != 0)
        source = source->next;
    xmlChar *whole = xmlGetNoNsProp((xmlNode *)source, BAD_CAST "whole");
    assert_string_equal((const char *)whole, "true");
    xmlFree(whole);

    /* A file never names itself. */
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(files.merged, &text, NULL, NULL));
    assert_null(strstr(text, "merged.xml"));
    assert_non_null(strstr(text, "<source path=\"first.xml\""));
    assert_null(strstr(text, "whole="));
    remove_files(&files);
}

static void
test_a_record_that_grew_is_another_one(G_GNUC_UNUSED void **state)
{
    Files files;
    make_files(&files);
    g_autoptr(PgsRecord) record = pgs_record_read(files.first, NULL);
    sample_finding(record, "coverage.lines", PGS_STATUS_PASSED, NULL, "t");
    assert_true(pgs_record_write(record, files.merged, NULL));
    assert_sources(record, &files, "merged.xml* first.xml");
    g_autoptr(PgsRecord) read = pgs_record_read(files.merged, NULL);
    assert_sources(read, &files, "merged.xml* first.xml");

    /* Written as it is, it is the same file twice. */
    g_autoptr(PgsRecord) same = pgs_record_read(files.first, NULL);
    assert_true(pgs_record_write(same, files.second, NULL));
    assert_sources(same, &files, "first.xml*");
    remove_files(&files);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_that_knows_is_believed),
        cmocka_unit_test(test_the_same_evidence_is_there_once),
        cmocka_unit_test(test_changes_are_filled_in),
        cmocka_unit_test(test_facts_are_of_their_servers),
        cmocka_unit_test(test_a_tolerance_learns_its_reason),
        cmocka_unit_test(test_disagreements_are_told),
        cmocka_unit_test(test_one_unclean_tree_makes_it_unclean),
        cmocka_unit_test(test_parts_on_other_servers_are_told),
        cmocka_unit_test(test_a_record_knows_its_files),
        cmocka_unit_test(test_a_record_that_grew_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
