#ifndef PGS_CONFIG_NODE_H
#define PGS_CONFIG_NODE_H

#include "config/place.h"

/*
 * A value of a YAML file with its place: what config/document.h reads.  A scalar is kept as its own
 * text, and what it means is for the field to say that it belongs to: 001 stays "001", and "no" is
 * a word where a word is asked for.
 */

#define PGS_CONFIG_ERROR (pgs_config_error_quark())
GQuark pgs_config_error_quark(void);
typedef enum {
    PGS_CONFIG_ERROR_READ,  /* not there, not readable, too large, not YAML */
    PGS_CONFIG_ERROR_KEY,   /* an unknown key, or one that is missing or given twice */
    PGS_CONFIG_ERROR_VALUE, /* a value of the wrong type, or one that makes no sense */
} PgsConfigError;

typedef enum {
    PGS_NODE_SCALAR,
    PGS_NODE_LIST,
    PGS_NODE_MAPPING,
} PgsNodeType;

/* Belongs to its document.  Where the file has an alias the tree has the same node again. */
typedef struct _PgsNode PgsNode;
struct _PgsNode {
    PgsNodeType type;
    PgsPlace place;
    char *text;        /* a scalar's, without any NUL */
    gboolean is_plain; /* a scalar's: written without quotes, so that null and true are no text */
    GPtrArray *keys;   /* a mapping's: scalars, all different, in the order of the file */
    GPtrArray *values; /* PgsNode: a list's items; a mapping's values, as keys has them */
    guint weight;      /* how many nodes it is with all that it holds */
    gboolean is_open;  /* while it is read: an alias to it would be a cycle */
};

/* An empty value, or a plain ~ or null. */
gboolean pgs_node_is_null(const PgsNode *node);
/* What a plain scalar that is one of YAML's words for it says: 1, 0; -1: it is none. */
int pgs_node_flag(const PgsNode *node);

/* A mapping's value of that key; NULL when it has none, or node is no mapping. */
const PgsNode *pgs_node_get(const PgsNode *node, const char *key);

/* A place where one thing may stand or a list of them: how many there are, and the i-th. */
guint pgs_node_count(const PgsNode *node);
const PgsNode *pgs_node_at(const PgsNode *node, guint i);

/* A mapping's i-th key, and its value. */
const PgsNode *pgs_node_key_at(const PgsNode *node, guint i);
const PgsNode *pgs_node_value_at(const PgsNode *node, guint i);

/* "nothing", "text", "a list", "a mapping". */
const char *pgs_node_type_name(const PgsNode *node);

/* Sets *error to "file:line:column: message\nHINT: hint" (hint may be NULL); always FALSE. */
gboolean pgs_node_error(const PgsNode *node, PgsConfigError code, GError **error, const char *hint,
                        const char *format, ...) G_GNUC_PRINTF(5, 6);
gboolean pgs_place_error(const PgsPlace *place, PgsConfigError code, GError **error,
                         const char *hint, const char *format, ...) G_GNUC_PRINTF(5, 6);

#endif
