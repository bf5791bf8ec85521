#include "record/record.h"

#include "record/merge_system.h"

/* Two records that are to become one, and what they say differently of the same thing. */
typedef struct {
    GPtrArray *lines; /* char *, or NULL: */
    GPtrArray *findings;
    const PgsRecordSystem *ours, *theirs;
} Comparison;

/* What it says of runs that are to be signed as one. */
typedef enum {
    SAID_BY_ITSELF, /* the merged record has the worse of the two */
    IN_WORDS,       /* of the same migrations, differently described */
    OF_ANOTHER,     /* of other migrations: what one proves the other does not */
} Weight;

static void
add_finding(const Comparison *comparison, Weight weight, const char *text)
{
    PgsFinding *finding =
        pgs_finding_new("run.same", weight == OF_ANOTHER ? PGS_STATUS_ERROR : PGS_STATUS_WARNING,
                        comparison->ours->name, NULL, "the records are of the same migrations");
    finding->message = g_strdup(text);
    finding->hint = g_strdup("make all of them of one clean checkout of one commit; two folders of "
                             "one name are told apart when one call verifies both");
    g_ptr_array_add(comparison->findings, finding);
}

G_GNUC_PRINTF(3, 4)
static void
tell(const Comparison *comparison, Weight weight, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (comparison->lines != NULL)
        g_ptr_array_add(comparison->lines, g_strdup_printf("%s: %s", comparison->ours->name, text));
    else if (weight != SAID_BY_ITSELF)
        add_finding(comparison, weight, text);
}

/* ---- requirements and what was agreed on ---- */

static gboolean
have_same_texts(const GPtrArray *a, const GPtrArray *b)
{
    if (a->len != b->len)
        return FALSE;
    for (guint i = 0; i < a->len; i++) {
        if (!g_str_equal(a->pdata[i], b->pdata[i]))
            return FALSE;
    }
    return TRUE;
}

/* What the two differ in, or NULL. */
static const char *
name_disagreement(const PgsRecordRequirement *a, const PgsRecordRequirement *b)
{
    if (g_strcmp0(a->text, b->text) != 0)
        return "text";
    if (g_strcmp0(a->phase, b->phase) != 0)
        return "phase";
    if (g_strcmp0(a->deferred, b->deferred) != 0)
        return "deferral";
    if (!have_same_texts(a->needs, b->needs))
        return "needs";
    if (a->coverage_lines != b->coverage_lines ||
        !have_same_texts(a->coverage_files, b->coverage_files))
        return "coverage";
    return NULL;
}

static void
compare_requirements(const Comparison *comparison)
{
    const GPtrArray *theirs = comparison->theirs->requirements;
    for (guint i = 0; i < theirs->len; i++) {
        const PgsRecordRequirement *second = theirs->pdata[i];
        const PgsRecordRequirement *first =
            pgs_system_find_requirement(comparison->ours, second->id);
        const char *what = first != NULL ? name_disagreement(first, second) : NULL;
        if (what != NULL)
            tell(comparison, IN_WORDS, "the records differ in the %s of requirement %s", what,
                 second->id);
    }
}

static void
compare_acceptances(const Comparison *comparison)
{
    const GPtrArray *theirs = comparison->theirs->acceptances;
    for (guint i = 0; i < theirs->len; i++) {
        const PgsRecordAcceptance *second = theirs->pdata[i];
        const PgsRecordAcceptance *first = pgs_system_find_acceptance(comparison->ours, second);
        if (first == NULL)
            continue;
        const char *what = g_strcmp0(first->reason, second->reason) != 0 ? "reason"
                           : g_strcmp0(first->until, second->until) != 0 ? "last day"
                                                                         : NULL;
        if (what != NULL)
            tell(comparison, IN_WORDS, "the records differ in the %s of the acceptance of %s at %s",
                 what, second->check, second->place != NULL ? second->place : "an unknown place");
    }
}

/* ---- where it comes from ---- */

