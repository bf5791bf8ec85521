#include "operate/loss.h"

#include "base/error.h"
#include "base/text.h"
#include "check/system_words.h"
#include "cycle/lane.h"
#include "driver/login.h"
#include "operate/backup.h"
#include "operate/likeness.h"
#include "operate/loss_candidate.h"
#include "operate/target_roles.h"
#include "operate/throwaway.h"
#include "server/options.h"

#include <string.h>

enum {
    STATEMENT_TIMEOUT_MS = 60 * 1000,
    WIDTH = 80,
    INDENT = 4,
};

void
pgs_loss_free(PgsLoss *loss)
{
    if (loss == NULL)
        return;
    g_free(loss->identity);
    g_free(loss->why);
    g_free(loss->what);
    g_free(loss);
}

/* ---- climbing down on a throwaway server ---- */

typedef struct {
    const PgsDatabase *target;
    const PgsHistory *history;
    const GArray *revisions; /* gint: to be undone */
    PgsLikeness *likeness;   /* or NULL: */
    PgsTargetRoles roles;
    char *spec; /* the throwaway server's; NULL: as the system says */
    PgsServer *server;
    PgsStage *stage;
    PgsLane *lane;
    PgsLossState *origin; /* where the real database stands */
    PgsLossState *now;
    GPtrArray *candidates;
} Descent;

static void
descent_clear(Descent *descent)
{
    g_clear_pointer(&descent->origin, pgs_loss_state_free);
    g_clear_pointer(&descent->now, pgs_loss_state_free);
    g_clear_pointer(&descent->candidates, g_ptr_array_unref);
    g_clear_pointer(&descent->lane, pgs_lane_free);
    g_clear_pointer(&descent->stage, pgs_stage_free);
    g_clear_pointer(&descent->server, pgs_server_stop);
    g_clear_pointer(&descent->likeness, pgs_likeness_free);
    pgs_target_roles_clear(&descent->roles);
    g_clear_pointer(&descent->spec, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Descent, descent_clear)

static gint
highest(const Descent *descent)
{
    return g_array_index(descent->revisions, gint, 0);
}

static PgsLossState *
look(const Descent *descent, GError **error)
{
    g_autoptr(PgsConnection) connection =
        pgs_login(pgs_lane_server(descent->lane), NULL, pgs_lane_database(descent->lane),
                  STATEMENT_TIMEOUT_MS, descent->target->cancellable, error);
    return connection != NULL ? pgs_loss_state_read(connection, error) : NULL;
}

static void
set_failed(const Descent *descent, const PgsOutcome *outcome, GError **error)
{
    g_autofree char *text = pgs_failure_to_string(outcome->failure);
    const PgsRevision *revision =
        outcome->revision >= 0
            ? g_ptr_array_index(descent->history->revisions, (guint)outcome->revision)
            : NULL;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_FAILED,
                  "\"pgstair verify\" tells what is wrong with it; the database was not touched",
                  "on a throwaway server %s fails: %s:%u: %s",
                  revision != NULL ? revision->label : "it", outcome->path, outcome->line, text);
}

static gboolean
start(Descent *descent, PgsStageOptions *options, GError **error)
{
    gboolean isolated = (pgs_history_flags(descent->history) & PGS_STATEMENT_CLUSTER) != 0;
    GCancellable *cancellable = descent->target->cancellable;
    if (!isolated) {
        descent->server = pgs_server_start(&options->server, cancellable, error);
        if (descent->server == NULL)
            return FALSE;
    }
    descent->stage =
        pgs_stage_new(options, descent->history, descent->server, isolated, cancellable);
    descent->lane = pgs_lane_new_at_base(descent->stage, "loss", error);
    return descent->lane != NULL;
}

/* As the target is, with what it has beyond the migrations, whatever these need to be climbed. */
static gboolean
start_alike(Descent *descent, const PgsSystem *system, GError **error)
{
    descent->likeness =
        pgs_likeness_new(descent->target, system, descent->history, highest(descent), error);
    if (descent->likeness == NULL)
        return FALSE;
    PgsStageOptions options = pgs_system_stage_options(&descent->likeness->system);
    if (!start(descent, &options, error))
        return FALSE;
    pgs_lane_place(descent->lane, highest(descent));
    return TRUE;
}

