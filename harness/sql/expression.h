#ifndef PGS_SQL_EXPRESSION_H
#define PGS_SQL_EXPRESSION_H

#include <glib.h>

/*
 * An expression as the server prints it (pg_get_expr), as a tree.  It is for finding out what an
 * expression speaks of, never for evaluating it: that is the server's.  Made of libpg_query's parse
 * tree (its JSON).
 */

typedef enum {
    PGS_NODE_COLUMN,   /* name; "VALUE" of a domain's constraint is PGS_NODE_VALUE */
    PGS_NODE_VALUE,    /* VALUE */
    PGS_NODE_CONSTANT, /* constant, text */
    PGS_NODE_OPERATOR, /* name: "=", "~~", "@>"; one argument (prefix) or two */
    PGS_NODE_ANY,      /* left op ANY (array), also IN (…): name is the operator; two arguments */
    PGS_NODE_ALL,      /* left op ALL (array), also NOT IN (…) */
    PGS_NODE_FUNCTION, /* schema (or NULL), name; its arguments */
    PGS_NODE_CAST,     /* name: the type as written; one argument */
    PGS_NODE_AND,      /* two arguments or more */
    PGS_NODE_OR,       /* likewise */
    PGS_NODE_NOT,      /* one */
    PGS_NODE_NULL_TEST,    /* IS [NOT] NULL: negated; one argument */
    PGS_NODE_BOOLEAN_TEST, /* IS [NOT] TRUE, FALSE, UNKNOWN: name, negated; one argument */
    PGS_NODE_DISTINCT,     /* IS [NOT] DISTINCT FROM: negated is "NOT DISTINCT"; two arguments */
    PGS_NODE_ARRAY,        /* ARRAY[…]: its elements */
    PGS_NODE_ROW,          /* ROW(…) */
    PGS_NODE_CASE,      /* [operand], then condition and result in turn, else last; all arguments */
    PGS_NODE_COALESCE,  /* also GREATEST, LEAST: name */
    PGS_NODE_FIELD,     /* (x).name; one argument */
    PGS_NODE_SUBSCRIPT, /* x[i], x[a:b]; the array, then the subscripts */
    PGS_NODE_COLLATE,   /* name; one argument */
    PGS_NODE_OTHER, /* anything else: name is libpg_query's node type; arguments found below it */
} PgsNodeKind;

typedef enum {
    PGS_CONSTANT_NULL,
    PGS_CONSTANT_STRING,
    PGS_CONSTANT_NUMBER,  /* as written: "1", "-1.5", "1e10" */
    PGS_CONSTANT_BOOLEAN, /* "true", "false" */
    PGS_CONSTANT_BITS,    /* "b1010", "xAF" */
} PgsConstantKind;

typedef struct _PgsNode PgsNode;
struct _PgsNode {
    PgsNodeKind kind;
    PgsConstantKind constant;
    gboolean negated;
    char *schema, *name;  /* or NULL */
    char *text;           /* of a constant; NULL for NULL */
    GPtrArray *arguments; /* PgsNode; never NULL */
};

#define PGS_EXPRESSION_ERROR (pgs_expression_error_quark())
GQuark pgs_expression_error_quark(void);
typedef enum {
    PGS_EXPRESSION_ERROR_SYNTAX, /* libpg_query cannot parse it (a newer server's clause, …) */
    PGS_EXPRESSION_ERROR_DEPTH,  /* nested too deeply to be walked */
} PgsExpressionError;

/* The caller's; pgs_node_free(). */
PgsNode *pgs_expression_parse(const char *expression, GError **error);
void pgs_node_free(PgsNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsNode, pgs_node_free)

/* The node without casts, collations and parentheses around it; belongs to the tree. */
const PgsNode *pgs_node_strip(const PgsNode *node);

/* Called for the node and all below it, outside in. */
typedef void (*PgsNodeFunc)(const PgsNode *node, gpointer data);
void pgs_node_walk(const PgsNode *node, PgsNodeFunc func, gpointer data);

/*
 * The node as SQL again, every part in parentheses; a constant keeps its kind.  NULL when it holds
 * what is not known (PGS_NODE_OTHER, a NULL name).  g_free().
 */
char *pgs_node_to_sql(const PgsNode *node);

/*
 * The constants in a text that cannot be parsed as one expression: a function's body in SQL or
 * PL/pgSQL.  PgsNode of kind CONSTANT, strings and numbers, each once, in order;
 * g_ptr_array_unref().
 */
GPtrArray *pgs_expression_scan_constants(const char *body);

#endif
