#include "migration/flyway_callbacks.h"

#include "migration/step.h"

#include <string.h>

/*
 * github.com/flyway/flyway, flyway-core/src/main/java/org/flywaydb/core/: Flyway.java, migrate(),
 * and internal/command/DbMigrate.java say when each event is; internal/callback/
 * DefaultCallbackExecutor.java, that scripts of one event go by description.  What is run once a
 * run is a revision here, one that is run again and again; what is run with each migration is a
 * text of its own beside that (in Flyway the two share a transaction).
 */
typedef struct {
    const char *name;
    PgsFlywayMoment moment;
    gboolean up; /* of EACH */
    gboolean in_front;
} Event;

static const Event events[] = {
    {"afterConnect", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"beforeValidate", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"afterValidate", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"createSchema", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"beforeCreateSchema", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"beforeMigrate", PGS_FLYWAY_FIRST, TRUE, TRUE},
    {"beforeEachMigrate", PGS_FLYWAY_EACH, TRUE, TRUE},
    {"afterEachMigrate", PGS_FLYWAY_EACH, TRUE, FALSE},
    {"afterVersioned", PGS_FLYWAY_VERSIONS, TRUE, FALSE},
    {"beforeRepeatables", PGS_FLYWAY_VERSIONS, TRUE, TRUE},
    {"afterMigrateApplied", PGS_FLYWAY_LAST, TRUE, FALSE},
    {"afterMigrate", PGS_FLYWAY_LAST, TRUE, FALSE},
    {"beforeUndo", PGS_FLYWAY_EACH, FALSE, TRUE},
    {"beforeEachUndo", PGS_FLYWAY_EACH, FALSE, TRUE},
    {"afterEachUndo", PGS_FLYWAY_EACH, FALSE, FALSE},
    {"afterUndo", PGS_FLYWAY_EACH, FALSE, FALSE},
    {"beforeEachMigrateStatement", PGS_FLYWAY_STATEMENT, TRUE, TRUE},
    {"afterEachMigrateStatement", PGS_FLYWAY_STATEMENT, TRUE, FALSE},
    {"beforeEachUndoStatement", PGS_FLYWAY_STATEMENT, FALSE, TRUE},
    {"afterEachUndoStatement", PGS_FLYWAY_STATEMENT, FALSE, FALSE},
};

typedef struct {
    guint event; /* in events */
    char *description;
    gpointer file; /* the caller's */
} Script;

struct _PgsFlywayCallbacks {
    GPtrArray *scripts; /* Script */
};

static void
script_free(gpointer data)
{
    Script *script = data;
    g_free(script->description);
    g_free(script);
}

PgsFlywayCallbacks *
pgs_flyway_callbacks_new(void)
{
    PgsFlywayCallbacks *callbacks = g_new0(PgsFlywayCallbacks, 1);
    callbacks->scripts = g_ptr_array_new_with_free_func(script_free);
    return callbacks;
}

void
pgs_flyway_callbacks_free(PgsFlywayCallbacks *callbacks)
{
    if (callbacks == NULL)
        return;
    g_ptr_array_unref(callbacks->scripts);
    g_free(callbacks);
}

static guint
find_event(const char *name)
{
    guint i = 0;
    while (i < G_N_ELEMENTS(events) && strcmp(events[i].name, name) != 0)
        i++;
    return i;
}

PgsFlywayMoment
pgs_flyway_callback_moment(const char *event)
{
    guint i = find_event(event);
    return i < G_N_ELEMENTS(events) ? events[i].moment : PGS_FLYWAY_NEVER;
}

static gint
compare_scripts(gconstpointer a, gconstpointer b)
{
    const Script *first = *(Script *const *)a;
    const Script *second = *(Script *const *)b;
    if (first->event != second->event)
        return first->event < second->event ? -1 : 1;
    return strcmp(first->description, second->description);
}

