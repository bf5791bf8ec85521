#include "report/summary.h"

#include "base/text.h"

#include <string.h>

/* Columns of "NOT COVERED" and the blanks behind it. */
#define LABEL_COLUMNS 13
#define INDENT 2
/* Less than this, and text and reason get a line each. */
#define MIN_ROW_COLUMNS 36

/* Columns of the widest id and, when they are told, system. */
typedef struct {
    guint id, system;
} Widths;

static Widths
measure(const PgsSummary *summary, const GPtrArray *proofs)
{
    Widths widths = {0};
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        widths.id = MAX(widths.id, pgs_layout_columns(proof->requirement->id));
        if (summary->names_systems)
            widths.system = MAX(widths.system, pgs_layout_columns(proof->system->name));
    }
    return widths;
}

static PgsStyle
proof_style(const PgsProof *proof)
{
    if (proof->state == PGS_PROOF_PROVEN)
        return PGS_STYLE_GOOD;
    return proof->fails ? PGS_STYLE_BAD : PGS_STYLE_WARN;
}

static const char *
proof_label(const PgsProof *proof)
{
    static const char *const labels[] = {
        [PGS_PROOF_PROVEN] = "proven",
        [PGS_PROOF_FAILED] = "FAILED",
        [PGS_PROOF_UNCOVERED] = "NOT COVERED",
    };
    return labels[proof->state];
}

static gboolean
is_deferred(const PgsProof *proof)
{
    return proof->state == PGS_PROOF_UNCOVERED && proof->requirement->deferred != NULL;
}

static void
append_padded(GString *line, const char *text, guint columns)
{
    guint taken = pgs_layout_columns(text);
    g_string_append(line, text);
    g_string_append_printf(line, "%*s", (int)(columns > taken ? columns - taken : 0), "");
}

/* "NOT COVERED  canvas  CANVAS-08  " */
static char *
row_head(const PgsProof *proof, const Widths *widths)
{
    GString *line = g_string_new(NULL);
    append_padded(line, proof_label(proof), LABEL_COLUMNS);
    if (widths->system > 0)
        append_padded(line, proof->system->name, widths->system + 2);
    append_padded(line, proof->requirement->id, widths->id + 2);
    return g_string_free(line, FALSE);
}

static const char *
text_of(const PgsProof *proof)
{
    return proof->requirement->text != NULL ? proof->requirement->text : "";
}

/* ---- the count ---- */

static void
put_count(PgsSummary *summary, const GPtrArray *proofs)
{
    guint by_state[PGS_N_PROOF_STATES] = {0};
    guint deferred = 0;
    PgsStyle style = PGS_STYLE_GOOD;
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        by_state[proof->state]++;
        deferred += is_deferred(proof);
        if (proof->fails)
            style = PGS_STYLE_BAD;
        else if (proof->state != PGS_PROOF_PROVEN && style == PGS_STYLE_GOOD)
            style = PGS_STYLE_WARN;
    }
    g_autoptr(GString) line = g_string_new("requirements: ");
    const char *separator = "";
    if (proofs->len == 0)
        g_string_append(line, "none");
    for (PgsProofState state = 0; state < PGS_N_PROOF_STATES; state++) {
        if (by_state[state] == 0)
            continue;
        g_string_append_printf(line, "%s%u %s", separator, by_state[state],
                               pgs_proof_state_name(state));
        separator = ", ";
    }
    if (deferred > 0 && deferred == by_state[PGS_PROOF_UNCOVERED])
        g_string_append(line, " (deferred)");
    else if (deferred > 0)
        g_string_append_printf(line, " (%u deferred)", deferred);
    pgs_layout_line(&summary->layout, 0, PGS_STYLE_PLAIN, "");
    pgs_layout_paragraph(&summary->layout, 0, INDENT, style, line->str);
}

/* ---- those that are not proven, a line each ---- */

/* One line of the list. */
typedef struct {
    const PgsProof *proof;
    GString *ids; /* of several that are deferred for one reason; NULL: it is one */
} Row;

static void
row_free(gpointer data)
{
    Row *row = data;
    if (row->ids != NULL)
        g_string_free(row->ids, TRUE);
    g_free(row);
}

