#include "check/expect_spell.h"

#include "base/embedded.h"
#include "snapshot/query.h"

#include <stdlib.h>
#include <string.h>

extern const PgsEmbedded pgs_check_files[];

#define N_FIELDS 5

/* A question, and its answer once it is known. */
typedef struct {
    PgsSpelling answer;
    gboolean is_answered;
    char *fields[N_FIELDS]; /* sort, schema, relation, fragment, extra: sql/expect_spell.sql */
} Question;

struct _PgsSpeller {
    GHashTable *known;  /* all fields, joined → Question */
    GPtrArray *waiting; /* Question, borrowed */
};

static const char *const sort_names[] = {
    [PGS_SPELL_TYPE] = "type",
    [PGS_SPELL_COLLATION] = "collation",
    [PGS_SPELL_SIGNATURE] = "signature",
    [PGS_SPELL_DEFAULT] = "default",
    [PGS_SPELL_DOMAIN_CHECK] = "domain check",
    [PGS_SPELL_CHECK] = "check",
    [PGS_SPELL_GENERATED] = "generated",
    [PGS_SPELL_KEYS] = "keys",
    [PGS_SPELL_PREDICATE] = "predicate",
    [PGS_SPELL_WHEN] = "when",
    [PGS_SPELL_POLICY] = "policy",
    [PGS_SPELL_VIEW] = "view",
};

static void
question_free(gpointer data)
{
    Question *question = data;
    g_free(question->answer.text);
    g_free(question->answer.code);
    g_free(question->answer.reason);
    for (gsize i = 0; i < G_N_ELEMENTS(question->fields); i++)
        g_free(question->fields[i]);
    g_free(question);
}

PgsSpeller *
pgs_speller_new(void)
{
    PgsSpeller *speller = g_new0(PgsSpeller, 1);
    speller->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, question_free);
    speller->waiting = g_ptr_array_new();
    return speller;
}

void
pgs_speller_free(PgsSpeller *speller)
{
    if (speller == NULL)
        return;
    g_hash_table_unref(speller->known);
    g_ptr_array_unref(speller->waiting);
    g_free(speller);
}

const PgsSpelling *
pgs_speller_spell(PgsSpeller *speller, PgsSpell sort, const char *schema, const char *relation,
                  const char *fragment, const char *extra)
{
    const char *fields[] = {sort_names[sort], schema, relation, fragment, extra};
    g_autoptr(GString) key = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        g_string_append_printf(key, "%s\x1f", fields[i] != NULL ? fields[i] : "\x1e");
    Question *question = g_hash_table_lookup(speller->known, key->str);
    if (question == NULL) {
        question = g_new0(Question, 1);
        for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
            question->fields[i] = g_strdup(fields[i]);
        g_hash_table_insert(speller->known, g_strdup(key->str), question);
        g_ptr_array_add(speller->waiting, question);
    }
    return question->is_answered ? &question->answer : NULL;
}

gboolean
pgs_speller_is_waiting(const PgsSpeller *speller)
{
    return speller->waiting->len > 0;
}

/* ----------------------------------------------------------------------------- the server -- */

/* All waiting questions' values of one field, as an array's text ("Array Input and Output Syntax").
 */
static char *
field_array(const PgsSpeller *speller, guint field)
{
    GString *array = g_string_new("{");
    for (guint i = 0; i < speller->waiting->len; i++) {
        const Question *question = g_ptr_array_index(speller->waiting, i);
        if (i > 0)
            g_string_append_c(array, ',');
        if (question->fields[field] == NULL) {
            g_string_append(array, "NULL");
            continue;
        }
        g_string_append_c(array, '"');
        for (const char *at = question->fields[field]; *at != '\0'; at++) {
            if (*at == '"' || *at == '\\')
                g_string_append_c(array, '\\');
            g_string_append_c(array, *at);
        }
        g_string_append_c(array, '"');
    }
    g_string_append_c(array, '}');
    return g_string_free(array, FALSE);
}

static void
refuse_waiting(PgsSpeller *speller, const char *code, const char *reason)
{
    for (guint i = 0; i < speller->waiting->len; i++) {
        Question *question = g_ptr_array_index(speller->waiting, i);
        if (question->is_answered)
            continue;
        question->is_answered = TRUE;
        question->answer.code = g_strdup(code);
        question->answer.reason = g_strdup(reason);
    }
}

static char *
field_or_null(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : g_strdup(PQgetvalue(result, row, column));
}

static void
take_answers(PgsSpeller *speller, const PGresult *result)
{
    for (guint i = 0; i < speller->waiting->len && (int)i < PQntuples(result); i++) {
        Question *question = g_ptr_array_index(speller->waiting, i);
        question->is_answered = TRUE;
        question->answer.text = field_or_null(result, (int)i, 0);
        question->answer.code = field_or_null(result, (int)i, 1);
        question->answer.reason = field_or_null(result, (int)i, 2);
    }
}

