/* Covers harness/inventory/: inventory_rules.c, inventory_column_rules.c. */
#include "cmocka_all.h"

#include "inventory_fixture.h"

/* ---- rules as text ---- */

static void
append_columns(GString *text, const char *label, const PgsColumn *const *columns, guint n)
{
    if (n == 0)
        return;
    g_string_append_printf(text, " %s=", label);
    for (guint i = 0; i < n; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "," : "", columns[i]->name);
}

static void
append_texts(GString *text, const char *label, const GPtrArray *texts)
{
    if (texts == NULL)
        return;
    g_string_append_printf(text, " %s=", label);
    for (guint i = 0; i < texts->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? "|" : "", (const char *)texts->pdata[i]);
}

static void
append_flags(GString *text, const PgsRule *rule)
{
    const struct {
        gboolean is_set;
        const char *name;
    } flags[] = {
        {rule->deferrable, "deferrable"}, {rule->deferred, "deferred"},
        {!rule->validated, "not-valid"},  {!rule->enforced, "not-enforced"},
        {rule->no_inherit, "no-inherit"}, {rule->nulls_not_distinct, "nulls-not-distinct"},
        {rule->period, "period"},         {rule->is_constraint, "constraint"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(flags); i++) {
        /* NOT NULL is a constraint with a name from 18 on, a domain's from 17 on: test_not_null. */
        if (flags[i].is_set &&
            (flags[i].name[0] != 'c' ||
             (rule->kind != PGS_RULE_NOT_NULL && rule->kind != PGS_RULE_DOMAIN_NOT_NULL)))
            g_string_append_printf(text, " %s", flags[i].name);
    }
}

/* All that the inventory says of it, but the OID. */
static char *
rule_text(const PgsRule *rule)
{
    g_autofree char *description = pgs_rule_describe(rule);
    GString *text = g_string_new(description);
    g_string_append_printf(text, ": %s %s [%s]", rule->object_kind, rule->object_identity,
                           rule->definition);
    append_columns(text, "columns", (const PgsColumn *const *)rule->columns, rule->n_columns);
    if (rule->type != NULL)
        g_string_append_printf(text, " type=%s", rule->type->identity);
    if (rule->expression != NULL)
        g_string_append_printf(text, " expression=%s", rule->expression);
    if (rule->index != NULL)
        g_string_append_printf(text, " index=%s", rule->index);
    append_texts(text, "keys", rule->keys);
    append_texts(text, "operators", rule->operators);
    if (rule->predicate != NULL)
        g_string_append_printf(text, " predicate=%s", rule->predicate);
    if (rule->referenced != NULL) {
        g_string_append_printf(text, " %c%c%c %s", rule->on_delete, rule->on_update, rule->match,
                               rule->referenced->identity);
        append_columns(text, "to", (const PgsColumn *const *)rule->referenced_columns,
                       rule->n_columns);
        append_columns(text, "set", (const PgsColumn *const *)rule->delete_set, rule->n_delete_set);
    }
    if (rule->kind == PGS_RULE_LENGTH || rule->kind == PGS_RULE_PRECISION)
        g_string_append_printf(text, " limit=%d,%d", rule->limit, rule->scale);
    append_flags(text, rule);
    return g_string_free(text, FALSE);
}

static char *
rules_text(const GPtrArray *rules)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < rules->len; i++) {
        g_autofree char *line = rule_text(rules->pdata[i]);
        g_string_append_printf(text, "%s\n", line);
    }
    return g_string_free(text, FALSE);
}

/* All rules of the database; the schema has to be such that every server names them alike. */
static void
assert_rules(Fixture *fixture, const char *sql, const char *expected)
{
    run_sql(fixture, sql);
    g_autofree char *text = rules_text(pgs_inventory_rules(read_inventory(fixture)));
    assert_text(text, expected);
}

/* ---- the tests ---- */

