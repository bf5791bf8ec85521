#ifndef PGS_PROJECT_PROJECT_H
#define PGS_PROJECT_PROJECT_H

#include "project/system.h"

/* A pgstair.yaml: the systems that it names (docs/configuration.md, which is generated). */

#define PGS_PROJECT_ERROR (pgs_project_error_quark())
GQuark pgs_project_error_quark(void);
typedef enum {
    PGS_PROJECT_ERROR_READ,   /* not there, not readable, too large, not YAML */
    PGS_PROJECT_ERROR_KEY,    /* an unknown key, or one that is missing or given twice */
    PGS_PROJECT_ERROR_VALUE,  /* a value of the wrong type, or one that makes no sense */
    PGS_PROJECT_ERROR_SYSTEM, /* no system of that name */
} PgsProjectError;

#define PGS_PROJECT_FILE "pgstair.yaml"

typedef struct {
    char *path;         /* as it was given */
    GPtrArray *systems; /* PgsSystem, in the order of the file */
} PgsProject;

/*
 * Reads and checks a file, and the files that it includes (requirements, other pgstair.yaml).
 * Paths in it are relative to its own folder.  Messages begin with "file:line:column: ".  Free with
 * pgs_project_free().
 */
PgsProject *pgs_project_read(const char *path, GError **error);
void pgs_project_free(PgsProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsProject, pgs_project_free)

/* The system of that name; name NULL: the only one.  Belongs to the project; NULL with error. */
PgsSystem *pgs_project_find(const PgsProject *project, const char *name, GError **error);

/* The JSON Schema of pgstair.yaml ("project") or of a requirements file ("requirements"), from the
 * tables that parse them.  Free with g_free(); NULL: there is no such file kind. */
char *pgs_project_json_schema(const char *kind);
/* The reference of the same keys as Markdown.  Free with g_free(). */
char *pgs_project_reference(void);

#endif
