#ifndef PGS_PLAN_REASON_CONDITION_H
#define PGS_PLAN_REASON_CONDITION_H

#include "sql/expression.h"

/*
 * A condition on a table's rows, as a plan prints it ("Filter", "Index Cond", one that is joined
 * by): what is compared, with what, by which operator.  In all texts the table's own columns stand
 * without its alias; those of others keep theirs.
 */
typedef struct {
    char *text;            /* "lower(email) = 'a'::text" */
    PgsNode *node;         /* NULL: it cannot be parsed, what follows is not known then */
    char *operand;         /* the side that names the table's columns, as SQL; or NULL */
    PgsNode *operand_node; /* never NULL when operand is not */
    char *comparison;      /* "=", "~~", … as if the operand stood on its left; "IS NULL",
                            "IS NOT NULL", "IS NOT DISTINCT FROM"; NULL: the operand is a truth value
                            itself */
    char *value;           /* the other side; or NULL */
    PgsNode *value_node;   /* or NULL */
    gboolean is_any;       /* operand op ANY (value) */
    gboolean is_element;   /* value op ANY (operand): the operand is the array */
    gboolean is_negation;  /* <>, NOT, NOT LIKE, IS DISTINCT FROM, NOT IN */
    gboolean value_is_own; /* the value names columns of the same row */
    GPtrArray *branches;   /* of an OR: for each branch a GPtrArray of PgsCondition; or NULL */
} PgsCondition;

/* PgsCondition for each of what is AND-ed.  aliases: names that stand for the table, NULL at the
 * end. g_ptr_array_unref(). */
GPtrArray *pgs_conditions_parse(const char *text, const char *const *aliases);

/* The text with no parentheses around it, and the table's columns without its alias.  g_free(). */
char *pgs_condition_plain(const char *text, const char *const *aliases);

/* Of ORDER BY: "lower(email)", " DESC NULLS LAST". */
typedef struct {
    char *sql;
    PgsNode *node;     /* or NULL */
    char *suffix;      /* COLLATE, DESC, NULLS …, as it is printed; "" */
    gboolean is_own;   /* of the table's columns alone */
    gboolean is_using; /* by an operator that is no type's "<" or ">" */
} PgsSortKey;
PgsSortKey *pgs_sort_key_parse(const char *text, const char *const *aliases);
void pgs_sort_key_free(PgsSortKey *key);

/* Whether both say the same: columns by name, functions and types without their schema. */
gboolean pgs_node_equal(const PgsNode *one, const PgsNode *other);
/* Whether it names a column of the table. */
gboolean pgs_node_names_own(const PgsNode *node);
/* Whether both name a column of the same name. */
gboolean pgs_node_share_column(const PgsNode *one, const PgsNode *other);

#endif
