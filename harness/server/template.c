#include "server/template.h"

#include "base/error.h"
#include "base/fs.h"
#include "server/cache.h"
#include "server/server.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* To be raised whenever a template made before must not be used any more. */
#define LAYOUT "1"

/* Arguments of initdb, besides -D and --locale.  PostgreSQL's documentation, "initdb". */
static const struct {
    const char *argument;
    int since; /* version number; 0: all */
} initdb_arguments[] = {
    {"--username=postgres"},
    {"--auth=peer"},
    {"--encoding=UTF8"},
    {"--no-sync"},
    /* 10 MB less to copy; no slower in bulk loads. */
    {"--wal-segsize=1"},
    {"--no-instructions", .since = 140000},
    {"--no-data-checksums", .since = 180000},
};

/* So that names sort by code point, the same everywhere, and still are UTF-8. */
static const char *
choose_locale(void)
{
    locale_t locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (locale == (locale_t)0)
        return "C";
    freelocale(locale);
    return "C.UTF-8";
}

static GPtrArray *
build_command(const PgsTemplateRequest *request, const char *data)
{
    GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(argv, pgs_installation_program(request->installation, "initdb"));
    for (gsize i = 0; i < G_N_ELEMENTS(initdb_arguments); i++) {
        if (request->installation->version_number >= initdb_arguments[i].since)
            g_ptr_array_add(argv, g_strdup(initdb_arguments[i].argument));
    }
    g_ptr_array_add(argv, g_strdup_printf("--locale=%s", choose_locale()));
    g_ptr_array_add(argv, g_strdup_printf("--pgdata=%s", data));
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* "15.18-0123456789ab": whatever decides about what initdb makes. */
static char *
make_key(const PgsTemplateRequest *request)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GPtrArray) argv = build_command(request, "");
    for (guint i = 0; i + 1 < argv->len; i++)
        g_checksum_update(sum, g_ptr_array_index(argv, i),
                          (gssize)strlen(g_ptr_array_index(argv, i)) + 1);
    g_autofree char *program = pgs_installation_program(request->installation, "postgres");
    GStatBuf st = {0};
    g_stat(program, &st);
    g_autofree char *rest =
        g_strdup_printf(LAYOUT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u", (gint64)st.st_mtime,
                        (gint64)st.st_size, (guint)request->account->uid);
    g_checksum_update(sum, (const guchar *)rest, -1);
    return g_strdup_printf("%s-%.12s", request->installation->version, g_checksum_get_string(sum));
}

static gboolean
run_initdb(const PgsTemplateRequest *request, const char *data, GError **error)
{
    g_autoptr(GPtrArray) argv = build_command(request, data);
    PgsCustodyProcess process = PGS_CUSTODY_PROCESS_INIT;
    if (!pgs_custody_spawn(request->custody, (const char *const *)argv->pdata, request->log, data,
                           request->account, &process, error))
        return FALSE;
    gint64 deadline = g_get_monotonic_time() + (gint64)request->timeout * 1000;
    gboolean ended;
    while (!(ended = pgs_custody_has_ended(request->custody, &process, NULL)) &&
           !g_cancellable_is_cancelled(request->cancellable) && g_get_monotonic_time() < deadline)
        pgs_custody_wait(&process, -1, FALSE, request->cancellable, deadline);
    int status = -1;
    if (ended)
        pgs_custody_has_ended(request->custody, &process, &status);
    pgs_custody_process_clear(&process);
    if (ended && status == 0)
        return TRUE;
    /* What still runs is ended with the custody. */
    if (g_cancellable_is_cancelled(request->cancellable))
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_CANCELLED, NULL, "cancelled");
    else if (!ended)
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "initdb did not end within %u ms", request->timeout);
    else
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, NULL,
                      "initdb failed with exit status %d", status);
    return FALSE;
}

/* The copy must belong to whom the server runs as. */
static gboolean
copy_for_account(const PgsTemplateRequest *request, const char *from, const char *to)
{
    gboolean change = geteuid() == 0;
    g_autoptr(GError) error = NULL;
    if (pgs_fs_copy_tree(from, to, change ? request->account->uid : (uid_t)-1,
                         change ? request->account->gid : (gid_t)-1, &error))
        return TRUE;
    g_debug("template: %s", error->message);
    pgs_fs_remove_tree(to, NULL);
    return FALSE;
}

