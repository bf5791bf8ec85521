#include "report/json_report_system.h"

#include "record/proof.h"
#include "report/json_text.h"

/* A list of structures: put writes the members of one. */
#define PUT_LIST(builder, name, list, put)                                                         \
    do {                                                                                           \
        pgs_json_open_array(builder, name);                                                        \
        for (guint i_ = 0; (list) != NULL && i_ < (list)->len; i_++) {                             \
            pgs_json_open_object(builder, NULL);                                                   \
            put(builder, (list)->pdata[i_]);                                                       \
            json_builder_end_object(builder);                                                      \
        }                                                                                          \
        json_builder_end_array(builder);                                                           \
    } while (0)

void
pgs_json_put_counts(JsonBuilder *builder, const char *name, const guint *by_status)
{
    pgs_json_open_object(builder, name);
    for (guint status = 0; status < PGS_N_STATUSES; status++)
        pgs_json_put_number(builder, pgs_status_name((PgsStatus)status), by_status[status]);
    json_builder_end_object(builder);
}

/* ---- where it comes from ---- */

static void
put_server(JsonBuilder *builder, const PgsRecordServer *server)
{
    pgs_json_put_text(builder, "name", server->name);
    pgs_json_put_text(builder, "version", server->version);
    pgs_json_put_text(builder, "description", server->description);
    pgs_json_put_seconds(builder, "start", server->start);
    pgs_json_put_seconds(builder, "duration", server->duration);
}

static void
put_tolerance(JsonBuilder *builder, const PgsRecordTolerance *tolerance)
{
    pgs_json_put_text(builder, "name", tolerance->name);
    pgs_json_put_text(builder, "reason", tolerance->reason);
    pgs_json_put_text(builder, "until", tolerance->until);
    pgs_json_put_text(builder, "place", tolerance->place);
}

static void
put_acceptance(JsonBuilder *builder, const PgsRecordAcceptance *acceptance)
{
    pgs_json_put_text(builder, "check", acceptance->check);
    pgs_json_put_text(builder, "revision", acceptance->revision);
    pgs_json_put_text(builder, "object", acceptance->object);
    pgs_json_put_text(builder, "title", acceptance->title);
    pgs_json_put_text(builder, "reason", acceptance->reason);
    pgs_json_put_text(builder, "until", acceptance->until);
    pgs_json_put_text(builder, "place", acceptance->place);
    pgs_json_put_number(builder, "used", acceptance->used);
}

static void
put_fact(JsonBuilder *builder, const PgsRecordFact *fact)
{
    pgs_json_put_text(builder, "name", fact->name);
    pgs_json_put_text(builder, "value", fact->value);
    pgs_json_put_text(builder, "server", fact->server);
}

static void
put_git(JsonBuilder *builder, const PgsRecordGit *git)
{
    if (git == NULL)
        return;
    pgs_json_open_object(builder, "git");
    pgs_json_put_text(builder, "commit", git->commit);
    pgs_json_put_text(builder, "branch", git->branch);
    pgs_json_put_flag(builder, "clean", git->clean);
    pgs_json_put_number(builder, "dirty", git->n_dirty);
    pgs_json_put_texts(builder, "dirtyFiles", git->dirty);
    json_builder_end_object(builder);
}

static void
put_file(JsonBuilder *builder, const PgsRecordFile *file)
{
    pgs_json_put_text(builder, "path", file->path);
    pgs_json_put_text(builder, "role", file->role);
    pgs_json_put_number(builder, "size", (gint64)file->size);
    pgs_json_put_text(builder, "sha256", file->sha256);
}

/* ---- requirements ---- */

static void
put_phase(JsonBuilder *builder, const PgsRecordPhase *phase)
{
    pgs_json_put_text(builder, "id", phase->id);
    pgs_json_put_text(builder, "title", phase->title);
    pgs_json_put_texts(builder, "manual", phase->manual);
}

