#ifndef PGS_PROJECT_SQL_FIELDS_H
#define PGS_PROJECT_SQL_FIELDS_H

#include "project/reading.h"

/* SQL that is run as it is: one text, or a list of texts and {file: path}. */
extern const PgsShape pgs_shape_sql_texts;

/* PgsFieldRead for it: PgsSqlText, appended to the GPtrArray at the field's offset. */
gboolean pgs_read_sql_texts(const PgsNode *value, const PgsField *field, gpointer target,
                            gpointer context, GError **error);

#endif
