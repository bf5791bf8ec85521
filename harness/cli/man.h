#ifndef PGS_CLI_MAN_H
#define PGS_CLI_MAN_H

#include "cli/command.h"

/* Man pages from the tables of commands and options, in the macros of man(7). */

/* pgstair(1): the program, its commands, exit status, environment.  Free with g_free(). */
char *pgs_man_program(void);
/* pgstair-verify(1) and its like.  Free with g_free(). */
char *pgs_man_command(const PgsCommand *command);
/* pgstair.yaml(5), from the reference's Markdown.  Free with g_free(). */
char *pgs_man_configuration(const char *markdown);

/* text with what roff would take for its own escaped. */
void pgs_man_append_escaped(GString *out, const char *text);

/* ".TH NAME SECTION …". */
void pgs_man_append_title(GString *out, const char *name, int section);

#endif
