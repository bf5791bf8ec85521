#include "check/sink.h"

#include "check/system_words.h"

#include <string.h>

void
pgs_sink_init(PgsSink *sink, const PgsSystem *system, const PgsHistory *history)
{
    *sink = (PgsSink){.system = system, .history = history};
    sink->used = g_hash_table_new(NULL, NULL);
}

void
pgs_sink_clear(PgsSink *sink)
{
    g_clear_pointer(&sink->used, g_hash_table_unref);
}

/* Whether a finding is of the revision that the user's word ("0007", "0007_create_users") names. */
static gboolean
is_at_revision(const PgsSink *sink, const PgsFinding *finding, const char *word)
{
    if (finding->revision == NULL)
        return FALSE;
    if (strcmp(finding->revision, word) == 0)
        return TRUE;
    gint index;
    if (!pgs_history_find(sink->history, word, &index, NULL) || index < 0)
        return FALSE;
    const PgsRevision *revision = g_ptr_array_index(sink->history->revisions, (guint)index);
    return strcmp(finding->revision, revision->label) == 0;
}

/* "stairway.down@0007": the check or group, and the revision. */
static gboolean
is_named_by(const PgsSink *sink, const PgsFinding *finding, const char *selector)
{
    const char *at = strchr(selector, '@');
    g_autofree char *name =
        at != NULL ? g_strndup(selector, (gsize)(at - selector)) : g_strdup(selector);
    return pgs_check_is_named(name, finding->check) &&
           (at == NULL || is_at_revision(sink, finding, at + 1));
}

static void
add_requirements(const PgsSink *sink, PgsFinding *finding)
{
    const PgsRequirements *requirements = sink->system->requirements;
    for (guint i = 0; requirements != NULL && i < requirements->items->len; i++) {
        const PgsRequirement *requirement = g_ptr_array_index(requirements->items, i);
        for (char **selector = requirement->checks; *selector != NULL; selector++) {
            if (is_named_by(sink, finding, *selector))
                pgs_finding_add_requirement(finding, requirement->id);
        }
    }
}

/* Whether something was found: what could not be judged (ERROR) cannot be accepted unseen. */
static gboolean
is_wrong(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_WARNING;
}

/* The last row that names the check decides, so that a group's can come first. */
static void
apply_severity(const PgsSink *sink, PgsFinding *finding)
{
    if (!is_wrong(finding))
        return;
    gboolean failed = finding->status == PGS_STATUS_FAILED;
    for (guint i = 0; i < sink->system->severities->len; i++) {
        const PgsSeverity *row = g_ptr_array_index(sink->system->severities, i);
        if (pgs_check_is_named(row->check, finding->check))
            pgs_status_parse(row->severity, &finding->status);
    }
    finding->lowered = failed && finding->status != PGS_STATUS_FAILED;
}

static gboolean
matches_glob(const char *pattern, const char *text)
{
    return pattern == NULL || (text != NULL && g_pattern_match_simple(pattern, text));
}

static gboolean
is_accepted_by(const PgsSink *sink, const PgsFinding *finding, const char *object,
               const PgsAcceptance *acceptance)
{
    return pgs_check_is_named(acceptance->check, finding->check) &&
           (acceptance->revision == NULL || is_at_revision(sink, finding, acceptance->revision)) &&
           matches_glob(acceptance->object, object) &&
           matches_glob(acceptance->title, finding->title);
}

/* Days written as year-month-day sort as text. */
static gboolean
is_expired(const PgsSink *sink, const PgsAcceptance *acceptance)
{
    return acceptance->until != NULL && strcmp(sink->today, acceptance->until) > 0;
}

/* The first entry that accepts the finding, as far as it is about the object; or NULL. */
static const PgsAcceptance *
find_acceptance(const PgsSink *sink, const PgsFinding *finding, const char *object)
{
    for (guint i = 0; i < sink->system->accepted->len; i++) {
        PgsAcceptance *acceptance = g_ptr_array_index(sink->system->accepted, i);
        if (!is_accepted_by(sink, finding, object, acceptance))
            continue;
        g_hash_table_add(sink->used, acceptance);
        if (!is_expired(sink, acceptance))
            return acceptance;
    }
    return NULL;
}