static void
compare_git(const Comparison *comparison)
{
    const PgsRecordGit *first = comparison->ours->git, *second = comparison->theirs->git;
    if (first == NULL || second == NULL)
        return;
    if (g_strcmp0(first->commit, second->commit) != 0)
        tell(comparison, IN_WORDS, "one of the records is of commit %s, another of %s",
             first->commit != NULL ? first->commit : "(none)",
             second->commit != NULL ? second->commit : "(none)");
    else if (first->clean != second->clean)
        tell(comparison, SAID_BY_ITSELF, "the work tree was clean for one of the records only");
}

/* A file of both directions is there once. */
static void
add_files(GHashTable *digests, const GPtrArray *files)
{
    for (guint i = 0; i < files->len; i++) {
        const PgsRecordFile *file = files->pdata[i];
        g_hash_table_insert(digests, file->path, file->sha256);
    }
}

/* Of all files that belong to the system, by their paths; borrowed. */
static GHashTable *
index_files(const PgsRecordSystem *system)
{
    GHashTable *digests = g_hash_table_new(g_str_hash, g_str_equal);
    add_files(digests, system->files);
    for (guint i = 0; i < system->revisions->len; i++)
        add_files(digests, ((PgsRecordRevision *)system->revisions->pdata[i])->files);
    return digests;
}

static void
compare_files(const Comparison *comparison, GHashTable *ours, GHashTable *told,
              const GPtrArray *theirs)
{
    for (guint i = 0; i < theirs->len; i++) {
        const PgsRecordFile *file = theirs->pdata[i];
        const char *sha256 = g_hash_table_lookup(ours, file->path);
        if (sha256 != NULL && !g_str_equal(sha256, file->sha256) &&
            g_hash_table_add(told, file->path))
            tell(comparison, OF_ANOTHER, "the records differ in file %s", file->path);
    }
}

/* Files of a revision that only one has: a way down that was added, a script that has gone. */
static void
compare_lacking(const Comparison *comparison, const GPtrArray *ours, const GPtrArray *theirs)
{
    for (guint i = 0; i < theirs->len; i++) {
        const PgsRecordFile *file = theirs->pdata[i];
        gboolean is_there = FALSE;
        for (guint k = 0; k < ours->len; k++)
            is_there = is_there || g_str_equal(((PgsRecordFile *)ours->pdata[k])->path, file->path);
        if (!is_there)
            tell(comparison, OF_ANOTHER, "only one of the records has file %s", file->path);
    }
}

static void
compare_sets(const Comparison *comparison)
{
    for (guint i = 0; i < comparison->theirs->revisions->len; i++) {
        const PgsRecordRevision *second = comparison->theirs->revisions->pdata[i];
        const PgsRecordRevision *first =
            pgs_record_system_find_revision(comparison->ours, second->label);
        if (first == NULL || first->files->len == 0 || second->files->len == 0)
            continue;
        compare_lacking(comparison, first->files, second->files);
        compare_lacking(comparison, second->files, first->files);
    }
}

static void
compare_all_files(const Comparison *comparison)
{
    g_autoptr(GHashTable) ours = index_files(comparison->ours);
    g_autoptr(GHashTable) told = g_hash_table_new(g_str_hash, g_str_equal);
    compare_files(comparison, ours, told, comparison->theirs->files);
    for (guint i = 0; i < comparison->theirs->revisions->len; i++)
        compare_files(comparison, ours, told,
                      ((PgsRecordRevision *)comparison->theirs->revisions->pdata[i])->files);
}

/* The first that one of them lacks, or NULL. */
static const char *
find_lacking(const PgsRecordSystem *system, const PgsRecordSystem *other)
{
    g_autoptr(GHashTable) known = pgs_system_index_revisions(system);
    for (guint i = 0; i < other->revisions->len; i++) {
        const PgsRecordRevision *revision = other->revisions->pdata[i];
        if (!g_hash_table_contains(known, revision->label))
            return revision->label;
    }
    return NULL;
}

