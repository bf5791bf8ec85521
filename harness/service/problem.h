#ifndef PGS_SERVICE_PROBLEM_H
#define PGS_SERVICE_PROBLEM_H

#include "pgstair/pool.h"

/* How problems are made.  problem is where a public function's caller wants it, or NULL. */

/* Into the caller's place, unless it holds one of before already; otherwise frees it. */
void pgs_problem_hand_over(PgsProblem **problem, PgsProblem *found);
/* sqlstate: "" where nobody gave one; hint: or NULL. */
void pgs_problem_set(PgsProblem **problem, PgsProblemClass problem_class, const char *sqlstate,
                     const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* What a result says that is an error's; connection: the one that it came from. */
void pgs_problem_set_result(PgsProblem **problem, const PGresult *result, const PGconn *connection);
/* What a connection says that failed: one that could not be made (with PQERRORS_VERBOSE, which
 * alone tells the SQLSTATE then) or that was lost. */
void pgs_problem_set_connection(PgsProblem **problem, const PGconn *connection);
PgsProblem *pgs_problem_copy(const PgsProblem *problem);
/* Whether it is not known if a transaction was committed: 08007 and 40003. */
int pgs_problem_is_unknown(const PgsProblem *problem);

#endif
