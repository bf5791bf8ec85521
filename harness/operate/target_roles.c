#include "operate/target_roles.h"

#include "base/embedded.h"
#include "migration/step.h"

extern const PgsEmbedded pgs_operate_files[];

void
pgs_target_roles_clear(PgsTargetRoles *roles)
{
    g_clear_pointer(&roles->system.prepare, g_ptr_array_unref);
    g_clear_pointer(&roles->roles, pgs_sql_text_free);
}

/* ---- roles that are made anyhow ---- */

/* One name as an element of an array literal. */
static void
append_name(GString *array, const char *name)
{
    g_auto(GStrv) slashes = g_strsplit(name, "\\", -1);
    g_autofree char *doubled = g_strjoinv("\\\\", slashes);
    g_auto(GStrv) quotes = g_strsplit(doubled, "\"", -1);
    g_autofree char *escaped = g_strjoinv("\\\"", quotes);
    g_string_append_printf(array, "%s\"%s\"", array->len > 1 ? "," : "", escaped);
}

static void
append_made(GString *array, const GRegex *regex, const char *text, gssize length)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_utf8_validate(text, length, NULL))
        return;
    for (g_regex_match_full(regex, text, length, 0, 0, &match, NULL); g_match_info_matches(match);
         g_match_info_next(match, NULL)) {
        g_autofree char *quoted = g_match_info_fetch(match, 1);
        g_autofree char *plain = g_match_info_fetch(match, 2);
        g_autofree char *lower = plain != NULL ? g_utf8_strdown(plain, -1) : NULL;
        append_name(array, quoted != NULL && *quoted != '\0' ? quoted : lower);
    }
}

/* "{app,\"odd name\"}" */
static char *
find_made(const PgsSystem *system, const PgsHistory *history)
{
    GString *array = g_string_new("{");
    g_autoptr(GRegex) regex = g_regex_new(
        "\\bcreate\\s+(?:role|user|group)\\s+(?:\"([^\"]+)\"|(\\w+))", G_REGEX_CASELESS, 0, NULL);
    for (guint i = 0; i < history->revisions->len; i++) {
        const PgsRevision *revision = history->revisions->pdata[i];
        for (const PgsStep *step = revision->up; step != NULL; step = step->next) {
            gsize length = 0;
            const char *text = step->text != NULL ? g_bytes_get_data(step->text, &length) : NULL;
            if (text != NULL)
                append_made(array, regex, text, (gssize)length);
        }
    }
    for (guint i = 0; system->prepare != NULL && i < system->prepare->len; i++) {
        const PgsSqlText *sql = system->prepare->pdata[i];
        g_autofree char *file = NULL;
        if (sql->path != NULL)
            g_file_get_contents(sql->path, &file, NULL, NULL);
        const char *text = file != NULL ? file : sql->text;
        if (text != NULL)
            append_made(array, regex, text, -1);
    }
    return g_string_free(g_string_append_c(array, '}'), FALSE);
}

/* ---- the copy ---- */

/* The roles come first: prepare: may name them too. */
static void
put_first(PgsTargetRoles *roles, const PgsSystem *system)
{
    GPtrArray *prepare = g_ptr_array_new();
    g_ptr_array_add(prepare, roles->roles);
    for (guint i = 0; system->prepare != NULL && i < system->prepare->len; i++)
        g_ptr_array_add(prepare, system->prepare->pdata[i]);
    roles->system.prepare = prepare;
}

gboolean
pgs_target_roles_init(PgsTargetRoles *roles, const PgsDatabase *target, const PgsSystem *system,
                      const PgsHistory *history, GError **error)
{
    g_autofree char *made = find_made(system, history);
    const char *params[] = {made};
    *roles = (PgsTargetRoles){.system = *system};
    roles->system.prepare = NULL;
    g_autoptr(PgsConnection) reader = pgs_database_reader(target, error);
    if (reader == NULL)
        return FALSE;
    g_autoptr(PGresult) rows = pgs_connection_query(
        reader, PGS_SHAPE_ANY, pgs_embedded_find(pgs_operate_files, "target_roles.sql"), 1, params,
        NULL, error);
    if (rows == NULL)
        return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < PQntuples(rows); i++)
        g_string_append_printf(text, "%s;\n", PQgetvalue(rows, i, 0));
    roles->roles = pgs_sql_text_new(NULL, text->str);
    put_first(roles, system);
    return TRUE;
}
