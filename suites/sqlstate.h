#ifndef SUITES_SQLSTATE_H
#define SUITES_SQLSTATE_H

#include <pgstair/cmocka.h>

/* What ON DELETE RESTRICT refuses with, in a case: restrict_violation since PostgreSQL 18, and
 * foreign_key_violation before, as NO ACTION does to this day. */
#define RESTRICTED (pgs_suite_server_version(pgs_suite_) >= 180000 ? "23001" : "23503")

#endif
