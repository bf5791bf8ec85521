#include "synthesis/synthesis_recipe.h"
#include "values/generator.h"
#include "volume/column_proposal.h"
#include "volume/column_route.h"
#include "volume/column_series.h"
#include "volume/column_trial.h"
#include "volume/distribution.h"

#include <string.h>

enum {
    SERIES = 16,     /* that are tried */
    GENERATED = 40,  /* values of a type that no table knows */
    PARTITIONS = 20, /* that are looked at one by one */
};

/* ---- by the type alone ---- */

/*
 * What marks rows as out of use is rarely true, though partial indexes are for the others; else by
 * what these are for, by its default, or its name.
 */
static gboolean
is_rarely_true(const PgsColumnProposal *proposal)
{
    static const char marks[] = " deleted archived removed discarded trashed ";
    static const char names[] =
        " cancelled canceled blocked banned disabled locked hidden primary default admin superuser"
        " staff failed error spam revoked suspended flagged pinned ";
    const PgsColumnPredicates *predicates = proposal->predicates;
    const char *by_default = proposal->column->default_sql;
    if (pgs_spread_name_has(proposal->column->name, marks))
        return TRUE;
    if (predicates->wants_true != predicates->wants_false)
        return predicates->wants_true;
    if (by_default != NULL && (g_str_equal(by_default, "false") || g_str_equal(by_default, "true")))
        return g_str_equal(by_default, "false");
    return pgs_spread_name_has(proposal->column->name, names);
}

/* Texts that tell kinds of rows apart, when no rule says which. */
static void
propose_kinds(PgsColumnProposal *proposal)
{
    static const char *const words[] = {"standard", "active",  "internal", "external",
                                        "premium",  "pending", "legacy",   "special"};
    static const char names[] = " type kind status state category role level class group mode phase"
                                " severity channel source event stage ";
    if (proposal->is_distinct || proposal->spread.type->category != 'S' ||
        !pgs_spread_name_has(proposal->column->name, names))
        return;
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    gint32 typmod = proposal->spread.typmod;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        PgsValue value = {.kind = PGS_VALUE_TEXT, .text = words[i]};
        if (typmod <= 4 || strlen(words[i]) <= (gsize)typmod - 4)
            g_array_append_val(values, value);
    }
    if (values->len > 1)
        pgs_column_propose_pool(proposal, values, "words, skewed");
}

static void
propose_listed(PgsColumnProposal *proposal)
{
    const PgsType *type = proposal->spread.type;
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    if (type->kind == 'e' && type->labels != NULL) {
        for (guint i = 0; i < type->labels->len; i++) {
            PgsValue value = {.kind = PGS_VALUE_TEXT, .text = type->labels->pdata[i]};
            g_array_append_val(values, value);
        }
        pgs_column_propose_pool(proposal, values, "labels, skewed");
    } else if (g_str_equal(type->name, "bool") && g_str_equal(type->schema, "pg_catalog")) {
        if (proposal->is_distinct) {
            pgs_column_proposal_add(proposal, "(i % 2 = 1)", 2, g_strdup("true and false"));
            return;
        }
        gboolean is_rare = is_rarely_true(proposal);
        g_autofree char *sql =
            g_strdup_printf("(%s %s " PGS_FILL_RARE_SQL ")", proposal->unit, is_rare ? "<" : ">=");
        pgs_column_proposal_add(proposal, sql, 2,
                                g_strdup(is_rare ? "false, rarely true" : "true, rarely false"));
    }
}

static void
add_spread(PgsColumnProposal *proposal, const PgsSpread *spread,
           gboolean (*make)(const PgsSpread *spread, guint length, PgsSpreadValue *value),
           guint length)
{
    PgsSpreadValue value = {0};
    gboolean is_known =
        make != NULL ? make(spread, length, &value) : pgs_spread_value(spread, &value);
    if (!is_known)
        return;
    gint64 n =
        value.usual > 0 ? MIN(value.usual, proposal->rows) : pgs_column_proposal_usual(proposal);
    g_autofree char *number = pgs_column_proposal_number(proposal, value.limit, &n);
    PgsSpread numbered = *spread;
    numbered.value = number;
    pgs_spread_value_clear(&value);
    if (make != NULL ? make(&numbered, length, &value) : pgs_spread_value(&numbered, &value))
        pgs_column_proposal_add(proposal, value.sql, n,
                                proposal->is_distinct
                                    ? g_strdup("different in each row")
                                    : g_strdup_printf("about %" G_GINT64_FORMAT " values", n));
    pgs_spread_value_clear(&value);
}

