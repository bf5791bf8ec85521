#include "ledger/sqitch_ids.h"

#include "base/error.h"
#include "ledger/ledger.h"

#include <string.h>

/*
 * Sqitch 1.3.1, and the same in 1.6: App::Sqitch::Plan::Change and ::Tag, info() and id(); the
 * SHA-1 of a text as git takes it of an object.
 */

/* ---- the project's URI ---- */

/* What URI->canonical leaves as it is, but for the case of scheme and host, the port that the
 * scheme has anyway and http's empty path. */
#define PLAIN_URI                                                                                  \
    "\\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>[A-Za-z0-9._-]+)(?::(?<port>[0-9]+))?"        \
    "(?<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)?)(?<query>(?:\\?[A-Za-z0-9._~!$&'()*+,;=:@/"      \
    "?-]*)?)(?<fragment>(?:#[A-Za-z0-9._~-]*)?)\\z"

/* URI::http, URI::https, URI::ssh and URI::ftp, default_port() */
static gboolean
is_default_port(const char *scheme, const char *port)
{
    static const struct {
        const char *scheme, *port;
    } defaults[] = {{"http", "80"}, {"https", "443"}, {"ssh", "22"}, {"ftp", "21"}};
    for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++) {
        if (strcmp(defaults[i].scheme, scheme) == 0)
            return strcmp(defaults[i].port, port) == 0;
    }
    return FALSE;
}

static char *
canonical_uri(const char *uri)
{
    g_autoptr(GRegex) regex = g_regex_new(PLAIN_URI, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, uri, 0, &match))
        return NULL;
    g_autofree char *said = g_match_info_fetch_named(match, "scheme");
    g_autofree char *scheme = g_ascii_strdown(said, -1);
    g_autofree char *said_host = g_match_info_fetch_named(match, "host");
    g_autofree char *host = g_ascii_strdown(said_host, -1);
    g_autofree char *port = g_match_info_fetch_named(match, "port");
    g_autofree char *path = g_match_info_fetch_named(match, "path");
    g_autofree char *query = g_match_info_fetch_named(match, "query");
    g_autofree char *fragment = g_match_info_fetch_named(match, "fragment");
    gboolean is_http = strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0;
    gboolean has_port = port != NULL && *port != '\0' && !is_default_port(scheme, port);
    /* A scheme whose class is not known here might have rules of its own for a host or port. */
    if (!is_http && (strcmp(host, said_host) != 0 || (port != NULL && *port != '\0')))
        return NULL;
    return g_strconcat(scheme, "://", host, has_port ? ":" : "", has_port ? port : "",
                       is_http && *path == '\0' && *query == '\0' ? "/" : path, query, fragment,
                       NULL);
}

/* ---- dependencies ---- */

/* App::Sqitch::Plan::Depend, key_name() and as_string() */
char *
pgs_sqitch_depend_string(const PgsSqitchPlan *plan, const PgsSqitchDepend *depend)
{
    gboolean is_foreign = depend->project != NULL && strcmp(depend->project, plan->project) != 0;
    GString *text = g_string_new(NULL);
    if (is_foreign)
        g_string_append_printf(text, "%s:", depend->project);
    if (depend->change != NULL)
        g_string_append(text, depend->change);
    if (depend->tag != NULL)
        g_string_append_printf(text, "@%s", depend->tag);
    if (depend->id != NULL)
        g_string_append(text, depend->id);
    return g_string_free(text, FALSE);
}

static void
append_depends(GString *info, const PgsSqitchPlan *plan, const PgsSqitchChange *change,
               gboolean conflicts)
{
    gboolean is_first = TRUE;
    for (guint i = 0; i < change->depends->len; i++) {
        const PgsSqitchDepend *depend = g_ptr_array_index(change->depends, i);
        if (depend->conflicts != conflicts)
            continue;
        g_autofree char *text = pgs_sqitch_depend_string(plan, depend);
        if (is_first)
            g_string_append(info, conflicts ? "\nconflicts" : "\nrequires");
        g_string_append_printf(info, "\n  %c %s", conflicts ? '-' : '+', text);
        is_first = FALSE;
    }
}

