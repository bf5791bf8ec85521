#ifndef PGS_PROJECT_NAMES_H
#define PGS_PROJECT_NAMES_H

#include <glib.h>

/*
 * Names of objects as pgstair.yaml has them: plain ("order"), or spelled as in SQL ("\"Order\"").
 * Dots inside double quotes belong to the name.  All results: g_free().
 */

/* "schema.name", or name itself when it says its schema.  A function's arguments may follow. */
char *pgs_name_qualify(const char *schema, const char *name);
/* A single name without SQL's quotes, if it has any. */
char *pgs_name_plain(const char *name);
/* "public" of "public.users"; NULL when there is none. */
char *pgs_name_schema(const char *qualified);
/* "users" of "public.users", plain. */
char *pgs_name_last(const char *name);
/* Cuts "users.email" (or "public.users.email") at its last dot; FALSE when there is none. */
gboolean pgs_name_split(const char *text, char **relation, char **part);
/* As SQL spells it where names are listed: quoted when a comma or the like would be misread. */
char *pgs_name_listed(const char *name);

#endif
