#ifndef PGS_VOLUME_COLUMN_GROUP_H
#define PGS_VOLUME_COLUMN_GROUP_H

#include "volume/column_fill.h"

/* Columns that CHECKs bind together, while a fill for them is looked for. */

/* What a column can be: an expression over i, or one value of a list. */
typedef struct {
    const PgsColumn *column;
    gboolean is_reference; /* of it only whether it is NULL is said */
    gboolean is_nullable;
    double null_share;     /* of its rows, where it may be NULL */
    gboolean is_listed;    /* its values are few: options */
    gboolean is_mentioned; /* … that CHECKs name, and others */
    gboolean is_bound;     /* it is compared with another one of the group */
    char *bare;            /* its usual expression; or NULL */
    char *ordered;         /* one that has its place behind or before the others'; or NULL */
    GPtrArray *options;    /* char *: expressions, of a listed column */
    double *weights;       /* of the options */
} PgsGroupMember;

typedef struct {
    PgsBench *bench;
    const PgsDraft *accepted;
    const GPtrArray *columns; /* const PgsColumn * */
    GPtrArray *members;       /* PgsGroupMember, one for each */
    GPtrArray *conditions;    /* char * */
    GPtrArray *rules;         /* const PgsRule *: CHECKs */
    char *route;              /* what partitions ask: among the conditions; or NULL */
    gint64 rows;
    char *stream;
    gboolean has_order; /* members have ordered expressions */
} PgsColumnGroup;

/* FALSE with error as pgs_batch_run(). */
gboolean pgs_column_group_init(PgsColumnGroup *group, PgsBench *bench, const PgsDraft *accepted,
                               const GPtrArray *columns, GHashTable *references, gint64 rows,
                               GError **error);
void pgs_column_group_clear(PgsColumnGroup *group);
/* The columns (const PgsColumn *) that a CHECK is about, of generated ones also those that they are
 * made of; g_ptr_array_unref(). */
GPtrArray *pgs_check_columns(const PgsRelation *relation, const PgsRule *check);
/* A unit of the group's own; g_free(). */
char *pgs_column_group_unit(const PgsColumnGroup *group, const char *what);
/* Sets the members' ordered expressions.  FALSE: nothing is said of an order. */
gboolean pgs_column_group_order(PgsColumnGroup *group);

/* Fills that were accepted, or NULL without error. */

/* Each column by its own expression; without NULLs, or with them apart or together. */
PgsColumnFill *pgs_column_group_together(PgsColumnGroup *group, gboolean with_nulls,
                                         GError **error);
/* By what is NULL and which of the listed values are there, the rest by their expressions, ordered
 * ones or bare ones. */
PgsColumnFill *pgs_column_group_classes(PgsColumnGroup *group, gboolean is_ordered, GError **error);
/* Combinations of values from a grid. */
PgsColumnFill *pgs_column_group_grid(PgsColumnGroup *group, GError **error);

/* A way in which the columns' values can go together: for each member an expression, NULL: NULL. */
typedef struct {
    char **cells;
    guint listed;  /* which of the listed values it has: a number for all of them */
    double weight; /* how often they come */
    double nulls;  /* … and how often NULLs are as they are here, among those */
} PgsGroupClass;

PgsGroupClass *pgs_group_class_new(guint n);
void pgs_group_class_free(gpointer class);
/* classes: PgsGroupClass, at least one. */
PgsColumnFill *pgs_column_group_mix(const PgsColumnGroup *group, const GPtrArray *classes);

#endif
