#include "values/candidates_inverse.h"

#include "base/text.h"
#include "values/candidates_said.h"

#include <math.h>
#include <string.h>

typedef struct {
    PgsCandidateList *list;
    const PgsSayingStep *step;
    GArray *found; /* PgsValue */
} Inverse;

typedef void (*InverseFunc)(Inverse *inverse, const char *target);

static void
find(Inverse *inverse, PgsValue value)
{
    if (value.text != NULL)
        g_array_append_val(inverse->found, value);
}

static void
find_text(Inverse *inverse, const char *text)
{
    find(inverse, pgs_bench_text(inverse->list->bench, text));
}

static void G_GNUC_PRINTF(2, 3) find_printf(Inverse *inverse, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    find_text(inverse, text);
}

static void
find_number(Inverse *inverse, double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (isfinite(number))
        find_text(inverse, g_ascii_formatd(text, sizeof text, "%.15g", number));
}

/* The step's n-th constant. */
static const char *
argument(const Inverse *inverse, guint n)
{
    return n < g_strv_length(inverse->step->arguments) ? inverse->step->arguments[n] : "";
}

/* ---- numbers ---- */

static double
apply(char operator, double a, double b)
{
    switch (operator) {
    case '+':
        return a + b;
    case '-':
        return a - b;
    case '*':
        return a * b;
    default:
        return b != 0 ? a / b : 0;
    }
}

/* ended - started = target: so far from an ordinary date, either way. */
static void
find_distant(Inverse *inverse, const char *target)
{
    PgsCandidateList *list = inverse->list;
    PgsValue ordinary = pgs_generator_value(list->bench, list->base, list->typmod, 0, NULL);
    if (ordinary.kind != PGS_VALUE_TEXT)
        return;
    double days;
    g_autoptr(GString) literal = g_string_new(NULL);
    pgs_text_append_literal(literal, target);
    g_autoptr(GString) value = g_string_new(NULL);
    pgs_text_append_literal(value, ordinary.text);
    gboolean in_days = pgs_text_number(target, &days);
    for (guint i = 0; i < 2; i++) {
        g_autofree char *sql =
            g_strdup_printf("(%s::%s %c %s%s)::%s", value->str, list->base->sql, "+-"[i],
                            in_days ? target : literal->str, in_days ? "" : "::pg_catalog.interval",
                            list->base->sql);
        find(inverse, pgs_bench_expression(list->bench, sql));
    }
    find(inverse, ordinary);
}

/* x + 5 = target: x = target - 5; 5 - x = target: x = 5 - target. */
static void
invert_arithmetic(Inverse *inverse, const char *target)
{
    static const char opposite[][2] = {{'+', '-'}, {'-', '+'}, {'*', '/'}, {'/', '*'}};
    double known, wanted;
    char operator= inverse->step->name[0];
    if (inverse->list->base->category == 'D') {
        find_distant(inverse, target);
        return;
    }
    if (!pgs_text_number(target, &wanted))
        return;
    if (!pgs_text_number(argument(inverse, 0), &known)) {
        /* Two columns: each part of the whole. */
        find_number(inverse, 0);
        find_number(inverse, floor(wanted / 2));
        find_number(inverse, wanted);
        return;
    }
    gboolean is_second = inverse->step->position == 1 && strchr("-/", operator) != NULL;
    for (guint i = 0; i < G_N_ELEMENTS(opposite); i++) {
        if (operator== opposite[i][0])
            find_number(inverse, is_second ? apply(operator, known, wanted)
                                           : apply(opposite[i][1], wanted, known));
    }
}

/* x % n = target */
static void
invert_remainder(Inverse *inverse, const char *target)
{
    double known, wanted;
    if (!pgs_text_number(target, &wanted) || !pgs_text_number(argument(inverse, 0), &known))
        return;
    find_number(inverse, wanted + known);
    find_number(inverse, wanted);
    find_number(inverse, wanted + 2 * known);
    find_number(inverse, wanted - known);
}

static void
invert_bits(Inverse *inverse, const char *target)
{
    gint64 known = 0, wanted;
    if (!pgs_text_integer(target, &wanted))
        return;
    pgs_text_integer(argument(inverse, 0), &known);
    find_printf(inverse, "%" G_GINT64_FORMAT, wanted);
    find_printf(inverse, "%" G_GINT64_FORMAT, wanted | known);
    find_printf(inverse, "%" G_GINT64_FORMAT, wanted & ~known);
}

