#ifndef PGS_OPERATE_BACKUP_TOOLS_H
#define PGS_OPERATE_BACKUP_TOOLS_H

#include "base/process.h"
#include "ledger/database.h"

/* Which pg_dump and pg_restore are used, and where they run: on this machine, or in the container
 * that the server runs in. */
typedef struct _PgsBackupTools {
    char *dump, *restore; /* paths, or names within the container; restore NULL: there is none */
    int major;
    char *label;     /* "pg_dump (PostgreSQL) 15.18", and where it runs */
    char *engine;    /* the container engine's program; NULL: they run on this machine */
    char *container; /* its name */
    char *port;      /* the server's, within the container */
} PgsBackupTools;

void pgs_backup_tools_free(PgsBackupTools *tools);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBackupTools, pgs_backup_tools_free)

/* What tools->dump says to --version, from process, which has to have been made for that; label is
 * its own words then.  FALSE: it is no pg_dump. */
gboolean pgs_backup_tools_ask_version(PgsBackupTools *tools, PgsProcess *process);

/*
 * pg_dump refuses a server that is newer than itself, and what a newer one writes an older server
 * may not read: so the oldest of this machine that is not older than the server, or else those in
 * the server's own container.  PGSTAIR_PG_DUMP names a pg_dump that is taken as it is.
 * PGS_OPERATE_ERROR_PROGRAM.
 */
PgsBackupTools *pgs_backup_tools_find(const PgsDatabase *target, GError **error);
/* The same, but those of the container even where this machine has some. */
PgsBackupTools *pgs_backup_tools_find_inside(const PgsDatabase *target, GError **error);

/* A command with tools->dump or ->restore, to add arguments to; its messages are in English. */
PgsProcess *pgs_backup_tools_command(const PgsBackupTools *tools, const char *program,
                                     const PgsDatabase *target, const char *database);
/* One that connects to nothing. */
PgsProcess *pgs_backup_tools_reader(const PgsBackupTools *tools, GCancellable *cancellable);

/* What such a process has written on its standard error, its own lines alone and no password, for
 * a person; g_free(). */
char *pgs_backup_tools_words(const PgsDatabase *target, const char *errors);

#endif
