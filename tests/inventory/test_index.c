/* Covers harness/inventory/: index.c, index_find.c. */
#include "cmocka_all.h"

#include "inventory/index.h"
#include "inventory_fixture.h"

/* ---- indexes as text ---- */

static void
append_key(GString *text, const PgsIndexKey *key)
{
    const struct {
        gboolean is_set;
        const char *name;
    } flags[] = {
        {key->column == NULL, " expression"},
        {key->opclass_is_default, " default"},
        {key->descending, " desc"},
        {key->nulls_first, " nulls-first"},
    };
    g_string_append_printf(text, " {%s %s %s", key->sql, key->type_sql, key->opclass_sql);
    if (key->collation_sql != NULL)
        g_string_append_printf(text, " collate=%s", key->collation_sql);
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
        g_string_append(text, flags[i].is_set ? flags[i].name : "");
    g_string_append_c(text, '}');
    assert_true(key->type != 0 && key->opclass != 0 && key->opfamily != 0);
}

/* All that is said of it, but OIDs and the definition. */
static char *
index_text(const PgsIndex *index)
{
    const struct {
        gboolean is_set;
        const char *name;
    } flags[] = {
        {index->relation == NULL, " left-out"},
        {index->can_order, " orders"},
        {index->unique, " unique"},
        {!index->valid, " INVALID"},
    };
    GString *text = g_string_new(index->identity);
    g_string_append_printf(text, " on %s %s:", index->relation_sql, index->method);
    for (guint i = 0; i < index->keys->len; i++)
        append_key(text, index->keys->pdata[i]);
    for (guint i = 0; i < index->included->len; i++)
        g_string_append_printf(text, " +%s", (const char *)index->included->pdata[i]);
    if (index->predicate != NULL)
        g_string_append_printf(text, " where=%s", index->predicate);
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++)
        g_string_append(text, flags[i].is_set ? flags[i].name : "");
    if (index->constraint != NULL)
        g_string_append_printf(text, " constraint=%s", index->constraint);
    if (index->parent != NULL)
        g_string_append_printf(text, " parent=%s", index->parent->name);
    return g_string_free(text, FALSE);
}

