#ifndef PGS_SEED_ROWS_H
#define PGS_SEED_ROWS_H

#include "pg/connection.h"
#include "snapshot/snapshot.h"

/*
 * A database's rows at one moment, table by table, to tell what became of them: see
 * pgs_rows_compare().  Immutable once read.
 */
typedef struct _PgsRows PgsRows;

/* As much is held, in bytes: texts, and a pointer for each. */
#define PGS_ROWS_MAX_BYTES (64 * 1024 * 1024)

/*
 * Reads every table of the snapshot (the catalog at that moment; a reference is kept).  TRUE with
 * *rows NULL when there is more than can be held (PGS_ROWS_MAX_BYTES; *reason says in which table
 * that was found; g_free()).  connection: a role that sees all rows, outside any transaction.  Free
 * with pgs_rows_free().
 */
gboolean pgs_rows_read(PgsConnection *connection, PgsSnapshot *snapshot, PgsRows **rows,
                       char **reason, GError **error);
void pgs_rows_free(PgsRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsRows, pgs_rows_free)

/* Rows in all. */
guint64 pgs_rows_count(const PgsRows *rows);

typedef enum {
    PGS_LOSS_TABLE,     /* a table that had rows is gone, or is empty now */
    PGS_LOSS_ROWS,      /* rows are gone */
    PGS_LOSS_ADDED,     /* rows are there that were not (only where the same rows are asked for) */
    PGS_LOSS_KEY,       /* keys changed: where rows may get other keys, not every row can be found
                           again by the rest of it and what it refers to */
    PGS_LOSS_REFERENCE, /* rows refer to other rows than before, or to none */
    PGS_LOSS_COLUMN, /* a column with values is gone (only where the same columns are asked for) */
    PGS_LOSS_VALUES, /* a column that survives has other values */
} PgsLossKind;

typedef struct {
    PgsLossKind kind;
    char *table;   /* "public.users", as it was called before */
    char *column;  /* its plain name (several of a reference: "a, b"), or NULL */
    guint64 n;     /* rows concerned */
    guint64 total; /* rows that the table had */
    char *message; /* one line: "public.users.email: 3 of 10 rows have other values" */
    char *example; /* a row that shows it: "id=3: 'a' is 'b' now"; or NULL */
} PgsLoss;

typedef enum {
    PGS_ROWS_SURVIVE, /* after an upgrade: what was there is still there; more may be, columns may
                         be gone, and rows may have other keys as long as they can be found again */
    PGS_ROWS_SAME,    /* after a downgrade or a second load: nothing but the same */
    PGS_ROWS_COUNTS,  /* the same tables with as many rows; nothing is asked of their values */
} PgsRowsDemand;

/*
 * What of before is lost in after.  Positions of sequences are no rows.
 *
 * A table, and a column, is the one of the same name; where that is gone, or there is another one
 * of that name now, the one that was renamed (its OID, its number).  A value is kept when its text
 * is the same, or its type changed and casting the old value gives the new one and that the old one
 * again.  connection: to the database that after was read from, for such casts (nothing is changed
 * there); NULL: only the same text will do.
 *
 * Rows are found again by primary key; where its type or values changed (integer keys become
 * UUIDs), and in tables without one, by their other columns and by what they refer to and what
 * refers to them, transitively.  References are the foreign keys of before, of after and of
 * references (head's catalog, for a legacy schema without any; may be NULL), wherever both sides
 * have the columns.  Rows that are the same in all that are told apart by nothing, and lose nothing
 * by it.
 *
 * Elements are PgsLoss, table by table; g_ptr_array_unref().  NULL with error (PGS_PG_ERROR) when
 * the connection fails.
 */
GPtrArray *pgs_rows_compare(const PgsRows *before, const PgsRows *after,
                            const PgsSnapshot *references, PgsRowsDemand demand,
                            PgsConnection *connection, GError **error);

#endif
