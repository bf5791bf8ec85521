#include "report/summary.h"

#include "base/text.h"
#include "report/cause.h"

#include <string.h>

#define DEFAULT_WIDTH 80
#define DEFAULT_HEIGHT 24
/* A finding and the empty line above it take at least so many, detail included; rather fewer of
 * them than less of each. */
#define MIN_FINDING_LINES 6
#define MIN_DETAIL_LINES 2
/* What each gets when all are listed. */
#define FREE_FINDING_LINES 16
/* A message or hint takes at most so many lines, unless everything is to be seen. */
#define MAX_MESSAGE_LINES 3
#define MAX_SKIPPED 3
/* Causes without room that get a line each; the rest is counted. */
#define MAX_BRIEF 6

/* ---- findings ---- */

static void
put_head(PgsSummary *summary, const PgsFinding *finding)
{
    const char *subject = finding->revision != NULL ? finding->revision : finding->title;
    g_autoptr(GString) line = g_string_new(pgs_summary_status(finding->status)->label);
    if (summary->names_systems && *finding->system != '\0')
        g_string_append_printf(line, "  %s", finding->system);
    g_string_append_printf(line, "  %s", finding->check);
    if (subject != NULL)
        g_string_append_printf(line, "  %s", subject);
    pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line->str);
}

/* "migrations/x.sql:4:1", or NULL. */
static char *
describe_place(const PgsFinding *finding)
{
    if (finding->file == NULL)
        return NULL;
    if (finding->line == 0)
        return g_strdup(finding->file);
    if (finding->column == 0)
        return g_strdup_printf("%s:%u", finding->file, finding->line);
    return g_strdup_printf("%s:%u:%u", finding->file, finding->line, finding->column);
}

/* A paragraph that is not without end. */
static void
put_words(PgsSummary *summary, guint hang, const char *text)
{
    g_autofree char *visible = pgs_text_visible(text, -1);
    guint most = (summary->layout.width - 8) * MAX_MESSAGE_LINES;
    g_autofree char *cut = pgs_text_ellipsize(visible, most);
    pgs_layout_paragraph(&summary->layout, 2, hang, PGS_STYLE_PLAIN,
                         summary->options.verbose ? visible : cut);
}

/* "file:line:column: message" as compilers say it, on two lines when one is too short. */
static void
put_message(PgsSummary *summary, const PgsFinding *finding)
{
    g_autofree char *place = describe_place(finding);
    const char *message = finding->message;
    if (place != NULL && message != NULL) {
        g_autofree char *both = g_strdup_printf("%s: %s", place, message);
        if (pgs_layout_columns(both) + 2 <= summary->layout.width && strchr(both, '\n') == NULL) {
            pgs_layout_line(&summary->layout, 2, PGS_STYLE_PLAIN, both);
            return;
        }
    }
    /* A place is for copying and clicking: never cut. */
    if (place != NULL)
        pgs_layout_block(&summary->layout, 2, 0, place);
    if (message != NULL)
        put_words(summary, 2, message);
}

/* label and text on one line, or in full. */
static void
put_labelled(PgsSummary *summary, const char *label, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *line = g_strdup_printf("%s%s", label, text);
    if (summary->options.verbose)
        pgs_layout_paragraph(&summary->layout, 2, (guint)strlen(label), PGS_STYLE_PLAIN, line);
    else
        pgs_layout_line(&summary->layout, 2, PGS_STYLE_PLAIN, line);
}

static void
put_titled_block(PgsSummary *summary, const char *title, const char *text)
{
    if (text == NULL)
        return;
    pgs_layout_line(&summary->layout, 2, PGS_STYLE_FAINT, title);
    pgs_layout_block(&summary->layout, 4, 0, text);
}

