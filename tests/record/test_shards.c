/* Covers harness/record/shards.c, shard_order.c, and what proof.c makes of missing parts. */
#include "cmocka_all.h"

#include "record/proof.h"
#include "record/record_xml.h"
#include "record/sample.h"

#include <string.h>

enum { N_REVISIONS = 5 };

/* What of a run is made: all of it, or one part of it. */
typedef struct {
    const char *const *systems; /* until NULL */
    const char *const *servers; /* until NULL */
    guint index, count;
    gboolean used; /* the acceptance covers the downgrade of the fourth revision */
} Run;

static const char *const one_system[] = {"canvas", NULL};
static const char *const two_systems[] = {"canvas", "boardroom", NULL};
static const char *const one_server[] = {"local:15", NULL};
static const char *const two_servers[] = {"docker:13", "docker:15", NULL};

/* Rungs are dealt out in equal ranges, from the last part to the first; the block belongs to the
 * second, or only, part. */
static gboolean
has_rung(const Run *run, guint revision)
{
    return run->count == 0 || run->count - revision * run->count / N_REVISIONS == run->index;
}

static gboolean
has_block(const Run *run)
{
    return run->count == 0 || run->index == MIN(2, run->count);
}

static PgsFinding *
add(PgsRecord *record, const char *system, const char *server, const char *check, PgsStatus status,
    const char *revision, const char *title)
{
    PgsFinding *finding =
        pgs_record_add(record, pgs_finding_new(check, status, system, revision, title));
    finding->duration = strlen(title);
    finding->server = g_strdup(server);
    finding->server_version = server != NULL ? g_strdup(strchr(server, ':') + 1) : NULL;
    return finding;
}

static char *
label_of(guint revision)
{
    /* Not in the order of the alphabet. */
    return g_strdup_printf("%c_step", "edcba"[revision]);
}

static void
add_rung(PgsRecord *record, const Run *run, const char *system, const char *server, guint revision)
{
    static const char *const checks[] = {"stairway.up", "stairway.verify", "stairway.down",
                                         "stairway.verify", "stairway.again"};
    static const char *const words[] = {"up", "verify", "down", "verify after", "again"};
    g_autofree char *label = label_of(revision);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        g_autofree char *title = g_strdup_printf("%s %s", words[i], label);
        gboolean accepted = revision == 3 && i == 2 && run->used;
        PgsFinding *finding = add(record, system, server, checks[i],
                                  accepted ? PGS_STATUS_ACCEPTED : PGS_STATUS_PASSED, label, title);
        finding->accepted = accepted ? g_strdup("agreed") : NULL;
        if (i == 0)
            pgs_finding_add_requirement(finding, "R-1");
    }
}

static void
add_stairway(PgsRecord *record, const Run *run, const char *system, const char *server)
{
    gboolean any = FALSE;
    for (guint i = 0; i < N_REVISIONS; i++) {
        if (!has_rung(run, i))
            continue;
        add_rung(record, run, system, server, i);
        any = TRUE;
    }
    if (has_rung(run, N_REVISIONS - 1)) {
        add(record, system, server, "stairway.verify", PGS_STATUS_FAILED, "d_step",
            "verify d_step at head");
        add(record, system, server, "stairway.verify", PGS_STATUS_FAILED, "b_step",
            "verify b_step at head");
        add(record, system, server, "stairway.verify", PGS_STATUS_PASSED, NULL,
            "3 verify scripts at head");
    }
    /* Each part that climbs says so. */
    if (any)
        add(record, system, server, "stairway.up", PGS_STATUS_SKIPPED, NULL,
            "the 2 revisions up to x")
            ->message = g_strdup("they are there already");
}

static void
add_unused(PgsRecord *record, const char *system, const char *server, guint line)
{
    PgsFinding *finding = add(record, system, server, "accept.unused", PGS_STATUS_WARNING, NULL,
                              line == 12 ? "stairway.down of b" : "exercise");
    finding->file = g_strdup("pgstair.yaml");
    finding->line = line;
    finding->column = 5;
}

