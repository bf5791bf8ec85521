#ifndef PGS_MIGRATION_FLYWAY_CALLBACKS_H
#define PGS_MIGRATION_FLYWAY_CALLBACKS_H

#include "migration/history.h"

/* SQL callbacks: scripts named as events, which Flyway runs besides the migrations. */
typedef struct _PgsFlywayCallbacks PgsFlywayCallbacks;

PgsFlywayCallbacks *pgs_flyway_callbacks_new(void);
void pgs_flyway_callbacks_free(PgsFlywayCallbacks *callbacks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFlywayCallbacks, pgs_flyway_callbacks_free)

/* What a run does with an event's scripts. */
typedef enum {
    PGS_FLYWAY_NEVER,     /* nothing: no migration causes it */
    PGS_FLYWAY_FIRST,     /* runs them before the first migration */
    PGS_FLYWAY_VERSIONS,  /* behind the last version, in front of the repeatables */
    PGS_FLYWAY_LAST,      /* at its end */
    PGS_FLYWAY_EACH,      /* with each migration, or each undo */
    PGS_FLYWAY_STATEMENT, /* with each statement, which pgstair does not */
} PgsFlywayMoment;

PgsFlywayMoment pgs_flyway_callback_moment(const char *event);

/*
 * Adds a script.  For events of the moments FIRST, VERSIONS and LAST revision is given (taken
 * over); for EACH it is NULL and step is read again by make for each migration.
 */
typedef PgsStep *(*PgsFlywayMakeFunc)(gpointer file, gpointer data, GError **error);
void pgs_flyway_callbacks_add(PgsFlywayCallbacks *callbacks, const char *event,
                              const char *description, gpointer file);

/* Puts the scripts of their moments into history, whose revisions are Flyway's migrations in order:
 * versions, then repeatables.  make makes a step of a file. */
gboolean pgs_flyway_callbacks_apply(const PgsFlywayCallbacks *callbacks, PgsHistory *history,
                                    PgsFlywayMakeFunc make, gpointer data, GError **error);

#endif
