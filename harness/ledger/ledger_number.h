#ifndef PGS_LEDGER_LEDGER_NUMBER_H
#define PGS_LEDGER_LEDGER_NUMBER_H

#include "ledger/ledger.h"

/* Versions that a tool keeps as numbers: "0007" of a file's name is 7 in its books. */

/* The version of a revision, without sign + and leading zeros, as SQL writes it; g_free(). */
char *pgs_ledger_number_of(const PgsLedger *ledger, gint revision);
/* The index of the revision with that number; -1: the folder has none. */
gint pgs_ledger_find_number(const PgsLedger *ledger, const char *version);
/* As strcmp() does it, of two such numbers. */
gint pgs_ledger_compare_numbers(const char *a, const char *b);
/* How many of the folder's numbers are below that of a version: PgsLedgerKind's beyond. */
gint pgs_ledger_count_numbers(const PgsLedger *ledger, const char *version);

#endif