static void
test_tables(void **state)
{
    assert_rules(
        *state,
        "CREATE EXTENSION btree_gist; "
        "CREATE TABLE t (a int CONSTRAINT t_pkey PRIMARY KEY, \"B c\" varchar(5) UNIQUE, c int, "
        "d int4range, e numeric(6,2), CONSTRAINT ck CHECK (a < c), CONSTRAINT alone CHECK "
        "(\"B c\" <> '') NO INHERIT, CONSTRAINT ex EXCLUDE USING gist (c WITH =, d WITH &&, "
        "(c + a) WITH <>) WHERE (c > 0)); "
        "CREATE UNIQUE INDEX ui ON t (lower(\"B c\"), c, (a + 1)) WHERE a > 1; "
        "CREATE INDEX plain ON t (c); "
        "ALTER TABLE t ADD CONSTRAINT u UNIQUE (c, a) INCLUDE (e) DEFERRABLE INITIALLY DEFERRED; "
        "ALTER TABLE t ADD CONSTRAINT late CHECK (c > 1) NOT VALID; "
        "ALTER TABLE t ADD CONSTRAINT never CHECK (false)",
        "not null on public.t.a: column public.t.a [NOT NULL] columns=a\n"
        "primary key t_pkey on public.t: primary key public.t.t_pkey [PRIMARY KEY (a)] "
        "columns=a index=public.t_pkey keys=a constraint\n"
        "unique t_B c_key on public.t: unique constraint public.t.\"t_B c_key\" [UNIQUE"
        " (\"B c\")] columns=B c index=public.\"t_B c_key\" keys=\"B c\" constraint\n"
        "unique u on public.t: unique constraint public.t.u [UNIQUE (c, a) INCLUDE (e) "
        "DEFERRABLE INITIALLY DEFERRED] columns=c,a index=public.u keys=c|a deferrable "
        "deferred constraint\n"
        "unique ui on public.t: index public.ui [CREATE UNIQUE INDEX ui ON public.t USI"
        "NG btree (lower((\"B c\")::text), c, ((a + 1))) WHERE (a > 1)] columns=c index"
        "=public.ui keys=lower((\"B c\")::text)|c|((a + 1)) predicate=(a > 1)\n"
        "check alone on public.t: check constraint public.t.alone [CHECK (((\"B c\")::t"
        "ext <> ''::text)) NO INHERIT] columns=B c expression=((\"B c\")::text <> ''::t"
        "ext) no-inherit constraint\n"
        "check ck on public.t: check constraint public.t.ck [CHECK ((a < c))] columns=a"
        ",c expression=(a < c) constraint\n"
        "check late on public.t: check constraint public.t.late [CHECK ((c > 1)) NOT VA"
        "LID] columns=c expression=(c > 1) not-valid constraint\n"
        "check never on public.t: check constraint public.t.never [CHECK (false)] expre"
        "ssion=false constraint\n"
        "exclusion ex on public.t: exclusion constraint public.t.ex [EXCLUDE USING gist"
        " (c WITH =, d WITH &&, ((c + a)) WITH <>) WHERE ((c > 0))] columns=c,d index=p"
        "ublic.ex keys=c|d|((c + a)) operators=OPERATOR(pg_catalog.=)|OPERATOR(pg_catal"
        "og.&&)|OPERATOR(pg_catalog.<>) predicate=(c > 0) constraint\n"
        "length on public.t.\"B c\": column public.t.\"B c\" [character varying(5)] col"
        "umns=B c limit=5,0\n"
        "precision on public.t.e: column public.t.e [numeric(6,2)] columns=e limit=6,2"
        "\n");
}

