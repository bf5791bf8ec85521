#ifndef PGS_SUITE_SUITE_DATABASE_H
#define PGS_SUITE_SUITE_DATABASE_H

#include "exercise/exercise.h"
#include "suite/look.h"
#include "suite/suite_planning.h"
#include "suite/suite_template.h"

/*
 * The database that a suite's tests run in: a clone of the template, the superuser's connection to
 * it, and the lane that migrates it.
 */
typedef struct _PgsSuiteDatabase PgsSuiteDatabase;

/* Both borrowed.  Free with pgs_suite_database_close(), before the template. */
PgsSuiteDatabase *pgs_suite_database_open(const PgsSubject *subject, PgsSuiteTemplate *template,
                                          GError **error);
/* Drops it and the empty ones. */
void pgs_suite_database_close(PgsSuiteDatabase *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSuiteDatabase, pgs_suite_database_close)

PgsConnection *pgs_suite_database_connection(PgsSuiteDatabase *database);
/* With dbname; belongs to the database, until it is reset. */
const char *pgs_suite_database_conninfo(PgsSuiteDatabase *database);
/* The index of its revision; -1: base. */
gint pgs_suite_database_revision(const PgsSuiteDatabase *database);

/* A fresh clone in its place; in a transaction again when it was in one. */
gboolean pgs_suite_database_reset(PgsSuiteDatabase *database, GError **error);
/* Begins a transaction; FALSE when one is open. */
gboolean pgs_suite_database_begin(PgsSuiteDatabase *database, GError **error);
/* Undoes it; PGS_SUITE_ERROR_ABORTED when something else has ended it. */
gboolean pgs_suite_database_rollback(PgsSuiteDatabase *database, GError **error);
/* FALSE with PGS_SUITE_ERROR_STATE in a transaction: migrations have a session of their own. */
gboolean pgs_suite_database_check_idle(PgsSuiteDatabase *database, GError **error);

/*
 * One step towards the revision: *outcome has how it went (the caller's); NULL: it stands there
 * already, or *missing is the revision that has no way down.  FALSE with error when the run cannot
 * go on.
 */
gboolean pgs_suite_database_step(PgsSuiteDatabase *database, gint revision, PgsOutcome **outcome,
                                 const PgsRevision **missing, GError **error);
/* All steps; what fails is PGS_SUITE_ERROR_MIGRATION. */
gboolean pgs_suite_database_migrate(PgsSuiteDatabase *database, gint revision, GError **error);
gboolean pgs_suite_database_load_samples(PgsSuiteDatabase *database, GError **error);
/* Its name; belongs to the database. */
const char *pgs_suite_database_add_empty(PgsSuiteDatabase *database, GError **error);

/* What the connection sees now.  The caller's. */
PgsSnapshot *pgs_suite_database_look(PgsSuiteDatabase *database, GError **error);
/* What migrations make at the present revision.  The caller's. */
PgsSnapshot *pgs_suite_database_pristine(PgsSuiteDatabase *database, GError **error);
/*
 * What came of exercising the rules that migrations make at the present revision, on a fresh
 * database; done once for each.  Belongs to the database.
 */
const PgsExercise *pgs_suite_database_exercise(PgsSuiteDatabase *database, GError **error);
/*
 * What plans are asked of: a fresh database at the present revision, whose tables are filled as
 * they are needed; made once for each.  Belongs to the database.
 */
PgsPlanning *pgs_suite_database_plans(PgsSuiteDatabase *database, GError **error);

#endif
