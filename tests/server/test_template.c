/* Covers harness/server/template.c and cache.c. */
#include "server/helper.h"

#include "base/fs.h"
#include "pg/connection.h"
#include "server/cache.h"
#include "server/server.h"
#include "server/template.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/* A scratch folder that the servers' account can pass through, as home of the cache. */
typedef struct {
    char *folder;
    char *cache; /* where the templates will lie */
} Scratch;

static int
set_up(void **state)
{
    Scratch *scratch = g_new0(Scratch, 1);
    scratch->folder = g_dir_make_tmp("pgstair-test-XXXXXX", NULL);
    scratch->cache = g_build_filename(scratch->folder, "pgstair", NULL);
    *state = scratch;
    g_setenv("XDG_CACHE_HOME", scratch->folder, TRUE);
    return chmod(scratch->folder, 0755);
}

static int
tear_down(void **state)
{
    Scratch *scratch = *state;
    int rc = pgs_fs_remove_tree(scratch->folder, NULL) ? 0 : -1;
    g_unsetenv("PGSTAIR_PG_BINDIR");
    g_free(scratch->folder);
    g_free(scratch->cache);
    g_free(scratch);
    return rc;
}

static char *
make_tree(const Scratch *scratch)
{
    char *tree = g_build_filename(scratch->folder, "tree", NULL);
    g_autofree char *sub = g_build_filename(tree, "sub", NULL);
    g_autofree char *file = g_build_filename(sub, "file", NULL);
    assert_int_equal(g_mkdir_with_parents(sub, 0700), 0);
    assert_true(g_file_set_contents(file, "0123456789", -1, NULL));
    return tree;
}

static gint64
soon(void)
{
    return g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
}

static void
test_entry(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *tree = make_tree(scratch);
    assert_null(pgs_cache_prepare(scratch->cache));
    g_autoptr(PgsCacheEntry) entry = pgs_cache_entry_new(scratch->cache, "key");
    assert_true(pgs_cache_entry_lock(entry, TRUE, soon(), NULL));
    assert_null(pgs_cache_entry_use(entry));
    assert_true(pgs_cache_entry_store(entry, tree));
    g_autofree char *stored = pgs_cache_entry_use(entry);
    assert_non_null(stored);
    g_autofree char *file = g_build_filename(stored, "sub", "file", NULL);
    g_autofree char *text = NULL;
    assert_true(g_file_get_contents(file, &text, NULL, NULL));
    assert_string_equal(text, "0123456789");
    guint64 bytes;
    assert_int_equal(pgs_cache_count(scratch->cache, &bytes), 1);
    assert_int_equal(bytes, 10);
    pgs_cache_entry_remove(entry);
    assert_null(pgs_cache_entry_use(entry));
    assert_int_equal(pgs_cache_count(scratch->cache, &bytes), 0);
}

static void
test_damaged_entry(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *tree = make_tree(scratch);
    assert_null(pgs_cache_prepare(scratch->cache));
    g_autoptr(PgsCacheEntry) entry = pgs_cache_entry_new(scratch->cache, "key");
    assert_true(pgs_cache_entry_lock(entry, TRUE, soon(), NULL));
    static const char *const damages[] = {"data/sub/file", "data/more", "complete", "data"};
    for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
        assert_true(pgs_cache_entry_store(entry, tree));
        g_autofree char *whole = pgs_cache_entry_use(entry);
        assert_non_null(whole);
        g_autofree char *path = g_build_filename(scratch->cache, "key", damages[i], NULL);
        if (g_str_has_suffix(path, "more"))
            assert_true(g_file_set_contents(path, "", 0, NULL));
        else
            assert_true(pgs_fs_remove_tree(path, NULL));
        g_autofree char *damaged = pgs_cache_entry_use(entry);
        assert_null(damaged);
    }
    /* Storing again also removes what a maker that died left. */
    g_autofree char *remains = g_build_filename(scratch->cache, "key.new-abcdef", NULL);
    assert_int_equal(g_mkdir(remains, 0700), 0);
    assert_true(pgs_cache_entry_store(entry, tree));
    assert_false(g_file_test(remains, G_FILE_TEST_EXISTS));
}

