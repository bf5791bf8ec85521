#include "snapshot/words.h"

#include <string.h>

/* ---- lists ---- */

/* Behind what a quote at text begins, a doubled one being part of it. */
static const char *
behind_quoted(const char *text)
{
    char quote = *text++;
    while (*text != '\0') {
        if (*text == quote && text[1] != quote)
            return text + 1;
        text += *text == quote ? 2 : 1;
    }
    return text;
}

GPtrArray *
pgs_words_split(const char *list)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    const char *start = list;
    guint depth = 0;
    for (const char *at = list;;) {
        if (*at == '"' || *at == '\'') {
            at = behind_quoted(at);
            continue;
        }
        if (*at == '(' || *at == '[')
            depth++;
        else if ((*at == ')' || *at == ']') && depth > 0)
            depth--;
        if (*at == '\0' || (*at == ',' && depth == 0)) {
            char *part = g_strstrip(g_strndup(start, (gsize)(at - start)));
            if (*part != '\0')
                g_ptr_array_add(parts, part);
            else
                g_free(part);
            start = at + 1;
        }
        if (*at++ == '\0')
            return parts;
    }
}

gsize
pgs_words_name_length(const char *text)
{
    if (*text == '"')
        return (gsize)(behind_quoted(text) - text);
    gsize length = 0;
    /* quote_ident() leaves only these unquoted. */
    while (g_ascii_islower(text[length]) || text[length] == '_' ||
           (length > 0 && (g_ascii_isdigit(text[length]) || text[length] == '$')))
        length++;
    return length;
}

/* ---- definitions ---- */

/* In the place of an attribute: the relation that the object belongs to. */
#define OF_PARENT ""

/* A table's row: what is said of an attribute, where the object has it. */
typedef struct {
    const char *attribute;
    const char *before, *after; /* around its value */
    const char *unless;         /* a value that goes without saying; or NULL */
    gboolean flag;              /* the value is not shown */
} Piece;

#define DEFERRAL                                                                                   \
    {"deferrable", " DEFERRABLE", "", NULL, TRUE},                                                 \
    {                                                                                              \
        "initially-deferred", " INITIALLY DEFERRED", "", NULL, TRUE                                \
    }
#define INDEX_REST                                                                                 \
    {"include", " INCLUDE (", ")", NULL, FALSE}, {"predicate", " WHERE ", "", NULL, FALSE},        \
    {                                                                                              \
        "invalid", " INVALID", "", NULL, TRUE                                                      \
    }

static const Piece column_pieces[] = {
    {"type", "", "", NULL, FALSE},
    {"collation", " COLLATE ", "", NULL, FALSE},
    {"not-null", " NOT NULL", "", NULL, TRUE},
    {"default", " DEFAULT ", "", NULL, FALSE},
    {"identity", " GENERATED ", " AS IDENTITY", NULL, FALSE},
    {"generated", " GENERATED ALWAYS AS ", "", NULL, FALSE},
    {0},
};
static const Piece check_pieces[] = {
    {"expression", "CHECK (", ")", NULL, FALSE},
    {"no-inherit", " NO INHERIT", "", NULL, TRUE},
    {"not-valid", " NOT VALID", "", NULL, TRUE},
    {"not-enforced", " NOT ENFORCED", "", NULL, TRUE},
    {0},
};
static const Piece foreign_key_pieces[] = {
    {"columns", "FOREIGN KEY (", ")", NULL, FALSE},
    {"references", " REFERENCES ", "", NULL, FALSE},
    {"match", " MATCH ", "", NULL, FALSE},
    {"on-update", " ON UPDATE ", "", "NO ACTION", FALSE},
    {"on-delete", " ON DELETE ", "", "NO ACTION", FALSE},
    DEFERRAL,
    {"not-valid", " NOT VALID", "", NULL, TRUE},
    {"not-enforced", " NOT ENFORCED", "", NULL, TRUE},
    {0},
};
static const Piece primary_key_pieces[] = {
    {"columns", "PRIMARY KEY (", ")", NULL, FALSE}, INDEX_REST, DEFERRAL, {0}};