static void
test_foreign_keys(void **state)
{
    Fixture *fixture = *state;
    assert_rules(
        fixture,
        "CREATE TABLE p (a int, b int, c int UNIQUE, UNIQUE (b, a)); "
        "CREATE TABLE q (z int, y int, x int DEFAULT 1, self int); "
        "ALTER TABLE q ADD CONSTRAINT two FOREIGN KEY (y, z) REFERENCES p (b, a) MATCH FULL "
        "ON DELETE CASCADE ON UPDATE SET NULL; "
        "ALTER TABLE q ADD CONSTRAINT one FOREIGN KEY (x) REFERENCES p (c) ON DELETE SET DEFAULT "
        "ON UPDATE RESTRICT DEFERRABLE NOT VALID; "
        "ALTER TABLE q ADD UNIQUE (z); "
        "ALTER TABLE q ADD CONSTRAINT me FOREIGN KEY (self) REFERENCES q (z)",
        "unique p_b_a_key on public.p: unique constraint public.p.p_b_a_key [UNIQUE (b,"
        " a)] columns=b,a index=public.p_b_a_key keys=b|a constraint\n"
        "unique p_c_key on public.p: unique constraint public.p.p_c_key [UNIQUE (c)] co"
        "lumns=c index=public.p_c_key keys=c constraint\n"
        "unique q_z_key on public.q: unique constraint public.q.q_z_key [UNIQUE (z)] co"
        "lumns=z index=public.q_z_key keys=z constraint\n"
        "foreign key me on public.q: foreign key public.q.me [FOREIGN KEY (self) REFERE"
        "NCES public.q(z)] columns=self operators=OPERATOR(pg_catalog.=) aas public.q t"
        "o=z constraint\n"
        "foreign key one on public.q: foreign key public.q.one [FOREIGN KEY (x) REFEREN"
        "CES public.p(c) ON UPDATE RESTRICT ON DELETE SET DEFAULT DEFERRABLE NOT VALID]"
        " columns=x operators=OPERATOR(pg_catalog.=) drs public.p to=c deferrable not-v"
        "alid constraint\n"
        "foreign key two on public.q: foreign key public.q.two [FOREIGN KEY (y, z) REFE"
        "RENCES public.p(b, a) MATCH FULL ON UPDATE SET NULL ON DELETE CASCADE] columns"
        "=y,z operators=OPERATOR(pg_catalog.=)|OPERATOR(pg_catalog.=) cnf public.p to=b"
        ",a constraint\n");
    assert_names(find(fixture, "q")->references, "q.me q.one q.two");
    assert_names(find(fixture, "q")->referenced_by, "q.me");
    assert_names(find(fixture, "public.p")->referenced_by, "q.one q.two");
}

static void
test_columns(void **state)
{
    assert_rules(*state,
                 "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN moods AS mood[]; "
                 "CREATE SEQUENCE numbers; "
                 "CREATE TABLE t (a mood, b mood[], c moods, d varchar(7)[], e char(3), "
                 "f bit(4), g varbit(9), h numeric(5), i numeric(4,1)[], j numeric, k varchar, "
                 "l int GENERATED ALWAYS AS IDENTITY, m int GENERATED BY DEFAULT AS IDENTITY, "
                 "n bigserial, o int DEFAULT nextval('numbers'), p text DEFAULT 'N' || "
                 "nextval('numbers'), q int GENERATED ALWAYS AS (m * 2) STORED, r timestamptz(3), "
                 "s \"char\")",
                 "not null on public.t.l: column public.t.l [NOT NULL] columns=l\n"
                 "not null on public.t.m: column public.t.m [NOT NULL] columns=m\n"
                 "not null on public.t.n: column public.t.n [NOT NULL] columns=n\n"
                 "enum on public.t.a: column public.t.a [public.mood] columns=a type=public.mood"
                 "\n"
                 "enum on public.t.b: column public.t.b [public.mood[]] columns=b type=public.mo"
                 "od\n"
                 "enum on public.t.c: column public.t.c [public.moods] columns=c type=public.moo"
                 "d\n"
                 "length on public.t.d: column public.t.d [character varying(7)[]] columns=d lim"
                 "it=7,0\n"
                 "length on public.t.e: column public.t.e [character(3)] columns=e limit=3,0\n"
                 "length on public.t.f: column public.t.f [bit(4)] columns=f limit=4,0\n"
                 "length on public.t.g: column public.t.g [bit varying(9)] columns=g limit=9,0\n"
                 "precision on public.t.h: column public.t.h [numeric(5,0)] columns=h limit=5,0"
                 "\n"
                 "precision on public.t.i: column public.t.i [numeric(4,1)[]] columns=i limit=4,"
                 "1\n"
                 "generated on public.t.q: column public.t.q [GENERATED ALWAYS AS ((m * 2)) STOR"
                 "ED] columns=q expression=(m * 2)\n"
                 "identity on public.t.l: column public.t.l [GENERATED ALWAYS AS IDENTITY] colum"
                 "ns=l\n"
                 "identity on public.t.m: column public.t.m [GENERATED BY DEFAULT AS IDENTITY] c"
                 "olumns=m\n"
                 "identity on public.t.n: column public.t.n [DEFAULT nextval('public.t_n_seq'::r"
                 "egclass)] columns=n\n"
                 "identity on public.t.o: column public.t.o [DEFAULT nextval('public.numbers'::r"
                 "egclass)] columns=o\n");
}

