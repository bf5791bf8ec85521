#include "check/expect_find.h"

#include "check/expect_name.h"
#include "snapshot/kinds.h"

#include <string.h>

static const struct {
    const char *kind;
    const char *const *kinds;
} groups[] = {
    {"unique rule", (const char *const[]){"unique constraint", "index", NULL}},
    {"constraint",
     (const char *const[]){"check constraint", "primary key", "unique constraint",
                           "exclusion constraint", "foreign key", "not-null constraint", NULL}},
};

const char *const *
pgs_expect_kinds(const char *kind, const char *own[2])
{
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        if (strcmp(groups[i].kind, kind) == 0)
            return groups[i].kinds;
    }
    own[0] = kind;
    own[1] = NULL;
    return own;
}

const char *
pgs_expect_identifying(const char *kind)
{
    static const struct {
        const char *kind, *attribute;
    } rows[] = {
        {"primary key", NULL},
        {"check constraint", "expression"},
        {"trigger", "function"},
        {"enum type", "labels"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].kind, kind) == 0)
            return rows[i].attribute;
    }
    return "columns";
}

char *
pgs_expect_identity(const PgsExpectation *expectation)
{
    if (expectation->name == NULL)
        return g_strdup(expectation->relation);
    const PgsKind *kind = pgs_kind_find(expectation->kind);
    gboolean is_part = kind == NULL || kind->is_part;
    if (expectation->relation == NULL || !is_part)
        return g_strdup(expectation->name);
    return g_strconcat(expectation->relation, ".", expectation->name, NULL);
}

/* ----------------------------------------------------------------------------- by its name -- */

static void
add(GPtrArray *objects, const PgsObject *object)
{
    if (object != NULL)
        g_ptr_array_add(objects, (gpointer)object);
}

/* The arguments "(int, text)" as the server spells them; NULL: it does not know, or not yet. */
static char *
spell_arguments(const PgsExpectScope *scope, const char *arguments, const PgsSpelling **refusal)
{
    gsize length = strlen(arguments);
    gboolean is_closed = length >= 2 && arguments[length - 1] == ')';
    g_autofree char *inner = g_strndup(arguments + 1, length - (is_closed ? 2 : 1));
    g_auto(GStrv) types = pgs_expect_list_split(g_strstrip(inner));
    gboolean is_known = TRUE;
    for (char **type = types; *type != NULL; type++) {
        const PgsSpelling *answer = pgs_speller_spell(scope->speller, PGS_SPELL_SIGNATURE,
                                                      scope->schema, NULL, *type, NULL);
        if (answer != NULL && answer->code != NULL)
            *refusal = answer;
        if (answer == NULL || answer->text == NULL) {
            is_known = FALSE;
            continue;
        }
        g_free(*type);
        *type = g_strdup(answer->text);
    }
    if (!is_known)
        return NULL;
    g_autofree char *joined = g_strjoinv(", ", types);
    return g_strconcat("(", joined, ")", NULL);
}

static void
find_function(const PgsExpectScope *scope, const char *kind, PgsExpectSubjects *subjects)
{
    const char *name = scope->expectation->name;
    gsize length = strcspn(name, "(");
    g_autofree char *own = g_strstrip(g_strndup(name, length));
    g_auto(GStrv) names = pgs_expect_name_split(own, 2);
    const char *schema = names[1] != NULL ? names[0] : scope->schema;
    const char *plain = names[1] != NULL ? names[1] : names[0];
    g_autofree char *arguments =
        spell_arguments(scope, name[length] == '(' ? name + length : "()", &subjects->refusal);
    if (arguments == NULL)
        return;
    const char *const path[] = {schema, plain, arguments, NULL};
    add(subjects->objects, pgs_lookup_find(scope->lookup, kind, path));
}

/* A constraint that is an index goes by an index's name too. */
static void
find_index_of_constraint(const PgsExpectScope *scope, const char *schema, const char *name,
                         GPtrArray *objects)
{
    static const char *const kinds[] = {"primary key", "unique constraint", "exclusion constraint",
                                        NULL};
    const PgsSnapshot *snapshot = pgs_lookup_snapshot(scope->lookup);
    for (guint i = 0; i < pgs_snapshot_n_objects(snapshot); i++) {
        const PgsObject *object = pgs_snapshot_object(snapshot, i);
        if (!g_strv_contains(kinds, object->kind))
            continue;
        g_auto(GStrv) names = pgs_object_names(object);
        if (strcmp(names[0], schema) == 0 && g_strcmp0(names[2], name) == 0)
            add(objects, object);
    }
}

