#include "exercise/proof.h"

#include "base/embedded.h"
#include "exercise/proof_mask.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_exercise_files[];

enum {
    MAX_STATES = 3,
};

/* What the server says when a rule of the kind refuses. */
static const char *const states_of_kinds[PGS_N_RULE_KINDS][MAX_STATES] = {
    [PGS_RULE_NOT_NULL] = {"23502"},
    [PGS_RULE_PRIMARY_KEY] = {"23505", "23P01"}, /* WITHOUT OVERLAPS */
    [PGS_RULE_UNIQUE] = {"23505", "23P01"},
    [PGS_RULE_CHECK] = {"23514"},
    [PGS_RULE_EXCLUSION] = {"23P01"},
    [PGS_RULE_FOREIGN_KEY] = {"23503", "23001"},
    [PGS_RULE_ENUM] = {"22P02"},
    [PGS_RULE_LENGTH] = {"22001", "22026"},
    [PGS_RULE_PRECISION] = {"22003"},
    [PGS_RULE_GENERATED] = {"428C9", "42601"}, /* the second: 13 */
    [PGS_RULE_IDENTITY] = {"428C9"},
    [PGS_RULE_DOMAIN_CHECK] = {"23514"},
    [PGS_RULE_DOMAIN_NOT_NULL] = {"23502"},
};

static gboolean
is_state_of(PgsRuleKind kind, const char *sqlstate)
{
    for (guint i = 0; i < MAX_STATES && states_of_kinds[kind][i] != NULL; i++)
        if (strcmp(states_of_kinds[kind][i], sqlstate) == 0)
            return TRUE;
    return FALSE;
}

/* Said by a function's own RAISE, whatever it calls itself. */
static gboolean
is_raised(const PgsFailure *failure)
{
    return g_strcmp0(failure->function, "exec_stmt_raise") == 0;
}

/* ---- names ---- */

/* Made once for a bench. */
typedef struct {
    GHashTable *relations; /* "schema\nname" → const PgsRelation * */
    GHashTable *parts;     /* "schema\nname\nconstraint" → const PgsRule *: on partitions */
} Names;

static void
names_free(gpointer data)
{
    Names *names = data;
    g_hash_table_unref(names->relations);
    g_hash_table_unref(names->parts);
    g_free(names);
}

static guint32
oid_at(const PGresult *result, int row, int column)
{
    return (guint32)strtoul(PQgetvalue(result, row, column), NULL, 10);
}

/* The rule that a part belongs to in the end, or NULL. */
static const PgsRule *
find_whole(GHashTable *wholes, GHashTable *rules, guint32 oid)
{
    gpointer next = GUINT_TO_POINTER(oid);
    const PgsRule *rule = NULL;
    while (rule == NULL && next != NULL) {
        next = g_hash_table_lookup(wholes, next);
        rule = g_hash_table_lookup(rules, next);
    }
    return rule;
}

static void
add_parts(Names *names, const PgsInventory *inventory, const PGresult *result)
{
    g_autoptr(GHashTable) rules = g_hash_table_new(NULL, NULL);
    const GPtrArray *all = pgs_inventory_rules(inventory);
    for (guint i = 0; i < all->len; i++) {
        const PgsRule *rule = all->pdata[i];
        if (rule->oid != 0)
            g_hash_table_insert(rules, GUINT_TO_POINTER(rule->oid), (gpointer)rule);
    }
    g_autoptr(GHashTable) wholes = g_hash_table_new(NULL, NULL);
    for (int i = 0; i < PQntuples(result); i++)
        g_hash_table_insert(wholes, GUINT_TO_POINTER(oid_at(result, i, 0)),
                            GUINT_TO_POINTER(oid_at(result, i, 1)));
    for (int i = 0; i < PQntuples(result); i++) {
        const PgsRule *rule = find_whole(wholes, rules, oid_at(result, i, 0));
        if (rule != NULL)
            g_hash_table_insert(names->parts,
                                g_strdup_printf("%s\n%s\n%s", PQgetvalue(result, i, 2),
                                                PQgetvalue(result, i, 3), PQgetvalue(result, i, 4)),
                                (gpointer)rule);
    }
}