static void
add_system(PgsRecord *record, const Run *run, const char *system, const char *server,
           gboolean is_first)
{
    const char *named = run->servers[1] != NULL ? server : NULL;
    if (has_block(run)) {
        if (is_first)
            add(record, system, NULL, "folder.format", PGS_STATUS_INFO, NULL, "golang-migrate");
        add(record, system, named, "cycle.up", PGS_STATUS_PASSED, NULL, "base to head");
        add(record, system, named, "cycle.down", PGS_STATUS_PASSED, NULL, "head to base");
    }
    add_stairway(record, run, system, named);
    if (has_block(run)) {
        add(record, system, named, "graph.path", PGS_STATUS_PASSED, NULL, "another way");
        add(record, system, named, "exercise.unique", PGS_STATUS_PASSED, NULL, "uq_a");
        add(record, system, named, "expect.table", PGS_STATUS_PASSED, NULL, "users");
    }
    /* Common to all servers by then (check/versions.c). */
    if (!is_first)
        return;
    if (!run->used || !has_rung(run, 3))
        add_unused(record, system, NULL, 12);
    add_unused(record, system, NULL, 16);
}

static void
add_facts(PgsRecord *record, const Run *run, const char *name)
{
    PgsRecordSystem *system = sample_system(record, name, N_REVISIONS);
    for (guint i = 0; run->servers[i] != NULL; i++) {
        PgsRecordServer *server = pgs_record_system_add_server(system, run->servers[i]);
        server->version = g_strdup(strchr(run->servers[i], ':') + 1);
        sample_fact(system, "locale", "C", run->servers[i]);
    }
    g_free(system->server_version);
    system->server_version = g_strdup(run->servers[1] != NULL ? "13, 15" : "15");
    sample_acceptance(system, "stairway.down", "agreed", "pgstair.yaml:12:5")->revision =
        g_strdup("b");
    sample_acceptance(system, "exercise", "agreed", "pgstair.yaml:16:5");
    if (run->used && has_rung(run, 3))
        ((PgsRecordAcceptance *)system->acceptances->pdata[0])->used =
            run->servers[1] != NULL ? 2 : 1;
    sample_requirement(system, "R-1", NULL, "all goes up");
    for (guint i = 0; i < N_REVISIONS; i++) {
        g_autofree char *label = label_of(i);
        PgsRecordRevision *revision = sample_revision(system, label, label);
        if (has_rung(run, i))
            sample_change(revision, "added", label, NULL, NULL, NULL);
    }
    if (has_block(run))
        sample_add_schema(system);
}

static PgsRecord *
make_record(const Run *run)
{
    PgsRecord *record = sample_record("pgstair verify");
    for (guint s = 0; run->systems[s] != NULL; s++)
        add_facts(record, run, run->systems[s]);
    for (guint i = 0; run->servers[i] != NULL; i++) {
        for (guint s = 0; run->systems[s] != NULL; s++)
            add_system(record, run, run->systems[s], run->servers[i], i == 0);
    }
    if (run->servers[1] != NULL && has_block(run)) {
        for (guint s = 0; run->systems[s] != NULL; s++)
            add(record, run->systems[s], NULL, "servers.schema", PGS_STATUS_WARNING, NULL, "i");
    }
    if (run->count > 0) {
        g_ptr_array_add(record->shards, pgs_record_shard_new(run->index, run->count, "plan"));
        g_date_time_unref(record->started);
        record->started = g_date_time_new_utc(2025, 3, 14, 10, (gint)run->index, 0);
    }
    return record;
}

static PgsRecord *
make_part(const Run *run, guint index, guint count)
{
    Run part = *run;
    part.index = index;
    part.count = count;
    return make_record(&part);
}

/* Without what may differ: times. */
static char *
to_text(PgsRecord *record)
{
    record->duration = 0;
    g_date_time_unref(record->started);
    record->started = g_date_time_new_utc(2025, 1, 1, 0, 0, 0);
    for (guint i = 0; i < record->systems->len; i++) {
        PgsRecordSystem *system = record->systems->pdata[i];
        system->duration = 0;
    }
    g_autoptr(xmlDoc) document = pgs_record_to_xml(record);
    xmlChar *bytes = NULL;
    int length = 0;
    xmlDocDumpFormatMemory(document, &bytes, &length, 1);
    char *text = g_strndup((const char *)bytes, (gsize)length);
    xmlFree(bytes);
    return text;
}

static void
assert_same_record(PgsRecord *record, PgsRecord *whole)
{
    g_autofree char *text = to_text(record);
    g_autofree char *wanted = to_text(whole);
    if (strcmp(text, wanted) == 0)
        return;
    print_error("merged:\n%s\nof the whole:\n%s\n", text, wanted);
    fail();
}