static void
invert_absolute(Inverse *inverse, const char *target)
{
    double wanted;
    find_text(inverse, target);
    if (pgs_text_number(target, &wanted))
        find_number(inverse, -wanted);
}

static void
invert_rounding(Inverse *inverse, const char *target)
{
    double wanted;
    find_text(inverse, target);
    if (!pgs_text_number(target, &wanted))
        return;
    static const double offsets[] = {-0.5, -0.01, 0.01, 0.49, 0.5};
    for (guint i = 0; i < G_N_ELEMENTS(offsets); i++)
        find_number(inverse, wanted + offsets[i]);
}

static void
invert_root(Inverse *inverse, const char *target)
{
    double wanted;
    if (pgs_text_number(target, &wanted))
        find_number(inverse, wanted * wanted);
}

static void
invert_power(Inverse *inverse, const char *target)
{
    double wanted, known;
    if (!pgs_text_number(target, &wanted) || !pgs_text_number(argument(inverse, 0), &known) ||
        wanted < 0)
        return;
    double root = known != 0 ? pow(wanted, 1 / known) : 1;
    find_number(inverse, root);
    find_number(inverse, floor(root));
    find_number(inverse, ceil(root));
}

/* ---- texts ---- */

static void
invert_size(Inverse *inverse, const char *target)
{
    gint64 size;
    PgsCandidateList *list = inverse->list;
    if (!pgs_text_integer(target, &size) || size < 0 || size > G_MAXINT32)
        return;
    gboolean in_bits =
        g_str_equal(inverse->step->name, "bit_length") && list->base->category != 'V';
    guint length = in_bits ? (guint)(size / 8) : (guint)size;
    find(inverse, pgs_generator_sized(list->bench, list->base, list->typmod, length, 0));
}

static void
invert_case(Inverse *inverse, const char *target)
{
    g_autofree char *lower = g_utf8_strdown(target, -1);
    g_autofree char *upper = g_utf8_strup(target, -1);
    find_text(inverse, target);
    find_text(inverse, upper);
    find_text(inverse, lower);
}

/* btrim() and its sisters, which may name what they take away. */
static void
invert_trim(Inverse *inverse, const char *target)
{
    const char *taken = argument(inverse, 0);
    g_autofree char *blank = g_utf8_validate(taken, -1, NULL) && *taken != '\0'
                                 ? g_utf8_substring(taken, 0, 1)
                                 : g_strdup(" ");
    find_text(inverse, target);
    find_printf(inverse, "%s%s", blank, target);
    find_printf(inverse, "%s%s", target, blank);
}

static void
invert_part(Inverse *inverse, const char *target)
{
    find_text(inverse, target);
    find_printf(inverse, "%sx", target);
    find_printf(inverse, "x%s", target);
}

/* substr(x, n, …), right(x, n): so many in front. */
static void
invert_substring(Inverse *inverse, const char *target)
{
    gint64 from;
    if (pgs_text_integer(argument(inverse, 0), &from) && from > 1 && from < 1000) {
        g_autofree char *front = g_strnfill((gsize)from - 1, 'x');
        find_printf(inverse, "%s%s", front, target);
        find_printf(inverse, "%s%sx", front, target);
    }
    invert_part(inverse, target);
}

/* split_part(x, separator, n) */
static void
invert_split(Inverse *inverse, const char *target)
{
    gint64 part = 1;
    const char *separator = argument(inverse, 0);
    pgs_text_integer(argument(inverse, 1), &part);
    g_autoptr(GString) text = g_string_new(NULL);
    for (gint64 i = 1; i < CLAMP(part, 1, 20); i++)
        g_string_append_printf(text, "x%s", separator);
    g_string_append(text, target);
    find_text(inverse, text->str);
    find_printf(inverse, "%s%sx", text->str, separator);
}

