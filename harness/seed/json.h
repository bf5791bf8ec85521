#ifndef PGS_SEED_JSON_H
#define PGS_SEED_JSON_H

#include <glib.h>

/*
 * JSON (RFC 8259, strictly) as a tree over its text.  json-glib is not used for documents: it turns
 * numbers into doubles and forgets the text, and what is loaded must be what the file says, to the
 * digit.
 */

typedef enum {
    PGS_JSON_NULL,
    PGS_JSON_FLAG, /* true or false */
    PGS_JSON_NUMBER,
    PGS_JSON_STRING,
    PGS_JSON_ARRAY,
    PGS_JSON_OBJECT,
} PgsJsonType;

typedef struct _PgsJson PgsJson;
struct _PgsJson {
    PgsJsonType type;
    gsize start, end; /* byte offsets of its text */
    char *string;     /* a string's value, UTF-8 */
    GPtrArray *items; /* PgsJson: of an array or object; NULL otherwise */
    GPtrArray *names; /* char *: of an object, as items has them; NULL otherwise */
};

/*
 * Reads the value that begins at *at (white space in front is passed over) and moves *at behind it
 * and the white space that follows.  text[length] is NUL.  NULL with *fault (static) about the
 * offset *at when there is none.  Free with pgs_json_free().
 */
PgsJson *pgs_json_read(const char *text, gsize length, gsize *at, const char **fault);
void pgs_json_free(PgsJson *json);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsJson, pgs_json_free)

/* An object's member; of several with that name the last, as jsonb has it.  NULL: there is none. */
const PgsJson *pgs_json_member(const PgsJson *json, const char *name);
/*
 * "title.text", "pages.0.name": members, and items by their numbers from 0.  A member whose own
 * name has dots comes before that.  NULL: there is none.
 */
const PgsJson *pgs_json_find(const PgsJson *json, const char *path);

#endif
