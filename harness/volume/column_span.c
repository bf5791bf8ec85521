#include "base/text.h"
#include "volume/column_proposal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LARGE 1e9 /* numbers from here on are seldom meant: int4's own ends are larger */

enum {
    LEAVES = 8, /* partitions, each of which has every n-th row */
};

/* How far two values of a type are apart. */
typedef enum {
    SPAN_WHOLE,   /* integers */
    SPAN_DECIMAL, /* numeric: steps of its scale */
    SPAN_FLOAT,
    SPAN_DAYS,
    SPAN_TIME,
} SpanKind;

static const struct {
    const char *name;
    SpanKind kind;
} spans[] = {
    {"int2", SPAN_WHOLE},     {"int4", SPAN_WHOLE},       {"int8", SPAN_WHOLE},
    {"oid", SPAN_WHOLE},      {"numeric", SPAN_DECIMAL},  {"money", SPAN_DECIMAL},
    {"float4", SPAN_FLOAT},   {"float8", SPAN_FLOAT},     {"date", SPAN_DAYS},
    {"timestamp", SPAN_TIME}, {"timestamptz", SPAN_TIME}, {"time", SPAN_TIME},
    {"interval", SPAN_TIME},
};

/* The accepted values' ends. */
typedef struct {
    SpanKind kind;
    char *low, *high; /* texts */
    double width;     /* numbers: high - low; days; seconds */
    double step;      /* the least one */
} Span;

static void
span_clear(Span *span)
{
    g_free(span->low);
    g_free(span->high);
}

static gboolean
is_finite(const char *text)
{
    g_autofree char *lower = g_ascii_strdown(text, -1);
    return strstr(lower, "inf") == NULL && strstr(lower, "nan") == NULL;
}

static const char *const width_sql[] = {
    [SPAN_WHOLE] =
        "(pg_catalog.max(v)::pg_catalog.numeric - pg_catalog.min(v)::pg_catalog.numeric)",
    [SPAN_DECIMAL] =
        "(pg_catalog.max(v)::pg_catalog.numeric - pg_catalog.min(v)::pg_catalog.numeric)",
    [SPAN_FLOAT] = "(pg_catalog.max(v)::pg_catalog.float8 - pg_catalog.min(v)::pg_catalog.float8)",
    [SPAN_DAYS] = "(pg_catalog.max(v) - pg_catalog.min(v))",
    [SPAN_TIME] = "pg_catalog.date_part('epoch', pg_catalog.max(v) - pg_catalog.min(v))",
};

/* Not a type's own ends, where there are others. */
static gboolean
is_ordinary(SpanKind kind, const char *text)
{
    return kind == SPAN_DAYS || kind == SPAN_TIME || fabs(g_ascii_strtod(text, NULL)) < LARGE;
}

/* The accepted values that a span is made of; how many. */
static guint
append_ends(GString *sql, const PgsColumnProposal *proposal, SpanKind kind)
{
    guint n = 0, n_ordinary = 0;
    for (guint i = 0; i < proposal->taken->len; i++)
        n_ordinary += is_ordinary(kind, g_array_index(proposal->taken, PgsValue, i).text) ? 1 : 0;
    for (guint i = 0; i < proposal->taken->len; i++) {
        const char *text = g_array_index(proposal->taken, PgsValue, i).text;
        if (!is_finite(text) || (n_ordinary > 1 && !is_ordinary(kind, text)))
            continue;
        g_string_append(sql, n++ > 0 ? ", " : "");
        pgs_text_append_literal(sql, text);
    }
    return n;
}

/* FALSE without error: there is none. */
static gboolean
find_span(const PgsColumnProposal *proposal, Span *span, GError **error)
{
    const PgsType *type = proposal->spread.type;
    g_autoptr(GString) sql = g_string_new(NULL);
    guint n;
    g_string_printf(sql,
                    "SELECT (pg_catalog.min(v)%s)::pg_catalog.text,"
                    " (pg_catalog.max(v)%s)::pg_catalog.text, %s::pg_catalog.text FROM"
                    " pg_catalog.unnest(ARRAY[",
                    span->kind == SPAN_DECIMAL ? "::pg_catalog.numeric" : "",
                    span->kind == SPAN_DECIMAL ? "::pg_catalog.numeric" : "",
                    width_sql[span->kind]);
    n = append_ends(sql, proposal, span->kind);
    g_string_append_printf(sql, "]::%s[]) AS t (v)", type->sql);
    if (n < 2)
        return FALSE;
    g_autoptr(PgsBatch) batch = pgs_batch_new();
    pgs_batch_begin(batch);
    pgs_batch_add(batch, sql->str);
    if (!pgs_batch_run(batch, pgs_bench_connection(proposal->bench), error))
        return FALSE;
    const PgsBatchResult *result = pgs_batch_result(batch, 0);
    if (result->failure != NULL)
        return FALSE;
    const PGresult *row = result->results->pdata[0];
    if (PQgetisnull(row, 0, 0) || PQgetisnull(row, 0, 2))
        return FALSE;
    span->low = g_strdup(PQgetvalue(row, 0, 0));
    span->high = g_strdup(PQgetvalue(row, 0, 1));
    span->width = g_ascii_strtod(PQgetvalue(row, 0, 2), NULL);
    return span->width > 0 && isfinite(span->width);
}

