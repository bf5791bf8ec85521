#include "base/text.h"
#include "exercise/exercise.h"
#include "exercise/rows_key.h"
#include "inventory/sandbox.h"
#include "inventory/value.h"

#include <string.h>

#define CHECK "exercise.rows"

/* A session that may not see all rows says so rather than look at some. */
#define SEE_ALL "SET LOCAL row_security = off; "
/* What an index says of its rows is just what is in question. */
#define WITHOUT_INDEXES                                                                            \
    "SET LOCAL enable_indexscan = %s; SET LOCAL enable_indexonlyscan = %s; "                       \
    "SET LOCAL enable_bitmapscan = %s"

enum {
    LOCKED = 200,     /* relations that a transaction looks at */
    MAX_EXAMPLES = 2, /* rows that are shown of those that break a rule */
};

typedef struct {
    PgsConnection *connection;
    char *prelude;
    PgsSandbox sandbox;
    GPtrArray *results;
    PgsRuleResult *kept;         /* what is told of all rules that were kept */
    GPtrArray *not_valid;        /* const PgsRule *: NOT VALID ones of those */
    GHashTable *not_kept;        /* const PgsRule *, a set */
    GHashTable *keys;            /* pgs_row_keys_read(); NULL: not yet */
    guint64 n_rows, n_rows_here; /* here: of one relation */
    guint n_looked_at, n_tables, n_rules;
} Look;

static void
look_clear(Look *look)
{
    pgs_sandbox_rollback(&look->sandbox);
    g_clear_pointer(&look->kept, pgs_rule_result_free);
    g_ptr_array_unref(look->not_valid);
    g_hash_table_unref(look->not_kept);
    g_clear_pointer(&look->keys, g_hash_table_unref);
    g_free(look->prelude);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Look, look_clear)

/* NULL with *refusal: the server refused it; a new transaction is begun then.  NULL without: error.
 */
static PGresult *
ask(Look *look, const char *sql, PgsFailure **refusal, GError **error)
{
    g_autoptr(GError) local = NULL;
    PGresult *result =
        pgs_connection_query(look->connection, PGS_SHAPE_ANY, sql, 0, NULL, refusal, &local);
    if (result != NULL)
        return result;
    if (*refusal == NULL || g_error_matches(local, PGS_PG_ERROR, PGS_PG_ERROR_SHORTAGE)) {
        g_clear_pointer(refusal, pgs_failure_free);
        g_propagate_error(error, g_steal_pointer(&local));
        return NULL;
    }
    pgs_sandbox_rollback(&look->sandbox);
    if (!pgs_sandbox_begin(&look->sandbox, look->connection, look->prelude, error))
        g_clear_pointer(refusal, pgs_failure_free);
    return NULL;
}

/* Of a rule that is not kept, or of which that is not known. */
static PgsRuleResult *
add_result(Look *look, const PgsRowCondition *condition)
{
    PgsRuleResult *result = pgs_rule_result_new(condition->rule);
    result->check = CHECK;
    result->subject = pgs_row_condition_describe(condition);
    g_ptr_array_add(look->results, result);
    g_hash_table_add(look->not_kept, (gpointer)condition->rule);
    return result;
}

static const char *
from_of(const PgsRowCondition *condition)
{
    return condition->only ? "ONLY " : "";
}

/* ---- a rule that rows break ---- */

/* The columns that tell a person which row it is: those of the primary key, then the rule's own. */
static GPtrArray *
telling_columns(const PgsRowCondition *condition)
{
    GPtrArray *columns = g_ptr_array_new();
    for (guint i = 0; i < condition->relation->rules->len; i++) {
        const PgsRule *rule = condition->relation->rules->pdata[i];
        for (guint j = 0; rule->kind == PGS_RULE_PRIMARY_KEY && j < rule->n_columns; j++)
            g_ptr_array_add(columns, (gpointer)rule->columns[j]);
    }
    guint n = condition->column != NULL ? 1 : condition->rule->n_columns;
    for (guint i = 0; i < n; i++) {
        const PgsColumn *own =
            condition->column != NULL ? condition->column : condition->rule->columns[i];
        if (!g_ptr_array_find(columns, own, NULL))
            g_ptr_array_add(columns, (gpointer)own);
    }
    return columns;
}

