#include "check/part_finding.h"

#include <string.h>

static const PgsRevision *
revision_at(const PgsHistory *history, gint index)
{
    return g_ptr_array_index(history->revisions, (guint)index);
}

const char *
pgs_part_label(const PgsHistory *history, gint revision)
{
    return revision < 0 ? "base" : revision_at(history, revision)->label;
}

/* "index public.a is left behind": one difference, in the words of the check. */
static char *
difference_gist(const PgsDifference *difference, const PgsPartWords *words)
{
    const PgsObject *object = difference->after != NULL ? difference->after : difference->before;
    if (difference->change == PGS_CHANGE_ATTRIBUTE || difference->renamed != NULL)
        return pgs_difference_to_string(difference);
    return g_strdup_printf("%s %s %s", object->kind, object->identity,
                           difference->change == PGS_CHANGE_ADDED ? words->added : "is missing");
}

static void
describe_attribute(PgsFinding *finding, const PgsDifference *difference)
{
    const char *none = "(none)";
    finding->expected =
        g_strdup_printf("%s: %s", difference->attribute,
                        difference->before_value != NULL ? difference->before_value : none);
    finding->actual =
        g_strdup_printf("%s: %s", difference->attribute,
                        difference->after_value != NULL ? difference->after_value : none);
}

/* The tolerance that would cover all that is wrong, or NULL. */
static const char *
common_tolerance(const PgsDiff *diff)
{
    const char *common = NULL;
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (difference->tolerated != NULL || difference->nature != PGS_NATURE_REAL)
            continue;
        const char *name = pgs_tolerance_match(~(PgsTolerances)0, difference);
        if (name == NULL || (common != NULL && strcmp(name, common) != 0))
            return NULL;
        common = name;
    }
    return common;
}

/* All that count: who accepts the first has not accepted the others. */
static void
add_objects(PgsFinding *finding, const PgsDiff *diff, gboolean strict)
{
    for (guint i = 0; i < pgs_diff_n_differences(diff); i++) {
        const PgsDifference *difference = pgs_diff_difference(diff, i);
        if (difference->tolerated != NULL || (difference->nature != PGS_NATURE_REAL && !strict))
            continue;
        const PgsObject *object =
            difference->after != NULL ? difference->after : difference->before;
        g_autofree char *name = g_strdup_printf("%s %s", object->kind, object->identity);
        pgs_finding_add_object(finding, name);
    }
}

static void
describe_failure(PgsFinding *finding, const PgsDiff *diff, const PgsPartWords *words, guint wrong)
{
    const PgsDifference *first = pgs_diff_difference(diff, 0);
    g_autofree char *gist = difference_gist(first, words);
    if (wrong > 1)
        finding->message =
            g_strdup_printf("%s: %u differences, the first: %s", words->wrong, wrong, gist);
    else
        finding->message = g_strdup_printf("%s: %s", words->wrong, gist);
    if (wrong == 1 && first->change == PGS_CHANGE_ATTRIBUTE) {
        describe_attribute(finding, first);
    } else {
        finding->expected = g_strdup(words->should);
        if (wrong > 1)
            finding->actual = g_strdup_printf("%u differences", wrong);
    }
    const char *tolerance = common_tolerance(diff);
    finding->hint = tolerance != NULL ? g_strdup_printf("%s; or accept it with --tolerate %s",
                                                        words->advice, tolerance)
                                      : g_strdup(words->advice);
}

/* The status, message and detail that a comparison gives. */
static void
judge_diff(const PgsSink *sink, PgsFinding *finding, const PgsDiff *diff, const PgsPartWords *words)
{
    PgsDiffCounts counts = pgs_diff_counts(diff);
    sink->facts->n_tolerated += counts.tolerated;
    sink->facts->n_cosmetic += counts.cosmetic;
    guint wrong = counts.real + (sink->system->strict ? counts.cosmetic : 0);
    if (wrong == 0 && counts.cosmetic == 0)
        return;
    finding->detail = pgs_diff_to_text(diff, FALSE);
    if (wrong > 0) {
        finding->status = PGS_STATUS_FAILED;
        add_objects(finding, diff, sink->system->strict);
        describe_failure(finding, diff, words, wrong);
        return;
    }
    g_autofree char *gist = pgs_difference_to_string(pgs_diff_difference(diff, 0));
    finding->status = PGS_STATUS_INFO;
    finding->message =
        g_strdup_printf("the same but for order, white space or a generated name: %s", gist);
    finding->hint = g_strdup("--strict makes this a failure, --tolerate silences it");
}

