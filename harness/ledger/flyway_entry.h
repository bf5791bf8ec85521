#ifndef PGS_LEDGER_FLYWAY_ENTRY_H
#define PGS_LEDGER_FLYWAY_ENTRY_H

#include "ledger/ledger.h"
#include "migration/flyway_config.h"

/* What Flyway's schema history says of a script. */
typedef struct {
    char *version;     /* "1.1"; NULL: a repeatable one */
    char *key;         /* its order (flyway_name.h); NULL likewise */
    char *description; /* this and script as the columns hold them */
    const char *type;  /* "SQL", "SQL_BASELINE", "UNDO_SQL"; static */
    char *script;      /* its path from its location */
    gint32 checksum;
} PgsFlywayEntry;

/* Of a revision's upgrade or downgrade; NULL without error: it has none.  PGS_LEDGER_ERROR_*. */
PgsFlywayEntry *pgs_flyway_entry_new(const PgsFlywayConfig *config, const PgsHistory *history,
                                     const PgsRevision *revision, gboolean up, GError **error);
void pgs_flyway_entry_free(PgsFlywayEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsFlywayEntry, pgs_flyway_entry_free)

#endif
