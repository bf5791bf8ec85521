#include "report/writer.h"

#include "report/issue.h"
#include "report/json_text.h"

/*
 * GitLab's "Code Quality report format": of Code Climate's issues the members description,
 * check_name, fingerprint, severity (info, minor, major, critical, blocker), location.path and
 * location.lines.begin.  The path is relative, and begins with no "./"; of issues of one
 * fingerprint but the first is shown.  What is accepted is no issue any more.
 */

#define SHOWN                                                                                      \
    (PGS_STATUS_BIT(PGS_STATUS_FAILED) | PGS_STATUS_BIT(PGS_STATUS_ERROR) |                        \
     PGS_STATUS_BIT(PGS_STATUS_WARNING) | PGS_STATUS_BIT(PGS_STATUS_INFO))

static const char *const severities[] = {"critical", "minor", "info"};

/* A path is required; this stands for what has none. */
#define NO_PATH "pgstair.yaml"

static void
put_issue(JsonBuilder *builder, const PgsIssue *issue)
{
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "description", issue->text);
    pgs_json_put_text(builder, "check_name", issue->check);
    pgs_json_put_text(builder, "fingerprint", issue->fingerprint);
    pgs_json_put_text(builder, "severity", severities[issue->level]);
    pgs_json_open_object(builder, "location");
    pgs_json_put_text(builder, "path", issue->path != NULL ? issue->path : NO_PATH);
    pgs_json_open_object(builder, "lines");
    pgs_json_put_number(builder, "begin", MAX(issue->line, 1));
    json_builder_end_object(builder);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

char *
pgs_codequality_render(const PgsRecord *record)
{
    g_autoptr(GPtrArray) issues = pgs_issue_find(record, SHOWN);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_array(builder);
    for (guint i = 0; i < issues->len; i++)
        put_issue(builder, issues->pdata[i]);
    json_builder_end_array(builder);
    return pgs_json_to_text(builder);
}