static void
judge_failure(PgsFinding *finding, const PgsOutcome *outcome)
{
    const PgsFailure *failure = outcome->failure;
    finding->status = PGS_STATUS_FAILED;
    finding->message =
        failure->sqlstate[0] != '\0'
            ? g_strdup_printf("%s (SQLSTATE %s)", failure->message, failure->sqlstate)
            : g_strdup(failure->message);
    g_autoptr(GString) detail = g_string_new(failure->detail);
    if (failure->context != NULL)
        g_string_append_printf(detail, "%s%s", detail->len > 0 ? "\n" : "", failure->context);
    if (detail->len > 0)
        finding->detail = g_strdup(detail->str);
    finding->file = g_strdup(outcome->path);
    finding->line = outcome->line;
    finding->column = outcome->column;
    finding->sql = g_strdup(outcome->statement);
    finding->hint = g_strdup(failure->hint);
}

static void
judge_missing(const PgsSink *sink, PgsFinding *finding, gint revision)
{
    const PgsRevision *missing = revision_at(sink->history, revision);
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strdup_printf("%s has no downgrade", missing->label);
    if (missing->up != NULL)
        finding->file = g_strdup(missing->up->path);
    finding->hint = g_strdup_printf("write one, or give --floor %s when it is irreversible on "
                                    "purpose; \"downs: optional\" in pgstair.yaml leaves it to "
                                    "each revision",
                                    missing->id);
}

/* What kept it from being tried is reported by its own check, unless that was left out. */
static void
judge_skipped(const PgsSink *sink, PgsFinding *finding, const PgsPart *part)
{
    finding->status = PGS_STATUS_SKIPPED;
    finding->message = g_strdup(part->reason);
    if (part->blocked_by == NULL || pgs_check_selection_has(sink->checks, part->blocked_by))
        return;
    finding->status = PGS_STATUS_ERROR;
    finding->hint = g_strdup_printf("%s was left out of this run; it says why", part->blocked_by);
}

PgsFinding *
pgs_part_finding(const PgsSink *sink, const char *check, const char *revision, char *title,
                 const PgsPart *part, const PgsPartWords *words)
{
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_PASSED, sink->system->name, revision, title);
    g_free(title);
    finding->duration = part->duration;
    switch (part->state) {
    case PGS_PART_DONE:
        if (part->diff != NULL)
            judge_diff(sink, finding, part->diff, words);
        break;
    case PGS_PART_FAILED:
        judge_failure(finding, part->outcome);
        break;
    case PGS_PART_MISSING:
        judge_missing(sink, finding, part->revision);
        break;
    case PGS_PART_SKIPPED:
        judge_skipped(sink, finding, part);
        break;
    }
    return finding;
}

PgsFinding *
pgs_part_unreached(const PgsSink *sink, const char *check, char *title, const PgsOutcome *failure,
                   gint revision)
{
    gboolean is_told = pgs_check_selection_has(sink->checks, "cycle.up");
    PgsFinding *finding = pgs_finding_new(check, is_told ? PGS_STATUS_SKIPPED : PGS_STATUS_ERROR,
                                          sink->system->name, NULL, title);
    g_free(title);
    finding->message = g_strdup_printf("not reached: the upgrade of %s fails",
                                       pgs_part_label(sink->history, revision));
    if (is_told)
        return finding;
    finding->detail = pgs_failure_to_string(failure->failure);
    finding->file = g_strdup(failure->path);
    finding->line = failure->line;
    finding->column = failure->column;
    return finding;
}