static void
test_domains(void **state)
{
    assert_rules(*state,
                 "CREATE DOMAIN short AS varchar(5) CONSTRAINT filled CHECK (VALUE <> ''); "
                 "CREATE DOMAIN shorter AS short NOT NULL CHECK (length(VALUE) < 4); "
                 "CREATE DOMAIN lists AS numeric(5,2)[]; "
                 "ALTER DOMAIN lists ADD CONSTRAINT late CHECK (cardinality(VALUE) > 0) NOT VALID; "
                 "CREATE TABLE t (a short, b shorter[])",
                 "precision of public.lists: domain public.lists [numeric(5,2)[]] type=public.li"
                 "sts limit=5,2\n"
                 "domain check late of public.lists: domain constraint public.lists.late [CHECK "
                 "((cardinality(VALUE) > 0)) NOT VALID] type=public.lists expression=(cardinalit"
                 "y(VALUE) > 0) not-valid constraint\n"
                 "length of public.short: domain public.short [character varying(5)] type=public"
                 ".short limit=5,0\n"
                 "domain check filled of public.short: domain constraint public.short.filled [CH"
                 "ECK (((VALUE)::text <> ''::text))] type=public.short expression=((VALUE)::text"
                 " <> ''::text) constraint\n"
                 "domain check shorter_check of public.shorter: domain constraint public.shorter"
                 ".shorter_check [CHECK ((length((VALUE)::text) < 4))] type=public.shorter expre"
                 "ssion=(length((VALUE)::text) < 4) constraint\n"
                 "domain not null of public.shorter: domain public.shorter [NOT NULL] type=publi"
                 "c.shorter\n");
}

static void
test_inheritance(void **state)
{
    Fixture *fixture = *state;
    assert_rules(
        fixture,
        "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL CONSTRAINT pos CHECK (n > 0), "
        "s serial, o int CONSTRAINT own CHECK (o > 0) NO INHERIT, v varchar(3)); "
        "CREATE TABLE b (CONSTRAINT pos CHECK (n > 0), CONSTRAINT more CHECK (n < 9), x int "
        "NOT NULL) INHERITS (a); "
        "CREATE TABLE c (UNIQUE (id)) INHERITS (b); ALTER TABLE c ALTER o SET NOT NULL",
        "not null on public.a.id: column public.a.id [NOT NULL] columns=id\n"
        "not null on public.a.n: column public.a.n [NOT NULL] columns=n\n"
        "not null on public.a.s: column public.a.s [NOT NULL] columns=s\n"
        "primary key a_pkey on public.a: primary key public.a.a_pkey [PRIMARY KEY (id)]"
        " columns=id index=public.a_pkey keys=id constraint\n"
        "check own on public.a: check constraint public.a.own [CHECK ((o > 0)) NO INHER"
        "IT] columns=o expression=(o > 0) no-inherit constraint\n"
        "check pos on public.a: check constraint public.a.pos [CHECK ((n > 0))] columns"
        "=n expression=(n > 0) constraint\n"
        "length on public.a.v: column public.a.v [character varying(3)] columns=v limit"
        "=3,0\n"
        "identity on public.a.s: column public.a.s [DEFAULT nextval('public.a_s_seq'::r"
        "egclass)] columns=s\n"
        "not null on public.b.x: column public.b.x [NOT NULL] columns=x\n"
        "check more on public.b: check constraint public.b.more [CHECK ((n < 9))] colum"
        "ns=n expression=(n < 9) constraint\n"
        "not null on public.c.o: column public.c.o [NOT NULL] columns=o\n"
        "unique c_id_key on public.c: unique constraint public.c.c_id_key [UNIQUE (id)]"
        " columns=id index=public.c_id_key keys=id constraint\n");
    assert_names(find(fixture, "a")->checks, "a.own a.pos");
    assert_names(find(fixture, "b")->checks, "b.more a.pos");
    assert_names(find(fixture, "c")->checks, "b.more a.pos");
    assert_ptr_equal(find(fixture, "c")->parent, find(fixture, "b"));
    assert_int_equal(find(fixture, "a")->children->len, 1);
    assert_ptr_equal(find(fixture, "a")->children->pdata[0], find(fixture, "b"));
    assert_false(find(fixture, "c")->is_partition);
    assert_null(find(fixture, "c")->partition_constraint);
}

