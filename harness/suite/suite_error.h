#ifndef PGS_SUITE_SUITE_ERROR_H
#define PGS_SUITE_SUITE_ERROR_H

#include <glib.h>

/* What can go wrong in a suite, beyond the errors of the layers below. */
#define PGS_SUITE_ERROR (pgs_suite_error_quark())
GQuark pgs_suite_error_quark(void);
typedef enum {
    PGS_SUITE_ERROR_ABORTED,     /* the test's transaction has failed, or is gone */
    PGS_SUITE_ERROR_CONFIG,      /* no pgstair.yaml, or what is asked for is not in it */
    PGS_SUITE_ERROR_MIGRATION,   /* a migration failed */
    PGS_SUITE_ERROR_SAMPLE,      /* sample data could not be loaded */
    PGS_SUITE_ERROR_REQUIREMENT, /* an id that the system does not have */
    PGS_SUITE_ERROR_STATE,       /* a call that is not possible now */
} PgsSuiteErrorCode;

#endif
