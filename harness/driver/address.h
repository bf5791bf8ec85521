#ifndef PGS_DRIVER_ADDRESS_H
#define PGS_DRIVER_ADDRESS_H

#include "base/process.h"
#include "project/tool_settings.h"
#include "server/server.h"

/* Where the project's own tool is to work, and how it is told. */
typedef struct {
    const PgsServer *server;
    const char *role; /* NULL: the superuser */
    const char *database;
    const char *scheme; /* of the URL; NULL: "postgresql" */
} PgsAddress;

/* Its URL; it may hold a password.  NULL: the scheme's driver knows no sockets.  g_free(). */
char *pgs_address_url(const PgsAddress *address);

/*
 * What {url}, {host}, {port}, {user}, {password} and {database} are (project/template.h's function,
 * data a PgsAddress); NULL for another word, and for a URL that there is not.  g_free().
 */
char *pgs_address_word(const char *word, gpointer address);
/* A text of pgstair.yaml with those words; g_free().  PGS_DRIVER_ERROR_START. */
char *pgs_address_expand(const PgsAddress *address, const char *text, GError **error);

/*
 * The environment of a process of the tool: login.h's, the URL in the variables that settings name,
 * and what settings->environment says.
 */
gboolean pgs_address_set_environment(const PgsAddress *address, const PgsToolSettings *settings,
                                     PgsProcess *process, GError **error);

#endif
