#include "check/evidence.h"
#include "migration/git.h"
#include "migration/git_state.h"

enum {
    MAX_DIRTY = 50,
};

static void
add_names(GPtrArray *names, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++)
        g_ptr_array_add(names, ((const PgsRecordFile *)files->pdata[i])->path);
}

/* What the verdict rests on has to be in the commit, whatever git was told to ignore. */
static gboolean
hold_files(PgsGitState *state, const PgsRecordSystem *facts, const PgsSystem *system,
           GCancellable *cancellable, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    add_names(names, facts->files);
    for (guint i = 0; i < facts->revisions->len; i++)
        add_names(names, ((const PgsRecordRevision *)facts->revisions->pdata[i])->files);
    return state->commit == NULL || names->len == 0 ||
           pgs_git_state_hold(state, system->folder, names, cancellable, error);
}

void
pgs_evidence_note_git(PgsRecordSystem *facts, const PgsSystem *system, GCancellable *cancellable)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(PgsGitState) state = pgs_git_state_read(system->folder, cancellable, &error);
    if (state == NULL || !hold_files(state, facts, system, cancellable, &error)) {
        /* Nothing is known: the report says why, rather than nothing. */
        g_ptr_array_add(facts->facts, pgs_record_fact_new("git", error->message, NULL));
        return;
    }
    if (facts->git != NULL)
        pgs_record_git_free(facts->git);
    facts->git = pgs_record_git_new(state->commit, state->branch, state->changed->len == 0);
    facts->git->n_dirty = state->changed->len;
    for (guint i = 0; i < MIN(state->changed->len, MAX_DIRTY); i++)
        g_ptr_array_add(facts->git->dirty, g_strdup(state->changed->pdata[i]));
}
