#ifndef PGS_MIGRATION_ATLAS_SCAN_H
#define PGS_MIGRATION_ATLAS_SCAN_H

#include <glib.h>

/* Atlas's own way of splitting a file into statements, for PostgreSQL. */

/*
 * The statements as PgsCut (sql/script.h), in order; g_array_unref().  NULL: it refuses the file;
 * *offset: where, *message (g_free()): in its own words.
 */
GArray *pgs_atlas_scan(const char *text, gsize length, gsize *offset, char **message);

/*
 * A directive in the first line of text, "-- atlas:delimiter //": TRUE when it is of that name.
 * *argument (g_free()): what stands behind it.  prefix: what has to stand in front ("-- "), or
 * NULL.
 */
gboolean pgs_atlas_directive(const char *text, gsize length, const char *name, const char *prefix,
                             char **argument);

#endif