static void
put_served_by(JsonBuilder *builder, const PgsProof *proof)
{
    g_autoptr(GPtrArray) checks = pgs_proof_checks(proof);
    pgs_json_open_array(builder, "servedBy");
    for (guint i = 0; i < checks->len; i++) {
        const PgsProofCheck *check = checks->pdata[i];
        pgs_json_open_object(builder, NULL);
        pgs_json_put_text(builder, "check", check->check);
        pgs_json_put_counts(builder, "counts", check->by_status);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
put_requirement(JsonBuilder *builder, const PgsProof *proof)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    pgs_json_put_text(builder, "id", requirement->id);
    pgs_json_put_text(builder, "text", requirement->text);
    pgs_json_put_text(builder, "phase", requirement->phase);
    pgs_json_put_text(builder, "deferred", requirement->deferred);
    pgs_json_put_texts(builder, "needs", requirement->needs);
    if (requirement->coverage_lines > 0) {
        pgs_json_open_object(builder, "coverage");
        pgs_json_put_number(builder, "lines", requirement->coverage_lines);
        pgs_json_put_texts(builder, "files", requirement->coverage_files);
        json_builder_end_object(builder);
    }
    pgs_json_put_text(builder, "state", pgs_proof_state_name(proof->state));
    pgs_json_put_flag(builder, "fails", proof->fails);
    pgs_json_put_text(builder, "reason", proof->reason);
    put_served_by(builder, proof);
}

static void
put_requirements(JsonBuilder *builder, const PgsRecordSystem *system, const GPtrArray *proofs)
{
    pgs_json_open_array(builder, "requirements");
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->system != system)
            continue;
        pgs_json_open_object(builder, NULL);
        put_requirement(builder, proof);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* ---- revisions ---- */

static void
put_change(JsonBuilder *builder, const PgsRecordChange *change)
{
    pgs_json_put_text(builder, "kind", change->kind);
    pgs_json_put_text(builder, "object", change->object);
    pgs_json_put_text(builder, "attribute", change->attribute);
    pgs_json_put_text(builder, "before", change->before);
    pgs_json_put_text(builder, "after", change->after);
}

static void
put_revision(JsonBuilder *builder, const PgsRecordRevision *revision)
{
    pgs_json_put_text(builder, "id", revision->id);
    pgs_json_put_text(builder, "label", revision->label);
    pgs_json_put_flag(builder, "repeatable", revision->repeatable);
    pgs_json_put_flag(builder, "given", revision->given);
    PUT_LIST(builder, "files", revision->files, put_file);
    if (revision->changes == NULL)
        return;
    PUT_LIST(builder, "changes", revision->changes, put_change);
    pgs_json_put_number(builder, "changesLeftOut", revision->n_changes_left);
}

/* ---- the schema at head ---- */

static void
put_column(JsonBuilder *builder, const PgsRecordColumn *column)
{
    pgs_json_put_text(builder, "name", column->name);
    pgs_json_put_text(builder, "type", column->type);
    pgs_json_put_flag(builder, "notNull", column->not_null);
    pgs_json_put_flag(builder, "identity", column->identity);
    pgs_json_put_flag(builder, "generated", column->generated);
    pgs_json_put_text(builder, "value", column->value);
}

static void
put_constraint(JsonBuilder *builder, const PgsRecordConstraint *constraint)
{
    pgs_json_put_text(builder, "kind", constraint->kind);
    pgs_json_put_text(builder, "name", constraint->name);
    pgs_json_put_text(builder, "object", constraint->object);
    pgs_json_put_flag(builder, "unique", constraint->unique);
    pgs_json_put_text(builder, "definition", constraint->definition);
    pgs_json_put_texts(builder, "columns", constraint->columns);
    pgs_json_put_text(builder, "references", constraint->references);
    pgs_json_put_texts(builder, "referencedColumns", constraint->referenced);
    pgs_json_put_text(builder, "onDelete", constraint->on_delete);
    pgs_json_put_text(builder, "onUpdate", constraint->on_update);
}

static void
put_relation(JsonBuilder *builder, const PgsRecordRelation *relation)
{
    pgs_json_put_text(builder, "kind", relation->kind);
    pgs_json_put_text(builder, "name", relation->name);
    pgs_json_put_text(builder, "object", relation->object);
    pgs_json_put_text(builder, "parent", relation->parent);
    pgs_json_put_text(builder, "comment", relation->comment);
    PUT_LIST(builder, "columns", relation->columns, put_column);
    PUT_LIST(builder, "constraints", relation->constraints, put_constraint);
}

/* ---- all ---- */

static void
put_head(JsonBuilder *builder, const PgsRecord *record, const PgsRecordSystem *system)
{
    PgsRecordCounts counts = pgs_record_counts(record, system->name);
    pgs_json_put_text(builder, "name", system->name);
    pgs_json_put_text(builder, "folder", system->folder);
    pgs_json_put_text(builder, "config", system->config);
    pgs_json_put_text(builder, "format", system->format);
    pgs_json_put_text(builder, "formatReason", system->format_reason);
    pgs_json_put_text(builder, "server", system->server);
    pgs_json_put_text(builder, "serverVersion", system->server_version);
    pgs_json_put_number(builder, "revisionCount", system->n_revisions);
    pgs_json_put_number(builder, "tolerated", system->n_tolerated);
    pgs_json_put_number(builder, "cosmetic", system->n_cosmetic);
    pgs_json_put_seconds(builder, "duration", system->duration);
    pgs_json_put_counts(builder, "counts", counts.by_status);
}

void
pgs_json_put_system(JsonBuilder *builder, const PgsRecord *record, const PgsRecordSystem *system,
                    const GPtrArray *proofs)
{
    pgs_json_open_object(builder, NULL);
    put_head(builder, record, system);
    PUT_LIST(builder, "servers", system->servers, put_server);
    PUT_LIST(builder, "tolerances", system->tolerances, put_tolerance);
    PUT_LIST(builder, "acceptances", system->acceptances, put_acceptance);
    PUT_LIST(builder, "facts", system->facts, put_fact);
    put_git(builder, system->git);
    PUT_LIST(builder, "files", system->files, put_file);
    PUT_LIST(builder, "phases", system->phases, put_phase);
    put_requirements(builder, system, proofs);
    PUT_LIST(builder, "revisions", system->revisions, put_revision);
    if (system->relations != NULL)
        PUT_LIST(builder, "relations", system->relations, put_relation);
    json_builder_end_object(builder);
}
