#include "record/record_xml.h"

#include "base/embedded.h"
#include "base/error.h"
#include "base/text.h"
#include "record/output.h"
#include "record/proof.h"
#include "record/record_schema.h"

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

/* Text members by the XML name that they go under, in the schema's order. */
typedef struct {
    const char *name;
    gsize offset; /* of a char * */
} TextMember;

static const TextMember finding_attributes[] = {
    {"system", G_STRUCT_OFFSET(PgsFinding, system)},
    {"revision", G_STRUCT_OFFSET(PgsFinding, revision)},
    {"object", G_STRUCT_OFFSET(PgsFinding, object)},
    {"file", G_STRUCT_OFFSET(PgsFinding, file)},
    {"server", G_STRUCT_OFFSET(PgsFinding, server)},
    {"server-version", G_STRUCT_OFFSET(PgsFinding, server_version)},
    {0},
};

static const TextMember finding_elements[] = {
    {"title", G_STRUCT_OFFSET(PgsFinding, title)},
    {"message", G_STRUCT_OFFSET(PgsFinding, message)},
    {"detail", G_STRUCT_OFFSET(PgsFinding, detail)},
    {"expected", G_STRUCT_OFFSET(PgsFinding, expected)},
    {"actual", G_STRUCT_OFFSET(PgsFinding, actual)},
    {"sql", G_STRUCT_OFFSET(PgsFinding, sql)},
    {"hint", G_STRUCT_OFFSET(PgsFinding, hint)},
    {"reproduce", G_STRUCT_OFFSET(PgsFinding, reproduce)},
    {"accepted", G_STRUCT_OFFSET(PgsFinding, accepted)},
    {0},
};

static const TextMember system_attributes[] = {
    {"name", G_STRUCT_OFFSET(PgsRecordSystem, name)},
    {"folder", G_STRUCT_OFFSET(PgsRecordSystem, folder)},
    {"format", G_STRUCT_OFFSET(PgsRecordSystem, format)},
    {"server-version", G_STRUCT_OFFSET(PgsRecordSystem, server_version)},
    {0},
};

static const TextMember system_elements[] = {
    {"format-reason", G_STRUCT_OFFSET(PgsRecordSystem, format_reason)},
    {"server", G_STRUCT_OFFSET(PgsRecordSystem, server)},
    {0},
};

static const TextMember server_attributes[] = {
    {"server", G_STRUCT_OFFSET(PgsRecordServer, name)},
    {"server-version", G_STRUCT_OFFSET(PgsRecordServer, version)},
    {0},
};

static const TextMember phase_attributes[] = {
    {"id", G_STRUCT_OFFSET(PgsRecordPhase, id)},
    {"title", G_STRUCT_OFFSET(PgsRecordPhase, title)},
    {0},
};

static const TextMember requirement_attributes[] = {
    {"id", G_STRUCT_OFFSET(PgsRecordRequirement, id)},
    {"phase", G_STRUCT_OFFSET(PgsRecordRequirement, phase)},
    {0},
};

static const TextMember requirement_elements[] = {
    {"text", G_STRUCT_OFFSET(PgsRecordRequirement, text)},
    {"deferred", G_STRUCT_OFFSET(PgsRecordRequirement, deferred)},
    {0},
};

static const TextMember record_attributes[] = {
    {"pgstair", G_STRUCT_OFFSET(PgsRecord, version)},
    {"host", G_STRUCT_OFFSET(PgsRecord, host)},
    {0},
};

static const TextMember record_elements[] = {
    {"command", G_STRUCT_OFFSET(PgsRecord, command)},
    {0},
};

/* ---- writing ---- */

static void
put_attribute(xmlNode *node, const char *name, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    xmlNewProp(node, BAD_CAST name, BAD_CAST visible);
}

static void
put_number(xmlNode *node, const char *name, guint number)
{
    char digits[16];
    g_snprintf(digits, sizeof digits, "%u", number);
    xmlNewProp(node, BAD_CAST name, BAD_CAST digits);
}

static void
put_flag(xmlNode *node, const char *name, gboolean flag)
{
    xmlNewProp(node, BAD_CAST name, BAD_CAST(flag ? "true" : "false"));
}

/* In seconds, which XSLT can add up and every report shows. */
static void
put_seconds(xmlNode *node, const char *name, gint64 microseconds)
{
    gint64 time = CLAMP(microseconds, 0, G_GINT64_CONSTANT(999999999) * G_USEC_PER_SEC);
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT ".%06d", time / G_USEC_PER_SEC,
                                               (int)(time % G_USEC_PER_SEC));
    xmlNewProp(node, BAD_CAST name, BAD_CAST seconds);
}

