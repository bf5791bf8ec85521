#include "record/shard_order.h"

#include "record/merge_system.h"

#include <stdlib.h>
#include <string.h>

/*
 * Of a system, one part has everything but the stairway, in its order; the stairway's rungs may
 * come from all of them.
 */
typedef enum {
    STAGE_BEFORE,   /* of the folder, and the cycle */
    STAGE_RUNGS,    /* by the revisions' places */
    STAGE_AT_HEAD,  /* verify scripts once more */
    STAGE_STAIRWAY, /* what is told of the stairway as a whole */
    STAGE_BEHIND,
    STAGE_AGREED, /* last: what became of acceptances and tolerances */
} Stage;

#define BEHIND_ALL G_MAXUINT
#define ACROSS (G_MAXUINT - 1)

/* Where a finding stands; the earlier member decides. */
typedef struct {
    PgsFinding *finding;
    guint server; /* ACROSS: it is about several; BEHIND_ALL: about the run */
    guint system;
    Stage stage;
    guint place; /* within the stage */
    guint index; /* where it stood */
} Key;

typedef struct {
    const PgsRecord *record;
    GPtrArray *servers;    /* const char *: names, in the order in which systems were run on them */
    GHashTable *revisions; /* of system and label: the place + 1 */
    GHashTable *cycles;    /* of system and server: the index + 1 of the cycle's last finding */
} Order;

static void
order_clear(Order *order)
{
    g_ptr_array_unref(order->servers);
    g_hash_table_unref(order->revisions);
    g_hash_table_unref(order->cycles);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Order, order_clear)

static char *
make_key(const char *system, const char *text)
{
    return g_strjoin("\x1f", system, text != NULL ? text : "", NULL);
}

static void
note_system(Order *order, const PgsRecordSystem *system)
{
    for (guint i = 0; i < system->servers->len; i++) {
        char *name = ((PgsRecordServer *)system->servers->pdata[i])->name;
        if (!g_ptr_array_find_with_equal_func(order->servers, name, g_str_equal, NULL))
            g_ptr_array_add(order->servers, name);
    }
    for (guint i = 0; i < system->revisions->len; i++) {
        const PgsRecordRevision *revision = system->revisions->pdata[i];
        g_hash_table_insert(order->revisions, make_key(system->name, revision->label),
                            GUINT_TO_POINTER(i + 1));
    }
}

static gboolean
is_of(const PgsFinding *finding, const char *group)
{
    gsize length = strlen(group);
    return strncmp(finding->check, group, length) == 0 && finding->check[length] == '.';
}

static void
order_init(Order *order, const PgsRecord *record)
{
    *order = (Order){
        .record = record,
        .servers = g_ptr_array_new(),
        .revisions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .cycles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    for (guint i = 0; i < record->systems->len; i++)
        note_system(order, record->systems->pdata[i]);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (is_of(finding, "cycle"))
            g_hash_table_replace(order->cycles, make_key(finding->system, finding->server),
                                 GUINT_TO_POINTER(i + 1));
    }
}

/* ---- one finding ---- */

static gboolean
is_agreement(const PgsFinding *finding)
{
    return is_of(finding, "accept") || is_of(finding, "tolerance");
}

const PgsRecordAcceptance *
pgs_shard_find_acceptance(const PgsRecordSystem *system, const PgsFinding *finding)
{
    g_autofree char *place = pgs_finding_place(finding);
    for (guint i = 0; system != NULL && place != NULL && i < system->acceptances->len; i++) {
        const PgsRecordAcceptance *acceptance = system->acceptances->pdata[i];
        if (g_strcmp0(acceptance->place, place) == 0)
            return acceptance;
    }
    return NULL;
}

/* What is told behind the last server, of all of them. */
static gboolean
is_across(const PgsRecordSystem *system, const PgsFinding *finding)
{
    if (system->servers->len < 2 || finding->server != NULL)
        return FALSE;
    const PgsRecordAcceptance *acceptance = pgs_shard_find_acceptance(system, finding);
    return is_of(finding, "servers") || is_of(finding, "run") ||
           (is_of(finding, "accept") && acceptance != NULL &&
            strncmp(acceptance->check, "servers", strlen("servers")) == 0);
}

/* What is the same on all servers is told with the first that was to be had. */
static guint
server_place(const Order *order, const PgsRecordSystem *system, const PgsFinding *finding)
{
    const char *name = finding->server;
    for (guint i = 0; name == NULL && i < system->servers->len; i++) {
        const PgsRecordServer *server = system->servers->pdata[i];
        name = server->version != NULL ? server->name : NULL;
    }
    guint place = 0;
    if (name != NULL)
        g_ptr_array_find_with_equal_func(order->servers, name, g_str_equal, &place);
    return place;
}

static Stage
stage_of_block(const Order *order, const PgsFinding *finding, guint index)
{
    g_autofree char *key = make_key(finding->system, finding->server);
    gpointer last = g_hash_table_lookup(order->cycles, key);
    gboolean is_before = last != NULL ? index < GPOINTER_TO_UINT(last)
                                      : is_of(finding, "folder") || is_of(finding, "servers");
    return is_before ? STAGE_BEFORE : STAGE_BEHIND;
}

