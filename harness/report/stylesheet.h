#ifndef PGS_REPORT_STYLESHEET_H
#define PGS_REPORT_STYLESHEET_H

#include "record/record_xml.h"

#include <libxslt/xsltInternals.h>

/* Stylesheets: the user's, from files, and those that are built in. */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xsltStylesheet, xsltFreeStylesheet)

/*
 * Where a built-in stylesheet is, as stylesheets see it: "pgstair:/html.xsl".  It includes its
 * siblings by their names; a stylesheet of a user's own may import one by this address, and change
 * some of its templates.
 */
#define PGS_STYLESHEET_PLACE "pgstair:/"

/* What libxslt said, as far as it helps: into *error, as a fault of that stylesheet. */
void pgs_stylesheet_set_error(GError **error, const char *name, const GString *messages);
/* Takes a message for a GString, up to a length: a broken stylesheet can repeat itself without end.
 */
void pgs_stylesheet_append_message(void *messages, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* built_in: name is that of a built-in one; otherwise a file's.  Nothing is fetched from a
 * network. */
xsltStylesheet *pgs_stylesheet_load(const char *name, gboolean built_in, GError **error);

#endif
