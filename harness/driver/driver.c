#include "driver/driver.h"

#include "driver/kind.h"

G_DEFINE_QUARK(pgs_driver_error, pgs_driver_error)

struct _PgsDriver {
    PgsDriverOptions options;
    char *role;
    char *database;
    char *first;
    const PgsDriverKindFuncs *kind;
    gpointer state;
};

static const PgsDriverKindFuncs *
kind_of(const PgsHistory *history)
{
    switch (history->driver) {
    case PGS_DRIVER_ALEMBIC:
        return &pgs_driver_alembic;
    case PGS_DRIVER_COMMANDS:
        return &pgs_driver_commands;
    case PGS_DRIVER_SQL:
        break;
    }
    return NULL;
}

PgsDriver *
pgs_driver_new(const PgsDriverOptions *options)
{
    const PgsDriverKindFuncs *kind = kind_of(options->history);
    g_return_val_if_fail(kind != NULL, NULL);
    PgsDriver *driver = g_new0(PgsDriver, 1);
    driver->kind = kind;
    driver->role = g_strdup(options->role);
    driver->database = g_strdup(options->database);
    driver->options = *options;
    driver->options.role = driver->role;
    driver->options.database = driver->database;
    driver->first = g_strdup(options->first);
    driver->options.first = driver->first;
    if (options->cancellable != NULL)
        g_object_ref(options->cancellable);
    driver->state = kind->open(&driver->options);
    return driver;
}

void
pgs_driver_free(PgsDriver *driver)
{
    if (driver == NULL)
        return;
    driver->kind->close(driver->state);
    g_clear_object(&driver->options.cancellable);
    g_free(driver->role);
    g_free(driver->database);
    g_free(driver->first);
    g_free(driver);
}

PgsOutcome *
pgs_driver_run(PgsDriver *driver, const PgsDriverRun *run, guint *done, GError **error)
{
    *done = 0;
    return driver->kind->run(driver->state, run, done, error);
}

void
pgs_driver_release(PgsDriver *driver)
{
    driver->kind->release(driver->state);
}

gboolean
pgs_driver_compare_models(PgsDriver *driver, GPtrArray **differences, char **reason, GError **error)
{
    *differences = NULL;
    *reason = NULL;
    if (driver->kind->compare_models == NULL) {
        *reason = g_strdup("the tool has no models to compare with");
        return TRUE;
    }
    return driver->kind->compare_models(driver->state, differences, reason, error);
}
