#ifndef PGS_OPERATE_LOSS_STATE_H
#define PGS_OPERATE_LOSS_STATE_H

#include "pg/connection.h"

/*
 * What holds rows in a database, by the server's own numbers: they stay the same when a thing gets
 * another name, and are others when it is dropped and made anew, which no name tells.
 */
typedef struct {
    guint32 oid;
    char *name;     /* "public.users" */
    char kind;      /* 'r', 'p', 'm', 'S', 'c' (a composite type) */
    guint32 parent; /* that it is a partition of or inherits from; 0: none */
    guint32 type;   /* of its rows */
} PgsLossRelation;

typedef struct {
    guint32 relation;
    int number;
    char *name; /* quoted where it has to be */
    char *json; /* the name as JSON has it */
    char *type;
    guint32 type_oid;
    gboolean is_generated, is_inherited;
} PgsLossColumn;

typedef struct {
    char *type; /* "public.mood" */
    guint32 type_oid;
    char *label;
    guint32 oid; /* which stays when it is renamed */
    char *json;
} PgsLossLabel;

/* A column of a table holds values of an enum or composite type. */
typedef struct {
    guint32 relation;
    int number;
    guint32 type_oid;
    gboolean is_same; /* as such; else inside an array or another composite */
} PgsLossUse;

typedef struct {
    char *name; /* as it is */
    char *definition;
} PgsLossFunction;

typedef struct {
    GHashTable *relations; /* OID → PgsLossRelation */
    GPtrArray *columns;    /* PgsLossColumn, by relation and number */
    GPtrArray *labels;     /* PgsLossLabel */
    GArray *uses;          /* PgsLossUse */
    GPtrArray *functions;  /* PgsLossFunction, procedures too */
    GPtrArray *schemas;    /* char *, quoted */
} PgsLossState;

PgsLossState *pgs_loss_state_read(PgsConnection *connection, GError **error);
void pgs_loss_state_free(PgsLossState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsLossState, pgs_loss_state_free)

/* NULL: none. */
const PgsLossRelation *pgs_loss_state_relation(const PgsLossState *state, guint32 oid);
const PgsLossColumn *pgs_loss_state_column(const PgsLossState *state, guint32 relation, int number);
/* The column of the same name that it has from its (first) parent; NULL: it has it from none. */
const PgsLossColumn *pgs_loss_state_parent(const PgsLossState *state, const PgsLossColumn *column);

/* Whether each value of the one type, as format_type() writes it, has its like in the other. */
gboolean pgs_loss_type_holds(const char *from, const char *to);

#endif
