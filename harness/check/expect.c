#include "check/expect.h"

#include "check/expect_find.h"
#include "check/expect_name.h"
#include "check/expect_nearest.h"
#include "check/expect_unlisted.h"
#include "check/expect_words.h"

#include <string.h>

#define ADVICE_MEND                                                                                \
    "mend it in a migration, or say in the expectations what is meant (\"any\": whatever is "      \
    "there)"

/* One pass over expectations: finished when it has left nobody waiting for the server. */
typedef struct {
    const PgsExpectContext *context;
    const PgsLookup *lookup;
    PgsSpeller *speller;
    GHashTable *listed; /* const PgsObject *: that expectations are about */
} Judge;

/* The objects that an expectation is about, with their comparisons beside them. */
typedef struct {
    const PgsObject *object; /* NULL: none */
    GPtrArray *comparisons;
} Match;

static PgsFinding *
new_finding(const Judge *judge, const PgsExpectation *expectation, PgsStatus status)
{
    g_autofree char *title = pgs_expect_title(expectation);
    PgsFinding *finding =
        pgs_finding_new(pgs_expect_check_id(expectation->kind, expectation->absent), status,
                        judge->context->system, judge->context->revision, title);
    finding->file = g_strdup(expectation->place.file);
    finding->line = expectation->place.line;
    finding->column = expectation->place.column;
    for (char **id = expectation->requirements; *id != NULL; id++)
        pgs_finding_add_requirement(finding, *id);
    return finding;
}

static void
set_missing(PgsFinding *finding, const PgsExpectScope *scope)
{
    const PgsExpectation *expectation = scope->expectation;
    finding->status = PGS_STATUS_FAILED;
    finding->object = pgs_expect_object(expectation, NULL);
    finding->expected = pgs_expect_describe_said(expectation);
    finding->actual = g_strdup("it is not there");
    if (expectation->relation != NULL && scope->relation == NULL) {
        finding->message = g_strdup_printf("there is no table %s", expectation->relation);
        finding->hint = pgs_expect_nearest_relation(scope);
        return;
    }
    finding->message = g_strdup("it is not there");
    finding->hint = pgs_expect_nearest(scope);
}

static void
set_refused(PgsFinding *finding, const PgsExpectation *expectation, const PgsSpelling *refusal)
{
    finding->status = PGS_STATUS_ERROR;
    g_free(finding->message);
    finding->message =
        g_strdup_printf("the server does not understand the expectation: %s", refusal->reason);
    if (finding->object == NULL)
        finding->object = pgs_expect_object(expectation, NULL);
    if (finding->expected == NULL)
        finding->expected = pgs_expect_describe_said(expectation);
    g_free(finding->hint);
    finding->hint = g_strdup("write it as SQL that could stand in the CREATE statement, with the "
                             "names that the schema has at this revision");
}

/* SQLSTATE 42703, undefined_column: the expectation is clear, the schema lacks what it speaks of.
 */
static gboolean
is_schemas_fault(const PgsSpelling *refusal)
{
    return g_strcmp0(refusal->code, "42703") == 0;
}

static const PgsSpelling *
first_refusal(const GPtrArray *comparisons)
{
    for (guint i = 0; i < comparisons->len; i++) {
        const PgsComparison *comparison = g_ptr_array_index(comparisons, i);
        if (comparison->refusal != NULL && !is_schemas_fault(comparison->refusal))
            return comparison->refusal;
    }
    return NULL;
}

static void
set_compared(PgsFinding *finding, const PgsExpectation *expectation, const Match *match)
{
    finding->object = pgs_expect_object(expectation, match->object);
    finding->expected = pgs_expect_describe(match->comparisons, FALSE);
    finding->actual = pgs_expect_describe(match->comparisons, TRUE);
    if (pgs_comparisons_n_wrong(match->comparisons) == 0)
        return;
    finding->status = PGS_STATUS_FAILED;
    finding->message = pgs_expect_message(match->comparisons);
    finding->detail = pgs_expect_detail(match->comparisons);
    finding->sql = pgs_expect_fact(match->object, match->comparisons);
    finding->hint = g_strdup(ADVICE_MEND);
    const PgsSpelling *refusal = first_refusal(match->comparisons);
    if (refusal != NULL)
        set_refused(finding, expectation, refusal);
}

