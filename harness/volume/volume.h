#ifndef PGS_VOLUME_VOLUME_H
#define PGS_VOLUME_VOLUME_H

#include "inventory/bench.h"

/*
 * Many rows, made by the server from the schema alone: an INSERT … SELECT over numbers for each
 * table, from an accepted row (synthesis/) whose columns are varied as far as the table's rules
 * accept it.  Keys are distinct, references correct, enums, booleans and short lists skewed, a
 * part of what may be NULL is NULL, times follow the order of rows.  The same seed gives the same
 * rows on every server version.  What is made is committed and ANALYZEd.
 */
typedef struct _PgsVolume PgsVolume;

#define PGS_VOLUME_ROWS 10000

typedef struct {
    guint rows;           /* of each table; 0: PGS_VOLUME_ROWS; more of one with many partitions */
    GHashTable *of_table; /* const PgsRelation * → GUINT_TO_POINTER(rows); or NULL */
    /* Told before each table, or NULL. */
    void (*progress)(guint done, guint total, const char *what, gpointer data);
    gpointer progress_data;
} PgsVolumeOptions;

/* What came of one table. */
typedef struct {
    const PgsRelation *relation;
    gboolean is_asked;           /* FALSE: it is there only since others refer to it */
    gint64 wanted, before, rows; /* rows: how many there are now */
    char *reason;                /* why there are fewer than wanted, for a person; or NULL */
    GPtrArray *notes; /* char *: "with its triggers off", "email is the same in all rows: …" */
    char *sql;        /* the statements that made them, but for what was left to do, or NULL */
    gint64 duration;  /* microseconds */
} PgsVolumeTable;

/*
 * Fills relations (const PgsRelation *) and, before them, what they refer to.  Not within a
 * transaction of the caller's; the database is one that is thrown away.  A table that cannot be
 * filled is no error.  NULL with error when the connection was lost or cancelled.
 */
PgsVolume *pgs_volume_fill(PgsBench *bench, const GPtrArray *relations,
                           const PgsVolumeOptions *options, GError **error);
void pgs_volume_free(PgsVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsVolume, pgs_volume_free)

/* PgsVolumeTable, in the order in which they were filled; a partition's rows are its root's. */
const GPtrArray *pgs_volume_tables(const PgsVolume *volume);
/* NULL: it was not asked for, nor needed. */
const PgsVolumeTable *pgs_volume_find(const PgsVolume *volume, const PgsRelation *relation);

#endif
