#include "check/redundancy.h"

#include "check/redundancy_index.h"
#include "snapshot/words.h"

#include <string.h>

/* What is being judged. */
typedef struct {
    const PgsSnapshot *head;
    const char *system;
    GPtrArray *findings;
    GPtrArray *indexes; /* PgsIndexShape, in the order of the snapshot */
    GHashTable *spare;  /* set of PgsIndexShape: those that a finding says to drop */
} Judge;

static gboolean
is_true(const PgsObject *object, const char *attribute)
{
    return pgs_object_get(object, attribute) != NULL;
}

static PgsFinding *
warn(Judge *judge, const char *check, const PgsObject *object, char *title)
{
    PgsFinding *finding = pgs_finding_new(check, PGS_STATUS_WARNING, judge->system, NULL, title);
    finding->object = g_strdup_printf("%s %s", object->kind, object->identity);
    g_free(title);
    g_ptr_array_add(judge->findings, finding);
    return finding;
}

/* One passed, when the check has found nothing since. */
static void
conclude(Judge *judge, const char *check, guint before, const char *title)
{
    if (judge->findings->len == before)
        g_ptr_array_add(judge->findings,
                        pgs_finding_new(check, PGS_STATUS_PASSED, judge->system, NULL, title));
}

/* ---- indexes that repeat others ---- */

/* A part's own name, behind its parent's and a dot. */
static const char *
own_name(const PgsObject *object)
{
    return object->identity + strlen(object->parent) + 1;
}

static char *
drop_statement(const PgsIndexShape *shape)
{
    const PgsObject *object = shape->object;
    if (shape->constraint)
        return g_strdup_printf("ALTER TABLE %s DROP CONSTRAINT %s;", object->parent,
                               own_name(object));
    return g_strdup_printf("DROP INDEX %s;", object->identity);
}

/* Whether the table is known to subscribers by this index. */
static gboolean
is_replica_identity(const Judge *judge, const PgsIndexShape *shape)
{
    const PgsObject *table = pgs_snapshot_find(judge->head, "table", shape->object->parent);
    const char *identity = table != NULL ? pgs_object_get(table, "replica-identity") : NULL;
    return identity != NULL && g_str_has_prefix(identity, "USING INDEX ") &&
           g_str_has_suffix(shape->object->identity, identity + strlen("USING INDEX "));
}

/* Of two equal indexes the one with more to lose is kept: a constraint before all. */
static guint
worth(const Judge *judge, const PgsIndexShape *shape)
{
    return (guint)shape->attached << 5 |
           (guint)(strcmp(shape->object->kind, "primary key") == 0) << 4 |
           (guint)shape->constraint << 3 | (guint)shape->unique << 2 |
           (guint)is_replica_identity(judge, shape) << 1 |
           (guint)is_true(shape->object, "clustered");
}

/* The one that makes shape needless, or NULL: as it is, it or another goes. */
static const PgsIndexShape *
find_twin(const Judge *judge, guint index)
{
    const PgsIndexShape *shape = judge->indexes->pdata[index];
    const PgsIndexShape *best = NULL;
    for (guint i = 0; i < judge->indexes->len; i++) {
        const PgsIndexShape *other = judge->indexes->pdata[i];
        if (i == index || !other->usable || !pgs_index_is_same(shape, other))
            continue;
        guint own = worth(judge, shape), its = worth(judge, other);
        if ((its > own || (its == own && i < index)) && (best == NULL || its > worth(judge, best)))
            best = other;
    }
    return best;
}

static void
report_twin(Judge *judge, const PgsIndexShape *shape, const PgsIndexShape *twin)
{
    const PgsObject *object = shape->object, *kept = twin->object;
    PgsFinding *finding = warn(judge, "redundancy.duplicate-index", object,
                               g_strdup_printf("%s %s", object->kind, object->identity));
    finding->message = g_strdup_printf("it repeats the %s %s: the same table, keys and rows, kept "
                                       "up to date twice with each write",
                                       kept->kind, kept->identity);
    finding->expected =
        g_strdup_printf("one index on %s (%s)", object->parent, pgs_object_get(object, "columns"));
    finding->actual = g_strdup_printf("%s and %s", kept->identity, object->identity);
    g_autofree char *drop = drop_statement(shape);
    finding->hint = g_strdup_printf("drop this one, and keep %s%s: %s", kept->identity,
                                    twin->constraint ? ", which a constraint stands on" : "", drop);
}

static void
judge_duplicates(Judge *judge)
{
    guint before = judge->findings->len;
    for (guint i = 0; i < judge->indexes->len; i++) {
        PgsIndexShape *shape = judge->indexes->pdata[i];
        const PgsIndexShape *twin = shape->usable && !shape->attached ? find_twin(judge, i) : NULL;
        if (twin == NULL)
            continue;
        g_hash_table_add(judge->spare, shape);
        report_twin(judge, shape, twin);
    }
    conclude(judge, "redundancy.duplicate-index", before, "no index repeats another");
}

