#ifndef PGS_VALUES_MINE_H
#define PGS_VALUES_MINE_H

#include "inventory/inventory.h"
#include "sql/expression.h"
#include "values/pattern.h"

/*
 * What an expression says of the columns that it names: with what each is compared, and through
 * which functions.  Only what stands there; what it means is for whoever proposes values.
 */

/* A function, operator or cast between a column and what is said. */
typedef struct {
    char *name;       /* "lower", "%", "->>", "cast", "coalesce", "[]", ".", "any", "case", "row" */
    char *schema;     /* of a function that is not PostgreSQL's own; or NULL */
    guint position;   /* which of its arguments leads to the column, from 0 */
    char **arguments; /* the others' texts in order: constants, types, names; never NULL */
    gboolean is_mixed; /* another argument names a column, or is none of the above */
} PgsSayingStep;

typedef enum {
    PGS_SAYING_COMPARED, /* column operator constant */
    PGS_SAYING_PATTERN,  /* it matches text or does not */
    PGS_SAYING_NULL,     /* IS [NOT] NULL */
    PGS_SAYING_COLUMN,   /* column operator other */
    PGS_SAYING_TRUTH,    /* it is itself the condition */
} PgsSayingKind;

typedef struct {
    PgsSayingKind kind;
    char *column;     /* NULL: a domain's VALUE */
    GPtrArray *steps; /* PgsSayingStep, from the column outwards */
    char *operator;   /* as if the column stood on its left; or NULL */
    gboolean in_list; /* one of ANY (…), ALL (…) */
    PgsConstantKind constant;
    char *text; /* the constant, or the pattern; NULL: NULL, or it is no plain constant */
    char *sql;  /* what it is compared with when that is no plain constant: an expression without
                   columns (now() - '1 day'::interval); or NULL */
    PgsPatternSyntax syntax;
    char *other; /* COLUMN: the other one (NULL: VALUE) */
    GPtrArray *other_steps;
} PgsSaying;

typedef struct {
    GPtrArray *sayings;   /* PgsSaying, in order */
    GPtrArray *constants; /* PgsNode: of what could not be parsed; of functions' bodies */
    gboolean is_parsed;
    /* Whether its value depends on nothing but its columns: it calls only functions that are known
     * never to look at anything else. */
    gboolean is_stateless;
    gboolean is_covered; /* each mention of a column is in some saying */
} PgsMined;

/* Never NULL: what cannot be parsed is scanned for its constants. */
PgsMined *pgs_mine_expression(const PgsInventory *inventory, const char *expression);
/* Likewise of an expression that is no condition (an index's, a generated column's): what it is
 * made of, as PGS_SAYING_TRUTH. */
PgsMined *pgs_mine_value(const PgsInventory *inventory, const char *expression);
/*
 * The conditions in a body of code (PL/pgSQL or SQL); columns are whatever names stand there, of
 * "NEW.x" only x.
 */
PgsMined *pgs_mine_body(const PgsInventory *inventory, const char *body);
void pgs_mined_free(PgsMined *mined);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMined, pgs_mined_free)

PgsSaying *pgs_saying_copy(const PgsSaying *saying);
void pgs_saying_free(PgsSaying *saying);
PgsSayingStep *pgs_saying_step_copy(const PgsSayingStep *step);
void pgs_saying_step_free(gpointer step);

/* The elements of an array's text form ("{a,\"b c\",NULL}", of one dimension): char *, NULL for
 * NULL.  NULL when it is none.  g_ptr_array_unref(). */
GPtrArray *pgs_array_literal_split(const char *text);
/* One element as it stands in an array's text form; appended.  NULL: NULL. */
void pgs_array_literal_append(GString *literal, const char *element);

#endif
