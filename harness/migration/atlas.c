#include "base/error.h"
#include "migration/atlas_scan.h"
#include "migration/atlas_sum.h"
#include "migration/formats.h"
#include "migration/pairs.h"

#include <string.h>

/* github.com/ariga/atlas, 1.2: sql/migrate/dir.go decides what is read, lex.go how it is split,
 * migrate.go (Executor) and cmd/atlas/internal/cmdapi/migrate.go (tx) how it is sent. */
static const PgsTool tool = {
    .name = "atlas",
    /* tx.commit(); lib/pq, conn.go, Commit(), checkIsInTransaction() */
    .refuses_commit = "pq: unexpected transaction status idle",
    /* lib/pq, conn.go, simpleExec() */
    .refuses_copy = "pq: unknown response for simple query: 'G'",
    .alone = "write \"-- atlas:txmode none\" and an empty line at the top of the file",
};

#define SUM_HINT                                                                                   \
    "if the change is meant: atlas migrate hash; a checkout that changes line ends is one, too"

gboolean
pgs_atlas_fits(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && g_str_has_suffix(file->name, ".sql"))
            return TRUE;
    }
    return FALSE;
}

/* Atlas keeps its sum beside files of other tools, too, where it is told their format. */
static gboolean
is_of_other_tool(const PgsFolder *folder)
{
    static const char *const globs[] = {"*.up.sql", "*.down.sql", "V*__*.sql", "U*__*.sql",
                                        "R__*.sql"};
    for (guint i = 0; i < folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        for (gsize j = 0; j < G_N_ELEMENTS(globs) && pgs_folder_is_top(file); j++) {
            if (g_pattern_match_simple(globs[j], file->name))
                return TRUE;
        }
    }
    return FALSE;
}

gboolean
pgs_atlas_recognise(const PgsFolder *folder, char **reason)
{
    if (pgs_folder_find(folder, PGS_ATLAS_SUM_FILE) == NULL || !pgs_atlas_fits(folder) ||
        is_of_other_tool(folder))
        return FALSE;
    *reason = g_strdup("there is " PGS_ATLAS_SUM_FILE);
    return TRUE;
}

/* ---- directives ---- */

/*
 * LocalFile.comments(): the lines at the top that begin with # or --, when an empty line ends them,
 * or the file.  A line end of \r\n is no empty line: then there are none.  Lines are PgsCut.
 */
static GArray *
header_lines(const char *text, gsize length)
{
    GArray *lines = g_array_new(FALSE, TRUE, sizeof(PgsCut));
    gsize at = 0;
    while (at < length &&
           (text[at] == '#' || (length - at > 1 && text[at] == '-' && text[at + 1] == '-'))) {
        const char *newline = memchr(text + at, '\n', length - at);
        PgsCut line = {.start = at, .end = newline != NULL ? (gsize)(newline - text) : length};
        at = newline != NULL ? line.end + 1 : length;
        while (line.end > line.start && g_ascii_isspace(text[line.end - 1]))
            line.end--;
        g_array_append_val(lines, line);
    }
    gsize rest = at;
    while (rest < length && (text[rest] == ' ' || text[rest] == '\t'))
        rest++;
    if (at < length && (rest == length || text[rest] != '\n'))
        g_array_set_size(lines, 0);
    return lines;
}

/* LocalFile.Directive(): the arguments of all of that name, char *. */
static GPtrArray *
find_directives(GBytes *bytes, const char *name)
{
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) lines = header_lines(text != NULL ? text : "", length);
    for (guint i = 0; i < lines->len; i++) {
        const PgsCut *line = &g_array_index(lines, PgsCut, i);
        char *argument;
        if (pgs_atlas_directive(text + line->start, line->end - line->start, name, NULL, &argument))
            g_ptr_array_add(found, argument);
    }
    return found;
}

/* cmdapi/migrate.go, txmodeFor(): FALSE when Atlas stops at the file; *fault: in its words. */
static gboolean
find_txmode(GBytes *bytes, const char *file, const char **mode, char **fault)
{
    g_autoptr(GPtrArray) found = find_directives(bytes, "txmode");
    const char *value = found->len > 0 ? g_ptr_array_index(found, 0) : "";
    *mode = NULL;
    if (found->len == 0)
        return TRUE;
    if (found->len > 1)
        *fault = g_strdup_printf("multiple txmode values found in file \"%s\"", file);
    else if (strcmp(value, "all") == 0)
        *fault = g_strdup_printf("txmode \"all\" is not allowed in file directive \"%s\". Use "
                                 "\"file\" instead",
                                 file);
    else if (strcmp(value, "none") == 0)
        *mode = "none";
    else if (strcmp(value, "file") == 0)
        *mode = "file";
    else
        *fault =
            g_strdup_printf("unknown txmode \"%s\" found in file directive \"%s\"", value, file);
    return *fault == NULL;
}

/* ---- steps ---- */

