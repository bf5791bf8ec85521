#include "base/digest.h"
#include "base/text.h"
#include "check/evidence.h"
#include "check/evidence_model.h"
#include "migration/alembic_project.h"
#include "seed/seed.h"

#include <stdlib.h>
#include <string.h>

/* What files are noted into, and by which names. */
typedef struct {
    PgsRecordSystem *facts;
    char *root;        /* the system's folder, absolute, without symbolic links */
    GHashTable *read;  /* path → PgsHistoryFile (borrowed), of the history */
    GHashTable *noted; /* char *: names that the record has */
} Files;

static void
files_clear(Files *files)
{
    g_clear_pointer(&files->root, free);
    g_clear_pointer(&files->read, g_hash_table_unref);
    g_clear_pointer(&files->noted, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Files, files_clear)

/* ---- names ---- */

/* Absolute; symbolic links on the way to it are followed, itself is not. */
static char *
absolute_path(const char *path)
{
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autofree char *folder = g_path_get_dirname(whole);
    g_autofree char *name = g_path_get_basename(whole);
    char *real = realpath(folder, NULL);
    char *result = g_build_filename(real != NULL ? real : folder, name, NULL);
    free(real);
    return result;
}

/*
 * As it is seen from the system's folder, "../seeds/a.sql", so that the same tree gives the same
 * names wherever it lies and whoever asks; as it was given when both have nothing in common.
 */
static char *
relative_name(const Files *files, const char *path)
{
    g_autofree char *whole = absolute_path(path);
    g_auto(GStrv) own = g_strsplit(files->root, G_DIR_SEPARATOR_S, -1);
    g_auto(GStrv) other = g_strsplit(whole, G_DIR_SEPARATOR_S, -1);
    guint same = 0;
    while (own[same] != NULL && other[same] != NULL && strcmp(own[same], other[same]) == 0)
        same++;
    /* What comes before the first separator is "". */
    if (same < 2)
        return g_strdup(path);
    g_autoptr(GString) name = g_string_new(NULL);
    for (guint i = same; own[i] != NULL; i++)
        g_string_append(name, "../");
    for (guint i = same; other[i] != NULL; i++)
        g_string_append_printf(name, "%s%s", i > same ? "/" : "", other[i]);
    return g_strdup(name->str);
}

/* ---- one file ---- */

/* NULL: there is no such file (a tool's revision that is none, a pipe). */
static PgsRecordFile *
digest(const Files *files, const char *path, const char *role)
{
    const PgsHistoryFile *known = g_hash_table_lookup(files->read, path);
    g_autofree char *raw = relative_name(files, path);
    /* As the record has it, so that what was read of one can be held against it. */
    g_autofree char *name = pgs_text_visible(raw, -1);
    if (known != NULL)
        return pgs_record_file_new(name, role, known->sha256, known->size);
    guint64 size = 0;
    g_autofree char *sha256 = pgs_digest_file(path, &size);
    return sha256 != NULL ? pgs_record_file_new(name, role, sha256, size) : NULL;
}

/* Of the system, unless one has it already. */
static void
note_file(Files *files, const char *path, const char *role)
{
    PgsRecordFile *file = path != NULL ? digest(files, path, role) : NULL;
    if (file == NULL)
        return;
    if (g_hash_table_contains(files->noted, file->path)) {
        pgs_record_file_free(file);
        return;
    }
    g_hash_table_add(files->noted, g_strdup(file->path));
    g_ptr_array_add(files->facts->files, file);
}

/* ---- revisions ---- */

static PgsRecordFile *
find_file(const GPtrArray *files, const char *name)
{
    for (guint i = 0; i < files->len; i++) {
        PgsRecordFile *file = files->pdata[i];
        if (strcmp(file->path, name) == 0)
            return file;
    }
    return NULL;
}

/* A file may hold several directions: "up down". */
static void
add_role(PgsRecordFile *file, const char *role)
{
    g_auto(GStrv) roles = g_strsplit(file->role, " ", -1);
    if (g_strv_contains((const char *const *)roles, role))
        return;
    char *both = g_strjoin(" ", file->role, role, NULL);
    g_free(file->role);
    file->role = both;
}

static void
note_steps(Files *files, PgsRecordRevision *row, const PgsStep *step, const char *role)
{
    const char *last = NULL;
    for (; step != NULL; step = step->next) {
        if (last != NULL && strcmp(last, step->path) == 0)
            continue;
        last = step->path;
        g_autofree char *raw = relative_name(files, step->path);
        g_autofree char *name = pgs_text_visible(raw, -1);
        PgsRecordFile *file = find_file(row->files, name);
        if (file != NULL) {
            add_role(file, role);
            continue;
        }
        file = digest(files, step->path, role);
        if (file == NULL)
            continue;
        g_hash_table_add(files->noted, g_strdup(file->path));
        g_ptr_array_add(row->files, file);
    }
}

static void
note_revision(Files *files, const PgsRevision *revision)
{
    PgsRecordRevision *row = pgs_record_revision_new(revision->id, revision->label);
    row->repeatable = revision->repeatable;
    g_ptr_array_add(files->facts->revisions, row);
    note_steps(files, row, revision->up, "up");
    note_steps(files, row, revision->down, "down");
    note_steps(files, row, revision->verify, "verify");
}

/* ---- what belongs to no revision ---- */

/* The Python that runs around each revision. */
static void
note_alembic(Files *files, const PgsHistory *history)
{
    const PgsAlembicProject *project = history->alembic;
    if (project == NULL)
        return;
    const char *config = project->config != NULL ? project->config : "alembic.ini";
    g_autofree char *ini = g_canonicalize_filename(config, project->root);
    note_file(files, ini, "tool");
    /* It lies above the folders of versions, of which there may be several. */
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = history->revisions->pdata[i];
        g_autofree char *versions = g_path_get_dirname(revision->up->path);
        g_autofree char *location = g_path_get_dirname(versions);
        g_autofree char *env = g_build_filename(location, "env.py", NULL);
        note_file(files, env, "tool");
    }
}

