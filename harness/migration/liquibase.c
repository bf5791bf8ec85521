#include "base/error.h"
#include "migration/formats.h"
#include "migration/liquibase_file.h"
#include "migration/liquibase_include.h"
#include "migration/liquibase_split.h"
#include "migration/pairs.h"
#include "migration/placeholders.h"

#include <string.h>

/* github.com/liquibase/liquibase, 5: liquibase-standard/src/main/java/liquibase/changelog/ChangeSet
 * .java, execute() and rollback(): a changeset in a transaction of its own unless runInTransaction
 * is false, its statements one after the other by JDBC. */
static const PgsTool tool = {
    .name = "liquibase",
    /* github.com/pgjdbc/pgjdbc, core/v3/QueryExecutorImpl.java, processResults() */
    .refuses_copy = "COPY commands are only supported using the CopyManager API.",
    /* The same, sendQueryPreamble(); database/AbstractJdbcDatabase.java has no autocommit. */
    .begins_anew = TRUE,
    .alone = "put it into a changeset of its own with runInTransaction:false",
};

/* liquibase-standard/src/main/java/liquibase/changelog/StandardChangeLogHistoryService.java and
 * lockservice/StandardLockService.java, as PostgreSQL gets them. */
static const char prepare[] =
    "CREATE TABLE IF NOT EXISTS databasechangeloglock (id int NOT NULL, locked boolean NOT NULL, "
    "lockgranted timestamp, lockedby varchar(255), CONSTRAINT databasechangeloglock_pkey PRIMARY "
    "KEY (id));"
    "CREATE TABLE IF NOT EXISTS databasechangelog (id varchar(255) NOT NULL, author varchar(255) "
    "NOT NULL, filename varchar(255) NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted int "
    "NOT NULL, exectype varchar(10) NOT NULL, md5sum varchar(35), description varchar(255), "
    "comments varchar(255), tag varchar(255), liquibase varchar(20), contexts varchar(255), labels "
    "varchar(255), deployment_id varchar(10))";

typedef struct {
    const PgsFolder *folder;
    PgsHistory *history;
    GHashTable *parameters; /* char * → char * */
    GHashTable *read;       /* char *: the files, without links */
    GHashTable *labels;     /* char *: of the changesets */
    guint n_contexts;       /* changesets with a context or labels */
} Reading;

static gboolean
is_formatted(PgsFolderFile *file)
{
    GBytes *bytes = g_str_has_suffix(file->name, ".sql") ? pgs_folder_text(file, NULL) : NULL;
    gsize length;
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, &length) : NULL;
    return text != NULL && pgs_liquibase_is_formatted(text, length);
}

static PgsFolderFile *
find_formatted(const PgsFolder *folder)
{
    for (guint i = 0; i < folder->files->len; i++) {
        if (is_formatted(g_ptr_array_index(folder->files, i)))
            return g_ptr_array_index(folder->files, i);
    }
    return NULL;
}

gboolean
pgs_liquibase_fits(const PgsFolder *folder)
{
    return find_formatted(folder) != NULL;
}

gboolean
pgs_liquibase_recognise(const PgsFolder *folder, char **reason)
{
    const PgsFolderFile *file = find_formatted(folder);
    if (file != NULL) {
        *reason = g_strdup_printf("%s begins with --liquibase formatted sql", file->name);
        return TRUE;
    }
    g_autoptr(GHashTable) parameters =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autofree char *root = pgs_liquibase_find_root(folder, parameters);
    g_autofree char *text = root != NULL ? pgs_file_text_beside("", root) : NULL;
    if (text == NULL || strstr(text, "databaseChangeLog") == NULL)
        return FALSE;
    g_autofree char *name = g_path_get_basename(root);
    *reason = g_strdup_printf("%s is a changelog of Liquibase's", name);
    return TRUE;
}

