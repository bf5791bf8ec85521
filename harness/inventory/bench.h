#ifndef PGS_INVENTORY_BENCH_H
#define PGS_INVENTORY_BENCH_H

#include "inventory/inventory.h"
#include "inventory/value.h"
#include "pg/batch.h"

/*
 * Where rules are exercised: a connection to a database that is thrown away afterwards, what there
 * is in it, a source of chance that gives the same again for the same seed, and a pool for texts.
 * Everything happens in transactions that are rolled back.  One thread.
 */
typedef struct _PgsBench PgsBench;

/* connection: borrowed.  Free with pgs_bench_free() before it. */
PgsBench *pgs_bench_new(PgsConnection *connection, guint64 seed, GError **error);
void pgs_bench_free(PgsBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsBench, pgs_bench_free)

PgsConnection *pgs_bench_connection(const PgsBench *bench);
const PgsInventory *pgs_bench_inventory(const PgsBench *bench);
int pgs_bench_server_version(const PgsBench *bench);
guint64 pgs_bench_seed(const PgsBench *bench);

/*
 * BEGIN (a savepoint when the caller has a transaction open); SET CONSTRAINTS ALL DEFERRED, so that
 * rows may come in any order.  Event triggers do not act; session_replication_role is "origin" if
 * this session may say so (exercise.settings tells of others); the search_path is the session's own
 * with all schemas behind it, so that functions find what they name.
 */
gboolean pgs_bench_begin(PgsBench *bench, GError **error);
/* ROLLBACK; a lost connection is no error here. */
void pgs_bench_rollback(PgsBench *bench);
/*
 * While it is kept open, the end of a transaction is left out, and the next one goes on in it: for
 * those in a row who store nothing but the rows that theirs refers to, so that these are made once.
 * FALSE ends one that is open.
 */
void pgs_bench_keep_open(PgsBench *bench, gboolean keep);
/* Which transaction this is, counted from 1: what is remembered of rows is worth nothing in
 * another. */
guint pgs_bench_transaction(const PgsBench *bench);
/* A number that this bench has not given before in the open transaction, from 1: what rows of one
   transaction differ by. */
guint pgs_bench_next_variant(PgsBench *bench);
/*
 * 0 ≤ n < bound, from the seed and a stream's name alone ("public.theses"), so that what one
 * relation gets does not depend on what was exercised before.
 */
guint32 pgs_bench_random(PgsBench *bench, const char *stream, guint32 bound);

/* Texts that live as long as the bench. */
const char *pgs_bench_keep(PgsBench *bench, const char *text);
const char *pgs_bench_keep_printf(PgsBench *bench, const char *format, ...) G_GNUC_PRINTF(2, 3);
PgsValue pgs_bench_text(PgsBench *bench, const char *text);       /* PGS_VALUE_TEXT */
PgsValue pgs_bench_expression(PgsBench *bench, const char *text); /* PGS_VALUE_EXPRESSION */

/* What modules remember from relation to relation; key: a string of theirs; taken over. */
gpointer pgs_bench_recall(PgsBench *bench, const char *key);
void pgs_bench_remember(PgsBench *bench, const char *key, gpointer data, GDestroyNotify free_func);

#endif
