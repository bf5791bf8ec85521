#ifndef PGS_OPERATE_SCRIPT_PSQL_H
#define PGS_OPERATE_SCRIPT_PSQL_H

#include "migration/history.h"

/*
 * A step that psql itself runs (sqitch): as it is, its variables set, and the files that it
 * includes in the places of their \i and \ir, so that the script needs no other file.
 */
gboolean pgs_script_psql_append(GString *script, const PgsHistory *history, const PgsStep *step,
                                GError **error);

#endif
