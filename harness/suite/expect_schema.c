#include "suite/suite.h"

#include "base/error.h"
#include "check/expect.h"
#include "check/expect_find.h"
#include "check/expect_rows.h"
#include "snapshot/kinds.h"
#include "suite/bracket.h"

#include <string.h>

/*
 * Assertions about the schema: each becomes an expectation, which check/expect.h judges, as it does
 * those of pgstair.yaml.
 */

/* How many bytes of the name are its schema's: up to the first dot outside of quotes; 0: it has
 * none.
 */
static gsize
schema_length(const char *name)
{
    gboolean quoted = FALSE;
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '.' && !quoted)
            return (gsize)(at - name);
    }
    return 0;
}

/* "vbus" is in the schema public; what is qualified already is left as it is. */
static char *
qualify(const char *name)
{
    return schema_length(name) > 0 ? g_strdup(name) : g_strconcat("public.", name, NULL);
}

/* relation NULL: the object's own name is qualified; name NULL: it is found by what is asked. */
static PgsExpectation *
expectation_of(const char *kind, const char *relation, const char *name)
{
    if (relation != NULL) {
        g_autofree char *qualified = qualify(relation);
        return pgs_expectation_new(kind, qualified, name);
    }
    g_autofree char *qualified = qualify(name);
    return pgs_expectation_new(kind, NULL, qualified);
}

/* An index's name with its table's schema. */
static char *
beside(const char *table, const char *name)
{
    g_autofree char *relation = qualify(table);
    g_autofree char *qualified = qualify(name);
    if (strcmp(qualified, name) == 0)
        return g_strdup(name);
    return g_strdup_printf("%.*s.%s", (int)schema_length(relation), relation, name);
}

static void
set_if_asked(PgsExpectation *expectation, const char *attribute, const char *value)
{
    if (value != NULL)
        pgs_expectation_set(expectation, attribute, value);
}

/* "": there must be none. */
static void
set_or_none(PgsExpectation *expectation, const char *attribute, const char *value)
{
    if (value != NULL)
        pgs_expectation_set(expectation, attribute, *value != '\0' ? value : NULL);
}

static void
set_flag(PgsExpectation *expectation, const char *attribute, PgsTernary flag)
{
    if (flag != PGS_ANY)
        pgs_expectation_set(expectation, attribute, flag == PGS_YES ? "true" : NULL);
}

/* confdeltype and confupdtype (pg_constraint.h) in words. */
static const char *
action_word(const char *word)
{
    static const struct {
        char letter;
        const char *word;
    } actions[] = {
        {'a', "NO ACTION"}, {'r', "RESTRICT"},    {'c', "CASCADE"},
        {'n', "SET NULL"},  {'d', "SET DEFAULT"},
    };
    for (gsize i = 0; word != NULL && i < G_N_ELEMENTS(actions); i++) {
        if ((word[0] == actions[i].letter && word[1] == '\0') ||
            g_ascii_strcasecmp(word, actions[i].word) == 0)
            return actions[i].word;
    }
    return word;
}

/* The present revision, for the findings; the snapshot and the connection are the suite's own. */
static PgsExpectContext
context_of(PgsSuite *suite, const PgsSnapshot *snapshot)
{
    return (PgsExpectContext){
        .system = suite->subject.system->name,
        .revision = pgs_suite_revision_label(suite),
        .snapshot = snapshot,
        .connection = pgs_suite_database_connection(suite->database),
    };
}

/* NULL with error: it cannot be judged.  Whatever role and search_path the test has. */
static PgsFinding *
judge_plainly(PgsSuite *suite, const PgsExpectation *expectation, GError **error)
{
    PgsBracket bracket;
    PgsFinding *finding = NULL;
    if (!pgs_bracket_open_plain(&bracket, pgs_suite_database_connection(suite->database), error))
        return NULL;
    g_autoptr(PgsSnapshot) snapshot = pgs_suite_database_look(suite->database, error);
    PgsExpectContext context = context_of(suite, snapshot);
    if (snapshot != NULL)
        finding = pgs_expect_judge_one(expectation, &context, error);
    if (pgs_bracket_undo(&bracket, finding != NULL ? error : NULL))
        return finding;
    g_clear_pointer(&finding, pgs_finding_free);
    return NULL;
}