/* The row of those that are deferred for the same reason in the same system, or NULL. */
static Row *
find_deferred(const GPtrArray *rows, const PgsProof *proof)
{
    for (guint i = 0; is_deferred(proof) && i < rows->len; i++) {
        Row *row = rows->pdata[i];
        if (is_deferred(row->proof) && row->proof->system == proof->system &&
            g_str_equal(row->proof->requirement->deferred, proof->requirement->deferred))
            return row;
    }
    return NULL;
}

static void
add_row(GPtrArray *rows, const PgsProof *proof)
{
    Row *row = find_deferred(rows, proof);
    if (row != NULL) {
        if (row->ids == NULL)
            row->ids = g_string_new(row->proof->requirement->id);
        g_string_append_printf(row->ids, ", %s", proof->requirement->id);
        return;
    }
    row = g_new0(Row, 1);
    row->proof = proof;
    g_ptr_array_add(rows, row);
}

/* What fails the run comes first, what is deferred last. */
static guint
rank(const PgsProof *proof)
{
    if (proof->state == PGS_PROOF_FAILED)
        return proof->fails ? 0 : 1;
    return is_deferred(proof) ? 3 : 2;
}

static GPtrArray *
list_rows(const GPtrArray *proofs)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    for (guint r = 0; r <= 3; r++) {
        for (guint i = 0; i < proofs->len; i++) {
            const PgsProof *proof = proofs->pdata[i];
            if (proof->state != PGS_PROOF_PROVEN && rank(proof) == r)
                add_row(rows, proof);
        }
    }
    return rows;
}

/* text and, in brackets, reason, each cut so that the other has its half. */
static char *
fit_both(const char *text, const char *reason, guint columns)
{
    guint brackets = *text != '\0' ? 3 : 2;
    guint room = columns - brackets;
    guint text_columns = pgs_layout_columns(text), reason_columns = pgs_layout_columns(reason);
    guint for_reason = MAX(room / 2, room - MIN(text_columns, room));
    for_reason = MIN(for_reason, reason_columns);
    g_autofree char *short_reason = pgs_layout_cut(reason, for_reason);
    g_autofree char *short_text = pgs_layout_cut(text, room - for_reason);
    return g_strdup_printf("%s%s(%s)", short_text, *text != '\0' ? " " : "", short_reason);
}

static void
put_row(PgsSummary *summary, const Row *row, const Widths *widths)
{
    const PgsProof *proof = row->proof;
    g_autofree char *head = row_head(proof, widths);
    guint taken = INDENT + pgs_layout_columns(head);
    guint columns = summary->layout.width > taken ? summary->layout.width - taken : 0;
    g_autofree char *body = NULL;
    if (row->ids != NULL) {
        const char *tail = row->ids->str + strlen(proof->requirement->id);
        g_autofree char *trimmed = g_strdup(head);
        body = g_strdup_printf("%s%s (%s)", g_strchomp(trimmed), tail, proof->reason);
        pgs_layout_line(&summary->layout, INDENT, proof_style(proof), body);
        return;
    }
    gboolean narrow = columns < MIN_ROW_COLUMNS;
    g_autofree char *both = narrow ? NULL : fit_both(text_of(proof), proof->reason, columns);
    body = g_strconcat(head, narrow ? text_of(proof) : both, NULL);
    pgs_layout_line(&summary->layout, INDENT, proof_style(proof), body);
    if (narrow)
        pgs_layout_line(&summary->layout, 2 * INDENT, PGS_STYLE_PLAIN, proof->reason);
}

/* lines 0: all. */
static void
put_rows(PgsSummary *summary, const GPtrArray *proofs, const GPtrArray *rows, guint lines)
{
    Widths widths = measure(summary, proofs);
    guint shown = lines == 0 || rows->len <= lines ? rows->len : lines - 1;
    for (guint i = 0; i < shown; i++)
        put_row(summary, rows->pdata[i], &widths);
    if (shown == rows->len)
        return;
    g_autofree char *more = g_strdup_printf("… and %u more (see --verbose)", rows->len - shown);
    pgs_layout_line(&summary->layout, INDENT, PGS_STYLE_WARN, more);
}