/* What tells other from first: its check, its revision or title, or both. */
static char *
name_other(const PgsFinding *first, const PgsFinding *other)
{
    const char *subject = other->revision != NULL ? other->revision : other->title;
    if (other->check == first->check)
        return g_strdup(subject != NULL ? subject : other->check);
    if (subject == NULL || g_strcmp0(other->revision, first->revision) == 0)
        return g_strdup(other->check);
    return g_strjoin(" ", other->check, subject, NULL);
}

/* What else met the same cause: "also: 0004_b, 0005_c and 39 more". */
static void
put_others(PgsSummary *summary, const PgsCause *cause)
{
    if (cause->others->len == 0)
        return;
    g_autoptr(GString) text = g_string_new("also: ");
    guint named = 0;
    for (; named < cause->others->len; named++) {
        g_autofree char *name = name_other(cause->finding, cause->others->pdata[named]);
        gboolean full =
            pgs_layout_columns(text->str) + pgs_layout_columns(name) + 20 > summary->layout.width;
        if (named > 0 && full && !summary->options.verbose)
            break;
        g_string_append_printf(text, "%s%s", named > 0 ? ", " : "", name);
    }
    if (named < cause->others->len)
        g_string_append_printf(text, " and %u more", cause->others->len - named);
    put_labelled(summary, "", text->str);
}

/* What was expected and what was found, unless the detail has said it already. */
static void
put_expectation(PgsSummary *summary, const PgsFinding *finding)
{
    gboolean said = finding->detail != NULL && finding->actual != NULL &&
                    strstr(finding->detail, finding->actual) != NULL;
    if (said && !summary->options.verbose)
        return;
    put_labelled(summary, "expected: ", finding->expected);
    put_labelled(summary, "actual:   ", finding->actual);
}

/* Lines that come after the detail. */
static void
put_tail(PgsSummary *summary, const PgsCause *cause)
{
    const PgsFinding *finding = cause->finding;
    put_expectation(summary, finding);
    if (finding->hint != NULL) {
        g_autofree char *hint = g_strdup_printf("HINT: %s", finding->hint);
        put_words(summary, 6, hint);
    }
    put_others(summary, cause);
}

/* lines: what it should take of the screen; 0: as much as it needs.  The detail gets what the rest
 * leaves. */
static void
put_cause(PgsSummary *summary, const PgsCause *cause, guint lines)
{
    const char *detail = cause->finding->detail;
    PgsSummary tail = *summary;
    tail.layout.text = g_string_new(NULL);
    tail.layout.lines = 0;
    put_tail(&tail, cause);

    guint start = summary->layout.lines;
    put_head(summary, cause->finding);
    put_message(summary, cause->finding);
    guint used = summary->layout.lines - start + tail.layout.lines;
    guint left = lines > used ? lines - used : 0;
    if (lines > 0)
        left = MAX(left, MIN_DETAIL_LINES);
    if (detail != NULL && *detail != '\0')
        pgs_layout_block(&summary->layout, 4, left, detail);

    g_string_append_len(summary->layout.text, tail.layout.text->str, (gssize)tail.layout.text->len);
    summary->layout.lines += tail.layout.lines;
    g_string_free(tail.layout.text, TRUE);
}

static void
put_everything_else(PgsSummary *summary, const PgsFinding *finding)
{
    put_titled_block(summary, "statement:", finding->sql);
    put_titled_block(summary, "to reproduce:", finding->reproduce);
    if (finding->requirements == NULL || finding->requirements->len == 0)
        return;
    g_autoptr(GString) text = g_string_new("requirements:");
    for (guint i = 0; i < finding->requirements->len; i++)
        g_string_append_printf(text, " %s", (const char *)finding->requirements->pdata[i]);
    pgs_layout_paragraph(&summary->layout, 2, 2, PGS_STYLE_PLAIN, text->str);
}

static PgsStatuses
failing_statuses(const PgsRecord *record)
{
    return PGS_STATUS_BIT(PGS_STATUS_FAILED) | PGS_STATUS_BIT(PGS_STATUS_ERROR) |
           (record->fail_on_warning ? PGS_STATUS_BIT(PGS_STATUS_WARNING) : 0);
}