/* ---- ids ---- */

static char *
digest(const char *kind, const GString *info)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA1);
    g_autofree char *head = g_strdup_printf("%s %" G_GSIZE_FORMAT, kind, info->len);
    g_checksum_update(checksum, (const guchar *)head, (gssize)strlen(head) + 1);
    g_checksum_update(checksum, (const guchar *)info->str, (gssize)info->len);
    return g_strdup(g_checksum_get_string(checksum));
}

static void
append_planned(GString *info, const PgsSqitchPlanned *planned)
{
    g_string_append_printf(info, "\nplanner %s <%s>\ndate %s", planned->planner_name,
                           planned->planner_email, planned->moment);
}

/* What Perl takes for false is no note. */
static void
append_note(GString *info, const PgsSqitchPlanned *planned)
{
    if (*planned->note != '\0' && strcmp(planned->note, "0") != 0)
        g_string_append_printf(info, "\n\n%s", planned->note);
}

static GString *
begin_info(const PgsSqitchPlan *plan, const char *uri)
{
    GString *info = g_string_new("project ");
    g_string_append(info, plan->project);
    if (uri != NULL)
        g_string_append_printf(info, "\nuri %s", uri);
    return info;
}

static char *
change_id(const PgsSqitchPlan *plan, const char *uri, const PgsSqitchChange *change,
          const char *parent)
{
    GString *info = begin_info(plan, uri);
    g_string_append_printf(info, "\nchange %s", change->name);
    if (parent != NULL)
        g_string_append_printf(info, "\nparent %s", parent);
    append_planned(info, &change->planned);
    append_depends(info, plan, change, FALSE);
    append_depends(info, plan, change, TRUE);
    append_note(info, &change->planned);
    char *id = digest("change", info);
    g_string_free(info, TRUE);
    return id;
}

static char *
tag_id(const PgsSqitchPlan *plan, const char *uri, const char *tag, const char *of_change,
       const PgsSqitchPlanned *planned)
{
    GString *info = begin_info(plan, uri);
    g_string_append_printf(info, "\ntag @%s\nchange %s", tag, of_change);
    append_planned(info, planned);
    append_note(info, planned);
    char *id = digest("tag", info);
    g_string_free(info, TRUE);
    return id;
}

static void
add_change(PgsSqitchIds *ids, const PgsSqitchPlan *plan, const char *uri,
           const PgsSqitchChange *change)
{
    const char *parent =
        ids->changes->len > 0 ? g_ptr_array_index(ids->changes, ids->changes->len - 1) : NULL;
    char *id = change_id(plan, uri, change, parent);
    GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < change->tags->len; i++)
        g_ptr_array_add(tags, tag_id(plan, uri, g_ptr_array_index(change->tags, i), id,
                                     g_ptr_array_index(change->tags_planned, i)));
    g_ptr_array_add(ids->changes, id);
    g_ptr_array_add(ids->tags, tags);
}

PgsSqitchIds *
pgs_sqitch_ids_new(const PgsSqitchPlan *plan, GError **error)
{
    g_autofree char *uri = plan->uri != NULL ? canonical_uri(plan->uri) : NULL;
    if (plan->uri != NULL && uri == NULL) {
        pgs_error_set(error, PGS_LEDGER_ERROR, PGS_LEDGER_ERROR_UNSUPPORTED,
                      "use \"sqitch deploy\" and \"sqitch revert\"",
                      "%s: %%uri=%s is part of each change's id, and pgstair does not know how "
                      "Sqitch would spell it",
                      plan->path, plan->uri);
        return NULL;
    }
    PgsSqitchIds *ids = g_new0(PgsSqitchIds, 1);
    ids->changes = g_ptr_array_new_with_free_func(g_free);
    ids->tags = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < plan->changes->len; i++)
        add_change(ids, plan, uri, g_ptr_array_index(plan->changes, i));
    return ids;
}

void
pgs_sqitch_ids_free(PgsSqitchIds *ids)
{
    if (ids == NULL)
        return;
    g_ptr_array_unref(ids->changes);
    g_ptr_array_unref(ids->tags);
    g_free(ids);
}