/* Takes the expectation over. */
static int
judge(PgsSuite *suite, PgsWhere where, PgsExpectation *given)
{
    gint64 begin = g_get_monotonic_time();
    g_autoptr(PgsExpectation) expectation = given;
    GError *error = NULL;
    expectation->place =
        (PgsPlace){.file = g_intern_string(where.file), .line = (guint)MAX(where.line, 0)};
    PgsFinding *finding = judge_plainly(suite, expectation, &error);
    if (finding == NULL) {
        finding = pgs_journal_finding(suite->journal, "suite.case", where, expectation->kind);
        pgs_finding_set_error(finding, error);
    } else {
        pgs_journal_adopt(suite->journal, finding, where);
    }
    return pgs_suite_conclude(suite, finding, begin);
}

/* The assertion itself is wrong: told rather than crashed on, or taken for a fact.  Takes message
 * over; 0. */
static int
reject(PgsSuite *suite, PgsWhere where, const char *what, char *message)
{
    PgsFinding *finding = pgs_journal_finding(suite->journal, "suite.case", where, what);
    finding->status = PGS_STATUS_ERROR;
    finding->message = message;
    return pgs_suite_conclude(suite, finding, g_get_monotonic_time());
}

static gboolean
is_given(PgsSuite *suite, PgsWhere where, const char *argument, const char *what)
{
    if (argument != NULL && *argument != '\0')
        return TRUE;
    reject(suite, where, what, g_strdup_printf("%s is not given", what));
    return FALSE;
}

/* Leaves an attribute open of which nothing is said. */
static void
leave_open(PgsExpectation *expectation, const char *attribute)
{
    if (!pgs_expectation_get(expectation, attribute, NULL))
        pgs_expectation_set(expectation, attribute, "any");
}

int
pgs_expect_table(PgsSuite *suite, PgsWhere where, const char *table)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table"))
        return 0;
    PgsExpectation *expectation = expectation_of("table", NULL, table);
    for (const PgsExpectRow *row = pgs_expect_rows("table"); row->attribute != NULL; row++) {
        if (strcmp(row->attribute, "comment") != 0) /* which is not asked, and may be any text */
            leave_open(expectation, row->attribute);
    }
    return judge(suite, where, expectation);
}

/* A mistyped kind is absent wherever one looks. */
static gboolean
is_kind(const char *kind)
{
    const char *own[2];
    return pgs_kind_find(*pgs_expect_kinds(kind, own)) != NULL;
}

/* Kinds whose objects belong to a relation, which stands in front of the last dot. */
static gboolean
is_part(const char *kind)
{
    const char *own[2];
    return pgs_kind_find(*pgs_expect_kinds(kind, own))->is_part;
}

/* Kinds that have a schema in front of their name. */
static gboolean
is_without_schema(const char *kind)
{
    static const char *const kinds[] = {"schema", "extension", "role", "publication", NULL};
    return g_strv_contains(kinds, kind);
}

/* Outside of quotes; or NULL. */
static const char *
last_dot(const char *name)
{
    const char *dot = NULL;
    gboolean quoted = FALSE;
    for (const char *at = name; *at != '\0'; at++) {
        if (*at == '"')
            quoted = !quoted;
        else if (*at == '.' && !quoted)
            dot = at;
    }
    return dot;
}

/* kind is one. */
static PgsExpectation *
named_expectation(const char *kind, const char *name)
{
    const char *dot = last_dot(name);
    const char *paren = strchr(name, '(');
    if (is_part(kind) && paren != NULL) { /* "resources (category_key)": by its columns */
        g_autofree char *relation = g_strndup(name, (gsize)(paren - name));
        g_autofree char *columns = g_strndup(paren + 1, strcspn(paren + 1, ")"));
        PgsExpectation *expectation = expectation_of(kind, g_strstrip(relation), NULL);
        pgs_expectation_set(expectation, "columns", g_strstrip(columns));
        return expectation;
    }
    if (is_part(kind) && dot != NULL) {
        g_autofree char *relation = g_strndup(name, (gsize)(dot - name));
        return expectation_of(kind, relation, dot + 1);
    }
    if (is_without_schema(kind))
        return pgs_expectation_new(kind, NULL, name);
    return expectation_of(kind, NULL, name);
}

