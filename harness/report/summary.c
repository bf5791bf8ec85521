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
/* The requirements' share of a full screen: an empty line, the count, and some of them. */
#define MIN_REQUIREMENT_LINES 6
/* What each gets when all are listed. */
#define FREE_FINDING_LINES 16
/* A message or hint takes at most so many lines, unless everything is to be seen. */
#define MAX_MESSAGE_LINES 3
/* Causes without room that get a line each; the rest is counted. */
#define MAX_BRIEF 6

/* ---- parts that are laid out before their place is known ---- */

static PgsSummary
part_of(const PgsSummary *summary)
{
    PgsSummary part = *summary;
    part.layout.text = g_string_new(NULL);
    part.layout.lines = 0;
    return part;
}

/* Takes part over. */
static void
append_part(PgsSummary *summary, PgsSummary *part)
{
    g_string_append_len(summary->layout.text, part->layout.text->str,
                        (gssize)part->layout.text->len);
    summary->layout.lines += part->layout.lines;
    g_string_free(part->layout.text, TRUE);
}

/* ---- findings ---- */

/* "FAILED  canvas  stairway.down [docker:13]" */
static GString *
new_head(const PgsSummary *summary, const PgsFinding *finding)
{
    g_autofree char *server = pgs_record_name_server(summary->record, finding);
    GString *line = g_string_new(pgs_summary_status(finding->status)->label);
    if (summary->names_systems && *finding->system != '\0')
        g_string_append_printf(line, "  %s", finding->system);
    g_string_append_printf(line, "  %s", finding->check);
    if (server != NULL)
        g_string_append_printf(line, " [%s]", server);
    return line;
}

/* So that the line takes no more than so many columns. */
static void
append_subject(GString *line, const PgsFinding *finding, guint columns)
{
    const char *subject = pgs_summary_subject(finding);
    if (subject == NULL)
        return;
    guint taken = pgs_layout_columns(line->str) + 2;
    g_autofree char *cut = pgs_layout_cut_middle(subject, columns > taken ? columns - taken : 0);
    g_string_append_printf(line, "  %s", cut);
}

static void
put_head(PgsSummary *summary, const PgsFinding *finding)
{
    g_autoptr(GString) line = new_head(summary, finding);
    append_subject(line, finding, summary->layout.width);
    pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line->str);
}

/* A paragraph that is not without end. */
static void
put_words(PgsSummary *summary, guint hang, const char *text)
{
    g_autofree char *visible = pgs_text_plain(text);
    guint most = (summary->layout.width - 8) * MAX_MESSAGE_LINES;
    g_autofree char *cut = pgs_text_ellipsize(visible, most);
    pgs_layout_paragraph(&summary->layout, 2, hang, PGS_STYLE_PLAIN,
                         summary->options.verbose ? visible : cut);
}