/* ---- all of them, with what serves them ---- */

/* "expect.column: 12 passed; stairway.down: 1 failed" */
static char *
describe_checks(const PgsProof *proof)
{
    static const PgsStatus order[] = {
        PGS_STATUS_PASSED,   PGS_STATUS_FAILED,  PGS_STATUS_ERROR, PGS_STATUS_WARNING,
        PGS_STATUS_ACCEPTED, PGS_STATUS_SKIPPED, PGS_STATUS_INFO,
    };
    g_autoptr(GPtrArray) checks = pgs_proof_checks(proof);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < checks->len; i++) {
        const PgsProofCheck *check = checks->pdata[i];
        PgsRecordCounts counts = {0};
        for (guint s = 0; s < PGS_N_STATUSES; s++)
            counts.by_status[s] = check->by_status[s];
        g_autofree char *words = pgs_summary_counts(&counts, order, G_N_ELEMENTS(order));
        g_string_append_printf(text, "%s%s: %s", i > 0 ? "; " : "", check->check, words);
    }
    return g_string_free(text, FALSE);
}

static void
put_in_full(PgsSummary *summary, const PgsProof *proof, const Widths *widths)
{
    g_autofree char *head = row_head(proof, widths);
    g_autofree char *line = g_strconcat(head, text_of(proof), NULL);
    g_autofree char *checks = describe_checks(proof);
    /* A terminal too narrow to hang the text behind the id. */
    guint hang = pgs_layout_columns(head);
    hang = INDENT + hang + MIN_ROW_COLUMNS <= summary->layout.width ? hang : INDENT;
    pgs_layout_paragraph(&summary->layout, INDENT, hang, proof_style(proof), line);
    if (proof->reason != NULL)
        pgs_layout_paragraph(&summary->layout, INDENT + hang, INDENT, PGS_STYLE_PLAIN,
                             proof->reason);
    if (is_deferred(proof) && proof->missing != NULL)
        pgs_layout_paragraph(&summary->layout, INDENT + hang, INDENT, PGS_STYLE_PLAIN,
                             proof->missing);
    if (*checks != '\0')
        pgs_layout_paragraph(&summary->layout, INDENT + hang, INDENT, PGS_STYLE_FAINT, checks);
}

/* ---- phases ---- */

typedef struct {
    const PgsRecordSystem *system;
    const PgsRecordPhase *phase;
    guint proven, all;
} PhaseCount;

static PhaseCount
count_phase(const PgsRecordSystem *system, const PgsRecordPhase *phase, const GPtrArray *proofs)
{
    PhaseCount count = {.system = system, .phase = phase};
    for (guint i = 0; i < proofs->len; i++) {
        const PgsProof *proof = proofs->pdata[i];
        if (proof->system != system || g_strcmp0(proof->requirement->phase, phase->id) != 0)
            continue;
        count.all++;
        count.proven += proof->state == PGS_PROOF_PROVEN;
    }
    return count;
}

/* PhaseCount, of all systems. */
static GArray *
count_phases(const PgsRecord *record, const GPtrArray *proofs)
{
    GArray *counts = g_array_new(FALSE, FALSE, sizeof(PhaseCount));
    for (guint s = 0; s < record->systems->len; s++) {
        const PgsRecordSystem *system = record->systems->pdata[s];
        for (guint i = 0; i < system->phases->len; i++) {
            PhaseCount count = count_phase(system, system->phases->pdata[i], proofs);
            g_array_append_val(counts, count);
        }
    }
    return counts;
}

/* "phase 1 core tables: 7 of 8 proven, 2 manual checks to sign" */
static void
append_phase(GString *line, const PgsSummary *summary, const PhaseCount *count)
{
    const PgsRecordPhase *phase = count->phase;
    if (summary->names_systems)
        g_string_append_printf(line, "%s  ", count->system->name);
    g_string_append_printf(line, "phase %s%s%s:", phase->id, phase->title != NULL ? " " : "",
                           phase->title != NULL ? phase->title : "");
    if (count->all > 0 || phase->manual->len == 0)
        g_string_append_printf(line, " %u of %u proven", count->proven, count->all);
    if (phase->manual->len == 0)
        return;
    g_autofree char *manual = pgs_text_count(phase->manual->len, "manual check", NULL);
    g_string_append_printf(line, "%s %s to sign", count->all > 0 ? "," : "", manual);
}

