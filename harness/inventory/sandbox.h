#ifndef PGS_INVENTORY_SANDBOX_H
#define PGS_INVENTORY_SANDBOX_H

#include "inventory/inventory.h"

/* A transaction that is rolled back; inside of a transaction of the caller's, a savepoint of it. */
typedef struct {
    PgsConnection *connection; /* NULL: it is not open */
    gboolean is_embedded;
} PgsSandbox;

/* prelude: statements that run first ("SET LOCAL …;"), or "".  Not open when it fails. */
gboolean pgs_sandbox_begin(PgsSandbox *sandbox, PgsConnection *connection, const char *prelude,
                           GError **error);
/* A lost connection is no error here. */
void pgs_sandbox_rollback(PgsSandbox *sandbox);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsSandbox, pgs_sandbox_rollback)

/* What a bench's transactions begin with (bench.h); g_free(). */
char *pgs_sandbox_prelude(PgsConnection *connection, const PgsInventory *inventory, GError **error);

#endif