/* "file:line:column: message" as compilers say it, on two lines when one is too short. */
static void
put_message(PgsSummary *summary, const PgsFinding *finding)
{
    g_autofree char *place = pgs_finding_place(finding);
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

/* What tells other from first: its check, its subject, its server, or several of them. */
static char *
name_other(const PgsSummary *summary, const PgsFinding *first, const PgsFinding *other)
{
    g_autofree char *server = pgs_record_name_server(summary->record, other);
    g_autofree char *firsts = pgs_record_name_server(summary->record, first);
    const char *subject = pgs_summary_subject(other);
    gboolean is_same = subject == NULL || pgs_summary_is_same_case(first, other);
    gboolean elsewhere = server != NULL && g_strcmp0(server, firsts) != 0;
    g_autoptr(GString) name = g_string_new(NULL);
    if (other->check != first->check || subject == NULL || (is_same && elsewhere))
        g_string_append(name, other->check);
    if (elsewhere)
        g_string_append_printf(name, "%s[%s]", name->len > 0 ? " " : "", server);
    if (subject != NULL && !(is_same && name->len > 0))
        g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", subject);
    return g_string_free(g_steal_pointer(&name), FALSE);
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
        g_autofree char *name = name_other(summary, cause->finding, cause->others->pdata[named]);
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

/* "passes on docker:15 and docker:17", of what fails on others. */
static void
put_servers(PgsSummary *summary, const PgsFinding *finding)
{
    g_autofree char *words = pgs_summary_where_it_passes(summary, finding);
    if (words != NULL)
        pgs_layout_paragraph(&summary->layout, 2, 2, PGS_STYLE_PLAIN, words);
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
    put_servers(summary, finding);
    put_others(summary, cause);
}

/* lines: what it should take of the screen; 0: as much as it needs.  The detail gets what the rest
 * leaves. */
static void
put_cause(PgsSummary *summary, const PgsCause *cause, guint lines)
{
    const char *detail = cause->finding->detail;
    PgsSummary tail = part_of(summary);
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

    append_part(summary, &tail);
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
screen_height(const PgsSummary *summary)
{
    return summary->options.height != 0 ? summary->options.height : DEFAULT_HEIGHT;
}

/* How many causes may be told on a line each, below those that are shown. */
static guint
share_brief(const PgsSummary *summary, guint lines_below)
{
    guint taken = summary->layout.lines + lines_below + MIN_FINDING_LINES + 2;
    guint left = screen_height(summary) > taken ? screen_height(summary) - taken : 0;
    return MIN(left, MAX_BRIEF);
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
    guint height = screen_height(summary);
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
    g_autoptr(GString) line = new_head(summary, finding);
    /* A title beside the message would leave too little of it; only a test goes by its title. */
    if (pgs_summary_subject(finding) != finding->title ||
        g_str_has_prefix(finding->check, "suite."))
        append_subject(line, finding, summary->layout.width / 4 * 3);
    g_string_append_printf(line, ": %s", what != NULL ? what : "");
    pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line->str);
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
    guint max_brief = share_brief(summary, lines_below);
    guint brief = MIN(causes->len - 1, max_brief);
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
    /* "1 more" would take the line of the one itself. */
    guint rest = causes->len - shown;
    brief = rest <= max_brief + 1 ? rest : max_brief;
    for (guint i = shown; i < shown + brief; i++)
        put_briefly(summary, causes->pdata[i]);
    if (shown + brief == causes->len)
        return TRUE;
    g_autofree char *more = g_strdup_printf("… and %u more (see --verbose, --junit or --record)",
                                            pgs_cause_count(causes, shown + brief));
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_STRONG, more);
    return TRUE;
}

/* "ACCEPTED  stairway.down [docker:13]  0007_x goes down: what is wrong: until 2027-01-31: …
 * (1.3 ms)" */
static char *
describe_briefly(const PgsSummary *summary, const PgsFinding *finding)
{
    g_autofree char *server = pgs_record_name_server(summary->record, finding);
    const char *const parts[] = {finding->title, finding->message, finding->accepted};
    g_autofree char *duration = pgs_text_duration(finding->duration);
    g_autoptr(GString) line = g_string_new(pgs_summary_status(finding->status)->label);
    const char *separator = "  ";
    g_string_append_printf(line, "  %s", finding->check);
    if (server != NULL)
        g_string_append_printf(line, " [%s]", server);
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (parts[i] == NULL)
            continue;
        g_string_append_printf(line, "%s%s", separator, parts[i]);
        separator = ": ";
    }
    g_string_append_printf(line, "  (%s)", duration);
    return g_string_free(g_steal_pointer(&line), FALSE);
}

/* What passed, is accepted or is only said: a line each. */
static void
put_passed(PgsSummary *summary)
{
    const PgsStatuses told = PGS_STATUS_BIT(PGS_STATUS_PASSED) | PGS_STATUS_BIT(PGS_STATUS_INFO) |
                             PGS_STATUS_BIT(PGS_STATUS_ACCEPTED);
    gboolean first = TRUE;
    for (guint i = 0; i < summary->record->findings->len; i++) {
        const PgsFinding *finding = summary->record->findings->pdata[i];
        if ((told & PGS_STATUS_BIT(finding->status)) == 0)
            continue;
        g_autofree char *line = describe_briefly(summary, finding);
        if (first)
            pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
        first = FALSE;
        pgs_layout_line(&summary->layout, 0, pgs_summary_status(finding->status)->style, line);
    }
}

/* ---- the verdict ---- */

/* When no failed finding makes the run fail, but requirements do: "2 requirements not proven"; or
 * NULL. */
static char *
describe_unmet(const PgsRecord *record, const GPtrArray *proofs)
{
    if (pgs_record_has_failed(record, FALSE))
        return NULL;
    guint unmet = 0;
    for (guint i = 0; i < proofs->len; i++)
        unmet += ((PgsProof *)proofs->pdata[i])->fails ? 1 : 0;
    g_autofree char *count = pgs_text_count(unmet, "requirement", NULL);
    return unmet > 0 ? g_strconcat(count, " not proven", NULL) : NULL;
}