/* Of two parents the one whose rule is not its own alone. */
static void
test_two_parents(void **state)
{
    Fixture *fixture = *state;
    assert_rules(fixture,
                 "CREATE TABLE a (n int CONSTRAINT pos CHECK (n > 0) NO INHERIT); "
                 "CREATE TABLE b (n int CONSTRAINT pos CHECK (n > 0)); "
                 "CREATE TABLE c (n int) INHERITS (a, b)",
                 "check pos on public.a: check constraint public.a.pos [CHECK ((n > 0)) NO "
                 "INHERIT] columns=n expression=(n > 0) no-inherit constraint\n"
                 "check pos on public.b: check constraint public.b.pos [CHECK ((n > 0))] columns=n "
                 "expression=(n > 0) constraint\n");
    assert_names(find(fixture, "c")->checks, "b.pos");
    assert_ptr_equal(find(fixture, "c")->parent, find(fixture, "a"));
    assert_ptr_equal(find(fixture, "b")->children->pdata[0], find(fixture, "c"));
}

static void
test_partitions(void **state)
{
    Fixture *fixture = *state;
    assert_rules(
        fixture,
        "CREATE TABLE r (id int PRIMARY KEY); "
        "CREATE TABLE p (k int NOT NULL, r int CONSTRAINT fk REFERENCES r, n int CONSTRAINT ck "
        "CHECK (n > 0), PRIMARY KEY (k)) PARTITION BY RANGE (k); "
        "CREATE TABLE p1 PARTITION OF p (CONSTRAINT more CHECK (n < 9)) FOR VALUES FROM (0) TO (9) "
        "PARTITION BY LIST (k); "
        "CREATE TABLE p11 PARTITION OF p1 (n NOT NULL) FOR VALUES IN (1, 2); "
        "CREATE UNIQUE INDEX also ON p11 (n); "
        "CREATE TABLE other (x text, n int, k int NOT NULL, r int); ALTER TABLE other DROP x; "
        "ALTER TABLE other ADD CONSTRAINT ck CHECK (n > 0); "
        "ALTER TABLE p ATTACH PARTITION other FOR VALUES FROM (10) TO (20); "
        "CREATE TABLE s (k int REFERENCES p)",
        "not null on public.p.k: column public.p.k [NOT NULL] columns=k\n"
        "primary key p_pkey on public.p: primary key public.p.p_pkey [PRIMARY KEY (k)] "
        "columns=k index=public.p_pkey keys=k constraint\n"
        "check ck on public.p: check constraint public.p.ck [CHECK ((n > 0))] columns=n"
        " expression=(n > 0) constraint\n"
        "foreign key fk on public.p: foreign key public.p.fk [FOREIGN KEY (r) REFERENCE"
        "S public.r(id)] columns=r operators=OPERATOR(pg_catalog.=) aas public.r to=id "
        "constraint\n"
        "check more on public.p1: check constraint public.p1.more [CHECK ((n < 9))] col"
        "umns=n expression=(n < 9) constraint\n"
        "not null on public.p11.n: column public.p11.n [NOT NULL] columns=n\n"
        "unique also on public.p11: index public.also [CREATE UNIQUE INDEX also ON publ"
        "ic.p11 USING btree (n)] columns=n index=public.also keys=n\n"
        "not null on public.r.id: column public.r.id [NOT NULL] columns=id\n"
        "primary key r_pkey on public.r: primary key public.r.r_pkey [PRIMARY KEY (id)]"
        " columns=id index=public.r_pkey keys=id constraint\n"
        "foreign key s_k_fkey on public.s: foreign key public.s.s_k_fkey [FOREIGN KEY ("
        "k) REFERENCES public.p(k)] columns=k operators=OPERATOR(pg_catalog.=) aas publ"
        "ic.p to=k constraint\n");
    assert_names(find(fixture, "p11")->checks, "p.ck p1.more");
    assert_names(find(fixture, "other")->checks, "p.ck");
    assert_names(find(fixture, "p11")->references, "p.fk");
    assert_names(find(fixture, "p")->references, "p.fk");
    assert_names(find(fixture, "r")->referenced_by, "p.fk");
    assert_names(find(fixture, "s")->references, "s.s_k_fkey");
    assert_names(find(fixture, "p")->referenced_by, "s.s_k_fkey");
    assert_int_equal(find(fixture, "p11")->referenced_by->len, 0);
    assert_int_equal(find(fixture, "p")->kind, 'p');
    assert_true(find(fixture, "p11")->is_partition);
    assert_string_equal(find(fixture, "other")->partition_constraint,
                        "((k IS NOT NULL) AND (k >= 10) AND (k < 20))");
    assert_int_equal(find(fixture, "other")->columns->len, 3);
    assert_int_equal(find_column(fixture, "other", "k")->number, 3);
    assert_int_equal(find_column(fixture, "other", "k")->index, 1);
}

