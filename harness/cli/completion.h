#ifndef PGS_CLI_COMPLETION_H
#define PGS_CLI_COMPLETION_H

#include "cli/command.h"
#include "cli/options.h"

/* What a shell may offer behind an option, or as a command's argument. */
typedef enum {
    PGS_COMPLETION_NOTHING, /* only the user knows */
    PGS_COMPLETION_FILES,
    PGS_COMPLETION_WORDS, /* one of the words */
    PGS_COMPLETION_LIST,  /* several of them, commas between */
    PGS_COMPLETION_PAIRS, /* one of them, "=", and a file */
} PgsCompletionKind;

typedef struct {
    PgsCompletionKind kind;
    char **words; /* empty, never NULL */
} PgsCompletion;

void pgs_completion_clear(PgsCompletion *completion);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PgsCompletion, pgs_completion_clear)

/* Of an option of a command; a flag has none. */
void pgs_completion_of_option(PgsCompletion *completion, const PgsOption *option,
                              PgsCommandBit command);
void pgs_completion_of_arguments(PgsCompletion *completion, const PgsCommand *command);
/* The words with blanks between.  Free with g_free(). */
char *pgs_completion_join(const PgsCompletion *completion);
/* A help's first clause, which stands beside an option in a menu.  Free with g_free(). */
char *pgs_completion_brief(const char *help);

/* The scripts.  Free with g_free(). */
char *pgs_completion_bash(void);
char *pgs_completion_zsh(void);
char *pgs_completion_fish(void);

#endif
