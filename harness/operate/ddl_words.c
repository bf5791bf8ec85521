#include "base/text.h"
#include "operate/ddl_plan.h"

#include "snapshot/words.h"

#include <string.h>

/* Comments, owners, privileges; and small texts that the other files are made of. */

static const struct {
    const char *kind, *noun;
} nouns[] = {
    {"schema", "SCHEMA"},
    {"extension", "EXTENSION"},
    {"enum type", "TYPE"},
    {"domain", "DOMAIN"},
    {"range type", "TYPE"},
    {"type", "TYPE"},
    {"composite type", "TYPE"},
    {"function", "FUNCTION"},
    {"procedure", "PROCEDURE"},
    {"window function", "FUNCTION"},
    {"sequence", "SEQUENCE"},
    {"table", "TABLE"},
    {"view", "VIEW"},
    {"materialized view", "MATERIALIZED VIEW"},
    {"column", "COLUMN"},
    {"attribute", "COLUMN"},
    {"check constraint", "CONSTRAINT"},
    {"not-null constraint", "CONSTRAINT"},
    {"domain constraint", "CONSTRAINT"},
    {"primary key", "CONSTRAINT"},
    {"unique constraint", "CONSTRAINT"},
    {"exclusion constraint", "CONSTRAINT"},
    {"foreign key", "CONSTRAINT"},
    {"index", "INDEX"},
    {"statistics", "STATISTICS"},
    {"rule", "RULE"},
    {"policy", "POLICY"},
    {"trigger", "TRIGGER"},
};

const char *
pgs_ddl_noun(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(nouns); i++) {
        if (strcmp(nouns[i].kind, kind) == 0)
            return nouns[i].noun;
    }
    return NULL;
}

const char *
pgs_ddl_part_name(const PgsObject *object)
{
    gsize length = object->parent != NULL ? strlen(object->parent) : 0;
    return length > 0 && strncmp(object->identity, object->parent, length) == 0 &&
                   object->identity[length] == '.'
               ? object->identity + length + 1
               : object->identity;
}

/* ---- comments ---- */

/* "CONSTRAINT c ON t", "TABLE t" */
static char *
comment_target(const PgsObject *object, const char *noun)
{
    if (strcmp(noun, "COLUMN") == 0 || pgs_ddl_part_name(object) == object->identity)
        return g_strdup_printf("%s %s", noun, object->identity);
    return g_strdup_printf("%s %s ON %s%s", noun, pgs_ddl_part_name(object),
                           strcmp(object->kind, "domain constraint") == 0 ? "DOMAIN " : "",
                           object->parent);
}

static void
say_comment(PgsDdlPlan *plan, const PgsObject *object, const char *noun, const char *comment)
{
    g_autofree char *target = comment_target(object, noun);
    g_autofree char *literal = comment != NULL ? pgs_text_literal(comment) : g_strdup("NULL");
    pgs_ddl_plan_add(plan, PGS_DDL_WORD, object, NULL,
                     g_strdup_printf("COMMENT ON %s IS %s", target, literal));
}

/* ---- privileges ---- */

/* One line of a snapshot's privileges: "INSERT, SELECT to app with grant option". */
typedef struct {
    char *privileges; /* "none": they are revoked */
    char *grantee;
    gboolean is_grantable;
    gboolean has_grantor; /* given by another than the owner */
} Grant;

static void
grant_clear(Grant *grant)
{
    g_free(grant->privileges);
    g_free(grant->grantee);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Grant, grant_clear)

static gboolean
parse_grant(const char *line, Grant *grant)
{
    static const char option[] = " with grant option";
    const char *to = strstr(line, " to ");
    if (to == NULL)
        return FALSE;
    grant->privileges = g_strndup(line, (gsize)(to - line));
    const char *name = to + strlen(" to ");
    static const char everybody[] = "PUBLIC";
    gsize length =
        g_str_has_prefix(name, everybody) ? strlen(everybody) : pgs_words_name_length(name);
    grant->grantee = g_strndup(name, length);
    grant->has_grantor = g_str_has_prefix(name + length, " by ");
    grant->is_grantable = g_str_has_suffix(name + length, option);
    return length > 0;
}

/* What GRANT and REVOKE work on: "TABLE t", "FUNCTION f(int)"; a column's privileges name the
 * column behind each privilege. */
static char *
grant_target(const PgsObject *object)
{
    static const struct {
        const char *kind, *noun;
    } rows[] = {{"view", "TABLE"},
                {"materialized view", "TABLE"},
                {"domain", "DOMAIN"},
                {"enum type", "TYPE"},
                {"range type", "TYPE"},
                {"composite type", "TYPE"},
                {"window function", "FUNCTION"}};
    if (strcmp(object->kind, "column") == 0)
        return g_strdup_printf("TABLE %s", object->parent);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (strcmp(rows[i].kind, object->kind) == 0)
            return g_strdup_printf("%s %s", rows[i].noun, object->identity);
    }
    const char *noun = pgs_ddl_noun(object->kind);
    return noun != NULL ? g_strdup_printf("%s %s", noun, object->identity) : NULL;
}