static char *
indexes_text(const PgsIndexes *indexes)
{
    GString *text = g_string_new(NULL);
    const GPtrArray *all = pgs_indexes_all(indexes);
    for (guint i = 0; i < all->len; i++) {
        g_autofree char *line = index_text(all->pdata[i]);
        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

/* A database is a test's own; what was read lives as long as its inventory. */
static PgsIndexes *
read_indexes(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    read_inventory(fixture);
    PgsIndexes *indexes = pgs_indexes_read(fixture->connection, fixture->inventory, &error);
    if (indexes == NULL)
        fail_msg("%s", error->message);
    return indexes;
}

static void
assert_indexes(Fixture *fixture, const char *sql, const char *expected)
{
    run_sql(fixture, sql);
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    g_autofree char *text = indexes_text(indexes);
    assert_text(text, expected);
}

static const PgsIndex *
find_index(const PgsIndexes *indexes, const char *name)
{
    g_autofree char *why = NULL;
    const PgsIndex *index = pgs_indexes_find(indexes, name, &why);
    if (index == NULL)
        fail_msg("%s", why);
    return index;
}

/* ---- the tests ---- */

static void
test_keys(void **state)
{
    assert_indexes(
        *state,
        "CREATE TABLE t (a int, \"B c\" varchar(5), c text, d int4range, e jsonb, f text[]); "
        "CREATE INDEX i_desc ON t (a DESC, \"B c\" NULLS FIRST, c DESC NULLS LAST); "
        "CREATE INDEX i_expr ON t (lower(c), (a + 1)) WHERE a > 1; "
        "CREATE INDEX i_include ON t (a) INCLUDE (c, \"B c\"); "
        "CREATE INDEX i_pattern ON t (c text_pattern_ops, \"B c\" varchar_pattern_ops); "
        "CREATE INDEX i_hash ON t USING hash (a); "
        "CREATE INDEX i_gin ON t USING gin (e, f); "
        "CREATE INDEX i_path ON t USING gin (e jsonb_path_ops); "
        "CREATE INDEX i_brin ON t USING brin (a) WITH (pages_per_range = 4); "
        "CREATE INDEX i_gist ON t USING gist (d); "
        "CREATE INDEX i_words ON t USING gin (to_tsvector('simple', c), (e -> 'a'))",
        "public.i_brin on public.t brin: {a integer pg_catalog.int4_minmax_ops default}\n"
        "public.i_desc on public.t btree: {a integer pg_catalog.int4_ops default desc nulls-first}"
        " {\"B c\" character varying(5) pg_catalog.text_ops default nulls-first}"
        " {c text pg_catalog.text_ops default desc} orders\n"
        "public.i_expr on public.t btree: {lower(c) text pg_catalog.text_ops expression default}"
        " {((a + 1)) integer pg_catalog.int4_ops expression default} where=(a > 1) orders\n"
        "public.i_gin on public.t gin: {e text pg_catalog.jsonb_ops default}"
        " {f text pg_catalog.array_ops default}\n"
        "public.i_gist on public.t gist: {d int4range pg_catalog.range_ops default}\n"
        "public.i_hash on public.t hash: {a integer pg_catalog.int4_ops default}\n"
        "public.i_include on public.t btree: {a integer pg_catalog.int4_ops default} +c +\"B c\""
        " orders\n"
        "public.i_path on public.t gin: {e integer pg_catalog.jsonb_path_ops}\n"
        "public.i_pattern on public.t btree: {c text pg_catalog.text_pattern_ops}"
        " {\"B c\" character varying(5) pg_catalog.varchar_pattern_ops} orders\n"
        "public.i_words on public.t gin: {to_tsvector('simple'::regconfig, c) text "
        "pg_catalog.tsvector_ops expression default} "
        "{((e -> 'a'::text)) text pg_catalog.jsonb_ops expression default}\n");
}

static void
test_constraints(void **state)
{
    assert_indexes(
        *state,
        "CREATE EXTENSION btree_gist; CREATE SCHEMA \"S 1\"; "
        "CREATE TABLE \"S 1\".\"T\" (a int CONSTRAINT \"P k\" PRIMARY KEY, b int CONSTRAINT u "
        "UNIQUE DEFERRABLE, d int4range, CONSTRAINT ex EXCLUDE USING gist (b WITH =, d WITH &&) "
        "WHERE (b > 0)); "
        "CREATE TABLE child (a int REFERENCES \"S 1\".\"T\"); "
        "CREATE UNIQUE INDEX only_unique ON child (a)",
        "\"S 1\".\"P k\" on \"S 1\".\"T\" btree: {a integer pg_catalog.int4_ops default} orders "
        "unique constraint=P k\n"
        "\"S 1\".ex on \"S 1\".\"T\" gist: {b public.gbtreekey8 public.gist_int4_ops default} {d "
        "int4range "
        "pg_catalog.range_ops default} where=(b > 0) constraint=ex\n"
        "\"S 1\".u on \"S 1\".\"T\" btree: {b integer pg_catalog.int4_ops default} orders unique "
        "constraint=u\n"
        "public.only_unique on public.child btree: {a integer pg_catalog.int4_ops default} orders "
        "unique\n");
}

static void
test_collations(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE t (a text, b text COLLATE \"C\", c int, d text COLLATE \"POSIX\"); "
            "CREATE INDEX i_a ON t (a); CREATE INDEX i_ac ON t (a COLLATE \"C\"); "
            "CREATE INDEX i_b ON t (b); CREATE INDEX i_bd ON t (b COLLATE \"default\"); "
            "CREATE INDEX i_c ON t (c); CREATE INDEX i_d ON t (d); "
            "CREATE INDEX i_u ON t (a COLLATE \"ucs_basic\"); "
            "CREATE INDEX i_e ON t (lower(a) COLLATE \"C\"); "
            "CREATE INDEX i_en ON t (a COLLATE \"en-x-icu\")");
    g_autofree char *name = NULL;
    assert_true(pgs_connection_value(
        fixture->connection,
        "SELECT datcollate IN ('C', 'POSIX') FROM pg_database WHERE datname = current_database()",
        &name, NULL));
    const gboolean by_default = strcmp(name, "t") == 0;
    const struct {
        const char *index, *collation;
        gboolean is_c;
    } cases[] = {
        {"i_a", NULL, by_default},
        {"i_ac", "pg_catalog.\"C\"", TRUE},
        {"i_b", NULL, TRUE},
        {"i_bd", "pg_catalog.\"default\"", by_default},
        {"i_c", NULL, FALSE},
        {"i_d", NULL, TRUE},
        {"i_e", "pg_catalog.\"C\"", TRUE},
        {"i_en", "pg_catalog.\"en-x-icu\"", FALSE},
        {"i_u", "pg_catalog.ucs_basic", TRUE},
    };
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        const PgsIndexKey *key = find_index(indexes, cases[i].index)->keys->pdata[0];
        if (g_strcmp0(key->collation_sql, cases[i].collation) != 0 ||
            key->collation_is_c != cases[i].is_c)
            fail_msg("%s: %s %d", cases[i].index, key->collation_sql, key->collation_is_c);
        assert_int_equal(key->collation != 0, cases[i].index[2] != 'c');
    }
}

/* A database of its own, whose default is C. */
static void
test_default_collation(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "DROP DATABASE IF EXISTS in_c");
    run_sql(fixture, "CREATE DATABASE in_c TEMPLATE template0 LC_COLLATE 'POSIX' LC_CTYPE 'C'");
    Fixture other = {.server = fixture->server, .database = (char *)"in_c"};
    other.connection = connect_again(&other);
    assert_non_null(other.connection);
    run_sql(&other, "CREATE TABLE t (a text); CREATE INDEX i_a ON t (a)");
    PgsIndexes *indexes = read_indexes(&other);
    const PgsIndexKey *key = find_index(indexes, "i_a")->keys->pdata[0];
    gboolean is_c = key->collation_is_c;
    pgs_indexes_free(indexes);
    pgs_inventory_free(other.inventory);
    pgs_connection_close(other.connection);
    run_sql(fixture, "DROP DATABASE in_c");
    assert_true(is_c);
}

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    assert_indexes(
        fixture,
        "CREATE TABLE p (a int, b int, PRIMARY KEY (a)) PARTITION BY RANGE (a); "
        "CREATE INDEX zz ON p (b); "
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10); "
        "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (a); "
        "CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (15); "
        "CREATE INDEX own ON p21 (b, a); CREATE INDEX alone ON ONLY p (b DESC)",
        "public.alone on public.p btree: {b integer pg_catalog.int4_ops default desc nulls-first} "
        "orders INVALID\n"
        "public.p_pkey on public.p btree: {a integer pg_catalog.int4_ops default} orders unique "
        "constraint=p_pkey\n"
        "public.zz on public.p btree: {b integer pg_catalog.int4_ops default} orders\n"
        "public.p1_b_idx on public.p1 btree: {b integer pg_catalog.int4_ops default} orders "
        "parent=zz\n"
        "public.p1_pkey on public.p1 btree: {a integer pg_catalog.int4_ops default} orders unique "
        "constraint=p1_pkey parent=p_pkey\n"
        "public.p2_b_idx on public.p2 btree: {b integer pg_catalog.int4_ops default} orders "
        "parent=zz\n"
        "public.p2_pkey on public.p2 btree: {a integer pg_catalog.int4_ops default} orders unique "
        "constraint=p2_pkey parent=p_pkey\n"
        "public.own on public.p21 btree: {b integer pg_catalog.int4_ops default} {a integer "
        "pg_catalog.int4_ops default} orders\n"
        "public.p21_b_idx on public.p21 btree: {b integer pg_catalog.int4_ops default} orders "
        "parent=p2_b_idx\n"
        "public.p21_pkey on public.p21 btree: {a integer pg_catalog.int4_ops default} orders "
        "unique constraint=p21_pkey parent=p2_pkey\n");
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    const PgsIndex *root = find_index(indexes, "zz"), *leaf = find_index(indexes, "p21_b_idx");
    assert_true(pgs_index_is_part_of(leaf, root));
    assert_true(pgs_index_is_part_of(root, root));
    assert_false(pgs_index_is_part_of(root, leaf));
    assert_false(pgs_index_is_part_of(leaf, find_index(indexes, "p_pkey")));
    assert_int_equal(root->children->len, 2);
    assert_string_equal(((const PgsIndex *)root->children->pdata[1])->name, "p2_b_idx");
    assert_int_equal(leaf->children->len, 0);
}

