/* Covers harness/snapshot/snapshot.c and harness/snapshot/kinds.c. */
#include "cmocka_all.h"

#include "snapshot/kinds.h"
#include "snapshot/snapshot.h"

#include <string.h>

static PgsObject *
make(const char *kind, const char *identity, const char *parent)
{
    return pgs_object_new(kind, identity, parent, NULL, NULL, 0);
}

static PgsObject *
make_column(const char *type, const char *default_value)
{
    const char *names[] = {"type", "not-null", "default"};
    const char *values[] = {type, NULL, default_value};
    return pgs_object_new("column", "public.a.b", "public.a", names, values, 3);
}

static PgsSnapshot *
make_snapshot(const char *server_version, PgsObject *first, ...)
{
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    va_list args;
    va_start(args, first);
    for (PgsObject *object = first; object != NULL; object = va_arg(args, PgsObject *))
        g_ptr_array_add(objects, object);
    va_end(args);
    return pgs_snapshot_new(objects, server_version);
}

static void
test_object(G_GNUC_UNUSED void **state)
{
    char type[] = "integer";
    PgsObject *object = make_column(type, "1");
    type[0] = 'X'; /* it has copies of its own */
    assert_string_equal(object->identity, "public.a.b");
    assert_string_equal(object->parent, "public.a");
    assert_int_equal(object->n_attributes, 2);
    assert_string_equal(object->attributes[1].name, "default");
    assert_string_equal(pgs_object_get(object, "type"), "integer");
    assert_null(pgs_object_get(object, "not-null"));
    assert_null(pgs_object_get(object, "nothing"));
    assert_ptr_equal(object->kind, g_intern_string("column"));
    pgs_object_unref(pgs_object_ref(object));
    assert_string_equal(pgs_object_get(object, "default"), "1");
    pgs_object_unref(object);
}

static void
assert_equal(PgsObject *a, PgsObject *b, gboolean expected)
{
    assert_int_equal(pgs_object_equal(a, b), expected);
    assert_int_equal(pgs_object_equal(b, a), expected);
    if (expected)
        assert_int_equal(a->hash, b->hash);
    pgs_object_unref(a);
    pgs_object_unref(b);
}

static void
test_object_equal(G_GNUC_UNUSED void **state)
{
    PgsObject *object = make_column("integer", "1");
    assert_true(pgs_object_equal(object, object));
    pgs_object_unref(object);
    assert_equal(make_column("integer", "1"), make_column("integer", "1"), TRUE);
    assert_equal(make_column("integer", "1"), make_column("integer", "2"), FALSE);
    assert_equal(make_column("integer", NULL), make_column("integer", ""), FALSE);
    assert_equal(make("table", "a", NULL), make("view", "a", NULL), FALSE);
    assert_equal(make("table", "a", NULL), make("table", "b", NULL), FALSE);
    assert_equal(make("index", "a", "t"), make("index", "a", "u"), FALSE);
    assert_equal(make("index", "a", NULL), make("index", "a", ""), FALSE);
}

/* A file edited by hand may have its attributes in another order. */
static void
test_attribute_order(G_GNUC_UNUSED void **state)
{
    const char *names[] = {"type", "default", "type"};
    const char *values[] = {"a", "b", "a"};
    assert_equal(pgs_object_new("column", "x", NULL, names, values, 2),
                 pgs_object_new("column", "x", NULL, names + 1, values + 1, 2), TRUE);
    const char *swapped[] = {"b", "a"};
    assert_equal(pgs_object_new("column", "x", NULL, names, values, 2),
                 pgs_object_new("column", "x", NULL, names, swapped, 2), FALSE);
}

/* Kind, then parent, then identity; kinds in the order of the table, unknown ones last. */
static void
test_order(G_GNUC_UNUSED void **state)
{
    PgsSnapshot *snapshot = make_snapshot(
        "15", make("zebra", "a", NULL), make("column", "b.a", "b"), make("column", "a.z", "a"),
        make("gnu", "a", NULL), make("column", "a.b", "a"), make("table", "b", NULL),
        make("table", "B", NULL), make("column", "c", NULL), make("schema", "z", NULL), NULL);
    const char *expected[] = {"schema z",   "table B",    "table b", "column c", "column a.b",
                              "column a.z", "column b.a", "gnu a",   "zebra a"};
    assert_int_equal(pgs_snapshot_n_objects(snapshot), G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        char *text = g_strdup_printf("%s %s", object->kind, object->identity);
        assert_string_equal(text, expected[i]);
        g_free(text);
        assert_int_equal(pgs_object_compare(object, object), 0);
        if (i > 0)
            assert_true(pgs_object_compare(pgs_snapshot_object(snapshot, i - 1), object) < 0);
    }
    pgs_snapshot_unref(snapshot);
}

