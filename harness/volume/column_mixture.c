#include "base/text.h"
#include "volume/column_proposal.h"
#include "volume/column_trial.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    CANDIDATES = 40, /* values that are tried for what a predicate wants */
    EACH = 2,        /* values for one condition */
    FILLS = 2,       /* the most realistic ones: the others are seldom needed */
    POOL = 60,       /* values that a fill draws from by their weights, at most */
    FEW = 2,         /* percent: fewer rows are as good as none, so many less than all as all */
};

typedef struct {
    PgsColumnProposal *proposal;
    GPtrArray *fills;
    GArray *candidates; /* PgsValue */
    PgsColumnTrial *trial;
} Mixture;

static void
list_candidates(Mixture *mixture)
{
    const PgsColumnProposal *proposal = mixture->proposal;
    for (guint i = 0; i < proposal->predicates->texts->len; i++) {
        PgsValue value = {.kind = PGS_VALUE_TEXT, .text = proposal->predicates->texts->pdata[i]};
        pgs_value_add_once(mixture->candidates, value);
    }
    for (guint i = 0; i < proposal->taken->len && mixture->candidates->len < CANDIDATES; i++)
        pgs_value_add_once(mixture->candidates, g_array_index(proposal->taken, PgsValue, i));
}

static void
try_expression(const Mixture *mixture, const char *sql, gint64 upto)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) expressions = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)mixture->proposal->column);
    g_ptr_array_add(expressions, (gpointer)sql);
    pgs_column_trial_add(mixture->trial, columns, expressions, upto);
}

/* First the fills, then the candidates. */
static gboolean
try_all(const Mixture *mixture, GError **error)
{
    for (guint i = 0; i < mixture->fills->len; i++) {
        const PgsColumnFill *fill = mixture->fills->pdata[i];
        const char *sql = fill->expressions->pdata[0];
        try_expression(mixture, sql != NULL ? sql : "NULL", mixture->proposal->rows);
    }
    for (guint i = 0; i < mixture->candidates->len; i++) {
        g_autoptr(GString) sql = g_string_new(NULL);
        pgs_value_append(sql, g_array_index(mixture->candidates, PgsValue, i));
        try_expression(mixture, sql->str, 1);
    }
    return pgs_column_trial_run(mixture->trial, error);
}

/* Values that fulfil the condition, or that do not, are added to values. */
static void
choose(const Mixture *mixture, guint condition, gboolean is_wanted, GArray *values)
{
    guint n = 0;
    for (guint i = 0; i < mixture->candidates->len && n < EACH; i++) {
        const PgsColumnSample *sample =
            pgs_column_trial_sample(mixture->trial, mixture->fills->len + i);
        if (!sample->is_valid || sample->n_accepted < sample->n ||
            (sample->n_true[condition] > 0) != is_wanted)
            continue;
        pgs_value_add_once(values, g_array_index(mixture->candidates, PgsValue, i));
        n++;
    }
}

static void
mix_in(const Mixture *mixture, PgsColumnFill *fill, const GArray *values)
{
    const PgsColumnProposal *proposal = mixture->proposal;
    g_autofree char *stream = g_strdup_printf("%s wanted", proposal->stream);
    g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(proposal->bench), stream, "i");
    g_autoptr(GString) pool = g_string_new(NULL);
    for (guint i = 0; i < values->len; i++) {
        g_string_append(pool, i > 0 ? ", " : "");
        pgs_text_append_literal(pool, g_array_index(values, PgsValue, i).text);
    }
    char *old = fill->expressions->pdata[0];
    /* The unit is below the share there: divided by it, it is a unit again. */
    fill->expressions->pdata[0] = g_strdup_printf(
        "CASE WHEN %s < " PGS_FILL_RARE_SQL " THEN CAST((ARRAY[%s]::pg_catalog.text[])[1 +"
        " pg_catalog.floor(%s / " PGS_FILL_RARE_SQL " * %u)::pg_catalog.int4] AS %s) ELSE %s END",
        unit, pool->str, unit, values->len, proposal->column->type_sql, old);
    g_free(old);
    fill->n_distinct += values->len;
}

