/* harness/operate/loss*.c, likeness.c */
#include "cmocka_all.h"

#include "base/fs.h"
#include "operate/database_fixture.h"
#include "operate/loss.h"
#include "operate/loss_state.h"

#include <glib/gstdio.h>

static void
test_types(G_GNUC_UNUSED void **state)
{
    static const struct {
        const char *from, *to;
        gboolean holds;
    } cases[] = {
        {"integer", "bigint", TRUE},
        {"bigint", "integer", FALSE},
        {"text", "text", TRUE},
        {"text", "character varying(20)", FALSE},
        {"character varying(20)", "character varying(10)", FALSE},
        {"character varying(10)", "character varying(20)", TRUE},
        {"character varying", "character varying(20)", FALSE},
        {"character varying(10)", "text", TRUE},
        {"numeric(10,2)", "numeric(12,2)", TRUE},
        {"numeric(10,2)", "numeric(10,4)", FALSE},
        {"numeric(10,2)", "numeric", TRUE},
        {"numeric", "numeric(10,2)", FALSE},
        {"timestamp with time zone", "date", FALSE},
        {"timestamp(6) without time zone", "timestamp(3) without time zone", FALSE},
        {"public.mood", "text", TRUE},
        {"text", "public.mood", FALSE},
        {"integer", "real", FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        if (pgs_loss_type_holds(cases[i].from, cases[i].to) != cases[i].holds)
            fail_msg("%s to %s", cases[i].from, cases[i].to);
    }
}

typedef struct {
    const char *name, *text;
} File;

static const File files[] = {
    {"0001_base.up.sql", "CREATE TABLE kept (id integer PRIMARY KEY, name varchar(10));\n"
                         "CREATE TYPE mood AS ENUM ('sad', 'it''s ok');\n"
                         "CREATE TABLE \"Odd <b>\" (id integer, m mood);\n"},
    {"0001_base.down.sql", "DROP TABLE kept, \"Odd <b>\"; DROP TYPE mood;\n"},
    {"0002_more.up.sql", "ALTER TABLE kept ADD note text, ADD empty text, ALTER name TYPE text;\n"
                         "ALTER TABLE \"Odd <b>\" RENAME TO odd;\n"
                         "CREATE TABLE part (id integer) PARTITION BY RANGE (id);\n"
                         "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (1000);\n"
                         "CREATE SCHEMA extra; CREATE SEQUENCE counter;\n"},
    {"0002_more.down.sql",
     "DROP SCHEMA extra CASCADE; DROP SEQUENCE counter;\n"
     "DROP TABLE part;\nALTER TABLE odd RENAME TO \"Odd <b>\";\n"
     "DELETE FROM kept WHERE id > 5;\n"
     "ALTER TABLE kept DROP note, DROP empty, ALTER name TYPE varchar(10);\n"},
    {"0003_mood.up.sql",
     "ALTER TYPE mood ADD VALUE 'happy'; SELECT set_config('search_path', '', false);\n"},
    {"0003_mood.down.sql",
     "ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('sad', 'it''s ok');\n"
     "ALTER TABLE odd ALTER m TYPE mood USING m::text::mood;\nDROP TYPE mood_old;\n"},
};

static void
new_shop(PgsServer *server)
{
    database_fixture_run(server, "postgres", "DROP DATABASE IF EXISTS shop WITH (FORCE)");
    database_fixture_run(server, "postgres", "CREATE DATABASE shop");
}

static PgsSystem *
write_system(const char *folder, const File *all, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_build_filename(folder, all[i].name, NULL);
        assert_true(g_file_set_contents(path, all[i].text, -1, NULL));
    }
    PgsSystem *system = pgs_system_new(folder);
    system->format = g_strdup("golang-migrate");
    return system;
}

/* The database at 0003, with rows. */
static void
fill_database(PgsServer *server)
{
    new_shop(server);
    for (gsize i = 0; i < G_N_ELEMENTS(files); i += 2)
        database_fixture_run(server, "shop", files[i].text);
    database_fixture_run(server, "shop",
                         "INSERT INTO kept SELECT i, 'n', CASE WHEN i <= 3 THEN 'note' END "
                         "FROM generate_series(1, 10) i;"
                         "INSERT INTO part SELECT generate_series(1, 7);"
                         "INSERT INTO odd VALUES (1, 'happy'), (2, 'sad'), (3, 'happy');"
                         "SELECT nextval('counter'), nextval('counter');"
                         "CREATE TABLE extra.stranger AS SELECT generate_series(1, 1234)");
}