/* first: the part that is given first; the others follow, round and round. */
static PgsRecord *
merge_parts(const Run *run, guint count, guint first)
{
    PgsRecord *merged = make_part(run, first, count);
    for (guint i = 1; i < count; i++) {
        g_autoptr(PgsRecord) next = make_part(run, (first - 1 + i) % count + 1, count);
        g_autoptr(GPtrArray) lines = pgs_record_disagreements(merged, next);
        assert_int_equal(lines->len, 0);
        pgs_record_merge(merged, next);
    }
    pgs_record_settle_shards(merged);
    return merged;
}

static void
test_the_parts_make_the_whole(G_GNUC_UNUSED void **state)
{
    static const guint counts[] = {1, 2, 3, 5, 7};
    for (guint kind = 0; kind < 8; kind++) {
        Run run = {kind & 1 ? two_systems : one_system, kind & 2 ? two_servers : one_server, 0, 0,
                   (kind & 4) != 0};
        for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
            for (guint first = 1; first <= counts[i]; first++) {
                g_autoptr(PgsRecord) whole = make_record(&run);
                g_autoptr(PgsRecord) merged = merge_parts(&run, counts[i], first);
                assert_int_equal(merged->shards->len, 0);
                assert_same_record(merged, whole);
            }
        }
    }
}

static const PgsFinding *
find_trouble(const PgsRecord *record)
{
    const PgsFinding *found = NULL;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "run.shards") != 0)
            continue;
        assert_null(found);
        found = finding;
    }
    return found;
}

static void
assert_trouble(const PgsRecord *record, const char *message)
{
    const PgsFinding *finding = find_trouble(record);
    assert_non_null(finding);
    assert_int_equal(finding->status, PGS_STATUS_ERROR);
    assert_string_equal(finding->message, message);
    assert_non_null(finding->hint);
    assert_true(record->shards->len > 0);
    assert_true(pgs_record_has_failed(record, FALSE));
}

static void
test_missing_parts_are_named(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) merged = make_part(&run, 1, 5);
    static const guint more[] = {3, 5};
    for (gsize i = 0; i < G_N_ELEMENTS(more); i++) {
        g_autoptr(PgsRecord) next = make_part(&run, more[i], 5);
        pgs_record_merge(merged, next);
    }
    g_autofree char *missing = pgs_record_missing_shards(merged);
    assert_string_equal(missing, "2, 4 of 5");
    pgs_record_settle_shards(merged);
    assert_trouble(merged, "parts 2, 4 of 5 are missing");

    /* Later one comes, and then the other. */
    g_autoptr(PgsRecord) fourth = make_part(&run, 4, 5);
    pgs_record_merge(merged, fourth);
    pgs_record_settle_shards(merged);
    assert_trouble(merged, "part 2 of 5 is missing");
    g_autoptr(PgsRecord) second = make_part(&run, 2, 5);
    pgs_record_merge(merged, second);
    assert_null(pgs_record_missing_shards(merged));
    pgs_record_settle_shards(merged);
    assert_null(find_trouble(merged));
    g_autoptr(PgsRecord) whole = make_record(&run);
    assert_same_record(merged, whole);
}

static void
test_a_requirement_waits_for_all_parts(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) part = make_part(&run, 2, 3);
    part->require_all = TRUE;
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(part);
    const PgsProof *proof = proofs->pdata[0];
    assert_int_equal(proof->state, PGS_PROOF_UNCOVERED);
    assert_string_equal(proof->reason, "parts 1, 3 of 3 are missing");
    assert_false(proof->fails);
    assert_false(pgs_proof_has_failed(part));

    /* What has failed has failed. */
    PgsFinding *failed = sample_finding(part, "expect.table", PGS_STATUS_FAILED, NULL, "t");
    pgs_finding_add_requirement(failed, "R-1");
    g_autoptr(GPtrArray) again = pgs_proof_judge(part);
    proof = again->pdata[0];
    assert_int_equal(proof->state, PGS_PROOF_FAILED);
    assert_true(proof->fails);

    g_autoptr(PgsRecord) merged = merge_parts(&run, 3, 1);
    g_autoptr(GPtrArray) all = pgs_proof_judge(merged);
    assert_int_equal(((PgsProof *)all->pdata[0])->state, PGS_PROOF_PROVEN);
}

