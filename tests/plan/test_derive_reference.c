/* Covers harness/plan/: derive_reference.c. */
#include "cmocka_all.h"

#include "derive_fixture.h"

static void
test_look_ups(void **state)
{
    assert_derived(
        *state,
        "CREATE TABLE parent (id bigint PRIMARY KEY, a int, b text, UNIQUE (a, b)); "
        "CREATE TABLE few (id int PRIMARY KEY); INSERT INTO few SELECT generate_series(1, 5); "
        "INSERT INTO parent SELECT i, i, 'b' || i FROM generate_series(1, 2000) i; "
        "CREATE TABLE child (id int, parent_id int CONSTRAINT fk_one REFERENCES parent (id) ON "
        "DELETE CASCADE, b varchar(20), a int, few_id int CONSTRAINT fk_few REFERENCES few, "
        "owner int CONSTRAINT fk_owner REFERENCES parent (id) ON DELETE SET NULL, \"Odd\" bigint "
        "CONSTRAINT fk_odd REFERENCES parent, bare int CONSTRAINT fk_bare REFERENCES few, "
        "CONSTRAINT fk_two FOREIGN KEY (a, b) REFERENCES parent (a, b) ON UPDATE CASCADE); "
        "INSERT INTO child SELECT i, 1 + i % 2000, 'b' || 1 + i % 1000, 1 + i % 1000, 1 + i % 5, "
        "CASE WHEN i % 2 = 0 THEN 1 + i % 1999 END, CASE WHEN i % 3 = 0 THEN 1 + i % 50 END "
        "FROM generate_series(1, 10000) i; "
        "CREATE INDEX ix_parent_and_more ON child (parent_id, id); "
        "CREATE INDEX ix_parent ON child (parent_id); CREATE INDEX ix_two ON child (b, a, id); "
        "CREATE INDEX ix_few ON child (few_id); "
        "CREATE INDEX ix_owner ON child (owner) WHERE owner IS NOT NULL; "
        "CREATE INDEX ix_not_all ON child (\"Odd\") WHERE id > 5; "
        "CREATE INDEX ix_odd ON child USING hash (\"Odd\"); "
        "CREATE INDEX ix_bare ON child (bare)",
        "ix_not_all: range, range of child.\"Odd\"\n"
        "  SELECT * FROM public.child WHERE (id > 5) AND \"Odd\" >= $1 AND \"Odd\" <= $2 | 27, 27\n"
        "ix_not_all: order, child in the order of \"Odd\"\n"
        "  SELECT * FROM public.child WHERE (id > 5) ORDER BY \"Odd\" LIMIT 10\n"
        "ix_odd: equality, equality on child.\"Odd\"\n"
        "  SELECT * FROM public.child WHERE \"Odd\" = $1 | 1\n"
        "ix_odd: reference generic of fk_odd, child look-up of fk_odd\n"
        "  SELECT 1 FROM ONLY public.child x WHERE $1 OPERATOR(pg_catalog.=) x.\"Odd\" FOR KEY "
        "SHARE OF x | 1\n"
        "ix_owner: equality, equality on child.owner\n"
        "  SELECT * FROM public.child WHERE (owner IS NOT NULL) AND owner = $1 | 1\n"
        "ix_owner: range, range of child.owner\n"
        "  SELECT * FROM public.child WHERE (owner IS NOT NULL) AND owner >= $1 AND owner <= $2 | "
        "1000, 1019\n"
        "ix_owner: order, child in the order of owner\n"
        "  SELECT * FROM public.child WHERE (owner IS NOT NULL) ORDER BY owner LIMIT 10\n"
        "ix_owner: reference generic of fk_owner, child look-up of fk_owner\n"
        "  SELECT 1 FROM ONLY public.child x WHERE $1::pg_catalog.int8 OPERATOR(pg_catalog.=) "
        "x.owner FOR KEY SHARE OF x | 1\n"
        "ix_parent: equality, equality on child.parent_id\n"
        "  SELECT * FROM public.child WHERE parent_id = $1 | 1\n"
        "ix_parent: range, range of child.parent_id\n"
        "  SELECT * FROM public.child WHERE parent_id >= $1 AND parent_id <= $2 | 1001, 1010\n"
        "ix_parent: reference generic of fk_one, child look-up of fk_one\n"
        "  SELECT 1 FROM ONLY public.child x WHERE $1::pg_catalog.int8 OPERATOR(pg_catalog.=) "
        "x.parent_id FOR KEY SHARE OF x | 1\n"
        "ix_parent_and_more: equality, equality on child (parent_id, id)\n"
        "  SELECT * FROM public.child WHERE parent_id = $1 AND id = $2 | 1, 10000\n"
        "ix_two: equality, equality on child.b\n"
        "  SELECT * FROM public.child WHERE b = $1 | b1\n"
        "ix_two: range, range of child.b\n"
        "  SELECT * FROM public.child WHERE b >= $1 AND b <= $2 | b549, b552\n"
        "ix_two: equality, equality on child (b, a, id)\n"
        "  SELECT * FROM public.child WHERE b = $1 AND a = $2 AND id = $3 | b1, 1, 1000\n"
        "ix_two: order, child in the order of b, a, id\n"
        "  SELECT * FROM public.child ORDER BY b, a, id LIMIT 10\n"
        "ix_two: reference generic of fk_two, child look-up of fk_two\n"
        "  SELECT 1 FROM ONLY public.child x WHERE $1 OPERATOR(pg_catalog.=) x.a AND "
        "$2::pg_catalog.text OPERATOR(pg_catalog.=) x.b FOR KEY SHARE OF x | 1, b1\n"
        "parent_a_b_key: equality, equality on parent.a\n"
        "  SELECT * FROM public.parent WHERE a = $1 | 1\n"
        "parent_a_b_key: range, range of parent.a\n"
        "  SELECT * FROM public.parent WHERE a >= $1 AND a <= $2 | 1000, 1009\n"
        "parent_a_b_key: equality, equality on parent (a, b)\n"
        "  SELECT * FROM public.parent WHERE a = $1 AND b = $2 | 1, b1\n"
        "parent_a_b_key: order, parent in the order of a, b\n"
        "  SELECT * FROM public.parent ORDER BY a, b LIMIT 10\n"
        "parent_pkey: equality, equality on parent.id\n"
        "  SELECT * FROM public.parent WHERE id = $1 | 1\n"
        "parent_pkey: range, range of parent.id\n"
        "  SELECT * FROM public.parent WHERE id >= $1 AND id <= $2 | 1000, 1009\n"
        "parent_pkey: order, parent in the order of id\n"
        "  SELECT * FROM public.parent ORDER BY id LIMIT 10\n"
        "ix_bare without: its leading key bare is NULL in each row\n"
        "ix_few without: its leading key's rarest value 1 finds 2000 of 10000 rows (20 %): so many "
        "are read as well without an index\n"
        "few_pkey without: public.few holds 5 rows: below 1000, reading all of them costs no "
        "more\n");
}

