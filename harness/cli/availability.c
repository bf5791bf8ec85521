#include "cli/availability.h"

#include "base/error.h"
#include "check/versions.h"
#include "server/server.h"
#include "server/spec.h"

#include <string.h>

/* The servers that are missing for one reason. */
typedef struct {
    const char *text; /* of a finding, behind the server's name */
    GPtrArray *servers;
} Reason;

static void
reason_free(gpointer data)
{
    Reason *reason = data;
    g_ptr_array_unref(reason->servers);
    g_free(reason);
}

static void
add_reason(GPtrArray *reasons, const PgsFinding *finding)
{
    const char *text = finding->message + strlen(finding->server) + strlen(": ");
    Reason *reason = NULL;
    for (guint i = 0; i < reasons->len && reason == NULL; i++) {
        Reason *known = reasons->pdata[i];
        reason = strcmp(known->text, text) == 0 ? known : NULL;
    }
    if (reason == NULL) {
        reason = g_new0(Reason, 1);
        reason->text = text;
        reason->servers = g_ptr_array_new();
        g_ptr_array_add(reasons, reason);
    }
    g_ptr_array_add(reason->servers, finding->server);
}

/* Of a server that is not to be had; NULL: it was tried. */
static const PgsFinding *
find_unavailable(const PgsPasses *passes, const PgsSystem *system, const PgsServerSpec *spec)
{
    const char *name = g_hash_table_lookup(passes->names, spec->spec);
    for (guint i = 0; i < passes->record->findings->len; i++) {
        const PgsFinding *finding = passes->record->findings->pdata[i];
        if (strcmp(finding->check, "servers.available") == 0 &&
            strcmp(finding->system, system->name) == 0 && g_strcmp0(finding->server, name) == 0)
            return finding;
    }
    return NULL;
}

/* Why nothing of a range is to be had, by reason; NULL: something is. */
static GPtrArray *
find_reasons(const PgsPasses *passes, guint system, const char *range, const char **hint)
{
    g_autoptr(GPtrArray) reasons = g_ptr_array_new_with_free_func(reason_free);
    const GPtrArray *specs = passes->specs->pdata[system];
    for (guint i = 0; i < specs->len; i++) {
        const PgsServerSpec *spec = specs->pdata[i];
        if (g_strcmp0(spec->range, range) != 0)
            continue;
        const PgsFinding *finding = find_unavailable(passes, passes->systems->pdata[system], spec);
        if (finding == NULL)
            return NULL;
        add_reason(reasons, finding);
        *hint = *hint != NULL ? *hint : finding->hint;
    }
    return g_steal_pointer(&reasons);
}

static void
set_unavailable(PgsPasses *passes, const PgsSystem *system, const char *range,
                const GPtrArray *reasons, const char *hint)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < reasons->len; i++) {
        const Reason *reason = reasons->pdata[i];
        g_autofree char *servers = pgs_versions_list(reason->servers);
        g_string_append_printf(text, "\n  %s: %s", servers, reason->text);
    }
    g_autoptr(GError) error = NULL;
    pgs_error_set(&error, PGS_SERVER_ERROR, PGS_SERVER_ERROR_NOT_FOUND, hint,
                  "nothing of %s is to be had for %s:%s", range, system->name, text->str);
    pgs_record_add(passes->record, pgs_passes_new_incomplete(system, range, error));
    if (passes->first == NULL)
        passes->first = g_steal_pointer(&error);
}

/* Whether it is the first of its range. */
static gboolean
begins_range(const GPtrArray *specs, guint index)
{
    const PgsServerSpec *spec = specs->pdata[index];
    for (guint i = 0; i < index; i++) {
        if (g_strcmp0(((PgsServerSpec *)specs->pdata[i])->range, spec->range) == 0)
            return FALSE;
    }
    return spec->range != NULL;
}

void
pgs_availability_check(PgsPasses *passes)
{
    for (guint i = 0; i < passes->systems->len; i++) {
        const GPtrArray *specs = passes->specs->pdata[i];
        for (guint k = 0; k < specs->len; k++) {
            const PgsServerSpec *spec = specs->pdata[k];
            const char *hint = NULL;
            g_autoptr(GPtrArray) reasons =
                begins_range(specs, k) ? find_reasons(passes, i, spec->range, &hint) : NULL;
            if (reasons != NULL)
                set_unavailable(passes, passes->systems->pdata[i], spec->range, reasons, hint);
        }
    }
}
