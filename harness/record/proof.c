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

/* "stairway.down [docker:13] 0007_create_users: …" in one line; server: its name or NULL. */
static char *
describe_finding(const PgsFinding *finding, const char *server)
{
    if (finding->status == PGS_STATUS_ACCEPTED && finding->accepted != NULL)
        return g_strconcat("accepted", g_str_has_prefix(finding->accepted, "until ") ? " " : ": ",
                           finding->accepted, NULL);
    const char *what = finding->message != NULL ? finding->message : finding->title;
    g_autoptr(GString) text = g_string_new(finding->check);
    if (server != NULL)
        g_string_append_printf(text, " [%s]", server);
    if (finding->revision != NULL)
        g_string_append_printf(text, " %s", finding->revision);
    if (what != NULL)
        g_string_append_printf(text, ": %s", what);
    if (finding->lowered)
        g_string_append(text, " (its severity is lowered)");
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- one requirement ---- */

/* What is asked of a requirement's findings: all of them, or those of one server. */
typedef struct {
    const PgsProof *proof;
    const PgsRecordServer *server; /* NULL: all */
} View;

static gboolean
is_in_view(const View *view, const PgsFinding *finding)
{
    return view->server == NULL ||
           pgs_record_system_find_server(view->proof->system, finding) == view->server;
}

/* How many findings there are of a check or group (NULL: of any), and how many of them passed. */
typedef struct {
    guint all, passed;
} Count;

static Count
count_findings(const View *view, const char *need)
{
    Count count = {0};
    for (guint i = 0; i < view->proof->findings->len; i++) {
        const PgsFinding *finding = view->proof->findings->pdata[i];
        if (!is_in_view(view, finding) || (need != NULL && !names_check(need, finding->check)))
            continue;
        count.all++;
        count.passed += finding->status == PGS_STATUS_PASSED;
    }
    return count;
}

/*
 * Whether something that has to pass has not.  On one server only what was tried there counts: what
 * it does not say anything of, another run (a suite's) may prove.
 */
static gboolean
lacks(const View *view, const char *need)
{
    Count count = count_findings(view, need);
    return count.passed == 0 && (view->server == NULL || count.all > 0);
}

/* The reason of the first that was skipped, of a check or group (NULL: of any), or NULL. */
static const char *
why_skipped(const View *view, const char *need)
{
    for (guint i = 0; i < view->proof->findings->len; i++) {
        const PgsFinding *finding = view->proof->findings->pdata[i];
        if (is_in_view(view, finding) && finding->status == PGS_STATUS_SKIPPED &&
            finding->message != NULL && (need == NULL || names_check(need, finding->check)))
            return finding->message;
    }
    return NULL;
}

/* Appends what is lacking; why: the reason, where it is that it was skipped, of the first. */
static void
append_need(GString *text, const View *view, const char *need, const char **why)
{
    if (!lacks(view, need))
        return;
    g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "no passed ", need);
    *why = *why != NULL ? *why : why_skipped(view, need);
}

/* "no passed plan, suite; skipped: why"; NULL: all that it needs is there. */
static char *
missing_needs(const View *view)
{
    const PgsRecordRequirement *requirement = view->proof->requirement;
    g_autoptr(GString) text = g_string_new(NULL);
    const char *why = NULL;
    for (guint i = 0; i < requirement->needs->len; i++)
        append_need(text, view, requirement->needs->pdata[i], &why);
    if (requirement->coverage_lines > 0)
        append_need(text, view, COVERAGE_CHECK, &why);
    if (why != NULL)
        g_string_append_printf(text, "; skipped: %s", why);
    return text->len > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

/* What a view lacks to prove the requirement; NULL: nothing. */
static char *
describe_missing(const View *view)
{
    const PgsProof *proof = view->proof;
    char *needs = missing_needs(view);
    if (needs != NULL || !lacks(view, NULL))
        return needs;
    if (proof->findings->len == 0)
        return g_strdup("no check serves it");
    const char *skipped = why_skipped(view, NULL);
    if (skipped != NULL)
        return g_strdup_printf("skipped: %s", skipped);
    /* What is accepted and got here was a warning too. */
    gboolean warned = proof->by_status[PGS_STATUS_WARNING] + proof->by_status[PGS_STATUS_ACCEPTED];
    return g_strdup(warned ? "a warning alone proves nothing" : "no check that serves it passed");
}

/* The check that tells of a server on which a system was not verified to its end. */
#define INCOMPLETE_CHECK "run.completed"

static gboolean
is_incomplete(const PgsRecord *record, const PgsRecordSystem *system, const PgsRecordServer *server)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status == PGS_STATUS_ERROR && strcmp(finding->check, INCOMPLETE_CHECK) == 0 &&
            strcmp(finding->system, system->name) == 0 &&
            pgs_record_system_find_server(system, finding) == server)
            return TRUE;
    }
    return FALSE;
}

/* What one of several servers leaves open; NULL: all of them prove it, but for those that were not
 * to be had. */
static char *
missing_on_server(const PgsRecord *record, const PgsProof *proof)
{
    const GPtrArray *servers = proof->system->servers;
    for (guint i = 0; servers->len > 1 && i < servers->len; i++) {
        View view = {proof, servers->pdata[i]};
        g_autofree char *missing = is_incomplete(record, proof->system, view.server)
                                       ? g_strdup("the system could not be verified there")
                                       : describe_missing(&view);
        if (missing != NULL)
            return g_strdup_printf("on %s: %s", view.server->name, missing);
    }
    return NULL;
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

/* "[docker:13, docker:15]": the servers on which something speaks against it as much as the first
 * such finding does.  Free with g_free(); NULL: there is but one server. */
static char *
servers_against(const PgsRecord *record, const PgsProof *proof, const PgsFinding *first)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < proof->findings->len; i++) {
        const PgsFinding *finding = proof->findings->pdata[i];
        char *name = is_against(finding) && fails_run(finding) == fails_run(first)
                         ? pgs_record_name_server(record, finding)
                         : NULL;
        if (name != NULL && !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
            g_ptr_array_add(names, name);
        else
            g_free(name);
    }
    if (names->len == 0)
        return NULL;
    g_ptr_array_add(names, NULL);
    return g_strjoinv(", ", (char **)names->pdata);
}

/* gap: what is missing of a run in parts, or NULL: then nothing is proven yet, and what is not
 * covered is no failure. */
static void
judge(const PgsRecord *record, PgsProof *proof, const char *gap)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    const PgsFinding *against = find_against(proof);
    View all = {proof, NULL};
    if (against == NULL) {
        proof->missing = gap != NULL ? g_strdup(gap) : describe_missing(&all);
        if (proof->missing == NULL)
            proof->missing = missing_on_server(record, proof);
    }
    if (against != NULL) {
        g_autofree char *servers = servers_against(record, proof, against);
        proof->state = PGS_PROOF_FAILED;
        proof->reason = describe_finding(against, servers);
    } else if (proof->missing != NULL) {
        proof->state = PGS_PROOF_UNCOVERED;
        proof->reason = requirement->deferred != NULL
                            ? g_strdup_printf("deferred: %s", requirement->deferred)
                            : g_strdup(proof->missing);
    }
    proof->fails = (against != NULL && fails_run(against)) ||
                   (proof->state != PGS_PROOF_PROVEN && record->require_all && gap == NULL &&
                    requirement->deferred == NULL);
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
    g_autofree char *gap = pgs_record_shard_trouble(record);
    for (guint i = 0; i < proofs->len; i++)
        judge(record, proofs->pdata[i], gap);
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
