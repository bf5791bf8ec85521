#ifndef PGS_SUITE_SUITE_H
#define PGS_SUITE_SUITE_H

#include "suite/journal.h"
#include "suite/suite_database.h"
#include "suite/suite_error.h"

#include <sys/types.h>

/* What stands behind the public type, for the files that implement pgstair/pgstair.h. */
struct PgsSuite {
    PgsSubject subject;
    pid_t process;       /* that opened it; one that was forked off has no part in it */
    PgsJournal *journal; /* NULL: the configuration could not be read */
    PgsSuiteTemplate *template;
    PgsSuiteDatabase *database;
    char *broken; /* why it could not be opened; NULL: it is open */
    char *error;  /* of the last call; or NULL */
};

/* Begins a call that needs the database: forgets the last error.  FALSE: there is none, and the
 * suite says why. */
gboolean pgs_suite_is_ready(PgsSuite *suite);
/* Takes the error over (NULL: none); returns what the call does: 1 or 0. */
int pgs_suite_done(PgsSuite *suite, GError *error);
/* The label of the revision at which the database stands; belongs to the suite. */
const char *pgs_suite_revision_label(PgsSuite *suite);

/*
 * Ends an assertion: takes the finding over into the journal and, when it does not hold, makes the
 * suite's error of it.  begin: of the assertion, monotonic microseconds.
 */
int pgs_suite_conclude(PgsSuite *suite, PgsFinding *finding, gint64 begin);
/* The finding says that it could not be judged, and why; takes error over. */
void pgs_finding_set_error(PgsFinding *finding, GError *error);

#endif