/* Where its schema cannot be read whole, or not be made here: what the migrations make. */
static gboolean
start_from_base(Descent *descent, const PgsSystem *system, GError **error)
{
    g_autoptr(PgsOutcome) failure = NULL;
    if (!pgs_target_roles_init(&descent->roles, descent->target, system, descent->history, error))
        return FALSE;
    PgsStageOptions options = pgs_system_stage_options(&descent->roles.system);
    descent->spec = pgs_throwaway_server(descent->target, system);
    if (descent->spec != NULL)
        options.server = pgs_system_server_options(system, descent->spec);
    if (!start(descent, &options, error))
        return FALSE;
    if (!pgs_lane_climb(descent->lane, highest(descent), &failure, error)) {
        if (failure != NULL)
            set_failed(descent, failure, error);
        return FALSE;
    }
    /* The downgrade is another run of the tool: what upgrades have set is not its. */
    return pgs_lane_renew_session(descent->lane, error);
}

static gboolean
step_down(Descent *descent, gint revision, GError **error)
{
    const PgsRevision *one = g_ptr_array_index(descent->history->revisions, (guint)revision);
    if (one->down == NULL && !one->repeatable) {
        pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_STATE, NULL,
                      "%s has no downgrade", one->label);
        return FALSE;
    }
    pgs_lane_place(descent->lane, revision);
    g_autoptr(PgsOutcome) outcome = pgs_lane_down(descent->lane, error);
    if (outcome == NULL)
        return FALSE;
    if (!outcome->succeeded) {
        set_failed(descent, outcome, error);
        return FALSE;
    }
    g_autoptr(PgsLossState) after = look(descent, error);
    if (after == NULL)
        return FALSE;
    pgs_loss_statements(descent->history, revision, descent->now, descent->candidates);
    pgs_loss_compare(descent->origin, descent->now, after, revision, descent->candidates);
    if (!pgs_loss_strangers(descent->target, descent->now, after, revision, descent->candidates,
                            error))
        return FALSE;
    g_clear_pointer(&descent->now, pgs_loss_state_free);
    descent->now = g_steal_pointer(&after);
    return TRUE;
}

typedef gboolean (*StartFunc)(Descent *descent, const PgsSystem *system, GError **error);

static GPtrArray *
descend(const Descent *request, const PgsSystem *system, StartFunc start_lane, GError **error)
{
    g_auto(Descent) descent = *request;
    descent.candidates = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_loss_candidate_free);
    if (!start_lane(&descent, system, error))
        return NULL;
    descent.origin = look(&descent, error);
    descent.now = descent.origin != NULL ? look(&descent, error) : NULL;
    if (descent.now == NULL)
        return NULL;
    for (guint i = 0; i < descent.revisions->len; i++) {
        if (!step_down(&descent, g_array_index(descent.revisions, gint, i), error))
            return NULL;
    }
    return pgs_loss_count(descent.target, descent.candidates, error);
}

GPtrArray *
pgs_loss_find(const PgsDatabase *target, const PgsSystem *system, const PgsHistory *history,
              const GArray *revisions, GError **error)
{
    const Descent request = {.target = target, .history = history, .revisions = revisions};
    g_autoptr(GError) first = NULL;
    g_autoptr(GError) second = NULL;
    if (revisions->len == 0)
        return g_ptr_array_new();
    GPtrArray *losses = descend(&request, system, start_alike, &first);
    if (losses != NULL)
        return losses;
    if (!g_cancellable_is_cancelled(target->cancellable))
        losses = descend(&request, system, start_from_base, &second);
    if (losses == NULL)
        g_propagate_error(error, g_steal_pointer(&first));
    return losses;
}

/* ---- for people ---- */

/* Words to the width; what follows a line's end is indented further. */
static void
append_wrapped(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    gsize column = INDENT;
    g_string_append_printf(out, "%*s", INDENT, "");
    for (char **word = words; *word != NULL; word++) {
        gsize length = (gsize)g_utf8_strlen(*word, -1);
        if (column > INDENT && column + 1 + length > WIDTH) {
            g_string_append_printf(out, "\n%*s", INDENT + 2, "");
            column = INDENT + 2;
        } else if (word != words) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, *word);
        column += length;
    }
    g_string_append_c(out, '\n');
}

char *
pgs_losses_to_text(const GPtrArray *losses, const PgsHistory *history)
{
    GString *out = g_string_new(NULL);
    gint last = -2;
    for (guint i = 0; i < losses->len; i++) {
        const PgsLoss *loss = losses->pdata[i];
        const PgsRevision *revision = g_ptr_array_index(history->revisions, (guint)loss->revision);
        g_autofree char *label = pgs_text_plain(revision->label);
        g_autofree char *what = pgs_text_plain(loss->what);
        if (loss->revision != last)
            g_string_append_printf(out, "  %s\n", label);
        last = loss->revision;
        append_wrapped(out, what);
    }
    return g_string_free(out, FALSE);
}
