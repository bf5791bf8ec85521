#include "server/installation.h"

#include "base/error.h"
#include "base/process.h"
#include "server/server.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAJOR_MIN = 13,
    EXAMPLE_MAJOR = 15, /* in a hint, where no version is asked for */
    VERSION_TIMEOUT_MS = 10 * 1000,
};

/* A folder that may hold the binaries, before anything was run. */
typedef struct {
    char *bindir; /* without symbolic links */
    const char *found_by;
    int major; /* as the folder's name says; 0: it says nothing */
} Candidate;

static void
candidate_free(Candidate *candidate)
{
    g_free(candidate->bindir);
    g_free(candidate);
}

/* Places where packages put each version into a folder of its own.  The last number in what '*'
 * stands for is the major version. */
static const struct {
    const char *pattern;
    const char *found_by;
} versioned_places[] = {
    {"/usr/lib/postgresql/*/bin", "Debian's versioned folder"},
    {"/usr/pgsql-*/bin", "Red Hat's versioned folder"},
    {"/opt/homebrew/opt/postgresql@*/bin", "Homebrew's versioned folder"},
    {"/usr/local/opt/postgresql@*/bin", "Homebrew's versioned folder"},
    {"/usr/local/pgsql/bin", "the source's own default folder"},
};

/* How the system's package manager installs a server; by ID or ID_LIKE in /etc/os-release. */
static const struct {
    const char *system;
    const char *command;
} installers[] = {
    {"debian", "apt-get install postgresql"},
    {"ubuntu", "apt-get install postgresql"},
    {"fedora", "dnf install postgresql-server postgresql-contrib"},
    {"rhel", "dnf install postgresql-server postgresql-contrib"},
    {"suse", "zypper install postgresql-server postgresql-contrib"},
    {"arch", "pacman -S postgresql"},
    {"alpine", "apk add postgresql postgresql-contrib"},
};

void
pgs_installation_free(PgsInstallation *installation)
{
    if (installation == NULL)
        return;
    g_free(installation->bindir);
    g_free(installation->version);
    g_free(installation->found_by);
    g_free(installation);
}

char *
pgs_installation_program(const PgsInstallation *installation, const char *name)
{
    char *path = g_build_filename(installation->bindir, name, NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
        g_clear_pointer(&path, g_free);
    return path;
}

/* A server needs both; a client's package has neither. */
static gboolean
holds_a_server(const char *bindir)
{
    static const char *const needed[] = {"postgres", "initdb"};
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++) {
        g_autofree char *path = g_build_filename(bindir, needed[i], NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
            return FALSE;
    }
    return TRUE;
}

/* The folder where the programs of bindir really lie: postgres itself may be the link. */
static char *
resolve(const char *bindir)
{
    g_autofree char *program = g_build_filename(bindir, "postgres", NULL);
    char *real = realpath(program, NULL);
    if (real == NULL)
        return NULL;
    char *folder = g_path_get_dirname(real);
    free(real);
    /* A link that lies alone elsewhere (busybox style) does not lead to the other programs. */
    if (!holds_a_server(folder)) {
        g_free(folder);
        real = realpath(bindir, NULL);
        folder = g_strdup(real);
        free(real);
    }
    return folder;
}

static gboolean
add_candidate(GPtrArray *candidates, const char *bindir, const char *found_by, int major)
{
    if (!holds_a_server(bindir))
        return FALSE;
    g_autofree char *real = resolve(bindir);
    if (real == NULL)
        return FALSE;
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *known = g_ptr_array_index(candidates, i);
        if (strcmp(known->bindir, real) == 0)
            return TRUE;
    }
    Candidate *candidate = g_new0(Candidate, 1);
    candidate->bindir = g_steal_pointer(&real);
    candidate->found_by = found_by;
    candidate->major = major;
    g_ptr_array_add(candidates, candidate);
    return TRUE;
}

static int
major_in_path(const char *path, const char *pattern)
{
    const char *star = strchr(pattern, '*');
    if (star == NULL)
        return 0;
    return atoi(path + (star - pattern));
}

static void
add_versioned_places(GPtrArray *candidates)
{
    for (gsize i = 0; i < G_N_ELEMENTS(versioned_places); i++) {
        const char *pattern = versioned_places[i].pattern;
        glob_t found = {0};
        if (glob(pattern, 0, NULL, &found) == 0) {
            for (gsize j = 0; j < found.gl_pathc; j++)
                add_candidate(candidates, found.gl_pathv[j], versioned_places[i].found_by,
                              major_in_path(found.gl_pathv[j], pattern));
        }
        globfree(&found);
    }
}

