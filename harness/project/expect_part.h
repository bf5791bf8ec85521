#ifndef PGS_PROJECT_EXPECT_PART_H
#define PGS_PROJECT_EXPECT_PART_H

#include "project/attribute.h"

/* The parts of a table in a block of expectations: the values of the keys of expect_table.c. */

extern const PgsShape pgs_shape_columns;
extern const PgsShape pgs_shape_primary_key;
extern const PgsShape pgs_shape_uniques;
extern const PgsShape pgs_shape_foreign_keys;
extern const PgsShape pgs_shape_checks;
extern const PgsShape pgs_shape_indexes;
extern const PgsShape pgs_shape_triggers;

/* PgsFieldRead for them; context is a PgsReading with its relation. */
gboolean pgs_read_columns(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);
gboolean pgs_read_primary_key(const PgsNode *value, const PgsField *field, gpointer target,
                              gpointer context, GError **error);
gboolean pgs_read_uniques(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);
gboolean pgs_read_foreign_keys(const PgsNode *value, const PgsField *field, gpointer target,
                               gpointer context, GError **error);
gboolean pgs_read_checks(const PgsNode *value, const PgsField *field, gpointer target,
                         gpointer context, GError **error);
gboolean pgs_read_indexes(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);
gboolean pgs_read_triggers(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);

/* ---- What they share ---- */

/* An expectation of a part: its relation is the table, its name the key's, without SQL's quotes;
 * none for an item of a list. */
PgsExpectation *pgs_expect_part(PgsReading *reading, const char *kind, PgsEntry entry);

/* PgsFieldRead of "name", of a part that is in a list. */
gboolean pgs_read_part_name(const PgsNode *value, const PgsField *field, gpointer target,
                            gpointer context, GError **error);

/* Rows of a table for a constraint that may wait. */
#define PGS_DEFERRABLE_FIELDS                                                                      \
    {"deferrable",                                                                                 \
     &pgs_shape_flag_or_any,                                                                       \
     "Whether it can be checked at the end of the transaction.",                                   \
     .standard = "`false`",                                                                        \
     .read = pgs_read_attribute_flag,                                                              \
     .detail = "deferrable"},                                                                      \
    {                                                                                              \
        "initially-deferred", &pgs_shape_flag_or_any, "Whether it is, unless told otherwise.",     \
            .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "initially-deferred" \
    }
/* An index's, or a key's that is one. */
#define PGS_INCLUDE_FIELD                                                                          \
    {                                                                                              \
        "include", &pgs_shape_texts, "Columns that it only includes; `[]`: none.",                 \
            .standard = "none", .read = pgs_read_attribute_columns, .detail = "include"            \
    }
#define PGS_NULLS_FIELD                                                                            \
    {                                                                                              \
        "nulls-not-distinct", &pgs_shape_flag_or_any, "Whether one NULL is like another.",         \
            .standard = "`false`", .read = pgs_read_attribute_flag, .detail = "nulls-not-distinct" \
    }

#endif
