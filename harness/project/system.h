#ifndef PGS_PROJECT_SYSTEM_H
#define PGS_PROJECT_SYSTEM_H

#include <glib.h>

/* One system under verification: a folder of migrations and what is asked of it. */
typedef struct {
    char *name;              /* for people, reports and databases */
    char *folder;            /* as it was given */
    char *format;            /* a reader's name, or NULL: recognise it */
    char *floor;             /* a revision that no downgrade goes below, or NULL */
    char *server;            /* "auto", "local:15", … */
    char **tolerances;       /* names (diff/diff.h), NULL-terminated; never NULL */
    gboolean strict;         /* a difference in order or white space only is a failure too */
    guint statement_timeout; /* milliseconds for each statement of a migration */
} PgsSystem;

/* With defaults, and a name made of the folder's.  Free with pgs_system_free(). */
PgsSystem *pgs_system_new(const char *folder);
void pgs_system_free(PgsSystem *system);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSystem, pgs_system_free)

#endif
