#ifndef PGS_PROJECT_SERVER_FIELDS_H
#define PGS_PROJECT_SERVER_FIELDS_H

#include "config/field.h"

/*
 * The keys of a system that are about its server: settings, locale, image.  Targets of the
 * functions are a PgsSystem.
 */
extern const PgsShape pgs_shape_settings;
extern const PgsShape pgs_shape_locale;
extern const PgsShape pgs_shape_image;

gboolean pgs_read_settings(const PgsNode *value, const PgsField *field, gpointer target,
                           gpointer context, GError **error);
gboolean pgs_read_locale(const PgsNode *value, const PgsField *field, gpointer target,
                         gpointer context, GError **error);

#endif
