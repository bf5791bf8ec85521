#include "record/origin.h"

PgsRecordGit *
pgs_record_git_new(const char *commit, const char *branch, gboolean clean)
{
    PgsRecordGit *git = g_new0(PgsRecordGit, 1);
    git->commit = g_strdup(commit);
    git->branch = g_strdup(branch);
    git->clean = clean;
    git->dirty = g_ptr_array_new_with_free_func(g_free);
    return git;
}

void
pgs_record_git_free(PgsRecordGit *git)
{
    g_free(git->commit);
    g_free(git->branch);
    g_ptr_array_unref(git->dirty);
    g_free(git);
}

PgsRecordFact *
pgs_record_fact_new(const char *name, const char *value, const char *server)
{
    PgsRecordFact *fact = g_new0(PgsRecordFact, 1);
    fact->name = g_strdup(name);
    fact->value = g_strdup(value);
    fact->server = g_strdup(server);
    return fact;
}

void
pgs_record_fact_free(PgsRecordFact *fact)
{
    g_free(fact->name);
    g_free(fact->value);
    g_free(fact->server);
    g_free(fact);
}

PgsRecordTolerance *
pgs_record_tolerance_new(const char *name)
{
    PgsRecordTolerance *tolerance = g_new0(PgsRecordTolerance, 1);
    tolerance->name = g_strdup(name);
    return tolerance;
}

void
pgs_record_tolerance_free(PgsRecordTolerance *tolerance)
{
    g_free(tolerance->name);
    g_free(tolerance->reason);
    g_free(tolerance->until);
    g_free(tolerance->place);
    g_free(tolerance);
}

PgsRecordAcceptance *
pgs_record_acceptance_new(const char *check, const char *reason)
{
    PgsRecordAcceptance *acceptance = g_new0(PgsRecordAcceptance, 1);
    acceptance->check = g_strdup(check);
    acceptance->reason = g_strdup(reason);
    return acceptance;
}

void
pgs_record_acceptance_free(PgsRecordAcceptance *acceptance)
{
    g_free(acceptance->check);
    g_free(acceptance->revision);
    g_free(acceptance->object);
    g_free(acceptance->title);
    g_free(acceptance->reason);
    g_free(acceptance->until);
    g_free(acceptance->place);
    g_free(acceptance);
}

PgsRecordSource *
pgs_record_source_new(const char *path, const char *sha256)
{
    PgsRecordSource *source = g_new0(PgsRecordSource, 1);
    source->path = g_strdup(path);
    source->sha256 = g_strdup(sha256);
    return source;
}

void
pgs_record_source_free(PgsRecordSource *source)
{
    g_free(source->path);
    g_free(source->sha256);
    g_free(source);
}

PgsRecordShard *
pgs_record_shard_new(guint index, guint count, const char *plan)
{
    PgsRecordShard *shard = g_new0(PgsRecordShard, 1);
    shard->index = index;
    shard->count = count;
    shard->plan = g_strdup(plan);
    return shard;
}

void
pgs_record_shard_free(PgsRecordShard *shard)
{
    g_free(shard->plan);
    g_free(shard);
}
