/* The real programs as children of a test. */
#ifndef YIZHAN_TESTS_OFFLINE_PROGRAM_H
#define YIZHAN_TESTS_OFFLINE_PROGRAM_H

#include <stddef.h>
#include <sys/types.h>

/* Starts build/bin/NAME with arguments (NULL-terminated, without the name). *out_log_fd reads what it logs;
 * stdout goes to *out_stdout_fd, or nowhere when that is NULL. */
pid_t program_start(const char *name, const char *const *arguments, int *out_log_fd, int *out_stdout_fd);

/* Reads its log until a line holds this text, or its end; true when it came. */
int program_wait_for(int log_fd, const char *text);

/* Runs it to its end: exit status, what it printed and what it logged (cut to size). */
int program_run(const char *name, const char *const *arguments, char *out_text, size_t text_size,
                char *out_log, size_t log_size);

#endif