/* The shortest index that serves all that shape does and is not needless itself; or NULL. */
static const PgsIndexShape *
find_cover(const Judge *judge, const PgsIndexShape *shape)
{
    const PgsIndexShape *best = NULL;
    for (guint i = 0; i < judge->indexes->len; i++) {
        PgsIndexShape *other = judge->indexes->pdata[i];
        if (other == shape || !other->usable || g_hash_table_contains(judge->spare, other) ||
            !pgs_index_is_covered(shape, other))
            continue;
        if (best == NULL ||
            other->keys->len + other->included->len < best->keys->len + best->included->len)
            best = other;
    }
    return best;
}

static void
report_cover(Judge *judge, const PgsIndexShape *shape, const PgsIndexShape *cover)
{
    const PgsObject *object = shape->object, *other = cover->object;
    PgsFinding *finding = warn(judge, "redundancy.covered-index", object,
                               g_strdup_printf("%s %s", object->kind, object->identity));
    finding->message = g_strdup_printf(
        "its keys (%s) are the first of the %s %s (%s), which answers the same queries",
        pgs_object_get(object, "columns"), other->kind, other->identity,
        pgs_object_get(other, "columns"));
    g_autofree char *drop = drop_statement(shape);
    finding->hint = g_strdup_printf("drop it, unless the other is so much wider that reading it is "
                                    "slower: %s",
                                    drop);
}

/* From the widest to the narrowest, so that what covers one is not covered itself. */
static int
compare_width(gconstpointer a, gconstpointer b)
{
    const PgsIndexShape *x = *(PgsIndexShape *const *)a, *y = *(PgsIndexShape *const *)b;
    guint x_width = x->keys->len + x->included->len, y_width = y->keys->len + y->included->len;
    if (x_width != y_width)
        return x_width > y_width ? -1 : 1;
    return pgs_object_compare(x->object, y->object);
}

static void
judge_covered(Judge *judge)
{
    guint before = judge->findings->len;
    g_autoptr(GPtrArray) by_width = g_ptr_array_copy(judge->indexes, NULL, NULL);
    g_ptr_array_set_free_func(by_width, NULL); /* they are the judge's */
    g_ptr_array_sort(by_width, compare_width);
    g_autoptr(GHashTable) covers = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < by_width->len; i++) {
        PgsIndexShape *shape = by_width->pdata[i];
        if (!shape->usable || shape->attached || g_hash_table_contains(judge->spare, shape))
            continue;
        const PgsIndexShape *cover = find_cover(judge, shape);
        if (cover == NULL)
            continue;
        g_hash_table_add(judge->spare, shape);
        g_hash_table_insert(covers, shape, (gpointer)cover);
    }
    for (guint i = 0; i < judge->indexes->len; i++) {
        const PgsIndexShape *shape = judge->indexes->pdata[i];
        const PgsIndexShape *cover = g_hash_table_lookup(covers, shape);
        if (cover != NULL)
            report_cover(judge, shape, cover);
    }
    conclude(judge, "redundancy.covered-index", before, "no index is the beginning of another");
}

/* ---- foreign keys ---- */

/* The first index of the key's table that passes the test, or NULL. */
static const PgsIndexShape *
find_index(const Judge *judge, const PgsObject *key, const GPtrArray *columns,
           gboolean (*test)(const PgsIndexShape *, const GPtrArray *))
{
    for (guint i = 0; i < judge->indexes->len; i++) {
        const PgsIndexShape *shape = judge->indexes->pdata[i];
        if (strcmp(shape->object->parent, key->parent) == 0 && test(shape, columns))
            return shape;
    }
    return NULL;
}

/* Of "schema.table (columns)" the table: a quoted name may have a parenthesis, too. */
static char *
referenced_table(const char *references)
{
    gsize length = pgs_words_name_length(references);
    if (references[length] == '.')
        length += 1 + pgs_words_name_length(references + length + 1);
    return g_strndup(references, length);
}

static void
report_foreign_key(Judge *judge, const PgsObject *key, const PgsIndexShape *narrowing)
{
    const char *columns = pgs_object_get(key, "columns");
    const char *references = pgs_object_get(key, "references");
    g_autofree char *target = referenced_table(references);
    PgsFinding *finding = warn(judge, "redundancy.foreign-key-index", key,
                               g_strdup_printf("foreign key %s", key->identity));
    if (narrowing != NULL)
        finding->message =
            g_strdup_printf("no index on %s begins with (%s): each row of %s that is "
                            "deleted, or whose key changes, costs a look at all rows "
                            "that %s finds by a part of it",
                            key->parent, columns, target, narrowing->object->identity);
    else
        finding->message =
            g_strdup_printf("no index on %s begins with (%s): each row of %s that is "
                            "deleted, or whose key changes, costs a whole scan of it",
                            key->parent, columns, target);
    finding->expected = g_strdup_printf("an index on %s (%s)", key->parent, columns);
    finding->actual = g_strdup("none that serves");
    finding->hint =
        g_strdup_printf("add one in a migration: CREATE INDEX ON %s (%s);", key->parent, columns);
}

