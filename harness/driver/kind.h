#ifndef PGS_DRIVER_KIND_H
#define PGS_DRIVER_KIND_H

#include "driver/driver.h"

/* One kind of driver: a row of functions in the table of driver.c. */
typedef struct {
    /* The kind's own state for options, which outlive it. */
    gpointer (*open)(const PgsDriverOptions *options);
    void (*close)(gpointer state);
    PgsOutcome *(*run)(gpointer state, const PgsDriverRun *run, guint *done, GError **error);
    void (*release)(gpointer state);
    gboolean (*compare_models)(gpointer state, GPtrArray **differences, char **reason,
                               GError **error); /* NULL: it has no models */
} PgsDriverKindFuncs;

extern const PgsDriverKindFuncs pgs_driver_alembic;
extern const PgsDriverKindFuncs pgs_driver_commands;

#endif
