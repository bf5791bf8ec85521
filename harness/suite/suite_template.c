#include "suite/suite_template.h"

#include "base/error.h"
#include "check/system_words.h"
#include "cycle/ground.h"
#include "seed/seed.h"
#include "server/options.h"
#include "server/share.h"
#include "suite/outcome_text.h"
#include "suite/suite_error.h"

#include <string.h>

enum {
    /* For another suite that makes the template: migrations and sample data may be large. */
    WAIT_MS = 10 * 60 * 1000,
    NAME_MAX_BYTES = 63,
};

struct _PgsSuiteTemplate {
    const PgsSubject *subject;
    PgsServer *server; /* NULL: the lanes have their own */
    gboolean is_shared;
    PgsStage *stage;
    PgsLane *lane;
};

/* ------------------------------------------------------------------------------ climbing -- */

gboolean
pgs_suite_load_samples(const PgsSubject *subject, PgsLane *lane, GError **error)
{
    g_autoptr(GPtrArray) samples = pgs_subject_samples_at(subject, pgs_lane_revision(lane));
    if (samples->len == 0)
        return TRUE;
    PgsStageOptions options = pgs_system_stage_options(subject->system);
    g_autoptr(PgsConnection) connection =
        pgs_ground_connect(&options, pgs_lane_server(lane), pgs_lane_database(lane), NULL, error);
    for (guint i = 0; connection != NULL && i < samples->len; i++) {
        g_autoptr(PgsSeedFailure) failure = NULL;
        if (!pgs_seed_load(connection, g_ptr_array_index(samples, i), &failure, NULL, error))
            return FALSE;
        if (failure != NULL) {
            g_autofree char *text = pgs_seed_failure_text(failure);
            g_set_error_literal(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_SAMPLE, text);
            return FALSE;
        }
    }
    return connection != NULL;
}

static gboolean
climb(PgsLane *lane, gint revision, GError **error)
{
    g_autoptr(PgsOutcome) failure = NULL;
    if (pgs_lane_climb(lane, revision, &failure, error))
        return TRUE;
    if (failure != NULL) {
        g_autofree char *text = pgs_outcome_text(failure);
        g_set_error_literal(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_MIGRATION, text);
    }
    return FALSE;
}

/* To the revision at which the template stands, with each sample loaded where it belongs. */
static gboolean
climb_with_samples(const PgsSubject *subject, PgsLane *lane, GError **error)
{
    for (gint at = -1; subject->has_samples && at <= subject->at; at++) {
        g_autoptr(GPtrArray) samples = pgs_subject_samples_at(subject, at);
        if (samples->len > 0 &&
            (!climb(lane, at, error) || !pgs_suite_load_samples(subject, lane, error)))
            return FALSE;
    }
    return climb(lane, subject->at, error);
}

/* ---------------------------------------------------------------- the template's database -- */

/* "pgstair_template_<system>_<fingerprint>", of letters, digits and underscores only. */
static char *
template_name(const PgsSubject *subject)
{
    g_autofree char *fingerprint = pgs_subject_fingerprint(subject);
    g_autofree char *system = g_ascii_strdown(subject->system->name, -1);
    g_strcanon(system, "abcdefghijklmnopqrstuvwxyz0123456789", '_');
    gsize room = NAME_MAX_BYTES - strlen("pgstair_template__") - strlen(fingerprint);
    if (strlen(system) > room)
        system[room] = '\0';
    return g_strdup_printf("pgstair_template_%s_%s", system, fingerprint);
}

static gboolean
exists(PgsConnection *admin, const char *database, gboolean *found, GError **error)
{
    g_autoptr(PGresult) result =
        pgs_connection_query(admin, PGS_SHAPE_VALUE,
                             "SELECT pg_catalog.count(*) FROM pg_catalog.pg_database "
                             "WHERE datname OPERATOR(pg_catalog.=) $1",
                             1, &database, NULL, error);
    if (result != NULL)
        *found = strcmp(PQgetvalue(result, 0, 0), "0") != 0;
    return result != NULL;
}

/* Held until the connection is closed, by this process's death too. */
static gboolean
lock(PgsConnection *admin, const char *name, GError **error)
{
    g_autoptr(GError) local = NULL;
    g_autoptr(PGresult) result = pgs_connection_query(
        admin, PGS_SHAPE_ANY,
        "SELECT pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended($1, 0))", 1, &name, NULL,
        &local);
    if (result == NULL)
        pgs_error_set(error, PGS_SUITE_ERROR, PGS_SUITE_ERROR_STATE,
                      "another suite makes it, and takes long or hangs",
                      "the migrated template \"%s\" was waited for in vain: %s", name,
                      local->message);
    return result != NULL;
}

