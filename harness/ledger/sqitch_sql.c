#include "base/embedded.h"
#include "base/text.h"
#include "ledger/ledger_rows.h"
#include "ledger/sqitch_books.h"

#include <string.h>

extern const PgsEmbedded pgs_ledger_files[];

/* Sqitch 1.3.1 to 1.6, for the registry of the version 1.1. */
#define REGISTRY_RELEASE "1.1"

/* ---- values ---- */

static const PgsSqitchChange *
change_at(const PgsSqitchBooks *books, gint index)
{
    return g_ptr_array_index(books->plan->changes, (guint)index);
}

static const char *
id_at(const PgsSqitchBooks *books, gint index)
{
    return g_ptr_array_index(books->ids->changes, (guint)index);
}

/* The values, with commas between them; NULL is NULL; ended by values_end. */
static const char values_end[] = "";

static void
append_values(GString *sql, ...)
{
    va_list args;
    va_start(args, sql);
    const char *separator = "";
    for (const char *value = va_arg(args, const char *); value != values_end;
         value = va_arg(args, const char *)) {
        g_string_append(sql, separator);
        pgs_ledger_append_quoted(sql, value);
        separator = ", ";
    }
    va_end(args);
}

static void
append_committer(GString *sql, const PgsSqitchBooks *books)
{
    append_values(sql, books->user->name, books->user->email, values_end);
}

static void
append_planned(GString *sql, const PgsSqitchPlanned *planned)
{
    pgs_ledger_append_quoted(sql, planned->moment);
    g_string_append(sql, "::timestamptz, ");
    append_values(sql, planned->planner_name, planned->planner_email, values_end);
}

/* _log_requires_param(), _log_conflicts_param() */
static void
append_depends(GString *sql, const PgsSqitchBooks *books, const PgsSqitchChange *change,
               gboolean conflicts)
{
    const char *separator = "";
    g_string_append(sql, "ARRAY[");
    for (guint i = 0; i < change->depends->len; i++) {
        const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, i);
        if (depend->conflicts != conflicts)
            continue;
        g_autofree char *text = pgs_sqitch_depend_string(books->plan, depend);
        g_string_append(sql, separator);
        pgs_ledger_append_quoted(sql, text);
        separator = ", ";
    }
    g_string_append(sql, "]::text[]");
}

/* _log_tags_param() */
static void
append_tags(GString *sql, const PgsSqitchChange *change)
{
    g_string_append(sql, "ARRAY[");
    for (guint i = 0; i < change->tags->len; i++) {
        g_autofree char *tag = g_strconcat("@", g_ptr_array_index(change->tags, i), NULL);
        g_string_append(sql, i > 0 ? ", " : "");
        pgs_ledger_append_quoted(sql, tag);
    }
    g_string_append(sql, "]::text[]");
}

/* ---- dependencies ---- */

static void
append_project(GString *sql, const PgsSqitchBooks *books, const PgsSqitchDepend *depend)
{
    pgs_ledger_append_quoted(sql, depend->project != NULL ? depend->project : books->plan->project);
}

/*
 * DBIEngine.pm, change_id_for(): the id of what is deployed, as a query of one value.  Of a
 * change of this project the plan says which one it is (Depend.pm, id()).
 */
static void
append_depend_id(GString *sql, const PgsSqitchBooks *books, const PgsSqitchDepend *depend)
{
    const char *registry = books->registry;
    gboolean is_external = pgs_sqitch_plan_is_external(books->plan, depend);
    gint index = is_external ? -1 : pgs_sqitch_plan_find(books->plan, depend);
    const char *id = index >= 0 ? id_at(books, index) : depend->id;
    g_autofree char *tag = depend->tag != NULL ? g_strconcat("@", depend->tag, NULL) : NULL;
    g_string_append(sql, "(SELECT c.change_id FROM ");
    g_string_append_printf(sql, "%s.changes AS c", registry);
    if (id != NULL) {
        g_string_append(sql, " WHERE c.change_id = ");
        pgs_ledger_append_quoted(sql, id);
        g_string_append(sql, ")");
        return;
    }
    if (tag != NULL && depend->change != NULL)
        g_string_append_printf(sql,
                               " JOIN %s.tags AS t ON c.committed_at <= t.committed_at AND "
                               "c.project = t.project",
                               registry);
    else if (tag != NULL)
        g_string_append_printf(sql, " JOIN %s.tags AS t ON t.change_id = c.change_id", registry);
    g_string_append(sql, " WHERE c.project = ");
    append_project(sql, books, depend);
    if (depend->change != NULL) {
        g_string_append(sql, " AND c.change = ");
        pgs_ledger_append_quoted(sql, depend->change);
    }
    if (tag != NULL) {
        g_string_append(sql, " AND t.tag = ");
        pgs_ledger_append_quoted(sql, tag);
    }
    g_string_append_printf(sql, " ORDER BY c.committed_at %s LIMIT 1)",
                           tag != NULL ? "DESC" : "ASC");
}