/* An index, found by its name, that is another table's. */
static void
check_relation(PgsFinding *finding, const PgsExpectScope *scope, const PgsObject *object)
{
    if (scope->expectation->relation == NULL || scope->relation == NULL || object->parent == NULL ||
        strcmp(object->parent, scope->relation->identity) == 0)
        return;
    g_autofree char *before = finding->message;
    finding->status = PGS_STATUS_FAILED;
    finding->message = g_strdup_printf("it belongs to %s, expected %s%s%s", object->parent,
                                       scope->relation->identity, before != NULL ? "; " : "",
                                       before != NULL ? before : "");
    if (finding->hint == NULL)
        finding->hint = g_strdup(ADVICE_MEND);
}

/* ---------------------------------------------------------------------- of several, which -- */

static void
match_clear(gpointer data)
{
    g_ptr_array_unref(((Match *)data)->comparisons);
}

/* The objects that can be meant; of unnamed ones those that have what makes them known. */
static GArray *
find_matches(const PgsExpectScope *scope, const PgsExpectSubjects *subjects)
{
    GArray *matches = g_array_new(FALSE, FALSE, sizeof(Match));
    g_array_set_clear_func(matches, match_clear);
    const char *identifying = pgs_expect_identifying(scope->expectation->kind);
    for (guint i = 0; i < subjects->objects->len; i++) {
        const PgsObject *object = g_ptr_array_index(subjects->objects, i);
        Match match = {object, pgs_expect_compare(scope, object)};
        const PgsComparison *known =
            identifying != NULL ? pgs_comparison_find(match.comparisons, identifying) : NULL;
        if (subjects->are_named || identifying == NULL || (known != NULL && known->is_equal) ||
            (known != NULL && known->refusal != NULL))
            g_array_append_val(matches, match);
        else
            g_ptr_array_unref(match.comparisons);
    }
    return matches;
}

/*
 * The one to be judged: the best, since one rule that holds is enough.  Of foreign keys over the
 * same columns the worst: each does what it says whatever the other says.
 */
static const Match *
choose(const PgsExpectation *expectation, const GArray *matches)
{
    gboolean is_worst = strcmp(expectation->kind, "foreign key") == 0;
    const Match *chosen = NULL;
    guint chosen_wrong = 0;
    for (guint i = 0; i < matches->len; i++) {
        const Match *match = &g_array_index(matches, Match, i);
        guint wrong = pgs_comparisons_n_wrong(match->comparisons);
        if (chosen == NULL || (is_worst ? wrong > chosen_wrong : wrong < chosen_wrong)) {
            chosen = match;
            chosen_wrong = wrong;
        }
    }
    return chosen;
}

static PgsFinding *
judge_present(const Judge *judge, const PgsExpectScope *scope)
{
    const PgsExpectation *expectation = scope->expectation;
    PgsFinding *finding = new_finding(judge, expectation, PGS_STATUS_PASSED);
    g_auto(PgsExpectSubjects) subjects;
    pgs_expect_find(scope, &subjects);
    g_autoptr(GArray) matches = find_matches(scope, &subjects);
    const Match *match = choose(expectation, matches);
    if (match != NULL) {
        g_hash_table_add(judge->listed, (gpointer)match->object);
        set_compared(finding, expectation, match);
        check_relation(finding, scope, match->object);
    } else if (subjects.refusal != NULL) {
        set_refused(finding, expectation, subjects.refusal);
    } else {
        set_missing(finding, scope);
    }
    return finding;
}

/* ------------------------------------------------------------------- what must not be there -- */

/* Whether a key is over all of the columns, and perhaps more. */
static gboolean
covers(const PgsExpectScope *scope, const PgsObject *object)
{
    const char *columns;
    if (!pgs_expectation_get(scope->expectation, "columns", &columns) || columns == NULL)
        return TRUE;
    const char *has = pgs_object_get(object, "columns");
    g_auto(GStrv) actual = pgs_expect_list_names(has);
    g_auto(GStrv) wanted = pgs_expect_list_names(columns);
    for (char **name = wanted; *name != NULL; name++) {
        if (!g_strv_contains((const char *const *)actual, *name))
            return FALSE;
    }
    return TRUE;
}

