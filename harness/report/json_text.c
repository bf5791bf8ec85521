#include "report/json_text.h"

#include "base/json_number.h"
#include "base/text.h"

static void
set_name(JsonBuilder *builder, const char *name)
{
    if (name != NULL)
        json_builder_set_member_name(builder, name);
}

void
pgs_json_put_text(JsonBuilder *builder, const char *name, const char *text)
{
    if (text == NULL)
        return;
    g_autofree char *visible = pgs_text_visible(text, -1);
    set_name(builder, name);
    json_builder_add_string_value(builder, visible);
}

void
pgs_json_put_number(JsonBuilder *builder, const char *name, gint64 number)
{
    set_name(builder, name);
    json_builder_add_int_value(builder, number);
}

void
pgs_json_put_real(JsonBuilder *builder, const char *name, double number)
{
    set_name(builder, name);
    json_builder_add_double_value(builder, number);
}

void
pgs_json_put_seconds(JsonBuilder *builder, const char *name, gint64 microseconds)
{
    pgs_json_put_real(builder, name, (double)microseconds / G_USEC_PER_SEC);
}

void
pgs_json_put_flag(JsonBuilder *builder, const char *name, gboolean flag)
{
    set_name(builder, name);
    json_builder_add_boolean_value(builder, flag);
}

void
pgs_json_put_texts(JsonBuilder *builder, const char *name, const GPtrArray *texts)
{
    if (texts == NULL || texts->len == 0)
        return;
    pgs_json_open_array(builder, name);
    for (guint i = 0; i < texts->len; i++)
        pgs_json_put_text(builder, NULL, texts->pdata[i]);
    json_builder_end_array(builder);
}

void
pgs_json_open_object(JsonBuilder *builder, const char *name)
{
    set_name(builder, name);
    json_builder_begin_object(builder);
}

void
pgs_json_open_array(JsonBuilder *builder, const char *name)
{
    set_name(builder, name);
    json_builder_begin_array(builder);
}

void
pgs_json_put_message(JsonBuilder *builder, const char *name, const char *text)
{
    pgs_json_open_object(builder, name);
    pgs_json_put_text(builder, "text", text);
    json_builder_end_object(builder);
}

char *
pgs_json_time(GDateTime *time, gint64 microseconds_later)
{
    g_autoptr(GDateTime) later = g_date_time_add(time, microseconds_later);
    g_autoptr(GDateTime) utc = g_date_time_to_utc(later);
    g_autofree char *seconds = g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S");
    return g_strdup_printf("%s.%03dZ", seconds, g_date_time_get_microsecond(utc) / 1000);
}

char *
pgs_json_to_text(JsonBuilder *builder)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autofree char *text = json_to_string(root, TRUE);
    g_autofree char *short_text = pgs_json_shorten(text);
    return g_strconcat(short_text, "\n", NULL);
}
