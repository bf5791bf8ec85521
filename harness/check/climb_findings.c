#include "check/climb_findings.h"

#include "base/text.h"

#include <string.h>

static const PgsRevision *
revision_at(const PgsSink *sink, gint index)
{
    return g_ptr_array_index(sink->history->revisions, (guint)index);
}

/* "0006_orders", or "base". */
static const char *
label_at(const PgsSink *sink, gint index)
{
    return index < 0 ? "base" : revision_at(sink, index)->label;
}

/* A folder none of whose revisions has a downgrade: its tool, or its team, only goes forward. */
static gboolean
is_forward_only(const PgsHistory *history)
{
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        if (revision->down != NULL)
            return FALSE;
    }
    return TRUE;
}

/* What a check compares, in the words of its finding. */
typedef struct {
    const char *wrong;  /* "the downgrade does not restore …" */
    const char *should; /* what the catalog should be */
    const char *added;  /* of an object that should not be there */
    const char *advice; /* what to do */
} Words;

#define ADVICE_DOWN                                                                                \
    "complete the downgrade: it has to undo all that the upgrade did, and nothing else"
#define ADVICE_AGAIN "the first upgrade succeeded: see what the downgrade left behind"

static const Words cycle_down = {
    "the way down does not restore base",
    "the catalog as it was before the first upgrade",
    "is left behind",
    "the stairway names the revisions that leave it: complete their downgrades",
};
static const Words cycle_again = {
    "the second way up does not make the same head",
    "the catalog of the first head",
    "was not there at first",
    "see what the way down left behind",
};
static const Words stairway_down = {
    "the downgrade does not restore the schema before it",
    "the catalog as it was before the upgrade",
    "is left behind",
    ADVICE_DOWN,
};
static const Words stairway_again = {
    "the second upgrade does not give what the first gave",
    "the catalog that the first upgrade made",
    "was not there at first",
    ADVICE_AGAIN,
};

/* "index public.a is left behind": one difference, in the words of the check. */
static char *
difference_gist(const PgsDifference *difference, const Words *words)
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
describe_failure(PgsFinding *finding, const PgsDiff *diff, const Words *words, guint wrong)
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
judge_diff(const PgsSink *sink, PgsFinding *finding, const PgsDiff *diff, const Words *words)
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
    const PgsRevision *missing = revision_at(sink, revision);
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strdup_printf("%s has no downgrade", missing->label);
    if (missing->up != NULL)
        finding->file = g_strdup(missing->up->path);
    finding->hint = g_strdup_printf(
        "write one, or give --floor %s when it is irreversible on purpose", missing->id);
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

/* How a person sees it again: a database at the revision before the step, and the step. */
static void
add_reproduction(const PgsSink *sink, PgsFinding *finding, gint at, const PgsStep *step)
{
    if (finding->status != PGS_STATUS_FAILED || step == NULL)
        return;
    g_autofree char *folder = g_shell_quote(sink->system->folder);
    finding->reproduce = g_strdup_printf("pgstair shell %s --at %s\n\\i %s", folder,
                                         at < 0 ? "base" : revision_at(sink, at)->id, step->path);
}

/* A case from a part.  words NULL: nothing is compared.  step: the file that is at work, or NULL.
 */
static PgsFinding *
judge(const PgsSink *sink, const char *check, const char *revision, char *title,
      const PgsPart *part, const Words *words)
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

#define FORWARD_ONLY "no revision has a downgrade: the folder only goes forward"

static const char *
part_revision(const PgsSink *sink, const PgsPart *part)
{
    return part->revision >= 0 ? label_at(sink, part->revision) : NULL;
}

void
pgs_findings_add_cycle(const PgsSink *sink, const PgsCycle *cycle)
{
    const char *bottom = sink->system->floor != NULL ? sink->system->floor : "base";
    pgs_sink_add(sink, judge(sink, "cycle.up", part_revision(sink, &cycle->up),
                             g_strdup("base to head"), &cycle->up, NULL));
    if (is_forward_only(sink->history)) {
        pgs_sink_add_skipped(sink, "cycle.down", "head to base", FORWARD_ONLY);
        pgs_sink_add_skipped(sink, "cycle.again", "base to head again", FORWARD_ONLY);
        return;
    }
    pgs_sink_add(sink, judge(sink, "cycle.down", part_revision(sink, &cycle->down),
                             g_strdup_printf("head to %s", bottom), &cycle->down, &cycle_down));
    pgs_sink_add(sink,
                 judge(sink, "cycle.again", part_revision(sink, &cycle->again),
                       g_strdup_printf("%s to head again", bottom), &cycle->again, &cycle_again));
}