static gboolean
is_text(const PgsType *type)
{
    return type->category == 'S' && type->kind == 'b';
}

/* Texts of a column with such a name; then plain ones, then short ones. */
static void
propose_spread(PgsColumnProposal *proposal)
{
    add_spread(proposal, &proposal->spread, NULL, 0);
    if (!is_text(proposal->spread.type))
        return;
    PgsSpread plain = proposal->spread;
    plain.name = NULL;
    guint length = plain.typmod > 4 ? (guint)plain.typmod - 4 : 0;
    add_spread(proposal, &plain, pgs_spread_text, length);
    if (length == 0 || length > 6)
        add_spread(proposal, &plain, pgs_spread_text, 6);
}

/* ---- like what is accepted ---- */

static void
propose_series(PgsColumnProposal *proposal, PgsValue value)
{
    gint32 typmod = proposal->spread.typmod;
    gsize length = value.kind == PGS_VALUE_TEXT ? strlen(value.text) : 0;
    guint room = proposal->spread.type->category != 'S' || typmod <= 4
                     ? G_MAXUINT
                     : (guint)(MAX((gsize)typmod - 4, length) - length);
    g_autoptr(GPtrArray) series = pgs_column_series(proposal->column, value, room);
    for (guint i = 0; i < MIN(series->len, SERIES); i++) {
        gint64 limit, n = pgs_column_proposal_usual(proposal);
        g_autofree char *unnumbered = pgs_series_sql(series->pdata[i], "i", &limit);
        if (unnumbered == NULL)
            continue;
        g_autofree char *number = pgs_column_proposal_number(proposal, limit, &n);
        g_autofree char *sql = pgs_series_sql(series->pdata[i], number, &limit);
        pgs_column_proposal_add(proposal, sql, n, g_strdup_printf("like %s", value.text));
    }
}

static void
propose_generated(PgsColumnProposal *proposal)
{
    g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    guint n_distinct = 0;
    for (guint i = 0; i < GENERATED && (i == 0 || i < n_distinct); i++) {
        PgsValue value = pgs_generator_value(proposal->bench, proposal->spread.type,
                                             proposal->spread.typmod, i, &n_distinct);
        if (value.kind == PGS_VALUE_TEXT)
            pgs_value_add_once(values, value);
    }
    pgs_column_propose_pool(proposal, values, "values, skewed");
}

/* The accepted row's own: what there is always. */
static void
propose_accepted(PgsColumnProposal *proposal)
{
    PgsValue value = pgs_draft_get(proposal->accepted, proposal->column);
    if (value.kind == PGS_VALUE_DEFAULT) {
        PgsColumnFill *fill = pgs_column_fill_new();
        g_ptr_array_add(fill->columns, (gpointer)proposal->column);
        g_ptr_array_add(fill->expressions, NULL);
        fill->n_distinct = 1;
        fill->what = g_strdup("its default");
        g_ptr_array_add(proposal->fills, fill);
        return;
    }
    g_autoptr(GString) sql = g_string_new(NULL);
    pgs_value_append(sql, value);
    pgs_column_proposal_add(proposal, sql->str, 1, g_strdup("one value for all rows"));
}

/* ---- which of them are accepted ---- */

static gboolean
may_be_null(const PgsColumnProposal *proposal)
{
    const PgsRelation *relation = proposal->accepted->relation;
    if (proposal->column->not_null)
        return FALSE;
    for (const PgsType *type = proposal->column->type; type != NULL; type = type->base) {
        if (type->not_null)
            return FALSE;
    }
    gboolean is_of_partial = FALSE;
    g_autoptr(GPtrArray) keys = pgs_relation_keys(relation);
    for (guint i = 0; i < keys->len; i++) {
        const PgsRule *key = keys->pdata[i];
        g_autoptr(GPtrArray) columns = pgs_rule_key_columns(relation, key);
        if (!g_ptr_array_find(columns, proposal->column, NULL))
            continue;
        /* A partial one often says which rows have no value. */
        if (key->predicate == NULL || key->nulls_not_distinct)
            return FALSE;
        is_of_partial = TRUE;
    }
    return is_of_partial || !proposal->is_distinct;
}

