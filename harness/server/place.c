#include "server/place.h"

#include "base/error.h"
#include "base/fs.h"
#include "server/server.h"

#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define MEBIBYTE (G_GUINT64_CONSTANT(1024) * 1024)
/* A cluster takes 30 MB at first, a clone of a database 8 MB and more. */
#define MEMORY_FREE_MIN (512 * MEBIBYTE)
#define DISK_FREE_MIN (256 * MEBIBYTE)

typedef struct {
    const char *path;     /* NULL: what the variable says */
    const char *variable; /* NULL: path */
    gboolean memory_only; /* no gain over the next ones unless it lies in memory */
    gboolean asked_for;   /* by a person, for pgstair: must fit, however small it is */
} Candidate;

static const Candidate candidates[] = {
    {.variable = "PGSTAIR_RUNDIR", .asked_for = TRUE},
    {.path = "/dev/shm", .memory_only = TRUE},
    {.variable = "XDG_RUNTIME_DIR", .memory_only = TRUE},
    {.variable = "TMPDIR"},
    {.path = "/tmp"},
    {.path = "/var/tmp"},
};

void
pgs_place_free(PgsPlace *place)
{
    if (place == NULL)
        return;
    g_free(place->path);
    g_free(place->why_not);
    g_free(place);
}

static gboolean
has_odd_characters(const char *path)
{
    for (; *path != '\0'; path++) {
        if (g_ascii_iscntrl(*path))
            return TRUE;
    }
    return FALSE;
}

/* Why it does not fit, or NULL. */
static char *
find_fault(const Candidate *candidate, const PgsPlace *place, const PgsAccount *account)
{
    if (place->path == NULL)
        return g_strdup("not set");
    if (!g_path_is_absolute(place->path))
        return g_strdup("not an absolute path");
    if (has_odd_characters(place->path))
        return g_strdup("its name holds control characters");
    if (!g_file_test(place->path, G_FILE_TEST_IS_DIR))
        return g_strdup("not a folder");
    if (candidate->memory_only && !place->is_memory)
        return g_strdup("not in memory");
    if (!pgs_fs_is_writable(place->path))
        return g_strdup("not writable");
    if (!pgs_account_can_reach(account, place->path))
        return g_strdup_printf("not reachable for %s, whom the server runs as", account->name);
    guint64 least = place->is_memory ? MEMORY_FREE_MIN : DISK_FREE_MIN;
    if (!candidate->asked_for && place->free_bytes < least)
        return g_strdup_printf("only %" G_GUINT64_FORMAT " MB free, %" G_GUINT64_FORMAT " needed",
                               place->free_bytes / MEBIBYTE, (guint64)(least / MEBIBYTE));
    return NULL;
}

static PgsPlace *
examine(const Candidate *candidate, const PgsAccount *account)
{
    PgsPlace *place = g_new0(PgsPlace, 1);
    place->named = candidate->path != NULL ? candidate->path : candidate->variable;
    const char *path = candidate->path != NULL ? candidate->path : g_getenv(candidate->variable);
    if (path != NULL && *path != '\0') {
        place->path = g_strdup(path);
        place->is_memory = pgs_fs_is_memory(path);
        place->free_bytes = pgs_fs_free_bytes(path);
    }
    place->why_not = find_fault(candidate, place, account);
    return place;
}

void
pgs_place_list(GPtrArray *paths)
{
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        const char *path =
            candidates[i].path != NULL ? candidates[i].path : g_getenv(candidates[i].variable);
        if (path != NULL && g_path_is_absolute(path))
            g_ptr_array_add(paths, g_strdup(path));
    }
}

GPtrArray *
pgs_place_examine(const PgsAccount *account)
{
    GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_place_free);
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++)
        g_ptr_array_add(places, examine(&candidates[i], account));
    return places;
}

PgsPlace *
pgs_place_choose(const PgsAccount *account, GError **error)
{
    g_autoptr(GString) reasons = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(candidates); i++) {
        g_autoptr(PgsPlace) place = examine(&candidates[i], account);
        if (place->why_not == NULL)
            return g_steal_pointer(&place);
        if (place->path == NULL)
            continue;
        if (candidates[i].asked_for) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                          "unset it to let pgstair choose",
                          "%s is \"%s\", which cannot hold a server: %s", place->named, place->path,
                          place->why_not);
            return NULL;
        }
        g_string_append_printf(reasons, "\n  %s: %s", place->path, place->why_not);
    }
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                  "make room, or name a folder in the environment variable PGSTAIR_RUNDIR",
                  "no folder can hold a server:%s", reasons->str);
    return NULL;
}

gboolean
pgs_place_fits_socket(const char *folder)
{
    return strlen(folder) + strlen("/.s.PGSQL.5432") <
               sizeof(((struct sockaddr_un *)NULL)->sun_path) &&
           strchr(folder, ',') == NULL;
}
