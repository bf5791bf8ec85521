/* Covers harness/inventory/: inventory.c, inventory_reader.c, inventory_relations.c,
   inventory_columns.c, inventory_behaviour.c. */
#include "cmocka_all.h"

#include "inventory_fixture.h"

static void
test_column_facts(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE FUNCTION rnd() RETURNS int LANGUAGE sql AS 'SELECT 1'; "
            "CREATE SEQUENCE \"S q\"; CREATE DOMAIN d AS int DEFAULT 5; "
            "CREATE TABLE t (a int DEFAULT 1 + 1, b uuid DEFAULT gen_random_uuid(), "
            "c int DEFAULT rnd(), d timestamptz DEFAULT now(), e int DEFAULT nextval('\"S q\"'), "
            "\"F f\" int GENERATED ALWAYS AS IDENTITY, g int NOT NULL GENERATED ALWAYS AS (1) "
            "STORED, h text COLLATE \"C\", i varchar(9)[] DEFAULT '{}', j d, "
            "k timestamptz DEFAULT clock_timestamp())");
    read_inventory(fixture);
    static const struct {
        const char *name, *type_sql, *default_sql, *sequence;
        gboolean is_volatile, not_null;
        char identity, generated;
    } expected[] = {
        {"a", "integer", "(1 + 1)", NULL, FALSE, FALSE, 0, 0},
        {"b", "uuid", "gen_random_uuid()", NULL, TRUE, FALSE, 0, 0},
        {"c", "integer", "public.rnd()", NULL, TRUE, FALSE, 0, 0},
        {"d", "timestamp with time zone", "now()", NULL, FALSE, FALSE, 0, 0},
        {"e", "integer", "nextval('public.\"S q\"'::regclass)", "public.\"S q\"", TRUE, FALSE, 0,
         0},
        {"F f", "integer", NULL, "public.\"t_F f_seq\"", FALSE, TRUE, 'a', 0},
        {"g", "integer", NULL, NULL, FALSE, TRUE, 0, 's'},
        {"h", "text", NULL, NULL, FALSE, FALSE, 0, 0},
        {"i", "character varying(9)[]", "'{}'::character varying[]", NULL, FALSE, FALSE, 0, 0},
        {"j", "public.d", NULL, NULL, FALSE, FALSE, 0, 0},
        {"k", "timestamp with time zone", "clock_timestamp()", NULL, TRUE, FALSE, 0, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const PgsColumn *column = find_column(fixture, "t", expected[i].name);
        assert_int_equal(column->index, i);
        assert_int_equal(column->number, i + 1);
        assert_ptr_equal(column->relation, find(fixture, "t"));
        assert_string_equal(column->type_sql, expected[i].type_sql);
        assert_int_equal(g_strcmp0(column->default_sql, expected[i].default_sql), 0);
        assert_int_equal(g_strcmp0(column->sequence, expected[i].sequence), 0);
        assert_int_equal(column->default_is_volatile, expected[i].is_volatile);
        assert_int_equal(column->not_null, expected[i].not_null);
        assert_int_equal(column->identity, expected[i].identity);
        assert_int_equal(column->generated, expected[i].generated);
        assert_false(column->is_inherited);
    }
    assert_string_equal(find_column(fixture, "t", "F f")->quoted, "\"F f\"");
    assert_string_equal(find_column(fixture, "t", "g")->generated_sql, "1");
    assert_string_equal(find_column(fixture, "t", "h")->collation, "\"C\"");
    assert_null(find_column(fixture, "t", "a")->collation);
    assert_int_equal(find_column(fixture, "t", "i")->typmod, 9 + 4);
    assert_int_equal(find_column(fixture, "t", "a")->typmod, -1);
    assert_string_equal(find_column(fixture, "t", "j")->type->domain_default, "5");
}