static void
note_project(Files *files, const PgsSystem *system)
{
    note_file(files, system->place.file, "project");
    note_file(files, system->requirements != NULL ? system->requirements->path : NULL,
              "requirements");
    for (guint i = 0; i < system->prepare->len; i++)
        note_file(files, ((const PgsSqlText *)system->prepare->pdata[i])->path, "prepare");
    note_file(files, system->start, "start");
    for (guint i = 0; i < system->samples->len; i++) {
        const PgsSample *sample = system->samples->pdata[i];
        g_autoptr(GPtrArray) found = pgs_seed_find_files(sample->pattern);
        for (guint k = 0; found != NULL && k < found->len; k++)
            note_file(files, found->pdata[k], "seed");
    }
    for (guint i = 0; i < system->models->len; i++) {
        g_autoptr(GPtrArray) paths = pgs_evidence_list_model(system->models->pdata[i], system);
        for (guint k = 0; k < paths->len; k++)
            note_file(files, paths->pdata[k], "model");
    }
}

/* The project's own programs, and the files that their command lines name. */
static void
note_words(Files *files, const char *folder, char *const *words)
{
    for (; words != NULL && *words != NULL; words++) {
        if (**words == '\0' || g_path_is_absolute(*words))
            continue;
        g_autofree char *path = g_build_filename(folder != NULL ? folder : ".", *words, NULL);
        note_file(files, path, "tool");
    }
}

/* What a command goes by is its own affair: the sources beside the revisions' files count as well,
 * among them those of the way down. */
static void
note_commands(Files *files, const PgsSystem *system)
{
    const PgsCommandSettings *commands = &system->tool->commands;
    if (commands->up == NULL)
        return;
    note_words(files, commands->folder, commands->list);
    note_words(files, commands->folder, commands->up);
    note_words(files, commands->folder, commands->down);
    note_words(files, commands->folder, commands->probe);
    g_autoptr(GPtrArray) paths = pgs_evidence_list_sources(system->folder, TRUE);
    for (guint i = 0; i < paths->len; i++)
        note_file(files, paths->pdata[i], "tool");
}

/* Beside the migrations, and not among them: the verdict rests on nobody having taken them for
 * some. Whether the reader has opened them depends on how the format was found. */
static void
note_unmatched(Files *files, const PgsHistory *history)
{
    for (guint i = 0; i < history->notes->len; i++) {
        const PgsNote *note = history->notes->pdata[i];
        if (strcmp(note->check, "folder.unmatched") == 0)
            note_file(files, note->path, "unmatched");
    }
}

static Files
files_of(PgsRecordSystem *facts, const PgsSystem *system)
{
    char *real = realpath(system->folder, NULL);
    return (Files){
        .facts = facts,
        .root = real != NULL ? real : strdup(system->folder),
        .read = g_hash_table_new(g_str_hash, g_str_equal),
        .noted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
    };
}

void
pgs_evidence_note_files(PgsRecordSystem *facts, const PgsSystem *system, const PgsHistory *history)
{
    g_auto(Files) files = files_of(facts, system);
    for (guint i = 0; i < history->files->len; i++) {
        PgsHistoryFile *file = history->files->pdata[i];
        g_hash_table_insert(files.read, file->path, file);
    }
    for (guint i = 0; i < history->revisions->len; i++)
        note_revision(&files, history->revisions->pdata[i]);
    /* The project's before the tool's: reading the folder may have opened one of them too. */
    note_project(&files, system);
    note_alembic(&files, history);
    note_commands(&files, system);
    note_unmatched(&files, history);
    for (guint i = 0; i < history->files->len; i++)
        note_file(&files, ((const PgsHistoryFile *)history->files->pdata[i])->path, "tool");
    g_free(facts->config);
    facts->config = g_strdup(system->place.file);
}

/* All that facts has, of revisions or not. */
static void
list_noted(Files *files)
{
    const PgsRecordSystem *facts = files->facts;
    for (guint i = 0; i < facts->files->len; i++)
        g_hash_table_add(files->noted, g_strdup(((PgsRecordFile *)facts->files->pdata[i])->path));
    for (guint i = 0; i < facts->revisions->len; i++) {
        const PgsRecordRevision *row = facts->revisions->pdata[i];
        for (guint k = 0; k < row->files->len; k++)
            g_hash_table_add(files->noted, g_strdup(((PgsRecordFile *)row->files->pdata[k])->path));
    }
}

void
pgs_evidence_note_known(PgsRecordSystem *now, const PgsSystem *system,
                        const PgsRecordSystem *recorded)
{
    g_auto(Files) files = files_of(now, system);
    list_noted(&files);
    for (guint i = 0; i < recorded->files->len; i++) {
        const PgsRecordFile *file = recorded->files->pdata[i];
        if (g_hash_table_contains(files.noted, file->path))
            continue;
        g_autofree char *path = g_canonicalize_filename(file->path, files.root);
        guint64 size = 0;
        g_autofree char *sha256 = pgs_digest_file(path, &size);
        if (sha256 == NULL)
            continue;
        g_hash_table_add(files.noted, g_strdup(file->path));
        g_ptr_array_add(now->files, pgs_record_file_new(file->path, file->role, sha256, size));
    }
}
