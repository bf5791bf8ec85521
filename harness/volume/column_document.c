#include "values/mine.h"
#include "volume/column_predicate.h"
#include "volume/column_proposal.h"

#include <string.h>

/*
 * Members of JSON documents that generated columns and indexes read ("attrs ->> 'name'"): without
 * them they would find nothing but NULL.
 */

typedef struct {
    char *key;   /* of the document itself */
    char *value; /* pgs_spread_expand(), within a literal */
} Member;

static void
member_free(gpointer data)
{
    Member *member = data;
    g_free(member->key);
    g_free(member->value);
    g_free(member);
}

static gboolean
has_key(const GPtrArray *members, const char *key)
{
    for (guint i = 0; i < members->len; i++) {
        if (g_str_equal(((const Member *)members->pdata[i])->key, key))
            return TRUE;
    }
    return FALSE;
}

/* As it stands within a literal of a template; NULL: not plain enough. */
static char *
plain_key(const PgsSayingStep *step)
{
    const char *key = step->arguments[0];
    if (key == NULL || *key == '\0' || step->is_mixed || strpbrk(key, "\"\\'$") != NULL ||
        !g_str_is_ascii(key))
        return NULL;
    return g_strdup(key);
}

static gboolean
is_member(const PgsSayingStep *step)
{
    return g_str_equal(step->name, "->") || g_str_equal(step->name, "->>");
}

/* Whether what is read is made a number. */
static gboolean
is_number(const PgsSaying *saying, guint behind)
{
    static const char *const types[] = {"int",     "bigint", "smallint", "numeric",
                                        "decimal", "float",  "double",   "real"};
    const PgsSayingStep *step = behind < saying->steps->len ? saying->steps->pdata[behind] : NULL;
    if (step == NULL || !g_str_equal(step->name, "cast") || step->arguments[0] == NULL ||
        g_str_has_prefix(step->arguments[0], "interval"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_str_has_prefix(step->arguments[0], types[i]))
            return TRUE;
    }
    return FALSE;
}

static void
take_saying(GPtrArray *members, const PgsColumn *column, const PgsSaying *saying)
{
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    while (keys->len < saying->steps->len && is_member(saying->steps->pdata[keys->len])) {
        char *key = plain_key(saying->steps->pdata[keys->len]);
        if (key == NULL)
            return;
        g_ptr_array_add(keys, key);
    }
    if (g_strcmp0(saying->column, column->name) != 0 || keys->len == 0 ||
        has_key(members, keys->pdata[0]))
        return;
    g_autoptr(GString) value = g_string_new(
        is_number(saying, keys->len) ? "' || $t || '" : "\"' || $w || ' ' || $t || '\"");
    for (guint i = keys->len; i > 1; i--) {
        g_autofree char *inner = g_strdup(value->str);
        g_string_printf(value, "{\"%s\": %s}", (const char *)keys->pdata[i - 1], inner);
    }
    Member *member = g_new0(Member, 1);
    member->key = g_strdup(keys->pdata[0]);
    member->value = g_strdup(value->str);
    g_ptr_array_add(members, member);
}

static void
take_expression(GPtrArray *members, const PgsColumnProposal *proposal, const char *expression)
{
    if (expression == NULL)
        return;
    g_autoptr(PgsMined) mined = pgs_mine_value(pgs_bench_inventory(proposal->bench), expression);
    for (guint i = 0; i < mined->sayings->len; i++)
        take_saying(members, proposal->column, mined->sayings->pdata[i]);
}

/* Member; NULL with error as pgs_indexes_read(). */
static GPtrArray *
find_members(const PgsColumnProposal *proposal, GError **error)
{
    const PgsRelation *relation = proposal->accepted->relation;
    const PgsIndexes *indexes = pgs_volume_indexes(proposal->bench, error);
    if (indexes == NULL)
        return NULL;
    GPtrArray *members = g_ptr_array_new_with_free_func(member_free);
    g_autoptr(GPtrArray) own = pgs_indexes_of(indexes, relation->oid);
    for (guint i = 0; i < relation->columns->len; i++)
        take_expression(members, proposal,
                        ((const PgsColumn *)relation->columns->pdata[i])->generated_sql);
    for (guint i = 0; i < own->len; i++) {
        const PgsIndex *index = own->pdata[i];
        for (guint k = 0; k < index->keys->len; k++) {
            const PgsIndexKey *key = index->keys->pdata[k];
            if (key->column == NULL)
                take_expression(members, proposal, key->sql);
        }
        take_expression(members, proposal, index->predicate);
    }
    return members;
}

gboolean
pgs_column_propose_document(PgsColumnProposal *proposal, GError **error)
{
    if (!g_str_has_prefix(proposal->spread.type->name, "json") ||
        g_str_equal(proposal->spread.type->name, "jsonpath"))
        return TRUE;
    g_autoptr(GPtrArray) members = find_members(proposal, error);
    if (members == NULL)
        return FALSE;
    if (members->len == 0)
        return TRUE;
    g_autoptr(GString) template = g_string_new("'{");
    if (!has_key(members, "id"))
        g_string_append(template, "\"id\": ' || $t || ', ");
    for (guint i = 0; i < members->len; i++) {
        const Member *member = members->pdata[i];
        g_string_append_printf(template, "%s\"%s\": %s", i > 0 ? ", " : "", member->key,
                               member->value);
    }
    g_string_append(template, "}'");
    gint64 n = pgs_column_proposal_usual(proposal);
    g_autofree char *number = pgs_column_proposal_number(proposal, G_MAXINT64, &n);
    PgsSpread numbered = proposal->spread;
    numbered.value = number;
    g_autofree char *sql = pgs_spread_expand(&numbered, template->str);
    pgs_column_proposal_add(proposal, sql, n, g_strdup("documents with the members that are read"));
    return TRUE;
}
