#include "report/writer.h"

#include "report/issue.h"
#include "report/json_text.h"

#include <string.h>

/*
 * SARIF 2.1.0 (OASIS Standard, 2020), and of it what GitHub's code scanning reads ("SARIF support
 * for code scanning").  Its limits ("SARIF results exceed one or more limits"): 25,000 results a
 * run, of which 5,000 are kept, the worst first; 25,000 rules; 10 MB when compressed.  A result
 * without a place is refused there, so each gets the nearest that is known.
 */
#define SARIF_SCHEMA                                                                               \
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#define MAX_RESULTS 25000

/* The base of relative paths: the folder in which pgstair was started. */
#define ROOT_ID "SRCROOT"

#define SHOWN                                                                                      \
    (PGS_STATUS_BIT(PGS_STATUS_FAILED) | PGS_STATUS_BIT(PGS_STATUS_ERROR) |                        \
     PGS_STATUS_BIT(PGS_STATUS_WARNING) | PGS_STATUS_BIT(PGS_STATUS_INFO) |                        \
     PGS_STATUS_BIT(PGS_STATUS_ACCEPTED))

static const char *const levels[] = {"error", "warning", "note"};

typedef struct {
    const char *check;
    PgsIssueLevel level; /* the worst of its issues */
} Rule;

typedef struct {
    const PgsRecord *record;
    JsonBuilder *builder;
    GPtrArray *issues;  /* PgsIssue */
    guint n_results;    /* of them that are written */
    GArray *rules;      /* Rule, in the order in which the issues need them */
    GHashTable *places; /* check → its index there + 1 */
} Sarif;

/* ---- rules ---- */

static guint
rule_index(Sarif *sarif, const char *check)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(sarif->places, check)) - 1;
}

static void
find_rules(Sarif *sarif)
{
    for (guint i = 0; i < sarif->n_results; i++) {
        const PgsIssue *issue = sarif->issues->pdata[i];
        if (!g_hash_table_contains(sarif->places, issue->check)) {
            Rule rule = {issue->check, issue->level};
            g_array_append_val(sarif->rules, rule);
            g_hash_table_insert(sarif->places, (gpointer)issue->check,
                                GUINT_TO_POINTER(sarif->rules->len));
        }
        Rule *rule = &g_array_index(sarif->rules, Rule, rule_index(sarif, issue->check));
        rule->level = MIN(rule->level, issue->level);
    }
}

/* The texts of the checks lie in a layer above: the program itself tells them. */
static void
put_rule(Sarif *sarif, const Rule *rule)
{
    JsonBuilder *builder = sarif->builder;
    const char *dot = strchr(rule->check, '.');
    g_autofree char *group =
        dot != NULL ? g_strndup(rule->check, (gsize)(dot - rule->check)) : g_strdup(rule->check);
    g_autofree char *title = g_strdup_printf("pgstair's check %s", rule->check);
    g_autofree char *help = g_strdup_printf("What it does, why it matters and how to mend what it "
                                            "finds: pgstair explain %s",
                                            rule->check);
    g_autofree char *markdown = g_strdup_printf("What it does, why it matters and how to mend what "
                                                "it finds: `pgstair explain %s`",
                                                rule->check);
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "id", rule->check);
    pgs_json_put_message(builder, "shortDescription", title);
    pgs_json_put_message(builder, "fullDescription", help);
    pgs_json_open_object(builder, "help");
    pgs_json_put_text(builder, "text", help);
    pgs_json_put_text(builder, "markdown", markdown);
    json_builder_end_object(builder);
    pgs_json_open_object(builder, "defaultConfiguration");
    pgs_json_put_text(builder, "level", levels[rule->level]);
    json_builder_end_object(builder);
    pgs_json_open_object(builder, "properties");
    pgs_json_open_array(builder, "tags");
    pgs_json_put_text(builder, NULL, "postgresql");
    pgs_json_put_text(builder, NULL, group);
    json_builder_end_array(builder);
    /* What was seen on a server is so. */
    pgs_json_put_text(builder, "precision", "very-high");
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
put_tool(Sarif *sarif)
{
    JsonBuilder *builder = sarif->builder;
    pgs_json_open_object(builder, "tool");
    pgs_json_open_object(builder, "driver");
    pgs_json_put_text(builder, "name", "pgstair");
    pgs_json_put_text(builder, "version", sarif->record->version);
    pgs_json_put_text(builder, "semanticVersion", sarif->record->version);
    pgs_json_open_array(builder, "rules");
    for (guint i = 0; i < sarif->rules->len; i++)
        put_rule(sarif, &g_array_index(sarif->rules, Rule, i));
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

/* ---- the run ---- */

static void
put_notification(JsonBuilder *builder, const char *level, const char *text)
{
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "level", level);
    pgs_json_put_message(builder, "message", text);
    json_builder_end_object(builder);
}