/* Of the stairway as a whole: the order of check/climb_findings.c. */
static guint
stairway_place(const PgsFinding *finding)
{
    static const char *const checks[] = {"stairway.verify", "stairway.down", "stairway.again",
                                         "stairway.up"};
    for (guint i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (strcmp(finding->check, checks[i]) == 0)
            return i;
    }
    return G_N_ELEMENTS(checks);
}

gboolean
pgs_shard_is_at_head(const PgsFinding *finding)
{
    return strcmp(finding->check, "stairway.verify") == 0 && finding->revision != NULL &&
           finding->title != NULL && g_str_has_suffix(finding->title, " at head");
}

static void
set_stairway(const Order *order, Key *key)
{
    const PgsFinding *finding = key->finding;
    if (finding->revision == NULL) {
        key->stage = STAGE_STAIRWAY;
        key->place = stairway_place(finding);
        return;
    }
    g_autofree char *name = make_key(finding->system, finding->revision);
    key->stage = pgs_shard_is_at_head(finding) ? STAGE_AT_HEAD : STAGE_RUNGS;
    key->place = GPOINTER_TO_UINT(g_hash_table_lookup(order->revisions, name));
}

static void
set_agreement(const PgsRecordSystem *system, Key *key)
{
    const PgsRecordAcceptance *acceptance = pgs_shard_find_acceptance(system, key->finding);
    key->stage = STAGE_AGREED;
    key->place = 0;
    if (acceptance != NULL && g_ptr_array_find(system->acceptances, acceptance, &key->place))
        key->place++;
}

static Key
make(const Order *order, guint index)
{
    Key key = {.finding = order->record->findings->pdata[index], .index = index};
    const PgsRecordSystem *system = pgs_record_find_system(order->record, key.finding->system);
    if (system == NULL) {
        key.server = key.system = BEHIND_ALL;
        return key;
    }
    if (is_across(system, key.finding))
        key.server = is_of(key.finding, "run") ? BEHIND_ALL : ACROSS;
    else
        key.server = server_place(order, system, key.finding);
    g_ptr_array_find(order->record->systems, system, &key.system);
    if (is_of(key.finding, "stairway"))
        set_stairway(order, &key);
    else if (is_agreement(key.finding))
        set_agreement(system, &key);
    else
        key.stage = stage_of_block(order, key.finding, index);
    return key;
}

/* ---- all of them ---- */

static int
compare(guint a, guint b)
{
    return (a > b) - (a < b);
}

static int
compare_keys(const void *a, const void *b)
{
    const Key *first = a, *second = b;
    const int members[] = {
        compare(first->server, second->server), compare(first->system, second->system),
        compare(first->stage, second->stage),   compare(first->place, second->place),
        compare(first->index, second->index),
    };
    for (gsize i = 0; i < G_N_ELEMENTS(members); i++) {
        if (members[i] != 0)
            return members[i];
    }
    return 0;
}

/* servers.verdict: in the order of the cases that they are about, which stand before them by now.
 * Their titles name check and case. */
static void
order_verdicts(PgsRecord *record)
{
    g_autoptr(GHashTable) cases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) keys = g_array_new(FALSE, TRUE, sizeof(Key));
    for (guint i = 0; i < record->findings->len; i++) {
        PgsFinding *finding = record->findings->pdata[i];
        if (strcmp(finding->check, "servers.verdict") == 0) {
            g_autofree char *wanted = make_key(finding->system, finding->title);
            gpointer place = g_hash_table_lookup(cases, wanted);
            guint system = 0;
            g_ptr_array_find(record->systems, pgs_record_find_system(record, finding->system),
                             &system);
            Key key = {finding, 0, system, STAGE_BEFORE, GPOINTER_TO_UINT(place), i};
            g_array_append_val(keys, key);
            continue;
        }
        g_autofree char *title =
            g_strdup_printf("%s, %s", finding->check, finding->title != NULL ? finding->title : "");
        char *name = make_key(finding->system, title);
        if (!g_hash_table_contains(cases, name))
            g_hash_table_insert(cases, name, GUINT_TO_POINTER(i + 1));
        else
            g_free(name);
    }
    g_autoptr(GArray) slots = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < keys->len; i++)
        g_array_append_val(slots, g_array_index(keys, Key, i).index);
    if (keys->len > 1)
        qsort(keys->data, keys->len, sizeof(Key), compare_keys);
    for (guint i = 0; i < keys->len; i++)
        record->findings->pdata[g_array_index(slots, guint, i)] =
            g_array_index(keys, Key, i).finding;
}

void
pgs_shard_order(PgsRecord *record)
{
    g_auto(Order) order = {0};
    order_init(&order, record);
    guint n = record->findings->len;
    g_autofree Key *keys = g_new(Key, n);
    for (guint i = 0; i < n; i++)
        keys[i] = make(&order, i);
    if (n > 1)
        qsort(keys, n, sizeof(Key), compare_keys);
    for (guint i = 0; i < n; i++)
        record->findings->pdata[i] = keys[i].finding;
    order_verdicts(record);
}
