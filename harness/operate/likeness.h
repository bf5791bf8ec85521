#ifndef PGS_OPERATE_LIKENESS_H
#define PGS_OPERATE_LIKENESS_H

#include "ledger/database.h"
#include "migration/history.h"
#include "operate/backup_tools.h"
#include "project/system.h"

/*
 * The target's likeness for a throwaway server: its schema as it is now (pg_dump --schema-only),
 * the rows of its books, its roles and what is set for them and for the database; no other rows.
 */
typedef struct {
    PgsSystem system; /* a copy, which begins with all that; borrows what it does not change */
    const PgsDatabase *target;
    const PgsHistory *history;
    PgsBackupTools *tools;
    GPtrArray *books;   /* char *: tables of books, quoted */
    GPtrArray *prepare; /* PgsSqlText: roles and settings */
    char *owner;        /* whom migrations run as; NULL: the superuser */
    char *folder;       /* its own, for: */
    char *start;        /* the dump */
    char *server;       /* its specification, or NULL: as the system says */
} PgsLikeness;

/* at: the revision that the target stands at. */
PgsLikeness *pgs_likeness_new(const PgsDatabase *target, const PgsSystem *system,
                              const PgsHistory *history, gint at, GError **error);
void pgs_likeness_free(PgsLikeness *likeness);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLikeness, pgs_likeness_free)

#endif