static void
wrap_nulls(PgsColumnFill *fill, const char *unit, double share)
{
    char *old = fill->expressions->pdata[0];
    if (old == NULL || fill->n_distinct <= 1)
        return;
    fill->expressions->pdata[0] = pgs_distribution_nulls(unit, share, old);
    g_free(old);
}

static guint
try_one(PgsColumnTrial *trial, const PgsColumnProposal *proposal, const char *sql, gint64 upto)
{
    g_autoptr(GPtrArray) columns = g_ptr_array_new();
    g_autoptr(GPtrArray) expressions = g_ptr_array_new();
    g_ptr_array_add(columns, (gpointer)proposal->column);
    g_ptr_array_add(expressions, (gpointer)sql);
    return pgs_column_trial_add(trial, columns, expressions, upto);
}

static gboolean
is_taken(const PgsColumnProposal *proposal, const PgsColumnSample *sample)
{
    return sample->is_valid && sample->n_accepted == sample->n &&
           (!proposal->is_distinct || sample->n_distinct == sample->n);
}

/* Rules that say nothing of it (NULL) are not what it was made for. */
static gboolean
is_fulfilling(const PgsColumnProposal *proposal, const PgsColumnSample *sample)
{
    return is_taken(proposal, sample) && sample->n_fulfilled == sample->n;
}

/* Of those that all differ, such as have enough for all rows come first. */
static GPtrArray *
sort_fills(const PgsColumnProposal *proposal, GPtrArray *taken)
{
    GPtrArray *sorted = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free);
    for (guint pass = 0; pass < 2; pass++) {
        for (guint i = 0; i < taken->len; i++) {
            PgsColumnFill *fill = taken->pdata[i];
            gboolean is_first = !proposal->is_distinct || fill->n_distinct >= proposal->rows;
            if (is_first == (pass == 0))
                g_ptr_array_add(sorted, fill);
        }
    }
    return sorted;
}

/* The proposals that the server accepts. */
typedef struct {
    GPtrArray *taken; /* PgsColumnFill: rules are fulfilled by them */
    GPtrArray *weak;  /* likewise: rules do not refuse them */
    gboolean is_nullable;
} Accepted;

static void
take_fill(const PgsColumnProposal *proposal, const PgsColumnSample *sample, PgsColumnFill *fill,
          Accepted *accepted)
{
    if (is_fulfilling(proposal, sample))
        g_ptr_array_add(accepted->taken, fill);
    else if (is_taken(proposal, sample))
        g_ptr_array_add(accepted->weak, fill);
    else
        pgs_column_fill_free(fill);
}

/* Before any attempt is added. */
static guint
probe_partitions(PgsColumnTrial *trial, const PgsColumnProposal *proposal)
{
    g_autoptr(GPtrArray) routes = pgs_route_conditions(proposal->accepted->relation, PARTITIONS);
    if (proposal->route == NULL || proposal->accepted->relation->kind != 'p')
        return 0;
    for (guint i = 0; i < routes->len; i++)
        pgs_column_trial_probe(trial, routes->pdata[i]);
    return routes->len;
}

static guint
count_reached(const PgsColumnSample *sample, guint n_probes)
{
    guint n = 0;
    for (guint i = 0; sample->is_valid && i < n_probes; i++)
        n += sample->n_true[i] > 0 ? 1 : 0;
    return n;
}

static gboolean
try_fills(PgsColumnProposal *proposal, Accepted *accepted, GError **error)
{
    g_autoptr(PgsColumnTrial) trial =
        pgs_column_trial_new(proposal->bench, proposal->accepted, proposal->conditions);
    g_autoptr(GPtrArray) fills = g_steal_pointer(&proposal->fills);
    proposal->fills = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free);
    guint n_probes = probe_partitions(trial, proposal);
    for (guint i = 0; i < fills->len; i++) {
        const PgsColumnFill *fill = fills->pdata[i];
        gint64 upto =
            proposal->is_distinct ? MIN(fill->n_distinct, proposal->rows) : proposal->rows;
        try_one(trial, proposal, fill->expressions->pdata[0], upto);
    }
    guint null = try_one(trial, proposal, "NULL", 1);
    if (!pgs_column_trial_run(trial, error))
        return FALSE;
    accepted->is_nullable =
        may_be_null(proposal) && is_taken(proposal, pgs_column_trial_sample(trial, null));
    g_ptr_array_set_free_func(fills, NULL);
    /* Those that reach more partitions before those that reach fewer. */
    for (guint reach = n_probes + 1; reach > 0; reach--) {
        for (guint i = 0; i < fills->len; i++) {
            const PgsColumnSample *sample = pgs_column_trial_sample(trial, i);
            if (count_reached(sample, n_probes) == reach - 1)
                take_fill(proposal, sample, fills->pdata[i], accepted);
        }
    }
    return TRUE;
}

