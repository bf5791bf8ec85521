#ifndef PGS_TESTS_CHECK_FAULT_GROUND_H
#define PGS_TESTS_CHECK_FAULT_GROUND_H

#include "cmocka_all.h"

#include "check/expect.h"
#include "fault.h"
#include "migration/history.h"
#include "snapshot/kinds.h"
#include "snapshot/query.h"

/* Where faults are planted: a database migrated to a revision, and what is expected of it there. */

typedef struct {
    const char *system;
    const PgsRevision *revision; /* NULL: base */
    PgsConnection *connection;
    GPtrArray *blocks; /* PgsExpectations, borrowed */
    char *execute;     /* reads the catalog */
    PgsSnapshot *snapshot;
} Ground;

/* What is changed, and whom that has to wake. */
typedef struct {
    const PgsObject *object;      /* or NULL: */
    const PgsExpectation *absent; /* is made */
    GPtrArray *requirements;      /* borrowed char * */
    GPtrArray *naming;            /* those of them that know the object by its name */
} Target;

static inline void
target_free(gpointer data)
{
    g_ptr_array_unref(((Target *)data)->requirements);
    g_ptr_array_unref(((Target *)data)->naming);
    g_free(data);
}

/* ---- Reading and judging ---- */

static inline void
take_object(guint32 anchor, PgsObject *object, gpointer data)
{
    (void)anchor;
    g_ptr_array_add(data, object);
}

/*
 * Prepared once: planning them takes longer than running them.  The session's temporary schema is
 * made for good: a new one each time would make every plan void.
 */
static inline char *
prepare_catalog(PgsConnection *connection, GError **error)
{
    if (!pgs_connection_run(connection,
                            "SET search_path = ''; SET jit = off;"
                            " SET plan_cache_mode = force_generic_plan;"
                            " CREATE TEMP TABLE pgs_fault (); DROP TABLE pgs_fault",
                            error))
        return NULL;
    g_autoptr(GPtrArray) queries = pgs_catalog_queries(pgs_connection_version(connection), FALSE);
    g_autoptr(GString) execute = g_string_new(NULL);
    for (guint i = 0; i < queries->len; i++) {
        const PgsCatalogQuery *query = g_ptr_array_index(queries, i);
        g_autofree char *prepare = g_strdup_printf("PREPARE pgs_fault_%u AS %s", i, query->whole);
        if (!pgs_connection_run(connection, prepare, error))
            return NULL;
        g_string_append_printf(execute, "EXECUTE pgs_fault_%u;", i);
    }
    return g_string_free(g_steal_pointer(&execute), FALSE);
}

/* What the connection sees now, its own open transaction included. */
static inline PgsSnapshot *
read_catalog(PgsConnection *connection, const char *execute, GError **error)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_object_unref);
    if (!pgs_connection_send(connection, execute, error))
        return NULL;
    g_autoptr(GError) local = NULL;
    PGresult *next;
    while ((next = pgs_connection_next(connection, &local)) != NULL) {
        g_autoptr(PGresult) result = next;
        if (local == NULL && !pgs_query_rows(result, take_object, objects))
            g_set_error(&local, PGS_PG_ERROR, PGS_PG_ERROR_STATEMENT, "%s",
                        PQresultErrorMessage(result));
    }
    if (local != NULL) {
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    return pgs_snapshot_new(g_steal_pointer(&objects), "");
}

/* The findings of one block after the other (PgsFinding). */
static inline GPtrArray *
judge(const Ground *ground, PgsSnapshot *snapshot, GError **error)
{
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    PgsExpectContext context = {ground->system, NULL, snapshot, ground->connection};
    for (guint i = 0; i < ground->blocks->len; i++) {
        if (!pgs_expect_judge(g_ptr_array_index(ground->blocks, i), &context, findings, error))
            return NULL;
    }
    return g_steal_pointer(&findings);
}

static inline gboolean
is_wrong(const PgsFinding *finding)
{
    return finding->status == PGS_STATUS_FAILED || finding->status == PGS_STATUS_ERROR;
}