/* A query for the rows. */
static char *
example_sql(const PgsRowCondition *condition)
{
    if (condition->examples != NULL)
        return g_strdup(condition->examples);
    g_autoptr(GPtrArray) columns = telling_columns(condition);
    GString *sql = g_string_new("SELECT ");
    for (guint i = 0; i < columns->len; i++) {
        const PgsColumn *column = columns->pdata[i];
        g_string_append_printf(sql, "%s%s", i > 0 ? ", " : "", column->quoted);
    }
    if (condition->also != NULL)
        g_string_append_printf(sql, ", %s AS \"now generated\"", condition->also);
    g_string_append_printf(sql, "%s FROM %s%s WHERE %s", columns->len == 0 ? "*" : "",
                           from_of(condition), condition->relation->identity, condition->sql);
    return g_string_free(sql, FALSE);
}

static void
append_cell(GString *text, const PGresult *rows, int row, int field)
{
    PgsValue value = {PGS_VALUE_NULL, NULL};
    if (!PQgetisnull(rows, row, field))
        value = (PgsValue){PGS_VALUE_TEXT, PQgetvalue(rows, row, field)};
    g_autofree char *shown = pgs_value_describe(value);
    g_string_append_printf(text, "%s = %s", PQfname(rows, field), shown);
}

/* "id = 7, team_id = 9"; of rows that go together both, "id = 7, n = 1; id = 8, n = 1"; "" when it
 * cannot be told.  NULL with error. */
static char *
find_example(Look *look, const PgsRowCondition *condition, const char *sql, GError **error)
{
    g_autofree char *some =
        g_strdup_printf("%s LIMIT %d", sql, condition->examples != NULL ? MAX_EXAMPLES : 1);
    PgsFailure *refusal = NULL;
    g_autoptr(PGresult) rows = ask(look, some, &refusal, error);
    g_autoptr(PgsFailure) owned = refusal;
    if (rows == NULL)
        return owned != NULL ? g_strdup("") : NULL;
    GString *text = g_string_new(NULL);
    for (int i = 0; i < PQntuples(rows); i++) {
        for (int j = 0; j < PQnfields(rows); j++) {
            g_string_append(text, j > 0 ? ", " : i > 0 ? "; " : "");
            append_cell(text, rows, i, j);
        }
    }
    return g_string_free(text, FALSE);
}

static char *
advise(const PgsRowCondition *condition)
{
    const PgsRule *rule = condition->rule;
    if (rule->kind == PGS_RULE_GENERATED)
        return g_strdup_printf("a function that it calls was replaced after the rows were stored, "
                               "say: update the columns of %s that it is made of to what they are",
                               condition->relation->identity);
    if (rule->index != NULL)
        return g_strdup_printf(
            rule->validated ? "its index does not hold the rows that are there (a function that it "
                              "calls was replaced, a collation has changed, or it is damaged): "
                              "mend or delete them, then REINDEX INDEX %s"
                            : "its index is invalid, as a CREATE INDEX CONCURRENTLY leaves it that "
                              "fails: mend or delete the rows, then REINDEX INDEX %s",
            rule->index);
    if (!rule->validated)
        return g_strdup_printf("it is NOT VALID, so that rows from before it stay as they are: "
                               "mend or delete them, then VALIDATE CONSTRAINT %s",
                               rule->name);
    return g_strdup("the rows came past it, with triggers off or in a session whose "
                    "session_replication_role was replica, say: mend or delete them");
}