void
pgs_flyway_callbacks_add(PgsFlywayCallbacks *callbacks, const char *event, const char *description,
                         gpointer file)
{
    guint i = find_event(event);
    g_return_if_fail(i < G_N_ELEMENTS(events));
    Script *script = g_new0(Script, 1);
    script->event = i;
    script->description = g_strdup(description);
    script->file = file;
    g_ptr_array_add(callbacks->scripts, script);
    g_ptr_array_sort(callbacks->scripts, compare_scripts);
}

typedef struct {
    const PgsFlywayCallbacks *callbacks;
    PgsFlywayMakeFunc make;
    gpointer data;
} Application;

/* The steps of one moment, in one chain behind each other; *steps NULL: there are none. */
static gboolean
chain(const Application *application, gboolean up, gboolean in_front, PgsStep **steps,
      GError **error)
{
    for (guint i = 0; i < application->callbacks->scripts->len; i++) {
        const Script *script = g_ptr_array_index(application->callbacks->scripts, i);
        const Event *event = &events[script->event];
        if (event->moment != PGS_FLYWAY_EACH || event->up != up || event->in_front != in_front)
            continue;
        PgsStep *step = application->make(script->file, application->data, error);
        if (step == NULL)
            return FALSE;
        pgs_step_append(steps, step);
    }
    return TRUE;
}

/* Puts the scripts of each migration around a direction's step. */
static gboolean
surround(const Application *application, gboolean up, PgsStep **step, GError **error)
{
    if (*step == NULL)
        return TRUE;
    g_autoptr(PgsStep) front = NULL;
    g_autoptr(PgsStep) behind = NULL;
    if (!chain(application, up, TRUE, &front, error) ||
        !chain(application, up, FALSE, &behind, error))
        return FALSE;
    if (behind != NULL)
        pgs_step_append(step, g_steal_pointer(&behind));
    if (front != NULL) {
        pgs_step_append(&front, *step);
        *step = g_steal_pointer(&front);
    }
    return TRUE;
}

static gboolean
insert(const Application *application, PgsHistory *history, PgsFlywayMoment moment, guint *at,
       GError **error)
{
    for (guint i = 0; i < application->callbacks->scripts->len; i++) {
        const Script *script = g_ptr_array_index(application->callbacks->scripts, i);
        const Event *event = &events[script->event];
        if (event->moment != moment)
            continue;
        PgsStep *step = application->make(script->file, application->data, error);
        if (step == NULL)
            return FALSE;
        PgsRevision *revision = g_new0(PgsRevision, 1);
        revision->label = script->description[0] != '\0'
                              ? g_strconcat(event->name, "__", script->description, NULL)
                              : g_strdup(event->name);
        revision->id = g_strdup(revision->label);
        revision->name = g_strdup(script->description);
        revision->up = step;
        revision->repeatable = TRUE;
        g_ptr_array_insert(history->revisions, (gint)(*at)++, revision);
    }
    return TRUE;
}

gboolean
pgs_flyway_callbacks_apply(const PgsFlywayCallbacks *callbacks, PgsHistory *history,
                           PgsFlywayMakeFunc make, gpointer data, GError **error)
{
    Application application = {callbacks, make, data};
    guint n_versions = 0;
    for (guint i = 0; i < history->revisions->len; i++) {
        PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        n_versions += !revision->repeatable;
        if (!surround(&application, TRUE, &revision->up, error) ||
            !surround(&application, FALSE, &revision->down, error))
            return FALSE;
    }
    guint first = 0;
    if (!insert(&application, history, PGS_FLYWAY_FIRST, &first, error))
        return FALSE;
    guint versions = first + n_versions;
    guint last;
    if (!insert(&application, history, PGS_FLYWAY_VERSIONS, &versions, error))
        return FALSE;
    last = history->revisions->len;
    return insert(&application, history, PGS_FLYWAY_LAST, &last, error);
}