static PgsFinding *
judge_absent(const Judge *judge, const PgsExpectScope *scope)
{
    const PgsExpectation *expectation = scope->expectation;
    PgsFinding *finding = new_finding(judge, expectation, PGS_STATUS_PASSED);
    g_auto(PgsExpectSubjects) subjects;
    pgs_expect_find(scope, &subjects);
    const PgsObject *present = NULL;
    for (guint i = 0; present == NULL && i < subjects.objects->len; i++) {
        const PgsObject *object = g_ptr_array_index(subjects.objects, i);
        if (subjects.are_named || covers(scope, object))
            present = object;
    }
    finding->object = pgs_expect_object(expectation, present);
    finding->expected = g_strdup("it is not there");
    finding->actual = g_strdup(present != NULL ? "it is there" : "it is not there");
    if (present == NULL)
        return finding;
    finding->status = PGS_STATUS_FAILED;
    finding->message =
        g_strdup_printf("%s %s is there, and must not be", present->kind, present->identity);
    g_autoptr(GPtrArray) nothing = g_ptr_array_new();
    finding->sql = pgs_expect_fact(present, nothing);
    finding->hint = g_strdup("drop it in a migration, or take it out of \"absent\"");
    return finding;
}

/* --------------------------------------------------------------------------------- all of it -- */

static PgsFinding *
judge_one(const Judge *judge, const PgsExpectation *expectation)
{
    g_auto(PgsExpectScope) scope;
    pgs_expect_scope_init(&scope, expectation, judge->lookup, judge->speller);
    return expectation->absent ? judge_absent(judge, &scope) : judge_present(judge, &scope);
}

/* One pass; what it finds holds when it has left nothing for the server to answer. */
static void
go_over(Judge *judge, PgsExpectation *const *items, guint n, GPtrArray *found)
{
    g_ptr_array_set_size(found, 0);
    g_hash_table_remove_all(judge->listed);
    for (guint i = 0; i < n; i++) {
        gint64 start = g_get_monotonic_time();
        PgsFinding *finding = judge_one(judge, items[i]);
        finding->duration = g_get_monotonic_time() - start;
        g_ptr_array_add(found, finding);
    }
}

/* Questions end: a signature leads to an object, that to its attributes, these to no more. */
static GPtrArray *
judge_items(Judge *judge, PgsExpectation *const *items, guint n, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    go_over(judge, items, n, found);
    while (pgs_speller_is_waiting(judge->speller)) {
        if (!pgs_speller_answer(judge->speller, judge->context->connection, error))
            return NULL;
        go_over(judge, items, n, found);
    }
    return g_steal_pointer(&found);
}

static void
judge_clear(Judge *judge)
{
    pgs_lookup_free((PgsLookup *)judge->lookup);
    pgs_speller_free(judge->speller);
    g_hash_table_unref(judge->listed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Judge, judge_clear)

static void
judge_init(Judge *judge, const PgsExpectContext *context)
{
    *judge = (Judge){
        .context = context,
        .lookup = pgs_lookup_new(context->snapshot),
        .speller = pgs_speller_new(),
        .listed = g_hash_table_new(NULL, NULL),
    };
}

gboolean
pgs_expect_judge(const PgsExpectations *expectations, const PgsExpectContext *context,
                 GPtrArray *findings, GError **error)
{
    g_auto(Judge) judge;
    judge_init(&judge, context);
    g_autoptr(GPtrArray) found =
        judge_items(&judge, (PgsExpectation *const *)expectations->items->pdata,
                    expectations->items->len, error);
    if (found == NULL)
        return FALSE;
    pgs_expect_add_unlisted(expectations, context, judge.lookup, judge.listed, found);
    gsize n;
    g_autofree gpointer *taken = g_ptr_array_steal(found, &n);
    for (gsize i = 0; i < n; i++)
        g_ptr_array_add(findings, taken[i]);
    return TRUE;
}

PgsFinding *
pgs_expect_judge_one(const PgsExpectation *expectation, const PgsExpectContext *context,
                     GError **error)
{
    g_auto(Judge) judge;
    judge_init(&judge, context);
    PgsExpectation *const items[] = {(PgsExpectation *)expectation};
    g_autoptr(GPtrArray) found = judge_items(&judge, items, 1, error);
    return found != NULL ? g_ptr_array_steal_index(found, 0) : NULL;
}
