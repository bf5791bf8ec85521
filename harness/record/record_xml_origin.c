#include "record/record_xml_origin.h"

#include "record/xml_members.h"

static const PgsXmlMember tolerance_attributes[] = {
    {"reason", G_STRUCT_OFFSET(PgsRecordTolerance, reason)},
    {"until", G_STRUCT_OFFSET(PgsRecordTolerance, until)},
    {"place", G_STRUCT_OFFSET(PgsRecordTolerance, place)},
    {0},
};

static const PgsXmlMember acceptance_attributes[] = {
    {"check", G_STRUCT_OFFSET(PgsRecordAcceptance, check)},
    {"revision", G_STRUCT_OFFSET(PgsRecordAcceptance, revision)},
    {"object", G_STRUCT_OFFSET(PgsRecordAcceptance, object)},
    {"title", G_STRUCT_OFFSET(PgsRecordAcceptance, title)},
    {"until", G_STRUCT_OFFSET(PgsRecordAcceptance, until)},
    {"place", G_STRUCT_OFFSET(PgsRecordAcceptance, place)},
    {0},
};

static const PgsXmlMember fact_attributes[] = {
    {"name", G_STRUCT_OFFSET(PgsRecordFact, name)},
    {"server", G_STRUCT_OFFSET(PgsRecordFact, server)},
    {0},
};

static const PgsXmlMember git_attributes[] = {
    {"commit", G_STRUCT_OFFSET(PgsRecordGit, commit)},
    {"branch", G_STRUCT_OFFSET(PgsRecordGit, branch)},
    {0},
};

static const PgsXmlMember shard_attributes[] = {
    {"plan", G_STRUCT_OFFSET(PgsRecordShard, plan)},
    {0},
};

static const PgsXmlMember source_attributes[] = {
    {"path", G_STRUCT_OFFSET(PgsRecordSource, path)},
    {"sha256", G_STRUCT_OFFSET(PgsRecordSource, sha256)},
    {0},
};

static const PgsXmlMember source_flags[] = {
    {"whole", G_STRUCT_OFFSET(PgsRecordSource, whole)},
    {0},
};

/* ---- writing ---- */

void
pgs_xml_put_tolerance(xmlNode *parent, const PgsRecordTolerance *tolerance)
{
    xmlNode *node = pgs_xml_add_text(parent, "tolerance", tolerance->name);
    pgs_xml_put_members(node, tolerance, tolerance_attributes, pgs_xml_put_attribute);
}

void
pgs_xml_put_acceptance(xmlNode *parent, const PgsRecordAcceptance *acceptance)
{
    xmlNode *node = pgs_xml_add_text(parent, "acceptance", acceptance->reason);
    pgs_xml_put_members(node, acceptance, acceptance_attributes, pgs_xml_put_attribute);
    pgs_xml_put_number(node, "used", acceptance->used);
}

void
pgs_xml_put_fact(xmlNode *parent, const PgsRecordFact *fact)
{
    xmlNode *node = pgs_xml_add_text(parent, "fact", fact->value);
    pgs_xml_put_members(node, fact, fact_attributes, pgs_xml_put_attribute);
}

void
pgs_xml_put_git(xmlNode *parent, const PgsRecordGit *git)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "git", NULL);
    pgs_xml_put_members(node, git, git_attributes, pgs_xml_put_attribute);
    pgs_xml_put_flag(node, "clean", git->clean);
    pgs_xml_put_number(node, "dirty", git->n_dirty);
    pgs_xml_put_elements(node, "dirty-file", git->dirty);
}

void
pgs_xml_put_shard(xmlNode *parent, const PgsRecordShard *shard)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "shard", NULL);
    pgs_xml_put_number(node, "index", shard->index);
    pgs_xml_put_number(node, "of", shard->count);
    pgs_xml_put_members(node, shard, shard_attributes, pgs_xml_put_attribute);
}

void
pgs_xml_put_source(xmlNode *parent, const PgsRecordSource *source)
{
    xmlNode *node = xmlNewChild(parent, NULL, BAD_CAST "source", NULL);
    pgs_xml_put_members(node, source, source_attributes, pgs_xml_put_attribute);
    pgs_xml_put_flags(node, source, source_flags);
}

/* ---- reading ---- */

void
pgs_xml_read_tolerance(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordTolerance *tolerance = pgs_record_tolerance_new(NULL);
    tolerance->name = pgs_xml_take_text(xmlNodeGetContent(node));
    pgs_xml_get_attributes(node, tolerance, tolerance_attributes);
    g_ptr_array_add(system->tolerances, tolerance);
}

void
pgs_xml_read_acceptance(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordAcceptance *acceptance = pgs_record_acceptance_new(NULL, NULL);
    acceptance->reason = pgs_xml_take_text(xmlNodeGetContent(node));
    pgs_xml_get_attributes(node, acceptance, acceptance_attributes);
    acceptance->used = pgs_xml_get_number(node, "used");
    g_ptr_array_add(system->acceptances, acceptance);
}

void
pgs_xml_read_fact(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordFact *fact = pgs_record_fact_new(NULL, NULL, NULL);
    fact->value = pgs_xml_take_text(xmlNodeGetContent(node));
    pgs_xml_get_attributes(node, fact, fact_attributes);
    g_ptr_array_add(system->facts, fact);
}

void
pgs_xml_read_git(const xmlNode *node, PgsRecordSystem *system)
{
    PgsRecordGit *git = pgs_record_git_new(NULL, NULL, pgs_xml_get_flag(node, "clean"));
    pgs_xml_get_attributes(node, git, git_attributes);
    git->n_dirty = pgs_xml_get_number(node, "dirty");
    pgs_xml_append_texts(git->dirty, node, "dirty-file");
    g_clear_pointer(&system->git, pgs_record_git_free);
    system->git = git;
}

void
pgs_xml_read_shard(const xmlNode *node, PgsRecord *record)
{
    PgsRecordShard *shard = pgs_record_shard_new(pgs_xml_get_number(node, "index"),
                                                 pgs_xml_get_number(node, "of"), NULL);
    pgs_xml_get_attributes(node, shard, shard_attributes);
    g_ptr_array_add(record->shards, shard);
}

void
pgs_xml_read_source(const xmlNode *node, PgsRecord *record)
{
    PgsRecordSource *source = pgs_record_source_new(NULL, NULL);
    pgs_xml_get_attributes(node, source, source_attributes);
    g_ptr_array_add(record->sources, source);
}
