/* Covers harness/record/merge.c. */
#include "cmocka_all.h"

#include "record/proof.h"
#include "record/record_xml.h"
#include "record/sample.h"

#include <string.h>

/* A record of a run that started so many seconds after the samples'. */
static PgsRecord *
record_later(gint seconds, const char *command)
{
    PgsRecord *record = sample_record(command);
    GDateTime *later = g_date_time_add_seconds(record->started, seconds);
    g_date_time_unref(record->started);
    record->started = later;
    record->duration = 1000;
    return record;
}

static PgsRecord *
record_on_version(const char *version, PgsStatus status, gint64 duration)
{
    PgsRecord *record = record_later(10, version);
    PgsRecordSystem *system = sample_system(record, "canvas", 2);
    g_free(system->server_version);
    system->server_version = g_strdup(version);
    sample_requirement(system, "R-1", NULL, "text");
    sample_serving(record, "cycle.up", status, "base to head", "R-1")->duration = duration;
    return record;
}

static char *
to_text(const PgsRecord *record)
{
    g_autoptr(xmlDoc) document = pgs_record_to_xml(record);
    xmlChar *bytes = NULL;
    int length = 0;
    xmlDocDumpMemory(document, &bytes, &length);
    char *text = g_strndup((const char *)bytes, (gsize)length);
    xmlFree(bytes);
    return text;
}

static void
test_program_and_suite_become_one(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) program = sample_requirements();
    g_autoptr(PgsRecord) suite = record_later(-5, "suites/canvas");
    PgsRecordSystem *theirs = pgs_record_add_system(suite, "canvas", "suites/canvas");
    sample_requirement(theirs, "CANVAS-05", "2", "said otherwise");
    sample_requirement(theirs, "CANVAS-11", NULL, "known to the suite alone");
    PgsFinding *served = pgs_record_add(
        suite, pgs_finding_new("suite.rows", PGS_STATUS_PASSED, "canvas", NULL, "test_rows"));
    pgs_finding_add_requirement(served, "CANVAS-05");
    sample_system(suite, "boardroom", 4);
    guint n_findings = program->findings->len;
    g_autoptr(GDateTime) earlier = g_date_time_ref(suite->started);

    pgs_record_merge(program, suite);
    assert_int_equal(program->systems->len, 2);
    const PgsRecordSystem *canvas = program->systems->pdata[0];
    assert_string_equal(canvas->format, "golang-migrate");
    assert_string_equal(canvas->folder, "migrations/canvas");
    assert_string_equal(canvas->server_version, "15.18");
    assert_int_equal(canvas->n_revisions, 2);
    assert_int_equal(canvas->phases->len, 2);
    assert_int_equal(canvas->requirements->len, 11);
    assert_int_equal(program->findings->len, n_findings + 1);
    assert_int_equal(suite->findings->len, 0);
    assert_true(g_date_time_equal(program->started, earlier));
    assert_int_equal(program->duration, 398007 + 1000);

    /* CANVAS-05 needs data and suite: neither record proves it alone. */
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(program);
    const PgsProof *proof = proofs->pdata[4];
    assert_string_equal(proof->requirement->id, "CANVAS-05");
    assert_string_equal(proof->requirement->text, "sample data loads twice, with the same rows");
    assert_int_equal(proof->state, PGS_PROOF_PROVEN);
}

static void
test_a_suite_that_comes_first_learns_the_facts(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) suite = record_later(5, "suites/canvas");
    pgs_record_add_system(suite, "canvas", "suites/canvas");
    g_autoptr(PgsRecord) program = sample_requirements();
    pgs_record_merge(suite, program);
    const PgsRecordSystem *canvas = suite->systems->pdata[0];
    assert_string_equal(canvas->format, "golang-migrate");
    assert_string_equal(canvas->server, "PostgreSQL 15.18, local, data in memory");
    assert_string_equal(canvas->server_version, "15.18");
    assert_int_equal(canvas->requirements->len, 10);
    assert_int_equal(canvas->phases->len, 2);
    g_autoptr(PgsRecord) third = record_later(6, "suites/more");
    PgsRecordSystem *more = pgs_record_add_system(third, "canvas", "suites/canvas");
    pgs_record_system_add_phase(more, "2", "named otherwise");
    pgs_record_system_add_phase(more, "3", "known to the third alone");
    pgs_record_merge(suite, third);
    assert_int_equal(canvas->phases->len, 3);
    assert_string_equal(((PgsRecordPhase *)canvas->phases->pdata[1])->title, "plans and drift");
    assert_string_equal(((PgsRecordPhase *)canvas->phases->pdata[2])->id, "3");
}

