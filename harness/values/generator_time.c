#include "base/text.h"
#include "values/generator_types.h"

#include <stdlib.h>
#include <string.h>

/*
 * Dates and times begin at 2020-01-01.  What is written in another form than ours ('infinity',
 * 'yesterday', 200000-01-01) has its neighbours made by the server.
 */

/* So many days stay within the years that GDateTime knows. */
#define DAYS_MAX 2900000
#define DAY_SECONDS 86400

/* The value moved by the row's step; any typmod would only round it. */
static void
add_server_steps(const PgsScalarUse *use, const char *text, const char *step, GArray *values)
{
    static const char signs[] = {'-', '+'};
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
        g_autoptr(GString) sql = g_string_new("(");
        pgs_text_append_literal(sql, text);
        g_string_append_printf(sql, "::%s %c %s)", use->type->sql, signs[i], step);
        pgs_values_add_expression(use->bench, values, sql->str);
    }
}

static GDateTime *
first_day(void)
{
    return g_date_time_new_utc(2020, 1, 1, 10, 0, 0);
}

/* "2020-01-01[ 10:00[:00[.5]]][+00]"; NULL: it is not written so. */
static GDateTime *
parse_moment(const char *text, gboolean is_date)
{
    static const char *const form =
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?)?"
        "([+-][0-9]{2}(:?[0-9]{2})?|Z)?$";
    if (!g_regex_match_simple(form, text, 0, 0))
        return NULL;
    g_autoptr(GString) iso = g_string_new(text);
    if (iso->len == strlen("2020-01-01"))
        g_string_append(iso, is_date ? "T10:00:00" : "T00:00:00");
    iso->str[strlen("2020-01-01")] = 'T';
    if (iso->len == strlen("2020-01-01T10:00"))
        g_string_append(iso, ":00");
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    return g_date_time_new_from_iso8601(iso->str, utc);
}

static char *
moment_text(GDateTime *moment, gboolean is_date, gboolean has_zone)
{
    if (is_date)
        return g_strdup_printf("%04d-%02d-%02d", g_date_time_get_year(moment),
                               g_date_time_get_month(moment), g_date_time_get_day_of_month(moment));
    g_autoptr(GDateTime) utc = g_date_time_to_utc(moment);
    g_autofree char *date = moment_text(utc, TRUE, FALSE);
    g_autofree char *time = g_date_time_format(utc, "%H:%M:%S");
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%s %s", date, time);
    if (g_date_time_get_microsecond(utc) != 0)
        g_string_append_printf(text, ".%06d", g_date_time_get_microsecond(utc));
    return g_strdup_printf("%s%s", text->str, has_zone ? "+00" : "");
}

/* date */

static char *
date_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    (void)use;
    *n_distinct = DAYS_MAX;
    g_autoptr(GDateTime) first = first_day();
    g_autoptr(GDateTime) moment = g_date_time_add_days(first, (gint)(n % DAYS_MAX));
    return moment_text(moment, TRUE, FALSE);
}

static void
date_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    g_autoptr(GDateTime) moment = parse_moment(text, TRUE);
    if (moment == NULL) {
        add_server_steps(use, text, "1", values);
        return;
    }
    for (gint days = -1; days <= 1; days += 2) {
        g_autoptr(GDateTime) next = g_date_time_add_days(moment, days);
        if (next == NULL)
            continue;
        g_autofree char *written = moment_text(next, TRUE, FALSE);
        pgs_values_add(use->bench, values, written);
    }
}

/* What a date or time may begin with; words are the server's to know. */
static gboolean
moment_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    static const char *const words[] = {"infinity", "-infinity", "epoch",    "now",
                                        "today",    "yesterday", "tomorrow", "allballs"};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(text, words[i]) == 0)
            return TRUE;
    return g_ascii_isdigit(*text) && strpbrk(text, "-:/. ") != NULL;
}

const PgsScalarFamily pgs_family_date = {
    .nth = date_nth,
    .neighbours = date_neighbours,
    .fits = moment_fits,
};

/* timestamp, timestamptz: with a zone when the row's first is 1. */

static gboolean
has_zone(const PgsScalarUse *use)
{
    return use->scalar->first == 1;
}

static char *
timestamp_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    *n_distinct = DAYS_MAX;
    g_autoptr(GDateTime) first = first_day();
    g_autoptr(GDateTime) moment = g_date_time_add_days(first, (gint)(n % DAYS_MAX));
    return moment_text(moment, FALSE, has_zone(use));
}

/* What the type can just tell apart, in microseconds. */
static GTimeSpan
resolution(gint32 typmod)
{
    GTimeSpan span = 1;
    for (gint i = typmod < 0 ? 6 : typmod; i < 6; i++)
        span *= 10;
    return span;
}