static void
read_parts(Names *names, PgsBench *bench)
{
    g_autofree char *sql = pgs_query_expand(pgs_embedded_find(pgs_exercise_files, "part_names.sql"),
                                            pgs_bench_server_version(bench));
    /* Without an answer parts are not known by name; a lost connection shows in the next query. */
    g_autoptr(PGresult) result =
        pgs_connection_query(pgs_bench_connection(bench), PGS_SHAPE_ANY, sql, 0, NULL, NULL, NULL);
    if (result != NULL)
        add_parts(names, pgs_bench_inventory(bench), result);
}

static const Names *
recall_names(PgsBench *bench)
{
    Names *names = pgs_bench_recall(bench, "proof: names");
    if (names != NULL)
        return names;
    names = g_new0(Names, 1);
    names->relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names->parts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean has_partitions = FALSE;
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(bench));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        has_partitions = has_partitions || relation->kind == 'p';
        g_hash_table_insert(names->relations,
                            g_strdup_printf("%s\n%s", relation->schema, relation->name),
                            (gpointer)relation);
    }
    if (has_partitions)
        read_parts(names, bench);
    pgs_bench_remember(bench, "proof: names", names, names_free);
    return names;
}

static const PgsRelation *
find_by_oid(PgsBench *bench, guint32 oid)
{
    const GPtrArray *relations = pgs_inventory_relations(pgs_bench_inventory(bench));
    for (guint i = 0; i < relations->len; i++) {
        const PgsRelation *relation = relations->pdata[i];
        if (relation->oid == oid)
            return relation;
    }
    return NULL;
}

const PgsRelation *
pgs_relation_find_named(PgsBench *bench, const char *schema, const char *name)
{
    if (g_str_has_prefix(name, PGS_OTHER_ROWS))
        return find_by_oid(bench, (guint32)strtoul(name + strlen(PGS_OTHER_ROWS), NULL, 10));
    g_autofree char *key = g_strdup_printf("%s\n%s", schema, name);
    return g_hash_table_lookup(recall_names(bench)->relations, key);
}

/* ---- whose words they are ---- */

static const PgsRule *
find_not_null(const PgsRelation *relation, const char *column)
{
    for (; relation != NULL; relation = relation->parent)
        for (guint i = 0; i < relation->rules->len; i++) {
            const PgsRule *rule = relation->rules->pdata[i];
            if (rule->kind == PGS_RULE_NOT_NULL && strcmp(rule->columns[0]->name, column) == 0)
                return rule;
        }
    return NULL;
}

static const PgsRule *
find_in(const GPtrArray *rules, const PgsFailure *failure)
{
    for (guint i = 0; i < rules->len; i++) {
        const PgsRule *rule = rules->pdata[i];
        if (g_strcmp0(rule->name, failure->constraint) == 0 &&
            is_state_of(rule->kind, failure->sqlstate))
            return rule;
    }
    return NULL;
}

static const PgsRule *
find_part(const Names *names, const PgsFailure *failure)
{
    g_autofree char *key =
        g_strdup_printf("%s\n%s\n%s", failure->schema, failure->table, failure->constraint);
    const PgsRule *rule = g_hash_table_lookup(names->parts, key);
    return rule != NULL && is_state_of(rule->kind, failure->sqlstate) ? rule : NULL;
}

static const PgsRule *
find_of_relation(PgsBench *bench, const PgsFailure *failure)
{
    const PgsRelation *relation = pgs_relation_find_named(bench, failure->schema, failure->table);
    if (relation == NULL)
        return NULL;
    if (failure->column != NULL && is_state_of(PGS_RULE_NOT_NULL, failure->sqlstate))
        return find_not_null(relation, failure->column);
    if (failure->constraint == NULL)
        return NULL;
    const PgsRule *rule = find_in(relation->rules, failure);
    if (rule == NULL)
        rule = find_in(relation->checks, failure);
    return rule != NULL ? rule : find_part(recall_names(bench), failure);
}

