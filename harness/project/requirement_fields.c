#include "project/requirement_fields.h"

#include "base/text.h"
#include "config/document.h"
#include "project/reading.h"

#include <string.h>

static const PgsField phase_fields[] = {
    {"id", &pgs_shape_text, "By what requirements name it.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsPhase, id)},
    {"title", &pgs_shape_text, "What it brings.", .offset = G_STRUCT_OFFSET(PgsPhase, title)},
    {"manual", &pgs_shape_texts, "What a person checks and signs.",
     .offset = G_STRUCT_OFFSET(PgsPhase, manual)},
    {0},
};
static const PgsShape phase = {
    .type = PGS_SHAPE_RECORD,
    .name = "phase",
    .doc = "A group of requirements that are signed off together.",
    .example = "phases:\n  - {id: 1, title: core tables, manual: [look at the diagrams]}\n",
    .fields = phase_fields,
};
static const PgsShape phases = {.type = PGS_SHAPE_LIST, .element = &phase};

static const PgsShape percentage = {.type = PGS_SHAPE_NUMBER, .minimum = 1, .maximum = 100};
static const PgsField coverage_fields[] = {
    {"lines", &percentage, "Per cent of the lines that tests must reach.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsRequirement, coverage_lines)},
    {"files", &pgs_shape_texts, "Glob patterns of source files, relative to the project's root.",
     .required = TRUE, .offset = G_STRUCT_OFFSET(PgsRequirement, coverage_files)},
    {0},
};
static const PgsShape coverage = {
    .type = PGS_SHAPE_RECORD,
    .name = "coverage",
    .doc = "How much of the code that serves a requirement must be reached by tests.",
    .example = "coverage: {lines: 80, files: [suites/workflow/*.c]}\n",
    .fields = coverage_fields,
};

static gboolean
read_coverage(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
              gpointer context, GError **error)
{
    return pgs_fields_read(coverage_fields, value, target, context, error);
}

static const PgsField requirement_fields[] = {
    {"id", &pgs_shape_text, "By what findings name it: `WF-01`.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsRequirement, id)},
    {"text", &pgs_shape_text, "What is required.", .required = TRUE,
     .offset = G_STRUCT_OFFSET(PgsRequirement, text)},
    {"phase", &pgs_shape_text, "The id of its phase.",
     .offset = G_STRUCT_OFFSET(PgsRequirement, phase)},
    {"checks", &pgs_shape_texts,
     "Checks or groups of checks whose findings serve it, beside those that name it: `cycle`, "
     "`stairway.down@002_x` for one revision.",
     .offset = G_STRUCT_OFFSET(PgsRequirement, checks)},
    {"needs", &pgs_shape_texts,
     "Checks or groups: it is proven only when each has a passed finding that serves it.",
     .standard = "any passed finding", .offset = G_STRUCT_OFFSET(PgsRequirement, needs)},
    {"deferred", &pgs_shape_text,
     "Why it is not proven yet; then `--require-all` lets it be uncovered.",
     .offset = G_STRUCT_OFFSET(PgsRequirement, deferred)},
    {"coverage", &coverage, "How much of the code that serves it tests must reach.",
     .read = read_coverage},
    {0},
};
static const PgsShape requirement = {
    .type = PGS_SHAPE_RECORD,
    .name = "requirement",
    .doc = "Something that a system is required to do.",
    .example = "requirements:\n  - id: WF-01\n    text: upgrade to head creates all tables\n"
               "    phase: 1\n    checks: [cycle]\n    needs: [expect, suite]\n",
    .fields = requirement_fields,
};
static const PgsShape requirement_list = {
    .type = PGS_SHAPE_LIST, .element = &requirement, .minimum = 1};

/* ---- Reading ---- */

static gboolean
fail_twice(const PgsNode *node, const char *id, const PgsPlace *first, GError **error)
{
    return pgs_node_error(node, PGS_CONFIG_ERROR_KEY, error, NULL,
                          "the id \"%s\" is here twice: first at %s:%u:%u", id, first->file,
                          first->line, first->column);
}

static const PgsPhase *
find_phase(const PgsRequirements *requirements, const char *id)
{
    for (guint i = 0; i < requirements->phases->len; i++) {
        const PgsPhase *row = g_ptr_array_index(requirements->phases, i);
        if (strcmp(row->id, id) == 0)
            return row;
    }
    return NULL;
}

static gboolean
read_phases(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
            gpointer context, GError **error)
{
    PgsRequirements *requirements = target;
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        const PgsNode *id = pgs_node_get(item, "id");
        const PgsPhase *first = find_phase(requirements, id->text);
        if (first != NULL)
            return fail_twice(id, id->text, &first->place, error);
        PgsPhase *added = g_new0(PgsPhase, 1);
        added->manual = g_new0(char *, 1);
        added->place = item->place;
        g_ptr_array_add(requirements->phases, added);
        pgs_fields_read(phase_fields, item, added, context, error);
    }
    return TRUE;
}

static gboolean
check_phase(const PgsRequirements *requirements, const PgsNode *phase_id, GError **error)
{
    if (phase_id == NULL || find_phase(requirements, phase_id->text) != NULL)
        return TRUE;
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < requirements->phases->len; i++)
        g_ptr_array_add(ids, ((PgsPhase *)g_ptr_array_index(requirements->phases, i))->id);
    g_ptr_array_add(ids, NULL);
    g_autofree char *known = g_strjoinv(", ", (char **)ids->pdata);
    g_autofree char *hint = ids->len > 1 ? g_strdup_printf("there are: %s", known)
                                         : g_strdup("add it under \"phases\"");
    return pgs_node_error(phase_id, PGS_CONFIG_ERROR_VALUE, error, hint, "there is no phase \"%s\"",
                          phase_id->text);
}

/* "phases" is read before. */
static gboolean
read_requirements(const PgsNode *value, G_GNUC_UNUSED const PgsField *field, gpointer target,
                  gpointer context, GError **error)
{
    PgsRequirements *requirements = target;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < pgs_node_count(value); i++) {
        const PgsNode *item = pgs_node_at(value, i);
        const PgsNode *id = pgs_node_get(item, "id");
        const PgsRequirement *first = g_hash_table_lookup(seen, id->text);
        if (first != NULL)
            return fail_twice(id, id->text, &first->place, error);
        if (!check_phase(requirements, pgs_node_get(item, "phase"), error))
            return FALSE;
        PgsRequirement *added = g_new0(PgsRequirement, 1);
        added->checks = g_new0(char *, 1);
        added->needs = g_new0(char *, 1);
        added->coverage_files = g_new0(char *, 1);
        added->place = item->place;
        g_ptr_array_add(requirements->items, added);
        g_hash_table_insert(seen, id->text, added);
        pgs_fields_read(requirement_fields, item, added, context, error);
    }
    return TRUE;
}

