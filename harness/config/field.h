#ifndef PGS_CONFIG_FIELD_H
#define PGS_CONFIG_FIELD_H

#include "config/node.h"

/*
 * What a configuration file may say, as tables of constants.  One table checks a file, reads it
 * into structs, and makes the JSON Schema (config/schema.h) and the reference (config/reference.h):
 * they cannot disagree.
 *
 * A shape is what a value may look like.  A field is a key of a record: a mapping whose keys are
 * known.  A file is first checked whole against the shape of its root (pgs_shape_check), so that
 * what reads it afterwards finds every value of the type that the shape promises.
 */

typedef struct _PgsShape PgsShape;
typedef struct _PgsField PgsField;

typedef enum {
    PGS_SHAPE_NOTHING,  /* null, or no value */
    PGS_SHAPE_FLAG,     /* true or false (YAML 1.1's other words too) */
    PGS_SHAPE_NUMBER,   /* a whole number within minimum and maximum */
    PGS_SHAPE_DURATION, /* "500ms", "30s", "10min", "2h", or a number of seconds */
    PGS_SHAPE_DATE,     /* "2027-01-31", a day that exists */
    PGS_SHAPE_TEXT,     /* a scalar's own text: any; with words or a pattern, what fits either */
    PGS_SHAPE_LIST,     /* items of the shape element, at least minimum */
    PGS_SHAPE_MAP,      /* keys of the file's own choice; values of the shape element */
    PGS_SHAPE_RECORD,   /* fields */
    PGS_SHAPE_CHOICE,   /* the first of choices that takes such a node */
} PgsShapeType;

struct _PgsShape {
    PgsShapeType type;
    /*
     * Of a shape that the reference and the schema describe once, in a section of its own: what it
     * is called there ("column").  Unique.  NULL: described where it is used.
     */
    const char *name;
    const char *doc;           /* sentences for people, Markdown; needed with a name */
    const char *example;       /* YAML; or NULL */
    gboolean or_none;          /* of DURATION: "none" is a limit too */
    const char *const *words;  /* of TEXT: in lower case; in upper case they are the same */
    const char *pattern;       /* of TEXT: a regular expression that Perl and JavaScript share */
    const char *expected;      /* of TEXT with a pattern: "a signature such as f(integer)" */
    guint minimum, maximum;    /* of NUMBER; minimum: of LIST as well */
    const PgsShape *element;   /* of LIST, MAP */
    const char *key_name;      /* of MAP: what its keys are, "table" */
    const PgsField *fields;    /* of RECORD, ended by a row whose key is NULL */
    const char *const *one_of; /* of RECORD: exactly one of these keys must be there; or NULL */
    const PgsShape *const *choices; /* of CHOICE, ended by NULL */
};

/*
 * Reads a value into what target points to; the value has the field's shape.  context is what the
 * caller of pgs_fields_read() gave.
 */
typedef gboolean (*PgsFieldRead)(const PgsNode *value, const PgsField *field, gpointer target,
                                 gpointer context, GError **error);

struct _PgsField {
    const char *key;
    const PgsShape *shape;
    const char *doc;      /* one sentence for people, Markdown, with its full stop */
    const char *standard; /* what holds when it is left out, Markdown; NULL: nothing worth saying */
    gboolean required;
    gboolean early; /* read before the others, which ask for it */
    /*
     * How its value is kept.  NULL: at offset in the target, as what its shape says: TEXT, DATE: a
     * char *; FLAG: a gboolean; NUMBER, DURATION (milliseconds): a guint; a list of TEXT, or one
     * TEXT instead: a char **.  What is there is freed.
     */
    PgsFieldRead read;
    gsize offset;
    const char *detail; /* for read */
};

/* PGS_CONFIG_ERROR with the place of the first thing in node that shape does not allow. */
gboolean pgs_shape_check(const PgsShape *shape, const PgsNode *node, GError **error);
/* What is asked for, for people: "a list", "text or a mapping". Free with g_free(). */
char *pgs_shape_expected(const PgsShape *shape);

/*
 * Reads each key of a checked mapping by its field: early ones first, else in the order of the
 * file.  Keys that are not in the table are left alone.
 */
gboolean pgs_fields_read(const PgsField *fields, const PgsNode *mapping, gpointer target,
                         gpointer context, GError **error);

/* Keeps a value at the field's offset in target as its shape says: what a field does whose read is
 * NULL. */
void pgs_field_keep(const PgsField *field, const PgsNode *value, gpointer target);

/* The texts of a checked list of TEXT, or of one TEXT.  Free with g_strfreev(). */
char **pgs_node_texts(const PgsNode *node);

#endif