static void
test_partitions(void **state)
{
    assert_derived(*state,
                   "CREATE TABLE parent (id int PRIMARY KEY); "
                   "INSERT INTO parent SELECT generate_series(1, 2000); "
                   "CREATE TABLE child (id int, parent_id int CONSTRAINT fk REFERENCES parent) "
                   "PARTITION BY RANGE (id); "
                   "CREATE TABLE child1 PARTITION OF child FOR VALUES FROM (0) TO (5000); "
                   "CREATE TABLE child2 PARTITION OF child FOR VALUES FROM (5000) TO (20000); "
                   "INSERT INTO child SELECT i, 1 + i % 2000 FROM generate_series(1, 10000) i; "
                   "CREATE INDEX ix ON child (parent_id)",
                   "ix: equality, equality on child.parent_id\n"
                   "  SELECT * FROM public.child WHERE parent_id = $1 | 1\n"
                   "ix: range, range of child.parent_id\n"
                   "  SELECT * FROM public.child WHERE parent_id >= $1 AND parent_id <= $2 | 1001, "
                   "1005\n"
                   "ix: order, child in the order of parent_id\n"
                   "  SELECT * FROM public.child ORDER BY parent_id LIMIT 10\n"
                   "ix: reference generic of fk, child look-up of fk\n"
                   "  SELECT 1 FROM public.child x WHERE $1 OPERATOR(pg_catalog.=) x.parent_id FOR "
                   "KEY SHARE OF x | 1\n"
                   "parent_pkey: equality, equality on parent.id\n"
                   "  SELECT * FROM public.parent WHERE id = $1 | 1\n"
                   "parent_pkey: range, range of parent.id\n"
                   "  SELECT * FROM public.parent WHERE id >= $1 AND id <= $2 | 1000, 1009\n"
                   "parent_pkey: order, parent in the order of id\n"
                   "  SELECT * FROM public.parent ORDER BY id LIMIT 10\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_look_ups, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, set_up_group, tear_down_group);
}
