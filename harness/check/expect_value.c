#include "check/expect_value.h"

#include "base/text.h"
#include "check/expect_name.h"
#include "diff/sql_space.h"

#include <stdlib.h>
#include <string.h>

void
pgs_expect_scope_init(PgsExpectScope *scope, const PgsExpectation *expectation,
                      const PgsLookup *lookup, PgsSpeller *speller)
{
    const char *owner = expectation->relation != NULL ? expectation->relation : expectation->name;
    g_auto(GStrv) names = pgs_expect_name_split(owner != NULL ? owner : "", 2);
    *scope = (PgsExpectScope){
        .expectation = expectation,
        .lookup = lookup,
        .speller = speller,
        .schema = g_strdup(g_strv_length(names) > 1 ? names[0] : "public"),
    };
    if (expectation->relation != NULL)
        scope->relation = pgs_lookup_relation(lookup, expectation->relation);
}

void
pgs_expect_scope_clear(PgsExpectScope *scope)
{
    g_clear_pointer(&scope->schema, g_free);
}

/* What a value is read for. */
typedef struct {
    const PgsExpectScope *scope;
    const PgsObject *object;
    const PgsSpelling *refusal;
} Reader;

/* Both read a value into the form that is compared and shown; NULL: none. */
typedef char *(*ReadWanted)(Reader *reader, const PgsExpectRow *row, const char *text);
typedef char *(*ReadActual)(Reader *reader, const char *text);

/* The server's spelling, or (waiting, refused) the text as it is. */
static char *
spell(Reader *reader, PgsSpell sort, const char *relation, const char *text, const char *extra)
{
    const PgsSpelling *answer = pgs_speller_spell(reader->scope->speller, sort,
                                                  reader->scope->schema, relation, text, extra);
    if (answer == NULL)
        return g_strdup(text);
    if (answer->code == NULL)
        return g_strdup(answer->text);
    reader->refusal = answer;
    return g_strdup(text);
}

static char *
wanted_text(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader, (void)row;
    return g_strdup(text);
}

static char *
actual_text(Reader *reader, const char *text)
{
    (void)reader;
    return g_strdup(text);
}

static gboolean
has_suffix_word(const char *text, const char *word)
{
    gsize length = strlen(text), n = strlen(word);
    if (n > length || g_ascii_strcasecmp(text + length - n, word) != 0)
        return FALSE;
    return n == length || word[0] == ' ' || text[length - n - 1] == ' ';
}

/* The word for what goes without saying ("volatile", "enabled") stands for not having it. */
static char *
wanted_word(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader;
    char *word = pgs_text_fold_space(text);
    if (row->without != NULL && *word != '\0' && has_suffix_word(row->without, word))
        g_clear_pointer(&word, g_free);
    return word;
}

static char *
wanted_flag(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader, (void)row;
    gboolean is_true =
        g_ascii_strcasecmp(text, "true") == 0 || g_ascii_strcasecmp(text, "yes") == 0;
    return is_true ? g_strdup("true") : NULL;
}

/* pg_constraint's letters for what a foreign key does (catalog/pg_constraint.h). */
static const struct {
    char letter;
    const char *word;
} rules[] = {
    {'a', "NO ACTION"}, {'r', "RESTRICT"},    {'c', "CASCADE"},
    {'n', "SET NULL"},  {'d', "SET DEFAULT"},
};

char
pgs_expect_rule_letter(const char *word)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (g_str_has_prefix(word, rules[i].word))
            return rules[i].letter;
    }
    return '?';
}

char *
pgs_expect_rule_word(const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rules); i++) {
        if (g_ascii_tolower(text[0]) == rules[i].letter && text[1] == '\0')
            return g_strdup(rules[i].word);
    }
    char *rule = pgs_text_fold_space(text);
    for (char *at = rule; *at != '\0' && *at != '('; at++)
        *at = g_ascii_toupper(*at);
    return rule;
}

static char *
wanted_rule(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader, (void)row;
    return pgs_expect_rule_word(text);
}

/* "update or insert" → "INSERT, UPDATE": pg_trigger knows no order. */
static char *
wanted_events(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader, (void)row;
    static const char *const order[] = {"INSERT", "DELETE", "UPDATE", "TRUNCATE"};
    g_autofree char *upper = g_ascii_strup(text, -1);
    g_auto(GStrv) words = g_strsplit_set(upper, " ,\t\n", -1);
    GString *events = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
        if (g_strv_contains((const char *const *)words, order[i]))
            g_string_append_printf(events, "%s%s", events->len > 0 ? ", " : "", order[i]);
    }
    if (events->len == 0)
        g_string_append(events, text);
    return g_string_free(events, FALSE);
}

