#include "report/markdown_list.h"

#include "base/text.h"
#include "record/proof.h"
#include "report/cause.h"
#include "report/markdown_text.h"

#define MAX_NAME 120
#define MAX_WORDS 400

void
pgs_markdown_list_free(PgsMarkdownList *list)
{
    g_ptr_array_unref(list->lines);
    g_free(list->heading);
    g_free(list);
}

static PgsMarkdownList *
new_list(gboolean folded, guint max_lines)
{
    PgsMarkdownList *list = g_new0(PgsMarkdownList, 1);
    list->folded = folded;
    list->lines = g_ptr_array_new_with_free_func(g_free);
    list->max_lines = max_lines;
    return list;
}

/* Takes heading over. */
static PgsMarkdownList *
finish(PgsMarkdownList *list, char *heading)
{
    list->heading = heading;
    if (list->lines->len > 0)
        return list;
    pgs_markdown_list_free(list);
    return NULL;
}

/* Takes line over. */
static void
add_line(PgsMarkdownList *list, GString *line)
{
    g_string_append_c(line, '\n');
    g_ptr_array_add(list->lines, g_string_free(line, FALSE));
}

/* ---- requirements ---- */

PgsMarkdownList *
pgs_markdown_list_requirements(const PgsRecord *record)
{
    g_autoptr(GPtrArray) proofs = pgs_proof_judge(record);
    PgsMarkdownList *list = new_list(FALSE, 20);
    for (gint fails = TRUE; fails >= FALSE; fails--) {
        for (guint i = 0; i < proofs->len; i++) {
            const PgsProof *proof = proofs->pdata[i];
            if (proof->state == PGS_PROOF_PROVEN || proof->fails != fails)
                continue;
            GString *line = g_string_new(proof->fails ? "- ❌ " : "- ");
            pgs_markdown_span(line, proof->requirement->id, MAX_NAME);
            g_string_append_printf(line, " %s: ", pgs_proof_state_name(proof->state));
            pgs_markdown_words(line, proof->reason != NULL ? proof->reason : "", MAX_WORDS);
            add_line(list, line);
        }
    }
    return finish(list, g_strdup_printf("%u of %u requirements are not proven", list->lines->len,
                                        proofs->len));
}

/* ---- findings ---- */

static void
append_case(GString *line, const PgsRecord *record, const PgsFinding *finding)
{
    g_autofree char *server = pgs_record_name_server(record, finding);
    pgs_markdown_span(line, finding->check, MAX_NAME);
    g_string_append_c(line, ' ');
    pgs_markdown_span(line, finding->title, MAX_NAME);
    if (record->systems->len > 1 && *finding->system != '\0') {
        g_string_append(line, " in ");
        pgs_markdown_span(line, finding->system, MAX_NAME);
    }
    if (server != NULL) {
        g_string_append(line, " on ");
        pgs_markdown_span(line, server, MAX_NAME);
    }
}

static void
append_words(GString *line, const char *label, const char *text)
{
    if (text == NULL || *text == '\0')
        return;
    g_string_append(line, label);
    pgs_markdown_words(line, text, MAX_WORDS);
}

static void
append_others(GString *line, const PgsCause *cause)
{
    if (cause->others->len > 0)
        g_string_append_printf(line, " (and %u more of the same cause)", cause->others->len);
}

static GString *
new_cause_line(const PgsRecord *record, const PgsCause *cause)
{
    g_autofree char *place = pgs_finding_place(cause->finding);
    GString *line = g_string_new("- ");
    append_case(line, record, cause->finding);
    if (place != NULL) {
        g_string_append(line, " at ");
        pgs_markdown_span(line, place, 2 * MAX_NAME);
    }
    append_words(line, ": ", cause->finding->message);
    return line;
}

PgsMarkdownList *
pgs_markdown_list_failures(const PgsRecord *record, const GPtrArray *causes, guint n)
{
    PgsMarkdownList *list = new_list(TRUE, 200);
    for (guint i = n; i < causes->len; i++) {
        const PgsCause *cause = causes->pdata[i];
        GString *line = new_cause_line(record, cause);
        append_others(line, cause);
        add_line(list, line);
    }
    return finish(list, g_strdup_printf("%u more that failed", pgs_cause_count(causes, n)));
}

PgsMarkdownList *
pgs_markdown_list_warnings(const PgsRecord *record)
{
    g_autoptr(GPtrArray) causes = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_WARNING));
    PgsMarkdownList *list = new_list(TRUE, 50);
    /* They are told as failures when they are such. */
    for (guint i = 0; i < causes->len && !record->fail_on_warning; i++) {
        const PgsCause *cause = causes->pdata[i];
        GString *line = new_cause_line(record, cause);
        append_words(line, " Hint: ", cause->finding->hint);
        append_others(line, cause);
        add_line(list, line);
    }
    return finish(list, pgs_text_count(pgs_cause_count(causes, 0), "warning", NULL));
}

PgsMarkdownList *
pgs_markdown_list_accepted(const PgsRecord *record)
{
    PgsMarkdownList *list = new_list(TRUE, 50);
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status != PGS_STATUS_ACCEPTED)
            continue;
        GString *line = g_string_new("- ");
        append_case(line, record, finding);
        append_words(line, ", accepted: ", finding->accepted);
        add_line(list, line);
    }
    return finish(list, pgs_text_count(list->lines->len, "accepted finding", NULL));
}

PgsMarkdownList *
pgs_markdown_list_skipped(const PgsRecord *record)
{
    g_autoptr(GPtrArray) causes = pgs_cause_find(record, PGS_STATUS_BIT(PGS_STATUS_SKIPPED));
    PgsMarkdownList *list = new_list(TRUE, 50);
    for (guint i = 0; i < causes->len; i++) {
        const PgsCause *cause = causes->pdata[i];
        GString *line = g_string_new("- ");
        append_case(line, record, cause->finding);
        append_others(line, cause);
        append_words(line, ": ", cause->finding->message);
        add_line(list, line);
    }
    return finish(list, g_strdup_printf("%u skipped, by reason", pgs_cause_count(causes, 0)));
}

PgsMarkdownList *
pgs_markdown_list_passed(const PgsRecord *record)
{
    g_autoptr(GPtrArray) checks = g_ptr_array_new();
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    guint passed = 0;
    for (guint i = 0; i < record->findings->len; i++) {
        const PgsFinding *finding = record->findings->pdata[i];
        if (finding->status != PGS_STATUS_PASSED)
            continue;
        guint before = GPOINTER_TO_UINT(g_hash_table_lookup(counts, finding->check));
        if (before == 0)
            g_ptr_array_add(checks, (gpointer)finding->check);
        g_hash_table_insert(counts, (gpointer)finding->check, GUINT_TO_POINTER(before + 1));
        passed++;
    }
    PgsMarkdownList *list = new_list(TRUE, 100);
    for (guint i = 0; i < checks->len; i++) {
        GString *line = g_string_new("- ");
        pgs_markdown_span(line, checks->pdata[i], MAX_NAME);
        g_string_append_printf(line, ": %u",
                               GPOINTER_TO_UINT(g_hash_table_lookup(counts, checks->pdata[i])));
        add_line(list, line);
    }
    return finish(list, g_strdup_printf("%u passed, by check", passed));
}
