#ifndef PGS_LEDGER_LEDGER_PLACE_H
#define PGS_LEDGER_LEDGER_PLACE_H

#include "ledger/ledger.h"

/* Where a tool's table is in a database, and whether it has the shape that the tool gives it. */
typedef struct {
    char *schema;   /* that it is in, or would be made in; NULL: search_path names none */
    char *relation; /* its OID; NULL: there is none */
    char kind;      /* pg_class.relkind */
} PgsLedgerSite;

gboolean pgs_ledger_site_find(const PgsLedger *ledger, PgsConnection *connection,
                              PgsLedgerSite *site, GError **error);
void pgs_ledger_site_clear(PgsLedgerSite *site);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsLedgerSite, pgs_ledger_site_clear)
/* FALSE with PGS_LEDGER_ERROR_SHAPE, saying what differs.  For a site that has a relation. */
gboolean pgs_ledger_site_check(const PgsLedger *ledger, PgsConnection *connection,
                               const PgsLedgerSite *site, GError **error);

#endif
