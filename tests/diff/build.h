#ifndef PGS_TESTS_DIFF_BUILD_H
#define PGS_TESTS_DIFF_BUILD_H

#include "diff/diff.h"

#include <stdarg.h>

/* Snapshots in a few words: objects are made of kind, identity, parent and NULL-terminated pairs of
 * attribute and value. */
static inline PgsObject *object(const char *kind, const char *identity, const char *parent,
                                ...) G_GNUC_NULL_TERMINATED;

static inline PgsObject *
object(const char *kind, const char *identity, const char *parent, ...)
{
    const char *names[16], *values[16];
    guint n = 0;
    va_list args;
    va_start(args, parent);
    for (const char *name; (name = va_arg(args, const char *)) != NULL; n++) {
        g_assert_cmpuint(n, <, G_N_ELEMENTS(names));
        names[n] = name;
        values[n] = va_arg(args, const char *);
    }
    va_end(args);
    return pgs_object_new(kind, identity, parent, names, values, n);
}

/* Takes the objects over. */
static inline PgsSnapshot *snapshot(PgsObject *first, ...) G_GNUC_NULL_TERMINATED;

static inline PgsSnapshot *
snapshot(PgsObject *first, ...)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    va_list args;
    va_start(args, first);
    for (PgsObject *next = first; next != NULL; next = va_arg(args, PgsObject *))
        g_ptr_array_add(objects, next);
    va_end(args);
    return pgs_snapshot_new(objects, "15.18");
}

/* Takes the snapshots over; either may be NULL.  tolerances: NULL-terminated names, or NULL. */
static inline PgsDiff *
diff_of(PgsSnapshot *before, PgsSnapshot *after, const char *const *tolerances)
{
    PgsTolerances set = 0;
    for (; tolerances != NULL && *tolerances != NULL; tolerances++)
        g_assert_true(pgs_tolerances_add(&set, *tolerances));
    PgsDiff *diff = pgs_diff_new(before, after, set);
    g_clear_pointer(&before, pgs_snapshot_unref);
    g_clear_pointer(&after, pgs_snapshot_unref);
    return diff;
}

#endif
