#ifndef PGS_MIGRATION_SEARCH_H
#define PGS_MIGRATION_SEARCH_H

#include "migration/recognise.h"

/* Finding a project's migrations from its root. */

/* A folder with migrations in it. */
typedef struct {
    char *path; /* as a person would give it: below the folder that was given */
    char *name; /* the same relative to that folder */
    PgsRecognition recognition;
} PgsFoundFolder;

/*
 * The folders of migrations that the tool's own configuration in folder names, and those below it:
 * of these the surest kind alone (PgsToldBy), and tests' and examples' only where there are no
 * others.  reader: those that fit this one; NULL: any.  PgsFoundFolder, by name; never NULL.
 */
GPtrArray *pgs_search_configured(const PgsFolder *folder, const PgsReader *reader);
GPtrArray *pgs_search_below(const PgsFolder *folder, const PgsReader *reader);

/* PGS_MIGRATION_ERROR_AMBIGUOUS: several were found. */
void pgs_search_refuse(const PgsFolder *folder, const GPtrArray *found, GError **error);

/* The folders that the configuration of a migration tool in folder names (char *, relative to it or
 * absolute, g_ptr_array_unref()), by whose: *reader, and *file (static), where it says so. */
GPtrArray *pgs_configured_folders(const PgsFolder *folder, const PgsReader **reader,
                                  const char **file);

/* Whether a project begins at the folder: a repository, or what a manifest describes. */
gboolean pgs_search_is_root(const PgsFolder *folder);

#endif
