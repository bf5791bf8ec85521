#ifndef PGS_OPERATE_LOSS_H
#define PGS_OPERATE_LOSS_H

#include "ledger/database.h"
#include "project/system.h"

/* What a downgrade would throw away: found by climbing down on a throwaway server, counted on the
 * real database. */
typedef enum {
    PGS_LOSS_TABLE,     /* it is dropped: rows */
    PGS_LOSS_COLUMN,    /* it is dropped: rows in which it is not null */
    PGS_LOSS_TYPE,      /* its type becomes another, which may not hold all values: rows not null */
    PGS_LOSS_STATEMENT, /* a statement that deletes, truncates or updates rows: file:line */
    PGS_LOSS_OTHER,     /* enum labels in use, sequences' positions, … */
} PgsLossKind;
typedef struct {
    PgsLossKind kind;
    gint revision;  /* whose downgrade */
    char *identity; /* "table public.users", "column public.users.name" */
    gint64 rows;    /* -1: not counted; why says it */
    char *why;      /* why it was not counted, or is only about so many; NULL: counted */
    char *what;     /* a sentence for a person: "table public.users is dropped: 1,234 rows" */
} PgsLoss;
void pgs_loss_free(PgsLoss *loss);

/*
 * Of undoing these revisions (gint, indexes, the highest first).  PgsLoss, in the order in which it
 * would happen; what is empty is left out.  The caller's.  NULL with error: it cannot be found out.
 */
GPtrArray *pgs_loss_find(const PgsDatabase *target, const PgsSystem *system,
                         const PgsHistory *history, const GArray *revisions, GError **error);

/* All of them for a person, indented lines of at most 80 columns by revision; "" of none.
 * g_free(). */
char *pgs_losses_to_text(const GPtrArray *losses, const PgsHistory *history);

#endif
