#ifndef PGS_SEED_SOURCE_H
#define PGS_SEED_SOURCE_H

#include "seed/target.h"

/* What a sample's "columns:" say, held against its table: one source a column. */
typedef struct {
    const PgsTargetColumn *column;
    PgsValueSource source;
    const char *text; /* the member, constant or expression; borrowed */
    char *origin;     /* for people: "member title.text"; NULL: not from the data */
} PgsSource;

/* Of the sample's columns; g_array_unref().  NULL when the load ends there. */
GArray *pgs_sources_new(PgsSeedLoad *load, const PgsTarget *target, const PgsSeedFile *file);

/*
 * Those that come from the data by their names (a header's columns, a document's members).
 * FALSE when the table has no such column; offset: of what names it, in the file.
 */
gboolean pgs_sources_add_named(PgsSeedLoad *load, GArray *sources, const PgsTarget *target,
                               const PgsSeedFile *file, gsize offset, const char *name);
GArray *pgs_sources_empty(void);

/* The value of a source that does not depend on the row; FALSE when it does. */
gboolean pgs_source_value(const PgsSource *source, const char *path, PgsTargetValue *value);

/* The file's path relative to the sample's root.  Free with g_free(). */
char *pgs_source_path(const PgsSample *sample, const PgsSeedFile *file);

#endif