static void
test_type_facts(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE SCHEMA \"S\"; CREATE EXTENSION citext SCHEMA \"S\"; "
            "CREATE TYPE \"S\".e AS ENUM ('x', 'a''b', '\"q\\'); "
            "CREATE TYPE c AS (a int, \"B\" varchar(3), e \"S\".e); "
            "CREATE DOMAIN d AS c[]; CREATE DOMAIN dd AS d NOT NULL; "
            "CREATE DOMAIN v AS varchar(5); CREATE TYPE r AS RANGE (subtype = float8); "
            "CREATE TABLE u (x int, y \"S\".e[]); "
            "CREATE TABLE t (a dd, b \"S\".citext[], c r, d int2vector, e point, f u, g v)");
    const PgsInventory *inventory = read_inventory(fixture);
    const PgsType *type = find_column(fixture, "t", "a")->type;
    assert_int_equal(type->kind, 'd');
    assert_string_equal(type->identity, "public.dd");
    assert_true(type->not_null);
    assert_int_equal(type->rules->len, 1);
    assert_int_equal(type->base->kind, 'd');
    assert_false(type->base->not_null);
    assert_string_equal(pgs_type_base(type)->name, "_c");
    assert_string_equal(pgs_type_base(type)->sql, "public.c[]");
    const PgsType *composite = pgs_type_base(type)->element;
    assert_int_equal(composite->kind, 'c');
    assert_int_equal(composite->fields->len, 3);
    const PgsColumn *field = composite->fields->pdata[1];
    assert_null(field->relation);
    assert_string_equal(field->quoted, "\"B\"");
    assert_string_equal(field->type_sql, "character varying(3)");
    field = composite->fields->pdata[2];
    assert_string_equal(field->type->sql, "\"S\".e");
    assert_string_equal(field->type->schema, "S");
    assert_int_equal(field->type->labels->len, 3);
    assert_string_equal(field->type->labels->pdata[1], "a'b");
    assert_string_equal(field->type->labels->pdata[2], "\"q\\");
    type = find_column(fixture, "t", "b")->type;
    assert_string_equal(type->extension, "citext");
    assert_string_equal(type->element->extension, "citext");
    assert_int_equal(type->element->category, 'S');
    type = find_column(fixture, "t", "c")->type;
    assert_int_equal(type->kind, 'r');
    assert_string_equal(type->subtype->name, "float8");
    assert_null(find_column(fixture, "t", "d")->type->element);
    assert_null(find_column(fixture, "t", "e")->type->element);
    assert_string_equal(find_column(fixture, "t", "e")->type->sql, "point");
    const PgsType *row = find_column(fixture, "t", "f")->type;
    assert_int_equal(row->fields->len, 2);
    field = row->fields->pdata[1];
    assert_string_equal(field->type->element->name, "e");
    type = find_column(fixture, "t", "g")->type;
    assert_int_equal(type->base_typmod, 9);
    assert_string_equal(type->base_sql, "character varying(5)");
    const GPtrArray *domains = pgs_inventory_domains(inventory);
    assert_int_equal(domains->len, 3);
    assert_string_equal(((const PgsType *)domains->pdata[1])->name, "dd");
}

/* ---- relations ---- */

static void
test_relations(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE SCHEMA \"O p\"; CREATE TABLE \"O p\".\"T.x\" (a int); CREATE TABLE a (a int); "
            "CREATE TABLE \"O p\".a (a int); INSERT INTO a VALUES (1); CREATE TABLE gone (a int); "
            "INSERT INTO gone VALUES (1); DELETE FROM gone; "
            "CREATE TABLE p (k int) PARTITION BY LIST (k); "
            "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); "
            "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1); "
            "CREATE VIEW v AS SELECT 1; CREATE TEMP TABLE passing (a int); "
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; "
            "CREATE FOREIGN TABLE f (a int NOT NULL CONSTRAINT f_ck CHECK (a > 0)) SERVER s");
    const PgsInventory *inventory = read_inventory(fixture);
    g_autoptr(GString) names = g_string_new(NULL);
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        g_string_append_printf(names, "%s %c%s\n", relation->identity, relation->kind,
                               relation->has_rows ? " has rows" : "");
        assert_ptr_equal(pgs_inventory_find(inventory, relation->identity), relation);
    }
    assert_text(names->str, "\"O p\".\"T.x\" r\n"
                            "\"O p\".a r\n"
                            "public.a r has rows\n"
                            "public.f f\n"
                            "public.gone r\n"
                            "public.p p has rows\n"
                            "public.p1 r has rows\n"
                            "public.p2 r\n");
    assert_string_equal(find(fixture, "T.x")->schema, "O p");
    assert_null(pgs_inventory_find(inventory, "a")); /* two have that name */
    assert_null(pgs_inventory_find(inventory, "v"));
    assert_null(pgs_relation_column(find(fixture, "p"), "x"));
    assert_non_null(pgs_relation_rule(find(fixture, "f"), "f_ck"));
    assert_null(pgs_relation_rule(find(fixture, "f"), "f_c"));
    assert_names(pgs_inventory_rules(inventory),
                 pgs_connection_version(fixture->connection) >= 180000 ? "f.f_a_not_null f.f_ck"
                                                                       : "f.- f.f_ck");
}

/* What a snapshot leaves out is there when rules need it, and not exercised. */
static void
test_auxiliary(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE TABLE schema_migrations (version int PRIMARY KEY); "
                     "CREATE TABLE goose_db_version (a int PRIMARY KEY); "
                     "CREATE TABLE yoyo_lock (b int NOT NULL); "
                     "CREATE TABLE t (v int CONSTRAINT fk REFERENCES schema_migrations); "
                     "CREATE TABLE u () INHERITS (yoyo_lock)");
    const PgsInventory *inventory = read_inventory(fixture);
    assert_names(pgs_inventory_rules(inventory), "t.fk");
    assert_true(find(fixture, "schema_migrations")->is_auxiliary);
    assert_int_equal(find(fixture, "schema_migrations")->rules->len, 2);
    assert_true(find(fixture, "yoyo_lock")->is_auxiliary);
    assert_ptr_equal(find(fixture, "u")->parent, find(fixture, "yoyo_lock"));
    assert_false(find(fixture, "t")->is_auxiliary);
    assert_null(pgs_inventory_find(inventory, "goose_db_version"));
}

