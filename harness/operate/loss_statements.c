#include "operate/loss_candidate.h"

#include "base/text.h"
#include "migration/step.h"
#include "operate/loss_words.h"

#include <string.h>

#define MAY_CHANGE "may change or delete rows"

/* Statements by their tags.  Where words are looked for, a statement of the kind may hide one that
 * changes rows, written out (is_body: or put together as it runs), or call a function that does. */
static const struct {
    const char *tag;
    const char *verb; /* it changes rows as such */
    gboolean is_body;
} kinds[] = {
    {"DELETE", "deletes rows", FALSE},
    {"TRUNCATE", "empties tables", FALSE},
    {"UPDATE", "changes rows", FALSE},
    {"MERGE", "changes or deletes rows", FALSE},
    {"DROP OWNED", "drops all that a role owns", FALSE},
    {"DO", NULL, TRUE},
    {"CALL", NULL, TRUE},
    {"WITH", NULL, FALSE},
    {"SELECT", NULL, FALSE},
    {"VALUES", NULL, FALSE},
    {"INSERT", NULL, FALSE},
    {"COPY", NULL, FALSE},
    {"EXPLAIN", NULL, FALSE},
    {"PREPARE", NULL, FALSE},
    {"EXECUTE", NULL, FALSE},
    {"DECLARE", NULL, FALSE},
    {"", NULL, TRUE},
};

typedef struct {
    const PgsStep *step;
    gint revision;
    PgsLossFunctions *functions;
    GPtrArray *candidates;
} Scan;

static void
add_at(const Scan *scan, guint file_line, const char *verb)
{
    PgsLossCandidate *candidate = pgs_loss_candidate_new(PGS_LOSS_STATEMENT, scan->revision, verb);
    candidate->identity = g_strdup_printf("%s:%u", scan->step->path, file_line);
    candidate->why = g_strdup("which ones is known when it runs");
    g_ptr_array_add(scan->candidates, candidate);
}

/* line: of the step's text. */
static void
add(const Scan *scan, guint line, const char *verb)
{
    add_at(scan, pgs_step_file_line(scan->step, line), verb);
}

/* ---- statements ---- */

static gboolean
is_kind(const PgsStatement *statement, const char *tag)
{
    gsize length = strlen(tag);
    return strncmp(statement->tag, tag, length) == 0 &&
           (statement->tag[length] == '\0' || (statement->tag[length] == ' ' && length > 0));
}

/* A function that the downgrade itself makes, and may drop again: nobody finds it in a catalog. */
static void
note_function(const Scan *scan, const PgsStatement *statement, const char *text)
{
    if (!is_kind(statement, "CREATE FUNCTION") && !is_kind(statement, "CREATE PROCEDURE"))
        return;
    g_autoptr(GRegex) regex =
        g_regex_new("(?:function|procedure)\\s+(?:(?:\"[^\"]*\"|[^\\s.(\"]+)\\s*\\.\\s*)?"
                    "(?:\"([^\"]*)\"|([^\\s.(\"]+))",
                    G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(regex, text, 0, &match))
        return;
    g_autofree char *quoted = g_match_info_fetch(match, 1);
    g_autofree char *plain = g_match_info_fetch(match, 2);
    pgs_loss_functions_add(scan->functions, quoted != NULL && *quoted != '\0' ? quoted : plain,
                           text);
}

static void
scan_hidden(const Scan *scan, const PgsStatement *statement, const char *text, gboolean is_body)
{
    gsize at;
    const char *function = pgs_loss_functions_called(scan->functions, text);
    g_autofree char *verb =
        function != NULL ? g_strdup_printf("calls %s(), which " MAY_CHANGE, function) : NULL;
    if (pgs_loss_words_compute(text))
        add(scan, statement->line, "computes values anew (USING)");
    else if (pgs_loss_words_change(text, strlen(text), &at))
        add(scan, statement->line, "changes or deletes rows");
    else if (is_body && (pgs_loss_words_may_change(text) || pgs_loss_words_put_together(text)))
        add(scan, statement->line, MAY_CHANGE);
    else if (function != NULL)
        add(scan, statement->line, verb);
}

