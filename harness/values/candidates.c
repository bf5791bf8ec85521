#include "values/candidates.h"

#include "base/text.h"
#include "values/candidates_complete.h"
#include "values/candidates_said.h"
#include "values/candidates_sources.h"

#include <string.h>

enum {
    LIMIT = 40,         /* values that are not said */
    LIMIT_SHAPES = 140, /* likewise, where any text may be the right one */
    ORDINARY = 4,       /* values of the type */
    ELSEWHERE = 60,     /* constants of triggers and functions */
};

/* ---- values ---- */

/* What is said of the columns that this one is compared with may be its values too. */
static void
add_compared_columns(PgsCandidateList *list, const PgsColumn *column, const GPtrArray *sayings)
{
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        const PgsColumn *other = saying->kind == PGS_SAYING_COLUMN && saying->other != NULL
                                     ? pgs_relation_column(column->relation, saying->other)
                                     : NULL;
        if (other == NULL || other == column)
            continue;
        PgsCandidateSources sources;
        pgs_candidate_sources_init(&sources, list->bench, other->name);
        pgs_candidate_sources_take_checks(&sources, other);
        for (guint k = 0; k < sources.sayings->len; k++) {
            const PgsSaying *said = g_ptr_array_index(sources.sayings, k);
            list->rank = PGS_RANK_NEXT;
            if (said->kind == PGS_SAYING_COMPARED && said->text != NULL)
                pgs_candidate_list_adapt(list, said->text);
        }
        pgs_candidate_sources_clear(&sources);
    }
}

/* a >= b + '1 hour': that much more than an ordinary value of b, as the server reckons. */
static void
add_distances(PgsCandidateList *list, const PgsColumn *column, const GPtrArray *sayings)
{
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        if (saying->kind != PGS_SAYING_COLUMN || saying->other == NULL ||
            saying->other_steps->len != 1)
            continue;
        const PgsSayingStep *step = g_ptr_array_index(saying->other_steps, 0);
        const PgsColumn *other = pgs_relation_column(column->relation, saying->other);
        if (other == NULL || step->is_mixed || step->position != 0 || strlen(step->name) != 1 ||
            strchr("+-*/", step->name[0]) == NULL)
            continue;
        PgsValue value = pgs_generator_value(list->bench, other->type, other->typmod, 0, NULL);
        if (value.kind != PGS_VALUE_TEXT)
            continue;
        g_autoptr(GString) sql = g_string_new("(");
        pgs_value_append(sql, value);
        g_string_append_printf(sql, "::%s %s ", other->type->sql, step->name);
        pgs_text_append_literal(sql, step->arguments[0]);
        g_string_append_printf(sql, ")::%s", list->base->sql);
        list->rank = PGS_RANK_NEXT;
        pgs_candidate_list_add_around(list, pgs_bench_expression(list->bench, sql->str));
    }
}

static gboolean
is_compared(const GPtrArray *sayings)
{
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        if (saying->kind == PGS_SAYING_COLUMN)
            return TRUE;
    }
    return FALSE;
}

/* n: how many; their neighbours too where order matters. */
static void
add_ordinary(PgsCandidateList *list, guint n, gboolean with_neighbours)
{
    guint n_distinct = G_MAXUINT;
    list->rank = PGS_RANK_ORDINARY;
    for (guint i = 0; i < MIN(n, n_distinct); i++) {
        PgsValue value = pgs_generator_value(list->bench, list->base, list->typmod, i, &n_distinct);
        if (value.kind == PGS_VALUE_NULL)
            break;
        pgs_candidate_list_add(list, value);
        if (with_neighbours && i == 1)
            pgs_candidate_list_add_around(list, value);
    }
}

static void
add_edges(PgsCandidateList *list)
{
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(PgsValue));
    pgs_generator_edges(list->bench, list->base, list->typmod, edges);
    list->rank = PGS_RANK_EDGE;
    for (guint i = 0; i < edges->len; i++)
        pgs_candidate_list_add(list, g_array_index(edges, PgsValue, i));
}

static void
add_exhausted(PgsCandidateList *list)
{
    list->rank = PGS_RANK_NEXT;
    if (list->base->kind == 'e' && list->base->labels != NULL) {
        for (guint i = 0; i < list->base->labels->len; i++)
            pgs_candidate_list_add_text(list, g_ptr_array_index(list->base->labels, i));
    } else if (pgs_candidate_list_is(list, "bool")) {
        pgs_candidate_list_add_text(list, "true");
        pgs_candidate_list_add_text(list, "false");
    }
}

/* A constant that looks as if it were a pattern or a jsonpath. */
static void
add_guessed(PgsCandidateList *list, const char *text)
{
    gboolean is_pattern = pgs_candidate_list_is_text(list) && strpbrk(text, "^$[\\") != NULL;
    gboolean is_path = g_str_has_prefix(list->base->name, "json") && text[0] == '$';
    if (!is_pattern && !is_path)
        return;
    g_autoptr(GPtrArray) steps = g_ptr_array_new();
    g_autoptr(GPtrArray) sayings = g_ptr_array_new();
    PgsSaying saying = {.kind = is_pattern ? PGS_SAYING_PATTERN : PGS_SAYING_COMPARED,
                        .operator= is_path ? g_strdup("@?") : NULL,
                        .constant = PGS_CONSTANT_STRING,
                        .steps = steps,
                        .syntax = PGS_PATTERN_REGEX,
                        .text = (char *)text};
    g_ptr_array_add(sayings, &saying);
    pgs_candidates_add_said(list, sayings);
    g_free(saying.operator);
}