static gboolean
propose_by_type(PgsColumnProposal *proposal, GError **error)
{
    propose_listed(proposal);
    propose_kinds(proposal);
    if (!pgs_column_propose_document(proposal, error))
        return FALSE;
    propose_spread(proposal);
    return TRUE;
}

static gboolean
propose_by_rules(PgsColumnProposal *proposal, GError **error)
{
    PgsValue value = pgs_draft_get(proposal->accepted, proposal->column);
    if (!pgs_column_propose_span(proposal, error) || !pgs_column_proposal_take(proposal, error))
        return FALSE;
    propose_series(proposal, value);
    if (proposal->taken->len > 0 &&
        !pgs_value_equal(value, g_array_index(proposal->taken, PgsValue, 0)))
        propose_series(proposal, g_array_index(proposal->taken, PgsValue, 0));
    pgs_column_propose_pool(proposal, proposal->taken, "values that its rules name");
    return TRUE;
}

/* Where partitions are chosen by it, all of them are to have rows. */
static gboolean
propose_all(PgsColumnProposal *proposal, Accepted *accepted, GError **error)
{
    gboolean is_routed = proposal->route != NULL;
    if (!propose_by_type(proposal, error) || (is_routed && !propose_by_rules(proposal, error)))
        return FALSE;
    if (!try_fills(proposal, accepted, error))
        return FALSE;
    if (accepted->taken->len > 0 || is_routed)
        return TRUE;
    if (!propose_by_rules(proposal, error))
        return FALSE;
    propose_generated(proposal);
    return try_fills(proposal, accepted, error);
}

static GPtrArray *
finish(PgsColumnProposal *proposal, Accepted *accepted, GError **error)
{
    GPtrArray *fills = accepted->taken;
    g_ptr_array_extend_and_steal(fills, g_steal_pointer(&accepted->weak));
    if (!proposal->is_distinct) {
        propose_accepted(proposal);
        g_ptr_array_add(fills, g_ptr_array_steal_index(proposal->fills, 0));
    }
    g_ptr_array_set_free_func(fills, NULL);
    accepted->taken = sort_fills(proposal, fills);
    g_ptr_array_unref(fills);
    return pgs_column_mix_wanted(proposal, accepted->taken, error)
               ? g_steal_pointer(&accepted->taken)
               : NULL;
}

GPtrArray *
pgs_column_propose_bare(PgsBench *bench, const PgsDraft *accepted, const PgsColumn *column,
                        gint64 rows, gboolean is_distinct, gboolean *is_nullable, GError **error)
{
    PgsColumnProposal proposal;
    GPtrArray *fills = NULL;
    Accepted found = {
        .taken = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free),
        .weak = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_column_fill_free),
    };
    if (pgs_column_proposal_init(&proposal, bench, accepted, column, rows, is_distinct, error) &&
        propose_all(&proposal, &found, error))
        fills = finish(&proposal, &found, error);
    *is_nullable = found.is_nullable;
    g_clear_pointer(&found.taken, g_ptr_array_unref);
    g_clear_pointer(&found.weak, g_ptr_array_unref);
    pgs_column_proposal_clear(&proposal);
    return fills;
}

GPtrArray *
pgs_column_fill_propose(PgsBench *bench, const PgsDraft *accepted, const PgsColumn *column,
                        gint64 rows, gboolean is_distinct, GError **error)
{
    gboolean is_nullable = FALSE;
    g_autofree char *stream =
        g_strdup_printf("%s.%s null", accepted->relation->identity, column->name);
    g_autofree char *unit = pgs_fill_unit(pgs_bench_seed(bench), stream, "i");
    g_autoptr(PgsColumnPredicates) predicates =
        pgs_column_predicates_read(bench, accepted->relation, column, error);
    if (predicates == NULL)
        return NULL;
    double share = pgs_column_null_share(column, predicates);
    GPtrArray *fills =
        pgs_column_propose_bare(bench, accepted, column, rows, is_distinct, &is_nullable, error);
    for (guint i = 0; fills != NULL && is_nullable && i < fills->len; i++)
        wrap_nulls(fills->pdata[i], unit, share);
    return fills;
}
