#include "record/merge_system.h"

#include <string.h>

/* Takes over what the one has and the other lacks. */
static void
take_text(char **text, char **other)
{
    if (*text == NULL)
        *text = g_steal_pointer(other);
}

/* ---- requirements ---- */

const PgsRecordRequirement *
pgs_system_find_requirement(const PgsRecordSystem *system, const char *id)
{
    for (guint i = 0; i < system->requirements->len; i++) {
        const PgsRecordRequirement *requirement = system->requirements->pdata[i];
        if (g_str_equal(requirement->id, id))
            return requirement;
    }
    return NULL;
}

/* Moves the elements that have no counterpart. */
static void
merge_requirements(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->requirements->len;) {
        PgsRecordRequirement *requirement = other->requirements->pdata[i];
        if (pgs_system_find_requirement(system, requirement->id) != NULL)
            i++;
        else
            g_ptr_array_add(system->requirements, g_ptr_array_steal_index(other->requirements, i));
    }
}

static gboolean
has_phase(const PgsRecordSystem *system, const char *id)
{
    for (guint i = 0; i < system->phases->len; i++) {
        if (g_str_equal(((PgsRecordPhase *)system->phases->pdata[i])->id, id))
            return TRUE;
    }
    return FALSE;
}

static void
merge_phases(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->phases->len;) {
        PgsRecordPhase *phase = other->phases->pdata[i];
        if (has_phase(system, phase->id))
            i++;
        else
            g_ptr_array_add(system->phases, g_ptr_array_steal_index(other->phases, i));
    }
}

/* ---- servers ---- */

/* "15.18" in "15.18, 17.6". */
static gboolean
lists_version(const char *versions, const char *version)
{
    g_auto(GStrv) words = g_strsplit(versions, ", ", -1);
    return g_strv_contains((const char *const *)words, version);
}

static void
merge_versions(PgsRecordSystem *system, PgsRecordSystem *other)
{
    if (system->server_version == NULL || other->server_version == NULL) {
        take_text(&system->server_version, &other->server_version);
        return;
    }
    g_auto(GStrv) versions = g_strsplit(other->server_version, ", ", -1);
    for (char **version = versions; *version != NULL; version++) {
        if (lists_version(system->server_version, *version))
            continue;
        char *all = g_strjoin(", ", system->server_version, *version, NULL);
        g_free(system->server_version);
        system->server_version = all;
    }
}

static PgsRecordServer *
find_server(const PgsRecordSystem *system, const PgsRecordServer *wanted)
{
    for (guint i = 0; i < system->servers->len; i++) {
        PgsRecordServer *server = system->servers->pdata[i];
        if (g_strcmp0(server->name, wanted->name) == 0 &&
            g_strcmp0(server->version, wanted->version) == 0)
            return server;
    }
    return NULL;
}

/* Two runs on servers of one name and version have had one server, as far as can be told. */
static void
merge_servers(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run)
{
    for (guint i = 0; i < other->servers->len;) {
        PgsRecordServer *theirs = other->servers->pdata[i];
        PgsRecordServer *ours = find_server(system, theirs);
        if (ours == NULL) {
            g_ptr_array_add(system->servers, g_ptr_array_steal_index(other->servers, i));
            continue;
        }
        if (!same_run)
            ours->duration += theirs->duration;
        i++;
    }
}

/* ---- what was agreed on ---- */

static PgsRecordTolerance *
find_tolerance(const PgsRecordSystem *system, const char *name)
{
    for (guint i = 0; i < system->tolerances->len; i++) {
        PgsRecordTolerance *tolerance = system->tolerances->pdata[i];
        if (g_str_equal(tolerance->name, name))
            return tolerance;
    }
    return NULL;
}

/* One that came from a command line may learn from the other where it is written, and why. */
static void
merge_tolerances(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->tolerances->len;) {
        PgsRecordTolerance *theirs = other->tolerances->pdata[i];
        PgsRecordTolerance *ours = find_tolerance(system, theirs->name);
        if (ours == NULL) {
            g_ptr_array_add(system->tolerances, g_ptr_array_steal_index(other->tolerances, i));
            continue;
        }
        if (ours->place == NULL && ours->reason == NULL) {
            take_text(&ours->reason, &theirs->reason);
            take_text(&ours->until, &theirs->until);
            take_text(&ours->place, &theirs->place);
        }
        i++;
    }
}

const PgsRecordAcceptance *
pgs_system_find_acceptance(const PgsRecordSystem *system, const PgsRecordAcceptance *wanted)
{
    for (guint i = 0; i < system->acceptances->len; i++) {
        const PgsRecordAcceptance *acceptance = system->acceptances->pdata[i];
        if (g_strcmp0(acceptance->place, wanted->place) == 0 &&
            g_strcmp0(acceptance->check, wanted->check) == 0 &&
            g_strcmp0(acceptance->revision, wanted->revision) == 0 &&
            g_strcmp0(acceptance->object, wanted->object) == 0 &&
            g_strcmp0(acceptance->title, wanted->title) == 0)
            return acceptance;
    }
    return NULL;
}