static void
add_by_pg_config(GPtrArray *candidates)
{
    g_autoptr(PgsProcess) process = pgs_process_new("pg_config");
    pgs_process_add(process, "--bindir");
    pgs_process_set_timeout(process, VERSION_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    if (pgs_process_run_checked(process, &result, NULL))
        add_candidate(candidates, g_strchomp(result.output), "pg_config", 0);
}

static void
add_by_path(GPtrArray *candidates)
{
    const char *path = g_getenv("PATH");
    g_auto(GStrv) folders = g_strsplit(path != NULL ? path : "", ":", -1);
    for (char **folder = folders; *folder != NULL; folder++) {
        if (g_path_is_absolute(*folder))
            add_candidate(candidates, *folder, "PATH", 0);
    }
}

#define NAMED_BY "PGSTAIR_PG_BINDIR"

/* The folder that a person asks for, or NULL. */
static const char *
named_folder(void)
{
    const char *named = g_getenv(NAMED_BY);
    return named != NULL && *named != '\0' ? named : NULL;
}

/* All places, that which a person named first.  with_commands: also by running pg_config. */
static GPtrArray *
find_candidates(gboolean with_commands)
{
    GPtrArray *candidates = g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    const char *named = named_folder();
    if (named != NULL)
        add_candidate(candidates, named, NAMED_BY, 0);
    add_versioned_places(candidates);
    add_by_path(candidates);
    if (with_commands)
        add_by_pg_config(candidates);
    return candidates;
}

/* "postgres (PostgreSQL) 15.18 (Debian …)", "… 18beta1", "… 19devel" */
static gboolean
parse_version(const char *text, char **version, int *number)
{
    const char *start = strstr(text, "(PostgreSQL) ");
    if (start == NULL)
        return FALSE;
    start += strlen("(PostgreSQL) ");
    gsize length = strcspn(start, " \n");
    guint major = 0, minor = 0;
    if (sscanf(start, "%u.%u", &major, &minor) < 1 || major == 0 || major > 999 || minor > 9999)
        return FALSE;
    *version = g_strndup(start, length);
    *number = (int)(major * 10000 + minor);
    return TRUE;
}

/* Asks the binaries for their version; NULL: they cannot be run. */
static PgsInstallation *
examine(const Candidate *candidate)
{
    g_autofree char *program = g_build_filename(candidate->bindir, "postgres", NULL);
    g_autoptr(PgsProcess) process = pgs_process_new(program);
    pgs_process_add(process, "--version");
    pgs_process_set_env(process, "LC_ALL", "C");
    pgs_process_set_timeout(process, VERSION_TIMEOUT_MS);
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(PgsInstallation) installation = g_new0(PgsInstallation, 1);
    if (!pgs_process_run_checked(process, &result, NULL) ||
        !parse_version(result.output, &installation->version, &installation->version_number))
        return NULL;
    installation->bindir = g_strdup(candidate->bindir);
    installation->found_by = g_strdup(candidate->found_by);
    return g_steal_pointer(&installation);
}

static int
compare_newest_first(gconstpointer a, gconstpointer b)
{
    const PgsInstallation *one = *(const PgsInstallation *const *)a;
    const PgsInstallation *other = *(const PgsInstallation *const *)b;
    return other->version_number - one->version_number;
}

GPtrArray *
pgs_installation_find_all(void)
{
    g_autoptr(GPtrArray) candidates = find_candidates(TRUE);
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_installation_free);
    for (guint i = 0; i < candidates->len; i++) {
        PgsInstallation *installation = examine(g_ptr_array_index(candidates, i));
        if (installation != NULL)
            g_ptr_array_add(all, installation);
    }
    g_ptr_array_sort(all, compare_newest_first);
    return all;
}

static char *
installer_hint(int major)
{
    g_autofree char *release = NULL;
    const char *command = NULL;
#ifdef __APPLE__
    command = "brew install postgresql@17";
#endif
    g_file_get_contents("/etc/os-release", &release, NULL, NULL);
    g_auto(GStrv) lines = g_strsplit(release != NULL ? release : "", "\n", -1);
    for (char **line = lines; *line != NULL && command == NULL; line++) {
        if (!g_str_has_prefix(*line, "ID=") && !g_str_has_prefix(*line, "ID_LIKE="))
            continue;
        for (gsize i = 0; i < G_N_ELEMENTS(installers) && command == NULL; i++) {
            if (strstr(*line, installers[i].system) != NULL)
                command = installers[i].command;
        }
    }
    g_autofree char *elsewhere =
        g_strdup_printf("name the folder of postgres and initdb in the environment variable "
                        "PGSTAIR_PG_BINDIR, or take a server in a container: --server docker:%d",
                        major != 0 ? major : EXAMPLE_MAJOR);
    if (command == NULL)
        return g_strdup_printf("install a PostgreSQL server, %s", elsewhere);
    if (major == 0)
        return g_strdup_printf("install PostgreSQL (\"%s\"), %s", command, elsewhere);
    return g_strdup_printf("install PostgreSQL %d (\"%s\" installs the system's own version), %s",
                           major, command, elsewhere);
}

