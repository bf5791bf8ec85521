#include "values/candidates_text.h"

#include "values/candidates_part.h"
#include "values/candidates_said.h"

#include <string.h>

enum {
    NATURAL = 4,  /* shapes that a pattern is likely to be about */
    PATTERNS = 6, /* that are met together */
    MANY_EXAMPLES = 400,
    EXAMPLES = 12,   /* of a pattern */
    NEAR_MISSES = 8, /* likewise */
};

/* Shapes that texts of people's databases usually have: good ones, then some that just are not. */
static const char *const shapes[] = {
    "ada@example.com",
    "a.b+c@sub.example.org",
    "ada@",
    "@example.com",
    "ada@example",
    "a b@example.com",
    "https://example.com/a?b=c",
    "http://example.com",
    "ftp://example.com",
    "example.com",
    "www.example.com",
    "+4915112345678",
    "+1 555 123 4567",
    "555-123-4567",
    "(555) 123-4567",
    "5551234567",
    "a-slug-of-words",
    "a_name",
    "Not-A-Slug",
    "-a-",
    "a--b",
    "#1a2b3c",
    "#abc",
    "1a2b3c",
    "#GGGGGG",
    "DE",
    "de",
    "DEU",
    "EUR",
    "eur",
    "en",
    "en-US",
    "en_US",
    "Europe/Berlin",
    "UTC",
    "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "1.2.3",
    "1.2.3-rc.1+5",
    "v1.2.3",
    "1.2",
    "{}",
    "{\"a\": 1}",
    "[]",
    "<a/>",
    "192.0.2.1",
    "2001:db8::1",
    "10.0.0.0/8",
    "256.1.1.1",
    "08:00:2b:01:02:03",
    "YWJj",
    "YWJjZA==",
    "0 0 * * *",
    "*/5 * * * *",
    "DE89370400440532013000",
    "4111111111111111",
    "978-3-16-148410-0",
    "12345",
    "12345-6789",
    "SW1A 1AA",
    "2024-01-31",
    "12:30",
    "12:30:00",
    "2024-01-31T12:30:00Z",
    "1.5",
    "-1",
    "0",
    "1",
    "100",
    "50%",
    "A",
    "a",
    "Abc",
    "abc",
    "ABC",
    "Abc Def",
    "abc123",
    "ABC-123",
    "ABC123",
    "AB12CD",
    "Passw0rd!",
    "/a/b.txt",
    "a.txt",
    "image/png",
    "text/plain",
    "true",
    "yes",
    "Y",
    "@name",
    "'",
    "\"",
    "a'b",
    "a;b",
    "0123456789abcdef0123456789abcdef",
    "d41d8cd98f00b204e9800998ecf8427e",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};

/* ---- patterns ---- */

static void
add_texts(PgsCandidateList *list, PgsRank rank, GPtrArray *texts)
{
    list->rank = rank;
    for (guint i = 0; i < texts->len; i++)
        pgs_candidate_list_adapt(list, g_ptr_array_index(texts, i));
}

/* The pattern with all that is optional there: "a?" as "a". */
static char *
without_options(const char *pattern)
{
    GString *full = g_string_new(NULL);
    for (const char *at = pattern; *at != '\0'; at++) {
        gboolean is_option =
            *at == '?' && at > pattern && strchr("(*+?}\\", at[-1]) == NULL && at[1] != ']';
        if (!is_option)
            g_string_append_c(full, *at);
    }
    return g_string_free(full, FALSE);
}

/* A char(n) is filled up with blanks, which a pattern sees: those of its whole length. */
static void
add_filling(PgsCandidateList *list, const PgsSaying *saying)
{
    if (!pgs_candidate_list_is(list, "bpchar") || list->typmod < 5 ||
        saying->syntax != PGS_PATTERN_REGEX)
        return;
    g_autofree char *full = without_options(saying->text);
    const char *const patterns[] = {saying->text, full};
    guint n = 0;
    for (guint i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_autoptr(GPtrArray) examples = pgs_pattern_examples(
            saying->syntax, patterns[i], pgs_bench_seed(list->bench), MANY_EXAMPLES);
        for (guint k = 0; k < examples->len && n < NATURAL; k++) {
            const char *text = g_ptr_array_index(examples, k);
            if (g_utf8_strlen(text, -1) != list->typmod - 4) /* VARHDRSZ */
                continue;
            pgs_candidate_list_add_text(list, text);
            n++;
        }
    }
}

void
pgs_candidates_add_pattern(PgsCandidateList *list, const PgsSaying *saying)
{
    guint64 seed = pgs_bench_seed(list->bench);
    g_autoptr(GPtrArray) examples =
        pgs_pattern_examples(saying->syntax, saying->text, seed, EXAMPLES);
    g_autoptr(GPtrArray) misses =
        pgs_pattern_near_misses(saying->syntax, saying->text, seed, NEAR_MISSES);
    list->rank = PGS_RANK_NEXT;
    add_filling(list, saying);
    add_texts(list, PGS_RANK_NEXT, examples);
    add_texts(list, PGS_RANK_FORM, misses);
}

