#ifndef PGS_SQL_PARSE_JSON_H
#define PGS_SQL_PARSE_JSON_H

#include <glib.h>

/* json-glib's. */
typedef struct _JsonNode JsonNode;
typedef struct _JsonObject JsonObject;
typedef struct _JsonArray JsonArray;

/*
 * Members of libpg_query's JSON, of which any may be missing, or be something else than expected.
 * What is returned belongs to the JSON.
 */

/* NULL when it is not there, or is no such thing. */
JsonNode *pgs_parsed_member(JsonObject *object, const char *name);
JsonObject *pgs_parsed_object_of(JsonNode *json);
JsonArray *pgs_parsed_array_member(JsonObject *object, const char *name);
/* "" likewise. */
const char *pgs_parsed_string_member(JsonObject *object, const char *name);
gboolean pgs_parsed_flag_member(JsonObject *object, const char *name);
/* Of NULL 0. */
guint pgs_parsed_length_of(JsonArray *array);

/* {"String": {"sval": "x"}}: its text, or NULL. */
const char *pgs_parsed_name_of(JsonNode *json);
/* The last of a list of names, and those before it, joined by dots, or NULL (g_free()). */
const char *pgs_parsed_last_name(JsonArray *names, char **qualifier);

#endif