static void
find_index(const PgsExpectScope *scope, PgsExpectSubjects *subjects)
{
    g_auto(GStrv) names = pgs_expect_name_split(scope->expectation->name, 2);
    const char *schema = names[1] != NULL ? names[0] : scope->schema;
    const char *own = names[1] != NULL ? names[1] : names[0];
    const char *const path[] = {schema, own, NULL};
    const PgsObject *index = pgs_lookup_find(scope->lookup, "index", path);
    /* A unique rule speaks of one table; an index by its name is of whichever it is. */
    if (index != NULL && strcmp(scope->expectation->kind, "unique rule") == 0 &&
        (scope->relation == NULL || strcmp(index->parent, scope->relation->identity) != 0 ||
         pgs_object_get(index, "unique") == NULL))
        index = NULL;
    add(subjects->objects, index);
    if (scope->expectation->absent)
        find_index_of_constraint(scope, schema, own, subjects->objects);
}

/* The last resort: the identity to the letter, for kinds whose identities are no names. */
static const PgsObject *
find_exact(const PgsExpectScope *scope, const char *kind)
{
    g_autofree char *identity = pgs_expect_identity(scope->expectation);
    return pgs_snapshot_find(pgs_lookup_snapshot(scope->lookup), kind, identity);
}

static void
find_named(const PgsExpectScope *scope, const char *kind, PgsExpectSubjects *subjects)
{
    static const char *const routines[] = {"function", "procedure", "aggregate", "window function",
                                           NULL};
    if (g_strv_contains(routines, kind)) {
        find_function(scope, kind, subjects);
        return;
    }
    if (strcmp(kind, "index") == 0) {
        find_index(scope, subjects);
        return;
    }
    const PgsExpectation *expectation = scope->expectation;
    const PgsKind *row = pgs_kind_find(kind);
    const PgsObject *found = NULL;
    if (row != NULL && row->is_part && expectation->relation != NULL) {
        g_auto(GStrv) owner = pgs_expect_name_split(expectation->relation, 2);
        g_autofree char *own = pgs_expect_name_plain(expectation->name);
        const char *const path[] = {owner[1] != NULL ? owner[0] : "public",
                                    owner[1] != NULL ? owner[1] : owner[0], own, NULL};
        found = pgs_lookup_find(scope->lookup, kind, path);
    } else {
        g_auto(GStrv) names =
            pgs_expect_name_split(expectation->name, row != NULL && row->is_part ? 0 : 2);
        found = pgs_lookup_find(scope->lookup, kind, (const char *const *)names);
        const char *const in_public[] = {"public", names[0], NULL};
        if (found == NULL && names[1] == NULL)
            found = pgs_lookup_find(scope->lookup, kind, in_public);
    }
    add(subjects->objects, found != NULL ? found : find_exact(scope, kind));
}

/* -------------------------------------------------------------------- by where it belongs -- */

static gboolean
may_be(const PgsExpectation *expectation, const char *kind, const PgsObject *object)
{
    if (strcmp(object->kind, kind) != 0)
        return FALSE;
    gboolean is_rule = strcmp(expectation->kind, "unique rule") == 0;
    return !is_rule || strcmp(kind, "index") != 0 || pgs_object_get(object, "unique") != NULL;
}

static void
find_parts(const PgsExpectScope *scope, const char *kind, PgsExpectSubjects *subjects)
{
    if (scope->relation == NULL)
        return;
    const GPtrArray *parts = pgs_lookup_parts(scope->lookup, scope->relation->identity);
    for (guint i = 0; i < parts->len; i++) {
        const PgsObject *part = g_ptr_array_index(parts, i);
        if (may_be(scope->expectation, kind, part))
            add(subjects->objects, part);
    }
}

void
pgs_expect_find(const PgsExpectScope *scope, PgsExpectSubjects *subjects)
{
    *subjects = (PgsExpectSubjects){
        .objects = g_ptr_array_new(),
        .are_named = scope->expectation->name != NULL,
    };
    const char *own[2];
    for (const char *const *kind = pgs_expect_kinds(scope->expectation->kind, own); *kind != NULL;
         kind++) {
        if (subjects->are_named)
            find_named(scope, *kind, subjects);
        else
            find_parts(scope, *kind, subjects);
    }
}

void
pgs_expect_subjects_clear(PgsExpectSubjects *subjects)
{
    g_clear_pointer(&subjects->objects, g_ptr_array_unref);
}