/* What is left behind by an attempt to build it over rows that are not unique. */
static void
test_invalid(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (1, 2)");
    run_sql(fixture, "CREATE INDEX sound ON t (a)");
    g_autoptr(GError) error = NULL;
    assert_false(pgs_connection_run(
        fixture->connection, "CREATE UNIQUE INDEX CONCURRENTLY left_behind ON t (a)", &error));
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    const PgsIndex *left = find_index(indexes, "left_behind"),
                   *sound = find_index(indexes, "sound");
    assert_false(left->valid);
    assert_true(sound->valid);
    assert_string_equal(left->definition,
                        "CREATE UNIQUE INDEX left_behind ON public.t USING btree (a)");
    g_autoptr(GPtrArray) twins = pgs_index_twins(indexes, sound);
    assert_int_equal(twins->len, 0);
    g_autoptr(GPtrArray) of_left = pgs_index_twins(indexes, left);
    assert_int_equal(of_left->len, 1);
}

/* Materialized views have them; what an extension brings, and a tool's books, is nobody's. */
static void
test_left_out(void **state)
{
    assert_indexes(*state,
                   "CREATE TABLE t (a int); CREATE INDEX it ON t (a); "
                   "CREATE TABLE flyway_schema_history (a int PRIMARY KEY); "
                   "CREATE TABLE member (a int PRIMARY KEY); CREATE EXTENSION hstore; "
                   "ALTER EXTENSION hstore ADD TABLE member; "
                   "CREATE TEMP TABLE passing (a int PRIMARY KEY); "
                   "CREATE TABLE refers (a int REFERENCES member); "
                   "CREATE MATERIALIZED VIEW v AS SELECT a, a::text AS b FROM t; "
                   "CREATE UNIQUE INDEX iv ON v (a)",
                   "public.it on public.t btree: {a integer pg_catalog.int4_ops default} orders\n"
                   "public.iv on public.v btree: {a integer pg_catalog.int4_ops expression "
                   "default} left-out orders unique\n");
}