/* A set of the requirements (char *) that a wrong finding serves. */
static inline GHashTable *
failed_requirements(const GPtrArray *findings)
{
    GHashTable *failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < findings->len; i++) {
        const PgsFinding *finding = g_ptr_array_index(findings, i);
        for (guint n = 0;
             is_wrong(finding) && finding->requirements != NULL && n < finding->requirements->len;
             n++)
            g_hash_table_add(failed, g_strdup(g_ptr_array_index(finding->requirements, n)));
    }
    return failed;
}

/* ---- What there is to change ---- */

static inline const PgsObject *
object_named(const PgsSnapshot *snapshot, const char *text)
{
    const PgsKind *kind = pgs_kind_at_start(text, strlen(text));
    return kind != NULL ? pgs_snapshot_find(snapshot, kind->kind, text + strlen(kind->kind) + 1)
                        : NULL;
}

static inline Target *
find_target(GPtrArray *targets, const PgsObject *object, const PgsExpectation *absent)
{
    for (guint i = 0; i < targets->len; i++) {
        Target *target = g_ptr_array_index(targets, i);
        if (target->object == object && target->absent == absent)
            return target;
    }
    Target *target = g_new0(Target, 1);
    target->object = object;
    target->absent = absent;
    target->requirements = g_ptr_array_new();
    target->naming = g_ptr_array_new();
    g_ptr_array_add(targets, target);
    return target;
}

static inline gboolean
has_string(GPtrArray *strings, const char *string)
{
    return g_ptr_array_find_with_equal_func(strings, string, g_str_equal, NULL);
}

static inline void
add_target(const Ground *ground, GPtrArray *targets, const PgsExpectation *item,
           const PgsFinding *finding)
{
    if (item->requirements[0] == NULL)
        return;
    const PgsObject *object = item->absent ? NULL : object_named(ground->snapshot, finding->object);
    if (object == NULL && !item->absent)
        fail_msg("%s is in no snapshot", finding->object);
    Target *target = find_target(targets, object, item->absent ? item : NULL);
    for (char **id = item->requirements; *id != NULL; id++) {
        if (!has_string(target->requirements, *id))
            g_ptr_array_add(target->requirements, *id);
        if (item->name != NULL && !has_string(target->naming, *id))
            g_ptr_array_add(target->naming, *id);
    }
}

/* The items' findings are the first of each block's, in the items' order. */
static inline GPtrArray *
find_targets(const Ground *ground)
{
    GPtrArray *targets = g_ptr_array_new_with_free_func(target_free);
    g_autoptr(GError) error = NULL;
    PgsExpectContext context = {ground->system, NULL, ground->snapshot, ground->connection};
    guint n_wrong = 0;
    for (guint b = 0; b < ground->blocks->len; b++) {
        const PgsExpectations *block = g_ptr_array_index(ground->blocks, b);
        g_autoptr(GPtrArray) findings =
            g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
        if (!pgs_expect_judge(block, &context, findings, &error))
            fail_msg("%s", error->message);
        for (guint i = 0; i < findings->len; i++) {
            const PgsFinding *finding = g_ptr_array_index(findings, i);
            if (is_wrong(finding))
                print_message("%s: %s: %s\n", ground->system, finding->title, finding->message);
            n_wrong += is_wrong(finding);
            if (!is_wrong(finding) && i < block->items->len)
                add_target(ground, targets, g_ptr_array_index(block->items, i), finding);
        }
    }
    /* Nothing can be learned from a fault where something is wrong without it. */
    assert_int_equal(n_wrong, 0);
    return targets;
}

/* ---- Planting ---- */

/* The requirements that fail; NULL: the server refuses the fault, and *reason says why. */
static inline GHashTable *
plant(const Ground *ground, const PgsFault *fault, char **reason)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = g_strconcat("BEGIN; ", fault->sql, NULL);
    g_autoptr(GPtrArray) findings = NULL;
    if (pgs_connection_run(ground->connection, sql, &error)) {
        g_autoptr(PgsSnapshot) snapshot = read_catalog(ground->connection, ground->execute, &error);
        if (snapshot != NULL)
            findings = judge(ground, snapshot, &error);
    }
    if (!pgs_connection_run(ground->connection, "ROLLBACK", NULL))
        fail_msg("%s: the connection is gone: %s", fault->sql, error->message);
    if (findings != NULL)
        return failed_requirements(findings);
    *reason = g_strndup(error->message, strcspn(error->message, "\n"));
    return NULL;
}

#endif
