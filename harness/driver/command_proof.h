#ifndef PGS_DRIVER_COMMAND_PROOF_H
#define PGS_DRIVER_COMMAND_PROOF_H

#include "driver/driver.h"

/*
 * That a command goes to the database that it was given, and to no other: a tool may have its own
 * idea of where its database is, and nothing may be undone there.
 */

/* What stands in the database's catalog, the tool's own tables too; changes with each change of it.
 * g_free(). */
char *pgs_command_fingerprint(const PgsDriverOptions *options, GError **error);

/* Lets nobody else connect to the database, or lets them again: a command that goes there has to
 * fail meanwhile. */
gboolean pgs_command_close_door(const PgsDriverOptions *options, gboolean is_closed,
                                GError **error);

/* PGS_DRIVER_ERROR_STRANGER, with how the URL is handed over; always FALSE.  what: the command. */
gboolean pgs_command_refuse_stranger(const PgsDriverOptions *options, const char *what,
                                     const char *evidence, GError **error);

#endif
