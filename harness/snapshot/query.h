#ifndef PGS_SNAPSHOT_QUERY_H
#define PGS_SNAPSHOT_QUERY_H

#include "snapshot/snapshot.h"

#include <libpq-fe.h>

/*
 * The catalog queries: one file of sql/ for each area of the catalog, made into what a server of a
 * given version understands, and what their rows mean.  sql/README.md describes the files.
 */

/* The OID of the catalog whose rows are the anchors. */
typedef guint32 PgsQueryScope;
#define PGS_QUERY_SCOPE_NONE 0u

typedef struct {
    const char *name; /* the file's, without ".sql"; interned */
    char *whole;      /* reads all there is; no parameters */
    char *scoped;     /* reads what belongs to the anchors $1 (oid[]); NULL without a scope */
    PgsQueryScope scope;
    gboolean cluster;
    gboolean initdb;  /* its anchors may be what initdb made, too */
    GArray *catalogs; /* guint32: the OIDs of the catalogs that feed it */
} PgsCatalogQuery;

void pgs_catalog_query_free(PgsCatalogQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsCatalogQuery, pgs_catalog_query_free)

/*
 * The queries (PgsCatalogQuery) for a server, as libpq numbers its version (150004).  cluster:
 * those too that read what all its databases share.  g_ptr_array_unref().
 */
GPtrArray *pgs_catalog_queries(int server_version, gboolean cluster);

/* A query's text for that server, not scoped: for other files of sql/.  g_free(). */
char *pgs_query_expand(const char *text, int server_version);

/*
 * A text in which lines that end in "-- superusers" read what only they may, and lines that begin
 * with "-- others: " take their place for everybody else.  g_free().
 */
char *pgs_query_choose(const char *text, gboolean is_superuser);

/* Whether one of the catalogs (a set of GUINT_TO_POINTER(OID)) feeds the query. */
gboolean pgs_query_reads_any(const PgsCatalogQuery *query, GHashTable *classes);

/* The OID of a catalog ("pg_class"), the same on every server; 0: none that a query may name. */
guint32 pgs_query_catalog_oid(const char *name);

/*
 * Makes an object of each row of such a query's (text) result.  row takes the object over.  FALSE
 * when the result has not the shape described above.
 */
typedef void (*PgsQueryRowFunc)(guint32 anchor, PgsObject *object, gpointer data);
gboolean pgs_query_rows(const PGresult *result, PgsQueryRowFunc row, gpointer data);

#endif