static char *
actual_names(Reader *reader, const char *text)
{
    (void)reader;
    g_auto(GStrv) names = pgs_expect_list_names(text);
    for (char **name = names; *name != NULL; name++) {
        char *quoted = pgs_expect_name_quote(*name);
        g_free(*name);
        *name = quoted;
    }
    return g_strjoinv(", ", names);
}

static char *
wanted_names(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return actual_names(reader, text);
}

static char *
actual_identifier(Reader *reader, const char *text)
{
    (void)reader;
    g_auto(GStrv) names = pgs_expect_name_split(text, 0);
    gboolean is_own = strcmp(names[0], "pg_catalog") == 0 && names[1] != NULL;
    return g_strjoinv(".", names + is_own);
}

static char *
wanted_identifier(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return actual_identifier(reader, text);
}

static gboolean
has_function(const PgsLookup *lookup, const char *schema, const char *name)
{
    const char *const names[] = {schema, name, "()", NULL};
    return pgs_lookup_find(lookup, "function", names) != NULL;
}

/* A trigger's function; without a schema it is looked for in the table's, then in public. */
static char *
wanted_function(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    g_autofree char *name = g_strndup(text, strcspn(text, "("));
    g_strstrip(name);
    g_auto(GStrv) names = pgs_expect_name_split(name, 0);
    if (names[1] != NULL)
        return actual_identifier(reader, name);
    const char *const schemas[] = {reader->scope->schema, "public"};
    for (gsize i = 0; i < G_N_ELEMENTS(schemas); i++) {
        if (has_function(reader->scope->lookup, schemas[i], names[0]))
            return g_strconcat(schemas[i], ".", names[0], NULL);
    }
    return g_strdup(names[0]);
}

/* The table that "users" or "app.users" names; without a schema as the search path would have it.
 */
static const PgsObject *
find_target(const PgsExpectScope *scope, const char *name)
{
    g_auto(GStrv) names = pgs_expect_name_split(name, 2);
    if (names[1] != NULL)
        return pgs_lookup_relation(scope->lookup, name);
    const char *const schemas[] = {scope->schema, "public"};
    for (gsize i = 0; i < G_N_ELEMENTS(schemas); i++) {
        const char *const path[] = {schemas[i], names[0], NULL};
        const PgsObject *table = pgs_lookup_find(scope->lookup, "table", path);
        if (table != NULL)
            return table;
    }
    return NULL;
}

static char *
wanted_relation(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    const PgsObject *relation = find_target(reader->scope, text);
    return g_strdup(relation != NULL ? relation->identity : text);
}

static char *
wanted_relations(Reader *reader, const PgsExpectRow *row, const char *text)
{
    g_auto(GStrv) names = pgs_expect_list_split(text);
    for (char **name = names; *name != NULL; name++) {
        char *identity = wanted_relation(reader, row, *name);
        g_free(*name);
        *name = identity;
    }
    return g_strjoinv(", ", names);
}

/* "users (id)", or "users" for its primary key → "public.users (id)". */
static char *
wanted_references(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    gsize length = 0;
    gboolean is_quoted = FALSE;
    for (; text[length] != '\0' && (is_quoted || text[length] != '('); length++)
        is_quoted ^= text[length] == '"';
    g_autofree char *name = g_strstrip(g_strndup(text, length));
    const PgsObject *table = find_target(reader->scope, name);
    g_autofree char *columns = NULL;
    if (text[length] == '(') {
        gsize rest = strlen(text + length + 1);
        while (rest > 0 && text[length + rest] != ')')
            rest--;
        columns = g_strndup(text + length + 1, rest > 0 ? rest - 1 : strlen(text + length + 1));
    } else if (table != NULL) {
        const PgsObject *key = pgs_lookup_primary_key(reader->scope->lookup, table);
        columns = g_strdup(key != NULL ? pgs_object_get(key, "columns") : "no primary key");
    }
    g_autofree char *names = actual_names(reader, columns != NULL ? columns : "");
    return g_strdup_printf("%s (%s)", table != NULL ? table->identity : name, names);
}

static char *
actual_references(Reader *reader, const char *text)
{
    PgsExpectRow row = {0};
    return wanted_references(reader, &row, text);
}

static char *
actual_list(Reader *reader, const char *text)
{
    (void)reader;
    g_auto(GStrv) items = pgs_expect_list_split(text);
    return g_strjoinv(", ", items);
}