static void
test_parts_of_different_splits_are_told(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) merged = make_part(&run, 1, 2);
    g_autoptr(PgsRecord) other = make_part(&run, 2, 2);
    PgsRecordShard *shard = other->shards->pdata[0];
    g_free(shard->plan);
    shard->plan = g_strdup("another");
    pgs_record_merge(merged, other);
    pgs_record_settle_shards(merged);
    assert_trouble(merged, "parts of different splits came together: 1 of 2, 2 of 2");
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(merged);
    assert_int_equal(((PgsProof *)proofs->pdata[0])->state, PGS_PROOF_UNCOVERED);

    g_autoptr(PgsRecord) third = make_part(&run, 1, 3);
    g_autoptr(PgsRecord) half = make_part(&run, 2, 2);
    pgs_record_merge(third, half);
    pgs_record_settle_shards(third);
    assert_trouble(third, "parts of different splits came together: 1 of 3, 2 of 2");
}

static void
test_a_part_of_two_runs_is_told(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) merged = make_part(&run, 1, 2);
    /* Given twice: nothing to tell. */
    g_autoptr(PgsRecord) same = make_part(&run, 1, 2);
    g_autoptr(PgsRecord) second = make_part(&run, 2, 2);
    pgs_record_merge(merged, same);
    pgs_record_merge(merged, second);
    assert_null(pgs_record_shard_trouble(merged));
    g_autoptr(PgsRecord) later = make_part(&run, 2, 2);
    g_date_time_unref(later->started);
    later->started = g_date_time_new_utc(2025, 3, 15, 0, 0, 0);
    pgs_record_merge(merged, later);
    pgs_record_settle_shards(merged);
    assert_trouble(merged, "part 2 of 2 came from more than one run");
}

/* What one part skipped, the whole could not have looked at. */
static void
test_an_acceptance_that_nothing_could_match_is_not_unused(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) merged = make_part(&run, 1, 2);
    g_autoptr(PgsRecord) second = make_part(&run, 2, 2);
    add(second, "canvas", NULL, "stairway.down", PGS_STATUS_SKIPPED, NULL, "downgrades");
    pgs_record_merge(merged, second);
    pgs_record_settle_shards(merged);
    guint n_unused = 0;
    for (guint i = 0; i < merged->findings->len; i++) {
        const PgsFinding *finding = merged->findings->pdata[i];
        n_unused += strcmp(finding->check, "accept.unused") == 0;
        assert_false(strcmp(finding->check, "accept.unused") == 0 && finding->line == 12);
    }
    assert_int_equal(n_unused, 1);
}

/* Parts that have seen no difference do not speak for one that has. */
static void
test_servers_differ_when_they_do_in_one_part(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, two_servers, 0, 0, FALSE};
    static const char *const differ[] = {"stairway.down, down b_step", "cycle.up, base to head",
                                         "stairway.up, up e_step"};
    g_autoptr(PgsRecord) merged = NULL;
    for (guint i = 1; i <= 4; i++) {
        g_autoptr(PgsRecord) part = make_part(&run, i, 4);
        add(part, "canvas", NULL, "servers.verdict", i == 1 ? PGS_STATUS_PASSED : PGS_STATUS_INFO,
            NULL, i == 1 ? "all checks say the same on docker:13 and docker:15" : differ[i - 2]);
        if (merged == NULL)
            merged = g_steal_pointer(&part);
        else
            pgs_record_merge(merged, part);
    }
    pgs_record_settle_shards(merged);
    g_autoptr(GString) titles = g_string_new(NULL);
    for (guint i = 0; i < merged->findings->len; i++) {
        const PgsFinding *finding = merged->findings->pdata[i];
        if (strcmp(finding->check, "servers.verdict") == 0)
            g_string_append_printf(titles, "%s|", finding->title);
    }
    assert_string_equal(
        titles->str, "cycle.up, base to head|stairway.up, up e_step|stairway.down, down b_step|");
}

