#include "record/record.h"

#include "pgstair/version.h"

#include <string.h>
#include <sys/utsname.h>

static const char *const status_names[] = {
    [PGS_STATUS_PASSED] = "passed",     [PGS_STATUS_FAILED] = "failed",
    [PGS_STATUS_ERROR] = "error",       [PGS_STATUS_SKIPPED] = "skipped",
    [PGS_STATUS_WARNING] = "warning",   [PGS_STATUS_INFO] = "info",
    [PGS_STATUS_ACCEPTED] = "accepted",
};

const char *
pgs_status_name(PgsStatus status)
{
    g_return_val_if_fail((gsize)status < G_N_ELEMENTS(status_names), "error");
    return status_names[status];
}

gboolean
pgs_status_parse(const char *name, PgsStatus *status)
{
    for (gsize i = 0; i < G_N_ELEMENTS(status_names); i++) {
        if (strcmp(status_names[i], name) == 0) {
            *status = (PgsStatus)i;
            return TRUE;
        }
    }
    return FALSE;
}

PgsFinding *
pgs_finding_new(const char *check, PgsStatus status, const char *system, const char *revision,
                const char *title)
{
    PgsFinding *finding = g_new0(PgsFinding, 1);
    finding->check = g_intern_string(check);
    finding->status = status;
    finding->system = g_strdup(system != NULL ? system : "");
    finding->revision = g_strdup(revision);
    finding->title = g_strdup(title);
    return finding;
}

void
pgs_finding_free(PgsFinding *finding)
{
    if (finding == NULL)
        return;
    g_free(finding->system);
    g_free(finding->revision);
    g_free(finding->object);
    g_free(finding->title);
    g_free(finding->message);
    g_free(finding->detail);
    g_free(finding->expected);
    g_free(finding->actual);
    g_free(finding->sql);
    g_free(finding->file);
    g_free(finding->hint);
    g_free(finding->reproduce);
    g_free(finding->accepted);
    g_free(finding->server);
    g_free(finding->server_version);
    g_clear_pointer(&finding->more_objects, g_ptr_array_unref);
    g_clear_pointer(&finding->requirements, g_ptr_array_unref);
    g_clear_pointer(&finding->plans, g_ptr_array_unref);
    g_free(finding);
}

char *
pgs_finding_place(const PgsFinding *finding)
{
    if (finding->file == NULL)
        return NULL;
    if (finding->line == 0)
        return g_strdup(finding->file);
    if (finding->column == 0)
        return g_strdup_printf("%s:%u", finding->file, finding->line);
    return g_strdup_printf("%s:%u:%u", finding->file, finding->line, finding->column);
}

void
pgs_finding_add_object(PgsFinding *finding, const char *object)
{
    if (finding->object == NULL) {
        finding->object = g_strdup(object);
        return;
    }
    if (finding->more_objects == NULL)
        finding->more_objects = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(finding->more_objects, g_strdup(object));
}

void
pgs_finding_add_requirement(PgsFinding *finding, const char *id)
{
    if (finding->requirements == NULL)
        finding->requirements = g_ptr_array_new_with_free_func(g_free);
    if (!g_ptr_array_find_with_equal_func(finding->requirements, id, g_str_equal, NULL))
        g_ptr_array_add(finding->requirements, g_strdup(id));
}

static void
plan_free(gpointer data)
{
    PgsRecordPlan *plan = data;
    g_free(plan->role);
    g_free(plan->title);
    g_free(plan->query);
    g_ptr_array_unref(plan->parameters);
    g_free(plan->settings);
    g_free(plan->text);
    g_free(plan->json);
    g_free(plan);
}

PgsRecordPlan *
pgs_finding_add_plan(PgsFinding *finding, const char *role, const char *title)
{
    PgsRecordPlan *plan = g_new0(PgsRecordPlan, 1);
    plan->role = g_strdup(role);
    plan->title = g_strdup(title);
    plan->parameters = g_ptr_array_new_with_free_func(g_free);
    plan->cost = plan->rows = plan->actual_rows = -1;
    plan->shared_hit = plan->shared_read = -1;
    if (finding->plans == NULL)
        finding->plans = g_ptr_array_new_with_free_func(plan_free);
    g_ptr_array_add(finding->plans, plan);
    return plan;
}

