#ifndef PGS_OPERATE_OPERATE_ERROR_H
#define PGS_OPERATE_OPERATE_ERROR_H

#include <glib.h>

/* Why something cannot be done on a real database. */
#define PGS_OPERATE_ERROR (pgs_operate_error_quark())
GQuark pgs_operate_error_quark(void);
typedef enum {
    PGS_OPERATE_ERROR_PROGRAM, /* no pg_dump that can read this server, no psql, no throwaway server
                                  that can have its schema, … */
    PGS_OPERATE_ERROR_BACKUP,  /* it could not be made, or does not read back */
    PGS_OPERATE_ERROR_RESTORE,
    PGS_OPERATE_ERROR_REFUSED, /* a person said no, or was not asked (--yes) */
    PGS_OPERATE_ERROR_STATE,   /* the database is not in the state that is needed */
    PGS_OPERATE_ERROR_FAILED,  /* verification or a migration failed */
    PGS_OPERATE_ERROR_DRAFT,   /* a revision cannot be written for this format */
} PgsOperateError;

#endif