static void
test_entry_locks(void **state)
{
    const Scratch *scratch = *state;
    assert_null(pgs_cache_prepare(scratch->cache));
    g_autoptr(PgsCacheEntry) one = pgs_cache_entry_new(scratch->cache, "key");
    g_autoptr(PgsCacheEntry) two = pgs_cache_entry_new(scratch->cache, "key");
    assert_true(pgs_cache_entry_lock(one, FALSE, 0, NULL));
    assert_true(pgs_cache_entry_lock(two, FALSE, 0, NULL));
    assert_false(pgs_cache_entry_lock(two, TRUE, 0, NULL));
    g_clear_pointer(&one, pgs_cache_entry_free);
    assert_true(pgs_cache_entry_lock(two, TRUE, 0, NULL));
    one = pgs_cache_entry_new(scratch->cache, "key");
    assert_false(pgs_cache_entry_lock(one, FALSE, 0, NULL));
    g_autoptr(GCancellable) cancellable = g_cancellable_new();
    g_cancellable_cancel(cancellable);
    assert_false(pgs_cache_entry_lock(one, FALSE, soon(), cancellable));
}

static void
test_old_entries(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *tree = make_tree(scratch);
    assert_null(pgs_cache_prepare(scratch->cache));
    static const char *const keys[] = {"mine", "old", "recent", "busy"};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autoptr(PgsCacheEntry) entry = pgs_cache_entry_new(scratch->cache, keys[i]);
        assert_true(pgs_cache_entry_lock(entry, TRUE, soon(), NULL));
        assert_true(pgs_cache_entry_store(entry, tree));
        g_autofree char *marker = g_build_filename(scratch->cache, keys[i], "complete", NULL);
        struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
        if (strcmp(keys[i], "recent") != 0)
            assert_int_equal(utimensat(AT_FDCWD, marker, old, 0), 0);
    }
    g_autoptr(PgsCacheEntry) busy = pgs_cache_entry_new(scratch->cache, "busy");
    assert_true(pgs_cache_entry_lock(busy, FALSE, soon(), NULL));
    pgs_cache_remove_old(scratch->cache, "mine");
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *path = g_build_filename(scratch->cache, keys[i], NULL);
        assert_int_equal(g_file_test(path, G_FILE_TEST_EXISTS), strcmp(keys[i], "old") != 0);
    }
    /* Being used keeps it young. */
    g_autofree char *used = pgs_cache_entry_use(busy);
    g_clear_pointer(&busy, pgs_cache_entry_free);
    pgs_cache_remove_old(scratch->cache, "mine");
    assert_true(g_file_test(used, G_FILE_TEST_EXISTS));
}

static void
test_places(void **state)
{
    const Scratch *scratch = *state;
    g_autofree char *cache = pgs_template_find_cache(NULL);
    assert_string_equal(cache, scratch->cache);
    /* What others can write to is not trusted. */
    assert_int_equal(chmod(scratch->cache, 0777), 0);
    g_autofree char *reasons = NULL;
    g_autofree char *home = g_strdup(g_getenv("HOME"));
    g_autofree char *new_home = g_build_filename(scratch->folder, "home", NULL);
    assert_int_equal(g_mkdir(new_home, 0700), 0);
    g_setenv("HOME", new_home, TRUE);
    g_autofree char *other = pgs_template_find_cache(&reasons);
    g_autofree char *expected = g_build_filename(new_home, ".cache", "pgstair", NULL);
    if (home != NULL)
        g_setenv("HOME", home, TRUE);
    assert_string_equal(other, expected);
    g_autofree char *reason = g_strdup_printf("%s: is not this user's alone", scratch->cache);
    assert_string_equal(reasons, reason);
    struct stat st;
    assert_int_equal(stat(other, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);

    /* Nor is anything made in another user's folder, as root could. */
    if (geteuid() != 0)
        return;
    g_autofree char *below = g_build_filename(new_home, "a", "b", NULL);
    assert_int_equal(chown(new_home, 54321, 54321), 0);
    assert_string_equal(pgs_cache_prepare(below), "lies in another user's folder");
    g_autofree char *above = g_path_get_dirname(below);
    assert_false(g_file_test(above, G_FILE_TEST_EXISTS));
}

static PgsServer *
start_server(GError **error)
{
    PgsServerOptions options = {.spec = "local"};
    return pgs_server_start(&options, NULL, error);
}

static void
assert_starts(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = start_server(&error);
    if (server == NULL)
        fail_msg("%s", error->message);
}

/* The path of a file in the only template. */
static char *
template_file(const Scratch *scratch, const char *name)
{
    g_autoptr(GDir) dir = g_dir_open(scratch->cache, 0, NULL);
    for (const char *key; dir != NULL && (key = g_dir_read_name(dir)) != NULL;) {
        if (!g_str_has_suffix(key, ".lock"))
            return g_build_filename(scratch->cache, key, name, NULL);
    }
    fail_msg("there is no template");
    return NULL;
}

static gpointer
start_and_stop(gpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsServer) server = start_server(&error);
    if (server == NULL)
        g_printerr("%s\n", error->message);
    return GINT_TO_POINTER(server != NULL);
}

