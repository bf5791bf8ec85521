#include "cli/init_check.h"

#include "base/fs.h"
#include "check/expect.h"
#include "check/propose.h"
#include "driver/login.h"
#include "project/project.h"

#define TIMEOUT_MS (60 * 1000)

/* The proposal as a project, by way of a file: it is read as "pgstair verify" will read it. */
static PgsProject *
read_proposal(const PgsSnapshot *head, GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("pgstair-init-XXXXXX", error);
    if (folder == NULL)
        return NULL;
    g_autoptr(PgsSystem) system = pgs_system_new(".");
    g_autofree char *text = pgs_propose_project(system, head, NULL);
    g_autofree char *path = g_build_filename(folder, PGS_PROJECT_FILE, NULL);
    PgsProject *project =
        g_file_set_contents(path, text, -1, error) ? pgs_project_read(path, error) : NULL;
    pgs_fs_remove_tree(folder, NULL);
    return project;
}

static GPtrArray *
judge(PgsLane *lane, PgsSnapshot *head, const PgsProject *project, GCancellable *cancellable,
      GError **error)
{
    const PgsSystem *system = g_ptr_array_index(project->systems, 0);
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    g_autoptr(PgsConnection) connection = pgs_login(
        pgs_lane_server(lane), NULL, pgs_lane_database(lane), TIMEOUT_MS, cancellable, error);
    if (connection == NULL)
        return NULL;
    PgsExpectContext context = {system->name, NULL, head, connection};
    for (guint i = 0; i < system->expectations->len; i++) {
        if (!pgs_expect_judge(system->expectations->pdata[i], &context, findings, error))
            return NULL;
    }
    return g_steal_pointer(&findings);
}

PgsSnapshot *
pgs_init_keep_what_holds(PgsLane *lane, PgsSnapshot *head, GPtrArray *notes,
                         GCancellable *cancellable, GError **error)
{
    g_autoptr(PgsProject) project = read_proposal(head, error);
    g_autoptr(GPtrArray) findings =
        project != NULL ? judge(lane, head, project, cancellable, error) : NULL;
    if (findings == NULL)
        return NULL;
    g_autoptr(GHashTable) failed = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = findings->pdata[i];
        if (finding->status == PGS_STATUS_PASSED || finding->object == NULL)
            continue;
        g_hash_table_add(failed, finding->object);
        g_ptr_array_add(notes, g_strdup_printf("Left out, since the server spells it in two ways: "
                                               "%s",
                                               finding->object));
    }
    GPtrArray *kept = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    for (guint i = 0; i < pgs_snapshot_n_objects(head); i++) {
        const PgsObject *object = pgs_snapshot_object(head, i);
        g_autofree char *name = g_strdup_printf("%s %s", object->kind, object->identity);
        if (!g_hash_table_contains(failed, name))
            g_ptr_array_add(kept, pgs_object_ref((PgsObject *)object));
    }
    return pgs_snapshot_new_sorted(kept, pgs_snapshot_server_version(head));
}