static void
put_duration(xmlNode *node, gint64 microseconds)
{
    put_seconds(node, "duration", microseconds);
}

static void
put_element(xmlNode *parent, const char *name, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    xmlNewTextChild(parent, NULL, BAD_CAST name, BAD_CAST visible);
}

static void
put_elements(xmlNode *parent, const char *name, const GPtrArray *texts)
{
    for (guint i = 0; texts != NULL && i < texts->len; i++)
        put_element(parent, name, texts->pdata[i]);
}

static void
put_members(xmlNode *node, gconstpointer structure, const TextMember *members,
            void (*put)(xmlNode *, const char *, const char *))
{
    for (; members->name != NULL; members++) {
        const char *text = G_STRUCT_MEMBER(const char *, structure, members->offset);
        if (text != NULL)
            put(node, members->name, text);
    }
}

static void
put_server(xmlNode *parent, const PgsRecordServer *server)
{
    g_autofree char *description =
        pgs_text_visible(server->description != NULL ? server->description : "", -1);
    xmlNode *node = xmlNewTextChild(parent, NULL, BAD_CAST "server-run", BAD_CAST description);
    put_members(node, server, server_attributes, put_attribute);
    put_seconds(node, "start", server->start);
    put_duration(node, server->duration);
}

static void
put_phase(xmlNode *parent, const PgsRecordPhase *phase)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "phase", NULL);
    put_members(node, phase, phase_attributes, put_attribute);
    put_elements(node, "manual", phase->manual);
}

/* What the findings make of a requirement.  It follows from the rest: written for those who read
 * the file, and left aside when it is read back. */
static void
put_proof(xmlNode *node, const PgsProof *proof)
{
    if (proof->reason != NULL)
        put_element(node, "reason", proof->reason);
    g_autoptr(GPtrArray) checks = pgs_proof_checks(proof);
    for (guint i = 0; i < checks->len; i++) {
        const PgsProofCheck *check = checks->pdata[i];
        xmlNode *child = xmlNewChild(node, NULL, BAD_CAST "served-by", NULL);
        put_attribute(child, "check", check->check);
        for (PgsStatus status = 0; status < PGS_N_STATUSES; status++) {
            if (check->by_status[status] > 0)
                put_number(child, pgs_status_name(status), check->by_status[status]);
        }
    }
}

static void
put_requirement(xmlNode *parent, const PgsProof *proof)
{
    const PgsRecordRequirement *requirement = proof->requirement;
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "requirement", NULL);
    put_members(node, requirement, requirement_attributes, put_attribute);
    put_attribute(node, "state", pgs_proof_state_name(proof->state));
    put_flag(node, "fails", proof->fails);
    put_members(node, requirement, requirement_elements, put_element);
    put_elements(node, "need", requirement->needs);
    if (requirement->coverage_lines > 0) {
        xmlNode *coverage = xmlNewChild(node, NULL, BAD_CAST "coverage", NULL);
        put_number(coverage, "lines", requirement->coverage_lines);
        put_elements(coverage, "files", requirement->coverage_files);
    }
    put_proof(node, proof);
}

static void
put_system(xmlNode *root, const PgsRecordSystem *system, const GPtrArray *proofs)
{
    xmlNode *node = xmlNewChild(root, NULL, BAD_CAST "system", NULL);
    put_members(node, system, system_attributes, put_attribute);
    put_number(node, "revisions", system->n_revisions);
    put_number(node, "tolerated", system->n_tolerated);
    put_number(node, "cosmetic", system->n_cosmetic);
    put_duration(node, system->duration);
    put_members(node, system, system_elements, put_element);
    for (guint i = 0; i < system->servers->len; i++)
        put_server(node, system->servers->pdata[i]);
    put_elements(node, "tolerance", system->tolerances);
    for (guint i = 0; i < system->phases->len; i++)
        put_phase(node, system->phases->pdata[i]);
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->system == system)
            put_requirement(node, proof);
    }
}

/*
 * How many findings of this system, check, title and server came before and with this one.
 * Reports need a name for each case, and counting in XSLT takes quadratic time.
 */
