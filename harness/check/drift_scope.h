#ifndef PGS_CHECK_DRIFT_SCOPE_H
#define PGS_CHECK_DRIFT_SCOPE_H

#include "snapshot/snapshot.h"

/* What of two schemas is held against each other. */
typedef enum {
    /* One of them is a database that others run: who owns what there, who may do what, and where it
       lies is its own affair. */
    PGS_DRIFT_LIVE = 1 << 0,
    /* One of the servers keeps a not-null constraint for what is NOT NULL, and the other does not:
       PostgreSQL 17 began to for domains, 18 for columns. */
    PGS_DRIFT_NOT_NULL_DIFFERS = 1 << 1,
    /* Throwaway databases of two servers: what each of them has brought with it. */
    PGS_DRIFT_SERVERS = 1 << 2,
} PgsDriftScope;

/* What two servers keep differently because of their versions, whatever the schema is. */
PgsDriftScope pgs_drift_scope_between(const PgsSnapshot *a, const PgsSnapshot *b);

/*
 * snapshot without what is out of scope (drift_scope.c has the table), and without the objects that
 * ignore names (identities, "kind identity", or a bare name of the schema public) and their parts.
 * The caller's.
 */
PgsSnapshot *pgs_drift_narrow(PgsSnapshot *snapshot, PgsDriftScope scope, char **ignore);

/*
 * is without the schemas of a tool's books (names; NULL: none) in which there is nothing else, and
 * which should has not: they are there for the tool, as its books are.  The caller's.
 */
PgsSnapshot *pgs_drift_without_books(PgsSnapshot *is, const PgsSnapshot *should, char **schemas);

#endif
