#ifndef PGS_SEED_ROWS_TABLE_H
#define PGS_SEED_ROWS_TABLE_H

#include "seed/rows.h"

/* What a PgsRows holds, for the files of rows_*.c. */

/* A value's text; NULL: SQL NULL.  Never holds a NUL byte: PostgreSQL's texts cannot. */
typedef const char *PgsRowValue;

typedef struct {
    char *name;   /* plain */
    char *quoted; /* as SQL has it */
    char *type;   /* with its schema, unless that is pg_catalog */
    guint number; /* pg_attribute.attnum */
    gboolean is_generated;
    guint key_position; /* its place in the primary key, from 1; 0: it is not in it */
} PgsRowColumn;

typedef struct {
    guint32 oid;
    char *identity; /* "public.users" */
    gboolean is_partitioned, is_empty;
    GPtrArray *columns; /* PgsRowColumn */
    GArray *key;        /* guint: the columns of the primary key, in its order; empty: none */
    guint n_rows;
    GArray *values; /* PgsRowValue: n_rows times as many as there are columns */
} PgsRowTable;

struct _PgsRows {
    PgsSnapshot *snapshot;
    GPtrArray *tables; /* PgsRowTable, by identity */
    GHashTable *names; /* identity → PgsRowTable */
    GHashTable *oids;  /* OID → PgsRowTable; of a partition its root's */
    GStringChunk *texts;
    guint64 n_rows;
    gsize bytes;
};

static inline PgsRowColumn *
pgs_row_table_column(const PgsRowTable *table, guint column)
{
    return g_ptr_array_index(table->columns, column);
}

static inline PgsRowValue
pgs_row_table_value(const PgsRowTable *table, guint row, guint column)
{
    return g_array_index(table->values, PgsRowValue, row * table->columns->len + column);
}

/* The index of the column with that name, or -1. */
gint pgs_row_table_find(const PgsRowTable *table, const char *name);

static inline gboolean
pgs_row_value_equal(PgsRowValue a, PgsRowValue b)
{
    return g_strcmp0(a, b) == 0;
}

/* Settings that values' texts depend on, whatever the database or a migration says. */
#define PGS_ROWS_SETTINGS                                                                          \
    "SET LOCAL search_path = ''; SET LOCAL timezone = 'UTC'; SET LOCAL bytea_output = 'hex'; "     \
    "SET LOCAL lc_monetary = 'C'; SET LOCAL xmlbinary = 'base64'; SET LOCAL row_security = on; "   \
    "SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; "                          \
    "SET LOCAL extra_float_digits = 1; "

#endif
