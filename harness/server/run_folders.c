#include "server/run_folders.h"

#include "base/error.h"
#include "server/custody.h"
#include "server/liveness.h"
#include "server/place.h"
#include "server/server.h"
#include "server/supervisor/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OWNER_MAX = 512,    /* bytes of the owner's file */
    YOUNG_SECONDS = 60, /* so long may it take from a folder's making to its owner's file */
    SWEEP_MS = 10 * 1000,
    LOOK_US = 5 * 1000,
};

void
pgs_run_folder_free(PgsRunFolder *folder)
{
    if (folder == NULL)
        return;
    g_free(folder->path);
    g_free(folder);
}

static gboolean
is_name(const char *name)
{
    if (!g_str_has_prefix(name, PGS_RUN_FOLDER_PREFIX))
        return FALSE;
    name += strlen(PGS_RUN_FOLDER_PREFIX);
    gsize digits = strspn(name, "0123456789");
    return digits > 0 && name[digits] == '-' && strlen(name + digits + 1) == 6 &&
           (geteuid() == 0 || g_ascii_strtoull(name, NULL, 10) == geteuid());
}

/* For a file system without locks. */
static gboolean
text_says_gone(const char *text)
{
    int pid;
    unsigned long long start;
    char boot[64], space[64];
    if (sscanf(text, "pid %d\nstart %llu\nboot %63s\nnamespace %63s", &pid, &start, boot, space) !=
        4)
        return FALSE;
    g_autofree char *owner =
        g_strdup_printf("pid=%d start=%llu boot=%s ns=%s", pid, start, boot, space);
    return pgs_liveness_judge(owner) == PGS_LIVENESS_GONE;
}

/* The lock decides, as for the supervisor; it is let go of at once. */
static gboolean
is_gone(int fd, const char *text)
{
    if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
        flock(fd, LOCK_UN);
        return TRUE;
    }
    return errno != EWOULDBLOCK && errno != EINTR && text_says_gone(text);
}

static PgsRunFolder *
examine(const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || (geteuid() != 0 && st.st_uid != geteuid()))
        return NULL;
    PgsRunFolder *folder = g_new0(PgsRunFolder, 1);
    folder->path = g_strdup(path);
    folder->made = st.st_mtime;
    g_autofree char *owner = g_build_filename(path, PGS_RUN_FOLDER_OWNER, NULL);
    int fd = open(owner, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
        folder->is_left =
            errno == ENOENT && g_get_real_time() / G_USEC_PER_SEC - folder->made >= YOUNG_SECONDS;
        return folder;
    }
    char text[OWNER_MAX] = "";
    if (read(fd, text, sizeof text - 1) > 0)
        sscanf(text, "pid %d", &folder->pid);
    folder->is_left = is_gone(fd, text);
    close(fd);
    return folder;
}

/* Each once, whatever names it: $TMPDIR may be /tmp. */
static char **
list_parents(void)
{
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GStrvBuilder) parents = g_strv_builder_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pgs_place_list(paths);
    for (guint i = 0; i < paths->len; i++) {
        struct stat st;
        const char *path = g_ptr_array_index(paths, i);
        if (stat(path, &st) != 0)
            continue;
        char *key = g_strdup_printf("%lu:%lu", (gulong)st.st_dev, (gulong)st.st_ino);
        if (g_hash_table_add(seen, key))
            g_strv_builder_add(parents, path);
    }
    return g_strv_builder_end(parents);
}

GPtrArray *
pgs_run_folders_list(void)
{
    GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_run_folder_free);
    g_auto(GStrv) parents = list_parents();
    for (char **parent = parents; *parent != NULL; parent++) {
        g_autoptr(GDir) dir = g_dir_open(*parent, 0, NULL);
        const char *name;
        while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
            g_autofree char *path = g_build_filename(*parent, name, NULL);
            PgsRunFolder *folder = is_name(name) ? examine(path) : NULL;
            if (folder != NULL)
                g_ptr_array_add(folders, folder);
        }
    }
    return folders;
}

gboolean
pgs_run_folders_sweep(const PgsRunFolder *folder, GError **error)
{
    g_auto(GStrv) parents = list_parents();
    g_autoptr(PgsCustody) custody = pgs_custody_new(error);
    if (custody == NULL)
        return FALSE;
    pgs_custody_sweep(custody, (const char *const *)parents);
    gint64 deadline = g_get_monotonic_time() + (gint64)SWEEP_MS * 1000;
    while (g_file_test(folder->path, G_FILE_TEST_EXISTS)) {
        if (g_get_monotonic_time() >= deadline) {
            pgs_error_set(error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_DATABASE, NULL,
                          "the folder %s was not removed within %d seconds", folder->path,
                          SWEEP_MS / 1000);
            return FALSE;
        }
        g_usleep(LOOK_US);
    }
    return TRUE;
}
