#include "migration/atlas_sum.h"

#include "migration/atlas_scan.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/ariga/atlas, 1.2: sql/migrate/dir.go, NewHashFile(), HashFile, Validate(). */

typedef struct {
    char *name, *hash;
} Entry;

static void
entry_clear(gpointer data)
{
    Entry *entry = data;
    g_free(entry->name);
    g_free(entry->hash);
}

static GArray *
entries_new(void)
{
    GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_array_set_clear_func(entries, entry_clear);
    return entries;
}

/* base64.StdEncoding of what was hashed so far: more may follow. */
static char *
digest_of(const GChecksum *checksum)
{
    g_autoptr(GChecksum) copy = g_checksum_copy(checksum);
    guint8 digest[32];
    gsize length = sizeof digest;
    g_checksum_get_digest(copy, digest, &length);
    return g_base64_encode(digest, length);
}

gboolean
pgs_atlas_sum_ignores(GBytes *text)
{
    gsize length;
    const char *data = g_bytes_get_data(text, &length);
    g_autofree char *mode = NULL;
    return length > 0 && pgs_atlas_directive(data, length, "sum", NULL, &mode) &&
           strcmp(mode, "ignore") == 0;
}

/* One hash over all files, noted behind each of them: a file that is put in between changes all
 * that follow. */
static GArray *
compute_entries(const GPtrArray *files, GError **error)
{
    g_autoptr(GArray) entries = entries_new();
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(files, i);
        GBytes *bytes = pgs_folder_text(file, error);
        if (bytes == NULL)
            return NULL;
        g_checksum_update(checksum, (const guchar *)file->name, (gssize)strlen(file->name));
        if (pgs_atlas_sum_ignores(bytes))
            continue;
        gsize length;
        const guchar *data = g_bytes_get_data(bytes, &length);
        if (length > 0)
            g_checksum_update(checksum, data, (gssize)length);
        Entry entry = {g_strdup(file->name), digest_of(checksum)};
        g_array_append_val(entries, entry);
    }
    return g_steal_pointer(&entries);
}

static char *
total_of(const GArray *entries)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index(entries, Entry, i);
        g_checksum_update(checksum, (const guchar *)entry->name, (gssize)strlen(entry->name));
        g_checksum_update(checksum, (const guchar *)entry->hash, (gssize)strlen(entry->hash));
    }
    return digest_of(checksum);
}

/* UnmarshalText(): NULL when it is not of that form; *fault: why (static), *line: where, or 0. */
static GArray *
parse_entries(GBytes *bytes, guint *line, const char **fault)
{
    gsize length;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = g_strndup(length > 0 ? data : "", length);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint n = g_strv_length(lines);
    n -= n > 0 && *lines[n - 1] == '\0';
    g_autoptr(GArray) entries = entries_new();
    for (guint i = 1; i < n; i++) {
        const char *mark = strstr(lines[i], "h1:");
        if (mark == NULL) {
            *line = i + 1;
            *fault = "checksum file format invalid";
            return NULL;
        }
        Entry entry = {g_strstrip(g_strndup(lines[i], (gsize)(mark - lines[i]))),
                       g_strdup(mark + strlen("h1:"))};
        if (g_str_has_suffix(entry.hash, "\r"))
            entry.hash[strlen(entry.hash) - 1] = '\0';
        g_array_append_val(entries, entry);
    }
    const char *sum = n > 0 ? lines[0] : "";
    if (n > 0 && g_str_has_prefix(sum, "h1:"))
        sum += strlen("h1:");
    g_autofree char *total = total_of(entries);
    gsize width = strlen(sum);
    width -= width > 0 && sum[width - 1] == '\r';
    if (strlen(total) == width && memcmp(total, sum, width) == 0)
        return g_steal_pointer(&entries);
    *line = 1;
    *fault = "checksum mismatch: its first line does not match those below it";
    return NULL;
}

static gint
find_entry(const GArray *entries, const char *name)
{
    for (guint i = 0; i < entries->len; i++) {
        if (strcmp(g_array_index(entries, Entry, i).name, name) == 0)
            return (gint)i;
    }
    return -1;
}

