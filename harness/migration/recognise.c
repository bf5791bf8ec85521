#include "migration/recognise.h"

#include "base/error.h"
#include "migration/manifest.h"
#include "migration/pairs.h"

#include <string.h>

void
pgs_recognition_clear(PgsRecognition *recognition)
{
    g_clear_pointer(&recognition->reason, g_free);
    g_clear_pointer(&recognition->candidates, g_ptr_array_unref);
}

/* The names of readers as a person lists them: "a, b or c". */
static char *
list_names(const GPtrArray *readers, const char *prefix)
{
    GString *list = g_string_new(NULL);
    for (guint i = 0; i < readers->len; i++) {
        const PgsReader *reader = g_ptr_array_index(readers, i);
        if (i > 0)
            g_string_append(list, i + 1 == readers->len ? " or " : ", ");
        g_string_append(list, prefix);
        g_string_append(list, reader->name);
    }
    return g_string_free(list, FALSE);
}

static GPtrArray *
all_readers(void)
{
    GPtrArray *readers = g_ptr_array_new();
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        if (reader->fits != NULL)
            g_ptr_array_add(readers, (gpointer)reader);
    }
    return readers;
}

/* names NULL: any. */
static GPtrArray *
fitting_readers(const PgsFolder *folder, const char *const *names)
{
    GPtrArray *readers = g_ptr_array_new();
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        if (reader->fits != NULL && (names == NULL || g_strv_contains(names, reader->name)) &&
            reader->fits(folder))
            g_ptr_array_add(readers, (gpointer)reader);
    }
    return readers;
}

static gboolean
recognise_signs(const PgsFolder *folder, PgsRecognition *recognition)
{
    for (const PgsReader *reader = pgs_reader_table(); reader->name != NULL; reader++) {
        if (reader->recognise == NULL || !reader->recognise(folder, &recognition->reason))
            continue;
        recognition->reader = reader;
        recognition->told_by = PGS_TOLD_BY_SIGN;
        recognition->candidates = g_ptr_array_new();
        g_ptr_array_add(recognition->candidates, (gpointer)reader);
        return TRUE;
    }
    return FALSE;
}

static gboolean
recognise_manifest(const PgsFolder *folder, PgsRecognition *recognition)
{
    recognition->candidates = pgs_manifest_readers(folder, &recognition->reason);
    recognition->told_by = PGS_TOLD_BY_MANIFEST;
    if (recognition->candidates->len == 0) {
        g_clear_pointer(&recognition->candidates, g_ptr_array_unref);
        return FALSE;
    }
    recognition->reader = g_ptr_array_index(recognition->candidates, 0);
    return TRUE;
}

/* What is assumed of names that several tools give their files, and which tools these are. */
static const struct {
    const char *reader;
    const char *others[5];
    const char *reason;
} assumptions[] = {
    {"plain",
     {"sqlx", "golang-migrate", "maragudk", "plain", NULL},
     "its files are named as pairs, and nothing says which tool runs them"},
    {"flyway",
     {"flyway", "refinery", NULL},
     "its files are named as Flyway has them, and nothing says which tool runs them"},
};

static gboolean
recognise_names(const PgsFolder *folder, PgsRecognition *recognition)
{
    for (gsize i = 0; i < G_N_ELEMENTS(assumptions); i++) {
        const PgsReader *reader = pgs_reader_find(assumptions[i].reader);
        if (!reader->fits(folder))
            continue;
        recognition->reader = reader;
        recognition->told_by = PGS_TOLD_BY_NAMES;
        recognition->reason = g_strdup(assumptions[i].reason);
        recognition->candidates = fitting_readers(folder, assumptions[i].others);
        return TRUE;
    }
    return FALSE;
}

gboolean
pgs_recognise(const PgsFolder *folder, PgsRecognition *recognition)
{
    return recognise_signs(folder, recognition) || recognise_manifest(folder, recognition) ||
           recognise_names(folder, recognition);
}