/* Eight runs at once that all find the cache empty: one makes the template, the others wait. */
static void
test_many_at_once(void **state)
{
    const Scratch *scratch = *state;
    GThread *threads[8];
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("start", start_and_stop, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        assert_true(GPOINTER_TO_INT(g_thread_join(threads[i])));
    guint64 bytes;
    assert_int_equal(pgs_template_count(scratch->cache, &bytes), 1);
    g_autoptr(GDir) dir = g_dir_open(scratch->cache, 0, NULL);
    guint names = 0;
    while (g_dir_read_name(dir) != NULL)
        names++;
    assert_int_equal(names, 2); /* the template and its lock */
    /* Damaged so that its size does not tell: the server does not start on it, but then it does. */
    g_autofree char *control = template_file(scratch, "data/global/pg_control");
    int fd = open(control, O_WRONLY | O_CLOEXEC);
    assert_int_equal(pwrite(fd, "nonsense", 8, 0), 8);
    close(fd);
    assert_starts();
    g_autofree char *text = NULL;
    gsize length;
    assert_true(g_file_get_contents(control, &text, &length, NULL));
    assert_memory_not_equal(text, "nonsense", 8);
}

static void
write_script(const char *folder, const char *name, const char *text)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *script = g_strdup_printf("#!/bin/sh\n%s\n", text);
    assert_true(g_file_set_contents_full(path, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
    assert_int_equal(chmod(path, 0755), 0);
}

/* Binaries that do as a test wants. */
static void
use_binaries(const Scratch *scratch, const char *initdb, const char *postgres)
{
    g_autofree char *folder = g_build_filename(scratch->folder, "bin", NULL);
    assert_int_equal(g_mkdir_with_parents(folder, 0755), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    g_autofree char *whole = g_strdup_printf(
        "[ \"$1\" = --version ] && { echo 'postgres (PostgreSQL) 15.99'; exit; }\n%s", postgres);
    write_script(folder, "postgres", whole);
    write_script(folder, "initdb", initdb);
    g_setenv("PGSTAIR_PG_BINDIR", folder, TRUE);
}

#define INITDB "for i; do case $i in --pgdata=*) mkdir \"${i#--pgdata=}\";; esac; done"

static void
assert_start_fails(guint timeout, const char *part)
{
    PgsServerOptions options = {.spec = "local", .start_timeout = timeout};
    g_autoptr(GError) error = NULL;
    assert_null(pgs_server_start(&options, NULL, &error));
    if (!g_error_matches(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START) ||
        strstr(error->message, part) == NULL)
        fail_msg("%s", error->message);
}

static void
test_failed_starts(void **state)
{
    const Scratch *scratch = *state;
    use_binaries(scratch, "echo cannot >&2; exit 3", "");
    assert_start_fails(0, "initdb failed with exit status 3; its log ends with\ncannot");
    guint64 bytes;
    assert_int_equal(pgs_template_count(scratch->cache, &bytes), 0);
    use_binaries(scratch, "exec sleep 60", "");
    assert_start_fails(100, "initdb did not end within 100 ms");
    use_binaries(scratch, INITDB, "echo FATAL: broken >&2; exit 1");
    assert_start_fails(0, "ended at its start, with status 1; its log ends with\nFATAL: broken");
    assert_start_fails(0, "FATAL: broken");
    use_binaries(scratch, INITDB, "echo waiting; exec sleep 60");
    assert_start_fails(200, "not ready within 200 ms; its log ends with\nwaiting");
}

/* No cache at all: slower, not impossible. */
static void
test_without_cache(void **state)
{
    const Scratch *scratch = *state;
    use_binaries(scratch, INITDB "; echo made >&2", "echo FATAL: it got here >&2; exit 1");
    static const char *const variables[] = {"XDG_CACHE_HOME", "HOME", "TMPDIR"};
    g_autofree char *home = g_strdup(g_getenv("HOME"));
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++)
        g_setenv(variables[i], "/proc/none", TRUE);
    g_autofree char *shared = g_strdup_printf("/var/tmp/pgstair-cache-%u", (guint)geteuid());
    gboolean was_there = g_file_test(shared, G_FILE_TEST_EXISTS);
    assert_start_fails(0, "it got here");
    if (home != NULL)
        g_setenv("HOME", home, TRUE);
    g_unsetenv("TMPDIR");
    if (!was_there)
        pgs_fs_remove_tree(shared, NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged_entry, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_entry_locks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_old_entries, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_failed_starts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without_cache, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("server.template", tests, NULL, NULL);
}
