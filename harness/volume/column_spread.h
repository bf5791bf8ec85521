#ifndef PGS_VOLUME_COLUMN_SPREAD_H
#define PGS_VOLUME_COLUMN_SPREAD_H

#include "inventory/bench.h"

/*
 * Values of a type by number, as SQL: what a type's own values look like, whatever rules say.  A
 * value has a number (bigint, from 1), and different numbers have different values up to a limit.
 */
typedef struct {
    PgsBench *bench;
    const PgsType *type; /* no domain */
    gint32 typmod;
    const char *name;     /* of the column: colours texts and times; or NULL */
    const char *stream;   /* of chance */
    const char *row;      /* the number of the row, as SQL: times follow it */
    const char *value;    /* the number of the value, as SQL */
    gint64 rows;          /* how many there will be */
    gboolean is_distinct; /* value is the row's own number: each row has to have its own */
    guint depth;          /* how deep in other types this one stands */
} PgsSpread;

typedef struct {
    char *sql;    /* not yet of the column's type: cast it */
    gint64 limit; /* how many values differ; G_MAXINT64: as many as there are rows */
    gint64 usual; /* how many it usually has when rows need not differ; 0: no opinion */
} PgsSpreadValue;

void pgs_spread_value_clear(PgsSpreadValue *value);

/* FALSE: nothing is known of such a type.  A type with few values that are listed (an enum, a
 * boolean) has none here. */
gboolean pgs_spread_value(const PgsSpread *spread, PgsSpreadValue *value);
/* Texts of at most length characters (0: as long as they like). */
gboolean pgs_spread_text(const PgsSpread *spread, guint length, PgsSpreadValue *value);
/* Arrays, ranges, multiranges, composites. */
gboolean pgs_spread_compound(const PgsSpread *spread, PgsSpreadValue *value);

/*
 * A template with its places filled in; g_free().  $k the value's number, $t that as text, $h a
 * hash of it, $x that as 16 hexadecimal digits, $y others, $w and $v words by it, $i the row's
 * number, $n how many rows there are, $u a unit of the row, $$ a dollar.
 */
char *pgs_spread_expand(const PgsSpread *spread, const char *template);

/* Whether one of the words that a name is made of ("created_at": created, at) is in words, which
 * have a blank before, between and behind them. */
gboolean pgs_spread_name_has(const char *name, const char *words);

#endif