/* A file for people: below the folder as that was given, else its whole path. */
static char *
shown_path(const PgsFolder *folder, const char *real)
{
    gsize n = strlen(folder->real);
    if (strncmp(real, folder->real, n) == 0 && real[n] == '/')
        return g_build_filename(folder->path, real + n + 1, NULL);
    return g_strdup(real);
}

static PgsStep *
make_step(const char *path, const char *sql, const GArray *lines, gboolean strip, gboolean split,
          const char *delimiter, gboolean transaction)
{
    PgsLiquibaseRule rule = {.strip = strip, .split = split, .delimiter = delimiter};
    g_auto(PgsLiquibaseSplit) parts = {0};
    g_autoptr(GError) error = NULL;
    guint line = 1;
    if (!pgs_liquibase_split(sql, lines, &rule, &parts, &line, &error)) {
        g_auto(GStrv) said = g_strsplit(error->message, "\nHINT: ", 2);
        return pgs_step_new_refused(path, line, &tool, said[1], "%s", said[0]);
    }
    PgsStep *step = pgs_step_new_text(path, parts.text->str, parts.text->len, 1, parts.cuts,
                                      PGS_SEND_STATEMENTS, transaction,
                                      transaction ? NULL : "runInTransaction:false", &tool);
    pgs_step_set_lines(step, g_steal_pointer(&parts.lines));
    return step;
}

static PgsStep *
up_step(const char *path, const PgsLiquibaseChangeset *changeset)
{
    PgsStep *step =
        make_step(path, changeset->sql, changeset->sql_lines, changeset->strip, changeset->split,
                  changeset->delimiter, changeset->run_in_transaction);
    step->condition = g_strdup(changeset->condition);
    step->needs_condition =
        changeset->on_fail == NULL || g_ascii_strcasecmp(changeset->on_fail, "HALT") == 0;
    if (changeset->on_fail != NULL && g_ascii_strcasecmp(changeset->on_fail, "WARN") == 0)
        g_clear_pointer(&step->condition, g_free);
    return step;
}

static const PgsLiquibaseChangeset *
find_changeset(const GPtrArray *changesets, const char *author, const char *id)
{
    for (guint i = 0; i < changesets->len; i++) {
        const PgsLiquibaseChangeset *changeset = g_ptr_array_index(changesets, i);
        if (g_str_equal(changeset->author, author) && g_str_equal(changeset->id, id))
            return changeset;
    }
    return NULL;
}

/* A rollback keeps its comments: stripComments is the changeset's alone. */
static PgsStep *
down_step(const char *path, const GPtrArray *changesets, const PgsLiquibaseChangeset *changeset)
{
    gboolean transaction = changeset->run_in_transaction;
    if (changeset->rollback == PGS_LIQUIBASE_ROLLBACK_EMPTY)
        return make_step(path, "", changeset->rollback_lines, FALSE, TRUE, NULL, transaction);
    if (changeset->rollback == PGS_LIQUIBASE_ROLLBACK_SQL)
        return make_step(path, changeset->rollback_sql, changeset->rollback_lines, FALSE,
                         changeset->rollback_split, changeset->rollback_delimiter, transaction);
    if (changeset->rollback != PGS_LIQUIBASE_ROLLBACK_CHANGESET)
        return NULL;
    const PgsLiquibaseChangeset *other =
        find_changeset(changesets, changeset->rollback_author, changeset->rollback_id);
    if (other == NULL || other->sql == NULL)
        return pgs_step_new_refused(path, changeset->line, &tool, "name one of this file",
                                    "there is no changeset %s:%s to roll back with",
                                    changeset->rollback_author, changeset->rollback_id);
    return make_step(path, other->sql, other->sql_lines, other->strip, other->split,
                     other->delimiter, transaction);
}