/* About the run itself: no result is about it. */
static void
put_notifications(Sarif *sarif, gboolean is_void)
{
    guint left = sarif->issues->len - sarif->n_results;
    if (left == 0 && !is_void)
        return;
    pgs_json_open_array(sarif->builder, "toolExecutionNotifications");
    if (is_void)
        put_notification(sarif->builder, "error",
                         "nothing was verified: no check came to a verdict");
    if (left > 0) {
        g_autofree char *text = g_strdup_printf(
            "%u results are left out: no more than %u are accepted in a run", left, MAX_RESULTS);
        put_notification(sarif->builder, "warning", text);
    }
    json_builder_end_array(sarif->builder);
}

static void
put_invocation(Sarif *sarif)
{
    const PgsRecord *record = sarif->record;
    JsonBuilder *builder = sarif->builder;
    g_autofree char *start = pgs_json_time(record->started, 0);
    g_autofree char *end = pgs_json_time(record->started, record->duration);
    gboolean is_void = pgs_issue_is_void(record);
    pgs_json_open_array(builder, "invocations");
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "commandLine", record->command);
    pgs_json_put_text(builder, "startTimeUtc", start);
    pgs_json_put_text(builder, "endTimeUtc", end);
    /* Whether the run came to a verdict, not whether the migrations are good. */
    pgs_json_put_flag(builder, "executionSuccessful", !is_void);
    put_notifications(sarif, is_void);
    json_builder_end_object(builder);
    json_builder_end_array(builder);
}

static void
put_root(Sarif *sarif)
{
    JsonBuilder *builder = sarif->builder;
    pgs_json_open_object(builder, "originalUriBaseIds");
    pgs_json_open_object(builder, ROOT_ID);
    pgs_json_put_message(builder, "description",
                         "The folder in which pgstair was started; code scanning takes it for the "
                         "root of the repository.");
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

/* What systems of one repository have in common; other than that it is told for each system. */
static const PgsRecordGit *
find_git(const PgsRecord *record)
{
    for (guint i = 0; i < record->systems->len; i++) {
        const PgsRecordSystem *system = record->systems->pdata[i];
        if (system->git != NULL && system->git->commit != NULL)
            return system->git;
    }
    return NULL;
}

/* versionControlProvenance needs the repository's URI, which the record does not have. */
static void
put_properties(Sarif *sarif)
{
    const PgsRecordGit *git = find_git(sarif->record);
    pgs_json_open_object(sarif->builder, "properties");
    pgs_json_put_text(sarif->builder, "host", sarif->record->host);
    if (git != NULL) {
        pgs_json_put_text(sarif->builder, "commit", git->commit);
        pgs_json_put_text(sarif->builder, "branch", git->branch);
        pgs_json_put_flag(sarif->builder, "clean", git->clean);
    }
    json_builder_end_object(sarif->builder);
}

/* Runs of one id are one series: a newer one takes an older one's place. */
static void
put_automation(Sarif *sarif)
{
    g_autoptr(GString) id = g_string_new("pgstair/");
    for (guint i = 0; i < sarif->record->systems->len; i++) {
        const PgsRecordSystem *system = sarif->record->systems->pdata[i];
        g_autofree char *name = g_uri_escape_string(system->name, NULL, FALSE);
        if (id->len + strlen(name) > 200)
            break;
        g_string_append_printf(id, "%s%s", i > 0 ? "+" : "", name);
    }
    g_string_append_c(id, '/');
    pgs_json_open_object(sarif->builder, "automationDetails");
    pgs_json_put_text(sarif->builder, "id", id->str);
    json_builder_end_object(sarif->builder);
}

/* ---- places ---- */

static void
put_artifact_location(JsonBuilder *builder, const char *name, const char *path)
{
    g_autofree char *uri = pgs_issue_uri(path);
    pgs_json_open_object(builder, name);
    pgs_json_put_text(builder, "uri", uri);
    if (*path != '/')
        pgs_json_put_text(builder, "uriBaseId", ROOT_ID);
    json_builder_end_object(builder);
}

static void
put_artifact(JsonBuilder *builder, const PgsRecordSystem *system, const PgsRecordFile *file,
             GHashTable *seen)
{
    gboolean below = *file->path != '/' && system->folder != NULL;
    g_autofree char *path =
        below ? g_build_filename(system->folder, file->path, NULL) : g_strdup(file->path);
    if (!g_hash_table_add(seen, g_strdup(path)))
        return;
    pgs_json_open_object(builder, NULL);
    put_artifact_location(builder, "location", path);
    pgs_json_put_number(builder, "length", (gint64)file->size);
    pgs_json_open_object(builder, "hashes");
    pgs_json_put_text(builder, "sha-256", file->sha256);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

/* The migrations that were verified, each with the digest of its file. */
static void
put_artifacts(Sarif *sarif)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    pgs_json_open_array(sarif->builder, "artifacts");
    for (guint i = 0; i < sarif->record->systems->len; i++) {
        const PgsRecordSystem *system = sarif->record->systems->pdata[i];
        for (guint r = 0; r < system->revisions->len; r++) {
            const PgsRecordRevision *revision = system->revisions->pdata[r];
            for (guint f = 0; f < revision->files->len; f++)
                put_artifact(sarif->builder, system, revision->files->pdata[f], seen);
        }
        for (guint f = 0; f < system->files->len; f++)
            put_artifact(sarif->builder, system, system->files->pdata[f], seen);
    }
    json_builder_end_array(sarif->builder);
}

/* ---- results ---- */

static void
put_physical_location(JsonBuilder *builder, const PgsIssue *issue)
{
    if (issue->path == NULL)
        return;
    pgs_json_open_object(builder, "physicalLocation");
    put_artifact_location(builder, "artifactLocation", issue->path);
    pgs_json_open_object(builder, "region");
    pgs_json_put_number(builder, "startLine", MAX(issue->line, 1));
    if (issue->column > 0)
        pgs_json_put_number(builder, "startColumn", issue->column);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
put_logical_locations(JsonBuilder *builder, const PgsFinding *finding)
{
    if (finding == NULL || finding->object == NULL)
        return;
    pgs_json_open_array(builder, "logicalLocations");
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "fullyQualifiedName", finding->object);
    pgs_json_put_text(builder, "kind", "object");
    json_builder_end_object(builder);
    json_builder_end_array(builder);
}

static void
put_locations(JsonBuilder *builder, const PgsIssue *issue)
{
    gboolean has_object = issue->finding != NULL && issue->finding->object != NULL;
    if (issue->path == NULL && !has_object)
        return;
    pgs_json_open_array(builder, "locations");
    pgs_json_open_object(builder, NULL);
    put_physical_location(builder, issue);
    put_logical_locations(builder, issue->finding);
    json_builder_end_object(builder);
    json_builder_end_array(builder);
}

static void
put_suppression(JsonBuilder *builder, const PgsFinding *finding)
{
    if (finding == NULL || finding->status != PGS_STATUS_ACCEPTED)
        return;
    pgs_json_open_array(builder, "suppressions");
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "kind", "external");
    pgs_json_put_text(builder, "status", "accepted");
    pgs_json_put_text(builder, "justification", finding->accepted);
    json_builder_end_object(builder);
    json_builder_end_array(builder);
}