static void
test_from_15(void **state)
{
    Fixture *fixture = *state;
    if (!needs(fixture, 15))
        skip();
    assert_rules(
        fixture,
        "CREATE TABLE p (a int, b int, UNIQUE NULLS NOT DISTINCT (a, b)); "
        "CREATE TABLE q (x int, y int, CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES p "
        "(a, b) ON DELETE SET NULL (y), z numeric(3, -2))",
        "unique p_a_b_key on public.p: unique constraint public.p.p_a_b_key [UNIQUE NUL"
        "LS NOT DISTINCT (a, b)] columns=a,b index=public.p_a_b_key keys=a|b nulls-not-"
        "distinct constraint\n"
        "foreign key fk on public.q: foreign key public.q.fk [FOREIGN KEY (x, y) REFERE"
        "NCES public.p(a, b) ON DELETE SET NULL (y)] columns=x,y operators=OPERATOR(pg_"
        "catalog.=)|OPERATOR(pg_catalog.=) nas public.p to=a,b set=y constraint\n"
        "precision on public.q.z: column public.q.z [numeric(3,-2)] columns=z limit=3,-2\n");
}

static void
test_from_18(void **state)
{
    Fixture *fixture = *state;
    if (!needs(fixture, 18))
        skip();
    assert_rules(fixture,
                 "CREATE EXTENSION btree_gist; "
                 "CREATE TABLE p (a int, d daterange, n int CONSTRAINT soft CHECK (n > 0) NOT "
                 "ENFORCED, v int GENERATED ALWAYS AS (n + 1) VIRTUAL, CONSTRAINT pk PRIMARY KEY "
                 "(a, d WITHOUT OVERLAPS)); "
                 "CREATE TABLE q (x int, y daterange, CONSTRAINT fk FOREIGN KEY (x, PERIOD y) "
                 "REFERENCES p (a, PERIOD d), z int, w int CONSTRAINT alone NOT NULL NO INHERIT); "
                 "CREATE TABLE r (w int NOT NULL) INHERITS (q); "
                 "ALTER TABLE q ADD CONSTRAINT filled NOT NULL z NOT VALID",
                 "not null on public.p.a: column public.p.a [NOT NULL] columns=a\n"
                 "not null on public.p.d: column public.p.d [NOT NULL] columns=d\n"
                 "check soft on public.p: check constraint public.p.soft [CHECK ((n > 0)) NOT EN"
                 "FORCED] columns=n expression=(n > 0) not-valid not-enforced constraint\n"
                 "exclusion pk on public.p: primary key public.p.pk [PRIMARY KEY (a, d WITHOUT O"
                 "VERLAPS)] columns=a,d index=public.pk keys=a|d operators=OPERATOR(pg_catalog.="
                 ")|OPERATOR(pg_catalog.&&) period constraint\n"
                 "generated on public.p.v: column public.p.v [GENERATED ALWAYS AS ((n + 1)) VIRT"
                 "UAL] columns=v expression=(n + 1)\n"
                 "not null on public.q.z: column public.q.z [NOT NULL] columns=z not-valid\n"
                 "not null on public.q.w: column public.q.w [NOT NULL] columns=w no-inherit\n"
                 "foreign key fk on public.q: foreign key public.q.fk [FOREIGN KEY (x, PERIOD y)"
                 " REFERENCES public.p(a, PERIOD d)] columns=x,y operators=OPERATOR(pg_catalog.="
                 ")|OPERATOR(pg_catalog.&&) aas public.p to=a,d period constraint\n"
                 "not null on public.r.w: column public.r.w [NOT NULL] columns=w\n");
    assert_int_equal(find(fixture, "p")->checks->len, 0);
    const PgsRule *rule = pgs_relation_rule(find(fixture, "q"), "filled");
    assert_non_null(rule);
    assert_false(rule->validated);
    assert_true(rule->is_constraint);
    assert_int_not_equal(rule->oid, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_foreign_keys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_domains, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_inheritance, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_two_parents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partitions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_15, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_from_18, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("inventory_rules", tests, set_up_group, tear_down_group);
}