/*
 * What a session may have set must not show in the spelling, nor may the database's own event
 * triggers have a say in what is made for it; but only where there are some, since switching them
 * off voids every plan of the session, and where this user may.
 */
#define SETTINGS                                                                                   \
    "SET LOCAL SESSION AUTHORIZATION DEFAULT; "                                                    \
    "SELECT pg_catalog.set_config('session_replication_role', 'replica', true)"                    \
    " FROM (SELECT FROM pg_catalog.pg_event_trigger"                                               \
    " WHERE pg_catalog.current_setting('is_superuser') OPERATOR(pg_catalog.=) 'on' LIMIT 1)"       \
    " AS any_event_trigger;"                                                                       \
    " SET LOCAL client_min_messages = error; SET LOCAL standard_conforming_strings = on;"          \
    " SET LOCAL quote_all_identifiers = off;"                                                      \
    " SET LOCAL datestyle TO DEFAULT; SET LOCAL intervalstyle TO DEFAULT;"                         \
    " SET LOCAL timezone TO DEFAULT; SET LOCAL bytea_output TO DEFAULT;"                           \
    " SET LOCAL extra_float_digits TO DEFAULT; CREATE EXTENSION IF NOT EXISTS plpgsql; "

static gboolean
send_questions(const PgsSpeller *speller, PgsConnection *connection, GError **error)
{
    char *arrays[N_FIELDS];
    for (guint i = 0; i < N_FIELDS; i++)
        arrays[i] = field_array(speller, i);
    g_autoptr(PGresult) set =
        pgs_connection_query(connection, PGS_SHAPE_ROW,
                             "SELECT pg_catalog.set_config('pgstair.sorts', $1, true),"
                             " pg_catalog.set_config('pgstair.schemas', $2, true),"
                             " pg_catalog.set_config('pgstair.relations', $3, true),"
                             " pg_catalog.set_config('pgstair.fragments', $4, true),"
                             " pg_catalog.set_config('pgstair.extras', $5, true)",
                             N_FIELDS, (const char *const *)arrays, NULL, error);
    for (guint i = 0; i < N_FIELDS; i++)
        g_free(arrays[i]);
    return set != NULL;
}

/* FALSE with error as pgs_speller_answer(), or with one that the server's refusal made. */
static gboolean
ask(PgsSpeller *speller, PgsConnection *connection, gboolean is_nested, GError **error)
{
    g_autofree char *block = pgs_query_expand(
        pgs_embedded_find(pgs_check_files, "expect_spell.sql"), pgs_connection_version(connection));
    g_autofree char *begin =
        g_strconcat(is_nested ? "SAVEPOINT pgstair_spell; " : "BEGIN READ WRITE; ", SETTINGS, NULL);
    if (!pgs_connection_run(connection, begin, error) ||
        !send_questions(speller, connection, error) ||
        !pgs_connection_run(connection, block, error))
        return FALSE;
    g_autoptr(PGresult) answers = pgs_connection_query(
        connection, PGS_SHAPE_ANY,
        "SELECT a, c, r FROM ROWS FROM ("
        " pg_catalog.unnest(pg_catalog.current_setting('pgstair.answers')::pg_catalog.text[]),"
        " pg_catalog.unnest(pg_catalog.current_setting('pgstair.codes')::pg_catalog.text[]),"
        " pg_catalog.unnest(pg_catalog.current_setting('pgstair.reasons')::pg_catalog.text[]))"
        " WITH ORDINALITY AS u (a, c, r, n) ORDER BY n",
        0, NULL, NULL, error);
    if (answers == NULL)
        return FALSE;
    take_answers(speller, answers);
    return TRUE;
}

gboolean
pgs_speller_answer(PgsSpeller *speller, PgsConnection *connection, GError **error)
{
    if (speller->waiting->len == 0)
        return TRUE;
    PGTransactionStatusType status = PQtransactionStatus(pgs_connection_raw(connection));
    gboolean is_nested = status == PQTRANS_INTRANS;
    g_autoptr(GError) refusal = NULL;
    if (status == PQTRANS_INERROR) {
        refuse_waiting(speller, "25P02", "the connection's transaction has failed before");
    } else {
        gboolean is_answered = ask(speller, connection, is_nested, &refusal);
        gboolean is_lost = g_error_matches(refusal, PGS_PG_ERROR, PGS_PG_ERROR_LOST) ||
                           g_error_matches(refusal, PGS_PG_ERROR, PGS_PG_ERROR_CANCELLED);
        if (is_lost) {
            g_propagate_error(error, g_steal_pointer(&refusal));
            return FALSE;
        }
        if (!pgs_connection_run(connection,
                                is_nested ? "ROLLBACK TO SAVEPOINT pgstair_spell;"
                                            " RELEASE SAVEPOINT pgstair_spell"
                                          : "ROLLBACK",
                                error))
            return FALSE;
        refuse_waiting(speller, "", is_answered ? "the server gave no answer" : refusal->message);
    }
    g_ptr_array_set_size(speller->waiting, 0);
    return TRUE;
}