static void
test_a_record_given_twice_counts_once(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) once = sample_requirements();
    /* A run may well say the same twice: that stays. */
    for (guint i = 0; i < 2; i++)
        sample_finding(once, "a.b", PGS_STATUS_PASSED, NULL, "same")->duration = 5;
    g_autoptr(PgsRecord) twice = sample_requirements();
    for (guint i = 0; i < 2; i++)
        sample_finding(twice, "a.b", PGS_STATUS_PASSED, NULL, "same")->duration = 5;
    assert_true(pgs_record_is_same_run(once, twice));
    guint n = once->findings->len;
    g_autoptr(PgsRecord) nothing = record_later(1, "nothing");

    pgs_record_merge(once, twice);
    assert_int_equal(once->findings->len, n);
    assert_int_equal(once->duration, 398007);
    assert_int_equal(((PgsRecordSystem *)once->systems->pdata[0])->duration, 203500);

    /* And when it is found within a merged one. */
    pgs_record_merge(once, nothing);
    g_autofree char *before = to_text(once);
    g_autoptr(PgsRecord) again = sample_requirements();
    pgs_record_merge(once, again);
    assert_int_equal(once->findings->len, n);
    g_autofree char *after = to_text(once);
    assert_string_equal(after, before);
}

/* What a record says three times and the other once is there three times, not twice or four times.
 */
static void
test_each_record_keeps_its_own_repetitions(G_GNUC_UNUSED void **state)
{
    static const guint rows[][3] = {{1, 3, 3}, {3, 1, 3}, {2, 2, 2}, {0, 2, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) a = record_later(0, "a");
        g_autoptr(PgsRecord) b = record_later(1, "b");
        for (guint n = 0; n < rows[i][0]; n++)
            sample_finding(a, "a.b", PGS_STATUS_PASSED, NULL, "same")->duration = 5;
        for (guint n = 0; n < rows[i][1]; n++)
            sample_finding(b, "a.b", PGS_STATUS_PASSED, NULL, "same")->duration = 5;
        pgs_record_merge(a, b);
        assert_int_equal(a->findings->len, rows[i][2]);
    }
}

/* The same check of the same thing in two runs: what failed in one is not hidden by the other. */
static void
test_two_runs_are_two(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) first = record_on_version("15.18", PGS_STATUS_PASSED, 70);
    g_autoptr(PgsRecord) second = record_on_version("15.18", PGS_STATUS_FAILED, 70);
    pgs_record_merge(first, second);
    assert_int_equal(first->findings->len, 2);
    assert_true(pgs_record_has_failed(first, FALSE));
    g_autoptr(PgsRecord) third = record_on_version("15.18", PGS_STATUS_PASSED, 71);
    pgs_record_merge(first, third);
    assert_int_equal(first->findings->len, 3);
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(first);
    assert_int_equal(((PgsProof *)proofs->pdata[0])->state, PGS_PROOF_FAILED);
}

static void
test_server_versions_are_kept_apart(G_GNUC_UNUSED void **state)
{
    static const char *const versions[] = {"15.18", "13.22", "17.6"};
    g_autoptr(PgsRecord) all = record_on_version(versions[0], PGS_STATUS_PASSED, 70);
    for (gsize i = 1; i < G_N_ELEMENTS(versions); i++) {
        /* Equal in all but the version, and a record of the same name and start. */
        g_autoptr(PgsRecord) next = record_on_version(versions[i], PGS_STATUS_PASSED, 70);
        pgs_record_merge(all, next);
    }
    const PgsRecordSystem *system = all->systems->pdata[0];
    assert_int_equal(all->systems->len, 1);
    assert_string_equal(system->server_version, "15.18, 13.22, 17.6");
    assert_int_equal(system->requirements->len, 1);
    assert_int_equal(all->findings->len, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(versions); i++)
        assert_string_equal(((PgsFinding *)all->findings->pdata[i])->server_version, versions[i]);

    /* One more of a version that is there already. */
    g_autoptr(PgsRecord) more = record_on_version("13.22", PGS_STATUS_FAILED, 70);
    pgs_record_merge(all, more);
    assert_string_equal(system->server_version, "15.18, 13.22, 17.6");
    assert_string_equal(((PgsFinding *)all->findings->pdata[3])->server_version, "13.22");
}

