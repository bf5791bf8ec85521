#include "record/proof.h"

#include <string.h>

/* A requirement that asks for coverage needs this check's finding (coverage.h). */
#define COVERAGE_CHECK "coverage.lines"

static const char *const state_names[] = {
    [PGS_PROOF_PROVEN] = "proven",
    [PGS_PROOF_FAILED] = "failed",
    [PGS_PROOF_UNCOVERED] = "not covered",
};

const char *
pgs_proof_state_name(PgsProofState state)
{
    g_return_val_if_fail((gsize)state < G_N_ELEMENTS(state_names), "not covered");
    return state_names[state];
}

static void
proof_free(gpointer data)
{
    PgsProof *proof = data;
    g_ptr_array_unref(proof->findings);
    g_free(proof->missing);
    g_free(proof->reason);
    g_free(proof);
}

/* ---- one finding ---- */

/* Whether it says that the requirement is not met, or leaves that open. */
static gboolean
is_against(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR ||
           (finding->status == PGS_STATUS_ACCEPTED && !finding->was_warning) || finding->lowered;
}

/* Whether it makes the run fail by itself. */
static gboolean
fails_run(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR;
}

/* Whether word is the check's id, or its group. */
static gboolean
names_check(const char *word, const char *check)
{
    gsize length = strlen(word);
    return strncmp(word, check, length) == 0 && (check[length] == '\0' || check[length] == '.');
}

/* "stairway.down 0007_create_users: …" in one line. */
static char *
describe_finding(const PgsFinding *finding)
{
    if (finding->status == PGS_STATUS_ACCEPTED && finding->accepted != NULL)
        return g_strconcat("accepted", g_str_has_prefix(finding->accepted, "until ") ? " " : ": ",
                           finding->accepted, NULL);
    const char *what = finding->message != NULL ? finding->message : finding->title;
    g_autoptr(GString) text = g_string_new(finding->check);
    if (finding->revision != NULL)
        g_string_append_printf(text, " %s", finding->revision);
    if (what != NULL)
        g_string_append_printf(text, ": %s", what);
    if (finding->lowered)
        g_string_append(text, " (its severity is lowered)");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- one requirement ---- */

static gboolean
has_passed(const PgsProof *proof, const char *need)
{
    for (guint i = 0; i < proof->findings->len; i++) {
        const PgsFinding *finding = proof->findings->pdata[i];
        if (finding->status == PGS_STATUS_PASSED && names_check(need, finding->check))
            return TRUE;
    }
    return FALSE;
}

/* "no passed plan, suite"; NULL: all that it needs is there. */
static char *
missing_needs(const PgsProof *proof)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < requirement->needs->len; i++) {
        const char *need = requirement->needs->pdata[i];
        if (!has_passed(proof, need))
            g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "no passed ", need);
    }
    if (requirement->coverage_lines > 0 && !has_passed(proof, COVERAGE_CHECK))
        g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "no passed ", COVERAGE_CHECK);
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

/* The reason of the first that was skipped, or NULL. */
static const char *
why_skipped(const PgsProof *proof)
{
    for (guint i = 0; i < proof->findings->len; i++) {
        const PgsFinding *finding = proof->findings->pdata[i];
        if (finding->status == PGS_STATUS_SKIPPED && finding->message != NULL)
            return finding->message;
    }
    return NULL;
}

static char *
describe_missing(const PgsProof *proof)
{
    char *needs = missing_needs(proof);
    if (needs != NULL || proof->by_status[PGS_STATUS_PASSED] > 0)
        return needs;
    if (proof->findings->len == 0)
        return g_strdup("no check serves it");
    const char *skipped = why_skipped(proof);
    if (skipped != NULL)
        return g_strdup_printf("skipped: %s", skipped);
    /* What is accepted and got here was a warning too. */
    gboolean warned = proof->by_status[PGS_STATUS_WARNING] + proof->by_status[PGS_STATUS_ACCEPTED];
    return g_strdup(warned ? "a warning alone proves nothing" : "no check that serves it passed");
}

/* The first finding that fails the run; else the first that is accepted or lowered; or NULL. */
static const PgsFinding *
find_against(const PgsProof *proof)
{
    const PgsFinding *first = NULL;
    for (guint i = 0; i < proof->findings->len; i++) {
        const PgsFinding *finding = proof->findings->pdata[i];
        if (fails_run(finding))
            return finding;
        if (first == NULL && is_against(finding))
            first = finding;
    }
    return first;
}