static void
server_free(gpointer data)
{
    PgsRecordServer *server = data;
    g_free(server->name);
    g_free(server->version);
    g_free(server->description);
    g_free(server);
}

static void
requirement_free(gpointer data)
{
    PgsRecordRequirement *requirement = data;
    g_free(requirement->id);
    g_free(requirement->text);
    g_free(requirement->phase);
    g_free(requirement->deferred);
    g_ptr_array_unref(requirement->needs);
    g_ptr_array_unref(requirement->coverage_files);
    g_free(requirement);
}

static void
phase_free(gpointer data)
{
    PgsRecordPhase *phase = data;
    g_free(phase->id);
    g_free(phase->title);
    g_ptr_array_unref(phase->manual);
    g_free(phase);
}

static void
system_free(gpointer data)
{
    PgsRecordSystem *system = data;
    g_free(system->name);
    g_free(system->folder);
    g_free(system->format);
    g_free(system->format_reason);
    g_free(system->server);
    g_free(system->server_version);
    g_ptr_array_unref(system->servers);
    g_ptr_array_unref(system->tolerances);
    g_ptr_array_unref(system->acceptances);
    g_ptr_array_unref(system->facts);
    g_clear_pointer(&system->git, pgs_record_git_free);
    g_free(system->config);
    g_ptr_array_unref(system->files);
    g_ptr_array_unref(system->revisions);
    g_clear_pointer(&system->relations, g_ptr_array_unref);
    g_ptr_array_unref(system->requirements);
    g_ptr_array_unref(system->phases);
    g_free(system);
}

static void
finding_free(gpointer data)
{
    pgs_finding_free(data);
}

static char *
describe_host(void)
{
    struct utsname host;
    if (uname(&host) != 0)
        return g_strdup("unknown");
    return g_strdup_printf("%s %s %s", host.sysname, host.release, host.machine);
}

PgsRecord *
pgs_record_new(const char *command)
{
    PgsRecord *record = g_new0(PgsRecord, 1);
    record->version = g_strdup(pgs_version());
    record->command = g_strdup(command != NULL ? command : "");
    record->host = describe_host();
    record->started = g_date_time_new_now_utc();
    record->systems = g_ptr_array_new_with_free_func(system_free);
    record->findings = g_ptr_array_new_with_free_func(finding_free);
    record->shards = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_shard_free);
    record->sources = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_source_free);
    return record;
}

void
pgs_record_free(PgsRecord *record)
{
    if (record == NULL)
        return;
    g_free(record->version);
    g_free(record->command);
    g_free(record->host);
    g_date_time_unref(record->started);
    g_ptr_array_unref(record->systems);
    g_ptr_array_unref(record->findings);
    g_ptr_array_unref(record->shards);
    g_ptr_array_unref(record->sources);
    g_free(record);
}

PgsRecordSystem *
pgs_record_add_system(PgsRecord *record, const char *name, const char *folder)
{
    PgsRecordSystem *system = g_new0(PgsRecordSystem, 1);
    system->name = g_strdup(name);
    system->folder = g_strdup(folder);
    system->servers = g_ptr_array_new_with_free_func(server_free);
    system->tolerances = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_tolerance_free);
    system->acceptances =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_acceptance_free);
    system->facts = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_fact_free);
    system->files = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_file_free);
    system->revisions = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_revision_free);
    system->requirements = g_ptr_array_new_with_free_func(requirement_free);
    system->phases = g_ptr_array_new_with_free_func(phase_free);
    g_ptr_array_add(record->systems, system);
    return system;
}

PgsRecordServer *
pgs_record_system_add_server(PgsRecordSystem *system, const char *name)
{
    PgsRecordServer *server = g_new0(PgsRecordServer, 1);
    server->name = g_strdup(name);
    g_ptr_array_add(system->servers, server);
    return server;
}