static void
set_not_found(int major, GError **error)
{
    g_autoptr(GPtrArray) all = pgs_installation_find_all();
    g_autoptr(GString) found = g_string_new(all->len > 0 ? "; found: " : "");
    for (guint i = 0; i < all->len; i++) {
        const PgsInstallation *installation = g_ptr_array_index(all, i);
        g_string_append_printf(found, "%s%s in %s", i > 0 ? ", " : "", installation->version,
                               installation->bindir);
    }
    g_autofree char *hint = installer_hint(major);
    g_autofree char *wanted = major != 0 ? g_strdup_printf("PostgreSQL %d", major)
                                         : g_strdup_printf("PostgreSQL %d or newer", MAJOR_MIN);
    pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, hint,
                  "there is no server of %s on this machine%s", wanted, found->str);
}

/* The newest that fits; NULL: none does. */
static PgsInstallation *
choose(GPtrArray *candidates, int major)
{
    g_autoptr(PgsInstallation) best = NULL;
    for (guint i = 0; i < candidates->len; i++) {
        const Candidate *candidate = g_ptr_array_index(candidates, i);
        /* A folder whose name says that it is not wanted need not be asked. */
        int least = best != NULL ? best->version_number / 10000 : MAJOR_MIN;
        if (candidate->major != 0 &&
            (candidate->major < least || (major != 0 && candidate->major != major)))
            continue;
        g_autoptr(PgsInstallation) found = examine(candidate);
        if (found == NULL || found->version_number < MAJOR_MIN * 10000 ||
            (major != 0 && found->version_number / 10000 != major))
            continue;
        if (best == NULL || found->version_number > best->version_number) {
            pgs_installation_free(best);
            best = g_steal_pointer(&found);
        }
    }
    return g_steal_pointer(&best);
}

static int
compare_candidates(gconstpointer a, gconstpointer b)
{
    const Candidate *one = *(const Candidate *const *)a;
    const Candidate *other = *(const Candidate *const *)b;
    return other->major - one->major;
}

/*
 * The one that a person named: never passed over in silence, unless another major version is asked
 * for.  NULL with error unset: it is of another version.
 */
static PgsInstallation *
find_named(const char *folder, int major, GError **error)
{
    g_autoptr(GPtrArray) candidates =
        g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
    g_autoptr(PgsInstallation) found = NULL;
    if (add_candidate(candidates, folder, NAMED_BY, 0))
        found = examine(g_ptr_array_index(candidates, 0));
    if (found == NULL) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START,
                      "name the folder that holds postgres and initdb, or unset it",
                      NAMED_BY " is \"%s\", which holds no PostgreSQL server that runs", folder);
        return NULL;
    }
    if (major != 0 && found->version_number / 10000 != major)
        return NULL;
    if (found->version_number < MAJOR_MIN * 10000) {
        pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_START, "unset it",
                      NAMED_BY " is \"%s\", which holds PostgreSQL %s; %d is the oldest that works",
                      folder, found->version, MAJOR_MIN);
        return NULL;
    }
    return g_steal_pointer(&found);
}

PgsInstallation *
pgs_installation_find(int major, GError **error)
{
    if (named_folder() != NULL) {
        GError *cause = NULL;
        PgsInstallation *found = find_named(named_folder(), major, &cause);
        if (cause != NULL)
            g_propagate_error(error, cause);
        if (found != NULL || cause != NULL)
            return found;
    }
    /* pg_config, a process more, is asked only when nothing else knows. */
    for (int with_commands = 0; with_commands <= 1; with_commands++) {
        g_autoptr(GPtrArray) candidates = find_candidates(with_commands);
        g_ptr_array_sort(candidates, compare_candidates);
        PgsInstallation *found = choose(candidates, major);
        if (found != NULL)
            return found;
    }
    set_not_found(major, error);
    return NULL;
}
