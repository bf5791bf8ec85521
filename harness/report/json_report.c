#include "report/writer.h"

#include "record/proof.h"
#include "report/json_report_system.h"
#include "report/json_text.h"

/* reports/record.schema.json describes it.  Members stand in one order; what is not known is not
 * there, lists are there though they be empty. */
#define FORMAT_VERSION 1

/* ---- plans ---- */

static void
put_parameters(JsonBuilder *builder, const GPtrArray *parameters)
{
    pgs_json_open_array(builder, "parameters");
    for (guint i = 0; i < parameters->len; i++) {
        if (parameters->pdata[i] == NULL)
            json_builder_add_null_value(builder);
        else
            pgs_json_put_text(builder, NULL, parameters->pdata[i]);
    }
    json_builder_end_array(builder);
}

/* EXPLAIN's own JSON as a value; as text when it is none. */
static void
put_tree(JsonBuilder *builder, const char *json)
{
    if (json == NULL)
        return;
    g_autoptr(JsonNode) tree = json_from_string(json, NULL);
    if (tree == NULL) {
        pgs_json_put_text(builder, "json", json);
        return;
    }
    json_builder_set_member_name(builder, "json");
    json_builder_add_value(builder, g_steal_pointer(&tree));
}

static void
put_plan(JsonBuilder *builder, const PgsRecordPlan *plan)
{
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "role", plan->role);
    pgs_json_put_text(builder, "title", plan->title);
    pgs_json_put_text(builder, "query", plan->query);
    put_parameters(builder, plan->parameters);
    pgs_json_put_text(builder, "settings", plan->settings);
    pgs_json_put_real(builder, "cost", plan->cost);
    pgs_json_put_real(builder, "rows", plan->rows);
    if (plan->actual_rows >= 0)
        pgs_json_put_real(builder, "actualRows", plan->actual_rows);
    if (plan->shared_hit >= 0)
        pgs_json_put_number(builder, "sharedHit", plan->shared_hit);
    if (plan->shared_read >= 0)
        pgs_json_put_number(builder, "sharedRead", plan->shared_read);
    pgs_json_put_text(builder, "text", plan->text);
    put_tree(builder, plan->json);
    json_builder_end_object(builder);
}

/* ---- findings ---- */

static void
put_place(JsonBuilder *builder, const PgsFinding *finding)
{
    pgs_json_put_text(builder, "file", finding->file);
    if (finding->line > 0)
        pgs_json_put_number(builder, "line", finding->line);
    if (finding->line > 0 && finding->column > 0)
        pgs_json_put_number(builder, "column", finding->column);
}

static void
put_finding(JsonBuilder *builder, const PgsFinding *finding)
{
    pgs_json_open_object(builder, NULL);
    pgs_json_put_text(builder, "check", finding->check);
    pgs_json_put_text(builder, "status", pgs_status_name(finding->status));
    pgs_json_put_text(builder, "system", finding->system);
    pgs_json_put_text(builder, "revision", finding->revision);
    pgs_json_put_text(builder, "object", finding->object);
    put_place(builder, finding);
    pgs_json_put_text(builder, "server", finding->server);
    pgs_json_put_text(builder, "serverVersion", finding->server_version);
    pgs_json_put_seconds(builder, "duration", finding->duration);
    if (finding->lowered)
        pgs_json_put_flag(builder, "lowered", TRUE);
    if (finding->was_warning)
        pgs_json_put_flag(builder, "wasWarning", TRUE);
    pgs_json_put_text(builder, "title", finding->title);
    pgs_json_put_text(builder, "message", finding->message);
    pgs_json_put_text(builder, "detail", finding->detail);
    pgs_json_put_text(builder, "expected", finding->expected);
    pgs_json_put_text(builder, "actual", finding->actual);
    pgs_json_put_text(builder, "sql", finding->sql);
    pgs_json_put_text(builder, "hint", finding->hint);
    pgs_json_put_text(builder, "reproduce", finding->reproduce);
    pgs_json_put_text(builder, "accepted", finding->accepted);
    pgs_json_put_texts(builder, "requirements", finding->requirements);
    if (finding->plans != NULL && finding->plans->len > 0) {
        pgs_json_open_array(builder, "plans");
        for (guint i = 0; i < finding->plans->len; i++)
            put_plan(builder, finding->plans->pdata[i]);
        json_builder_end_array(builder);
    }
    json_builder_end_object(builder);
}

/* ---- the run ---- */

/* So that nobody has to judge by himself. */
static void
put_verdict(JsonBuilder *builder, const PgsRecord *record)
{
    gboolean failed =
        pgs_record_has_failed(record, record->fail_on_warning) || pgs_proof_has_failed(record);
    const char *otherwise = pgs_record_has_verdict(record) ? "verified" : "nothing verified";
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    pgs_json_put_text(builder, "verdict", failed ? "failed" : otherwise);
    pgs_json_put_counts(builder, "counts", counts.by_status);
}

static void
put_shards(JsonBuilder *builder, const PgsRecord *record)
{
    pgs_json_open_array(builder, "shards");
    for (guint i = 0; i < record->shards->len; i++) {
        const PgsRecordShard *shard = record->shards->pdata[i];
        pgs_json_open_object(builder, NULL);
        pgs_json_put_number(builder, "index", shard->index);
        pgs_json_put_number(builder, "of", shard->count);
        pgs_json_put_text(builder, "plan", shard->plan);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_sources(JsonBuilder *builder, const PgsRecord *record)
{
    pgs_json_open_array(builder, "sources");
    for (guint i = 0; i < record->sources->len; i++) {
        const PgsRecordSource *source = record->sources->pdata[i];
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "path", source->path);
        pgs_json_put_text(builder, "sha256", source->sha256);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_run(JsonBuilder *builder, const PgsRecord *record)
{
    g_autofree char *started = pgs_json_time(record->started, 0);
    pgs_json_put_number(builder, "version", FORMAT_VERSION);
    pgs_json_put_text(builder, "pgstair", record->version);
    pgs_json_put_text(builder, "command", record->command);
    pgs_json_put_text(builder, "host", record->host);
    pgs_json_put_text(builder, "started", started);
    pgs_json_put_seconds(builder, "duration", record->duration);
    pgs_json_put_flag(builder, "failOnWarning", record->fail_on_warning);
    pgs_json_put_flag(builder, "requireAll", record->require_all);
    put_verdict(builder, record);
    put_shards(builder, record);
    put_sources(builder, record);
}

char *
pgs_json_render(const PgsRecord *record)
{
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    g_autoptr(JsonBuilder) builder = json_builder_new();
    json_builder_begin_object(builder);
    put_run(builder, record);
    pgs_json_open_array(builder, "systems");
    for (guint i = 0; i < record->systems->len; i++)
        pgs_json_put_system(builder, record, record->systems->pdata[i], proofs);
    json_builder_end_array(builder);
    pgs_json_open_array(builder, "findings");
    for (guint i = 0; i < record->findings->len; i++)
        put_finding(builder, record->findings->pdata[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    return pgs_json_to_text(builder);
}