int
pgs_expect_absent(PgsSuite *suite, PgsWhere where, const char *kind, const char *name)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, kind, "the kind of object") ||
        !is_given(suite, where, name, "the object's name"))
        return 0;
    if (!is_kind(kind))
        return reject(suite, where, "the kind of object",
                      g_strdup_printf("there is no kind of object \"%s\"", kind));
    if (is_part(kind) && last_dot(name) == NULL && strchr(name, ')') == NULL)
        return reject(
            suite, where, "the object's name",
            g_strdup_printf("\"%s\" does not say which table's %s: table.name, or table (a, b)",
                            name, kind));
    PgsExpectation *expectation = named_expectation(kind, name);
    expectation->absent = TRUE;
    return judge(suite, where, expectation);
}

int
pgs_expect_column(PgsSuite *suite, PgsWhere where, const char *table, const char *column,
                  const char *type, PgsTernary nullable, const char *default_sql)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table") ||
        !is_given(suite, where, column, "the column"))
        return 0;
    PgsExpectation *expectation = expectation_of("column", table, column);
    set_if_asked(expectation, "type", type);
    if (nullable != PGS_ANY)
        set_flag(expectation, "not-null", nullable == PGS_YES ? PGS_NO : PGS_YES);
    set_or_none(expectation, "default", default_sql);
    if (nullable == PGS_ANY)
        leave_open(expectation, "not-null");
    if (default_sql == NULL) {
        leave_open(expectation, "default");
        leave_open(expectation, "identity");
        leave_open(expectation, "generated");
    }
    leave_open(expectation, "options");
    return judge(suite, where, expectation);
}

int
pgs_expect_primary_key(PgsSuite *suite, PgsWhere where, const char *table, const char *columns)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table"))
        return 0;
    PgsExpectation *expectation = expectation_of("primary key", table, NULL);
    set_if_asked(expectation, "columns", columns);
    return judge(suite, where, expectation);
}

int
pgs_expect_unique(PgsSuite *suite, PgsWhere where, const char *table, const char *columns)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table") ||
        !is_given(suite, where, columns, "the list of columns"))
        return 0;
    PgsExpectation *expectation = expectation_of("unique rule", table, NULL);
    pgs_expectation_set(expectation, "columns", columns);
    return judge(suite, where, expectation);
}

/* Takes the word off the text's end, whatever its case. */
static gboolean
take_ending(char *text, const char *word)
{
    gsize length = strlen(text), n = strlen(word);
    if (length < n || g_ascii_strcasecmp(text + length - n, word) != 0)
        return FALSE;
    text[length - n] = '\0';
    g_strchomp(text);
    return TRUE;
}

/* "users (id) DEFERRABLE INITIALLY DEFERRED" */
static void
set_references(PgsExpectation *expectation, const char *references)
{
    static const struct {
        const char *word, *attribute, *value;
    } endings[] = {
        {" NOT VALID", "not-valid", "true"},
        {" INITIALLY DEFERRED", "initially-deferred", "true"},
        {" DEFERRABLE", "deferrable", "true"},
        {" MATCH FULL", "match", "FULL"},
    };
    g_autofree char *text = g_strchomp(g_strdup(references));
    for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (take_ending(text, endings[i].word))
            pgs_expectation_set(expectation, endings[i].attribute, endings[i].value);
    }
    pgs_expectation_set(expectation, "references", text);
}

int
pgs_expect_foreign_key(PgsSuite *suite, PgsWhere where, const char *table, const char *columns,
                       const char *references, const char *on_delete, const char *on_update)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table") ||
        !is_given(suite, where, columns, "the list of columns"))
        return 0;
    PgsExpectation *expectation = expectation_of("foreign key", table, NULL);
    pgs_expectation_set(expectation, "columns", columns);
    if (references != NULL)
        set_references(expectation, references);
    set_if_asked(expectation, "on-delete", action_word(on_delete));
    set_if_asked(expectation, "on-update", action_word(on_update));
    return judge(suite, where, expectation);
}

int
pgs_expect_check(PgsSuite *suite, PgsWhere where, const char *table, const char *name,
                 const char *expression)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table") ||
        (name == NULL && !is_given(suite, where, expression, "name or expression")))
        return 0;
    PgsExpectation *expectation = expectation_of("check constraint", table, name);
    set_if_asked(expectation, "expression", expression);
    return judge(suite, where, expectation);
}