/* Only for what comes first: what matches is the server's to say. */
static void
add_likely(PgsCandidateList *list, const PgsSaying *saying)
{
    gboolean is_caseless = g_strcmp0(saying->operator, "~*") == 0;
    g_autoptr(GRegex) regex =
        saying->syntax == PGS_PATTERN_REGEX
            ? g_regex_new(saying->text, is_caseless ? G_REGEX_CASELESS : 0, 0, NULL)
            : NULL;
    guint n = 0;
    for (guint i = 0; regex != NULL && i < G_N_ELEMENTS(shapes) && n < NATURAL; i++) {
        if (!g_regex_match(regex, shapes[i], 0, NULL))
            continue;
        pgs_candidate_list_adapt(list, shapes[i]);
        n++;
    }
}

/* ---- several together ---- */

/* The text over and over, to so many characters. */
static char *
stretch(const char *text, gsize length)
{
    if (*text == '\0' || !g_utf8_validate(text, -1, NULL))
        return NULL;
    g_autoptr(GString) whole = g_string_new(NULL);
    while (whole->len < 6 * length && (gsize)g_utf8_strlen(whole->str, -1) < length)
        g_string_append(whole, text);
    return g_utf8_substring(whole->str, 0, (glong)length);
}

/* More of its first character in front, which an address or a code often takes; NULL: it is as
   long already. */
static char *
lengthen(const char *text, gsize length)
{
    if (!g_ascii_isalnum(*text) || !g_utf8_validate(text, -1, NULL) ||
        (gsize)g_utf8_strlen(text, -1) >= length)
        return NULL;
    g_autofree char *front = g_strnfill(length - (gsize)g_utf8_strlen(text, -1), *text);
    return g_strconcat(front, text, NULL);
}

/* The text of each of the sizes that are said. */
static void
add_stretched(PgsCandidateList *list, const GPtrArray *sayings, const char *text)
{
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
        gint64 size;
        if (saying->kind != PGS_SAYING_COMPARED || steps->len == 0 ||
            !pgs_saying_step_is_size(g_ptr_array_index(steps, steps->len - 1)) ||
            !pgs_text_integer(saying->text, &size) || size > 1000)
            continue;
        for (gint64 n = MAX(size - 1, 1); n <= size + 1; n++) {
            g_autofree char *stretched = stretch(text, (gsize)n);
            g_autofree char *lengthened = lengthen(text, (gsize)n);
            pgs_candidate_list_adapt(list, stretched);
            pgs_candidate_list_adapt(list, lengthened);
        }
    }
}

/* What patterns and sizes say, met by one text: an example of each, one behind the other. */
static void
add_together(PgsCandidateList *list, const GPtrArray *sayings)
{
    g_autoptr(GString) whole = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < sayings->len && n < PATTERNS; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        if (saying->kind != PGS_SAYING_PATTERN)
            continue;
        g_autoptr(GPtrArray) examples = pgs_pattern_examples(saying->syntax, saying->text,
                                                             pgs_bench_seed(list->bench), NATURAL);
        for (guint k = 0; k < MIN(examples->len, 2); k++)
            add_stretched(list, sayings, g_ptr_array_index(examples, k));
        if (examples->len > 0)
            g_string_append(whole, g_ptr_array_index(examples, 0));
        n++;
    }
    if (n < 2)
        return;
    pgs_candidate_list_adapt(list, whole->str);
    add_stretched(list, sayings, whole->str);
}

/* ---- casts ---- */

static gboolean
is_cast_to(const PgsSaying *saying, const char *const *types)
{
    for (guint i = 0; i < saying->steps->len; i++) {
        const PgsSayingStep *step = g_ptr_array_index(saying->steps, i);
        if (g_str_equal(step->name, "cast") && step->arguments[0] != NULL &&
            g_strv_contains(types, step->arguments[0]))
            return TRUE;
    }
    return FALSE;
}

/* x::date > '2020-01-01' */
static void
add_cast_dates(PgsCandidateList *list, const PgsSaying *saying)
{
    static const char *const dates[] = {"date", "timestamp", "timestamptz", NULL};
    static const char *const others[] = {"1970-01-01", "2000-01-01", "2024-01-31", "2100-01-01"};
    if (!is_cast_to(saying, dates))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(others); i++)
        pgs_candidate_list_add_text(list, others[i]);
}

static void
add_cast_numbers(PgsCandidateList *list, const PgsSaying *saying)
{
    static const char *const numbers[] = {"int2",   "int4",   "int8", "numeric",
                                          "float4", "float8", NULL};
    double number;
    if (!is_cast_to(saying, numbers))
        return;
    pgs_candidate_list_add_text(list, "0");
    pgs_candidate_list_add_text(list, "1");
    for (int i = -1; pgs_text_number(saying->text, &number) && i <= 1; i++)
        pgs_candidate_list_add_printf(list, "%.15g", number + i);
}