static void
test_disagreements_are_told(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *what;
        gsize offset; /* of a char * that is changed; 0: see below */
    } rows[] = {
        {"text", G_STRUCT_OFFSET(PgsRecordRequirement, text)},
        {"phase", G_STRUCT_OFFSET(PgsRecordRequirement, phase)},
        {"deferral", G_STRUCT_OFFSET(PgsRecordRequirement, deferred)},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) a = sample_requirements();
        g_autoptr(PgsRecord) b = sample_requirements();
        PgsRecordSystem *system = b->systems->pdata[0];
        char **text = &G_STRUCT_MEMBER(char *, system->requirements->pdata[3], rows[i].offset);
        g_free(*text);
        *text = g_strdup("otherwise");
        g_autoptr(GPtrArray) lines = pgs_record_disagreements(a, b);
        g_autofree char *says = g_strdup_printf(
            "canvas: the records differ in the %s of requirement CANVAS-04", rows[i].what);
        assert_int_equal(lines->len, 1);
        assert_string_equal(lines->pdata[0], says);
    }
    g_autoptr(PgsRecord) a = sample_requirements();
    g_autoptr(PgsRecord) b = sample_requirements();
    g_autoptr(GPtrArray) none = pgs_record_disagreements(a, b);
    assert_int_equal(none->len, 0);
    PgsRecordSystem *system = b->systems->pdata[0];
    PgsRecordRequirement *needs = system->requirements->pdata[4];
    PgsRecordRequirement *coverage = system->requirements->pdata[9];
    g_ptr_array_set_size(needs->needs, 1);
    coverage->coverage_lines = 70;
    g_autoptr(GPtrArray) lines = pgs_record_disagreements(a, b);
    assert_int_equal(lines->len, 2);
    assert_string_equal(lines->pdata[0],
                        "canvas: the records differ in the needs of requirement CANVAS-05");
    assert_string_equal(lines->pdata[1],
                        "canvas: the records differ in the coverage of requirement CANVAS-10");
}

static void
test_what_one_run_fails_on_the_merged_one_does(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) a = record_later(0, "a");
    g_autoptr(PgsRecord) b = record_later(1, "b");
    b->fail_on_warning = b->require_all = TRUE;
    pgs_record_merge(a, b);
    assert_true(a->fail_on_warning);
    assert_true(a->require_all);
    g_autoptr(PgsRecord) c = record_later(2, "c");
    pgs_record_merge(a, c);
    assert_true(a->fail_on_warning);
    assert_true(a->require_all);
}

/* ---- servers ---- */

/* A run on one server, which names itself. */
static PgsRecord *
record_on_server(const char *name, const char *version, PgsStatus status)
{
    PgsRecord *record = record_on_version(version, status, 70);
    PgsRecordServer *server =
        pgs_record_system_add_server(pgs_record_find_system(record, "canvas"), name);
    server->version = g_strdup(version);
    server->description = g_strdup("PostgreSQL");
    server->duration = 500;
    return record;
}

/* The same version twice: the names tell them apart. */
static void
test_servers_are_told_by_name(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) all = record_later(0, "pgstair verify");
    static const char *const names[] = {"docker:15", "local:15"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(PgsRecord) next = record_on_server(names[i], "15.18", PGS_STATUS_PASSED);
        pgs_record_merge(all, next);
    }
    const PgsRecordSystem *canvas = all->systems->pdata[0];
    assert_int_equal(canvas->servers->len, 2);
    assert_string_equal(canvas->server_version, "15.18");
    assert_int_equal(all->findings->len, 2);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        const PgsFinding *finding = all->findings->pdata[i];
        g_autofree char *name = pgs_record_name_server(all, finding);
        assert_string_equal(finding->server, names[i]);
        assert_string_equal(name, names[i]);
        assert_ptr_equal(pgs_record_system_find_server(canvas, finding), canvas->servers->pdata[i]);
    }
    /* What is the same on all of them keeps no server, however often it is merged. */
    PgsFinding *common = sample_finding(all, "folder.format", PGS_STATUS_INFO, NULL, "format");
    g_autoptr(PgsRecord) more = record_on_server("docker:18", "18.1", PGS_STATUS_PASSED);
    pgs_record_merge(all, more);
    assert_null(common->server);
    assert_null(common->server_version);
    assert_null(pgs_record_name_server(all, common));
}

/* The program's run and a suite's, on the same server. */
static void
test_one_server_of_two_runs_is_one(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) program = record_on_server("local:15", "15.18", PGS_STATUS_PASSED);
    g_autoptr(PgsRecord) suite = record_on_server("local:15", "15.18", PGS_STATUS_FAILED);
    g_autoptr(PgsRecord) older = record_on_server("local:15", "15.17", PGS_STATUS_PASSED);
    pgs_record_merge(program, suite);
    const PgsRecordSystem *canvas = program->systems->pdata[0];
    assert_int_equal(canvas->servers->len, 1);
    assert_null(pgs_record_name_server(program, program->findings->pdata[0]));
    pgs_record_merge(program, older);
    assert_int_equal(canvas->servers->len, 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_program_and_suite_become_one),
        cmocka_unit_test(test_a_suite_that_comes_first_learns_the_facts),
        cmocka_unit_test(test_a_record_given_twice_counts_once),
        cmocka_unit_test(test_each_record_keeps_its_own_repetitions),
        cmocka_unit_test(test_two_runs_are_two),
        cmocka_unit_test(test_server_versions_are_kept_apart),
        cmocka_unit_test(test_servers_are_told_by_name),
        cmocka_unit_test(test_one_server_of_two_runs_is_one),
        cmocka_unit_test(test_disagreements_are_told),
        cmocka_unit_test(test_what_one_run_fails_on_the_merged_one_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