/* A part of a split run that none of the work fell to. */
static gboolean
has_no_share(const PgsRecord *record)
{
    return record->shards->len == 1 && record->findings->len == 0;
}

static const char *
without_words(const PgsRecord *record)
{
    return has_no_share(record) ? "all of the work is in the other parts," : "no check ran";
}

static void
put_verdict(PgsSummary *summary, const GPtrArray *proofs)
{
    static const PgsStatus order[] = {
        PGS_STATUS_FAILED, PGS_STATUS_ERROR,    PGS_STATUS_WARNING,
        PGS_STATUS_PASSED, PGS_STATUS_ACCEPTED, PGS_STATUS_SKIPPED,
    };
    static const PgsStatus notes[] = {PGS_STATUS_INFO};
    const PgsRecord *record = summary->record;
    PgsRecordCounts counts = pgs_record_counts(record, NULL);
    g_autofree char *judged = pgs_summary_counts(&counts, order, G_N_ELEMENTS(order));
    g_autofree char *noted = pgs_summary_counts(&counts, notes, G_N_ELEMENTS(notes));
    const char *words = *judged == '\0' && pgs_record_has_verdict(record) ? noted : judged;
    g_autofree char *unmet = describe_unmet(record, proofs);
    g_autofree char *duration = pgs_text_duration(record->duration);

    const char *verdict = "VERIFIED";
    PgsStyle style = PGS_STYLE_GOOD;
    if (pgs_record_has_failed(record, record->fail_on_warning) || unmet != NULL) {
        verdict = "NOT VERIFIED";
        style = PGS_STYLE_BAD;
    } else if (has_no_share(record)) {
        verdict = "NOTHING TO DO";
        style = PGS_STYLE_WARN;
    } else if (!pgs_record_has_verdict(record)) {
        verdict = "NOTHING VERIFIED";
        style = PGS_STYLE_WARN;
    }
    if (summary->layout.lines > 0)
        pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    pgs_layout_append(&summary->layout, style, verdict);
    g_autofree char *rest = g_strdup_printf(
        ": %s%s%s in %s\n", unmet != NULL ? unmet : "", unmet != NULL && *words != '\0' ? ", " : "",
        *words != '\0' || unmet != NULL ? words : without_words(record), duration);
    pgs_layout_append(&summary->layout, PGS_STYLE_PLAIN, rest);
}

/* ---- the whole ---- */

/* Lines for the requirements, on a screen that findings have a part of too; 0: all that they need.
 */
static guint
requirement_lines(const PgsSummary *summary, guint lines_below)
{
    if (summary->options.verbose || summary->options.max_findings == 0)
        return 0;
    PgsStatuses told = failing_statuses(summary->record) | PGS_STATUS_BIT(PGS_STATUS_WARNING);
    g_autoptr(GPtrArray) causes = pgs_cause_find(summary->record, told);
    guint wanted = causes->len > 0 ? MIN_FINDING_LINES + 1 + MIN(causes->len, MAX_BRIEF) : 0;
    guint taken = summary->layout.lines + lines_below + wanted;
    return MAX(screen_height(summary) > taken ? screen_height(summary) - taken : 0,
               MIN_REQUIREMENT_LINES);
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
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    PgsSummary skipped = part_of(&summary);
    pgs_summary_put_skipped(&skipped);
    /* The verdict takes two lines, and the shell's next prompt one. */
    guint lines_below = 3 + (skipped.layout.lines > 0 ? skipped.layout.lines + 1 : 0);

    pgs_summary_put_systems(&summary);
    PgsSummary requirements = part_of(&summary);
    pgs_summary_put_requirements(&requirements, proofs, requirement_lines(&summary, lines_below));
    if (options->verbose)
        put_passed(&summary);
    pgs_summary_put_server_differences(&summary);
    gboolean counted = put_causes(&summary, lines_below + requirements.layout.lines);
    if (skipped.layout.lines > 0 && !counted)
        pgs_layout_line(&summary.layout, 0, PGS_STYLE_PLAIN, "");
    append_part(&summary, &skipped);
    append_part(&summary, &requirements);
    put_verdict(&summary, proofs);
    return g_string_free(summary.layout.text, FALSE);
}