int
pgs_expect_index(PgsSuite *suite, PgsWhere where, const char *table, const char *name,
                 const char *columns, PgsTernary is_unique, const char *predicate)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, table, "the table") ||
        (name == NULL && !is_given(suite, where, columns, "name or list of columns")))
        return 0;
    g_autofree char *in_schema = name != NULL ? beside(table, name) : NULL;
    PgsExpectation *expectation = expectation_of("index", table, in_schema);
    set_if_asked(expectation, "columns", columns);
    set_flag(expectation, "unique", is_unique);
    set_or_none(expectation, "predicate", predicate);
    return judge(suite, where, expectation);
}

/* "'build', 'sell'", as a snapshot has it. */
static char *
join_labels(const char *const *labels)
{
    GString *text = g_string_new(NULL);
    for (; *labels != NULL; labels++) {
        g_auto(GStrv) parts = g_strsplit(*labels, "'", -1);
        g_autofree char *doubled = g_strjoinv("''", parts);
        g_string_append_printf(text, "%s'%s'", text->len > 0 ? ", " : "", doubled);
    }
    return g_string_free(text, FALSE);
}

int
pgs_expect_enum(PgsSuite *suite, PgsWhere where, const char *type, const char *const *labels)
{
    if (!pgs_suite_is_ready(suite) || !is_given(suite, where, type, "the type"))
        return 0;
    PgsExpectation *expectation = expectation_of("enum type", NULL, type);
    if (labels != NULL) {
        g_autofree char *text = join_labels(labels);
        pgs_expectation_set(expectation, "labels", text);
    }
    return judge(suite, where, expectation);
}

/* --------------------------------------------------------------------------- pgstair.yaml -- */

static gboolean
holds_now(PgsSuite *suite, const PgsExpectations *block)
{
    gint at;
    return pgs_history_find(suite->subject.history, block->at, &at, NULL) &&
           at == pgs_suite_database_revision(suite->database);
}

/* Its findings keep their own requirements and places: they are pgstair.yaml's. */
static gboolean
judge_block(PgsSuite *suite, const PgsExpectations *block, const PgsSnapshot *snapshot,
            guint *n_failed, guint *n, GError **error)
{
    g_autoptr(GPtrArray) findings =
        g_ptr_array_new_with_free_func((GDestroyNotify)pgs_finding_free);
    PgsExpectContext context = context_of(suite, snapshot);
    if (!pgs_expect_judge(block, &context, findings, error))
        return FALSE;
    gsize length;
    g_autofree gpointer *taken = g_ptr_array_steal(findings, &length);
    *n += (guint)length;
    for (gsize i = 0; i < length; i++)
        *n_failed += !pgs_journal_add(suite->journal, taken[i]);
    return TRUE;
}

/* All blocks that hold at the present revision. */
static gboolean
judge_blocks(PgsSuite *suite, guint *n_failed, guint *n, GError **error)
{
    const GPtrArray *blocks = suite->subject.system->expectations;
    PgsBracket bracket;
    if (!pgs_bracket_open_plain(&bracket, pgs_suite_database_connection(suite->database), error))
        return FALSE;
    g_autoptr(PgsSnapshot) snapshot = pgs_suite_database_look(suite->database, error);
    gboolean judged = snapshot != NULL;
    for (guint i = 0; judged && i < blocks->len; i++) {
        const PgsExpectations *block = g_ptr_array_index(blocks, i);
        if (holds_now(suite, block))
            judged = judge_block(suite, block, snapshot, n_failed, n, error);
    }
    return pgs_bracket_undo(&bracket, judged ? error : NULL) && judged;
}

int
pgs_expect_project(PgsSuite *suite, PgsWhere where)
{
    gint64 begin = g_get_monotonic_time();
    GError *error = NULL;
    guint n = 0, n_failed = 0;
    if (!pgs_suite_is_ready(suite))
        return 0;
    PgsFinding *finding =
        pgs_journal_finding(suite->journal, "suite.true", where, "what pgstair.yaml expects");
    if (!judge_blocks(suite, &n_failed, &n, &error)) {
        pgs_finding_set_error(finding, error);
    } else if (n == 0) {
        finding->status = PGS_STATUS_FAILED;
        finding->message =
            g_strdup_printf("pgstair.yaml expects nothing at %s", pgs_suite_revision_label(suite));
    } else if (n_failed > 0) {
        finding->status = PGS_STATUS_FAILED;
        finding->message = g_strdup_printf("%u of %u expectations do not hold", n_failed, n);
    }
    return pgs_suite_conclude(suite, finding, begin);
}
