#ifndef PGS_VALUES_GENERATOR_FAMILY_H
#define PGS_VALUES_GENERATOR_FAMILY_H

#include "values/generator.h"

/*
 * Scalar types by families that are written alike: each a row of functions.  What differs between
 * the types of a family stands in the type's row of the table (generator_types.h).
 */
typedef struct _PgsScalar PgsScalar;

/* A type, as it is asked for. */
typedef struct {
    PgsBench *bench;
    const PgsType *type; /* no domain, unless the table knows it by name */
    gint32 typmod;
    const PgsScalar *scalar;
} PgsScalarUse;

typedef struct {
    /* The n-th value's text, g_free(); n comes round after *n_distinct. */
    char *(*nth)(const PgsScalarUse *use, guint n, guint *n_distinct);
    /* Beside those that the table lists; or NULL. */
    void (*edges)(const PgsScalarUse *use, GArray *values);
    /* Of a text form; or NULL: it has none. */
    void (*neighbours)(const PgsScalarUse *use, const char *text, GArray *values);
    /* NULL: a size means nothing here; else it may return NULL, when there is no such text. */
    char *(*sized)(const PgsScalarUse *use, guint length, guint n);
    /* Whether a text could be one of its values; NULL: the server may say. */
    gboolean (*fits)(const PgsScalarUse *use, const char *text);
} PgsScalarFamily;

extern const PgsScalarFamily pgs_family_integer;
extern const PgsScalarFamily pgs_family_numeric;
extern const PgsScalarFamily pgs_family_float;
extern const PgsScalarFamily pgs_family_money;
extern const PgsScalarFamily pgs_family_text;
extern const PgsScalarFamily pgs_family_bytes;
extern const PgsScalarFamily pgs_family_bits;
extern const PgsScalarFamily pgs_family_date;
extern const PgsScalarFamily pgs_family_timestamp;
extern const PgsScalarFamily pgs_family_time;
extern const PgsScalarFamily pgs_family_interval;
extern const PgsScalarFamily pgs_family_pattern; /* by the row's template */
extern const PgsScalarFamily pgs_family_bool;
extern const PgsScalarFamily pgs_family_list; /* the row's edges are all that there is */
extern const PgsScalarFamily pgs_family_json;
extern const PgsScalarFamily pgs_family_path;
extern const PgsScalarFamily pgs_family_uuid;
extern const PgsScalarFamily pgs_family_address;
extern const PgsScalarFamily pgs_family_vector;
extern const PgsScalarFamily pgs_family_geometry;
extern const PgsScalarFamily pgs_family_isn;

/* Appends a value unless it is there; text is copied. */
void pgs_values_add(PgsBench *bench, GArray *values, const char *text);
void pgs_values_add_expression(PgsBench *bench, GArray *values, const char *expression);

#endif
