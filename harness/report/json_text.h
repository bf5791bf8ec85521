#ifndef PGS_REPORT_JSON_TEXT_H
#define PGS_REPORT_JSON_TEXT_H

#include <json-glib/json-glib.h>

/*
 * What the writers of JSON have in common, on json-glib's builder.  name NULL: an element of an
 * array, else a member of an object.  Text goes through pgs_text_visible().
 */

/* text NULL: the member is left out. */
void pgs_json_put_text(JsonBuilder *builder, const char *name, const char *text);
void pgs_json_put_number(JsonBuilder *builder, const char *name, gint64 number);
void pgs_json_put_real(JsonBuilder *builder, const char *name, double number);
/* As seconds. */
void pgs_json_put_seconds(JsonBuilder *builder, const char *name, gint64 microseconds);
void pgs_json_put_flag(JsonBuilder *builder, const char *name, gboolean flag);
/* texts: char *; NULL or empty: left out. */
void pgs_json_put_texts(JsonBuilder *builder, const char *name, const GPtrArray *texts);

void pgs_json_open_object(JsonBuilder *builder, const char *name);
void pgs_json_open_array(JsonBuilder *builder, const char *name);

/* {"text": …}, as SARIF has its messages. */
void pgs_json_put_message(JsonBuilder *builder, const char *name, const char *text);

/* "2025-03-14T09:26:53.589Z"; free with g_free(). */
char *pgs_json_time(GDateTime *time, gint64 microseconds_later);

/* The whole of it, indented, with a newline at its end; free with g_free(). */
char *pgs_json_to_text(JsonBuilder *builder);

#endif
