#ifndef PGS_INVENTORY_INVENTORY_READER_H
#define PGS_INVENTORY_INVENTORY_READER_H

#include "inventory/inventory.h"

/* How an inventory comes about, for the files of inventory*.c. */

struct _PgsInventory {
    GPtrArray *relations;    /* PgsRelation, owned */
    GPtrArray *types;        /* PgsType, owned */
    GPtrArray *all_rules;    /* PgsRule, owned: also those that are not exercised */
    GPtrArray *rules;        /* const PgsRule * */
    GPtrArray *domains;      /* const PgsType * */
    GHashTable *by_identity; /* identity → PgsRelation */
    GHashTable *by_name;     /* name → PgsRelation; NULL: several have it */
    GHashTable *functions;   /* "schema.name", and "name" → body */
};

typedef struct {
    PgsInventory *inventory;
    PgsConnection *connection;
    GHashTable *relations; /* OID → PgsRelation */
    GHashTable *parents;   /* PgsRelation → GPtrArray of PgsRelation, when it has any */
    GHashTable *types;     /* OID → PgsType */
    char *oids;            /* of all relations, as an oid[] */
} PgsInventoryReader;

/* Each reads a part, in this order. */
gboolean pgs_reader_relations(PgsInventoryReader *reader, GError **error);
gboolean pgs_reader_types(PgsInventoryReader *reader, GError **error);
gboolean pgs_reader_columns(PgsInventoryReader *reader, GError **error);
gboolean pgs_reader_indexes(PgsInventoryReader *reader, GError **error);
gboolean pgs_reader_constraints(PgsInventoryReader *reader, GError **error);
gboolean pgs_reader_domain_constraints(PgsInventoryReader *reader, GError **error);
/* Triggers, rewrite rules, functions. */
gboolean pgs_reader_behaviour(PgsInventoryReader *reader, GError **error);

/* What a column or a domain says by itself: NOT NULL, ENUM, LENGTH, … */
void pgs_reader_column_rules(PgsInventoryReader *reader, PgsRelation *relation,
                             const PgsColumn *column, gboolean not_null_is_own);
void pgs_reader_domain_rules(PgsInventoryReader *reader, PgsType *domain);

/* The rows of sql/<file>; parameter $1, or NULL. */
PGresult *pgs_reader_query(PgsInventoryReader *reader, const char *file, const char *parameter,
                           GError **error);
PgsRelation *pgs_reader_relation(const PgsInventoryReader *reader, guint32 oid);
PgsType *pgs_reader_type(const PgsInventoryReader *reader, guint32 oid);
/* A rule that belongs to the inventory, and is not listed anywhere yet. */
PgsRule *pgs_reader_rule(PgsInventoryReader *reader, PgsRuleKind kind, const PgsRelation *relation,
                         const char *object_kind, char *object_identity);
/* Lists a rule as the relation's own. */
void pgs_reader_add_rule(PgsRule *rule, PgsRelation *relation);
/* The columns that "1,3" numbers; *n: how many. */
const PgsColumn **pgs_reader_key(const PgsRelation *relation, const char *numbers, guint *n);

/* ---- cells of a result ---- */

const char *pgs_cell(const PGresult *result, int row, int field); /* NULL for NULL */
char *pgs_cell_copy(const PGresult *result, int row, int field);
gint64 pgs_cell_number(const PGresult *result, int row, int field); /* 0 for NULL */
gboolean pgs_cell_flag(const PGresult *result, int row, int field);
char pgs_cell_char(const PGresult *result, int row, int field); /* '\0' for "" and NULL */
/* A JSON array of texts: char *; NULL for NULL. */
GPtrArray *pgs_cell_strings(const PGresult *result, int row, int field);

#endif
