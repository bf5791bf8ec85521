#include "plan/reason_case.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <string.h>

extern const PgsEmbedded pgs_plan_files[];

/* The key is compared as it is, by what its operator class or collation does not serve. */

/* Calls for each condition on a key that the index might take. */
typedef gboolean (*ConditionFunc)(const PgsReasonCase *reason_case, GPtrArray *proposals,
                                  const PgsCondition *condition, guint number, GError **error);

static gboolean
for_each(const PgsReasonCase *reason_case, GPtrArray *proposals, ConditionFunc func, GError **error)
{
    const GPtrArray *conditions = reason_case->asked->conditions;
    for (guint i = 0; i < pgs_reason_n_keys(reason_case); i++) {
        for (guint j = 0; j < conditions->len; j++) {
            const PgsCondition *condition = conditions->pdata[j];
            if (!condition->is_negation && !condition->value_is_own && !condition->is_element &&
                pgs_reason_is_on_key(reason_case, condition, i) &&
                !func(reason_case, proposals, condition, i, error))
                return FALSE;
        }
    }
    return TRUE;
}

static char *
tail_of(const PgsIndex *index, guint number, const char *opclass)
{
    g_autofree char *key = pgs_tail_key(index, number, NULL, opclass);
    return pgs_tail_replace(index, number, key);
}

/* An index on the key alone, by another method. */
static char *
tail_by(const PgsIndex *index, const char *method, guint number, const char *opclass)
{
    const PgsIndexKey *key = index->keys->pdata[number];
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(keys, g_strdup_printf("(%s) %s", key->sql, opclass));
    return pgs_tail_new(index, method, keys, index->predicate);
}

/* ---- patterns ---- */

static gboolean
is_pattern(const PgsCondition *condition)
{
    static const char *const operators[] = {"~~", "~~*", "~", "~*", "^@", NULL};
    return condition->comparison != NULL && g_strv_contains(operators, condition->comparison);
}

/* The pattern where it is known; belongs to the condition. */
static const char *
pattern_of(const PgsCondition *condition)
{
    const PgsNode *value =
        condition->value_node != NULL ? pgs_node_strip(condition->value_node) : NULL;
    return value != NULL && value->kind == PGS_NODE_CONSTANT &&
                   value->constant == PGS_CONSTANT_STRING
               ? value->text
               : NULL;
}

/* like_fixed_prefix(), regex_fixed_prefix() in like_support.c: nothing to look for. */
static gboolean
has_no_prefix(const PgsCondition *condition, const char *pattern)
{
    if (strcmp(condition->comparison, "~~") == 0)
        return *pattern == '%' || *pattern == '_' || *pattern == '\0';
    if (strcmp(condition->comparison, "~") == 0)
        return *pattern != '^';
    return condition->comparison[strlen(condition->comparison) - 1] == '*';
}

static const char *
pattern_opclass(const char *type)
{
    if (type != NULL && g_str_has_prefix(type, "character varying"))
        return "pg_catalog.varchar_pattern_ops";
    return type != NULL && g_str_has_prefix(type, "character") ? "pg_catalog.bpchar_pattern_ops"
                                                               : "pg_catalog.text_pattern_ops";
}

static void
add_prefix(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
           guint number)
{
    const PgsIndex *index = reason_case->index;
    const PgsIndexKey *key = index->keys->pdata[number];
    const char *opclass = pattern_opclass(pgs_reason_key_type(reason_case, number));
    g_autofree char *why =
        strcmp(index->method, "btree") == 0
            ? g_strdup_printf("%s is a pattern, which its operator class, %s, serves only with the "
                              "collation C",
                              condition->text, key->opclass_sql)
            : g_strdup_printf("%s is a pattern, which a %s index with %s does not serve",
                              condition->text, index->method, key->opclass_sql);
    g_autofree char *advice = g_strdup_printf("give the key the operator class %s, or COLLATE "
                                              "\"C\"",
                                              strchr(opclass, '.') + 1);
    pgs_proposal_add(proposals, g_strdup(why), g_strdup(advice))->tail =
        strcmp(index->method, "btree") == 0 ? tail_of(index, number, opclass)
                                            : tail_by(index, "btree", number, opclass);
}

