#ifndef PGS_SNAPSHOT_SNAPSHOT_H
#define PGS_SNAPSHOT_SNAPSHOT_H

#include <gio/gio.h>

/*
 * A database's whole catalog as named objects with attributes: immutable, reference counted,
 * sorted by kind and identity, never an OID in it.  catalog.h makes one from a database, text.h
 * writes and reads its text form.
 */

/* One attribute.  name is interned; value is never NULL: an attribute that does not apply is left
 * out. */
typedef struct {
    const char *name; /* "type", "not-null", "definition", … */
    char *value;
} PgsAttribute;

typedef struct {
    gatomicrefcount refs;
    const char *kind; /* "table", "column", "foreign key", "index", …: interned */
    char *identity;   /* as SQL would name it: public.users, public.users.email, public.f(integer,
                         text) */
    char *parent;     /* the identity of the relation that it belongs to, or NULL */
    PgsAttribute *attributes; /* in the order of their query's columns */
    guint n_attributes;
    guint hash; /* over all of the above */
} PgsObject;

PgsObject *pgs_object_ref(PgsObject *object);
void pgs_object_unref(PgsObject *object);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsObject, pgs_object_unref)

/*
 * kind and identity are copied; attributes: pairs of name and value, taken in order, n of them; a
 * NULL value is left out.
 */
PgsObject *pgs_object_new(const char *kind, const char *identity, const char *parent,
                          const char *const *names, const char *const *values, guint n);
/*
 * The same for a reader of many: kind and names are interned, rank is pgs_kind_rank(kind), lengths
 * are the values' (bytes).
 */
PgsObject *pgs_object_new_interned(const char *kind, guint rank, const char *identity,
                                   const char *parent, const char *const *names,
                                   const char *const *values, const gsize *lengths, guint n);
/* NULL when it has no such attribute. */
const char *pgs_object_get(const PgsObject *object, const char *attribute);
/* In whichever order they have their attributes. */
gboolean pgs_object_equal(const PgsObject *a, const PgsObject *b);
/* Order: by kind's place in the text form, then parent, then identity, bytewise. */
int pgs_object_compare(const PgsObject *a, const PgsObject *b);

typedef struct _PgsSnapshot PgsSnapshot;

/* Takes over objects (a GPtrArray of PgsObject, with pgs_object_unref as its free function), sorts
 * it. */
PgsSnapshot *pgs_snapshot_new(GPtrArray *objects, const char *server_version);
/* The same for objects that are in order already; takes them over too. */
PgsSnapshot *pgs_snapshot_new_sorted(GPtrArray *objects, const char *server_version);
PgsSnapshot *pgs_snapshot_ref(PgsSnapshot *snapshot);
void pgs_snapshot_unref(PgsSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsSnapshot, pgs_snapshot_unref)

guint pgs_snapshot_n_objects(const PgsSnapshot *snapshot);
/* Belongs to the snapshot. */
const PgsObject *pgs_snapshot_object(const PgsSnapshot *snapshot, guint index);
/* NULL when there is none. */
const PgsObject *pgs_snapshot_find(const PgsSnapshot *snapshot, const char *kind,
                                   const char *identity);
/* "15.18"; never NULL, "" when not known. */
const char *pgs_snapshot_server_version(const PgsSnapshot *snapshot);
/* Equal objects, whatever the server versions. */
gboolean pgs_snapshot_equal(const PgsSnapshot *a, const PgsSnapshot *b);

#endif
