#ifndef PGS_CLI_MIGRATE_H
#define PGS_CLI_MIGRATE_H

#include "cli/options.h"
#include "cli/systems.h"
#include "ledger/apply.h"
#include "ledger/ledger.h"
#include "operate/standing.h"
#include "project/environment.h"

/* What every command of "pgstair migrate" works with. */
typedef struct {
    const PgsSettings *settings;
    char **arguments; /* behind the command's name; borrowed */
    GCancellable *cancellable;
    PgsSystems systems;
    const PgsSystem *system;     /* the one; NULL until pgs_migrate_history() */
    PgsHistory *history;         /* likewise */
    PgsEnvironment *environment; /* of pgstair.yaml and the options; NULL until
                                    pgs_migrate_environment() */
    PgsLedger *ledger;           /* NULL: history->driver's tool keeps its own */
    PgsDatabase *target;         /* NULL until pgs_migrate_target() */
} PgsMigrate;

void pgs_migrate_clear(PgsMigrate *migrate);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsMigrate, pgs_migrate_clear)

/* Whether there is a pgstair.yaml to be read: --config, or that of --folder or the working folder.
 */
gboolean pgs_migrate_has_project(const PgsSettings *settings);
/* Its systems, or the folder's own, into migrate->systems: the arguments are a command's own here,
 * the folder is said by --folder. */
gboolean pgs_migrate_systems(PgsMigrate *migrate, GError **error);
/* Whether the environment names a database.  PGS_CLI_ERROR_USAGE. */
gboolean pgs_migrate_has_url(const PgsMigrate *migrate, GError **error);

/* Reads the project and the folder's history: all that a command without a database needs. */
gboolean pgs_migrate_history(PgsMigrate *migrate, GError **error);
/* And which environment is meant, the books' kind, and connects. */
gboolean pgs_migrate_target(PgsMigrate *migrate, GError **error);
/* And reads where the database stands; the caller's. */
PgsStanding *pgs_migrate_standing(PgsMigrate *migrate, GError **error);
/* The environment alone, and connects: for what needs no folder (backup, restore). */
gboolean pgs_migrate_database(PgsMigrate *migrate, GError **error);
/* In migrate_environment.c: which environment is meant, with what the options say over it (that it
 * has a URL is not asked for yet). */
gboolean pgs_migrate_environment(PgsMigrate *migrate, GError **error);
/* Before a change to a protected environment: its database's name has to be typed, or --yes. */
gboolean pgs_migrate_confirm_change(const PgsMigrate *migrate, const char *what, GError **error);
/* Asks a person (yes or no) on the terminal; --yes answers; without a terminal: an error that says
 * that --yes is needed. */
gboolean pgs_migrate_confirm(const PgsMigrate *migrate, const char *question, GError **error);
/* That there is to be no backup of a protected environment, as --no-backup says, is asked about. */
gboolean pgs_migrate_confirm_no_backup(const PgsMigrate *migrate, GError **error);
/* What stamp and resolve do first: asks, and takes the lock (with --dry-run neither, *lock NULL).
 */
gboolean pgs_migrate_open_books(const PgsMigrate *migrate, PgsMigrationLock **lock, GError **error);
/* A backup before a change, as the environment and --no-backup say, and says where it is.  why:
 * "before-upgrade-to-0007". */
gboolean pgs_migrate_backup(const PgsMigrate *migrate, const char *why, GError **error);

/* The commands (migrate_commands.h): each returns its exit code. */
int pgs_migrate_status(PgsMigrate *migrate, GError **error);
int pgs_migrate_check(PgsMigrate *migrate, GError **error);
int pgs_migrate_history_command(PgsMigrate *migrate, GError **error);
int pgs_migrate_upgrade(PgsMigrate *migrate, GError **error);
int pgs_migrate_downgrade(PgsMigrate *migrate, GError **error);
int pgs_migrate_sql(PgsMigrate *migrate, GError **error);
int pgs_migrate_new(PgsMigrate *migrate, GError **error);
int pgs_migrate_restore(PgsMigrate *migrate, GError **error);
int pgs_migrate_align(PgsMigrate *migrate, GError **error);
/* stamp REV: the books say so, nothing is run. */
int pgs_migrate_stamp(PgsMigrate *migrate, GError **error);
/* resolve REV applied|pending: what a person has looked at after a dirty or unfinished revision. */
int pgs_migrate_resolve(PgsMigrate *migrate, GError **error);
int pgs_migrate_backup_command(PgsMigrate *migrate, GError **error);

#endif