/* The extension is made for the trial where it is at hand. */
static void
add_trigrams(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
             guint number)
{
    const char *comparison = condition->comparison;
    gboolean folds = comparison[strlen(comparison) - 1] == '*';
    gboolean is_btree = strcmp(reason_case->index->method, "btree") == 0;
    g_autofree char *why =
        folds ? g_strdup_printf("%s ignores case", condition->text)
              : g_strdup_printf("%s begins with what is not known", condition->text);
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("%s, so that there is no prefix to look for in a %s index%s", why,
                        reason_case->index->method, is_btree ? "" : " of this operator class"),
        g_strdup("an index of trigrams serves such patterns (the extension pg_trgm)"));
    proposal->extension = "pg_trgm";
    proposal->tail = tail_by(reason_case->index, "gin", number, "gin_trgm_ops");
    proposal->is_certain = is_btree;
}

/* A generic plan does not know the pattern's beginning. */
static void
add_unknown_pattern(GPtrArray *proposals, const PgsCondition *condition)
{
    PgsProposal *proposal = pgs_proposal_add(
        proposals,
        g_strdup_printf("the pattern is a parameter (%s), whose beginning a generic plan does not "
                        "know",
                        condition->text),
        g_strdup("write the pattern into the query; or SET plan_cache_mode = force_custom_plan"));
    proposal->with_index = proposal->is_custom = TRUE;
}

static gboolean
propose_pattern(const PgsReasonCase *reason_case, GPtrArray *proposals,
                const PgsCondition *condition, guint number, GError **error)
{
    (void)error;
    if (!is_pattern(condition))
        return TRUE;
    const char *pattern = pattern_of(condition);
    if (pattern == NULL && reason_case->ground->is_generic)
        add_unknown_pattern(proposals, condition);
    gboolean is_prefixed = pattern == NULL || !has_no_prefix(condition, pattern);
    /* What is common to the sides of an alternative only the server tells. */
    gboolean is_alternative = pattern != NULL && *condition->comparison == '~' &&
                              condition->comparison[1] == '\0' && strchr(pattern, '|') != NULL;
    if (is_prefixed)
        add_prefix(reason_case, proposals, condition, number);
    if (!is_prefixed || is_alternative)
        add_trigrams(reason_case, proposals, condition, number);
    return TRUE;
}

gboolean
pgs_reason_pattern(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    return for_each(reason_case, proposals, propose_pattern, error);
}

/* ---- collations ---- */

/* The collations that the query names: a plan tells of none (CollateExpr is folded). */
static GPtrArray *
named_collations(const PgsQuestion *question)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GRegex) clause = g_regex_new(
        "\\bCOLLATE\\s+((\"[^\"]+\"|\\w+)(\\.(\"[^\"]+\"|\\w+))?)", G_REGEX_CASELESS, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    g_regex_match(clause, question->sql, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL))
        g_ptr_array_add(names, g_match_info_fetch(match, 1));
    return names;
}

static void
add_collation(const PgsReasonCase *reason_case, GPtrArray *proposals, guint number,
              const char *collation, char *reason)
{
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    g_autofree char *text = g_strdup_printf(
        "(%s)%s%s %s", key->sql, collation != NULL ? " COLLATE " : "",
        collation != NULL ? collation : "", key->opclass_is_default ? "" : key->opclass_sql);
    PgsProposal *proposal =
        pgs_proposal_add(proposals, reason, g_strdup("compare with the index's collation"));
    proposal->tail = pgs_tail_replace(reason_case->index, number, text);
    proposal->aims |= PGS_TRIAL_ORDER;
}