/* Constants that may be anything: values, lengths, patterns. */
static void
add_constants(PgsCandidateList *list, const PgsCandidateSources *sources)
{
    for (guint i = 0; i < MIN(sources->constants->len, ELSEWHERE); i++) {
        const PgsNode *constant = g_ptr_array_index(sources->constants, i);
        list->rank = PGS_RANK_ELSEWHERE;
        pgs_candidate_list_adapt(list, constant->text);
        if (constant->constant == PGS_CONSTANT_STRING)
            add_guessed(list, constant->text);
    }
}

static void
add_default(PgsCandidateList *list, const char *default_sql)
{
    g_autoptr(PgsNode) node = default_sql != NULL ? pgs_expression_parse(default_sql, NULL) : NULL;
    list->rank = PGS_RANK_DEFAULT;
    if (node != NULL && pgs_node_strip(node)->kind == PGS_NODE_CONSTANT)
        pgs_candidate_list_adapt(list, pgs_node_strip(node)->text);
}

static void
add_all(PgsCandidateList *list, const PgsCandidateSources *sources, const PgsColumn *column)
{
    add_exhausted(list);
    pgs_candidates_add_said(list, sources->sayings);
    pgs_candidates_add_between(list, sources->sayings);
    pgs_candidates_add_said(list, sources->others);
    if (column != NULL) {
        add_compared_columns(list, column, sources->sayings);
        add_distances(list, column, sources->sayings);
    }
    add_ordinary(list, ORDINARY, is_compared(sources->sayings));
    add_edges(list);
    pgs_candidates_add_said(list, sources->distant);
    add_constants(list, sources);
}

static PgsCandidates *
finish(PgsCandidateList *list, const PgsCandidateSources *sources, const PgsColumn *column)
{
    guint n_cut;
    PgsCandidates *candidates = g_new0(PgsCandidates, 1);
    candidates->column = column;
    candidates->values =
        pgs_candidate_list_finish(list, list->has_shapes ? LIMIT_SHAPES : LIMIT, &n_cut);
    candidates->is_complete = n_cut == 0 && !sources->is_ingredient &&
                              pgs_candidates_are_complete(list, sources->rules, sources->sayings);
    return candidates;
}

static void
candidates_free(gpointer data)
{
    PgsCandidates *candidates = data;
    g_array_unref(candidates->values);
    g_free(candidates);
}

static gboolean
may_be_null(const PgsColumn *column)
{
    if (column->not_null)
        return FALSE;
    for (const PgsType *type = column->type; type != NULL; type = type->base) {
        if (type->kind == 'd' && type->not_null)
            return FALSE;
    }
    return TRUE;
}

const PgsCandidates *
pgs_candidates_of_column(PgsBench *bench, const PgsColumn *column, GError **error)
{
    (void)error;
    const PgsRelation *relation = column->relation;
    g_autofree char *key =
        g_strdup_printf("candidates.column %u %d",
                        relation != NULL ? relation->oid : column->type->oid, column->number);
    PgsCandidates *candidates = pgs_bench_recall(bench, key);
    if (candidates != NULL)
        return candidates;
    PgsCandidateSources sources;
    pgs_candidate_sources_init(&sources, bench, column->name);
    pgs_candidate_sources_take_column(&sources, column);
    g_autoptr(PgsCandidateList) list = pgs_candidate_list_new(bench, column->type, column->typmod);
    add_default(list, column->default_sql);
    for (const PgsType *type = column->type; type->kind == 'd' && type->base != NULL;
         type = type->base)
        add_default(list, type->domain_default);
    add_all(list, &sources, relation != NULL ? column : NULL);
    list->rank = PGS_RANK_DEFAULT;
    if (may_be_null(column))
        pgs_candidate_list_add(list, (PgsValue){PGS_VALUE_NULL, NULL});
    candidates = finish(list, &sources, column);
    pgs_candidate_sources_clear(&sources);
    pgs_bench_remember(bench, key, candidates, candidates_free);
    return candidates;
}

const PgsCandidates *
pgs_candidates_of_domain(PgsBench *bench, const PgsType *domain, GError **error)
{
    (void)error;
    g_autofree char *key = g_strdup_printf("candidates.domain %u", domain->oid);
    PgsCandidates *candidates = pgs_bench_recall(bench, key);
    if (candidates != NULL)
        return candidates;
    PgsCandidateSources sources;
    pgs_candidate_sources_init(&sources, bench, NULL);
    pgs_candidate_sources_take_domains(&sources, domain);
    g_autoptr(PgsCandidateList) list = pgs_candidate_list_new(bench, domain, -1);
    add_default(list, domain->domain_default);
    add_all(list, &sources, NULL);
    list->rank = PGS_RANK_DEFAULT;
    pgs_candidate_list_add(list, (PgsValue){PGS_VALUE_NULL, NULL});
    candidates = finish(list, &sources, NULL);
    pgs_candidate_sources_clear(&sources);
    pgs_bench_remember(bench, key, candidates, candidates_free);
    return candidates;
}
