#ifndef PGS_OPERATE_SCRIPT_TEXT_H
#define PGS_OPERATE_SCRIPT_TEXT_H

#include "sql/script.h"

/*
 * SQL as it has to stand in a script, so that psql sends just that: nothing in it is taken for one
 * of psql's variables or commands, and what a tool sends in one message is one message of psql's.
 */
typedef enum {
    PGS_SCRIPT_SPLIT, /* each statement in a message of its own */
    PGS_SCRIPT_WHOLE, /* all in one message: psql's "\;" between them */
    PGS_SCRIPT_BOOKS, /* as SPLIT; their schema is PGS_SCRIPT_SCHEMA's, if that is in it */
} PgsScriptMessages;

/* A name for a schema that only the database can say, and psql's variable that has it then. */
#define PGS_SCRIPT_SCHEMA "the books' schema"
#define PGS_SCRIPT_SCHEMA_VARIABLE "pgstair_schema"

/*
 * Appends text, its last statement ended and a new line behind it; comments stay.  FALSE with
 * error: psql would not read it as it is meant.  It names no place: *position, when not NULL, has
 * it.
 */
gboolean pgs_script_text_append(GString *script, const char *text, gsize length,
                                PgsScriptMessages messages, PgsPosition *position, GError **error);
/* Settings of psql's on which a script depends, whatever was set before (.psqlrc, a text). */
void pgs_script_text_append_settings(GString *script);
/* The data of a COPY … FROM STDIN, up to its end. */
void pgs_script_text_append_data(GString *script, const char *data, gsize length);
/* A line that begins with "-- ": what could end it, or a terminal would act on, is made visible. */
void pgs_script_text_append_comment(GString *script, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
