#ifndef PGS_PG_REFUSAL_H
#define PGS_PG_REFUSAL_H

/*
 * Why a login did not come about.  Its SQLSTATE is told nowhere but in the words that libpq has
 * when PQsetErrorVerbosity(PQERRORS_VERBOSE) is on while it connects.  Without GLib: the pool, too,
 * is made of it (service/pool_memory.h).
 */

/* Takes out of the words, in their place, what is there only for PQERRORS_VERBOSE.  sqlstate: of 6
 * bytes; the last one, or "" when the server said nothing. */
void pgs_refusal_to_plain(char *words, char *sqlstate);

/* Whether the same login may come about later without anybody's doing: nobody answers yet ("": no
 * SQLSTATE), the server starts or stops, it has no room just now. */
int pgs_refusal_may_pass(const char *sqlstate);

#endif
