#include "drivers/model/fault.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Is the word between the colon-separated halves of words, the first half for events, the second for kinds?
 */
static bool knows(const char *words, const char *word, bool is_kind)
{
    const char *colon = strchr(words, ':');
    const char *from = is_kind ? colon + 1 : words;
    const char *end = is_kind ? words + strlen(words) : colon;
    size_t length = strlen(word);
    for (const char *at = from; at < end; at += strcspn(at, " :") + 1)
        if (length > 0 && strncmp(at, word, length) == 0 && strchr(" :", at[length]))
            return true;
    return false;
}

/* NAME[=NUMBER] */
static bool split(char *part, char out_name[16], long *out_number)
{
    char *equals = strchr(part, '=');
    *out_number = 0;
    if (equals) {
        char *end;
        *equals = '\0';
        *out_number = strtol(equals + 1, &end, 0);
        if (end == equals + 1 || *end)
            return false;
    }
    return snprintf(out_name, 16, "%s", part) < 16;
}

static bool parse_one(char *part, const char *words, struct fault *fault)
{
    *fault = (struct fault){0};
    size_t length = strlen(part);
    if (length > 0 && part[length - 1] == '*') {
        part[length - 1] = '\0';
        fault->sticky = true;
    }
    char *colon = strchr(part, ':');
    if (!colon)
        return false;
    *colon = '\0';
    return split(part, fault->event, &fault->at) && split(colon + 1, fault->kind, &fault->arg) &&
           knows(words, fault->event, false) && knows(words, fault->kind, true);
}

struct err fault_script_parse(const char *text, const char *words, struct fault_script *out_script)
{
    struct fault_script script = {.count = 0};
    char copy[512];
    if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy)
        return err_make(ERR_DATA, "model", 0, "fault script too long");
    char *rest;
    for (char *part = strtok_r(copy, ", ", &rest); part; part = strtok_r(NULL, ", ", &rest)) {
        char shown[64];
        snprintf(shown, sizeof shown, "%s", part);
        if (script.count == FAULTS_MAX || !parse_one(part, words, &script.faults[script.count++]))
            return err_make(ERR_DATA, "model", 0, "bad fault \"%s\", known are %s", shown, words);
    }
    *out_script = script;
    return err_ok();
}

const struct fault *fault_strike(struct fault_script *script, const char *event, long at)
{
    for (int i = 0; i < script->count; i++) {
        struct fault *fault = &script->faults[i];
        if (fault->spent || strcmp(fault->event, event) != 0 || at < fault->at)
            continue;
        fault->spent = !fault->sticky;
        return fault;
    }
    return NULL;
}