/* position('@' in x), strpos(x, '@'): the target is where it begins. */
static void
invert_position(Inverse *inverse, const char *target)
{
    gint64 at;
    const char *piece = argument(inverse, 0);
    if (!pgs_text_integer(target, &at) || at < 0 || at > 1000)
        return;
    g_autofree char *front = g_strnfill(at > 0 ? (gsize)at - 1 : 1, 'x');
    find_printf(inverse, "%s%sx", front, at > 0 ? piece : "");
}

/* x || '…' = target, and how often something was replaced: whatever may be. */
static void
invert_joined(Inverse *inverse, const char *target)
{
    const char *piece = argument(inverse, 0);
    if (*piece != '\0' && g_str_has_suffix(target, piece)) {
        g_autofree char *front = g_strndup(target, strlen(target) - strlen(piece));
        find_text(inverse, front);
    }
    if (*piece != '\0' && g_str_has_prefix(target, piece))
        find_text(inverse, target + strlen(piece));
    find_text(inverse, target);
    /* Of two columns: each word may be one of them. */
    g_auto(GStrv) words = inverse->step->is_mixed ? g_strsplit_set(target, " ,;:/_-.@", -1) : NULL;
    for (guint i = 0; words != NULL && words[i] != NULL; i++) {
        if (*words[i] != '\0')
            find_text(inverse, words[i]);
    }
}

static void
invert_reverse(Inverse *inverse, const char *target)
{
    g_autofree char *reversed = g_utf8_strreverse(target, -1);
    find_text(inverse, reversed);
}

/* ---- dates ---- */

/* Of each field: what stands before and behind its number, and what is added to that. */
static const struct {
    const char *field, *front, *back;
    int factor, offset, width;
} fields[] = {
    {"year", "", "-06-15", 1, 0, 4},
    {"isoyear", "", "-06-15", 1, 0, 4},
    {"quarter", "2024-", "-15", 3, -1, 2},
    {"month", "2024-", "-15", 1, 0, 2},
    {"day", "2024-01-", "", 1, 0, 2},
    {"doy", "2024-01-", "", 1, 0, 2},
    {"dow", "2024-01-", "", 1, 7, 2}, /* 2024-01-01 was a Monday */
    {"isodow", "2024-01-", "", 1, 0, 2},
    {"hour", "2024-01-15 ", ":00:00", 1, 0, 2},
    {"minute", "2024-01-15 12:", ":00", 1, 0, 2},
    {"second", "2024-01-15 12:00:", "", 1, 0, 2},
};

/* extract(field from x) */
static void
invert_field(Inverse *inverse, const char *target)
{
    const char *type = inverse->list->base->name;
    gboolean is_time = g_str_has_prefix(type, "time") && !g_str_has_prefix(type, "timestamp");
    gint64 number;
    if (!pgs_text_integer(target, &number) || number < -9999 || number > 9999)
        return;
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (g_ascii_strcasecmp(argument(inverse, 0), fields[i].field) != 0)
            continue;
        int value = (int)number * fields[i].factor + fields[i].offset;
        g_autofree char *text =
            g_strdup_printf("%s%0*d%s", fields[i].front, fields[i].width, value, fields[i].back);
        find_text(inverse, is_time && strlen(text) > 11 ? text + 11 : text);
    }
}

/* age(x) > '18 years': that long ago. */
static void
invert_age(Inverse *inverse, const char *target)
{
    static const char *const offsets[] = {"", " + '1 day'::pg_catalog.interval",
                                          " - '1 day'::pg_catalog.interval"};
    PgsCandidateList *list = inverse->list;
    g_autoptr(GString) literal = g_string_new(NULL);
    pgs_text_append_literal(literal, target);
    for (guint i = 0; i < G_N_ELEMENTS(offsets); i++) {
        g_autofree char *sql = g_strdup_printf("(pg_catalog.now() - %s::pg_catalog.interval%s)::%s",
                                               literal->str, offsets[i], list->base->sql);
        find(inverse, pgs_bench_expression(list->bench, sql));
    }
}

/* date_trunc('day', x), x AT TIME ZONE …: the target, and a little after it. */
static void
invert_truncation(Inverse *inverse, const char *target)
{
    find_text(inverse, target);
    if (strchr(target, ':') == NULL)
        find_printf(inverse, "%s 12:34:56", target);
}

/* ---- shapes ---- */