static guint
count_findings(const GPtrArray *causes, guint from)
{
    guint count = 0;
    for (guint i = from; i < causes->len; i++)
        count += 1 + ((PgsCause *)causes->pdata[i])->others->len;
    return count;
}

/* How many of n causes are shown, and in *lines how many lines each may take (0: as it needs). */
static guint
share_screen(const PgsSummary *summary, guint n, guint lines_below, guint *lines)
{
    guint max = summary->options.max_findings;
    if (summary->options.verbose || max == 0) {
        *lines = summary->options.verbose ? 0 : FREE_FINDING_LINES;
        return n;
    }
    guint height = summary->options.height != 0 ? summary->options.height : DEFAULT_HEIGHT;
    /* Two for the number of those that are not shown. */
    guint taken = summary->layout.lines + lines_below + 2;
    guint left = height > taken ? height - taken : 0;
    guint shown = CLAMP(left / MIN_FINDING_LINES, 1, MIN(max, n));
    *lines = MAX(left / shown, MIN_FINDING_LINES) - 1;
    return shown;
}

/* A cause that there is no room for: on one line, cut. */
static void
put_briefly(PgsSummary *summary, const PgsCause *cause)
{
    const PgsFinding *finding = cause->finding;
    const char *what = finding->message != NULL ? finding->message : finding->title;
    g_autofree char *line = g_strdup_printf(
        "%s  %s%s%s  %s: %s", pgs_summary_status(finding->status)->label,
        summary->names_systems ? finding->system : "", summary->names_systems ? "  " : "",
        finding->check, finding->revision != NULL ? finding->revision : "",
        what != NULL ? what : "");
    pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line);
}

/* Failures first, and then, where there is still room, warnings.  Whether it ended with the number
 * of those that are not shown. */
static gboolean
put_causes(PgsSummary *summary, guint lines_below)
{
    PgsStatuses failing = failing_statuses(summary->record);
    g_autoptr(GPtrArray) causes = pgs_cause_find(summary->record, failing);
    if (!summary->record->fail_on_warning) {
        g_autoptr(GPtrArray) warnings =
            pgs_cause_find(summary->record, PGS_STATUS_BIT(PGS_STATUS_WARNING));
        g_ptr_array_extend_and_steal(causes, g_steal_pointer(&warnings));
    }
    if (causes->len == 0)
        return FALSE;

    guint lines = 0;
    guint brief = MIN(causes->len - 1, MAX_BRIEF);
    guint shown = share_screen(summary, causes->len, lines_below + brief, &lines);
    for (guint i = 0; i < shown; i++) {
        const PgsCause *cause = causes->pdata[i];
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
        put_cause(summary, cause, lines);
        if (summary->options.verbose)
            put_everything_else(summary, cause->finding);
    }
    if (shown == causes->len)
        return FALSE;
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    brief = MIN(causes->len - shown, MAX_BRIEF);
    for (guint i = shown; i < shown + brief; i++)
        put_briefly(summary, causes->pdata[i]);
    if (shown + brief == causes->len)
        return TRUE;
    g_autofree char *more = g_strdup_printf("… and %u more (see --verbose, --junit or --record)",
                                            count_findings(causes, shown + brief));
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_STRONG, more);
    return TRUE;
}

/* What passed or is only said: a line each. */
static void
put_passed(PgsSummary *summary)
{
    gboolean first = TRUE;
    for (guint i = 0; i < summary->record->findings->len; i++) {
        const PgsFinding *finding = summary->record->findings->pdata[i];
        if (finding->status != PGS_STATUS_PASSED && finding->status != PGS_STATUS_INFO)
            continue;
        g_autofree char *duration = pgs_text_duration(finding->duration);
        g_autofree char *line = g_strdup_printf(
            "%s  %s  %s%s%s  (%s)", pgs_summary_status(finding->status)->label, finding->check,
            finding->title != NULL ? finding->title : "", finding->message != NULL ? ": " : "",
            finding->message != NULL ? finding->message : "", duration);
        if (first)
            pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
        first = FALSE;
        pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line);
    }
}