static const PgsRule *
find_in_domain(const PgsType *domain, const PgsFailure *failure)
{
    for (guint i = 0; i < domain->rules->len; i++) {
        const PgsRule *rule = domain->rules->pdata[i];
        if (is_state_of(rule->kind, failure->sqlstate) &&
            (rule->kind == PGS_RULE_DOMAIN_NOT_NULL ||
             g_strcmp0(rule->name, failure->constraint) == 0))
            return rule;
    }
    return NULL;
}

/*
 * The server names a domain's constraint and schema; the domain itself only in its message, where
 * one name may be the beginning of another.
 */
static const PgsRule *
find_of_domain(const PgsInventory *inventory, const PgsFailure *failure)
{
    const PgsRule *found = NULL;
    const GPtrArray *domains = pgs_inventory_domains(inventory);
    for (guint i = 0; i < domains->len; i++) {
        const PgsType *domain = domains->pdata[i];
        if (g_strcmp0(domain->schema, failure->schema) != 0 || failure->message == NULL ||
            strstr(failure->message, domain->name) == NULL)
            continue;
        const PgsRule *rule = find_in_domain(domain, failure);
        if (rule != NULL && (found == NULL || strlen(domain->name) > strlen(found->type->name)))
            found = rule;
    }
    return found;
}

const PgsRule *
pgs_rule_find_named(PgsBench *bench, const PgsFailure *failure)
{
    if (is_raised(failure) || failure->schema == NULL)
        return NULL;
    if (failure->table == NULL)
        return find_of_domain(pgs_bench_inventory(bench), failure);
    return find_of_relation(bench, failure);
}

/* Quotation marks may be of any language. */
static gboolean
is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

/* As a whole: one name may be a part of another. */
static gboolean
has_name(const char *message, const char *name)
{
    gsize length = strlen(name);
    for (const char *p = message; (p = strstr(p, name)) != NULL; p++)
        if ((p == message || !is_word(p[-1])) && !is_word(p[length]))
            return TRUE;
    return FALSE;
}

/* Rules that have no name of their own are told by what stands in the message. */
static gboolean
is_in_message(const PgsRule *rule, const char *message)
{
    g_autofree char *limit = NULL;
    switch (rule->kind) {
    case PGS_RULE_ENUM:
        return has_name(message, rule->type->name);
    case PGS_RULE_LENGTH:
        limit = g_strdup_printf("(%d)", rule->limit);
        return strstr(message, limit) != NULL;
    case PGS_RULE_PRECISION: /* it says so only in the detail, in the server's language */
        return TRUE;
    default:
        return has_name(message, rule->columns[0]->name);
    }
}

gboolean
pgs_rule_is_named(PgsBench *bench, const PgsRule *rule, const PgsFailure *failure)
{
    if (is_raised(failure) || !is_state_of(rule->kind, failure->sqlstate))
        return FALSE;
    switch (rule->kind) {
    case PGS_RULE_ENUM:
    case PGS_RULE_LENGTH:
    case PGS_RULE_PRECISION:
    case PGS_RULE_GENERATED:
    case PGS_RULE_IDENTITY:
        return failure->message != NULL && is_in_message(rule, failure->message);
    default:
        return pgs_rule_find_named(bench, failure) == rule;
    }
}

/* ---- for a person ---- */

char *
pgs_outcome_describe(const PgsBatchResult *result)
{
    const PgsFailure *failure = result->failure;
    if (failure == NULL)
        return g_strdup("accepted");
    const char *by = failure->constraint != NULL ? failure->constraint : failure->column;
    /* A rule's name says all that the server's sentence does. */
    if (by != NULL && g_str_has_prefix(failure->sqlstate, "23"))
        return g_strdup_printf("refused: %s by %s", failure->sqlstate, by);
    const char *message = failure->message != NULL ? failure->message : "";
    return g_strdup_printf("refused: %s%s%s: %.*s", failure->sqlstate, by != NULL ? " by " : "",
                           by != NULL ? by : "", (int)strcspn(message, "\n"), message);
}