static void
timestamp_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    g_autoptr(GDateTime) moment = parse_moment(text, FALSE);
    if (moment == NULL) {
        add_server_steps(use, text, use->scalar->step, values);
        return;
    }
    const GTimeSpan spans[] = {resolution(use->typmod), G_TIME_SPAN_SECOND, G_TIME_SPAN_DAY};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(spans); i++) {
        g_autoptr(GDateTime) next =
            g_date_time_add(moment, i % 2 == 0 ? -spans[i / 2] : spans[i / 2]);
        if (next == NULL)
            continue;
        g_autofree char *written = moment_text(next, FALSE, has_zone(use));
        pgs_values_add(use->bench, values, written);
    }
}

const PgsScalarFamily pgs_family_timestamp = {
    .nth = timestamp_nth,
    .neighbours = timestamp_neighbours,
    .fits = moment_fits,
};

/* time, timetz */

static char *
time_text(const PgsScalarUse *use, gint64 microseconds)
{
    gint64 seconds = microseconds / G_TIME_SPAN_SECOND, rest = microseconds % G_TIME_SPAN_SECOND;
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%02d:%02d:%02d", (gint)(seconds / 3600), (gint)(seconds / 60 % 60),
                    (gint)(seconds % 60));
    if (rest != 0)
        g_string_append_printf(text, ".%06d", (gint)rest);
    return g_strdup_printf("%s%s", text->str, has_zone(use) ? "+00" : "");
}

/* Minute by minute from ten o'clock, then with a second more. */
static char *
time_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    *n_distinct = DAY_SECONDS;
    n %= DAY_SECONDS;
    guint seconds = (10 * 60 + n) % (24 * 60) * 60 + n / (24 * 60);
    return time_text(use, seconds * G_TIME_SPAN_SECOND);
}

/* -1: it is not written as ours are. */
static gint64
parse_time(const char *text)
{
    if (!g_regex_match_simple("^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?([+-]00)?$", text, 0,
                              0))
        return -1;
    gint64 seconds = atoi(text) * 3600 + atoi(text + 3) * 60;
    gint64 microseconds = 0;
    if (text[5] == ':') {
        seconds += atoi(text + 6);
        const char *digit = text[8] == '.' ? text + 9 : "";
        for (gint64 unit = 100000; g_ascii_isdigit(*digit); unit /= 10)
            microseconds += (*digit++ - '0') * unit;
    }
    return seconds * G_TIME_SPAN_SECOND + microseconds;
}

static void
time_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    gint64 time = parse_time(text);
    if (time < 0) {
        add_server_steps(use, text, use->scalar->step, values);
        return;
    }
    const gint64 spans[] = {resolution(use->typmod), G_TIME_SPAN_SECOND, G_TIME_SPAN_MINUTE};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(spans); i++) {
        gint64 next = i % 2 == 0 ? time - spans[i / 2] : time + spans[i / 2];
        if (next < 0 || next >= DAY_SECONDS * G_TIME_SPAN_SECOND)
            continue;
        g_autofree char *written = time_text(use, next);
        pgs_values_add(use->bench, values, written);
    }
}

const PgsScalarFamily pgs_family_time = {
    .nth = time_nth,
    .neighbours = time_neighbours,
    .fits = moment_fits,
};

/* interval: which fields it has is in the typmod (timestamp.h, INTERVAL_MASK()). */

#define FIELD_MONTH (1 << 1)
#define FIELD_YEAR (1 << 2)
#define FIELD_ALL 0x7fff

/* The unit of the least field that is kept, or days. */
static const char *
interval_unit(gint32 typmod)
{
    gint32 fields = typmod < 0 ? FIELD_ALL : (typmod >> 16) & FIELD_ALL;
    if (fields == FIELD_YEAR)
        return "year";
    return (fields & ~(FIELD_YEAR | FIELD_MONTH)) == 0 ? "mon" : "day";
}

static char *
interval_nth(const PgsScalarUse *use, guint n, guint *n_distinct)
{
    /* Years that an interval can hold, and 30 days are a month to "=". */
    *n_distinct = 10000000;
    const char *unit = interval_unit(use->typmod);
    n %= *n_distinct;
    return g_strdup_printf("%u %s%s", n + 1, unit, n > 0 ? "s" : "");
}

static void
interval_neighbours(const PgsScalarUse *use, const char *text, GArray *values)
{
    const char *unit = interval_unit(use->typmod);
    g_autofree char *step = g_strdup_printf("INTERVAL '1 %s'", unit);
    add_server_steps(use, text, step, values);
    if (strcmp(unit, "day") == 0) {
        add_server_steps(use, text, "INTERVAL '1 second'", values);
        add_server_steps(use, text, "INTERVAL '1 microsecond'", values);
    }
}

static gboolean
interval_fits(const PgsScalarUse *use, const char *text)
{
    (void)use;
    return *text != '\0' && (strpbrk(text, "0123456789") != NULL || *text == 'P');
}

const PgsScalarFamily pgs_family_interval = {
    .nth = interval_nth,
    .neighbours = interval_neighbours,
    .fits = interval_fits,
};
