#ifndef PGS_SERVER_DOCTOR_H
#define PGS_SERVER_DOCTOR_H

#include <glib.h>

/* What this machine offers for throwaway servers, and what to install for what is missing. */
typedef enum {
    PGS_DOCTOR_OK,
    PGS_DOCTOR_NOTE,    /* it works, but could do better */
    PGS_DOCTOR_PROBLEM, /* no server can be started like this */
} PgsDoctorLevel;

typedef struct {
    const char *topic; /* a word or two: "PostgreSQL", "run folder" */
    PgsDoctorLevel level;
    char *text; /* what is so */
    char *hint; /* what to do, or NULL */
} PgsDoctorLine;

/* Elements are PgsDoctorLine; free with g_ptr_array_unref().  Starts no server. */
GPtrArray *pgs_doctor_examine(void);

#endif
