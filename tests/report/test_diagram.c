/* Covers harness/report/diagram*.c. */
#include "diagram_fixture.h"

/* ---- small schemas ---- */

static PgsRecord *
make_record(PgsRecordSystem **system)
{
    PgsRecord *record = sample_record("pgstair verify migrations/canvas");
    *system = sample_system(record, "canvas", 1);
    return record;
}

static PgsFinding *
exercise(PgsRecord *record, PgsStatus status, const char *object)
{
    PgsFinding *finding = sample_finding(record, "exercise.foreign-key", status, NULL, "x");
    finding->object = g_strdup(object);
    return finding;
}

static void
test_a_small_schema_is_one_drawing(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    sample_table(system, "public.users");
    PgsRecordRelation *posts = sample_table(system, "public.posts");
    sample_column(posts, "title", "character varying(80)", TRUE);
    sample_reference(posts, "author_id", "public.users", "CASCADE");
    sample_reference(posts, "editor_id", "public.users", "SET NULL");
    sample_reference(posts, "parent_id", "public.posts", "NO ACTION");
    sample_relation(system, "view", "public.latest");
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_apart(document);
    assert_int_equal(number(document, "count(//s:svg)"), 1);
    assert_int_equal(number(document, "count(//s:svg[@role = 'img'])"), 1);
    assert_int_equal(count(document, "s:g", "table"), 3);
    assert_int_equal(count(document, "s:g", "view"), 1);
    assert_int_equal(count(document, "s:g", "edge"), 3);
    assert_int_equal(count(document, "s:g", "rule-cascade"), 1);
    assert_int_equal(count(document, "s:g", "rule-set-null"), 1);
    assert_int_equal(count(document, "s:g", "rule-no-action"), 1);
    assert_int_equal(count(document, "s:g", "key-primary"), 2);
    assert_int_equal(count(document, "s:g", "key-foreign"), 3);
    /* The line, the arrow's head and the tag; the loop too. */
    assert_int_equal(number(document, "count(//s:g[s:path[@class = 'line'] and "
                                      "s:path[@class = 'head'] and s:g[@class = 'tag']])"),
                     3);
    assert_text(document, "//s:g[contains(@class, 'rule-cascade')]/s:title",
                "fk_posts_author_id: public.posts (author_id) references public.users (id), "
                "on delete CASCADE: untried");
    assert_int_equal(number(document, "count(//s:text[. = 'varchar(80)'])"), 1);
    assert_int_equal(number(document, "count(//s:tspan[@class = 'schema'])"), 0);
}

