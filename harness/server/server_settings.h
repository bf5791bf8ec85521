#ifndef PGS_SERVER_SERVER_SETTINGS_H
#define PGS_SERVER_SERVER_SETTINGS_H

#include "pg/connection.h"
#include "server/kind.h"

/* The project's server settings, for all kinds of servers. */

/* How many connections a run needs at once. */
guint pgs_server_settings_connections(void);

/*
 * The settings as a server gets them: max_connections is not below what the run needs, which
 * options->progress is told.  NULL-terminated; g_strfreev().
 */
char **pgs_server_settings_adjust(const PgsServerOptions *options);

/*
 * After a server of pgstair's own did not start: whether its log blames one of the settings.  Then
 * *error is replaced by one that names the setting and its place.  is_container: what to do about
 * it is another.
 */
gboolean pgs_server_settings_blame(const PgsServerRequest *request, const char *log,
                                   gboolean is_container, GError **error);

/*
 * Once it runs: whether it has all of them.  What an extension does not know it drops in silence.
 * PGS_SERVER_ERROR_SPEC with the place.
 */
gboolean pgs_server_settings_verify(const PgsServerRequest *request, PgsConnection *connection,
                                    GError **error);

/* The name of "name=value", and where its value begins.  g_free() the name. */
char *pgs_server_setting_name(const char *setting, const char **value);
/* "pgstair.yaml:7:3: settings: NAME: "; g_free(). */
char *pgs_server_setting_where(const PgsServerRequest *request, guint i);

#endif
