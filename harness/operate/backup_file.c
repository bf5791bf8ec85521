#include "operate/backup_file.h"

#include "base/error.h"
#include "operate/operate_error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    WHY_MAX = 60,   /* bytes of the reason in a file's name */
    SAME_NAME = 99, /* so many backups may be made for one reason in one second */
};

#define TIME_FORMAT "%Y%m%dT%H%M%SZ"
#define TIME_PATTERN "^(.+)-[0-9]{8}T[0-9]{6}Z[-.]"

/* ---- names ---- */

static void
append_escaped(GString *name, const char *text, gsize limit)
{
    gsize end = name->len + limit;
    for (const char *at = text; *at != '\0' && name->len < end; at++) {
        gboolean is_plain =
            g_ascii_isalnum(*at) || strchr("_-", *at) != NULL || (*at == '.' && at > text);
        if (is_plain)
            g_string_append_c(name, *at);
        else
            g_string_append_printf(name, "%%%02X", (guchar)*at);
    }
}

char *
pgs_backup_file_name(const char *database, const char *why, GDateTime *now)
{
    g_autoptr(GDateTime) utc = g_date_time_to_utc(now);
    g_autofree char *time = g_date_time_format(utc, TIME_FORMAT);
    GString *name = g_string_new(NULL);
    append_escaped(name, database, G_MAXSIZE / 2);
    g_string_append_printf(name, "-%s", time);
    if (why != NULL && *why != '\0') {
        g_string_append_c(name, '-');
        append_escaped(name, why, WHY_MAX);
    }
    return g_string_free(name, FALSE);
}

char *
pgs_backup_file_database(const char *name)
{
    g_autoptr(GRegex) regex = g_regex_new(TIME_PATTERN, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_str_has_suffix(name, PGS_BACKUP_SUFFIX) || !g_regex_match(regex, name, 0, &match))
        return NULL;
    g_autofree char *escaped = g_match_info_fetch(match, 1);
    return g_uri_unescape_string(escaped, NULL);
}

/* ---- the file ---- */

static gboolean
set_error(const char *path, const char *what, GError **error)
{
    int code = errno;
    const char *hint = code == ENOSPC || code == EDQUOT
                           ? "choose a folder with more room: --backup-folder FOLDER"
                       : code == EACCES || code == EROFS || code == EPERM
                           ? "choose a folder that you can write to: --backup-folder FOLDER"
                           : NULL;
    pgs_error_set(error, PGS_OPERATE_ERROR, PGS_OPERATE_ERROR_BACKUP, hint, "%s: %s: %s", path,
                  what, g_strerror(code));
    return FALSE;
}

/* Backups hold people's data: they are not to be committed by the way. */
static void
write_gitignore(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, ".gitignore", NULL);
    g_file_set_contents(path, "*\n", -1, NULL);
}

static gboolean
make_folder(const char *folder, GError **error)
{
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (g_mkdir_with_parents(folder, 0700) != 0)
        return set_error(folder, "the folder for backups cannot be made", error);
    write_gitignore(folder);
    return TRUE;
}

/* A name that nobody has.  FALSE with errno: it cannot be made. */
static gboolean
open_partial(PgsBackupFile *file, const char *folder, const char *name)
{
    for (guint i = 1; i <= SAME_NAME; i++) {
        g_autofree char *number = i > 1 ? g_strdup_printf("-%u", i) : g_strdup("");
        g_autofree char *whole = g_strconcat(name, number, PGS_BACKUP_SUFFIX, NULL);
        g_autofree char *path = g_build_filename(folder, whole, NULL);
        g_autofree char *partial = g_strconcat(path, PGS_BACKUP_PARTIAL, NULL);
        if (g_file_test(path, G_FILE_TEST_EXISTS))
            continue;
        file->fd = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (file->fd < 0 && errno == EEXIST)
            continue;
        if (file->fd >= 0) {
            file->path = g_steal_pointer(&path);
            file->partial = g_steal_pointer(&partial);
        }
        return file->fd >= 0;
    }
    errno = EEXIST;
    return FALSE;
}

PgsBackupFile *
pgs_backup_file_new(const char *folder, const char *database, const char *why, GDateTime *now,
                    GError **error)
{
    if (!make_folder(folder, error))
        return NULL;
    g_autoptr(PgsBackupFile) file = g_new0(PgsBackupFile, 1);
    file->fd = -1;
    g_autofree char *name = pgs_backup_file_name(database, why, now);
    if (!open_partial(file, folder, name)) {
        set_error(folder, "no file can be made in it", error);
        return NULL;
    }
    return g_steal_pointer(&file);
}

void
pgs_backup_file_free(PgsBackupFile *file)
{
    if (file == NULL)
        return;
    if (file->fd >= 0)
        close(file->fd);
    if (file->partial != NULL)
        unlink(file->partial);
    g_free(file->path);
    g_free(file->partial);
    g_free(file);
}

int
pgs_backup_file_lend(const PgsBackupFile *file, GError **error)
{
    int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        set_error(file->partial, "it cannot be written", error);
    return fd;
}

guint64
pgs_backup_file_size(const PgsBackupFile *file)
{
    struct stat status;
    return fstat(file->fd, &status) == 0 ? (guint64)status.st_size : 0;
}

static gboolean
sync_folder(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return FALSE;
    /* Some file systems know no such thing of a folder. */
    gboolean ok = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return ok;
}

/* A link is never made in another file's place; where there are none, nor is a name given that is
 * taken, as far as one can see. */
static gboolean
give_name(const PgsBackupFile *file)
{
    if (link(file->partial, file->path) == 0)
        return unlink(file->partial) == 0;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return FALSE;
    if (g_file_test(file->path, G_FILE_TEST_EXISTS)) {
        errno = EEXIST;
        return FALSE;
    }
    return rename(file->partial, file->path) == 0;
}

gboolean
pgs_backup_file_finish(PgsBackupFile *file, GError **error)
{
    if (fsync(file->fd) != 0)
        return set_error(file->partial, "it cannot be written to its end", error);
    if (!give_name(file))
        return set_error(file->path, "it cannot be given its name", error);
    g_clear_pointer(&file->partial, g_free);
    return sync_folder(file->path) ||
           set_error(file->path, "its folder cannot be written to the disk", error);
}