static void
test_states_are_the_worst_of_what_was_found(G_GNUC_UNUSED void **state)
{
    static const char object[] = "foreign key public.posts.fk_posts_author_id";
    static const struct {
        PgsStatus statuses[3];
        guint n;
        gboolean lowered;
        const char *name, *tag;
    } rows[] = {
        {{0}, 0, FALSE, "untried", "? CASCADE"},
        {{PGS_STATUS_PASSED}, 1, FALSE, "exercised", "✓ CASCADE"},
        {{PGS_STATUS_SKIPPED}, 1, FALSE, "skipped", "– CASCADE"},
        {{PGS_STATUS_SKIPPED, PGS_STATUS_PASSED}, 2, FALSE, "exercised", "✓ CASCADE"},
        {{PGS_STATUS_FAILED, PGS_STATUS_PASSED}, 2, FALSE, "failed", "✗ CASCADE"},
        {{PGS_STATUS_PASSED, PGS_STATUS_ERROR, PGS_STATUS_SKIPPED},
         3,
         FALSE,
         "failed",
         "✗ CASCADE"},
        {{PGS_STATUS_PASSED, PGS_STATUS_ACCEPTED}, 2, FALSE, "accepted", "~ CASCADE"},
        {{PGS_STATUS_WARNING}, 1, FALSE, "untried", "? CASCADE"},
        {{PGS_STATUS_WARNING}, 1, TRUE, "failed", "✗ CASCADE"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        PgsRecordSystem *system = NULL;
        g_autoptr(PgsRecord) record = make_record(&system);
        sample_table(system, "public.users");
        sample_reference(sample_table(system, "public.posts"), "author_id", "public.users",
                         "CASCADE");
        for (guint j = 0; j < rows[i].n; j++)
            exercise(record, rows[i].statuses[j], object)->lowered = rows[i].lowered;
        /* Neither of another system nor of another check does it say anything. */
        sample_finding(record, "expect.foreign-key", PGS_STATUS_FAILED, NULL, "x")->object =
            g_strdup(object);
        PgsFinding *other =
            pgs_finding_new("exercise.foreign-key", PGS_STATUS_FAILED, "other", NULL, "x");
        other->object = g_strdup(object);
        pgs_record_add(record, other);
        g_autoptr(xmlDoc) document = draw(record);
        assert_int_equal(count(document, "s:g", "edge"), 1);
        g_autofree char *path =
            g_strdup_printf("count(//s:g[starts-with(@class, 'edge %s ')])", rows[i].name);
        if (number(document, path) != 1)
            fail_msg("row %zu is not %s", i, rows[i].name);
        assert_text(document, "//s:text[@class = 'tag-text']", rows[i].tag);
    }
}

/* A column may be both. */
static void
test_marks_and_legend(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    sample_table(system, "public.users");
    PgsRecordRelation *posts = sample_table(system, "public.posts");
    sample_reference(posts, "id", "public.users", "CASCADE");
    sample_reference(posts, "editor_id", "public.users", "SET NULL");
    exercise(record, PGS_STATUS_PASSED, "foreign key public.posts.fk_posts_id");
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_int_equal(number(document, "count(//s:text[@class = 'mark'][. = 'PK FK']) > 0"), 1);
    assert_int_equal(number(document, "count(//s:text[@class = 'mark'][. = 'PK'])"), 1);
    assert_int_equal(number(document, "count(//s:text[@class = 'mark'][. = 'FK'])"), 1);
    assert_text(document, "//li[@class = 'exercised']", "✓ 1 foreign key seen at work on rows");
    assert_text(document, "//li[@class = 'untried']", "? 1 foreign key not tried on rows");
    assert_int_equal(number(document, "count(//p[@class = 'diagrams-note'])"), 0);
}

/* A Graphviz without its plugin: everything is drawn all the same, and it is said why so. */
static void
test_a_missing_plugin_is_said(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    sample_table(system, "public.users");
    sample_reference(sample_table(system, "public.posts"), "author_id", "public.users", "CASCADE");
    g_autofree char *before = g_strdup(g_getenv("GVBINDIR"));
    g_setenv("GVBINDIR", "/nonexistent/folder", TRUE);
    g_autoptr(xmlDoc) document = draw(record);
    if (before != NULL)
        g_setenv("GVBINDIR", before, TRUE);
    else
        g_unsetenv("GVBINDIR");
    assert_sound(document);
    assert_apart(document);
    assert_int_equal(count(document, "s:g", "table"), 2);
    assert_int_equal(count(document, "s:g", "edge"), 1);
    assert_int_equal(
        number(document, "count(//p[@class = 'diagrams-note'][contains(., 'libgvc6')])"), 1);
    assert_int_equal(
        number(document, "count(//p/code[starts-with(., '/nonexistent/folder/libgvplugin')])"), 1);
}

static void
test_keys_of_several_columns(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    sample_table(system, "sales.orders");
    PgsRecordRelation *lines = sample_table(system, "stock.lines");
    PgsRecordConstraint *key = sample_reference(lines, "a", "sales.orders", "RESTRICT");
    sample_column(lines, "b", "uuid", FALSE);
    g_ptr_array_add(key->columns, g_strdup("b"));
    g_ptr_array_add(key->referenced, g_strdup("nr"));
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_int_equal(count(document, "s:g", "edge"), 1);
    assert_int_equal(count(document, "s:g", "key-foreign"), 2);
    assert_text(document, "//s:g[contains(@class, 'edge')]/s:title",
                "fk_lines_a: stock.lines (a, b) references sales.orders (id, nr), "
                "on delete RESTRICT: untried");
    assert_int_equal(number(document, "count(//s:tspan[@class = 'schema'])"), 2);
}

static void
test_partitions_are_folded_into_their_table(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    sample_table(system, "public.users");
    PgsRecordRelation *events = sample_table(system, "public.events");
    sample_reference(events, "user_id", "public.users", "CASCADE");
    for (guint i = 0; i < 12; i++) {
        g_autofree char *name = g_strdup_printf("public.events_%02u", i);
        PgsRecordRelation *part = sample_table(system, name);
        part->parent = g_strdup(i < 6 ? "public.events" : "public.events_00");
        sample_reference(part, "user_id", "public.users", "CASCADE");
    }
    /* One of its own, which the table does not have. */
    PgsRecordRelation *last = system->relations->pdata[system->relations->len - 1];
    sample_reference(last, "other_id", "public.users", "SET NULL");
    exercise(record, PGS_STATUS_FAILED, "foreign key public.events_03.fk_events_03_user_id");
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_int_equal(count(document, "s:g", "table"), 2);
    assert_text(document, "//s:text[@class = 'more']", "+ 12 partitions");
    assert_int_equal(count(document, "s:g", "edge"), 2);
    assert_int_equal(number(document, "count(//s:g[@class = 'edge failed rule-cascade'])"), 1);
    assert_int_equal(number(document, "count(//s:g[@class = 'edge untried rule-set-null'])"), 1);
}

/* A parent that is its own part, or that the record does not have. */
static void
test_odd_records(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    PgsRecordRelation *a = sample_table(system, "public.a");
    PgsRecordRelation *b = sample_table(system, "public.b");
    PgsRecordRelation *c = sample_table(system, "public.c");
    a->parent = g_strdup("public.b");
    b->parent = g_strdup("public.a");
    c->parent = g_strdup("public.gone");
    PgsRecordConstraint *key = sample_reference(c, "x", "elsewhere.t", "CASCADE");
    PgsRecordConstraint *bare = pgs_record_constraint_new("foreign key", "bare", "bare");
    g_ptr_array_add(c->constraints, bare);
    g_autoptr(xmlDoc) document = draw(record);
    assert_non_null(document);
    assert_sound(document);
    assert_int_equal(count(document, "s:g", "edge"), 2);
    assert_int_equal(count(document, "s:g", "unknown"), 2);
    assert_non_null(key);
}

static void
test_nothing_and_views_alone(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    assert_null(draw(record));
    pgs_record_system_know_schema(system);
    assert_null(draw(record));
    for (guint i = 0; i < 40; i++) {
        g_autofree char *name = g_strdup_printf("public.v%u", i);
        sample_column(sample_relation(system, "view", name), "x", "text", FALSE);
        if (i != 4 && i != 39)
            continue;
        g_autoptr(xmlDoc) document = draw(record);
        assert_sound(document);
        assert_int_equal(count(document, "s:g", "view"), i == 4 ? 5 : 0);
        assert_int_equal(number(document, "count(//li/bdi)"), i == 4 ? 0 : 40);
    }
}

/* What nothing joins stands in rows, as many as it takes. */
static void
test_tables_alone_stand_in_rows(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    for (guint i = 0; i < 12; i++) {
        g_autofree char *name = g_strdup_printf("public.a_rather_long_name_of_a_table_%u", i);
        sample_column(sample_table(system, name), "x", "text", FALSE);
    }
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_apart(document);
    assert_int_equal(number(document, "count(//s:svg)"), 1);
    assert_true(number(document, "//s:svg/@height") > 200);
}

/* ---- hostile texts ---- */

static void
test_hostile_texts_are_texts(G_GNUC_UNUSED void **state)
{
    PgsRecordSystem *system = NULL;
    g_autoptr(PgsRecord) record = make_record(&system);
    g_autofree char *endless = g_strnfill(10000, 'a');
    const char *last = endless;
    for (gsize i = 0; i < 10; i++) {
        const char *text = i == 0 ? endless : sample_hostile_texts[i < 5 ? i - 1 : i + 9];
        PgsRecordRelation *table = sample_relation(system, "table", text);
        sample_column(table, text, text, TRUE);
        PgsRecordConstraint *key = pgs_record_constraint_new("foreign key", text, text);
        g_ptr_array_add(key->columns, g_strdup(text));
        g_ptr_array_add(key->referenced, g_strdup(text));
        key->references = g_strdup(last);
        key->on_delete = g_strdup(text);
        g_ptr_array_add(table->constraints, key);
        last = text;
    }
    g_free(system->name);
    system->name = g_strdup(sample_hostile_texts[0]);
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    g_autofree char *text = to_text(document);
    xmlDoc *again = xmlReadMemory(text, (int)strlen(text), "x", NULL, XML_PARSE_NONET);
    assert_non_null(again);
    xmlFreeDoc(again);
    assert_true(g_utf8_validate(text, -1, NULL));
    assert_null(strstr(text, "<script"));
    /* The whole of a long name is too much for a tooltip; a drawing has less. */
    assert_true(strlen(text) < 100000);
}

static void
test_hostile_sample(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = sample_hostile();
    for (guint i = 0; i < record->systems->len; i++) {
        g_autoptr(xmlDoc) document = draw_system(record, i);
        if (document != NULL)
            assert_sound(document);
    }
}

/* ---- large schemas ---- */

static void
assert_every_table_is_there(xmlDoc *document, const PgsRecordSystem *system)
{
    g_autofree char *text = to_text(document);
    for (guint i = 0; i < system->relations->len; i++) {
        const PgsRecordRelation *relation = system->relations->pdata[i];
        g_autofree char *name = g_strdup_printf(">%s", strchr(relation->name, '.') + 1);
        g_autofree char *whole = g_strdup_printf(">%s<", relation->name);
        if (strstr(text, name) == NULL && strstr(text, whole) == NULL)
            fail_msg("%s is not drawn", relation->name);
        for (guint j = 0; j < relation->constraints->len; j++) {
            const PgsRecordConstraint *key = relation->constraints->pdata[j];
            g_autofree char *title = g_strdup_printf("%s: %s (", key->name, relation->name);
            if (strcmp(key->kind, "foreign key") == 0 && strstr(text, title) == NULL)
                fail_msg("%s is not drawn", key->object);
        }
    }
}

static void
test_a_large_schema_is_folded(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = pgs_large_record_new(1, 10);
    g_autoptr(xmlDoc) document = draw(record);
    assert_sound(document);
    assert_apart(document);
    assert_every_table_is_there(document, record->systems->pdata[0]);
    assert_true(number(document, "count(//figure[contains(@class, 'overview')])") > 3);
    assert_true(number(document, "count(//details[contains(@class, 'diagram-table')])") > 80);
    /* An overview's name leads to a drawing. */
    assert_int_equal(number(document, "count(//figure[contains(@class, 'overview')]//s:g[contains("
                                      "@class, 'table')][not(parent::s:a/@href)])"),
                     0);
}

/* A table for each, with keys to those before it, at most that many. */
static PgsRecord *
make_web(guint n_tables, guint n_keys)
{
    PgsRecordSystem *system = NULL;
    PgsRecord *record = make_record(&system);
    for (guint i = 0; i < n_tables; i++) {
        g_autofree char *name = g_strdup_printf("public.t%u", i);
        PgsRecordRelation *table = sample_table(system, name);
        for (guint j = i; j-- > 0 && i - j <= n_keys;) {
            g_autofree char *column = g_strdup_printf("t%u_id", j);
            g_autofree char *other = g_strdup_printf("public.t%u", j);
            sample_reference(table, column, other, "CASCADE");
        }
    }
    return record;
}

/* Of 1,000 tables the most important have drawings of their own, until there are bytes enough. */
static void
test_a_huge_schema_is_bounded(G_GNUC_UNUSED void **state)
{
    if (g_getenv("PGSTAIR_TEST_SMALL") != NULL)
        skip();
    g_autoptr(PgsRecord) record = make_web(1000, 2);
    g_autoptr(xmlDoc) document = draw(record);
    g_autofree char *text = to_text(document);
    print_message("%.1f MB\n", (double)strlen(text) / 1e6);
    assert_true(strlen(text) < 3 * 1024 * 1024);
    assert_int_equal(number(document, "count(//p[contains(., 'no drawing of their own')])"), 1);
    assert_sound(document);
}

static void
test_the_same_record_gives_the_same_bytes(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsRecord) record = pgs_large_record_new(1, 10);
    g_autoptr(PgsRecord) other = pgs_large_record_new(1, 10);
    g_autoptr(xmlDoc) document = draw(record);
    g_autoptr(xmlDoc) again = draw(other);
    g_autofree char *text = to_text(document);
    g_autofree char *second = to_text(again);
    assert_string_equal(text, second);
}

