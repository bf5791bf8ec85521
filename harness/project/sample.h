#ifndef PGS_PROJECT_SAMPLE_H
#define PGS_PROJECT_SAMPLE_H

#include "project/place.h"

/* Sample data of a system: one entry of "seed:".  Data only; seed/ loads it. */

typedef enum {
    PGS_SAMPLE_SQL,
    PGS_SAMPLE_CSV,
    PGS_SAMPLE_JSON,
} PgsSampleFormat;

/* Where the value of one column comes from. */
typedef enum {
    PGS_VALUE_MEMBER,   /* JSON: a member of the document, path with dots; CSV: a column of the file
                         */
    PGS_VALUE_DOCUMENT, /* JSON: the whole document */
    PGS_VALUE_PATH,     /* the file's path, relative to root */
    PGS_VALUE_CONSTANT, /* text */
    PGS_VALUE_SQL,      /* an SQL expression; used when the row is inserted, never to update it */
} PgsValueSource;

typedef struct {
    char *column;
    PgsValueSource source;
    char *text; /* the member, constant or expression; NULL for DOCUMENT and PATH */
    PgsPlace place;
} PgsColumnMap;

typedef struct {
    PgsSampleFormat format;
    char *pattern; /* a path or a glob, absolute or relative to the working folder */
    char *root;    /* what paths in the data are relative to; NULL: the pgstair.yaml's folder */
    char *table;   /* CSV, JSON; as SQL names it */
    char **key; /* columns by which a row that is there already is known (ON CONFLICT); NULL: none
                 */
    GPtrArray *columns;  /* PgsColumnMap; empty: CSV's header, JSON's members by their names */
    char *null_text;     /* CSV: what stands for NULL; never NULL ("") */
    char *delimiter;     /* CSV: one character; never NULL (",") */
    char *at;            /* loaded when the climb has reached this revision; never NULL ("head") */
    gboolean idempotent; /* loading it twice must give the same rows (default TRUE) */
    char **requirements; /* never NULL */
    PgsPlace place;
} PgsSample;

PgsSample *pgs_sample_new(PgsSampleFormat format, const char *pattern);
void pgs_sample_free(PgsSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSample, pgs_sample_free)

PgsColumnMap *pgs_column_map_new(const char *column, PgsValueSource source, const char *text);
void pgs_column_map_free(PgsColumnMap *map);

#endif