static void
test_find(G_GNUC_UNUSED void **state)
{
    PgsSnapshot *snapshot =
        make_snapshot("15", make("index", "s.z", "s.a"), make("index", "s.a", "s.z"),
                      make("index", "s.m", NULL), make("table", "s.m", NULL), NULL);
    const PgsObject *found = pgs_snapshot_find(snapshot, "index", "s.a");
    assert_string_equal(found->parent, "s.z");
    found = pgs_snapshot_find(snapshot, "index", "s.z");
    assert_string_equal(found->parent, "s.a");
    found = pgs_snapshot_find(snapshot, "index", "s.m");
    assert_null(found->parent);
    found = pgs_snapshot_find(snapshot, "table", "s.m");
    assert_string_equal(found->kind, "table");
    assert_null(pgs_snapshot_find(snapshot, "table", "s.a"));
    assert_null(pgs_snapshot_find(snapshot, "index", "s.zz"));
    assert_null(pgs_snapshot_find(snapshot, "gnu", "s.a"));
    pgs_snapshot_unref(snapshot);

    PgsSnapshot *empty = make_snapshot(NULL, NULL);
    assert_null(pgs_snapshot_find(empty, "table", "s.a"));
    assert_string_equal(pgs_snapshot_server_version(empty), "");
    pgs_snapshot_unref(empty);
}

static void
test_snapshot_equal(G_GNUC_UNUSED void **state)
{
    PgsSnapshot *a =
        make_snapshot("15.1", make_column("integer", "1"), make("table", "a", NULL), NULL);
    PgsSnapshot *b =
        make_snapshot("16.2", make("table", "a", NULL), make_column("integer", "1"), NULL);
    PgsSnapshot *c =
        make_snapshot("15.1", make("table", "a", NULL), make_column("integer", "2"), NULL);
    PgsSnapshot *d = make_snapshot("15.1", make("table", "a", NULL), NULL);
    assert_true(pgs_snapshot_equal(a, a));
    assert_true(pgs_snapshot_equal(a, b));
    assert_false(pgs_snapshot_equal(a, c));
    assert_false(pgs_snapshot_equal(a, d));
    assert_string_equal(pgs_snapshot_server_version(b), "16.2");
    pgs_snapshot_unref(pgs_snapshot_ref(a));
    assert_int_equal(pgs_snapshot_n_objects(a), 2);
    pgs_snapshot_unref(a);
    pgs_snapshot_unref(b);
    pgs_snapshot_unref(c);
    pgs_snapshot_unref(d);
}

static void
test_kinds(G_GNUC_UNUSED void **state)
{
    guint n = 0;
    for (const PgsKind *kind = pgs_kind_table(); kind->kind != NULL; kind++, n++) {
        assert_ptr_equal(pgs_kind_find(kind->kind), kind);
        assert_int_equal(pgs_kind_rank(kind->kind), n);
        assert_true(g_str_has_prefix(kind->catalog, "pg_"));
    }
    assert_null(pgs_kind_find("gnu"));
    assert_int_equal(pgs_kind_rank("gnu"), n);
    assert_string_equal(pgs_kind_at_start("operator class x", 16)->kind, "operator class");
    assert_string_equal(pgs_kind_at_start("operator classy.+", 17)->kind, "operator");
    assert_string_equal(pgs_kind_at_start("operator class", 14)->kind, "operator");
    assert_null(pgs_kind_at_start("operator", 8));
    assert_null(pgs_kind_at_start("tables x", 8));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_object),
        cmocka_unit_test(test_object_equal),
        cmocka_unit_test(test_attribute_order),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_snapshot_equal),
        cmocka_unit_test(test_kinds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
