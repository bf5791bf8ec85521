#ifndef PGS_PROJECT_SETTING_H
#define PGS_PROJECT_SETTING_H

#include "config/node.h"
#include "project/system.h"

/*
 * A setting of the server, a parameter of postgresql.conf, that a project asks for.
 * PgsSystem keeps them as "name=value", names in lower case, each with its place.
 */

/*
 * Adds one, in the place of one of the same name.  PGS_CONFIG_ERROR_VALUE without a place: no such
 * name can be, the value cannot stand in postgresql.conf, or pgstair has to set it itself.
 */
gboolean pgs_system_add_setting(PgsSystem *system, const char *name, const char *value,
                                const PgsPlace *place, GError **error);
/* The same of "name=value". */
gboolean pgs_system_add_setting_text(PgsSystem *system, const char *text, GError **error);

/* A list as one value, "a, b": what is no plain name stands in double quotes.  g_free(). */
char *pgs_setting_join(char *const *items);
/* The items of such a value, without their quotes.  g_strfreev(). */
char **pgs_setting_split(const char *value);

/* "pgstair.yaml:7:3", or "" for what stands in no file; g_free(). */
char *pgs_setting_place(const PgsPlace *place);

#endif