static void
append_dependencies(GString *sql, const PgsSqitchBooks *books, gint index)
{
    const PgsSqitchChange *change = change_at(books, index);
    if (change->depends->len == 0)
        return;
    g_string_append_printf(sql,
                           ",\ndependency AS (INSERT INTO %s.dependencies (change_id, type, "
                           "dependency, dependency_id) VALUES",
                           books->registry);
    for (guint pass = 0; pass < 2; pass++) { /* those that it requires first */
        for (guint i = 0; i < change->depends->len; i++) {
            const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, i);
            if (depend->conflicts != (pass == 1))
                continue;
            g_autofree char *text = pgs_sqitch_depend_string(books->plan, depend);
            g_string_append(sql, sql->str[sql->len - 1] == ')' ? ", (" : " (");
            append_values(sql, id_at(books, index), depend->conflicts ? "conflict" : "require",
                          text, values_end);
            g_string_append(sql, ", ");
            if (depend->conflicts)
                g_string_append(sql, "NULL");
            else
                append_depend_id(sql, books, depend);
            g_string_append(sql, ")");
        }
    }
    g_string_append(sql, ")");
}

/* ---- deploy ---- */

static void
append_tag_rows(GString *sql, const PgsSqitchBooks *books, gint index, const char *name)
{
    const PgsSqitchChange *change = change_at(books, index);
    const GPtrArray *ids = g_ptr_array_index(books->ids->tags, (guint)index);
    g_string_append_printf(sql,
                           ",\n%s AS (INSERT INTO %s.tags (tag_id, tag, project, change_id, note, "
                           "committer_name, committer_email, planned_at, planner_name, "
                           "planner_email, committed_at) SELECT v.*, m.at FROM moment AS m, "
                           "(VALUES ",
                           name, books->registry);
    for (guint i = 0; i < change->tags->len; i++) {
        const PgsSqitchPlanned *planned = g_ptr_array_index(change->tags_planned, i);
        g_autofree char *tag = g_strconcat("@", g_ptr_array_index(change->tags, i), NULL);
        g_string_append(sql, i > 0 ? ", (" : "(");
        append_values(sql, g_ptr_array_index(ids, i), tag, books->plan->project,
                      id_at(books, index), planned->note, values_end);
        g_string_append(sql, ", ");
        append_committer(sql, books);
        g_string_append(sql, ", ");
        append_planned(sql, planned);
        g_string_append(sql, ")");
    }
    g_string_append(sql, ") AS v (tag_id, tag, project, change_id, note, committer_name, "
                         "committer_email, planned_at, planner_name, planner_email)");
}

/* Engine.pm, _sync_plan(): tags that the plan has got since the change before was deployed. */
static void
append_new_tags(GString *sql, const PgsSqitchBooks *books, gint index)
{
    if (index < 0 || change_at(books, index)->tags->len == 0)
        return;
    append_tag_rows(sql, books, index, "new_tag");
    g_string_append_printf(sql,
                           " WHERE NOT EXISTS (SELECT FROM %s.tags AS t WHERE t.tag_id = v.tag_id) "
                           "AND EXISTS (SELECT FROM %s.changes AS c WHERE c.change_id = "
                           "v.change_id))",
                           books->registry, books->registry);
}

static void
append_event(GString *sql, const PgsSqitchBooks *books, gint index, const char *event)
{
    const PgsSqitchChange *change = change_at(books, index);
    g_string_append_printf(sql,
                           "\nINSERT INTO %s.events (event, change_id, change, project, note, "
                           "tags, requires, conflicts, committer_name, committer_email, "
                           "planned_at, planner_name, planner_email, committed_at)\nSELECT ",
                           books->registry);
    append_values(sql, event, id_at(books, index), change->name, books->plan->project,
                  change->planned.note, values_end);
    g_string_append(sql, ", ");
    append_tags(sql, change);
    g_string_append(sql, ", ");
    append_depends(sql, books, change, FALSE);
    g_string_append(sql, ", ");
    append_depends(sql, books, change, TRUE);
    g_string_append(sql, ", ");
    append_committer(sql, books);
    g_string_append(sql, ", ");
    append_planned(sql, &change->planned);
    g_string_append(sql, ", m.at FROM moment AS m;\n");
}