/* "until 2027-01-31: agreed", or the reason alone. */
static char *
acceptance_words(const PgsAcceptance *acceptance)
{
    return acceptance->until != NULL
               ? g_strdup_printf("until %s: %s", acceptance->until, acceptance->reason)
               : g_strdup(acceptance->reason);
}

static void
add_once(GPtrArray *texts, char *text)
{
    if (g_ptr_array_find_with_equal_func(texts, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(texts, text);
}

/* Free with g_free(). */
static char *
join(GPtrArray *texts, const char *separator)
{
    g_ptr_array_add(texts, NULL);
    return g_strjoinv(separator, (char **)texts->pdata);
}

/* The record says how many findings each entry covers: one with several objects is one. */
static void
count_used(const PgsSink *sink, GHashTable *covering)
{
    /* The facts were noted in the order of the entries. */
    const GPtrArray *rows = sink->facts != NULL ? sink->facts->acceptances : NULL;
    for (guint i = 0; rows != NULL && i < MIN(rows->len, sink->system->accepted->len); i++) {
        if (g_hash_table_contains(covering, sink->system->accepted->pdata[i]))
            ((PgsRecordAcceptance *)rows->pdata[i])->used++;
    }
}

/* Each object that a finding is about has to be accepted, be it by several entries. */
static void
apply_acceptance(const PgsSink *sink, PgsFinding *finding)
{
    g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) left = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) covering = g_hash_table_new(NULL, NULL);
    guint more = finding->more_objects != NULL ? finding->more_objects->len : 0;
    for (guint i = 0; i <= more; i++) {
        const char *object =
            i == 0 ? finding->object : g_ptr_array_index(finding->more_objects, i - 1);
        const PgsAcceptance *acceptance = find_acceptance(sink, finding, object);
        if (acceptance != NULL) {
            add_once(reasons, acceptance_words(acceptance));
            g_hash_table_add(covering, (gpointer)acceptance);
        } else {
            add_once(left, g_strdup(object));
        }
    }
    if (reasons->len == 0)
        return;
    if (left->len > 0) {
        g_autofree char *hint = g_steal_pointer(&finding->hint);
        g_autofree char *names = join(left, ", ");
        finding->hint = g_strdup_printf("%s%snot accepted: %s", hint != NULL ? hint : "",
                                        hint != NULL ? "; " : "", names);
        return;
    }
    finding->was_warning = finding->status == PGS_STATUS_WARNING && !finding->lowered;
    finding->status = PGS_STATUS_ACCEPTED;
    finding->accepted = join(reasons, "; ");
    count_used(sink, covering);
}

void
pgs_sink_add(const PgsSink *sink, PgsFinding *finding)
{
    if (!pgs_check_selection_has(sink->checks, finding->check)) {
        pgs_finding_free(finding);
        return;
    }
    apply_severity(sink, finding);
    add_requirements(sink, finding);
    if (is_wrong(finding))
        apply_acceptance(sink, finding);
    pgs_record_add(sink->record, finding);
}

void
pgs_sink_add_all(const PgsSink *sink, GPtrArray *findings)
{
    gsize n;
    g_autofree gpointer *taken = g_ptr_array_steal(findings, &n);
    for (gsize i = 0; i < n; i++)
        pgs_sink_add(sink, taken[i]);
}

void
pgs_sink_add_skipped(const PgsSink *sink, const char *check, const char *title, const char *reason)
{
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_SKIPPED, sink->system->name, NULL, title);
    finding->message = g_strdup(reason);
    pgs_sink_add(sink, finding);
}

/* "stairway.down of 0007_create_users": what an acceptance is about. */
static char *
acceptance_title(const PgsAcceptance *acceptance)
{
    GString *title = g_string_new(acceptance->check);
    if (acceptance->revision != NULL)
        g_string_append_printf(title, " of %s", acceptance->revision);
    if (acceptance->object != NULL)
        g_string_append_printf(title, ", %s", acceptance->object);
    if (acceptance->title != NULL)
        g_string_append_printf(title, ", \"%s\"", acceptance->title);
    return g_string_free(title, FALSE);
}

static PgsFinding *
acceptance_finding(const PgsSink *sink, const PgsAcceptance *acceptance, const char *check)
{
    g_autofree char *title = acceptance_title(acceptance);
    PgsFinding *finding =
        pgs_finding_new(check, PGS_STATUS_WARNING, sink->system->name, NULL, title);
    finding->file = g_strdup(acceptance->place.file);
    finding->line = acceptance->place.line;
    finding->column = acceptance->place.column;
    return finding;
}