static gboolean
refuse_foreign(const PgsFolder *folder, GError **error)
{
    g_autofree char *sign = NULL;
    const char *tool = pgs_foreign_tool(folder, &sign);
    if (tool == NULL)
        return FALSE;
    g_autofree char *hint =
        g_strdup_printf("pgstair runs them by the tool's own commands: docs/recipes.md has the "
                        "commands: for a pgstair.yaml, under \"%s\"",
                        tool);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "%s: migrations of %s (%s), which are not SQL", folder->path, tool, sign);
    return TRUE;
}

/* Names such as 1_x.sql are those of many tools, none of which left a sign. */
static gboolean
refuse_many(const PgsFolder *folder, GError **error)
{
    static const char *const numbered[] = {"goose",           "sqlx", "dbmate", "atlas",
                                           "node-pg-migrate", NULL};
    g_autoptr(GPtrArray) fitting = fitting_readers(folder, numbered);
    if (fitting->len == 0)
        return FALSE;
    g_autofree char *options = list_names(fitting, "--format ");
    g_autofree char *hint = g_strconcat("name the tool: ", options, NULL);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_AMBIGUOUS, hint,
                  "%s: nothing says which tool runs these files", folder->path);
    return TRUE;
}

void
pgs_recognise_refuse(const PgsFolder *folder, GError **error)
{
    if (refuse_foreign(folder, error) || refuse_many(folder, error))
        return;
    g_autoptr(GPtrArray) readers = all_readers();
    g_autofree char *names = list_names(readers, "");
    g_autofree char *hint = g_strdup_printf("formats that are read: %s", names);
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_FORMAT, hint,
                  "no migrations in %s: %s", folder->path,
                  folder->files->len == 0
                      ? "the folder is empty"
                      : "no file there is named as one of a known format, nor in a folder below");
}

/* Each tool sends such statements with another outcome. */
#define DECISIVE                                                                                   \
    (PGS_STATEMENT_NO_TRANSACTION | PGS_STATEMENT_BEGIN | PGS_STATEMENT_COMMIT |                   \
     PGS_STATEMENT_ROLLBACK)

static const PgsStatement *
find_decisive(const PgsStep *step)
{
    if (step == NULL || step->script == NULL || (pgs_script_flags(step->script) & DECISIVE) == 0)
        return NULL;
    for (guint i = 0; i < pgs_script_n_statements(step->script); i++) {
        const PgsStatement *statement = pgs_script_statement(step->script, i);
        if ((statement->flags & DECISIVE) != 0)
            return statement;
    }
    return NULL;
}

static gboolean
refuse_open(const PgsStep *step, const PgsStatement *statement, const GPtrArray *candidates,
            GError **error)
{
    g_autofree char *names = list_names(candidates, "--format ");
    g_autofree char *hint = g_strconcat("name the tool: ", names, NULL);
    gboolean alone = (statement->flags & PGS_STATEMENT_NO_TRANSACTION) != 0;
    pgs_error_set(error, PGS_MIGRATION_ERROR, PGS_MIGRATION_ERROR_AMBIGUOUS, hint,
                  "%s:%u:%u: what becomes of this %s depends on the tool that runs the file, and "
                  "nothing says which one that is",
                  step->path, statement->line, statement->column,
                  alone ? "statement, which cannot run in a transaction," : "transaction control");
    return FALSE;
}

gboolean
pgs_recognition_settle(const PgsRecognition *recognition, PgsHistory *history, GError **error)
{
    const GPtrArray *candidates = recognition->candidates;
    if (candidates->len < 2)
        return TRUE;
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = g_ptr_array_index(history->revisions, i);
        const PgsStep *steps[] = {revision->up, revision->down};
        for (gsize j = 0; j < G_N_ELEMENTS(steps); j++) {
            const PgsStatement *statement = find_decisive(steps[j]);
            if (statement != NULL)
                return refuse_open(steps[j], statement, candidates, error);
        }
    }
    g_autofree char *names = list_names(candidates, "");
    pgs_history_note(history, PGS_NOTE_INFO, "folder.format", NULL,
                     "read as %s; by its names it may be %s (--format says it)",
                     recognition->reader->title, names);
    return TRUE;
}