static void
add_cast_documents(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const documents[] = {"json", "jsonb", NULL};
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    for (guint i = 0; i < sayings->len; i++) {
        if (is_cast_to(g_ptr_array_index(sayings, i), documents))
            g_ptr_array_add(found, g_ptr_array_index(sayings, i));
    }
    if (found->len > 0)
        pgs_candidates_add_documents(list, found);
}

void
pgs_candidates_add_natural(PgsCandidateList *list, const GPtrArray *sayings)
{
    list->rank = PGS_RANK_NEXT;
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        if (saying->kind == PGS_SAYING_PATTERN)
            add_likely(list, saying);
        add_cast_dates(list, saying);
        add_cast_numbers(list, saying);
    }
    add_cast_documents(list, sayings);
    list->rank = PGS_RANK_NEXT;
    add_together(list, sayings);
}

/* ---- pieces, forms ---- */

void
pgs_candidates_add_pieces(PgsCandidateList *list, const PgsSaying *saying)
{
    gboolean is_equality = saying->operator!= NULL && strpbrk(saying->operator, "<>=") != NULL;
    if (saying->text == NULL || saying->constant != PGS_CONSTANT_STRING ||
        (is_equality && saying->steps->len == 0))
        return;
    list->rank = is_equality ? PGS_RANK_FORM : PGS_RANK_NEXT;
    pgs_candidate_list_add_text(list, saying->text);
    pgs_candidate_list_add_printf(list, "%sx", saying->text);
    pgs_candidate_list_add_printf(list, "x%s", saying->text);
    pgs_candidate_list_add_printf(list, "x%sx", saying->text);
}

/* Whether nothing is said but equality, size and patterns. */
static gboolean
is_understood(const PgsSaying *saying)
{
    g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
    if (saying->kind == PGS_SAYING_NULL)
        return TRUE;
    if (saying->kind != PGS_SAYING_COMPARED)
        return FALSE;
    if (steps->len == 0)
        return TRUE;
    const PgsSayingStep *last = g_ptr_array_index(steps, steps->len - 1);
    return pgs_saying_step_is_size(last);
}

/* A function of the schema's own: any text may be what it is about. */
static gboolean
has_own_function(const PgsSaying *saying)
{
    for (guint i = 0; i < saying->steps->len; i++) {
        const PgsSayingStep *step = g_ptr_array_index(saying->steps, i);
        if (step->schema != NULL)
            return TRUE;
    }
    return FALSE;
}

static void
add_shapes(PgsCandidateList *list)
{
    list->rank = PGS_RANK_ELSEWHERE;
    for (guint i = 0; i < G_N_ELEMENTS(shapes); i++)
        pgs_candidate_list_add_text(list, shapes[i]);
}

/* The same text, but for its case and the white space around it. */
static void
add_cases(PgsCandidateList *list)
{
    static const char *const forms[] = {"abc",  "ABC",   "Abc",   "aBc dEf", " abc",
                                        "abc ", "\tabc", "abc\n", "a  b",    "\u00e4\u00df\u00e9",
                                        "1",    "-"};
    for (guint i = 0; i < G_N_ELEMENTS(forms); i++)
        pgs_candidate_list_add_text(list, forms[i]);
}

/* All blank, and as long as a rule's limits. */
static void
add_blanks(PgsCandidateList *list, const GPtrArray *sayings)
{
    static const char *const blanks[] = {"", " ", "  ", "\t", "\n"};
    for (guint i = 0; i < G_N_ELEMENTS(blanks); i++)
        pgs_candidate_list_add_text(list, blanks[i]);
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        g_autoptr(GPtrArray) steps = pgs_saying_telling_steps(saying->steps);
        gint64 size;
        if (steps->len == 0 || !pgs_saying_step_is_size(g_ptr_array_index(steps, steps->len - 1)) ||
            !pgs_text_integer(saying->text, &size) || size < 1 || size > 300)
            continue;
        g_autofree char *blank = g_strnfill((gsize)size, ' ');
        pgs_candidate_list_add_text(list, blank);
        pgs_candidate_list_add_printf(list, "x%s", blank);
    }
}

void
pgs_candidates_add_forms(PgsCandidateList *list, const GPtrArray *sayings)
{
    gboolean is_plain = TRUE, has_pattern = FALSE, is_foreign = FALSE;
    for (guint i = 0; i < sayings->len; i++) {
        const PgsSaying *saying = g_ptr_array_index(sayings, i);
        has_pattern |= saying->kind == PGS_SAYING_PATTERN;
        is_plain &= saying->kind == PGS_SAYING_PATTERN || is_understood(saying);
        is_foreign |= has_own_function(saying);
    }
    list->rank = PGS_RANK_FORM;
    if (sayings->len > 0)
        add_blanks(list, sayings);
    if (has_pattern || !is_plain)
        add_cases(list);
    if (has_pattern || !is_plain)
        add_shapes(list);
    list->has_shapes |= is_foreign;
}
