#ifndef PGS_TESTS_CHECK_FAULT_RENDER_H
#define PGS_TESTS_CHECK_FAULT_RENDER_H

#include "project/expectation.h"
#include "snapshot/snapshot.h"

#include <string.h>

/* A snapshot's object as the DDL that replaces it, with one attribute changed. */

typedef struct {
    const PgsObject *object;
    const char *attribute, *value; /* that one is changed; value NULL: left out */
} PgsRendering;

static inline char *
pgs_render_literal(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, "'", -1);
    g_autofree char *doubled = g_strjoinv("''", parts);
    return g_strdup_printf("'%s'", doubled);
}

/* The object's own name as SQL writes it; belongs to the object. */
static inline const char *
pgs_render_own_name(const PgsObject *object)
{
    gsize skip = object->parent != NULL ? strlen(object->parent) : 0;
    if (skip > 0 && strncmp(object->identity, object->parent, skip) == 0 &&
        object->identity[skip] == '.')
        return object->identity + skip + 1;
    const char *own = object->identity;
    gboolean is_quoted = FALSE;
    for (const char *at = object->identity; *at != '\0' && *at != '('; at++) {
        is_quoted ^= *at == '"';
        if (*at == '.' && !is_quoted)
            own = at + 1;
    }
    return own;
}

static inline const char *
pgs_render_get(const PgsRendering *rendering, const char *attribute)
{
    return strcmp(attribute, rendering->attribute) == 0
               ? rendering->value
               : pgs_object_get(rendering->object, attribute);
}

/* before, the value and after, when it has the attribute. */
static inline void
pgs_render_clause(GString *out, const PgsRendering *rendering, const char *attribute,
                  const char *before, const char *after)
{
    const char *value = pgs_render_get(rendering, attribute);
    if (value != NULL)
        g_string_append_printf(out, "%s%s%s", before, value, after);
}

/* A key word, when it has the attribute. */
static inline void
pgs_render_flag(GString *out, const PgsRendering *rendering, const char *attribute,
                const char *words)
{
    if (pgs_render_get(rendering, attribute) != NULL)
        g_string_append(out, words);
}

static inline void
pgs_render_deferrable(GString *out, const PgsRendering *rendering)
{
    gboolean is_deferred = pgs_render_get(rendering, "initially-deferred") != NULL;
    if (is_deferred || pgs_render_get(rendering, "deferrable") != NULL)
        g_string_append(out, " DEFERRABLE");
    if (is_deferred)
        g_string_append(out, " INITIALLY DEFERRED");
}

static inline void
pgs_render_key(GString *out, const PgsRendering *rendering)
{
    g_string_append(out,
                    strcmp(rendering->object->kind, "primary key") == 0 ? "PRIMARY KEY" : "UNIQUE");
    pgs_render_flag(out, rendering, "nulls-not-distinct", " NULLS NOT DISTINCT");
    pgs_render_clause(out, rendering, "columns", " (", ")");
    pgs_render_clause(out, rendering, "include", " INCLUDE (", ")");
    pgs_render_clause(out, rendering, "options", " WITH (", ")");
    pgs_render_deferrable(out, rendering);
}

static inline void
pgs_render_foreign_key(GString *out, const PgsRendering *rendering)
{
    pgs_render_clause(out, rendering, "columns", "FOREIGN KEY (", ")");
    pgs_render_clause(out, rendering, "references", " REFERENCES ", "");
    pgs_render_clause(out, rendering, "match", " MATCH ", "");
    pgs_render_clause(out, rendering, "on-delete", " ON DELETE ", "");
    pgs_render_clause(out, rendering, "on-update", " ON UPDATE ", "");
    pgs_render_deferrable(out, rendering);
    pgs_render_flag(out, rendering, "not-valid", " NOT VALID");
}

static inline void
pgs_render_check(GString *out, const PgsRendering *rendering)
{
    pgs_render_clause(out, rendering, "expression", "CHECK (", ")");
    pgs_render_flag(out, rendering, "no-inherit", " NO INHERIT");
    pgs_render_flag(out, rendering, "not-valid", " NOT VALID");
}