/* ---- expressions ---- */

static double
least_step(const PgsColumnProposal *proposal, SpanKind kind)
{
    gint32 typmod = proposal->spread.typmod;
    if (kind == SPAN_WHOLE || kind == SPAN_DAYS)
        return 1;
    if (kind == SPAN_FLOAT)
        return 1e-3;
    if (kind == SPAN_TIME)
        return typmod == 0 ? 1 : 1e-3;
    if (typmod < 4)
        return 0.01;
    gint32 bits = (typmod - 4) & 0x7ff;
    return pow(10, -MIN((bits ^ 1024) - 1024, 6));
}

static char *
span_sql(const PgsColumnProposal *proposal, const Span *span, const char *number, double step)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(text, sizeof text, "%.6f", step);
    g_autoptr(GString) low = g_string_new(NULL);
    pgs_text_append_literal(low, span->low);
    switch (span->kind) {
    case SPAN_WHOLE:
        g_ascii_formatd(text, sizeof text, "%.0f", step);
        return g_strdup_printf("%s::pg_catalog.int8 + (%s - 1) * %s", low->str, number, text);
    case SPAN_DECIMAL:
        return g_strdup_printf("%s::pg_catalog.numeric + (%s - 1) * %s", low->str, number, text);
    case SPAN_FLOAT:
        return g_strdup_printf("%s::pg_catalog.float8 + (%s - 1) * %s::pg_catalog.float8", low->str,
                               number, text);
    case SPAN_DAYS:
        g_ascii_formatd(text, sizeof text, "%.0f", step);
        return g_strdup_printf("%s::pg_catalog.date + ((%s - 1) * %s)::pg_catalog.int4", low->str,
                               number, text);
    case SPAN_TIME:
        break;
    }
    return g_strdup_printf("%s::%s + ((%s - 1) * %s) * '1 second'::pg_catalog.interval", low->str,
                           proposal->spread.type->sql, number, text);
}

/* As many as wished (all that there are where rows have to differ), at even distances.  Times
 * follow the rows. */
static void
propose_between(PgsColumnProposal *proposal, const Span *span)
{
    double least = least_step(proposal, span->kind);
    double room = floor(span->width / least + 0.5) + 1; /* values that there are */
    gboolean is_time = span->kind == SPAN_TIME || span->kind == SPAN_DAYS;
    gint64 wished = proposal->is_distinct ? proposal->rows
                    : is_time             ? LEAVES * proposal->rows
                                          : pgs_column_proposal_usual(proposal);
    double many = room > (double)wished ? floor(room / (double)wished) : 1;
    gint64 limit = (gint64)MIN(floor((room - 1) / many) + 1, 1e15);
    g_autofree char *number = is_time
                                  ? g_strdup_printf("((i - 1) %% %" G_GINT64_FORMAT " + 1)", limit)
                                  : pgs_column_proposal_number(proposal, limit, &wished);
    g_autofree char *sql = span_sql(proposal, span, number, least * many);
    pgs_column_proposal_add(proposal, sql, is_time ? limit : wished,
                            g_strdup_printf("between %s and %s", span->low, span->high));
}

/* From the lowest on, if there is no highest. */
static void
propose_above(PgsColumnProposal *proposal, const Span *span)
{
    gint64 n = pgs_column_proposal_usual(proposal);
    double least = span->kind == SPAN_TIME ? 60 : least_step(proposal, span->kind);
    g_autofree char *number = pgs_column_proposal_number(proposal, G_MAXINT64, &n);
    g_autofree char *sql = span_sql(proposal, span, number, least);
    pgs_column_proposal_add(proposal, sql, n, g_strdup_printf("from %s on", span->low));
}

/* Whether a number above the highest was refused: then it is an end. */
static gboolean
is_bounded(const PgsColumnProposal *proposal, const Span *span)
{
    double high = g_ascii_strtod(span->high, NULL);
    if (span->kind == SPAN_DAYS || span->kind == SPAN_TIME)
        return span->width > 1;
    for (guint i = 0; i < proposal->refused->len; i++) {
        const char *text = g_array_index(proposal->refused, PgsValue, i).text;
        if (is_finite(text) && g_ascii_strtod(text, NULL) > high)
            return TRUE;
    }
    return FALSE;
}

static void
propose_span(PgsColumnProposal *proposal, const Span *span)
{
    gboolean is_end = is_bounded(proposal, span);
    if (is_end)
        propose_between(proposal, span);
    propose_above(proposal, span);
    if (!is_end)
        propose_between(proposal, span);
}

gboolean
pgs_column_propose_span(PgsColumnProposal *proposal, GError **error)
{
    const PgsType *type = proposal->spread.type;
    if (!g_str_equal(type->schema, "pg_catalog"))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
        if (!g_str_equal(type->name, spans[i].name))
            continue;
        GError *local = NULL;
        Span span = {.kind = spans[i].kind};
        if (!pgs_column_proposal_take(proposal, error))
            return FALSE;
        if (find_span(proposal, &span, &local))
            propose_span(proposal, &span);
        span_clear(&span);
        if (local != NULL)
            g_propagate_error(error, local);
        return local == NULL;
    }
    return TRUE;
}