static guint
count_occurrence(GHashTable *seen, const PgsFinding *finding)
{
    /* By its name where it has one: that is what reports tell it by. */
    const char *server = finding->server != NULL ? finding->server : finding->server_version;
    char *key =
        g_strjoin("\x1f", finding->system, finding->check,
                  finding->title != NULL ? finding->title : "", server != NULL ? server : "", NULL);
    guint occurrence = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1;
    g_hash_table_replace(seen, key, GUINT_TO_POINTER(occurrence));
    return occurrence;
}

static void
put_finding(xmlNode *root, const PgsFinding *finding, guint occurrence)
{
    xmlNode *node = xmlNewChild(root, NULL, BAD_CAST "finding", NULL);
    put_attribute(node, "check", finding->check);
    put_attribute(node, "status", pgs_status_name(finding->status));
    put_members(node, finding, finding_attributes, put_attribute);
    if (finding->line > 0)
        put_number(node, "line", finding->line);
    if (finding->line > 0 && finding->column > 0)
        put_number(node, "column", finding->column);
    put_duration(node, finding->duration);
    if (finding->lowered)
        put_flag(node, "lowered", TRUE);
    if (finding->was_warning)
        put_flag(node, "was-warning", TRUE);
    if (occurrence > 1)
        put_number(node, "occurrence", occurrence);
    if (finding->title == NULL)
        put_element(node, "title", "");
    put_members(node, finding, finding_elements, put_element);
    put_elements(node, "requirement", finding->requirements);
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
    put_attribute(root, "version", RECORD_VERSION);
    put_members(root, record, record_attributes, put_attribute);
    put_attribute(root, "started", timestamp);
    put_duration(root, record->duration);
    put_flag(root, "fail-on-warning", record->fail_on_warning);
    if (record->require_all)
        put_flag(root, "require-all", TRUE);
    put_members(root, record, record_elements, put_element);

    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < record->systems->len; i++)
        put_system(root, record->systems->pdata[i], proofs);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        put_finding(root, finding, count_occurrence(seen, finding));
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

static gboolean
is_element(const xmlNode *node, const char *name)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static char *
take(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);
    xmlFree(text);
    return copy;
}

static char *
get_attribute(const xmlNode *node, const char *name)
{
    return take(xmlGetNoNsProp((xmlNode *)node, BAD_CAST name));
}

static guint
get_number(const xmlNode *node, const char *name)
{
    g_autofree char *digits = get_attribute(node, name);
    return digits != NULL ? (guint)MIN(g_ascii_strtoull(digits, NULL, 10), G_MAXUINT) : 0;
}

/* "1.5" or "1.500000" seconds, as microseconds. */
static gint64
parse_seconds(const char *text)
{
    char *end = NULL;
    guint64 whole = g_ascii_strtoull(text, &end, 10);
    gint64 fraction = 0;
    gint64 unit = G_USEC_PER_SEC;
    if (*end == '.') {
        for (end++; g_ascii_isdigit(*end) && unit > 1; end++) {
            unit /= 10;
            fraction += (*end - '0') * unit;
        }
    }
    return (gint64)MIN(whole, (guint64)G_MAXINT32) * G_USEC_PER_SEC + fraction;
}

static gboolean
get_flag(const xmlNode *node, const char *name)
{
    g_autofree char *value = get_attribute(node, name);
    /* The schema's boolean has two spellings. */
    return g_strcmp0(value, "true") == 0 || g_strcmp0(value, "1") == 0;
}

static gint64
get_seconds(const xmlNode *node, const char *name)
{
    g_autofree char *seconds = get_attribute(node, name);
    return parse_seconds(seconds);
}

static gint64
get_duration(const xmlNode *node)
{
    return get_seconds(node, "duration");
}

static void
get_attributes(const xmlNode *node, gpointer structure, const TextMember *members)
{
    for (; members->name != NULL; members++) {
        char **member = &G_STRUCT_MEMBER(char *, structure, members->offset);
        char *text = get_attribute(node, members->name);
        if (text == NULL)
            continue;
        g_free(*member);
        *member = text;
    }
}

static void
get_elements(const xmlNode *node, gpointer structure, const TextMember *members)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        for (const TextMember *member = members; member->name != NULL; member++) {
            if (!is_element(child, member->name))
                continue;
            char **text = &G_STRUCT_MEMBER(char *, structure, member->offset);
            g_free(*text);
            *text = take(xmlNodeGetContent(child));
        }
    }
}

