#ifndef PGS_CHECK_PROPOSE_YAML_H
#define PGS_CHECK_PROPOSE_YAML_H

#include <glib.h>

/* Text as YAML, in the simplest form that means just that. */

typedef enum {
    PGS_YAML_BLOCK, /* on a line of its own, or behind a key */
    PGS_YAML_FLOW,  /* within [ ] or { }, or a key */
} PgsYamlContext;

/* One line: plain, in single quotes, or (control characters) in double ones.  Free with g_free().
 */
char *pgs_yaml_scalar(const char *text, PgsYamlContext context);
/* "[a, 'b, c']" of strings (char *).  Free with g_free(). */
char *pgs_yaml_list(const GPtrArray *texts);

/* A line "key: value" at that indentation; value is YAML already.  Key and value belong to the
 * caller. */
void pgs_yaml_add_raw(GString *out, guint indent, const char *key, const char *value);
/* The same with any text for the value: of several lines as a block. */
void pgs_yaml_add_text(GString *out, guint indent, const char *key, const char *text);
/* A line "key:", for what follows it further in. */
void pgs_yaml_add_key(GString *out, guint indent, const char *key);
/* Lines of comment. */
void pgs_yaml_add_comment(GString *out, guint indent, const char *text);

/* A mapping in one line: "{a: b, c: d}", begun, filled and ended. */
GString *pgs_yaml_flow_new(void);
void pgs_yaml_flow_raw(GString *flow, const char *key, const char *value);
void pgs_yaml_flow_text(GString *flow, const char *key, const char *text);
char *pgs_yaml_flow_end(GString *flow);

#endif
