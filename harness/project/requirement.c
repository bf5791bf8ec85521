#include "project/requirement.h"

#include <string.h>

static void
requirement_free(gpointer data)
{
    PgsRequirement *requirement = data;
    g_free(requirement->id);
    g_free(requirement->text);
    g_free(requirement->phase);
    g_strfreev(requirement->checks);
    g_strfreev(requirement->needs);
    g_free(requirement->deferred);
    g_strfreev(requirement->coverage_files);
    g_free(requirement);
}

static void
phase_free(gpointer data)
{
    PgsPhase *phase = data;
    g_free(phase->id);
    g_free(phase->title);
    g_strfreev(phase->manual);
    g_free(phase);
}

PgsRequirements *
pgs_requirements_new(const char *path)
{
    PgsRequirements *requirements = g_new0(PgsRequirements, 1);
    requirements->path = g_strdup(path);
    requirements->phases = g_ptr_array_new_with_free_func(phase_free);
    requirements->items = g_ptr_array_new_with_free_func(requirement_free);
    return requirements;
}

void
pgs_requirements_free(PgsRequirements *requirements)
{
    if (requirements == NULL)
        return;
    g_free(requirements->path);
    g_ptr_array_unref(requirements->phases);
    g_ptr_array_unref(requirements->items);
    g_free(requirements);
}

const PgsRequirement *
pgs_requirements_find(const PgsRequirements *requirements, const char *id)
{
    for (guint i = 0; i < requirements->items->len; i++) {
        const PgsRequirement *requirement = g_ptr_array_index(requirements->items, i);
        if (strcmp(requirement->id, id) == 0)
            return requirement;
    }
    return NULL;
}