static gboolean
tell_broken(Look *look, const PgsRowCondition *condition, guint64 n_broken, guint64 n_rows,
            GError **error)
{
    g_autofree char *sql = example_sql(condition);
    g_autofree char *example = find_example(look, condition, sql, error);
    if (example == NULL)
        return FALSE;
    PgsRuleResult *result = add_result(look, condition);
    g_autofree char *broken = pgs_text_count(n_broken, "row", NULL);
    g_autofree char *of = pgs_text_count(n_rows, "row", NULL);
    pgs_rule_result_judge(result, PGS_VERDICT_BROKEN,
                          "%" G_GUINT64_FORMAT " of %s in %s %s not obey %s%s%s", n_broken, of,
                          condition->relation->identity, n_broken == 1 ? "does" : "do",
                          result->subject, *example != '\0' ? ": " : "", example);
    result->expected = g_strdup_printf("no row that breaks it: %s", condition->rule->definition);
    result->actual = *example != '\0' ? g_strdup_printf("%s, for example %s", broken, example)
                                      : g_strdup(broken);
    result->hint = advise(condition);
    result->sql = g_strdup(sql);
    result->reproduce = g_strdup_printf("%s;", sql);
    g_autofree char *what = g_strdup_printf("the rows of %s", condition->relation->identity);
    pgs_rule_result_add(result, what, sql, FALSE, g_strdup(result->actual));
    return TRUE;
}

static void
tell_unknown(Look *look, const PgsRowCondition *condition, const PgsFailure *refusal)
{
    PgsRuleResult *result = add_result(look, condition);
    pgs_rule_result_judge(result, PGS_VERDICT_NOT_EXERCISED,
                          "the rows of %s could not be held against it: %s (%s)",
                          condition->relation->identity, refusal->message, refusal->sqlstate);
}

/* ---- looking ---- */

/* The rules are noted at the end: rows of another table may yet break a domain's. */
static void
remember_kept(Look *look, const PgsRule *rule)
{
    if (!rule->validated && rule->name != NULL && !g_ptr_array_find(look->not_valid, rule, NULL))
        g_ptr_array_add(look->not_valid, (gpointer)rule);
}

/* Of a table without rows. */
static void
remember_rules(Look *look, const PgsRelation *relation)
{
    for (guint i = 0; i < relation->rules->len; i++) {
        const PgsRule *rule = relation->rules->pdata[i];
        if (rule->index != NULL || rule->enforced)
            remember_kept(look, rule);
    }
}

static void
note_kept(Look *look)
{
    for (guint i = 0; i < look->not_valid->len; i++) {
        const PgsRule *rule = look->not_valid->pdata[i];
        if (g_hash_table_contains(look->not_kept, rule))
            continue;
        g_autofree char *what = pgs_rule_describe(rule);
        if (rule->index != NULL)
            pgs_rule_result_note(look->kept,
                                 "the index of %s is invalid, but all rows obey it: REINDEX INDEX "
                                 "%s would pass",
                                 what, rule->index);
        else
            pgs_rule_result_note(
                look->kept, "%s is NOT VALID, but all rows obey it: VALIDATE CONSTRAINT would pass",
                what);
    }
}

static gboolean
judge(Look *look, const PgsRowCondition *condition, guint64 n_broken, guint64 n_rows,
      GError **error)
{
    if (n_broken > 0)
        return tell_broken(look, condition, n_broken, n_rows, error);
    look->n_rules++;
    remember_kept(look, condition->rule);
    return TRUE;
}

/* How many rows there are, and how many of them each condition holds for: one pass over them.  A
 * foreign key is asked for alone, so that the server may join. */
static char *
count_sql(const PgsRelation *relation, const GPtrArray *conditions)
{
    const PgsRowCondition *first = conditions->pdata[0];
    g_autofree char *from = g_strconcat(from_of(first), relation->identity, NULL);
    if (first->rule->kind == PGS_RULE_FOREIGN_KEY)
        return g_strdup_printf("SELECT (SELECT pg_catalog.count(*) FROM %s), pg_catalog.count(*) "
                               "FROM %s WHERE %s",
                               from, from, first->sql);
    GString *sql = g_string_new("SELECT pg_catalog.count(*)");
    for (guint i = 0; i < conditions->len; i++) {
        const PgsRowCondition *condition = conditions->pdata[i];
        g_string_append_printf(sql, ", pg_catalog.count(*) FILTER (WHERE %s)", condition->sql);
    }
    g_string_append_printf(sql, " FROM %s", from);
    return g_string_free(sql, FALSE);
}

