#ifndef PGS_SERVICE_SESSION_WORDS_H
#define PGS_SERVICE_SESSION_WORDS_H

/* Whether a statement would end the transaction that it is sent in: by its first words. */
int pgs_session_ends_transaction(const char *sql);

#endif