static void
merge_acceptances(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run)
{
    for (guint i = 0; i < other->acceptances->len;) {
        const PgsRecordAcceptance *theirs = other->acceptances->pdata[i];
        PgsRecordAcceptance *ours =
            (PgsRecordAcceptance *)pgs_system_find_acceptance(system, theirs);
        if (ours == NULL) {
            g_ptr_array_add(system->acceptances, g_ptr_array_steal_index(other->acceptances, i));
            continue;
        }
        if (!same_run)
            ours->used += theirs->used;
        i++;
    }
}

/* ---- where it comes from ---- */

static gboolean
has_fact(const PgsRecordSystem *system, const PgsRecordFact *wanted)
{
    for (guint i = 0; i < system->facts->len; i++) {
        const PgsRecordFact *fact = system->facts->pdata[i];
        if (g_strcmp0(fact->name, wanted->name) == 0 &&
            g_strcmp0(fact->server, wanted->server) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
merge_facts(PgsRecordSystem *system, PgsRecordSystem *other)
{
    for (guint i = 0; i < other->facts->len;) {
        if (has_fact(system, other->facts->pdata[i]))
            i++;
        else
            g_ptr_array_add(system->facts, g_ptr_array_steal_index(other->facts, i));
    }
}

/* It was clean when it was so for all. */
static void
take_dirt(PgsRecordGit *git, const PgsRecordGit *other)
{
    git->clean = git->clean && other->clean;
    for (guint i = 0; i < other->dirty->len; i++) {
        const char *entry = other->dirty->pdata[i];
        if (!g_ptr_array_find_with_equal_func(git->dirty, entry, g_str_equal, NULL))
            g_ptr_array_add(git->dirty, g_strdup(entry));
    }
    git->n_dirty = MAX(MAX(git->n_dirty, other->n_dirty), git->dirty->len);
}

/* Files, the schema and the commit are of one and the same checkout: the first's that has any. */
static void
take_origin(PgsRecordSystem *system, PgsRecordSystem *other)
{
    take_text(&system->config, &other->config);
    if (system->git == NULL)
        system->git = g_steal_pointer(&other->git);
    else if (other->git != NULL)
        take_dirt(system->git, other->git);
    if (system->relations == NULL)
        system->relations = g_steal_pointer(&other->relations);
    if (system->files->len == 0) {
        GPtrArray *none = g_steal_pointer(&system->files);
        system->files = g_steal_pointer(&other->files);
        other->files = none;
    }
}

/* What one part of a run has reached, another one may not have. */
static void
take_changes(PgsRecordRevision *revision, PgsRecordRevision *other)
{
    if (revision->files->len == 0) {
        GPtrArray *none = g_steal_pointer(&revision->files);
        revision->files = g_steal_pointer(&other->files);
        other->files = none;
    }
    if (revision->changes != NULL)
        return;
    revision->changes = g_steal_pointer(&other->changes);
    revision->n_changes_left = other->n_changes_left;
}

/* By label; thousands of them. */
GHashTable *
pgs_system_index_revisions(const PgsRecordSystem *system)
{
    GHashTable *revisions = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < system->revisions->len; i++) {
        PgsRecordRevision *revision = system->revisions->pdata[i];
        g_hash_table_insert(revisions, revision->label, revision);
    }
    return revisions;
}

static void
merge_revisions(PgsRecordSystem *system, PgsRecordSystem *other)
{
    g_autoptr(GHashTable) known = pgs_system_index_revisions(system);
    g_autoptr(GPtrArray) theirs = g_steal_pointer(&other->revisions);
    other->revisions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_revision_free);
    g_ptr_array_set_free_func(theirs, NULL);
    for (guint i = 0; i < theirs->len; i++) {
        PgsRecordRevision *revision = theirs->pdata[i];
        PgsRecordRevision *ours = g_hash_table_lookup(known, revision->label);
        if (ours == NULL) {
            g_ptr_array_add(system->revisions, revision);
            continue;
        }
        take_changes(ours, revision);
        pgs_record_revision_free(revision);
    }
}

/* ---- systems ---- */

/* A suite's record knows less of its system than the program's. */
void
pgs_system_merge(PgsRecordSystem *system, PgsRecordSystem *other, gboolean same_run)
{
    if (system->format == NULL) {
        take_text(&system->folder, &other->folder);
        take_text(&system->format, &other->format);
        take_text(&system->format_reason, &other->format_reason);
    }
    take_text(&system->server, &other->server);
    merge_versions(system, other);
    merge_servers(system, other, same_run);
    system->n_revisions = MAX(system->n_revisions, other->n_revisions);
    if (!same_run) {
        system->duration += other->duration;
        system->n_tolerated += other->n_tolerated;
        system->n_cosmetic += other->n_cosmetic;
    }
    merge_tolerances(system, other);
    merge_acceptances(system, other, same_run);
    merge_facts(system, other);
    take_origin(system, other);
    merge_revisions(system, other);
    merge_requirements(system, other);
    merge_phases(system, other);
}
