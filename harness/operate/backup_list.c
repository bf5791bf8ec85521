#include "operate/backup_list.h"

#include "operate/backup_file.h"

#include <string.h>
#include <sys/stat.h>

static void
entry_free(PgsBackupEntry *entry)
{
    if (entry == NULL)
        return;
    g_free(entry->path);
    g_free(entry);
}

static int
compare(gconstpointer a, gconstpointer b)
{
    const PgsBackupEntry *one = *(const PgsBackupEntry *const *)a;
    const PgsBackupEntry *other = *(const PgsBackupEntry *const *)b;
    if (one->changed != other->changed)
        return one->changed > other->changed ? -1 : 1;
    return strcmp(other->path, one->path);
}

static void
add(GPtrArray *list, const char *folder, const char *name, const char *database)
{
    gboolean is_finished = !g_str_has_suffix(name, PGS_BACKUP_PARTIAL);
    g_autofree char *whole =
        g_strndup(name, strlen(name) - (is_finished ? 0 : strlen(PGS_BACKUP_PARTIAL)));
    g_autofree char *of = pgs_backup_file_database(whole);
    g_autofree char *path = g_build_filename(folder, name, NULL);
    struct stat status;
    if (g_strcmp0(of, database) != 0 || stat(path, &status) != 0)
        return;
    PgsBackupEntry *entry = g_new0(PgsBackupEntry, 1);
    entry->path = g_steal_pointer(&path);
    entry->size = (guint64)status.st_size;
    entry->changed = (gint64)status.st_mtime;
    entry->is_finished = is_finished;
    g_ptr_array_add(list, entry);
}

GPtrArray *
pgs_backup_list(const char *folder, const char *database)
{
    GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;)
        add(list, folder, name, database);
    g_ptr_array_sort(list, compare);
    return list;
}
