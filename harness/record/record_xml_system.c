#include "record/record_xml_system.h"

#include "record/proof.h"
#include "record/record_xml_origin.h"
#include "record/record_xml_relation.h"
#include "record/record_xml_revision.h"
#include "record/xml_members.h"

static const PgsXmlMember system_attributes[] = {
    {"name", G_STRUCT_OFFSET(PgsRecordSystem, name)},
    {"folder", G_STRUCT_OFFSET(PgsRecordSystem, folder)},
    {"config", G_STRUCT_OFFSET(PgsRecordSystem, config)},
    {"format", G_STRUCT_OFFSET(PgsRecordSystem, format)},
    {"server-version", G_STRUCT_OFFSET(PgsRecordSystem, server_version)},
    {0},
};

static const PgsXmlMember system_elements[] = {
    {"format-reason", G_STRUCT_OFFSET(PgsRecordSystem, format_reason)},
    {"server", G_STRUCT_OFFSET(PgsRecordSystem, server)},
    {0},
};

static const PgsXmlMember server_attributes[] = {
    {"server", G_STRUCT_OFFSET(PgsRecordServer, name)},
    {"server-version", G_STRUCT_OFFSET(PgsRecordServer, version)},
    {0},
};

static const PgsXmlMember phase_attributes[] = {
    {"id", G_STRUCT_OFFSET(PgsRecordPhase, id)},
    {"title", G_STRUCT_OFFSET(PgsRecordPhase, title)},
    {0},
};

static const PgsXmlMember requirement_attributes[] = {
    {"id", G_STRUCT_OFFSET(PgsRecordRequirement, id)},
    {"phase", G_STRUCT_OFFSET(PgsRecordRequirement, phase)},
    {0},
};

static const PgsXmlMember requirement_elements[] = {
    {"text", G_STRUCT_OFFSET(PgsRecordRequirement, text)},
    {"deferred", G_STRUCT_OFFSET(PgsRecordRequirement, deferred)},
    {0},
};

/* ---- writing ---- */

static void
put_server(xmlNode *parent, const PgsRecordServer *server)
{
    xmlNode *node = pgs_xml_add_text(parent, "server-run", server->description);
    pgs_xml_put_members(node, server, server_attributes, pgs_xml_put_attribute);
    pgs_xml_put_seconds(node, "start", server->start);
    pgs_xml_put_duration(node, server->duration);
}

static void
put_phase(xmlNode *parent, const PgsRecordPhase *phase)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "phase", NULL);
    pgs_xml_put_members(node, phase, phase_attributes, pgs_xml_put_attribute);
    pgs_xml_put_elements(node, "manual", phase->manual);
}

/* What the findings make of a requirement.  It follows from the rest: written for those who read
 * the file, and left aside when it is read back. */
static void
put_proof(xmlNode *node, const PgsProof *proof)
{
    if (proof->reason != NULL)
        pgs_xml_put_element(node, "reason", proof->reason);
    g_autoptr(GPtrArray) checks = pgs_proof_checks(proof);
    for (guint i = 0; i < checks->len; i++) {
        const PgsProofCheck *check = checks->pdata[i];
        xmlNode *child = xmlNewChild(node, NULL, BAD_CAST "served-by", NULL);
        pgs_xml_put_attribute(child, "check", check->check);
        for (PgsStatus status = 0; status < PGS_N_STATUSES; status++) {
            if (check->by_status[status] > 0)
                pgs_xml_put_number(child, pgs_status_name(status), check->by_status[status]);
        }
    }
}

static void
put_requirement(xmlNode *parent, const PgsProof *proof)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "requirement", NULL);
    pgs_xml_put_members(node, requirement, requirement_attributes, pgs_xml_put_attribute);
    pgs_xml_put_attribute(node, "state", pgs_proof_state_name(proof->state));
    pgs_xml_put_flag(node, "fails", proof->fails);
    pgs_xml_put_members(node, requirement, requirement_elements, pgs_xml_put_element);
    pgs_xml_put_elements(node, "need", requirement->needs);
    if (requirement->coverage_lines > 0) {
        xmlNode *coverage = xmlNewChild(node, NULL, BAD_CAST "coverage", NULL);
        pgs_xml_put_number(coverage, "lines", requirement->coverage_lines);
        pgs_xml_put_elements(coverage, "files", requirement->coverage_files);
    }
    put_proof(node, proof);
}

