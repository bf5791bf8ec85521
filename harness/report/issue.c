#include "report/issue.h"

#include "base/text.h"
#include "record/proof.h"

#include <string.h>

/* A message is for reading: what is longer is in the record. */
#define MAX_PART 2000

static void
issue_free(gpointer data)
{
    PgsIssue *issue = data;
    g_free(issue->path);
    g_free(issue->text);
    g_free(issue->fingerprint);
    g_free(issue);
}

/* ---- where ---- */

/* "a/./b//c" as "a/b/c"; ".." stays. */
static char *
tidy_path(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    g_autoptr(GString) tidy = g_string_new(*path == '/' ? "/" : NULL);
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0' || strcmp(*part, ".") == 0)
            continue;
        if (tidy->len > 0 && tidy->str[tidy->len - 1] != '/')
            g_string_append_c(tidy, '/');
        g_string_append(tidy, *part);
    }
    return g_string_free(g_steal_pointer(&tidy), FALSE);
}

/* What was given as a whole path, and lies below the working folder, is meant relative to it. */
static char *
relative_path(const char *path)
{
    g_autofree char *visible = pgs_text_visible(path, -1);
    char *tidy = tidy_path(visible);
    g_autofree char *here = g_get_current_dir();
    gsize length = strlen(here);
    if (g_str_has_prefix(tidy, here) && tidy[length] == '/')
        memmove(tidy, tidy + length + 1, strlen(tidy + length + 1) + 1);
    return tidy;
}

static const char *
file_of_revision(const PgsRecordRevision *revision)
{
    for (guint i = 0; revision != NULL && i < revision->files->len; i++) {
        const PgsRecordFile *file = revision->files->pdata[i];
        if (g_str_has_prefix(file->role, "up"))
            return file->path;
    }
    return NULL;
}

static char *
path_in_system(const PgsRecordSystem *system, const PgsFinding *finding)
{
    if (system == NULL)
        return NULL;
    const char *file =
        finding != NULL && finding->revision != NULL
            ? file_of_revision(pgs_record_system_find_revision(system, finding->revision))
            : NULL;
    if (file != NULL && *file != '/' && system->folder != NULL)
        return g_build_filename(system->folder, file, NULL);
    if (file != NULL)
        return g_strdup(file);
    return g_strdup(system->config != NULL ? system->config : system->folder);
}

static void
set_place(PgsIssue *issue, const PgsRecordSystem *system)
{
    const PgsFinding *finding = issue->finding;
    g_autofree char *path = NULL;
    if (finding != NULL && finding->file != NULL) {
        path = g_strdup(finding->file);
        issue->is_own_path = TRUE;
        issue->line = finding->line;
        issue->column = finding->line > 0 ? finding->column : 0;
    } else {
        path = path_in_system(system, finding);
    }
    issue->path = path != NULL && *path != '\0' ? relative_path(path) : NULL;
}

/* Beside the path's own characters: what RFC 3986 has unreserved, and "/" between. */
char *
pgs_issue_uri(const char *path)
{
    if (*path != '/')
        return g_uri_escape_string(path, "/", FALSE);
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    return g_strconcat("file://", escaped, NULL);
}

/* ---- what ---- */

static void
append_line(GString *text, const char *label, const char *line)
{
    if (line == NULL || *line == '\0')
        return;
    g_autofree char *visible = pgs_text_plain(line);
    g_autofree char *cut = pgs_text_ellipsize(visible, MAX_PART);
    g_string_append_printf(text, "%s%s%s", text->len > 0 ? "\n" : "", label, cut);
}

static char *
describe(const PgsRecord *record, const PgsFinding *finding)
{
    g_autofree char *server = pgs_record_name_server(record, finding);
    g_autofree char *title = pgs_text_plain(finding->title);
    g_autofree char *named = server != NULL ? g_strdup_printf("%s [%s]", title, server) : NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    if (finding->message != NULL && *finding->message != '\0') {
        g_autofree char *head = g_strconcat(named != NULL ? named : title, ": ", NULL);
        append_line(text, head, finding->message);
    } else {
        append_line(text, "", named != NULL ? named : title);
    }
    append_line(text, "expected: ", finding->expected);
    append_line(text, "actual: ", finding->actual);
    append_line(text, "HINT: ", finding->hint);
    if (text->len == 0)
        g_string_append(text, finding->check);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- which ---- */

/* Of what names the case, never of the line or of what the message counts; of several that are
 * named alike each has its number. */
static char *
new_fingerprint(GHashTable *seen, const char *const *parts, gsize n)
{
    g_autoptr(GString) key = g_string_new("pgstair 1");
    for (gsize i = 0; i < n; i++)
        g_string_append_printf(key, "%c%s", 0x1f, parts[i] != NULL ? parts[i] : "");
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key->str));
    g_hash_table_insert(seen, g_strdup(key->str), GUINT_TO_POINTER(before + 1));
    if (before > 0)
        g_string_append_printf(key, "%c%u", 0x1f, before + 1);
    return g_compute_checksum_for_string(G_CHECKSUM_SHA256, key->str, (gssize)key->len);
}