static guint64
count_of(const PGresult *result, guint column)
{
    return g_ascii_strtoull(PQgetvalue(result, 0, (int)column), NULL, 10);
}

/* When the server refuses to say it of several conditions, each is tried alone. */
static gboolean
look_at_group(Look *look, const PgsRelation *relation, const GPtrArray *conditions, GError **error)
{
    if (conditions->len == 0)
        return TRUE;
    g_autofree char *sql = count_sql(relation, conditions);
    PgsFailure *refusal = NULL;
    g_autoptr(PGresult) result = ask(look, sql, &refusal, error);
    g_autoptr(PgsFailure) owned = refusal;
    if (result == NULL && owned == NULL)
        return FALSE;
    if (result == NULL && conditions->len == 1) {
        tell_unknown(look, conditions->pdata[0], owned);
        return TRUE;
    }
    guint64 n_rows = result != NULL ? count_of(result, 0) : 0;
    look->n_rows_here = MAX(look->n_rows_here, n_rows);
    for (guint i = 0; i < conditions->len; i++) {
        PgsRowCondition *condition = conditions->pdata[i];
        g_autoptr(GPtrArray) alone = g_ptr_array_new();
        g_ptr_array_add(alone, condition);
        if (result != NULL ? !judge(look, condition, count_of(result, i + 1), n_rows, error)
                           : !look_at_group(look, relation, alone, error))
            return FALSE;
    }
    return TRUE;
}

/* ---- rules about several rows ---- */

static void
tell_unasked(Look *look, const PgsRowCondition *condition, const char *why)
{
    pgs_rule_result_judge(add_result(look, condition), PGS_VERDICT_NOT_EXERCISED,
                          "the rows of %s are not held against it: %s",
                          condition->relation->identity, why);
}

static gboolean
look_at_key(Look *look, const PgsRowCondition *condition, GError **error)
{
    if (condition->count == NULL) {
        tell_unasked(look, condition, "its index compares in a way that no query does");
        return TRUE;
    }
    PgsFailure *refusal = NULL;
    g_autoptr(PGresult) result = ask(look, condition->count, &refusal, error);
    g_autoptr(PgsFailure) owned = refusal;
    if (result == NULL && owned == NULL)
        return FALSE;
    if (result == NULL) {
        tell_unknown(look, condition, owned);
        return TRUE;
    }
    look->n_rows_here = MAX(look->n_rows_here, count_of(result, 0));
    if (PQgetisnull(result, 0, 1)) {
        tell_unasked(look, condition, "they are too many to compare each with each");
        return TRUE;
    }
    return judge(look, condition, count_of(result, 1), count_of(result, 0), error);
}

static gboolean
use_indexes(Look *look, gboolean use, GError **error)
{
    const char *setting = use ? "DEFAULT" : "off";
    g_autofree char *sql = g_strdup_printf(WITHOUT_INDEXES, setting, setting, setting);
    return pgs_connection_run(look->connection, sql, error);
}

/* *n: how many rules there were. */
static gboolean
look_at_keys(Look *look, const PgsRelation *relation, guint *n, GError **error)
{
    g_autoptr(GPtrArray) conditions =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_row_condition_free);
    if (look->keys == NULL)
        look->keys = pgs_row_keys_read(look->connection, error);
    if (look->keys == NULL)
        return FALSE;
    pgs_row_keys_add(conditions, look->connection, relation, look->keys);
    *n = conditions->len;
    for (guint i = 0; i < conditions->len; i++) {
        if (!use_indexes(look, FALSE, error) || !look_at_key(look, conditions->pdata[i], error))
            return FALSE;
    }
    return conditions->len == 0 || use_indexes(look, TRUE, error);
}

/* ---- a relation ---- */