/* What the message does not say. */
static void
put_result_properties(const Sarif *sarif, const PgsFinding *finding)
{
    JsonBuilder *builder = sarif->builder;
    if (finding == NULL)
        return;
    g_autofree char *server = pgs_record_name_server(sarif->record, finding);
    pgs_json_open_object(builder, "properties");
    pgs_json_put_text(builder, "status", pgs_status_name(finding->status));
    pgs_json_put_text(builder, "system", finding->system);
    pgs_json_put_text(builder, "revision", finding->revision);
    pgs_json_put_text(builder, "server", server);
    pgs_json_put_text(builder, "reproduce", finding->reproduce);
    pgs_json_put_texts(builder, "requirements", finding->requirements);
    json_builder_end_object(builder);
}

static void
put_result(Sarif *sarif, const PgsIssue *issue)
{
    JsonBuilder *builder = sarif->builder;
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "ruleId", issue->check);
    pgs_json_put_number(builder, "ruleIndex", rule_index(sarif, issue->check));
    pgs_json_put_text(builder, "kind", "fail");
    pgs_json_put_text(builder, "level", levels[issue->level]);
    pgs_json_put_message(builder, "message", issue->text);
    put_locations(builder, issue);
    pgs_json_open_object(builder, "partialFingerprints");
    pgs_json_put_text(builder, "pgstairCase/v1", issue->fingerprint);
    json_builder_end_object(builder);
    put_suppression(builder, issue->finding);
    put_result_properties(sarif, issue->finding);
    json_builder_end_object(builder);
}

char *
pgs_sarif_render(const PgsRecord *record)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GPtrArray) issues = pgs_issue_find(record, SHOWN);
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
    Sarif sarif = {record, builder, issues, MIN(issues->len, MAX_RESULTS), rules, places};
    find_rules(&sarif);

    json_builder_begin_object(builder);
    pgs_json_put_text(builder, "$schema", SARIF_SCHEMA);
    pgs_json_put_text(builder, "version", "2.1.0");
    pgs_json_open_array(builder, "runs");
    pgs_json_open_object(builder, NULL);
    put_tool(&sarif);
    put_automation(&sarif);
    put_invocation(&sarif);
    put_root(&sarif);
    /* Columns count characters, as the findings' do. */
    pgs_json_put_text(builder, "columnKind", "unicodeCodePoints");
    put_artifacts(&sarif);
    pgs_json_open_array(builder, "results");
    for (guint i = 0; i < sarif.n_results; i++)
        put_result(&sarif, issues->pdata[i]);
    json_builder_end_array(builder);
    put_properties(&sarif);
    json_builder_end_object(builder);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return pgs_json_to_text(builder);
}