static void
note_changeset(Reading *reading, const char *path, const PgsLiquibaseChangeset *changeset)
{
    if ((changeset->context != NULL && *changeset->context != '\0') ||
        (changeset->labels != NULL && *changeset->labels != '\0'))
        reading->n_contexts++;
    if (changeset->goes_on)
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.beyond", path,
                         "failOnError:false: Liquibase goes on when %s:%s fails; pgstair does not",
                         changeset->author, changeset->id);
    if (changeset->run_with != NULL && g_ascii_strcasecmp(changeset->run_with, "jdbc") != 0)
        pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.beyond", path,
                         "Liquibase runs %s:%s with %s; pgstair does it as by JDBC",
                         changeset->author, changeset->id, changeset->run_with);
}

static gboolean
add_revision(Reading *reading, const char *real, const char *path, const char *author,
             const char *id, gboolean repeatable, PgsStep *up, PgsStep *down, guint line,
             GError **error)
{
    g_autofree char *base = g_path_get_basename(real);
    gsize n = strlen(reading->folder->real);
    const char *name =
        strncmp(real, reading->folder->real, n) == 0 && real[n] == '/' ? real + n + 1 : base;
    PgsRevision *revision = g_new0(PgsRevision, 1);
    revision->id = g_strconcat(author, ":", id, NULL);
    revision->name = g_strdup("");
    revision->label = g_strdup_printf("%s::%s::%s", name, id, author);
    revision->up = up;
    revision->down = down;
    revision->repeatable = repeatable && down == NULL;
    g_ptr_array_add(reading->history->revisions, revision);
    if (g_hash_table_add(reading->labels, g_strdup(revision->label)))
        return TRUE;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE,
                  "give one of them an id of its own",
                  "%s:%u: the changeset %s:%s is in this file already", path, line, author, id);
    return FALSE;
}

static gboolean
add_changesets(Reading *reading, const char *real, const char *path, const GPtrArray *changesets,
               GError **error)
{
    for (guint i = 0; i < changesets->len; i++) {
        const PgsLiquibaseChangeset *changeset = g_ptr_array_index(changesets, i);
        if (changeset->is_ignored || !pgs_liquibase_is_for_postgresql(changeset->dbms)) {
            pgs_history_note(reading->history, PGS_NOTE_INFO, "folder.beyond", path,
                             "%s:%s is not run: %s", changeset->author, changeset->id,
                             changeset->is_ignored ? "ignore:true" : "its dbms is another");
            continue;
        }
        note_changeset(reading, path, changeset);
        if (!add_revision(reading, real, path, changeset->author, changeset->id,
                          changeset->run_on_change || changeset->run_always,
                          up_step(path, changeset), down_step(path, changesets, changeset),
                          changeset->line, error))
            return FALSE;
    }
    return TRUE;
}

/* parser/core/sql/SqlChangeLogParser.java: a file without the mark is one changeset, which is sent
 * as it is. */
static gboolean
add_plain(Reading *reading, const char *real, const char *path, const char *text, gsize length,
          GError **error)
{
    if (length == 0) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, NULL,
                      "%s: Liquibase refuses an empty file", path);
        return FALSE;
    }
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(guint));
    guint line = 1;
    g_array_append_val(lines, line);
    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n' && ++line > 0)
            g_array_append_val(lines, line);
    }
    PgsStep *up = make_step(path, text, lines, FALSE, FALSE, NULL, TRUE);
    return add_revision(reading, real, path, "includeAll", "raw", FALSE, up, NULL, 1, error);
}

/* The file's text, wherever a changelog found it; *length: of it. */
static char *
read_text(const PgsFolder *folder, const char *real, const char *path, gsize *length,
          GError **error)
{
    gsize n = strlen(folder->real);
    gboolean below = strncmp(real, folder->real, n) == 0 && real[n] == '/';
    g_autofree char *outside = g_path_get_dirname(real);
    g_autofree char *base = g_path_get_basename(real);
    g_autoptr(PgsFolder) other = below ? NULL : pgs_folder_open(outside, error);
    if (!below && other == NULL)
        return NULL;
    PgsFolderFile *file =
        below ? pgs_folder_find(folder, real + n + 1) : pgs_folder_find(other, base);
    if (file == NULL) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FOLDER,
                      "hidden folders are not looked into", "%s: not found", path);
        return NULL;
    }
    GBytes *bytes = pgs_folder_text(file, error);
    const char *text = bytes != NULL ? g_bytes_get_data(bytes, length) : NULL;
    return bytes != NULL ? g_strndup(text != NULL ? text : "", *length) : NULL;
}

