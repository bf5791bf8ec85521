#include "record/record_xml_finding.h"

#include "record/xml_members.h"

/* ---- plans ---- */

static const PgsXmlMember plan_attributes[] = {
    {"role", G_STRUCT_OFFSET(PgsRecordPlan, role)},
    {0},
};

static const PgsXmlMember plan_elements[] = {
    {"title", G_STRUCT_OFFSET(PgsRecordPlan, title)},
    {"query", G_STRUCT_OFFSET(PgsRecordPlan, query)},
    {"settings", G_STRUCT_OFFSET(PgsRecordPlan, settings)},
    {"text", G_STRUCT_OFFSET(PgsRecordPlan, text)},
    {"json", G_STRUCT_OFFSET(PgsRecordPlan, json)},
    {0},
};

/* As EXPLAIN has them: costs and rows with two digits behind the point. */
static const struct {
    const char *name;
    gsize offset; /* of a double; negative: not known */
} plan_figures[] = {
    {"cost", G_STRUCT_OFFSET(PgsRecordPlan, cost)},
    {"rows", G_STRUCT_OFFSET(PgsRecordPlan, rows)},
    {"actual-rows", G_STRUCT_OFFSET(PgsRecordPlan, actual_rows)},
};

static const struct {
    const char *name;
    gsize offset; /* of a gint64; negative: not known */
} plan_counts[] = {
    {"shared-hit", G_STRUCT_OFFSET(PgsRecordPlan, shared_hit)},
    {"shared-read", G_STRUCT_OFFSET(PgsRecordPlan, shared_read)},
};

static void
put_parameter(xmlNode *parent, const char *text)
{
    if (text != NULL) {
        pgs_xml_put_element(parent, "parameter", text);
        return;
    }
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "parameter", NULL);
    pgs_xml_put_flag(node, "null", TRUE);
}

static void
put_plan(xmlNode *parent, const PgsRecordPlan *plan)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "plan", NULL);
    pgs_xml_put_members(node, plan, plan_attributes, pgs_xml_put_attribute);
    for (guint i = 0; i < G_N_ELEMENTS(plan_figures); i++) {
        double figure = G_STRUCT_MEMBER(double, plan, plan_figures[i].offset);
        char text[G_ASCII_DTOSTR_BUF_SIZE];
        if (figure >= 0 && figure < 1e300)
            pgs_xml_put_attribute(node, plan_figures[i].name,
                                  g_ascii_formatd(text, sizeof text, "%.2f", figure));
    }
    for (guint i = 0; i < G_N_ELEMENTS(plan_counts); i++) {
        gint64 count = G_STRUCT_MEMBER(gint64, plan, plan_counts[i].offset);
        g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, count);
        if (count >= 0)
            pgs_xml_put_attribute(node, plan_counts[i].name, text);
    }
    pgs_xml_put_members(node, plan, plan_elements, pgs_xml_put_element);
    for (guint i = 0; i < plan->parameters->len; i++)
        put_parameter(node, plan->parameters->pdata[i]);
}

static void
read_parameter(const xmlNode *node, PgsRecordPlan *plan)
{
    if (pgs_xml_get_flag(node, "null"))
        g_ptr_array_add(plan->parameters, NULL);
    else
        g_ptr_array_add(plan->parameters, pgs_xml_take_text(xmlNodeGetContent(node)));
}

static void
read_plan(const xmlNode *node, PgsFinding *finding)
{
    PgsRecordPlan *plan = pgs_finding_add_plan(finding, NULL, NULL);
    pgs_xml_get_attributes(node, plan, plan_attributes);
    pgs_xml_get_elements(node, plan, plan_elements);
    for (guint i = 0; i < G_N_ELEMENTS(plan_figures); i++) {
        g_autofree char *text = pgs_xml_get_attribute(node, plan_figures[i].name);
        if (text != NULL)
            G_STRUCT_MEMBER(double, plan, plan_figures[i].offset) = g_ascii_strtod(text, NULL);
    }
    for (guint i = 0; i < G_N_ELEMENTS(plan_counts); i++) {
        g_autofree char *text = pgs_xml_get_attribute(node, plan_counts[i].name);
        if (text != NULL)
            G_STRUCT_MEMBER(gint64, plan, plan_counts[i].offset) = g_ascii_strtoll(text, NULL, 10);
    }
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "parameter"))
            read_parameter(child, plan);
    }
}

/* ---- findings ---- */

static const PgsXmlMember finding_attributes[] = {
    {"system", G_STRUCT_OFFSET(PgsFinding, system)},
    {"revision", G_STRUCT_OFFSET(PgsFinding, revision)},
    {"object", G_STRUCT_OFFSET(PgsFinding, object)},
    {"file", G_STRUCT_OFFSET(PgsFinding, file)},
    {"server", G_STRUCT_OFFSET(PgsFinding, server)},
    {"server-version", G_STRUCT_OFFSET(PgsFinding, server_version)},
    {0},
};

static const PgsXmlMember finding_elements[] = {
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

void
pgs_xml_put_finding(xmlNode *root, const PgsFinding *finding, GHashTable *seen)
{
    guint occurrence = count_occurrence(seen, finding);
    xmlNode *node = xmlNewChild(root, NULL, BAD_CAST "finding", NULL);
    pgs_xml_put_attribute(node, "check", finding->check);
    pgs_xml_put_attribute(node, "status", pgs_status_name(finding->status));
    pgs_xml_put_members(node, finding, finding_attributes, pgs_xml_put_attribute);
    if (finding->line > 0)
        pgs_xml_put_number(node, "line", finding->line);
    if (finding->line > 0 && finding->column > 0)
        pgs_xml_put_number(node, "column", finding->column);
    pgs_xml_put_duration(node, finding->duration);
    if (finding->lowered)
        pgs_xml_put_flag(node, "lowered", TRUE);
    if (finding->was_warning)
        pgs_xml_put_flag(node, "was-warning", TRUE);
    if (occurrence > 1)
        pgs_xml_put_number(node, "occurrence", occurrence);
    if (finding->title == NULL)
        pgs_xml_put_element(node, "title", "");
    pgs_xml_put_members(node, finding, finding_elements, pgs_xml_put_element);
    pgs_xml_put_elements(node, "requirement", finding->requirements);
    for (guint i = 0; finding->plans != NULL && i < finding->plans->len; i++)
        put_plan(node, finding->plans->pdata[i]);
}

void
pgs_xml_read_finding(const xmlNode *node, PgsRecord *record)
{
    g_autofree char *check = pgs_xml_get_attribute(node, "check");
    g_autofree char *name = pgs_xml_get_attribute(node, "status");
    PgsStatus status = PGS_STATUS_ERROR;
    pgs_status_parse(name, &status);
    PgsFinding *finding = pgs_record_add(record, pgs_finding_new(check, status, NULL, NULL, NULL));
    pgs_xml_get_attributes(node, finding, finding_attributes);
    pgs_xml_get_elements(node, finding, finding_elements);
    finding->line = pgs_xml_get_number(node, "line");
    finding->column = pgs_xml_get_number(node, "column");
    finding->duration = pgs_xml_get_duration(node);
    finding->lowered = pgs_xml_get_flag(node, "lowered");
    finding->was_warning = pgs_xml_get_flag(node, "was-warning");
    finding->requirements = pgs_xml_get_texts(node, "requirement");
    for (const xmlNode *child = node->children; child != NULL; child = child->next) {
        if (pgs_xml_is_element(child, "plan"))
            read_plan(child, finding);
    }
}