/* An upgrade that fails in the second part: the third tells of it too, and took another time. */
static void
test_what_several_parts_tell_is_told_once(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) merged = make_part(&run, 1, 2);
    g_autoptr(PgsRecord) second = make_part(&run, 2, 2);
    PgsRecord *const both[] = {merged, second};
    for (gsize i = 0; i < G_N_ELEMENTS(both); i++) {
        add(both[i], "canvas", NULL, "stairway.up", PGS_STATUS_SKIPPED, NULL,
            "the 2 revisions above c_step")
            ->duration = (gint64)i;
        add(both[i], "canvas", NULL, "run.completed", PGS_STATUS_ERROR, NULL,
            "it could be verified")
            ->duration = (gint64)i;
    }
    /* On its own rung it failed in the other part: at head is no news. */
    guint n_failed = 0;
    for (guint i = 0; i < second->findings->len; i++) {
        PgsFinding *finding = second->findings->pdata[i];
        if (g_str_equal(finding->title, "verify d_step")) {
            finding->status = PGS_STATUS_FAILED;
            n_failed++;
        }
    }
    assert_int_equal(n_failed, 1);
    pgs_record_merge(merged, second);
    pgs_record_settle_shards(merged);
    guint n_above = 0, n_incomplete = 0, n_at_head = 0;
    for (guint i = 0; i < merged->findings->len; i++) {
        const PgsFinding *finding = merged->findings->pdata[i];
        n_above += g_str_equal(finding->title, "the 2 revisions above c_step");
        n_incomplete += g_str_equal(finding->check, "run.completed");
        n_at_head += g_str_has_suffix(finding->title, "_step at head");
        assert_string_not_equal(finding->title, "verify d_step at head");
    }
    assert_int_equal(n_above, 1);
    assert_int_equal(n_incomplete, 1);
    assert_int_equal(n_at_head, 1);
}

/* Two entries of one wording at different places are two. */
static void
test_places_tell_findings_apart(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) record = make_part(&run, 1, 1);
    add_unused(record, "canvas", NULL, 40);
    add_unused(record, "canvas", NULL, 41);
    guint before = record->findings->len;
    pgs_record_settle_shards(record);
    assert_int_equal(record->findings->len, before);
}

/* No file holds what the parts make together. */
static void
test_a_whole_is_in_no_file(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, one_server, 0, 0, FALSE};
    g_autoptr(PgsRecord) record = make_part(&run, 1, 1);
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-shards-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "part.xml", NULL);
    assert_true(pgs_record_write(record, path, NULL));
    assert_true(((PgsRecordSource *)record->sources->pdata[0])->whole);
    pgs_record_settle_shards(record);
    assert_int_equal(record->sources->len, 1);
    assert_false(((PgsRecordSource *)record->sources->pdata[0])->whole);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

/* What is the same on all servers stands with the first that was to be had. */
static void
test_a_server_that_was_not_to_be_had(G_GNUC_UNUSED void **state)
{
    Run run = {one_system, two_servers, 0, 0, FALSE};
    g_autoptr(PgsRecord) record = make_part(&run, 1, 1);
    PgsRecordSystem *system = record->systems->pdata[0];
    g_clear_pointer(&((PgsRecordServer *)system->servers->pdata[0])->version, g_free);
    g_ptr_array_set_size(record->findings, 0);
    add(record, "canvas", NULL, "folder.format", PGS_STATUS_INFO, NULL, "golang-migrate");
    add(record, "canvas", "docker:13", "run.completed", PGS_STATUS_ERROR, NULL, "no server");
    pgs_record_settle_shards(record);
    assert_string_equal(((PgsFinding *)record->findings->pdata[0])->check, "run.completed");
    assert_string_equal(((PgsFinding *)record->findings->pdata[1])->check, "folder.format");
}

static void
test_what_is_no_part_stays_as_it_is(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_failing();
    PgsFinding *own = sample_finding(record, "stairway.up", PGS_STATUS_PASSED, NULL, "last");
    pgs_record_settle_shards(record);
    assert_ptr_equal(record->findings->pdata[record->findings->len - 1], own);
    assert_null(pgs_record_missing_shards(record));
    assert_null(pgs_record_shard_trouble(record));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_parts_make_the_whole),
        cmocka_unit_test(test_missing_parts_are_named),
        cmocka_unit_test(test_a_requirement_waits_for_all_parts),
        cmocka_unit_test(test_parts_of_different_splits_are_told),
        cmocka_unit_test(test_a_part_of_two_runs_is_told),
        cmocka_unit_test(test_an_acceptance_that_nothing_could_match_is_not_unused),
        cmocka_unit_test(test_servers_differ_when_they_do_in_one_part),
        cmocka_unit_test(test_what_several_parts_tell_is_told_once),
        cmocka_unit_test(test_places_tell_findings_apart),
        cmocka_unit_test(test_a_whole_is_in_no_file),
        cmocka_unit_test(test_a_server_that_was_not_to_be_had),
        cmocka_unit_test(test_what_is_no_part_stays_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