/* The texts of all child elements of that name; NULL when there are none. */
static GPtrArray *
get_texts(const xmlNode *node, const char *name)
{
    GPtrArray *texts = NULL;
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!is_element(child, name))
            continue;
        if (texts == NULL)
            texts = g_ptr_array_new_with_free_func(g_free);
        g_ptr_array_add(texts, take(xmlNodeGetContent(child)));
    }
    return texts;
}

static void
append_texts(GPtrArray *texts, const xmlNode *node, const char *name)
{
    g_autoptr(GPtrArray) more = get_texts(node, name);
    if (more != NULL)
        g_ptr_array_extend_and_steal(texts, g_steal_pointer(&more));
}

static void
read_server(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordServer *server = pgs_record_system_add_server(system, NULL);
    get_attributes(node, server, server_attributes);
    server->description = take(xmlNodeGetContent(node));
    server->start = get_seconds(node, "start");
    server->duration = get_duration(node);
}

static void
read_phase(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordPhase *phase = pgs_record_system_add_phase(system, NULL, NULL);
    get_attributes(node, phase, phase_attributes);
    append_texts(phase->manual, node, "manual");
}

static void
read_requirement(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordRequirement *requirement = pgs_record_system_add_requirement(system, NULL, NULL);
    get_attributes(node, requirement, requirement_attributes);
    get_elements(node, requirement, requirement_elements);
    append_texts(requirement->needs, node, "need");
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!is_element(child, "coverage"))
            continue;
        requirement->coverage_lines = get_number(child, "lines");
        append_texts(requirement->coverage_files, child, "files");
    }
}

static void
read_parts(const xmlNode *node, PgsRecordSystem *system)
{
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (is_element(child, "server-run"))
            read_server(child, system);
        else if (is_element(child, "phase"))
            read_phase(child, system);
        else if (is_element(child, "requirement"))
            read_requirement(child, system);
    }
}

static void
read_system(const xmlNode *node, PgsRecord *record)
{
    PgsRecordSystem *system = pgs_record_add_system(record, NULL, NULL);
    get_attributes(node, system, system_attributes);
    get_elements(node, system, system_elements);
    system->n_revisions = get_number(node, "revisions");
    system->n_tolerated = get_number(node, "tolerated");
    system->n_cosmetic = get_number(node, "cosmetic");
    system->duration = get_duration(node);
    append_texts(system->tolerances, node, "tolerance");
    read_parts(node, system);
}

static void
read_finding(const xmlNode *node, PgsRecord *record)
{
    g_autofree char *check = get_attribute(node, "check");
    g_autofree char *name = get_attribute(node, "status");
    PgsStatus status = PGS_STATUS_ERROR;
    pgs_status_parse(name, &status);
    PgsFinding *finding = pgs_record_add(record, pgs_finding_new(check, status, NULL, NULL, NULL));
    get_attributes(node, finding, finding_attributes);
    get_elements(node, finding, finding_elements);
    finding->line = get_number(node, "line");
    finding->column = get_number(node, "column");
    finding->duration = get_duration(node);
    finding->lowered = get_flag(node, "lowered");
    finding->was_warning = get_flag(node, "was-warning");
    finding->requirements = get_texts(node, "requirement");
}

/* The schema has seen to its form; g_date_time_new_from_iso8601() alone would lose microseconds to
 * rounding. */
static void
read_started(const xmlNode *root, PgsRecord *record)
{
    g_autofree char *text = get_attribute(root, "started");
    g_autofree char *to_seconds = g_strdup_printf("%.19sZ", text);
    g_autoptr(GDateTime) started = g_date_time_new_from_iso8601(to_seconds, NULL);
    const char *point = strchr(text, '.');
    if (started == NULL)
        return;
    g_date_time_unref(record->started);
    record->started = g_date_time_add(started, point != NULL ? parse_seconds(point) : 0);
}

static PgsRecord *
read_record(const xmlNode *root)
{
    PgsRecord *record = pgs_record_new(NULL);
    get_attributes(root, record, record_attributes);
    get_elements(root, record, record_elements);
    read_started(root, record);
    record->duration = get_duration(root);
    record->fail_on_warning = get_flag(root, "fail-on-warning");
    record->require_all = get_flag(root, "require-all");
    for (const xmlNode *child = root->children; child != NULL; child = child->next) {
        if (is_element(child, "system"))
            read_system(child, record);
        else if (is_element(child, "finding"))
            read_finding(child, record);
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
    g_autofree char *version = get_attribute(root, "version");
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
