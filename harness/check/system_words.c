#include "check/system_words.h"

#include "base/error.h"
#include "check/check.h"
#include "server/options.h"

#include <string.h>

PgsStageOptions
pgs_system_stage_options(const PgsSystem *system)
{
    return (PgsStageOptions){
        .server = pgs_system_server_options(system, NULL),
        .statement_timeout = system->statement_timeout,
        .name = system->name,
        .prepare = system->prepare,
        .owner = system->owner,
        .start = system->start,
        .start_is_given = system->start_is_since,
        .start_has_books = system->start_has_books,
        .samples = system->samples,
    };
}

/* Puts the place in front of an error's message; returns what was asked. */
static gboolean
at(const PgsPlace *place, gboolean ok, GError **error)
{
    if (!ok && place->file != NULL)
        pgs_error_prefix(error, "%s:%u:%u: ", place->file, place->line, place->column);
    return ok;
}

/* Days written as year-month-day sort as text. */
gboolean
pgs_tolerance_is_expired(const PgsTolerance *tolerance, const char *today)
{
    return tolerance->until != NULL && strcmp(today, tolerance->until) > 0;
}

static gboolean
refuse_tolerance(const PgsSystem *system, const PgsTolerance *tolerance, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const PgsToleranceInfo *info = pgs_tolerance_table(); info->name != NULL; info++)
        g_ptr_array_add(names, (gpointer)info->name);
    g_ptr_array_add(names, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)names->pdata);
    g_autofree char *hint = g_strdup_printf("there are: %s", all);
    pgs_error_set(error, PGS_CHECK_ERROR, PGS_CHECK_ERROR_UNKNOWN, hint,
                  "there is no tolerance called \"%s\"", tolerance->name);
    return at(tolerance->place.file != NULL ? &tolerance->place : &system->place, FALSE, error);
}

gboolean
pgs_system_tolerances(const PgsSystem *system, const char *today, PgsTolerances *tolerances,
                      GError **error)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *this_day = g_date_time_format(now, "%F");
    *tolerances = 0;
    for (guint i = 0; i < system->tolerances->len; i++) {
        const PgsTolerance *tolerance = g_ptr_array_index(system->tolerances, i);
        PgsTolerances known = 0;
        if (!pgs_tolerances_add(&known, tolerance->name))
            return refuse_tolerance(system, tolerance, error);
        if (!pgs_tolerance_is_expired(tolerance, today != NULL ? today : this_day))
            *tolerances |= known;
    }
    return TRUE;
}

static gboolean
validate_revision(const PgsHistory *history, const char *word, const PgsPlace *place,
                  GError **error)
{
    gint index;
    return word == NULL || at(place, pgs_history_find(history, word, &index, error), error);
}

static gboolean
validate_severities(const PgsSystem *system, GError **error)
{
    static const PgsStatus known[] = {PGS_STATUS_FAILED, PGS_STATUS_WARNING, PGS_STATUS_INFO};
    for (guint i = 0; i < system->severities->len; i++) {
        const PgsSeverity *row = g_ptr_array_index(system->severities, i);
        if (!at(&row->place, pgs_check_name_validate(row->check, error), error))
            return FALSE;
        gboolean is_known = FALSE;
        for (gsize k = 0; k < G_N_ELEMENTS(known); k++)
            is_known = is_known || strcmp(pgs_status_name(known[k]), row->severity) == 0;
        if (is_known)
            continue;
        pgs_error_set(error, PGS_CHECK_ERROR, PGS_CHECK_ERROR_UNKNOWN,
                      "there are: failed, warning, info", "there is no severity called \"%s\"",
                      row->severity);
        return at(&row->place, FALSE, error);
    }
    return TRUE;
}

static gboolean
validate_acceptances(const PgsSystem *system, const PgsHistory *history, GError **error)
{
    for (guint i = 0; i < system->accepted->len; i++) {
        const PgsAcceptance *row = g_ptr_array_index(system->accepted, i);
        if (!at(&row->place, pgs_check_name_validate(row->check, error), error) ||
            !validate_revision(history, row->revision, &row->place, error))
            return FALSE;
    }
    return TRUE;
}

/* "stairway.down@0007" */
static gboolean
validate_selector(const char *selector, const PgsHistory *history, const PgsPlace *place,
                  GError **error)
{
    const char *revision = strchr(selector, '@');
    g_autofree char *name =
        revision != NULL ? g_strndup(selector, (gsize)(revision - selector)) : g_strdup(selector);
    return at(place, pgs_check_name_validate(name, error), error) &&
           (revision == NULL || validate_revision(history, revision + 1, place, error));
}

/* What a deferred requirement needs may be a check that a later pgstair brings. */
static gboolean
validate_requirement(const PgsRequirement *requirement, const PgsHistory *history, GError **error)
{
    for (char **selector = requirement->checks; *selector != NULL; selector++) {
        if (!validate_selector(*selector, history, &requirement->place, error))
            return FALSE;
    }
    for (char **name = requirement->needs; *name != NULL; name++) {
        if (requirement->deferred == NULL &&
            !at(&requirement->place, pgs_check_name_validate(*name, error), error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
validate_requirements(const PgsSystem *system, const PgsHistory *history, GError **error)
{
    const PgsRequirements *requirements = system->requirements;
    for (guint i = 0; requirements != NULL && i < requirements->items->len; i++) {
        if (!validate_requirement(g_ptr_array_index(requirements->items, i), history, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
pgs_system_words_validate(const PgsSystem *system, const PgsHistory *history, GError **error)
{
    PgsCheckSelection own = {system->only, system->skip};
    PgsTolerances tolerances;
    if (!pgs_system_tolerances(system, NULL, &tolerances, error) ||
        !at(&system->place, pgs_check_selection_validate(&own, error), error) ||
        !validate_severities(system, error) || !validate_acceptances(system, history, error) ||
        !validate_requirements(system, history, error))
        return FALSE;
    for (guint i = 0; i < system->expectations->len; i++) {
        const PgsExpectations *block = g_ptr_array_index(system->expectations, i);
        if (!validate_revision(history, block->at, &block->place, error))
            return FALSE;
    }
    for (guint i = 0; i < system->samples->len; i++) {
        const PgsSample *sample = g_ptr_array_index(system->samples, i);
        if (!validate_revision(history, sample->at, &sample->place, error))
            return FALSE;
    }
    return validate_revision(history, system->floor, &system->place, error);
}
