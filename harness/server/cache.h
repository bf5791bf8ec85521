#ifndef PGS_SERVER_CACHE_H
#define PGS_SERVER_CACHE_H

#include <gio/gio.h>

/*
 * A folder of trees that can be made again, shared by many processes.  An entry is a folder with
 * the tree ("data") and a marker that says how large it is ("complete"); beside it lies its lock
 * file.
 */
typedef struct _PgsCacheEntry PgsCacheEntry;

/*
 * Makes the cache's folder (0700) when it is not there.  NULL when it can be used, or why not, a
 * constant.
 */
const char *pgs_cache_prepare(const char *cache);

/* Nothing is made yet.  Free with pgs_cache_entry_free(), which lets go of the lock. */
PgsCacheEntry *pgs_cache_entry_new(const char *cache, const char *key);
void pgs_cache_entry_free(PgsCacheEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCacheEntry, pgs_cache_entry_free)

/* Locks it, to read or (exclusively) to change it; waits until deadline (monotonic microseconds) at
 * most.  A lock that it has is let go of first. */
gboolean pgs_cache_entry_lock(PgsCacheEntry *entry, gboolean exclusive, gint64 deadline,
                              GCancellable *cancellable);

/* With a lock: the path of its tree, marked as used now; NULL: there is none, or it is damaged. */
char *pgs_cache_entry_use(PgsCacheEntry *entry);
/* With an exclusive lock: makes it a copy of the tree; FALSE: nothing was stored. */
gboolean pgs_cache_entry_store(PgsCacheEntry *entry, const char *tree);
/* With an exclusive lock. */
void pgs_cache_entry_remove(PgsCacheEntry *entry);

/* Removes the entries, other than key, that were not used for 30 days. */
void pgs_cache_remove_old(const char *cache, const char *key);

/* How many entries are marked as whole, and their bytes together. */
guint pgs_cache_count(const char *cache, guint64 *bytes);

#endif