static void
put_phase(PgsSummary *summary, const PhaseCount *count)
{
    g_autoptr(GString) line = g_string_new(NULL);
    append_phase(line, summary, count);
    PgsStyle style = count->proven == count->all ? PGS_STYLE_GOOD : PGS_STYLE_PLAIN;
    pgs_layout_line(&summary->layout, INDENT, style, line->str);
    for (guint i = 0; summary->options.verbose && i < count->phase->manual->len; i++) {
        g_autofree char *manual = g_strconcat("[ ] ", count->phase->manual->pdata[i], NULL);
        pgs_layout_paragraph(&summary->layout, 2 * INDENT, 4, PGS_STYLE_PLAIN, manual);
    }
}

/* Those that there is no room for: as many as fit on one line. */
static void
put_phases_briefly(PgsSummary *summary, const GArray *counts, guint from)
{
    g_autoptr(GString) line = g_string_new(NULL);
    for (guint i = from; i < counts->len; i++) {
        const PhaseCount *count = &g_array_index(counts, PhaseCount, i);
        g_string_append_printf(line, "%s%s%sphase %s: %u of %u", i > from ? "; " : "",
                               summary->names_systems ? count->system->name : "",
                               summary->names_systems ? " " : "", count->phase->id, count->proven,
                               count->all);
    }
    pgs_layout_line(&summary->layout, INDENT, PGS_STYLE_PLAIN, line->str);
}

/* lines 0: all. */
static void
put_phases(PgsSummary *summary, const GArray *counts, guint lines)
{
    guint shown = lines == 0 || counts->len <= lines ? counts->len : lines - 1;
    for (guint i = 0; i < shown; i++)
        put_phase(summary, &g_array_index(counts, PhaseCount, i));
    if (shown < counts->len)
        put_phases_briefly(summary, counts, shown);
}

/* ---- the whole ---- */

/* Ids in findings that no requirements file lists: most likely a slip. */
static void
put_unknown(PgsSummary *summary, GPtrArray *unknown)
{
    if (unknown->len == 0)
        return;
    g_ptr_array_add(unknown, NULL);
    g_autofree char *all = g_strjoinv(", ", (char **)unknown->pdata);
    g_autofree char *line = g_strconcat("named by findings, but no requirement: ", all, NULL);
    if (summary->options.verbose)
        pgs_layout_paragraph(&summary->layout, INDENT, INDENT, PGS_STYLE_WARN, line);
    else
        pgs_layout_line(&summary->layout, INDENT, PGS_STYLE_WARN, line);
}

static void
put_all_in_full(PgsSummary *summary, const GPtrArray *proofs)
{
    Widths widths = measure(summary, proofs);
    for (guint i = 0; i < proofs->len; i++)
        put_in_full(summary, proofs->pdata[i], &widths);
}

void
pgs_summary_put_requirements(PgsSummary *summary, const GPtrArray *proofs, guint lines)
{
    g_autoptr(GArray) phases = count_phases(summary->record, proofs);
    g_autoptr(GPtrArray) rows = list_rows(proofs);
    g_autoptr(GPtrArray) unknown = pgs_proof_find_unknown(summary->record);
    if (proofs->len == 0 && phases->len == 0)
        return;
    put_count(summary, proofs);
    guint used = 2 + (unknown->len > 0);
    guint room = lines > used ? lines - used : 0;
    /* Phases get half of the room, and more when requirements leave it. */
    guint phase_lines = MAX(room / 2, room - MIN(room, rows->len));
    phase_lines = MAX(MIN(phase_lines, phases->len), 1);
    guint row_lines = MAX(room - MIN(room, phase_lines), 2);
    if (summary->options.verbose)
        put_all_in_full(summary, proofs);
    else
        put_rows(summary, proofs, rows, lines > 0 ? row_lines : 0);
    put_phases(summary, phases, lines > 0 ? phase_lines : 0);
    put_unknown(summary, unknown);
}