/* Validate(): the first entry that differs, and why. */
static char *
compare_entries(const GArray *noted, const GArray *found, guint *line, char **file)
{
    for (guint i = 0; i < noted->len; i++) {
        const Entry *entry = &g_array_index(noted, Entry, i);
        const Entry *other = i < found->len ? &g_array_index(found, Entry, i) : NULL;
        if (other != NULL && strcmp(entry->name, other->name) == 0 &&
            strcmp(entry->hash, other->hash) == 0)
            continue;
        gint place = find_entry(found, entry->name);
        const char *reason = place < 0 ? "removed" : place == (gint)i ? "edited" : "added";
        *line = i + 2;
        *file =
            g_strdup(place < 0 || place == (gint)i || other == NULL ? entry->name : other->name);
        return g_strdup_printf("checksum mismatch: %s was %s", *file, reason);
    }
    if (found->len <= noted->len)
        return NULL;
    *line = noted->len + 2;
    *file = g_strdup(g_array_index(found, Entry, noted->len).name);
    return g_strdup_printf("checksum mismatch: %s was added", *file);
}

char *
pgs_atlas_sum_fault(const PgsFolder *folder, const GPtrArray *files, guint *line, char **file,
                    GError **error)
{
    *line = 0;
    *file = NULL;
    PgsFolderFile *sum = pgs_folder_find(folder, PGS_ATLAS_SUM_FILE);
    GBytes *bytes = pgs_folder_text(sum, error);
    g_autoptr(GArray) found = bytes != NULL ? compute_entries(files, error) : NULL;
    if (found == NULL)
        return NULL;
    const char *fault = NULL;
    g_autoptr(GArray) noted = parse_entries(bytes, line, &fault);
    return noted != NULL ? compare_entries(noted, found, line, file) : g_strdup(fault);
}

/* The files in the folder itself, in the order of their names, which is Atlas's. */
static GPtrArray *
files_that_end_with(const PgsFolder *folder, const char *suffix)
{
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && g_str_has_suffix(file->name, suffix))
            g_ptr_array_add(files, file);
    }
    return files;
}

/* HashFile.MarshalText() */
char *
pgs_atlas_sum_text(const PgsFolder *folder, GError **error)
{
    g_autoptr(GPtrArray) files = files_that_end_with(folder, ".sql");
    g_autoptr(GArray) entries = compute_entries(files, error);
    if (entries == NULL)
        return NULL;
    g_autofree char *total = total_of(entries);
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "h1:%s\n", total);
    for (guint i = 0; i < entries->len; i++) {
        const Entry *entry = &g_array_index(entries, Entry, i);
        g_string_append_printf(text, "%s h1:%s\n", entry->name, entry->hash);
    }
    return g_string_free(text, FALSE);
}

/* ---- beside other formats ---- */

/* sql/sqltool/tool.go: which files Atlas reads of the formats that it knows besides its own, where
 * they lie in one folder and their names' order is its order.  NULL: not one of them. */
static const char *
suffix_for(const char *format)
{
    static const struct {
        const char *format, *suffix;
    } rows[] = {
        {"golang-migrate", ".up.sql"},
        {"goose", ".sql"},
        {"dbmate", ".sql"},
        {"liquibase", ".sql"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].format, format) == 0)
            return rows[i].suffix;
    }
    return NULL;
}

gboolean
pgs_atlas_sum_note(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    const PgsFolderFile *sum = pgs_folder_find(folder, PGS_ATLAS_SUM_FILE);
    const char *suffix = suffix_for(history->format);
    if (sum == NULL || suffix == NULL)
        return TRUE;
    g_autoptr(GPtrArray) files = files_that_end_with(folder, suffix);
    guint line;
    g_autofree char *name = NULL;
    g_autoptr(GError) local = NULL;
    g_autofree char *fault = pgs_atlas_sum_fault(folder, files, &line, &name, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (fault != NULL)
        pgs_history_note(history, PGS_NOTE_WARNING, "folder.checksum", sum->path,
                         "line %u: %s; Atlas refuses such a folder (atlas migrate hash writes the "
                         "file anew)",
                         line, fault);
    return TRUE;
}
