#ifndef PGS_PROJECT_TOOL_FIELDS_H
#define PGS_PROJECT_TOOL_FIELDS_H

#include "config/field.h"

/*
 * The keys of a system that are about its migration tool.  Targets of the functions are a
 * PgsSystem, contexts a PgsReading; offsets of the fields that name pgs_read_tool_*() are those of
 * PgsToolSettings.
 */
extern const PgsShape pgs_shape_alembic;
extern const PgsShape pgs_shape_commands;
extern const PgsShape pgs_shape_patterns;
extern const PgsShape pgs_shape_environment;
extern const PgsShape pgs_shape_placeholders;
extern const PgsShape pgs_shape_variables;
extern const PgsShape pgs_shape_url_scheme;
extern const PgsShape pgs_shape_downs;

gboolean pgs_read_alembic(const PgsNode *value, const PgsField *field, gpointer target,
                          gpointer context, GError **error);
gboolean pgs_read_commands(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);
gboolean pgs_read_patterns(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);
gboolean pgs_read_downs(const PgsNode *value, const PgsField *field, gpointer target,
                        gpointer context, GError **error);
/* What the field's shape says, at its offset. */
gboolean pgs_read_tool_value(const PgsNode *value, const PgsField *field, gpointer target,
                             gpointer context, GError **error);
/* A mapping as "name=value", at its offset.  detail "words": values with words in braces. */
gboolean pgs_read_tool_map(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);

#endif