static char *
wanted_list(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return actual_list(reader, text);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The catalog keeps them in the order in which they were set, without the spaces around "=". */
static char *
actual_options(Reader *reader, const char *text)
{
    (void)reader;
    g_auto(GStrv) options = pgs_expect_list_split(text);
    for (char **option = options; *option != NULL; option++) {
        char *equals = strchr(*option, '=');
        if (equals == NULL)
            continue;
        *equals = '\0';
        char *bare = g_strconcat(g_strstrip(*option), "=", g_strstrip(equals + 1), NULL);
        g_free(*option);
        *option = bare;
    }
    qsort(options, g_strv_length(options), sizeof *options, compare_texts);
    return g_strjoinv(", ", options);
}

static char *
wanted_options(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return actual_options(reader, text);
}

/* The key words of the server's "RANGE (at)" and "FOR VALUES IN ('a')" are the only ones. */
static char *
wanted_partition(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)reader, (void)row;
    char *folded = pgs_sql_fold_space(text);
    gboolean is_quoted = FALSE;
    for (char *at = folded; *at != '\0' && *at != '('; at++) {
        is_quoted ^= *at == '"';
        if (!is_quoted)
            *at = g_ascii_toupper(*at);
    }
    return folded;
}

static char *
actual_partition(Reader *reader, const char *text)
{
    (void)reader;
    return pgs_sql_fold_space(text);
}

static char *
actual_body(Reader *reader, const char *text)
{
    (void)reader;
    return pgs_sql_fold_space(text);
}

static char *
wanted_body(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return actual_body(reader, text);
}

/* "SETOF text", "TABLE(a integer)": only a type by itself is the server's to spell. */
static char *
wanted_result(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    g_autofree char *folded = pgs_sql_fold_space(text);
    if (g_ascii_strncasecmp(folded, "table", 5) == 0)
        return g_strdup(folded);
    gboolean is_set = g_ascii_strncasecmp(folded, "setof ", 6) == 0;
    g_autofree char *type =
        spell(reader, PGS_SPELL_SIGNATURE, NULL, folded + (is_set ? 6 : 0), NULL);
    return g_strconcat(is_set ? "SETOF " : "", type, NULL);
}

static char *
wanted_type(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return spell(reader, PGS_SPELL_TYPE, NULL, text, NULL);
}

/* DEFAULT NULL is no default, but the catalog keeps it with the types that have a length. */
static char *
actual_default(Reader *reader, const char *text)
{
    (void)reader;
    return g_str_has_prefix(text, "NULL::") ? NULL : g_strdup(text);
}

/* In the column's own type: that another one was wanted is said of the type. */
static char *
wanted_default(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    g_autofree char *spelled =
        spell(reader, PGS_SPELL_DEFAULT, NULL, text, pgs_object_get(reader->object, "type"));
    return spelled != NULL ? actual_default(reader, spelled) : NULL;
}

static char *
wanted_domain_check(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    g_auto(GStrv) names = pgs_expect_name_split(reader->object->parent, 0);
    const PgsObject *domain =
        pgs_lookup_find(reader->scope->lookup, "domain", (const char *const *)names);
    return spell(reader, PGS_SPELL_DOMAIN_CHECK, NULL, text,
                 domain != NULL ? pgs_object_get(domain, "type") : "text");
}

/* "a + b" or "a + b STORED"; where it is kept is asked only when it is said. */
static char *
wanted_generated(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    static const char *const places[] = {" STORED", " VIRTUAL"};
    g_autofree char *expression = g_strstrip(g_strdup(text));
    const char *actual = pgs_object_get(reader->object, "generated");
    const char *place =
        actual != NULL && g_str_has_suffix(actual, places[1]) ? places[1] : places[0];
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (has_suffix_word(expression, places[i])) {
            place = places[i];
            expression[strlen(expression) - strlen(place)] = '\0';
        }
    }
    g_autofree char *spelled = spell(reader, PGS_SPELL_GENERATED, reader->object->parent,
                                     expression, pgs_object_get(reader->object, "type"));
    return g_strconcat(spelled, place, NULL);
}

static char *
wanted_check(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return spell(reader, PGS_SPELL_CHECK, reader->object->parent, text, NULL);
}

static char *
wanted_predicate(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return spell(reader, PGS_SPELL_PREDICATE, reader->object->parent, text, NULL);
}

static char *
wanted_when(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return spell(reader, PGS_SPELL_WHEN, reader->object->parent, text, NULL);
}

static char *
wanted_policy(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    return spell(reader, PGS_SPELL_POLICY, reader->object->parent, text, NULL);
}

static char *
wanted_view(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    g_autofree char *query = g_strstrip(g_strdup(text));
    gsize length = strlen(query);
    while (length > 0 && (query[length - 1] == ';' || g_ascii_isspace(query[length - 1])))
        query[--length] = '\0';
    return spell(reader, PGS_SPELL_VIEW, NULL, query, NULL);
}

/* Where the order of an index's key begins: "order DESC NULLS LAST" is "order" and the rest. */
static gsize
key_name_length(const char *key)
{
    static const char *const orders[] = {" nulls last", " nulls first", " desc", " asc"};
    g_autofree char *rest = g_ascii_strdown(key, -1);
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
        if (g_str_has_suffix(rest, orders[i]))
            rest[strlen(rest) - strlen(orders[i])] = '\0';
    }
    return strlen(rest);
}