/* Cliques, chains and stars of any size end soon; the time is generous for slow machines. */
static void
test_knots_and_chains_end(G_GNUC_UNUSED void **state)
{
    static const guint rows[][2] = {{12, 12}, {12, 3}, {40, 40}, {150, 1}, {300, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(PgsRecord) record = make_web(rows[i][0], rows[i][1]);
        gint64 start = g_get_monotonic_time();
        g_autoptr(xmlDoc) document = draw(record);
        gint64 duration = g_get_monotonic_time() - start;
        assert_sound(document);
        assert_apart(document);
        if (duration > 60 * G_USEC_PER_SEC)
            fail_msg("%u tables took %ld s", rows[i][0], (long)(duration / G_USEC_PER_SEC));
    }
}

/* ---- parts ---- */

static void
test_graphviz_places_and_its_absence_is_survived(G_GNUC_UNUSED void **state)
{
    g_autoptr(PgsLayoutPlan) plan = pgs_layout_plan_new();
    pgs_layout_plan_add_box(plan, 100, 40, 2);
    pgs_layout_plan_add_box(plan, 80, 60, 3);
    pgs_layout_plan_add_box(plan, 50, 20, 1);
    pgs_layout_plan_add_arrow(plan, 1, 2, 0, 50);
    assert_true(pgs_graphviz_place(plan, FALSE));
    const PgsLayoutArrow *arrow = pgs_layout_plan_arrow(plan, 0);
    const PgsLayoutBox *from = pgs_layout_plan_box(plan, 1), *to = pgs_layout_plan_box(plan, 0);
    assert_true(arrow->points->len >= 4 && arrow->points->len % 3 == 1);
    PgsPoint start = g_array_index(arrow->points, PgsPoint, 0);
    PgsPoint end = g_array_index(arrow->points, PgsPoint, arrow->points->len - 1);
    /* From its row's left edge to the right edge of the other's first. */
    assert_float_equal(start.x, from->corner.x, 2);
    assert_float_equal(start.y, from->corner.y + 50, 2);
    assert_float_equal(end.x, to->corner.x + 100, 2);
    assert_float_equal(end.y, to->corner.y + 10, 2);
    pgs_layout_plan_place_simply(plan, 400);
    assert_true(arrow->points->len == 4);
    start = g_array_index(arrow->points, PgsPoint, 0);
    assert_float_equal(start.y, from->corner.y + 50, 0.1);
}

static void
test_widths_and_cuts(G_GNUC_UNUSED void **state)
{
    assert_true(pgs_diagram_text_width("mmmm", 12) > pgs_diagram_text_width("iiii", 12));
    assert_true(pgs_diagram_text_width("名前", 12) > 24);
    assert_float_equal(pgs_diagram_text_width("", 12), 0, 0);
    g_autofree char *cut = pgs_diagram_text_cut("a\nlong\tname of a table", 10);
    assert_string_equal(cut, "a long na…");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_small_schema_is_one_drawing),
        cmocka_unit_test(test_states_are_the_worst_of_what_was_found),
        cmocka_unit_test(test_keys_of_several_columns),
        cmocka_unit_test(test_marks_and_legend),
        cmocka_unit_test(test_a_missing_plugin_is_said),
        cmocka_unit_test(test_partitions_are_folded_into_their_table),
        cmocka_unit_test(test_odd_records),
        cmocka_unit_test(test_nothing_and_views_alone),
        cmocka_unit_test(test_tables_alone_stand_in_rows),
        cmocka_unit_test(test_hostile_texts_are_texts),
        cmocka_unit_test(test_hostile_sample),
        cmocka_unit_test(test_a_large_schema_is_folded),
        cmocka_unit_test(test_a_huge_schema_is_bounded),
        cmocka_unit_test(test_the_same_record_gives_the_same_bytes),
        cmocka_unit_test(test_knots_and_chains_end),
        cmocka_unit_test(test_graphviz_places_and_its_absence_is_survived),
        cmocka_unit_test(test_widths_and_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