/* What undoing all of the folder loses of the database "shop", for a person, or the error; the
 * folder's name is FOLDER in it.  g_free(). */
static char *
find(PgsServer *server, const File *all, gsize n)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("pgstair-loss-XXXXXX", NULL);
    g_autoptr(PgsSystem) system = write_system(folder, all, n);
    g_autoptr(PgsHistory) history = pgs_history_read_system(system, NULL, &error);
    assert_non_null(history);
    g_autoptr(DatabaseFixture) fixture = database_fixture_new(server, "shop", folder);
    g_autoptr(GArray) revisions = g_array_new(FALSE, FALSE, sizeof(gint));
    for (gint i = (gint)history->revisions->len - 1; i >= 0; i--)
        g_array_append_val(revisions, i);
    g_autoptr(GPtrArray) losses =
        pgs_loss_find(&fixture->target, system, history, revisions, &error);
    g_autofree char *text =
        losses != NULL ? pgs_losses_to_text(losses, history) : g_strdup(error->message);
    g_auto(GStrv) parts = g_strsplit(text, folder, -1);
    pgs_fs_remove_tree(folder, NULL);
    return g_strjoinv("FOLDER", parts);
}

static void
test_found_and_counted(void **state)
{
    PgsServer *server = *state;
    fill_database(server);
    g_autofree char *shown = find(server, files, G_N_ELEMENTS(files));
    assert_string_equal(
        shown,
        "  0003_mood\n"
        "    column public.odd.m has values 'happy', which its type will not know: 2 rows\n"
        "  0002_more\n"
        "    FOLDER/0002_more.down.sql:4 deletes rows\n"
        "    table extra.stranger is dropped: 1,234 rows\n"
        "    sequence public.counter is dropped, which has come to 2\n"
        "    table public.part is dropped: 7 rows\n"
        "    column public.kept.name becomes character varying(10) (it is text): 10\n      values\n"
        "    column public.kept.note is dropped: 3 values\n"
        "  0001_base\n"
        "    table public.odd is dropped: 3 rows\n"
        "    table public.kept is dropped: 10 rows\n");
}

/* ---- each way to lose something ---- */

#define SHAPES                                                                                     \
    "CREATE TYPE st AS ENUM ('a', 'b', 'c \"d\\');"                                                \
    "CREATE TYPE comp AS (x int, \"y Y\" text, z text); CREATE DOMAIN dst AS st;"                  \
    "CREATE TYPE nest AS (c comp, l st);"                                                          \
    "CREATE TABLE keep (id int PRIMARY KEY, txt text, arr st[], cc comp, dd dst, ee st,"           \
    "                   ccs comp[], nn nest, ren st);"                                             \
    "CREATE TABLE par (id int, k int) PARTITION BY LIST (k);"                                      \
    "CREATE TABLE par2 PARTITION OF par FOR VALUES IN (2);"                                        \
    "CREATE TABLE inh (id int, q text); CREATE TABLE inh_c () INHERITS (inh);"                     \
    "CREATE TABLE logt (id int); CREATE TABLE conf (k text PRIMARY KEY, v text);"                  \
    "CREATE FUNCTION purge() RETURNS void LANGUAGE sql AS 'DELETE FROM logt';"                     \
    "CREATE FUNCTION \"by the Way\"() RETURNS void LANGUAGE sql AS 'SELECT purge()';"              \
    "CREATE FUNCTION harmless() RETURNS text LANGUAGE sql AS $$SELECT 'delete'::text$$;"           \
    "CREATE PROCEDURE purgep() LANGUAGE sql AS 'DELETE FROM logt';"                                \
    "CREATE MATERIALIZED VIEW mv AS SELECT * FROM logt;"                                           \
    "CREATE MATERIALIZED VIEW mv2 AS SELECT * FROM logt;\n"

#define NEW_ENUM                                                                                   \
    "ALTER TYPE st RENAME TO st_old; CREATE TYPE st AS ENUM ('a', 'b');"                           \
    "ALTER TABLE keep ALTER arr TYPE st[] USING arr::text[]::st[], ALTER dd TYPE st USING "        \
    "dd::text::st, ALTER ee TYPE st USING ee::text::st, ALTER ren TYPE st USING ren::text::st;"    \
    "ALTER TYPE nest DROP ATTRIBUTE l; DROP DOMAIN dst; DROP TYPE st_old;\n"

