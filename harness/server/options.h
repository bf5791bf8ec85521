#ifndef PGS_SERVER_OPTIONS_H
#define PGS_SERVER_OPTIONS_H

#include "project/system.h"
#include "server/server.h"

/*
 * What a system's servers are started with; spec NULL: the one that the system names.  Borrows from
 * both.
 */
PgsServerOptions pgs_system_server_options(const PgsSystem *system, const char *spec);

/*
 * A text that is the same for options that make servers of the same properties.  It may hold a
 * password, and is never to be shown.  g_free().
 */
char *pgs_server_options_key(const PgsServerOptions *options);

#endif
