#include "record/record_xml.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "record/output.h"
#include "record/proof.h"
#include "record/record_schema.h"
#include "record/record_xml_finding.h"
#include "record/xml_members.h"

#include <libxml/parser.h>
#include <string.h>

/* reports/record.rng describes what is written here. */
#define RECORD_ROOT "pgstair-record"
#define RECORD_VERSION "1"

G_DEFINE_QUARK(pgs_record_error, pgs_record_error)

static void
init_libxml(void)
{
    static gsize once;
    if (g_once_init_enter(&once)) {
        xmlInitParser();
        g_once_init_leave(&once, 1);
    }
}

static const PgsXmlMember system_attributes[] = {
    {"name", G_STRUCT_OFFSET(PgsRecordSystem, name)},
    {"folder", G_STRUCT_OFFSET(PgsRecordSystem, folder)},
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

static const PgsXmlMember record_attributes[] = {
    {"pgstair", G_STRUCT_OFFSET(PgsRecord, version)},
    {"host", G_STRUCT_OFFSET(PgsRecord, host)},
    {0},
};

static const PgsXmlMember record_elements[] = {
    {"command", G_STRUCT_OFFSET(PgsRecord, command)},
    {0},
};

/* ---- writing ---- */

static void
put_server(xmlNode *parent, const PgsRecordServer *server)
{
    g_autofree char *description =
        pgs_text_visible(server->description != NULL ? server->description : "", -1);
    xmlNode *node = xmlNewTextChild(parent, NULL, BAD_CAST "server-run", BAD_CAST description);
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
put_system(xmlNode *root, const PgsRecordSystem *system, const GPtrArray *proofs)
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
    pgs_xml_put_elements(node, "tolerance", system->tolerances);
    for (guint i = 0; i < system->phases->len; i++)
        put_phase(node, system->phases->pdata[i]);
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->system == system)
            put_requirement(node, proof);
    }
}

xmlDoc *
pgs_record_to_xml(const PgsRecord *record)
{
    init_libxml();
    xmlDoc *document = xmlNewDoc(BAD_CAST "1.0");
    xmlNode *root = xmlNewDocNode(document, NULL, BAD_CAST RECORD_ROOT, NULL);
    xmlDocSetRootElement(document, root);

    g_autoptr(GDateTime) started = g_date_time_to_utc(record->started);
    g_autofree char *timestamp = g_date_time_format(started, "%Y-%m-%dT%H:%M:%S.%fZ");
    pgs_xml_put_attribute(root, "version", RECORD_VERSION);
    pgs_xml_put_members(root, record, record_attributes, pgs_xml_put_attribute);
    pgs_xml_put_attribute(root, "started", timestamp);
    pgs_xml_put_duration(root, record->duration);
    pgs_xml_put_flag(root, "fail-on-warning", record->fail_on_warning);
    if (record->require_all)
        pgs_xml_put_flag(root, "require-all", TRUE);
    pgs_xml_put_members(root, record, record_elements, pgs_xml_put_element);

    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < record->systems->len; i++)
        put_system(root, record->systems->pdata[i], proofs);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        pgs_xml_put_finding(root, record->findings->pdata[i], seen);
    }
    return document;
}

gboolean
pgs_record_write(const PgsRecord *record, const char *path, GError **error)
{
    g_autoptr(xmlDoc) document = pgs_record_to_xml(record);
    xmlChar *bytes = NULL;
    int length = 0;
    xmlDocDumpFormatMemoryEnc(document, &bytes, &length, "UTF-8", 1);
    if (bytes == NULL) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_WRITE, NULL,
                      "%s: the record is too large to be written as XML", path);
        return FALSE;
    }
    gboolean written = pgs_output_write(path, (const char *)bytes, (gsize)length, error);
    xmlFree(bytes);
    return written;
}

/* ---- reading; the document is valid by then ---- */

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
read_parts(const xmlNode *node, PgsRecordSystem *system)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "server-run"))
            read_server(child, system);
        else if (pgs_xml_is_element(child, "phase"))
            read_phase(child, system);
        else if (pgs_xml_is_element(child, "requirement"))
            read_requirement(child, system);
    }
}

static void
read_system(const xmlNode *node, PgsRecord *record)
{
    PgsRecordSystem *system = pgs_record_add_system(record, NULL, NULL);
    pgs_xml_get_attributes(node, system, system_attributes);
    pgs_xml_get_elements(node, system, system_elements);
    system->n_revisions = pgs_xml_get_number(node, "revisions");
    system->n_tolerated = pgs_xml_get_number(node, "tolerated");
    system->n_cosmetic = pgs_xml_get_number(node, "cosmetic");
    system->duration = pgs_xml_get_duration(node);
    pgs_xml_append_texts(system->tolerances, node, "tolerance");
    read_parts(node, system);
}

/* The schema has seen to its form; g_date_time_new_from_iso8601() alone would lose microseconds to
 * rounding. */
static void
read_started(const xmlNode *root, PgsRecord *record)
{
    g_autofree char *text = pgs_xml_get_attribute(root, "started");
    g_autofree char *to_seconds = g_strdup_printf("%.19sZ", text);
    g_autoptr(GDateTime) started = g_date_time_new_from_iso8601(to_seconds, NULL);
    const char *point = strchr(text, '.');
    if (started == NULL)
        return;
    g_date_time_unref(record->started);
    record->started = g_date_time_add(started, point != NULL ? pgs_xml_parse_seconds(point) : 0);
}

static PgsRecord *
read_record(const xmlNode *root)
{
    PgsRecord *record = pgs_record_new(NULL);
    pgs_xml_get_attributes(root, record, record_attributes);
    pgs_xml_get_elements(root, record, record_elements);
    read_started(root, record);
    record->duration = pgs_xml_get_duration(root);
    record->fail_on_warning = pgs_xml_get_flag(root, "fail-on-warning");
    record->require_all = pgs_xml_get_flag(root, "require-all");
    for (const xmlNode *child = root->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "system"))
            read_system(child, record);
        else if (pgs_xml_is_element(child, "finding"))
            pgs_xml_read_finding(child, record);
    }
    return record;
}

/* Before the schema, whose words for this would help nobody. */
static gboolean
check_root(const xmlDoc *document, const char *path, GError **error)
{
    const xmlNode *root = xmlDocGetRootElement(document);
    if (strcmp((const char *)root->name, RECORD_ROOT) != 0) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ,
                      "give a file that \"pgstair verify --record FILE\" wrote",
                      "%s: this is no run record: its root element is <%s>, not <" RECORD_ROOT ">",
                      path, (const char *)root->name);
        return FALSE;
    }
    g_autofree char *version = pgs_xml_get_attribute(root, "version");
    if (g_strcmp0(version, RECORD_VERSION) != 0) {
        pgs_error_set(
            error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_READ,
            "read it with the pgstair that wrote it, or a newer one",
            "%s: the record has version \"%s\", this pgstair reads version " RECORD_VERSION, path,
            version != NULL ? version : "");
        return FALSE;
    }
    return TRUE;
}

PgsRecord *
pgs_record_read(const char *path, GError **error)
{
    init_libxml();
    g_autoptr(xmlDoc) document = pgs_schema_parse(path, error);
    if (document == NULL || !check_root(document, path, error))
        return NULL;
    const char *schema = pgs_embedded_find(pgs_record_files, "record.rng");
    if (!pgs_schema_validate(document, path, schema, error))
        return NULL;
    return read_record(xmlDocGetRootElement(document));
}