static void
add_rung(const PgsSink *sink, const PgsRung *rung, gboolean forward_only)
{
    const PgsRevision *revision = revision_at(sink, rung->revision);
    PgsFinding *up = judge(sink, "stairway.up", revision->label,
                           g_strdup_printf("up %s", revision->label), &rung->up, NULL);
    add_reproduction(sink, up, rung->revision - 1, revision->up);
    pgs_sink_add(sink, up);
    if (forward_only)
        return;
    PgsFinding *down = judge(
        sink, "stairway.down", revision->label,
        g_strdup_printf("down %s restores %s", revision->label, label_at(sink, rung->revision - 1)),
        &rung->down, &stairway_down);
    if (down->file == NULL && down->status == PGS_STATUS_FAILED)
        down->file = g_strdup(revision->down->path);
    add_reproduction(sink, down, rung->revision, revision->down);
    pgs_sink_add(sink, down);
    PgsFinding *again = judge(sink, "stairway.again", revision->label,
                              g_strdup_printf("up %s again gives the same", revision->label),
                              &rung->again, &stairway_again);
    if (again->file == NULL && again->status == PGS_STATUS_FAILED)
        again->file = g_strdup(revision->up->path);
    if (again->hint == NULL && again->status == PGS_STATUS_FAILED)
        again->hint = g_strdup(ADVICE_AGAIN);
    pgs_sink_add(sink, again);
}

void
pgs_findings_add_stairway(const PgsSink *sink, const PgsStairway *stairway)
{
    gboolean forward_only = is_forward_only(sink->history);
    for (guint i = 0; i < stairway->rungs->len; i++)
        add_rung(sink, &g_array_index(stairway->rungs, PgsRung, i), forward_only);
    if (forward_only) {
        pgs_sink_add_skipped(sink, "stairway.down", "downgrades", FORWARD_ONLY);
        pgs_sink_add_skipped(sink, "stairway.again", "second upgrades", FORWARD_ONLY);
    }
    guint unreached = stairway->n_revisions - stairway->rungs->len;
    if (unreached > 0) {
        const char *last = revision_at(sink, (gint)stairway->rungs->len - 1)->label;
        g_autofree char *count = pgs_text_count(unreached, "revision", NULL);
        g_autofree char *title = g_strdup_printf("the %s above %s", count, last);
        g_autofree char *reason = g_strdup_printf("not reached: the upgrade of %s fails", last);
        pgs_sink_add_skipped(sink, "stairway.up", title, reason);
    }
}

/* The format's own finding, with what the reader said of its choice. */
static PgsFinding *
format_finding(const PgsSink *sink)
{
    PgsFinding *finding = pgs_finding_new("folder.format", PGS_STATUS_INFO, sink->system->name,
                                          NULL, sink->history->format);
    g_autoptr(GString) message = g_string_new(sink->history->reason);
    for (guint i = 0; i < sink->history->notes->len; i++) {
        const PgsNote *note = g_ptr_array_index(sink->history->notes, i);
        if (strcmp(note->check, finding->check) == 0)
            g_string_append_printf(message, "%s%s", message->len > 0 ? "; " : "", note->message);
    }
    finding->message = g_strdup(message->str);
    return finding;
}

static gboolean
is_same_file(const char *path, const char *other)
{
    if (path == NULL || other == NULL)
        return FALSE;
    g_autofree char *first = g_canonicalize_filename(path, NULL);
    g_autofree char *second = g_canonicalize_filename(other, NULL);
    return g_pattern_match_simple(second, first);
}

/* Whether the system itself says what the file is for: sample data, a model, … */
static gboolean
is_put_to_use(const PgsSystem *system, const char *path)
{
    gboolean is_used = is_same_file(path, system->start);
    for (guint i = 0; i < system->samples->len; i++)
        is_used |=
            is_same_file(path, ((PgsSample *)g_ptr_array_index(system->samples, i))->pattern);
    for (guint i = 0; i < system->models->len; i++)
        is_used |= is_same_file(path, ((PgsModel *)g_ptr_array_index(system->models, i))->sql);
    for (guint i = 0; i < system->prepare->len; i++)
        is_used |= is_same_file(path, ((PgsSqlText *)g_ptr_array_index(system->prepare, i))->path);
    return is_used;
}

void
pgs_findings_add_notes(const PgsSink *sink)
{
    pgs_sink_add(sink, format_finding(sink));
    for (guint i = 0; i < sink->history->notes->len; i++) {
        const PgsNote *note = g_ptr_array_index(sink->history->notes, i);
        if (strcmp(note->check, "folder.format") == 0 ||
            (strcmp(note->check, "folder.unmatched") == 0 &&
             is_put_to_use(sink->system, note->path)))
            continue;
        PgsFinding *finding = pgs_finding_new(
            note->check, note->level == PGS_NOTE_WARNING ? PGS_STATUS_WARNING : PGS_STATUS_INFO,
            sink->system->name, NULL, note->path != NULL ? note->path : sink->history->folder);
        finding->message = g_strdup(note->message);
        finding->file = g_strdup(note->path);
        const PgsCheck *check = pgs_check_find(note->check);
        if (check != NULL && note->level == PGS_NOTE_WARNING)
            finding->hint = g_strdup(check->mend);
        pgs_sink_add(sink, finding);
    }
}
