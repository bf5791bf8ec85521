/* Covers harness/snapshot/catalog.c and probe.c: after every change of sensitivity.cases the
 * incremental reading gives what the whole reading gives. */
#include "snapshot/everything.h"

#include "snapshot/catalog.h"
#include "snapshot/text.h"

#include <stdlib.h>

typedef struct {
    Everything *everything;
    guint n_run, n_wrong;
} Incremental;

static int
group_setup(void **state)
{
    Incremental *incremental = g_new0(Incremental, 1);
    incremental->everything = everything_new();
    everything_fill(incremental->everything);
    /* It is a template now: nobody may be connected to it. */
    g_clear_pointer(&incremental->everything->connection, pgs_connection_close);
    *state = incremental;
    return 0;
}

static int
group_teardown(void **state)
{
    Incremental *incremental = *state;
    everything_free(incremental->everything);
    g_free(incremental);
    return 0;
}

static PgsConnection *
connect_to(const Everything *everything, const char *database)
{
    g_autoptr(GError) error = NULL;
    PgsConnection *connection = pgs_connection_open(pgs_server_conninfo(everything->server),
                                                    database, 60 * 1000, NULL, &error);
    if (connection == NULL)
        g_error("%s", error->message);
    return connection;
}

static char *
read_text(PgsCatalog *catalog, gboolean whole)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsSnapshot) snapshot =
        whole ? pgs_catalog_read_whole(catalog, &error) : pgs_catalog_read(catalog, &error);
    if (snapshot == NULL)
        g_error("%s", error->message);
    return pgs_snapshot_to_text(snapshot, NULL);
}

/* One change, on a copy of everything.sql's database. */
static void
run_case(Incremental *incremental, const char *sql)
{
    Everything *everything = incremental->everything;
    g_autoptr(GError) error = NULL;
    g_autofree char *database =
        pgs_server_create_database(everything->server, "case", everything->database, &error);
    if (database == NULL)
        g_error("%s", error->message);
    PgsConnection *reader = connect_to(everything, database);
    PgsConnection *session = connect_to(everything, database);
    PgsCatalog *catalog = pgs_catalog_new(reader, PGS_CATALOG_CLUSTER, NULL, &error);
    if (catalog == NULL)
        g_error("%s", error->message);
    g_autofree char *before = read_text(catalog, FALSE);
    g_autofree char *whole_before = read_text(catalog, TRUE);
    pgs_connection_run(session, "SET search_path = ''", NULL);
    /* Some cannot be committed, or not here: then nothing changes, which is a case too. */
    pgs_connection_run(session, sql, NULL);
    g_autofree char *after = read_text(catalog, FALSE);
    g_autofree char *whole = read_text(catalog, TRUE);
    incremental->n_run++;
    if (strcmp(before, whole_before) != 0 || strcmp(after, whole) != 0) {
        fprintf(stderr, "%s: the incremental reading differs\n", sql);
        incremental->n_wrong++;
    }
    pgs_catalog_free(catalog);
    pgs_connection_close(reader);
    pgs_connection_close(session);
    pgs_server_drop_database(everything->server, database, NULL);
}

static void
test_every_case(void **state)
{
    Incremental *incremental = *state;
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(PGS_TEST_DIR "/sensitivity.cases", &text, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    int major = pgs_server_version_number(incremental->everything->server) / 10000;
    for (char **line = lines; *line != NULL; line++) {
        const char *sql = *line;
        if (*sql == ' ' || *sql == '\0')
            continue;
        if (*sql == '[') {
            if (major < atoi(sql + 1))
                continue;
            sql = strchr(sql, ']') + 2;
        }
        run_case(incremental, sql);
    }
    assert_true(incremental->n_run > 300);
    assert_int_equal(incremental->n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_case)};
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