/* One moment for all that it writes: tags are looked for by it. */
static GString *
begin_statement(const PgsSqitchBooks *books)
{
    GString *sql = g_string_new("WITH moment AS MATERIALIZED (SELECT pg_catalog.clock_timestamp() "
                                "AS at),\nproject AS (INSERT INTO ");
    g_string_append_printf(sql,
                           "%s.projects (project, uri, creator_name, creator_email, "
                           "created_at) SELECT ",
                           books->registry);
    append_values(sql, books->plan->project, books->plan->uri, values_end);
    g_string_append(sql, ", ");
    append_committer(sql, books);
    g_string_append(sql, ", m.at FROM moment AS m ON CONFLICT (project) DO NOTHING)");
    return sql;
}

char *
pgs_sqitch_books_deploy(const PgsSqitchBooks *books, gint index)
{
    const PgsSqitchChange *change = change_at(books, index);
    GString *sql = begin_statement(books);
    append_new_tags(sql, books, index - 1);
    g_string_append_printf(sql,
                           ",\ndeployed AS (INSERT INTO %s.changes (change_id, script_hash, "
                           "change, project, note, committer_name, committer_email, planned_at, "
                           "planner_name, planner_email, committed_at) SELECT ",
                           books->registry);
    append_values(sql, id_at(books, index), g_ptr_array_index(books->hashes, (guint)index),
                  change->name, books->plan->project, change->planned.note, values_end);
    g_string_append(sql, ", ");
    append_committer(sql, books);
    g_string_append(sql, ", ");
    append_planned(sql, &change->planned);
    g_string_append(sql, ", m.at FROM moment AS m)");
    append_dependencies(sql, books, index);
    if (change->tags->len > 0) {
        append_tag_rows(sql, books, index, "tag");
        g_string_append(sql, ")");
    }
    append_event(sql, books, index, "deploy");
    return g_string_free(sql, FALSE);
}

char *
pgs_sqitch_books_failure(const PgsSqitchBooks *books, gint index)
{
    GString *sql = begin_statement(books);
    append_event(sql, books, index, "fail");
    return g_string_free(sql, FALSE);
}

/* ---- tags alone ---- */

char *
pgs_sqitch_books_new_tags(const PgsSqitchBooks *books, gint index)
{
    if (index < 0 || change_at(books, index)->tags->len == 0)
        return NULL;
    const PgsSqitchChange *change = change_at(books, index);
    const GPtrArray *ids = g_ptr_array_index(books->ids->tags, (guint)index);
    GString *sql = g_string_new("SELECT pg_catalog.string_agg(v.tag, ', ' ORDER BY v.place) FROM "
                                "(VALUES ");
    for (guint i = 0; i < change->tags->len; i++) {
        g_autofree char *tag = g_strconcat("@", g_ptr_array_index(change->tags, i), NULL);
        g_string_append_printf(sql, "%s(%u, ", i > 0 ? ", " : "", i);
        append_values(sql, g_ptr_array_index(ids, i), tag, values_end);
        g_string_append(sql, ")");
    }
    g_string_append_printf(sql,
                           ") AS v (place, tag_id, tag) WHERE NOT EXISTS (SELECT FROM %s.tags AS t "
                           "WHERE t.tag_id = v.tag_id)",
                           books->registry);
    return g_string_free(sql, FALSE);
}

char *
pgs_sqitch_books_note_tags(const PgsSqitchBooks *books, gint index)
{
    if (index < 0 || change_at(books, index)->tags->len == 0)
        return NULL;
    GString *sql = begin_statement(books);
    append_new_tags(sql, books, index);
    g_string_append(sql, "\nSELECT FROM moment;\n");
    return g_string_free(sql, FALSE);
}

/* ---- revert ---- */

/* What is written of it is what the books have. */
char *
pgs_sqitch_books_revert(const PgsSqitchBooks *books, gint index)
{
    g_autofree char *id = pgs_text_literal(id_at(books, index));
    const char *registry = books->registry;
    GString *sql = g_string_new(NULL);
    g_string_append_printf(
        sql,
        "WITH gone_tag AS (DELETE FROM %1$s.tags WHERE change_id = %2$s RETURNING tag),\n"
        "gone AS (DELETE FROM %1$s.changes WHERE change_id = %2$s RETURNING *)\n"
        "INSERT INTO %1$s.events (event, change_id, change, project, note, tags, requires, "
        "conflicts, committer_name, committer_email, planned_at, planner_name, planner_email, "
        "committed_at)\n"
        "SELECT 'revert', g.change_id, g.change, g.project, g.note, ARRAY(SELECT tag FROM "
        "gone_tag), "
        "ARRAY(SELECT d.dependency FROM %1$s.dependencies AS d WHERE d.change_id = %2$s AND "
        "d.type = 'require'), "
        "ARRAY(SELECT d.dependency FROM %1$s.dependencies AS d WHERE d.change_id = %2$s AND "
        "d.type = 'conflict'), ",
        registry, id);
    append_committer(sql, books);
    g_string_append(sql, ", g.planned_at, g.planner_name, g.planner_email, "
                         "pg_catalog.clock_timestamp() FROM gone AS g;\n");
    return g_string_free(sql, FALSE);
}

