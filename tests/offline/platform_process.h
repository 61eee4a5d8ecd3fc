/* yizhan-platform as a child process of a test: started on a free port, told and asked over /admin/. */
#ifndef YIZHAN_TESTS_OFFLINE_PLATFORM_PROCESS_H
#define YIZHAN_TESTS_OFFLINE_PLATFORM_PROCESS_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

struct platform_process {
    pid_t pid;
    int port;
    char dir[80]; /* its state; the folder of forms is DIR/forms */
    char forms[96];
    char url[128]; /* of project 1 */
    char key_sha256[65];
    const char *const *arguments; /* of its own, NULL-terminated, kept for a restart; NULL for none */
};

/* dir must exist. All of these fail the test when they fail. */
void platform_start(struct platform_process *platform, const char *dir, const char *const *arguments);
/* Ends it (SIGTERM) and waits. The same start again serves on the same port with what it knew. */
void platform_stop(struct platform_process *platform);
void platform_restart(struct platform_process *platform);

/* GET /admin/WHAT; a new reference. */
json_t *platform_ask(const struct platform_process *platform, const char *what);
/* An integer of /admin/counts. */
long platform_count(const struct platform_process *platform, const char *name);
/* POST /admin/WHAT. */
void platform_tell(const struct platform_process *platform, const char *what, const char *json);
/* DELETE /admin/faults. */
void platform_heal(const struct platform_process *platform);

/* Writes forms/ID.xml with the questions name and photo and a case_number; attachments NAME=TEXT pairs,
 * NULL-terminated, become forms/ID-media/NAME. The platform sees it at its start or after
 * platform_tell("forms", "{}"). */
void platform_publish(const struct platform_process *platform, const char *id, const char *version,
                      const char *const *attachments);

#endif
