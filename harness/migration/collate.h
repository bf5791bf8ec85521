#ifndef PGS_MIGRATION_COLLATE_H
#define PGS_MIGRATION_COLLATE_H

#include <glib.h>

/*
 * The order of names in tools that are written in JavaScript: String.localeCompare(), which is
 * Unicode's (CLDR's root) and not that of bytes: punctuation, digits, letters, and case only where
 * all else is equal.
 */
typedef enum {
    PGS_COLLATE_NUMERIC = 1 << 0, /* digits as one number; numeric: true */
    PGS_COLLATE_BARE = 1 << 1,    /* without white space and punctuation; ignorePunctuation: true */
} PgsCollateFlags;

/* Keys whose byte order is that order; equal when localeCompare() says so.  Free with g_free(). */
char *pgs_collate_key(const char *name, PgsCollateFlags flags);

#endif
