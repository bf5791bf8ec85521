#include "report/summary.h"

#include "base/text.h"

#include <string.h>

/* What a rule was not exercised for takes so many lines: what the server said is at its end. */
#define RULE_LINES 2
/* Reasons that are told, unless everything is to be seen. */
#define MAX_REASONS 3

/* Whether all that has a cause is of one system. */
static gboolean
is_of_one(const PgsCause *cause)
{
    for (guint i = 0; i < cause->others->len; i++) {
        if (strcmp(((PgsFinding *)cause->others->pdata[i])->system, cause->finding->system) != 0)
            return FALSE;
    }
    return TRUE;
}

/* " [docker:13]", where it is of one of several; servers.available names its own. */
static char *
name_common_server(const PgsSummary *summary, const PgsCause *cause)
{
    g_autofree char *name = pgs_record_name_server(summary->record, cause->finding);
    gboolean told = g_str_has_prefix(cause->finding->check, "servers.");
    for (guint i = 0; i < cause->others->len; i++) {
        const PgsFinding *other = cause->others->pdata[i];
        told = told || g_strcmp0(other->server, cause->finding->server) != 0 ||
               g_strcmp0(other->server_version, cause->finding->server_version) != 0;
    }
    return name != NULL && !told ? g_strdup_printf(" [%s]", name) : g_strdup("");
}

/* Its check; "exercise.*" when it is of several. */
static char *
name_common_check(const PgsCause *cause)
{
    const char *check = cause->finding->check;
    for (guint i = 0; i < cause->others->len; i++) {
        if (strcmp(((PgsFinding *)cause->others->pdata[i])->check, check) != 0)
            return g_strdup_printf("%.*s.*", (int)strcspn(check, "."), check);
    }
    return g_strdup(check);
}

static void
append_object(GString *line, const char *object, guint columns)
{
    g_autofree char *cut = pgs_layout_cut_middle(object, columns);
    g_string_append_printf(line, "  %s", cut);
}

/* "SKIPPED  canvas  exercise.* [docker:13] (12 times): why"; of a single one its object. */
static char *
describe_skipped(const PgsSummary *summary, const PgsCause *cause)
{
    const PgsFinding *finding = cause->finding;
    const char *why = finding->message != NULL ? finding->message : finding->title;
    gboolean is_whole = summary->options.verbose || summary->options.max_findings == 0;
    g_autoptr(GString) line = g_string_new(pgs_summary_status(PGS_STATUS_SKIPPED)->label);
    if (summary->names_systems && *finding->system != '\0' && is_of_one(cause))
        g_string_append_printf(line, "  %s", finding->system);
    g_autofree char *check = name_common_check(cause);
    g_autofree char *server = name_common_server(summary, cause);
    g_string_append_printf(line, "  %s%s", check, server);
    if (cause->others->len > 0)
        g_string_append_printf(line, " (%u times)", cause->others->len + 1);
    else if (finding->object != NULL)
        append_object(line, finding->object, is_whole ? G_MAXUINT : summary->layout.width / 2);
    g_string_append_printf(line, ": %s", why != NULL ? why : "");
    return g_string_free(g_steal_pointer(&line), FALSE);
}

static void
put_reason(PgsSummary *summary, const PgsCause *cause)
{
    g_autofree char *line = describe_skipped(summary, cause);
    gboolean is_rule = g_str_has_prefix(cause->finding->check, "exercise.");
    /* What an engine says of an image is long. */
    if (summary->options.verbose || summary->options.max_findings == 0) {
        pgs_layout_paragraph(&summary->layout, 0, 2, PGS_STYLE_WARN, line);
    } else if (is_rule) {
        g_autofree char *cut = pgs_text_ellipsize(line, (summary->layout.width - 4) * RULE_LINES);
        pgs_layout_paragraph(&summary->layout, 0, 2, PGS_STYLE_WARN, cut);
    } else {
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_WARN, line);
    }
}

static gint
compare_times(gconstpointer a, gconstpointer b)
{
    const PgsCause *const *first = a, *const *second = b;
    return (gint)(*second)->others->len - (gint)(*first)->others->len;
}

void
pgs_summary_put_skipped(PgsSummary *summary)
{
    g_autoptr(GPtrArray) skipped =
        pgs_cause_find(summary->record, PGS_STATUS_BIT(PGS_STATUS_SKIPPED));
    gboolean all = summary->options.verbose || skipped->len <= MAX_REASONS;
    guint shown = all ? skipped->len : MAX_REASONS - 1;
    if (!all)
        g_ptr_array_sort(skipped, compare_times);
    for (guint i = 0; i < shown; i++)
        put_reason(summary, skipped->pdata[i]);
    if (all)
        return;
    g_autofree char *more =
        g_strdup_printf("… and %u more skipped", pgs_cause_count(skipped, shown));
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_WARN, more);
}