static void
assert_twins(const PgsIndexes *indexes, const char *name, const char *expected)
{
    g_autoptr(GPtrArray) twins = pgs_index_twins(indexes, find_index(indexes, name));
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < twins->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? " " : "",
                               ((const PgsIndex *)twins->pdata[i])->name);
    if (strcmp(text->str, expected) != 0)
        fail_msg("%s: %s", name, text->str);
}

static void
test_twins(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE TABLE t (a int, b int, c text); CREATE TABLE other (a int, b int); "
            "CREATE INDEX ab ON t (a, b); CREATE INDEX ba ON t (b, a); "
            "CREATE INDEX ab_reversed ON t (a DESC, b DESC); "
            "CREATE INDEX ab_mixed ON t (a, b DESC); "
            "CREATE INDEX ab_mixed_reversed ON t (a DESC, b); "
            "CREATE INDEX ab_nulls ON t (a NULLS FIRST, b NULLS FIRST); "
            "CREATE UNIQUE INDEX ab_unique ON t (a, b); "
            "CREATE INDEX ab_include ON t (a, b) INCLUDE (c); "
            "CREATE INDEX ab_partial ON t (a, b) WHERE a > 0; "
            "CREATE INDEX ab_partial_too ON t (a, b) WHERE a > 0; "
            "CREATE INDEX ab_elsewhere ON other (a, b); CREATE INDEX just_a ON t (a); "
            "CREATE INDEX a_hash ON t USING hash (a); "
            "ALTER TABLE t ADD CONSTRAINT ab_constraint UNIQUE (a, b); "
            "CREATE INDEX c ON t (c); CREATE INDEX c_alias ON t (c varchar_ops); "
            "CREATE INDEX c_pattern ON t (c text_pattern_ops); "
            "CREATE INDEX c_c ON t (c COLLATE \"C\"); CREATE INDEX c_lower ON t (lower(c)); "
            "CREATE INDEX c_upper ON t (upper(c)); CREATE INDEX c_lower_too ON t (lower(c) DESC)");
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    assert_twins(indexes, "ab", "ab_constraint ab_include ab_reversed ab_unique");
    assert_twins(indexes, "ab_include", "ab ab_constraint ab_reversed ab_unique");
    assert_twins(indexes, "ab_mixed", "ab_mixed_reversed");
    assert_twins(indexes, "ab_partial", "ab_partial_too");
    const char *const alone[] = {"ab_nulls", "ba",        "ab_elsewhere", "just_a",
                                 "a_hash",   "c_pattern", "c_c",          "c_upper"};
    for (guint i = 0; i < G_N_ELEMENTS(alone); i++)
        assert_twins(indexes, alone[i], "");
    assert_twins(indexes, "c", "c_alias");
    assert_twins(indexes, "c_lower", "c_lower_too");
    g_autoptr(GPtrArray) own =
        pgs_indexes_of(indexes, find_index(indexes, "ab_elsewhere")->relation_oid);
    assert_int_equal(own->len, 1);
    assert_ptr_equal(own->pdata[0], find_index(indexes, "ab_elsewhere"));
}

