#ifndef PGS_REPORT_DIAGRAM_MODEL_H
#define PGS_REPORT_DIAGRAM_MODEL_H

#include "record/record.h"
#include "report/diagram_state.h"

/* What a schema's diagram shows: its tables, partitions folded into theirs, and their foreign keys.
 */

typedef struct {
    guint index;                       /* in the model's tables */
    const PgsRecordRelation *relation; /* NULL: a key references it, and the record does not have it
                                        */
    const char *full_name;             /* "public.users" */
    char *schema;                      /* "public"; or NULL */
    char *name;                        /* "users" */
    gboolean is_view;
    guint n_partitions;                /* folded into it, at any depth */
    GPtrArray *keys_out;               /* PgsDiagramKey: its own */
    GPtrArray *keys_in;                /* those of others that reference it */
    GArray *columns;                   /* PgsDiagramColumn, as relation->columns */
    PgsRuleState worst;                /* of its rules, keys included */
    guint by_state[PGS_N_RULE_STATES]; /* rules of constraints and columns, keys included */
} PgsDiagramTable;

typedef struct {
    const PgsRecordColumn *column;
    gboolean primary, foreign;
    PgsRuleState state; /* of its own rules; PGS_RULE_UNTRIED: it has none, or none was tried */
} PgsDiagramColumn;

typedef struct {
    guint index; /* in the model's keys */
    const PgsRecordConstraint *constraint;
    const PgsRecordRelation *relation; /* that has it: the table's, or a partition's */
    PgsDiagramTable *from, *to;
    PgsRuleState state;
} PgsDiagramKey;

typedef struct {
    GPtrArray *tables; /* PgsDiagramTable, in the record's order; those that it does not have last
                        */
    GPtrArray *keys;   /* PgsDiagramKey */
    gboolean several_schemas;
} PgsDiagramModel;

/* Borrows from system. */
PgsDiagramModel *pgs_diagram_model_new(const PgsRecordSystem *system, const PgsRuleStates *states);
void pgs_diagram_model_free(PgsDiagramModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDiagramModel, pgs_diagram_model_free)

/* Whether it has a key of its own or is referenced, by itself alone too. */
gboolean pgs_diagram_table_is_linked(const PgsDiagramTable *table);

#endif