/* Copies the template when it is whole.  The entry is locked. */
static gboolean
use_entry(const PgsTemplateRequest *request, PgsCacheEntry *entry, const char *data)
{
    g_autofree char *folder = pgs_cache_entry_use(entry);
    return folder != NULL && copy_for_account(request, folder, data);
}

gboolean
pgs_template_install(const PgsTemplateRequest *request, const char *data, gboolean *from_cache,
                     GError **error)
{
    g_autofree char *cache = pgs_template_find_cache(NULL);
    g_autofree char *key = make_key(request);
    g_autoptr(PgsCacheEntry) entry = cache != NULL ? pgs_cache_entry_new(cache, key) : NULL;
    gint64 deadline = g_get_monotonic_time() + (gint64)request->timeout * 1000;
    if (from_cache != NULL)
        *from_cache = TRUE;
    if (entry != NULL && pgs_cache_entry_lock(entry, FALSE, deadline, request->cancellable) &&
        use_entry(request, entry, data))
        return TRUE;
    /* It is not there, or not whole.  The first to get the lock makes it; the others find it. */
    gboolean locked =
        entry != NULL && pgs_cache_entry_lock(entry, TRUE, deadline, request->cancellable);
    if (locked && use_entry(request, entry, data))
        return TRUE;
    if (from_cache != NULL)
        *from_cache = FALSE;
    if (!run_initdb(request, data, error))
        return FALSE;
    if (locked && pgs_cache_entry_store(entry, data))
        pgs_cache_remove_old(cache, key);
    return TRUE;
}

void
pgs_template_discard(const PgsTemplateRequest *request)
{
    g_autofree char *cache = pgs_template_find_cache(NULL);
    g_autofree char *key = make_key(request);
    g_autoptr(PgsCacheEntry) entry = cache != NULL ? pgs_cache_entry_new(cache, key) : NULL;
    gint64 deadline = g_get_monotonic_time() + (gint64)request->timeout * 1000;
    if (entry != NULL && pgs_cache_entry_lock(entry, TRUE, deadline, request->cancellable))
        pgs_cache_entry_remove(entry);
}

/* Where the cache may be, best first. */
static const struct {
    const char *variable; /* names the folder that it lies in; NULL: folder does */
    const char *folder;
    const char *name;
    gboolean is_shared; /* by users: each has a name of its own, NAME-<uid> */
} cache_places[] = {
    {.variable = "XDG_CACHE_HOME", .name = "pgstair"},
    {.variable = "HOME", .name = ".cache/pgstair"},
    {.folder = "/var/tmp", .name = "pgstair-cache", .is_shared = TRUE},
    {.variable = "TMPDIR", .name = "pgstair-cache", .is_shared = TRUE},
};

/* NULL: there is no such place here. */
static char *
cache_path(gsize i)
{
    const char *folder = cache_places[i].folder;
    if (folder == NULL)
        folder = g_getenv(cache_places[i].variable);
    if (folder == NULL || !g_path_is_absolute(folder))
        return NULL;
    if (!cache_places[i].is_shared)
        return g_build_filename(folder, cache_places[i].name, NULL);
    return g_strdup_printf("%s/%s-%u", folder, cache_places[i].name, (guint)geteuid());
}

char *
pgs_template_find_cache(char **reasons)
{
    g_autoptr(GString) passed = g_string_new(NULL);
    g_autofree char *found = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(cache_places) && found == NULL; i++) {
        g_autofree char *path = cache_path(i);
        if (path == NULL)
            continue;
        const char *why_not = pgs_cache_prepare(path);
        if (why_not == NULL)
            found = g_steal_pointer(&path);
        else
            g_string_append_printf(passed, "%s%s: %s", passed->len > 0 ? "\n" : "", path, why_not);
    }
    if (reasons != NULL)
        *reasons = g_string_free(g_steal_pointer(&passed), FALSE);
    return g_steal_pointer(&found);
}

guint
pgs_template_count(const char *cache, guint64 *bytes)
{
    return pgs_cache_count(cache, bytes);
}