static void
test_find(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE SCHEMA app; CREATE TABLE t (a int, b int); "
                     "CREATE TABLE app.t (a int); CREATE INDEX ix_users_email ON t (a); "
                     "CREATE INDEX twice ON t (b); CREATE INDEX twice ON app.t (a); "
                     "CREATE INDEX \"Ix \"\"q\"\".z\" ON app.t (a)");
    g_autoptr(PgsIndexes) indexes = read_indexes(fixture);
    const struct {
        const char *name, *identity, *why;
    } cases[] = {
        {"ix_users_email", "public.ix_users_email", NULL},
        {"IX_Users_EMAIL", "public.ix_users_email", NULL},
        {"public.ix_users_email", "public.ix_users_email", NULL},
        {"\"public\".\"ix_users_email\"", "public.ix_users_email", NULL},
        {"app.twice", "app.twice", NULL},
        {"\"Ix \"\"q\"\".z\"", "app.\"Ix \"\"q\"\".z\"", NULL},
        {"app.\"Ix \"\"q\"\".z\"", "app.\"Ix \"\"q\"\".z\"", NULL},
        {"twice", NULL, "there are several indexes twice: app.twice, public.twice"},
        {"ix_user_email", NULL,
         "there is no index ix_user_email: did you mean public.ix_users_email?"},
        {"app.ix_users_email", NULL,
         "there is no index app.ix_users_email: did you mean public.ix_users_email?"},
        {"\"IX_USERS_EMAIL\"", NULL, "there is no index \"IX_USERS_EMAIL\""},
        {"something_else", NULL, "there is no index something_else"},
        {"a.b.c", NULL, "there is no index a.b.c"},
        {"\"open", NULL, "there is no index \"open"},
        {"", NULL, "there is no index "},
    };
    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *why = NULL;
        const PgsIndex *index = pgs_indexes_find(indexes, cases[i].name, &why);
        if (g_strcmp0(index != NULL ? index->identity : NULL, cases[i].identity) != 0 ||
            g_strcmp0(why, cases[i].why) != 0)
            fail_msg("%s: %s; %s", cases[i].name, index != NULL ? index->identity : "-", why);
    }
    assert_null(pgs_indexes_find(indexes, "twice", NULL));
    assert_non_null(pgs_indexes_find_in(indexes, "app", "Ix \"q\".z"));
    assert_null(pgs_indexes_find_in(indexes, "public", "Ix \"q\".z"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constraints, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_collations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_default_collation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_invalid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_left_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_twins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_find, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
