#include "seed/seed.h"

#include "base/error.h"
#include "base/text.h"
#include "seed/put.h"

#include <glob.h>
#include <string.h>

void
pgs_seed_failure_free(PgsSeedFailure *failure)
{
    if (failure == NULL)
        return;
    g_free(failure->path);
    g_free(failure->message);
    g_free(failure->hint);
    g_free(failure->statement);
    pgs_failure_free(failure->failure);
    g_free(failure);
}

static gboolean
set_failure(PgsSeedLoad *load, const char *path, guint line, guint column, const char *hint,
            const char *format, va_list args)
{
    PgsSeedFailure *failure = g_new0(PgsSeedFailure, 1);
    failure->path = g_strdup(path != NULL ? path : load->sample->pattern);
    failure->line = line;
    failure->column = column;
    failure->message = g_strdup_vprintf(format, args);
    failure->hint = g_strdup(hint);
    load->failure = failure;
    return FALSE;
}

gboolean
pgs_seed_fail(PgsSeedLoad *load, const char *path, guint line, guint column, const char *hint,
              const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_failure(load, path, line, column, hint, format, args);
    va_end(args);
    return FALSE;
}

gboolean
pgs_seed_fail_at(PgsSeedLoad *load, const PgsSeedFile *file, gsize offset, const char *hint,
                 const char *format, ...)
{
    guint line, column;
    pgs_text_position(file->text, file->length, offset, &line, &column);
    va_list args;
    va_start(args, format);
    set_failure(load, file->path, line, column, hint, format, args);
    va_end(args);
    return FALSE;
}

/* A server without room says nothing of the data. */
static void
set_shortage(PgsSeedLoad *load, const PgsSeedFile *file, guint line, const char *statement,
             const PgsFailure *failure)
{
    g_autofree char *text = pgs_failure_to_string(failure);
    g_autofree char *place = line > 0 ? g_strdup_printf(":%u", line) : g_strdup("");
    g_clear_error(&load->fatal);
    pgs_error_set(&load->fatal, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE, NULL,
                  "loading %s%s: %s%s%.500s", file->path, place, text,
                  statement != NULL ? "\nSTATEMENT:  " : "", statement != NULL ? statement : "");
}

gboolean
pgs_seed_refuse(PgsSeedLoad *load, const PgsSeedFile *file, guint line, guint column,
                const char *where, const char *hint, const char *statement, PgsFailure *failure)
{
    if (pgs_failure_is_shortage(failure)) {
        set_shortage(load, file, line, statement, failure);
        pgs_failure_free(failure);
        return FALSE;
    }
    pgs_seed_fail(load, file->path, line, column, hint != NULL ? hint : failure->hint, "%s%s%s",
                  where != NULL ? where : "", where != NULL ? ": " : "", failure->message);
    load->failure->statement = g_strdup(statement);
    load->failure->failure = failure;
    return FALSE;
}

gboolean
pgs_seed_control(PgsSeedLoad *load, const PgsSeedFile *file, const char *command)
{
    g_autoptr(GError) error = NULL;
    PgsFailure *refusal = NULL;
    g_autoptr(PGresult) result =
        pgs_connection_query(load->connection, PGS_SHAPE_NONE, command, 0, NULL, &refusal, &error);
    if (result != NULL)
        return TRUE;
    if (refusal != NULL)
        return pgs_seed_refuse(load, file, 0, 0, NULL, NULL, command, refusal);
    load->fatal = g_steal_pointer(&error);
    return FALSE;
}

void
pgs_seed_file_clear(PgsSeedFile *file)
{
    g_clear_pointer(&file->bytes, g_free);
}

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static gboolean
read_file(PgsSeedLoad *load, PgsSeedFile *file)
{
    g_autoptr(GError) cause = NULL;
    if (!g_file_get_contents(file->path, &file->bytes, &file->length, &cause))
        return pgs_seed_fail(load, file->path, 0, 0, NULL, "%s", cause->message);
    file->text = file->bytes;
    if (g_str_has_prefix(file->bytes, BYTE_ORDER_MARK)) {
        file->text += strlen(BYTE_ORDER_MARK);
        file->length -= strlen(BYTE_ORDER_MARK);
    }
    const char *end;
    if (!g_utf8_validate_len(file->text, file->length, &end))
        return pgs_seed_fail_at(load, file, (gsize)(end - file->text), "save the file as UTF-8",
                                *end == '\0' ? "a NUL byte" : "the text is not valid UTF-8");
    return TRUE;
}

