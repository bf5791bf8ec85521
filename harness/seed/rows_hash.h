#ifndef PGS_SEED_ROWS_HASH_H
#define PGS_SEED_ROWS_HASH_H

#include "seed/rows_table.h"

/*
 * 64-bit hashes of values and of what is made of them.  A hundred thousand rows collide with a
 * chance of one in a thousand million; what is found by a hash is compared by values afterwards.
 */

static inline guint64
pgs_hash_mix(guint64 hash, guint64 value)
{
    hash ^= value + G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + (hash << 6) + (hash >> 2);
    hash *= G_GUINT64_CONSTANT(0xff51afd7ed558ccd); /* MurmurHash3's finalizer */
    return hash ^ (hash >> 33);
}

/* FNV-1a */
static inline guint64
pgs_hash_value(PgsRowValue value)
{
    if (value == NULL)
        return 1;
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (; *value != '\0'; value++)
        hash = (hash ^ (guchar)*value) * G_GUINT64_CONSTANT(0x100000001b3);
    return hash;
}

/* A row under its hash; sorted by hash, then row. */
typedef struct {
    guint64 hash;
    guint32 row;
} PgsHashedRow;

void pgs_hashed_rows_sort(GArray *rows);
/* The index of the first with that hash, or rows->len. */
guint pgs_hashed_rows_find(const GArray *rows, guint64 hash);

#endif