/*
 * Where rows have to differ, each wanted value takes one number's place, from 2 on: of rows that
 * are counted within what they refer to, many have a first one.  Numbers and times have it anyway.
 */
static void
place_wanted(const Mixture *mixture, PgsColumnFill *fill)
{
    const PgsColumnProposal *proposal = mixture->proposal;
    g_autoptr(GString) sql = g_string_new("CASE i");
    guint n = 0;
    for (guint i = 0; i < proposal->predicates->texts->len; i++) {
        const char *text = proposal->predicates->texts->pdata[i];
        const PgsColumnSample *sample =
            pgs_column_trial_sample(mixture->trial, mixture->fills->len + i);
        if (!sample->is_valid || sample->n_accepted < sample->n)
            continue;
        g_string_append_printf(sql, " WHEN %u THEN CAST(", 2 + n++);
        pgs_text_append_literal(sql, text);
        g_string_append_printf(sql, " AS %s)", proposal->column->type_sql);
    }
    char *old = fill->expressions->pdata[0];
    g_string_append_printf(sql, " ELSE %s END", old);
    if (n == 0 || fill->n_distinct < proposal->rows)
        return;
    fill->expressions->pdata[0] = g_strdup(sql->str);
    g_free(old);
}

/*
 * It is one of the fill's few values: its share follows from the distribution, and whether so few
 * rows as were tried have it is chance.
 */
static gboolean
is_drawn(const PgsColumnFill *fill, const char *text)
{
    g_autoptr(GString) literal = g_string_new(NULL);
    pgs_text_append_literal(literal, text);
    return fill->n_distinct <= POOL && strstr(fill->expressions->pdata[0], literal->str) != NULL;
}

static void
mix_fill(const Mixture *mixture, guint at)
{
    const PgsColumnSample *sample = pgs_column_trial_sample(mixture->trial, at);
    PgsColumnFill *fill = mixture->fills->pdata[at];
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    if (!sample->is_valid || fill->n_distinct <= 1 || fill->expressions->pdata[0] == NULL)
        return;
    for (guint i = 0; i < mixture->proposal->predicates->conditions->len; i++) {
        guint n_true = sample->n_true[i];
        if (is_drawn(fill, mixture->proposal->predicates->constants->pdata[i]))
            continue;
        if (n_true * 100 < sample->n * FEW)
            choose(mixture, i, TRUE, values);
        else if (n_true * 100 > sample->n * (100 - FEW))
            choose(mixture, i, FALSE, values);
    }
    if (values->len > 0)
        mix_in(mixture, fill, values);
}

gboolean
pgs_column_mix_wanted(PgsColumnProposal *proposal, GPtrArray *fills, GError **error)
{
    const PgsColumnPredicates *predicates = proposal->predicates;
    if (predicates->conditions->len == 0 ||
        (proposal->is_distinct && proposal->spread.type->category != 'S'))
        return TRUE;
    if (!pgs_column_proposal_take(proposal, error))
        return FALSE;
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    g_autoptr(PgsColumnTrial) trial =
        pgs_column_trial_new(proposal->bench, proposal->accepted, proposal->conditions);
    Mixture mixture = {proposal, fills, candidates, trial};
    for (guint i = 0; i < predicates->conditions->len; i++)
        pgs_column_trial_probe(trial, predicates->conditions->pdata[i]);
    list_candidates(&mixture);
    if (!try_all(&mixture, error))
        return FALSE;
    for (guint i = 0; i < MIN(fills->len, FILLS); i++) {
        if (proposal->is_distinct)
            place_wanted(&mixture, fills->pdata[i]);
        else
            mix_fill(&mixture, i);
    }
    return TRUE;
}
