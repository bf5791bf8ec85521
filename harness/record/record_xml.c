#include "record/record_xml.h"

#include "base/embedded.h"
#include "base/error.h"
#include "record/output.h"
#include "record/proof.h"
#include "record/record_schema.h"
#include "record/record_xml_finding.h"
#include "record/record_xml_origin.h"
#include "record/record_xml_system.h"
#include "record/sources.h"
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
put_sources(xmlNode *root, const PgsRecord *record, gboolean with_whole)
{
    for (guint i = 0; i < record->sources->len; i++) {
        const PgsRecordSource *source = record->sources->pdata[i];
        if (with_whole || !source->whole)
            pgs_xml_put_source(root, source);
    }
}

static void
put_head(xmlNode *root, const PgsRecord *record)
{
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
    for (guint i = 0; i < record->shards->len; i++)
        pgs_xml_put_shard(root, record->shards->pdata[i]);
}

/* with_whole: with the file that holds this record, which that file itself cannot name. */
static xmlDoc *
make_document(const PgsRecord *record, gboolean with_whole)
{
    init_libxml();
    xmlDoc *document = xmlNewDoc(BAD_CAST "1.0");
    xmlNode *root = xmlNewDocNode(document, NULL, BAD_CAST RECORD_ROOT, NULL);
    xmlDocSetRootElement(document, root);
    put_head(root, record);
    put_sources(root, record, with_whole);
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    for (guint i = 0; i < record->systems->len; i++)
        pgs_xml_put_system(root, record->systems->pdata[i], proofs);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < record->findings->len; i++)
        pgs_xml_put_finding(root, record->findings->pdata[i], seen);
    return document;
}

xmlDoc *
pgs_record_to_xml(const PgsRecord *record)
{
    return make_document(record, TRUE);
}

/* libxml2's bytes; NULL: too many. */
static xmlChar *
make_bytes(const PgsRecord *record, gsize *length)
{
    g_autoptr(xmlDoc) document = make_document(record, FALSE);
    xmlChar *bytes = NULL;
    int size = 0;
    xmlDocDumpFormatMemoryEnc(document, &bytes, &size, "UTF-8", 1);
    *length = (gsize)size;
    return bytes;
}

static char *
digest(const void *bytes, gsize length)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, length);
}

gboolean
pgs_record_write(PgsRecord *record, const char *path, GError **error)
{
    gsize length = 0;
    xmlChar *bytes = make_bytes(record, &length);
    g_autofree char *sha256 = bytes != NULL ? digest(bytes, length) : NULL;
    /* It has changed since it was read: the file that it was read from is one that it is made of.
     */
    if (sha256 != NULL && pgs_sources_settle(record, sha256)) {
        xmlFree(bytes);
        bytes = make_bytes(record, &length);
        g_free(sha256);
        sha256 = bytes != NULL ? digest(bytes, length) : NULL;
    }
    if (bytes == NULL) {
        pgs_error_set(error, PGS_RECORD_ERROR, PGS_RECORD_ERROR_WRITE, NULL,
                      "%s: the record is too large to be written as XML", path);
        return FALSE;
    }
    gboolean written = pgs_output_write(path, (const char *)bytes, length, error);
    xmlFree(bytes);
    if (written && strcmp(path, "-") != 0)
        pgs_sources_note(record, path, sha256);
    return written;
}

/* ---- reading; the document is valid by then ---- */

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
        if (pgs_xml_is_element(child, "shard"))
            pgs_xml_read_shard(child, record);
        else if (pgs_xml_is_element(child, "source"))
            pgs_xml_read_source(child, record);
        else if (pgs_xml_is_element(child, "system"))
            pgs_xml_read_system(child, record);
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
    g_autofree char *sha256 = NULL;
    g_autoptr(xmlDoc) document = pgs_schema_parse(path, &sha256, error);
    if (document == NULL || !check_root(document, path, error))
        return NULL;
    const char *schema = pgs_embedded_find(pgs_record_files, "record.rng");
    if (!pgs_schema_validate(document, path, schema, error))
        return NULL;
    PgsRecord *record = read_record(xmlDocGetRootElement(document));
    pgs_sources_note(record, path, sha256);
    return record;
}
