#ifndef PGS_LEDGER_LOCK_H
#define PGS_LEDGER_LOCK_H

#include "ledger/database.h"
#include "ledger/ledger.h"

/*
 * One run at a time on a database.  Session-level advisory locks, polled with
 * pg_try_advisory_lock(), never waited for inside a statement: a waiting statement holds a
 * snapshot, on which another run's CREATE INDEX CONCURRENTLY would wait for ever.
 *
 * Held by a session of its own: pgstair's key, and the tool's own (ledger->kind->lock_key), so that
 * the tool and pgstair keep out of each other's way.  Each session in which migrations run holds
 * pgstair's second key as well, shared: when pgstair is killed its sessions may still be at work,
 * and a new run waits until they are gone.
 */
typedef struct _PgsMigrationLock PgsMigrationLock;

/*
 * Waits environment->lock_wait milliseconds for it, and says who has it (pid, application, since
 * when).  ledger NULL: no tool's key.  PGS_LEDGER_ERROR_LOCKED.  Refuses a database that can only
 * be read (PGS_LEDGER_ERROR_READ_ONLY).
 */
PgsMigrationLock *pgs_migration_lock_take(const PgsDatabase *target, const PgsLedger *ledger,
                                          GError **error);
/* Likewise, of a database that is about to be replaced: it need not be one that can be written to.
 */
PgsMigrationLock *pgs_migration_lock_keep_out(const PgsDatabase *target, GError **error);
void pgs_migration_lock_release(PgsMigrationLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsMigrationLock, pgs_migration_lock_release)
/*
 * After it was lost with its session: takes it again, in a new one, as at first.  The sessions of
 * this run have to be closed.  Others may have been at work in between.
 */
gboolean pgs_migration_lock_renew(PgsMigrationLock *lock, const PgsDatabase *target,
                                  GError **error);
/* Of a tool whose lock is a row of its own (kind->hold): has it as well from now on.  The books
 * are there. */
gboolean pgs_migration_lock_hold(PgsMigrationLock *lock, const PgsDatabase *target,
                                 const PgsLedger *ledger, GError **error);
/* The server's process that holds it. */
int pgs_migration_lock_pid(PgsMigrationLock *lock);
/* Whether its session has ended. */
gboolean pgs_migration_lock_is_gone(const PgsMigrationLock *lock);
/* Whether it is still held: asks the server.  FALSE with error when it was lost. */
gboolean pgs_migration_lock_check(PgsMigrationLock *lock, GError **error);
/* The statement that a session in which migrations run sends first: takes the second key, shared.
 */
const char *pgs_migration_lock_join(void);
/* The same for one that may have let go of it: DISCARD ALL and pg_advisory_unlock_all() do. */
const char *pgs_migration_lock_rejoin(void);
/* Who holds a lock now, for status: "pid 4711, golang-migrate, since …" (g_free()); NULL: nobody.
 */
char *pgs_migration_lock_holder(PgsConnection *connection, const PgsLedger *ledger,
                                const char *database, GError **error);

#endif
