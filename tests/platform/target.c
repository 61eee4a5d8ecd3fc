/* Paths as ODK Central lays them out. */
#include "tests/platform/platform.h"

#include <stdlib.h>
#include <string.h>

const char *route_name(enum route route)
{
    static const char *const names[] = {"none",       "formList",   "manifest", "form",
                                        "attachment", "submission", "admin",    "central"};
    return names[route];
}

static void decode(const char *text, size_t length, char *out_text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used + 1 < size; i++) {
        unsigned byte = 0;
        if (text[i] == '%' && i + 2 < length && sscanf(text + i + 1, "%2x", &byte) == 1) {
            out_text[used++] = (char)byte;
            i += 2;
        } else {
            out_text[used++] = text[i];
        }
    }
    out_text[used] = '\0';
}

/* "ID.xml", "ID/manifest", "ID/attachments/NAME" */
static void read_form_path(struct target *target, const char *path)
{
    const char *slash = strchr(path, '/');
    size_t length = strlen(path);

    if (!slash) {
        if (length > 4 && strcmp(path + length - 4, ".xml") == 0) {
            target->route = ROUTE_FORM;
            decode(path, length - 4, target->form, sizeof target->form);
        }
        return;
    }
    decode(path, (size_t)(slash - path), target->form, sizeof target->form);
    if (strcmp(slash, "/manifest") == 0) {
        target->route = ROUTE_MANIFEST;
    } else if (strncmp(slash, "/attachments/", 13) == 0) {
        target->route = ROUTE_ATTACHMENT;
        decode(slash + 13, strlen(slash + 13), target->name, sizeof target->name);
    }
}

/* A clerk's program signs in with a session; a kiosk has its token in the path. */
static bool is_central(const char *path)
{
    static const char *const parts[] = {"/submissions", "/datasets/", "/versions/", ".svc/"};
    size_t length = strlen(path);
    if (strcmp(path, "/v1/sessions") == 0)
        return true;
    if (strncmp(path, "/v1/projects/", 13) != 0)
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(path, parts[i]))
            return true;
    return length > 6 && strcmp(path + length - 6, "/forms") == 0;
}

struct target target_of(const char *path)
{
    struct target target = {.route = ROUTE_NONE};
    const char *at = path;

    if (is_central(path)) {
        target.route = ROUTE_CENTRAL;
        snprintf(target.name, sizeof target.name, "%s", path + 4);
        return target;
    }

    if (strncmp(path, "/admin/", 7) == 0) {
        target.route = ROUTE_ADMIN;
        snprintf(target.name, sizeof target.name, "%s", path + 7);
        return target;
    }
    if (strncmp(at, "/v1/key/", 8) == 0) {
        size_t length = strcspn(at + 8, "/");
        decode(at + 8, length, target.token, sizeof target.token);
        at += 8 + length;
    } else if (strncmp(at, "/v1/", 4) == 0) {
        at += 3;
    }
    if (strncmp(at, "/projects/", 10) != 0)
        return target;
    target.project = (int)strtol(at + 10, NULL, 10);
    at += 10 + strcspn(at + 10, "/");
    if (target.project < 1 || target.project > PROJECT_COUNT)
        return target;
    snprintf(target.base, sizeof target.base, "%.*s", (int)(at - path), path);
    if (strcmp(at, "/formList") == 0)
        target.route = ROUTE_LIST;
    else if (strcmp(at, "/submission") == 0)
        target.route = ROUTE_SUBMISSION;
    else if (strncmp(at, "/forms/", 7) == 0)
        read_form_path(&target, at + 7);
    return target;
}