/* radius(x), diameter(x), area(x) of a circle */
static void
invert_circle(Inverse *inverse, const char *target)
{
    double wanted;
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (!pgs_candidate_list_is(inverse->list, "circle") || !pgs_text_number(target, &wanted) ||
        wanted < 0)
        return;
    double radius = g_str_equal(inverse->step->name, "area")     ? sqrt(wanted / G_PI)
                    : g_str_equal(inverse->step->name, "radius") ? wanted
                                                                 : wanted / 2;
    find_printf(inverse, "<(0,0),%s>", g_ascii_formatd(text, sizeof text, "%.15g", radius));
}

/* latitude(x), longitude(x) of earthdistance: the extension's own functions, in its schema. */
static void
invert_position_on_earth(Inverse *inverse, const char *target)
{
    double wanted;
    if (inverse->step->schema == NULL || !pgs_text_number(target, &wanted))
        return;
    gboolean is_latitude = g_str_equal(inverse->step->name, "latitude");
    g_autofree char *sql = g_strdup_printf("%s.ll_to_earth(%s, %s)", inverse->step->schema,
                                           is_latitude ? target : "0", is_latitude ? "0" : target);
    find(inverse, pgs_bench_expression(inverse->list->bench, sql));
}

/* ---- addresses ---- */

static void
invert_mask(Inverse *inverse, const char *target)
{
    find_printf(inverse, "10.0.0.0/%s", target);
    find_printf(inverse, "2001:db8::/%s", target);
}

static void
invert_family(Inverse *inverse, const char *target)
{
    (void)target;
    find_text(inverse, "10.0.0.1");
    find_text(inverse, "2001:db8::1");
}

/* ---- any ---- */

static const struct {
    const char *name;
    InverseFunc func;
} inverses[] = {
    {"+", invert_arithmetic},
    {"-", invert_arithmetic},
    {"*", invert_arithmetic},
    {"/", invert_arithmetic},
    {"div", invert_arithmetic},
    {"%", invert_remainder},
    {"mod", invert_remainder},
    {"&", invert_bits},
    {"|", invert_bits},
    {"#", invert_bits},
    {"abs", invert_absolute},
    {"@", invert_absolute},
    {"round", invert_rounding},
    {"floor", invert_rounding},
    {"ceil", invert_rounding},
    {"ceiling", invert_rounding},
    {"trunc", invert_rounding},
    {"sqrt", invert_root},
    {"^", invert_power},
    {"power", invert_power},
    {"lower", invert_case},
    {"upper", invert_case},
    {"initcap", invert_case},
    {"btrim", invert_trim},
    {"ltrim", invert_trim},
    {"rtrim", invert_trim},
    {"left", invert_part},
    {"right", invert_substring},
    {"substr", invert_substring},
    {"substring", invert_substring},
    {"overlay", invert_part},
    {"split_part", invert_split},
    {"position", invert_position},
    {"strpos", invert_position},
    {"||", invert_joined},
    {"concat", invert_joined},
    {"reverse", invert_reverse},
    {"extract", invert_field},
    {"date_part", invert_field},
    {"age", invert_age},
    {"date_trunc", invert_truncation},
    {"timezone", invert_truncation},
    {"radius", invert_circle},
    {"diameter", invert_circle},
    {"area", invert_circle},
    {"latitude", invert_position_on_earth},
    {"longitude", invert_position_on_earth},
    {"masklen", invert_mask},
    {"family", invert_family},
};

GArray *
pgs_saying_step_inverse(PgsCandidateList *list, const PgsSayingStep *step, const GArray *targets)
{
    Inverse inverse = {list, step, g_array_new(FALSE, FALSE, sizeof(PgsValue))};
    InverseFunc func = pgs_saying_step_is_size(step) ? invert_size : NULL;
    for (guint i = 0; func == NULL && i < G_N_ELEMENTS(inverses); i++) {
        if (g_str_equal(inverses[i].name, step->name))
            func = inverses[i].func;
    }
    for (guint i = 0; i < targets->len; i++) {
        PgsValue target = g_array_index(targets, PgsValue, i);
        if (func != NULL && target.kind == PGS_VALUE_TEXT)
            func(&inverse, target.text);
        else
            g_array_append_val(inverse.found, target);
    }
    return inverse.found;
}