const PgsRecordServer *
pgs_record_system_find_server(const PgsRecordSystem *system, const PgsFinding *finding)
{
    for (guint i = 0; finding->server != NULL && i < system->servers->len; i++) {
        const PgsRecordServer *server = system->servers->pdata[i];
        if (g_strcmp0(server->name, finding->server) == 0 &&
            g_strcmp0(server->version, finding->server_version) == 0)
            return server;
    }
    return NULL;
}

PgsRecordRequirement *
pgs_record_system_add_requirement(PgsRecordSystem *system, const char *id, const char *text)
{
    PgsRecordRequirement *requirement = g_new0(PgsRecordRequirement, 1);
    requirement->id = g_strdup(id);
    requirement->text = g_strdup(text);
    requirement->needs = g_ptr_array_new_with_free_func(g_free);
    requirement->coverage_files = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(system->requirements, requirement);
    return requirement;
}

PgsRecordPhase *
pgs_record_system_add_phase(PgsRecordSystem *system, const char *id, const char *title)
{
    PgsRecordPhase *phase = g_new0(PgsRecordPhase, 1);
    phase->id = g_strdup(id);
    phase->title = g_strdup(title);
    phase->manual = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(system->phases, phase);
    return phase;
}

PgsRecordSystem *
pgs_record_find_system(const PgsRecord *record, const char *name)
{
    for (guint i = 0; i < record->systems->len; i++) {
        PgsRecordSystem *system = record->systems->pdata[i];
        if (g_strcmp0(system->name, name) == 0)
            return system;
    }
    return NULL;
}

void
pgs_record_system_know_schema(PgsRecordSystem *system)
{
    if (system->relations == NULL)
        system->relations =
            g_ptr_array_new_with_free_func((GDestroyNotify)pgs_record_relation_free);
}

void
pgs_record_system_add_relation(PgsRecordSystem *system, PgsRecordRelation *relation)
{
    pgs_record_system_know_schema(system);
    g_ptr_array_add(system->relations, relation);
}

PgsRecordRevision *
pgs_record_system_find_revision(const PgsRecordSystem *system, const char *label)
{
    for (guint i = 0; i < system->revisions->len; i++) {
        PgsRecordRevision *revision = system->revisions->pdata[i];
        if (g_strcmp0(revision->label, label) == 0)
            return revision;
    }
    return NULL;
}

char *
pgs_record_name_server(const PgsRecord *record, const PgsFinding *finding)
{
    const PgsRecordSystem *system = pgs_record_find_system(record, finding->system);
    if (system == NULL)
        return NULL;
    if (finding->server != NULL && system->servers->len > 1)
        return g_strdup(finding->server);
    gboolean several = system->server_version != NULL && strchr(system->server_version, ',');
    return several ? g_strdup(finding->server_version) : NULL;
}

PgsFinding *
pgs_record_add(PgsRecord *record, PgsFinding *finding)
{
    g_ptr_array_add(record->findings, finding);
    return finding;
}

PgsRecordCounts
pgs_record_counts(const PgsRecord *record, const char *system)
{
    PgsRecordCounts counts = {0};
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (system != NULL && strcmp(finding->system, system) != 0)
            continue;
        counts.total++;
        counts.by_status[finding->status]++;
    }
    return counts;
}

/* About the folder, or about pgstair.yaml and the run themselves: no check of the migrations. */
static gboolean
is_note(const PgsFinding *finding)
{
    static const char *const groups[] = {"accept.", "tolerance.", "run."};
    if (finding->status == PGS_STATUS_INFO && g_str_has_prefix(finding->check, "folder."))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (g_str_has_prefix(finding->check, groups[i]))
            return finding->status == PGS_STATUS_INFO || finding->status == PGS_STATUS_WARNING;
    }
    return FALSE;
}

gboolean
pgs_record_has_verdict(const PgsRecord *record)
{
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status != PGS_STATUS_SKIPPED && !is_note(finding))
            return TRUE;
    }
    return FALSE;
}

gboolean
pgs_record_has_failed(const PgsRecord *record, gboolean warnings)
{
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    return counts.by_status[PGS_STATUS_FAILED] > 0 || counts.by_status[PGS_STATUS_ERROR] > 0 ||
           (warnings && counts.by_status[PGS_STATUS_WARNING] > 0);
}