static gboolean
look_at_relation(Look *look, const PgsRelation *relation, GError **error)
{
    g_autoptr(GPtrArray) conditions = pgs_row_conditions(look->connection, relation);
    g_autoptr(GPtrArray) groups = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < 2; i++)
        g_ptr_array_add(groups, g_ptr_array_new());
    for (guint i = 0; i < conditions->len; i++) {
        PgsRowCondition *condition = conditions->pdata[i];
        gboolean is_key = condition->rule->kind == PGS_RULE_FOREIGN_KEY;
        if (is_key)
            g_ptr_array_add(groups, g_ptr_array_new());
        g_ptr_array_add(groups->pdata[is_key            ? groups->len - 1
                                      : condition->only ? 1
                                                        : 0],
                        condition);
    }
    look->n_rows_here = 0;
    for (guint i = 0; i < groups->len; i++) {
        if (!look_at_group(look, relation, groups->pdata[i], error))
            return FALSE;
    }
    guint n_keys;
    if (!look_at_keys(look, relation, &n_keys, error))
        return FALSE;
    if (conditions->len + n_keys > 0 &&
        relation->parent == NULL) { /* else they are among its parent's */
        look->n_rows += look->n_rows_here;
        look->n_tables++;
    }
    return TRUE;
}

/* A server has only so many locks, and a transaction keeps those that it has taken. */
static gboolean
release_locks(Look *look, GError **error)
{
    if (++look->n_looked_at % LOCKED != 0)
        return TRUE;
    pgs_sandbox_rollback(&look->sandbox);
    return pgs_sandbox_begin(&look->sandbox, look->connection, look->prelude, error);
}

/* ---- what came of it ---- */

static void
tell_kept(Look *look)
{
    note_kept(look);
    PgsRuleResult *kept = g_steal_pointer(&look->kept);
    /* What is told of each rule that is not kept says enough. */
    if (look->n_tables > 0 && look->n_rules == 0) {
        pgs_rule_result_free(kept);
        return;
    }
    g_ptr_array_add(look->results, kept);
    if (look->n_tables == 0) {
        pgs_rule_result_judge(kept, PGS_VERDICT_NOT_EXERCISED, PGS_EXERCISE_NO_ROWS);
        return;
    }
    g_autofree char *rows = pgs_text_count(look->n_rows, "row", NULL);
    g_autofree char *tables = pgs_text_count(look->n_tables, "table", NULL);
    g_autofree char *rules = pgs_text_count(look->n_rules, "rule", NULL);
    g_autofree char *what = g_strdup_printf("%s in %s", rows, tables);
    pgs_rule_result_judge(kept, PGS_VERDICT_EXERCISED, "%s", what);
    pgs_rule_result_add(kept, what, NULL, TRUE,
                        g_strdup_printf(look->n_rows == 1 ? "obeys %s" : "obey %s", rules));
}

gboolean
pgs_exercise_existing_rows(PgsConnection *connection, const PgsInventory *inventory,
                           GPtrArray *results, GError **error)
{
    g_auto(Look) look = {
        .connection = connection,
        .results = results,
        .not_valid = g_ptr_array_new(),
        .not_kept = g_hash_table_new(NULL, NULL),
    };
    g_autofree char *prelude = pgs_sandbox_prelude(connection, inventory, error);
    if (prelude == NULL)
        return FALSE;
    look.prelude = g_strconcat(prelude, SEE_ALL, NULL);
    look.kept = pgs_rule_result_new(NULL);
    look.kept->check = CHECK;
    look.kept->subject = g_strdup("the rows that are there");
    if (!pgs_sandbox_begin(&look.sandbox, connection, look.prelude, error))
        return FALSE;
    const GPtrArray *relations = pgs_inventory_relations(inventory);
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        if (relation->is_auxiliary || relation->kind == 'f')
            continue;
        if (!relation->has_rows)
            remember_rules(&look, relation);
        else if (!release_locks(&look, error) || !look_at_relation(&look, relation, error))
            return FALSE;
    }
    tell_kept(&look);
    return TRUE;
}