/* Whether the run made any check that the acceptance is about. */
static gboolean
was_asked(const PgsSink *sink, const PgsAcceptance *acceptance)
{
    const PgsCheck *check;
    for (guint i = 0; (check = pgs_check_at(i)) != NULL; i++) {
        if (pgs_check_is_named(acceptance->check, check->id) &&
            (check->scope == PGS_CHECK_SCOPE_ACROSS) == sink->across &&
            pgs_check_selection_has(sink->checks, check->id))
            return TRUE;
    }
    return FALSE;
}

/*
 * Of a split run: whether this part is the one to miss what the acceptance is about.  What may be
 * on any rung is missed by each that has some: pgs_record_settle_shards() knows whether all do.
 */
static gboolean
is_of_part(const PgsSink *sink, const PgsAcceptance *acceptance)
{
    const PgsShardPart *part = sink->part;
    if (part == NULL)
        return TRUE;
    if (!pgs_check_is_named("stairway", acceptance->check))
        return part->block;
    gint index;
    if (acceptance->revision == NULL ||
        !pgs_history_find(sink->history, acceptance->revision, &index, NULL))
        return part->from < part->to;
    return index >= (gint)part->from && index < (gint)part->to;
}

/* Whether something that it might be about was not looked at: then it is no wonder that it accepts
 * nothing. */
static gboolean
was_kept_from_it(const PgsSink *sink, const PgsAcceptance *acceptance)
{
    for (guint i = 0; i < sink->record->findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(sink->record->findings, i);
        gboolean unjudged =
            finding->status == PGS_STATUS_SKIPPED || finding->status == PGS_STATUS_ERROR;
        if (unjudged && strcmp(finding->system, sink->system->name) == 0 &&
            pgs_check_is_named(acceptance->check, finding->check) &&
            (acceptance->revision == NULL || finding->revision == NULL ||
             is_at_revision(sink, finding, acceptance->revision)))
            return TRUE;
    }
    return FALSE;
}

/* Tolerances whose day has passed: what they covered fails again, and this says why. */
static void
tell_expired_tolerances(const PgsSink *sink)
{
    for (guint i = 0; i < sink->system->tolerances->len; i++) {
        const PgsTolerance *tolerance = g_ptr_array_index(sink->system->tolerances, i);
        if (!pgs_tolerance_is_expired(tolerance, sink->today))
            continue;
        PgsFinding *finding = pgs_finding_new("tolerance.expired", PGS_STATUS_WARNING,
                                              sink->system->name, NULL, tolerance->name);
        finding->message = g_strdup_printf("was tolerated until %s%s%s", tolerance->until,
                                           tolerance->reason != NULL ? ": " : "",
                                           tolerance->reason != NULL ? tolerance->reason : "");
        finding->hint = g_strdup("mend what differs, or agree on another day");
        finding->file = g_strdup(tolerance->place.file);
        finding->line = tolerance->place.line;
        finding->column = tolerance->place.column;
        pgs_sink_add(sink, finding);
    }
}

void
pgs_sink_finish(const PgsSink *sink)
{
    if (!sink->across)
        tell_expired_tolerances(sink);
    for (guint i = 0; i < sink->system->accepted->len; i++) {
        PgsAcceptance *acceptance = g_ptr_array_index(sink->system->accepted, i);
        gboolean is_used = g_hash_table_contains(sink->used, acceptance);
        PgsFinding *finding = NULL;
        if (is_used && is_expired(sink, acceptance)) {
            finding = acceptance_finding(sink, acceptance, "accept.expired");
            finding->message =
                g_strdup_printf("was accepted until %s: %s", acceptance->until, acceptance->reason);
            finding->hint = g_strdup("mend it, or agree on another day");
        } else if (!is_used && was_asked(sink, acceptance) && is_of_part(sink, acceptance) &&
                   !was_kept_from_it(sink, acceptance)) {
            finding = acceptance_finding(sink, acceptance, "accept.unused");
            finding->message = g_strdup("nothing that was found is accepted by this entry");
            finding->hint = g_strdup("remove it: what it accepted is mended, or goes by another "
                                     "name now");
        }
        if (finding != NULL)
            pgs_sink_add(sink, finding);
    }
}
