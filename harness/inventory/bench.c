#include "inventory/bench.h"

#include "inventory/sandbox.h"

#include <stdarg.h>

struct _PgsBench {
    PgsConnection *connection;
    PgsInventory *inventory;
    guint64 seed;
    GStringChunk *texts;
    GHashTable *memory;  /* key → Memory */
    GHashTable *streams; /* name → guint64: how many numbers it has given */
    guint transaction, variant;
    char *prelude;
    PgsSandbox sandbox;
    gboolean is_kept_open;
};

typedef struct {
    gpointer data;
    GDestroyNotify free_func;
} Memory;

static void
memory_free(gpointer data)
{
    Memory *memory = data;
    if (memory->free_func != NULL)
        memory->free_func(memory->data);
    g_free(memory);
}

PgsBench *
pgs_bench_new(PgsConnection *connection, guint64 seed, GError **error)
{
    g_autoptr(PgsBench) bench = g_new0(PgsBench, 1);
    bench->connection = connection;
    bench->seed = seed;
    bench->texts = g_string_chunk_new(16 * 1024);
    bench->memory = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, memory_free);
    bench->streams = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    bench->inventory = pgs_inventory_read(connection, error);
    if (bench->inventory != NULL)
        bench->prelude = pgs_sandbox_prelude(connection, bench->inventory, error);
    return bench->prelude != NULL ? g_steal_pointer(&bench) : NULL;
}

void
pgs_bench_free(PgsBench *bench)
{
    if (bench == NULL)
        return;
    pgs_sandbox_rollback(&bench->sandbox);
    g_hash_table_unref(bench->memory);
    g_hash_table_unref(bench->streams);
    g_string_chunk_free(bench->texts);
    pgs_inventory_free(bench->inventory);
    g_free(bench->prelude);
    g_free(bench);
}

PgsConnection *
pgs_bench_connection(const PgsBench *bench)
{
    return bench->connection;
}

const PgsInventory *
pgs_bench_inventory(const PgsBench *bench)
{
    return bench->inventory;
}

int
pgs_bench_server_version(const PgsBench *bench)
{
    return pgs_connection_version(bench->connection);
}

guint64
pgs_bench_seed(const PgsBench *bench)
{
    return bench->seed;
}

/* Whether the transaction is one to go on in. */
static gboolean
is_open(const PgsBench *bench)
{
    return bench->is_kept_open && bench->sandbox.connection != NULL &&
           PQtransactionStatus(pgs_connection_raw(bench->connection)) == PQTRANS_INTRANS;
}

gboolean
pgs_bench_begin(PgsBench *bench, GError **error)
{
    if (is_open(bench))
        return TRUE;
    pgs_sandbox_rollback(&bench->sandbox);
    bench->transaction++;
    bench->variant = 0;
    g_hash_table_remove_all(bench->streams);
    return pgs_sandbox_begin(&bench->sandbox, bench->connection, bench->prelude, error);
}

void
pgs_bench_rollback(PgsBench *bench)
{
    if (!is_open(bench))
        pgs_sandbox_rollback(&bench->sandbox);
}

void
pgs_bench_keep_open(PgsBench *bench, gboolean keep)
{
    bench->is_kept_open = keep;
    pgs_bench_rollback(bench);
}

guint
pgs_bench_transaction(const PgsBench *bench)
{
    return bench->transaction;
}

guint
pgs_bench_next_variant(PgsBench *bench)
{
    return ++bench->variant;
}

/* ---- chance ---- */

/* The finalizer of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators).
 */
static guint64
mix(guint64 x)
{
    x ^= x >> 30;
    x *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* FNV-1a */
static guint64
hash_text(const char *text)
{
    guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);
    for (const guchar *p = (const guchar *)text; *p != '\0'; p++)
        hash = (hash ^ *p) * G_GUINT64_CONSTANT(0x100000001b3);
    return hash;
}

guint32
pgs_bench_random(PgsBench *bench, const char *stream, guint32 bound)
{
    guint64 *count = g_hash_table_lookup(bench->streams, stream);
    if (count == NULL) {
        count = g_new0(guint64, 1);
        g_hash_table_insert(bench->streams, g_strdup(stream), count);
    }
    guint64 start = mix(bench->seed ^ mix(hash_text(stream)));
    guint64 number = mix(start + ++*count * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));
    return (guint32)(((number >> 32) * bound) >> 32);
}

/* ---- texts, memory ---- */

const char *
pgs_bench_keep(PgsBench *bench, const char *text)
{
    return g_string_chunk_insert_const(bench->texts, text);
}

const char *
pgs_bench_keep_printf(PgsBench *bench, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return pgs_bench_keep(bench, text);
}

PgsValue
pgs_bench_text(PgsBench *bench, const char *text)
{
    return (PgsValue){.kind = PGS_VALUE_TEXT, .text = pgs_bench_keep(bench, text)};
}

PgsValue
pgs_bench_expression(PgsBench *bench, const char *text)
{
    return (PgsValue){.kind = PGS_VALUE_EXPRESSION, .text = pgs_bench_keep(bench, text)};
}

gpointer
pgs_bench_recall(PgsBench *bench, const char *key)
{
    const Memory *memory = g_hash_table_lookup(bench->memory, key);
    return memory != NULL ? memory->data : NULL;
}

void
pgs_bench_remember(PgsBench *bench, const char *key, gpointer data, GDestroyNotify free_func)
{
    Memory *memory = g_new0(Memory, 1);
    memory->data = data;
    memory->free_func = free_func;
    g_hash_table_replace(bench->memory, g_strdup(key), memory);
}