static void
test_row_security(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture, "CREATE ROLE plain; GRANT CREATE ON SCHEMA public TO plain; SET ROLE plain; "
                     "CREATE TABLE forced (a int); INSERT INTO forced VALUES (1); CREATE POLICY p "
                     "ON forced USING (a = current_setting('app.tenant')::int); ALTER TABLE forced "
                     "ENABLE ROW LEVEL SECURITY, "
                     "FORCE ROW LEVEL SECURITY; CREATE TABLE owned (a int); "
                     "ALTER TABLE owned ENABLE ROW LEVEL SECURITY; INSERT INTO owned VALUES (1); "
                     "RESET ROLE; CREATE TABLE strange (a int); INSERT INTO strange VALUES (1); "
                     "SET ROLE plain");
    read_inventory(fixture); /* what it may not read stops nothing */
    assert_true(find(fixture, "forced")->row_security_forced);
    assert_false(find(fixture, "owned")->row_security_forced);
    assert_true(find(fixture, "owned")->has_rows);
    assert_true(find(fixture, "forced")->has_rows); /* its policy would have raised an error */
    assert_false(find(fixture, "strange")->has_rows);
    run_sql(fixture, "RESET ROLE");
    read_inventory(fixture);
    assert_false(find(fixture, "forced")->row_security_forced);
    assert_true(find(fixture, "strange")->has_rows);
    run_sql(fixture, "DROP OWNED BY plain; DROP ROLE plain");
}

static void
test_behaviour(void **state)
{
    Fixture *fixture = *state;
    run_sql(fixture,
            "CREATE SCHEMA x; "
            "CREATE FUNCTION x.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; "
            "CREATE FUNCTION g(int) RETURNS int LANGUAGE sql AS 'SELECT 17'; "
            "CREATE FUNCTION g(text) RETURNS int LANGUAGE sql AS 'SELECT 18'; "
            "CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int, k int REFERENCES u) "
            "PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); "
            "CREATE TRIGGER first BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION "
            "x.f(); CREATE CONSTRAINT TRIGGER last AFTER DELETE ON t1 DEFERRABLE FOR EACH ROW "
            "EXECUTE FUNCTION x.f(); CREATE TRIGGER off AFTER UPDATE ON u EXECUTE FUNCTION x.f(); "
            "ALTER TABLE u DISABLE TRIGGER off; "
            "CREATE RULE swallow AS ON DELETE TO u DO INSTEAD NOTHING; "
            "CREATE RULE idle AS ON INSERT TO u DO INSTEAD NOTHING; "
            "ALTER TABLE u DISABLE RULE idle");
    const PgsInventory *inventory = read_inventory(fixture);
    g_autoptr(GString) text = g_string_new(NULL);
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        for (guint j = 0; j < relation->triggers->len; j++) {
            const PgsTriggerFacts *trigger = relation->triggers->pdata[j];
            g_string_append_printf(text, "%s %s %s%s%s%s%s%c %s: %s\n", relation->name,
                                   trigger->name, trigger->before ? "before " : "",
                                   trigger->row ? "row " : "", trigger->on_insert ? "insert " : "",
                                   trigger->on_update ? "update " : "",
                                   trigger->on_delete ? "delete " : "", trigger->enabled,
                                   trigger->function, trigger->body);
        }
        for (guint j = 0; j < relation->rewrites->len; j++)
            g_string_append_printf(text, "%s rule %s\n", relation->name,
                                   (const char *)relation->rewrites->pdata[j]);
    }
    assert_text(text->str, "t first before row insert update O x.f: BEGIN RETURN new; END\n"
                           "t1 first before row insert update O x.f: BEGIN RETURN new; END\n"
                           "t1 last row delete O x.f: BEGIN RETURN new; END\n"
                           "u off update D x.f: BEGIN RETURN new; END\n"
                           "u rule swallow\n");
    assert_string_equal(pgs_inventory_function_body(inventory, "public", "g"),
                        "SELECT 17\nSELECT 18");
    assert_string_equal(pgs_inventory_function_body(inventory, NULL, "f"), "BEGIN RETURN new; END");
    assert_null(pgs_inventory_function_body(inventory, "public", "f"));
}

static void
test_from_14(void **state)
{
    Fixture *fixture = *state;
    if (!needs(fixture, 14))
        skip();
    run_sql(fixture, "CREATE TABLE t (a int4multirange); CREATE FUNCTION f(a int) RETURNS int "
                     "BEGIN ATOMIC SELECT a + 4711; END");
    const PgsInventory *inventory = read_inventory(fixture);
    const PgsType *type = find_column(fixture, "t", "a")->type;
    assert_int_equal(type->kind, 'm');
    assert_string_equal(type->subtype->name, "int4");
    assert_non_null(strstr(pgs_inventory_function_body(inventory, "public", "f"), "4711"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_column_facts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_type_facts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_relations, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_auxiliary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_row_security, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_behaviour, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_14, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("inventory", tests, set_up_group, tear_down_group);
}