/* Nothing is skipped in silence: each reason once. */
static void
put_skipped(PgsSummary *summary, const GPtrArray *skipped, gboolean follows_count)
{
    if (skipped->len == 0)
        return;
    if (!follows_count)
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    guint shown =
        summary->options.verbose || skipped->len <= MAX_SKIPPED ? skipped->len : MAX_SKIPPED - 1;
    for (guint i = 0; i < shown; i++) {
        const PgsCause *cause = skipped->pdata[i];
        const PgsFinding *finding = cause->finding;
        const char *why = finding->message != NULL ? finding->message : finding->title;
        g_autofree char *times = cause->others->len > 0
                                     ? g_strdup_printf(" (%u times)", cause->others->len + 1)
                                     : g_strdup("");
        gboolean named = summary->names_systems && *finding->system != '\0';
        g_autofree char *line =
            g_strdup_printf("SKIPPED  %s%s%s%s: %s", named ? finding->system : "",
                            named ? "  " : "", finding->check, times, why != NULL ? why : "");
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_WARN, line);
    }
    if (shown < skipped->len) {
        g_autofree char *more =
            g_strdup_printf("… and %u more skipped", count_findings(skipped, shown));
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_WARN, more);
    }
}

/* ---- the verdict ---- */

static void
put_verdict(PgsSummary *summary)
{
    static const PgsStatus order[] = {
        PGS_STATUS_FAILED, PGS_STATUS_ERROR,   PGS_STATUS_WARNING,
        PGS_STATUS_PASSED, PGS_STATUS_SKIPPED,
    };
    const PgsRecord *record = summary->record;
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    g_autofree char *words = pgs_summary_counts(&counts, order, G_N_ELEMENTS(order));
    g_autofree char *duration = pgs_text_duration(record->duration);

    const char *verdict = "VERIFIED";
    PgsStyle style = PGS_STYLE_GOOD;
    if (pgs_record_has_failed(record, record->fail_on_warning)) {
        verdict = "NOT VERIFIED";
        style = PGS_STYLE_BAD;
    } else if (counts.by_status[PGS_STATUS_PASSED] == 0 &&
               counts.by_status[PGS_STATUS_WARNING] == 0) {
        verdict = "NOTHING VERIFIED";
        style = PGS_STYLE_WARN;
    }
    if (summary->layout.lines > 0)
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    pgs_layout_append(&summary->layout, style, verdict);
    g_autofree char *rest =
        g_strdup_printf(": %s in %s\n", *words != '\0' ? words : "no check ran", duration);
    pgs_layout_append(&summary->layout, PGS_STYLE_PLAIN, rest);
}

char *
pgs_report_summary(const PgsRecord *record, const PgsSummaryOptions *options)
{
    guint width = options->width != 0 ? options->width : DEFAULT_WIDTH;
    PgsSummary summary = {
        .record = record,
        .options = *options,
        .layout = {.text = g_string_new(NULL), .width = width, .color = options->color},
        .names_systems = record->systems->len > 1,
    };
    g_autoptr(GPtrArray) skipped = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_SKIPPED));
    guint skipped_lines = skipped->len > 0 ? MIN(skipped->len, MAX_SKIPPED) + 1 : 0;

    pgs_summary_put_systems(&summary);
    if (options->verbose)
        put_passed(&summary);
    /* The verdict takes two lines, and the shell's next prompt one. */
    gboolean counted = put_causes(&summary, skipped_lines + 3);
    put_skipped(&summary, skipped, counted);
    put_verdict(&summary);
    return g_string_free(summary.layout.text, FALSE);
}