static guint
line_of(const char *text, gsize offset)
{
    guint line = 1;
    for (gsize i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* Execute(): a file is scanned when it is its turn. */
static PgsStep *
split_file(PgsFolderFile *file, GBytes *bytes, const char *mode, GError **error)
{
    gsize length, offset = 0;
    const char *text = g_bytes_get_data(bytes, &length);
    g_autofree char *message = NULL;
    g_autoptr(GArray) cuts = pgs_atlas_scan(text != NULL ? text : "", length, &offset, &message);
    if (cuts == NULL)
        return pgs_step_new_refused(file->path, line_of(text, offset), &tool,
                                    "atlas cannot split the file into statements",
                                    "scanning statements from \"%s\": %s", file->name, message);
    g_autofree char *why = mode != NULL ? g_strdup_printf("-- atlas:txmode %s", mode) : NULL;
    gboolean transaction = g_strcmp0(mode, "none") != 0;
    return pgs_step_new_part(file, 0, length, 1, cuts, PGS_SEND_STATEMENTS, transaction, why, &tool,
                             error);
}

static PgsStep *
make_step(PgsFolderFile *file, GError **error)
{
    GBytes *bytes = pgs_folder_text(file, error);
    const char *mode;
    g_autofree char *fault = NULL;
    if (bytes == NULL)
        return NULL;
    /* SumByName() */
    if (pgs_atlas_sum_ignores(bytes))
        return pgs_step_new_refused(file->path, 1, &tool, "take out atlas:sum ignore",
                                    "scanning checksum from \"%s\": checksum not found",
                                    file->name);
    if (!find_txmode(bytes, file->name, &mode, &fault))
        return pgs_step_new_refused(file->path, 1, &tool, "none or file", "%s", fault);
    return split_file(file, bytes, mode, error);
}

/* ---- files ---- */

/* LocalDir.Files(): *.sql, by name in byte order, which is the folder's. */
static GPtrArray *
list_files(const PgsFolder *folder)
{
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(folder->files, i);
        if (pgs_folder_is_top(file) && g_str_has_suffix(file->name, ".sql"))
            g_ptr_array_add(files, file);
    }
    return files;
}

/* Validate(): without a matching atlas.sum Atlas does nothing. */
static gboolean
check_sum(const PgsFolder *folder, const GPtrArray *files, GError **error)
{
    guint line;
    g_autofree char *name = NULL;
    g_autoptr(GError) local = NULL;
    if (pgs_folder_find(folder, PGS_ATLAS_SUM_FILE) == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT,
                      "atlas migrate hash writes it",
                      "%s: checksum file not found: there is no " PGS_ATLAS_SUM_FILE, folder->path);
        return FALSE;
    }
    g_autofree char *fault = pgs_atlas_sum_fault(folder, files, &line, &name, &local);
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return FALSE;
    }
    if (fault != NULL)
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, SUM_HINT,
                      "%s/" PGS_ATLAS_SUM_FILE ":%u: %s", folder->path, line, fault);
    return fault == NULL;
}

static gboolean
is_checkpoint(PgsFolderFile *file)
{
    GBytes *bytes = pgs_folder_text(file, NULL);
    g_autoptr(GPtrArray) found = bytes != NULL ? find_directives(bytes, "checkpoint") : NULL;
    return found != NULL && found->len > 0;
}

/* FilesFromLastCheckpoint(): where a new database begins. */
static guint
find_start(const GPtrArray *files, PgsHistory *history)
{
    for (guint i = files->len; i-- > 0;) {
        PgsFolderFile *file = g_ptr_array_index(files, i);
        if (!is_checkpoint(file))
            continue;
        if (i > 0)
            pgs_history_note(history, PGS_NOTE_INFO, "folder.format", file->path,
                             "a checkpoint, with which a new database begins: %u older file%s not "
                             "run, here as by atlas",
                             i, i > 1 ? "s are" : " is");
        return i;
    }
    return 0;
}

/* A revision is known by its version: a second one would be found applied, and stop Atlas. */
static gboolean
check_version(GHashTable *versions, const PgsFolderFile *file, char *version, GError **error)
{
    const char *other = g_hash_table_lookup(versions, version);
    if (other == NULL) {
        g_hash_table_insert(versions, version, file->path);
        return TRUE;
    }
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                  "give one of them a version of its own", "%s and %s both have the version %s",
                  other, file->path, version);
    g_free(version);
    return FALSE;
}

static gboolean
add_file(PgsPairs *pairs, PgsFolderFile *file, GHashTable *versions, GError **error)
{
    /* LocalFile.Version() and Desc() */
    g_autofree char *label = g_strndup(file->name, strlen(file->name) - strlen(".sql"));
    char *version = g_strndup(label, strcspn(label, "_"));
    if (!check_version(versions, file, version, error))
        return FALSE;
    const char *name = label + strlen(version);
    PgsStep *step = make_step(file, error);
    return step != NULL && pgs_pairs_add(pairs, file->name, PGS_DIRECTION_UP, version,
                                         name + (*name == '_'), label, step, error);
}

gboolean
pgs_atlas_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    g_autoptr(PgsPairs) pairs = pgs_pairs_new();
    g_autoptr(GPtrArray) files = list_files(folder);
    g_autoptr(GHashTable) versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (files->len > 0 && !check_sum(folder, files, error))
        return FALSE;
    for (guint i = find_start(files, history); i < files->len; i++) {
        if (!add_file(pairs, g_ptr_array_index(files, i), versions, error))
            return FALSE;
    }
    pgs_pairs_finish(pairs, history);
    return TRUE;
}
