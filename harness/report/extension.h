#ifndef PGS_REPORT_EXTENSION_H
#define PGS_REPORT_EXTENSION_H

#include "record/record.h"

#include <libxslt/xsltInternals.h>

/* clang-format off */
/*
 * Functions for stylesheets, in the namespace "urn:pgstair:report" (prefix pgs by custom), for what
 * XSLT 1.0 cannot do.  With xsltproc they are not there: function-available() says so.
 *
 *   pgs:embedded('html.css')   the text of a file of reports/ that is built in; '' without one
 *   pgs:sha256(TEXT)           base64 of the digest of its UTF-8, for a content security policy
 *   pgs:diagram(SYSTEM)        the schema of a <system> as SVG (report/diagram.h); a node set,
 *                              empty when there is no schema
 *   pgs:state(SYSTEM, OBJECT)  whether a key or rule was exercised, in the diagram's words
 *   pgs:slug(TEXT)             a name that is fit for an id attribute, the same for the same text,
 *                              and different for different texts
 *   pgs:plain(TEXT)            pgs_text_plain(): for what is read as it stands
 *   pgs:verdict()              failed, verified, nothing (no check came to a verdict), or idle (no
 *                              work fell to this part of a split run)
 *   pgs:version()              of the pgstair that renders, not of the one that wrote the record
 */
/* clang-format on */
#define PGS_REPORT_NAMESPACE "urn:pgstair:report"

/* What the functions of one transformation know. */
typedef struct _PgsExtension PgsExtension;

/* Makes the functions known to this transformation, which is of that record.  The record, and what
 * is returned, must outlive it; then pgs_extension_free(). */
PgsExtension *pgs_extension_attach(xsltTransformContext *context, const PgsRecord *record);
void pgs_extension_free(PgsExtension *extension);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgsExtension, pgs_extension_free)

/* What pgs:slug() gives.  Free with g_free(). */
char *pgs_extension_slug(const char *text);

#endif
