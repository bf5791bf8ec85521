#ifndef PGS_RECORD_RELATION_H
#define PGS_RECORD_RELATION_H

#include <glib.h>

/* The schema at head as the record has it: what a diagram shows. */

typedef struct {
    char *name;
    char *type;
    char *value; /* its default, or the expression that generates it; or NULL */
    gboolean not_null;
    gboolean generated; /* value is what generates it */
    gboolean identity;
} PgsRecordColumn;

/* A constraint or an index of a relation. */
typedef struct {
    char *kind; /* as the snapshot names it: "primary key", "unique constraint", "foreign key",
                   "check constraint", "exclusion constraint", "index", … */
    char *name;
    char *object;     /* as findings name it (PgsFinding.object): "foreign key public.a.a_b_fkey" */
    char *definition; /* as the server prints it; or NULL */
    GPtrArray *columns;    /* char *: names, where it has them; never NULL */
    char *references;      /* of a foreign key: the relation's name, "public.users"; else NULL */
    GPtrArray *referenced; /* char *: its columns; never NULL */
    char *on_delete, *on_update; /* of a foreign key: "NO ACTION", "CASCADE", …; else NULL */
    gboolean unique;             /* of an index */
} PgsRecordConstraint;

typedef struct {
    char *kind;   /* "table", "partitioned table", "view", … */
    char *name;   /* qualified: "public.users" */
    char *object; /* as findings name it: "table public.users" */
    char *parent; /* of a partition: the name of the table that it is a part of; or NULL */
    char *comment;
    GPtrArray *columns;     /* PgsRecordColumn, in their order */
    GPtrArray *constraints; /* PgsRecordConstraint */
} PgsRecordRelation;

PgsRecordColumn *pgs_record_column_new(const char *name, const char *type);
void pgs_record_column_free(PgsRecordColumn *column);
PgsRecordConstraint *pgs_record_constraint_new(const char *kind, const char *name,
                                               const char *object);
void pgs_record_constraint_free(PgsRecordConstraint *constraint);
PgsRecordRelation *pgs_record_relation_new(const char *kind, const char *name, const char *object);
void pgs_record_relation_free(PgsRecordRelation *relation);

#endif
