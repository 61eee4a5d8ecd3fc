/* The subcommands of yizhan-visit that have a file of their own; main.c's table starts them. */
#ifndef YIZHAN_VISIT_COMMAND_H
#define YIZHAN_VISIT_COMMAND_H

#include "board/base/config.h"

enum { EXIT_GOOD = 0, EXIT_REFUSED = 1, EXIT_FAILED = 2 };

struct options {
    const char *word;    /* the one positional word, NULL for none */
    const char *config;  /* --config FILE */
    const char *release; /* --release FILE: os-release, says which version runs here */
    const char *rauc;    /* --rauc PROGRAM */
    const char *run_dir; /* --run DIR: where yizhan-healthy leaves its mark, and where a stick is mounted */
    const char *ca;      /* --ca FILE, in place of [visit] ca; NULL when not given */
    const char *pin_key; /* --key FILE: the fleet's PIN key, NULL when not given */
    const char *system;  /* --system PROGRAM: restarts kiosk or machine */
    bool json;
};

/* Each returns the exit status. */
int command_check(const struct options *options);
int command_run(const struct options *options);
int command_refuse(const struct options *options);

#endif