/* The down of each, and what is told of it (behind its label). */
static const struct {
    const char *down, *told;
} shapes[] = {
    {"ALTER TABLE keep ALTER txt TYPE text USING left(txt, 1);\n",
     "FILE:1 computes values anew (USING)"},
    {"ALTER TABLE keep ALTER COLUMN txt SET DATA TYPE varchar USING (txt::varchar);\n", ""},
    {"ALTER TYPE comp DROP ATTRIBUTE \"y Y\";\n",
     "column public.keep.cc loses the attribute \"y Y\" of public.comp: 2 rows\n"
     "column public.keep.ccs loses the attribute \"y Y\" of public.comp: 1 row\n"
     "column public.keep.nn loses the attribute \"y Y\" of public.comp: 1 row"},
    {NEW_ENUM, "column public.keep.arr has values 'c \"d\\', which its type will not know: 1 row\n"
               "column public.keep.dd has values 'c \"d\\', which its type will not know: 1 row\n"
               "column public.keep.ee has values 'c \"d\\', which its type will not know: 2 rows\n"
               "column public.keep.nn loses the attribute l of public.nest: 1 row"},
    {"ALTER TYPE st RENAME TO st_old; CREATE TYPE st AS ENUM ('a', 'b');"
     "ALTER TABLE keep ALTER ee TYPE st USING ee::text::st;\n",
     "column public.keep.ee has values 'c \"d\\', which its type will not know: 2 rows"},
    {"ALTER TYPE st RENAME VALUE 'c \"d\\' TO 'd';\n", ""},
    {"DO $$ BEGIN EXECUTE format('TRUNCATE %I', 'logt'); END $$;\n",
     "FILE:1 may change or delete rows"},
    {"CALL purgep();\n", "FILE:1 calls purgep(), which may change or delete rows"},
    {"SELECT harmless();\nSELECT \"by the Way\" ();\n",
     "FILE:2 calls by the Way(), which may change or delete rows"},
    {"INSERT INTO conf SELECT k, 'x' FROM conf ON CONFLICT (k) DO UPDATE SET v = 'o';\n",
     "FILE:1 changes or deletes rows"},
    {"INSERT INTO conf VALUES ('new', 'x') ON CONFLICT DO NOTHING;\n", ""},
    {"ALTER TABLE par DETACH PARTITION par2; DROP TABLE par2;\n",
     "table public.par2 is dropped: 4 rows"},
    {"ALTER TABLE inh_c NO INHERIT inh; ALTER TABLE inh_c DROP COLUMN q;\n",
     "column public.inh_c.q is dropped: 2 values"},
    {"ALTER TABLE inh DROP COLUMN q;\n", "column public.inh.q is dropped: 3 values"},
    {"CREATE FUNCTION f12() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM logt; END $$;\n"
     "SELECT f12(); DROP FUNCTION f12();\n",
     "FILE:2 calls f12(), which may change or delete rows"},
    {"DROP MATERIALIZED VIEW mv2;\nDROP MATERIALIZED VIEW mv;\n"
     "CREATE MATERIALIZED VIEW mv AS SELECT id, 1 FROM logt;\n",
     "materialized view public.mv2 is dropped: 3 rows"},
    {"WITH gone AS (DELETE FROM logt RETURNING *) INSERT INTO logt SELECT * FROM gone;\n",
     "FILE:1 changes or deletes rows"},
    {"DO $$ BEGIN EXECUTE 'trun' || 'cate logt'; END $$;\n", "FILE:1 may change or delete rows"},
    {"DO $$ BEGIN EXECUTE 'DROP FUNCTION IF EXISTS f13()'; END $$;\n", ""},
    {"CREATE PROCEDURE p13() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'trun' || 'cate logt'; END $$;\n"
     "CALL p13(); DROP PROCEDURE p13();\n",
     "FILE:2 calls p13(), which may change or delete rows"},
    {"CREATE SEQUENCE s13; SELECT setval('s13', 5); DROP SEQUENCE s13;\n",
     "FILE:1 sets the position of a sequence"},
    {"CREATE SEQUENCE s13;\nALTER SEQUENCE s13 INCREMENT 2\nRESTART WITH 5; DROP SEQUENCE s13;\n",
     "FILE:2 sets the position of a sequence"},
    {"CREATE ROLE o14; DROP OWNED BY o14; DROP ROLE o14;\n", "FILE:1 drops all that a role owns"},
    {"SELECT count(lo_unlink(oid)) FROM pg_largeobject_metadata;\n",
     "FILE:1 changes or deletes large objects"},
    {"DO $$ BEGIN PERFORM lo_put(l.oid, 0, 'x') FROM pg_largeobject_metadata l; END $$;\n",
     "FILE:1 changes or deletes large objects"},
    {"SELECT id FROM logt FOR UPDATE; SELECT 'update'; ALTER TABLE conf ADD FOREIGN KEY (v) "
     "REFERENCES conf ON DELETE CASCADE ON UPDATE CASCADE;\n",
     ""},
};