/* A key as SQL writes it: people leave out the quotes of "order".  *is_name: no more than a name.
 */
static char *
key_to_sql(const Reader *reader, const PgsObject *relation, const char *key, gboolean *is_name)
{
    gsize length = key_name_length(key);
    g_autofree char *plain = pgs_expect_name_plain_n(key, length);
    const PgsObject *column =
        relation != NULL ? pgs_lookup_column(reader->scope->lookup, relation, plain) : NULL;
    *is_name = key[length] == '\0' && (column != NULL || pgs_expect_name_is_identifier(key));
    if (column != NULL)
        return g_strconcat(pgs_object_own_identifier(column), key + length, NULL);
    return *is_name ? pgs_expect_name_quote(plain) : g_strdup(key);
}

/* The server need not be asked about names alone. */
static char *
wanted_keys(Reader *reader, const PgsExpectRow *row, const char *text)
{
    (void)row;
    const PgsObject *relation = pgs_lookup_relation(reader->scope->lookup, reader->object->parent);
    g_auto(GStrv) keys = pgs_expect_list_split(text);
    gboolean are_names = TRUE;
    for (char **key = keys; *key != NULL; key++) {
        gboolean is_name;
        char *sql = key_to_sql(reader, relation, *key, &is_name);
        g_free(*key);
        *key = sql;
        are_names = are_names && is_name;
    }
    g_autofree char *all = g_strjoinv(", ", keys);
    if (are_names)
        return g_steal_pointer(&all);
    const char *method;
    if (!pgs_expectation_get(reader->scope->expectation, "method", &method) || method == NULL)
        method = pgs_object_get(reader->object, "method");
    g_autofree char *lower = g_ascii_strdown(method != NULL ? method : "btree", -1);
    return spell(reader, PGS_SPELL_KEYS, reader->object->parent, all, lower);
}

static const struct {
    ReadWanted wanted;
    ReadActual actual;
} sorts[] = {
    [PGS_FACT_TEXT] = {wanted_text, actual_text},
    [PGS_FACT_WORD] = {wanted_word, actual_text},
    [PGS_FACT_FLAG] = {wanted_flag, actual_text},
    [PGS_FACT_RULE] = {wanted_rule, actual_text},
    [PGS_FACT_EVENTS] = {wanted_events, actual_text},
    [PGS_FACT_NAMES] = {wanted_names, actual_names},
    [PGS_FACT_IDENTIFIER] = {wanted_identifier, actual_identifier},
    [PGS_FACT_FUNCTION] = {wanted_function, actual_identifier},
    [PGS_FACT_REFERENCES] = {wanted_references, actual_references},
    [PGS_FACT_LIST] = {wanted_list, actual_list},
    [PGS_FACT_RELATION] = {wanted_relation, actual_text},
    [PGS_FACT_RELATIONS] = {wanted_relations, actual_text},
    [PGS_FACT_OPTIONS] = {wanted_options, actual_options},
    [PGS_FACT_PARTITION] = {wanted_partition, actual_partition},
    [PGS_FACT_BODY] = {wanted_body, actual_body},
    [PGS_FACT_RESULT] = {wanted_result, actual_text},
    [PGS_FACT_TYPE] = {wanted_type, actual_text},
    [PGS_FACT_DEFAULT] = {wanted_default, actual_default},
    [PGS_FACT_GENERATED] = {wanted_generated, actual_text},
    [PGS_FACT_CHECK] = {wanted_check, actual_text},
    [PGS_FACT_DOMAIN_CHECK] = {wanted_domain_check, actual_text},
    [PGS_FACT_KEYS] = {wanted_keys, actual_text},
    [PGS_FACT_PREDICATE] = {wanted_predicate, actual_text},
    [PGS_FACT_WHEN] = {wanted_when, actual_text},
    [PGS_FACT_POLICY] = {wanted_policy, actual_text},
    [PGS_FACT_VIEW] = {wanted_view, actual_text},
};

char *
pgs_expect_wanted(const PgsExpectScope *scope, const PgsObject *object, const PgsExpectRow *row,
                  const char *text, const PgsSpelling **refusal)
{
    Reader reader = {scope, object, NULL};
    char *wanted = sorts[row->sort].wanted(&reader, row, text);
    *refusal = reader.refusal;
    return wanted;
}

char *
pgs_expect_actual(const PgsExpectScope *scope, const PgsObject *object, const PgsExpectRow *row,
                  const char *text)
{
    Reader reader = {scope, object, NULL};
    return sorts[row->sort].actual(&reader, text);
}
