#ifndef PGS_TESTS_CLI_RUN_PROGRAM_H
#define PGS_TESTS_CLI_RUN_PROGRAM_H

#include "base/process.h"
#include "record/record_xml.h"

#include <stdio.h>
#include <string.h>

/*
 * Runs build/pgstair with arguments (NULL-terminated); its exit status, or -1 when it did not run.
 * Everything that it wrote, standard error last, is in *output (g_free()), unless output is NULL.
 */
static inline int
run_program(char **output, const char *const *arguments)
{
    g_autoptr(PgsProcess) process = pgs_process_new(PGS_PROGRAM);
    for (; *arguments != NULL; arguments++)
        pgs_process_add(process, *arguments);
    pgs_process_clear_env(process, "PGSTAIR_F"); /* what a developer has set (FORMAT, FLOOR, …) */
    pgs_process_set_env(process, "NO_COLOR", "1");
    g_auto(PgsProcessResult) result = {0};
    g_autoptr(GError) error = NULL;
    if (!pgs_process_run(process, &result, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return -1;
    }
    if (output != NULL)
        *output = g_strconcat(result.output, result.errors, NULL);
    return result.exit_status;
}

#define RUN_PROGRAM(output, ...) run_program(output, (const char *const[]){__VA_ARGS__, NULL})

#endif