static void
scan_statement(const Scan *scan, const PgsStatement *statement)
{
    g_autofree char *text = pgs_script_statement_text(scan->step->script, statement);
    note_function(scan, statement, text);
    if (is_kind(statement, "ALTER TABLE") && pgs_loss_words_compute(text)) {
        add(scan, statement->line, "computes values anew (USING)");
        return;
    }
    const char *beside = is_kind(statement, "CREATE") ? NULL : pgs_loss_words_beside_rows(text);
    if (beside != NULL) {
        add(scan, statement->line, beside);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!is_kind(statement, kinds[i].tag))
            continue;
        if (kinds[i].verb != NULL)
            add(scan, statement->line, kinds[i].verb);
        else
            scan_hidden(scan, statement, text, kinds[i].is_body);
        return;
    }
}

/* A tool's own splitter may leave several in one piece. */
static void
scan_script(const Scan *scan)
{
    const PgsScript *script = scan->step->script;
    for (guint i = 0; i < pgs_script_n_statements(script); i++) {
        const PgsStatement *piece = pgs_script_statement(script, i);
        const PgsStatement *part = pgs_script_part(script, piece, 0);
        scan_statement(scan, part);
        for (guint n = 1; part != piece; n++) {
            part = pgs_script_part(script, piece, n);
            if (part != piece)
                scan_statement(scan, part);
        }
    }
}

/* ---- texts that nothing has split ---- */

static gsize
offset_of_line(const char *text, gsize length, guint line)
{
    gsize at = 0;
    for (; line > 1 && at < length; at++)
        line -= text[at] == '\n';
    return at;
}

/* A tool's own step has the whole file, and the line at which the downgrade begins in it. */
static void
scan_text(const Scan *scan)
{
    const PgsStep *step = scan->step;
    gsize length = 0, at;
    const char *text = step->text != NULL ? g_bytes_get_data(step->text, &length) : NULL;
    gboolean is_file = step->send == PGS_SEND_TOOL;
    if (text == NULL || !g_utf8_validate(text, (gssize)length, NULL))
        return;
    gsize start = is_file ? offset_of_line(text, length, step->line) : 0;
    g_autofree char *own = g_strndup(text + start, length - start);
    if (!pgs_loss_words_change(own, strlen(own), &at)) {
        at = 0;
        if (!pgs_loss_words_compute(own) && pgs_loss_words_beside_rows(own) == NULL &&
            !pgs_loss_words_may_change(own) &&
            pgs_loss_functions_called(scan->functions, own) == NULL)
            return;
    }
    guint line = 1;
    for (gsize i = 0; i < start + at; i++)
        line += text[i] == '\n';
    if (is_file)
        add_at(scan, line, MAY_CHANGE);
    else
        add(scan, line, MAY_CHANGE);
}

/* ---- all ---- */

static void
take_functions(PgsLossFunctions *functions, const PgsLossState *state)
{
    for (guint i = 0; i < state->functions->len; i++) {
        const PgsLossFunction *function = state->functions->pdata[i];
        pgs_loss_functions_add(functions, function->name, function->definition);
    }
}

void
pgs_loss_statements(const PgsHistory *history, gint revision, const PgsLossState *before,
                    GPtrArray *candidates)
{
    const PgsRevision *one = g_ptr_array_index(history->revisions, (guint)revision);
    g_autoptr(PgsLossFunctions) functions = pgs_loss_functions_new();
    take_functions(functions, before);
    for (const PgsStep *step = one->down; step != NULL; step = step->next) {
        const Scan scan = {step, revision, functions, candidates};
        if (step->script != NULL)
            scan_script(&scan);
        else
            scan_text(&scan);
    }
}
