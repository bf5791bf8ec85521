/* Covers tests/report/large_record.h, and how long a large record takes to be written and read
 * (harness/record/record_xml.c).  PGSTAIR_LARGE_RECORD=FILE: leaves it there. */
#include "cmocka_all.h"

#include "record/record_xml.h"
#include "report/large_record.h"

#include <glib/gstdio.h>

static void
test_twenty_thousand_findings(G_GNUC_UNUSED void **state)
{
    const char *wanted = g_getenv("PGSTAIR_LARGE_RECORD");
    g_autofree char *folder = g_dir_make_tmp("pgstair-test-large-XXXXXX", NULL);
    g_autofree char *own = g_build_filename(folder, "large.xml", NULL);
    const char *path = wanted != NULL ? wanted : own;
    g_autoptr(PgsRecord) record = pgs_large_record_new(2000, 20000);
    gint64 start = g_get_monotonic_time();
    g_autoptr(GError) error = NULL;
    if (!pgs_record_write(record, path, &error))
        fail_msg("%s", error->message);
    gint64 written = g_get_monotonic_time();
    g_autoptr(PgsRecord) read = pgs_record_read(path, &error);
    gint64 end = g_get_monotonic_time();
    if (read == NULL)
        fail_msg("%s", error->message);
    print_message("20,000 findings: written in %.0f ms, validated and read in %.0f ms\n",
                  (double)(written - start) / 1e3, (double)(end - written) / 1e3);
    const PgsRecordSystem *system = read->systems->pdata[0];
    assert_int_equal(read->findings->len, 20000);
    assert_int_equal(system->revisions->len, 2000);
    assert_int_equal(system->relations->len, LARGE_TABLES);
    g_remove(own);
    g_rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_twenty_thousand_findings)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
