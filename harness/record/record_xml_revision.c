#include "record/record_xml_revision.h"

#include "record/xml_members.h"

static const PgsXmlMember file_attributes[] = {
    {"path", G_STRUCT_OFFSET(PgsRecordFile, path)},
    {"role", G_STRUCT_OFFSET(PgsRecordFile, role)},
    {"sha256", G_STRUCT_OFFSET(PgsRecordFile, sha256)},
    {0},
};

static const PgsXmlMember revision_attributes[] = {
    {"id", G_STRUCT_OFFSET(PgsRecordRevision, id)},
    {"label", G_STRUCT_OFFSET(PgsRecordRevision, label)},
    {0},
};

static const PgsXmlMember revision_flags[] = {
    {"repeatable", G_STRUCT_OFFSET(PgsRecordRevision, repeatable)},
    {"given", G_STRUCT_OFFSET(PgsRecordRevision, given)},
    {0},
};

static const PgsXmlMember change_attributes[] = {
    {"kind", G_STRUCT_OFFSET(PgsRecordChange, kind)},
    {"object", G_STRUCT_OFFSET(PgsRecordChange, object)},
    {"attribute", G_STRUCT_OFFSET(PgsRecordChange, attribute)},
    {0},
};

static const PgsXmlMember change_elements[] = {
    {"before", G_STRUCT_OFFSET(PgsRecordChange, before)},
    {"after", G_STRUCT_OFFSET(PgsRecordChange, after)},
    {0},
};

/* ---- writing ---- */

void
pgs_xml_put_file(xmlNode *parent, const PgsRecordFile *file)
{
    char size[24];
    g_snprintf(size, sizeof size, "%" G_GUINT64_FORMAT, file->size);
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "file", NULL);
    pgs_xml_put_members(node, file, file_attributes, pgs_xml_put_attribute);
    pgs_xml_put_attribute(node, "size", size);
}

static void
put_change(xmlNode *parent, const PgsRecordChange *change)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "change", NULL);
    pgs_xml_put_members(node, change, change_attributes, pgs_xml_put_attribute);
    pgs_xml_put_members(node, change, change_elements, pgs_xml_put_element);
}

/* None is not the same as not known. */
static void
put_changes(xmlNode *parent, const PgsRecordRevision *revision)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "changes", NULL);
    if (revision->n_changes_left > 0)
        pgs_xml_put_number(node, "left-out", revision->n_changes_left);
    for (guint i = 0; i < revision->changes->len; i++)
        put_change(node, revision->changes->pdata[i]);
}

void
pgs_xml_put_revision(xmlNode *parent, const PgsRecordRevision *revision)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "revision", NULL);
    pgs_xml_put_members(node, revision, revision_attributes, pgs_xml_put_attribute);
    pgs_xml_put_flags(node, revision, revision_flags);
    for (guint i = 0; i < revision->files->len; i++)
        pgs_xml_put_file(node, revision->files->pdata[i]);
    if (revision->changes != NULL)
        put_changes(node, revision);
}

/* ---- reading ---- */

void
pgs_xml_read_file(const xmlNode *node, GPtrArray *files)
{
    PgsRecordFile *file = pgs_record_file_new(NULL, NULL, NULL, 0);
    pgs_xml_get_attributes(node, file, file_attributes);
    g_autofree char *size = pgs_xml_get_attribute(node, "size");
    file->size = g_ascii_strtoull(size, NULL, 10);
    g_ptr_array_add(files, file);
}

static void
read_changes(const xmlNode *node, PgsRecordRevision *revision)
{
    revision->n_changes_left = pgs_xml_get_number(node, "left-out");
    pgs_record_revision_know_changes(revision);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (!pgs_xml_is_element(child, "change"))
            continue;
        PgsRecordChange *change = pgs_record_change_new(NULL, NULL, NULL, NULL, NULL);
        pgs_xml_get_attributes(child, change, change_attributes);
        pgs_xml_get_elements(child, change, change_elements);
        pgs_record_revision_add_change(revision, change);
    }
}

void
pgs_xml_read_revision(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordRevision *revision = pgs_record_revision_new(NULL, NULL);
    pgs_xml_get_attributes(node, revision, revision_attributes);
    pgs_xml_get_flags(node, revision, revision_flags);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "file"))
            pgs_xml_read_file(child, revision->files);
        else if (pgs_xml_is_element(child, "changes"))
            read_changes(child, revision);
    }
    g_ptr_array_add(system->revisions, revision);
}