static gboolean
load_file(PgsSeedLoad *load, const PgsSeedFile *file)
{
    switch (load->sample->format) {
    case PGS_SAMPLE_SQL:
        return pgs_seed_load_sql(load, file);
    case PGS_SAMPLE_CSV:
        return pgs_seed_load_csv(load, file);
    case PGS_SAMPLE_JSON:
        return pgs_seed_load_json(load, file);
    }
    return FALSE;
}

static gint
compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Folders are left out; a file of just that name comes first. */
GPtrArray *
pgs_seed_find_files(const char *pattern)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    if (g_file_test(pattern, G_FILE_TEST_EXISTS)) {
        g_ptr_array_add(paths, g_strdup(pattern));
        return paths;
    }
    glob_t found = {0};
    if (glob(pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (gsize i = 0; i < found.gl_pathc; i++) {
            if (!g_file_test(found.gl_pathv[i], G_FILE_TEST_IS_DIR))
                g_ptr_array_add(paths, g_strdup(found.gl_pathv[i]));
        }
    }
    globfree(&found);
    g_ptr_array_sort(paths, compare_paths);
    return paths;
}

static gboolean
load_files(PgsSeedLoad *load, const GPtrArray *paths)
{
    for (guint i = 0; i < paths->len; i++) {
        g_auto(PgsSeedFile) file = {.path = g_ptr_array_index(paths, i)};
        if (!read_file(load, &file))
            return FALSE;
        gboolean ok = load_file(load, &file);
        if (load->fatal != NULL || !pgs_put_rest(load) || !ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean
load_sample(PgsSeedLoad *load)
{
    const char *pattern = load->sample->pattern;
    g_autoptr(GPtrArray) paths = pgs_seed_find_files(pattern);
    if (paths->len == 0 && strpbrk(pattern, "*?[") != NULL)
        return pgs_seed_fail(load, NULL, 0, 0,
                             "paths are relative to the pgstair.yaml that names them",
                             "the pattern matches no file");
    if (paths->len == 0)
        return pgs_seed_fail(load, NULL, 0, 0,
                             "paths are relative to the pgstair.yaml that names them",
                             "there is no such file");
    if (load->sample->format == PGS_SAMPLE_SQL)
        return load_files(load, paths);
    PgsSeedFile first = {.path = g_ptr_array_index(paths, 0)};
    PgsSeedFile last = {.path = g_ptr_array_index(paths, paths->len - 1)};
    load->target = pgs_target_new(load, &first);
    return load->target != NULL && pgs_seed_control(load, &first, "BEGIN") &&
           load_files(load, paths) && pgs_seed_control(load, &last, "COMMIT");
}

/* The first column whose member no document has: it is NULL in every row, and its name is most
 * likely misspelt.  NULL: there is none. */
static char *
missing_member(const PgsSeedLoad *load)
{
    const GPtrArray *columns = load->sample->columns;
    if (load->sample->format != PGS_SAMPLE_JSON || load->n_documents == 0)
        return NULL;
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumnMap *map = g_ptr_array_index(columns, i);
        if (map->source == PGS_VALUE_MEMBER && !g_hash_table_contains(load->members, map->text))
            return g_strdup_printf("no document has a member %s, from which %s comes: it is NULL "
                                   "in every row"
                                   "\nHINT: mend the member's name, or leave the column out",
                                   map->text, map->column);
    }
    return NULL;
}

/* What a failed load has open; a connection that is lost has nothing. */
static void
roll_back(PgsSeedLoad *load)
{
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(load->connection));
    if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
        pgs_connection_run(load->connection, "ROLLBACK", NULL);
}

gboolean
pgs_seed_load(PgsConnection *connection, const PgsSample *sample, PgsSeedFailure **failure,
              char **note, GError **error)
{
    PgsSeedLoad load = {.connection = connection, .sample = sample};
    load.members = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok = load_sample(&load);
    if (ok && load.note == NULL)
        load.note = missing_member(&load);
    if (ok && note != NULL)
        *note = g_steal_pointer(&load.note);
    g_free(load.note);
    g_hash_table_unref(load.members);
    g_clear_pointer(&load.put, pgs_put_free);
    g_clear_pointer(&load.target, pgs_target_free);
    *failure = NULL;
    if (ok)
        return TRUE;
    roll_back(&load);
    if (load.fatal != NULL) {
        g_propagate_error(error, load.fatal);
        return FALSE;
    }
    *failure = load.failure;
    return TRUE;
}