static const Piece unique_pieces[] = {
    {"columns", "UNIQUE ", "", NULL, TRUE},
    {"nulls-not-distinct", "NULLS NOT DISTINCT ", "", NULL, TRUE},
    {"columns", "(", ")", NULL, FALSE},
    INDEX_REST,
    DEFERRAL,
    {0},
};
static const Piece exclusion_pieces[] = {
    {"method", "EXCLUDE USING ", " ", NULL, FALSE},
    {"columns", "(", ")", NULL, FALSE},
    INDEX_REST,
    DEFERRAL,
    {0},
};
static const Piece index_pieces[] = {
    {"unique", "UNIQUE ", "", NULL, TRUE},
    {OF_PARENT, "ON ", " ", NULL, FALSE},
    {"method", "USING ", " ", "btree", FALSE},
    {"columns", "(", ")", NULL, FALSE},
    {"nulls-not-distinct", " NULLS NOT DISTINCT", "", NULL, TRUE},
    INDEX_REST,
    {0},
};
static const Piece not_null_pieces[] = {
    {"columns", "NOT NULL ", "", NULL, FALSE}, {"no-inherit", " NO INHERIT", "", NULL, TRUE}, {0}};
static const Piece domain_pieces[] = {
    {"type", "", "", NULL, FALSE},
    {"not-null", " NOT NULL", "", NULL, TRUE},
    {"default", " DEFAULT ", "", NULL, FALSE},
    {0},
};
static const Piece label_pieces[] = {{"labels", "(", ")", NULL, FALSE}, {0}};
static const Piece type_pieces[] = {{"type", "", "", NULL, FALSE}, {0}};
static const Piece definition_pieces[] = {
    {"definition", "", "", NULL, FALSE}, {"expression", "", "", NULL, FALSE}, {0}};
static const Piece table_pieces[] = {
    {"partition-of", "PARTITION OF ", " ", NULL, FALSE},
    {"bound", "", " ", NULL, FALSE},
    {"inherits", "INHERITS (", ") ", NULL, FALSE},
    {"partition-by", "PARTITION BY ", " ", NULL, FALSE},
    {0},
};

static const struct {
    const char *kind;
    const Piece *pieces;
} kinds[] = {
    {"attribute", type_pieces},
    {"check constraint", check_pieces},
    {"column", column_pieces},
    {"domain", domain_pieces},
    {"domain constraint", check_pieces},
    {"enum type", label_pieces},
    {"exclusion constraint", exclusion_pieces},
    {"foreign key", foreign_key_pieces},
    {"index", index_pieces},
    {"materialized view", definition_pieces},
    {"not-null constraint", not_null_pieces},
    {"policy", definition_pieces},
    {"primary key", primary_key_pieces},
    {"rule", definition_pieces},
    {"table", table_pieces},
    {"trigger", definition_pieces},
    {"unique constraint", unique_pieces},
    {"view", definition_pieces},
};

static const Piece *
find_pieces(const char *kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].pieces;
    }
    return NULL;
}

char *
pgs_object_define(const PgsObject *object)
{
    const Piece *piece = find_pieces(object->kind);
    g_autoptr(GString) text = g_string_new(NULL);
    for (; piece != NULL && piece->attribute != NULL; piece++) {
        const char *value =
            *piece->attribute == '\0' ? object->parent : pgs_object_get(object, piece->attribute);
        if (value == NULL || g_strcmp0(value, piece->unless) == 0)
            continue;
        g_string_append(text, piece->before);
        g_string_append(text, piece->flag ? "" : value);
        g_string_append(text, piece->after);
    }
    g_strstrip(text->str);
    return *text->str != '\0' ? g_strdup(text->str) : NULL;
}
