#include "suite/outcome_text.h"
#include "suite/suite.h"

#include "check/drift.h"
#include "diff/diff.h"

#include <string.h>

/*
 * Assertions about migrations, and about the schema as a whole.
 */

static PgsFinding *
new_finding(PgsSuite *suite, const char *check, PgsWhere where, const char *verb,
            const char *revision)
{
    g_autofree char *title = g_strdup_printf("%s %s", verb, revision != NULL ? revision : "head");
    return pgs_journal_finding(suite->journal, check, where, title);
}

/* Takes message over. */
static void
set_failed(PgsFinding *finding, char *message)
{
    finding->status = PGS_STATUS_FAILED;
    g_free(finding->message);
    finding->message = message;
}

static gboolean
find_revision(PgsSuite *suite, const char *revision, gint *index, GError **error)
{
    return pgs_history_find(suite->subject.history, revision != NULL ? revision : "head", index,
                            error);
}

int
pgs_expect_migrated(PgsSuite *suite, PgsWhere where, const char *revision)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    gint index;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding = new_finding(suite, "suite.migration", where, "migrating to", revision);
    if (!find_revision(suite, revision, &index, &error) ||
        !pgs_suite_database_migrate(suite->database, index, &error)) {
        if (g_error_matches(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_MIGRATION))
            set_failed(finding, g_strdup(error->message));
        else
            pgs_finding_set_error(finding, g_steal_pointer(&error));
    }
    return pgs_suite_conclude(suite, finding, begin);
}

/* ------------------------------------------------------------------ a migration refused -- */

/* How a migration is to fail; NULL and 0: that is not asked. */
typedef struct {
    const char *sqlstate;
    const char *file;
    int line;
    const char *message;
} Refusal;

static char *
refusal_to_string(const Refusal *refusal)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "refused with %s",
                           refusal->sqlstate != NULL ? refusal->sqlstate : "any SQLSTATE");
    if (refusal->file != NULL || refusal->line > 0)
        g_string_append_printf(text, " at %s", refusal->file != NULL ? refusal->file : "any file");
    if (refusal->line > 0)
        g_string_append_printf(text, ":%d", refusal->line);
    if (refusal->message != NULL)
        g_string_append_printf(text, ", saying \"%s\"", refusal->message);
    return g_string_free(text, FALSE);
}

