#ifndef PGS_REPORT_RENDERING_H
#define PGS_REPORT_RENDERING_H

#include "record/record_xml.h"

/* One transformation of a record's document by a stylesheet. */

typedef struct {
    const char *name; /* of a file, its path */
    gboolean built_in;
    const char *const *parameters; /* name, XPath expression, …, NULL; or NULL: none */
} PgsRenderingSheet;

/*
 * What the stylesheet makes of the document, which is record's; NUL-terminated, *length bytes
 * without that.  Free with g_free().  Error: PGS_REPORT_ERROR_STYLESHEET.
 */
char *pgs_rendering_apply(const PgsRenderingSheet *sheet, xmlDoc *document, const PgsRecord *record,
                          gsize *length, GError **error);

#endif
