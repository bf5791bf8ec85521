#ifndef PGS_LEDGER_FLYWAY_BOOKS_H
#define PGS_LEDGER_FLYWAY_BOOKS_H

#include "ledger/flyway_entry.h"

/* What is known of a folder for Flyway's schema history: PgsLedger's data. */
typedef struct {
    PgsFolder *folder;
    PgsFlywayConfig *config;
    GPtrArray *ups, *downs; /* PgsFlywayEntry or NULL, of each revision */
} PgsFlywayBooks;

PgsFlywayBooks *pgs_flyway_books_new(const PgsHistory *history, GError **error);
void pgs_flyway_books_free(PgsFlywayBooks *books);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFlywayBooks, pgs_flyway_books_free)

/* Of a revision's upgrade or downgrade; NULL: it has none. */
const PgsFlywayEntry *pgs_flyway_books_entry(const PgsFlywayBooks *books, gint index, gboolean up);
/* Whether flyway.ignoreMigrationPatterns lets what is in that state be. */
gboolean pgs_flyway_books_ignores(const PgsFlywayBooks *books, gboolean is_versioned,
                                  const char *state);

/* PgsLedgerKind's read, baseline and beyond (flyway_read.c). */
gboolean pgs_flyway_books_read(const PgsLedger *ledger, PgsConnection *connection,
                               PgsLedgerState *state, GError **error);
char *pgs_flyway_books_baseline(const PgsLedger *ledger, PgsConnection *connection, GError **error);
gint pgs_flyway_books_count_before(const PgsLedger *ledger, const char *version);

#endif