/* The place from which on the order is another one, or -1. */
static gint
find_other_order(const GPtrArray *ours, const GPtrArray *theirs)
{
    for (guint i = 0; i < MIN(ours->len, theirs->len); i++) {
        const PgsRecordRevision *first = ours->pdata[i], *second = theirs->pdata[i];
        if (g_strcmp0(first->label, second->label) != 0)
            return (gint)i;
    }
    return -1;
}

/* A record that lists none is a suite's, or an old one's. */
static void
compare_revisions(const Comparison *comparison)
{
    const GPtrArray *ours = comparison->ours->revisions, *theirs = comparison->theirs->revisions;
    if (ours->len == 0 || theirs->len == 0)
        return;
    const char *lacking = find_lacking(comparison->ours, comparison->theirs);
    lacking = lacking != NULL ? lacking : find_lacking(comparison->theirs, comparison->ours);
    gint place = lacking == NULL ? find_other_order(ours, theirs) : -1;
    if (lacking != NULL)
        tell(comparison, OF_ANOTHER, "only one of the records has revision %s", lacking);
    else if (place >= 0)
        tell(comparison, OF_ANOTHER, "the records have revision %s at different places",
             ((PgsRecordRevision *)theirs->pdata[place])->label);
}

/* ---- parts of one run ---- */

static gboolean
has_server(const PgsRecordSystem *system, const PgsRecordServer *wanted)
{
    for (guint i = 0; i < system->servers->len; i++) {
        const PgsRecordServer *server = system->servers->pdata[i];
        if (g_strcmp0(server->name, wanted->name) == 0 &&
            g_strcmp0(server->version, wanted->version) == 0)
            return TRUE;
    }
    return FALSE;
}

/* A run's parts are to have had the same servers; a part that had nothing to do had none. */
static void
compare_servers(const Comparison *comparison)
{
    const GPtrArray *theirs = comparison->theirs->servers;
    for (guint i = 0; comparison->ours->servers->len > 0 && i < theirs->len; i++) {
        const PgsRecordServer *server = theirs->pdata[i];
        if (!has_server(comparison->ours, server))
            tell(comparison, IN_WORDS, "another part of the run had another server: %s (%s)",
                 server->name, server->version != NULL ? server->version : "not to be had");
    }
}

static void
compare(const PgsRecord *record, const PgsRecord *other, GPtrArray *lines, GPtrArray *findings)
{
    for (guint i = 0; i < other->systems->len; i++) {
        const PgsRecordSystem *theirs = other->systems->pdata[i];
        Comparison comparison = {lines, findings, pgs_record_find_system(record, theirs->name),
                                 theirs};
        if (comparison.ours == NULL)
            continue;
        if (record->shards->len > 0 && other->shards->len > 0)
            compare_servers(&comparison);
        compare_git(&comparison);
        compare_revisions(&comparison);
        compare_all_files(&comparison);
        compare_sets(&comparison);
        compare_requirements(&comparison);
        compare_acceptances(&comparison);
    }
}

GPtrArray *
pgs_record_disagreements(const PgsRecord *record, const PgsRecord *other)
{
    GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
    compare(record, other, lines, NULL);
    return lines;
}

static gboolean
has_finding(const PgsRecord *record, const PgsFinding *wanted)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->check == wanted->check && g_strcmp0(finding->system, wanted->system) == 0 &&
            g_strcmp0(finding->message, wanted->message) == 0)
            return TRUE;
    }
    return FALSE;
}

void
pgs_record_note_disagreements(PgsRecord *record, const PgsRecord *other)
{
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    compare(record, other, NULL, findings);
    while (findings->len > 0) {
        PgsFinding *finding = g_ptr_array_steal_index(findings, 0);
        if (has_finding(record, finding))
            pgs_finding_free(finding);
        else
            pgs_record_add(record, finding);
    }
}