static gboolean
read_file(const char *real, gpointer data, GError **error)
{
    Reading *reading = data;
    g_autofree char *path = shown_path(reading->folder, real);
    if (!g_hash_table_add(reading->read, g_strdup(real))) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_DUPLICATE, "include it once",
                      "%s: it is included a second time", path);
        return FALSE;
    }
    gsize length;
    g_autofree char *text = read_text(reading->folder, real, path, &length, error);
    if (text == NULL)
        return FALSE;
    if (!g_utf8_validate_len(text, length, NULL)) {
        pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, "save it as UTF-8",
                      "%s: no valid UTF-8", path);
        return FALSE;
    }
    if (!pgs_liquibase_is_formatted(text, length))
        return add_plain(reading, real, path, text, length, error);
    g_autoptr(GPtrArray) changesets =
        pgs_liquibase_file_read(path, text, length, reading->parameters, error);
    return changesets != NULL && add_changesets(reading, real, path, changesets, error);
}

/* Without a root changelog: all formatted files, as an includeAll of the folder would have them. */
static gboolean
read_all(Reading *reading, GError **error)
{
    for (guint i = 0; i < reading->folder->files->len; i++) {
        PgsFolderFile *file = g_ptr_array_index(reading->folder->files, i);
        g_autofree char *real = g_build_filename(reading->folder->real, file->name, NULL);
        if (is_formatted(file) && !read_file(real, reading, error))
            return FALSE;
    }
    return TRUE;
}

static void
note_unread(Reading *reading)
{
    for (guint i = 0; i < reading->folder->files->len; i++) {
        const PgsFolderFile *file = g_ptr_array_index(reading->folder->files, i);
        g_autofree char *real = g_build_filename(reading->folder->real, file->name, NULL);
        if (g_str_has_suffix(file->name, ".sql") && !g_hash_table_contains(reading->read, real))
            pgs_history_note(reading->history, PGS_NOTE_WARNING, "folder.unmatched", file->path,
                             "no changelog includes this file");
    }
    if (reading->n_contexts > 0)
        pgs_history_note(
            reading->history, PGS_NOTE_INFO, "folder.beyond", NULL,
            "%u changesets have contexts or labels: all are run, as Liquibase does when "
            "it is given none",
            reading->n_contexts);
}

static void
note_changelog(const char *path, gpointer data)
{
    const Reading *reading = data;
    pgs_history_note_file(reading->history, path);
}

static gboolean
read_changelogs(Reading *reading, GError **error)
{
    g_autofree char *root = pgs_liquibase_find_root(reading->folder, reading->parameters);
    pgs_placeholders_take(reading->parameters, reading->history->settings->placeholders, FALSE);
    if (root == NULL)
        return read_all(reading, error);
    PgsLiquibaseInclusion inclusion = {reading->folder, reading->parameters, read_file, reading,
                                       note_changelog};
    return pgs_liquibase_include(&inclusion, root, error);
}

gboolean
pgs_liquibase_read(const PgsFolder *folder, PgsHistory *history, GError **error)
{
    Reading reading = {
        .folder = folder,
        .history = history,
        .parameters = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
        .read = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .labels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
    gboolean ok = read_changelogs(&reading, error);
    g_autofree char *properties = g_build_filename(folder->real, "liquibase.properties", NULL);
    pgs_history_note_file(history, properties);
    if (ok)
        note_unread(&reading);
    history->prepare = prepare;
    g_hash_table_unref(reading.parameters);
    g_hash_table_unref(reading.read);
    g_hash_table_unref(reading.labels);
    return ok;
}