/* Whether what the server said, in all its fields, holds the text. */
static gboolean
says(const PgsFailure *failure, const char *text)
{
    const char *const fields[] = {failure->message, failure->detail, failure->hint,
                                  failure->context};
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (fields[i] != NULL && strstr(fields[i], text) != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
judge_outcome(PgsFinding *finding, const PgsOutcome *outcome, const Refusal *refusal)
{
    const PgsFailure *failure = outcome->failure;
    finding->actual = pgs_outcome_text(outcome);
    finding->sql = g_strdup(outcome->statement);
    if (refusal->sqlstate != NULL && strcmp(refusal->sqlstate, failure->sqlstate) != 0)
        set_failed(finding,
                   g_strdup_printf("it fails with another SQLSTATE, %s",
                                   *failure->sqlstate != '\0' ? failure->sqlstate : "none"));
    else if (refusal->file != NULL && !g_str_has_suffix(outcome->path, refusal->file))
        set_failed(finding, g_strdup_printf("it fails in another file, %s", outcome->path));
    else if (refusal->line > 0 && outcome->line != (guint)refusal->line)
        set_failed(finding, g_strdup_printf("it fails at another line, %u", outcome->line));
    else if (refusal->message != NULL && !says(failure, refusal->message))
        set_failed(finding, g_strdup("it fails, but says something else"));
}

/* What a refused migration must not do. */
static void
judge_rest(PgsFinding *finding, PgsSnapshot *before, PgsSnapshot *after)
{
    if (finding->status != PGS_STATUS_PASSED)
        return;
    g_autoptr(PgsDiff) diff = pgs_diff_new(before, after, 0);
    if (pgs_diff_n_differences(diff) == 0)
        return;
    set_failed(finding, g_strdup("it fails as it should, but leaves the schema changed"));
    finding->detail = pgs_diff_to_text(diff, FALSE);
}

/* Steps until one fails; its outcome is judged. */
static gboolean
try_migration(PgsSuite *suite, PgsFinding *finding, gint index, const Refusal *refusal,
              GError **error)
{
    if (!pgs_suite_database_check_idle(suite->database, error))
        return FALSE;
    for (;;) {
        g_autoptr(PgsOutcome) outcome = NULL;
        const PgsRevision *missing;
        g_autoptr(PgsSnapshot) before = pgs_suite_database_look(suite->database, error);
        if (before == NULL ||
            !pgs_suite_database_step(suite->database, index, &outcome, &missing, error))
            return FALSE;
        if (missing != NULL) {
            set_failed(finding, g_strdup_printf("the revision %s has no way down", missing->label));
            return TRUE;
        }
        if (outcome == NULL) {
            finding->actual = g_strdup("migrated");
            set_failed(finding, g_strdup("it is not refused"));
            return TRUE;
        }
        if (outcome->succeeded)
            continue;
        judge_outcome(finding, outcome, refusal);
        g_autoptr(PgsSnapshot) after = pgs_suite_database_look(suite->database, error);
        if (after == NULL)
            return FALSE;
        judge_rest(finding, before, after);
        return TRUE;
    }
}

int
pgs_expect_migration_refused(PgsSuite *suite, PgsWhere where, const char *revision,
                             const char *sqlstate, const char *file, int line, const char *message)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    Refusal refusal = {sqlstate, file, line, message};
    gint index;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding =
        new_finding(suite, "suite.migration", where, "refused: migrating to", revision);
    finding->expected = refusal_to_string(&refusal);
    if (!find_revision(suite, revision, &index, &error) ||
        !try_migration(suite, finding, index, &refusal, &error))
        pgs_finding_set_error(finding, g_steal_pointer(&error));
    return pgs_suite_conclude(suite, finding, begin);
}

/* --------------------------------------------------------------------------------- drift -- */

static gboolean
has_line(const char *lines, const char *line)
{
    g_auto(GStrv) all = g_strsplit(lines != NULL ? lines : "", "\n", -1);
    return g_strv_contains((const char *const *)all, line);
}

static gboolean
has_attribute(const char *lines, const char *attribute)
{
    g_auto(GStrv) all = g_strsplit(lines != NULL ? lines : "", "\n", -1);
    g_autofree char *head = g_strconcat(attribute, ": ", NULL);
    for (char **line = all; *line != NULL; line++) {
        if (g_str_has_prefix(*line, head))
            return TRUE;
    }
    return FALSE;
}

/* "type", or "type: integer → bigint": what the finding says of that attribute. */
static gboolean
names_attribute(const PgsFinding *finding, const char *words)
{
    static const char arrow[] = " → ";
    const char *colon = strstr(words, ": ");
    const char *at = strstr(words, arrow);
    if (colon == NULL)
        return has_attribute(finding->expected, words);
    if (at == NULL || at < colon)
        return FALSE;
    g_autofree char *attribute = g_strndup(words, (gsize)(colon - words));
    g_autofree char *expected = g_strndup(words, (gsize)(at - words));
    g_autofree char *actual = g_strconcat(attribute, ": ", at + strlen(arrow), NULL);
    return has_line(finding->expected, expected) && has_line(finding->actual, actual);
}

static gboolean
is_named(const GPtrArray *differences, const char *words)
{
    for (guint i = 0; i < differences->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(differences, i);
        gsize length = finding->object != NULL ? strlen(finding->object) : 0;
        if (length == 0 || strncmp(words, finding->object, length) != 0)
            continue;
        if (words[length] == '\0' || (g_str_has_prefix(words + length, ": ") &&
                                      names_attribute(finding, words + length + 2)))
            return TRUE;
    }
    return FALSE;
}

/* "index public.ix_a: it is in what the migrations make, and not in …", a line each. */
static char *
list_differences(const GPtrArray *differences)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < differences->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(differences, i);
        g_string_append_printf(text, "%s%s: %s", i > 0 ? "\n" : "", finding->object,
                               finding->message);
    }
    return g_string_free(text, FALSE);
}

/* The failed ones among what the comparison found. */
static GPtrArray *
compare(PgsSuite *suite, GError **error)
{
    g_autoptr(PgsSnapshot) should = pgs_suite_database_pristine(suite->database, error);
    g_autoptr(PgsSnapshot) is =
        should != NULL ? pgs_suite_database_look(suite->database, error) : NULL;
    if (is == NULL)
        return NULL;
    GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    pgs_drift_compare("drift.model", suite->subject.system, "the suite's database", NULL, NULL,
                      should, is, findings);
    for (guint i = findings->len; i > 0; i--) {
        const PgsFinding *finding = g_ptr_array_index(findings, i - 1);
        if (finding->status != PGS_STATUS_FAILED)
            g_ptr_array_remove_index(findings, i - 1);
    }
    return findings;
}

static void
judge_drift(PgsFinding *finding, const GPtrArray *differences, gboolean drifted,
            const char *const *wanted)
{
    finding->expected = g_strdup(drifted ? "differences" : "none");
    finding->actual = differences->len > 0 ? list_differences(differences) : g_strdup("none");
    if (!drifted && differences->len > 0) {
        set_failed(finding, g_strdup("the schema is not what the migrations make"));
        return;
    }
    if (drifted && differences->len == 0)
        set_failed(finding, g_strdup("the schema is just what the migrations make"));
    for (; wanted != NULL && *wanted != NULL; wanted++) {
        if (is_named(differences, *wanted))
            continue;
        set_failed(finding, g_strdup_printf("this is not among the differences: %s", *wanted));
        return;
    }
}

int
pgs_expect_drift(PgsSuite *suite, PgsWhere where, int drifted, const char *const *findings)
{
    gint64 begin = g_get_monotonic_time();
    GError *error = NULL;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding =
        new_finding(suite, "suite.true", where,
                    drifted ? "the schema differs from" : "the schema is the same as",
                    pgs_suite_revision_label(suite));
    g_autoptr(GPtrArray) differences = compare(suite, &error);
    if (differences == NULL)
        pgs_finding_set_error(finding, error);
    else
        judge_drift(finding, differences, drifted != 0, findings);
    return pgs_suite_conclude(suite, finding, begin);
}
