#ifndef PGS_PROJECT_ATTRIBUTE_H
#define PGS_PROJECT_ATTRIBUTE_H

#include "project/reading.h"

/*
 * PgsFieldRead functions whose target is a PgsExpectation and whose field's detail is the attribute
 * that they set, by the snapshot's name for it.  context is a PgsReading.  The word "any" for a
 * value is kept as it is: the judge asks nothing of that attribute.
 */

/* A text; nothing: the object must not have it. */
gboolean pgs_read_attribute(const PgsNode *value, const PgsField *field, gpointer target,
                            gpointer context, GError **error);
/* A text; nothing: it is not asked. */
gboolean pgs_read_attribute_text(const PgsNode *value, const PgsField *field, gpointer target,
                                 gpointer context, GError **error);
/* As pgs_read_attribute(), in upper case. */
gboolean pgs_read_attribute_word(const PgsNode *value, const PgsField *field, gpointer target,
                                 gpointer context, GError **error);
/* true: the attribute is "true"; false: it must not be there. */
gboolean pgs_read_attribute_flag(const PgsNode *value, const PgsField *field, gpointer target,
                                 gpointer context, GError **error);
/* The other way round: for "null" of not-null, "validated" of not-valid. */
gboolean pgs_read_attribute_not(const PgsNode *value, const PgsField *field, gpointer target,
                                gpointer context, GError **error);
/* Names of columns, "a, b". */
gboolean pgs_read_attribute_columns(const PgsNode *value, const PgsField *field, gpointer target,
                                    gpointer context, GError **error);
/* Texts joined with ", " as they are: columns and expressions of an index. */
gboolean pgs_read_attribute_list(const PgsNode *value, const PgsField *field, gpointer target,
                                 gpointer context, GError **error);
/* Texts as SQL literals: "'a', 'b'"; an empty list: it has none.  In a list "any" is a text. */
gboolean pgs_read_attribute_literals(const PgsNode *value, const PgsField *field, gpointer target,
                                     gpointer context, GError **error);
/* Key actions: a word or confdeltype's letter. */
gboolean pgs_read_attribute_action(const PgsNode *value, const PgsField *field, gpointer target,
                                   gpointer context, GError **error);
extern const PgsShape pgs_shape_action;

/* Whether a value is the word that leaves an attribute open. */
gboolean pgs_is_any(const PgsNode *value);

/* Rows that several kinds have: storage parameters. */
#define PGS_OPTIONS_FIELD                                                                          \
    {                                                                                              \
        "options", &pgs_shape_texts, "Its storage parameters, in any order: `fillfactor=70`.",     \
            .standard = "none", .read = pgs_read_attribute_list, .detail = "options"               \
    }

/* ---- What makes expectations ---- */

/* A name in a mapping and what is said of it, or an item of a list (key is then value). */
typedef struct {
    const PgsNode *key, *value;
} PgsEntry;
/* The i-th of a mapping or a list; or value itself for i 0 when it is neither. */
PgsEntry pgs_entry_at(const PgsNode *value, guint i);
guint pgs_entry_count(const PgsNode *value);

/*
 * Appends an expectation to the reading's block, with what it inherits from there: requirements,
 * and whether it must be absent.  It belongs to the block.
 */
PgsExpectation *pgs_reading_expect(PgsReading *reading, const char *kind, const char *relation,
                                   const char *name, const PgsNode *place);

#endif
