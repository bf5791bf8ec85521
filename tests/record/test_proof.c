/* Covers harness/record/proof.c. */
#include "cmocka_all.h"

#include "record/proof.h"
#include "record/sample.h"

#include <string.h>

static const PgsProof *
find_proof(const GPtrArray *proofs, const char *id)
{
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (strcmp(proof->requirement->id, id) == 0)
            return proof;
    }
    fail_msg("%s is not judged", id);
    return NULL;
}

/* One requirement, and the findings that serve it: each a check and a status. */
typedef struct {
    const char *name;
    const char *needs[3];
    guint coverage;
    gboolean deferred;
    struct {
        const char *check;
        PgsStatus status;
        gboolean lowered, was_warning;
    } findings[4];
    PgsProofState state;
    gboolean fails, fails_when_all; /* without and with --require-all */
    const char *reason;
} Case;

#define PASSED PGS_STATUS_PASSED
#define FAILED PGS_STATUS_FAILED

static const Case cases[] = {
    {"nothing serves it", .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE,
     .reason = "no check serves it"},
    {"nothing serves it, and its time has not come", .deferred = TRUE, .state = PGS_PROOF_UNCOVERED,
     .reason = "deferred: later"},
    {"one passed", .findings = {{"a.b", PASSED}}, .state = PGS_PROOF_PROVEN},
    {"one failed among those that passed",
     .findings = {{"a.b", PASSED}, {"a.c", FAILED}, {"a.d", PASSED}}, .state = PGS_PROOF_FAILED,
     .fails = TRUE, .fails_when_all = TRUE, .reason = "a.c: what is wrong"},
    {"it failed before its time", .deferred = TRUE, .findings = {{"a.b", FAILED}},
     .state = PGS_PROOF_FAILED, .fails = TRUE, .fails_when_all = TRUE,
     .reason = "a.b: what is wrong"},
    {"it was proven before its time", .deferred = TRUE, .findings = {{"a.b", PASSED}},
     .state = PGS_PROOF_PROVEN},
    {"one could not be judged", .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_ERROR}},
     .state = PGS_PROOF_FAILED, .fails = TRUE, .fails_when_all = TRUE,
     .reason = "a.c: what is wrong"},
    {"one is accepted", .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_ACCEPTED}},
     .state = PGS_PROOF_FAILED, .fails_when_all = TRUE,
     .reason = "accepted until 2027-01-31: agreed"},
    {"what fails the run is told before what is accepted",
     .findings = {{"a.b", PGS_STATUS_ACCEPTED}, {"a.c", FAILED}}, .state = PGS_PROOF_FAILED,
     .fails = TRUE, .fails_when_all = TRUE, .reason = "a.c: what is wrong"},
    {"what is accepted was a warning",
     .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_ACCEPTED, FALSE, TRUE}},
     .state = PGS_PROOF_PROVEN},
    {"an accepted warning alone", .findings = {{"a.c", PGS_STATUS_ACCEPTED, FALSE, TRUE}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE,
     .reason = "a warning alone proves nothing"},
    {"what is accepted was a warning, lowered from a failure",
     .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_ACCEPTED, TRUE}}, .state = PGS_PROOF_FAILED,
     .fails_when_all = TRUE, .reason = "accepted until 2027-01-31: agreed"},
    {"a warning beside what passed", .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_WARNING}},
     .state = PGS_PROOF_PROVEN},
    {"a warning alone", .findings = {{"a.c", PGS_STATUS_WARNING}}, .state = PGS_PROOF_UNCOVERED,
     .fails_when_all = TRUE, .reason = "a warning alone proves nothing"},
    {"a failure that was lowered to a warning",
     .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_WARNING, TRUE}}, .state = PGS_PROOF_FAILED,
     .fails_when_all = TRUE, .reason = "a.c: what is wrong (its severity is lowered)"},
    {"a failure that was lowered to a note",
     .findings = {{"a.b", PASSED}, {"a.c", PGS_STATUS_INFO, TRUE}}, .state = PGS_PROOF_FAILED,
     .fails_when_all = TRUE, .reason = "a.c: what is wrong (its severity is lowered)"},
    {"a note alone", .findings = {{"a.c", PGS_STATUS_INFO}}, .state = PGS_PROOF_UNCOVERED,
     .fails_when_all = TRUE, .reason = "no check that serves it passed"},
    {"skipped alone", .findings = {{"a.c", PGS_STATUS_SKIPPED}}, .state = PGS_PROOF_UNCOVERED,
     .fails_when_all = TRUE, .reason = "skipped: what is wrong"},
    {"skipped beside what passed", .findings = {{"a.c", PGS_STATUS_SKIPPED}, {"a.b", PASSED}},
     .state = PGS_PROOF_PROVEN},
    {"all that it needs", .needs = {"a.b", "suite"},
     .findings = {{"a.b", PASSED}, {"suite.table", PASSED}}, .state = PGS_PROOF_PROVEN},
    {"what it needs is missing", .needs = {"a.b", "suite"}, .findings = {{"a.b", PASSED}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE, .reason = "no passed suite"},
    {"all that it needs is missing", .needs = {"plan", "suite"}, .findings = {{"a.b", PASSED}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE, .reason = "no passed plan, suite"},
    {"what it needs was only skipped", .needs = {"suite"},
     .findings = {{"a.b", PASSED}, {"suite.table", PGS_STATUS_SKIPPED}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE,
     .reason = "no passed suite; skipped: what is wrong"},
    {"a group is a whole word", .needs = {"suite"}, .findings = {{"suites.table", PASSED}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE, .reason = "no passed suite"},
    {"coverage is needed when it is asked for", .coverage = 80, .findings = {{"a.b", PASSED}},
     .state = PGS_PROOF_UNCOVERED, .fails_when_all = TRUE, .reason = "no passed coverage.lines"},
    {"coverage was measured", .coverage = 80, .findings = {{"coverage.lines", PASSED}},
     .state = PGS_PROOF_PROVEN},
};

static PgsRecord *
make_record(const Case *row)
{
    PgsRecord *record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    PgsRecordRequirement *requirement = sample_requirement(system, "R-1", NULL, "text");
    requirement->deferred = row->deferred ? g_strdup("later") : NULL;
    requirement->coverage_lines = row->coverage;
    for (gsize i = 0; i < G_N_ELEMENTS(row->needs) && row->needs[i] != NULL; i++)
        g_ptr_array_add(requirement->needs, g_strdup(row->needs[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(row->findings) && row->findings[i].check != NULL; i++) {
        PgsFinding *finding =
            sample_serving(record, row->findings[i].check, row->findings[i].status, "title", "R-1");
        finding->lowered = row->findings[i].lowered;
        finding->was_warning = row->findings[i].was_warning;
        if (finding->status != PASSED)
            finding->message = g_strdup("what is wrong");
        if (finding->status == PGS_STATUS_ACCEPTED)
            finding->accepted = g_strdup("until 2027-01-31: agreed");
    }
    /* Neither another system's findings nor those that name another id serve it. */
    PgsFinding *other =
        pgs_record_add(record, pgs_finding_new("suite.x", FAILED, "boardroom", NULL, "t"));
    pgs_finding_add_requirement(other, "R-1");
    sample_serving(record, "suite.x", PASSED, "title", "R-10");
    return record;
}

static void
check_case(const Case *row, gboolean require_all)
{
    g_autoptr(PgsRecord) record = make_record(row);
    record->require_all = require_all;
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(proofs->len, 1);
    const PgsProof *proof = proofs->pdata[0];
    gboolean fails = require_all ? row->fails_when_all : row->fails;
    if (proof->state != row->state || proof->fails != fails ||
        g_strcmp0(proof->reason, row->reason) != 0)
        fail_msg("%s: %s, %s, %s", row->name, pgs_proof_state_name(proof->state),
                 proof->fails ? "fails" : "does not fail", proof->reason);
    assert_int_equal(pgs_proof_has_failed(record), fails);
    assert_int_equal(proof->missing != NULL, row->state == PGS_PROOF_UNCOVERED);
}

static void
test_what_proves_a_requirement(G_GNUC_UNUSED void **state)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        check_case(&cases[i], FALSE);
        check_case(&cases[i], TRUE);
    }
}

static void
test_findings_are_counted_by_status_and_check(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(proofs->len, 10);
    const PgsProof *proof = find_proof(proofs, "CANVAS-01");
    assert_string_equal(proof->system->name, "canvas");
    assert_int_equal(proof->findings->len, 3);
    assert_int_equal(proof->by_status[PASSED], 3);
    g_autoptr(GPtrArray) checks = pgs_proof_checks(proof);
    assert_int_equal(checks->len, 2);
    const PgsProofCheck *column = checks->pdata[0];
    const PgsProofCheck *suite = checks->pdata[1];
    assert_string_equal(column->check, "expect.column");
    assert_int_equal(column->by_status[PASSED], 2);
    assert_string_equal(suite->check, "suite.table");
    assert_int_equal(suite->by_status[PASSED], 1);

    const PgsProof *lowered = find_proof(proofs, "CANVAS-03");
    assert_int_equal(lowered->by_status[PGS_STATUS_WARNING], 1);
    assert_int_equal(lowered->state, PGS_PROOF_FAILED);
}

static void
test_a_finding_may_serve_several(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    sample_requirement(system, "R-1", NULL, NULL);
    sample_requirement(system, "R-2", NULL, NULL);
    PgsFinding *finding = sample_serving(record, "a.b", PASSED, "t", "R-1");
    pgs_finding_add_requirement(finding, "R-2");
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    assert_int_equal(find_proof(proofs, "R-1")->state, PGS_PROOF_PROVEN);
    assert_int_equal(find_proof(proofs, "R-2")->state, PGS_PROOF_PROVEN);
}

static void
test_ids_that_no_requirement_has(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_requirements();
    g_autoptr(GPtrArray) none = pgs_proof_find_unknown(record);
    assert_int_equal(none->len, 0);

    sample_serving(record, "suite.a", PASSED, "t", "CANVAS-1");
    sample_serving(record, "suite.b", PASSED, "t", "CANVAS-1");
    /* A system without requirements cannot tell. */
    sample_system(record, "other", 1);
    PgsFinding *free = pgs_record_add(record, pgs_finding_new("a.b", PASSED, "other", NULL, "t"));
    pgs_finding_add_requirement(free, "X-1");
    g_autoptr(GPtrArray) unknown = pgs_proof_find_unknown(record);
    assert_int_equal(unknown->len, 1);
    assert_string_equal(unknown->pdata[0], "CANVAS-1 (suite.a)");
}

/* ---- several servers ---- */

/* A finding of R-1 on one of the system's servers. */
static void
serve(PgsRecord *record, guint server, const char *check, PgsStatus status, const char *message)
{
    PgsFinding *finding =
        sample_on_server(record, record->systems->pdata[0], server, check, status, "title");
    finding->message = g_strdup(message);
    pgs_finding_add_requirement(finding, "R-1");
}

static PgsRecord *
record_on_servers(const char *need)
{
    PgsRecord *record = sample_record("x");
    PgsRecordSystem *system = sample_system(record, "canvas", 1);
    sample_add_server(system, "docker:13", "13.22", 1);
    sample_add_server(system, "docker:14", NULL, 1);
    sample_add_server(system, "docker:15", "15.18", 1);
    PgsRecordRequirement *requirement = sample_requirement(system, "R-1", NULL, "text");
    if (need != NULL)
        g_ptr_array_add(requirement->needs, g_strdup(need));
    return record;
}

static void
assert_proof(const PgsRecord *record, PgsProofState state, const char *reason)
{
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    const PgsProof *proof = proofs->pdata[0];
    if (proof->state != state || g_strcmp0(proof->reason, reason) != 0)
        fail_msg("%s: %s", pgs_proof_state_name(proof->state), proof->reason);
}

static void
test_each_server_has_to_prove_it(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_on_servers("expect");
    serve(record, 0, "expect.table", PASSED, NULL);
    serve(record, 2, "expect.table", PASSED, NULL);
    serve(record, 0, "cycle.up", PASSED, NULL);
    serve(record, 2, "cycle.up", PASSED, NULL);
    /* docker:14 was not to be had: it says nothing. */
    assert_proof(record, PGS_PROOF_PROVEN, NULL);

    /* Another check's success there does not stand in for what it needs. */
    ((PgsFinding *)record->findings->pdata[0])->status = PGS_STATUS_SKIPPED;
    ((PgsFinding *)record->findings->pdata[0])->message = g_strdup("head is not reached");
    assert_proof(record, PGS_PROOF_UNCOVERED,
                 "on docker:13: no passed expect; skipped: head is not reached");
}

static void
test_what_is_skipped_on_one_is_not_proven(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_on_servers(NULL);
    serve(record, 0, "expect.table", PGS_STATUS_SKIPPED, "head is not reached");
    serve(record, 2, "expect.table", PASSED, NULL);
    assert_proof(record, PGS_PROOF_UNCOVERED, "on docker:13: skipped: head is not reached");
}

/* A suite runs on one server, and proves there what it is needed for. */
static void
test_a_suite_need_not_run_on_all(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_on_servers("suite");
    serve(record, 0, "cycle.up", PASSED, NULL);
    serve(record, 2, "cycle.up", PASSED, NULL);
    serve(record, 2, "suite.rows", PASSED, NULL);
    assert_proof(record, PGS_PROOF_PROVEN, NULL);
}

static void
test_a_server_that_broke_proves_nothing(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_on_servers(NULL);
    serve(record, 2, "cycle.up", PASSED, NULL);
    sample_on_server(record, record->systems->pdata[0], 0, "run.completed", PGS_STATUS_ERROR,
                     "canvas could be verified");
    assert_proof(record, PGS_PROOF_UNCOVERED,
                 "on docker:13: the system could not be verified there");
}

static void
test_failures_name_their_servers(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = record_on_servers(NULL);
    serve(record, 0, "cycle.up", PASSED, NULL);
    serve(record, 2, "cycle.up", FAILED, "it breaks");
    assert_proof(record, PGS_PROOF_FAILED, "cycle.up [docker:15]: it breaks");
    serve(record, 0, "cycle.down", FAILED, "it breaks too");
    assert_proof(record, PGS_PROOF_FAILED, "cycle.up [docker:15, docker:13]: it breaks");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_proves_a_requirement),
        cmocka_unit_test(test_findings_are_counted_by_status_and_check),
        cmocka_unit_test(test_a_finding_may_serve_several),
        cmocka_unit_test(test_ids_that_no_requirement_has),
        cmocka_unit_test(test_each_server_has_to_prove_it),
        cmocka_unit_test(test_what_is_skipped_on_one_is_not_proven),
        cmocka_unit_test(test_a_suite_need_not_run_on_all),
        cmocka_unit_test(test_a_server_that_broke_proves_nothing),
        cmocka_unit_test(test_failures_name_their_servers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
