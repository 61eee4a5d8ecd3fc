#include "tests/platform/faults.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char MODULE[] = "platform";

enum { MAX_RULES = 64 };

struct faults {
    pthread_mutex_t lock;
    pthread_cond_t released;
    unsigned releases;
    struct fault rules[MAX_RULES];
    int count;
};

static const char *const KINDS[] = {
    [FAULT_NONE] = "none",
    [FAULT_CUT_BEFORE] = "cut_before",
    [FAULT_CUT_DURING] = "cut_during",
    [FAULT_CUT_AFTER] = "cut_after",
    [FAULT_CUT_ANSWER] = "cut_answer",
    [FAULT_STATUS] = "status",
    [FAULT_PORTAL] = "portal",
    [FAULT_REDIRECT] = "redirect",
    [FAULT_LIE] = "lie",
    [FAULT_CONFLICT] = "conflict",
    [FAULT_HANG] = "hang",
    [FAULT_SLOW] = "slow",
    [FAULT_CLOSE_IDLE] = "close_idle",
    [FAULT_EMPTY_LIST] = "empty_list",
    [FAULT_GARBAGE] = "garbage",
    [FAULT_LATE_ERROR] = "late_error",
};

struct err faults_create(struct faults **out_faults)
{
    struct faults *faults = calloc(1, sizeof *faults);
    pthread_condattr_t monotonic;

    if (!faults)
        return err_no_memory(MODULE);
    pthread_mutex_init(&faults->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&faults->released, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *out_faults = faults;
    return err_ok();
}

void faults_destroy(struct faults **faults)
{
    if (!*faults)
        return;
    pthread_cond_destroy(&(*faults)->released);
    pthread_mutex_destroy(&(*faults)->lock);
    free(*faults);
    *faults = NULL;
}

static int number(const json_t *rule, const char *key, int otherwise)
{
    const json_t *value = json_object_get(rule, key);
    return json_is_integer(value) ? (int)json_integer_value(value) : otherwise;
}

static const char *text(const json_t *rule, const char *key)
{
    const char *value = json_string_value(json_object_get(rule, key));
    return value ? value : "";
}

struct err faults_add(struct faults *faults, const json_t *rule)
{
    struct fault fault = {
        .skip = number(rule, "skip", 0),
        .count = number(rule, "count", 1),
        .status = number(rule, "status", 503),
        .retry_after_s = number(rule, "retry_after", -1),
        .delay_ms = number(rule, "delay_ms", 0),
        .marked = json_is_true(json_object_get(rule, "marked")),
    };
    for (size_t i = 1; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i], text(rule, "do")) == 0)
            fault.kind = (enum fault_kind)i;
    }
    if (fault.kind == FAULT_NONE)
        return err_make(ERR_DATA, MODULE, 0, "no such fault: %.60s", text(rule, "do"));
    snprintf(fault.on, sizeof fault.on, "%s", text(rule, "on"));
    snprintf(fault.text, sizeof fault.text, "%s", text(rule, "path"));
    pthread_mutex_lock(&faults->lock);
    bool fits = faults->count < MAX_RULES;
    if (fits)
        faults->rules[faults->count++] = fault;
    pthread_mutex_unlock(&faults->lock);
    return fits ? err_ok() : err_make(ERR_REFUSED, MODULE, 0, "too many fault rules");
}

void faults_clear(struct faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    faults->count = 0;
    pthread_mutex_unlock(&faults->lock);
    faults_release(faults);
}

static bool matches(const struct fault *rule, const char *route, const char *path)
{
    return rule->count != 0 && (!*rule->on || strcmp(rule->on, route) == 0) &&
           (!*rule->text || strstr(path, rule->text));
}

struct fault faults_take(struct faults *faults, const char *route, const char *path)
{
    struct fault taken = {.kind = FAULT_NONE};
    pthread_mutex_lock(&faults->lock);
    for (int i = 0; i < faults->count; i++) {
        struct fault *rule = &faults->rules[i];
        if (!matches(rule, route, path))
            continue;
        if (rule->skip > 0) {
            rule->skip--;
            break;
        }
        if (rule->count > 0)
            rule->count--;
        taken = *rule;
        break;
    }
    pthread_mutex_unlock(&faults->lock);
    return taken;
}

void faults_hold(struct faults *faults, int ms)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (ms < 0 ? 600000 : ms) / 1000;
    until.tv_nsec += (ms < 0 ? 0 : ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&faults->lock);
    for (unsigned seen = faults->releases; seen == faults->releases && rc == 0;)
        rc = pthread_cond_timedwait(&faults->released, &faults->lock, &until);
    pthread_mutex_unlock(&faults->lock);
}

void faults_release(struct faults *faults)
{
    pthread_mutex_lock(&faults->lock);
    faults->releases++;
    pthread_cond_broadcast(&faults->released);
    pthread_mutex_unlock(&faults->lock);
}