static void
judge_foreign_keys(Judge *judge)
{
    guint before = judge->findings->len;
    for (guint i = 0; i < pgs_snapshot_n_objects(judge->head); i++) {
        const PgsObject *key = pgs_snapshot_object(judge->head, i);
        if (strcmp(key->kind, "foreign key") != 0)
            continue;
        const char *columns = pgs_object_get(key, "columns");
        g_autoptr(GPtrArray) list = pgs_index_split_list(columns);
        /* One over a period (PostgreSQL 18) is looked up by overlap, through a GiST index. */
        gboolean period = list->len > 0 && g_str_has_prefix(list->pdata[list->len - 1], "PERIOD ");
        if (!period && find_index(judge, key, list, pgs_index_serves_columns) == NULL)
            report_foreign_key(judge, key, find_index(judge, key, list, pgs_index_narrows_columns));
    }
    conclude(judge, "redundancy.foreign-key-index", before, "each foreign key has an index");
}

/* ---- what was left half done ---- */

static void
report_not_validated(Judge *judge, const PgsObject *object)
{
    gboolean domain = strcmp(object->kind, "domain constraint") == 0;
    PgsFinding *finding = warn(judge, "redundancy.not-validated", object,
                               g_strdup_printf("%s %s", object->kind, object->identity));
    finding->message = g_strdup("it was added NOT VALID and never validated: rows from before may "
                                "break it, and the planner does not rely on it");
    finding->expected = g_strdup("validated");
    finding->actual = g_strdup("NOT VALID");
    finding->hint = g_strdup_printf("mend such rows, then validate it in a later migration: "
                                    "ALTER %s %s VALIDATE CONSTRAINT %s;",
                                    domain ? "DOMAIN" : "TABLE", object->parent, own_name(object));
}

static void
judge_not_validated(Judge *judge)
{
    guint before = judge->findings->len;
    for (guint i = 0; i < pgs_snapshot_n_objects(judge->head); i++) {
        const PgsObject *object = pgs_snapshot_object(judge->head, i);
        /* What is NOT ENFORCED (PostgreSQL 18) cannot be validated. */
        if (object->parent != NULL && is_true(object, "not-valid") &&
            !is_true(object, "not-enforced"))
            report_not_validated(judge, object);
    }
    conclude(judge, "redundancy.not-validated", before, "each constraint is validated");
}

static void
report_invalid(Judge *judge, const PgsIndexShape *shape)
{
    const PgsObject *object = shape->object;
    const PgsObject *table = pgs_snapshot_find(judge->head, "table", object->parent);
    PgsFinding *finding = warn(judge, "redundancy.invalid-index", object,
                               g_strdup_printf("%s %s", object->kind, object->identity));
    finding->expected = g_strdup("valid");
    finding->actual = g_strdup(is_true(object, "invalid") ? "invalid" : "not ready");
    if (table != NULL && is_true(table, "partition-by")) {
        finding->message =
            g_strdup("no query uses it: not every partition's index is attached to it");
        finding->hint = g_strdup_printf("attach the others: ALTER INDEX %s ATTACH PARTITION …;",
                                        object->identity);
        return;
    }
    finding->message =
        g_strdup("no query uses it, and each write keeps it up to date: CREATE INDEX "
                 "CONCURRENTLY failed and left it");
    g_autofree char *drop = drop_statement(shape);
    finding->hint = g_strdup_printf("make it anew (REINDEX INDEX CONCURRENTLY %s;) or drop it (%s)",
                                    object->identity, drop);
}

static void
judge_invalid(Judge *judge)
{
    guint before = judge->findings->len;
    for (guint i = 0; i < judge->indexes->len; i++) {
        const PgsIndexShape *shape = judge->indexes->pdata[i];
        if (!shape->usable)
            report_invalid(judge, shape);
    }
    conclude(judge, "redundancy.invalid-index", before, "each index is valid");
}

static GPtrArray *
take_indexes(const PgsSnapshot *head)
{
    GPtrArray *indexes = g_ptr_array_new_with_free_func((GDestroyNotify)pgs_index_shape_free);
    for (guint i = 0; i < pgs_snapshot_n_objects(head); i++) {
        PgsIndexShape *shape = pgs_index_shape_new(pgs_snapshot_object(head, i));
        if (shape != NULL)
            g_ptr_array_add(indexes, shape);
    }
    return indexes;
}

void
pgs_redundancy_judge(const PgsSnapshot *head, const char *system, GPtrArray *findings)
{
    g_autoptr(GPtrArray) indexes = take_indexes(head);
    g_autoptr(GHashTable) spare = g_hash_table_new(NULL, NULL);
    Judge judge = {head, system, findings, indexes, spare};
    judge_duplicates(&judge);
    judge_covered(&judge);
    judge_foreign_keys(&judge);
    judge_not_validated(&judge);
    judge_invalid(&judge);
}