static const PgsField file_fields[] = {
    {"phases", &phases, "The groups, in their order.", .early = TRUE, .read = read_phases},
    {"requirements", &requirement_list, "The requirements.", .required = TRUE,
     .read = read_requirements},
    {0},
};
const PgsShape pgs_shape_requirements_file = {
    .type = PGS_SHAPE_RECORD,
    .name = "requirements",
    .doc = "What a system is required to do: a file of its own, or the same keys in place.",
    .fields = file_fields,
};

PgsRequirements *
pgs_requirements_read_node(const PgsNode *node, const char *path, GError **error)
{
    g_autoptr(PgsRequirements) requirements = pgs_requirements_new(path);
    if (!pgs_fields_read(file_fields, node, requirements, NULL, error))
        return NULL;
    return g_steal_pointer(&requirements);
}

PgsRequirements *
pgs_requirements_read(const char *path, GError **error)
{
    g_autoptr(PgsDocument) document = pgs_document_read(path, error);
    if (document == NULL ||
        !pgs_shape_check(&pgs_shape_requirements_file, pgs_document_root(document), error))
        return NULL;
    return pgs_requirements_read_node(pgs_document_root(document), path, error);
}

static gboolean
fail_unknown(const PgsRequirements *requirements, const PgsNode *id, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    for (guint i = 0; i < requirements->items->len; i++)
        g_ptr_array_add(ids, ((PgsRequirement *)g_ptr_array_index(requirements->items, i))->id);
    g_ptr_array_add(ids, NULL);
    const char *nearest = pgs_text_nearest(id->text, (const char *const *)ids->pdata);
    g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
                                            : g_strdup_printf("add it to %s", requirements->path);
    return pgs_node_error(id, PGS_CONFIG_ERROR_VALUE, error, hint,
                          "there is no requirement \"%s\" in %s", id->text, requirements->path);
}

gboolean
pgs_requirements_check_ids(const PgsRequirements *requirements, const GPtrArray *ids,
                           GError **error)
{
    for (guint i = 0; i < ids->len; i++) {
        const PgsNode *id = g_ptr_array_index(ids, i);
        if (pgs_requirements_find(requirements, id->text) == NULL)
            return fail_unknown(requirements, id, error);
    }
    return TRUE;
}