static inline void
pgs_render_index(GString *out, const PgsRendering *rendering)
{
    const PgsObject *object = rendering->object;
    g_string_append_printf(out, "DROP INDEX %s; CREATE", object->identity);
    pgs_render_flag(out, rendering, "unique", " UNIQUE");
    g_string_append_printf(out, " INDEX %s ON %s", pgs_render_own_name(object), object->parent);
    pgs_render_clause(out, rendering, "method", " USING ", "");
    pgs_render_clause(out, rendering, "columns", " (", ")");
    pgs_render_clause(out, rendering, "include", " INCLUDE (", ")");
    pgs_render_flag(out, rendering, "nulls-not-distinct", " NULLS NOT DISTINCT");
    pgs_render_clause(out, rendering, "options", " WITH (", ")");
    pgs_render_clause(out, rendering, "predicate", " WHERE ", "");
}

static inline void
pgs_render_trigger(GString *out, const PgsRendering *rendering)
{
    const PgsObject *object = rendering->object;
    const char *own = pgs_render_own_name(object);
    g_string_append_printf(out, "DROP TRIGGER %s ON %s; CREATE TRIGGER %s", own, object->parent,
                           own);
    pgs_render_clause(out, rendering, "timing", " ", "");
    g_auto(GStrv) events = g_strsplit(pgs_render_get(rendering, "events"), ", ", -1);
    g_autofree char *joined = g_strjoinv(" OR ", events);
    g_string_append_printf(out, " %s", joined);
    if (g_str_has_suffix(joined, "UPDATE"))
        pgs_render_clause(out, rendering, "columns", " OF ", "");
    g_string_append_printf(out, " ON %s", object->parent);
    pgs_render_clause(out, rendering, "for-each", " FOR EACH ", "");
    pgs_render_clause(out, rendering, "when", " WHEN (", ")");
    pgs_render_clause(out, rendering, "function", " EXECUTE FUNCTION ", "");
    const char *arguments = pgs_render_get(rendering, "arguments");
    g_string_append_printf(out, "(%s)", arguments != NULL ? arguments : "");
}

static inline void
pgs_render_function(GString *out, const PgsRendering *rendering)
{
    const PgsObject *object = rendering->object;
    g_autofree char *body = pgs_render_literal(pgs_render_get(rendering, "body"));
    const char *arguments = pgs_render_get(rendering, "arguments");
    gsize length = strcspn(object->identity, "(");
    g_string_append_printf(out, "CREATE OR REPLACE FUNCTION %.*s(%s)", (int)length,
                           object->identity, arguments != NULL ? arguments : "");
    pgs_render_clause(out, rendering, "returns", " RETURNS ", "");
    pgs_render_clause(out, rendering, "language", " LANGUAGE ", "");
    pgs_render_clause(out, rendering, "volatility", " ", "");
    pgs_render_flag(out, rendering, "strict", " STRICT");
    pgs_render_flag(out, rendering, "security-definer", " SECURITY DEFINER");
    g_string_append_printf(out, " AS %s", body);
}

static inline void
pgs_render_view(GString *out, const PgsRendering *rendering)
{
    g_string_append_printf(out, "CREATE OR REPLACE VIEW %s", rendering->object->identity);
    pgs_render_clause(out, rendering, "definition", " AS ", "");
}

static inline void
pgs_render_policy(GString *out, const PgsRendering *rendering)
{
    g_string_append_printf(out, "ALTER POLICY %s ON %s", pgs_render_own_name(rendering->object),
                           rendering->object->parent);
    pgs_render_clause(out, rendering, "using", " USING (", ")");
}

/* NULL: objects of that kind cannot be rendered.  g_free(). */
static inline char *
pgs_render(const PgsObject *object, const char *attribute, const char *value)
{
    static const struct {
        const char *kind;
        gboolean is_constraint;
        void (*render)(GString *out, const PgsRendering *rendering);
    } kinds[] = {
        {"primary key", TRUE, pgs_render_key},
        {"unique constraint", TRUE, pgs_render_key},
        {"foreign key", TRUE, pgs_render_foreign_key},
        {"check constraint", TRUE, pgs_render_check},
        {"index", FALSE, pgs_render_index},
        {"trigger", FALSE, pgs_render_trigger},
        {"function", FALSE, pgs_render_function},
        {"view", FALSE, pgs_render_view},
        {"policy", FALSE, pgs_render_policy},
    };
    PgsRendering rendering = {object, attribute, value};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, object->kind) != 0)
            continue;
        GString *out = g_string_new(NULL);
        if (kinds[i].is_constraint) {
            const char *own = pgs_render_own_name(object);
            g_string_append_printf(
                out, "ALTER TABLE %s DROP CONSTRAINT %s CASCADE; ALTER TABLE %s ADD CONSTRAINT %s ",
                object->parent, own, object->parent, own);
        }
        kinds[i].render(out, &rendering);
        return g_string_free(out, FALSE);
    }
    return NULL;
}

#endif
