#ifndef PGS_SEED_TARGET_H
#define PGS_SEED_TARGET_H

#include "seed/load.h"

/* The table of a CSV or JSON sample, and what may go into it. */

typedef struct {
    char *name;
    char *quoted; /* as SQL has it */
    char *type;   /* as SQL has it */
    gboolean not_null, has_default;
    gboolean is_json;    /* json or jsonb */
    gboolean is_array;   /* of any type; */
    gboolean holds_json; /* an array of json or jsonb */
} PgsTargetColumn;

typedef struct _PgsTarget {
    char *table;        /* as SQL names it */
    GPtrArray *columns; /* PgsTargetColumn */
    char **key;         /* borrowed from the sample; NULL: none */
} PgsTarget;

/* The sample's table as it is now; NULL when the load ends there.  Free with pgs_target_free(). */
PgsTarget *pgs_target_new(PgsSeedLoad *load, const PgsSeedFile *file);
void pgs_target_free(PgsTarget *target);

/* NULL when it has none of that name; then the nearest name for a hint, or NULL, is in *nearest. */
const PgsTargetColumn *pgs_target_find(const PgsTarget *target, const char *name, char **nearest);

/* One value of a row. */
typedef struct {
    const PgsTargetColumn *column;
    const char *text;    /* NULL: SQL NULL, or missing */
    const char *sql;     /* an expression instead, for an insert only; or NULL */
    const char *origin;  /* for people: "member title.text"; or NULL */
    gboolean is_missing; /* the data has nothing for it */
} PgsTargetValue;

/* Text as an element of an array literal: quoted; NULL: the word NULL. */
void pgs_array_append(GString *literal, const char *text);

#endif