static gboolean
make_database(PgsSuiteTemplate *template, const char *name, GError **error)
{
    g_autoptr(PgsLane) lane = pgs_lane_new(template->stage, "template", error);
    if (lane == NULL || !climb_with_samples(template->subject, lane, error))
        return FALSE;
    g_autofree char *made = g_strdup(pgs_lane_database(lane));
    pgs_lane_leave(g_steal_pointer(&lane));
    if (pgs_server_rename_database(template->server, made, name, error))
        return TRUE;
    pgs_server_drop_database(template->server, made, NULL);
    return FALSE;
}

static gboolean
find_or_make_database(PgsSuiteTemplate *template, const char *name, GError **error)
{
    g_autoptr(PgsConnection) admin = pgs_connection_open(
        pgs_server_conninfo(template->server), pgs_server_maintenance_database(template->server),
        WAIT_MS, NULL, error);
    gboolean found = FALSE;
    if (admin == NULL || !exists(admin, name, &found, error))
        return FALSE;
    if (found)
        return TRUE;
    if (!lock(admin, name, error) || !exists(admin, name, &found, error))
        return FALSE;
    return found || make_database(template, name, error);
}

/* ------------------------------------------------------------------------------ the server -- */

/* A shared server serves systems that keep to their own databases, and are content with a server
 * as it comes. */
static gboolean
may_share(const PgsSubject *subject)
{
    const PgsSystem *system = subject->system;
    return subject->shared != NULL && system->settings[0] == NULL && system->image == NULL &&
           system->locale == NULL && !pgs_subject_prepares_cluster(subject);
}

static gboolean
find_server(PgsSuiteTemplate *template, const PgsServerOptions *own, GError **error)
{
    const PgsSubject *subject = template->subject;
    if (may_share(subject)) {
        gboolean fits;
        template->server = pgs_share_attach(subject->shared, own->spec, &fits, error);
        template->is_shared = template->server != NULL;
        if (template->server != NULL || fits)
            return template->server != NULL;
    }
    template->server = pgs_server_start(own, NULL, error);
    return template->server != NULL;
}

static gboolean
open_lane(PgsSuiteTemplate *template, GError **error)
{
    if (!template->is_shared) { /* nobody else looks for it by its name */
        template->lane = pgs_lane_new(template->stage, "template", error);
        return template->lane != NULL &&
               climb_with_samples(template->subject, template->lane, error);
    }
    g_autofree char *name = template_name(template->subject);
    if (!find_or_make_database(template, name, error))
        return FALSE;
    template->lane = pgs_lane_adopt(template->stage, name, template->subject->at);
    return TRUE;
}

PgsSuiteTemplate *
pgs_suite_template_open(const PgsSubject *subject, GError **error)
{
    const PgsSystem *system = subject->system;
    gboolean isolated = pgs_subject_migrates_cluster(subject);
    PgsStageOptions options = pgs_system_stage_options(system);
    options.server = pgs_system_server_options(system, subject->server);
    g_autoptr(PgsSuiteTemplate) template = g_new0(PgsSuiteTemplate, 1);
    template->subject = subject;
    if (!isolated && !find_server(template, &options.server, error))
        return NULL;
    template->stage = pgs_stage_new(&options, subject->history, template->server, isolated, NULL);
    return open_lane(template, error) ? g_steal_pointer(&template) : NULL;
}

void
pgs_suite_template_close(PgsSuiteTemplate *template)
{
    if (template == NULL)
        return;
    /* Not dropped: it goes with the server, or serves the next suite there. */
    pgs_lane_leave(template->lane);
    pgs_stage_free(template->stage);
    pgs_server_stop(template->server);
    g_free(template);
}

PgsServer *
pgs_suite_template_server(PgsSuiteTemplate *template)
{
    return pgs_lane_server(template->lane);
}

PgsStage *
pgs_suite_template_stage(PgsSuiteTemplate *template)
{
    return template->stage;
}

gboolean
pgs_suite_template_is_isolated(const PgsSuiteTemplate *template)
{
    return template->server == NULL;
}

gboolean
pgs_suite_template_owns_cluster(const PgsSuiteTemplate *template)
{
    return !template->is_shared && pgs_server_is_disposable(pgs_lane_server(template->lane));
}

PgsLane *
pgs_suite_template_clone(PgsSuiteTemplate *template, GError **error)
{
    return pgs_lane_clone(template->lane, "suite", error);
}

PgsLane *
pgs_suite_template_climb(PgsSuiteTemplate *template, gint revision, GError **error)
{
    g_autoptr(PgsLane) lane = pgs_lane_new(template->stage, "pristine", error);
    return lane != NULL && climb(lane, revision, error) ? g_steal_pointer(&lane) : NULL;
}