static void
judge(PgsProof *proof, gboolean require_all)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    const PgsFinding *against = find_against(proof);
    proof->missing = against == NULL ? describe_missing(proof) : NULL;
    if (against != NULL) {
        proof->state = PGS_PROOF_FAILED;
        proof->reason = describe_finding(against);
    } else if (proof->missing != NULL) {
        proof->state = PGS_PROOF_UNCOVERED;
        proof->reason = requirement->deferred != NULL
                            ? g_strdup_printf("deferred: %s", requirement->deferred)
                            : g_strdup(proof->missing);
    }
    proof->fails =
        (against != NULL && fails_run(against)) ||
        (proof->state != PGS_PROOF_PROVEN && require_all && requirement->deferred == NULL);
}

/* ---- the record ---- */

static PgsProof *
proof_new(const PgsRecordSystem *system, const PgsRecordRequirement *requirement)
{
    PgsProof *proof = g_new0(PgsProof, 1);
    proof->system = system;
    proof->requirement = requirement;
    proof->findings = g_ptr_array_new();
    return proof;
}

static char *
proof_key(const char *system, const char *id)
{
    return g_strjoin("\x1f", system, id, NULL);
}

static void
add_finding(GHashTable *proofs, const PgsFinding *finding)
{
    for (guint i = 0; finding->requirements != NULL && i < finding->requirements->len; i++) {
        g_autofree char *key = proof_key(finding->system, finding->requirements->pdata[i]);
        PgsProof *proof = g_hash_table_lookup(proofs, key);
        if (proof == NULL)
            continue;
        g_ptr_array_add(proof->findings, (gpointer)finding);
        proof->by_status[finding->status]++;
    }
}

GPtrArray *
pgs_proof_judge(const PgsRecord *record)
{
    GPtrArray *proofs = g_ptr_array_new_with_free_func(proof_free);
    g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint s = 0; s < record->systems->len; s++) {
        const PgsRecordSystem *system = record->systems->pdata[s];
        for (guint r = 0; r < system->requirements->len; r++) {
            PgsProof *proof = proof_new(system, system->requirements->pdata[r]);
            g_ptr_array_add(proofs, proof);
            g_hash_table_insert(by_key, proof_key(system->name, proof->requirement->id), proof);
        }
    }
    for (guint i = 0; i < record->findings->len; i++)
        add_finding(by_key, record->findings->pdata[i]);
    for (guint i = 0; i < proofs->len; i++)
        judge(proofs->pdata[i], record->require_all);
    return proofs;
}

GPtrArray *
pgs_proof_checks(const PgsProof *proof)
{
    GPtrArray *checks = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < proof->findings->len; i++) {
        const PgsFinding *finding = proof->findings->pdata[i];
        PgsProofCheck *check = NULL;
        for (guint c = 0; c < checks->len && check == NULL; c++) {
            PgsProofCheck *known = checks->pdata[c];
            check = known->check == finding->check ? known : NULL;
        }
        if (check == NULL) {
            check = g_new0(PgsProofCheck, 1);
            check->check = finding->check;
            g_ptr_array_add(checks, check);
        }
        check->by_status[finding->status]++;
    }
    return checks;
}

static gboolean
is_known(const PgsRecordSystem *system, const char *id)
{
    for (guint i = 0; i < system->requirements->len; i++) {
        if (g_strcmp0(((PgsRecordRequirement *)system->requirements->pdata[i])->id, id) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
pgs_proof_find_unknown(const PgsRecord *record)
{
    GPtrArray *unknown = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        const PgsRecordSystem *system =
            finding->requirements != NULL ? pgs_record_find_system(record, finding->system) : NULL;
        if (system == NULL || system->requirements->len == 0)
            continue;
        for (guint r = 0; r < finding->requirements->len; r++) {
            const char *id = finding->requirements->pdata[r];
            if (g_hash_table_add(seen, proof_key(finding->system, id)) && !is_known(system, id))
                g_ptr_array_add(unknown, g_strdup_printf("%s (%s)", id, finding->check));
        }
    }
    return unknown;
}

gboolean
pgs_proof_has_failed(const PgsRecord *record)
{
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < proofs->len; i++) {
        if (((PgsProof *)proofs->pdata[i])->fails)
            return TRUE;
    }
    return FALSE;
}
