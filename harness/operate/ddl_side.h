#ifndef PGS_OPERATE_DDL_SIDE_H
#define PGS_OPERATE_DDL_SIDE_H

#include "pg/connection.h"
#include "snapshot/snapshot.h"

/* One of two schemas between which statements are to lead: its snapshot, the server's own words for
 * its objects, and what depends on what.  A key is "kind identity". */
typedef struct {
    PgsSnapshot *snapshot;
    GHashTable *definitions; /* key → char * */
    GHashTable *dependents;  /* key → GPtrArray of keys: of those that depend on it */
    GHashTable *parts; /* identity → GPtrArray of const PgsObject *: those whose parent it is */
    GHashTable *sequences; /* a column's identity → const PgsObject *: the sequence it owns */
} PgsDdlSide;

/* connection: of the database that snapshot (a reference is taken) was made of; only read. */
PgsDdlSide *pgs_ddl_side_new(PgsConnection *connection, PgsSnapshot *snapshot, GError **error);
void pgs_ddl_side_free(PgsDdlSide *side);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsDdlSide, pgs_ddl_side_free)

/* NULL: there is none. */
const char *pgs_ddl_side_definition(const PgsDdlSide *side, const PgsObject *object);
const PgsObject *pgs_ddl_side_find_key(const PgsDdlSide *side, const char *key);
/* May be NULL. */
const GPtrArray *pgs_ddl_side_dependents(const PgsDdlSide *side, const char *key);
const GPtrArray *pgs_ddl_side_parts(const PgsDdlSide *side, const char *identity);
/* "kind identity"; g_free(). */
char *pgs_ddl_key(const PgsObject *object);

#endif
