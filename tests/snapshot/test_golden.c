/* Covers harness/snapshot/sql/, harness/snapshot/query.c and harness/snapshot/text.c:
 * everything.sql as it is read. */
#include "snapshot/everything.h"

#include "record/golden.h"
#include "snapshot/kinds.h"
#include "snapshot/text.h"

#include <string.h>

static int
group_setup(void **state)
{
    Everything *everything = everything_new();
    everything_fill(everything);
    *state = everything;
    return 0;
}

static int
group_teardown(void **state)
{
    everything_free(*state);
    return 0;
}

/* golden/everything.snapshot was read line by line against everything.sql. */
static void
test_golden(void **state)
{
    if (!everything_is_15(*state))
        skip();
    PgsSnapshot *snapshot = everything_read(*state);
    char *text = pgs_snapshot_to_text(snapshot, NULL);
    assert_golden(PGS_TEST_DIR "/golden/everything.snapshot", text);
    g_free(text);
    pgs_snapshot_unref(snapshot);
}

/* Every kind is in everything.sql, but for what only later versions have. */
static void
test_every_kind(void **state)
{
    if (!everything_is_15(*state))
        skip();
    PgsSnapshot *snapshot = everything_read(*state);
    GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++)
        g_hash_table_add(seen, (gpointer)pgs_snapshot_object(snapshot, i)->kind);
    for (const PgsKind *kind = pgs_kind_table(); kind->kind != NULL; kind++) {
        gboolean later = strcmp(kind->kind, "not-null constraint") == 0;
        if (!later && !g_hash_table_contains(seen, kind->kind))
            fail_msg("everything.sql makes no %s", kind->kind);
        g_hash_table_remove(seen, kind->kind);
    }
    GHashTableIter iter;
    gpointer kind;
    g_hash_table_iter_init(&iter, seen);
    if (g_hash_table_iter_next(&iter, &kind, NULL))
        fail_msg("\"%s\" is not in the table of kinds", (char *)kind);
    g_hash_table_unref(seen);
    pgs_snapshot_unref(snapshot);
}

/* Two objects of one kind never have the same identity; parents are there; no OID is seen. */
static void
test_identities(void **state)
{
    PgsSnapshot *snapshot = everything_read(*state);
    GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *identities = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        char *key = g_strdup_printf("%s %s", object->kind, object->identity);
        g_hash_table_add(identities, object->identity);
        if (!g_hash_table_add(seen, key))
            fail_msg("%s is there twice", key);
    }
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (object->parent != NULL && !g_hash_table_contains(identities, object->parent))
            fail_msg("%s %s: no parent %s", object->kind, object->identity, object->parent);
    }
    g_hash_table_unref(seen);
    g_hash_table_unref(identities);
    pgs_snapshot_unref(snapshot);
}

/* The same again in another database: neither its name nor any OID shows. */
static void
test_second_database(void **state)
{
    Everything *everything = *state;
    PgsSnapshot *first = everything_read(everything);
    char *text = pgs_snapshot_to_text(first, NULL);
    assert_null(strstr(text, everything->database));
    everything_connect(everything, "again");
    everything_fill_database(everything, TRUE);
    PgsSnapshot *second = everything_read(everything);
    char *text_again = pgs_snapshot_to_text(second, NULL);
    assert_string_equal(text, text_again);
    assert_true(pgs_snapshot_equal(first, second));
    g_free(text);
    g_free(text_again);
    pgs_snapshot_unref(first);
    pgs_snapshot_unref(second);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_identities),
        cmocka_unit_test(test_second_database),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