static void
put_origin(xmlNode *node, const PgsRecordSystem *system)
{
    for (guint i = 0; i < system->tolerances->len; i++)
        pgs_xml_put_tolerance(node, system->tolerances->pdata[i]);
    for (guint i = 0; i < system->acceptances->len; i++)
        pgs_xml_put_acceptance(node, system->acceptances->pdata[i]);
    for (guint i = 0; i < system->facts->len; i++)
        pgs_xml_put_fact(node, system->facts->pdata[i]);
    if (system->git != NULL)
        pgs_xml_put_git(node, system->git);
    for (guint i = 0; i < system->files->len; i++)
        pgs_xml_put_file(node, system->files->pdata[i]);
}

static void
put_requirements(xmlNode *node, const PgsRecordSystem *system, const GPtrArray *proofs)
{
    for (guint i = 0; i < system->phases->len; i++)
        put_phase(node, system->phases->pdata[i]);
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->system == system)
            put_requirement(node, proof);
    }
}

void
pgs_xml_put_system(xmlNode *root, const PgsRecordSystem *system, const GPtrArray *proofs)
{
    xmlNode *node = xmlNewChild(root, NULL, BAD_CAST "system", NULL);
    pgs_xml_put_members(node, system, system_attributes, pgs_xml_put_attribute);
    pgs_xml_put_number(node, "revisions", system->n_revisions);
    pgs_xml_put_number(node, "tolerated", system->n_tolerated);
    pgs_xml_put_number(node, "cosmetic", system->n_cosmetic);
    pgs_xml_put_duration(node, system->duration);
    pgs_xml_put_members(node, system, system_elements, pgs_xml_put_element);
    for (guint i = 0; i < system->servers->len; i++)
        put_server(node, system->servers->pdata[i]);
    put_origin(node, system);
    put_requirements(node, system, proofs);
    for (guint i = 0; i < system->revisions->len; i++)
        pgs_xml_put_revision(node, system->revisions->pdata[i]);
    pgs_xml_put_schema(node, system->relations);
}

/* ---- reading ---- */

static void
read_server(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordServer *server = pgs_record_system_add_server(system, NULL);
    pgs_xml_get_attributes(node, server, server_attributes);
    server->description = pgs_xml_take_text(xmlNodeGetContent(node));
    server->start = pgs_xml_get_seconds(node, "start");
    server->duration = pgs_xml_get_duration(node);
}

static void
read_phase(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordPhase *phase = pgs_record_system_add_phase(system, NULL, NULL);
    pgs_xml_get_attributes(node, phase, phase_attributes);
    pgs_xml_append_texts(phase->manual, node, "manual");
}

static void
read_requirement(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordRequirement *requirement = pgs_record_system_add_requirement(system, NULL, NULL);
    pgs_xml_get_attributes(node, requirement, requirement_attributes);
    pgs_xml_get_elements(node, requirement, requirement_elements);
    pgs_xml_append_texts(requirement->needs, node, "need");
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!pgs_xml_is_element(child, "coverage"))
            continue;
        requirement->coverage_lines = pgs_xml_get_number(child, "lines");
        pgs_xml_append_texts(requirement->coverage_files, child, "files");
    }
}

static void
read_system_file(const xmlNode *node, PgsRecordSystem *system)
{
    pgs_xml_read_file(node, system->files);
}

static const struct {
    const char *name;
    void (*read)(const xmlNode *, PgsRecordSystem *);
} parts[] = {
    {"server-run", read_server},
    {"tolerance", pgs_xml_read_tolerance},
    {"acceptance", pgs_xml_read_acceptance},
    {"fact", pgs_xml_read_fact},
    {"git", pgs_xml_read_git},
    {"file", read_system_file},
    {"phase", read_phase},
    {"requirement", read_requirement},
    {"revision", pgs_xml_read_revision},
    {"schema", pgs_xml_read_schema},
};

static void
read_part(const xmlNode *node, PgsRecordSystem *system)
{
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (pgs_xml_is_element(node, parts[i].name))
            parts[i].read(node, system);
    }
}

void
pgs_xml_read_system(const xmlNode *node, PgsRecord *record)
{
    PgsRecordSystem *system = pgs_record_add_system(record, NULL, NULL);
    pgs_xml_get_attributes(node, system, system_attributes);
    pgs_xml_get_elements(node, system, system_elements);
    system->n_revisions = pgs_xml_get_number(node, "revisions");
    system->n_tolerated = pgs_xml_get_number(node, "tolerated");
    system->n_cosmetic = pgs_xml_get_number(node, "cosmetic");
    system->duration = pgs_xml_get_duration(node);
    for (const xmlNode *child = node->children; child != NULL; child = child->next)
        read_part(child, system);
}
