#include "snapshot/snapshot.h"

#include "snapshot/kinds.h"

#include <string.h>

/* An object, its attributes and all its strings: one block of memory. */
typedef struct {
    PgsObject object;
    guint rank; /* of its kind */
    PgsAttribute attributes[];
} ObjectBlock;

struct _PgsSnapshot {
    gatomicrefcount refs;
    GPtrArray *objects; /* PgsObject, sorted */
    char *server_version;
    GMutex lock;
    GPtrArray
        *by_identity; /* the same, borrowed, by kind and identity; made when first asked for */
};

static guint64
hash_bytes(guint64 hash, const char *bytes, gsize length)
{
    hash ^= length;
    while (length > 0) {
        guint64 word = 0;
        gsize n = MIN(length, sizeof word);
        memcpy(&word, bytes, n);
        /* An odd number without a pattern: 2^64 divided by the golden ratio. */
        hash = (hash ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
        bytes += n;
        length -= n;
    }
    return hash;
}

static guint64
hash_string(guint64 hash, const char *string)
{
    return string != NULL ? hash_bytes(hash, string, strlen(string)) : hash_bytes(hash, "\xff", 1);
}

/* A sum over the attributes: their order is of no account. */
static guint
hash_object(const PgsObject *object)
{
    guint64 hash = hash_string(1, object->kind);
    hash = hash_string(hash, object->identity);
    hash = hash_string(hash, object->parent);
    for (guint i = 0; i < object->n_attributes; i++) {
        const PgsAttribute *attribute = &object->attributes[i];
        hash += hash_string(hash_string(2, attribute->name), attribute->value);
    }
    return (guint)(hash ^ hash >> 32);
}

static char *
copy_to(char **free_space, const char *string, gsize length)
{
    char *copy = *free_space;
    memcpy(copy, string, length);
    copy[length] = '\0';
    *free_space += length + 1;
    return copy;
}

PgsObject *
pgs_object_new_interned(const char *kind, guint rank, const char *identity, const char *parent,
                        const char *const *names, const char *const *values, const gsize *lengths,
                        guint n)
{
    gsize identity_length = strlen(identity);
    gsize parent_length = parent != NULL ? strlen(parent) : 0;
    gsize text = identity_length + 1 + parent_length + 1;
    guint n_attributes = 0;
    for (guint i = 0; i < n; i++) {
        if (values[i] == NULL)
            continue;
        text += lengths[i] + 1;
        n_attributes++;
    }
    ObjectBlock *block = g_malloc(sizeof *block + n_attributes * sizeof(PgsAttribute) + text);
    char *free_space = (char *)&block->attributes[n_attributes];
    PgsObject *object = &block->object;
    g_atomic_ref_count_init(&object->refs);
    block->rank = rank;
    object->kind = kind;
    object->identity = copy_to(&free_space, identity, identity_length);
    object->parent = parent != NULL ? copy_to(&free_space, parent, parent_length) : NULL;
    object->attributes = block->attributes;
    object->n_attributes = 0;
    for (guint i = 0; i < n; i++) {
        if (values[i] == NULL)
            continue;
        object->attributes[object->n_attributes++] =
            (PgsAttribute){names[i], copy_to(&free_space, values[i], lengths[i])};
    }
    object->hash = hash_object(object);
    return object;
}

PgsObject *
pgs_object_new(const char *kind, const char *identity, const char *parent, const char *const *names,
               const char *const *values, guint n)
{
    g_autofree const char **interned = g_new(const char *, n);
    g_autofree gsize *lengths = g_new(gsize, n);
    for (guint i = 0; i < n; i++) {
        interned[i] = g_intern_string(names[i]);
        lengths[i] = values[i] != NULL ? strlen(values[i]) : 0;
    }
    return pgs_object_new_interned(g_intern_string(kind), pgs_kind_rank(kind), identity, parent,
                                   interned, values, lengths, n);
}

PgsObject *
pgs_object_ref(PgsObject *object)
{
    g_atomic_ref_count_inc(&object->refs);
    return object;
}

void
pgs_object_unref(PgsObject *object)
{
    if (g_atomic_ref_count_dec(&object->refs))
        g_free(object);
}

const char *
pgs_object_get(const PgsObject *object, const char *attribute)
{
    for (guint i = 0; i < object->n_attributes; i++) {
        if (strcmp(object->attributes[i].name, attribute) == 0)
            return object->attributes[i].value;
    }
    return NULL;
}

/* Whether b has a's i-th attribute: most often at the same place. */
static gboolean
has_attribute_of(const PgsObject *b, const PgsObject *a, guint i)
{
    const PgsAttribute *wanted = &a->attributes[i];
    if (b->attributes[i].name == wanted->name)
        return strcmp(b->attributes[i].value, wanted->value) == 0;
    const char *value = pgs_object_get(b, wanted->name);
    return value != NULL && strcmp(value, wanted->value) == 0;
}

gboolean
pgs_object_equal(const PgsObject *a, const PgsObject *b)
{
    if (a == b)
        return TRUE;
    if (a->hash != b->hash || a->kind != b->kind || a->n_attributes != b->n_attributes ||
        strcmp(a->identity, b->identity) != 0 || g_strcmp0(a->parent, b->parent) != 0)
        return FALSE;
    for (guint i = 0; i < a->n_attributes; i++) {
        if (!has_attribute_of(b, a, i))
            return FALSE;
    }
    return TRUE;
}

static int
compare_kinds(const PgsObject *a, const PgsObject *b)
{
    if (a->kind == b->kind)
        return 0;
    guint rank_a = ((const ObjectBlock *)a)->rank;
    guint rank_b = ((const ObjectBlock *)b)->rank;
    if (rank_a != rank_b)
        return rank_a < rank_b ? -1 : 1;
    return strcmp(a->kind, b->kind);
}

int
pgs_object_compare(const PgsObject *a, const PgsObject *b)
{
    if (a == b)
        return 0;
    int order = compare_kinds(a, b);
    if (order == 0)
        order = g_strcmp0(a->parent, b->parent);
    return order != 0 ? order : strcmp(a->identity, b->identity);
}

static int
compare_pointers(gconstpointer a, gconstpointer b)
{
    return pgs_object_compare(*(PgsObject *const *)a, *(PgsObject *const *)b);
}

static gboolean
is_sorted(const GPtrArray *objects)
{
    for (guint i = 1; i < objects->len; i++) {
        if (compare_pointers(&objects->pdata[i - 1], &objects->pdata[i]) > 0)
            return FALSE;
    }
    return TRUE;
}

PgsSnapshot *
pgs_snapshot_new(GPtrArray *objects, const char *server_version)
{
    if (!is_sorted(objects))
        g_ptr_array_sort(objects, compare_pointers);
    return pgs_snapshot_new_sorted(objects, server_version);
}

PgsSnapshot *
pgs_snapshot_new_sorted(GPtrArray *objects, const char *server_version)
{
    PgsSnapshot *snapshot = g_new0(PgsSnapshot, 1);
    g_atomic_ref_count_init(&snapshot->refs);
    snapshot->objects = objects;
    snapshot->server_version = g_strdup(server_version != NULL ? server_version : "");
    g_mutex_init(&snapshot->lock);
    return snapshot;
}

PgsSnapshot *
pgs_snapshot_ref(PgsSnapshot *snapshot)
{
    g_atomic_ref_count_inc(&snapshot->refs);
    return snapshot;
}

void
pgs_snapshot_unref(PgsSnapshot *snapshot)
{
    if (!g_atomic_ref_count_dec(&snapshot->refs))
        return;
    g_ptr_array_unref(snapshot->objects);
    g_clear_pointer(&snapshot->by_identity, g_ptr_array_unref);
    g_free(snapshot->server_version);
    g_mutex_clear(&snapshot->lock);
    g_free(snapshot);
}

guint
pgs_snapshot_n_objects(const PgsSnapshot *snapshot)
{
    return snapshot->objects->len;
}

const PgsObject *
pgs_snapshot_object(const PgsSnapshot *snapshot, guint index)
{
    g_return_val_if_fail(index < snapshot->objects->len, NULL);
    return g_ptr_array_index(snapshot->objects, index);
}

/* The order of find(): the parent, which its caller does not know, is of no account. */
static int
compare_identities(gconstpointer a, gconstpointer b)
{
    const PgsObject *left = *(PgsObject *const *)a;
    const PgsObject *right = *(PgsObject *const *)b;
    int order = compare_kinds(left, right);
    return order != 0 ? order : strcmp(left->identity, right->identity);
}

static const GPtrArray *
objects_by_identity(PgsSnapshot *snapshot)
{
    g_mutex_lock(&snapshot->lock);
    if (snapshot->by_identity == NULL) {
        snapshot->by_identity = g_ptr_array_new_full(snapshot->objects->len, NULL);
        for (guint i = 0; i < snapshot->objects->len; i++)
            g_ptr_array_add(snapshot->by_identity, snapshot->objects->pdata[i]);
        g_ptr_array_sort(snapshot->by_identity, compare_identities);
    }
    g_mutex_unlock(&snapshot->lock);
    return snapshot->by_identity;
}

const PgsObject *
pgs_snapshot_find(const PgsSnapshot *snapshot, const char *kind, const char *identity)
{
    const GPtrArray *objects = objects_by_identity((PgsSnapshot *)snapshot);
    PgsObject *wanted = pgs_object_new(kind, identity, NULL, NULL, NULL, 0);
    guint low = 0, high = objects->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (compare_identities(&objects->pdata[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const PgsObject *found = NULL;
    if (low < objects->len && compare_identities(&objects->pdata[low], &wanted) == 0)
        found = objects->pdata[low];
    pgs_object_unref(wanted);
    return found;
}

const char *
pgs_snapshot_server_version(const PgsSnapshot *snapshot)
{
    return snapshot->server_version;
}

gboolean
pgs_snapshot_equal(const PgsSnapshot *a, const PgsSnapshot *b)
{
    if (a == b)
        return TRUE;
    if (a->objects->len != b->objects->len)
        return FALSE;
    for (guint i = 0; i < a->objects->len; i++) {
        if (!pgs_object_equal(a->objects->pdata[i], b->objects->pdata[i]))
            return FALSE;
    }
    return TRUE;
}
