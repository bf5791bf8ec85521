#include "record/record_xml_relation.h"

#include "record/xml_members.h"

static const PgsXmlMember relation_attributes[] = {
    {"kind", G_STRUCT_OFFSET(PgsRecordRelation, kind)},
    {"name", G_STRUCT_OFFSET(PgsRecordRelation, name)},
    {"object", G_STRUCT_OFFSET(PgsRecordRelation, object)},
    {"parent", G_STRUCT_OFFSET(PgsRecordRelation, parent)},
    {0},
};

static const PgsXmlMember relation_elements[] = {
    {"comment", G_STRUCT_OFFSET(PgsRecordRelation, comment)},
    {0},
};

static const PgsXmlMember column_attributes[] = {
    {"name", G_STRUCT_OFFSET(PgsRecordColumn, name)},
    {"type", G_STRUCT_OFFSET(PgsRecordColumn, type)},
    {0},
};

static const PgsXmlMember column_flags[] = {
    {"not-null", G_STRUCT_OFFSET(PgsRecordColumn, not_null)},
    {"identity", G_STRUCT_OFFSET(PgsRecordColumn, identity)},
    {"generated", G_STRUCT_OFFSET(PgsRecordColumn, generated)},
    {0},
};

static const PgsXmlMember column_elements[] = {
    {"value", G_STRUCT_OFFSET(PgsRecordColumn, value)},
    {0},
};

static const PgsXmlMember constraint_attributes[] = {
    {"kind", G_STRUCT_OFFSET(PgsRecordConstraint, kind)},
    {"name", G_STRUCT_OFFSET(PgsRecordConstraint, name)},
    {"object", G_STRUCT_OFFSET(PgsRecordConstraint, object)},
    {"references", G_STRUCT_OFFSET(PgsRecordConstraint, references)},
    {"on-delete", G_STRUCT_OFFSET(PgsRecordConstraint, on_delete)},
    {"on-update", G_STRUCT_OFFSET(PgsRecordConstraint, on_update)},
    {0},
};

static const PgsXmlMember constraint_flags[] = {
    {"unique", G_STRUCT_OFFSET(PgsRecordConstraint, unique)},
    {0},
};

static const PgsXmlMember constraint_elements[] = {
    {"definition", G_STRUCT_OFFSET(PgsRecordConstraint, definition)},
    {0},
};

/* ---- writing ---- */

static void
put_column(xmlNode *parent, const PgsRecordColumn *column)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "column", NULL);
    pgs_xml_put_members(node, column, column_attributes, pgs_xml_put_attribute);
    pgs_xml_put_flags(node, column, column_flags);
    pgs_xml_put_members(node, column, column_elements, pgs_xml_put_element);
}

static void
put_constraint(xmlNode *parent, const PgsRecordConstraint *constraint)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "constraint", NULL);
    pgs_xml_put_members(node, constraint, constraint_attributes, pgs_xml_put_attribute);
    pgs_xml_put_flags(node, constraint, constraint_flags);
    pgs_xml_put_members(node, constraint, constraint_elements, pgs_xml_put_element);
    pgs_xml_put_elements(node, "on", constraint->columns);
    pgs_xml_put_elements(node, "referenced", constraint->referenced);
}

static void
put_relation(xmlNode *parent, const PgsRecordRelation *relation)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "relation", NULL);
    pgs_xml_put_members(node, relation, relation_attributes, pgs_xml_put_attribute);
    pgs_xml_put_members(node, relation, relation_elements, pgs_xml_put_element);
    for (guint i = 0; i < relation->columns->len; i++)
        put_column(node, relation->columns->pdata[i]);
    for (guint i = 0; i < relation->constraints->len; i++)
        put_constraint(node, relation->constraints->pdata[i]);
}

void
pgs_xml_put_schema(xmlNode *parent, const GPtrArray *relations)
{
    if (relations == NULL)
        return;
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "schema", NULL);
    for (guint i = 0; i < relations->len; i++)
        put_relation(node, relations->pdata[i]);
}

/* ---- reading ---- */

static void
read_column(const xmlNode *node, PgsRecordRelation *relation)
{
    PgsRecordColumn *column = pgs_record_column_new(NULL, NULL);
    pgs_xml_get_attributes(node, column, column_attributes);
    pgs_xml_get_flags(node, column, column_flags);
    pgs_xml_get_elements(node, column, column_elements);
    g_ptr_array_add(relation->columns, column);
}

static void
read_constraint(const xmlNode *node, PgsRecordRelation *relation)
{
    PgsRecordConstraint *constraint = pgs_record_constraint_new(NULL, NULL, NULL);
    pgs_xml_get_attributes(node, constraint, constraint_attributes);
    pgs_xml_get_flags(node, constraint, constraint_flags);
    pgs_xml_get_elements(node, constraint, constraint_elements);
    pgs_xml_append_texts(constraint->columns, node, "on");
    pgs_xml_append_texts(constraint->referenced, node, "referenced");
    g_ptr_array_add(relation->constraints, constraint);
}

static void
read_relation(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordRelation *relation = pgs_record_relation_new(NULL, NULL, NULL);
    pgs_xml_get_attributes(node, relation, relation_attributes);
    pgs_xml_get_elements(node, relation, relation_elements);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "column"))
            read_column(child, relation);
        else if (pgs_xml_is_element(child, "constraint"))
            read_constraint(child, relation);
    }
    pgs_record_system_add_relation(system, relation);
}

void
pgs_xml_read_schema(const xmlNode *node, PgsRecordSystem *system)
{
    pgs_record_system_know_schema(system);
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "relation"))
            read_relation(child, system);
    }
}
