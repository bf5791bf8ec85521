#ifndef PGS_INVENTORY_INDEX_H
#define PGS_INVENTORY_INDEX_H

#include "inventory/inventory.h"

/*
 * The indexes of a database, of all kinds: those of constraints, of partitions, of materialized
 * views, and such as were left INVALID.  Immutable once read; everything belongs to the PgsIndexes.
 */
typedef struct _PgsIndexes PgsIndexes;
typedef struct _PgsIndex PgsIndex;

typedef struct {
    const PgsColumn *column; /* NULL: an expression, or a column of what the inventory leaves out */
    char *sql;               /* "email", "(lower(email))": as it stands in CREATE INDEX */
    char *type_sql;          /* of the key as it is stored: "text" */
    guint32 type;            /* its OID */
    guint32 opclass, opfamily; /* OIDs */
    char *opclass_sql;         /* with its schema: "pg_catalog.text_pattern_ops" */
    gboolean opclass_is_default;
    guint32 collation;       /* OID; 0: not collatable */
    char *collation_sql;     /* NULL when it is the column's own */
    gboolean collation_is_c; /* patterns with a prefix are served by the default opclass */
    gboolean descending, nulls_first;
} PgsIndexKey;

struct _PgsIndex {
    guint32 oid;
    char *schema, *name;         /* not quoted */
    char *identity;              /* as a snapshot has it: "public.ix_a" */
    const PgsRelation *relation; /* NULL: a materialized view, or what the inventory leaves out */
    guint32 relation_oid;
    char *relation_schema, *relation_name; /* not quoted */
    char *relation_sql;                    /* "public.users" */
    char *method;                          /* "btree" */
    gboolean can_order;                    /* its method gives rows in the order of the keys */
    GPtrArray *keys;                       /* PgsIndexKey */
    GPtrArray *included;                   /* char *: INCLUDE columns, as SQL */
    char *predicate;                       /* of a partial index; or NULL */
    gboolean unique;
    gboolean valid;         /* indisvalid, indisready and indislive */
    char *constraint;       /* not quoted; the one that it belongs to; or NULL */
    char *definition;       /* pg_get_indexdef() */
    const PgsIndex *parent; /* of a partition's index: the one above; or NULL */
    GPtrArray *children;    /* const PgsIndex * */
};

/* connection: borrowed, for the call.  inventory outlives it. */
PgsIndexes *pgs_indexes_read(PgsConnection *connection, const PgsInventory *inventory,
                             GError **error);
void pgs_indexes_free(PgsIndexes *indexes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsIndexes, pgs_indexes_free)

/* const PgsIndex *, ordered by relation, then name. */
const GPtrArray *pgs_indexes_all(const PgsIndexes *indexes);
/*
 * By name, or schema and name, each as SQL spells it ("ix_a", "app.\"Ix\""); a name without schema
 * must be the only one.  NULL: none, or several: *why (g_free()) says which, and what is near.
 */
const PgsIndex *pgs_indexes_find(const PgsIndexes *indexes, const char *name, char **why);
const PgsIndex *pgs_indexes_find_in(const PgsIndexes *indexes, const char *schema,
                                    const char *name);
/* Whether it is index, or one of its partitions' indexes, to any depth. */
gboolean pgs_index_is_part_of(const PgsIndex *part, const PgsIndex *index);
/* Whether its predicate speaks of that key or column (SQL: "status", "lower(email)"). */
gboolean pgs_index_predicate_has(const PgsIndex *index, const char *sql);
/*
 * const PgsIndex *: others of the same relation that serve whatever it serves, and nothing more:
 * same method, keys, opclasses, collations, directions (or all of them the other way round) and
 * predicate; unique or not, whatever they INCLUDE.  Valid ones only.  g_ptr_array_unref().
 */
GPtrArray *pgs_index_twins(const PgsIndexes *indexes, const PgsIndex *index);
/* const PgsIndex *: all of one relation; g_ptr_array_unref(). */
GPtrArray *pgs_indexes_of(const PgsIndexes *indexes, guint32 relation_oid);

#endif