/* ---- what Sqitch asks first ---- */

/* A statement that raises the text of query's one row, if it has one. */
static char *
raise_of(const char *query)
{
    g_autofree char *body =
        g_strdup_printf("DECLARE m text; BEGIN m := (%s); IF m IS NOT NULL THEN "
                        "RAISE EXCEPTION USING MESSAGE = m; END IF; END",
                        query);
    g_autofree char *quoted = pgs_text_literal(body);
    return g_strdup_printf("DO %s;\n", quoted);
}

static void
append_missing(GString *query, const PgsSqitchBooks *books, const PgsSqitchChange *change)
{
    for (guint i = 0; i < change->depends->len; i++) {
        const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, i);
        g_autofree char *text = pgs_sqitch_depend_string(books->plan, depend);
        g_autofree char *message =
            g_strconcat(depend->conflicts ? "Conflicts with previously deployed change: "
                                          : "Missing required change: ",
                        text, NULL);
        g_string_append(query, " UNION ALL SELECT ");
        pgs_ledger_append_quoted(query, message);
        g_string_append(query, " WHERE ");
        append_depend_id(query, books, depend);
        g_string_append(query, depend->conflicts ? " IS NOT NULL" : " IS NULL");
    }
}

/* Its registry takes a project's script once; it finds that out behind the script. */
char *
pgs_sqitch_books_check_deploy(const PgsSqitchBooks *books, gint index)
{
    const PgsSqitchChange *change = change_at(books, index);
    GString *query = g_string_new("SELECT pg_catalog.string_agg(v.message, E'\\n') FROM (SELECT ");
    g_autofree char *twice =
        g_strdup_printf("Change \"%s\" has the same deploy script as \"", change->name);
    pgs_ledger_append_quoted(query, twice);
    g_string_append_printf(
        query, " || c.change || '\"' FROM %s.changes AS c WHERE c.project = ", books->registry);
    pgs_ledger_append_quoted(query, books->plan->project);
    g_string_append(query, " AND c.script_hash = ");
    pgs_ledger_append_quoted(query, g_ptr_array_index(books->hashes, (guint)index));
    append_missing(query, books, change);
    g_string_append(query, ") AS v (message)");
    char *sql = raise_of(query->str);
    g_string_free(query, TRUE);
    return sql;
}

char *
pgs_sqitch_books_check_revert(const PgsSqitchBooks *books, gint index)
{
    g_autofree char *id = pgs_text_literal(id_at(books, index));
    g_autofree char *project = pgs_text_literal(books->plan->project);
    g_autofree char *message = g_strdup_printf("Change \"%s\" required by currently deployed "
                                               "change: ",
                                               change_at(books, index)->name);
    g_autofree char *quoted = pgs_text_literal(message);
    g_autofree char *query = g_strdup_printf(
        "SELECT %1$s || pg_catalog.string_agg(CASE WHEN c.project = %2$s THEN '' ELSE c.project || "
        "':' END || c.change, ' ' ORDER BY c.committed_at) FROM %3$s.dependencies AS d JOIN "
        "%3$s.changes AS c ON c.change_id = d.change_id WHERE d.dependency_id = %4$s",
        quoted, project, books->registry, id);
    return raise_of(query);
}

/* ---- registry ---- */

/* initialize() and _register_release() */
char *
pgs_sqitch_books_create(const PgsSqitchBooks *books)
{
    const char *text = pgs_embedded_find(pgs_ledger_files, "sqitch_registry.sql");
    GString *sql = g_string_new(text);
    g_string_replace(sql, ":\"registry\"", books->registry, 0);
    g_string_append_printf(sql,
                           "\nINSERT INTO %s.releases (version, installed_at, installer_name, "
                           "installer_email) VALUES (" REGISTRY_RELEASE
                           ", pg_catalog.clock_timestamp(), ",
                           books->registry);
    append_committer(sql, books);
    g_string_append(sql, ") ON CONFLICT (version) DO NOTHING;\n");
    return g_string_free(sql, FALSE);
}
