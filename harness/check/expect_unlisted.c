#include "check/expect_unlisted.h"

#include "check/expect_name.h"
#include "snapshot/kinds.h"

#include <string.h>

/* What is the server's, or of those who run it: no list of a schema's objects has them. */
static const char *const outside_kinds[] = {
    "database",          "parameter",      "role",
    "role membership",   "tablespace",     "default privileges",
    "system privileges", "security label", "large objects",
    "user mapping",      "subscription",   NULL,
};
/* Of tables that are listed themselves. */
static const char *const part_kinds[] = {
    "column",      "check constraint",
    "primary key", "unique constraint",
    "foreign key", "exclusion constraint",
    "index",       "statistics",
    "rule",        "policy",
    "trigger",     NULL,
};

/* What comes with something else: of a column, a partitioned table, a parent, a view's query. */
static gboolean
is_implied(const PgsLookup *lookup, const PgsObject *object)
{
    static const char *const signs[] = {"owned-by", "attached-to", "inherited", "inherited-from"};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        if (pgs_object_get(object, signs[i]) != NULL && pgs_object_get(object, "local") == NULL)
            return TRUE;
    }
    if (strcmp(object->kind, "column") != 0)
        return FALSE;
    const PgsObject *relation = pgs_lookup_relation(lookup, object->parent);
    return relation != NULL && (strcmp(relation->kind, "view") == 0 ||
                                strcmp(relation->kind, "materialized view") == 0);
}

/* What has to be listed beside the parts of tables.  Two are there in every database. */
static gboolean
is_own(const PgsObject *object)
{
    const PgsKind *kind = pgs_kind_find(object->kind);
    if (kind == NULL || kind->is_part || g_strv_contains(part_kinds, object->kind) ||
        g_strv_contains(outside_kinds, object->kind))
        return FALSE;
    return !(strcmp(object->kind, "schema") == 0 && strcmp(object->identity, "public") == 0) &&
           !(strcmp(object->kind, "extension") == 0 && strcmp(object->identity, "plpgsql") == 0);
}

static void
set_place(PgsFinding *finding, const PgsPlace *place)
{
    finding->file = g_strdup(place->file);
    finding->line = place->line;
    finding->column = place->column;
}

/* Where findings come from, and what they serve. */
typedef struct {
    const PgsExpectContext *context;
    const PgsPlace *place;
    char **requirements;
    GPtrArray *findings;
} Output;

static PgsFinding *
add_finding(const Output *output, PgsStatus status, const char *title)
{
    PgsFinding *finding = pgs_finding_new("expect.unlisted", status, output->context->system,
                                          output->context->revision, title);
    set_place(finding, output->place);
    for (char **id = output->requirements; *id != NULL; id++)
        pgs_finding_add_requirement(finding, *id);
    g_ptr_array_add(output->findings, finding);
    return finding;
}

static void
add_object(const Output *output, const PgsObject *object)
{
    g_autofree char *name = g_strdup_printf("%s %s", object->kind, object->identity);
    g_autofree char *title = g_strdup_printf("%s is not listed", name);
    PgsFinding *finding = add_finding(output, PGS_STATUS_FAILED, title);
    finding->object = g_steal_pointer(&name);
    finding->message = g_strdup("it is there, and no expectation lists it");
    finding->expected = g_strdup("nothing but what is listed");
    finding->actual = g_strdup(finding->object);
    finding->hint = g_strdup("list it, or drop it in a migration; when it goes by another name in "
                             "the expectations, that one has failed too");
}

static gboolean
is_listed_relation(const PgsLookup *lookup, GHashTable *listed, const char *identity)
{
    const PgsObject *relation = identity != NULL ? pgs_lookup_relation(lookup, identity) : NULL;
    return relation == NULL || g_hash_table_contains(listed, relation);
}

static guint
add_unlisted_parts(const Output *output, const PgsLookup *lookup, GHashTable *listed,
                   const PgsObject *relation)
{
    guint n = 0;
    const GPtrArray *parts = pgs_lookup_parts(lookup, relation->identity);
    for (guint i = 0; i < parts->len; i++) {
        const PgsObject *part = g_ptr_array_index(parts, i);
        if (!g_strv_contains(part_kinds, part->kind) || g_hash_table_contains(listed, part) ||
            is_implied(lookup, part))
            continue;
        add_object(output, part);
        n++;
    }
    return n;
}

static void
judge_block(const Output *output, const PgsLookup *lookup, GHashTable *listed)
{
    guint n = 0;
    const PgsSnapshot *snapshot = pgs_lookup_snapshot(lookup);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        gboolean is_part = g_strv_contains(part_kinds, object->kind) &&
                           is_listed_relation(lookup, listed, object->parent);
        if (!(is_own(object) || is_part) || g_hash_table_contains(listed, object) ||
            is_implied(lookup, object))
            continue;
        add_object(output, object);
        n++;
    }
    if (n == 0)
        add_finding(output, PGS_STATUS_PASSED, "nothing that is not listed");
}

/* The expectation of the table itself says which requirements its list serves. */
static const PgsExpectation *
find_table(const PgsExpectations *expectations, const PgsLookup *lookup, const PgsObject *relation)
{
    for (guint i = 0; i < expectations->items->len; i++) {
        const PgsExpectation *item = g_ptr_array_index(expectations->items, i);
        if (!item->absent && item->name != NULL && item->relation == NULL &&
            strcmp(item->kind, relation->kind) == 0 &&
            pgs_lookup_relation(lookup, item->name) == relation)
            return item;
    }
    return NULL;
}

static void
judge_relation(const PgsExpectations *expectations, const Output *block, const PgsLookup *lookup,
               GHashTable *listed, const char *name)
{
    const PgsObject *relation = pgs_lookup_relation(lookup, name);
    /* That it is missing is told already. */
    if (relation == NULL)
        return;
    Output output = *block;
    const PgsExpectation *table = find_table(expectations, lookup, relation);
    if (table != NULL) {
        output.place = &table->place;
        output.requirements = table->requirements;
    }
    if (add_unlisted_parts(&output, lookup, listed, relation) > 0)
        return;
    g_autofree char *title =
        g_strdup_printf("%s %s: no part that is not listed", relation->kind, relation->identity);
    PgsFinding *finding = add_finding(&output, PGS_STATUS_PASSED, title);
    finding->object = g_strdup_printf("%s %s", relation->kind, relation->identity);
}

void
pgs_expect_add_unlisted(const PgsExpectations *expectations, const PgsExpectContext *context,
                        const PgsLookup *lookup, GHashTable *listed, GPtrArray *findings)
{
    Output output = {context, &expectations->place, expectations->requirements, findings};
    if (expectations->exact)
        judge_block(&output, lookup, listed);
    /* A block that is exact has said it of all tables. */
    for (guint i = 0; !expectations->exact && i < expectations->exact_relations->len; i++)
        judge_relation(expectations, &output, lookup, listed,
                       g_ptr_array_index(expectations->exact_relations, i));
}