/* The lines of a revision, joined again where they were wrapped, without its label. */
static char *
unwrap(const char *text)
{
    GString *out = g_string_new(text);
    g_string_replace(out, "  0001_shapes\n", "", 0);
    g_string_replace(out, "  0002_shape\n", "", 0);
    g_string_replace(out, "\n      ", " ", 0);
    g_string_replace(out, "FOLDER/0002_shape.down.sql", "FILE", 0);
    g_string_replace(out, "    ", "", 0);
    return g_strchomp(g_string_free(out, FALSE));
}

static void
test_shapes(void **state)
{
    PgsServer *server = *state;
    new_shop(server);
    database_fixture_run(
        server, "shop",
        SHAPES "INSERT INTO keep (id, cc, arr, dd, ee) VALUES "
               "  (1, (1,'y','z'), ARRAY['a', E'c \"d\\\\\']::st[], 'a', 'b');"
               "INSERT INTO keep VALUES (2, 't', '{a}', (1,'y','z'), E'c \"d\\\\\', E'c \"d\\\\\', "
               "  ARRAY[(1,'y','z')::comp], ((1,'y','z'), E'c \"d\\\\\'), 'a'), "
               "  (3, NULL, NULL, (1,NULL,'z'), 'a', E'c \"d\\\\\', ARRAY[(1,NULL,'z')::comp], "
               "NULL, NULL);"
               "INSERT INTO par SELECT 1, 2 FROM generate_series(1, 4);"
               "INSERT INTO inh VALUES (1, 'q'); INSERT INTO inh_c VALUES (1, 'q'), (2, 'q');"
               "INSERT INTO logt VALUES (1), (2), (3); INSERT INTO conf VALUES ('k', 'k');"
               "REFRESH MATERIALIZED VIEW mv; REFRESH MATERIALIZED VIEW mv2");
    for (gsize i = 0; i < G_N_ELEMENTS(shapes); i++) {
        const File all[] = {
            {"0001_shapes.up.sql", SHAPES},
            {"0001_shapes.down.sql", "SELECT 1;\n"},
            {"0002_shape.up.sql", "SELECT 1;\n"},
            {"0002_shape.down.sql", shapes[i].down},
        };
        g_autofree char *shown = find(server, all, G_N_ELEMENTS(all));
        g_autofree char *told = unwrap(shown);
        assert_string_equal(told, shapes[i].told);
    }
}

/* ---- where it cannot be known from base ---- */

/* The migrations cannot be climbed without rows any more; the target's own schema is enough. */
static void
test_not_from_base(void **state)
{
    static const File all[] = {
        {"0001_rows.up.sql", "CREATE TABLE goods (id int);\n"},
        {"0001_rows.down.sql", "DROP TABLE goods;\n"},
        {"0002_needs.up.sql", "SELECT set_config('search_path', '', false);\n"
                              "DO $$ BEGIN IF (SELECT count(*) FROM public.goods) < 2 THEN RAISE "
                              "EXCEPTION 'no rows'; END IF; END $$;\n"},
        {"0002_needs.down.sql", "ALTER TABLE goods ADD more int;\n"},
    };
    PgsServer *server = *state;
    new_shop(server);
    database_fixture_run(server, "shop",
                         "CREATE TABLE goods (id int); INSERT INTO goods VALUES (1), (2)");
    g_autofree char *shown = find(server, all, G_N_ELEMENTS(all));
    assert_string_equal(shown, "  0001_rows\n    table public.goods is dropped: 2 rows\n");
    /* Nor from the target's: its own words, since the other way was only tried. */
    database_fixture_run(server, "shop", "ALTER TABLE goods ADD more int");
    g_autofree char *none = find(server, all, G_N_ELEMENTS(all));
    assert_non_null(strstr(none, "0002_needs fails"));
    assert_non_null(strstr(none, "already exists"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_found_and_counted),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_not_from_base),
    };
    return cmocka_run_group_tests(tests, pgs_fixture_start_server, pgs_fixture_stop_server);
}