static char *
privilege_list(const PgsObject *object, const char *privileges)
{
    if (strcmp(object->kind, "column") != 0)
        return g_strdup(privileges);
    g_auto(GStrv) names = g_strsplit(privileges, ", ", -1);
    GString *text = g_string_new(NULL);
    for (guint i = 0; names[i] != NULL; i++)
        g_string_append_printf(text, "%s%s (%s)", i > 0 ? ", " : "", names[i],
                               pgs_ddl_part_name(object));
    return g_string_free(text, FALSE);
}

/* What the public has of itself (acldefault()); NULL: nothing. */
static const char *
usual_privilege(const PgsObject *object, const char *grantee)
{
    const char *noun = pgs_ddl_noun(object->kind);
    if (strcmp(grantee, "PUBLIC") != 0 || noun == NULL)
        return NULL;
    if (strcmp(noun, "FUNCTION") == 0 || strcmp(noun, "PROCEDURE") == 0)
        return "EXECUTE";
    return strcmp(noun, "TYPE") == 0 || strcmp(noun, "DOMAIN") == 0 ? "USAGE" : NULL;
}

static void
say_grant(PgsDdlPlan *plan, const PgsObject *object, const Grant *grant)
{
    g_autofree char *target = grant_target(object);
    if (target == NULL || strcmp(grant->privileges, "none") == 0)
        return;
    g_autofree char *list = privilege_list(object, grant->privileges);
    pgs_ddl_plan_add(plan, PGS_DDL_WORD, object, NULL,
                     g_strdup_printf("GRANT %s ON %s TO %s%s", list, target, grant->grantee,
                                     grant->is_grantable ? " WITH GRANT OPTION" : ""));
}

static void
say_revoke(PgsDdlPlan *plan, const PgsObject *object, const char *grantee)
{
    g_autofree char *target = grant_target(object);
    if (target == NULL)
        return;
    g_autofree char *list = privilege_list(object, "ALL");
    pgs_ddl_plan_add(plan, PGS_DDL_WORD, object, NULL,
                     g_strdup_printf("REVOKE %s ON %s FROM %s", list, target, grantee));
}

static gboolean
holds_line(char **lines, const char *line)
{
    return lines != NULL && g_strv_contains((const char *const *)lines, line);
}

/* Everybody who is in just one of the two, or differs, loses all and gets what is to be. */
static gboolean
say_privileges(PgsDdlPlan *plan, const PgsObject *object, const char *before, const char *after)
{
    g_auto(GStrv) old_lines = g_strsplit(before != NULL ? before : "", "\n", -1);
    g_auto(GStrv) new_lines = g_strsplit(after != NULL ? after : "", "\n", -1);
    g_autoptr(GHashTable) revoked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char **const lists[] = {old_lines, new_lines};
    for (gsize side = 0; side < G_N_ELEMENTS(lists); side++) {
        for (char **line = lists[side]; *line != NULL; line++) {
            g_auto(Grant) grant = {0};
            if (**line == '\0' || holds_line(lists[1 - side], *line))
                continue;
            if (!parse_grant(*line, &grant) || grant.has_grantor)
                return FALSE;
            if (g_hash_table_add(revoked, g_strdup(grant.grantee)))
                say_revoke(plan, object, grant.grantee);
        }
    }
    g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (char **line = new_lines; *line != NULL; line++) {
        g_auto(Grant) grant = {0};
        if (**line == '\0' || !parse_grant(*line, &grant))
            continue;
        g_hash_table_add(said, g_strdup(grant.grantee));
        if (g_hash_table_contains(revoked, grant.grantee))
            say_grant(plan, object, &grant);
    }
    const char *usual = usual_privilege(object, "PUBLIC");
    if (usual != NULL && g_hash_table_contains(revoked, "PUBLIC") &&
        !g_hash_table_contains(said, "PUBLIC")) {
        const Grant grant = {.privileges = (char *)usual, .grantee = (char *)"PUBLIC"};
        say_grant(plan, object, &grant);
    }
    return TRUE;
}

/* ---- all three ---- */

gboolean
pgs_ddl_word(PgsDdlPlan *plan, const PgsObject *object, const char *attribute, const char *before,
             const char *after)
{
    const char *noun = pgs_ddl_noun(object->kind);
    if (noun == NULL)
        return FALSE;
    if (strcmp(attribute, "comment") == 0) {
        say_comment(plan, object, noun, after);
        return TRUE;
    }
    if (strcmp(attribute, "privileges") == 0)
        return say_privileges(plan, object, before, after);
    if (strcmp(attribute, "owner") != 0 || after == NULL || strcmp(object->kind, "extension") == 0)
        return FALSE;
    pgs_ddl_plan_add(plan, PGS_DDL_WORD, object, NULL,
                     g_strdup_printf("ALTER %s %s OWNER TO %s", noun, object->identity, after));
    return TRUE;
}

/* Who makes it owns it. */
void
pgs_ddl_words(PgsDdlPlan *plan, const PgsObject *object)
{
    static const char *const attributes[] = {"owner", "privileges", "comment"};
    for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++) {
        const char *value = pgs_object_get(object, attributes[i]);
        gboolean is_usual = i == 0 && g_strcmp0(value, plan->role) == 0;
        if (value != NULL && !is_usual)
            pgs_ddl_word(plan, object, attributes[i], NULL, value);
    }
}