static gboolean
propose_collation(const PgsReasonCase *reason_case, GPtrArray *proposals,
                  const PgsCondition *condition, guint number, GError **error)
{
    (void)condition, (void)error;
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    if (key->collation == 0)
        return TRUE;
    const char *own = key->collation_sql != NULL ? key->collation_sql : "the column's own";
    g_autoptr(GPtrArray) named = named_collations(reason_case->ground->question);
    for (guint i = 0; i < named->len; i++)
        add_collation(reason_case, proposals, number, named->pdata[i],
                      g_strdup_printf("the query compares %s with the collation %s, and it has %s",
                                      key->sql, (const char *)named->pdata[i], own));
    if (key->collation_sql != NULL)
        add_collation(
            reason_case, proposals, number, NULL,
            g_strdup_printf("the query compares %s with the column's own collation, and it "
                            "has %s",
                            key->sql, key->collation_sql));
    return TRUE;
}

gboolean
pgs_reason_collation(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    return for_each(reason_case, proposals, propose_collation, error);
}

/* ---- operator classes ---- */

/* reason_opclasses.sql's columns */
enum {
    CLASS_METHOD,
    CLASS_SQL,
};

static PGresult *
read_classes(const PgsReasonCase *reason_case, const char *comparison, guint number, GError **error)
{
    PgsConnection *connection = reason_case->ground->connection;
    const PgsIndexKey *key = reason_case->index->keys->pdata[number];
    g_autofree char *sql =
        pgs_query_expand(pgs_embedded_find(pgs_plan_files, "reason_opclasses.sql"),
                         pgs_connection_version(connection));
    g_autofree char *opclass = g_strdup_printf("%u", key->opclass);
    const char *const parameters[] = {comparison, opclass};
    return pgs_connection_query(connection, PGS_SHAPE_ANY, sql, 2, parameters, NULL, error);
}

static char *
operator_reason(const PgsReasonCase *reason_case, const PgsCondition *condition, guint number)
{
    const PgsIndex *index = reason_case->index;
    const PgsIndexKey *key = index->keys->pdata[number];
    return g_strdup_printf("its operator class, %s (%s), does not serve the operator %s (%s)",
                           key->opclass_sql, index->method, condition->comparison, condition->text);
}

static void
add_class(const PgsReasonCase *reason_case, GPtrArray *proposals, const PgsCondition *condition,
          guint number, const char *method, const char *opclass)
{
    const PgsIndex *index = reason_case->index;
    gboolean is_same = strcmp(method, index->method) == 0;
    pgs_proposal_add(proposals, operator_reason(reason_case, condition, number), NULL)->tail =
        is_same ? tail_of(index, number, opclass) : tail_by(index, method, number, opclass);
}

/* NULLs are no operator's matter, but the method's (amsearchnulls). */
static gboolean
propose_null_test(const PgsReasonCase *reason_case, GPtrArray *proposals,
                  const PgsCondition *condition, guint number)
{
    const PgsIndex *index = reason_case->index;
    if (strcmp(index->method, "btree") == 0)
        return TRUE;
    pgs_proposal_add(
        proposals,
        g_strdup_printf("a %s index does not find NULLs (%s)", index->method, condition->text),
        NULL)
        ->tail = tail_by(index, "btree", number, "");
    return TRUE;
}

static gboolean
propose_operator(const PgsReasonCase *reason_case, GPtrArray *proposals,
                 const PgsCondition *condition, guint number, GError **error)
{
    if (condition->comparison == NULL)
        return TRUE;
    if (g_str_has_prefix(condition->comparison, "IS "))
        return propose_null_test(reason_case, proposals, condition, number);
    g_autoptr(PGresult) classes = read_classes(reason_case, condition->comparison, number, error);
    if (classes == NULL)
        return FALSE;
    for (int i = 0; i < PQntuples(classes); i++)
        add_class(reason_case, proposals, condition, number, PQgetvalue(classes, i, CLASS_METHOD),
                  PQgetvalue(classes, i, CLASS_SQL));
    return TRUE;
}

gboolean
pgs_reason_operator(const PgsReasonCase *reason_case, GPtrArray *proposals, GError **error)
{
    return for_each(reason_case, proposals, propose_operator, error);
}
