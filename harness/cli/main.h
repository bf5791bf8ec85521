#ifndef PGS_CLI_MAIN_H
#define PGS_CLI_MAIN_H

/* The program: main() without its name, so that the layer is a library that tests can link. Returns
 * the exit code. */
int pgs_main(int argc, char **argv);

#endif