static PgsIssueLevel
level_of(const PgsRecord *record, PgsStatus status)
{
    if (status == PGS_STATUS_FAILED || status == PGS_STATUS_ERROR)
        return PGS_ISSUE_ERROR;
    if (status != PGS_STATUS_WARNING)
        return PGS_ISSUE_NOTE;
    return record->fail_on_warning ? PGS_ISSUE_ERROR : PGS_ISSUE_WARNING;
}

static PgsIssue *
new_issue(const PgsRecord *record, const PgsFinding *finding, GHashTable *systems, GHashTable *seen)
{
    PgsIssue *issue = g_new0(PgsIssue, 1);
    issue->finding = finding;
    issue->check = finding->check;
    issue->level = level_of(record, finding->status);
    if (finding->status == PGS_STATUS_ACCEPTED)
        issue->level = finding->was_warning ? PGS_ISSUE_WARNING : PGS_ISSUE_ERROR;
    set_place(issue, g_hash_table_lookup(systems, finding->system));
    issue->text = describe(record, finding);
    const char *const parts[] = {finding->system, finding->check, finding->revision,
                                 finding->object, finding->title, issue->path,
                                 finding->server};
    issue->fingerprint = new_fingerprint(seen, parts, G_N_ELEMENTS(parts));
    return issue;
}

static PgsIssue *
new_requirement_issue(const PgsProof *proof, GHashTable *seen)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    PgsIssue *issue = g_new0(PgsIssue, 1);
    issue->check = "requirement.uncovered";
    set_place(issue, proof->system);
    g_autofree char *text =
        g_strdup_printf("requirement %s is not proven: %s\n%s", requirement->id, proof->reason,
                        requirement->text != NULL ? requirement->text : "");
    issue->text = pgs_text_plain(g_strchomp(text));
    const char *const parts[] = {proof->system->name, issue->check, requirement->id};
    issue->fingerprint = new_fingerprint(seen, parts, G_N_ELEMENTS(parts));
    return issue;
}

static void
add_requirements(const PgsRecord *record, GPtrArray *issues, GHashTable *seen)
{
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        gboolean told =
            proof->by_status[PGS_STATUS_FAILED] + proof->by_status[PGS_STATUS_ERROR] > 0;
        if (proof->fails && !told)
            g_ptr_array_add(issues, new_requirement_issue(proof, seen));
    }
}

static gint
rank(const PgsIssue *issue)
{
    gboolean accepted = issue->finding != NULL && issue->finding->status == PGS_STATUS_ACCEPTED;
    return accepted ? PGS_ISSUE_NOTE + 1 : (gint)issue->level;
}

gboolean
pgs_issue_is_void(const PgsRecord *record)
{
    gboolean has_no_share = record->shards->len > 0 && record->findings->len == 0;
    return !has_no_share && !pgs_record_has_verdict(record) && !pgs_proof_has_failed(record);
}

GPtrArray *
pgs_issue_find(const PgsRecord *record, PgsStatuses statuses)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) systems = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < record->systems->len; i++) {
        PgsRecordSystem *system = record->systems->pdata[i];
        g_hash_table_insert(systems, system->name, system);
    }
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if ((statuses & PGS_STATUS_BIT(finding->status)) != 0)
            g_ptr_array_add(all, new_issue(record, finding, systems, seen));
    }
    add_requirements(record, all, seen);

    GPtrArray *issues = g_ptr_array_new_full(all->len, issue_free);
    for (gint wanted = PGS_ISSUE_ERROR; wanted <= PGS_ISSUE_NOTE + 1; wanted++) {
        for (guint i = 0; i < all->len; i++) {
            if (rank(all->pdata[i]) == wanted)
                g_ptr_array_add(issues, all->pdata[i]);
        }
    }
    return issues;
}
